"""The heights by pixel: the eroded land refined to the raster, with what is finer than its grid, band by band of rows."""

import numpy as np
from numpy.typing import NDArray

from layers.sample_city.frame import CENTRE_LAT, CENTRE_LON, METRES_PER_DEGREE_LAT, METRES_PER_DEGREE_LON, Frame
from layers.sample_city.noise import Fractal, fractal
from layers.sample_city.randomness import stream
from layers.sample_city.relief import RIM_M, Field, Land, Raster, Relief, River, bend, lay_river, raise_land, river_level

_BAND_PIXELS = 400_000
_FINE_M = 45.0
_MOST_REFINED = 2400


def make_relief(frame: Frame, seed: int) -> Relief:
    """The bare land of a seed: river, eroded mountains, heights."""
    river = lay_river(frame, seed)
    land = raise_land(frame, river, seed)
    return Relief(frame, seed, river, draw_raster(frame, river, land, seed), land)


def draw_raster(frame: Frame, river: River, land: Land, seed: int) -> Raster:
    """The heights by pixel: the eroded land, spurs and gullies on its slopes, knolls in the valley, a flat river bed."""
    raster = _empty_raster(frame)
    times = int(np.clip(np.ceil(land.step_m / _FINE_M), 1, max(1, _MOST_REFINED // land.height_m.shape[0])))
    fine = _refined(land.height_m, times)
    generator = stream(seed, "detail")
    spurs = fractal(generator, wavelength_m=1300.0, octaves=4, ridged=True)
    knolls = fractal(generator, wavelength_m=2600.0, octaves=2)
    rough = fractal(generator, wavelength_m=600.0, octaves=2)
    place = _Bent(frame, land, raster, seed)
    rows, columns = raster.height_m.shape
    step = max(1, _BAND_PIXELS // columns)
    for first in range(0, rows, step):
        band = slice(first, min(first + step, rows))
        halo = slice(max(first - 1, 0), min(band.stop + 1, rows))
        row, column = place.over(halo)
        base = _linear(fine, row * times, column * times)
        raster.height_m[band] = _band(raster, (frame, river), base, (band, halo), (spurs, knolls, rough))
    return raster


def _band(raster: Raster, frame_river: tuple[Frame, River], base: Field, rows: tuple[slice, slice], noises: tuple[Fractal, Fractal, Fractal]) -> Field:
    """Final heights of one band. base: the refined land of the band and a row on either side."""
    band, halo = rows
    frame, river = frame_river
    inner = slice(band.start - halo.start, band.stop - halo.start)
    steep = (np.hypot(*np.gradient(base)) / (raster.pixel_deg * METRES_PER_DEGREE_LAT))[inner]
    axis_x, axis_y = raster.axes_m()
    axis_y = axis_y[band]
    spurs, knolls, rough = noises
    height = base[inner] + (spurs.over(axis_x, axis_y) - 0.55) * np.minimum(steep * 160.0, 60.0)
    away = np.abs(river.side_over(axis_x, axis_y))
    height += np.clip(knolls.over(axis_x, axis_y) - 0.1, 0, 1) * 150.0 * np.clip((away - 600) / 1500, 0, 1) * np.clip(1 - steep * 4, 0, 1)
    height += rough.over(axis_x, axis_y) * 1.4
    level = np.broadcast_to(river_level(frame, axis_x), height.shape)
    height = np.where(away < 130, level, np.maximum(height, level + 0.5 + np.clip(away - 130, 0, 400) / 100))
    rounded: Field = np.rint(height * 10) / 10
    return rounded


def _empty_raster(frame: Frame) -> Raster:
    pixel = frame.pixel_deg
    columns = int(frame.side_m / METRES_PER_DEGREE_LON / pixel)
    rows = int(frame.side_m / METRES_PER_DEGREE_LAT / pixel)
    west, north = round(CENTRE_LON - columns / 2 * pixel, 6), round(CENTRE_LAT + rows / 2 * pixel, 6)
    return Raster(west, north, pixel, np.zeros((rows, columns)))


class _Bent:
    """Row and column, with fractions, of the eroded grid under every pixel; the bend, being smooth, is worked out at every 16th."""

    def __init__(self, frame: Frame, land: Land, raster: Raster, seed: int) -> None:
        self._axis_x, self._axis_y = raster.axes_m()
        self._step_m, self._edge_m = land.step_m, frame.half_m + RIM_M
        thin_x = _thinned(self._axis_x)
        thin_y = _thinned(self._axis_y)
        self._east, self._north = bend(*np.meshgrid(thin_x, thin_y), seed)

    def over(self, rows: slice) -> tuple[Field, Field]:
        """For the pixels of these rows."""
        at_row, at_column = np.arange(rows.start, rows.stop) / 16, np.arange(self._axis_x.size) / 16
        row = (self._axis_y[rows, None] + _between(self._north, at_row, at_column) + self._edge_m) / self._step_m
        column = (self._axis_x[None, :] + _between(self._east, at_row, at_column) + self._edge_m) / self._step_m
        return row, column


def _thinned(axis: Field) -> Field:
    """Every 16th place of an even axis, and one beyond its end."""
    step = axis[1] - axis[0]
    thin: Field = axis[0] + np.arange(0, axis.size + 16, 16) * step
    return thin


def _between(values: Field, row: Field, column: Field) -> Field:
    """Values of a grid interpolated linearly at every pair of a fractional row and column."""
    low, left = row.astype(np.int64), column.astype(np.int64)
    up, right = (row - low)[:, None], (column - left)[None, :]
    lines = values[low] * (1 - up) + values[low + 1] * up
    mixed: Field = lines[:, left] * (1 - right) + lines[:, left + 1] * right
    return mixed


def coarse_index(relief: Relief, rows: slice) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column of the eroded grid's node that stands for each pixel of these rows of the raster."""
    last = relief.land.height_m.shape[0] - 1
    row, column = _Bent(relief.frame, relief.land, relief.raster, relief.seed).over(rows)
    return np.clip(np.rint(row), 0, last).astype(np.int64), np.clip(np.rint(column), 0, last).astype(np.int64)


def _refined(values: Field, times: int) -> Field:
    """The grid with so many steps for each of its own, smooth across its nodes (Catmull-Rom, one axis after the other)."""
    for _ in range(2):
        size = values.shape[0]
        at = np.arange((size - 1) * times + 1) / times
        base = np.clip(np.floor(at).astype(np.int64), 0, size - 2)
        t = (at - base)[:, None]
        square, cube = t * t, t * t * t
        weights = (-0.5 * t + square - 0.5 * cube, 1 - 2.5 * square + 1.5 * cube, 0.5 * t + 2 * square - 1.5 * cube, -0.5 * square + 0.5 * cube)
        values = sum((values[np.clip(base + k, 0, size - 1)] * weight for k, weight in enumerate(weights, start=-1)), np.zeros(1)).T
    return np.ascontiguousarray(values)


def _linear(values: Field, row: Field, column: Field) -> Field:
    """Values of a grid at fractional rows and columns, linear between its nodes."""
    rows, columns = values.shape
    row, column = np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)
    low, left = np.minimum(row.astype(np.int64), rows - 2), np.minimum(column.astype(np.int64), columns - 2)
    up, right = row - low, column - left
    corner = low * columns + left
    flat = values.ravel()
    south = flat[corner] + right * (flat[corner + 1] - flat[corner])
    north = flat[corner + columns] + right * (flat[corner + columns + 1] - flat[corner + columns])
    mixed: Field = south + up * (north - south)
    return mixed
