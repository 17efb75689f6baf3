"""Who is in charge of what, as lists ask it of the database. Runs the named queries; decides nothing."""

from dataclasses import dataclass
from typing import Any, Final

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids.reading_store import Moment

_SQL: Final = load_queries("gridgov.people", "charge_store.sql")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AssignmentFilter:
    """Which assignments are asked for; None = any. after: (cell, id) of the last one already given. limit: how many at most."""

    cell: str | None = None
    person: str | None = None
    after: tuple[str, int] | None = None
    limit: int = 100


def assignments(uow: UnitOfWork, scheme_id: int, moment: Moment, asked: AssignmentFilter) -> list[Row]:
    """The assignments of a scheme in force on a day, by cell code; level and cell_name None where the cell is not in force then."""
    after_cell, after_id = asked.after or (None, None)
    return uow.rows(
        _SQL["assignments"],
        scheme_id=scheme_id,
        cell=asked.cell,
        person=asked.person,
        after_cell=after_cell,
        after_id=after_id,
        limit=asked.limit,
        **moment.bound(),
    )


def held(uow: UnitOfWork, person: str, moment: Moment) -> list[Row]:
    """What a person holds on a day, in any scheme, own right before stand-ins."""
    return uow.rows(_SQL["held"], person=person, **moment.bound())


def cell_and_below(uow: UnitOfWork, code: str, moment: Moment) -> list[Row]:
    """scheme_id and code of a cell and of every cell below it, upper levels first; empty = no cell has the code on the day."""
    return uow.rows(_SQL["cell_and_below"], code=code, **moment.bound())
