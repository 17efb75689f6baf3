"""`/uploads`: a file sent beforehand, for a batch or an import. Its bytes go to disk while they are counted, and are its owner's alone."""

import errno
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from api.asker import AskedBy, Reading, SignedIn, Visitor, Writing, database_of, limiter_of
from api.documents import answer, refusals
from api.job_ids import UploadId
from api.parameters import KnownParameters, media_type_of, require_plain
from api.schemas_jobs import UploadDocument
from gridgov.errors import Fault, GridgovError, MalformedBody, UnknownFormat
from gridgov.jobs import service
from gridgov.jobs.file_store import FileStore
from gridgov.jobs.upload import Upload, plain_filename

router = APIRouter(prefix="/uploads", tags=["jobs"], dependencies=[KnownParameters])

MEDIA_TYPE = "application/octet-stream"
FileName = Annotated[str, Query(description="The file's name; its ending tells tables apart, its content everything else.", min_length=1, max_length=400)]
_BODY = {"requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}}


class NoSpace(GridgovError):
    """The disk is full: what was being sent is thrown away."""

    slug, status, title_en, title_zh = "no-space", 507, "No space left", "存储空间不足"


@dataclass(frozen=True, slots=True)
class Received:
    """A body on disk. path: a file that goes when the request is over, unless it was moved."""

    path: Path
    filename: str
    size: int
    sha256: str


def files_of(request: Request) -> FileStore:
    """The uploaded files of the database this application serves."""
    found: FileStore = request.app.state.files
    return found


def uploader(request: Request, account: SignedIn, visitor: AskedBy) -> Visitor:
    """Who sends a file, within what they may send and hold."""
    limiter_of(request).hit("upload", visitor.counted_as)
    with database_of(request).unit_of_work(visitor.actor, read_only=True) as uow:
        service.require_upload_room(uow, account.username)
    return visitor


async def received(request: Request, sender: Annotated[Visitor, Depends(uploader)], filename: FileName) -> AsyncIterator[Received]:
    """The body in a file, counted and hashed while it came. Raises UnknownFormat, MalformedBody for no byte at all, NoSpace."""
    if media_type_of(request) != MEDIA_TYPE:
        raise UnknownFormat(f"Send the file as {MEDIA_TYPE}.", f"请以 {MEDIA_TYPE} 发送文件。", accept_post=MEDIA_TYPE)
    require_plain(request)
    name, part = plain_filename(filename), files_of(request).ready() / f".{uuid4()}.part"
    try:
        size, sha256 = await _written(request, part)
        if not size:
            raise MalformedBody("The file is empty.", "文件为空。", faults=[Fault("", "no bytes", "没有内容")])
        yield Received(part, name, size, sha256)
    finally:
        part.unlink(missing_ok=True)


async def _written(request: Request, part: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
            async for chunk in request.stream():
                sink.write(chunk)
                digest.update(chunk)
                size += len(chunk)
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace("The disk is full; nothing was kept.", "磁盘空间不足，未保存文件。") from exc
        raise
    return size, digest.hexdigest()


@router.post(
    "",
    status_code=201,
    summary="上传文件 · Upload a file",
    responses={**answer(201, UploadDocument, "文件内容概要 · What the file holds"), **refusals(400, 401, 403, 408, 409, 413, 415, 422, 429, 503)},
    openapi_extra=_BODY,
)
def upload_file(request: Request, account: SignedIn, visitor: AskedBy, body: Annotated[Received, Depends(received, scope="function")]) -> Response:
    """GeoPackage, GeoJSON, FlatGeobuf, Shapefile or File Geodatabase (zipped), CSV, XLSX, Parquet; up to 100 MB, kept 24 hours. Signed in only."""
    from layers.upload_file import describe_upload  # readers take a while to load

    layers = describe_upload(body.path, body.filename)
    upload = Upload(uuid4(), account.username, body.filename, body.size, body.sha256, layers, datetime.now(UTC))
    files_of(request).keep(body.path, upload.upload_id)
    with database_of(request).unit_of_work(visitor.actor) as uow:
        kept = service.keep_upload(uow, upload)
    return JSONResponse(kept.as_json(), status_code=201, headers={"Location": f"/api/v1/uploads/{kept.upload_id}"})


@router.get(
    "/{upload_id}",
    summary="上传文件的概要 · What an upload holds",
    responses={**answer(200, UploadDocument, "文件内容概要 · What the file holds"), **refusals(400, 401, 404, 503)},
)
def read_upload(account: SignedIn, upload_id: UploadId, uow: Reading) -> Response:
    """One's own upload."""
    return JSONResponse(service.find_upload(uow, upload_id, account).as_json())


@router.delete(
    "/{upload_id}", status_code=204, summary="删除上传文件 · Delete an upload", responses=refusals(400, 401, 403, 404, 409, 503), response_class=Response
)
def delete_upload(request: Request, account: SignedIn, upload_id: UploadId, uow: Writing) -> Response:
    """One's own upload, unless a job still reads it."""
    service.drop_upload(uow, upload_id, account, files_of(request))
    return Response(status_code=204)
