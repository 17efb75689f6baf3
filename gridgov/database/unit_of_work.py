"""One transaction as the services see it: named queries in, plain rows out, and the audit entry that goes with what was done."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from gridgov.database.audit import GENESIS, Entry, plain
from gridgov.database.sql import load_queries

_AUDIT = load_queries("gridgov.database", "audit.sql")
_STREAM_ROWS = 2_000


class UnitOfWork:
    """One transaction of one actor; `Database.unit_of_work` opens it, commits it or rolls it back.

    Queries are the texts of a `store.sql`; parameters are psycopg's %(name)s. A shapely geometry may be bound, written
    `st_setsrid(%(geometry)s::geometry, 4490)`, and geometries come back as shapely; a dict is bound as jsonb.
    """

    def __init__(self, connection: psycopg.Connection[DictRow], actor: str) -> None:
        self.connection = connection
        self.actor = actor
        self._cursor_numbers = itertools.count(1)

    def now(self) -> datetime:
        """The database's clock at this moment (not the transaction's start), aware."""
        found: datetime = self._execute("select clock_timestamp() as now", {}).fetchone()["now"]  # type: ignore[index]
        return found

    def rows(self, query: str, **params: Any) -> list[dict[str, Any]]:
        """Every row of the answer."""
        return self._execute(query, params).fetchall()

    def row(self, query: str, **params: Any) -> dict[str, Any] | None:
        """The one row of the answer, or None. Raises ValueError when there are more: the query did not ask for one."""
        found = self._execute(query, params).fetchmany(2)
        if len(found) > 1:
            raise ValueError("the query answered with more than one row")
        return found[0] if found else None

    def execute(self, query: str, **params: Any) -> int:
        """The number of rows written."""
        return self._execute(query, params).rowcount

    def stream(self, query: str, **params: Any) -> Iterator[dict[str, Any]]:
        """The rows one after another through a server-side cursor: memory stays flat however many there are."""
        with self.connection.cursor(name=f"stream_{next(self._cursor_numbers)}", row_factory=dict_row) as cursor:
            cursor.itersize = _STREAM_ROWS
            cursor.execute(query, params)
            yield from cursor

    def copy(self, statement: str, rows: Iterable[Sequence[Any]], types: Sequence[str] | None = None) -> int:
        """The number of rows written by `COPY ... FROM STDIN`.

        Geometries as hexadecimal EWKB (`shapely.to_wkb(geometry, hex=True, include_srid=True)`). types: only for a binary copy.
        """
        with self.connection.cursor() as cursor:
            with cursor.copy(statement) as copy:
                if types is not None:
                    copy.set_types(types)
                for row in rows:
                    copy.write_row(row)
            return cursor.rowcount

    def audit(self, action: str, subject: str, detail: Mapping[str, Any]) -> None:
        """Records the act at the end of the audit chain, in this transaction.

        Writers of the chain queue until the one before has committed: call it last.
        """
        locked = self.row(_AUDIT["lock_chain"])
        head = self.row(_AUDIT["chain_head"]) or {"entry_id": 0, "hash": GENESIS}
        assert locked is not None
        entry = Entry(head["entry_id"] + 1, locked["at"], self.actor, action, subject, plain(detail), bytes(head["hash"]))
        self.execute(
            _AUDIT["append_entry"],
            entry_id=entry.entry_id,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            detail=entry.detail,
            previous_hash=entry.previous_hash,
            hash=entry.digest(),
        )

    def audit_entries(self) -> Iterator[tuple[Entry, bytes]]:
        """The chain in order, each entry with its stored hash, for `audit.first_break`."""
        for found in self.stream(_AUDIT["entries"]):
            stored = bytes(found.pop("hash"))
            yield Entry(**found | {"previous_hash": bytes(found["previous_hash"])}), stored

    def _execute(self, query: str, params: Mapping[str, Any]) -> psycopg.Cursor[DictRow]:
        return self.connection.execute(query, params)
