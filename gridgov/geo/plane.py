"""Planes to measure in: equal-area ones for areas and widths, an equidistant one for distances, each centred on what is measured.

Everything is on the CGCS2000 ellipsoid; the PROJ string is kept with what was computed in the plane, so that it can be computed again.
"""

from typing import TypeVar, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Proj
from shapely.geometry.base import BaseGeometry

from gridgov.geo.area import INVERSE_FLATTENING, SEMI_MAJOR_M

G = TypeVar("G", bound=BaseGeometry)


class Plane:
    """A map plane in metres. proj: its PROJ string. One plane belongs to one thread."""

    def __init__(self, proj: str) -> None:
        self.proj = proj
        self._projection = Proj(proj)

    def forward(self, geometry: G) -> G:
        """The geometry (lon/lat EPSG:4490, degrees) in the plane, metres; edges are straight between the same vertices."""
        return cast(G, shapely.transform(geometry, self._forward))

    def inverse(self, geometry: G) -> G:
        """The geometry (metres in this plane) in lon/lat degrees, not snapped."""
        return cast(G, shapely.transform(geometry, self._inverse))

    def _forward(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(self._projection(points[:, 0], points[:, 1]))

    def _inverse(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        first = np.column_stack(self._projection(points[:, 0], points[:, 1], inverse=True))
        # PROJ's inverse of the equal-area plane cuts a series short (1.4 mm off): going forward again shows by how much.
        aimed = points + (points - self._forward(first))
        return np.column_stack(self._projection(aimed[:, 0], aimed[:, 1], inverse=True))


def equal_area_plane(west: float, south: float, east: float, north: float) -> Plane:
    """Lambert equal-area centred on the box's centre, rounded to 0.001 degree. Areas exact; lengths off by about (r/R)^2/8."""
    return Plane(_centred("laea", west, south, east, north))


def site_plane(geometry: BaseGeometry) -> Plane:
    """The equal-area plane of one site (lon/lat), in which its widths and depths are measured."""
    return Plane(_centred("laea", *geometry.bounds))


def distance_plane(geometry: BaseGeometry) -> Plane:
    """Azimuthal equidistant plane at the same centre: distances from the centre are true."""
    return Plane(_centred("aeqd", *geometry.bounds))


def _centred(projection: str, west: float, south: float, east: float, north: float) -> str:
    # + 0.0 turns -0.0 into 0.0: one centre, one string.
    lon, lat = round((west + east) / 2, 3) + 0.0, round((south + north) / 2, 3) + 0.0
    return f"+proj={projection} +lat_0={lat:.3f} +lon_0={lon:.3f} +a={SEMI_MAJOR_M:.0f} +rf={INVERSE_FLATTENING} +units=m +no_defs"
