"""The ground the city stands on: a plane in metres and its fixed, linear relation to longitude and latitude."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Around this place; nothing that is drawn there is real.
CENTRE_LON, CENTRE_LAT = 118.9, 28.9
# Metres a degree at the centre, rounded: the plane need not be a projection, only the same everywhere.
METRES_PER_DEGREE_LON, METRES_PER_DEGREE_LAT = 97550.0, 110850.0

MEAN_VILLAGE_M2 = 4.5e6
_MARGIN = 1.9


@dataclass(frozen=True, slots=True)
class Frame:
    """The square that is worked out: side_m long, centred on (0, 0). The city fills a little more than half of it."""

    villages: int
    side_m: float

    @property
    def half_m(self) -> float:
        """From the centre to a side."""
        return self.side_m / 2

    @property
    def pixel_deg(self) -> float:
        """Size of a raster cell: one second and a bit (about 30 m), coarser for a province so that files stay of a size."""
        return 0.0003 if self.villages <= 600 else 0.0006 if self.villages <= 4000 else 0.0009


def frame_for(villages: int) -> Frame:
    """The frame that holds so many villages at their usual size, to the full kilometre."""
    return Frame(villages, float(np.ceil(np.sqrt(villages * MEAN_VILLAGE_M2 * _MARGIN) / 1000) * 1000))


def to_lonlat(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres in the plane (..., 2) to lon/lat degrees on the 1e-9 lattice."""
    degrees = np.empty_like(points)
    degrees[..., 0] = CENTRE_LON + points[..., 0] / METRES_PER_DEGREE_LON
    degrees[..., 1] = CENTRE_LAT + points[..., 1] / METRES_PER_DEGREE_LAT
    return np.rint(degrees * 1e9) / 1e9


def to_plane(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lon/lat degrees (..., 2) to metres in the plane."""
    points = np.empty_like(degrees)
    points[..., 0] = (degrees[..., 0] - CENTRE_LON) * METRES_PER_DEGREE_LON
    points[..., 1] = (degrees[..., 1] - CENTRE_LAT) * METRES_PER_DEGREE_LAT
    return points
