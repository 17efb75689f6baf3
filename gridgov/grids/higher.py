"""A loaded level above the leaf: compared with the union of its children, never drawn over it.

Decides which loaded parent is which derived one, whether their ground agrees up to rounding, and which names and codes are taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.codes.administrative import fill_with_zeros
from gridgov.geo.area import area_m2, length_m
from gridgov.grids.cell import Cell, CellRecord
from gridgov.grids.importing import Draft
from gridgov.grids.report import LevelViolation

# Rounding moves a vertex by at most 0.2 mm, on both outlines; a strip between them no wider on average is no difference.
ROUNDING_WIDTH_M = 4e-4


@dataclass(frozen=True, slots=True)
class LoadedParent:
    """A parent as the file draws it, its ground on the lattice."""

    record: CellRecord
    ground: MultiPolygon


@dataclass(frozen=True, slots=True)
class Comparison:
    """What loading a parent level gives. renamed: derived code -> the code taken for it; rounding: differences too thin to count."""

    drafts: tuple[Draft, ...] = ()
    violations: tuple[LevelViolation, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    rounding: tuple[Mapping[str, Any], ...] = ()


def compare_level(derived: Sequence[Cell], loaded: Sequence[LoadedParent], *, level: str, gaps: Sequence[BaseGeometry]) -> Comparison:
    """The parents as they are to be: derived ground, loaded codes and names; and every difference between the two.

    derived: the level's cells in force, with geometry. gaps: allowed ones, which belong to no child and may lie inside a loaded parent.
    """
    pairs = match_parents(derived, loaded)
    allowed = shapely.union_all(list(gaps)) if gaps else None
    violations: list[LevelViolation] = []
    rounding: list[Mapping[str, Any]] = []
    drafts: list[Draft] = []
    for cell, parent in pairs:
        if cell is None or parent is None:
            violations.append(_unpaired(cell, parent, level))
            continue
        assert cell.geometry is not None
        drafts.append(Draft(cell.rank, parent.record.code, parent.record.name, cell.parent_code, cell.geometry))
        wrong, thin = _differences(cell, parent, level=level, allowed=allowed)
        violations.extend(wrong)
        rounding.extend(thin)
    renamed = {cell.code: parent.record.code for cell, parent in pairs if cell is not None and parent is not None}
    return Comparison(tuple(drafts), tuple(violations), renamed, tuple(rounding))


def match_parents(derived: Sequence[Cell], loaded: Sequence[LoadedParent]) -> list[tuple[Cell | None, LoadedParent | None]]:
    """Pairs by code (330802 and 330802000000 are one), the rest by ground; what is left over stands alone."""
    free = {_full(parent.record.code): parent for parent in loaded}
    pairs: list[tuple[Cell | None, LoadedParent | None]] = []
    unnamed: list[Cell] = []
    for cell in derived:
        parent = free.pop(_full(cell.code), None)
        if parent is None:
            unnamed.append(cell)
        else:
            pairs.append((cell, parent))
    for cell in unnamed:
        by_ground = next((key for key, parent in free.items() if _is_mostly(cell, parent)), None)
        pairs.append((cell, None if by_ground is None else free.pop(by_ground)))
    return pairs + [(None, parent) for parent in free.values()]


def _full(code: str) -> str:
    return fill_with_zeros(code) if code.isascii() and code.isdigit() and len(code) in (6, 9) else code


def _is_mostly(cell: Cell, parent: LoadedParent) -> bool:
    assert cell.geometry is not None
    common = shapely.intersection(cell.geometry, parent.ground).area
    return bool(common > 0.5 * max(cell.geometry.area, parent.ground.area))


def _unpaired(cell: Cell | None, parent: LoadedParent | None, level: str) -> LevelViolation:
    if parent is not None:
        return _violation(
            "gap", level, (parent.record.code,), parent.ground, (f"{parent.record.code} has no cells below it", f"{parent.record.code} 之下没有网格")
        )
    assert cell is not None and cell.geometry is not None
    return _violation(
        "outside-parent", level, (cell.code,), cell.geometry, (f"the file has no {cell.code}, to which cells belong", f"文件中没有 {cell.code}，而有网格属于它")
    )


def _differences(cell: Cell, parent: LoadedParent, *, level: str, allowed: BaseGeometry | None) -> tuple[list[LevelViolation], list[Mapping[str, Any]]]:
    assert cell.geometry is not None
    if cell.geometry.normalize().equals_exact(parent.ground.normalize(), 0.0):
        return [], []
    missing = shapely.difference(parent.ground, cell.geometry)
    if allowed is not None:
        missing = shapely.difference(missing, allowed)
    beyond = shapely.difference(cell.geometry, parent.ground)
    wrong: list[LevelViolation] = []
    thin: list[Mapping[str, Any]] = []
    code = parent.record.code
    for kind, difference, detail in (
        ("gap", missing, (f"{code} as loaded has ground that none of its cells covers", f"载入的 {code} 中有一处不属于任何下级网格")),
        ("outside-parent", beyond, (f"cells of {code} reach beyond {code} as loaded", f"{code} 的下级网格超出载入的 {code} 边界")),
    ):
        for part in _polygons(difference):
            if area_m2(part) <= ROUNDING_WIDTH_M * length_m(part) / 2:
                thin.append({"kind": "parent-difference", "cells": [code], "area_m2": f"{area_m2(part):.4f}", "point": list(_place(part))})
            else:
                wrong.append(_violation(kind, level, (code,), part, detail))
    return wrong, thin


def _violation(kind: str, level: str, cells: tuple[str, ...], ground: BaseGeometry, detail: tuple[str, str]) -> LevelViolation:
    area, edge = area_m2(ground), length_m(ground)
    return LevelViolation(kind, level, cells, area, edge, _place(ground), f"{detail[0]} ({_size(area)} m2).", f"{detail[1]}（{_size(area)} 平方米）。")


def _size(size_m2: float) -> str:
    return f"{size_m2:.2f}" if size_m2 >= 0.01 else f"{size_m2:.2g}"


def _place(ground: BaseGeometry) -> tuple[float, float]:
    found = ground.representative_point()
    return round(found.x, 9), round(found.y, 9)


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(shapely.get_parts(geometry)) if isinstance(part, Polygon) and not part.is_empty]
