"""One edition as it is asked for, its zones on the lattice, and the hash of what it says.

Pure. Candidates come in with valid polygons in the file's coordinates and leave as zone records in lon/lat EPSG:4490: densified to 100 m
in the file's own system, transformed, snapped. Who repairs and who stores is decided elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
import shapely
from pyproj import CRS
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.errors import Language
from gridgov.geo.area import area_m2
from gridgov.geo.crs import Operation, to_storage
from gridgov.geo.lattice import snap, to_lattice
from gridgov.zones.edition import Certainty, CoverageKind, Disclosure, Threshold, ZoneRecord
from gridgov.zones.zone import Candidate, Rejected, fault_of

EDGE_M: Final = 100.0
FIRST_DAY: Final = date(1900, 1, 1)
LATTICE_DEG: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Repair:
    """A zone whose polygon was made valid. reason in both languages, place in lon/lat, areas as in the file and as stored."""

    code: str
    en: str
    zh: str
    place: tuple[float, float] | None
    before_m2: float
    after_m2: float


@dataclass(frozen=True, slots=True)
class Rounding:
    """A zone that rounding to the lattice would have made invalid, and by how much its area changed when it was rounded as a whole."""

    code: str
    changed_m2: float


@dataclass(frozen=True, slots=True)
class ZoneSet:
    """A file's zones, ready to store, with everything that was done and everything that was refused (places in lon/lat)."""

    zones: list[ZoneRecord]
    operation: Operation
    repairs: list[Repair] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    rounding: list[Rounding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EditionImport:
    """What one import asks for. None = the default: kind by the layer's key, edition and first day as the service decides.

    coverage: where the layer is complete, lon/lat on the lattice, only with coverage_kind `file`. today: in the installation's timezone.
    """

    layer: str
    zones: ZoneSet
    coverage_kind: CoverageKind
    today: date
    coverage: MultiPolygon | None = None
    kind: str | None = None
    title: str | None = None
    edition: str | None = None
    effective_from: date | None = None
    document: str | None = None
    scale: int | None = None
    accuracy_m: float | None = None
    certainty: Certainty = "certain"
    disclosure: Disclosure = "public"
    threshold: Threshold = field(default_factory=Threshold)
    grow_area: bool = False
    dry_run: bool = False
    language: Language = "zh"


def to_zones(candidates: Sequence[Candidate], source: CRS) -> ZoneSet:
    """Valid candidates as zone records; what rounding would break is rounded as a whole, and rejected if even that fails.

    Raises WrongCrs, InvalidGeometry (coordinates that the system cannot express).
    """
    moved, operation = to_storage([candidate.geometry for candidate in candidates], source, EDGE_M)
    zones, rejected, rounding = [], [], []
    for candidate, geometry in zip(candidates, moved, strict=True):
        placed, changed = on_lattice(geometry)
        if placed is None:
            fault = fault_of(snap(geometry))
            rejected.append(Rejected(candidate.row, candidate.code, f"rounded to 1e-9 degree: {fault.en}", f"坐标取整到 1e-9 度后：{fault.zh}", fault.at))
            continue
        if changed is not None:
            rounding.append(Rounding(candidate.code, changed))
        zones.append(ZoneRecord(candidate.row, candidate.code, candidate.name, candidate.attributes, placed))
    return ZoneSet(zones, operation, rejected=rejected, rounding=rounding)


def on_lattice(geometry: BaseGeometry) -> tuple[MultiPolygon | None, float | None]:
    """The polygon on the lattice in canonical form, valid, and the change of area in m2 when plain rounding would have broken it.

    geometry: valid in lon/lat. (None, None) = not even rounding as a whole gives a polygon.
    """
    plain = as_multi(snap(geometry))
    if shapely.is_valid(plain):
        return canonical(plain), None
    whole = as_multi(snap(shapely.set_precision(geometry, LATTICE_DEG)))
    if whole.is_empty or not shapely.is_valid(whole):
        return None, None
    return canonical(whole), area_m2(whole) - area_m2(geometry)


def as_multi(geometry: BaseGeometry) -> MultiPolygon:
    """The polygon parts of a geometry as one MultiPolygon; lines and points are left out."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return MultiPolygon([part for part in parts if isinstance(part, Polygon) and not part.is_empty])


def canonical(geometry: MultiPolygon) -> MultiPolygon:
    """The one form a set of rings has, whatever order and start a file gave them: outer rings counter-clockwise."""
    found: MultiPolygon = shapely.orient_polygons(shapely.normalize(geometry))
    return found


def content_hash(request: EditionImport, *, edition: str, effective_from: date, kind: str, coverage: BaseGeometry | None) -> str:
    """SHA-256 over everything an edition says; the order of its rows and of its rings does not count.

    coverage: the stored one, lon/lat on the lattice.
    """
    head = {
        "layer": request.layer,
        "kind": kind,
        "edition": edition,
        "effective_from": effective_from.isoformat(),
        "coverage": request.coverage_kind,
        "coverage_geometry": None if coverage is None else _ground_hash(coverage),
        "certainty": request.certainty,
        "disclosure": request.disclosure,
        "accuracy_m": request.accuracy_m,
        "scale": request.scale,
        "document": request.document,
        "threshold": [str(request.threshold.area_m2), str(request.threshold.width_m)],
        "zones": sorted(_zone_hash(zone) for zone in request.zones.zones),
    }
    return hashlib.sha256(_json(head)).hexdigest()


def _zone_hash(zone: ZoneRecord) -> str:
    said = hashlib.sha256(_json([zone.code, zone.name, zone.attributes]))
    said.update(_ground_hash(zone.geometry).encode())
    return said.hexdigest()


def _ground_hash(geometry: BaseGeometry) -> str:
    """Rings as lattice integers, each preceded by its length, each part by the number of its rings."""
    found = hashlib.sha256()
    for part in shapely.get_parts(canonical(as_multi(geometry))):
        rings = [part.exterior, *part.interiors]
        found.update(np.array([len(rings)], dtype="<i8").tobytes())
        for ring in rings:
            places = to_lattice(shapely.get_coordinates(ring))
            found.update(np.array([len(places)], dtype="<i8").tobytes())
            found.update(np.ascontiguousarray(places, dtype="<i8").tobytes())
    return found.hexdigest()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("utf-8", "backslashreplace")


def attribute_names(zones: Iterable[ZoneRecord]) -> list[str]:
    """Every attribute that any zone carries, in code-point order."""
    return sorted({name for zone in zones for name in zone.attributes})
