"""What the sample city is made of, as plain records: nothing here knows a file, a database or a screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from shapely import LineString, MultiPolygon, Polygon

from gridgov.grids.cell import CellRecord
from gridgov.zones.edition import CoverageKind, ZoneRecord
from layers.sample_city.rasters import RasterLayer

Role = Literal["inspector", "planner", "supervisor", "admin"]


@dataclass(frozen=True, slots=True)
class ZoneLayer:
    """One edition of a layer, ready to be imported. coverage_area: lon/lat polygon when coverage is `file`.

    file_fields: names its columns bear in the file that `write_files` makes, as an authority would name them (`code`, `name` and
    attributes to column names); file_values: attribute -> {value: text in the file}.
    """

    key: str
    kind: str
    title: str
    edition: str
    effective_from: date
    coverage: CoverageKind
    zones: tuple[ZoneRecord, ...]
    coverage_area: MultiPolygon | None = None
    document: str | None = None
    scale: int | None = None
    accuracy_m: float | None = None
    file_fields: Mapping[str, str] = field(default_factory=dict)
    file_values: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Somebody in charge of a cell for a time. All of them are made up. end_day: first day no longer, None = until further notice."""

    cell: str
    person: str
    name: str
    role: str
    line: str
    first_day: date
    end_day: date | None = None
    stand_in_for: str | None = None
    mandate: str | None = None


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """Somebody who may sign in; the password is a setting. person: id of the one in charge who does, None = a clerk in charge of no cell."""

    username: str
    role: Role
    cell: str | None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class SampleSite:
    """A project that asks for a place. request: the body of `POST /siting-checks`; expected: the verdict it must get; why: in a few words."""

    key: str
    name: str
    expected: Literal["prohibited", "undetermined", "conditional", "permitted"]
    why_en: str
    why_zh: str
    request: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Feature:
    """A thing on the base map, lon/lat."""

    name: str
    kind: str
    geometry: LineString | Polygon | MultiPolygon


@dataclass(frozen=True, slots=True)
class SampleCity:
    """A whole city: villages with their parents, layers, people, projects, rasters and what the base map shows.

    The geometry of cells and zones is lon/lat EPSG:4490 on the 1e-9 degree lattice, valid, and shared vertex by vertex.
    """

    villages: int
    seed: int
    cells: tuple[CellRecord, ...]
    layers: tuple[ZoneLayer, ...]
    assignments: tuple[SamplePerson, ...]
    accounts: tuple[SampleAccount, ...]
    sites: tuple[SampleSite, ...]
    waters: tuple[Feature, ...]
    roads: tuple[Feature, ...]
    rasters: tuple[RasterLayer, ...]
