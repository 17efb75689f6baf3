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
# Odd multipliers, one a round: edges that share a slot in one round hardly do in the next.
_ROUNDS = (np.uint64(1), np.uint64(0xD6E8FEB86659FD93), np.uint64(0xA0761D6478BD642F))
_SMALL = 20_000


@dataclass(frozen=True, slots=True)
class HalfEdges:
    """All rings of all cells, shells counter-clockwise, holes clockwise.

    points: (n, 2) degrees, ring after ring, each ring closed. first: first vertex of every ring, and n at the end. ring_cell: index of the
    cell each ring belongs to. leaves: (n,) whether a half-edge leaves the vertex: not at the last vertex of a ring, nor where the next one is
    the same place. A half-edge is named by the index of the vertex it leaves; it ends at the next one.
    """

    points: Floats
    first: Ints
    ring_cell: Ints
    leaves: NDArray[np.bool_]

    @property
    def edge(self) -> Ints:
        """All half-edges, in ring order."""
        return np.flatnonzero(self.leaves)

    def cell_of(self, edge: Ints) -> Ints:
        """The cell on the left of each half-edge."""
        return self.cells()[edge]

    def cells(self) -> Ints:
        """The cell of each vertex."""
        return np.repeat(self.ring_cell, np.diff(self.first))

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
    points = shapely.get_coordinates(geometries)
    points += 0.0  # -0.0 becomes 0.0: one place, one bit pattern
    first = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings))]).astype(np.int64)
    turned = np.flatnonzero(shapely.is_ccw(rings) != is_shell) if not by_area else np.arange(len(rings))
    for ring in turned.tolist():
        stretch = slice(first[ring], first[ring + 1])
        if not by_area or (twice_area(np.rint(points[stretch] * 1e9).astype(np.int64)) < 0) == is_shell[ring]:
            points[stretch] = points[stretch][::-1].copy()
    places = points.view(np.complex128).ravel()
    leaves = np.empty(len(points), dtype=bool)
    np.not_equal(places[1:], places[:-1], out=leaves[:-1])
    leaves[first[1:] - 1] = False
    return HalfEdges(points, first, part_cell[ring_part].astype(np.int64), leaves)


def unmatched(edges: HalfEdges) -> Ints:
    """The half-edges left over when every edge is cancelled against one reverse edge, in ring order.

    Where several edges run the same way, any of them may be the one left over: only their places count.
    """
    return np.flatnonzero(edges.leaves & (twins(edges) < 0))


def twins(edges: HalfEdges) -> NDArray[np.int32]:
    """For every vertex the half-edge that cancels against the one leaving it, -1 for none."""
    twin = np.full(len(edges.points), -1, dtype=np.int32)
    left = edges.leaves
    if len(twin) > _SMALL:
        hashed = _Hashed.of(edges)
        for salt in _ROUNDS:
            _match_by_table(hashed, left, twin, salt)
            left = edges.leaves & (twin < 0)
    rest = np.flatnonzero(left)
    pairs = pair_off(edges.points[rest], edges.points[rest + 1])
    twin[rest[pairs >= 0]] = rest[pairs[pairs >= 0]]
    return twin


@dataclass(frozen=True, slots=True)
class _Hashed:
    """Edges from each vertex to the next made ready to be looked up: places, a hash that is the same both ways, and which way each runs."""

    places: NDArray[np.complex128]
    key: NDArray[np.uint64]
    upward: NDArray[np.bool_]

    @classmethod
    def of(cls, edges: HalfEdges) -> "_Hashed":
        bits = edges.points.view(np.uint64)
        key = bits[:, 0] * np.uint64(0x9E3779B97F4A7C15)
        key += bits[:, 1] * np.uint64(0xC2B2AE3D27D4EB4F)
        key ^= key >> np.uint64(29)
        upward = np.zeros(len(key), dtype=bool)
        np.less(key[:-1], key[1:], out=upward[:-1])
        key[:-1] += key[1:]
        key *= np.uint64(0xFF51AFD7ED558CCD)
        return cls(edges.points.view(np.complex128).ravel(), key, upward)


def _match_by_table(hashed: _Hashed, left: NDArray[np.bool_], twin: NDArray[np.int32], salt: np.uint64) -> None:
    """Cancels most pairs among `left`: one direction is put into a table by hash, the other looks itself up, the coordinates decide."""
    forth, back = np.flatnonzero(left & hashed.upward), np.flatnonzero(left & ~hashed.upward)
    bits = max(8, (len(forth) + len(back)).bit_length())
    shift, places = np.uint64(64 - bits), hashed.places
    if not len(forth):
        return
    # Empty slots propose some edge that is left: a proposal like any other, on which the coordinates decide.
    table = np.full(1 << bits, forth[0], dtype=np.int32)
    table[hashed.key.take(forth) * salt >> shift] = forth
    found = table.take(hashed.key.take(back) * salt >> shift)
    same = np.flatnonzero((places.take(back) == places.take(found + 1)) & (places.take(back + 1) == places.take(found)))
    seeking, found = back.take(same), found.take(same)
    twin[found] = seeking
    # Two seekers of one edge: the last one written keeps it.
    kept = twin.take(found) == seeking
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
