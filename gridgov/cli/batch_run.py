"""The run of a batch: read, hold the worlds of all its days in memory, answer row by row, write both tables."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from gridgov.admission import check_service
from gridgov.admission.batch import Answered
from gridgov.admission.batch_run import BatchFields, BatchRun, days_of
from gridgov.admission.disclosure import Asker
from gridgov.cli.output import language, progress
from gridgov.cli.session import actor, open_database
from gridgov.errors import UsageError
from gridgov.settings import load_settings
from layers.batch_file import findings_path, require_target, write_batch
from layers.site_file import SiteRow, SiteTable, read_sites

_CHUNK = 50


def run_batch(sites: Path, out: Path, fields: BatchFields, *, on: date | None, crs: str | None, workers: int, sample: bool) -> dict[str, Any]:
    """Answers a whole file and says how it came out: counts by verdict, rows with an error, files written."""
    require_target(out, source=sites)
    if not sites.exists():
        raise UsageError(f"There is no file {sites}.", f"没有文件 {sites}。")
    table = read_sites(sites, crs=crs)
    fields.require(table.columns)
    run = _held(table, fields, on or load_settings().today(), sample)
    answered = list(progress(_answers(run, table.rows, workers), "batch", total=len(table.rows)))
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


def _held(table: SiteTable, fields: BatchFields, day: date, sample: bool) -> BatchRun:
    """Reads everything the run needs, and leaves the database before any process is forked."""
    days = days_of(table.rows, fields, day)
    database = open_database(sample)
    try:
        with database.unit_of_work(actor()) as uow:
            worlds = check_service.hold_worlds(uow, days)
            area = check_service.area_of_use(uow)
            uow.audit("siting-batch", "batch", {"rows": len(table.rows), "days": sorted(found.isoformat() for found in days)})
    finally:
        database.close()
    return BatchRun(fields, day, table.crs, area, worlds, Asker(actor(), "system"), language())


def _answers(run: BatchRun, rows: Sequence[SiteRow], workers: int) -> Iterator[Answered]:
    if workers == 1:
        yield from (run.answer(row) for row in rows)
        return
    global _forked
    _forked = run, rows
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        yield from pool.imap(_answer_forked, range(len(rows)), chunksize=_CHUNK)


# Handed to worker processes by fork, never pickled.
_forked: tuple[BatchRun, Sequence[SiteRow]] | None = None


def _answer_forked(position: int) -> Answered:
    assert _forked is not None
    run, rows = _forked
    return run.answer(rows[position])
