"""`/grid-arcs`: cells as the boundaries they share, for an editor."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from api.asker import Reading, SignedIn, settings_of
from api.documents import answer, refusals
from api.paging import BBox
from api.parameters import KnownParameters, On, SchemeKey
from api.reading import Counted
from api.schemas_redraws import ArcDocument
from gridgov.errors import Fault, Refused, TooLarge
from gridgov.grids.importing import LONGEST_CODE
from gridgov.redraws import arc_service

router = APIRouter(prefix="/grid-arcs", tags=["redraws"], dependencies=[KnownParameters])

Cells = Annotated[
    str | None, Query(description="Codes of leaf cells, divided by commas; at most 400.", min_length=1, max_length=8000, examples=["330802101201,330802101202"])
]


@dataclass(frozen=True, slots=True)
class Piece:
    """Which cells are asked for: by code, and by a box (west, south, east, north) that they meet."""

    codes: tuple[str, ...]
    box: tuple[float, float, float, float] | None


def piece_asked(bbox: BBox, cells: Cells = None) -> Piece:
    """The piece of the grid. Raises Refused when neither cells nor a box are named, TooLarge for too many codes."""
    codes = tuple(dict.fromkeys(code.strip() for code in (cells or "").split(",") if code.strip()))
    if not codes and bbox is None:
        en, zh = "name leaf cells by `cells`, or a box by `bbox`", "请用 cells 给出末级网格编码，或用 bbox 给出范围"
        raise Refused(f"Which cells? {en[0].upper()}{en[1:]}.", f"未指明网格：{zh}。", faults=[Fault("cells", en, zh)])
    if len(codes) > arc_service.MOST_CELLS or any(len(code) > LONGEST_CODE for code in codes):
        raise TooLarge(f"At most {arc_service.MOST_CELLS} codes of at most {LONGEST_CODE} characters.", f"最多 {arc_service.MOST_CELLS} 个编码。")
    return Piece(codes, None if bbox is None else (bbox.west, bbox.south, bbox.east, bbox.north))


PieceAsked = Depends(piece_asked)


@router.get(
    "",
    summary="网格的共用界线 · Shared arcs of the grid",
    responses={**answer(200, ArcDocument, "网格的共用界线 · Cells as shared arcs"), **refusals(400, 401, 404, 413, 422, 429, 503)},
    dependencies=[Counted],
)
def read_grid_arcs(
    request: Request, account: SignedIn, piece: Annotated[Piece, PieceAsked], uow: Reading, *, scheme: SchemeKey = None, on: On = None
) -> Response:
    """Leaf cells in force on a day and all that touch them: every boundary once, as whole numbers, with the cells on its two sides.

    At most 400 cells. Signed in only.
    """
    day = on or settings_of(request).today()
    return JSONResponse(arc_service.arcs_in_force(uow, scheme, day, codes=piece.codes, box=piece.box))
