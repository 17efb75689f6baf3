"""Who answers where, when, as known when: reckoned the long way from a log of operations, without a database.

Every redraw is carried out once more, on the cells that stood on its day; a question then goes through the whole log and tests every cell with
whole numbers.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from shapely import MultiPolygon

from gridgov.grids.cell import Cell, Level
from gridgov.grids.codebook import CodeBook
from gridgov.grids.operation import parse_operations
from gridgov.grids.redraw import Redrawn, redraw
from gridgov.grids.redraw_state import Fabric, Leaf, Upper

Place = tuple[int, int]
Ring = list[Place]


@dataclass(frozen=True)
class Entry:
    """One redraw of the log. at: when it was written; taken_back: when it was withdrawn, None = it stands."""

    at: datetime
    day: date
    outcome: Redrawn
    taken_back: datetime | None = None

    def holds(self, on: date, known_at: datetime) -> bool:
        """Whether it was known at an instant and is in force on a day."""
        return self.at <= known_at and (self.taken_back is None or known_at < self.taken_back) and self.day <= on


@dataclass
class Oracle:
    """A grid as first loaded, in force from a day and known from an instant on, and the log of what was done with it."""

    levels: Sequence[Level]
    first_day: date
    loaded_at: datetime
    leaves: Mapping[str, Leaf]
    uppers: Mapping[tuple[int, str], Upper]
    log: list[Entry] = field(default_factory=list)
    _rings: dict[int, list[Ring]] = field(default_factory=dict)

    @classmethod
    def of(cls, levels: Sequence[Level], cells: Sequence[Cell], first_day: date, loaded_at: datetime) -> "Oracle":
        """From the cells as they were loaded."""
        fabric = Fabric.of([cell for cell in cells if cell.rank == 0], [cell for cell in cells if cell.rank > 0])
        return cls(levels, first_day, loaded_at, fabric.leaves, fabric.uppers)

    def write(self, at: datetime, day: date, operations: object) -> None:
        """Carries the operations (JSON, every code filled in) out on the cells of the day, as known then, and logs them."""
        leaves, uppers = self.state(day, at)
        used = set(self.leaves) | {code for _, code in self.uppers} | {code for entry in self.log for code in entry.outcome.after.leaves}
        outcome = redraw(Fabric(leaves, uppers), parse_operations(operations), CodeBook(self.levels, used), self.levels)
        self.log.append(Entry(at, day, outcome))

    def take_back(self, written_at: datetime, at: datetime) -> None:
        """Logs that a redraw was withdrawn."""
        (index,) = (index for index, entry in enumerate(self.log) if entry.at == written_at)
        self.log[index] = replace(self.log[index], taken_back=at)

    def state(self, on: date, known_at: datetime) -> tuple[dict[str, Leaf], dict[tuple[int, str], Upper]]:
        """Every cell in force on a day as known at an instant."""
        if on < self.first_day or known_at < self.loaded_at:
            return {}, {}
        leaves, uppers = dict(self.leaves), dict(self.uppers)
        for entry in self.log:
            if not entry.holds(on, known_at):
                continue
            for change in entry.outcome.changes:
                leaves.pop(change.code, None)
                if change.after is not None:
                    leaves[change.code] = change.after
            uppers.update({(upper.rank, upper.code): upper.after for upper in entry.outcome.upper_changes})
        return leaves, uppers

    def answers(self, place: Place, on: date, known_at: datetime) -> list[list[tuple[str, str]]]:
        """For every leaf that covers a place (lattice units), the least code first: code and name of it and those above, top level first.

        At a corner the first alone. Between the ends of an edge every one of them: the doubles of such a place lie a hair to either side of it.
        """
        leaves, uppers = self.state(on, known_at)
        over = sorted((code for code, leaf in leaves.items() if self._covers(leaf, place)), key=str.encode)
        is_corner = any(place in ring for code in over for ring in self._rings[id(leaves[code].geometry)])
        return [_chain(leaves[code], uppers) for code in (over[:1] if is_corner else over)]

    def _covers(self, leaf: Leaf, place: Place) -> bool:
        rings = self._rings.setdefault(id(leaf.geometry), [])
        if not rings:
            rings += rings_of(leaf.geometry)
        return covers(rings, place)


def _chain(leaf: Leaf, uppers: Mapping[tuple[int, str], Upper]) -> list[tuple[str, str]]:
    chain, parent, rank = [(leaf.code, leaf.name)], leaf.parent_code, 1
    while parent is not None:
        upper = uppers[rank, parent]
        chain.insert(0, (upper.code, upper.name))
        parent, rank = upper.parent_code, rank + 1
    return chain


def rings_of(ground: MultiPolygon) -> list[Ring]:
    """Every ring in lattice units, closed."""
    return [[(round(x * 1e9), round(y * 1e9)) for x, y in ring.coords] for part in ground.geoms for ring in (part.exterior, *part.interiors)]


def covers(rings: Sequence[Ring], place: Place) -> bool:
    """Whether a place lies in or on the border of what the rings enclose: crossings to the east of it are odd."""
    inside = False
    for (ax, ay), (bx, by) in _edges(rings):
        turn = (bx - ax) * (place[1] - ay) - (by - ay) * (place[0] - ax)
        if turn == 0 and min(ax, bx) <= place[0] <= max(ax, bx) and min(ay, by) <= place[1] <= max(ay, by):
            return True
        if (ay > place[1]) != (by > place[1]) and (turn > 0) == (by > ay):
            inside = not inside
    return inside


def _edges(rings: Sequence[Ring]) -> Iterator[tuple[Place, Place]]:
    for ring in rings:
        yield from itertools.pairwise(ring)
