"""Small rasters for the tests of the base map: a cone of ground, a lake beside it, nothing in one corner."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from layers.base_map_grid import Tile
from layers.base_map_shelf import NO_HEIGHT, Grid, Shelf

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
# A pixel is about 30 m; the box lies inside the tile 11/1700/854.
GRID = Grid(118.85, 29.0, 0.0003, 0.0003, 200, 160)
MIDDLE = (GRID.west + 0.03, GRID.north - 0.024)


def cone(grid: Grid = GRID) -> NDArray[np.float32]:
    """Metres: a cone of 900 m in the middle of the grid, level ground of 100 m around; unknown in the south-east corner."""
    row, column = np.mgrid[: grid.rows, : grid.columns]
    away_m = 30.0 * np.hypot(row + 0.5 - grid.rows / 2, column + 0.5 - grid.columns / 2)
    height = np.where(away_m < 1800, 100.0 + 800.0 * (1 - away_m / 1800), 100.0).astype(np.float32)
    height[-30:, -40:] = NO_HEIGHT
    return height


def cover(grid: Grid = GRID) -> NDArray[np.uint8]:
    """Forest, with a lake along the west edge, unknown where the cone's corner is."""
    found = np.full((grid.rows, grid.columns), 5, np.uint8)
    found[:, :30] = 1
    found[-30:, -40:] = 0
    return found


def fill(folder: Path) -> Shelf:
    """A shelf with the cone and its land cover."""
    shelf = Shelf(folder)
    shelf.keep("elevation", "cone.tif", grid=GRID, crs="EPSG:4490", blocks=[(0, 0, cone())], at=NOW)
    shelf.keep("land-cover", "cover.tif", grid=GRID, crs="EPSG:4490", blocks=[(0, 0, cover())], at=NOW)
    return shelf


def tile_over(zoom: int, lon: float, lat: float) -> Tile:
    """The tile over a place."""
    down = 0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)
    return Tile(zoom, int((lon + 180) / 360 * (1 << zoom)), int(down * (1 << zoom)))
