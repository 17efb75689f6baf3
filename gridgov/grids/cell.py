"""A cell of the supervision grid: one version of it, and what a file says of one before it is loaded."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a scheme. rank 0 = leaf (the level that is drawn), 1 = its parents, and so on upwards."""

    rank: int
    key: str
    label: str
    code_length: int | None


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way of dividing the land. levels: top level first. overlay: its cells need not tile."""

    scheme_id: int
    key: str
    overlay: bool
    revision: int
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One version of a cell, in lon/lat EPSG:4490 on the lattice. valid_to: first day no longer in force, None = open."""

    version_id: int
    rank: int
    level: str
    code: str
    parent_code: str | None
    name: str
    geometry: MultiPolygon | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A version of a cell with its stored area at 0.01 m2. cause: why a redraw opened it, where that is asked for."""

    cell: Cell
    area_m2: Decimal
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class CellRecord:
    """A cell as read from a file, lon/lat EPSG:4490, before snapping.

    row: position in the file from 1. parents: (code, name or None) of the levels above, nearest level first; empty = derive.
    """

    row: int
    code: str
    name: str
    parents: tuple[tuple[str, str | None], ...]
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Outline:
    """The land that the leaf cells of a scheme must fill, lon/lat EPSG:4490 on the lattice. source: file or parent (a loaded level)."""

    outline_id: int
    source: str
    geometry: MultiPolygon


@dataclass(frozen=True, slots=True)
class AllowedGap:
    """Ground of no cell that is allowed to stand, with the reason it was recorded for."""

    gap_id: int
    geometry: MultiPolygon
    area_m2: Decimal
    reason: str
