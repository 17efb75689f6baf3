"""`/installation`: what a map needs to know before it can begin, for everybody."""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.asker import Reading, settings_of
from api.basemap import base_map_of
from api.documents import answer, refusals
from api.parameters import KnownParameters
from api.schemas_installation import Installation
from gridgov import __version__
from gridgov.grids import installation_service
from gridgov.settings import Settings
from layers.base_map_cache import BaseMap
from layers.base_map_tile import DEEPEST_ZOOM, LOWEST_ZOOM

router = APIRouter(prefix="/installation", tags=["map"], dependencies=[KnownParameters])

# Kinds of projects as environmental impact forms name them (建设性质).
ACTIONS: Final = (
    {"key": "new", "zh": "新建", "en": "New"},
    {"key": "rebuild", "zh": "改建", "en": "Rebuilding"},
    {"key": "expand", "zh": "扩建", "en": "Expansion"},
    {"key": "relocate", "zh": "迁建", "en": "Relocation"},
)
TILES: Final = "/api/v1/basemap/relief/{z}/{x}/{y}.png"
_WMTS_ZOOMS: Final = (1, 18)


@router.get(
    "",
    summary="系统概况 · What is installed here",
    responses={**answer(200, Installation, "网格体系、底图与当日 · Schemes, base maps and the day"), **refusals(400, 401, 503)},
)
def installation(request: Request, uow: Reading) -> Response:
    """Version, day, area of use, grid schemes with the days on which they change, base maps, and the words for kinds of projects."""
    settings = settings_of(request)
    return JSONResponse(
        {
            "version": __version__,
            "sample": bool(request.app.state.sample),
            "today": settings.today().isoformat(),
            "timezone": settings.timezone,
            "language": settings.language,
            **installation_service.describe(uow),
            "basemap": {"local": _local(base_map_of(request), TILES), "wmts": _wmts(settings)},
            "map_approval": settings.map_approval,
            "actions": ACTIONS,
        }
    )


def _local(base_map: BaseMap, tiles: str) -> list[dict[str, Any]]:
    standing = base_map.standing()
    if standing is None:
        return []
    version, box = standing
    return [
        {
            "key": "relief",
            "title_zh": "地形晕渲",
            "title_en": "Relief",
            "url": f"{tiles}?v={version}",
            "min_zoom": LOWEST_ZOOM,
            "max_zoom": DEEPEST_ZOOM,
            "bbox": [round(value, 7) for value in box],
        }
    ]


def _wmts(settings: Settings) -> dict[str, Any] | None:
    if settings.wmts_url is None:
        return None
    low, high = _WMTS_ZOOMS
    return {"url": settings.wmts_url, "attribution": settings.wmts_attribution, "min_zoom": low, "max_zoom": high}
