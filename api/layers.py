"""`/layers` and `/zones`: layers, their editions and their zones, each as far as it is disclosed to the asker."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from api.asker import Reading
from api.documents import answer, refusals
from api.paging import BBox, Cursor, Limit, after, page
from api.parameters import KnownParameters
from api.reading import AskedReader, Counted, Geometry, LayerInPath, SearchText, ZoneCodeInPath
from api.schemas_layers import LayerItem, LayerPage, ZoneDetail, ZonePage
from gridgov.admission import here_service
from gridgov.admission.here_service import ZoneAsked
from gridgov.zones import reading_service
from gridgov.zones.reading_service import ZonesAsked

router = APIRouter(tags=["layers"], dependencies=[KnownParameters, Counted])

LayerKey = Annotated[str, Query(description="Key of the layer.", min_length=1, max_length=200, examples=["ecological-red-line"])]
EditionName = Annotated[str | None, Query(description="Name of an edition; the one in force on the day when left out.", min_length=1, max_length=100)]


@router.get(
    "/layers",
    summary="图层目录 · Layers",
    responses={**answer(200, LayerPage, "图层及其版本 · Layers and their editions"), **refusals(400, 401, 422, 429, 503)},
)
def list_layers(uow: Reading, asker: AskedReader) -> Response:
    """Every layer ever registered with its editions, as far as the asker may know of it."""
    return JSONResponse({"items": reading_service.list_layers(uow, asker), "next": None})


@router.get(
    "/layers/{layer}",
    summary="图层详情 · One layer",
    responses={**answer(200, LayerItem, "图层及其版本 · The layer and its editions"), **refusals(400, 401, 404, 422, 429, 503)},
)
def read_layer(uow: Reading, layer: LayerInPath, asker: AskedReader) -> Response:
    """One layer with its editions."""
    return JSONResponse(reading_service.describe_layer(uow, asker, layer))


@router.get(
    "/zones",
    summary="管控分区列表 · Zones of a layer",
    responses={**answer(200, ZonePage, "分区 · The zones"), **refusals(400, 401, 404, 422, 429, 503)},
)
def list_zones(
    uow: Reading,
    asker: AskedReader,
    *,
    layer: LayerKey,
    edition: EditionName = None,
    bbox: BBox,
    q: SearchText = None,
    geometry: Geometry = "none",
    limit: Limit = 100,
    cursor: Cursor,
) -> Response:
    """The zones of one edition by code. Of layers disclosed by name only: no places, and nothing in a box."""
    key = after(cursor, str)
    found = reading_service.list_zones(uow, asker, ZonesAsked(layer, edition, bbox, q, geometry, None if key is None else str(key[0]), limit))
    told = {"edition": None, "disclosure": None} if found.edition is None else {"edition": found.edition.edition, "disclosure": found.edition.disclosure}
    return JSONResponse(page(found.items, limit, lambda item: (item["code"],)).as_json() | told)


@router.get(
    "/zones/{layer}/{code:path}",
    summary="管控分区详情 · One zone",
    responses={**answer(200, ZoneDetail, "分区及适用条款 · The zone and the clauses that speak of it"), **refusals(400, 401, 404, 422, 429, 503)},
)
def read_zone(
    uow: Reading, layer: LayerInPath, code: ZoneCodeInPath, asker: AskedReader, *, edition: EditionName = None, geometry: Geometry = "none"
) -> Response:
    """A zone with the rules of lists in force on the day that speak of it, wherever those lists apply."""
    return JSONResponse(here_service.describe_zone(uow, asker, ZoneAsked(layer, code, edition, geometry)))
