"""`/imports`: a file of cells or zones looked at, then loaded, by administrators; its report, its faults and its shapes on the map."""

import json
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from api.asker import Administrator, AskedBy, Reading, Writing, limiter_of, settings_of
from api.bodies import body_as
from api.documents import answer, body_of, refusals
from api.import_faults import faults_of
from api.job_ids import JobId, behind, key_of
from api.paging import Cursor, Limit, page
from api.parameters import JsonBody, KnownParameters
from api.problems import language_of
from api.schemas_jobs import CellsOptions, FeatureCollection, ImportBody, ImportDocument, ImportList, ZonesOptions
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Conflict, Fault, NotFound, Refused
from gridgov.jobs import service
from gridgov.jobs.job import IMPORTS, Job, NewJob

router = APIRouter(prefix="/imports", tags=["jobs"], dependencies=[KnownParameters])

_EXAMPLE = {
    "kind": "cells",
    "upload": "6d6a1a3e-5c0f-4f0e-9a55-0a3b8f0f6f3c",
    "dry_run": True,
    "options": {"scheme": "administrative", "level": "village", "code_field": "编码"},
}
_GEOJSON = "application/geo+json"


def import_of(account: Administrator, job_id: JobId, uow: Reading) -> Job:
    """The import of the path."""
    return service.find(uow, job_id, account, IMPORTS)


Import = Annotated[Job, Depends(import_of)]


def import_body(account: Administrator, body: JsonBody) -> ImportBody:
    """What is asked, strictly read, its options by the kind of import; nobody else's body is even looked at."""
    asked = body_as(ImportBody, body)
    try:
        options = body_as(CellsOptions if asked.kind == "cells" else ZonesOptions, asked.options)
    except Refused as refused:
        faults = [Fault(f"/options{fault.pointer}", fault.en, fault.zh) for fault in refused.faults]
        raise Refused(refused.en, refused.zh, faults=faults) from refused
    return asked.model_copy(update={"options": options.model_dump(mode="json")})


@router.post(
    "",
    status_code=202,
    summary="导入网格或分区 · Import cells or zones",
    responses={**answer(202, ImportDocument, "已排队 · Queued"), **refusals(400, 401, 403, 404, 408, 413, 415, 422, 429, 503)},
    openapi_extra=body_of(ImportBody, _EXAMPLE),
)
def ask_import(request: Request, account: Administrator, visitor: AskedBy, body: Annotated[ImportBody, Depends(import_body)], uow: Writing) -> Response:
    """Reads and checks the file by the same steps as the command line; `dry_run` writes nothing. All or nothing: a refused file changes nothing."""
    limiter_of(request).hit("imports", visitor.counted_as)
    upload = service.find_upload(uow, body.upload, account)
    others = _other_uploads(body.options)
    for other in others:
        service.find_upload(uow, UUID(other), account)
    day = settings_of(request).today().isoformat()
    options = {"options": body.options, "layer_name": body.layer_name, "dry_run": body.dry_run, "day": day, "uploads": others}
    kind = IMPORTS[0] if body.kind == "cells" else IMPORTS[1]
    return _queued(uow, NewJob(uuid4(), kind, account, upload.upload_id, upload.filename, options, language_of(request)))


@router.get("", summary="导入列表 · Imports", responses={**answer(200, ImportList, "导入，新的在前 · Newest first"), **refusals(400, 401, 403, 422, 503)})
def list_imports(account: Administrator, uow: Reading, *, cursor: Cursor, limit: Limit = 100) -> Response:
    """Every import, without its report."""
    found = page(service.listed(uow, account, IMPORTS, after=behind(cursor), limit=limit), limit, key_of)
    return JSONResponse({"items": [_document(job, None) for job in found.items], "next": found.next})


@router.get(
    "/{job_id}", summary="导入报告 · How an import stands", responses={**answer(200, ImportDocument, "导入 · The import"), **refusals(400, 401, 403, 404, 503)}
)
def read_import(job: Import, uow: Reading) -> Response:
    """The job and the report, also of a file that was refused. Lists are never cut short."""
    return JSONResponse(_document(job, service.report_of(uow, job)))


@router.get(
    "/{job_id}/faults.geojson",
    summary="问题位置 · Where the file is wrong",
    responses={**answer(200, FeatureCollection, "每处问题 · Every fault"), **refusals(400, 401, 403, 404, 503)},
)
def map_faults(job: Import, uow: Reading) -> Response:
    """Every violation and every refused row with its place, kind, reason, row and codes; a fault without a place has no geometry."""
    report = service.report_of(uow, job)
    if report is None:
        raise _nothing_yet()
    return Response(json.dumps(faults_of(report), ensure_ascii=False).encode(), media_type=_GEOJSON, headers=_attached(job, "faults"))


@router.get(
    "/{job_id}/candidate.geojson",
    summary="待导入图形 · The file's shapes",
    responses={**answer(200, FeatureCollection, "简化后的图形 · Simplified shapes"), **refusals(400, 401, 403, 404, 503)},
)
def map_candidate(job: Import, uow: Reading) -> Response:
    """The file's shapes simplified together for the map, with row, code and name; `truncated` says whether some were left out."""
    candidate = service.candidate_of(uow, job)
    if candidate is None:
        raise _nothing_yet()
    return Response(candidate, media_type=_GEOJSON, headers=_attached(job, "candidate"))


@router.post(
    "/{job_id}/commit",
    status_code=202,
    summary="正式导入 · Load what was looked at",
    responses={**answer(202, ImportDocument, "已排队 · Queued"), **refusals(400, 401, 403, 404, 409, 429, 503)},
)
def commit_import(request: Request, account: Administrator, visitor: AskedBy, job_id: JobId, uow: Writing) -> Response:
    """A dry run that went well, now in earnest: the same file, the same options, checked once more against what is in force then."""
    limiter_of(request).hit("imports", visitor.counted_as)
    tried = service.find(uow, job_id, account, IMPORTS)
    if not tried.options["dry_run"] or tried.state != "done" or not (tried.result or {}).get("ok"):
        raise Conflict("Only a dry run that found nothing wrong can be loaded.", "只有试运行通过的导入才能正式载入。")
    assert tried.upload_id is not None
    upload = service.find_upload(uow, tried.upload_id, account)
    options = {**tried.options, "dry_run": False, "tried": str(tried.job_id)}
    return _queued(uow, NewJob(uuid4(), tried.kind, account, upload.upload_id, upload.filename, options, language_of(request)))


def _queued(uow: UnitOfWork, new: NewJob) -> Response:
    job = service.ask(uow, new)
    return JSONResponse(_document(job, None), status_code=202, headers={"Location": f"/api/v1/imports/{job.job_id}"})


def _other_uploads(options: dict[str, Any]) -> list[str]:
    """Uploads beside the file itself: an outline, the ground a layer covers."""
    named = [options.get("outline"), options.get("coverage")]
    return [value for value in named if value is not None and value not in ("cells", "area", "none")]


def _document(job: Job, report: dict[str, Any] | None) -> dict[str, Any]:
    upload = None if job.upload_id is None else str(job.upload_id)
    asked = {"dry_run": job.options["dry_run"], "upload": upload, "layer_name": job.options["layer_name"], "options": job.options["options"]}
    return {**job.as_json(), **asked, "ok": None if job.result is None else job.result["ok"], "report": report}


def _nothing_yet() -> NotFound:
    return NotFound("There is nothing to show: the file was not read, or not yet.", "暂无内容：文件尚未读取，或未能读取。")


def _attached(job: Job, what: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="import-{str(job.job_id)[:8]}-{what}.geojson"'}
