"""One tile of the base map from the rasters kept: which of them lie there, at which overview, sampled, painted and packed as PNG."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
_LOOK: Final = "2"
_COLOURS: Final = colours()
# A hill is as steep on a small map as on a large one, yet looks flat there.
_EXAGGERATION: Final = {5: 5.0, 6: 4.5, 7: 4.0, 8: 3.4, 9: 2.8, 10: 2.3, 11: 1.9, 12: 1.6, 13: 1.4, 14: 1.25, 15: 1.15}


@dataclass(frozen=True, slots=True)
class _Bands:
    """What is made of a raster's pixels before they are spread, how many bands that is, and how soft they may get."""

    count: int
    made: Callable[[NDArray[Any]], Values]
    softness: float


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
    pixels = paint(ground_of(shelf, meeting, tile), _EXAGGERATION.get(tile.zoom, 1.1))
    return png(pixels) if pixels[..., 3].any() else None


def ground_of(shelf: Shelf, rasters: Sequence[Raster], tile: Tile) -> Ground:
    """What these rasters know of the tile's ground."""
    covers = [one for one in rasters if one.kind == "land-cover"]
    height, has_height = _heights(shelf, [one for one in rasters if one.kind == "elevation"], tile)
    tint, dry, wet, known = _covers(shelf, covers, tile)
    pixel_m = tile.pixel_m(tile.axes(MARGIN)[1]).astype(np.float32)
    return Ground(height, has_height, tint, dry, wet, known, pixel_m, _shore(covers, tile.pixel_deg))


def _meets(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _heights(shelf: Shelf, rasters: Sequence[Raster], tile: Tile) -> tuple[Values, Values]:
    """Heights in metres and how much of each pixel has one; rasters that overlap share in it, those that abut close up."""
    total = _gathered(shelf, rasters, tile, _Bands(2, _height_bands, 1.4))
    return total[0] / np.maximum(total[1], 1e-6), total[1]


def _height_bands(values: NDArray[Any]) -> Values:
    has = (values != NO_HEIGHT) & np.isfinite(values)
    return np.stack([np.where(has, values, 0.0), has]).astype(np.float32)


def _covers(shelf: Shelf, rasters: Sequence[Raster], tile: Tile) -> tuple[Values, Values, Values, Values]:
    """Colour of the dry part, dry part, wet part, known part."""
    total = _gathered(shelf, rasters, tile, _Bands(6, _cover_bands, 2.0))
    return total[:3], total[3], total[4], total[5]


def _shore(rasters: Sequence[Raster], pixel_deg: float) -> float:
    """Half the width of the water's edge: as sharp as a pixel of the tile can show it."""
    finest = min((one.grid.pixel_x_deg * (1 << _level(one, pixel_deg)) for one in rasters), default=pixel_deg)
    return float(np.clip(0.4 * pixel_deg / finest, 0.05, 0.35))


def _cover_bands(values: NDArray[Any]) -> Values:
    wet, known = values == WATER, values != 0
    return np.concatenate([np.moveaxis(_COLOURS[values], -1, 0), np.stack([known & ~wet, wet, known]).astype(np.float32)])


def _gathered(shelf: Shelf, rasters: Sequence[Raster], tile: Tile, bands: _Bands) -> Values:
    """The bands as sums on the tile's pixels over all these rasters."""
    longitudes, latitudes = tile.axes(MARGIN)
    total = np.zeros((bands.count, latitudes.size, longitudes.size), dtype=np.float32)
    for raster in rasters:
        total += _sampled(shelf, raster, tile.pixel_deg, (longitudes, latitudes), bands)
    return total


def _sampled(shelf: Shelf, raster: Raster, pixel_deg: float, axes: tuple[Axis, Axis], bands: _Bands) -> Any:
    """The bands of one raster on the tile's pixels; 0 when nothing of it is there."""
    grid = raster.grid
    level = _level(raster, pixel_deg)
    rows, columns = shape_of(grid, level)
    wide, high = grid.pixel_x_deg * grid.columns / columns, grid.pixel_y_deg * grid.rows / rows
    across = weights((axes[0] - grid.west) / wide, columns, _stretch(pixel_deg / wide, bands.softness))
    down = weights((grid.north - axes[1]) / high, rows, _stretch(pixel_deg / high, bands.softness))
    if not across.size or not down.size:
        return 0.0
    values = shelf.read(raster, level, slice(down.first, down.first + down.size), slice(across.first, across.first + across.size))
    return 0.0 if values is None else spread(bands.made(values), down, across)


def _stretch(step: float, softness: float) -> float:
    """How wide the kernel is. step: pixels of the raster in one of the tile's, the same for every tile of a zoom, so that tiles meet.

    Where several pixels fall into one it takes them all; where one is spread over several it gets softer, so that pixels do not show.
    """
    return max(1.0, step, min(softness, 1.0 / step))


def _level(raster: Raster, pixel_deg: float) -> int:
    """The coarsest overview whose pixels are not larger than the tile's; the same for every tile of a zoom, so that tiles meet."""
    level = 0
    while level < raster.levels and raster.grid.pixel_x_deg * (2 << level) <= pixel_deg:
        level += 1
    return level
