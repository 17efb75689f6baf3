"""`/siting-checks`: may this project stand here? Asked by those signed in, kept, and given back as the very bytes that were answered."""

import json
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from api.asker import AskedBy, Reading, SignedIn, Writing, limiter_of, settings_of
from api.documents import answer, body_of, refusals
from api.downloads import download
from api.examples_siting import CHECK_QUESTION
from api.paging import Cursor, Key, Limit, after, no_cursor, page
from api.parameters import JsonBody, KnownParameters, instant
from api.problems import language_of
from api.reading import Counted
from api.schemas_siting import CheckList, FindingsCollection, SitingCheck, SitingCheckRequest, Verdict
from api.security import MAP_POLICY
from gridgov.admission import check_list_service, check_service
from gridgov.admission.check_view import findings_features
from gridgov.admission.disclosure import Asker
from gridgov.admission.request import SitingRequest, parse_request
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Language, NotFound, Refused
from gridgov.people.account import Account

router = APIRouter(prefix="/siting-checks", tags=["siting checks"], dependencies=[KnownParameters])


def permitted_account(request: Request, account: SignedIn, visitor: AskedBy) -> Account:
    """The account that asks for a check, within its allowance."""
    limiter_of(request).hit("check", visitor.counted_as)
    return account


def siting_request(account: Annotated[Account, Depends(permitted_account)], body: JsonBody) -> SitingRequest:
    """The question, strictly read; nobody else's question is even looked at."""
    return parse_request(body)


def check_id_of(check_id: Annotated[str, Path(description="The check's id.", examples=["6d6a1a3e-5c0f-4f0e-9a55-0a3b8f0f6f3c"])]) -> UUID:
    """The id in its one written form; anything else names nothing."""
    try:
        found = UUID(check_id)
    except ValueError as exc:
        raise _nothing() from exc
    if str(found) != check_id.lower():
        raise _nothing()
    return found


Words = Annotated[str | None, Query(min_length=1, max_length=200, description="In the project's name, or how a code begins (industry, credit code, check).")]
CheckId = Annotated[UUID, Depends(check_id_of)]


@router.post(
    "",
    status_code=201,
    summary="选址校验 · Check a site",
    responses={**answer(201, SitingCheck, "校验结果 · The verdict"), **refusals(400, 401, 403, 408, 413, 415, 422, 429, 503)},
    openapi_extra=body_of(SitingCheckRequest, CHECK_QUESTION),
)
def check_site(request: Request, account: SignedIn, asked: Annotated[SitingRequest, Depends(siting_request)], uow: Writing) -> Response:
    """The verdict with every finding, its figures and its clause; kept under its id. Signed in only."""
    check = check_service.check_site(uow, asked, asker=asker_of(account), check_id=uuid4(), today=settings_of(request).today())
    return Response(check.document, status_code=201, media_type="application/json", headers={"Location": f"/api/v1/siting-checks/{check.check_id}"})


@router.get(
    "",
    summary="校验记录 · Checks that were answered",
    responses={**answer(200, CheckList, "由近及远 · The latest first"), **refusals(400, 401, 413, 422, 429, 503)},
    dependencies=[Counted],
)
def list_checks(
    account: SignedIn,
    uow: Reading,
    *,
    q: Words = None,
    verdict: Annotated[Verdict | None, Query(description="Only this verdict.")] = None,
    cursor: Cursor,
    limit: Limit = 100,
) -> Response:
    """One's own checks and the sample's; everybody's for supervisors and administrators."""
    found = check_list_service.list_checks(uow, asker_of(account), words=q, verdict=verdict, before=last_seen(cursor), most=limit + 1)
    return JSONResponse(page(found, limit, lambda item: (item["asked_at"], item["id"])).as_json())


@router.get(
    "/{check_id}",
    summary="重读校验结果 · Read a check again",
    responses={**answer(200, SitingCheck, "校验结果 · The verdict"), **refusals(400, 401, 404, 422, 503)},
)
def read_check(account: SignedIn, check_id: CheckId, uow: Reading) -> Response:
    """The same bytes as answered. Others' checks are there for supervisors and administrators only."""
    check = check_service.stored_check(uow, check_id, asker_of(account))
    return Response(check.document, media_type="application/json")


@router.get(
    "/{check_id}/map.html",
    summary="校验结果地图 · The check as a map",
    responses={200: {"description": "独立网页文件 · One HTML file", "content": {"text/html": {}}}, **refusals(400, 401, 404, 422, 503)},
    response_class=Response,
)
def read_map(request: Request, account: SignedIn, check_id: CheckId, uow: Reading) -> Response:
    """One self-contained HTML file that needs no network."""
    return map_response(uow, check_id, asker_of(account), language_of(request))


@router.get(
    "/{check_id}/findings.geojson",
    summary="下载校验结果图形 · The findings as GeoJSON",
    responses={
        200: {"model": FindingsCollection, "description": "用地与各条结论的重叠范围 · Site and overlaps", "content": {"application/geo+json": {}}},
        **refusals(400, 401, 404, 422, 503),
    },
    response_class=Response,
)
def read_findings(account: SignedIn, check_id: CheckId, uow: Reading) -> Response:
    """The site and every finding as features; geometry and figures as far as they were disclosed to whoever asked the check."""
    found = findings_features(json.loads(check_service.stored_check(uow, check_id, asker_of(account)).document))
    return download(json.dumps(found, ensure_ascii=False).encode(), f"siting-check-{check_id}.geojson", "application/geo+json")


def last_seen(cursor: Key | None) -> tuple[datetime, UUID] | None:
    """When the last check of the page before was asked, and its id. Raises Refused for the cursor of another list."""
    key = after(cursor, str, str)
    if key is None:
        return None
    try:
        return instant(str(key[0])), UUID(str(key[1]))
    except (Refused, ValueError) as exc:
        raise no_cursor() from exc


def map_response(uow: UnitOfWork, check_id: UUID, asker: Asker, language: Language) -> Response:
    """The map of a check with what lies around it, shut off from everything else the browser holds."""
    from layers import map_html  # drawing maps takes seconds to load, which nobody who asks for none should wait for

    document = json.loads(check_service.stored_check(uow, check_id, asker).document)
    page = map_html.render(document, language=language, surroundings=check_service.surroundings(uow, document, asker))
    return Response(page, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": MAP_POLICY})


def asker_of(account: Account) -> Asker:
    """The account as the siting check knows it."""
    return Asker(account.username, account.role)


def _nothing() -> NotFound:
    return NotFound("There is no siting check of this id.", "没有此编号的选址校验。")
