"""A redraw as it is asked for: read strictly from JSON. Whether the grid allows it is for the engine and the service to say. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from gridgov.errors import Fault, Refused
from gridgov.grids.importing import LONGEST_CODE, is_plain
from gridgov.grids.operation import MOST_OPERATIONS, Operation, parse_operations

LONGEST_REASON: Final = 2_000
LONGEST_DOCUMENT: Final = 500
LONGEST_NOTE: Final = 2_000
_KNOWN: Final = ("scheme", "effective_from", "reason", "document", "base_revision", "operations", "successors", "version")
_FIRST_DAY: Final = date(1900, 1, 1)
_LAST_DAY: Final = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class RedrawRequest:
    """What is to be redrawn, from which day on, why, and by which document; the last two may still be blank in a draft.

    base_revision: the scheme's revision that was looked at, None = the present one. successors: code that ends -> code whose people it gets.
    version: the draft's version that was looked at, None = a new draft.
    """

    scheme: str | None
    effective_from: date
    reason: str
    document: str
    base_revision: int | None
    operations: tuple[Operation, ...]
    successors: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None


def parse_redraw(body: object) -> RedrawRequest:
    """The request of a JSON body. Raises Refused, InvalidGeometry, MalformedBody, TooLarge, each pointing at the fault."""
    if not isinstance(body, dict):
        raise _refused("", "an object is expected", "应为 JSON 对象")
    for key in body:
        if key not in _KNOWN:
            raise _refused(f"/{_escaped(key)}", f"a redraw has no such member; it has {', '.join(_KNOWN)}", f"没有这一项，可用：{'、'.join(_KNOWN)}")
    return RedrawRequest(
        scheme=_scheme(body),
        effective_from=_day(body),
        reason=_words(body, "reason", LONGEST_REASON),
        document=_words(body, "document", LONGEST_DOCUMENT),
        base_revision=_number(body, "base_revision", least=0),
        operations=parse_operations(body.get("operations", [])),
        successors=_successors(body),
        version=_number(body, "version", least=1),
    )


def parse_note(value: object) -> str | None:
    """What is said with a decision; None for nothing. Raises Refused."""
    return None if value is None else (_plain(value, "/note", LONGEST_NOTE) or None)


def _escaped(key: object) -> str:
    return str(key)[:64].replace("~", "~0").replace("/", "~1")


def _scheme(body: Mapping[str, Any]) -> str | None:
    value = body.get("scheme")
    if value is None:
        return None
    text = _plain(value, "/scheme", LONGEST_CODE)
    if not text:
        raise _refused("/scheme", "the key of a grid scheme is expected, or nothing for the administrative one", "应为网格体系标识，行政网格可不填")
    return text


def _day(body: Mapping[str, Any]) -> date:
    value = body.get("effective_from")
    wrong = _refused("/effective_from", "a day is needed from which on it is in force, as 2027-01-01", "须给出生效日期，格式如 2027-01-01")
    if not isinstance(value, str) or len(value) != len("2027-01-01"):
        raise wrong
    try:
        day = date.fromisoformat(value)
    except ValueError as exc:
        raise wrong from exc
    if not _FIRST_DAY <= day < _LAST_DAY:
        raise wrong
    return day


def _words(body: Mapping[str, Any], key: str, longest: int) -> str:
    value = body.get(key)
    return "" if value is None else _plain(value, f"/{key}", longest)


def _plain(value: object, pointer: str, longest: int) -> str:
    if not isinstance(value, str) or not is_plain(" ".join(value.split()), longest):
        raise _refused(pointer, f"a text of at most {longest} printable characters is expected", f"应为不超过 {longest} 个可见字符的文字")
    return " ".join(value.split())


def _number(body: Mapping[str, Any], key: str, *, least: int) -> int | None:
    value = body.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 2**31:
        raise _refused(f"/{key}", f"a whole number from {least} on is expected", f"应为不小于 {least} 的整数")
    return value


def _successors(body: Mapping[str, Any]) -> dict[str, str]:
    value = body.get("successors")
    if value is None:
        return {}
    if not isinstance(value, dict) or len(value) > MOST_OPERATIONS:
        raise _refused("/successors", "an object is expected: code that ends -> code that gets its people", "应为对象：终止的网格编码 -> 接收其人员的网格编码")
    return {_code(key, "/successors"): _code(code, f"/successors/{_escaped(key)}") for key, code in value.items()}


def _code(value: object, pointer: str) -> str:
    text = _plain(value, pointer, LONGEST_CODE)
    if not text:
        raise _refused(pointer, "the code of a cell is expected", "应为网格编码")
    return text


def _refused(pointer: str, en: str, zh: str) -> Refused:
    return Refused(f"The redraw cannot be read: {en}.", f"调整内容无法识别：{zh}。", faults=[Fault(pointer, en[0].upper() + en[1:] + ".", zh + "。")])
