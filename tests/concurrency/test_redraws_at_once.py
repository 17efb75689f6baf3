"""Two redraws at the same moment: whatever the order, the grid tiles, the loser is told which cells, and nobody sees a deadlock."""

import threading
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from shapely import box

from gridgov.database.pool import Database
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Conflict, CoverageRefused, GridgovError, StalePlan
from gridgov.grids import service as grids
from gridgov.grids.cell import CellRecord
from gridgov.grids.importing import ImportRequest
from gridgov.grids.scheme import make_levels
from gridgov.redraws import service
from tests.redraw_grid import DAY, TODAY, at, bulge, lay_squares, merge, request, split, village

# In `make test` a fiftieth of what `make test-long` proves.
_ROUNDS = [pytest.param(10, id="10"), pytest.param(500, id="500", marks=pytest.mark.long)]
_SHORT = (0.31, 0.07)

Act = Callable[[UnitOfWork], Any]


def _at_once(database: Database, acts: Sequence[tuple[str, Act]]) -> list[GridgovError | None]:
    """What each act, by an actor, came to when all began at one barrier; None = it was committed."""
    start, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index: int, actor: str, act: Act) -> None:
        start.wait()
        try:
            with database.unit_of_work(actor) as uow:
                act(uow)
        except GridgovError as exc:
            outcomes[index] = exc  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=(index, *given)) for index, given in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes  # type: ignore[return-value]


def _approving(redraw_id: int) -> tuple[str, Act]:
    return "user:supervisor", lambda uow: service.approve_redraw(uow, redraw_id, note=None, today=TODAY)


def _submitted(database: Database, *operations: dict[str, Any], **given: Any) -> int:
    with database.unit_of_work("user:admin") as uow:
        redraw_id = int(service.draft_redraw(uow, request(*operations, **given), TODAY)["id"])
        service.submit_redraw(uow, redraw_id, note=None, today=TODAY)
    return redraw_id


def _laid(database: Database, columns: int = 6, rows: int = 3) -> None:
    with database.unit_of_work("test") as uow:
        lay_squares(uow, columns, rows)


def _tiles(database: Database, on: date, *, scheme: str | None = None) -> bool:
    with database.unit_of_work("test", read_only=True) as uow:
        return bool(grids.coverage_report(uow, scheme=scheme, on=on)["ok"])


def _one_won(outcomes: Sequence[GridgovError | None]) -> StalePlan:
    """The loser's refusal; exactly one was committed."""
    lost = [outcome for outcome in outcomes if outcome is not None]
    assert len(lost) == len(outcomes) - 1
    assert all(isinstance(outcome, StalePlan) for outcome in lost), lost
    return lost[0]  # type: ignore[return-value]


def _take_back(database: Database, numbers: Sequence[int]) -> None:
    """The grid as it was before a round: what was approved is undone, what was refused closed."""
    with database.unit_of_work("user:admin") as uow:
        for number in numbers:
            service.withdraw_redraw(uow, number, note=None, today=TODAY)


@pytest.mark.parametrize("rounds", _ROUNDS)
def test_of_two_redraws_of_adjacent_cells_exactly_one_is_written(database: Database, rounds: int) -> None:
    _laid(database)
    for number in range(rounds):
        depth = _SHORT[number % 2]
        numbers = [_submitted(database, bulge(1, 1, depth)), _submitted(database, bulge(2, 1, depth))]
        lost = _one_won(_at_once(database, [_approving(redraw_id) for redraw_id in numbers]))
        assert lost.status == 409 and village(2, 1) in lost.members["cells"]
        assert _tiles(database, DAY)
        _take_back(database, numbers)


@pytest.mark.parametrize("rounds", _ROUNDS)
def test_of_a_split_and_a_merge_of_one_cell_exactly_one_is_written(database: Database, rounds: int) -> None:
    _laid(database)
    # One half keeps the code: serials are not given again, and 500 rounds are not to use them up.
    cut = split(2, 1) | {"parts": [{"name": "西半", "code": village(2, 1)}, {"name": "东半"}]}
    for _ in range(rounds):
        numbers = [_submitted(database, cut), _submitted(database, merge((2, 1), (2, 2), code=village(2, 2)))]
        lost = _one_won(_at_once(database, [_approving(redraw_id) for redraw_id in numbers]))
        assert village(2, 1) in lost.members["cells"]
        assert _tiles(database, DAY)
        _take_back(database, numbers)


def test_redraws_far_apart_at_once_are_all_written(database: Database) -> None:
    _laid(database, 18, 3)
    numbers = [_submitted(database, bulge(x, 1)) for x in (0, 4, 8, 12)]
    assert _at_once(database, [_approving(number) for number in numbers]) == [None] * 4
    assert _tiles(database, DAY)


def test_eight_approvals_of_one_redraw_write_it_once(database: Database) -> None:
    _laid(database)
    number = _submitted(database, split(2, 1))
    outcomes = _at_once(database, [_approving(number)] * 8)
    assert outcomes.count(None) == 1
    assert all(type(outcome) is Conflict and outcome.slug == "wrong-state" for outcome in outcomes if outcome is not None)
    assert _tiles(database, DAY)


def _import(uow: UnitOfWork, scheme: str, records: Sequence[CellRecord], **given: Any) -> dict[str, Any]:
    asked = {"scheme": scheme, "level": "village", "records": tuple(records), "today": TODAY, "source": "cells.gpkg", "effective_from": DAY}
    return grids.import_level(uow, ImportRequest(**(asked | given)))


def _record(code: int, west: float, south: float, east: float, north: float) -> CellRecord:
    return CellRecord(code, f"330802100{code:03d}", f"村{code}", (), box(*at(west, south), *at(east, north)))


def _lay_ring(database: Database, scheme: str) -> None:
    """Squares around an allowed gap of one square."""
    places = [(x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    with database.unit_of_work("test") as uow:
        grids.add_scheme(uow, key=scheme, levels=make_levels())
        _import(uow, scheme, [_record(number, x, y, x + 1, y + 1) for number, (x, y) in enumerate(places, start=1)], allow_gaps="水库")


def _growing(scheme: str, code: int, west: float, east: float) -> tuple[str, Act]:
    """A cell laid into part of the gap."""
    return "user:admin", lambda uow: _import(uow, scheme, [_record(code, west, 1, east, 2)], mode="add", allow_gaps="水库")


@pytest.mark.parametrize("rounds", _ROUNDS)
def test_of_two_that_grow_into_one_gap_the_second_finds_it_taken(database: Database, rounds: int) -> None:
    """The case that locks on cells do not see: neither touches a row of the other."""
    for scheme in (f"ring{number}" for number in range(rounds)):
        _lay_ring(database, scheme)
        outcomes = _at_once(database, [_growing(scheme, 900, 1, 1.6), _growing(scheme, 901, 1.4, 2)])
        assert outcomes.count(None) == 1
        assert all(isinstance(outcome, CoverageRefused) and outcome.status == 409 for outcome in outcomes if outcome is not None)
        assert _tiles(database, DAY, scheme=scheme)


@pytest.mark.parametrize("rounds", _ROUNDS)
def test_a_redraw_beside_a_gap_and_what_grows_into_it_leave_no_seam(database: Database, rounds: int) -> None:
    """The redraw puts a vertex on the gap's edge while another cell is laid there: whoever comes second has the vertex too, or is refused."""
    cut = {"op": "split", "cell": "330802100004", "line": _through_the_south(), "parts": [{"name": "西"}, {"name": "东"}]}
    for scheme in (f"ring{number}" for number in range(rounds)):
        _lay_ring(database, scheme)
        number = _submitted(database, cut, scheme=scheme)
        outcomes = _at_once(database, [_approving(number), _growing(scheme, 900, 1, 2)])
        assert None in outcomes
        assert all(outcome is None or outcome.status == 409 for outcome in outcomes), outcomes
        assert _tiles(database, DAY, scheme=scheme)


def _through_the_south() -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(at(1.5, -0.5)), list(at(1.5, 1.5))]}


@pytest.mark.parametrize("rounds", [pytest.param(20, id="20"), pytest.param(1000, id="1000", marks=pytest.mark.long)])
def test_of_two_saves_of_one_version_exactly_one_is_kept(database: Database, rounds: int) -> None:
    _laid(database)
    with database.unit_of_work("user:admin") as uow:
        redraw_id = int(service.draft_redraw(uow, request(split(0, 0)), TODAY)["id"])
    for version in range(1, rounds + 1):
        asked = [request(bulge(x, 1), version=version) for x in (0, 3)]
        saves = [("user:admin", lambda uow, wanted=wanted: service.save_redraw(uow, redraw_id, wanted, TODAY)) for wanted in asked]
        outcomes = _at_once(database, saves)
        lost = [outcome for outcome in outcomes if outcome is not None]
        assert len(lost) == 1 and lost[0].status == 409 and lost[0].members == {"version": version + 1}
    with database.unit_of_work("test", read_only=True) as uow:
        assert service.read_redraw(uow, redraw_id, TODAY)["version"] == rounds + 1
