"""The plain record that every reader gives and every writer takes: a table of features."""

from dataclasses import dataclass, field
from typing import Any

from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader did to the data and says aloud (Z dropped, encoding taken from the content)."""

    en: str
    zh: str


@dataclass(frozen=True)
class FeatureTable:
    """One layer of a file.

    crs: what the file declares (authority code or WKT), `crs_declared` False when it is only the format's default; None = unknown.
    rows: one dict a feature in file order, JSON scalars only; None = the file gives no value.
    geometries: as in the file (x, y; Z and M dropped), not checked for validity; None = the feature has none.
    """

    name: str
    crs: str | None
    fields: list[str]
    rows: list[dict[str, Any]]
    geometries: list[BaseGeometry | None]
    crs_declared: bool = True
    notes: tuple[Note, ...] = field(default_factory=tuple)
