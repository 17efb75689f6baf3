"""The duties of roles in the database. Runs the named queries; decides nothing."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids.store import known
from gridgov.people.duty import DutyList

_SQL = load_queries("gridgov.people", "duty_store.sql")


def known_duties(uow: UnitOfWork, duties: DutyList) -> set[tuple[Any, ...]]:
    """What is known now of the duties of the same role, line and level on any day of the list; as `DutyList.rows`."""
    return {tuple(row.values()) for row in uow.rows(_SQL["known_duties"], **_whose(duties))}


def close_duties(uow: UnitOfWork, duties: DutyList, at: datetime) -> None:
    """Ends what was known of these days; days before and after the list's stay as they were."""
    uow.execute(_SQL["close_duties"], **_whose(duties), at=at, actor=uow.actor)


def add_duties(uow: UnitOfWork, duties: DutyList, at: datetime) -> int:
    """How many duties were recorded."""
    origin = {"instrument": duties.instrument, "article": duties.article, "status": duties.status}
    return uow.execute(_SQL["add_duties"], **_whose(duties), **origin, texts=list(duties.texts), at=at, actor=uow.actor)


def duties_on(uow: UnitOfWork, pairs: Collection[tuple[str, str]], on: date, *, known_at: datetime | None = None) -> list[dict[str, Any]]:
    """The duties of (role, line) pairs in force on a day, in the order of their lists, those of every level first."""
    roles, lines = [role for role, _ in pairs], [line for _, line in pairs]
    return uow.rows(_SQL["duties_on"], roles=roles, lines=lines, on=on, known_at=known(known_at))


def _whose(duties: DutyList) -> dict[str, Any]:
    return {"role": duties.role, "line": duties.line, "level": duties.level, "first_day": duties.first_day, "end_day": duties.end_day}
