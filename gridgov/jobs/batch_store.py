"""The rows of batches in the database. Runs the named queries; decides nothing."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.jobs.batch import VERDICTS, BatchHead, BatchRow, Counts

_SQL = load_queries("gridgov.jobs", "batch_store.sql")


def find_batch(uow: UnitOfWork, job_id: UUID) -> BatchHead | None:
    """What the rows have in common; None = none was answered yet."""
    row = uow.row(_SQL["find_batch"], job_id=job_id)
    return None if row is None else BatchHead(**row)


def begin_batch(uow: UnitOfWork, job_id: UUID, head: BatchHead) -> None:
    """The batch with no row answered."""
    uow.execute(_SQL["drop_rows"], job_id=job_id)
    uow.execute(_SQL["drop_batch"], job_id=job_id)
    columns = Jsonb(list(head.columns))
    uow.execute(_SQL["add_batch"], job_id=job_id, columns=columns, crs=head.crs, shaped=head.shaped, fingerprint=head.fingerprint)


def count_rows(uow: UnitOfWork, job_id: UUID) -> int:
    """How many rows were answered: they are answered in file order."""
    row = uow.row(_SQL["count_rows"], job_id=job_id)
    assert row is not None
    found: int = row["rows"]
    return found


def add_rows(uow: UnitOfWork, job_id: UUID, rows: Sequence[BatchRow]) -> None:
    """Keeps answered rows."""
    uow.copy(_SQL["add_rows"], (_record(job_id, row) for row in rows))


def _record(job_id: UUID, row: BatchRow) -> tuple[Any, ...]:
    documents = (_text(row.answer), _text(list(row.findings)), _text(row.columns))
    return (str(job_id), row.number, row.name, row.answer["verdict"], *documents, row.shape, *(row.point or (None, None)), *(row.box or (None,) * 4))


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def counts(uow: UnitOfWork, job_id: UUID) -> Counts:
    """How the rows came out so far."""
    rows = {row["verdict"]: row for row in uow.rows(_SQL["verdicts"], job_id=job_id)}
    found = {verdict: rows[verdict]["rows"] if verdict in rows else 0 for verdict in VERDICTS}
    return Counts(found, rows[None]["rows"] if None in rows else 0, sum(row["findings"] for row in rows.values()))


def listed(uow: UnitOfWork, job_id: UUID, *, verdict: str | None, after: int, limit: int) -> list[dict[str, Any]]:
    """Rows in file order behind a row, as the columns of the query. verdict: `error` = those with an error, None = all."""
    return uow.rows(_SQL["rows"], job_id=job_id, verdict=verdict, after=after, limit=limit)


def every_row(uow: UnitOfWork, job_id: UUID) -> Iterator[dict[str, Any]]:
    """Everything kept, in file order, as the columns of the query."""
    return uow.stream(_SQL["every_row"], job_id=job_id)
