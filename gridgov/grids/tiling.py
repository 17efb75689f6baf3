"""Whether a level tiles, in the words of the grids: codes instead of indices, gaps that are allowed, levels compared with each other.

Pure. The geometry is decided in `gridgov.geo` (noding, repair, coverage, dissolve); here its findings become violations of named cells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.errors import InvalidGeometry
from gridgov.geo.area import area_m2, cell_area_m2, length_m
from gridgov.geo.clean import require_clean
from gridgov.geo.coverage import Violation, prove_tiling
from gridgov.geo.dissolve import dissolve
from gridgov.geo.lattice import snap
from gridgov.geo.mending import Mended, mend
from gridgov.geo.noding import Rounding, node_level
from gridgov.geo.repair import Repair, repair_level
from gridgov.grids.cell import AllowedGap, Cell, CellRecord, Level, Outline, Scheme
from gridgov.grids.importing import Draft, Rejected, is_same_ground, point_of
from gridgov.grids.mending import Rulings, reason_for
from gridgov.grids.report import Coverage, GapEntry, LevelViolation, OutlineSource, decimal_text

_UNCOVERED = ("gap", "hole")
OUTLINE_LABEL = "outline"


@dataclass(frozen=True, slots=True)
class Gap:
    """Ground of no cell that is allowed to stand. gap_id: None = not stored yet."""

    gap_id: int | None
    geometry: MultiPolygon
    area_m2: Decimal
    point: tuple[float, float]
    reason: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What proving a level gave. allowed: the gaps that stand with a reason, old and new.

    found: the violations of the geometry with their shapes, cells as indices."""

    violations: tuple[LevelViolation, ...] = ()
    allowed: tuple[Gap, ...] = ()
    found: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class Rounded:
    """A level on the lattice, and every change that brought it there, as entries of the report. outline: noded with the cells.

    mended: what was decided on single faults and done, None = nothing was.
    """

    cells: Sequence[MultiPolygon]
    rounding: tuple[Mapping[str, Any], ...] = ()
    repairs: tuple[Mapping[str, Any], ...] = ()
    outline: MultiPolygon | None = None
    mended: Mended | None = None


def node_and_repair(
    geometries: Sequence[BaseGeometry],
    labels: Sequence[str],
    *,
    repair_m: float | None = None,
    outline: BaseGeometry | None = None,
    gaps: Sequence[AllowedGap] = (),
    rulings: Rulings | None = None,
) -> Rounded:
    """A level snap-rounded as a whole, and repaired up to a width in metres when asked to.

    labels: the cells' codes, for the lists. outline: lon/lat; noded with the cells, so that both have the same vertices along the rim.
    gaps: allowed ones, which a repair leaves open. rulings: carried out first.
    """
    if not len(geometries):
        return Rounded((), outline=None if outline is None else outline_ground(outline))
    names = [*labels, OUTLINE_LABEL]
    noded = node_level(geometries, outline=None if outline is None else _multi(outline))
    cells, border = noded.cells, noded.outline
    changes, repairs = noded.rounding, list[Repair]()
    standing = [part for gap in gaps for part in gap.geometry.geoms]
    mended = mend(noded, labels, rulings.single, rules=rulings.rules, allowed_gaps=standing) if rulings else None
    if mended is not None:
        cells, border, changes = mended.cells, mended.outline, [*changes, *mended.rounding]
        standing += [ground for ground, _ in mended.gaps]
    if repair_m is not None:
        repaired = repair_level(cells, metres=repair_m, outline=border, allowed_gaps=standing)
        cells, border, repairs = repaired.cells, repaired.outline, repaired.repairs
        changes = [*changes, *repaired.rounding]
    return Rounded(cells, tuple(_rounding(change, names) for change in changes), tuple(_repair(change, names) for change in repairs), border, mended)


def _rounding(change: Rounding, labels: Sequence[str]) -> dict[str, Any]:
    return _entry(change, labels) | {"area_m2": f"{change.area_m2:.4f}", "size_m": f"{change.size_m:.6f}"}


def _repair(change: Repair, labels: Sequence[str]) -> dict[str, Any]:
    return _entry(change, labels) | {"area_m2": decimal_text(change.area_m2)}


def _entry(change: Rounding | Repair, labels: Sequence[str]) -> dict[str, Any]:
    place = [round(float(value), 9) for value in change.point]
    return {"kind": change.kind, "cells": [labels[index] for index in change.cells], "point": place}


def node_plane(geometries: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Polygons of one projected file with each vertex of a neighbour inserted where it lies on an edge, in the plane where edges are straight.

    geometries: in the file's own plane (metres). Where the file is beyond noding it comes back as it is, for the import to name what is wrong.
    """
    # Metres become lattice units of a tenth of a millimetre, so that the one noding serves planes too.
    scale = 1e-5
    polygons = [index for index, one in enumerate(geometries) if one.geom_type in ("Polygon", "MultiPolygon") and shapely.is_valid(one)]
    shrunk = [shapely.transform(geometries[index], lambda points: points * scale) for index in polygons]
    noded = list(geometries)
    if not shrunk:
        return noded
    for index, cell in zip(polygons, node_level(shrunk).cells, strict=True):
        noded[index] = shapely.transform(cell, lambda points: points / scale)
    return noded


def clean_overlay(geometries: Sequence[BaseGeometry]) -> Rounded:
    """Cells that need not tile, each on the lattice by itself. Raises InvalidGeometry where rounding alone breaks one."""
    cells = [_multi(snap(one)) for one in geometries]
    for number, cell in enumerate(cells, start=1):
        require_clean(cell, kinds=("MultiPolygon",), pointer=f"cell {number}")
    return Rounded(cells)


def outline_ground(outline: BaseGeometry) -> MultiPolygon:
    """A declared outline on the lattice. Raises InvalidGeometry when it is no clean polygon there."""
    ground = _multi(snap(outline))
    require_clean(ground, kinds=("MultiPolygon",), pointer="outline")
    return ground


def _multi(geometry: BaseGeometry) -> MultiPolygon:
    if isinstance(geometry, MultiPolygon):
        return geometry
    if isinstance(geometry, Polygon):
        return MultiPolygon([geometry])
    raise InvalidGeometry(f"a polygon is needed, not a {geometry.geom_type}.", f"应为面，而不是 {geometry.geom_type}。")


def prove(
    cells: Sequence[MultiPolygon],
    labels: Sequence[str],
    *,
    level: str,
    outline: MultiPolygon | None,
    standing: Sequence[AllowedGap] = (),
    reason: str | None = None,
    decided: Sequence[tuple[Polygon, str]] = (),
) -> Proof:
    """Every violation of a level, and the gaps that are allowed.

    cells: on the lattice, noded; an empty one was lost in rounding. labels: their codes. outline: the land to fill, None = the cells' own
    outer rings. standing: gaps allowed before, which end when they are no longer there; reason: allows what is uncovered beside them,
    None = nothing more. decided: ground that may stand each for a reason of its own.
    """
    if not len(cells):
        return Proof()
    proof = prove_tiling(cells, outline=outline)
    uncovered = _uncovered(proof.violations)
    held = [_held(gap) for gap in standing if _is_uncovered(gap.geometry, uncovered)]
    # A hole that the outline leaves out as well asks for no leave to stand, but stays on record as long as no cell covers it.
    apart = _uncovered(prove_tiling(cells).violations) if outline is not None and len(held) < len(standing) else []
    beside = [_held(gap) for gap in standing if _is_uncovered(gap.geometry, apart) and not _is_uncovered(gap.geometry, uncovered)]
    if held:
        proof = prove_tiling(cells, outline=outline, allowed_gaps=_parts(held))
    uncovered_now = [fault for fault in proof.violations if fault.kind in _UNCOVERED and fault.shape is not None]
    why = [(fault, reason_for(fault.shape, decided) or reason) for fault in uncovered_now if fault.shape is not None]
    fresh = [_new_gap(fault, given) for fault, given in why if given is not None]
    if fresh:
        proof = prove_tiling(cells, outline=outline, allowed_gaps=_parts([*held, *fresh]))
    named = [_named(fault, labels, level) for fault in proof.violations]
    return Proof((*named, *_collapsed(cells, labels, level)), (*held, *beside, *fresh), tuple(proof.violations))


def _uncovered(violations: Sequence[Violation]) -> list[BaseGeometry]:
    return [fault.shape for fault in violations if fault.kind in _UNCOVERED and fault.shape is not None]


def _collapsed(cells: Sequence[MultiPolygon], labels: Sequence[str], level: str) -> list[LevelViolation]:
    words = ("Nothing of the cell is left at a tenth of a millimetre.", "该网格小于十分之一毫米，取整后消失。")
    return [LevelViolation("invalid", level, (label,), 0.0, 0.0, None, *words) for cell, label in zip(cells, labels, strict=True) if cell.is_empty]


def _parts(gaps: Sequence[Gap]) -> list[Polygon]:
    return [part for gap in gaps for part in gap.geometry.geoms]


def _held(gap: AllowedGap) -> Gap:
    return Gap(gap.gap_id, gap.geometry, gap.area_m2, point_of(gap.geometry) or (0.0, 0.0), gap.reason)


def _is_uncovered(ground: MultiPolygon, uncovered: Sequence[BaseGeometry]) -> bool:
    return any(is_same_ground(ground, _multi(shape)) for shape in uncovered)


def _new_gap(fault: Violation, reason: str | None) -> Gap:
    ground = _multi(fault.shape)
    return Gap(None, ground, square_metres(ground), point_of(ground) or fault.point, reason or "")


def source_of(outline: Outline | None) -> OutlineSource:
    """Where the outline came from, as the report says it."""
    if outline is None:
        return "own"
    return "parent" if outline.source == "parent" else "file"


def square_metres(ground: MultiPolygon) -> Decimal:
    """Area of cell ground at 0.01 m2, on the ellipsoid."""
    return Decimal(repr(cell_area_m2(ground))).quantize(Decimal("0.01"))


def _named(fault: Violation, labels: Sequence[str], level: str) -> LevelViolation:
    place = (round(float(fault.point[0]), 9), round(float(fault.point[1]), 9))
    cells = tuple(dict.fromkeys(labels[index] for index in fault.cells))
    return LevelViolation(fault.kind, level, cells, fault.area_m2, fault.length_m, place, fault.detail.en, fault.detail.zh)


def duplicates(records: Sequence[CellRecord], level: str, *, told: Sequence[LevelViolation] = ()) -> list[LevelViolation]:
    """Rows whose code stands in an earlier row. told: what the proof found already, a cell drawn twice among it."""
    known = {code for violation in told if violation.kind == "duplicate" for code in violation.cells}
    first: dict[str, int] = {}
    found: list[LevelViolation] = []
    for record in records:
        if record.code in first and record.code not in known and record.code:
            words = (
                f"{record.code} stands in rows {first[record.code]} and {record.row}.",
                f"{record.code} 在第 {first[record.code]} 行与第 {record.row} 行重复。",
            )
            found.append(_whole("duplicate", level, record.code, record.geometry, words))
        first.setdefault(record.code, record.row)
    return found


def _whole(kind: str, level: str, code: str, ground: BaseGeometry, words: tuple[str, str]) -> LevelViolation:
    return LevelViolation(kind, level, (code,), area_m2(ground), length_m(ground), point_of(ground), *words)


def invalid_rows(rejected: Sequence[Rejected], level: str) -> list[LevelViolation]:
    """Rows whose geometry is not clean."""
    return [LevelViolation("invalid", level, (row.code or f"row {row.row}",), 0.0, 0.0, row.point, row.reason_en, row.reason_zh) for row in rejected]


def orphans(cells: Sequence[Draft | Cell], levels: Sequence[Level]) -> list[LevelViolation]:
    """Cells without a parent where others of their level have one: the levels above would not cover the same ground."""
    found: list[LevelViolation] = []
    keys = {level.rank: level.key for level in levels}
    for rank in range(max(keys)):
        of_rank = [cell for cell in cells if cell.rank == rank]
        if not any(cell.parent_code for cell in of_rank):
            continue
        above = keys[rank + 1]
        for cell in of_rank:
            # A row without a code is refused as such, and has nothing by which it could be called here.
            if cell.code and not cell.parent_code and cell.geometry is not None:
                words = (f"{cell.code} belongs to no {above}.", f"{cell.code} 没有上级（{above}）。")
                found.append(_whole("orphan", keys[rank], cell.code, cell.geometry, words))
    return found


def union_of_children(children: Sequence[Draft], *, overlay: bool, filled: Sequence[MultiPolygon] = ()) -> dict[str, MultiPolygon]:
    """The ground of every parent code: the exact union of its children. filled: gaps that count as covered (with one parent only)."""
    owned = [child for child in children if child.parent_code is not None]
    if not owned:
        return {}
    codes = [str(child.parent_code) for child in owned]
    if overlay:
        return {code: outline_ground(shapely.union_all([child.geometry for child in owned if child.parent_code == code])) for code in dict.fromkeys(codes)}
    united = dissolve([*(child.geometry for child in owned), *filled], [*codes, *([codes[0]] * len(filled))])
    return {str(code): ground for code, ground in united.items()}


def check_state(scheme: Scheme, cells: Sequence[Cell], *, on: date, outline: Outline | None, gaps: Sequence[AllowedGap]) -> Coverage:
    """The coverage of the cells in force on a day: the leaf level tiles, and the children of every cell union to it exactly.

    outline: number 0 = one that was not stored with the cells; it is noded with a copy of them first.
    """
    leaves = [cell for cell in cells if cell.rank == 0 and cell.geometry is not None]
    labels = [cell.code for cell in leaves]
    grounds = [cell.geometry for cell in leaves if cell.geometry is not None]
    leaf = scheme.levels[-1].key
    if outline is not None and outline.outline_id == 0:
        rounded = node_and_repair(grounds, labels, outline=outline.geometry)
        grounds, outline = list(rounded.cells), replace(outline, geometry=rounded.outline or outline.geometry)
    proof = Proof() if scheme.overlay else prove(grounds, labels, level=leaf, outline=outline and outline.geometry, standing=gaps)
    found = [*proof.violations, *orphans(cells, scheme.levels), *([] if scheme.overlay else _family(cells, scheme))]
    return Coverage(
        scheme=scheme.key,
        on=on,
        outline=source_of(outline),
        overlay=scheme.overlay,
        cells={level.key: sum(cell.rank == level.rank for cell in cells) for level in scheme.levels},
        violations=tuple(found),
        allowed_gaps=[GapEntry(float(gap.area_m2), gap.point, gap.reason) for gap in proof.allowed],
    )


def _family(cells: Sequence[Cell], scheme: Scheme) -> list[LevelViolation]:
    """Cells of which parent and children do not agree."""
    found: list[LevelViolation] = []
    for level in scheme.levels[:-1]:
        united = union_of_children([_as_draft(cell) for cell in cells if cell.rank == level.rank - 1], overlay=False)
        for cell in cells:
            if cell.rank == level.rank:
                found += _parent_fault(cell, united.pop(cell.code, None), level.key)
        for code, ground in united.items():
            words = (f"Cells belong to {code}, which is not in force.", f"有网格属于 {code}，但该上级未生效。")
            found.append(_whole("orphan", level.key, code, ground, words))
    return found


def _as_draft(cell: Cell) -> Draft:
    assert cell.geometry is not None
    return Draft(cell.rank, cell.code, cell.name, cell.parent_code, cell.geometry)


def _parent_fault(cell: Cell, united: MultiPolygon | None, level: str) -> list[LevelViolation]:
    assert cell.geometry is not None
    if united is None:
        return [_whole("gap", level, cell.code, cell.geometry, (f"{cell.code} has no cells below it.", f"{cell.code} 之下没有网格。"))]
    if is_same_ground(cell.geometry, united):
        return []
    apart = shapely.symmetric_difference(cell.geometry, united)
    words = (f"The cells below {cell.code} do not union to it.", f"{cell.code} 的下级网格合并后与其边界不一致。")
    return [_whole("outside-parent", level, cell.code, apart if not apart.is_empty else cell.geometry, words)]
