"""`/redraws`: boundaries redrawn by administrators, decided on by another administrator or a supervisor, who also read them."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from api.asker import Administrator, AskedBy, Reading, SignedIn, Writing, limiter_of, settings_of
from api.bodies import body_as
from api.documents import answer, body_of, refusals
from api.downloads import download
from api.grid_arcs import Piece, PieceAsked
from api.paging import Cursor, Limit, after, page
from api.parameters import JsonBody, KnownParameters, SchemeKey
from api.problems import language_of
from api.schemas_redraws import BODY_EXAMPLE, OPERATION, ArcDocument, DifferenceMap, NoteBody, Redraw, RedrawBody, RedrawPage
from gridgov.errors import NotAllowed, NotFound
from gridgov.people.account import Account
from gridgov.redraws import arc_service, difference_service, service
from gridgov.redraws.request import RedrawRequest, parse_note, parse_redraw

_LARGEST_ID = 2**63 - 1


def drafter(request: Request, account: Administrator, visitor: AskedBy) -> Account:
    """The administrator who drafts, within the allowance."""
    limiter_of(request).hit("redraw", visitor.counted_as)
    return account


def reviewer(request: Request, account: SignedIn, visitor: AskedBy) -> Account:
    """The administrator or supervisor who reads or decides, within the allowance; raises NotAllowed for everybody else."""
    if account.role not in ("admin", "supervisor"):
        raise NotAllowed("Only administrators and supervisors may do this.", "仅管理员和督查人员可进行此操作。")
    limiter_of(request).hit("redraw", visitor.counted_as)
    return account


def redraw_request(account: Annotated[Account, Depends(drafter)], body: JsonBody) -> RedrawRequest:
    """What is to be redrawn, strictly read; nobody else's body is even looked at."""
    return parse_redraw(body)


def drafter_note(account: Annotated[Account, Depends(drafter)], body: JsonBody) -> str | None:
    """What the drafter says with it."""
    return parse_note(body_as(NoteBody, body).note)


def reviewer_note(account: Annotated[Account, Depends(reviewer)], body: JsonBody) -> str | None:
    """What the one who decides says with it."""
    return parse_note(body_as(NoteBody, body).note)


def redraw_id_of(redraw_id: Annotated[str, Path(description="The redraw's number.", max_length=200, examples=["12"])]) -> int:
    """The number in its one written form; anything else names nothing."""
    if not redraw_id.isascii() or not redraw_id.isdigit() or len(redraw_id) > 19 or not 0 < int(redraw_id) <= _LARGEST_ID or redraw_id.startswith("0"):
        raise NotFound("There is no redraw of this number.", "没有此编号的网格调整。")
    return int(redraw_id)


def _redraw_body(example: dict[str, Any]) -> dict[str, Any]:
    """The body in the OpenAPI document, its operations as the answer names them."""
    found = body_of(RedrawBody, example)
    found["requestBody"]["content"]["application/json"]["schema"]["properties"]["operations"]["items"] = OPERATION
    return found


Drafter = Annotated[Account, Depends(drafter)]
Reviewer = Annotated[Account, Depends(reviewer)]
Asked = Annotated[RedrawRequest, Depends(redraw_request)]
DrafterNote = Annotated[str | None, Depends(drafter_note)]
ReviewerNote = Annotated[str | None, Depends(reviewer_note)]
RedrawId = Annotated[int, Depends(redraw_id_of)]
Status = Annotated[Literal["draft", "submitted", "approved", "withdrawn"] | None, Query(description="Only those that stand there.")]

_DECIDED: dict[int | str, dict[str, Any]] = {
    **answer(200, Redraw, "办理后的调整 · The redraw afterwards"),
    **refusals(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503),
}
_NOTE = body_of(NoteBody, {"note": "界线与批复一致"})

router = APIRouter(prefix="/redraws", tags=["redraws"], dependencies=[KnownParameters])


@router.post(
    "",
    status_code=201,
    summary="起草网格调整 · Draft a redraw",
    responses={**answer(201, Redraw, "草稿及其影响 · The draft and its impact"), **refusals(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)},
    openapi_extra=_redraw_body(BODY_EXAMPLE),
)
def draft_redraw(request: Request, account: Drafter, asked: Asked, uow: Writing) -> Response:
    """Carries the operations out on a copy, exactly, and answers what they change; nothing of the grid changes.

    An operation that cannot be carried out is refused with its place, and nothing is saved. Administrators only.
    """
    found = service.draft_redraw(uow, asked, settings_of(request).today(), language=language_of(request))
    return JSONResponse(found, status_code=201, headers={"Location": f"/api/v1/redraws/{found['id']}"})


@router.put(
    "/{redraw_id}",
    summary="保存草稿 · Save a draft",
    responses={**answer(200, Redraw, "草稿及其影响 · The draft and its impact"), **refusals(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)},
    openapi_extra=_redraw_body(BODY_EXAMPLE | {"version": 1}),
)
def save_redraw(request: Request, account: Drafter, redraw_id: RedrawId, asked: Asked, uow: Writing) -> Response:
    """The draft anew, with all its operations: fewer of them undo the others. With `version`, only when nobody else saved since. Administrators only."""
    return JSONResponse(service.save_redraw(uow, redraw_id, asked, settings_of(request).today(), language=language_of(request)))


@router.get(
    "",
    summary="网格调整列表 · Redraws",
    responses={**answer(200, RedrawPage, "由近及远 · The newest first"), **refusals(400, 401, 403, 404, 422, 429, 503)},
)
def list_redraws(
    request: Request, account: Reviewer, uow: Reading, *, scheme: SchemeKey = None, status: Status = None, limit: Limit = 100, cursor: Cursor
) -> Response:
    """Every redraw without its operations and impact. Administrators and supervisors only."""
    key = after(cursor, int)
    before = None if key is None else int(key[0])
    found = service.list_redraws(uow, scheme=scheme, status=status, before=before, limit=limit + 1, today=settings_of(request).today())
    return JSONResponse(page(found, limit, lambda item: (int(item["id"]),)).as_json())


@router.get(
    "/{redraw_id}",
    summary="网格调整详情 · One redraw",
    responses={**answer(200, Redraw, "调整及其影响 · The redraw and its impact"), **refusals(400, 401, 403, 404, 422, 429, 503)},
)
def read_redraw(request: Request, account: Reviewer, redraw_id: RedrawId, uow: Reading) -> Response:
    """A draft as it would change the grid as it stands now; `conflict` says why it no longer can. One that was approved, as it was written."""
    return JSONResponse(service.read_redraw(uow, redraw_id, settings_of(request).today(), language=language_of(request)))


@router.post("/{redraw_id}/submit", summary="提交审批 · Submit", responses=_DECIDED, openapi_extra=_NOTE)
def submit_redraw(request: Request, account: Drafter, redraw_id: RedrawId, note: DrafterNote, uow: Writing) -> Response:
    """Lays the draft before whoever approves; it then stays as it is. Needs reason and document. Administrators only."""
    return JSONResponse(service.submit_redraw(uow, redraw_id, note=note, today=settings_of(request).today(), language=language_of(request)))


@router.post("/{redraw_id}/approve", summary="批准 · Approve", responses=_DECIDED, openapi_extra=_NOTE)
def approve_redraw(request: Request, account: Reviewer, redraw_id: RedrawId, note: ReviewerNote, uow: Writing) -> Response:
    """Writes the redraw, in force from its day on: cells of every level, lineage, people; all or nothing. Not by whoever drafted or changed it."""
    return JSONResponse(service.approve_redraw(uow, redraw_id, note=note, today=settings_of(request).today(), language=language_of(request)))


@router.post("/{redraw_id}/reject", summary="退回 · Reject", responses=_DECIDED, openapi_extra=_NOTE)
def reject_redraw(request: Request, account: Reviewer, redraw_id: RedrawId, note: ReviewerNote, uow: Writing) -> Response:
    """Gives it back to its drafter, a draft again, with the note saying why. Not by whoever drafted or changed it."""
    return JSONResponse(service.reject_redraw(uow, redraw_id, note=note, today=settings_of(request).today(), language=language_of(request)))


@router.post("/{redraw_id}/withdraw", summary="撤回 · Withdraw", responses=_DECIDED, openapi_extra=_NOTE)
def withdraw_redraw(request: Request, account: Drafter, redraw_id: RedrawId, note: DrafterNote, uow: Writing) -> Response:
    """Takes it back: a draft is closed; what was approved is undone before its day, and known so from now on. Administrators only."""
    return JSONResponse(service.withdraw_redraw(uow, redraw_id, note=note, today=settings_of(request).today(), language=language_of(request)))


@router.get(
    "/{redraw_id}/arcs",
    summary="草稿的共用界线 · A draft's shared arcs",
    responses={**answer(200, ArcDocument, "网格的共用界线 · Cells as shared arcs"), **refusals(400, 401, 403, 404, 409, 413, 422, 429, 503)},
)
def read_draft_arcs(account: Reviewer, redraw_id: RedrawId, piece: Annotated[Piece, PieceAsked], uow: Reading) -> Response:
    """Cells as the redraw leaves them, with their neighbours, for an editor. At most 400 cells."""
    return JSONResponse(arc_service.draft_arcs(uow, redraw_id, codes=piece.codes, box=piece.box))


@router.get(
    "/{redraw_id}/difference.geojson",
    summary="下载调整前后图形 · Before and after as GeoJSON",
    responses={
        200: {"model": DifferenceMap, "description": "调整前后与划转范围 · Before, after, what passes", "content": {"application/geo+json": {}}},
        **refusals(400, 401, 403, 404, 409, 413, 422, 429, 503),
    },
    response_class=Response,
)
def map_redraw(account: Reviewer, redraw_id: RedrawId, uow: Reading) -> Response:
    """The changed leaf cells before and after, and the ground that passes from one to another."""
    found = difference_service.redraw_map(uow, redraw_id)
    return download(json.dumps(found, ensure_ascii=False).encode(), f"redraw-{redraw_id}.geojson", "application/geo+json")
