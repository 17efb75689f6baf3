"""Snap-rounding of a whole level: the coordinates go to the lattice together, and what rounding alone would tear stays joined.

Heals rounding and nothing else. Two vertices are one when they differ by at most one unit in each axis (what two roundings of one place can
differ by, 0.16 mm). A vertex becomes part of a foreign edge within 1.5 units (0.17 mm), unless it lies beside one of its ends: then it is
that end, moved, and not a vertex of its own. Every such change is listed. Anything wider - a vertex moved by a millimetre, a vertex 3 units
beside an edge - is left as it is, for `coverage` to refuse or `repair` to close.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gridgov.errors import InvalidGeometry
from gridgov.geo.lattice import snap
from gridgov.geo.level import Level, Rounding
from gridgov.geo.trace import canonical
from gridgov.geo.validity import POLYGONS

_MOST_PASSES = 8


@dataclass(frozen=True, slots=True)
class Noded:
    """cells: one canonical multipolygon for each geometry given, empty where everything collapsed. outline: likewise, None if none was given.

    rounding: every change beyond moving a coordinate to its own lattice place.
    """

    cells: list[MultiPolygon]
    rounding: list[Rounding]
    outline: MultiPolygon | None = None


def node_level(
    geometries: Sequence[BaseGeometry], *, outline: MultiPolygon | None = None, after_repair: bool = False, within: BaseGeometry | None = None
) -> Noded:
    """The cells of one level on the lattice, with the vertices of neighbours the same wherever only rounding parted them.

    geometries: polygons or multipolygons in lon/lat degrees, any precision, either ring direction. outline: rounded and noded with them.
    after_repair: the cells were cut and joined by machine: nothing is taken for a moved vertex, and folds without area go unlisted.
    within: only vertices on this ground are joined or added; None = everywhere.
    Raises InvalidGeometry for other kinds and non-finite coordinates. A second run changes nothing.
    """
    given = list(geometries) if outline is None else [*geometries, outline]
    for index, geometry in enumerate(given):
        if geometry.geom_type not in POLYGONS:
            raise InvalidGeometry(f"Geometry {index} is a {geometry.geom_type}, not a polygon.", f"第 {index} 个图形不是面。")
    shapes = np.empty(len(given), dtype=object)
    shapes[:] = [snap(geometry) for geometry in given]
    level = Level(shapes, has_outline=outline is not None, after_repair=after_repair, within=within)
    level.join_vertices()
    for _ in range(_MOST_PASSES):
        if not level.add_vertices():
            break
    cells = [canonical(shape) for shape in level.shapes]
    return Noded(cells, level.rounding) if outline is None else Noded(cells[:-1], level.rounding, cells[-1])


__all__ = ["Noded", "Rounding", "node_level"]
