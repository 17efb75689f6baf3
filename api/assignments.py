"""`/assignments`: who is in charge of what."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from api.asker import AskedBy, Reading, SignedIn, limiter_of, settings_of
from api.documents import answer, refusals
from api.paging import Cursor, Limit, after, page
from api.parameters import KnownAt, KnownParameters, On, SchemeKey
from api.schemas_people import AssignmentList
from gridgov.grids.reading_store import Moment
from gridgov.people import charge_service
from gridgov.people.charge_store import AssignmentFilter

router = APIRouter(prefix="/assignments", tags=["people in charge"], dependencies=[KnownParameters])

CellCode = Annotated[str | None, Query(description="Code of a cell: those in charge of it.", min_length=1, max_length=200, examples=["330802101203"])]
PersonId = Annotated[str | None, Query(description="Id of a person: what they are in charge of.", min_length=1, max_length=200, examples=["wang-jg"])]


@router.get(
    "",
    summary="责任人列表 · Who is in charge",
    responses={**answer(200, AssignmentList, "当日在任 · In force on the day"), **refusals(400, 401, 404, 422, 429, 503)},
)
def list_assignments(
    request: Request,
    account: SignedIn,
    visitor: AskedBy,
    uow: Reading,
    *,
    cell: CellCode = None,
    person: PersonId = None,
    scheme: SchemeKey = None,
    on: On = None,
    known_at: KnownAt = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """The assignments in force on a day as known at a time, by cell code. Signed in only: they name people."""
    limiter_of(request).hit("people", visitor.counted_as)
    key = after(cursor, str, int)
    asked = AssignmentFilter(cell, person, None if key is None else (str(key[0]), int(key[1])), limit + 1)
    moment = Moment(on or settings_of(request).today(), known_at)
    found = charge_service.list_assignments(uow, scheme, moment, asked)
    return JSONResponse(page(found, limit, lambda item: (item["cell"], item["id"])).as_json())
