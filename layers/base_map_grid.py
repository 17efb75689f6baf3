"""Where the pixels of a web mercator tile lie: longitudes of its columns, latitudes of its rows, and how long they are on the ground.

Pictures only: nothing is measured here (areas and distances are `gridgov.geo`'s).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Axis = NDArray[np.float64]
Box = tuple[float, float, float, float]

TILE = 256
DEEPEST_ZOOM = 22
_EQUATOR_M = 2 * math.pi * 6_378_137.0


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile of the usual scheme: x from the antimeridian eastwards, y from the north."""

    zoom: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Whether the scheme has such a tile."""
        return 0 <= self.zoom <= DEEPEST_ZOOM and 0 <= self.x < 1 << self.zoom and 0 <= self.y < 1 << self.zoom

    @property
    def pixel_deg(self) -> float:
        """Width of a pixel in degrees of longitude."""
        return 360.0 / (TILE << self.zoom)

    @property
    def box(self) -> Box:
        """West, south, east, north in degrees."""
        world = 1 << self.zoom
        north, south = (float(latitude(np.array(row / world))) for row in (self.y, self.y + 1))
        return 360.0 * self.x / world - 180.0, south, 360.0 * (self.x + 1) / world - 180.0, north

    def axes(self, margin: int = 0) -> tuple[Axis, Axis]:
        """Longitudes of the columns and latitudes of the rows, pixel middles, `margin` more on each side.

        They come from the pixel's number in the whole world: where two tiles look at the same place they compute the same.
        """
        steps: Axis = np.arange(-margin, TILE + margin, dtype=np.float64) + 0.5
        world = float(TILE << self.zoom)
        return 360.0 * (self.x * TILE + steps) / world - 180.0, latitude((self.y * TILE + steps) / world)

    def pixel_m(self, latitudes: Axis) -> Axis:
        """Length of a pixel on the ground, in metres, at these latitudes."""
        return _EQUATOR_M / (TILE << self.zoom) * np.cos(np.radians(latitudes))


def latitude(down: Axis) -> Axis:
    """Latitude in degrees at a share of the way from the north edge of the mercator world (0) to its south edge (1)."""
    found: Axis = np.degrees(np.arctan(np.sinh(np.pi * (1.0 - 2.0 * down))))
    return found
