"""The verdict on an edit of a level that tiles: whether the changed cells still cover the ground they covered, each place once.

The theorem of `coverage`, for a part of the level: when the directed edges of the cells after the edit, with twins cancelled, are those of the
cells before it, and every changed cell is simple, then the winding numbers of both add up to the same everywhere, so the level still tiles.
The cost is that of the edit, however large the level. Edges cancel exactly and cells are judged on whole numbers too (`simple`); only the
description of a fault, once one is known to be there, computes with doubles (`faults`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gridgov.geo import faults
from gridgov.geo.area import area_m2, length_m
from gridgov.geo.coverage import invalid_cells
from gridgov.geo.faults import NO_CELL, Border, Text, Violation
from gridgov.geo.halfedge import HalfEdges, half_edges, pair_off, unmatched
from gridgov.geo.lattice import is_on_lattice
from gridgov.geo.simple import first_flaw
from gridgov.geo.trace import assemble, trace, twice_area

Ints = NDArray[np.int64]
# A place on an edge that was cut is found again within this many degrees.
_ON_EDGE = 2e-10
_FLAWS = {
    "crossing": Text("the outline crosses or touches itself away from a vertex", "边界在顶点以外自相交或自接触"),
    "double": Text("the outline runs along one edge twice", "边界两次经过同一条边"),
    "nesting": Text("parts or holes lie in one another", "各部分或内环（洞）互相嵌套"),
    "lattice": Text("a coordinate is no multiple of 1e-9 degree", "有坐标不是 1e-9 度的整数倍"),
}
_UNSHARED = Text("Neighbours do not have the same vertices along their common boundary.", "相邻网格在公共边界上的顶点不一致。")
_STRANGE = Text("A changed cell covers ground that was not part of the change.", "调整后的网格占用了不在本次调整范围内的区域。")
_TAKEN = Text("Ground belongs to more than one cell: one of them is not part of the change.", "同一范围同时属于多个网格，其中有网格不在本次调整之列。")
_REPEATED = Text("The same cell occurs twice.", "同一网格重复出现。")


@dataclass(frozen=True, slots=True)
class EditFault(Violation):
    """A violation of an edit. cells: indices of cells after the edit. beside: positions of standing cells that were not in it."""

    beside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StandingLevel:
    """A level that tiles, indexed, so that a fault of an edit names the cells beside it that were not part of it."""

    cells: tuple[MultiPolygon, ...]
    tree: shapely.STRtree

    @classmethod
    def of(cls, cells: Iterable[MultiPolygon]) -> "StandingLevel":
        """The level of cells that tile, lon/lat on the lattice."""
        kept = tuple(cells)
        return cls(kept, shapely.STRtree(kept))

    def judge(self, replaced: Sequence[int], after: Sequence[MultiPolygon]) -> list[EditFault]:
        """`judge_edit` of the cells at the positions `replaced`; ground taken from a standing cell is an overlap with it."""
        found = judge_edit([self.cells[index] for index in replaced], after)
        return [self._named(fault, frozenset(replaced), after) for fault in found]

    def _named(self, fault: Violation, replaced: frozenset[int], after: Sequence[MultiPolygon]) -> EditFault:
        over = self._over(fault.shape) - replaced if fault.kind in ("outside-parent", "overlap") and fault.shape is not None else set()
        beside = over if over or fault.kind == "invalid" else self._along(fault) - replaced
        kind, detail = fault.kind, fault.detail
        if over and kind == "outside-parent":
            repeated = any(shapely.equals(self.cells[index], after[cell]) for index in over for cell in fault.cells)
            kind, detail = ("duplicate", _REPEATED) if repeated else ("overlap", _TAKEN)
        return EditFault(kind, fault.cells, fault.area_m2, fault.length_m, fault.point, detail, fault.shape, tuple(sorted(beside)))

    def _over(self, shape: BaseGeometry) -> set[int]:
        near = self.tree.query(shape, predicate="intersects").tolist()
        return {index for index in near if shapely.intersection(self.cells[index], shape).area > 0}

    def _along(self, fault: Violation) -> set[int]:
        """The cells whose border, not only a corner, is the fault's."""
        if fault.shape is None:
            places = shapely.points([fault.point])
        else:
            corners = shapely.get_coordinates(fault.shape.exterior)
            places = shapely.points((corners[1:] + corners[:-1]) / 2)
        return set(self.tree.query(places, predicate="dwithin", distance=_ON_EDGE)[1].tolist())


def judge_edit(before: Sequence[MultiPolygon], after: Sequence[MultiPolygon]) -> list[Violation]:
    """Everything against putting `after` in the place of `before` in a level that tiles: none = the level still tiles.

    before: cells taken out, part of a tiling; after: cells put in; lon/lat on the lattice, in any order and number. `cells` of a violation are
    indices of `after`; kinds are those of a level, `outside-parent` = on ground that the cells before did not cover. A node put on the edge of a
    cell that is not in the edit is a fault: that cell must be in it. What a cell that is not simple covers cannot be told: then only it is named.
    """
    invalid = _invalid(after)
    if invalid:
        return invalid
    border = _changed_border(half_edges(before), half_edges(after, by_area=True))
    return _against(border, before, after) if len(border.start) else []


def _invalid(cells: Sequence[MultiPolygon]) -> list[Violation]:
    """The cells that doubles or whole numbers find not simple, each once."""
    found = invalid_cells(cells)
    told = {fault.cells[0] for fault in found}
    for index, cell in enumerate(cells):
        if index in told:
            continue
        kind, place = _flaw(cell)
        if kind:
            en, zh = _FLAWS[kind]
            text = Text(f"The cell is not a clean polygon: {en}.", f"网格图形不合规：{zh}。")
            found.append(Violation("invalid", (index,), area_m2(cell), length_m(cell), place, text))
    return sorted(found, key=lambda fault: fault.cells)


def _flaw(cell: MultiPolygon) -> tuple[str, tuple[float, float]]:
    """The kind of the first flaw and its place in degrees; no kind = none."""
    if not is_on_lattice(cell):
        x, y = next(place for place in shapely.get_coordinates(cell).tolist() if not is_on_lattice(shapely.Point(place)))
        return "lattice", (x, y)
    edges = half_edges([cell], by_area=True)
    edge = edges.edge
    ring = np.searchsorted(edges.first, edge, side="right")
    flaw = first_flaw(np.hstack([edges.start(edge), edges.end(edge)]), ring)
    return ("", (0.0, 0.0)) if flaw is None else (flaw.kind, (flaw.place[0] / 1e9, flaw.place[1] / 1e9))


def _changed_border(before: HalfEdges, after: HalfEdges) -> Border:
    """The edges that the chain of the cells after has more than that of those before, and, reversed and of NO_CELL, those it has less."""
    gone, come = before.edge, after.edge
    start = np.concatenate([after.start(come), before.end(gone)])
    end = np.concatenate([after.end(come), before.start(gone)])
    cell = np.concatenate([after.cell_of(come), np.full(len(gone), NO_CELL)])
    left = np.flatnonzero(pair_off(start, end) < 0)
    return Border(start[left], end[left], cell[left])


def _against(border: Border, before: Sequence[MultiPolygon], after: Sequence[MultiPolygon]) -> list[Violation]:
    rings = trace(border.start, border.end)
    found = [_seam(ring, border) for ring in rings if not twice_area(ring)]
    wide = [ring for ring in rings if twice_area(ring)]
    if wide:
        found += [_as_edit(fault) for fault in faults.regions(border, after, _ground(before), ())]
    # Not proved is not tiling: an edge left over must be told of.
    return found or faults.unexplained(wide, border)


def _ground(cells: Sequence[MultiPolygon]) -> MultiPolygon:
    edges = half_edges(cells)
    rim = unmatched(edges)
    return assemble(trace(edges.start(rim), edges.end(rim)))


def _as_edit(fault: Violation) -> Violation:
    return replace(fault, detail=_STRANGE) if fault.kind == "outside-parent" else fault


def _seam(ring: Ints, border: Border) -> Violation:
    """A ring without area: a vertex exactly on an edge where the other side has none."""
    places = sorted({(x, y) for x, y in ring.tolist()})
    corners = np.array(places[1:-1] or places, dtype=np.int64)
    on_it = (border.start[:, None] == ring[None]).all(axis=2).any(axis=1) & (border.end[:, None] == ring[None]).all(axis=2).any(axis=1)
    cells = tuple(sorted(set(border.cell[on_it].tolist()) - {NO_CELL}))
    length = length_m(shapely.LineString([np.array(places[0]) / 1e9, np.array(places[-1]) / 1e9]))
    return Violation("unmatched-edge", cells, 0.0, length, (corners[0, 0] / 1e9, corners[0, 1] / 1e9), _UNSHARED)
