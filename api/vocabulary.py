"""`/vocabulary`: the words a siting question may use, those of the lists in force among them."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.asker import Reading, SignedIn, settings_of
from api.documents import answer, refusals
from api.parameters import KnownParameters, On
from api.reading import Counted
from api.schemas_siting import Vocabulary
from gridgov.admission import check_list_service

router = APIRouter(prefix="/vocabulary", tags=["siting checks"], dependencies=[KnownParameters, Counted])


@router.get(
    "",
    summary="校验用词 · The words of a question",
    responses={
        **answer(200, Vocabulary, "建设性质、有限人为活动、污染物与燃料 · Actions, activities, pollutants, fuels"),
        **refusals(400, 401, 413, 422, 429, 503),
    },
)
def vocabulary(request: Request, account: SignedIn, uow: Reading, *, on: On = None) -> Response:
    """The usual words and those the lists in force on the day name; a list's own word is answered by the list alone. Signed in only."""
    return JSONResponse(check_list_service.words_in_force(uow, on or settings_of(request).today()))
