"""A redraw played on the grid as it stands: loaded around what it touches, carried out by the engine, planned up to the top level.

Nothing is written here. Whoever calls holds the plan, so that all of it is read of one moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Fault, GridgovError, Refused, StalePlan
from gridgov.grids import fabric_store, store
from gridgov.grids.cell import Measured, Outline, Scheme
from gridgov.grids.codebook import CodeBook
from gridgov.grids.importing import point_of
from gridgov.grids.operation import Merge, Operation, Split, named_by, reach
from gridgov.grids.redraw import Redrawn, redraw
from gridgov.grids.redraw_state import Fabric
from gridgov.grids.tiling import Gap, square_metres
from gridgov.redraws.cell_change import CellChange, Lineage, in_order
from gridgov.redraws.planning import leaf_changes, leaf_lineage, parent_changes, parent_lineage, parents_concerned
from gridgov.redraws.rim import with_nodes

_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Rim:
    """What runs along edges without a neighbour and got vertices there. outline: to be declared anew, None = as it is."""

    outline: Outline | None = None
    ended_gaps: tuple[int, ...] = ()
    new_gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Played:
    """What a redraw comes to on the grid of a revision, on every level."""

    scheme: Scheme
    day: date
    revision: int
    redrawn: Redrawn
    changes: tuple[CellChange, ...]
    lineage: tuple[Lineage, ...]
    rim: Rim

    def read(self) -> set[str]:
        """Codes of every cell the outcome depends on: changed ones, those named, and the parents of both."""
        parents = {state.parent_code for change in self.changes for state in (change.before, change.after) if state is not None}
        return {change.code for change in self.changes} | codes_spoken_of(self.redrawn.operations) | {code for code in parents if code is not None}


@dataclass(frozen=True, slots=True)
class Base:
    """What a redraw is played on: a scheme, held, at its present revision; the day it is in force from; the revision that was looked at."""

    scheme: Scheme
    day: date
    revision: int
    looked_at: int


def codes_spoken_of(operations: Sequence[Operation]) -> set[str]:
    """Every code that operations name, of cells that stand or that they make."""
    codes = {code for operation in operations for code in named_by(operation)}
    for operation in operations:
        if isinstance(operation, Split):
            codes.update(part.code for part in operation.parts if part.code is not None)
        if isinstance(operation, Merge) and operation.code is not None:
            codes.add(operation.code)
    return codes


def play(uow: UnitOfWork, base: Base, operations: Sequence[Operation]) -> Played:
    """The outcome of operations on the cells in force on a day as known now.

    Raises StalePlan naming the cells when what the operations touch was changed since the revision looked at, or has later versions than the
    day; Refused and InvalidGeometry, pointing at `/operations/N/…`, when an operation cannot be carried out.
    """
    scheme_id, asked = base.scheme.scheme_id, reach(operations)
    leaves = fabric_store.leaves_around(uow, scheme_id, base.day, codes=asked.codes, boxes=asked.boxes) if operations else {}
    uppers = store.cells_without_ground(uow, base.scheme, base.day, lowest_rank=1)
    fabric = Fabric.of([held.cell for held in leaves.values()], uppers)
    try:
        redrawn = redraw(fabric, operations, _code_book(uow, base.scheme, operations), base.scheme.levels)
    except GridgovError:
        # What stands there now may be why: then that is to be said.
        _require_unchanged(uow, base, codes_spoken_of(operations) | set(leaves))
        raise
    changes, lineage = _on_every_level(uow, base, redrawn, leaves)
    played = Played(base.scheme, base.day, base.revision, redrawn, changes, lineage, _rim(uow, base, redrawn))
    _require_unchanged(uow, base, played.read())
    _require_no_later_version(uow, played)
    return played


def _code_book(uow: UnitOfWork, scheme: Scheme, operations: Sequence[Operation]) -> CodeBook:
    makes_codes = any(isinstance(operation, Split | Merge) for operation in operations)
    return CodeBook(scheme.levels, fabric_store.codes_used(uow, scheme.scheme_id) if makes_codes else set())


def _require_unchanged(uow: UnitOfWork, base: Base, codes: set[str]) -> None:
    if base.looked_at == base.revision:
        return
    changed = fabric_store.changed_since(uow, base.scheme.scheme_id, base.looked_at, codes)
    if changed:
        raise StalePlan(
            f"{len(changed)} cells of this redraw were changed since revision {base.looked_at}: {', '.join(changed[:_NAMED])}. "
            "Load them again and look whether the redraw still holds.",
            f"自版本 {base.looked_at} 起，本次调整涉及的 {len(changed)} 个网格已被改动：{'、'.join(changed[:_NAMED])}。请重新载入，核对调整是否仍然适用。",
            faults=[Fault("/base_revision", f"{code} was changed meanwhile.", f"{code} 已被改动。") for code in changed],
            cells=changed,
        )


def _require_no_later_version(uow: UnitOfWork, played: Played) -> None:
    day, scheme_id = played.day, played.scheme.scheme_id
    later = fabric_store.later_versions_of(uow, scheme_id, day, {(change.rank, change.code) for change in played.changes})
    if later:
        codes = list(dict.fromkeys(code for _, code, _ in later))
        raise StalePlan(
            f"{len(codes)} cells have later versions than {day}, which this redraw would contradict: {', '.join(codes[:_NAMED])}. "
            "Take a later day, or withdraw what comes into force later and file it anew.",
            f"{len(codes)} 个网格在 {day} 之后另有版本，与本次调整冲突：{'、'.join(codes[:_NAMED])}。请改用更晚的生效日期，或先撤回其后的调整再重新报送。",
            faults=[Fault("/effective_from", f"{code} has a later version of {turn}.", f"{code} 自 {turn} 起另有版本。") for _, code, turn in later],
            cells=codes,
        )
    if (played.rim.outline is not None or played.rim.ended_gaps) and fabric_store.edges_turn_later(uow, scheme_id, day):
        raise StalePlan(
            f"The outer boundary or an allowed gap has a later version than {day}; take a later day.",
            f"外边界或允许空隙在 {day} 之后另有版本，请改用更晚的生效日期。",
            faults=[Fault("/effective_from", "The outline has a later version.", "外边界另有更晚版本。")],
            cells=[],
        )


def _on_every_level(uow: UnitOfWork, base: Base, redrawn: Redrawn, leaves: dict[str, Measured]) -> tuple[tuple[CellChange, ...], tuple[Lineage, ...]]:
    """The changes of all levels, top first, and which cells came of which: parents are made anew of all their children, lowest level first."""
    *above, leaf = base.scheme.levels
    below = leaf_changes(leaf, redrawn.changes, leaves)
    lines = leaf_lineage(redrawn.lineage)
    changes, lineage = list(below), list(lines)
    for level in reversed(above):
        codes = parents_concerned(below, redrawn.upper_changes, level.rank)
        if not codes:
            below, lines = [], []
            continue
        children = fabric_store.children_of(uow, base.scheme.scheme_id, base.day, rank=level.rank, codes=codes)
        standing = fabric_store.cells_of_codes(uow, base.scheme.scheme_id, base.day, rank=level.rank, codes=codes)
        found = parent_changes(level, below, children=children, standing=standing, uppers=redrawn.upper_changes)
        ended = [change.code for change in found if change.after is None]
        cells = [held.cell for held in children.values()]
        lines = parent_lineage(level.rank, ended, cells, below={change.code: change for change in below}, lines=lines)
        below = found
        changes += below
        lineage += lines
    return in_order(changes), tuple(lineage)


def _rim(uow: UnitOfWork, base: Base, redrawn: Redrawn) -> Rim:
    """The declared outline and the allowed gaps with the vertices that edges beside them got."""
    places = [place for place, _ in redrawn.rim_nodes]
    if not places:
        return Rim()
    outline = store.outline_in_force(uow, base.scheme.scheme_id, base.day)
    drawn = None if outline is None else with_nodes(outline.geometry, places)
    gaps = [(gap, noded) for gap in store.gaps_in_force(uow, base.scheme.scheme_id, base.day) if (noded := with_nodes(gap.geometry, places)) is not None]
    return Rim(
        outline=None if outline is None or drawn is None else Outline(0, outline.source, drawn),
        ended_gaps=tuple(gap.gap_id for gap, _ in gaps),
        new_gaps=tuple(Gap(None, noded, square_metres(noded), point_of(noded) or (0.0, 0.0), gap.reason) for gap, noded in gaps),
    )


def require_tiling_scheme(scheme: Scheme) -> Scheme:
    """The scheme itself. Raises Refused for an overlay, whose cells share no boundaries."""
    if scheme.overlay:
        raise Refused(
            f"The cells of '{scheme.key}' need not tile and share no boundaries; load a new file of them instead.",
            f"“{scheme.key}”为叠加网格体系，各网格无公共边界，请改用文件导入更新。",
            faults=[Fault("/scheme", "an overlay scheme", "叠加网格体系")],
        )
    return scheme
