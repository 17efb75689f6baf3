"""The life of a redraw on a real database: drafted, saved, submitted, approved by another person, taken back; and what each refuses."""

from datetime import timedelta
from typing import Any

import pytest

from gridgov.database.audit import first_break
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Conflict, FourEyes, NotFound, Refused, StalePlan
from gridgov.grids import service as grids
from gridgov.grids import store as grid_store
from gridgov.redraws import service
from tests.redraw_grid import DAY, FIRST_DAY, TODAY, bulge, lay_squares, merge, rename, request, split, village

_DRAFTER, _APPROVER = "user:admin", "user:supervisor"
_VERSIONS = (
    "select rank, code, parent_code, name, encode(st_asbinary(geometry), 'hex') as ground, area_m2, valid::text "
    "from cell where upper_inf(recorded) order by rank, code, valid"
)


def _draft(uow: UnitOfWork, *operations: dict[str, Any], **given: Any) -> int:
    uow.actor = _DRAFTER
    return int(service.draft_redraw(uow, request(*operations, **given), TODAY)["id"])


def _submitted(uow: UnitOfWork, *operations: dict[str, Any], **given: Any) -> int:
    redraw_id = _draft(uow, *operations, **given)
    service.submit_redraw(uow, redraw_id, note=None, today=TODAY)
    return redraw_id


def _approve(uow: UnitOfWork, redraw_id: int, note: str | None = None) -> dict[str, Any]:
    uow.actor = _APPROVER
    return service.approve_redraw(uow, redraw_id, note=note, today=TODAY)


def _approved(uow: UnitOfWork, *operations: dict[str, Any], **given: Any) -> int:
    redraw_id = _submitted(uow, *operations, **given)
    _approve(uow, redraw_id)
    return redraw_id


def _state(uow: UnitOfWork) -> list[dict[str, Any]]:
    """Every version that is known, bit by bit."""
    return uow.rows(_VERSIONS)


def _actions(uow: UnitOfWork) -> list[str]:
    return [entry.action for entry, _ in uow.audit_entries()]


def test_a_draft_says_what_it_would_make_and_changes_nothing(uow: UnitOfWork) -> None:
    lay_squares(uow)
    before = _state(uow)
    document = service.draft_redraw(uow, request(split(0, 0), bulge(2, 1)), TODAY)
    assert (document["id"], document["status"], document["in_force"], document["version"]) == ("1", "draft", False, 1)
    assert (document["base_revision"], document["current_revision"], document["change"]) == (1, 1, None)
    assert [part["code"] for part in document["operations"][0]["parts"]] == ["330802100105", "330802100106"]
    assert [step["op"] for step in document["steps"]] == ["split", "reshape"]
    assert document["validation"]["ok"] is True
    assert document["validation"]["cells"] == {"county": 1, "township": 3, "village": 25}
    assert [(event["actor"], event["action"]) for event in document["events"]] == [("test:tester", "drafted")]
    assert _state(uow) == before
    assert _actions(uow) == ["redraw.draft"]


def test_reading_a_draft_gives_what_drafting_it_gave(uow: UnitOfWork) -> None:
    lay_squares(uow)
    drafted = service.draft_redraw(uow, request(split(0, 0), merge((4, 0), (4, 1))), TODAY)
    assert service.read_redraw(uow, 1, TODAY) == drafted


def test_a_refused_operation_is_pointed_at_and_nothing_is_saved(uow: UnitOfWork) -> None:
    lay_squares(uow)
    with pytest.raises(Refused) as refused:
        service.draft_redraw(uow, request(split(0, 0), merge((0, 1), (4, 3))), TODAY)
    assert refused.value.faults[0].pointer.startswith("/operations/1")
    assert uow.row("select count(*) as n from redraw") == {"n": 0}


def test_every_save_counts_and_is_written_down(uow: UnitOfWork) -> None:
    lay_squares(uow)
    redraw_id = _draft(uow, split(0, 0))
    document = service.save_redraw(uow, redraw_id, request(bulge(2, 1), version=1), TODAY)
    assert document["version"] == 2
    assert [operation["op"] for operation in document["operations"]] == ["reshape"]
    assert [event["action"] for event in document["events"]] == ["drafted", "saved"]
    assert _actions(uow) == ["redraw.draft", "redraw.save"]


def test_of_two_saves_of_one_version_the_second_is_refused(uow: UnitOfWork) -> None:
    lay_squares(uow)
    redraw_id = _draft(uow, split(0, 0))
    service.save_redraw(uow, redraw_id, request(bulge(2, 1), version=1), TODAY)
    with pytest.raises(Conflict) as refused:
        service.save_redraw(uow, redraw_id, request(bulge(4, 1), version=1), TODAY)
    assert refused.value.members == {"version": 2}


def test_a_save_stays_in_its_scheme(uow: UnitOfWork) -> None:
    lay_squares(uow)
    redraw_id = _draft(uow, split(0, 0))
    with pytest.raises(Refused) as refused:
        service.save_redraw(uow, redraw_id, request(bulge(2, 1), version=1, scheme="park"), TODAY)
    assert refused.value.faults[0].pointer == "/scheme"


def test_a_save_that_names_no_version_follows_the_last_one(uow: UnitOfWork) -> None:
    lay_squares(uow)
    redraw_id = _draft(uow, split(0, 0))
    assert service.save_redraw(uow, redraw_id, request(bulge(2, 1)), TODAY)["version"] == 2


def test_a_revision_that_is_not_there_yet_is_refused(uow: UnitOfWork) -> None:
    lay_squares(uow)
    with pytest.raises(Refused) as refused:
        service.draft_redraw(uow, request(split(0, 0), base_revision=2), TODAY)
    assert refused.value.faults[0].pointer == "/base_revision"


def test_what_is_submitted_has_a_reason_a_document_and_an_effect(uow: UnitOfWork) -> None:
    lay_squares(uow)
    bare = _draft(uow, split(0, 0), reason=" ", document="")
    with pytest.raises(Refused) as refused:
        service.submit_redraw(uow, bare, note=None, today=TODAY)
    assert [fault.pointer for fault in refused.value.faults] == ["/reason", "/document"]
    empty = _draft(uow)
    with pytest.raises(Conflict):
        service.submit_redraw(uow, empty, note=None, today=TODAY)


def test_what_is_submitted_can_no_longer_be_saved(uow: UnitOfWork) -> None:
    lay_squares(uow)
    redraw_id = _submitted(uow, split(0, 0))
    with pytest.raises(Conflict) as refused:
        service.save_redraw(uow, redraw_id, request(bulge(2, 1), version=1), TODAY)
    assert refused.value.members == {"redraw_status": "submitted"}


def test_the_drafter_and_whoever_saved_it_may_neither_approve_nor_reject(uow: UnitOfWork) -> None:
    lay_squares(uow)
    redraw_id = _draft(uow, split(0, 0))
    uow.actor = "user:admin2"
    service.save_redraw(uow, redraw_id, request(split(0, 0), version=1), TODAY)
    service.submit_redraw(uow, redraw_id, note=None, today=TODAY)
    for actor in (_DRAFTER, "user:admin2"):
        uow.actor = actor
        with pytest.raises(FourEyes):
            service.approve_redraw(uow, redraw_id, note=None, today=TODAY)
        with pytest.raises(FourEyes):
            service.reject_redraw(uow, redraw_id, note=None, today=TODAY)
    assert _approve(uow, redraw_id)["status"] == "approved"


def test_two_accounts_of_one_person_are_one_pair_of_eyes(uow: UnitOfWork) -> None:
    lay_squares(uow)
    uow.execute("insert into person (person_id, name) values ('p1', '张三')")
    for name in ("admin", "supervisor"):
        uow.execute("insert into account (username, role, password_hash, person_id) values (%(name)s, %(name)s, 'x', 'p1')", name=name)
    redraw_id = _submitted(uow, split(0, 0))
    with pytest.raises(FourEyes):
        _approve(uow, redraw_id)


def test_only_what_was_submitted_is_approved_or_rejected(uow: UnitOfWork) -> None:
    lay_squares(uow)
    redraw_id = _draft(uow, split(0, 0))
    uow.actor = _APPROVER
    for act in (service.approve_redraw, service.reject_redraw):
        with pytest.raises(Conflict):
            act(uow, redraw_id, note=None, today=TODAY)


def test_approval_writes_the_redraw_and_it_is_in_force_from_its_day_on(uow: UnitOfWork) -> None:
    scheme = lay_squares(uow)
    document = _approve(uow, _submitted(uow, split(0, 0)), "同意")
    assert (document["status"], document["in_force"], document["change"]["revision"]) == ("approved", False, 2)
    assert document["events"][-1] == {"at": document["events"][-1]["at"], "actor": _APPROVER, "action": "approved", "note": "同意"}
    assert service.read_redraw(uow, 1, DAY)["in_force"] is True
    old, new = {village(0, 0)}, {"330802100105", "330802100106"}
    codes = {day: {cell.code for cell in grid_store.cells_in_force(uow, scheme.scheme_id, day, rank=0)} for day in (FIRST_DAY, DAY - timedelta(days=1), DAY)}
    assert old <= codes[FIRST_DAY] and old <= codes[DAY - timedelta(days=1)] and not new & codes[DAY - timedelta(days=1)]
    assert new <= codes[DAY] and not old & codes[DAY]
    assert _actions(uow) == ["redraw.draft", "redraw.submit", "redraw.approve"]
    assert first_break(uow.audit_entries()) is None


def test_what_was_approved_reads_as_its_draft_did(uow: UnitOfWork) -> None:
    lay_squares(uow)
    redraw_id = _submitted(uow, split(0, 0), bulge(2, 1))
    draft = service.read_redraw(uow, redraw_id, TODAY)
    written = _approve(uow, redraw_id)
    for key in ("operations", "steps", "notes", "validation", "impact"):
        assert written[key] == draft[key]
    assert service.read_redraw(uow, redraw_id, TODAY) == written


def test_what_was_approved_is_never_saved_submitted_or_approved_again(uow: UnitOfWork) -> None:
    lay_squares(uow)
    redraw_id = _approved(uow, split(0, 0))
    uow.actor = "user:third"
    for act in (service.submit_redraw, service.approve_redraw, service.reject_redraw):
        with pytest.raises(Conflict):
            act(uow, redraw_id, note=None, today=TODAY)
    with pytest.raises(Conflict):
        service.save_redraw(uow, redraw_id, request(bulge(2, 1), version=1), TODAY)


def test_what_was_rejected_is_a_draft_again_with_the_note(uow: UnitOfWork) -> None:
    lay_squares(uow)
    redraw_id = _submitted(uow, split(0, 0))
    uow.actor = _APPROVER
    document = service.reject_redraw(uow, redraw_id, note="请补充附图", today=TODAY)
    assert document["status"] == "draft"
    assert (document["events"][-1]["action"], document["events"][-1]["note"]) == ("rejected", "请补充附图")
    uow.actor = _DRAFTER
    service.save_redraw(uow, redraw_id, request(bulge(2, 1), version=1), TODAY)
    service.submit_redraw(uow, redraw_id, note=None, today=TODAY)
    assert _approve(uow, redraw_id)["status"] == "approved"


@pytest.mark.parametrize("submitted", [False, True])
def test_what_was_not_approved_is_withdrawn_without_a_trace_in_the_grid(uow: UnitOfWork, submitted: bool) -> None:
    lay_squares(uow)
    before = _state(uow)
    redraw_id = (_submitted if submitted else _draft)(uow, split(0, 0))
    document = service.withdraw_redraw(uow, redraw_id, note="另行办理", today=TODAY)
    assert (document["status"], document["validation"], document["impact"]) == ("withdrawn", None, None)
    assert _state(uow) == before
    with pytest.raises(Conflict):
        service.withdraw_redraw(uow, redraw_id, note=None, today=TODAY)


def test_withdrawing_before_the_day_restores_what_was_known_bit_by_bit(uow: UnitOfWork) -> None:
    scheme = lay_squares(uow)
    before = _state(uow)
    redraw_id = _approved(uow, split(0, 0), bulge(2, 1), merge((4, 0), (4, 1)), rename(village(5, 3), "新名"))
    between = uow.now()
    assert _state(uow) != before
    uow.actor = _DRAFTER
    document = service.withdraw_redraw(uow, redraw_id, note="上级暂缓", today=TODAY)
    assert document["status"] == "withdrawn" and document["validation"]["cells"]["village"] == 24
    assert _state(uow) == before
    assert uow.row("select count(*) as n from lineage where undone_by is null") == {"n": 0}
    known = {cell.code for cell in grid_store.cells_in_force(uow, scheme.scheme_id, DAY, known_at=between, rank=0)}
    assert "330802100105" in known and village(0, 0) not in known
    assert _actions(uow)[-1] == "redraw.withdraw"
    assert grids.coverage_report(uow, scheme=None, on=DAY)["ok"]


def test_a_code_of_a_withdrawn_redraw_is_not_given_again(uow: UnitOfWork) -> None:
    lay_squares(uow)
    redraw_id = _approved(uow, split(0, 0))
    service.withdraw_redraw(uow, redraw_id, note=None, today=TODAY)
    again = service.draft_redraw(uow, request(split(0, 0)), TODAY)
    assert [part["code"] for part in again["operations"][0]["parts"]] == ["330802100107", "330802100108"]


def test_what_is_in_force_is_not_withdrawn(uow: UnitOfWork) -> None:
    lay_squares(uow)
    redraw_id = _approved(uow, split(0, 0))
    with pytest.raises(Conflict):
        service.withdraw_redraw(uow, redraw_id, note=None, today=DAY)


def test_what_a_later_change_rests_on_is_not_withdrawn(uow: UnitOfWork) -> None:
    lay_squares(uow)
    before = _state(uow)
    first = _approved(uow, bulge(2, 1))
    second = _approved(uow, rename(village(3, 1), "新名"), effective_from="2027-01-01")
    with pytest.raises(StalePlan) as refused:
        service.withdraw_redraw(uow, first, note=None, today=TODAY)
    assert refused.value.members == {"cells": [village(3, 1)]}
    service.withdraw_redraw(uow, second, note=None, today=TODAY)
    service.withdraw_redraw(uow, first, note=None, today=TODAY)
    assert _state(uow) == before


def test_nobody_knows_a_redraw_that_is_not_there(uow: UnitOfWork) -> None:
    for act in (service.submit_redraw, service.approve_redraw, service.reject_redraw, service.withdraw_redraw):
        with pytest.raises(NotFound):
            act(uow, 7, note=None, today=TODAY)
    with pytest.raises(NotFound):
        service.read_redraw(uow, 7, TODAY)


def test_redraws_are_listed_newest_first_by_scheme_and_status(uow: UnitOfWork) -> None:
    lay_squares(uow)
    lay_squares(uow, 2, 2, key="second")
    numbers = [_draft(uow, split(0, 0)), _submitted(uow, bulge(2, 1)), _draft(uow, rename(village(0, 0), "甲"), scheme="second"), _draft(uow)]

    def listed(**given: Any) -> list[int]:
        asked = {"scheme": None, "status": None, "before": None, "limit": 10, "today": TODAY} | given
        return [int(item["id"]) for item in service.list_redraws(uow, **asked)]

    assert listed() == numbers[::-1]
    assert listed(scheme="second") == [numbers[2]]
    assert listed(status="submitted") == [numbers[1]]
    assert listed(limit=2) == numbers[:1:-1]
    assert listed(limit=2, before=numbers[2]) == numbers[1::-1]
    first = service.list_redraws(uow, scheme=None, status="submitted", before=None, limit=10, today=TODAY)[0]
    assert first["operation_count"] == 1 and "operations" not in first and "impact" not in first
