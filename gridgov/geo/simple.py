"""Whether one cell is simple, decided exactly on the lattice: a guard where doubles could miss a crossing less than a unit deep.

A cell is simple when its edges meet in common vertices only, none runs twice, and the ground to the left of every edge is covered once: then
its winding number is 1 inside and 0 outside, which is what the theorem of `coverage` asks of each cell.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridgov.geo.exact import winding

Ints = NDArray[np.int64]
# Edges up to this long, whose boxes meet, have cross products within 63 bits.
_LONGEST_EXACT = 1_500_000_000
_PAIRS_AT_ONCE = 2_000_000


class Flaw(NamedTuple):
    """What is wrong first: kind is crossing, double or nesting; place in lattice units."""

    kind: str
    place: tuple[int, int]


def first_flaw(edges: Ints, ring: Ints) -> Flaw | None:
    """What keeps a cell from being simple, None = it is.

    edges: its directed edges (n, 4) in lattice units, the cell on their left, ring after ring; ring: (n,) the ring of each.
    """
    return _double(edges) or _crossing(edges) or _nesting(edges, ring)


def _double(edges: Ints) -> Flaw | None:
    turned = (edges[:, 0] > edges[:, 2]) | ((edges[:, 0] == edges[:, 2]) & (edges[:, 1] > edges[:, 3]))
    keys = np.where(turned[:, None], edges[:, [2, 3, 0, 1]], edges)
    keys = keys[np.lexsort(keys.T)]
    again = np.flatnonzero((keys[1:] == keys[:-1]).all(axis=1))
    return _at("double", keys[again[0], :2]) if len(again) else None


def _crossing(edges: Ints) -> Flaw | None:
    low, high = np.minimum(edges[:, :2], edges[:, 2:]), np.maximum(edges[:, :2], edges[:, 2:])
    order = np.argsort(low[:, 0], kind="stable")
    edges, low, high = edges[order], low[order], high[order]
    for one, other in _pairs(low[:, 0], high[:, 0]):
        near = (low[other, 1] <= high[one, 1]) & (high[other, 1] >= low[one, 1])
        if (flaw := _clash(edges[one[near]], edges[other[near]])) is not None:
            return flaw
    return None


def _pairs(low: Ints, high: Ints) -> Iterator[tuple[Ints, Ints]]:
    """All pairs of intervals that meet, some at a time; low is sorted."""
    first = np.arange(1, len(low) + 1)
    count = np.searchsorted(low, high, side="right") - first
    batch = np.cumsum(count) // _PAIRS_AT_ONCE
    for rows in np.split(np.arange(len(low)), np.flatnonzero(np.diff(batch)) + 1):
        counts = count[rows]
        one = np.repeat(rows, counts)
        yield one, np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts, counts) + one + 1


def _clash(one: Ints, other: Ints) -> Flaw | None:
    """The first pair of edges, row by row, that meet elsewhere than in a common end."""
    if len(one) and max(int(np.abs(part[:, 2:] - part[:, :2]).max()) for part in (one, other)) > _LONGEST_EXACT:
        one, other = one.astype(object), other.astype(object)
    ends = [(one, other[:, :2]), (one, other[:, 2:]), (other, one[:, :2]), (other, one[:, 2:])]
    sides = [np.sign(_side(edge, place)) for edge, place in ends]
    crossing = (sides[0] * sides[1] < 0) & (sides[2] * sides[3] < 0)
    if crossing.any():
        return _at("crossing", one[np.flatnonzero(crossing)[0], :2])
    for (edge, place), side in zip(ends, sides, strict=True):
        if (touching := np.flatnonzero((side == 0) & _is_between(edge, place))).size:
            return _at("crossing", place[touching[0]])
    return None


def _side(edge: Ints, place: Ints) -> Ints:
    """Row by row: positive when the place lies to the left of the edge."""
    along, away = edge[:, 2:] - edge[:, :2], place - edge[:, :2]
    return np.asarray(along[:, 0] * away[:, 1] - along[:, 1] * away[:, 0])


def _is_between(edge: Ints, place: Ints) -> NDArray[np.bool_]:
    """Row by row: whether a place on the line of an edge lies within it, its ends excepted."""
    low, high = np.minimum(edge[:, :2], edge[:, 2:]), np.maximum(edge[:, :2], edge[:, 2:])
    within = ((low <= place) & (place <= high)).all(axis=1)
    return np.asarray(within & (place != edge[:, :2]).any(axis=1) & (place != edge[:, 2:]).any(axis=1))


def _nesting(edges: Ints, ring: Ints) -> Flaw | None:
    """A stretch of border whose left is not covered exactly once. Along a ring that can only change where rings share a vertex."""
    _, place, times = np.unique(edges[:, :2], axis=0, return_inverse=True, return_counts=True)
    stretch = times[place.ravel()] > 1
    stretch[0] = True
    stretch[1:] |= ring[1:] != ring[:-1]
    tested = edges[stretch]
    along = tested[:, 2:] - tested[:, :2]
    # A place on an edge is counted to the west of it, on a level edge to the north: left or right of it by the way the edge runs.
    on_left = (along[:, 1] > 0) | ((along[:, 1] == 0) & (along[:, 0] > 0))
    wrong = np.flatnonzero(winding(tested[:, :2] + tested[:, 2:], edges) != on_left)
    return _at("nesting", tested[wrong[0], :2]) if len(wrong) else None


def _at(kind: str, place: Ints) -> Flaw:
    return Flaw(kind, (int(place[0]), int(place[1])))
