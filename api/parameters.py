"""Reads queries and bodies strictly: unknown names, half-numbers, loose dates and foreign content types are refused, each by name."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from pydantic import BeforeValidator

from api import strict_json
from api.problems import UnknownParameter
from gridgov.errors import Fault, MalformedBody, Refused, UnknownFormat

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})")
_SPOOL_IN_MEMORY = 2_000_000


def number(text: str) -> float:
    """A decimal number. Raises Refused for everything else, NaN, Infinity, `1_000` and full-width digits included."""
    if not isinstance(text, str) or not _NUMBER.fullmatch(text) or abs(found := float(text)) == float("inf"):
        raise Refused("must be a decimal number such as 118.87", "应为十进制数，如 118.87")
    return found


def day(text: str) -> date:
    """A day as YYYY-MM-DD. Raises Refused for everything else, week dates and times included."""
    try:
        if not isinstance(text, str) or not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError as exc:
        raise Refused("must be a day written as 2026-11-22", "应为 2026-11-22 形式的日期") from exc


def instant(text: str) -> datetime:
    """A time with its zone (RFC 3339). Raises Refused without one."""
    try:
        if not isinstance(text, str) or not _TIME.fullmatch(text):
            raise ValueError
        return datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
    except ValueError as exc:
        raise Refused(
            "must be a time with its zone such as 2026-11-22T08:00:00Z (a + in a query is written %2B)",
            "应为带时区的时间，如 2026-11-22T08:00:00Z（查询串中的 + 应写作 %2B）",
        ) from exc


def _as_value_error(read: Any) -> BeforeValidator:
    """Pydantic keeps the cause of a ValueError: the handler finds both languages there."""

    def validate(value: Any) -> Any:
        try:
            return read(value) if isinstance(value, str) else value
        except Refused as exc:
            raise _Unreadable(exc) from exc

    return BeforeValidator(validate)


class _Unreadable(ValueError):
    """Carries a refusal through pydantic."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(refusal.en)
        self.refusal = refusal


Day = Annotated[date, _as_value_error(day)]
Instant = Annotated[datetime, _as_value_error(instant)]
Degrees = Annotated[float, _as_value_error(number)]

On = Annotated[Day | None, Query(description="The day the answer speaks of, YYYY-MM-DD; today when left out.", examples=["2026-11-22"])]
KnownAt = Annotated[Instant | None, Query(description="As known at this time (RFC 3339, with zone); now when left out.", examples=["2026-11-22T08:00:00Z"])]
SchemeKey = Annotated[str | None, Query(description="Key of the grid scheme; may be left out when there is one.", min_length=1, max_length=64)]


def known_parameters(request: Request) -> None:
    """Refuses (400) a query parameter the route does not have, one given twice, and one that is not UTF-8 text."""
    raw = request.scope.get("query_string", b"").decode("latin-1")
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=50)
    except (UnicodeDecodeError, ValueError) as exc:
        raise MalformedBody("The query is not UTF-8 text.", "查询参数不是 UTF-8 文本。") from exc
    known = _query_names(request.scope["route"].dependant)
    seen: set[str] = set()
    faults = []
    for name, value in pairs:
        if name not in known:
            faults.append(Fault(name, "unknown query parameter", "未知的查询参数"))
        elif name in seen:
            faults.append(Fault(name, "given twice", "重复给出"))
        elif not strict_json.storable(value):
            faults.append(Fault(name, "contains NUL", "含有 NUL 字符"))
        seen.add(name)
    if faults:
        listed = ", ".join(sorted(known)) or "-"
        wrong = ", ".join(dict.fromkeys(fault.pointer[:40] for fault in faults))
        raise UnknownParameter(f"Not usable in this query: {wrong}; it takes {listed}.", f"查询参数不可用：{wrong}；可用参数：{listed}。", faults=faults)


KnownParameters = Depends(known_parameters)


def _query_names(dependant: Dependant) -> set[str]:
    """The query parameters of a route and of all it depends on."""
    return {field.alias for field in dependant.query_params}.union(*(_query_names(inner) for inner in dependant.dependencies))


def media_type_of(request: Request) -> str:
    """The declared content type without its parameters, lower case; empty when none is declared."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def raw_json(request: Request) -> bytes:
    """The bytes of a JSON body. Raises UnknownFormat (415) for another content type: a form of another site could send those."""
    media_type = media_type_of(request)
    if media_type != "application/json" and not (media_type.startswith("application/") and media_type.endswith("+json")):
        raise UnknownFormat("Send the body as application/json.", "请以 application/json 发送请求内容。", accept_post="application/json")
    require_plain(request)
    return await request.body()


def json_body(raw: Annotated[bytes, Depends(raw_json)]) -> Any:
    """The strictly read JSON document; parsed off the event loop."""
    return strict_json.parse(raw)


JsonBody = Annotated[Any, Depends(json_body)]


async def spooled_rows(request: Request) -> AsyncIterator[IO[bytes]]:
    """The body of rows in a file, on disk when it is long, closed when the answer is out. Raises UnknownFormat for anything but CSV and NDJSON."""
    if media_type_of(request) not in ROW_TYPES:
        raise UnknownFormat(
            "Send the points as text/csv or application/x-ndjson.", "请以 text/csv 或 application/x-ndjson 发送坐标。", accept_post=", ".join(ROW_TYPES)
        )
    require_plain(request)
    with SpooledTemporaryFile(max_size=_SPOOL_IN_MEMORY) as spool:
        async for chunk in request.stream():
            spool.write(chunk)
        spool.seek(0)
        yield spool


ROW_TYPES: Mapping[str, str] = {"text/csv": "csv", "application/x-ndjson": "ndjson", "application/ndjson": "ndjson", "application/jsonl": "ndjson"}
RowBody = Annotated[IO[bytes], Depends(spooled_rows, scope="request")]


def require_plain(request: Request) -> None:
    """No compressed bodies (their size would be a secret) and no other character set."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnknownFormat("Send the body uncompressed.", "请发送未压缩的内容。")
    parameters = request.headers.get("content-type", "").partition(";")[2].lower().replace(" ", "").replace('"', "")
    if "charset=" in parameters and "charset=utf-8" not in parameters:
        raise UnknownFormat("Send the body in UTF-8.", "请使用 UTF-8 编码。")
