"""The city's redraws since its change of 2025: two that are in force, one laid before the supervisor, and one given back to whoever drafted it.

Drawn on today's cells of the city, in the operations an administrator draws. They keep clear of the inspector's township, of every project, and of
each other, and leave as many villages as there were.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any, Final, Literal

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.geo.lattice import snap
from gridgov.grids.cell import CellRecord
from layers.sample_city.records import SampleCity

Stage = Literal["approved", "submitted", "returned"]
# A common boundary of fewer vertices is no line to be drawn anew.
_LEAST_VERTICES: Final = 12
# Neither part of a cell that is cut is smaller than this share of it.
_LEAST_SHARE: Final = 0.3
_LONGEST_NAME: Final = 8


@dataclass(frozen=True, slots=True)
class SampleRedraw:
    """A redraw as it is asked for, and how far it came. operations: JSON as over HTTP; note: what was said when it was given back."""

    effective_from: date
    reason: str
    document: str
    operations: tuple[dict[str, Any], ...]
    stage: Stage
    note: str | None = None


@dataclass(slots=True)
class _Land:
    """The cells that may be redrawn; what was taken and what lies beside it is taken no more."""

    cells: Sequence[CellRecord]
    closed: set[str]
    tree: shapely.STRtree = field(init=False)

    def __post_init__(self) -> None:
        self.tree = shapely.STRtree([cell.geometry for cell in self.cells])

    def free(self) -> list[CellRecord]:
        return [cell for cell in self.cells if cell.code not in self.closed and _is_plain(cell)]

    def pairs(self) -> Iterator[tuple[CellRecord, CellRecord]]:
        """Free neighbours of one township, in order."""
        siblings: dict[str, list[CellRecord]] = {}
        for cell in self.free():
            siblings.setdefault(cell.parents[0][0], []).append(cell)
        for own in siblings.values():
            yield from (pair for pair in combinations(own, 2) if shapely.relate_pattern(pair[0].geometry, pair[1].geometry, "FF2F1*212"))

    def take(self, *cells: CellRecord) -> None:
        for cell in cells:
            self.closed.update(self.cells[index].code for index in self.tree.query(cell.geometry, predicate="intersects").tolist())


def sample_redraws(city: SampleCity) -> tuple[SampleRedraw, ...]:
    """The redraws in the order they were made; fewer where the city is too small for all of them."""
    land = _Land(city.cells, _closed(city))
    found = [_moved_line(land), _cut_and_joined(land), _line_and_name(land), _cut(land)]
    return tuple(one for one in found if one is not None)


def _closed(city: SampleCity) -> set[str]:
    """Codes of the villages of the inspector's township, and of those that a project stands in."""
    towns = {account.cell for account in city.accounts}
    grounds = [ground for site in city.sites if isinstance(ground := site.request.get("site"), dict)]
    projects = shapely.union_all([_drawn(ground) for ground in grounds])
    return {cell.code for cell in city.cells if cell.parents[0][0] in towns or cell.geometry.intersects(projects)}


def _drawn(ground: dict[str, Any]) -> BaseGeometry:
    shape: BaseGeometry = shapely.from_geojson(shapely.to_geojson(shapely.geometry.shape(ground)))
    return shape


def _moved_line(land: _Land) -> SampleRedraw | None:
    found = _reshape(land)
    if found is None:
        return None
    one, other, operation = found
    return SampleRedraw(
        date(2026, 3, 1),
        f"村道改线后，原界线与现状道路不符，经{one.name}、{other.name}协商一致，改以新村道中心线为界",
        "示例：县民政局关于同意变更部分村界线的批复（2026 年第 1 号）",
        (operation,),
        "approved",
    )


def _cut_and_joined(land: _Land) -> SampleRedraw | None:
    halves = _split(land)
    pair = _joined(land)
    if halves is None or pair is None:
        return None
    cell, operation = halves
    kept, gone = pair
    joined = {"op": "merge", "cells": [kept.code, gone.code], "name": kept.name, "code": kept.code}
    return SampleRedraw(
        date(2026, 9, 1),
        f"{cell.name}地域过大，析出{operation['parts'][1]['name']}；{gone.name}人口外迁，并入{kept.name}",
        "示例：县人民政府关于调整部分村级网格的批复（2026 年第 8 号）",
        (operation, joined),
        "approved",
    )


def _line_and_name(land: _Land) -> SampleRedraw | None:
    found = _reshape(land)
    if found is None:
        return None
    one, other, operation = found
    renamed = {"op": "rename", "cell": other.code, "name": _with(other.name, "新")}
    return SampleRedraw(
        date(2027, 1, 1),
        f"土地整治后田块跨界，{one.name}与{other.name}界线随整治后田埂调整，{other.name}同时更名",
        "示例：镇人民政府关于申请调整村级网格界线的请示（2026 年第 21 号）",
        (operation, renamed),
        "submitted",
    )


def _cut(land: _Land) -> SampleRedraw | None:
    found = _split(land)
    if found is None:
        return None
    cell, operation = found
    return SampleRedraw(
        date(2027, 7, 1),
        f"{cell.name}地域狭长、巡查路程过远，拟分设两个网格",
        "示例：镇人民政府关于分设村级网格的请示（2026 年第 23 号）",
        (operation,),
        "returned",
        "请附村民代表会议纪要，核对分界线与现状田埂是否一致，并明确新设网格的责任人后再报。",
    )


def _reshape(land: _Land) -> tuple[CellRecord, CellRecord, dict[str, Any]] | None:
    """Two neighbours, and the middle of their common boundary made straighter."""
    for one, other in land.pairs():
        border = shapely.line_merge(shapely.intersection(one.geometry, other.geometry))
        if not isinstance(border, LineString) or border.is_ring or len(border.coords) < _LEAST_VERTICES:
            continue
        places = list(border.coords)
        start, end = places[len(places) // 4], places[3 * len(places) // 4]
        line = snap(LineString([start, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), end]))
        if shapely.contains_properly(shapely.coverage_union(one.geometry, other.geometry), line):
            land.take(one, other)
            return one, other, {"op": "reshape", "between": [one.code, other.code], "line": _line(line)}
    return None


def _split(land: _Land) -> tuple[CellRecord, dict[str, Any]] | None:
    """A village cut by a meridian; the western part keeps its name and code."""
    for cell in sorted(land.free(), key=lambda cell: -shapely.area(cell.geometry)):
        west, south, _, north = shapely.bounds(cell.geometry).tolist()
        margin = (north - south) / 50
        middle = shapely.centroid(cell.geometry).x
        line = snap(LineString([(middle, south - margin), (middle, north + margin)]))
        parts = shapely.get_parts(shapely.intersection(line, cell.geometry))
        left = shapely.area(shapely.clip_by_rect(cell.geometry, west, south, middle, north)) / shapely.area(cell.geometry)
        if len(parts) == 1 and _LEAST_SHARE <= left <= 1 - _LEAST_SHARE:
            land.take(cell)
            named = [{"name": cell.name, "code": cell.code}, {"name": _with(cell.name, "东")}]
            return cell, {"op": "split", "cell": cell.code, "line": _line(line), "parts": named}
    return None


def _joined(land: _Land) -> tuple[CellRecord, CellRecord] | None:
    """Two neighbours that make one whole village, the larger one first."""
    for pair in land.pairs():
        united = shapely.coverage_union(pair[0].geometry, pair[1].geometry)
        if len(shapely.get_parts(united)) == 1 and not shapely.get_parts(united)[0].interiors:
            land.take(*pair)
            larger, smaller = sorted(pair, key=lambda cell: (-shapely.area(cell.geometry), cell.code))
            return larger, smaller
    return None


def _is_plain(cell: CellRecord) -> bool:
    """Whether a cell is one piece without holes, and bears a name that fits into a sentence."""
    parts = shapely.get_parts(cell.geometry)
    return len(cell.name) <= _LONGEST_NAME and len(parts) == 1 and isinstance(parts[0], Polygon) and not parts[0].interiors


def _with(name: str, word: str) -> str:
    """A village's name with a word before what it ends in."""
    ending = next((ending for ending in ("社区", "村") if name.endswith(ending) and name != ending), "")
    return name.removesuffix(ending) + word + (ending or "村")


def _line(line: LineString) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": np.round(shapely.get_coordinates(line), 9).tolist()}
