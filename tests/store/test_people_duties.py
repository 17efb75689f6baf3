"""Duties on a real database: dated, never overwritten."""

from datetime import date, datetime
from typing import Any

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.people import duty_service, duty_store
from gridgov.people.duty import duty_lists

LIST: dict[str, Any] = {"role": "inspector", "line": "environment", "from": "2026-01-01", "instrument": "方案（示例）", "duties": ["巡查", "上报"]}
PAIR = [("inspector", "environment")]


def load(uow: UnitOfWork, *changes: dict[str, Any]) -> dict[str, Any]:
    return duty_service.load_duties(uow, duty_lists({"duties": [LIST | one for one in changes]}), source="duties.yaml")


def texts(uow: UnitOfWork, on: date, known_at: datetime | None = None) -> list[str]:
    return [row["text"] for row in duty_store.duties_on(uow, PAIR, on, known_at=known_at)]


def test_duties_hold_from_their_first_day_to_before_their_end_day(uow: UnitOfWork) -> None:
    assert load(uow, {"to": "2026-07-01"}) == {"lists": 1, "duties": 2, "unchanged": 0}
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [texts(uow, day) for day in days] == [[], ["巡查", "上报"], ["巡查", "上报"], []]


def test_the_same_list_again_changes_nothing(uow: UnitOfWork) -> None:
    load(uow, {})
    before = uow.rows("select * from duty")
    assert load(uow, {}) == {"lists": 0, "duties": 0, "unchanged": 1}
    assert uow.rows("select * from duty") == before


def test_a_later_list_ends_the_one_before_it(uow: UnitOfWork) -> None:
    load(uow, {})
    load(uow, {"from": "2026-06-01", "duties": ["巡查两次"]})
    assert [texts(uow, day) for day in (date(2026, 5, 31), date(2026, 6, 1))] == [["巡查", "上报"], ["巡查两次"]]


def test_a_list_for_a_while_leaves_the_days_before_and_after_as_they_were(uow: UnitOfWork) -> None:
    load(uow, {})
    load(uow, {"from": "2026-03-01", "to": "2026-04-01", "duties": ["加密巡查"]})
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [texts(uow, day) for day in days] == [["巡查", "上报"], ["加密巡查"], ["加密巡查"], ["巡查", "上报"]]


def test_what_was_known_before_a_correction_stays_known_as_it_was(uow: UnitOfWork) -> None:
    load(uow, {})
    before = uow.now()
    load(uow, {"duties": ["巡查", "报告"]})
    assert texts(uow, date(2026, 2, 1), before) == ["巡查", "上报"]
    assert texts(uow, date(2026, 2, 1)) == ["巡查", "报告"]


def test_duties_of_every_level_come_before_those_of_one(uow: UnitOfWork) -> None:
    load(uow, {"level": "village", "duties": ["本村"]}, {"duties": ["通用一", "通用二"]}, {"role": "chief", "duties": ["不相干"]})
    assert texts(uow, date(2026, 2, 1)) == ["通用一", "通用二", "本村"]


def test_loading_leaves_one_entry_in_the_audit(uow: UnitOfWork) -> None:
    load(uow, {})
    load(uow, {})
    entries = [entry for entry, _ in uow.audit_entries() if entry.action == "load-duties"]
    assert [(entry.subject, entry.detail["duties"]) for entry in entries] == [("duties:duties.yaml", 2)]
