"""Accounts, sign-in, lock-out and sessions on a real database."""

import time
from datetime import date, datetime, timedelta

import pytest

from gridgov.database.pool import Database
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Conflict, NotSignedIn, Refused
from gridgov.people import service
from gridgov.people.account import Account
from tests.small_grid import WEST, lay_grid

PASSWORD = "correct horse battery"
TODAY = date(2026, 11, 22)


def add(uow: UnitOfWork, username: str = "planner", **changes: object) -> Account:
    return service.add_user(uow, username, PASSWORD, **({"role": "planner", "on": TODAY} | changes))  # type: ignore[arg-type]


def enter(uow: UnitOfWork, password: str = PASSWORD, username: str = "planner", now: datetime | None = None) -> service.SignedIn | NotSignedIn:
    return service.sign_in(uow, username, password, now or uow.now())


def test_the_right_password_opens_a_session_of_twelve_hours(uow: UnitOfWork) -> None:
    add(uow)
    now = uow.now()
    session = enter(uow, now=now)
    assert isinstance(session, service.SignedIn)
    assert session.expires_at - now == timedelta(hours=12)
    assert service.session_account(uow, session.token) == (Account("planner", "planner", None), session.expires_at)


def test_a_look_alike_name_is_the_same_account(uow: UnitOfWork) -> None:
    add(uow, "Planner")
    assert isinstance(enter(uow, username="ＰＬＡＮＮＥＲ"), service.SignedIn)
    with pytest.raises(Conflict):
        add(uow, "ｐｌａｎｎｅｒ")


@pytest.mark.parametrize("name", ["sample", "anonymous", "SYSTEM"])
def test_names_the_system_uses_itself_are_nobody_s(uow: UnitOfWork, name: str) -> None:
    with pytest.raises(Refused):
        add(uow, name)


@pytest.mark.parametrize("username", ["planner", "nobody", "", "a\x00b", "x" * 5000])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(uow: UnitOfWork, username: str) -> None:
    add(uow)
    refusal = enter(uow, "wrong", username)
    assert isinstance(refusal, NotSignedIn)
    assert refusal.as_problem("en") == enter(uow, "wrong").as_problem("en")  # type: ignore[union-attr]


def test_an_unknown_name_takes_as_long_as_a_known_one(uow: UnitOfWork) -> None:
    add(uow)
    taken = {name: [] for name in ("planner", "nobody")}  # type: dict[str, list[float]]
    for _ in range(3):
        for name, times in taken.items():
            begun = time.perf_counter()
            enter(uow, "wrong", name)
            times.append(time.perf_counter() - begun)
    assert min(taken["nobody"]) > 0.5 * min(taken["planner"])


def test_ten_wrong_passwords_lock_for_fifteen_minutes_even_for_the_right_one(uow: UnitOfWork) -> None:
    add(uow)
    now = uow.now()
    for _ in range(10):
        assert isinstance(enter(uow, "wrong", now=now), NotSignedIn)
    assert isinstance(enter(uow, now=now + timedelta(minutes=14)), NotSignedIn)
    assert isinstance(enter(uow, now=now + timedelta(minutes=15)), service.SignedIn)


def test_the_right_password_forgets_the_failures_before_it(uow: UnitOfWork) -> None:
    add(uow)
    for _ in range(9):
        enter(uow, "wrong")
    assert isinstance(enter(uow), service.SignedIn)
    for _ in range(9):
        enter(uow, "wrong")
    assert isinstance(enter(uow), service.SignedIn)


def test_guesses_at_once_are_all_counted(database: Database) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with database.unit_of_work("test") as uow:
        add(uow)

    def guess(_: int) -> bool:
        with database.unit_of_work("test") as own:
            return isinstance(enter(own, "wrong"), NotSignedIn)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(guess, range(10)))
    with database.unit_of_work("test") as uow:
        assert isinstance(enter(uow), NotSignedIn)


def test_only_the_hash_of_a_token_is_stored(uow: UnitOfWork) -> None:
    add(uow)
    session = enter(uow)
    assert isinstance(session, service.SignedIn)
    stored = uow.rows("select * from session")
    assert session.token not in str(stored)
    assert PASSWORD not in str(uow.rows("select * from account"))


def test_signing_out_ends_the_session_at_once(uow: UnitOfWork) -> None:
    add(uow)
    session = enter(uow)
    assert isinstance(session, service.SignedIn)
    service.sign_out(uow, session.token)
    assert service.session_account(uow, session.token) is None
    service.sign_out(uow, session.token)


def test_a_session_that_has_run_out_is_nobody_s(uow: UnitOfWork) -> None:
    add(uow)
    session = enter(uow, now=uow.now() - timedelta(hours=12, seconds=1))
    assert isinstance(session, service.SignedIn)
    assert service.session_account(uow, session.token) is None


def test_signing_in_twice_gives_two_tokens(uow: UnitOfWork) -> None:
    add(uow)
    first, second = enter(uow), enter(uow)
    assert isinstance(first, service.SignedIn)
    assert isinstance(second, service.SignedIn)
    assert first.token != second.token


def test_an_account_may_be_bound_to_a_cell_in_force_only(uow: UnitOfWork) -> None:
    lay_grid(uow)
    assert add(uow, cell=WEST).cell == WEST
    with pytest.raises(Refused):
        add(uow, "other", cell="999999")


def test_sample_users_are_told_from_others(uow: UnitOfWork) -> None:
    add(uow)
    assert not service.has_sample_users(uow)
    add(uow, "inspector", role="inspector", sample=True)
    assert service.has_sample_users(uow)
