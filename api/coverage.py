"""`/coverage-report`: does the grid tile?"""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.asker import AskedBy, Reading, limiter_of, settings_of
from api.documents import answer, refusals
from api.parameters import KnownParameters, On, SchemeKey
from api.problems import language_of
from api.schemas import CoverageReport
from gridgov.grids import service

router = APIRouter(prefix="/coverage-report", tags=["grid"], dependencies=[KnownParameters])


@router.get(
    "",
    summary="网格是否无缝铺满 · Does the grid tile?",
    responses={**answer(200, CoverageReport, "覆盖报告 · The report"), **refusals(400, 401, 404, 422, 429, 503)},
)
def coverage_report(request: Request, visitor: AskedBy, uow: Reading, *, scheme: SchemeKey = None, on: On = None) -> Response:
    """Every gap, overlap and unmatched edge of every level on a day, each with its place and area; none = the grid tiles."""
    limiter_of(request).hit("report", visitor.counted_as)
    day = on or settings_of(request).today()
    return JSONResponse(service.coverage_report(uow, scheme=scheme, on=day, language=language_of(request)))
