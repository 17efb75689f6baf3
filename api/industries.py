"""`/industries`: the classification of industries, searched by name or code, for everybody."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from api.asker import address_of, limiter_of
from api.documents import answer, refusals
from api.paging import Limit
from api.parameters import KnownParameters
from api.schemas_industries import Industries
from gridgov.codes.industry_table import EDITION, Industry, industry_path, is_leaf, search_industries

router = APIRouter(prefix="/industries", tags=["siting checks"], dependencies=[KnownParameters])

Text = Annotated[str, Query(max_length=100, description="Part of a name, or the start of a code with or without its letter.", examples=["C261"])]
Parent = Annotated[str | None, Query(max_length=10, description="Only what stands below this code; directly below it without `q`.", examples=["C26"])]


@router.get(
    "",
    summary="国民经济行业分类 · The classification of industries",
    responses={**answer(200, Industries, "行业 · Industries that fit, best first"), **refusals(400, 422, 429)},
)
def industries(request: Request, *, q: Text = "", parent: Parent = None, limit: Limit = 100) -> Response:
    """GB/T 4754-2017 at every level: without anything the sections, by name or code those that fit, the very code or name first."""
    limiter_of(request).hit("search", f"address:{address_of(request)}")
    found = search_industries(q, parent=parent)
    return JSONResponse({"edition": EDITION, "items": [_item(one) for one in found[:limit]], "next": None, "more": len(found) > limit})


def _item(industry: Industry) -> dict[str, Any]:
    path = [{"code": one.code, "name": one.name} for one in industry_path(industry)]
    return {"code": industry.code, "name": industry.name, "level": industry.level, "path": path, "leaf": is_leaf(industry)}
