"""`/search`: by name or code, among everything the asker may know of."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from api.asker import AskedBy, Reading, limiter_of
from api.documents import answer, refusals
from api.parameters import KnownParameters
from api.problems import language_of
from api.reading import AskedReader
from api.schemas_here import SearchAnswer
from gridgov.admission import search_service
from gridgov.admission.disclosure import Asker
from gridgov.admission.search_service import SearchAsked

router = APIRouter(prefix="/search", tags=["grid"], dependencies=[KnownParameters])

Sought = Annotated[str, Query(description="Part of a name, or the beginning of a code; in any width or case.", min_length=1, max_length=100, examples=["双溪"])]
Most = Annotated[int, Query(ge=1, le=50, description="Items of each kind, 1 to 50.", examples=[10])]


@router.get(
    "",
    summary="查找网格、分区、图层、人员与项目 · Search",
    responses={**answer(200, SearchAnswer, "按类别列出 · What was found, by kind"), **refusals(400, 401, 422, 429, 503)},
)
def search(request: Request, visitor: AskedBy, uow: Reading, asker: AskedReader, *, q: Sought, limit: Most = 10) -> Response:
    """Cells, zones and layers for everybody, as disclosed; people and projects (one's own, for supervisors all) for those signed in."""
    limiter_of(request).hit("search", visitor.counted_as)
    who = None if visitor.account is None else Asker(visitor.account.username, visitor.account.role)
    return JSONResponse(search_service.search(uow, asker, SearchAsked(q, limit, who, language_of(request))))
