"""Redraws in the database: kept, passed on from state to state, listed. Runs the named queries; decides nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids.store import Moment
from gridgov.redraws.cell_change import Lineage

_SQL: Final = load_queries("gridgov.redraws")


@dataclass(frozen=True, slots=True)
class Stored:
    """A redraw as kept. operations: JSON as the contract has it. change_*: of the approval that wrote it, None = not written.

    outcome: what the engine said of the operations when they were last played (`document.outcome_of`).
    """

    redraw_id: int
    scheme_id: int
    scheme: str
    current_revision: int
    status: str
    effective_from: date
    reason: str
    document: str
    base_revision: int
    operations: list[dict[str, Any]]
    successors: Mapping[str, str]
    outcome: Mapping[str, Any]
    drafted_by: str
    drafted_at: datetime
    saved_at: datetime
    version: int
    change_id: int | None
    withdrawn_change_id: int | None
    change_revision: int | None
    change_at: datetime | None


@dataclass(frozen=True, slots=True)
class Contents:
    """What a save keeps. operations: JSON as the contract has it, every code filled in."""

    effective_from: date
    reason: str
    document: str
    base_revision: int
    operations: Sequence[Mapping[str, Any]]
    successors: Mapping[str, str]
    outcome: Mapping[str, Any]

    def bound(self) -> dict[str, Any]:
        """As the queries take it."""
        kept = {name: getattr(self, name) for name in ("effective_from", "reason", "document", "base_revision")}
        said = {"operations": list(self.operations), "successors": dict(self.successors), "outcome": dict(self.outcome)}
        return kept | {key: Jsonb(value) for key, value in said.items()}


def add_redraw(uow: UnitOfWork, scheme_id: int, contents: Contents) -> int:
    """A new draft's number."""
    row = uow.row(_SQL["add_redraw"], scheme_id=scheme_id, actor=uow.actor, **contents.bound())
    assert row is not None  # insert ... returning gives its row or raises
    return int(row["redraw_id"])


def save_redraw(uow: UnitOfWork, redraw_id: int, contents: Contents, *, version: int) -> bool:
    """Whether it was still a draft of this version."""
    return uow.execute(_SQL["save_redraw"], redraw_id=redraw_id, version=version, **contents.bound()) > 0


def find_redraw(uow: UnitOfWork, redraw_id: int) -> Stored | None:
    """The redraw, None = there is none."""
    row = uow.row(_SQL["redraw"], redraw_id=redraw_id)
    return None if row is None else Stored(**row)


def lock_redraw(uow: UnitOfWork, redraw_id: int) -> None:
    """Nobody else acts on it until the end of the transaction."""
    uow.rows(_SQL["lock_redraw"], redraw_id=redraw_id)


def list_redraws(uow: UnitOfWork, *, scheme_id: int | None, status: str | None, before: int | None, limit: int) -> list[dict[str, Any]]:
    """A page, newest first, behind the number given last."""
    return uow.rows(_SQL["list_redraws"], scheme_id=scheme_id, status=status, before=before, limit=limit)


def set_status(uow: UnitOfWork, redraw_id: int, status: str) -> None:
    """Where it stands from now on."""
    uow.execute(_SQL["set_status"], redraw_id=redraw_id, status=status)


def set_approved(uow: UnitOfWork, redraw_id: int, contents: Contents, moment: Moment) -> None:
    """Keeps what was written, and by which change."""
    bound = contents.bound()
    kept = {key: bound[key] for key in ("operations", "outcome", "base_revision")}
    uow.execute(_SQL["set_approved"], redraw_id=redraw_id, change_id=moment.change_id, **kept)


def set_withdrawn(uow: UnitOfWork, redraw_id: int, moment: Moment) -> None:
    """Keeps which change took it back."""
    uow.execute(_SQL["set_withdrawn"], redraw_id=redraw_id, change_id=moment.change_id)


def add_event(uow: UnitOfWork, redraw_id: int, action: str, note: str | None = None) -> None:
    """What was done with it, now, by the actor of the transaction."""
    uow.execute(_SQL["add_event"], redraw_id=redraw_id, actor=uow.actor, action=action, note=note)


def events(uow: UnitOfWork, redraw_id: int) -> list[dict[str, Any]]:
    """What was done with it, in order."""
    return uow.rows(_SQL["events"], redraw_id=redraw_id)


def add_lineage(uow: UnitOfWork, scheme_id: int, moment: Moment, lines: Iterable[Lineage]) -> None:
    """Which cells came of which by a change."""
    for line in lines:
        said = {"rank": line.rank, "from_code": line.from_code, "to_code": line.to_code, "kind": line.kind, "area_m2": line.area_m2}
        uow.execute(_SQL["add_lineage"], scheme_id=scheme_id, change_id=moment.change_id, **said)


def undo_lineage(uow: UnitOfWork, change_id: int, moment: Moment) -> None:
    """Takes back what a change said of descent."""
    uow.execute(_SQL["undo_lineage"], change_id=change_id, undone_by=moment.change_id)


def lineage_of_change(uow: UnitOfWork, change_id: int) -> list[Lineage]:
    """Which cells came of which by a change, as they were written."""
    return [Lineage(**row) for row in uow.rows(_SQL["lineage_of_change"], change_id=change_id)]


def are_one_person(uow: UnitOfWork, username: str, others: Collection[str]) -> bool:
    """Whether an account's person has any of the other accounts."""
    row = uow.row(_SQL["same_person"], one=username, others=sorted(others))
    return row is not None and bool(row["found"])
