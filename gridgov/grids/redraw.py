"""What a redraw makes of a grid: operations carried out one after the other on the lattice, exactly, or refused with place and reason.

Pure: cells and operations in, cells out. Boundaries exist once for all who share them, so cells tile after every operation as they did
before; each operation proves it (`redraw_state`). Undo is to carry out the operations without the last one: the same operations on the same
cells give the same coordinates, bit by bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import shapely
from shapely import MultiPolygon

from gridgov.errors import Fault, GridgovError
from gridgov.geo.area import cell_area_m2
from gridgov.geo.edit import judge_edit
from gridgov.grids.cell import Level
from gridgov.grids.codebook import CodeBook
from gridgov.grids.importing import is_same_ground
from gridgov.grids.operation import Merge, MoveVertices, Operation, Reparent, Reshape, Split, Transfer, named_by, reach
from gridgov.grids.redraw_cut import merge, split
from gridgov.grids.redraw_shift import move_vertices, reshape, transfer
from gridgov.grids.redraw_state import Drafting, Fabric, Leaf, Note, Upper, refusal
from gridgov.grids.redraw_tree import rename, reparent

Cause = Literal["redraw", "node", "rename", "reparent"]
# Ground less than this passes between cells wherever a boundary gets a vertex: it is no descent.
_LEAST_M2: Final = 1.0


@dataclass(frozen=True, slots=True)
class LeafChange:
    """A leaf that is not what it was. before None = it is new; after None = it ended. cause: `node` = only vertices on its edges."""

    code: str
    before: Leaf | None
    after: Leaf | None
    cause: Cause


@dataclass(frozen=True, slots=True)
class UpperChange:
    """A higher cell with another name or parent; its ground is not looked at here."""

    rank: int
    code: str
    before: Upper
    after: Upper


@dataclass(frozen=True, slots=True)
class Descent:
    """Ground of a cell that became a cell of another code. area_m2: how much, on the ellipsoid."""

    from_code: str
    to_code: str
    kind: Literal["split", "merge"]
    area_m2: float


@dataclass(frozen=True, slots=True)
class Redrawn:
    """What a redraw comes to. operations: every code filled in. steps: codes each operation touched. edges: half-edges of what changed.

    rim_nodes: places (lattice units) put into edges with no cell on the other side, with the ends of the edge: they lie on it exactly, and a
    declared outline that has the edge gets them too.
    """

    operations: tuple[Operation, ...]
    before: Fabric
    after: Fabric
    changes: tuple[LeafChange, ...]
    upper_changes: tuple[UpperChange, ...]
    lineage: tuple[Descent, ...]
    notes: tuple[Note, ...]
    steps: tuple[tuple[str, ...], ...]
    rim_nodes: tuple[tuple[tuple[int, int], tuple[tuple[int, int], tuple[int, int]]], ...]
    edges: int


def redraw(fabric: Fabric, operations: Sequence[Operation], codes: CodeBook, levels: Sequence[Level]) -> Redrawn:
    """Carries the operations out. Raises Refused or InvalidGeometry, pointing at `/operations/N/…` and the place, when one cannot be."""
    draft = Drafting.of(fabric, codes, _sure(fabric, operations))
    done: list[Operation] = []
    steps: list[tuple[str, ...]] = []
    for index, operation in enumerate(operations):
        draft.pointer = f"/operations/{index}"
        draft.mesh.begin()
        draft.last = frozenset()
        standing = dict(draft.leaves)
        try:
            done.append(_carry_out(draft, operation, levels))
        except GridgovError as exc:
            raise _pointing(exc, draft.pointer) from exc
        named = [*named_by(operation), *(code for code in draft.leaves if code not in standing)]
        steps.append(tuple(dict.fromkeys([*named, *sorted(draft.last)])))
    return _outcome(draft, fabric, tuple(done), tuple(steps))


def _carry_out(draft: Drafting, operation: Operation, levels: Sequence[Level]) -> Operation:
    match operation:
        case Reshape():
            return reshape(draft, operation)
        case MoveVertices():
            return move_vertices(draft, operation)
        case Transfer():
            return transfer(draft, operation)
        case Split():
            return split(draft, operation)
        case Merge():
            return merge(draft, operation)
        case Reparent():
            return reparent(draft, operation, levels)
        case _:
            return rename(draft, operation, levels)


def _sure(fabric: Fabric, operations: Sequence[Operation]) -> frozenset[int]:
    """Positions of the leaves whose neighbours are all in the fabric: the named, and what meets a box drawn in or the box of a named one."""
    asked = reach(operations)
    leaves = list(fabric.leaves.values())
    if not leaves:
        return frozenset()
    boxes = shapely.bounds(np.array([leaf.geometry for leaf in leaves], dtype=object))
    wanted = [*asked.boxes, *(box for leaf, box in zip(leaves, boxes.tolist(), strict=True) if leaf.code in asked.codes)]
    sure: set[int] = set()
    for west, south, east, north in wanted:
        meets = (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
        sure.update(np.flatnonzero(meets).tolist())
    return frozenset(sure)


def _pointing(error: GridgovError, pointer: str) -> GridgovError:
    """The refusal with its faults pointing into the list of operations."""
    faults = [replace(fault, pointer=pointer + fault.pointer) for fault in error.faults] or [Fault(pointer, error.en, error.zh)]
    return type(error)(error.en, error.zh, faults=faults)


def _outcome(draft: Drafting, fabric: Fabric, operations: tuple[Operation, ...], steps: tuple[tuple[str, ...], ...]) -> Redrawn:
    leaves = {code: draft.leaf(code, fabric.leaves.get(code)) for code in draft.leaves}
    changes = [change for code in sorted({*fabric.leaves, *leaves}) if (change := _change(draft, fabric.leaves.get(code), leaves.get(code))) is not None]
    present = [(place, edge) for place, edge in sorted(draft.rim_nodes.items()) if place in draft.mesh.around]
    if not present:
        _require_tiling(changes)
    uppers = [UpperChange(rank, code, fabric.uppers[rank, code], upper) for (rank, code), upper in draft.uppers.items() if fabric.uppers[rank, code] != upper]
    return Redrawn(
        operations=operations,
        before=fabric,
        after=Fabric(leaves, dict(draft.uppers)),
        changes=tuple(changes),
        upper_changes=tuple(uppers),
        lineage=tuple(_lineage(changes)),
        notes=tuple(draft.notes),
        steps=steps,
        rim_nodes=tuple(present),
        edges=sum(len(draft.mesh.edges.get(change.code, ())) for change in changes),
    )


def _require_tiling(changes: Sequence[LeafChange]) -> None:
    """A second judgement of all that changed, which shares nothing with how it was made."""
    before = [change.before.geometry for change in changes if change.before is not None and change.before.geometry is not _ground(change.after)]
    after = [change.after.geometry for change in changes if change.after is not None and change.after.geometry is not _ground(change.before)]
    for fault in judge_edit(before, after):
        place = round(fault.point[0] * 1e9), round(fault.point[1] * 1e9)
        raise refusal("", f"the cells would not tile here ({fault.detail.en})", f"调整后网格在此处未能无缝铺满（{fault.detail.zh}）", place)


def _ground(leaf: Leaf | None) -> MultiPolygon | None:
    return None if leaf is None else leaf.geometry


def _change(draft: Drafting, before: Leaf | None, after: Leaf | None) -> LeafChange | None:
    if before is None or after is None:
        leaf = before or after
        assert leaf is not None
        return LeafChange(leaf.code, before, after, "redraw")
    if before.geometry is not after.geometry and not is_same_ground(before.geometry, after.geometry):
        return LeafChange(before.code, before, after, "redraw" if before.code in draft.shaped else _lesser(before, after, "node"))
    if (before.name, before.parent_code) == (after.name, after.parent_code):
        return None
    return LeafChange(before.code, before, replace(after, geometry=before.geometry), _lesser(before, after, "node"))


def _lesser(before: Leaf, after: Leaf, otherwise: Cause) -> Cause:
    if before.parent_code != after.parent_code:
        return "reparent"
    return "rename" if before.name != after.name else otherwise


def _lineage(changes: Sequence[LeafChange]) -> list[Descent]:
    """Whose ground became whose, where a code ended or came up."""
    old = [change.before for change in changes if change.before is not None]
    new = [change.after for change in changes if change.after is not None]
    ended = {change.code for change in changes if change.after is None}
    made = {change.code for change in changes if change.before is None}
    shares = [
        (before.code, after.code, ground)
        for before in old
        for after in new
        if before.code != after.code and (before.code in ended or after.code in made) and (ground := _common_m2(before, after)) >= _LEAST_M2
    ]
    sources: dict[str, set[str]] = {after.code: {after.code} if after.code not in made else set() for after in new}
    for before_code, after_code, _ in shares:
        sources[after_code].add(before_code)
    return [Descent(one, other, "merge" if len(sources[other]) > 1 else "split", ground) for one, other, ground in sorted(shares)]


def _common_m2(before: Leaf, after: Leaf) -> float:
    if not before.geometry.intersects(after.geometry):
        return 0.0
    return cell_area_m2(shapely.intersection(before.geometry, after.geometry))
