"""The lattice every stored coordinate lies on: whole numbers of 1e-9 degree (0.11 mm), and the one place that snaps to it.

A coordinate is the int64 `k`; its double is `k / 1e9`, the double nearest to the decimal with nine places. Never `k * 1e-9` (another bit in
two of five values) and never a snap in SQL (PostGIS multiplies). Whether a snapped shape is still clean is for `clean` and `noding` to say.
"""

from typing import Any, TypeVar, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridgov.errors import InvalidGeometry

G = TypeVar("G", bound=BaseGeometry)
UNITS_PER_DEGREE = 1e9


def to_lattice(degrees: NDArray[np.float64]) -> NDArray[np.int64]:
    """Lattice units of coordinates in degrees, same shape. Raises InvalidGeometry for NaN, infinity and what no longer fits in 63 bits."""
    values = np.asarray(degrees, dtype=np.float64)
    if not (np.abs(values) < 9.2e9).all():
        raise InvalidGeometry("A coordinate is not a finite number.", "坐标中有非有限数值(NaN 或无穷大)。请检查并改正该坐标。")
    return np.rint(values * UNITS_PER_DEGREE).astype(np.int64)


def to_degrees(k: NDArray[np.int64]) -> NDArray[np.float64]:
    """Coordinates in degrees of lattice units: the correctly rounded quotient, so that equal units give equal bits."""
    return np.asarray(k, dtype=np.int64) / UNITS_PER_DEGREE


def snap(geometry: G) -> G:
    """The geometry with each coordinate at its lattice double; type, rings and vertex count stay.

    lon/lat in degrees, 2D (Z is dropped). Rounding alone can break a valid polygon and can make neighbouring vertices equal: check after.
    """
    return cast(G, shapely.transform(geometry, _snap_array))


def snap_point(lon: float, lat: float) -> tuple[float, float]:
    """The lattice double of a place."""
    x, y = _snap_array(np.array([[lon, lat]]))[0]
    return float(x), float(y)


def is_on_lattice(geometry: BaseGeometry) -> bool:
    """Whether every coordinate is already the double of a lattice place, to the last bit."""
    coordinates = shapely.get_coordinates(geometry)
    return bool((coordinates == _snap_array(coordinates)).all())


def _snap_array(coordinates: NDArray[Any]) -> NDArray[np.float64]:
    return to_degrees(to_lattice(coordinates))
