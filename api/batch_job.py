"""A batch of siting checks as a job: read the file, hold the worlds of its days, answer row by row, keep what was answered.

A batch that was interrupted goes on behind the rows it has, unless what answers has changed meanwhile: then it begins anew, so that one
result never speaks of two states of things.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import shapely

from api.job_work import Work
from gridgov.admission import check_service
from gridgov.admission.batch import Answered
from gridgov.admission.batch_run import BatchFields, BatchRun, days_of
from gridgov.admission.disclosure import Asker
from gridgov.jobs import batch_store, service
from gridgov.jobs.batch import MOST_ROWS, BatchHead, BatchRow
from gridgov.jobs.job import Ending
from layers.site_file import SiteRow, SiteTable, read_sites

_MOST_AT_ONCE, _AT_ONCE_S = 200, 0.5
_NAMES = ("name", "名称", "项目名称", "项目名", "site_name", "project")


def run_batch(work: Work) -> None:
    """Answers every row, then ends the job with the counts by verdict."""
    work.say("正在读取文件", "Reading the file")
    options = work.job.options
    with work.upload(work.job.upload_id) as path:
        table = read_sites(path, crs=options["crs"], layer=options["layer"], most=MOST_ROWS)
    fields = BatchFields(**options["fields"])
    fields.require(table.columns)
    run = _held(work, table, fields)
    done, total = _begun(work, table, run), len(table.rows)
    for rows in _answered(run, table.rows[done:]):
        work.require_going_on()
        done += len(rows)
        with work.database.unit_of_work(work.actor) as uow:
            service.progress(uow, work.job, done=done, total=total, message=_told(work, done, total))
            batch_store.add_rows(uow, work.job.job_id, rows)
    _ended(work, total)


def _held(work: Work, table: SiteTable, fields: BatchFields) -> BatchRun:
    work.say("正在载入网格、图层与清单", "Loading cells, layers and lists")
    job, day = work.job, date.fromisoformat(work.job.options["day"])
    with work.database.unit_of_work(work.actor, read_only=True) as uow:
        worlds = check_service.hold_worlds(uow, days_of(table.rows, fields, day))
        area = check_service.area_of_use(uow)
    asker = Asker(job.asked_by, job.asked_role)  # type: ignore[arg-type]
    return BatchRun(fields, day, table.crs, area, worlds, asker, job.language)


def _begun(work: Work, table: SiteTable, run: BatchRun) -> int:
    """How many rows are answered already by this very state of things."""
    head = BatchHead(table.columns, table.crs, table.shaped, run.fingerprint())
    with work.database.unit_of_work(work.actor) as uow:
        found = batch_store.find_batch(uow, work.job.job_id)
        if found == head:
            return batch_store.count_rows(uow, work.job.job_id)
        service.progress(uow, work.job, done=0, total=len(table.rows), message=_told(work, 0, len(table.rows)))
        batch_store.begin_batch(uow, work.job.job_id, head)
        return 0


def _answered(run: BatchRun, rows: Sequence[SiteRow]) -> Iterator[list[BatchRow]]:
    """The answers in small groups, each kept together: a group is at most 200 rows or about half a second of work."""
    group, begun = [], time.monotonic()
    for row in rows:
        group.append(_kept(run, row))
        if len(group) >= _MOST_AT_ONCE or time.monotonic() - begun > _AT_ONCE_S:
            yield group
            group, begun = [], time.monotonic()
    if group:
        yield group


def _kept(run: BatchRun, row: SiteRow) -> BatchRow:
    answered = run.answer(row)
    shape = None if row.geometry is None else shapely.to_wkb(row.geometry)
    point, box = _place(answered)
    return BatchRow(row.number, _name(row), answered.site, answered.findings, row.columns, shape, point, box)


def _place(answered: Answered) -> tuple[tuple[float, float] | None, Any]:
    """A point inside the site and its box, lon/lat; None where the row was no site."""
    if answered.ground is None:
        return None, None
    inside = answered.ground.representative_point()
    return (round(inside.x, 9), round(inside.y, 9)), tuple(round(value, 9) for value in answered.ground.bounds)


def _name(row: SiteRow) -> str | None:
    folded = {str(column).strip().casefold(): value for column, value in reversed(list(row.columns.items()))}
    found = next((folded[name] for name in _NAMES if folded.get(name) not in (None, "")), None)
    return None if found is None else str(found)[:200]


def _told(work: Work, done: int, total: int) -> str:
    return f"已校验 {done} / {total}" if work.job.language == "zh" else f"{done} of {total} checked"


def _ended(work: Work, total: int) -> None:
    with work.database.unit_of_work(work.actor) as uow:
        counts = batch_store.counts(uow, work.job.job_id)
        service.end(uow, work.job, Ending("done", result=counts.as_json(), message=_told(work, total, total)))
        uow.audit("siting-batch", str(work.job.job_id), {"filename": work.job.filename, **counts.as_json()})
