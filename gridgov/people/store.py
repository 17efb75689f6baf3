"""People, assignments, accounts and sessions in the database. Runs the named queries; decides nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids.store import known
from gridgov.people.account import Account, Standing
from gridgov.people.assignment import AssignmentRequest

_SQL = load_queries("gridgov.people")


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account with what its sign-in is judged by."""

    account: Account
    password_hash: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class When:
    """A day in force, and the time as of which it was known (aware; None = now)."""

    on: date
    known_at: datetime | None = None


def cell_on(uow: UnitOfWork, scheme_id: int, code: str, on: date) -> dict[str, Any] | None:
    """Code, name and rank of the cell in force that day; None = there is none."""
    return uow.row(_SQL["cell_on"], scheme_id=scheme_id, code=code, on=on)


def cell_period(uow: UnitOfWork, scheme_id: int, code: str) -> tuple[date, date | None] | None:
    """First day and end day (None = still runs) over all versions of a code; None = never known."""
    row = uow.row(_SQL["cell_period"], scheme_id=scheme_id, code=code)
    return None if row is None else (row["first_day"], None if row["runs"] else row["end_day"])


def cell_ends(uow: UnitOfWork, scheme_id: int, request: AssignmentRequest) -> date | None:
    """The day on which the cell of an assignment ends, None = not while the assignment runs."""
    days = {"first_day": request.first_day, "end_day": request.end_day}
    row = uow.row(_SQL["cell_ends"], scheme_id=scheme_id, code=request.cell, **days)
    return None if row is None else row["end_day"]


def cell_anywhere(uow: UnitOfWork, code: str, on: date) -> bool:
    """Whether any scheme has a cell of this code in force that day."""
    return uow.row(_SQL["cell_anywhere"], code=code, on=on) is not None


def cells_over_many(uow: UnitOfWork, scheme_id: int, points: Sequence[tuple[float, float, date]], known_at: datetime | None) -> list[list[Mapping[str, Any]]]:
    """Level, code, name and version of the cells over each (lon, lat, day), in their order, top level first; empty = outside.

    lon, lat: degrees on the lattice, EPSG:4490. known_at None = now.
    """
    found: list[list[Mapping[str, Any]]] = [[] for _ in points]
    lons, lats, days = ([point[column] for point in points] for column in range(3))
    for row in uow.rows(_SQL["locate_many"], scheme_id=scheme_id, lons=lons, lats=lats, days=days, known_at=known(known_at)):
        found[row.pop("ordinal") - 1].append(row)
    return found


def responsible(uow: UnitOfWork, scheme_id: int, codes: Sequence[str], when: When) -> list[dict[str, Any]]:
    """Assignments to any of the cells, in the order of `codes`."""
    return uow.rows(_SQL["responsible"], scheme_id=scheme_id, codes=list(codes), on=when.on, known_at=known(when.known_at))


def person_name(uow: UnitOfWork, person_id: str) -> str | None:
    """The person's name; None = nobody known."""
    row = uow.row(_SQL["person"], person_id=person_id)
    return None if row is None else str(row["name"])


def add_person(uow: UnitOfWork, person_id: str, name: str) -> None:
    """Records a person; one recorded at the same moment by somebody else stays as it is."""
    uow.execute(_SQL["add_person"], person_id=person_id, name=name)


def same_assignment(uow: UnitOfWork, scheme_id: int, request: AssignmentRequest) -> dict[str, Any] | None:
    """First and end day of an assignment equal but for its period, with a day in common; None = there is none."""
    return uow.row(
        _SQL["same_assignment"],
        scheme_id=scheme_id,
        cell=request.cell,
        person=request.person,
        role=request.role,
        line=request.line,
        first_day=request.first_day,
        end_day=request.end_day,
    )


def add_assignment(uow: UnitOfWork, scheme_id: int, request: AssignmentRequest) -> int:
    """Its new id."""
    row = uow.row(
        _SQL["add_assignment"],
        scheme_id=scheme_id,
        cell=request.cell,
        person=request.person,
        role=request.role,
        line=request.line,
        stand_in_for=request.stand_in_for,
        mandate=request.mandate,
        first_day=request.first_day,
        end_day=request.end_day,
        actor=uow.actor,
    )
    assert row is not None  # insert ... returning gives its row or raises
    return int(row["assignment_id"])


def account_for_sign_in(uow: UnitOfWork, username: str) -> StoredAccount | None:
    """The account, locked until the transaction ends; None = unknown or disabled."""
    row = uow.row(_SQL["account_locked_for_sign_in"], username=username)
    if row is None:
        return None
    return StoredAccount(
        account_of(row),
        row["password_hash"],
        Standing(row["failed_attempts"], row["locked_until"]),
    )


def account_exists(uow: UnitOfWork, username: str) -> bool:
    """Whether the name is taken."""
    return uow.row(_SQL["account_exists"], username=username) is not None


def add_account(uow: UnitOfWork, account: Account, *, password_hash: str, sample: bool) -> None:
    """Records an account; sample: its password is public."""
    given = {"username": account.username, "role": account.role, "cell": account.cell, "person": account.person}
    uow.execute(_SQL["add_account"], **given, password_hash=password_hash, sample=sample)


def set_standing(uow: UnitOfWork, username: str, standing: Standing) -> None:
    """Keeps what the next sign-in is judged by."""
    uow.execute(_SQL["set_standing"], username=username, failures=standing.failures, locked_until=standing.locked_until)


def has_sample_accounts(uow: UnitOfWork) -> bool:
    """Whether there are accounts of the sample."""
    row = uow.row(_SQL["sample_accounts"])
    return row is not None and bool(row["found"])


def open_session(uow: UnitOfWork, username: str, token_hash: bytes, expires_at: datetime) -> None:
    """Opens a session and forgets the account's long ended ones."""
    uow.execute(_SQL["forget_sessions"], username=username)
    uow.execute(_SQL["open_session"], token_hash=token_hash, username=username, expires_at=expires_at)


def session_account(uow: UnitOfWork, token_hash: bytes) -> tuple[Account, datetime] | None:
    """Whose running session it is and when it ends; None = there is none."""
    row = uow.row(_SQL["session_account"], token_hash=token_hash)
    return None if row is None else (account_of(row), row["expires_at"])


def account_of(row: Mapping[str, Any]) -> Account:
    """The account of a row that has its columns."""
    return Account(row["username"], row["role"], row["cell_code"], row["person_id"])


def close_session(uow: UnitOfWork, token_hash: bytes) -> str | None:
    """The account whose session ended; None = it was not running."""
    row = uow.row(_SQL["close_session"], token_hash=token_hash)
    return None if row is None else str(row["username"])
