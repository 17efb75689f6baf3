"""`/locate`: who answers here, for one point or for any number of them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from api import rows
from api.asker import AskedBy, Reading, Visitor, database_of, settings_of
from api.documents import answer, refusals
from api.parameters import ROW_TYPES, Degrees, KnownAt, KnownParameters, On, RowBody, SchemeKey, media_type_of
from api.problems import language_of
from api.schemas import WhoAnswers
from gridgov.grids import service as grid_service
from gridgov.people import service

router = APIRouter(prefix="/locate", tags=["grid"], dependencies=[KnownParameters])

Longitude = Annotated[Degrees, Query(ge=-180, le=180, description="Longitude in degrees, EPSG:4490.", examples=[118.87])]
Latitude = Annotated[Degrees, Query(ge=-90, le=90, description="Latitude in degrees, EPSG:4490.", examples=[28.95])]

_ROWS = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}, "example": "lon,lat,on\n118.87,28.95,2026-11-22\n"},
            "application/x-ndjson": {"schema": {"type": "string"}, "example": '{"lon": 118.87, "lat": 28.95}\n'},
        },
    }
}

_ROWS_OUT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "按原顺序逐行返回 · One line a point, in order",
        "content": {"application/x-ndjson": {"schema": {"type": "string"}}, "text/csv": {"schema": {"type": "string"}}},
    }
}


@router.get(
    "",
    summary="此处由谁负责 · Who answers here",
    responses={**answer(200, WhoAnswers, "网格与责任人 · Cells and who answers for them"), **refusals(400, 401, 404, 422, 503)},
)
def locate(
    request: Request,
    visitor: AskedBy,
    uow: Reading,
    *,
    lon: Longitude,
    lat: Latitude,
    scheme: SchemeKey = None,
    on: On = None,
    known_at: KnownAt = None,
) -> Response:
    """The cells over a point, top level first, and who answers for each. Names of people only for those signed in."""
    day = on or settings_of(request).today()
    return JSONResponse(service.who_answers(uow, lon=lon, lat=lat, scheme=scheme, on=day, known_at=known_at, named=visitor.account is not None))


@router.post(
    "",
    summary="批量查询由谁负责 · Who answers at each of these points",
    responses={**_ROWS_OUT, **refusals(400, 401, 403, 404, 408, 413, 415, 422, 503)},
    openapi_extra=_ROWS,
    response_class=StreamingResponse,
)
def locate_many(request: Request, visitor: AskedBy, spool: RowBody, *, scheme: SchemeKey = None, on: On = None, known_at: KnownAt = None) -> Response:
    """Points as CSV (`lon,lat[,on]`) or NDJSON; answers in the order given, as NDJSON or, by `Accept: text/csv`, as CSV.

    A row that cannot be used carries its `error` and stops nothing.
    """
    source = rows.open_rows(spool, ROW_TYPES[media_type_of(request)], today=on or settings_of(request).today())
    with database_of(request).unit_of_work(visitor.actor, read_only=True) as uow:
        key, levels = service.scheme_levels(uow, scheme)
    as_csv = rows.prefers_csv(request.headers.get("accept", ""))
    asked = service.Asked(scheme=key, known_at=known_at, named=visitor.account is not None, with_people=not as_csv)
    answers = _answers(request, visitor, source, asked)
    language = language_of(request)
    lines = rows.csv_lines(answers, language, levels) if as_csv else rows.ndjson_lines(answers, language)
    return StreamingResponse(rows.blocks(lines), media_type="text/csv; charset=utf-8" if as_csv else "application/x-ndjson")


def _answers(request: Request, visitor: Visitor, source: Iterator[rows.Row], asked: service.Asked) -> Iterator[rows.Answered]:
    """The answers, in a transaction of their own that lives as long as the stream."""
    with database_of(request).unit_of_work(visitor.actor, read_only=True) as uow:

        def cells(points: Iterator[service.Point]) -> Iterable[Sequence[service.CellRow]]:
            few = list(islice(points, rows.BATCH))
            if len(few) < rows.BATCH:
                return service.cells_of_few(uow, few, asked)
            every = ((point.lon, point.lat, point.on) for point in chain(few, points))
            found = grid_service.locate_many(uow, every, scheme=asked.scheme, known_at=asked.known_at)
            return ([service.cell_row(cell) for cell in one] for one in found)

        yield from rows.answered(source, cells, lambda located: service.who_answers_each(uow, located, asked))
