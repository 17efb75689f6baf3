"""People in charge and who answers, on a real database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gridgov.database.pool import Database
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import AlreadyInForce, Conflict, NotFound, Refused
from gridgov.people import service
from gridgov.people.assignment import AssignmentRequest
from tests.small_grid import COUNTY, EAST, IN_EAST, IN_WEST, ON_THE_BORDER, OUTSIDE, SCHEME, TOWNSHIP, WEST, lay_grid

TODAY = date(2026, 11, 22)


def assign(uow: UnitOfWork, **changes: object) -> service.Assignment:
    given: dict[str, object] = {"cell": WEST, "person": "wang", "role": "inspector", "line": "environment", "first_day": date(2026, 1, 1)}
    return service.assign(uow, AssignmentRequest(**(given | changes)), scheme=SCHEME)  # type: ignore[arg-type]


def who(uow: UnitOfWork, point: tuple[float, float], on: date = TODAY, *, named: bool = True, known_at: datetime | None = None) -> dict[str, object]:
    return service.who_answers(uow, lon=point[0], lat=point[1], scheme=SCHEME, on=on, known_at=known_at, named=named)


def codes(document: dict[str, object]) -> list[str]:
    return [cell["code"] for cell in document["cells"]]  # type: ignore[attr-defined]


def people(document: dict[str, object]) -> list[tuple[str, str]]:
    return [(entry["cell"], entry["person"]["id"]) for entry in document["responsible"]]  # type: ignore[attr-defined]


def test_a_point_has_one_cell_a_level_top_level_first(uow: UnitOfWork) -> None:
    lay_grid(uow)
    found = who(uow, IN_WEST)
    assert codes(found) == [COUNTY, TOWNSHIP, WEST]
    assert [cell["level"] for cell in found["cells"]] == ["county", "township", "village"]  # type: ignore[attr-defined]
    assert (found["point"], found["on"], found["scheme"]) == ([118.85, 28.95], "2026-11-22", "admin")


def test_on_the_border_the_least_code_answers(uow: UnitOfWork) -> None:
    lay_grid(uow)
    assert codes(who(uow, ON_THE_BORDER))[-1] == WEST


@pytest.mark.parametrize(("point", "on"), [(OUTSIDE, TODAY), (IN_WEST, date(2019, 12, 31))])
def test_outside_and_before_history_nobody_answers(uow: UnitOfWork, point: tuple[float, float], on: date) -> None:
    lay_grid(uow)
    found = who(uow, point, on)
    assert (found["cells"], found["responsible"]) == ([], [])


def test_every_cell_of_the_chain_names_who_is_in_charge_of_it(uow: UnitOfWork) -> None:
    lay_grid(uow)
    assign(uow, cell=WEST, person="wang")
    assign(uow, cell=COUNTY, person="zhao", role="网格长")
    assign(uow, cell=EAST, person="sun")
    assert people(who(uow, IN_WEST)) == [(COUNTY, "zhao"), (WEST, "wang")]
    assert people(who(uow, IN_EAST)) == [(COUNTY, "zhao"), (EAST, "sun")]


def test_a_person_is_in_charge_from_the_first_day_to_before_the_end_day(uow: UnitOfWork) -> None:
    lay_grid(uow)
    assign(uow, end_day=date(2026, 7, 1))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [len(people(who(uow, IN_WEST, day))) for day in days] == [0, 1, 1, 0]


def test_what_was_not_known_yet_is_not_told(uow: UnitOfWork) -> None:
    lay_grid(uow)
    before = uow.now()
    assign(uow)
    assert people(who(uow, IN_WEST, known_at=before)) == []
    assert people(who(uow, IN_WEST, known_at=uow.now())) == [(WEST, "wang")]
    assert codes(who(uow, IN_WEST, known_at=before - timedelta(days=1))) == []


def test_a_person_not_known_yet_is_recorded_by_name_or_id(uow: UnitOfWork) -> None:
    lay_grid(uow)
    assert assign(uow, person="wang", person_name="王建国").person_name == "王建国"
    assert assign(uow, person="li", role="网格员").person_name == "li"
    assert assign(uow, person="wang", cell=EAST).person_name == "王建国"


def test_a_known_person_is_not_renamed_in_passing(uow: UnitOfWork) -> None:
    lay_grid(uow)
    assign(uow, person_name="王建国")
    with pytest.raises(Conflict):
        assign(uow, cell=EAST, person_name="王建华")


def test_a_stand_in_is_told_with_the_person_deputised_for(uow: UnitOfWork) -> None:
    lay_grid(uow)
    assign(uow, person="wang", person_name="王建国")
    assign(uow, person="li", stand_in_for="wang", mandate="区环委〔2026〕3 号")
    entry = who(uow, IN_WEST)["responsible"][1]  # type: ignore[index]
    assert (entry["stand_in"], entry["stand_in_for"], entry["mandate"]) == (True, {"id": "wang", "name": "王建国"}, "区环委〔2026〕3 号")


def test_a_stand_in_for_nobody_known_is_refused(uow: UnitOfWork) -> None:
    lay_grid(uow)
    with pytest.raises(Refused) as refusal:
        assign(uow, stand_in_for="nobody")
    assert refusal.value.faults[0].pointer == "/stand_in_for"


def test_the_same_assignment_on_a_common_day_is_refused_and_the_next_day_is_not(uow: UnitOfWork) -> None:
    lay_grid(uow)
    assign(uow, end_day=date(2026, 7, 1))
    with pytest.raises(AlreadyInForce) as refusal:
        assign(uow, first_day=date(2026, 6, 30))
    assert refusal.value.status == 409
    assign(uow, first_day=date(2026, 7, 1))


def test_one_person_may_carry_several_lines_in_one_cell(uow: UnitOfWork) -> None:
    lay_grid(uow)
    assign(uow, line="environment")
    assign(uow, line="安全生产")
    assert len(people(who(uow, IN_WEST))) == 2


def test_the_database_itself_keeps_an_assignment_once_a_day(database: Database) -> None:
    with database.unit_of_work("test") as uow:
        scheme_id = lay_grid(uow)
        assign(uow)
    from gridgov.people import store

    with pytest.raises(AlreadyInForce), database.unit_of_work("test") as uow:
        store.add_assignment(uow, scheme_id, AssignmentRequest(WEST, "wang", "inspector", "environment", date(2026, 5, 1)))


def test_a_cell_nobody_knows_is_not_found(uow: UnitOfWork) -> None:
    lay_grid(uow)
    with pytest.raises(NotFound, match="999999"):
        assign(uow, cell="999999")


def test_a_cell_not_yet_in_force_on_the_first_day_is_refused_with_its_period(uow: UnitOfWork) -> None:
    lay_grid(uow)
    with pytest.raises(Refused, match="2020-01-01") as refusal:
        assign(uow, first_day=date(2019, 6, 1))
    assert refusal.value.faults[0].pointer == "/from"


def test_an_unknown_scheme_is_not_found(uow: UnitOfWork) -> None:
    lay_grid(uow)
    with pytest.raises(NotFound):
        service.who_answers(uow, lon=0, lat=0, scheme="nowhere", on=TODAY, named=False)


def test_a_batch_of_points_answers_as_one_by_one_in_their_order(uow: UnitOfWork) -> None:
    lay_grid(uow)
    assign(uow, cell=WEST)
    points = [service.Point(*place, day) for place in (OUTSIDE, IN_EAST, ON_THE_BORDER, IN_WEST) for day in (TODAY, date(2019, 1, 1))]
    one_by_one = [service.who_answers(uow, lon=point.lon, lat=point.lat, scheme=SCHEME, on=point.on, named=True) for point in points]
    asked = service.Asked(SCHEME, None, True)
    located = list(zip(points, service.cells_of_few(uow, points, asked), strict=True))
    assert service.who_answers_each(uow, located, asked) == one_by_one


def test_an_assignment_leaves_its_entry_in_the_audit_without_a_name(uow: UnitOfWork) -> None:
    lay_grid(uow)
    assign(uow, person_name="王建国")
    entry = [entry for entry, _ in uow.audit_entries()][-1]
    assert (entry.action, entry.actor, entry.detail["person"]) == ("assign", "test:tester", "wang")
    assert "王建国" not in str(entry)


def test_a_refused_assignment_leaves_nothing(database: Database) -> None:
    with database.unit_of_work("test") as uow:
        lay_grid(uow)
        before = len(list(uow.audit_entries()))
    with pytest.raises(Refused), database.unit_of_work("test") as uow:
        assign(uow, person="new", stand_in_for="nobody")
    from gridgov.people import store

    with database.unit_of_work("test", read_only=True) as uow:
        assert store.person_name(uow, "new") is None
        assert len(list(uow.audit_entries())) == before


def test_days_of_a_database_in_utc_are_days(uow: UnitOfWork) -> None:
    lay_grid(uow)
    recorded = assign(uow)
    assert recorded.first_day == date(2026, 1, 1)
    assert who(uow, IN_WEST)["responsible"][0]["from"] == "2026-01-01"  # type: ignore[index]
    assert uow.now().tzinfo is not None
    assert uow.now() > datetime(2020, 1, 1, tzinfo=UTC)
