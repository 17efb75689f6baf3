"""What readers search among the siting checks. Whose they may find is for the services to see to."""

from typing import Any, Final

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids.matching import begins, holds

QUERIES: Final = load_queries("gridgov.admission", "search_store.sql")


def search_checks(uow: UnitOfWork, text: str, *, asked_by: str | None, limit: int) -> list[dict[str, Any]]:
    """check_id, verdict, document (bytes), on_day and project name of the latest checks that match; asked_by None = everybody's."""
    return uow.rows(QUERIES["search_checks"], begins=begins(text), holds=holds(text), asked_by=asked_by, limit=limit)
