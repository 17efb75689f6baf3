"""What readers ask of people. Whether they may is for the services to see to."""

from datetime import date
from typing import Any, Final

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids.matching import begins, holds

QUERIES: Final = load_queries("gridgov.people", "reading_store.sql")


def search_people(uow: UnitOfWork, text: str, on: date, limit: int) -> list[dict[str, Any]]:
    """The best matches of a searched text among people in charge on a day: id, name, cells, role, and the place of the first cell (None = none)."""
    return uow.rows(QUERIES["search_people"], text=text, begins=begins(text), holds=holds(text), on=on, limit=limit)
