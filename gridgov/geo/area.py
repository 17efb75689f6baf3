"""Areas and lengths on the CGCS2000 ellipsoid, never in a plane and never in Web Mercator.

An edge here is a geodesic between its ends, as in PostGIS' geography. Stored edges are straight in lon/lat: long ones are densified first
(`cell_area_m2` does), so that both readings agree.
"""

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.geo.densify import densify

SEMI_MAJOR_M = 6_378_137.0
INVERSE_FLATTENING = 298.257222101
CELL_EDGE_M = 100.0
_GEOD = Geod(a=SEMI_MAJOR_M, rf=INVERSE_FLATTENING)


def area_m2(geometry: BaseGeometry) -> float:
    """Geodesic area of all polygon parts, in m2; 0.0 for points, lines and empty geometries.

    lon/lat in degrees. Ring direction does not matter; holes are subtracted.
    """
    total = 0.0
    for part in _polygons(geometry):
        total += _ring_area_m2(shapely.get_coordinates(part.exterior))
        total -= sum(_ring_area_m2(shapely.get_coordinates(ring)) for ring in part.interiors)
    return total


def cell_area_m2(geometry: BaseGeometry) -> float:
    """Geodesic area in m2 of a cell whose edges are straight in lon/lat: measured on a copy densified to 100 m."""
    return area_m2(densify(geometry, CELL_EDGE_M))


def length_m(geometry: BaseGeometry) -> float:
    """Geodesic length of all lines and of all rings of polygons, in metres; 0.0 for points. lon/lat in degrees."""
    lines = shapely.get_parts(shapely.boundary(geometry)) if shapely.get_dimensions(geometry) == 2 else shapely.get_parts(geometry)
    return float(sum(_GEOD.line_length(*shapely.get_coordinates(line).T) for line in lines if shapely.get_num_coordinates(line) > 1))


def geodesic_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Geodesic distance between two places, in metres."""
    return float(_GEOD.inv(lon1, lat1, lon2, lat2)[2])


def land_survey_area_m2(polygon: BaseGeometry) -> float:
    """Area in m2 of a polygon by the trapezoid formula of the national land survey.

    Each edge spans a trapezoid on the ellipsoid with a common meridian; the signed trapezoids add up. lon/lat in degrees.
    Source: 国土调查办发〔2008〕32号, ellipsoidal area of arbitrary parcels.
    """
    total = 0.0
    for part in _polygons(polygon):
        total += abs(_trapezoids_m2(shapely.get_coordinates(part.exterior)))
        total -= sum(abs(_trapezoids_m2(shapely.get_coordinates(ring))) for ring in part.interiors)
    return total


def _trapezoids_m2(ring: NDArray[np.float64]) -> float:
    flattening = 1 / INVERSE_FLATTENING
    e2 = flattening * (2 - flattening)
    b = SEMI_MAJOR_M * (1 - flattening)
    coefficients = (
        1 + 3 / 6 * e2 + 30 / 80 * e2**2 + 35 / 112 * e2**3 + 630 / 2304 * e2**4,
        -(1 / 6 * e2 + 15 / 80 * e2**2 + 21 / 112 * e2**3 + 420 / 2304 * e2**4),
        3 / 80 * e2**2 + 7 / 112 * e2**3 + 180 / 2304 * e2**4,
        -(1 / 112 * e2**3 + 45 / 2304 * e2**4),
        5 / 2304 * e2**4,
    )
    lon, lat = np.radians(ring).T
    from_meridian = (lon[:-1] + lon[1:]) / 2 - lon.min()
    step, middle = np.diff(lat), (lat[:-1] + lat[1:]) / 2
    series = sum(c * np.sin(odd / 2 * step) * np.cos(odd * middle) for c, odd in zip(coefficients, (1, 3, 5, 7, 9), strict=True))
    return float(2 * b * b * np.sum(from_meridian * series))


def _ring_area_m2(ring: NDArray[np.float64]) -> float:
    return float(abs(_GEOD.polygon_area_perimeter(ring[:, 0], ring[:, 1])[0]))


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    parts = [geometry]
    while any(shapely.get_type_id(part) >= 4 for part in parts):
        parts = [inner for part in parts for inner in shapely.get_parts(part)]
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]
