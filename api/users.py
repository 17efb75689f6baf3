"""`/users`: accounts, for administrators."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from api.asker import Administrator, AskedBy, Reading, Writing, limiter_of, settings_of
from api.bodies import body_as
from api.documents import answer, body_of, refusals
from api.paging import Cursor, Limit, after, page
from api.parameters import JsonBody, KnownParameters
from api.schemas_people import USER_EXAMPLE, NewUserBody, User, UserChanges, UserList
from gridgov.people import account_service, service
from gridgov.people.account import Account

router = APIRouter(prefix="/users", tags=["accounts"], dependencies=[KnownParameters])

Username = Annotated[str, Path(description="The account's name.", max_length=256, examples=["wang-jg"])]
Part = Annotated[str | None, Query(description="A piece of the account's or the person's name.", min_length=1, max_length=64)]


def permitted_administrator(request: Request, account: Administrator, visitor: AskedBy) -> Account:
    """The administrator that changes accounts, within the allowance."""
    limiter_of(request).hit("account", visitor.counted_as)
    return account


Permitted = Annotated[Account, Depends(permitted_administrator)]


def new_user(account: Permitted, body: JsonBody) -> NewUserBody:
    """The account to open, strictly read; nobody else's is even looked at."""
    return body_as(NewUserBody, body)


def user_changes(account: Permitted, body: JsonBody) -> dict[str, Any]:
    """What is to change, only what was given."""
    return body_as(UserChanges, body).model_dump(exclude_unset=True)


@router.get("", summary="账号列表 · Accounts", responses={**answer(200, UserList, "账号 · Accounts"), **refusals(400, 401, 403, 422, 429, 503)})
def list_users(request: Request, account: Permitted, uow: Reading, *, q: Part = None, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """Every account with its role, cell and person, and whether it is disabled or locked. Administrators only."""
    key = after(cursor, str)
    found = account_service.list_accounts(uow, after=None if key is None else str(key[0]), part=q, limit=limit + 1)
    return JSONResponse(page(found, limit, lambda item: (item["username"],)).as_json())


@router.post(
    "",
    status_code=201,
    summary="开通账号 · Open an account",
    responses={**answer(201, User, "新账号 · The account"), **refusals(400, 401, 403, 408, 409, 413, 415, 422, 429, 503)},
    openapi_extra=body_of(NewUserBody, USER_EXAMPLE),
)
def add_user(request: Request, given: Annotated[NewUserBody, Depends(new_user)], uow: Writing) -> Response:
    """Opens an account. Its cell must be in force today, its person be in charge of something. Administrators only."""
    with limiter_of(request).one_of_few_sign_ins():
        opened = service.add_user(uow, **given.model_dump(), on=settings_of(request).today())
    return JSONResponse(account_service.account_document(uow, opened.username), status_code=201)


@router.patch(
    "/{username}",
    summary="修改账号 · Change an account",
    responses={**answer(200, User, "修改后的账号 · The account afterwards"), **refusals(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)},
    openapi_extra=body_of(UserChanges, {"role": "supervisor", "disabled": False}),
)
def change_user(request: Request, username: Username, changes: Annotated[dict[str, Any], Depends(user_changes)], uow: Writing) -> Response:
    """Changes what is given and leaves the rest. Disabling, another role and another password sign the account out everywhere, programs included.

    The last active administrator can be neither disabled nor given another role. Administrators only.
    """
    with limiter_of(request).one_of_few_sign_ins():
        return JSONResponse(account_service.change_account(uow, username, changes, on=settings_of(request).today()))


@router.delete(
    "/{username}/sessions",
    status_code=204,
    summary="强制退出 · Sign out everywhere",
    responses=refusals(400, 401, 403, 404, 422, 429, 503),
    response_class=Response,
)
def end_sessions(account: Permitted, username: Username, uow: Writing) -> Response:
    """Ends every session and every API token of an account at once. Administrators only."""
    account_service.end_sessions(uow, username)
    return Response(status_code=204)
