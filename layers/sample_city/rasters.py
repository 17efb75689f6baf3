"""Elevation and land cover as rasters, and their files: the same bytes for the same city."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio import Affine

from gridgov.geo.crs import STORAGE


@dataclass(frozen=True, slots=True, eq=False)
class RasterLayer:
    """A raster in lon/lat EPSG:4490, row 0 in the north. west, north: its outer corner; nodata: value of no data.

    classes: value -> (name zh, name en, colour #rrggbb) of a raster of classes.
    """

    key: str
    west: float
    north: float
    pixel_deg: float
    values: NDArray[Any]
    unit: str
    nodata: float | None = None
    classes: Mapping[int, tuple[str, str, str]] = field(default_factory=dict)


LAND_COVER = {
    1: ("水域", "water", "#a8cbe0"),
    2: ("建设用地", "built-up", "#c9c2bb"),
    3: ("耕地", "cropland", "#efe0b4"),
    4: ("园地茶园", "orchard and tea", "#cfdca6"),
    5: ("针阔林地", "forest", "#a9c6a0"),
    6: ("灌草地", "shrub and grass", "#d6dcb8"),
    7: ("裸岩", "bare rock", "#c4bdb0"),
}


def write_raster(layer: RasterLayer, path: Path) -> None:
    """Writes a tiled, deflate-compressed GeoTIFF without any time in it."""
    rows, columns = layer.values.shape
    profile = {
        "driver": "GTiff",
        "width": columns,
        "height": rows,
        "count": 1,
        "dtype": layer.values.dtype.name,
        "crs": STORAGE,
        "transform": Affine(layer.pixel_deg, 0.0, layer.west, 0.0, -layer.pixel_deg, layer.north),
        "nodata": layer.nodata,
        "compress": "deflate",
        "predictor": 3 if layer.values.dtype == np.float32 else 1,
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
        "num_threads": 1,
    }
    with rasterio.open(path, "w", **profile) as file:
        file.write(layer.values, 1)
        file.update_tags(1, unit=layer.unit, **{f"class_{value}": f"{zh} / {en} / {colour}" for value, (zh, en, colour) in layer.classes.items()})
        if layer.classes:
            file.write_colormap(1, {value: _rgba(colour) for value, (_, _, colour) in layer.classes.items()})


def _rgba(colour: str) -> tuple[int, int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16), 255
