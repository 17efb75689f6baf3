"""From what the engine made of the leaf cells to what is written on every level: parents anew from all their children. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

import shapely
from shapely import MultiPolygon

from gridgov.geo.dissolve import dissolve
from gridgov.grids.cell import Cell, Level, Measured
from gridgov.grids.importing import is_same_ground
from gridgov.grids.redraw import Descent, LeafChange, UpperChange
from gridgov.grids.redraw_state import Leaf, Upper
from gridgov.grids.tiling import square_metres
from gridgov.redraws.cell_change import Cause, CellChange, Lineage, State

_CENT: Final = Decimal("0.01")
# A node rounded onto an edge bends it by less than a lattice unit.
_BEND_DEG: Final = 1e-9


def leaf_changes(level: Level, changes: Iterable[LeafChange], standing: Mapping[str, Measured]) -> list[CellChange]:
    """The engine's changes with numbers and areas. standing: the leaf cells in force."""
    return [_leaf_change(level, change, standing.get(change.code)) for change in changes]


def _leaf_change(level: Level, change: LeafChange, held: Measured | None) -> CellChange:
    before = None if held is None else state_of(held)
    after = None if change.after is None else _new_state(change.after, before)
    return CellChange(level.rank, level.key, change.code, change.cause, before, after)


def _new_state(leaf: Leaf, before: State | None) -> State:
    kept = before is not None and leaf.geometry is before.geometry
    area = before.area_m2 if before is not None and kept else square_metres(leaf.geometry)
    return State(leaf.name, leaf.parent_code, leaf.geometry, area)


def state_of(held: Measured) -> State:
    """A cell in force."""
    cell = held.cell
    assert cell.geometry is not None
    return State(cell.name, cell.parent_code, cell.geometry, held.area_m2, cell.version_id)


def parents_concerned(changes: Iterable[CellChange], uppers: Iterable[UpperChange], rank: int) -> set[str]:
    """Codes of the cells of a rank whose ground, name or parent may not be what it was. changes: of the rank below."""
    concerned = {upper.code for upper in uppers if upper.rank == rank}
    for change in changes:
        states = [state for state in (change.before, change.after) if state is not None]
        parents = {state.parent_code for state in states}
        if len(states) < 2 or len(parents) > 1 or states[0].geometry is not states[1].geometry:
            concerned |= {parent for parent in parents if parent is not None}
    return concerned


def parent_changes(
    level: Level, below: Sequence[CellChange], *, children: Mapping[str, Measured], standing: Mapping[str, Measured], uppers: Sequence[UpperChange]
) -> list[CellChange]:
    """What becomes of the cells concerned of a level. children: all in force right below them; below: what changes among these."""
    grounds = _united(below, children)
    wanted = {upper.code: upper.after for upper in uppers if upper.rank == level.rank}
    found = [_parent_change(level, held, grounds.get(code), wanted.get(code)) for code, held in standing.items()]
    return [change for change in found if change is not None]


def _united(below: Sequence[CellChange], children: Mapping[str, Measured]) -> dict[object, MultiPolygon]:
    """The ground of every parent code, of its children as they are to be."""
    after = {code: (held.cell.geometry, held.cell.parent_code) for code, held in children.items()}
    for change in below:
        after.pop(change.code, None)
        if change.after is not None:
            after[change.code] = change.after.geometry, change.after.parent_code
    owned = [(ground, parent) for _, (ground, parent) in sorted(after.items()) if ground is not None and parent is not None]
    return dict(dissolve([ground for ground, _ in owned], [parent for _, parent in owned]))


def _parent_change(level: Level, held: Measured, ground: MultiPolygon | None, wanted: Upper | None) -> CellChange | None:
    before = state_of(held)
    if ground is None:
        return CellChange(level.rank, level.key, held.cell.code, "redraw", before, None)
    moves = not is_same_ground(before.geometry, ground)
    name, parent = (before.name, before.parent_code) if wanted is None else (wanted.name, wanted.parent_code)
    if not moves and (name, parent) == (before.name, before.parent_code):
        return None
    after = State(name, parent, ground, square_metres(ground)) if moves else State(name, parent, before.geometry, before.area_m2)
    return CellChange(level.rank, level.key, held.cell.code, _cause(before, after), before, after)


def _cause(before: State, after: State) -> Cause:
    if before.geometry is not after.geometry and not _only_nodes(before.geometry, after.geometry):
        return "redraw"
    if before.parent_code != after.parent_code:
        return "reparent"
    return "rename" if before.name != after.name else "node"


def _only_nodes(before: MultiPolygon, after: MultiPolygon) -> bool:
    """Whether the second is the first with vertices more or fewer on its edges, bent by less than a lattice unit."""
    if shapely.get_num_geometries(before) != shapely.get_num_geometries(after):
        return False
    gone, new = (set(map(tuple, shapely.get_coordinates(ground).tolist())) for ground in (before, after))
    if not (gone <= new or new <= gone):
        return False
    return bool(abs(shapely.area(before) - shapely.area(after)) <= _BEND_DEG * shapely.length(after))


def leaf_lineage(descents: Iterable[Descent]) -> list[Lineage]:
    """The engine's descents as they are kept."""
    return [Lineage(0, one.from_code, one.to_code, one.kind, Decimal(repr(one.area_m2)).quantize(_CENT)) for one in descents]


def parent_lineage(rank: int, ended: Iterable[str], children: Iterable[Cell], *, below: Mapping[str, CellChange], lines: Sequence[Lineage]) -> list[Lineage]:
    """Where the ground of parents that end went. children: theirs, as in force; below: what becomes of these; lines: descents of these."""
    gone = set(ended)
    shares: dict[tuple[str, str], Decimal] = {}
    for child in children:
        if child.parent_code not in gone or child.code not in below:
            continue
        for parent, area in _new_parents(below[child.code], below, lines):
            shares[child.parent_code, parent] = shares.get((child.parent_code, parent), Decimal(0)) + area
    return [Lineage(rank, one, other, "merge", area) for (one, other), area in sorted(shares.items())]


def _new_parents(change: CellChange, below: Mapping[str, CellChange], lines: Sequence[Lineage]) -> list[tuple[str, Decimal]]:
    if change.after is not None:
        return [] if change.after.parent_code is None else [(change.after.parent_code, change.after.area_m2)]
    heirs = [(below.get(line.to_code), line.area_m2) for line in lines if line.from_code == change.code]
    return [(heir.after.parent_code, area) for heir, area in heirs if heir is not None and heir.after is not None and heir.after.parent_code is not None]
