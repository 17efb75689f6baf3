"""`/basemap`: tiles of the installation's own base map, public and without any data of the office in them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from api.asker import address_of, limiter_of
from api.documents import refusals
from api.parameters import KnownParameters
from layers.base_map_cache import BaseMap
from layers.base_map_grid import Tile

router = APIRouter(prefix="/basemap", tags=["map"], dependencies=[KnownParameters])

Number = Annotated[str, Path(pattern=r"^(0|[1-9][0-9]{0,7})$", description="Number of the tile in the usual web mercator scheme.", examples=["11"])]
Version = Annotated[str | None, Query(pattern=r"^[0-9a-f]{12}$", description="Version of the tiles, from `/installation`: with it they are kept for a year.")]

_KEEP, _ASK_AGAIN = "public, max-age=31536000, immutable", "public, no-cache"
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "瓦片 · The tile, 256 x 256", "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
    204: {"description": "此处没有底图 · Nothing to show here"},
    304: {"description": "未变 · As it was"},
}


def base_map_of(request: Request) -> BaseMap:
    """The base map of this installation."""
    found: BaseMap = request.app.state.base_map
    return found


@router.get(
    "/{name}/{z}/{x}/{y}.png",
    summary="底图瓦片 · A tile of the base map",
    responses={**_ANSWERS, **refusals(400, 404, 422, 429)},
    response_class=Response,
)
def base_map_tile(request: Request, *, name: Literal["relief"], z: Number, x: Number, y: Number, v: Version = None) -> Response:
    """Hillshade, tint of the land cover, water. 204 outside the rasters; only tiles that must be rendered count against the allowance."""
    base_map, tile = base_map_of(request), Tile(int(z), int(x), int(y))
    standing = base_map.standing()
    version = standing[0] if standing else "none"
    headers = {"Cache-Control": _KEEP if v == version else _ASK_AGAIN, "ETag": f'"{name}-{version}-{z}-{x}-{y}"', "Vary": "Accept-Encoding"}
    if headers["ETag"] in (part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    found = base_map.tile(tile, before_rendering=lambda: limiter_of(request).hit("basemap", f"address:{address_of(request)}"))
    return Response(found, 200, headers, "image/png") if found else Response(status_code=204, headers=headers)
