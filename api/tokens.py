"""`/tokens`: what one's programs sign in with."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse, Response

from api.asker import AskedBy, InPerson, Reading, SignedIn, Writing, limiter_of
from api.bodies import body_as
from api.documents import answer, body_of, refusals
from api.paging import Cursor, Limit, after, page
from api.parameters import JsonBody, KnownParameters
from api.schemas_people import ApiTokenList, NewApiToken, TokenBody
from gridgov.errors import NotFound
from gridgov.people import token_service
from gridgov.people.account import Account
from gridgov.people.wording import in_utc

router = APIRouter(prefix="/tokens", tags=["accounts"], dependencies=[KnownParameters])


def permitted_account(request: Request, account: InPerson, visitor: AskedBy) -> Account:
    """The account that changes its tokens, within its allowance; never a program with one."""
    limiter_of(request).hit("account", visitor.counted_as)
    return account


Permitted = Annotated[Account, Depends(permitted_account)]


def token_body(account: Permitted, body: JsonBody) -> TokenBody:
    """The token to make, strictly read."""
    return body_as(TokenBody, body)


def token_id_of(token_id: Annotated[str, Path(description="The token's number.", examples=["12"])]) -> int:
    """The number in its one written form; anything else names nothing."""
    if not (token_id.isascii() and token_id.isdigit() and len(token_id) <= 18 and str(int(token_id)) == token_id):
        raise NotFound("You have no token of this number.", "您没有此编号的令牌。")
    return int(token_id)


@router.get("", summary="我的接口令牌 · My API tokens", responses={**answer(200, ApiTokenList, "令牌 · Tokens"), **refusals(400, 401, 422, 503)})
def list_tokens(account: SignedIn, uow: Reading, *, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """One's own tokens, newest first, with their end and last use; never a secret."""
    key = after(cursor, int)
    found = token_service.own_tokens(uow, account, after=None if key is None else int(key[0]), limit=limit + 1)
    return JSONResponse(page(found, limit, lambda item: (item["id"],)).as_json())


@router.post(
    "",
    status_code=201,
    summary="新建接口令牌 · Make an API token",
    responses={**answer(201, NewApiToken, "新令牌，仅此一次显示 · The token, told once"), **refusals(400, 401, 403, 408, 409, 413, 415, 422, 429, 503)},
    openapi_extra=body_of(TokenBody, {"name": "月报脚本", "days": 90}),
)
def open_token(account: Permitted, given: Annotated[TokenBody, Depends(token_body)], uow: Writing) -> Response:
    """A secret with which a program acts as this account, until it ends, is revoked, or the account's role or password changes."""
    opened = token_service.open_token(uow, account, given.name, days=given.days, now=uow.now())
    document = {"id": opened.token_id, "name": opened.name, "expires_at": in_utc(opened.expires_at), "token": opened.token}
    return JSONResponse(document, status_code=201)


@router.delete(
    "/{token_id}", status_code=204, summary="停用接口令牌 · Revoke an API token", responses=refusals(400, 401, 403, 404, 429, 503), response_class=Response
)
def revoke_token(account: Permitted, token_id: Annotated[int, Depends(token_id_of)], uow: Writing) -> Response:
    """Ends an own token at once."""
    token_service.revoke_token(uow, account, token_id)
    return Response(status_code=204)
