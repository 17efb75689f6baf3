"""`/site-text` and `/site-files`: what sites does this text, this file hold? Read, measured and shown; nothing is kept."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from api.asker import AskedBy, Reading, SignedIn, limiter_of
from api.bodies import body_as
from api.documents import answer, body_of, refusals
from api.examples_siting import TEXT_QUESTION
from api.parameters import JsonBody, KnownParameters
from api.posted_file import MEDIA_TYPE, PostedFile
from api.problems import language_of
from api.schemas_siting import ReadSites, SiteTextBody
from gridgov.admission import site_reading_service
from gridgov.errors import SlowDown
from gridgov.geo.text_plots import Told
from gridgov.people.account import Account

router = APIRouter(tags=["siting checks"], dependencies=[KnownParameters])

# Readers of files take a process and up to 4 GB each.
_READERS = threading.BoundedSemaphore(2)
_WAIT_S = 10.0
_BYTES = {"requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}}


def permitted_reader(request: Request, account: SignedIn, visitor: AskedBy) -> Account:
    """The account that has something read, within its allowance."""
    limiter_of(request).hit("file", visitor.counted_as)
    return account


Reader = Annotated[Account, Depends(permitted_reader)]
Crs = Annotated[str | None, Query(max_length=20_000, description="EPSG code or WKT; left out: the file's own, else what its numbers settle.")]


@router.post(
    "/site-text",
    summary="读取界址点文本 · Read sites from text",
    responses={**answer(200, ReadSites, "地块与提示 · Plots and remarks"), **refusals(400, 401, 403, 408, 413, 415, 422, 429, 503)},
    openapi_extra=body_of(SiteTextBody, TEXT_QUESTION),
)
def read_site_text(request: Request, account: Reader, body: JsonBody, uow: Reading) -> Response:
    """Plots of a boundary-points text (界址点 TXT) or a list of coordinates. A reference system that stays open: 422 `wrong-crs` with `candidates`."""
    asked = body_as(SiteTextBody, body)
    return shown(request, *site_reading_service.read_text(uow, asked.text, format=asked.format, crs=asked.crs))


@router.post(
    "/site-files",
    summary="读取用地文件 · Read sites from a file",
    responses={**answer(200, ReadSites, "地块与提示 · Plots and remarks"), **refusals(400, 401, 403, 404, 408, 413, 415, 422, 429, 503)},
    openapi_extra=_BYTES,
)
def read_site_file(request: Request, account: Reader, posted: PostedFile, uow: Reading, *, crs: Crs = None) -> Response:
    """Features of a GeoPackage, GeoJSON, FlatGeobuf, zipped Shapefile or File Geodatabase, GeoParquet, CSV, XLSX or TXT, up to 100 MB."""
    from layers.posted_sites import read_posted_sites  # readers take a while to load

    with one_of_few_readers(), site_reading_service.candidates_offered(uow):
        read = read_posted_sites(posted, crs=crs)
    return shown(request, *site_reading_service.show_sites(uow, read))


@contextmanager
def one_of_few_readers() -> Iterator[None]:
    """Waits for one of the few places at the readers of files; raises SlowDown when none comes free."""
    if not _READERS.acquire(timeout=_WAIT_S):
        raise SlowDown("Other files are being read at this moment; try again in a few seconds.", "正在读取其他文件，请稍后再试。", retry_after=5)
    try:
        yield
    finally:
        _READERS.release()


def shown(request: Request, document: dict[str, Any], notes: Sequence[Told]) -> Response:
    """What was read, with its remarks in the asker's language."""
    language = language_of(request)
    warnings = [{"detail": note.zh if language == "zh" else note.en} for note in notes]
    return JSONResponse({**document, "warnings": warnings})
