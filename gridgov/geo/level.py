"""The directed edges of one level of cells while rounding is healed: which meet no neighbour, which vertices to join, which edges to split.

The working state of `noding`, which says what is healed and why. Whatever is done to an edge is done to all edges that run there, so edges
that met their neighbour still do.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gridgov.geo.area import area_m2, geodesic_m
from gridgov.geo.halfedge import half_edges, pair_off, twins
from gridgov.geo.lattice import to_degrees
from gridgov.geo.trace import assemble, trace

Ints = NDArray[np.int64]
Place = tuple[int, int]
# Twice the distance in units within which a vertex lies on an edge.
_TWICE_ON_EDGE = 3
# A vertex nearer than this to an end of an edge (2 mm) is that end moved, not a vertex in between.
_AT_END_UNITS = 18
_X, _Y = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


@dataclass(frozen=True, slots=True)
class Rounding:
    """One change that rounding made to the shape of cells beyond moving each coordinate to its lattice place.

    kind: vertices-joined, vertex-added or part-collapsed. cells: indices concerned. point: lon, lat. size_m: how far the line moved there.
    area_m2: ground of a collapsed part, 0.0 else.
    """

    kind: str
    cells: tuple[int, ...]
    point: tuple[float, float]
    size_m: float
    area_m2: float = 0.0


class Level:
    """shapes: the cells as they are now; with `has_outline` the last one is the outline, whose edges run backwards.

    after_repair: the shapes were cut and joined by machine: vertices are added however near an end, and folds are taken out.
    within: vertices outside this ground (degrees) are left as they are; None = none is.
    """

    def __init__(self, shapes: NDArray[np.object_], *, has_outline: bool, after_repair: bool = False, within: BaseGeometry | None = None) -> None:
        self.shapes = shapes
        self._within = within
        self._at_end_units = 0 if after_repair else _AT_END_UNITS
        self.rounding: list[Rounding] = []
        self._outline = len(shapes) - 1 if has_outline else -1
        cells = shapes[:-1] if has_outline else shapes
        edges = half_edges(list(cells), by_area=True)
        self._start, self._end, self._cell = edges.start(edges.edge), edges.end(edges.edge), edges.cell_of(edges.edge)
        self._open = twins(edges)[edges.edge] < 0
        if has_outline:
            self._append_outline(shapes[-1])
        self._broken = set(np.flatnonzero(~shapely.is_valid(shapes)).tolist())
        moving = np.bincount(np.searchsorted(edges.first, edges.edge, side="right") - 1, minlength=len(edges.ring_cell))
        doubled = np.diff(edges.first) - 1 != moving
        self._rebuild(set(edges.ring_cell[doubled].tolist()) | (self._folded() if after_repair else set()))

    def _folded(self) -> set[int]:
        """The broken cells that run there and back along the same line."""
        edges = [(cell, np.flatnonzero(self._cell == cell)) for cell in self._broken]
        return {cell for cell, own in edges if (pair_off(self._start[own], self._end[own]) >= 0).any()}

    def join_vertices(self) -> None:
        """Makes vertices of open edges that differ by at most a unit in each axis one: the most frequent, then the lowest."""
        moved = _joins(self._start[self._open])
        inside = self._inside(list(moved))
        moved = {old: new for old, new in moved.items() if old in inside}
        if not moved:
            return
        cells = self._replace(moved)
        for old, new in moved.items():
            point = _degrees(new)
            self.rounding.append(Rounding("vertices-joined", tuple(sorted(cells[old] | cells[new])), point, geodesic_m(*_degrees(old), *point)))
        self._rematch()
        self._rebuild({cell for concerned in cells.values() for cell in concerned})

    def add_vertices(self) -> bool:
        """Adds to open edges, and to the edges of cells that rounding broke, the vertices that lie on them. Whether there were any."""
        inserts = self._inserts()
        if inserts:
            self._note_added(inserts, self._insert(inserts))
        return bool(inserts)

    def join_near(self, places: set[Place], reach_deg: float) -> None:
        """Makes open vertices at the given places one with the nearest of another cell within reach. Vertices of one cell are never joined.

        reach_deg: degrees of latitude. Not listed: for whoever asked to name.
        """
        owners = self._open_owners(places)
        if not owners:
            return
        corners = list(owners)
        moved = _nearest_strangers(corners, owners, reach_deg)
        if moved:
            cells = self._replace(moved)
            self._rematch()
            self._rebuild({cell for concerned in cells.values() for cell in concerned})

    def add_near(self, places: set[Place], reach_deg: float) -> None:
        """Bends open edges to the open vertices of other cells at the given places, when those lie within reach and beside none of its ends."""
        owners = self._open_owners(places)
        edges = np.flatnonzero(self._open)
        if not owners or not len(edges):
            return
        corners = list(owners)
        stretch = _stretch(corners)
        points = to_degrees(np.array(corners, dtype=np.int64)) * stretch
        tails, heads = to_degrees(self._start[edges]) * stretch, to_degrees(self._end[edges]) * stretch
        corner, line = shapely.STRtree(shapely.linestrings(np.stack([tails, heads], axis=1))).query(
            shapely.points(points), predicate="dwithin", distance=reach_deg
        )
        beside = np.minimum(np.hypot(*(points[corner] - tails[line]).T), np.hypot(*(points[corner] - heads[line]).T)) <= reach_deg
        found: dict[tuple[Place, Place], dict[Place, float]] = defaultdict(dict)
        for at, edge in zip(corner[~beside].tolist(), edges[line[~beside]].tolist(), strict=True):
            if int(self._cell[edge]) not in owners[corners[at]]:
                ends = sorted([_place(self._start[edge]), _place(self._end[edge])])
                found[ends[0], ends[1]][corners[at]] = float(np.hypot(corners[at][0] - ends[0][0], corners[at][1] - ends[0][1]))
        if found:
            self._insert(_in_order(found))

    def _open_owners(self, places: set[Place]) -> dict[Place, set[int]]:
        """The cells whose open edges start or end at each of the places."""
        owners: dict[Place, set[int]] = defaultdict(set)
        for edge in np.flatnonzero(self._open).tolist():
            for vertex in (_place(self._start[edge]), _place(self._end[edge])):
                if vertex in places:
                    owners[vertex].add(int(self._cell[edge]))
        return owners

    def _insert(self, inserts: dict[tuple[Place, Place], list[Place]]) -> dict[Place, set[int]]:
        """Adds vertices to every edge that runs there; the cells that got each."""
        touched: set[int] = set()
        hits = np.flatnonzero(np.isin(_edge_key(self._start, self._end), _edge_key(*_ends(inserts))))
        where: list[int] = []
        what: list[Place] = []
        concerned: dict[Place, set[int]] = defaultdict(set)
        for edge in hits.tolist():
            a, b = _place(self._start[edge]), _place(self._end[edge])
            if (added := inserts.get((min(a, b), max(a, b)))) is None:
                continue
            ordered = added if a < b else added[::-1]
            where.extend([edge] * len(ordered))
            what.extend(ordered)
            touched.add(int(self._cell[edge]))
            for place in ordered:
                concerned[place].add(int(self._cell[edge]))
        self._split(where, what)
        self._rematch()
        self._rebuild(touched)
        return concerned

    def _append_outline(self, outline: BaseGeometry) -> None:
        edges = half_edges([outline], by_area=True)
        self._start = np.concatenate([self._start, edges.end(edges.edge)])
        self._end = np.concatenate([self._end, edges.start(edges.edge)])
        self._cell = np.concatenate([self._cell, np.full(len(edges.edge), self._outline)])
        self._open = np.concatenate([self._open, np.ones(len(edges.edge), dtype=bool)])
        self._rematch()

    def _rematch(self) -> None:
        """Edges without length go; open ones that now meet their reverse are open no longer."""
        kept = (self._start != self._end).any(axis=1)
        self._start, self._end, self._cell, self._open = self._start[kept], self._end[kept], self._cell[kept], self._open[kept]
        still = np.flatnonzero(self._open)
        self._open[still] = pair_off(self._start[still], self._end[still]) < 0

    def _replace(self, moved: dict[Place, Place]) -> dict[Place, set[int]]:
        """Moves vertices wherever they occur; the cells at every old and new place."""
        watched = np.array([*moved.keys(), *moved.values()], dtype=np.int64)
        keys = _place_key(watched)
        cells: dict[Place, set[int]] = defaultdict(set)
        for side in (self._start, self._end):
            for edge in np.flatnonzero(np.isin(_place_key(side), keys)).tolist():
                place = _place(side[edge])
                cells[place].add(int(self._cell[edge]))
                if place in moved:
                    side[edge] = moved[place]
                    cells[moved[place]].add(int(self._cell[edge]))
        return cells

    def _inserts(self) -> dict[tuple[Place, Place], list[Place]]:
        """For undirected edges (lower end first) the vertices to add, in order from the lower end."""
        broken = np.isin(self._cell, list(self._broken)) if self._broken else np.zeros(len(self._cell), dtype=bool)
        edges = np.flatnonzero(self._open | broken)
        if not len(edges):
            return {}
        turned = _is_lower(self._end[edges], self._start[edges])[:, None]
        low, high = np.where(turned, self._end[edges], self._start[edges]), np.where(turned, self._start[edges], self._end[edges])
        corners = np.unique(np.concatenate([low, high]), axis=0)
        lines = shapely.linestrings(np.stack([to_degrees(low), to_degrees(high)], axis=1))
        corner, line = shapely.STRtree(lines).query(shapely.points(to_degrees(corners)), predicate="dwithin", distance=2e-9)
        along, on_edge = _on_edge(corners[corner], low[line], high[line])
        found: dict[tuple[Place, Place], dict[Place, float]] = defaultdict(dict)
        at_end = np.minimum(np.abs(corners[corner] - low[line]).max(axis=1), np.abs(corners[corner] - high[line]).max(axis=1)) <= self._at_end_units
        for index in np.flatnonzero(on_edge & (broken[edges][line] | ~at_end)).tolist():
            found[_place(low[line[index]]), _place(high[line[index]])][_place(corners[corner[index]])] = float(along[index])
        inside = self._inside([place for places in found.values() for place in places])
        kept = {edge: {place: at for place, at in places.items() if place in inside} for edge, places in found.items()}
        return _in_order({edge: places for edge, places in kept.items() if places})

    def _inside(self, places: list[Place]) -> set[Place]:
        """Those of the places that may be changed."""
        if self._within is None or not places:
            return set(places)
        hit = shapely.intersects(self._within, shapely.points(to_degrees(np.array(places, dtype=np.int64))))
        return {place for place, inside in zip(places, hit.tolist(), strict=True) if inside}

    def _split(self, where: list[int], what: list[Place]) -> None:
        added = np.array(what, dtype=np.int64)
        after = np.array(where, dtype=np.int64)
        self._start = np.insert(self._start, after + 1, added, axis=0)
        self._end = np.insert(self._end, after, added, axis=0)
        # A matched edge may be split because its cell is broken: all parts are looked at again.
        self._open[after] = True
        self._cell, self._open = np.insert(self._cell, after, self._cell[after]), np.insert(self._open, after, True)

    def _note_added(self, inserts: dict[tuple[Place, Place], list[Place]], concerned: dict[Place, set[int]]) -> None:
        noted: dict[Place, float] = {}
        for (low, high), places in inserts.items():
            line = shapely.LineString([_degrees(low), _degrees(high)])
            for place in places:
                point = _degrees(place)
                foot = line.interpolate(line.project(shapely.Point(point)))
                size_m = geodesic_m(*point, foot.x, foot.y)
                noted[place] = max(size_m, noted.get(place, 0.0))
        cells_at = self._cells_at(list(noted))
        for place, size_m in noted.items():
            cells = (concerned[place] | cells_at[place]) - {self._outline}
            self.rounding.append(Rounding("vertex-added", tuple(sorted(cells)), _degrees(place), size_m))

    def _cells_at(self, places: list[Place]) -> dict[Place, set[int]]:
        cells: dict[Place, set[int]] = defaultdict(set)
        keys = _place_key(np.array(places, dtype=np.int64))
        for edge in np.flatnonzero(np.isin(_place_key(self._start), keys)).tolist():
            cells[_place(self._start[edge])].add(int(self._cell[edge]))
        return cells

    def _rebuild(self, touched: set[int]) -> None:
        """Traces the touched cells anew: what runs there and back within a cell bounds nothing and goes."""
        if not touched:
            return
        chosen = np.flatnonzero(np.isin(self._cell, list(touched)))
        chosen = chosen[np.argsort(self._cell[chosen], kind="stable")]
        bounds = np.searchsorted(self._cell[chosen], [*sorted(touched), max(touched) + 1])
        gone = []
        for index, cell in enumerate(sorted(touched)):
            edges = chosen[bounds[index] : bounds[index + 1]]
            left = pair_off(self._start[edges], self._end[edges]) < 0
            gone.append(edges[~left])
            edges = edges[left]
            start, end = (self._end, self._start) if cell == self._outline else (self._start, self._end)
            shape = assemble(trace(start[edges], end[edges]))
            self._note_collapsed(cell, shape)
            self.shapes[cell] = shape
            (self._broken.discard if shape.is_valid else self._broken.add)(cell)
        self._drop(np.concatenate(gone))

    def _drop(self, edges: Ints) -> None:
        if len(edges):
            kept = np.ones(len(self._cell), dtype=bool)
            kept[edges] = False
            self._start, self._end, self._cell, self._open = self._start[kept], self._end[kept], self._cell[kept], self._open[kept]

    def _note_collapsed(self, cell: int, shape: MultiPolygon) -> None:
        before = sorted(shapely.get_parts(self.shapes[cell]), key=lambda part: float(part.area))
        for part in before[: max(0, len(before) - len(shape.geoms))]:
            corner = shapely.get_coordinates(part)[0]
            others = () if cell == self._outline else (cell,)
            self.rounding.append(Rounding("part-collapsed", others, (float(corner[0]), float(corner[1])), 0.0, area_m2(part)))


def _joins(vertices: Ints) -> dict[Place, Place]:
    """Which of the vertices become which other: neighbours within one unit in each axis, chains that reach further left alone."""
    if not len(vertices):
        return {}
    corners, counts = np.unique(vertices, axis=0, return_counts=True)
    key = _place_key(corners)
    order = np.argsort(key)
    near: dict[int, set[int]] = defaultdict(set)
    for dx, dy in ((0, 1), (1, -1), (1, 0), (1, 1)):
        wanted = corners + np.array([dx, dy])
        at = order[np.minimum(np.searchsorted(key[order], _place_key(wanted)), len(order) - 1)]
        for one in np.flatnonzero((corners[at] == wanted).all(axis=1)).tolist():
            near[one].add(int(at[one]))
            near[int(at[one])].add(one)
    joined: dict[int, int] = {}
    leading: set[int] = set()
    for one in sorted(near, key=lambda index: (-int(counts[index]), _place(corners[index]))):
        if one not in joined:
            leading.add(one)
            joined.update((other, one) for other in near[one] if other not in joined and other not in leading)
    return {_place(corners[old]): _place(corners[new]) for old, new in joined.items()}


def _nearest_strangers(corners: list[Place], owners: dict[Place, set[int]], reach_deg: float) -> dict[Place, Place]:
    """Which vertices become which: nearest pairs first, each to the one that more cells have, never two of one cell."""
    stretch = _stretch(corners)
    points = shapely.points(to_degrees(np.array(corners, dtype=np.int64)) * stretch)
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=reach_deg)
    one, other = one[one < other], other[one < other]
    apart = shapely.distance(points[one], points[other])
    cells = {corner: set(found) for corner, found in owners.items()}
    moved: dict[Place, Place] = {}
    leading: set[Place] = set()
    for index in np.lexsort((other, one, apart)).tolist():
        near, far = sorted((corners[int(one[index])], corners[int(other[index])]), key=lambda corner: (-len(cells[corner]), corner))
        if far in leading:
            near, far = far, near
        if near in moved or far in moved or far in leading or cells[near] & cells[far]:
            continue
        moved[far] = near
        leading.add(near)
        cells[near] |= cells[far]
    return moved


def _stretch(corners: list[Place]) -> NDArray[np.float64]:
    """Scale of longitudes at which a degree is as long either way, for the middle latitude."""
    return np.array([np.cos(np.radians(np.mean([corner[1] for corner in corners]) / 1e9)), 1.0])


def _in_order(found: dict[tuple[Place, Place], dict[Place, float]]) -> dict[tuple[Place, Place], list[Place]]:
    """The vertices to add to each edge, in order from its lower end."""
    return {edge: [place for _, place in sorted((along, place) for place, along in places.items())] for edge, places in found.items()}


def _on_edge(corner: Ints, low: Ints, high: Ints) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """How far along the edge each vertex lies (square units), and whether it lies on the edge."""
    ahead, reach = (corner - low).astype(np.float64), (high - low).astype(np.float64)
    along = (ahead * reach).sum(axis=1)
    length2 = (reach * reach).sum(axis=1)
    across = np.abs(reach[:, 0] * ahead[:, 1] - reach[:, 1] * ahead[:, 0])
    return along, (along > 0) & (along < length2) & (2 * across <= _TWICE_ON_EDGE * np.sqrt(length2))


def _is_lower(one: Ints, other: Ints) -> NDArray[np.bool_]:
    return np.asarray((one[:, 0] < other[:, 0]) | ((one[:, 0] == other[:, 0]) & (one[:, 1] < other[:, 1])))


def _place_key(places: Ints) -> NDArray[np.uint64]:
    unsigned = np.ascontiguousarray(places).view(np.uint64)
    return np.asarray(unsigned[:, 0] * _X + unsigned[:, 1] * _Y)


def _edge_key(start: Ints, end: Ints) -> NDArray[np.uint64]:
    one, other = _place_key(start), _place_key(end)
    one ^= one >> np.uint64(31)
    other ^= other >> np.uint64(31)
    return one + other


def _ends(edges: dict[tuple[Place, Place], list[Place]]) -> tuple[Ints, Ints]:
    ends = np.array(list(edges), dtype=np.int64)
    return np.ascontiguousarray(ends[:, 0]), np.ascontiguousarray(ends[:, 1])


def _place(vertex: Ints) -> Place:
    return int(vertex[0]), int(vertex[1])


def _degrees(place: Place) -> tuple[float, float]:
    return place[0] / 1e9, place[1] / 1e9
