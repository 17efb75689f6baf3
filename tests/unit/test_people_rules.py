"""Rules of names, assignments, passwords and lock-out: pure, no database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gridgov.errors import Refused
from gridgov.people.account import (
    LOCK_AFTER_FAILURES,
    LOCK_FOR,
    Account,
    Standing,
    after_failure,
    is_locked,
    require_password,
    require_role,
)
from gridgov.people.answer import Place, answer
from gridgov.people.assignment import AssignmentRequest, checked
from gridgov.people.credentials import hash_password, new_token, password_matches, token_hash
from gridgov.people.wording import account_name, identifier, plain_text

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def request(**changes: object) -> AssignmentRequest:
    given: dict[str, object] = {"cell": "330802101203", "person": "wang", "role": "inspector", "line": "environment", "first_day": date(2026, 1, 1)}
    return AssignmentRequest(**(given | changes))  # type: ignore[arg-type]


def pointers(error: Refused) -> list[str]:
    return [fault.pointer for fault in error.faults]


@pytest.mark.parametrize("text", ["", "   ", "a" * 65, "a\x00b", "a\nb", "zero\u200bwidth", "\ud800", "right\u202eleft"])
def test_a_name_that_is_empty_too_long_or_invisible_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        plain_text(text, pointer="/role")
    assert pointers(refusal.value) == ["/role"]


def test_composed_and_decomposed_letters_are_one_name() -> None:
    assert plain_text("Cafe\u0301", pointer="/role") == "Café"


def test_full_width_and_upper_case_look_alikes_are_one_account() -> None:
    assert account_name("Ｉｎｓｐｅｃｔｏｒ") == account_name("INSPECTOR") == "inspector"


def test_an_id_with_a_blank_inside_is_refused() -> None:
    with pytest.raises(Refused):
        identifier("wang hua", pointer="/person")


def test_a_chinese_id_is_kept() -> None:
    assert identifier(" 王建国 ", pointer="/person") == "王建国"


def test_a_sound_request_comes_back_in_its_one_form() -> None:
    assert checked(request(person=" ｗａｎｇ ", mandate=" 河长令〔2026〕3 号 ")) == request(person="wang", mandate="河长令〔2026〕3 号")


@pytest.mark.parametrize("end_day", [date(2026, 1, 1), date(2025, 12, 31)])
def test_a_period_without_a_day_is_refused(end_day: date) -> None:
    with pytest.raises(Refused) as refusal:
        checked(request(end_day=end_day))
    assert pointers(refusal.value) == ["/to"]


def test_one_day_is_a_period() -> None:
    assert checked(request(end_day=date(2026, 1, 2))).end_day == date(2026, 1, 2)


def test_nobody_stands_in_for_themselves() -> None:
    with pytest.raises(Refused) as refusal:
        checked(request(stand_in_for="ＷＡＮＧ".lower()))
    assert pointers(refusal.value) == ["/stand_in_for"]


def test_nine_failures_do_not_lock_and_the_tenth_does() -> None:
    standing = Standing(0, None)
    for _ in range(LOCK_AFTER_FAILURES - 1):
        standing = after_failure(standing, NOW)
    assert not is_locked(standing, NOW)
    standing = after_failure(standing, NOW)
    assert standing == Standing(0, NOW + LOCK_FOR)
    assert is_locked(standing, NOW + timedelta(minutes=14, seconds=59))
    assert not is_locked(standing, NOW + timedelta(minutes=15))


def test_a_failure_after_the_lock_has_run_out_starts_a_new_count() -> None:
    assert after_failure(Standing(0, NOW), NOW + timedelta(seconds=1)) == Standing(1, None)


@pytest.mark.parametrize("password", ["short", "a" * 257, "qwerty123", "aaaaaaaaaa", "Inspector-1", "tab\tinside-it"])
def test_a_password_that_is_short_long_guessed_or_the_name_is_refused_unrepeated(password: str) -> None:
    with pytest.raises(Refused) as refusal:
        require_password(password, "inspector-1")
    assert password not in str(refusal.value.as_problem("en"))


@pytest.mark.parametrize("password", ["gridgov-sample", "四个汉字不够八个", "correct horse battery staple"])
def test_a_long_phrase_will_do_in_any_script(password: str) -> None:
    require_password(password, "inspector-1")


def test_an_unknown_role_is_refused_naming_the_four() -> None:
    with pytest.raises(Refused, match="inspector, planner, supervisor, admin"):
        require_role("root")


def test_supervisors_and_admins_see_all_checks() -> None:
    assert [Account("a", require_role(role)).sees_all_checks for role in ("inspector", "planner", "supervisor", "admin")] == [False, False, True, True]


def test_a_password_matches_its_own_hash_only() -> None:
    stored = hash_password("密码-Cafe\u0301")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert password_matches(stored, "密码-Café")
    assert not password_matches(stored, "密码-Cafe")
    assert not password_matches(stored, "\ud800")


def test_nobody_has_no_password() -> None:
    assert not password_matches(None, "gridgov-sample")


def test_tokens_have_256_bits_and_only_their_hash_is_stored() -> None:
    first, second = new_token(), new_token()
    assert first != second
    assert len(first) == 43
    assert len(token_hash(first)) == 32


CELLS = [
    {"level": "county", "code": "330802", "name": "柯城区", "version": 17, "rank": 1},
    {"level": "village", "code": "330802101203", "name": "某村", "version": 3, "rank": 0},
]
ROW = {
    "cell": "330802101203",
    "person_id": "wang",
    "person_name": "王建国",
    "role": "inspector",
    "line": "environment",
    "first_day": date(2026, 1, 1),
    "end_day": None,
    "stand_in_for": "li",
    "stand_in_for_name": "李红",
    "mandate": "代李红",
}


def test_the_answer_names_people_to_those_signed_in() -> None:
    document = answer(Place(118.87, 28.95, "admin", date(2026, 11, 22)), CELLS, [ROW], named=True)
    assert document == {
        "point": [118.87, 28.95],
        "on": "2026-11-22",
        "scheme": "admin",
        "cells": [
            {"level": "county", "code": "330802", "name": "柯城区", "version": 17},
            {"level": "village", "code": "330802101203", "name": "某村", "version": 3},
        ],
        "responsible": [
            {
                "cell": "330802101203",
                "person": {"id": "wang", "name": "王建国"},
                "role": "inspector",
                "line": "environment",
                "from": "2026-01-01",
                "to": None,
                "stand_in": True,
                "stand_in_for": {"id": "li", "name": "李红"},
                "mandate": "代李红",
            }
        ],
    }


def test_the_answer_tells_strangers_the_duty_and_nobody_s_name() -> None:
    document = answer(Place(118.87, 28.95, "admin", date(2026, 11, 22)), CELLS, [ROW], named=False)
    assert document["responsible"][0] == {
        "cell": "330802101203",
        "person": None,
        "role": "inspector",
        "line": "environment",
        "from": "2026-01-01",
        "to": None,
        "stand_in": True,
        "stand_in_for": None,
        "mandate": None,
    }
    assert not any(secret in str(document) for secret in ("wang", "王建国", "李红", "'li'"))
