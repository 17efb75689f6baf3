"""Exact unions of cells that tile: edges shared inside a group cancel, what is left is traced.

No coordinate is computed, so parents carry exactly the vertices of their children, on both sides of every border. Whether the cells tile is
`coverage`'s to prove first; cells that overlap or part give rings that `coverage` would have named.
"""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gridgov.geo.halfedge import half_edges, twins
from gridgov.geo.trace import assemble, trace


def dissolve(cells: Sequence[BaseGeometry], group: Sequence[Hashable]) -> dict[Hashable, MultiPolygon]:
    """The union of the cells of every group, keyed by group in order of first appearance, in canonical form; may have holes and exclaves.

    cells: polygons or multipolygons in lon/lat on the lattice that tile. group: one key a cell.
    """
    if not len(cells):
        return {}
    keys = list(dict.fromkeys(group))
    number = {key: index for index, key in enumerate(keys)}
    group_of_cell = np.array([number[key] for key in group])
    edges = half_edges(cells)
    owner = group_of_cell[edges.cells()]
    twin = twins(edges)
    outer = np.flatnonzero(edges.leaves & ((twin < 0) | (owner != owner[twin])))
    start, end = edges.start(outer), edges.end(outer)
    in_order = np.argsort(owner[outer], kind="stable")
    bounds = np.searchsorted(owner[outer][in_order], np.arange(len(keys) + 1))
    return {key: _union(start, end, in_order[bounds[index] : bounds[index + 1]]) for index, key in enumerate(keys)}


def outline_of(cells: Sequence[BaseGeometry]) -> MultiPolygon:
    """The union of cells that tile: their outer rings and holes, exactly, in canonical form; empty for no cells."""
    return dissolve(cells, [None] * len(cells)).get(None, MultiPolygon())


def _union(start: NDArray[np.int64], end: NDArray[np.int64], chosen: NDArray[np.int64]) -> MultiPolygon:
    return assemble(trace(start[chosen], end[chosen]))
