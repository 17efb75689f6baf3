"""`/grid-difference`: how the grids of two days differ, as a table and as a map."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from api.asker import AskedBy, Reading, limiter_of
from api.documents import answer, refusals
from api.downloads import download
from api.paging import BBox, Cursor, Limit, after, page
from api.parameters import Day, KnownAt, KnownParameters, SchemeKey
from api.reading import Counted, LevelKey
from api.schemas_redraws import DifferenceMap, DifferencePage
from gridgov.grids import difference_service
from gridgov.grids.difference_service import DifferenceAsked

router = APIRouter(tags=["grid"], dependencies=[KnownParameters])

From = Annotated[Day, Query(alias="from", description="The day before, YYYY-MM-DD.", examples=["2025-06-30"])]
To = Annotated[Day, Query(description="The day after, YYYY-MM-DD.", examples=["2026-11-22"])]


def span_asked(from_: From, to: To, bbox: BBox, scheme: SchemeKey = None, level: LevelKey = None, known_at: KnownAt = None) -> DifferenceAsked:
    """The two days, of what, and as known when."""
    return DifferenceAsked(from_, to, scheme, level, known_at, bbox)


Span = Annotated[DifferenceAsked, Depends(span_asked)]


@router.get(
    "/grid-difference",
    summary="两个日期的网格差异 · How the grids of two days differ",
    responses={**answer(200, DifferencePage, "逐个网格 · A row a cell"), **refusals(400, 401, 404, 422, 429, 503)},
    dependencies=[Counted],
)
def list_difference(uow: Reading, span: Span, *, limit: Limit = 100, cursor: Cursor) -> Response:
    """Cells that are not the same on both days, as in a redraw's impact: upper levels first, then by code. For everybody."""
    key = after(cursor, str, str)
    behind = None if key is None else (str(key[0]), str(key[1]))
    asked = DifferenceAsked(span.day_a, span.day_b, span.scheme, span.level, span.known_at, span.box, behind, limit)
    return JSONResponse(page(difference_service.difference(uow, asked), limit, difference_service.row_key).as_json())


@router.get(
    "/grid-difference.geojson",
    summary="两个日期的网格差异图形 · The difference as GeoJSON",
    responses={
        200: {"model": DifferenceMap, "description": "前后范围与划转范围 · Before, after, what passed", "content": {"application/geo+json": {}}},
        **refusals(400, 401, 404, 413, 422, 429, 503),
    },
    response_class=Response,
)
def map_difference(request: Request, visitor: AskedBy, uow: Reading, span: Span) -> Response:
    """The changed cells of a level (the leaf level when left out) on both days, and the ground that passed between them. At most 2,000 cells. For everybody."""
    limiter_of(request).hit("report", visitor.counted_as)
    found = difference_service.difference_map(uow, span)
    name = f"grid-difference-{span.day_a.isoformat()}-{span.day_b.isoformat()}.geojson"
    return download(json.dumps(found, ensure_ascii=False).encode(), name, "application/geo+json")
