"""`/health`: can the service work at this moment?"""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.asker import database_of
from api.documents import answer, refusals
from api.parameters import KnownParameters
from api.schemas import Health
from gridgov import __version__

router = APIRouter(tags=["service"], dependencies=[KnownParameters])


@router.get("/health", summary="服务状态 · Can the service work?", responses={**answer(200, Health, "正常 · It can"), **refusals(400, 503)})
def health(request: Request) -> Response:
    """200 when the database answers; 503 with Retry-After when it does not. Tells nothing else."""
    with database_of(request).unit_of_work("health", read_only=True) as uow:
        uow.now()
    return JSONResponse({"status": "ok", "version": __version__})
