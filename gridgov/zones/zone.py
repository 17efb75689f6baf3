"""From the rows of a file to candidate zones: codes, names, attributes, and which geometries may be zones at all.

Pure, in the file's own coordinates. Decides what is rejected (points, lines, nothing, codes that come twice) and which polygons are
invalid and where; how they are repaired, and how coordinates reach storage, is for others.
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.errors import Fault, InvalidGeometry
from gridgov.geo.clean import require_valid
from gridgov.zones.fields import Fields, as_text, attributes_of

MOST_CODE: Final = 200
KIND_ZH: Final = {"Point": "点", "MultiPoint": "多点", "LineString": "线", "MultiLineString": "多线", "GeometryCollection": "几何集合", "LinearRing": "线环"}


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be a zone. place: (x, y) in the coordinates of whoever made it."""

    row: int
    code: str
    en: str
    zh: str
    place: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that may become a zone; geometry: Polygon or MultiPolygon in the file's coordinates, not yet checked for validity."""

    row: int
    code: str
    name: str
    attributes: dict[str, Any]
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's rows sorted. unlisted: (attribute, raw value) -> zones, for values that a field map does not name."""

    candidates: list[Candidate]
    rejected: list[Rejected]
    unlisted: Mapping[tuple[str, str], int]


def read_rows(rows: Sequence[Mapping[str, Any]], geometries: Sequence[BaseGeometry | None], fields: Fields, *, layer: str) -> Reading:
    """Each row as a candidate or as rejected; every fault of a row is one entry."""
    codes = [_code(row, fields, layer, number) for number, row in enumerate(rows, 1)]
    counts = Counter(code for code in codes if code)
    first: dict[str, int] = {}
    candidates, rejected = [], []
    unlisted: Counter[tuple[str, str]] = Counter()
    for number, (row, code, geometry) in enumerate(zip(rows, codes, geometries, strict=True), 1):
        faults = [*_code_faults(number, code, first, counts), *_geometry_faults(number, code, geometry)]
        if faults or geometry is None:
            rejected += faults
            continue
        attributes, missing = attributes_of(row, fields)
        unlisted.update(missing)
        name = _text(row.get(fields.name)) if fields.name is not None else ""
        candidates.append(Candidate(number, code, name or code, attributes, geometry))
    return Reading(candidates, rejected, unlisted)


def _code(row: Mapping[str, Any], fields: Fields, layer: str, number: int) -> str:
    return f"{layer}-{number:06d}" if fields.code is None else _text(row.get(fields.code))


def _text(value: Any) -> str:
    return "" if value is None else unicodedata.normalize("NFC", as_text(value))


def _code_faults(row: int, code: str, first: dict[str, int], counts: Mapping[str, int]) -> list[Rejected]:
    if not code:
        return [Rejected(row, code, "the row has no code; name another column with --code-field", "该行没有编码，可用 --code-field 指定其他字段")]
    if len(code) > MOST_CODE or not code.isprintable():
        return [
            Rejected(
                row, code[:MOST_CODE], f"the code is longer than {MOST_CODE} characters or holds control characters", f"编码超过 {MOST_CODE} 个字符或含控制字符"
            )
        ]
    if counts[code] > 1 and first.setdefault(code, row) != row:
        return [Rejected(row, code, f"the code stands already in row {first[code]}", f"编码与第 {first[code]} 行重复")]
    return []


def _geometry_faults(row: int, code: str, geometry: BaseGeometry | None) -> list[Rejected]:
    if geometry is None or geometry.is_empty:
        return [Rejected(row, code, "the row has no geometry", "该行没有图形")]
    if not isinstance(geometry, Polygon | MultiPolygon):
        kind = geometry.geom_type
        return [Rejected(row, code, f"a {kind} is no zone; zones are polygons", f"图形为{KIND_ZH.get(kind, kind)}，分区应为面", _first_place(geometry))]
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        return [Rejected(row, code, "a coordinate is not a finite number", "坐标不是有限数值")]
    return []


def _first_place(geometry: BaseGeometry) -> tuple[float, float] | None:
    found = shapely.get_coordinates(geometry)
    return (float(found[0][0]), float(found[0][1])) if len(found) and np.isfinite(found[0]).all() else None


def invalid_ones(candidates: Sequence[Candidate]) -> list[Rejected]:
    """The candidates whose polygons are not valid, each with GEOS' reason and the place in the file's coordinates."""
    valid = shapely.is_valid(np.array([candidate.geometry for candidate in candidates], dtype=object))
    return [_invalid(candidate) for candidate, good in zip(candidates, valid, strict=True) if not good]


def _invalid(candidate: Candidate) -> Rejected:
    fault = fault_of(candidate.geometry)
    return Rejected(candidate.row, candidate.code, fault.en, fault.zh, fault.at)


def fault_of(geometry: BaseGeometry) -> Fault:
    """Why a geometry is not valid, in both languages, and where (x, y)."""
    try:
        require_valid(geometry)
    except InvalidGeometry as bad:
        return bad.faults[0]
    raise ValueError("the geometry is valid")


def with_geometries(candidates: Sequence[Candidate], changed: Mapping[int, BaseGeometry]) -> list[Candidate]:
    """The candidates with some geometries, by row, put in the place of their own."""
    return [replace(candidate, geometry=changed.get(candidate.row, candidate.geometry)) for candidate in candidates]
