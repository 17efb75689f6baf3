"""The journeys of the grids: load a level, report on its coverage, say which cells answer at a point, give cells out.

Each loads what it needs, lets the pure modules decide, saves and audits, in the caller's one unit of work.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import AlreadyInForce, Conflict, CoverageRefused, Fault, Language, NotFound, Refused
from gridgov.geo.lattice import snap_point
from gridgov.grids import change_store, store
from gridgov.grids.area import Box, extend
from gridgov.grids.candidate import Decision, Standing, decide_import
from gridgov.grids.cell import Cell, Level, Outline, Scheme
from gridgov.grids.change_store import Change
from gridgov.grids.importing import FIRST_DAY, ImportRequest, touched_later
from gridgov.grids.locating import Answer, LeafIndex, Located, require_place
from gridgov.grids.report import coverage_document, faults, import_document, summary
from gridgov.grids.scheme import level_named, make_levels, require_key
from gridgov.grids.tiling import check_state, outline_ground

_BATCH: Final = 20_000
_INDEXES_KEPT: Final = 3
_NAMED: Final = 20


def add_scheme(uow: UnitOfWork, *, key: str, levels: tuple[Level, ...], overlay: bool = False) -> Scheme:
    """Registers a grid scheme. Raises Conflict when the key is taken."""
    require_key(key)
    if store.find_scheme(uow, key) is not None:
        raise Conflict(f"The scheme '{key}' exists already; its levels are not changed.", f"网格体系“{key}”已存在，其层级不作更改。")
    scheme = store.add_scheme(uow, key=key, levels=levels, overlay=overlay)
    uow.audit("scheme.add", f"scheme:{key}", {"levels": [level.key for level in levels], "overlay": overlay})
    return scheme


def describe_scheme(uow: UnitOfWork, key: str | None) -> Scheme:
    """The scheme with this key, None = the administrative one. Raises NotFound."""
    return store.require_scheme(uow, key)


def area_of_use(uow: UnitOfWork) -> Box | None:
    """The box of what was imported, None before the first import."""
    return store.area_of_use(uow)


def set_area(uow: UnitOfWork, box: Box, *, grow: bool) -> Box:
    """The area of use set to a box, or grown to hold it."""
    before = store.area_of_use(uow, lock=True)
    after = before.union(box) if grow and before is not None else box
    store.set_area(uow, after)
    uow.audit("area.grow" if grow else "area.set", "area", {"before": before and before.as_list(), "after": after.as_list()})
    return after


def import_level(uow: UnitOfWork, request: ImportRequest) -> dict[str, Any]:
    """Loads one level of a scheme, all or nothing; gives the import's report.

    Raises CoverageRefused when the cells do not tile or rows are unusable, AlreadyInForce, Conflict (later versions of the cells), each with
    the report as member `report`; OutsideArea, UsageError, Refused.
    """
    request = request.checked()
    scheme = _scheme_for_import(uow, request)
    level = level_named(scheme.levels, request.level)
    area = extend(store.area_of_use(uow, lock=True), _box_of(request), grow=request.grow_area)
    store.lock_scheme(uow, scheme.scheme_id)
    day = request.effective_from or (request.today if store.was_ever_loaded(uow, scheme.scheme_id) else FIRST_DAY)
    standing = _standing(uow, scheme, day)
    _require_leaves(standing, level)
    decision = decide_import(request, standing, level)
    document = import_document(decision.coverage, decision.outcome, request.language)
    _require_free(standing, level, request, document)
    if not document["ok"]:
        en, zh = summary(decision.coverage, decision.outcome.rejected)
        raise CoverageRefused(en, zh, faults=faults(decision.coverage, decision.outcome.rejected), report=document)
    _require_no_later_version(decision, standing, document)
    if not request.dry_run:
        scheme = _registered(uow, scheme)
        store.grow_area(uow, area)
        revision = _write(uow, scheme, decision, request=request)
        uow.audit("cells.import", f"scheme:{scheme.key}", _audit_detail(request, day, document, revision))
    return document


def _scheme_for_import(uow: UnitOfWork, request: ImportRequest) -> Scheme:
    """The scheme to load into; one that does not exist yet has number 0 and the default levels."""
    if request.scheme is None:
        return store.default_scheme(uow)
    found = store.find_scheme(uow, request.scheme)
    return found or Scheme(scheme_id=0, key=require_key(request.scheme), overlay=False, revision=0, levels=make_levels())


def _registered(uow: UnitOfWork, scheme: Scheme) -> Scheme:
    return scheme if scheme.scheme_id else store.add_scheme(uow, key=scheme.key, levels=scheme.levels, overlay=scheme.overlay)


def _box_of(request: ImportRequest) -> Box:
    usable = [record.geometry for record in request.records if record.geometry is not None and not record.geometry.is_empty]
    west, south, east, north = shapely.total_bounds(np.array(usable, dtype=object)) if usable else (np.nan,) * 4
    if not np.isfinite([west, south, east, north]).all():
        raise Refused("No feature of the file has a geometry with finite coordinates.", "文件中没有坐标有效的图形。")
    return Box(float(west), float(south), float(east), float(north))


def _standing(uow: UnitOfWork, scheme: Scheme, day: date) -> Standing:
    return Standing(
        scheme=scheme,
        day=day,
        cells=tuple(store.cells_in_force(uow, scheme.scheme_id, day)),
        later=tuple(store.later_versions(uow, scheme.scheme_id, day)),
        outline=store.outline_in_force(uow, scheme.scheme_id, day),
        gaps=tuple(store.gaps_in_force(uow, scheme.scheme_id, day)),
    )


def _require_free(standing: Standing, level: Level, request: ImportRequest, document: dict[str, Any]) -> None:
    leaves = [cell for cell in (*standing.cells, *standing.later) if cell.rank == 0]
    if level.rank == 0 and request.mode == "new" and leaves:
        number = len({cell.code for cell in leaves})
        raise AlreadyInForce(
            f"Scheme '{standing.scheme.key}' has {number} {level.key} cells in force on or after {standing.day}. "
            "Use --mode replace to put the file in their place, --mode add to add to them.",
            f"网格体系“{standing.scheme.key}”在 {standing.day} 及以后已有 {number} 个生效的{level.label}网格。"
            "要以本文件替换请用 --mode replace，要增加请用 --mode add。",
            report=_refused_document(document),
        )


def _refused_document(document: dict[str, Any]) -> dict[str, Any]:
    """The report on a candidate that is refused for what stands, not for itself: nothing of it was loaded."""
    return document | {"ok": False, "imported": dict.fromkeys(document["cells"], 0), "unchanged": 0, "closed": 0}


def _require_leaves(standing: Standing, level: Level) -> None:
    if level.rank > 0 and not any(cell.rank == 0 for cell in standing.cells):
        leaf = standing.scheme.levels[-1]
        raise Conflict(
            f"'{level.key}' is derived from the cells below it, and none are in force on {standing.day}: "
            f"load {leaf.key} first, then {level.key} to compare and name it.",
            f"“{level.label}”由下级网格合并而成，而 {standing.day} 尚无生效的{leaf.label}网格：请先载入{leaf.label}，再载入{level.label}进行核对与命名。",
        )


def _require_no_later_version(decision: Decision, standing: Standing, document: dict[str, Any]) -> None:
    touched = touched_later(decision.plan, standing.later)
    if not touched:
        return
    codes = list(dict.fromkeys(f"{cell.level} {cell.code} ({cell.valid_from})" for cell in touched))
    raise Conflict(
        f"{len(codes)} cells have later versions than {standing.day}, which this change would contradict: {', '.join(codes[:_NAMED])}. "
        "Take a later day (--effective-from).",
        f"{len(codes)} 个网格在 {standing.day} 之后另有版本，与本次改动冲突：{'、'.join(codes[:_NAMED])}。请改用更晚的生效日期（--effective-from）。",
        faults=[Fault("", f"later version of {code}", f"{code} 另有更晚版本") for code in codes],
        later=list(dict.fromkeys(cell.code for cell in touched)),
        report=_refused_document(document),
    )


def _write(uow: UnitOfWork, scheme: Scheme, decision: Decision, *, request: ImportRequest) -> int:
    """Writes a decision at one instant; gives the scheme's revision. A decision that changes nothing writes nothing."""
    if not decision.changes_anything:
        return scheme.revision
    change = Change(
        kind=f"import-{request.mode}",
        reason=request.source,
        day=decision.day,
        closed=[cell.version_id for cell in decision.plan.closed],
        opened=decision.plan.opened,
        outline=decision.outline,
        ended_gaps=decision.ended_gaps,
        new_gaps=decision.new_gaps,
    )
    return change_store.write(uow, scheme, change).revision


def _audit_detail(request: ImportRequest, day: date, document: dict[str, Any], revision: int) -> dict[str, Any]:
    kept = {key: document[key] for key in ("imported", "unchanged", "closed", "allowed_gaps")}
    counted = {key: len(document[key]) for key in ("rounding", "repairs")}
    return {"level": request.level, "file": request.source, "mode": request.mode, "effective_from": day.isoformat(), "revision": revision, **kept, **counted}


def coverage_report(uow: UnitOfWork, *, scheme: str | None, on: date, outline: BaseGeometry | None = None, language: Language = "zh") -> dict[str, Any]:
    """The coverage report of a scheme on a day as known now. outline: lon/lat EPSG:4490, in the place of the declared one."""
    found = store.require_scheme(uow, scheme)
    cells = store.cells_in_force(uow, found.scheme_id, on)
    declared = store.outline_in_force(uow, found.scheme_id, on)
    if outline is not None:
        declared = Outline(0, "file", outline_ground(outline))
    gaps = store.gaps_in_force(uow, found.scheme_id, on)
    coverage = check_state(found, cells, on=on, outline=declared, gaps=gaps)
    return coverage_document(coverage, language)


def locate_point(uow: UnitOfWork, *, lon: float, lat: float, scheme: str | None, on: date, known_at: datetime | None = None) -> Located:
    """The cells that answer at a place on a day, as known at an instant (None = now); none outside, in an allowed gap, before history.

    lon, lat: degrees EPSG:4490, put on the lattice first. Raises Refused for what is no place on earth, NotFound for an unknown scheme.
    """
    require_place(lon, lat)
    x, y = snap_point(lon, lat)
    found = store.require_scheme(uow, scheme)
    cells = store.locate(uow, found, lon=x, lat=y, on=on, known_at=known_at)
    return Located(lon=x, lat=y, on=on, known_at=known_at, scheme=found.key, cells=tuple(cells))


def locate_many(
    uow: UnitOfWork, points: Iterable[tuple[float, float, date]], *, scheme: str | None = None, known_at: datetime | None = None
) -> Iterator[Answer]:
    """The cells that answer at each (lon, lat, day), top level first, in the order given; () outside and for what is no place.

    Any number of points: leaf cells are loaded once for all days between two changes of the grid, and memory does not grow with the points.
    """
    found = store.require_scheme(uow, scheme)
    turns = np.array(store.turning_days(uow, found.scheme_id, known_at=known_at), dtype="datetime64[D]")
    indexes: OrderedDict[int, LeafIndex] = OrderedDict()
    remaining = iter(points)
    while batch := list(islice(remaining, _BATCH)):
        lon = np.array([point[0] for point in batch], dtype=np.float64)
        lat = np.array([point[1] for point in batch], dtype=np.float64)
        spans = np.searchsorted(turns, np.array([point[2] for point in batch], dtype="datetime64[D]"), side="right")
        answers: list[Answer] = [()] * len(batch)
        for span in np.unique(spans).tolist():
            chosen = np.flatnonzero(spans == span)
            index = _index(uow, found, indexes, span=span, on=batch[chosen[0]][2], known_at=known_at)
            for position, answer in zip(chosen.tolist(), index.answer(lon[chosen], lat[chosen]), strict=True):
                answers[position] = answer
        yield from answers


def _index(uow: UnitOfWork, scheme: Scheme, kept: OrderedDict[int, LeafIndex], *, span: int, on: date, known_at: datetime | None) -> LeafIndex:
    if span in kept:
        kept.move_to_end(span)
        return kept[span]
    leaves = store.cells_in_force(uow, scheme.scheme_id, on, known_at=known_at, rank=0)
    above = store.cells_without_ground(uow, scheme, on, known_at=known_at, lowest_rank=1)
    kept[span] = LeafIndex(leaves, above)
    while len(kept) > _INDEXES_KEPT:
        kept.popitem(last=False)
    return kept[span]


def export_cells(
    uow: UnitOfWork, *, scheme: str | None, level: str | None, on: date, known_at: datetime | None = None
) -> tuple[Scheme, list[tuple[Cell, Answer]]]:
    """The scheme and its cells of a level (None = leaf) on a day, each with the cells above it, top level first."""
    found = store.require_scheme(uow, scheme)
    rank = level_named(found.levels, level).rank if level is not None else 0
    cells = store.cells_in_force(uow, found.scheme_id, on, known_at=known_at, rank=rank)
    if not cells:
        raise NotFound(f"Scheme '{found.key}' has no cells in force on {on} at this level.", f"网格体系“{found.key}”在 {on} 该层级没有生效的网格。")
    above = {(cell.rank, cell.code): cell for cell in store.cells_without_ground(uow, found, on, known_at=known_at, lowest_rank=rank + 1)}
    return found, [(cell, _above(cell, above)) for cell in cells]


def _above(cell: Cell, cells: dict[tuple[int, str], Cell]) -> Answer:
    chain: list[Cell] = []
    parent = cells.get((cell.rank + 1, cell.parent_code)) if cell.parent_code else None
    while parent is not None:
        chain.insert(0, parent)
        parent = cells.get((parent.rank + 1, parent.parent_code)) if parent.parent_code else None
    return tuple(chain)
