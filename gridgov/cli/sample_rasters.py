"""The rasters of the sample city on the sample's shelf: what its base map is drawn from."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gridgov.cli.rasters import shelf_of
from gridgov.settings import Settings
from layers.base_map_shelf import NO_COVER, NO_HEIGHT, Grid, Kind
from layers.sample_city import SampleCity
from layers.sample_city.rasters import RasterLayer

_KINDS: dict[str, Kind] = {"elevation": "elevation", "land-cover": "land-cover"}


def are_missing(settings: Settings) -> bool:
    """Whether the sample lacks its elevation or its land cover."""
    return {one.kind for one in shelf_of(settings, sample=True).rasters()} != set(_KINDS)


def keep(settings: Settings, city: SampleCity) -> None:
    """Puts the rasters of this city in the place of whatever was there."""
    forget(settings)
    shelf, now = shelf_of(settings, sample=True), datetime.now(ZoneInfo(settings.timezone))
    for layer in city.rasters:
        rows, columns = layer.values.shape
        grid = Grid(layer.west, layer.north, layer.pixel_deg, layer.pixel_deg, columns, rows)
        shelf.keep(_KINDS[layer.key], f"{layer.key}.tif", grid=grid, crs="EPSG:4490", blocks=[(0, 0, _values(layer))], at=now)


def forget(settings: Settings) -> None:
    """Takes every raster of the sample away."""
    shelf = shelf_of(settings, sample=True)
    for raster in shelf.rasters():
        shelf.remove(raster.id)


def _values(layer: RasterLayer) -> Any:
    """The city numbers its land cover as the base map does (a test says so); only what is missing may be marked otherwise."""
    missing = NO_HEIGHT if layer.key == "elevation" else NO_COVER
    values = layer.values.copy()
    values[values == layer.nodata] = missing
    return values
