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
_RIM_M = 3000.0


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
    x = np.arange(-frame.half_m - 2 * _RIM_M, frame.half_m + 2 * _RIM_M + _RIVER_STEP_M, _RIVER_STEP_M)
    across = np.zeros_like(x)
    swing = fractal_noise(x, across, generator, wavelength_m=min(frame.side_m * 0.45, 26000.0), octaves=2)
    meander = fractal_noise(x, across, generator, wavelength_m=3200.0, octaves=2)
    y = -0.12 * x + swing * min(frame.side_m * 0.12, 7000.0) + meander * 750.0
    return River(float(x[0]), np.rint(y - float(np.mean(y))))


def _river_level(frame: Frame, x: Field) -> Field:
    """Height of the river, metres: it falls a metre a kilometre and more, to the east."""
    return 64.0 - x * min(1.0e-3, 55.0 / frame.side_m)


def _bend(x: Field, y: Field, seed: int) -> tuple[Field, Field]:
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
    reach_m = frame.half_m + _RIM_M
    size = int(np.clip(2 * reach_m / 260, 72, 270))
    axis = np.linspace(-reach_m, reach_m, size)
    grid_x, grid_y = np.meshgrid(axis, axis)
    x, y = grid_x, grid_y
    for _ in range(6):
        east, north = _bend(x, y, seed)
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
    metres = _river_level(frame, x) + np.maximum(height / float(np.quantile(height, 0.998)), 0) ** 1.1 * _TOP_M
    return Land(x, y, np.rint(metres * 100) / 100, flow, step)


def _coarse_place(frame: Frame, land: Land, raster: Raster, seed: int) -> tuple[Field, Field]:
    """Row and column, with fractions, of the eroded grid under every pixel; the bend, being smooth, is worked out at every 16th."""
    axis_x, axis_y = raster.axes_m()
    rows, columns = np.arange(0, axis_y.size + 16, 16), np.arange(0, axis_x.size + 16, 16)
    thin_x = np.interp(columns, np.arange(axis_x.size), axis_x)
    thin_y = np.interp(rows, np.arange(axis_y.size), axis_y)
    east, north = _bend(*np.meshgrid(thin_x, thin_y), seed)
    at_row, at_column = np.arange(axis_y.size) / 16, np.arange(axis_x.size) / 16
    row = (axis_y[:, None] + _between(north, at_row, at_column) + frame.half_m + _RIM_M) / land.step_m
    column = (axis_x[None, :] + _between(east, at_row, at_column) + frame.half_m + _RIM_M) / land.step_m
    return row, column


def _between(values: Field, row: Field, column: Field) -> Field:
    """Values of a grid interpolated linearly at every pair of a fractional row and column."""
    low, left = row.astype(np.int64), column.astype(np.int64)
    up, right = (row - low)[:, None], (column - left)[None, :]
    lines = values[low] * (1 - up) + values[low + 1] * up
    mixed: Field = lines[:, left] * (1 - right) + lines[:, left + 1] * right
    return mixed


def coarse_index(relief: Relief) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column of the eroded grid's node that stands for each pixel of the raster."""
    last = relief.land.height_m.shape[0] - 1
    row, column = _coarse_place(relief.frame, relief.land, relief.raster, relief.seed)
    return np.clip(np.rint(row), 0, last).astype(np.int64), np.clip(np.rint(column), 0, last).astype(np.int64)


def _catmull_rom(values: Field, row: Field, column: Field) -> Field:
    """Values of a grid at fractional rows and columns, smooth across its nodes."""
    total = np.zeros(row.shape)
    rows, columns = values.shape
    row, column = np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)
    base_row, base_column = np.clip(np.floor(row), 0, rows - 2).astype(np.int64), np.clip(np.floor(column), 0, columns - 2).astype(np.int64)
    for i, weight_row in enumerate(_cubic_weights(row - base_row), start=-1):
        line = np.clip(base_row + i, 0, rows - 1)
        for j, weight_column in enumerate(_cubic_weights(column - base_column), start=-1):
            total += values[line, np.clip(base_column + j, 0, columns - 1)] * weight_row * weight_column
    return total


def _cubic_weights(t: Field) -> tuple[Field, Field, Field, Field]:
    square, cube = t * t, t * t * t
    return -0.5 * t + square - 0.5 * cube, 1 - 2.5 * square + 1.5 * cube, 0.5 * t + 2 * square - 1.5 * cube, -0.5 * square + 0.5 * cube


def _empty_raster(frame: Frame) -> Raster:
    pixel = frame.pixel_deg
    columns = int(frame.side_m / METRES_PER_DEGREE_LON / pixel)
    rows = int(frame.side_m / METRES_PER_DEGREE_LAT / pixel)
    west, north = round(CENTRE_LON - columns / 2 * pixel, 6), round(CENTRE_LAT + rows / 2 * pixel, 6)
    return Raster(west, north, pixel, np.zeros((rows, columns)))


def draw_raster(frame: Frame, river: River, land: Land, seed: int) -> Raster:
    """The heights by pixel: the eroded land interpolated, with spurs and gullies finer than its grid; a flat river bed."""
    generator = stream(seed, "detail")
    empty = _empty_raster(frame)
    x, y = (np.ascontiguousarray(axis) for axis in np.meshgrid(*empty.axes_m()))
    row, column = _coarse_place(frame, land, empty, seed)
    height = _catmull_rom(land.height_m, row, column)
    steep = np.hypot(*np.gradient(height)) / (frame.pixel_deg * METRES_PER_DEGREE_LAT)
    height += (ridged_noise(x, y, generator, wavelength_m=1300.0, octaves=4) - 0.55) * np.minimum(steep * 160.0, 60.0)
    away = np.abs(river.side_m(x, y))
    knolls = np.clip(fractal_noise(x, y, generator, wavelength_m=2600.0, octaves=2) - 0.1, 0, 1)
    height += knolls * 150.0 * np.clip((away - 600) / 1500, 0, 1) * np.clip(1 - steep * 4, 0, 1)
    height += fractal_noise(x, y, generator, wavelength_m=600.0, octaves=2) * 1.4
    level = _river_level(frame, x)
    height = np.where(away < 130, level, np.maximum(height, level + 0.5 + np.clip(away - 130, 0, 400) / 100))
    return Raster(empty.west, empty.north, empty.pixel_deg, np.rint(height * 10) / 10)


def make_relief(frame: Frame, seed: int) -> Relief:
    """The bare land of a seed: river, eroded mountains, heights."""
    river = lay_river(frame, seed)
    land = raise_land(frame, river, seed)
    return Relief(frame, seed, river, draw_raster(frame, river, land, seed), land)
