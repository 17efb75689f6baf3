"""`/me`: who I am and which cells are mine."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.asker import AskedBy, Reading, SignedIn, limiter_of, settings_of
from api.documents import answer, refusals
from api.parameters import KnownAt, KnownParameters, On
from api.schemas_people import Me
from gridgov.people import charge_service
from gridgov.zones.disclosure import tier_of
from gridgov.zones.visible_store import Reader

router = APIRouter(prefix="/me", tags=["people in charge"], dependencies=[KnownParameters])


@router.get(
    "", summary="我的网格 · My cells", responses={**answer(200, Me, "本人及所负责的网格 · Oneself and one's cells"), **refusals(400, 401, 422, 429, 503)}
)
def read_me(request: Request, account: SignedIn, visitor: AskedBy, uow: Reading, *, on: On = None, known_at: KnownAt = None) -> Response:
    """The account with the cells its person is in charge of, stand-ins included: duties, neighbours, zones, and who is above.

    An account that is nobody's gets the cell it is bound to and those below, without anything held.
    """
    limiter_of(request).hit("people", visitor.counted_as)
    reader = Reader(tier_of(account.role), on or settings_of(request).today(), known_at)
    return JSONResponse(charge_service.my_cells(uow, account, reader))
