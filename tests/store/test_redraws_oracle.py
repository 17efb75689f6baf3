"""Who answers at a place, on a day, as known at an instant, over a long history of redraws: equal to an oracle that goes through the log."""

import itertools
import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import GridgovError
from gridgov.grids import store
from gridgov.grids.cell import Scheme
from gridgov.people import service as people
from gridgov.redraws import service
from tests.redraw_grid import FIRST_DAY, at, bulge, lay_squares, line, merge, rename, reparent, request, split, township
from tests.redraw_oracle import Oracle, Place, covers, rings_of

_TODAY = date(2021, 1, 1)
_TICK = timedelta(microseconds=1)


class _History:
    """Redraws at random: most from a day after all others, some back-dated, some taken back before their day."""

    def __init__(self, uow: UnitOfWork, seed: int, *, columns: int, rows: int) -> None:
        self.uow, self.chance, self.columns, self.rows = uow, random.Random(seed), columns, rows
        self.scheme: Scheme = lay_squares(uow, columns, rows)
        cells = store.cells_in_force(uow, self.scheme.scheme_id, FIRST_DAY)
        loaded = uow.row("select at from change")
        assert loaded is not None
        self.oracle = Oracle.of(self.scheme.levels, cells, FIRST_DAY, loaded["at"])
        self.last_day, self.back_dated, self.taken_back = _TODAY, 0, 0

    def grow(self, redraws: int) -> None:
        while len(self.oracle.log) < redraws:
            if self.oracle.log and self.chance.random() < 0.05:
                self._take_back()
            self._write()

    def _write(self) -> None:
        is_late = self.chance.random() < 0.4
        day = self.last_day + timedelta(days=self.chance.randrange(-90, 0) if is_late else self.chance.choice([0, 1, 9]))
        try:
            operations = [self._operation() for _ in range(self.chance.choice([1, 1, 2]))]
            self.uow.actor = "user:admin"
            document = service.draft_redraw(self.uow, request(*operations, effective_from=day.isoformat()), _TODAY)
        except GridgovError:
            return
        if not document["impact"]["cells"]:
            return
        service.submit_redraw(self.uow, int(document["id"]), note=None, today=_TODAY)
        self.uow.actor = "user:supervisor"
        written = service.approve_redraw(self.uow, int(document["id"]), note=None, today=_TODAY)
        self.oracle.write(datetime.fromisoformat(written["change"]["at"]), day, written["operations"])
        self.back_dated += day < self.last_day
        self.last_day = max(day, self.last_day)

    def _take_back(self) -> None:
        entry = self.chance.choice(self.oracle.log[-5:])
        row = self.uow.row("select redraw_id from redraw join change using (change_id) where at = %(at)s", at=entry.at)
        assert row is not None
        try:
            service.withdraw_redraw(self.uow, row["redraw_id"], note=None, today=_TODAY)
        except GridgovError:
            return
        change = self.uow.row("select at from change order by change_id desc limit 1")
        assert change is not None
        self.oracle.take_back(entry.at, change["at"])
        self.taken_back += 1

    def _any_day(self) -> date:
        return FIRST_DAY + timedelta(days=self.chance.randrange((self.last_day - FIRST_DAY).days + 30))

    def _operation(self) -> dict[str, Any]:
        column, row = self.chance.randrange(self.columns - 1), self.chance.randrange(self.rows)
        standing = self.oracle.state(self.last_day, self.uow.now())[0]
        leaf = self.chance.choice(sorted(standing))
        x, y = self.chance.uniform(0, self.columns), self.chance.uniform(0, self.rows)
        return self.chance.choice(
            [
                split(column, row),
                {
                    "op": "split",
                    "cell": leaf,
                    "line": line((-1, y), (self.columns + 1, y + self.chance.uniform(-1, 1))),
                    "parts": [{"name": "北"}, {"name": "南"}],
                },
                {"op": "split", "cell": leaf, "line": line((x, -1), (x, self.rows + 1)), "parts": [{"name": "西", "code": leaf}, {"name": "东"}]},
                bulge(column, row, depth=self.chance.uniform(0.05, 0.9)),
                merge((column - column % 2, row), (column - column % 2 + 1, row)),
                {"op": "transfer", "area": self._area(x, y), "to": leaf},
                {"op": "move_vertices", "moves": [{"from": list(at(column, row)), "to": list(at(column + self.chance.uniform(-0.3, 0.3), row + 0.2))}]},
                rename(self.chance.choice([leaf, township(column), "330802"]), f"新{len(self.oracle.log)}村"),
                reparent(leaf, township(self.chance.randrange(self.columns))),
                reparent(township(column), self.chance.choice(["330802", "330803"])),
            ]
        )

    def _area(self, x: float, y: float) -> dict[str, Any]:
        size = self.chance.uniform(0.2, 1)
        corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]
        return {"type": "Polygon", "coordinates": [line(*corners)["coordinates"]]}

    def places(self) -> list[Place]:
        """Places within, on corners and on borders of cells of all times, and outside."""
        leaf = self.chance.choice([leaf for entry in self.oracle.log for leaf in entry.outcome.after.leaves.values()])
        ring = rings_of(leaf.geometry)[0]
        (ax, ay), (bx, by) = self.chance.choice(list(itertools.pairwise(ring)))
        west, south, east, north = (round(value * 1e9) for value in (*at(-0.5, -0.5), *at(self.columns + 0.5, self.rows + 0.5)))
        return [(ax, ay), ((ax + bx) // 2, (ay + by) // 2), (self.chance.randrange(west, east), self.chance.randrange(south, north))]

    def moment(self) -> datetime:
        """Just before, at or just after something became known, or any time later."""
        entry = self.chance.choice(self.oracle.log)
        turn = self.chance.choice([entry.at, entry.at, entry.taken_back or entry.at, self.oracle.loaded_at, self.oracle.log[-1].at + timedelta(hours=1)])
        return turn + self.chance.choice([-_TICK, timedelta(0), _TICK])


def _check(uow: UnitOfWork, history: _History, questions: int) -> None:
    asked, answered = 0, 0
    while asked < questions:
        place = history.chance.choice(history.places())
        day, known_at = history._any_day() - timedelta(days=history.chance.choice([0, 0, 0, 800])), history.moment()
        lon, lat = place[0] / 1e9, place[1] / 1e9
        document = people.who_answers(uow, lon=lon, lat=lat, scheme=history.scheme.key, on=day, known_at=known_at, named=False)
        expected = history.oracle.answers(place, day, known_at)
        found = [(cell["code"], cell["name"]) for cell in document["cells"]]
        assert found in (expected or [[]]), (place, day, known_at)
        assert len(found) in (0, 3), "one cell a level, or outside"
        asked, answered = asked + 1, answered + bool(found)
    assert answered > questions // 2


def test_two_hundred_questions_over_a_history_of_forty_redraws_are_answered_as_the_log_says(uow: UnitOfWork) -> None:
    history = _History(uow, 40, columns=8, rows=5)
    history.grow(40)
    assert history.back_dated > 0 and history.taken_back > 0
    _check(uow, history, 200)


@pytest.mark.long
def test_a_thousand_questions_over_a_history_of_two_hundred_redraws_are_answered_as_the_log_says(uow: UnitOfWork) -> None:
    history = _History(uow, 200, columns=12, rows=7)
    history.grow(200)
    assert history.back_dated >= 10 and history.taken_back >= 3
    _check(uow, history, 1_000)


def test_the_oracle_counts_a_border_as_inside_and_a_hole_as_outside() -> None:
    shell, hole = [(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)], [(3, 3), (3, 6), (6, 6), (6, 3), (3, 3)]
    inside = [(1, 1), (0, 0), (9, 4), (3, 4), (6, 6), (7, 5)]
    outside = [(4, 4), (5, 5), (10, 4), (-1, 0), (4, 10)]
    assert [covers([shell, hole], place) for place in inside + outside] == [True] * 6 + [False] * 5
