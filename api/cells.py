"""`/schemes` and `/cells`: the grid to those who read it."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from api.asker import AskedBy, Reading
from api.documents import answer, refusals
from api.paging import BBox, Cursor, Limit, after, page
from api.parameters import KnownParameters, SchemeKey
from api.reading import AskedMoment, AskedReader, CodeInPath, Counted, Geometry, LevelKey, SearchText
from api.schemas_grid import CellDetail, CellHistory, CellPage, SchemePage
from api.schemas_layers import ZoneInCellPage
from gridgov.grids import reading_service
from gridgov.grids.naming_store import CellName
from gridgov.grids.reading_service import CellsAsked
from gridgov.people import cell_service
from gridgov.redraws import history_service
from gridgov.zones import reading_service as zone_reading

router = APIRouter(tags=["grid"], dependencies=[KnownParameters, Counted])

Parent = Annotated[str | None, Query(description="Code of a cell: those right below it.", min_length=1, max_length=200, examples=["330802101000"])]


@router.get(
    "/schemes",
    summary="网格体系 · Grid schemes",
    responses={**answer(200, SchemePage, "网格体系与层级 · Schemes and their levels"), **refusals(400, 401, 429, 503)},
)
def list_schemes(uow: Reading) -> Response:
    """Every scheme with its levels, top level first, and the days on which its cells change."""
    return JSONResponse({"items": reading_service.list_schemes(uow), "next": None})


@router.get(
    "/cells",
    summary="网格列表 · Cells",
    responses={**answer(200, CellPage, "网格 · The cells"), **refusals(400, 401, 404, 422, 429, 503)},
)
def list_cells(
    uow: Reading,
    moment: AskedMoment,
    *,
    scheme: SchemeKey = None,
    level: LevelKey = None,
    parent: Parent = None,
    bbox: BBox,
    q: SearchText = None,
    geometry: Geometry = "none",
    limit: Limit = 100,
    cursor: Cursor,
) -> Response:
    """Cells in force on a day, upper levels first, then by code. Without level, parent and q: the top level."""
    key = after(cursor, str, str)
    asked = CellsAsked(scheme, level, parent, bbox, q, geometry, None if key is None else (str(key[0]), str(key[1])), limit)
    items = reading_service.list_cells(uow, moment, asked)
    return JSONResponse(page(items, limit, lambda item: (item["level"], item["code"])).as_json())


@router.get(
    "/cells/{code}",
    summary="网格详情 · One cell",
    responses={
        **answer(200, CellDetail, "网格及其责任人 · The cell, what is around it, its people"),
        **refusals(400, 401, 404, 409, 422, 429, 503),
    },
)
def read_cell(
    visitor: AskedBy, uow: Reading, code: CodeInPath, moment: AskedMoment, *, scheme: SchemeKey = None, level: LevelKey = None, geometry: Geometry = "none"
) -> Response:
    """A cell with what it belongs to, what lies beside it and who answers for it. Several cells of one code: 409 with `candidates`.

    Names of people only for those signed in.
    """
    name = CellName(code, scheme, level)
    return JSONResponse(cell_service.describe_cell(uow, name, moment, detail=geometry, named=visitor.account is not None))


@router.get(
    "/cells/{code}/history",
    summary="网格沿革 · A cell's history",
    responses={**answer(200, CellHistory, "各版本及其变更 · Every version and what recorded it"), **refusals(400, 401, 404, 409, 422, 429, 503)},
)
def read_cell_history(uow: Reading, code: CodeInPath, *, scheme: SchemeKey = None, level: LevelKey = None) -> Response:
    """Every version there ever was, with the days it was in force and the time it was known, and the cells it came of and became."""
    return JSONResponse(history_service.cell_history(uow, CellName(code, scheme, level)))


@router.get(
    "/cells/{code}/zones",
    summary="网格内的管控分区 · Zones in a cell",
    responses={
        **answer(200, ZoneInCellPage, "分区及其在网格内的面积 · Zones, and how much lies in the cell"),
        **refusals(400, 401, 404, 409, 422, 429, 503),
    },
)
def list_zones_in_cell(
    uow: Reading, code: CodeInPath, asker: AskedReader, *, scheme: SchemeKey = None, level: LevelKey = None, limit: Limit = 100, cursor: Cursor
) -> Response:
    """Zones in force on the day with ground in the cell, by layer, the largest part first; figures on the ellipsoid."""
    key = after(cursor, str, int, str)
    found = zone_reading.zones_in_cell(uow, asker, CellName(code, scheme, level), after=None if key is None else (str(key[0]), int(key[1]), str(key[2])))
    return JSONResponse(page(found, limit, zone_reading.part_key).as_json())
