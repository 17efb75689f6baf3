"""Elevation and land cover of the city as rasters."""

import numpy as np

from layers.sample_city.fields import nearest_node
from layers.sample_city.noise import fractal
from layers.sample_city.randomness import stream
from layers.sample_city.rasters import LAND_COVER, RasterLayer
from layers.sample_city.relief import Relief
from layers.sample_city.water import Water
from layers.sample_city.works import Works

_RIVER_HALF_M = 118.0
_PIXELS_AT_ONCE = 500_000


def raster_layers(works: Works, relief: Relief, water: Water) -> tuple[RasterLayer, ...]:
    """Elevation (float32, metres) and land cover (uint8, classes) over the whole frame."""
    raster = relief.raster
    elevation = RasterLayer("elevation", raster.west, raster.north, raster.pixel_deg, raster.height_m.astype(np.float32), "m", nodata=-9999.0)
    cover = RasterLayer("land-cover", raster.west, raster.north, raster.pixel_deg, _cover(works, relief, water), "class", nodata=0, classes=LAND_COVER)
    return elevation, cover


def _cover(works: Works, relief: Relief, water: Water) -> np.ndarray:
    """Class of every pixel, worked out in bands of rows."""
    rows, columns = relief.raster.height_m.shape
    band = max(1, _PIXELS_AT_ONCE // columns)
    return np.concatenate([_cover_band(works, relief, water, slice(first, min(first + band, rows))) for first in range(0, rows, band)])


def _cover_band(works: Works, relief: Relief, water: Water, rows: slice) -> np.ndarray:
    raster = relief.raster
    axis_x, axis_y = raster.axes_m()
    axis_y = axis_y[rows]
    x, y = np.meshgrid(axis_x, axis_y)
    height, lake = raster.height_m[rows], water.lake[rows]
    near = slice(max(rows.start - 1, 0), rows.stop + 1)
    slope_y, slope_x = np.gradient(raster.height_m[near]) if height.shape[0] > 1 else (np.zeros_like(height), np.zeros_like(height))
    steep = np.hypot(slope_x, slope_y)[rows.start - near.start :][: height.shape[0]] / (raster.pixel_deg * 110850.0)
    grove = fractal(stream(works.seed, "grove"), wavelength_m=900.0, octaves=3).over(axis_x, axis_y)
    node = nearest_node(works.fields.mesh, np.stack([x.ravel(), y.ravel()], axis=-1)).reshape(x.shape)
    built = (works.fields.town[node] >= 0) | (works.fields.park[node] >= 0)
    cover = np.where(grove > 0.42, 6, 5)
    cover = np.where((steep < 0.30) & (height < 420) & (grove > 0.16), 4, cover)
    cover = np.where((steep < 0.13) & (height < 260) & (grove < 0.34), 3, cover)
    cover = np.where((height > 900) & (steep > 0.75) & (grove > 0.1), 7, cover)
    cover = np.where(built & (grove < 0.5), 2, cover)
    cover = np.where(lake | (np.abs(relief.river.side_over(axis_x, axis_y)) < _RIVER_HALF_M), 1, cover)
    return cover.astype(np.uint8)
