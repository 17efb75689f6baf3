"""Directed edges of a set of cells, and which of them meet their reverse in a neighbour.

A half-edge runs along a ring with its cell on the left. Vertices are compared as lattice doubles, bit by bit, which on the lattice is the
same as comparing integers. Cancelling is one to one and exact: hashes only propose pairs, coordinates decide. What the edges left over mean
is for `coverage`; how they chain into rings for `trace`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridgov.geo.trace import twice_area

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_ROUNDS = ((np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)), (np.uint64(0xD6E8FEB86659FD93), np.uint64(0xA0761D6478BD642F)))
_SMALL = 20_000


@dataclass(frozen=True, slots=True)
class HalfEdges:
    """All rings of all cells, shells counter-clockwise, holes clockwise.

    points: (n, 2) degrees, ring after ring, each ring closed. first: first vertex of every ring, and n at the end. ring_cell: index of the
    cell each ring belongs to. edge: index of the vertex each half-edge starts at; it ends at the next one. Edges without length are left out.
    """

    points: Floats
    first: Ints
    ring_cell: Ints
    edge: Ints

    def cell_of(self, edge: Ints) -> Ints:
        """The cell on the left of each half-edge."""
        return np.repeat(self.ring_cell, np.diff(self.first))[edge]

    def start(self, edge: Ints) -> Ints:
        """Lattice units (n, 2) where the half-edges start."""
        return np.rint(self.points[edge] * 1e9).astype(np.int64)

    def end(self, edge: Ints) -> Ints:
        """Lattice units (n, 2) where the half-edges end."""
        return np.rint(self.points[edge + 1] * 1e9).astype(np.int64)


def half_edges(cells: Sequence[BaseGeometry], *, by_area: bool = False) -> HalfEdges:
    """The half-edges of polygons and multipolygons on the lattice (lon/lat degrees); either ring direction is read.

    by_area: tell a ring's direction by its signed area, which holds for rings that cross themselves too; else by its highest corner (faster).
    """
    geometries = np.empty(len(cells), dtype=object)
    geometries[:] = cells
    parts, part_cell = shapely.get_parts(geometries, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    is_shell = np.ones(len(rings), dtype=bool)
    is_shell[1:] = ring_part[1:] != ring_part[:-1]
    points = shapely.get_coordinates(geometries) + 0.0  # -0.0 becomes 0.0: one place, one bit pattern
    first = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings))]).astype(np.int64)
    turned = np.flatnonzero(shapely.is_ccw(rings) != is_shell) if not by_area else np.arange(len(rings))
    for ring in turned.tolist():
        stretch = slice(first[ring], first[ring + 1])
        if not by_area or (twice_area(np.rint(points[stretch] * 1e9).astype(np.int64)) < 0) == is_shell[ring]:
            points[stretch] = points[stretch][::-1].copy()
    moves = np.empty(len(points), dtype=bool)
    moves[:-1] = (points[1:, 0] != points[:-1, 0]) | (points[1:, 1] != points[:-1, 1])
    moves[first[1:] - 1] = False
    return HalfEdges(points, first, part_cell[ring_part].astype(np.int64), np.flatnonzero(moves))


def unmatched(edges: HalfEdges) -> Ints:
    """The half-edges left over when every edge is cancelled against one reverse edge, in ring order (indices as in `edges.edge`).

    Where several edges run the same way, any of them may be the one left over: only their places count.
    """
    return edges.edge[twins(edges) < 0]


def twins(edges: HalfEdges) -> NDArray[np.int32]:
    """For every half-edge of `edges.edge` the position there of the reverse edge it cancels against, -1 for none."""
    twin = np.full(len(edges.edge), -1, dtype=np.int32)
    left = np.arange(len(edges.edge), dtype=np.int32)
    for multiply_x, multiply_y in _ROUNDS:
        if len(left) > _SMALL:
            _match_by_table(edges, (multiply_x, multiply_y), left, twin)
            left = np.flatnonzero(twin < 0).astype(np.int32)
    rest = pair_off(edges.points[edges.edge[left]], edges.points[edges.edge[left] + 1])
    twin[left[rest >= 0]] = left[rest[rest >= 0]]
    return twin


def _match_by_table(edges: HalfEdges, multiply: tuple[np.uint64, np.uint64], left: NDArray[np.int32], twin: NDArray[np.int32]) -> None:
    """Cancels most pairs: one direction is put into a table by the hash of both ends, the other looks itself up."""
    coordinates, places = edges.points.view(np.uint64), edges.points.view(np.complex128).ravel()
    start = edges.edge if len(left) == len(edges.edge) else edges.edge[left]
    mixed = coordinates[:, 0] * multiply[0]
    mixed += coordinates[:, 1] * multiply[1]
    mixed ^= mixed >> np.uint64(29)
    upward = (mixed[:-1] < mixed[1:])[start]
    mixed[:-1] += mixed[1:]
    mixed *= np.uint64(0xFF51AFD7ED558CCD)
    mixed >>= np.uint64(64 - len(start).bit_length())
    slots = mixed.astype(np.uint32)[start]
    forth, back = np.flatnonzero(upward), np.flatnonzero(np.logical_not(upward, out=upward))
    # Empty slots keep 0: a wrong proposal like any other, which the coordinates turn down.
    table = np.zeros(1 << len(start).bit_length(), dtype=np.int32)
    table[slots[forth]] = forth
    found = table[slots[back]]
    a, b = start[back], start[found]
    same = np.flatnonzero((places[a] == places[b + 1]) & (places[a + 1] == places[b]))
    seeking, found = left[back[same]], left[found[same]]
    twin[found] = seeking
    # Two seekers of one edge: the last one written keeps it.
    kept = twin[found] == seeking
    twin[seeking[kept]] = found[kept]


def pair_off(start: NDArray[Any], end: NDArray[Any]) -> NDArray[np.int64]:
    """For every directed edge the position of the reverse edge it cancels against, -1 for none; exact, by sorting.

    start, end: (n, 2), integers or lattice doubles. Among equal edges the n-th one way is paired with the n-th the other way.
    """
    twin = np.full(len(start), -1, dtype=np.int64)
    if not len(start):
        return twin
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    keys = np.where(turned[:, None], np.hstack([end, start]), np.hstack([start, end]))
    order = np.lexsort((turned, *keys.T))
    keys, turned = keys[order], turned[order]
    group = np.cumsum(np.concatenate([[0], (keys[1:] != keys[:-1]).any(axis=1)]))
    forth, back = np.flatnonzero(~turned), np.flatnonzero(turned)
    _, at_forth, at_back = np.intersect1d(_nth(group[forth], len(start)), _nth(group[back], len(start)), assume_unique=True, return_indices=True)
    one, other = order[forth[at_forth]], order[back[at_back]]
    twin[one], twin[other] = other, one
    return twin


def _nth(group: Ints, limit: int) -> Ints:
    """A number for each item that tells its group (sorted) and its position in it."""
    positions = np.arange(len(group))
    first = np.searchsorted(group, group, side="left")
    return np.asarray(group * limit + positions - first)
