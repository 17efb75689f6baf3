"""One tile of the base map from the rasters kept: which of them lie there, at which overview, sampled, painted and packed as PNG."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from layers.base_map import MARGIN, Ground, paint
from layers.base_map_classes import WATER, colours
from layers.base_map_grid import Axis, Box, Tile
from layers.base_map_png import png
from layers.base_map_sampling import Values, spread, weights
from layers.base_map_shelf import NO_HEIGHT, Raster, Shelf, shape_of

LOWEST_ZOOM: Final = 5
DEEPEST_ZOOM: Final = 17
# Part of every version: tiles that look different must have another address.
_LOOK: Final = "1"
_COLOURS: Final = colours()
# A hill is as steep on a small map as on a large one, yet looks flat there.
_EXAGGERATION: Final = {5: 5.0, 6: 4.5, 7: 4.0, 8: 3.4, 9: 2.8, 10: 2.3, 11: 1.9, 12: 1.6, 13: 1.4, 14: 1.25, 15: 1.15}


def version_of(rasters: Sequence[Raster]) -> str:
    """What the tiles are made from and how they look, as 12 hex digits."""
    return hashlib.sha256("\n".join([_LOOK, *(one.id for one in rasters)]).encode()).hexdigest()[:12]


def box_of(rasters: Sequence[Raster]) -> Box | None:
    """The box of everything kept, None when nothing is."""
    if not rasters:
        return None
    west, south, east, north = zip(*(one.grid.box for one in rasters), strict=True)
    return min(west), min(south), max(east), max(north)


def render_tile(shelf: Shelf, rasters: Sequence[Raster], tile: Tile) -> bytes | None:
    """The tile as PNG, 256 x 256; None where there is nothing to show."""
    meeting = [one for one in rasters if _meets(one.grid.box, tile.box)]
    if not tile.exists or not LOWEST_ZOOM <= tile.zoom <= DEEPEST_ZOOM or not meeting:
        return None
    _, latitudes = tile.axes(MARGIN)
    height, has_height = _heights(shelf, [one for one in meeting if one.kind == "elevation"], tile)
    tint, dry, wet, known = _covers(shelf, [one for one in meeting if one.kind == "land-cover"], tile)
    pixel_m = tile.pixel_m(latitudes).astype(np.float32)
    pixels = paint(Ground(height, has_height, tint, dry, wet, known, pixel_m), _EXAGGERATION.get(tile.zoom, 1.1))
    return png(pixels) if pixels[..., 3].any() else None


def _meets(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _heights(shelf: Shelf, rasters: Sequence[Raster], tile: Tile) -> tuple[Values, Values]:
    """Heights in metres and how much of each pixel has one; rasters that overlap share in it, those that abut close up."""
    total = _gathered(shelf, rasters, tile, 2, _height_bands)
    return total[0] / np.maximum(total[1], 1e-6), total[1]


def _height_bands(values: NDArray[Any]) -> Values:
    has = (values != NO_HEIGHT) & np.isfinite(values)
    return np.stack([np.where(has, values, 0.0), has]).astype(np.float32)


def _covers(shelf: Shelf, rasters: Sequence[Raster], tile: Tile) -> tuple[Values, Values, Values, Values]:
    """Colour of the dry part, dry part, wet part, known part."""
    total = _gathered(shelf, rasters, tile, 6, _cover_bands)
    return total[:3], total[3], total[4], total[5]


def _cover_bands(values: NDArray[Any]) -> Values:
    wet, known = values == WATER, values != 0
    return np.concatenate([np.moveaxis(_COLOURS[values], -1, 0), np.stack([known & ~wet, wet, known]).astype(np.float32)])


def _gathered(shelf: Shelf, rasters: Sequence[Raster], tile: Tile, bands: int, made: Any) -> Values:
    """The bands that `made` makes of pixels, as sums on the tile's pixels over all these rasters."""
    longitudes, latitudes = tile.axes(MARGIN)
    total = np.zeros((bands, latitudes.size, longitudes.size), dtype=np.float32)
    for raster in rasters:
        total += _sampled(shelf, raster, tile.pixel_deg, (longitudes, latitudes), made)
    return total


def _sampled(shelf: Shelf, raster: Raster, pixel_deg: float, axes: tuple[Axis, Axis], made: Any) -> Any:
    """The bands of one raster on the tile's pixels; 0 when nothing of it is there."""
    grid = raster.grid
    level = _level(raster, pixel_deg)
    rows, columns = shape_of(grid, level)
    across = weights((axes[0] - grid.west) / (grid.pixel_x_deg * grid.columns) * columns, columns)
    down = weights((grid.north - axes[1]) / (grid.pixel_y_deg * grid.rows) * rows, rows)
    if not across.size or not down.size:
        return 0.0
    values = shelf.read(raster, level, slice(down.first, down.first + down.size), slice(across.first, across.first + across.size))
    return 0.0 if values is None else spread(made(values), down, across)


def _level(raster: Raster, pixel_deg: float) -> int:
    """The coarsest overview whose pixels are not larger than the tile's; the same for every tile of a zoom, so that tiles meet."""
    level = 0
    while level < raster.levels and raster.grid.pixel_x_deg * (2 << level) <= pixel_deg:
        level += 1
    return level
