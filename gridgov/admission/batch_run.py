"""The run of a batch: every row of a file asked like a single site, by one path for every face. Pure.

Decides which columns say what, what a row that cannot be asked is answered with, and by what state of things a batch was answered.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.admission.batch import Answered, HeldWorld, answer_row, refused_row
from gridgov.admission.bounds import refuse_outside
from gridgov.admission.disclosure import Asker
from gridgov.admission.request import SitingRequest, parse_project, read_day
from gridgov.admission.site import make_site
from gridgov.errors import GridgovError, Language, UsageError
from gridgov.grids.area import Box


class Row(Protocol):
    """One row of a file of sites. number: from 1. geometry None = it has none that can be read, `fault` says why."""

    @property
    def number(self) -> int:
        """From 1, in file order."""
        ...

    @property
    def columns(self) -> Mapping[str, Any]:
        """What the file says of it."""
        ...

    @property
    def geometry(self) -> BaseGeometry | None:
        """Its ground in the file's reference system."""
        ...

    @property
    def fault(self) -> GridgovError | None:
        """Why it has no ground."""
        ...


@dataclass(frozen=True, slots=True)
class BatchFields:
    """Which columns say what. None = not in the file."""

    site_id: str | None = None
    industry: str | None = None
    action: str | None = None
    activity: str | None = None
    on: str | None = None

    def named(self) -> list[str]:
        """The columns asked for."""
        return [field for field in (self.site_id, self.industry, self.action, self.activity, self.on) if field is not None]

    def require(self, columns: Sequence[str]) -> None:
        """Raises UsageError naming the columns that are not there."""
        missing = [field for field in self.named() if field not in columns]
        if missing:
            held, wanted = ", ".join(columns), ", ".join(missing)
            raise UsageError(f"The file has no column {wanted}; it has: {held}.", f"文件中没有列 {wanted}，现有列：{held}。")


@dataclass(frozen=True)
class BatchRun:
    """What answering a row needs. day: of rows that name none. asker: whom the answers are disclosed to."""

    fields: BatchFields
    day: date
    crs: str
    area: Box | None
    worlds: Mapping[date, HeldWorld]
    asker: Asker
    language: Language

    def answer(self, row: Row) -> Answered:
        """The row's answer; a row that cannot be asked carries its error."""
        site_id = text_of(row, self.fields.site_id) or str(row.number)
        try:
            if row.geometry is None:
                assert row.fault is not None
                raise row.fault
            day = _day_of(row, self.fields) or self.day
            declared = {name: text_of(row, getattr(self.fields, name)) for name in ("industry", "action", "activity")}
            site = make_site(row.geometry, crs=self.crs)
            refuse_outside(self.area, site)
            return answer_row(site_id, SitingRequest(site, parse_project(declared), day, self.crs), self.worlds[day], self.asker)
        except GridgovError as refused:
            return refused_row(site_id, refused, self.language)
        except shapely.errors.GEOSException:
            return refused_row(site_id, _failed(row.number), self.language)

    def fingerprint(self) -> str:
        """SHA-256 over the lists, editions and cells that answer, over the columns and over who asks."""
        said = [[on.isoformat(), self.worlds[on].state()] for on in sorted(self.worlds)]
        area = None if self.area is None else self.area.as_list()
        whole = [said, area, self.day.isoformat(), self.crs, self.fields.named(), self.asker.name, self.asker.role, self.language]
        return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()


def days_of(rows: Iterable[Row], fields: BatchFields, day: date) -> set[date]:
    """Every day the rows speak of. A day that cannot be read is its row's own error."""
    return {day} | {found for row in rows if (found := _readable_day(row, fields)) is not None}


def text_of(row: Row, column: str | None) -> str | None:
    """What a column says; None = nothing."""
    value = None if column is None else row.columns.get(column)
    return None if value is None or value == "" else str(value)


def _day_of(row: Row, fields: BatchFields) -> date | None:
    text = text_of(row, fields.on)
    return None if text is None else read_day(text[:10])


def _readable_day(row: Row, fields: BatchFields) -> date | None:
    try:
        return _day_of(row, fields)
    except GridgovError:
        return None


def _failed(number: int) -> GridgovError:
    return GridgovError(f"Row {number} could not be worked out; nothing is known of it.", f"第 {number} 行计算失败，结论未知。")
