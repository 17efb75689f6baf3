"""`/tiles`: the grid and the zones as Mapbox vector tiles, for the map of this project and for any other."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from api.asker import AskedBy, Reading, Visitor, limiter_of, settings_of
from api.documents import answer, refusals
from api.parameters import KnownParameters, On, SchemeKey
from api.schemas_tiles import TILE_CONTENT, TileJson
from api.tile_cache import PackedTile, TileCache
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotFound
from gridgov.geo.mercator import HIGHEST_ZOOM, tile_box
from gridgov.grids import shape_service as cell_shapes
from gridgov.grids.drawing import Drawn, Plan
from gridgov.zones import shape_service as zone_shapes
from gridgov.zones.disclosure import tier_of
from gridgov.zones.drawing import DrawnEdition

router = APIRouter(prefix="/tiles", tags=["map"], dependencies=[KnownParameters])

CELLS = "cells"
MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
# Where the addresses in a TileJSON document point.
_HOME = "/api/v1/tiles"
_TEXT = {"code": "String", "name": "String"}

LayerKey = Annotated[str, Path(description="`cells`, or the key of a layer of zones.", max_length=64, examples=["cells"])]
Version = Annotated[str | None, Query(description="The state as the TileJSON document named it.", max_length=64)]


@dataclass(frozen=True, slots=True)
class Place:
    """A tile's place."""

    z: int
    x: int
    y: int


def place_of(z: Annotated[int, Path(ge=0, le=HIGHEST_ZOOM)], x: Annotated[int, Path(ge=0)], y: Annotated[int, Path(ge=0)]) -> Place:
    """The place; raises NotFound where the world has no tile."""
    if x >= 2**z or y >= 2**z:
        raise NotFound(f"There is no tile {x}/{y} at zoom {z}.", f"缩放级别 {z} 没有瓦片 {x}/{y}。")
    return Place(z, x, y)


def counted(request: Request, visitor: AskedBy) -> Visitor:
    """Who asks, within their allowance."""
    limiter_of(request).hit("tile", visitor.counted_as)
    return visitor


def cache_of(request: Request) -> TileCache:
    """The tiles kept in this process."""
    found: TileCache = request.app.state.tile_cache
    return found


Counted = Annotated[Visitor, Depends(counted)]
Cache = Annotated[TileCache, Depends(cache_of)]


@router.get(
    "/{layer}.json",
    summary="瓦片说明 · Where the tiles of a layer are",
    responses={**answer(200, TileJson, "TileJSON 3"), **refusals(400, 401, 404, 422, 429, 503)},
)
def tile_json(request: Request, visitor: Counted, uow: Reading, layer: LayerKey, *, on: On = None, scheme: SchemeKey = None) -> Response:
    """What is in the tiles on a day, and the address to ask for them: 404 for a layer not in force then, or not for this asker."""
    day = on or settings_of(request).today()
    state = _state(uow, visitor, layer, scheme, day)
    named = {"scheme": state.key} if isinstance(state, Drawn) else {}
    query = urlencode({**named, "on": day.isoformat(), "v": state.version})
    return JSONResponse(_document(layer, state, query), headers={"Cache-Control": "private, no-cache"})


@router.get(
    "/{layer}/{z}/{x}/{y}.mvt",
    summary="矢量瓦片 · A vector tile",
    responses={
        200: {"description": "矢量瓦片，空瓦片为零字节 · The tile; no byte when it is empty", "content": TILE_CONTENT},
        304: {"description": "未变 · Not changed"},
        **refusals(400, 401, 404, 422, 429, 503),
    },
    response_class=Response,
)
def vector_tile(
    request: Request,
    visitor: Counted,
    uow: Reading,
    cache: Cache,
    layer: LayerKey,
    place: Annotated[Place, Depends(place_of)],
    *,
    on: On = None,
    scheme: SchemeKey = None,
    v: Version = None,
) -> Response:
    """Cells: a layer a level shown at the zoom. Zones: `zone`. Both with `label`, one point each. Gzip, where the client reads it."""
    day = on or settings_of(request).today()
    state = _state(uow, visitor, layer, scheme, day)
    is_public = isinstance(state, Drawn) or state.is_shown_to("anonymous")
    found = _tile(uow, cache, state, place, day)
    return _answer(found, request.headers, kept="max-age=3600" if is_public and v == state.version else "no-cache" if is_public else "no-store")


# What has a GET has a HEAD; the server leaves the body out.
router.add_api_route("/{layer}.json", tile_json, methods=["HEAD"], include_in_schema=False)
router.add_api_route("/{layer}/{z}/{x}/{y}.mvt", vector_tile, methods=["HEAD"], include_in_schema=False)


def _state(uow: UnitOfWork, visitor: Visitor, layer: str, scheme: str | None, day: date) -> Drawn | DrawnEdition:
    if layer == CELLS:
        return cell_shapes.drawn_state(uow, scheme, day)
    role = None if visitor.account is None else visitor.account.role
    return zone_shapes.drawn_edition(uow, layer, day, tier_of(role))


def _tile(uow: UnitOfWork, cache: TileCache, state: Drawn | DrawnEdition, place: Place, day: date) -> PackedTile:
    box, zoom = tile_box(place.z, place.x, place.y), place.z
    if isinstance(state, Drawn):
        return cache.tile(
            (state.version, day),
            place,
            lambda: cell_shapes.tile_contents(uow, state, zoom, box, day),
            lambda shown: cell_shapes.tile_body(uow, zoom, box, shown),
        )
    return cache.tile(
        state.version, place, lambda: zone_shapes.tile_contents(uow, state, zoom, box), lambda shown: zone_shapes.tile_body(uow, zoom, box, shown)
    )


def _answer(tile: PackedTile, asked: Mapping[str, str], *, kept: str) -> Response:
    packed = bool(tile.packed) and _reads_gzip(asked.get("accept-encoding", ""))
    etag = f'"{tile.etag}"' if packed or not tile.packed else f'"{tile.etag}-plain"'
    headers = {"ETag": etag, "Cache-Control": f"private, {kept}", "Vary": "Accept-Encoding, Authorization, Cookie"}
    if _is_known(asked.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(tile.packed if packed or not tile.packed else gzip.decompress(tile.packed), media_type=MEDIA_TYPE, headers=headers)


def _reads_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        name, _, quality = part.replace(" ", "").partition(";q=")
        if name in ("gzip", "*"):
            return quality.strip("0.") != "" if quality else True
    return False


def _is_known(held: str, etag: str) -> bool:
    return held.strip() == "*" or etag in (part.strip().removeprefix("W/") for part in held.split(","))


def _document(layer: str, state: Drawn | DrawnEdition, query: str) -> dict[str, Any]:
    box: Plan | DrawnEdition = state.plan if isinstance(state, Drawn) else state
    if isinstance(state, Drawn):
        inside = [_inside(state.levels[rank], _TEXT, zoom) for rank, zoom in state.shown_from().items()]
        inside.append(_inside("label", {"level": "String", **_TEXT}))
    else:
        inside = [_inside("zone", {**dict.fromkeys(state.attributes, "String"), **_TEXT}), _inside("label", _TEXT)]
    return {
        "tilejson": "3.0.0",
        "name": layer,
        "tiles": [f"{_HOME}/{layer}/{{z}}/{{x}}/{{y}}.mvt?{query}"],
        "scheme": "xyz",
        "minzoom": 0,
        "maxzoom": HIGHEST_ZOOM,
        "bounds": [box.west, box.south, box.east, box.north],
        "vector_layers": inside,
        "v": state.version,
    }


def _inside(key: str, fields: Mapping[str, str], minzoom: int = 0) -> dict[str, Any]:
    return {"id": key, "fields": dict(fields), "minzoom": minzoom, "maxzoom": HIGHEST_ZOOM}
