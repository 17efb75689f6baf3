"""Accounts: which passwords will do, when an account is locked, and what a role may see.

Pure: hashing and the drawing of secrets happen in `credentials.py`, the counting of failures in the store.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from gridgov.errors import Conflict, Fault, Refused
from gridgov.people.wording import identifier, plain_text

Role = Literal["inspector", "planner", "supervisor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

# NIST SP 800-63B-4, 3.1.1.2: length, not composition; what is guessed first is refused; at least 64 characters must be accepted.
PASSWORD_MIN = 8
PASSWORD_MAX = 256
GUESSED_FIRST = frozenset(
    {"password", "passw0rd", "password1", "12345678", "123456789", "1234567890", "87654321", "qwertyui", "qwerty123", "admin123", "iloveyou"}
)

LOCK_AFTER_FAILURES = 10
LOCK_FOR = timedelta(minutes=15)
SESSION_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks. cell: code of the cell the account is bound to, None = the whole territory. person: id of the person in charge who signs in here."""

    username: str
    role: Role
    cell: str | None = None
    person: str | None = None

    @property
    def sees_all_checks(self) -> bool:
        """Whether siting checks asked by others may be opened."""
        return self.role in ("supervisor", "admin")


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account with what an administrator may change of it."""

    account: Account
    disabled: bool

    @property
    def administers(self) -> bool:
        """Whether it can manage accounts at this moment."""
        return self.account.role == "admin" and not self.disabled


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a password is looked at: wrong ones in a row, and until when none is (aware; None = not locked)."""

    failures: int
    locked_until: datetime | None


def is_locked(standing: Standing, now: datetime) -> bool:
    """Whether no password is looked at for the time being."""
    return standing.locked_until is not None and now < standing.locked_until


def after_failure(standing: Standing, now: datetime) -> Standing:
    """The standing after one more wrong password: every LOCK_AFTER_FAILURES-th locks for LOCK_FOR and starts counting again."""
    failures = standing.failures + 1
    return Standing(0, now + LOCK_FOR) if failures >= LOCK_AFTER_FAILURES else Standing(failures, None)


def require_role(role: str) -> Role:
    """The role itself; raises Refused naming the four there are."""
    for known in ROLES:
        if role == known:
            return known
    known_roles = ", ".join(ROLES)
    raise Refused(
        f"There is no role {role!r}; choose one of {known_roles}.",
        f"没有“{role}”这一角色，可选：{'、'.join(ROLES)}。",
        faults=[Fault("/role", f"must be one of {known_roles}", f"应为 {'、'.join(ROLES)} 之一")],
    )


def require_password(password: str, username: str, *, pointer: str = "/password") -> None:
    """Raises Refused when the password will not do; never repeats it."""
    en, zh = _password_fault(password, username)
    if en:
        raise Refused(f"The password will not do: {en}.", f"密码不合要求：{zh}。", faults=[Fault(pointer, en, zh)])


def after_changes(before: AccountState, changes: Mapping[str, Any]) -> AccountState:
    """The account as asked for. changes: role, cell, person and disabled, each only when given; None takes a cell or person away.

    Raises Refused for a role there is none of, and for texts that can name nothing. Whether cell and person exist is the store's matter.
    """
    account = before.account
    role = require_role(changes["role"]) if "role" in changes else account.role
    cell = _optional(changes["cell"], plain_text, "/cell") if "cell" in changes else account.cell
    person = _optional(changes["person"], identifier, "/person") if "person" in changes else account.person
    return AccountState(Account(account.username, role, cell, person), bool(changes.get("disabled", before.disabled)))


def _optional(value: str | None, form: Callable[..., str], pointer: str) -> str | None:
    return None if value is None else form(value, pointer=pointer)


def must_sign_in_again(before: AccountState, after: AccountState) -> bool:
    """Whether whoever is signed in holds a right that the account no longer has."""
    return before.account.role != after.account.role or (after.disabled and not before.disabled)


def require_an_administrator(before: AccountState, after: AccountState, administrators: int) -> None:
    """Raises Conflict when nobody could manage accounts any more. administrators: how many can now, this account counted."""
    if before.administers and not after.administers and administrators <= 1:
        raise Conflict(
            f"{before.account.username} is the last active administrator; make somebody else one first.",
            f"{before.account.username} 是最后一个可用的管理员账号，请先另设管理员。",
        )


def _password_fault(password: str, username: str) -> tuple[str, str]:
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        return f"it must have {PASSWORD_MIN} to {PASSWORD_MAX} characters", f"长度应为 {PASSWORD_MIN} 至 {PASSWORD_MAX} 个字符"
    if password.casefold() in GUESSED_FIRST or len(set(password)) == 1:
        return "it is one of those guessed first; choose a longer phrase", "属于最易被猜中的密码，请改用较长的短语"
    if password.casefold() == username.casefold():
        return "it must differ from the account's name", "不得与用户名相同"
    if not password.isprintable():
        return "it contains control characters", "含有控制字符"
    return "", ""
