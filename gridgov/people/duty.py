"""Duties: what somebody in a role has to do in a line, as lists that hold for a time and say where they are written.

Decides what a file of such lists means. Pure; which lists are known already is the store's matter. A list that was not read at its
source is an `example`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from gridgov.errors import Fault, Refused
from gridgov.people.wording import TEXT_LIMIT, plain_text

STATUSES = ("example", "confirmed")
MOST_DUTIES = 100
_REQUIRED = frozenset({"role", "line", "from", "instrument", "duties"})
_KNOWN = _REQUIRED | {"level", "to", "article", "status"}


@dataclass(frozen=True, slots=True)
class DutyList:
    """The duties of a role in a line, in order, from `first_day`, inclusive, to `end_day`, exclusive (None = until further notice).

    level: key of the only level of cells it holds for, None = every level. instrument, article: where the duties are written.
    """

    role: str
    line: str
    level: str | None
    first_day: date
    end_day: date | None
    instrument: str
    article: str | None
    status: str
    texts: tuple[str, ...]

    @property
    def of(self) -> tuple[str, str, str | None]:
        """Whose duties they are."""
        return self.role, self.line, self.level

    def shares_a_day(self, other: "DutyList") -> bool:
        """Whether both hold on a common day."""
        return (other.end_day is None or self.first_day < other.end_day) and (self.end_day is None or other.first_day < self.end_day)

    def rows(self) -> set[tuple[Any, ...]]:
        """Each duty with all that is kept of it: two lists are the same when these are."""
        origin = (self.instrument, self.article, self.status, self.first_day, self.end_day)
        return {(ordinal, text, *origin) for ordinal, text in enumerate(self.texts, 1)}


def duty_lists(document: Any) -> list[DutyList]:
    """The lists of a file read as plain data: `{duties: [{role, line, level?, from, to?, instrument, article?, status?, duties: [text]}]}`.

    Raises Refused with a fault for every list that cannot be used, pointers into the document.
    """
    entries = document.get("duties") if isinstance(document, Mapping) and set(document) == {"duties"} else None
    if not isinstance(entries, list) or not entries:
        raise _refused([Fault("", "must have the one key `duties` with a list under it", "应只有 duties 一项，其下为列表")])
    found: list[DutyList] = []
    faults: list[Fault] = []
    for number, entry in enumerate(entries):
        try:
            found.append(_duty_list(entry, f"/duties/{number}"))
        except Refused as exc:
            faults += exc.faults
    faults = faults or _twice(found)
    if faults:
        raise _refused(faults)
    return found


def citation(row: Mapping[str, Any]) -> dict[str, Any]:
    """A stored duty as an answer shows it."""
    origin = {key: row[key] for key in ("instrument", "article", "status")}
    return {"role": row["role"], "line": row["line"], "text": row["text"], "citation": origin}


def _duty_list(entry: Any, at: str) -> DutyList:
    given = _fields(entry, at)
    first_day, end_day = _day(given["from"], f"{at}/from"), None if given.get("to") is None else _day(given["to"], f"{at}/to")
    if end_day is not None and end_day <= first_day:
        raise _refused([Fault(f"{at}/to", "must lie after `from`", "应晚于 from")])
    status = given.get("status", "example")
    if status not in STATUSES:
        raise _refused([Fault(f"{at}/status", "must be example or confirmed (read at its source)", "应为 example（示例）或 confirmed（已核对原文）")])
    return DutyList(
        role=_text(given["role"], f"{at}/role"),
        line=_text(given["line"], f"{at}/line"),
        level=None if given.get("level") is None else _text(given["level"], f"{at}/level"),
        first_day=first_day,
        end_day=end_day,
        instrument=_text(given["instrument"], f"{at}/instrument", TEXT_LIMIT),
        article=None if given.get("article") is None else _text(given["article"], f"{at}/article", TEXT_LIMIT),
        status=status,
        texts=_texts(given["duties"], f"{at}/duties"),
    )


def _fields(entry: Any, at: str) -> Mapping[str, Any]:
    if not isinstance(entry, Mapping):
        raise _refused([Fault(at, "must be a mapping", "应为键值结构")])
    unknown, missing = sorted(set(entry) - _KNOWN), sorted(_REQUIRED - set(entry))
    faults = [Fault(f"{at}/{key}", "unknown", "未知的项") for key in unknown] + [Fault(at, f"{key} is missing", f"缺少 {key}") for key in missing]
    if faults:
        raise _refused(faults)
    return entry


def _texts(value: Any, at: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_DUTIES:
        raise _refused([Fault(at, f"must be a list of 1 to {MOST_DUTIES} texts", f"应为 1 至 {MOST_DUTIES} 条文字的列表")])
    return tuple(_text(text, f"{at}/{number}", TEXT_LIMIT) for number, text in enumerate(value))


def _text(value: Any, at: str, limit: int = 64) -> str:
    if not isinstance(value, str):
        raise _refused([Fault(at, "must be text; quote it", "应为文字，请加引号")])
    return plain_text(value, pointer=at, limit=limit)


def _day(value: Any, at: str) -> date:
    try:
        if not isinstance(value, str) or (found := date.fromisoformat(value)).isoformat() != value:
            raise ValueError
        return found
    except ValueError as exc:
        raise _refused([Fault(at, "must be a day written as 2026-01-01", "应为 2026-01-01 形式的日期")]) from exc


def _twice(found: Sequence[DutyList]) -> list[Fault]:
    """Two lists of one file may not speak of the same role, line, level and day."""
    pairs = combinations(enumerate(found), 2)
    shared = [(first + 1, second) for (first, one), (second, other) in pairs if one.of == other.of and one.shares_a_day(other)]
    return [
        Fault(
            f"/duties/{second}",
            f"list {first} speaks of the same role, line and level on some of these days",
            f"与第 {first} 份清单的职责、条线、层级相同，且日期重叠",
        )
        for first, second in shared
    ]


def _refused(faults: Sequence[Fault]) -> Refused:
    first = faults[0]
    return Refused(
        f"The duties cannot be loaded, nothing was changed. {first.pointer or '/'}: {first.en}.",
        f"职责清单无法载入，未作任何改动。{first.pointer or '/'}：{first.zh}。",
        faults=faults,
    )
