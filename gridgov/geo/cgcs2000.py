"""CGCS2000's own projections (EPSG:4491-4554): which zone is which code, and which of them a pair of numbers may be in.

Decides by the size of the numbers alone: degrees, eastings with their zone in front (8 digits), eastings without (6 digits). Numbers
without a zone leave the belt open; it is never derived from where the land ought to be, only offered as candidates to choose from.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from gridgov.errors import WrongCrs
from gridgov.geo.crs import STORAGE, Box, read_crs

Width = Literal[3, 6]
Kind = Literal["degrees", "prefixed", "plain"]

# Longitudes and latitudes of the land these files come from: they do not overlap, so that a pair tells its own order.
_CHINA_LON, _CHINA_LAT = (73.0, 136.0), (3.0, 54.0)
_ZONES: dict[Width, range] = {3: range(25, 46), 6: range(13, 24)}
_PREFIXED_FROM: dict[Width, int] = {3: 4488, 6: 4478}
_PLAIN_FROM: dict[Width, int] = {3: 4509, 6: 4489}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A system that numbers may be in. box: where they would lie, lon/lat: west, south, east, north."""

    crs: str
    name: str
    box: Box


class UnsettledCrs(WrongCrs):
    """The numbers leave the system open. bounds: of the numbers, x (easting or longitude) first."""

    def __init__(self, en: str, zh: str, bounds: Box) -> None:
        super().__init__(en, zh)
        self.bounds = bounds


def width_of(zone: int) -> Width | None:
    """Whether a zone number is one of 3 or of 6 degrees; None = neither has it."""
    return next((width for width, zones in _ZONES.items() if zone in zones), None)


def meridian_of(width: Width, zone: int) -> int:
    """The central meridian of a zone, degrees east."""
    return 3 * zone if width == 3 else 6 * zone - 3


def zone_of(width: Width, meridian: int) -> int | None:
    """The zone of a central meridian; None = there is none."""
    return next((zone for zone in _ZONES[width] if meridian_of(width, zone) == meridian), None)


def plane_code(width: Width, zone: int, *, prefixed: bool) -> str | None:
    """The EPSG code of a zone, eastings with or without the zone in front; None = no such zone."""
    start = _PREFIXED_FROM[width] if prefixed else _PLAIN_FROM[width]
    return f"EPSG:{start + zone}" if zone in _ZONES[width] else None


def kind_of(x: NDArray[np.float64], y: NDArray[np.float64]) -> Kind | None:
    """What pairs are, x taken as longitude or easting; None = nothing that the numbers alone tell."""
    if (np.abs(x) <= 180).all() and (np.abs(y) <= 90).all():
        return "degrees"
    if ((x >= 13e6) & (x < 46e6) & (y > 0) & (y < 1e7)).all():
        return "prefixed"
    return "plain" if ((x >= 1e5) & (x < 1e6) & (y >= 1e6) & (y < 1e7)).all() else None


def is_swapped(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    """Whether pairs only make sense the other way round: northing for easting, latitude for longitude in China."""
    stated, turned = kind_of(x, y), kind_of(y, x)
    if stated == "degrees":
        return not _in_china(x, y) and _in_china(y, x)
    return stated is None and turned is not None and (turned != "degrees" or _in_china(y, x))


def candidates(bounds: Box) -> list[Candidate]:
    """Every system of CGCS2000 that numbers within `bounds` (x, y as in the file) may be in, by code; the other order is not tried."""
    return [found for code in _possible(bounds) if (found := _candidate(code, bounds)) is not None]


def _possible(bounds: Box) -> Iterator[str]:
    corners = np.array([bounds[0], bounds[2]]), np.array([bounds[1], bounds[3]])
    kind = kind_of(*corners)
    if kind == "degrees":
        yield STORAGE
    if kind not in ("prefixed", "plain"):
        return
    starts = {int(bounds[0] // 1e6), int(bounds[2] // 1e6)}
    for width, zones in _ZONES.items():
        codes = (plane_code(width, zone, prefixed=kind == "prefixed") for zone in zones if kind == "plain" or zone in starts)
        yield from filter(None, codes)


def _candidate(code: str, bounds: Box) -> Candidate | None:
    crs = read_crs(code)
    if crs.is_geographic:
        return Candidate(code, crs.name, bounds)
    ways = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    west, south, east, north = (float(value) for value in ways.transform_bounds(*bounds))
    inside = np.isfinite([west, south, east, north]).all() and -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    return Candidate(code, crs.name, (west, south, east, north)) if inside else None


def _in_china(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> bool:
    (west, east), (south, north) = _CHINA_LON, _CHINA_LAT
    return bool(((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).all())
