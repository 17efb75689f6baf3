"""Lists a page at a time: the limit, the cursor that goes on where a page ended, and the box a list may be narrowed to.

A cursor is the key of the last item given, not a position: what is added or taken away meanwhile neither repeats nor drops an item.
It is no secret and grants nothing: a made-up one asks for another place of a list that its asker may read anyway.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query

from api.parameters import number
from api.strict_json import storable
from gridgov.errors import Fault, Refused
from gridgov.grids.area import Box

MOST_ITEMS = 1000
_MOST_CURSOR = 2000
_LARGEST = 2**63

KeyPart = str | int
Key = tuple[KeyPart, ...]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list. next: the cursor of the part that follows, None = this is the end."""

    items: list[Any]
    next: str | None

    def as_json(self) -> dict[str, Any]:
        """The members every list answers with."""
        return {"items": self.items, "next": self.next}


def page(items: Sequence[Item], limit: int, key: Callable[[Item], Key]) -> Page:
    """The first `limit` of the items; a cursor behind the last of them when there are more.

    items: in the order of their keys, one more than `limit` when there are that many. key: texts and whole numbers that no two items share.
    """
    given = list(items[:limit])
    return Page(given, write_cursor(key(given[-1])) if len(items) > limit else None)


def write_cursor(key: Key) -> str:
    """A key as the opaque text of a cursor."""
    return urlsafe_b64encode(json.dumps(key, ensure_ascii=False, separators=(",", ":")).encode()).decode().rstrip("=")


def after(cursor: Key | None, *kinds: type[KeyPart]) -> Key | None:
    """The key to go on behind, None = from the beginning. kinds: what this list's key is made of.

    Raises Refused for the cursor of another list.
    """
    if cursor is not None and tuple(type(part) for part in cursor) != kinds:
        raise no_cursor()
    return cursor


def read_cursor(text: str) -> Key:
    """The key inside a cursor. Raises Refused for what no list gave out."""
    try:
        found = json.loads(urlsafe_b64decode((text + "=" * (-len(text) % 4)).encode("ascii")))
    except (ValueError, RecursionError) as exc:
        raise no_cursor() from exc
    if not isinstance(found, list) or not all(_is_part(part) for part in found):
        raise no_cursor()
    return tuple(found)


def no_cursor() -> Refused:
    """The refusal of a cursor that this list did not give out."""
    en, zh = "is no cursor of this list; leave it out to begin anew", "不是本列表的翻页标记，省略该参数即从头开始"
    return Refused(f"The cursor {en}.", f"翻页标记无效：{zh}。", faults=[Fault("cursor", en, zh)])


def read_bbox(text: str) -> Box:
    """A box from `west,south,east,north` in degrees. Raises Refused."""
    try:
        west, south, east, north = (number(part.strip()) for part in text.split(","))
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ValueError
    except (ValueError, Refused) as exc:
        en, zh = "must be a box west,south,east,north in degrees such as 118.8,28.9,118.9,29.0", "应为“西,南,东,北”四个度数，如 118.8,28.9,118.9,29.0"
        raise Refused(f"The box {en}.", f"范围无效：{zh}。", faults=[Fault("bbox", en, zh)]) from exc
    return Box(west, south, east, north)


def _is_part(value: Any) -> bool:
    if isinstance(value, str):
        return storable(value)
    return type(value) is int and -_LARGEST <= value < _LARGEST


def _cursor(
    cursor: Annotated[str | None, Query(description="`next` of the page before; from the beginning when left out.", max_length=_MOST_CURSOR)] = None,
) -> Key | None:
    return None if cursor is None else read_cursor(cursor)


def _bbox(
    bbox: Annotated[
        str | None, Query(description="West, south, east, north in degrees: only what this box meets.", max_length=200, examples=["118.8,28.9,118.9,29.0"])
    ] = None,
) -> Box | None:
    return None if bbox is None else read_bbox(bbox)


Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Items a page, 1 to 1000.", examples=[100])]
# Given without a default: `*, cursor: Cursor, bbox: BBox, limit: Limit = 100`.
Cursor = Annotated[Key | None, Depends(_cursor)]
BBox = Annotated[Box | None, Depends(_bbox)]
