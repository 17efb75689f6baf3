"""The journeys of accounts once they are open: list and change them, change one's own password, end what is signed in.

An account that is disabled, or whose password or role changes, is signed out everywhere in the same transaction.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Fault, NotFound, NotSignedIn, Refused
from gridgov.people import account_store, store
from gridgov.people.account import Account, AccountState, after_changes, is_locked, must_sign_in_again, require_an_administrator, require_password
from gridgov.people.account_view import as_listed
from gridgov.people.credentials import hash_password, password_matches, token_hash
from gridgov.people.service import count_failure, require_place_and_person
from gridgov.people.wording import account_name


def list_accounts(uow: UnitOfWork, *, after: str | None = None, part: str | None = None, limit: int) -> list[dict[str, Any]]:
    """Accounts behind a name (None = from the first) in byte order, without any secret. part: a piece of the account's or person's name."""
    return [as_listed(row) for row in account_store.accounts(uow, after=after, part=part, limit=limit)]


def account_document(uow: UnitOfWork, username: str) -> dict[str, Any]:
    """One account as the list shows it. Raises NotFound."""
    row = account_store.account(uow, _known_form(username))
    if row is None:
        raise _nobody()
    return as_listed(row)


def change_account(uow: UnitOfWork, username: str, changes: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """The account as it is afterwards. changes: any of role, cell, person, disabled, password; on: the day the cell must be in force.

    Raises NotFound, Refused (unusable values) and Conflict (the last active administrator would be gone).
    """
    name = _known_form(username)
    administrators = account_store.lock_administrators(uow)
    before = account_store.lock_account(uow, name)
    if before is None:
        raise _nobody()
    after = after_changes(before, changes)
    require_an_administrator(before, after, administrators)
    _require_what_is_new(uow, before, after, on)
    detail = _differences(before, after)
    if detail:
        account_store.change_account(uow, after)
    if "password" in changes:
        require_password(changes["password"], name)
        account_store.set_password(uow, name, hash_password(changes["password"]))
        detail["password"] = "set"
    if "password" in changes or must_sign_in_again(before, after):
        detail |= _end_everything(uow, name)
    if detail:
        uow.audit("change-user", f"account:{name}", detail)
    return account_document(uow, name)


def end_sessions(uow: UnitOfWork, username: str) -> None:
    """Signs an account out everywhere, its programs too. Raises NotFound."""
    name = _known_form(username)
    if account_store.lock_account(uow, name) is None:
        raise _nobody()
    uow.audit("end-sessions", f"account:{name}", _end_everything(uow, name))


def change_password(uow: UnitOfWork, account: Account, old: str, new: str, *, token: str) -> Refused | None:
    """Sets one's own password and ends every other session and every token; the session of `token` goes on.

    The refusal of a wrong old password is returned, not raised: like a wrong one at sign-in it counts, and the count must be committed.
    Raises Refused when the new one will not do, NotSignedIn when the account was disabled meanwhile.
    """
    require_password(new, account.username, pointer="/new")
    if new == old:
        raise Refused("The new password is the old one.", "新密码与原密码相同。", faults=[Fault("/new", "must differ from the old one", "应与原密码不同")])
    stored = store.account_for_sign_in(uow, account.username)
    if stored is None:
        raise NotSignedIn("The account is disabled.", "账号已停用。")
    now: datetime = uow.now()
    locked = is_locked(stored.standing, now)
    if not password_matches(None if locked else stored.password_hash, old):
        if not locked:
            count_failure(uow, stored, now)
        return _wrong_old_password()
    account_store.set_password(uow, account.username, hash_password(new))
    ended = _end_everything(uow, account.username, kept=token_hash(token))
    uow.audit("change-password", f"account:{account.username}", ended)
    return None


def _require_what_is_new(uow: UnitOfWork, before: AccountState, after: AccountState, on: date) -> None:
    """What an account had before may have ended since: only a new cell or person must exist."""
    was, becomes = before.account, after.account
    cell = becomes.cell if becomes.cell != was.cell else None
    person = becomes.person if becomes.person != was.person else None
    require_place_and_person(uow, Account(becomes.username, becomes.role, cell, person), on)


def _differences(before: AccountState, after: AccountState) -> dict[str, Any]:
    """What changes, as before and after; empty = nothing."""
    was, becomes = before.account, after.account
    pairs = {
        "role": (was.role, becomes.role),
        "cell": (was.cell, becomes.cell),
        "person": (was.person, becomes.person),
        "disabled": (before.disabled, after.disabled),
    }
    return {key: {"from": old, "to": new} for key, (old, new) in pairs.items() if old != new}


def _end_everything(uow: UnitOfWork, username: str, *, kept: bytes | None = None) -> dict[str, Any]:
    return {"sessions_ended": account_store.end_sessions(uow, username, kept=kept), "tokens_ended": account_store.end_tokens(uow, username)}


def _known_form(username: str) -> str:
    """The one form of a name; what can be no name is nobody's."""
    try:
        return account_name(username)
    except Refused as exc:
        raise _nobody() from exc


def _nobody() -> NotFound:
    return NotFound("There is no account of this name.", "没有此用户名的账号。")


def _wrong_old_password() -> Refused:
    return Refused(
        "The old password is wrong, or the account is locked for 15 minutes after ten wrong ones.",
        "原密码不正确，或连续输错十次后账号已锁定 15 分钟。",
        faults=[Fault("/old", "wrong", "不正确")],
    )
