"""Points that come in as rows and answers that go out as rows, in the same order.

Decides how rows are read and written. A row that cannot be used becomes an error in its place; only a table without the two columns, or
nothing at all, is refused as a whole.
"""

import csv
import io
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import IO, Any

from api import strict_json
from api.parameters import day, number
from gridgov.errors import Fault, GridgovError, Language, MalformedBody, Refused
from gridgov.people.service import CellRow, Point

# Rows answered together; up to as many points are asked of the database one by one, more of an index in memory.
BATCH = 1_000

Locate = Callable[[Iterator[Point]], Iterable[Sequence[CellRow]]]
Tell = Callable[[list[tuple[Point, Sequence[CellRow]]]], Sequence[Mapping[str, Any]]]

_COLUMNS = ("lon", "lat", "on")
_LINE_LIMIT = 10_000
_BLOCK_BYTES = 64_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row as read: a point, or why it is none. number: from 1, without the header."""

    number: int
    point: Point | None
    refusal: GridgovError | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A row with the document of `GET /locate`, or with its refusal."""

    row: Row
    document: Mapping[str, Any] | None


def open_rows(body: IO[bytes], kind: str, *, today: date) -> Iterator[Row]:
    """The rows of a body, the first of them read so that a body that is no table at all is refused before anything is answered.

    kind: `csv` (a header with lon, lat and perhaps on) or `ndjson`. today: the day of rows that name none.
    """
    lines = _lines(body)
    rows = _csv_rows(lines, today) if kind == "csv" else _ndjson_rows(lines, today)
    first = next(rows, None)
    if first is None:
        raise MalformedBody("There is no row in the body.", "请求内容中没有数据行。", faults=[Fault("", "no rows", "没有数据行")])
    if kind == "ndjson" and isinstance(first.refusal, MalformedBody):
        raise first.refusal
    return chain([first], rows)


def answered(rows: Iterator[Row], locate: Locate, tell: Tell) -> Iterator[Answered]:
    """Each row with its answer, in order.

    locate: the cells of any number of points, in order, reading ahead as it likes. tell: the documents of a batch of points with their cells.
    """
    waiting: deque[Row] = deque()

    def points() -> Iterator[Point]:
        for row in rows:
            waiting.append(row)
            if row.point is not None:
                yield row.point

    located = iter(locate(points()))
    while cells := list(islice(located, BATCH)):
        batch: list[Row] = []
        for _ in cells:
            while (row := waiting.popleft()).point is None:
                batch.append(row)
            batch.append(row)
        documents = iter(tell(list(zip([row.point for row in batch if row.point is not None], cells, strict=True))))
        yield from (Answered(row, None if row.point is None else next(documents)) for row in batch)
    yield from (Answered(row, None) for row in waiting)


def ndjson_lines(answers: Iterator[Answered], language: Language) -> Iterator[bytes]:
    """One JSON document a line; a row without an answer says which it was and why, and nothing of cells."""
    for found in answers:
        document = found.document if found.document is not None else {"row": found.row.number, "error": _error(found.row).as_json(language)}
        yield json.dumps(document, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def csv_lines(answers: Iterator[Answered], language: Language, levels: Sequence[str]) -> Iterator[bytes]:
    """lon, lat, on, one column a level with the code (empty outside), error."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["lon", "lat", "on", *levels, "error"])
    for found in answers:
        if found.document is None:
            writer.writerow(["", "", "", *([""] * len(levels)), _error(found.row).as_json(language)["detail"]])
        else:
            codes = {cell["level"]: _plain_text(cell["code"]) for cell in found.document["cells"]}
            lon, lat = found.document["point"]
            writer.writerow([repr(lon), repr(lat), found.document["on"], *(codes.get(level, "") for level in levels), ""])
        yield written.getvalue().encode()
        written.seek(0)
        written.truncate()


def blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines in blocks: each block sent is a change of threads, which costs more than a line does."""
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _BLOCK_BYTES:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def prefers_csv(accept: str) -> bool:
    """Whether Accept names CSV before NDJSON."""
    for part in accept.lower().split(","):
        media_type = part.partition(";")[0].strip()
        if media_type in ("text/csv", "application/csv"):
            return True
        if "json" in media_type:
            return False
    return False


def _lines(body: IO[bytes]) -> Iterator[str]:
    """Lines of UTF-8 text; bytes that are not become U+FFFD, which no number or day contains."""
    while raw := body.readline(_LINE_LIMIT):
        if len(raw) == _LINE_LIMIT and not raw.endswith(b"\n"):
            while (more := body.readline(_LINE_LIMIT)) and not more.endswith(b"\n"):
                pass
            raw = b"\xff\n"
        yield raw.decode("utf-8-sig", "replace").replace("\x00", "\ufffd")


def _csv_rows(lines: Iterator[str], today: date) -> Iterator[Row]:
    header = next(lines, "")
    names = [name.strip().lower() for name in next(csv.reader([header]), [])]
    unknown = [name for name in names if name not in _COLUMNS]
    if not {"lon", "lat"} <= set(names) or unknown or len(set(names)) != len(names):
        raise MalformedBody(
            "The first line must name the columns lon, lat and perhaps on, each once.",
            "首行应为列名 lon、lat，可加 on，各出现一次。",
            faults=[Fault("line 1", "columns lon,lat[,on] expected", "应为 lon,lat[,on]")],
        )
    for index, line in enumerate((line for line in lines if line.strip()), start=1):
        values = next(csv.reader([line]), [])
        yield _row(index, dict(zip(names, values, strict=True)) if len(values) == len(names) else None, today)


def _ndjson_rows(lines: Iterator[str], today: date) -> Iterator[Row]:
    for index, line in enumerate((line for line in lines if line.strip()), start=1):
        try:
            value = strict_json.parse(line.encode())
        except GridgovError as exc:
            yield Row(index, None, exc)
            continue
        known = isinstance(value, dict) and set(value) <= set(_COLUMNS)
        yield _row(index, value if known else None, today)


def _row(index: int, value: Mapping[str, Any] | None, today: date) -> Row:
    try:
        if value is None:
            raise Refused("must have lon, lat and perhaps on, nothing else", "应只含 lon、lat，可加 on")
        lon, lat = _degrees(value.get("lon"), 180, "lon"), _degrees(value.get("lat"), 90, "lat")
        on = value.get("on")
        return Row(index, Point(lon, lat, today if on is None or on == "" else day(on)))
    except Refused as exc:
        return Row(index, None, exc)


def _degrees(value: object, limit: int, name: str) -> float:
    found = number(value.strip()) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, int | float) or not -limit <= found <= limit:
        raise Refused(f"{name} must be a number between -{limit} and {limit}", f"{name} 应为 -{limit} 至 {limit} 之间的数值")
    return float(found)


def _error(row: Row) -> Fault:
    refusal = row.refusal
    assert refusal is not None
    return Fault(f"row {row.number}", refusal.en, refusal.zh)


def _plain_text(value: str) -> str:
    """A code that a spreadsheet would take for a formula is marked as text."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
