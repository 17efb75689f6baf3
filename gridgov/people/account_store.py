"""Accounts as administrators see them, and programs' tokens, in the database. Runs the named queries; decides nothing."""

from datetime import datetime
from typing import Any

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.people.account import AccountState
from gridgov.people.api_token import NOTED_EVERY
from gridgov.people.store import account_of

_SQL = load_queries("gridgov.people", "account_store.sql")


def accounts(uow: UnitOfWork, *, after: str | None, part: str | None, limit: int) -> list[dict[str, Any]]:
    """Accounts behind a name (None = from the first), names in byte order. part: a piece of the account's or person's name, None = all."""
    return uow.rows(_SQL["accounts"], username=None, after=after, part=part, limit=limit)


def account(uow: UnitOfWork, username: str) -> dict[str, Any] | None:
    """One account as in the list; None = unknown."""
    return uow.row(_SQL["accounts"], username=username, after=None, part=None, limit=1)


def lock_administrators(uow: UnitOfWork) -> int:
    """How many accounts can manage accounts; they are held until the end of the transaction."""
    return len(uow.rows(_SQL["lock_administrators"]))


def lock_account(uow: UnitOfWork, username: str) -> AccountState | None:
    """The account, held until the end of the transaction; None = unknown."""
    row = uow.row(_SQL["lock_account"], username=username)
    return None if row is None else AccountState(account_of(row), row["disabled"])


def change_account(uow: UnitOfWork, state: AccountState) -> None:
    """Keeps what an administrator changed."""
    changed = state.account
    uow.execute(_SQL["change_account"], username=changed.username, role=changed.role, cell=changed.cell, person=changed.person, disabled=state.disabled)


def set_password(uow: UnitOfWork, username: str, password_hash: str) -> None:
    """Keeps another password and unlocks the account."""
    uow.execute(_SQL["set_password"], username=username, password_hash=password_hash)


def end_sessions(uow: UnitOfWork, username: str, *, kept: bytes | None = None) -> int:
    """How many running sessions ended. kept: hash of the secret of the one that goes on, None = none does."""
    return uow.execute(_SQL["end_sessions"], username=username, kept=kept)


def end_tokens(uow: UnitOfWork, username: str) -> int:
    """How many running tokens ended."""
    return uow.execute(_SQL["end_tokens"], username=username)


def add_token(uow: UnitOfWork, username: str, name: str, *, token_hash: bytes, expires_at: datetime) -> int:
    """Its number."""
    row = uow.row(_SQL["add_token"], username=username, name=name, token_hash=token_hash, expires_at=expires_at)
    assert row is not None  # insert ... returning gives its row or raises
    return int(row["token_id"])


def tokens(uow: UnitOfWork, username: str, *, after: int | None, limit: int) -> list[dict[str, Any]]:
    """An account's tokens behind a number (None = from the newest), newest first."""
    return uow.rows(_SQL["tokens"], username=username, after=after, limit=limit)


def running_tokens(uow: UnitOfWork, username: str) -> int:
    """How many tokens of an account run."""
    row = uow.row(_SQL["running_tokens"], username=username)
    return 0 if row is None else int(row["running"])


def token_holder(uow: UnitOfWork, token_hash: bytes) -> dict[str, Any] | None:
    """Number, end, last use and account of a running token; None = there is none."""
    return uow.row(_SQL["token_holder"], token_hash=token_hash)


def note_use(uow: UnitOfWork, token_id: int) -> None:
    """Writes down that a token was used, unless that was done within the last minute."""
    uow.execute(_SQL["note_use"], token_id=token_id, every=NOTED_EVERY)


def revoke_token(uow: UnitOfWork, username: str, token_id: int) -> bool:
    """Whether a token of this account ended."""
    return uow.row(_SQL["revoke_token"], username=username, token_id=token_id) is not None
