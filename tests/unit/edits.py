"""Seeded edits of a made tiling, legal and illegal, with what is to be said of each. Everything on whole lattice units."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon

from tests.unit.tilings import Tiling

Place = tuple[int, int]
Ring = list[Place]


@dataclass(frozen=True, slots=True)
class Edit:
    """replaced: positions of the cells taken out; after: the cells put in. kinds: of the faults that must be found, none = legal.

    cells, beside: who must be named: indices of `after`, positions of standing cells. at: where, in degrees, to within `near` degrees.
    """

    name: str
    replaced: list[int]
    after: list[MultiPolygon]
    kinds: frozenset[str] = field(default_factory=frozenset)
    cells: frozenset[int] = frozenset()
    beside: frozenset[int] = frozenset()
    at: tuple[float, float] | None = None
    near: float = 1e-5


def ring_of(cell: MultiPolygon) -> Ring:
    """The first shell, open, south side first, counter-clockwise."""
    return [(round(x * 1e9), round(y * 1e9)) for x, y in cell.geoms[0].exterior.coords[:-1]]


def cell_of(*parts: list[Ring]) -> MultiPolygon:
    """A cell of parts, each a shell and its holes."""
    return MultiPolygon([Polygon(_degrees(shell), [_degrees(hole) for hole in holes]) for shell, *holes in parts])


def _degrees(ring: Ring) -> list[tuple[float, float]]:
    return [(x / 1e9, y / 1e9) for x, y in ring]


@dataclass(slots=True)
class Editor:
    """Makes edits somewhere inside a tiling, off its rim. side: segments of a side of a cell."""

    tiling: Tiling
    random: np.random.Generator
    side: int

    @classmethod
    def of(cls, tiling: Tiling, seed: int) -> "Editor":
        return cls(tiling, np.random.default_rng(seed), (len(tiling.cells[0].geoms[0].exterior.coords) - 1) // 4)

    def _somewhere(self) -> tuple[int, int]:
        """A cell and its eastern neighbour."""
        column, row = int(self.random.integers(1, self.tiling.columns - 2)), int(self.random.integers(1, self.tiling.rows - 1))
        return self.tiling.at(column, row), self.tiling.at(column + 1, row)

    def _ring(self, index: int) -> Ring:
        return ring_of(self.tiling.cells[index])

    def _inner(self) -> int:
        """A vertex on a side that is none of its ends."""
        return int(self.random.integers(1, self.side))

    def _moved(self, place: Place) -> Place:
        reach = 4 * 10**6 // self.side // 10
        dx, dy = (int(number) or 1 for number in self.random.integers(-reach, reach, 2))
        return place[0] + dx, place[1] + dy

    def _square(self, index: int) -> Ring:
        """A small square well inside a cell."""
        x, y = (round(number * 1e9) for number in self.tiling.cells[index].centroid.coords[0])
        x, y = x + int(self.random.integers(-(10**5), 10**5)), y + int(self.random.integers(-(10**5), 10**5))
        return [(x, y), (x + 500_000, y), (x + 500_000, y + 500_000), (x, y + 500_000)]

    def _cut(self, ring: Ring, start: int, ends: range) -> tuple[Ring, Ring]:
        """The two halves of a ring, cut straight from one vertex to one of others from which it can be."""
        cell = cell_of([ring])
        for end in self.random.permutation(list(ends)).tolist():
            line = LineString(_degrees([ring[start], ring[end]]))
            if cell.covers(line) and shapely.equals(cell.boundary.intersection(line), shapely.boundary(line)):
                low, high = sorted((start, end))
                return ring[low : high + 1], ring[high:] + ring[: low + 1]
        raise AssertionError("no straight cut")

    # Legal ones.

    def shared_move(self) -> Edit:
        one, other = self._somewhere()
        place = self._ring(one)[self.side + self._inner()]
        now = self._moved(place)
        return Edit("shared move", [one, other], [self._with(index, place, now) for index in (one, other)])

    def corner_move(self) -> Edit:
        one, other = self._somewhere()
        four = [one, other, one + self.tiling.columns, other + self.tiling.columns]
        place = self._ring(one)[2 * self.side]
        now = self._moved(place)
        return Edit("corner move", four, [self._with(index, place, now) for index in four])

    def merge(self) -> Edit:
        one, other = self._somewhere()
        return Edit("merge", [one, other], [cell_of([self._merged(one, other)])])

    def split_on_nodes(self) -> Edit:
        one, _ = self._somewhere()
        halves = self._cut(self._ring(one), self._inner(), range(2 * self.side + 1, 3 * self.side))
        return Edit("split on nodes", [one], [cell_of([half]) for half in halves])

    def split_with_node(self) -> Edit:
        one, other = self._somewhere()
        halves, third, _ = self._split_at_new_node(one, other)
        return Edit("split with a node on a third cell's edge", [one, other], [*halves, third])

    def hole(self) -> Edit:
        one, _ = self._somewhere()
        square = self._square(one)
        return Edit("hole", [one], [cell_of([self._ring(one), square[::-1]]), cell_of([square])])

    def multipart(self) -> Edit:
        one, other = self._somewhere()
        square = self._square(other)
        return Edit("multipart", [one, other], [cell_of([self._ring(one)], [square]), cell_of([self._ring(other), square[::-1]])])

    def touching_holes(self) -> Edit:
        """Two islands of one cell that touch in a corner."""
        one, _ = self._somewhere()
        square = self._square(one)
        (x, y), width = square[2], 300_000
        second = [(x, y), (x + width, y), (x + width, y + width), (x, y + width)]
        after = [cell_of([self._ring(one), square[::-1], second[::-1]]), cell_of([square], [second])]
        return Edit("holes that touch", [one], after)

    # Illegal ones.

    def one_sided_move(self) -> Edit:
        one, other = self._somewhere()
        place = self._ring(one)[self.side + self._inner()]
        now = self._moved(place)
        kinds = frozenset({"overlap", "gap", "unmatched-edge"})
        return Edit("one-sided move", [one], [self._with(one, place, now)], kinds, beside=frozenset({other}), at=_point(place), near=2e-3)

    def deleted(self) -> Edit:
        one, other = self._somewhere()
        beside = frozenset({one - 1, other, one - self.tiling.columns, one + self.tiling.columns})
        return Edit("deleted cell", [one], [], frozenset({"gap"}), beside=beside, at=_point(self._ring(one)[0]), near=0.02)

    def bulge(self) -> Edit:
        """A vertex more on one side only, 3e-9 degrees beside the edge."""
        one, other = self._somewhere()
        ring = self._ring(one)
        at = self.side + self._inner()
        node = self._beside(ring[at], ring[at + 1], 3)
        after = [cell_of([[*ring[: at + 1], node, *ring[at + 1 :]]])]
        return Edit("bulge", [one], after, frozenset({"unmatched-edge"}), frozenset({0}), frozenset({other}), _point(node))

    def shifted(self) -> Edit:
        one, _ = self._somewhere()
        by = int(self.random.integers(1, 10**6))
        after = [cell_of([[(x + by, y + by) for x, y in self._ring(one)]])]
        return Edit("shifted cell", [one], after, frozenset({"overlap", "gap", "unmatched-edge"}), frozenset({0}), at=_point(self._ring(one)[0]), near=0.02)

    def doubled(self) -> Edit:
        one, other = self._somewhere()
        cell = self.tiling.cells[other]
        inside = bool(self.random.integers(2))
        return Edit(
            "doubled cell",
            [one, other] if inside else [one],
            [self.tiling.cells[one], cell, cell] if inside else [self.tiling.cells[one], cell],
            frozenset({"duplicate"}),
            frozenset({1, 2} if inside else {1}),
            frozenset() if inside else frozenset({other}),
            _point(self._ring(other)[0]),
            0.02,
        )

    def node_without_third(self) -> Edit:
        one, other = self._somewhere()
        halves, _, node = self._split_at_new_node(one, other)
        return Edit("node on a third cell's edge", [one], halves, frozenset({"unmatched-edge"}), frozenset({0, 1}), frozenset({other}), _point(node))

    def merged_but_kept(self) -> Edit:
        one, other = self._somewhere()
        after = [cell_of([self._merged(one, other)])]
        return Edit(
            "merged with a cell that stays", [one], after, frozenset({"overlap"}), frozenset({0}), frozenset({other}), _point(self._ring(other)[0]), 0.02
        )

    def crossed(self) -> Edit:
        """Two vertices swapped so that the border crosses itself, in both its owners alike."""
        one, other = self._somewhere()
        crossing, at = [], 0
        while not crossing or crossing[0].is_valid:
            at = int(self.random.integers(self.side + 1, 2 * self.side - 2))
            pair = self._ring(one)[at], self._ring(one)[at + 2]
            crossing = [self._swapped(index, *pair) for index in (one, other)]
        return Edit("crossed border", [one, other], crossing, frozenset({"invalid"}), frozenset({0, 1}), at=_point(pair[0]), near=4e-3)

    def _swapped(self, index: int, one: Place, other: Place) -> MultiPolygon:
        to = {one: other, other: one}
        return cell_of([[to.get(place, place) for place in self._ring(index)]])

    def _with(self, index: int, place: Place, now: Place) -> MultiPolygon:
        return cell_of([[now if one == place else one for one in self._ring(index)]])

    def _merged(self, one: int, other: int) -> Ring:
        west, east, n = self._ring(one), self._ring(other), self.side
        return [*west[:n], *east[: 3 * n], *west[2 * n :]]

    def _beside(self, start: Place, end: Place, off: int) -> Place:
        """A place beside the middle of an edge, `off` units away, on either side of it."""
        across = np.array([start[1] - end[1], end[0] - start[0]]) / np.hypot(end[0] - start[0], end[1] - start[1])
        middle = (np.array(start) + end) / 2 + across * off * self.random.choice([-1, 1])
        return int(np.rint(middle[0])), int(np.rint(middle[1]))

    def _split_at_new_node(self, one: int, other: int) -> tuple[list[MultiPolygon], MultiPolygon, Place]:
        """A cell cut from a new node on its eastern side, the neighbour there with the node, the node."""
        ring = self._ring(one)
        at = self.side + self._inner()
        node = self._beside(ring[at], ring[at + 1], 0)
        noded = [*ring[: at + 1], node, *ring[at + 1 :]]
        halves = self._cut(noded, at + 1, range(3 * self.side + 2, 4 * self.side + 1))
        east = self._ring(other)
        before = east.index(ring[at + 1])
        third = [*east[: before + 1], node, *east[before + 1 :]]
        return [cell_of([half]) for half in halves], cell_of([third]), node


def _point(place: Place) -> tuple[float, float]:
    return place[0] / 1e9, place[1] / 1e9


KINDS: list[Callable[[Editor], Edit]] = [
    Editor.shared_move,
    Editor.corner_move,
    Editor.merge,
    Editor.split_on_nodes,
    Editor.split_with_node,
    Editor.hole,
    Editor.multipart,
    Editor.touching_holes,
    Editor.one_sided_move,
    Editor.deleted,
    Editor.bulge,
    Editor.shifted,
    Editor.doubled,
    Editor.node_without_third,
    Editor.merged_but_kept,
    Editor.crossed,
]


def edits(tiling: Tiling, *, each: int, seed: int) -> Iterator[Edit]:
    """`each` edits of every kind."""
    editor = Editor.of(tiling, seed)
    for kind in KINDS:
        for _ in range(each):
            yield kind(editor)


def far_from(edit: Edit, point: tuple[float, float]) -> float:
    """How many degrees a fault is away from where the edit put it."""
    assert edit.at is not None
    return float(Point(edit.at).distance(Point(point)))
