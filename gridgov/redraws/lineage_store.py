"""Which cells came of which, as asked of the database; decides nothing."""

from typing import Any, Final

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork

_SQL: Final = load_queries("gridgov.redraws", "lineage_store.sql")

Row = dict[str, Any]


def ancestors(uow: UnitOfWork, scheme_id: int, rank: int, code: str) -> list[Row]:
    """Every step back from a cell, the last ones first: the code and, in `via`, the one that got its ground."""
    return uow.rows(_SQL["ancestors"], scheme_id=scheme_id, rank=rank, code=code)


def descendants(uow: UnitOfWork, scheme_id: int, rank: int, code: str) -> list[Row]:
    """Every step on from a cell, the first ones first: the code and, in `via`, the one whose ground it got."""
    return uow.rows(_SQL["descendants"], scheme_id=scheme_id, rank=rank, code=code)
