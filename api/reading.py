"""What every reading route asks first: is the asker within their allowance, which day, and what of the layers may they know."""

from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Path, Query, Request

from api.asker import AskedBy, limiter_of, settings_of
from api.parameters import KnownAt, On
from api.strict_json import storable
from gridgov.errors import NotFound
from gridgov.grids.reading_store import Moment
from gridgov.zones.disclosure import tier_of
from gridgov.zones.visible_store import Reader

_LONGEST_CODE = 200


def counted(request: Request, visitor: AskedBy) -> None:
    """Counts a reading request; raises SlowDown beyond the allowance."""
    limiter_of(request).hit("read", visitor.counted_as)


def day_asked(request: Request, on: On = None) -> date:
    """The day the answer speaks of."""
    return on or settings_of(request).today()


def moment_asked(day: Annotated[date, Depends(day_asked)], known_at: KnownAt = None) -> Moment:
    """The day, and as known when."""
    return Moment(day, known_at)


def reader(visitor: AskedBy, day: Annotated[date, Depends(day_asked)]) -> Reader:
    """Who asks about the layers of which day."""
    return Reader(tier_of(None if visitor.account is None else visitor.account.role), day)


def reader_as_known(asker: Annotated[Reader, Depends(reader)], moment: Annotated[Moment, Depends(moment_asked)]) -> Reader:
    """The same, as known at a time."""
    return Reader(asker.tier, moment.on, moment.known_at)


def path_text(text: str) -> str:
    """A code or key of an address; what no text column can hold names nothing."""
    if not storable(text):
        raise NotFound("There is nothing at this address.", "此地址没有内容。")
    return text


def _code(code: Annotated[str, Path(description="The code.", max_length=_LONGEST_CODE, examples=["330802101203"])]) -> str:
    return path_text(code)


def _zone_code(code: Annotated[str, Path(description="The zone's code.", max_length=_LONGEST_CODE, examples=["HX-0007"])]) -> str:
    return path_text(code)


def _layer(layer: Annotated[str, Path(description="Key of the layer.", max_length=_LONGEST_CODE, examples=["ecological-red-line"])]) -> str:
    return path_text(layer)


Counted = Depends(counted)
AskedMoment = Annotated[Moment, Depends(moment_asked)]
AskedReader = Annotated[Reader, Depends(reader)]
AskedReaderAsKnown = Annotated[Reader, Depends(reader_as_known)]
CodeInPath = Annotated[str, Depends(_code)]
ZoneCodeInPath = Annotated[str, Depends(_zone_code)]
LayerInPath = Annotated[str, Depends(_layer)]
LevelKey = Annotated[str | None, Query(description="Key of the level.", min_length=1, max_length=64, examples=["village"])]
SearchText = Annotated[
    str | None, Query(description="The name contains it or the code begins with it; in any width or case.", min_length=1, max_length=100, examples=["双溪"])
]
Geometry = Annotated[
    Literal["none", "simplified", "full"],
    Query(description="`simplified`: to look at, thinned to the view; neighbours stay neighbours. `full`: as stored."),
]
