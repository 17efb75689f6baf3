"""A mesh of unequal triangles over the plane, and how claims spread over it.

Everything with a border is drawn on it: each node belongs to one owner, and the border runs through the triangles whose corners differ
(see `mosaic`). The nodes are a triangular lattice shaken by less than would turn a triangle over, so the mesh needs no triangulation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]
Field = NDArray[np.float64]

_SHAKE = 0.3
_LABEL_BITS = 24
_NOBODY = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Mesh:
    """rows x columns nodes, numbered row by row from the south-west; xy (n, 2) metres."""

    rows: int
    columns: int
    spacing_m: float
    xy: Field

    @property
    def size(self) -> int:
        """How many nodes."""
        return self.rows * self.columns

    def triangles(self) -> Index:
        """Corners (t, 3) of every triangle, counter-clockwise."""
        node = np.arange(self.size).reshape(self.rows, self.columns)
        found = []
        for first in (0, 1):
            low, high = node[first:-1:2], node[first + 1 :: 2]
            a, b, c, d = low[:, :-1], low[:, 1:], high[:, :-1], high[:, 1:]
            pairs = [(a, b, c), (b, d, c)] if first == 0 else [(a, b, d), (a, d, c)]
            found += [np.stack(corners, axis=-1).reshape(-1, 3) for corners in pairs]
        return np.concatenate(found)

    def shifts(self) -> tuple[tuple[Index, Index], ...]:
        """The six directions: for each, the nodes that have a neighbour there and those neighbours."""
        return _shifts(self.rows, self.columns)

    def table(self) -> Index:
        """Neighbours (n, 6) of every node, in the order of `shifts`; -1 where there is none."""
        return _table(self.rows, self.columns)

    def edges(self) -> tuple[Index, Index]:
        """Both ends of every edge, each edge once."""
        return _edges(self.rows, self.columns)


@lru_cache(maxsize=4)
def _shifts(rows: int, columns: int) -> tuple[tuple[Index, Index], ...]:
    node = np.arange(rows * columns).reshape(rows, columns)
    ways = [(node[:, :-1], node[:, 1:])]
    even: tuple[list[Index], list[Index]] = ([], [])
    odd: tuple[list[Index], list[Index]] = ([], [])
    for first in (0, 1):
        low, high = node[first:-1:2], node[first + 1 :: 2]
        slant = (low[:, 1:], high[:, :-1]) if first == 0 else (low[:, :-1], high[:, 1:])
        for (here, there), kept in zip(((low, high), slant), (even, odd), strict=True):
            kept[0].append(here.ravel())
            kept[1].append(there.ravel())
    ways += [(np.concatenate(kept[0]), np.concatenate(kept[1])) for kept in (even, odd)]
    return tuple(pair for one, other in ways for pair in ((one.ravel(), other.ravel()), (other.ravel(), one.ravel())))


@lru_cache(maxsize=4)
def _edges(rows: int, columns: int) -> tuple[Index, Index]:
    ways = _shifts(rows, columns)[::2]
    one, other = np.concatenate([way[0] for way in ways]), np.concatenate([way[1] for way in ways])
    return np.minimum(one, other), np.maximum(one, other)


@lru_cache(maxsize=4)
def _table(rows: int, columns: int) -> Index:
    found = np.full((rows * columns, 6), -1)
    for way, (here, there) in enumerate(_shifts(rows, columns)):
        found[here, way] = there
    return found


def make_mesh(side_m: float, spacing_m: float, generator: np.random.Generator) -> Mesh:
    """A mesh that covers the square of this side around (0, 0)."""
    columns, rows = int(side_m / spacing_m) + 1, int(side_m / (spacing_m * np.sqrt(3) / 2)) + 1
    row, column = np.divmod(np.arange(rows * columns), columns)
    x = (column + 0.5 * (row % 2) - (columns - 0.5) / 2) * spacing_m
    y = (row - (rows - 1) / 2) * (spacing_m * np.sqrt(3) / 2)
    turn, reach = generator.random(rows * columns) * 2 * np.pi, np.sqrt(generator.random(rows * columns)) * _SHAKE * spacing_m
    return Mesh(rows, columns, spacing_m, np.stack([x + reach * np.cos(turn), y + reach * np.sin(turn)], axis=-1))


def spread(mesh: Mesh, seats: Index, cost: Sequence[Index], allowed: NDArray[np.bool_] | None = None) -> Index:
    """Which seat reaches each node most cheaply (its position in `seats`); -1 where none does.

    cost: for each direction of `mesh.shifts()`, the whole cost (> 0) of the step between its nodes, the same both ways.
    Each owner's nodes hang together. Ties go to the seat named first.
    """
    near = mesh.table()
    price = prices(mesh, cost) << _LABEL_BITS
    best = np.full(mesh.size + 1, _NOBODY)
    best[seats] = np.arange(seats.size)
    front = np.unique(seats)
    while front.size:
        there, offer = near[front].ravel(), (best[front][:, None] + price[front]).ravel()
        usable = there >= 0 if allowed is None else (there >= 0) & allowed[there]
        there, offer = there[usable], offer[usable]
        better = offer < best[there]
        there, offer = there[better], offer[better]
        np.minimum.at(best, there, offer)
        front = np.unique(there)
    best = best[:-1]
    return np.where(best == _NOBODY, -1, best & ((1 << _LABEL_BITS) - 1))


def prices(mesh: Mesh, cost: Sequence[Index]) -> Index:
    """Costs given by direction of `shifts` as a table (n, 6) like that of the neighbours."""
    price = np.zeros((mesh.size, 6), dtype=np.int64)
    for way, ((here, _), spent) in enumerate(zip(mesh.shifts(), cost, strict=True)):
        price[here, way] = spent
    return price


def members(label: Index, count: int) -> list[Index]:
    """The nodes of every label from 0 up to this many, in rising order; other labels are left out."""
    order = np.argsort(label, kind="stable")
    ends = np.searchsorted(label[order], np.arange(count + 1))
    return [order[first:last] for first, last in pairwise(ends.tolist())]


def components(mesh: Mesh, label: Index) -> Index:
    """For each node, the least node number of the connected piece of equal labels that it lies in."""
    low, high = mesh.edges()
    same = label[low] == label[high]
    low, high = low[same], high[same]
    root = np.arange(mesh.size)
    while low.size:
        # Hook the greater root of each edge to the lesser one, then let everybody point at the root of its root.
        np.minimum.at(root, np.maximum(low, high), np.minimum(low, high))
        while True:
            above = root[root]
            if np.array_equal(above, root):
                break
            root = above
        low, high = root[low], root[high]
        apart = low != high
        low, high = low[apart], high[apart]
    return root


def tidy(mesh: Mesh, label: Index, *, least_nodes: int, keep: NDArray[np.bool_] | None = None) -> Index:
    """Labels in which no connected piece is smaller than this: small ones go to the label met most along their edge.

    keep: nodes whose pieces stay whatever their size.
    """
    label = label.copy()
    for _ in range(4):
        piece = components(mesh, label)
        count = np.bincount(piece, minlength=mesh.size)[piece]
        small = count < least_nodes
        if keep is not None:
            small &= ~keep
        if not small.any():
            return label
        here, there = (np.concatenate(ends) for ends in zip(*mesh.shifts(), strict=True))
        rim = small[here] & (label[here] != label[there])
        pairs, times = np.unique(np.stack([piece[here[rim]], label[there[rim]]], axis=-1), axis=0, return_counts=True)
        order = np.lexsort((pairs[:, 1], -times, pairs[:, 0]))
        first = np.unique(pairs[order, 0], return_index=True)
        heir = np.full(mesh.size, -2)
        heir[first[0]] = pairs[order, 1][first[1]]
        moved = small & (heir[piece] != -2)
        label[moved] = heir[piece][moved]
    return label
