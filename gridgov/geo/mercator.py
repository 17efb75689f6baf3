"""The plane of web maps (EPSG:3857) and its tiles: for drawing alone, nothing is ever measured in it.

The spherical formula of EPSG method 1024 on longitude and latitude as they are; a tile is z/x/y with y from the north.
"""

from dataclasses import dataclass
from math import atan, degrees, pi, sinh
from typing import Final

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

SRID: Final = 3857
HIGHEST_ZOOM: Final = 22
_RADIUS_M: Final = 6378137.0
_HALF_M: Final = pi * _RADIUS_M
_TILE_PIXELS: Final = 256
# The square ends here.
_LATITUDE_END: Final = 85.051128779806604


@dataclass(frozen=True, slots=True)
class TileBox:
    """Edges of a tile: metres of the plane and degrees; it holds its western and its northern edge."""

    west_m: float
    south_m: float
    east_m: float
    north_m: float
    west: float
    south: float
    east: float
    north: float


def forward(degrees_: Points) -> Points:
    """Metres in the plane of (n, 2) longitudes and latitudes; latitudes beyond the square are drawn on its edge."""
    longitude, latitude = np.radians(degrees_[:, 0]), np.radians(np.clip(degrees_[:, 1], -_LATITUDE_END, _LATITUDE_END))
    return np.column_stack([_RADIUS_M * longitude, _RADIUS_M * np.arctanh(np.sin(latitude))])


def pixel_m(zoom: int) -> float:
    """Metres of the plane that a pixel of a 256 pixel tile stands for."""
    return float(2 * _HALF_M / _TILE_PIXELS / 2**zoom)


def tile_box(z: int, x: int, y: int) -> TileBox:
    """The edges of a tile."""
    side = 2 * _HALF_M / 2**z
    west, north = x * side - _HALF_M, _HALF_M - y * side
    east, south = west + side, north - side
    return TileBox(west, south, east, north, *_degrees(west, south), *_degrees(east, north))


def _degrees(x: float, y: float) -> tuple[float, float]:
    return degrees(x / _RADIUS_M), degrees(atan(sinh(y / _RADIUS_M)))
