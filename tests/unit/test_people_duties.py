"""Lists of duties as a file gives them: pure, no database."""

from datetime import date
from typing import Any

import pytest

from gridgov.errors import Refused
from gridgov.people.duty import DutyList, duty_lists

LIST: dict[str, Any] = {"role": "inspector", "line": "environment", "from": "2026-01-01", "instrument": "方案（示例）", "duties": ["巡查", "上报"]}


def lists(*changes: dict[str, Any]) -> list[DutyList]:
    return duty_lists({"duties": [LIST | one for one in changes]})


def pointers(document: Any) -> list[str]:
    with pytest.raises(Refused) as refusal:
        duty_lists(document)
    return [fault.pointer for fault in refusal.value.faults]


def test_a_list_is_an_example_for_every_level_until_further_notice() -> None:
    (found,) = lists({})
    assert found == DutyList("inspector", "environment", None, date(2026, 1, 1), None, "方案（示例）", None, "example", ("巡查", "上报"))


def test_all_that_may_be_given_is_kept() -> None:
    (found,) = lists({"level": "village", "to": "2027-01-01", "article": "第五条", "status": "confirmed"})
    assert (found.level, found.end_day, found.article, found.status) == ("village", date(2027, 1, 1), "第五条", "confirmed")


@pytest.mark.parametrize("document", [None, [], {}, {"duties": []}, {"duties": {}}, {"duties": [LIST], "more": 1}, "duties"])
def test_a_document_that_is_no_file_of_duties_is_refused(document: Any) -> None:
    assert pointers(document) == [""]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"role": ""}, "/duties/0/role"),
        ({"role": 7}, "/duties/0/role"),
        ({"line": "a\u202eb"}, "/duties/0/line"),
        ({"level": True}, "/duties/0/level"),
        ({"from": "2026-1-1"}, "/duties/0/from"),
        ({"from": 2026}, "/duties/0/from"),
        ({"from": "2026-W01-1"}, "/duties/0/from"),
        ({"to": "2026-01-01"}, "/duties/0/to"),
        ({"status": "law"}, "/duties/0/status"),
        ({"instrument": None}, "/duties/0/instrument"),
        ({"duties": []}, "/duties/0/duties"),
        ({"duties": "巡查"}, "/duties/0/duties"),
        ({"duties": ["x"] * 101}, "/duties/0/duties"),
        ({"duties": ["巡查", None]}, "/duties/0/duties/1"),
        ({"duties": ["x" * 2001]}, "/duties/0/duties/0"),
        ({"until": "2027-01-01"}, "/duties/0/until"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_its_place(change: dict[str, Any], pointer: str) -> None:
    assert pointers({"duties": [LIST | change]}) == [pointer]


def test_every_list_that_cannot_be_used_is_named() -> None:
    assert pointers({"duties": [LIST | {"role": ""}, LIST, 5, {}]})[:2] == ["/duties/0/role", "/duties/2"]


def test_two_lists_may_not_hold_on_the_same_day() -> None:
    assert pointers({"duties": [LIST | {"to": "2026-07-02"}, LIST | {"from": "2026-07-01"}]}) == ["/duties/1"]
    assert len(lists({"to": "2026-07-01"}, {"from": "2026-07-01"}, {"level": "village"}, {"line": "river"})) == 4
