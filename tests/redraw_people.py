"""Redraws written in one go, and people in charge, for tests of what redraws do beside the cells."""

from datetime import date
from typing import Any

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.people import service as people
from gridgov.people.assignment import AssignmentRequest
from gridgov.redraws import service
from tests.redraw_grid import TODAY, request

FIRST = date(2026, 1, 1)


def draft(uow: UnitOfWork, *operations: dict[str, Any], **given: Any) -> dict[str, Any]:
    """A new draft's document."""
    uow.actor = "user:admin"
    return service.draft_redraw(uow, request(*operations, **given), TODAY)


def approve(uow: UnitOfWork, document: dict[str, Any]) -> dict[str, Any]:
    """The document of the draft once it is written."""
    uow.actor = "user:admin"
    service.submit_redraw(uow, int(document["id"]), note=None, today=TODAY)
    uow.actor = "user:supervisor"
    return service.approve_redraw(uow, int(document["id"]), note=None, today=TODAY)


def approved(uow: UnitOfWork, *operations: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The document of a redraw that is written."""
    return approve(uow, draft(uow, *operations, **given))


def assign(uow: UnitOfWork, cell: str, person: str, **given: Any) -> None:
    """Puts a person in charge of a cell, from FIRST on unless said otherwise."""
    said: dict[str, Any] = {"role": "inspector", "line": "environment", "first_day": FIRST}
    people.assign(uow, AssignmentRequest(cell=cell, person=person, **said | given))


def in_charge(uow: UnitOfWork, on: date, known_at: Any = "infinity") -> list[tuple[str, str]]:
    """Cell and person of every assignment in force on a day."""
    rows = uow.rows(
        "select cell_code, person_id from assignment where valid @> %(on)s::date and recorded @> %(known_at)s::timestamptz "
        'order by cell_code collate "C", person_id collate "C", role',
        on=on,
        known_at=known_at,
    )
    return [(row["cell_code"], row["person_id"]) for row in rows]
