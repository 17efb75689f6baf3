"""`/session`: sign in, sign out, who am I, another password."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from api.asker import COOKIE, AskedBy, InPerson, SignedIn, Writing, address_of, database_of, limiter_of, token_of
from api.bodies import body_as
from api.documents import answer, body_of, refusals
from api.parameters import JsonBody, KnownParameters
from api.problems import fault_of, problem
from api.schemas import NewSession, Session, SignInBody
from api.schemas_people import PasswordBody
from gridgov.errors import NotSignedIn, Refused
from gridgov.people import account_service, service
from gridgov.people.account import SESSION_FOR, Account
from gridgov.people.wording import in_utc

router = APIRouter(prefix="/session", tags=["session"], dependencies=[KnownParameters])


def credentials(body: JsonBody) -> SignInBody:
    """Name and password from the body; faults name the fields and never repeat them."""
    try:
        return SignInBody.model_validate(body)
    except ValidationError as exc:
        faults = [fault_of(entry) for entry in exc.errors(include_input=False, include_url=False)]
        raise Refused("Send username and password, nothing else.", "请只发送 username 和 password 两项。", faults=faults) from exc


def passwords(request: Request, account: InPerson, body: JsonBody) -> PasswordBody:
    """Old and new password of somebody who may try, strictly read."""
    limiter_of(request).hit("sign_in", address_of(request))
    limiter_of(request).require_left("failed_sign_in", address_of(request))
    return body_as(PasswordBody, body)


@router.post(
    "",
    status_code=201,
    summary="登录 · Sign in",
    responses={**answer(201, NewSession, "新会话 · A new session"), **refusals(400, 401, 403, 408, 413, 415, 422, 429, 503)},
    openapi_extra=body_of(SignInBody, {"username": "planner", "password": "gridgov-sample"}),
)
def sign_in(request: Request, given: Annotated[SignInBody, Depends(credentials)]) -> Response:
    """Opens a session of 12 hours: a cookie for browsers, the same secret as `token` for programs. Ten wrong passwords lock for 15 minutes."""
    limiter, address = limiter_of(request), address_of(request)
    limiter.hit("sign_in", address)
    limiter.require_left("failed_sign_in", address)
    with limiter.one_of_few_sign_ins(), database_of(request).unit_of_work("anonymous") as uow:
        outcome = service.sign_in(uow, given.username, given.password, uow.now())
    if isinstance(outcome, NotSignedIn):
        limiter.hit("failed_sign_in", address)
        return problem(outcome, request)
    document = _document(outcome.account, outcome.expires_at) | {"token": outcome.token}
    response = JSONResponse(document, status_code=201)
    response.set_cookie(
        COOKIE, outcome.token, max_age=int(SESSION_FOR.total_seconds()), path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )
    return response


@router.get("", summary="当前账号 · Who am I", responses={**answer(200, Session, "当前账号 · The account"), **refusals(400, 401, 503)})
def who_am_i(account: SignedIn, visitor: AskedBy) -> Response:
    """The account that is signed in, and until when."""
    assert visitor.until is not None  # whoever is signed in has an end
    return JSONResponse(_document(account, visitor.until))


@router.post(
    "/password",
    status_code=204,
    summary="修改密码 · Change one's password",
    responses=refusals(400, 401, 403, 408, 413, 415, 422, 429, 503),
    openapi_extra=body_of(PasswordBody, {"old": "gridgov-sample", "new": "three words and a river"}),
    response_class=Response,
)
def change_password(request: Request, account: InPerson, given: Annotated[PasswordBody, Depends(passwords)]) -> Response:
    """Sets another password; every other session and every API token of the account ends at once. A wrong old one counts as at sign-in."""
    limiter, token = limiter_of(request), token_of(request) or ""
    with limiter.one_of_few_sign_ins(), database_of(request).unit_of_work(f"user:{account.username}") as uow:
        refusal = account_service.change_password(uow, account, given.old, given.new, token=token)
    if refusal is None:
        return Response(status_code=204)
    limiter.hit("failed_sign_in", address_of(request))
    return problem(refusal, request)


@router.delete("", status_code=204, summary="退出 · Sign out", responses=refusals(400, 403, 503), response_class=Response)
def sign_out(request: Request, uow: Writing) -> Response:
    """Ends the session at once, everywhere it is used; without one nothing happens."""
    token = token_of(request)
    if token:
        service.sign_out(uow, token)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https")
    return response


def _document(account: Account, expires_at: datetime) -> dict[str, Any]:
    return {"username": account.username, "role": account.role, "cell": account.cell, "expires_at": in_utc(expires_at)}
