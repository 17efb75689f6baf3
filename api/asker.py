"""Who is asking, and the transaction their request runs in.

The session or API token is looked up first, in a transaction of its own. The work's transaction is committed BEFORE the answer goes out
(`scope="function"`): a commit that fails is an error to the client, never a "saved" that was not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from api.limits import RateLimiter
from gridgov.database.pool import Database
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotAllowed, NotSignedIn
from gridgov.people import service, token_service
from gridgov.people.account import Account
from gridgov.people.api_token import is_api_token
from gridgov.settings import Settings

COOKIE = "gridgov_session"
ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: account None = nobody signed in. address: where the request came from, for counting only.

    until: when their session or token ends. by_token: a program with an API token, not somebody who signed in.
    """

    account: Account | None
    address: str
    until: datetime | None = None
    by_token: bool = False

    @property
    def actor(self) -> str:
        """Under which name the audit knows them."""
        return ANONYMOUS if self.account is None else f"user:{self.account.username}"

    @property
    def counted_as(self) -> str:
        """Under which name their requests are counted."""
        return f"address:{self.address}" if self.account is None else self.actor


def database_of(request: HTTPConnection) -> Database:
    """The database this application serves."""
    found: Database = request.app.state.database
    return found


def settings_of(request: HTTPConnection) -> Settings:
    """The settings it was started with."""
    found: Settings = request.app.state.settings
    return found


def limiter_of(request: HTTPConnection) -> RateLimiter:
    """The counter of requests of this process."""
    found: RateLimiter = request.app.state.limiter
    return found


def address_of(request: HTTPConnection) -> str:
    """Where the request came from, as the server saw it."""
    return request.client.host if request.client else "unknown"


def token_of(request: HTTPConnection) -> str | None:
    """The session's secret: from `Authorization: Bearer`, which programs send, else from the cookie."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme:
        return credentials.strip() if scheme.lower() == "bearer" else ""
    return request.cookies.get(COOKIE) or None


def visitor(request: Request) -> Visitor:
    """Who asks. A cookie that has run out is nobody; a bearer token that has run out is refused, since a program means it."""
    token, address = token_of(request), address_of(request)
    if token is None:
        return Visitor(None, address)
    # Never from a cookie, which a browser sends on its own.
    is_bearer = bool(request.headers.get("authorization"))
    found = _program(request, token, address) if is_bearer and is_api_token(token) else _session(request, token, address)
    if found is None and is_bearer:
        raise NotSignedIn("The token is unknown or has run out; sign in again.", "令牌无效或已过期，请重新登录。")
    return found or Visitor(None, address)


def _session(request: Request, token: str, address: str) -> Visitor | None:
    with database_of(request).unit_of_work(ANONYMOUS, read_only=True) as uow:
        found = service.session_account(uow, token)
    return None if found is None else Visitor(found[0], address, found[1])


def _program(request: Request, token: str, address: str) -> Visitor | None:
    """Whose API token it is; that it was used is written down once a minute, in a transaction of its own."""
    with database_of(request).unit_of_work(ANONYMOUS, read_only=True) as uow:
        found = token_service.token_holder(uow, token)
    if found is None:
        return None
    holder = Visitor(found.account, address, found.expires_at, by_token=True)
    if found.use_is_news:
        with database_of(request).unit_of_work(holder.actor) as uow:
            token_service.note_use(uow, found.token_id)
    return holder


def signed_in(visitor: Annotated[Visitor, Depends(visitor)]) -> Account:
    """The account that asks; raises NotSignedIn for nobody."""
    if visitor.account is None:
        raise NotSignedIn("Sign in first: POST /api/v1/session.", "请先登录。")
    return visitor.account


def administrator(account: Annotated[Account, Depends(signed_in)]) -> Account:
    """The administrator that asks; raises NotSignedIn for nobody, NotAllowed for everybody else."""
    if account.role != "admin":
        raise NotAllowed("Only administrators may do this.", "仅管理员可进行此操作。")
    return account


def in_person(account: Annotated[Account, Depends(signed_in)], visitor: Annotated[Visitor, Depends(visitor)]) -> Account:
    """The account that signed in itself; raises NotAllowed for an API token, which must not be able to outlive its own end."""
    if visitor.by_token:
        raise NotAllowed("An API token may not do this; sign in with name and password.", "接口令牌无权进行此操作，请用用户名和密码登录。")
    return account


def unit_of_work(request: Request, visitor: Annotated[Visitor, Depends(visitor)]) -> Iterator[UnitOfWork]:
    """The transaction of a changing request."""
    with database_of(request).unit_of_work(visitor.actor) as uow:
        yield uow


def reading(request: Request, visitor: Annotated[Visitor, Depends(visitor)]) -> Iterator[UnitOfWork]:
    """The transaction of a request that changes nothing; the database itself refuses writes in it."""
    with database_of(request).unit_of_work(visitor.actor, read_only=True) as uow:
        yield uow


AskedBy = Annotated[Visitor, Depends(visitor)]
SignedIn = Annotated[Account, Depends(signed_in)]
Administrator = Annotated[Account, Depends(administrator)]
InPerson = Annotated[Account, Depends(in_person)]
Writing = Annotated[UnitOfWork, Depends(unit_of_work, scope="function")]
Reading = Annotated[UnitOfWork, Depends(reading, scope="function")]
