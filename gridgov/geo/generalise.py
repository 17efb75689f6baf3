"""Outlines made simpler for the map, once for every arc, so that neighbours and levels never part.

Every zoom is made from the finer one before it. Two arcs may come to cross by less than the tolerance: these shapes are for drawing only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridgov.geo.arcs import Arcs, arcs_of
from gridgov.geo.mercator import forward

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
# Half a pixel of a 256 pixel tile is one where tiles are drawn at 512.
TOLERANCE_PIXELS: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Rings:
    """points: ring after ring, not closed. first: of each ring, and the end. twice_area: signed, square metres of the plane."""

    points: Floats
    first: Ints
    twice_area: Floats


def pyramid(cells: Sequence[BaseGeometry], pixels: Sequence[float]) -> Iterator[Geometries]:
    """For each pixel size (metres of the plane, rising) the shapes of the cells: MultiPolygons in EPSG:3857, None where one vanishes.

    cells: valid polygons on the lattice in lon/lat; those of all levels that are shown together, which then are made of the same arcs. An
    island or enclave that touches nothing vanishes below one square pixel, any other ring when its arcs fall together.
    """
    if not len(cells):
        yield from (np.zeros(0, dtype=object) for _ in pixels)
        return
    arcs = arcs_of(cells)
    lines = shapely.linestrings(forward(arcs.points), indices=np.repeat(np.arange(len(arcs.first) - 1), np.diff(arcs.first)))
    for pixel in pixels:
        lines = shapely.simplify(lines, pixel * TOLERANCE_PIXELS, preserve_topology=False)
        rings = _rings(arcs, lines)
        least = np.where(arcs.alone, pixel**2, 0.0)
        stands = (np.diff(rings.first) >= 3) & (np.abs(rings.twice_area) / 2 > least)
        yield _assembled(arcs, rings, stands, len(cells))


def _rings(arcs: Arcs, lines: Geometries) -> _Rings:
    """Every ring put together from its arcs, each without its last point."""
    points = shapely.get_coordinates(lines)
    ends = np.cumsum(shapely.get_num_coordinates(lines)).astype(np.int64)
    begins = np.concatenate([[0], ends[:-1]]).astype(np.int64)
    size = (ends - begins - 1)[arcs.arc]
    offset = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    passage = np.repeat(np.arange(len(size)), size)
    step = np.arange(offset[-1]) - offset[passage]
    arc = arcs.arc[passage]
    ring_points = points[np.where(arcs.forward[passage], begins[arc] + step, ends[arc] - 1 - step)]
    first = offset[arcs.ring_first]
    return _Rings(ring_points, first, _twice_areas(ring_points, first))


def _twice_areas(points: Floats, first: Ints) -> Floats:
    if not len(points):
        return np.zeros(len(first) - 1)
    # Beside the ring's own first point: products of far coordinates would lose the small areas.
    x, y = (points - np.repeat(points[first[:-1]], np.diff(first), axis=0)).T
    after_x, after_y = np.roll(x, -1), np.roll(y, -1)
    after_x[first[1:] - 1] = after_y[first[1:] - 1] = 0.0
    found: Floats = np.add.reduceat(x * after_y - after_x * y, first[:-1])
    return found


def _assembled(arcs: Arcs, rings: _Rings, stands: NDArray[np.bool_], count: int) -> Geometries:
    """The polygons of the rings that stand; a part without its shell is gone with its holes."""
    is_shell = np.ones(len(arcs.ring_part), dtype=bool)
    is_shell[1:] = arcs.ring_part[1:] != arcs.ring_part[:-1]
    part_stands = np.zeros(len(arcs.part_cell), dtype=bool)
    part_stands[arcs.ring_part[is_shell]] = stands[is_shell]
    kept = stands & part_stands[arcs.ring_part]
    shapes = np.full(count, None, dtype=object)
    if not kept.any():
        return shapes
    size = np.diff(rings.first)
    chosen = np.repeat(kept, size)
    closed = shapely.linearrings(rings.points[chosen], indices=np.repeat(np.arange(int(kept.sum())), size[kept]))
    part, part_number = np.unique(arcs.ring_part[kept], return_inverse=True)
    polygons = shapely.polygons(closed, indices=part_number)
    cell, cell_number = np.unique(arcs.part_cell[part], return_inverse=True)
    shapes[cell] = shapely.multipolygons(polygons, indices=cell_number)
    return shapes
