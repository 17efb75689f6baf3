"""An import of cells or zones as a job: read the file, load it by the command line's own service, keep the report and the shapes.

The effect and the end of the job are one transaction: an import that was interrupted, cancelled or taken over has none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from shapely import MultiPolygon

from api.job_work import Work
from api.schemas_jobs import CellsOptions, ZonesOptions
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import DatabaseAway, GridgovError
from gridgov.grids import service as grid_service
from gridgov.grids.importing import ImportRequest
from gridgov.grids.mending import read_rulings
from gridgov.jobs import service
from gridgov.jobs.job import Ending, State, failed
from gridgov.zones import service as zone_service
from gridgov.zones.edition import CoverageKind, Threshold
from gridgov.zones.fields import FieldMap, read_field_map
from gridgov.zones.importing import EditionImport
from layers.candidate_map import Shape, draw
from layers.cell_file import CellFile, read_cells, read_outline
from layers.zone_file import ZoneFile, ZonesRead, read_coverage, read_zones


@dataclass(frozen=True)
class _Loading:
    """What is left to do once the file was read. notes: members that reading adds to the report."""

    load: Callable[[UnitOfWork], dict[str, Any]]
    shapes: list[Shape]
    notes: Mapping[str, Any]


def run_import(work: Work) -> None:
    """Loads the file, or says why it cannot be; ends the job either way."""
    work.say("正在读取文件", "Reading the file")
    loading = _cells(work) if work.job.kind == "cells-import" else _zones(work)
    work.say("正在校验", "Checking")
    candidate = draw(loading.shapes)
    try:
        with work.database.unit_of_work(work.actor) as uow:
            report = {**loading.load(uow), **loading.notes}
            service.end(uow, work.job, _loaded(work, report, candidate))
    except DatabaseAway:
        raise
    except GridgovError as refused:
        _end_refused(work, refused, loading, candidate)


def _loaded(work: Work, report: dict[str, Any], candidate: bytes) -> Ending:
    told = {"zh": "可以载入，尚未写入", "en": "Can be loaded; nothing was written"} if _is_dry(work) else {"zh": "已载入", "en": "Loaded"}
    return Ending("done", result={"ok": True, "imported": report["imported"]}, report=report, candidate=candidate, message=told[work.job.language])


def _end_refused(work: Work, refused: GridgovError, loading: _Loading, candidate: bytes) -> None:
    """A dry run that found the file wanting did what was asked; a loading that was refused failed. Nothing of the file is in force."""
    ending = failed(refused, work.job.language)
    report = None if ending.report is None else {**ending.report, **loading.notes, "ok": False}
    state: State = "done" if _is_dry(work) else "failed"
    told = ending.error["detail"] if ending.error else ""
    with work.database.unit_of_work(work.actor) as uow:
        whole = replace(ending, state=state, result={"ok": False}, report=report or {"ok": False}, candidate=candidate, message=told)
        service.end(uow, work.job, whole)
        uow.audit("import.refused", str(work.job.job_id), {"kind": work.job.kind, "filename": work.job.filename, "dry_run": _is_dry(work)})


def _is_dry(work: Work) -> bool:
    return bool(work.job.options["dry_run"])


def _today(work: Work) -> date:
    return date.fromisoformat(work.job.options["day"])


def _cells(work: Work) -> _Loading:
    asked = CellsOptions.model_validate(work.job.options["options"])
    outline = None
    if asked.outline is not None:
        with work.upload(asked.outline) as path:
            outline = read_outline(path, None)
    with work.upload(work.job.upload_id) as path:
        parents, names = tuple(asked.parent_field), tuple(asked.parent_name_field)
        records = read_cells(CellFile(path, work.job.options["layer_name"], asked.code_field, asked.name_field, parents, names, asked.crs))
    request = ImportRequest(
        scheme=asked.scheme,
        level=asked.level,
        records=records,
        today=_today(work),
        source=work.job.filename,
        mode=asked.mode,
        effective_from=asked.effective_from,
        outline=outline,
        allow_gaps=asked.allow_gaps,
        repair_m=asked.repair,
        rulings=read_rulings({"decisions": [one.model_dump() for one in asked.decisions]}),
        dry_run=_is_dry(work),
        grow_area=asked.grow_area,
        language=work.job.language,
    )
    shapes = [Shape(record.row, record.code, record.name, record.geometry) for record in records]
    return _Loading(lambda uow: grid_service.import_level(uow, request), shapes, {})


def _zones(work: Work) -> _Loading:
    asked = ZonesOptions.model_validate(work.job.options["options"])
    with work.database.unit_of_work(work.actor, read_only=True) as uow:
        kind = zone_service.kind_of_layer(uow, asked.layer, asked.kind)
    fields = FieldMap() if asked.field_map is None else read_field_map(asked.field_map)
    fields = replace(fields, code=_column(asked.code_field, fields.code), name=_column(asked.name_field, fields.name))
    with work.upload(work.job.upload_id) as path:
        read = read_zones(ZoneFile(path, asked.layer, kind, work.job.options["layer_name"], fields, asked.crs, asked.repair))
    coverage, ground = _coverage(work, asked.coverage)
    request = EditionImport(
        layer=asked.layer,
        zones=read.zones,
        coverage_kind=coverage,
        today=_today(work),
        coverage=ground,
        kind=asked.kind,
        title=asked.title,
        edition=asked.edition,
        effective_from=asked.effective_from,
        document=asked.document,
        scale=asked.scale,
        accuracy_m=asked.accuracy,
        certainty=asked.certainty,
        disclosure=asked.disclosure,
        threshold=Threshold(asked.threshold_area, asked.threshold_width),
        grow_area=asked.grow_area,
        dry_run=_is_dry(work),
        language=work.job.language,
    )
    shapes = [Shape(zone.row, zone.code, zone.name, zone.geometry) for zone in read.zones.zones]
    return _Loading(lambda uow: zone_service.import_edition(uow, request), shapes, {"ok": True, **_read_notes(read, work)})


def _column(stated: str | None, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    return otherwise if stated is None else (stated,)


def _coverage(work: Work, stated: str | UUID) -> tuple[CoverageKind, MultiPolygon | None]:
    if not isinstance(stated, UUID):
        return stated, None  # type: ignore[return-value]
    with work.upload(stated) as path:
        return "file", read_coverage(path)


def _read_notes(read: ZonesRead, work: Work) -> dict[str, Any]:
    chinese = work.job.language == "zh"
    return {
        "notes": [note.zh if chinese else note.en for note in read.notes],
        "unlisted": [{"attribute": attribute, "value": value, "zones": count} for (attribute, value), count in sorted(read.unlisted.items())],
    }
