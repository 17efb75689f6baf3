"""The relief everything else follows from: a main river through a valley, eroded mountains on both sides, heights as a raster."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.sample_city import erosion
from layers.sample_city.frame import CENTRE_LAT, CENTRE_LON, METRES_PER_DEGREE_LAT, METRES_PER_DEGREE_LON, Frame
from layers.sample_city.noise import fractal_noise, ridged_noise
from layers.sample_city.randomness import stream

Field = NDArray[np.float64]

_RIVER_STEP_M = 50.0
_TOP_M = 1180.0
_STEPS = 18
# The eroded land reaches further than the frame, so that its own edge is never seen.
RIM_M = 3000.0


@dataclass(frozen=True, slots=True)
class River:
    """The main river's middle line: y (metres) at even steps of x from the west side; it never turns back on itself."""

    west_m: float
    y_m: Field

    def middle(self, x: Field) -> Field:
        """Its y at these x, metres."""
        return np.interp(x, self.west_m + np.arange(self.y_m.size) * _RIVER_STEP_M, self.y_m)

    def side_m(self, x: Field, y: Field) -> Field:
        """About how far a point lies from the middle line: north of it positive, south negative, metres."""
        run = 2 * _RIVER_STEP_M
        lean = (self.middle(x + _RIVER_STEP_M) - self.middle(x - _RIVER_STEP_M)) / run
        side: Field = (y - self.middle(x)) / np.sqrt(1 + lean * lean)
        return side

    def side_over(self, axis_x: Field, axis_y: Field) -> Field:
        """The same for every point of a grid (rows of axis_y)."""
        run = 2 * _RIVER_STEP_M
        lean = (self.middle(axis_x + _RIVER_STEP_M) - self.middle(axis_x - _RIVER_STEP_M)) / run
        side: Field = (axis_y[:, None] - self.middle(axis_x)) / np.sqrt(1 + lean * lean)
        return side


@dataclass(frozen=True, slots=True)
class Raster:
    """Heights by pixel, row 0 in the north; west, north: lon/lat of the outer corner, pixel_deg: size of a pixel."""

    west: float
    north: float
    pixel_deg: float
    height_m: Field

    def axes_m(self) -> tuple[Field, Field]:
        """Plane x of every column's centre and y of every row's, metres."""
        rows, columns = self.height_m.shape
        column, row = np.arange(columns, dtype=np.float64) + 0.5, np.arange(rows, dtype=np.float64) + 0.5
        x: Field = (self.west + column * self.pixel_deg - CENTRE_LON) * METRES_PER_DEGREE_LON
        y: Field = (self.north - row * self.pixel_deg - CENTRE_LAT) * METRES_PER_DEGREE_LAT
        return x, y

    def indices(self, x: Field, y: Field) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Row and column of the pixel each point falls in, the nearest one outside."""
        rows, columns = self.height_m.shape
        column = (CENTRE_LON + x / METRES_PER_DEGREE_LON - self.west) / self.pixel_deg
        row = (self.north - CENTRE_LAT - y / METRES_PER_DEGREE_LAT) / self.pixel_deg
        return np.clip(row.astype(np.int64), 0, rows - 1), np.clip(column.astype(np.int64), 0, columns - 1)


@dataclass(frozen=True, slots=True)
class Land:
    """The eroded land on a bent grid, row 0 in the south: place (x_m, y_m) and height of each node, and how it drains."""

    x_m: Field
    y_m: Field
    height_m: Field
    flow: erosion.Drainage
    step_m: float


@dataclass(frozen=True, slots=True)
class Relief:
    """The bare land, by pixel and as the bent grid on which it was eroded."""

    frame: Frame
    seed: int
    river: River
    raster: Raster
    land: Land


def lay_river(frame: Frame, seed: int) -> River:
    """A river from west to east: long swings across the whole, meanders within them."""
    generator = stream(seed, "river")
    x = np.arange(-frame.half_m - 2 * RIM_M, frame.half_m + 2 * RIM_M + _RIVER_STEP_M, _RIVER_STEP_M)
    across = np.zeros_like(x)
    swing = fractal_noise(x, across, generator, wavelength_m=min(frame.side_m * 0.45, 26000.0), octaves=2)
    meander = fractal_noise(x, across, generator, wavelength_m=3200.0, octaves=2)
    y = -0.12 * x + swing * min(frame.side_m * 0.12, 7000.0) + meander * 750.0
    return River(float(x[0]), np.rint(y - float(np.mean(y))))


def river_level(frame: Frame, x: Field) -> Field:
    """Height of the river, metres: it falls a metre a kilometre and more, to the east."""
    return 64.0 - x * min(1.0e-3, 55.0 / frame.side_m)


def bend(x: Field, y: Field, seed: int) -> tuple[Field, Field]:
    """How far the eroded grid is displaced at a place, metres east and north: it keeps its lines from showing."""
    bent: list[Field] = []
    for matter in ("bend-east", "bend-north"):
        generator = stream(seed, matter)
        wide = fractal_noise(x, y, generator, wavelength_m=6500.0, octaves=1) * 1500.0
        bent.append(wide + fractal_noise(x, y, generator, wavelength_m=2100.0, octaves=1) * 420.0)
    return bent[0], bent[1]


def raise_land(frame: Frame, river: River, seed: int) -> Land:
    """Eroded heights on a bent grid: low along the river, with bays and side valleys, crests between."""
    generator = stream(seed, "uplift")
    reach_m = frame.half_m + RIM_M
    size = int(np.clip(2 * reach_m / 260, 72, 270))
    axis = np.linspace(-reach_m, reach_m, size)
    grid_x, grid_y = np.meshgrid(axis, axis)
    x, y = grid_x, grid_y
    for _ in range(6):
        east, north = bend(x, y, seed)
        x, y = grid_x - east, grid_y - north
    away = np.abs(river.side_m(x, y))
    bays = fractal_noise(x, y, generator, wavelength_m=11000.0, octaves=3)
    rise = np.clip((away - 700.0 - 2600.0 * np.clip(bays + 0.25, 0, 1)) / 9000.0, 0.0, 1.0)
    bulk = 0.12 + 1.1 * np.clip(0.35 + ridged_noise(x, y, generator, wavelength_m=13000.0, octaves=3), 0, 1.2)
    uplift = (rise**0.8 * bulk + 0.012) * 1.4
    step = float(axis[1] - axis[0])
    on_river = away < step * 0.8
    rim = np.zeros_like(on_river)
    rim[0, :] = rim[-1, :] = rim[:, 0] = rim[:, -1] = True
    start = fractal_noise(x, y, generator, wavelength_m=7000.0, octaves=5) * 2.2 + 2.2 + 2.5 * rise
    start = np.where(rim & ~on_river, 0.6 * start, start)
    start[on_river] = 0.0
    height, flow = erosion.erode(uplift, start, on_river | (rim & (rise > 0.3)), generator, steps=_STEPS)
    metres = river_level(frame, x) + np.maximum(height / float(np.quantile(height, 0.998)), 0) ** 1.1 * _TOP_M
    return Land(x, y, np.rint(metres * 100) / 100, flow, step)
