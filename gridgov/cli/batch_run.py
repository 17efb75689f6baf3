"""The run of a batch: read, hold the worlds of all its days in memory, answer row by row, write both tables."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gridgov.admission import check_service
from gridgov.admission.batch import Answered, HeldWorld, answer_row, refused_row
from gridgov.admission.request import SitingRequest, parse_project, read_day
from gridgov.admission.site import make_site
from gridgov.cli.output import language, progress
from gridgov.cli.session import actor, open_database
from gridgov.errors import GridgovError, UsageError
from gridgov.grids.area import Box
from gridgov.settings import load_settings
from layers.batch_file import findings_path, require_target, write_batch
from layers.site_file import SiteRow, SiteTable, read_sites

_CHUNK = 50


@dataclass(frozen=True, slots=True)
class BatchFields:
    """Which columns say what. None = not in the file."""

    site_id: str | None
    industry: str | None
    action: str | None
    activity: str | None
    on: str | None

    def named(self) -> list[str]:
        """The columns asked for."""
        return [field for field in (self.site_id, self.industry, self.action, self.activity, self.on) if field is not None]


@dataclass(frozen=True)
class _Run:
    """What answering a row needs; handed to worker processes by fork, never pickled."""

    table: SiteTable
    fields: BatchFields
    day: date
    area: Box | None
    worlds: Mapping[date, HeldWorld]
    language: str


def run_batch(sites: Path, out: Path, fields: BatchFields, *, on: date | None, crs: str | None, workers: int, sample: bool) -> dict[str, Any]:
    """Answers a whole file and says how it came out: counts by verdict, rows with an error, files written."""
    require_target(out, source=sites)
    if not sites.exists():
        raise UsageError(f"There is no file {sites}.", f"没有文件 {sites}。")
    table = read_sites(sites, crs=crs)
    _require_fields(table, fields)
    day = on or load_settings().today()
    run = _held(table, fields, day, sample)
    answered = list(progress(_answers(run, workers), "batch", total=len(table.rows)))
    findings = [finding for answer in answered for finding in answer.findings]
    write_batch(out, table, [answer.site for answer in answered], findings)
    counted = Counter(answer.site["verdict"] for answer in answered)
    return {
        "rows": len(answered),
        "verdicts": {verdict: counted[verdict] for verdict in ("prohibited", "undetermined", "conditional", "permitted")},
        "errors": counted[None],
        "findings": len(findings),
        "files": [str(path) for path in dict.fromkeys((out, findings_path(out)))],
    }


def _held(table: SiteTable, fields: BatchFields, day: date, sample: bool) -> _Run:
    """Reads everything the run needs, and leaves the database before any process is forked."""
    days = {day} | {found for row in table.rows if (found := _day_of(row, fields)) is not None}
    database = open_database(sample)
    try:
        with database.unit_of_work(actor()) as uow:
            worlds = check_service.hold_worlds(uow, days)
            area = check_service.area_of_use(uow)
            uow.audit("siting-batch", "batch", {"rows": len(table.rows), "days": sorted(found.isoformat() for found in days)})
    finally:
        database.close()
    return _Run(table, fields, day, area, worlds, language())


def _answers(run: _Run, workers: int) -> Iterator[Answered]:
    if workers == 1:
        yield from (_answer(run, row) for row in run.table.rows)
        return
    global _forked
    _forked = run
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        yield from pool.imap(_answer_forked, range(len(run.table.rows)), chunksize=_CHUNK)


_forked: _Run | None = None


def _answer_forked(position: int) -> Answered:
    assert _forked is not None
    return _answer(_forked, _forked.table.rows[position])


def _answer(run: _Run, row: SiteRow) -> Answered:
    site_id = _text(row, run.fields.site_id) or str(row.number)
    try:
        if row.geometry is None:
            assert row.fault is not None
            raise row.fault
        day = _require_day(row, run.fields) or run.day
        declared = {"industry": _text(row, run.fields.industry), "action": _text(row, run.fields.action), "activity": _text(row, run.fields.activity)}
        site = make_site(row.geometry, crs=run.table.crs)
        check_service.refuse_outside(run.area, site)
        return answer_row(site_id, SitingRequest(site, parse_project(declared), day, run.table.crs), run.worlds[day])
    except GridgovError as refused:
        return refused_row(site_id, refused, run.language)


def _require_fields(table: SiteTable, fields: BatchFields) -> None:
    missing = [field for field in fields.named() if field not in table.columns]
    if missing:
        held, wanted = ", ".join(table.columns), ", ".join(missing)
        raise UsageError(f"The file has no column {wanted}; it has: {held}.", f"文件中没有列 {wanted}，现有列：{held}。")


def _text(row: SiteRow, field: str | None) -> str | None:
    value = None if field is None else row.columns.get(field)
    return None if value is None or value == "" else str(value)


def _require_day(row: SiteRow, fields: BatchFields) -> date | None:
    text = _text(row, fields.on)
    return None if text is None else read_day(text[:10])


def _day_of(row: SiteRow, fields: BatchFields) -> date | None:
    try:
        return _require_day(row, fields)
    except GridgovError:
        # The row answers with this very error when its turn comes.
        return None
