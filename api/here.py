"""`/here`: everything known of a place, and what is not."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.asker import AskedBy, Reading
from api.documents import answer, refusals
from api.locate import Latitude, Longitude
from api.parameters import KnownParameters, SchemeKey
from api.reading import AskedReaderAsKnown, Counted
from api.schemas_here import Here
from gridgov.admission import here_service
from gridgov.admission.here_service import HereAsked

router = APIRouter(prefix="/here", tags=["grid"], dependencies=[KnownParameters, Counted])


@router.get(
    "",
    summary="此处情况 · What holds here",
    responses={**answer(200, Here, "网格、责任人、管控分区及缺失信息 · Cells, people, zones and what is missing"), **refusals(400, 401, 404, 422, 429, 503)},
)
def read_here(visitor: AskedBy, uow: Reading, asker: AskedReaderAsKnown, *, lon: Longitude, lat: Latitude, scheme: SchemeKey = None) -> Response:
    """The cells over a point with their people, the zones there with the clauses that speak of them, and what is not known.

    A layer is `clear` only where it is complete and has no zone. Names of people only for those signed in, layers as disclosed to the asker.
    """
    return JSONResponse(here_service.here(uow, asker, HereAsked(lon, lat, scheme, visitor.account is not None)))
