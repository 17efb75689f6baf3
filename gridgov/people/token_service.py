"""The journeys of programs' tokens: make one, list one's own, end one, and find whose one is."""

from datetime import datetime
from typing import Any

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Conflict, NotFound
from gridgov.people import account_store
from gridgov.people.account import Account
from gridgov.people.api_token import MOST_TOKENS, PREFIX, Holder, NewToken, as_listed, end_of, is_news
from gridgov.people.credentials import new_token, token_hash
from gridgov.people.store import account_of
from gridgov.people.wording import plain_text


def open_token(uow: UnitOfWork, account: Account, name: str, *, days: int, now: datetime) -> NewToken:
    """A token with the account's rights for so many days; the secret is told here and nowhere again.

    Raises Refused (name, days) and Conflict when the account has MOST_TOKENS already.
    """
    called, expires_at, secret = plain_text(name, pointer="/name"), end_of(days, now), PREFIX + new_token()
    if account_store.running_tokens(uow, account.username) >= MOST_TOKENS:
        raise Conflict(f"This account has {MOST_TOKENS} tokens already; end one first.", f"本账号已有 {MOST_TOKENS} 个令牌，请先停用其中一个。")
    token_id = account_store.add_token(uow, account.username, called, token_hash=token_hash(secret), expires_at=expires_at)
    uow.audit("open-token", f"account:{account.username}", {"token": token_id, "name": called, "expires_at": expires_at.isoformat()})
    return NewToken(token_id, called, expires_at, secret)


def own_tokens(uow: UnitOfWork, account: Account, *, after: int | None = None, limit: int) -> list[dict[str, Any]]:
    """The account's tokens that nobody ended, newest first, without any secret. after: number of the last one seen, None = from the newest."""
    return [as_listed(row) for row in account_store.tokens(uow, account.username, after=after, limit=limit)]


def revoke_token(uow: UnitOfWork, account: Account, token_id: int) -> None:
    """Ends an own token at once. Raises NotFound for others' and for those that ended already."""
    if not account_store.revoke_token(uow, account.username, token_id):
        raise NotFound("You have no token of this number.", "您没有此编号的令牌。")
    uow.audit("revoke-token", f"account:{account.username}", {"token": token_id})


def token_holder(uow: UnitOfWork, token: str) -> Holder | None:
    """Whose running token it is; None = it is nobody's (any more), or the account is disabled."""
    row = account_store.token_holder(uow, token_hash(token))
    if row is None:
        return None
    return Holder(row["token_id"], account_of(row), row["expires_at"], is_news(row["last_used_at"], uow.now()))


def note_use(uow: UnitOfWork, token_id: int) -> None:
    """Writes down that a token was used just now; kept to the minute."""
    account_store.note_use(uow, token_id)
