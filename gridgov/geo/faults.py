"""Where and how cells fail to tile: the regions between the edges left over, named, measured and placed.

Called only once `coverage` knows that something is wrong, or where the rim of the cells is all there is. Regions are cut with GEOS in
lon/lat doubles and classed by how many cells cover a place inside each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.geo.area import area_m2, geodesic_m, length_m
from gridgov.geo.lattice import to_degrees
from gridgov.geo.trace import assemble, twice_area

Ints = NDArray[np.int64]
NO_CELL = -1
# 2 mm along a meridian: what is narrower is no ground of its own, and vertices that near were meant as one.
_CLEARANCE = 1.8e-8
# A place on an edge that was cut is found again within this many degrees.
_ON_EDGE = 2e-10
_MOST_CORNERS = 400
# Share of a face below which a part of it is noise of the cutting.
_NOISE = 1e-9


class Text(NamedTuple):
    """One sentence in both languages."""

    en: str
    zh: str


_UNSHARED = Text("Neighbours do not have the same vertices along their common boundary.", "相邻网格在公共边界上的顶点不一致。")


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing against the tiling.

    kind: overlap, gap, hole, unmatched-edge, outside-parent, invalid or duplicate. cells: indices of the cells concerned, for uncovered
    ground its neighbours. area_m2, length_m (the region's border, or the distance of a mismatch): geodesic. point: lon, lat.
    shape: the region, None where there is none.
    """

    kind: str
    cells: tuple[int, ...]
    area_m2: float
    length_m: float
    point: tuple[float, float]
    detail: Text
    shape: Polygon | None = None


@dataclass(frozen=True, slots=True)
class Border:
    """Directed edges (n, 2), lattice units, that met no reverse edge; cell: on their left, NO_CELL for an outline or an allowed gap."""

    start: Ints
    end: Ints
    cell: Ints

    def lines(self) -> NDArray[np.object_]:
        """The edges as line strings in degrees."""
        return np.asarray(shapely.linestrings(np.stack([to_degrees(self.start), to_degrees(self.end)], axis=1)))


def holes(rings: Sequence[Ints], border: Border, allowed_gaps: Sequence[Polygon], *, kind: str = "hole") -> list[Violation]:
    """The uncovered ground that the traced rings enclose, islands taken out, without what lies in an allowed gap."""
    enclosed = [hole for hole in assemble([ring[::-1] for ring in rings]).geoms]
    allowed = shapely.union_all(np.array(list(allowed_gaps), dtype=object)) if allowed_gaps else None
    wanted = [hole for hole in enclosed if allowed is None or not allowed.covers(hole)]
    beside = _neighbours(wanted, border)
    return [_uncovered(hole, cells, kind) for hole, cells in zip(wanted, beside, strict=True)]


def seams(rings: Sequence[Ints], border: Border) -> list[Violation]:
    """The rings without area: a neighbour has a vertex exactly on an edge where the other has none."""
    flat = [Polygon(to_degrees(ring)) for ring in rings if twice_area(ring) == 0]
    found = []
    for shape, cells in zip(flat, _neighbours(flat, border), strict=True):
        # On a ring folded flat the ends are shared; a vertex between them is the one that the other side lacks.
        corner = sorted(set(shape.exterior.coords))[1]
        if len(cells) < 2:
            continue  # a cell folded onto itself: told of as invalid
        found.append(Violation("unmatched-edge", cells, 0.0, length_m(shape) / 2, (corner[0], corner[1]), _UNSHARED))
    return found


def mismatches(border: Border, known: Sequence[Violation]) -> list[Violation]:
    """Vertices of one cell that lie beside a vertex or an edge of another, nearer than the clearance, without being the same place.

    Such places open to the outside enclose nothing and would pass for outline. known: violations that already tell of a place.
    """
    if not len(border.start):
        return []
    vertices, owner = np.concatenate([border.start, border.end]), np.tile(border.cell, 2) + 1
    different, corner_of = np.unique(vertices[:, 0] + 1j * vertices[:, 1], return_inverse=True)
    corners = np.column_stack([different.real, different.imag]) / 1e9
    cell_count = int(owner.max()) + 1
    own = np.unique(corner_of * cell_count + owner)
    tails, heads = to_degrees(border.start), to_degrees(border.end)
    low, high = np.minimum(tails, heads) - _CLEARANCE, np.maximum(tails, heads) + _CLEARANCE
    tree = shapely.STRtree(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))
    points = shapely.points(corners)
    corner, edge = tree.query(points)
    strange = ~np.isin(corner * cell_count + border.cell[edge] + 1, own) & (border.cell[edge] != NO_CELL)
    corner, edge = corner[strange], edge[strange]
    lines = np.asarray(shapely.linestrings(np.stack([tails[edge], heads[edge]], axis=1)))
    beside_it = shapely.dwithin(points[corner], lines, _CLEARANCE)
    told = {fault.point for fault in known} | {place for fault in known if fault.shape is not None for place in fault.shape.exterior.coords}
    found: dict[tuple[float, float], Violation] = {}
    for at, line, other in zip(corner[beside_it].tolist(), lines[beside_it], border.cell[edge[beside_it]].tolist(), strict=True):
        place = (float(points[at].x), float(points[at].y))
        if place not in told and place not in found:
            first, last = np.searchsorted(own, [at * cell_count, (at + 1) * cell_count])
            beside = {int(key) % cell_count - 1 for key in own[first:last]}
            found[place] = _mismatch(place, line, tuple(sorted((beside | {other}) - {NO_CELL})))
    return list(found.values())


def regions(border: Border, cells: Sequence[BaseGeometry], outline: MultiPolygon | None, allowed_gaps: Sequence[Polygon]) -> list[Violation]:
    """Every region between the left-over edges that is covered twice, not at all though enclosed, or outside the outline."""
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(border.lines())]))
    if not len(faces):
        return []
    inside = shapely.point_on_surface(faces)
    tree = shapely.STRtree(list(cells))
    # How often a face is covered is the same all over it; by which cells is not.
    times = np.bincount(tree.query(inside, predicate="intersects")[0], minlength=len(faces))
    within = shapely.intersects(outline, inside) if outline is not None else np.ones(len(faces), dtype=bool)
    allowed = shapely.union_all(np.array(list(allowed_gaps), dtype=object)) if allowed_gaps else None
    excused = np.zeros(len(faces), dtype=bool) if allowed is None else shapely.intersects(allowed, inside)
    beside = _neighbours(list(faces), border)
    found: list[Violation] = []
    for index, face in enumerate(faces):
        if times[index] > 1:
            found.extend(_overlaps(face, beside[index], cells, tree))
        elif times[index] == 0 and within[index] and not excused[index]:
            found.append(_uncovered(face, beside[index], "hole" if outline is None else "gap"))
        elif times[index] and not within[index]:
            found.append(_outside(face, _over(face, cells, tree)))
    return _duplicates_once(found)


def unexplained(rings: Sequence[Ints], border: Border) -> list[Violation]:
    """A violation for every ring of left-over edges, for when no region could be told apart: not proved is not tiling."""
    shapes = [Polygon(to_degrees(ring)) for ring in rings]
    text = Text("Edges do not meet their neighbours; no region between them can be told apart.", "部分边与相邻网格不吻合，且无法区分其间的范围。")
    return [
        Violation("unmatched-edge", cells, abs(area_m2(shape)), length_m(shape), _corner(shape), text)
        for shape, cells in zip(shapes, _neighbours(shapes, border), strict=True)
    ]


def _uncovered(shape: Polygon, cells: tuple[int, ...], kind: str) -> Violation:
    if _is_thin(shape):
        return _sliver(shape, cells, "gap", "缝隙")
    text = {
        "hole": Text(
            "Ground enclosed by cells belongs to none of them; without an outline nobody can say whether it should.",
            "被网格包围的范围不属于任何网格；没有外轮廓，无法判定其是否应被覆盖。",
        ),
        "gap": Text("Ground inside the outline belongs to no cell.", "轮廓范围内有未被任何网格覆盖的区域。"),
    }[kind]
    return Violation(kind, cells, area_m2(shape), length_m(shape), _inner(shape), text, shape)


def _overlaps(face: Polygon, beside: tuple[int, ...], cells: Sequence[BaseGeometry], tree: shapely.STRtree) -> list[Violation]:
    """The overlaps of each two cells inside a face that is covered more than once."""
    if _is_thin(face):
        return [_sliver(face, tuple(sorted({*beside, *tree.query(shapely.point_on_surface(face), predicate="intersects").tolist()})), "overlap", "重叠")]
    found = []
    for one, other in combinations(_over(face, cells, tree), 2):
        common = shapely.intersection(face, shapely.intersection(cells[one], cells[other]))
        for part in shapely.get_parts(common):
            if isinstance(part, Polygon) and part.area > _NOISE * face.area:
                found.append(_overlap(part, (one, other), cells))
    return found


def _over(face: Polygon, cells: Sequence[BaseGeometry], tree: shapely.STRtree) -> tuple[int, ...]:
    near = tree.query(face, predicate="intersects").tolist()
    return tuple(sorted(cell for cell in near if shapely.intersection(face, cells[cell]).area > _NOISE * face.area))


def _overlap(shape: Polygon, over: tuple[int, ...], cells: Sequence[BaseGeometry]) -> Violation:
    if shapely.equals_exact(shapely.normalize(cells[over[0]]), shapely.normalize(cells[over[1]]), 0):
        text = Text("The same cell occurs twice.", "同一网格重复出现。")
        whole = cells[over[0]]
        return Violation("duplicate", over, area_m2(whole), length_m(whole), _inner(shape), text, shape)
    text = Text("Ground belongs to more than one cell.", "同一范围同时属于多个网格。")
    return Violation("overlap", over, area_m2(shape), length_m(shape), _inner(shape), text, shape)


def _outside(shape: Polygon, over: tuple[int, ...]) -> Violation:
    if _is_thin(shape):
        return _sliver(shape, over, "strip outside the outline", "轮廓外的窄条")
    text = Text("A cell reaches outside the outline of its parent.", "网格超出上级轮廓范围。")
    return Violation("outside-parent", over, area_m2(shape), length_m(shape), _inner(shape), text, shape)


def _sliver(shape: Polygon, cells: tuple[int, ...], what_en: str, what_zh: str) -> Violation:
    place, width_m = widest(shape)
    size_m2 = area_m2(shape)
    text = Text(
        f"Neighbours do not share identical vertices: a {what_en} of {size_m2:.4f} m2, {width_m * 1000:.2f} mm wide, lies between them.",
        f"相邻网格的边界顶点不一致：其间有 {size_m2:.4f} 平方米、宽 {width_m * 1000:.2f} 毫米的{what_zh}。",
    )
    return Violation("unmatched-edge", cells, size_m2, length_m(shape), place, text, shape)


def _mismatch(place: tuple[float, float], line: BaseGeometry, cells: tuple[int, ...]) -> Violation:
    foot = shapely.shortest_line(shapely.Point(place), line)
    apart_m = geodesic_m(*foot.coords[0], *foot.coords[1])
    text = _UNSHARED
    if apart_m > 1e-6:
        text = Text(
            f"A vertex on the rim lies {apart_m * 1000:.2f} mm beside the edge of a neighbour instead of on it.",
            f"外缘上的顶点与相邻网格的边相距 {apart_m * 1000:.2f} 毫米，未落在该边上。",
        )
    return Violation("unmatched-edge", cells, 0.0, apart_m, place, text)


def _duplicates_once(found: Sequence[Violation]) -> list[Violation]:
    kept: list[Violation] = []
    told: set[tuple[int, ...]] = set()
    for fault in found:
        if fault.kind == "duplicate" and fault.cells in told:
            continue
        if fault.kind == "duplicate":
            told.add(fault.cells)
        kept.append(fault)
    return kept


def _neighbours(shapes: Sequence[Polygon], border: Border) -> list[tuple[int, ...]]:
    """The cells whose left-over edges run along each shape."""
    if not len(shapes):
        return []
    rings, shape_of = shapely.get_rings(np.array(list(shapes), dtype=object), return_index=True)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    same = ring_of[1:] == ring_of[:-1]
    middle = ((points[1:] + points[:-1]) / 2)[same]
    owner = shape_of[ring_of[1:][same]]
    near = shapely.STRtree(border.lines()).query(shapely.points(middle), predicate="dwithin", distance=_ON_EDGE)
    beside: list[set[int]] = [set() for _ in shapes]
    for shape, cell in zip(owner[near[0]].tolist(), border.cell[near[1]].tolist(), strict=True):
        beside[shape].add(cell)
    return [tuple(sorted(cells - {NO_CELL})) for cells in beside]


def _is_thin(shape: Polygon) -> bool:
    """Whether no circle as wide as the clearance fits in: vertices that near are meant as one, so nothing real lies between."""
    return bool(shapely.is_empty(shapely.buffer(shape, -_CLEARANCE / 2)))


def widest(shape: Polygon) -> tuple[tuple[float, float], float]:
    """The vertex where a thin shape is widest (lon, lat), and its distance there from the side across, in metres."""
    corners = shapely.get_coordinates(shape.exterior)[:-1]
    if len(corners) > _MOST_CORNERS:
        return _inner(shape), 4 * area_m2(shape) / max(length_m(shape), 1e-12)
    points = shapely.points(corners)
    sides = shapely.linestrings(np.stack([corners, np.roll(corners, -1, axis=0)], axis=1))
    away = shapely.distance(points[:, None], sides[None, :])
    every = np.arange(len(corners))
    away[every, every] = away[every, every - 1] = np.inf
    across = away.min(axis=1)
    # The tips of a sliver are far from the side across; where it is wide it still is about as wide as on average.
    across[across > 6 * shape.area / shape.length] = -1.0
    best = int(across.argmax())
    side = int(away[best].argmin())
    foot = shapely.shortest_line(points[best], sides[side])
    return (float(corners[best][0]), float(corners[best][1])), geodesic_m(*foot.coords[0], *foot.coords[1])


def _inner(shape: BaseGeometry) -> tuple[float, float]:
    place = shapely.point_on_surface(shape)
    return round(float(place.x), 9), round(float(place.y), 9)


def _corner(shape: Polygon) -> tuple[float, float]:
    x, y = shape.exterior.coords[0]
    return float(x), float(y)
