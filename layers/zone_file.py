"""A zone file as zones ready to store: read, matched to fields, repaired where that was asked for, brought to storage.

The one way from a file to a `ZoneSet` for every face. Decides the order of the steps; each step's rule stands in its own module.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from pyproj import CRS
from shapely import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from gridgov.errors import Refused
from gridgov.geo.area import area_m2
from gridgov.geo.crs import read_crs, sniff_plane_crs, to_storage
from gridgov.zones.fields import FieldMap, choose_fields
from gridgov.zones.importing import EDGE_M, Repair, ZoneSet, as_multi, on_lattice, to_zones
from gridgov.zones.zone import Candidate, Rejected, fault_of, invalid_ones, read_rows, with_geometries
from layers.repair import Repaired, repair
from layers.table import FeatureTable, Note
from layers.vector import read_features

FAILURES: Final = {
    "time": ("repairing took too long", "修复超时"),
    "memory": ("repairing took too much memory", "修复所需内存过大"),
    "crash": ("repairing broke down", "修复过程异常中止"),
    "empty": ("nothing of it is left after repairing", "修复后没有剩余的面"),
}


@dataclass(frozen=True, slots=True)
class ZoneFile:
    """How to read a file. crs: overrides what the file declares; None = the file's own, else what its numbers settle."""

    path: Path
    layer: str
    kind: str
    file_layer: str | None = None
    fields: FieldMap = field(default_factory=FieldMap)
    crs: str | None = None
    repair: bool = False


@dataclass(frozen=True, slots=True)
class ZonesRead:
    """The zones, with what the reader did on the way; unlisted: values that the field map does not name."""

    zones: ZoneSet
    notes: tuple[Note, ...]
    unlisted: dict[tuple[str, str], int]


Watch = Callable[[Iterable[Repaired], int], Iterable[Repaired]]


def _unwatched(items: Iterable[Repaired], total: int) -> Iterable[Repaired]:
    return items


def read_zones(source: ZoneFile, *, watch: Watch = _unwatched) -> ZonesRead:
    """The file's zones. Rows that cannot be zones are in `zones.rejected`, never dropped.

    watch: sees the repairs pass, for a progress bar. Raises what `read_features` raises, and WrongCrs, Refused (no rows, unknown column).
    """
    table = read_features(source.path, layer=source.file_layer)
    if not table.rows:
        raise Refused(f"the layer {table.name} is empty", f"图层“{table.name}”没有任何要素")
    crs = crs_of(table, source.crs)
    reading = read_rows(table.rows, table.geometries, choose_fields(table.fields, source.kind, source.fields), layer=source.layer)
    invalid = invalid_ones(reading.candidates)
    by_row = {candidate.row: candidate for candidate in reading.candidates}
    broken = [by_row[row.row] for row in invalid]
    mended = list(watch(repair([candidate.geometry for candidate in broken]), len(broken))) if source.repair else []
    changed = {candidate.row: found.geometry for candidate, found in zip(broken, mended, strict=False) if found.geometry is not None}
    sound = [c for c in with_geometries(reading.candidates, changed) if c.row in changed or c.row not in {row.row for row in invalid}]
    zones = to_zones(sound, crs)
    failed = [_failed(row, found) for row, found in zip(invalid, mended, strict=True) if found.geometry is None] if source.repair else invalid
    rejected = sorted([*_placed([*reading.rejected, *failed], crs), *zones.rejected], key=lambda row: row.row)
    repairs = _repairs([candidate for candidate in broken if candidate.row in changed], zones, crs)
    return ZonesRead(replace(zones, rejected=rejected, repairs=repairs), table.notes, dict(reading.unlisted))


def read_coverage(path: Path, crs: str | None = None) -> MultiPolygon:
    """Where a layer is complete: the union of a file's polygons, lon/lat on the lattice. Raises Refused when any is not a valid polygon."""
    table = read_features(path)
    given = [geometry for geometry in table.geometries if geometry is not None and not geometry.is_empty]
    for row, geometry in enumerate(given, 1):
        if shapely.get_dimensions(geometry) != 2 or not np.isfinite(shapely.get_coordinates(geometry)).all():
            raise Refused(f"coverage file, row {row}: no polygon", f"覆盖范围文件第 {row} 行不是面")
        if not shapely.is_valid(geometry):
            fault = fault_of(geometry)
            raise Refused(f"coverage file, row {row}: {fault.en}", f"覆盖范围文件第 {row} 行：{fault.zh}", faults=[fault])
    if not given:
        raise Refused("the coverage file has no polygon", "覆盖范围文件中没有面")
    moved, _ = to_storage(given, crs_of(table, crs), EDGE_M)
    placed, _ = on_lattice(as_multi(shapely.union_all(np.array(moved, dtype=object))))
    if placed is None:
        raise Refused("the coverage cannot be rounded to 1e-9 degree without becoming invalid", "覆盖范围取整到 1e-9 度后图形无效")
    return placed


def crs_of(table: FeatureTable, stated: str | None) -> CRS:
    """The stated system, else the file's own, else what the numbers settle. Raises WrongCrs."""
    if stated is not None or table.crs is not None:
        return read_crs(stated or table.crs or "")
    given = [geometry for geometry in table.geometries if geometry is not None and not geometry.is_empty]
    west, south, east, north = shapely.total_bounds(np.array(given, dtype=object)) if given else (0.0, 0.0, 0.0, 0.0)
    return sniff_plane_crs((float(west), float(south), float(east), float(north)))


def _failed(row: Rejected, found: Repaired) -> Rejected:
    en, zh = FAILURES[found.failure or "empty"]
    return replace(row, en=f"{row.en} {en}.".replace("..", "."), zh=f"{row.zh}{zh}。")


def _placed(rows: Sequence[Rejected], crs: CRS) -> list[Rejected]:
    """The same with their places in lon/lat."""
    points = _to_lonlat([row.place for row in rows], crs)
    return [replace(row, place=point) for row, point in zip(rows, points, strict=True)]


def _to_lonlat(places: Sequence[tuple[float, float] | None], crs: CRS) -> list[tuple[float, float] | None]:
    known = [Point(place) for place in places if place is not None]
    moved = iter(to_storage(known, crs)[0] if known else [])
    return [None if place is None else (float((point := next(moved)).x), float(point.y)) for place in places]


def _repairs(broken: Sequence[Candidate], zones: ZoneSet, crs: CRS) -> list[Repair]:
    """What each repair did; areas before and after of the same densified outlines, on the ellipsoid."""
    if not broken:
        return []
    stored: dict[int, BaseGeometry] = {zone.row: zone.geometry for zone in zones.zones}
    before = to_storage([candidate.geometry for candidate in broken], crs, EDGE_M)[0]
    faults = [fault_of(candidate.geometry) for candidate in broken]
    places = _to_lonlat([fault.at for fault in faults], crs)
    found = []
    for candidate, geometry, fault, place in zip(broken, before, faults, places, strict=True):
        if candidate.row in stored:
            found.append(Repair(candidate.code, fault.en, fault.zh, place, area_m2(geometry), area_m2(stored[candidate.row])))
    return found
