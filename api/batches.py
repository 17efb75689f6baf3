"""`/siting-batches`: a whole file of sites, each asked like a single one; its answers as a list, on the map and as files."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.background import BackgroundTask

from api.asker import AskedBy, Reading, SignedIn, Visitor, Writing, limiter_of, settings_of
from api.batch_answers import as_features, site_document, written
from api.bodies import body_as
from api.documents import answer, body_of, refusals
from api.job_ids import JobId, behind, key_of
from api.paging import Cursor, Limit, after, page
from api.parameters import JsonBody, KnownParameters
from api.problems import language_of
from api.schemas_jobs import BatchBody, BatchDocument, BatchList, BatchSites, FeatureCollection
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Conflict, Fault, Refused
from gridgov.geo.crs import read_crs
from gridgov.jobs import batch_store, service
from gridgov.jobs.job import Job, Kind, NewJob
from gridgov.jobs.upload import Upload

router = APIRouter(prefix="/siting-batches", tags=["jobs"], dependencies=[KnownParameters])

_KINDS: tuple[Kind, ...] = ("siting-batch",)
_EXAMPLE = {"upload": "6d6a1a3e-5c0f-4f0e-9a55-0a3b8f0f6f3c", "id_field": "编号", "industry_field": "行业", "on": "2026-11-22"}
_FIELDS = ("id_field", "industry_field", "action_field", "activity_field", "on_field")
_TYPES = {"gpkg": "application/geopackage+sqlite3", "csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
_FILE: dict[int | str, dict[str, Any]] = {200: {"description": "结果文件 · The file", "content": {"application/octet-stream": {}}}}

Ending = Annotated[Literal["gpkg", "csv", "parquet"], Path(description="gpkg holds both tables, csv and parquet the sites.")]
TableEnding = Annotated[Literal["csv", "parquet"], Path(description="Kind of table.")]
VerdictFilter = Annotated[
    Literal["prohibited", "undetermined", "conditional", "permitted", "error"] | None, Query(description="Only these; `error` = rows that could not be asked.")
]


def batch_of(account: SignedIn, job_id: JobId, uow: Reading) -> Job:
    """The batch of the path, where the asker may know of it."""
    return service.find(uow, job_id, account, _KINDS)


Batch = Annotated[Job, Depends(batch_of)]


def batch_body(account: SignedIn, body: JsonBody) -> BatchBody:
    """What is asked, strictly read; nobody else's body is even looked at."""
    asked = body_as(BatchBody, body)
    if asked.on is not None and asked.on_field is not None:
        raise _wrong("on", "give on or on_field, not both", "on 与 on_field 只能给出一个")
    if asked.crs is not None:
        read_crs(asked.crs)
    return asked


@router.post(
    "",
    status_code=202,
    summary="批量选址校验 · Check a file of sites",
    responses={**answer(202, BatchDocument, "已排队 · Queued"), **refusals(400, 401, 403, 404, 408, 413, 415, 422, 429, 503)},
    openapi_extra=body_of(BatchBody, _EXAMPLE),
)
def ask_batch(request: Request, account: SignedIn, visitor: AskedBy, body: Annotated[BatchBody, Depends(batch_body)], uow: Writing) -> Response:
    """Each row is answered as a single check would be, for whoever asks; a bad row has its error and stops nothing. Up to 200,000 rows."""
    upload = service.find_upload(uow, body.upload, account)
    options = _options(body, upload, settings_of(request).today())
    limiter_of(request).hit("batch", visitor.counted_as)
    job = service.ask(uow, NewJob(uuid4(), "siting-batch", account, upload.upload_id, upload.filename, options, language_of(request)))
    return JSONResponse(_document(uow, job), status_code=202, headers={"Location": f"/api/v1/siting-batches/{job.job_id}"})


def _options(body: BatchBody, upload: Upload, today: date) -> dict[str, Any]:
    """The batch as the job reads it, its columns held against the file's."""
    named = [layer for layer in upload.layers if layer["name"] == body.layer] if body.layer else list(upload.layers)
    if len(named) != 1:
        listed = [layer["name"] for layer in upload.layers]
        raise _wrong("layer", f"name one of the file's layers: {', '.join(listed)}", f"请指定文件中的一个图层：{'、'.join(listed)}")
    columns = [field["name"] for field in named[0]["fields"]]
    for name in _FIELDS:
        column = getattr(body, name)
        if column is not None and column not in columns:
            raise _wrong(name, f"no such column; there are: {', '.join(columns)}", f"没有该列，现有列：{'、'.join(columns)}")
    fields = {"site_id": body.id_field, **{name: getattr(body, f"{name}_field") for name in ("industry", "action", "activity", "on")}}
    return {"layer": body.layer, "crs": body.crs, "day": (body.on or today).isoformat(), "fields": fields}


@router.get("", summary="批量校验列表 · Batches", responses={**answer(200, BatchList, "批量校验，新的在前 · Newest first"), **refusals(400, 401, 422, 503)})
def list_batches(account: SignedIn, uow: Reading, *, cursor: Cursor, limit: Limit = 100) -> Response:
    """One's own; everybody's for supervisors and administrators."""
    found = page(service.listed(uow, account, _KINDS, after=behind(cursor), limit=limit), limit, key_of)
    return JSONResponse({"items": [_document(uow, job) for job in found.items], "next": found.next})


@router.get(
    "/{job_id}", summary="批量校验进度 · How a batch stands", responses={**answer(200, BatchDocument, "批量校验 · The batch"), **refusals(400, 401, 404, 503)}
)
def read_batch(batch: Batch, uow: Reading) -> Response:
    """The job, and the verdicts of the rows answered so far."""
    return JSONResponse(_document(uow, batch))


@router.get(
    "/{job_id}/sites",
    summary="批量校验的各行 · The rows of a batch",
    responses={**answer(200, BatchSites, "各行，按文件顺序 · In file order"), **refusals(400, 401, 404, 422, 503)},
)
def list_sites(batch: Batch, uow: Reading, *, verdict: VerdictFilter = None, cursor: Cursor, limit: Limit = 100) -> Response:
    """The rows answered so far, in file order."""
    behind_row = after(cursor, int)
    rows = batch_store.listed(uow, batch.job_id, verdict=verdict, after=0 if behind_row is None else int(behind_row[0]), limit=limit + 1)
    found = page(rows, limit, lambda row: (row["row_number"],))
    return JSONResponse({"items": [site_document(row) for row in found.items], "next": found.next})


@router.get(
    "/{job_id}/sites.geojson",
    summary="批量校验的地图 · The rows on a map",
    responses={**answer(200, FeatureCollection, "各用地与结论 · Sites with their verdicts"), **refusals(400, 401, 404, 409, 429, 503)},
    response_class=StreamingResponse,
)
def map_sites(request: Request, visitor: AskedBy, batch: Batch, uow: Reading) -> Response:
    """Every row with a place, in lon/lat, with its verdict; for a map and for download."""
    limiter_of(request).hit("export", visitor.counted_as)
    features = as_features(batch_store.find_batch(uow, batch.job_id), batch_store.every_row(uow, batch.job_id))
    return Response(features, media_type="application/geo+json", headers=_attached(batch, "geojson"))


@router.get(
    "/{job_id}/result.{ending}",
    summary="下载结果 · The result as a file",
    responses={**_FILE, **refusals(400, 401, 404, 409, 422, 429, 503)},
    response_class=FileResponse,
)
def download_result(request: Request, visitor: AskedBy, batch: Batch, uow: Reading, ending: Ending) -> Response:
    """The input's columns with verdict, gates, counts and errors beside them (`gridgov batch`'s table)."""
    return _file(request, visitor, batch, uow, ending, table="sites")


@router.get(
    "/{job_id}/findings.{ending}",
    summary="下载各项发现 · The findings as a file",
    responses={**_FILE, **refusals(400, 401, 404, 409, 422, 429, 503)},
    response_class=FileResponse,
)
def download_findings(request: Request, visitor: AskedBy, batch: Batch, uow: Reading, ending: TableEnding) -> Response:
    """One row a finding; a GeoPackage holds them beside the sites."""
    return _file(request, visitor, batch, uow, ending, table="findings")


def _file(request: Request, visitor: Visitor, batch: Job, uow: UnitOfWork, ending: str, *, table: str) -> Response:
    limiter_of(request).hit("export", visitor.counted_as)
    head = batch_store.find_batch(uow, batch.job_id)
    if head is None or not batch.is_over:
        raise Conflict("The batch is not finished yet.", "批量校验尚未完成。")
    folder, path = written(head, batch_store.every_row(uow, batch.job_id), ending, table=table)
    return FileResponse(path, media_type=_TYPES[ending], headers=_attached(batch, ending, table), background=BackgroundTask(folder.cleanup))


def _document(uow: UnitOfWork, job: Job) -> dict[str, Any]:
    """The job with its counts: those it ended with, else those of the rows so far."""
    counts = job.result or batch_store.counts(uow, job.job_id).as_json()
    return {**job.as_json(), **counts}


def _attached(batch: Job, ending: str, table: str = "sites") -> dict[str, str]:
    """A name of our own: what a file was called never stands in a header."""
    return {"Content-Disposition": f'attachment; filename="batch-{str(batch.job_id)[:8]}-{table}.{ending}"'}


def _wrong(field: str, en: str, zh: str) -> Refused:
    return Refused(f"{field}: {en}.", f"{field}：{zh}。", faults=[Fault(f"/{field}", en, zh)])
