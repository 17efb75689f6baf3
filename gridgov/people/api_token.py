"""What programs sign in with: how such a token is told from a session's, what it may be called and how long it may last. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gridgov.errors import Fault, Refused
from gridgov.people.account import Account
from gridgov.people.wording import in_utc

# Told from a session by it, and found by it where somebody left one lying in a file.
PREFIX = "gridgov_"
MOST_DAYS = 365
USUAL_DAYS = 90
MOST_TOKENS = 50
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose running token it is. use_is_news: the last use written down is a minute old, or there is none."""

    token_id: int
    account: Account
    expires_at: datetime
    use_is_news: bool


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made; `token` is told once and never again."""

    token_id: int
    name: str
    expires_at: datetime
    token: str


def is_api_token(token: str) -> bool:
    """Whether it is a program's token, not a session's; says nothing about its being good."""
    return token.startswith(PREFIX)


def is_news(last_used_at: datetime | None, now: datetime) -> bool:
    """Whether a use now is worth writing down."""
    return last_used_at is None or now - last_used_at >= NOTED_EVERY


def end_of(days: int, now: datetime) -> datetime:
    """When a token of so many days ends. Raises Refused for none and for more than a year."""
    if not 1 <= days <= MOST_DAYS:
        raise Refused(
            f"A token lasts 1 to {MOST_DAYS} days.",
            f"令牌有效期应为 1 至 {MOST_DAYS} 天。",
            faults=[Fault("/days", f"must be 1 to {MOST_DAYS}", f"应为 1 至 {MOST_DAYS}")],
        )
    return now + timedelta(days=days)


def as_listed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A stored token as its owner's list shows it: never the secret, which nobody has."""
    moments = {key: None if row[key] is None else in_utc(row[key]) for key in ("created_at", "expires_at", "last_used_at")}
    return {"id": row["token_id"], "name": row["name"], **moments}
