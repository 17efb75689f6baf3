"""The base map as a picture: lit from the north-west, without seams, transparent where nothing is known, water where the cover says so."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from gridgov.errors import UsageError
from layers.base_map import MARGIN, WATER_COLOUR, hillshade, paint
from layers.base_map_cache import BaseMap
from layers.base_map_classes import CLASSES, LEGENDS, read_legend
from layers.base_map_grid import Tile
from layers.base_map_sampling import spread, weights
from layers.base_map_shelf import Grid, Shelf, shape_of
from layers.base_map_tile import ground_of, render_tile, version_of
from layers.sample_city.rasters import LAND_COVER
from tests.base_maps import GRID, MIDDLE, NOW, cone, cover, fill, tile_over


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return fill(tmp_path_factory.mktemp("rasters"))


def picture(shelf: Shelf, tile: Tile) -> NDArray[np.uint8]:
    """Red, green, blue, alpha."""
    found = render_tile(shelf, shelf.rasters(), tile)
    assert found is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        return _decoded(found)


def _decoded(found: bytes) -> NDArray[np.uint8]:
    with MemoryFile(found) as memory, memory.open() as file:
        bands: NDArray[np.uint8] = file.read()
    opaque = np.full_like(bands[:1], 255)
    return np.moveaxis(bands if bands.shape[0] == 4 else np.concatenate([bands, opaque]), 0, -1)


def pixel(tile: Tile, lon: float, lat: float) -> tuple[int, int]:
    longitudes, latitudes = tile.axes()
    return int(np.abs(latitudes - lat).argmin()), int(np.abs(longitudes - lon).argmin())


def test_a_cone_is_lit_from_the_north_west() -> None:
    row, column = np.mgrid[:41, :41] - 20
    height = (400 - 15 * np.hypot(row, column)).astype(np.float32)
    light = hillshade(height, np.ones_like(height), np.full(41, 30.0, np.float32), 1.0)
    middle = 19
    assert light[middle - 8, middle - 8] > 0.25
    assert light[middle + 8, middle + 8] < -0.25
    assert light[middle - 8, middle + 8] == pytest.approx(light[middle + 8, middle - 8], abs=1e-5)
    assert np.allclose(light, light.T, atol=1e-5)


def test_level_ground_has_the_colour_of_paper() -> None:
    flat = np.full((10, 12), 250.0, np.float32)
    assert np.abs(hillshade(flat, np.ones_like(flat), np.full(10, 30.0, np.float32), 2.0)).max() < 1e-6


def test_a_slope_next_to_the_unknown_is_not_made_up() -> None:
    height = np.zeros((9, 9), np.float32)
    height[:, :5] = 900.0
    known = np.ones((9, 9), np.float32)
    known[:, 5:] = 0.0
    assert not hillshade(height, known, np.full(9, 30.0, np.float32), 1.0).any()


@pytest.mark.parametrize("zoom", [9, 11, 13, 16])
def test_neighbouring_tiles_see_the_same_ground_where_they_meet(shelf: Shelf, zoom: int) -> None:
    tile = tile_over(zoom, *MIDDLE)
    east, south = Tile(zoom, tile.x + 1, tile.y), Tile(zoom, tile.x, tile.y + 1)
    here, right, below = (ground_of(shelf, shelf.rasters(), one) for one in (tile, east, south))
    for name in ("height_m", "has_height", "tint", "dry", "wet"):
        mine, theirs, under = (getattr(ground, name) for ground in (here, right, below))
        assert np.allclose(mine[..., -2 * MARGIN :], theirs[..., : 2 * MARGIN], atol=2e-3)
        assert np.allclose(mine[..., -2 * MARGIN :, :], under[..., : 2 * MARGIN, :], atol=2e-3)


def test_no_line_shows_between_two_tiles(shelf: Shelf) -> None:
    """Across the seam the picture changes no more than one pixel further in."""
    tile = tile_over(14, *MIDDLE)
    both = np.hstack([picture(shelf, tile), picture(shelf, Tile(14, tile.x + 1, tile.y))]).astype(int)
    steps = np.abs(np.diff(both[..., :3], axis=1)).max(axis=2)
    assert steps[:, 255].max() <= steps[:, 245:266].max(axis=1).max()
    assert steps[:, 255].mean() <= 1.5 * steps[:, 250:261].mean() + 0.1


def test_where_nothing_is_known_nothing_is_drawn(shelf: Shelf) -> None:
    tile = tile_over(14, GRID.west + 195 * GRID.pixel_x_deg, GRID.north - 150 * GRID.pixel_y_deg)
    drawn = picture(shelf, tile)
    assert drawn.shape == (256, 256, 4)
    assert drawn[pixel(tile, GRID.west + 180 * GRID.pixel_x_deg, GRID.north - 145 * GRID.pixel_y_deg)][3] == 0
    assert drawn[pixel(tile, GRID.west + 150 * GRID.pixel_x_deg, GRID.north - 145 * GRID.pixel_y_deg)][3] == 255
    assert render_tile(shelf, shelf.rasters(), Tile(14, tile.x + 9, tile.y)) is None


def test_water_is_where_the_land_cover_says(shelf: Shelf) -> None:
    tile = tile_over(14, GRID.west + 15 * GRID.pixel_x_deg, MIDDLE[1])
    drawn = picture(shelf, tile)
    assert tuple(drawn[pixel(tile, GRID.west + 10 * GRID.pixel_x_deg, MIDDLE[1])][:3]) == WATER_COLOUR
    red, _, blue = drawn[pixel(tile, GRID.west + 36 * GRID.pixel_x_deg, MIDDLE[1])][:3]
    assert red >= blue


def test_heights_alone_make_a_map_and_land_cover_alone_too(tmp_path: Path) -> None:
    tile = tile_over(13, *MIDDLE)
    for kind, values in (("elevation", cone()), ("land-cover", cover())):
        shelf = Shelf(tmp_path / kind)
        shelf.keep(kind, "one.tif", grid=GRID, crs="EPSG:4490", blocks=[(0, 0, values)], at=NOW)
        assert picture(shelf, tile)[pixel(tile, *MIDDLE)][3] == 255


def test_two_sheets_side_by_side_close_up(shelf: Shelf, tmp_path: Path) -> None:
    halves = Shelf(tmp_path)
    for first, end in ((0, 100), (100, 200)):
        grid = Grid(GRID.west + first * GRID.pixel_x_deg, GRID.north, GRID.pixel_x_deg, GRID.pixel_y_deg, end - first, GRID.rows)
        halves.keep("elevation", "half.tif", grid=grid, crs="EPSG:4490", blocks=[(0, 0, cone()[:, first:end])], at=NOW)
    tile = tile_over(15, *MIDDLE)
    whole = ground_of(shelf, [one for one in shelf.rasters() if one.kind == "elevation"], tile)
    joined = ground_of(halves, halves.rasters(), tile)
    assert np.abs(whole.height_m - joined.height_m).max() < 0.01


def test_the_ground_is_light_everywhere(shelf: Shelf) -> None:
    """A red line and a name must be readable on it: no pixel is darker than a light grey, not even the steepest shade."""
    steep = ground_of(shelf, shelf.rasters(), tile_over(11, *MIDDLE))
    drawn = paint(steep, 4.0)
    assert drawn[drawn[..., 3] == 255][:, :3].min() > 120


def test_a_straight_slope_stays_straight_between_pixels() -> None:
    slope = np.arange(40, dtype=np.float32)[None, :].repeat(30, axis=0)
    at_x, at_y = np.linspace(5, 35, 101), np.linspace(5, 25, 80)
    for stretch in (1.0, 1.7):
        down, across = weights(at_y, 30, stretch), weights(at_x, 40, stretch)
        used = slope[down.first : down.first + down.size, across.first : across.first + across.size]
        share = spread(np.ones_like(used), down, across)
        assert np.allclose(share, 1.0, atol=0.02)
        assert np.allclose(spread(used, down, across) / share, at_x - 0.5, atol=0.02)


def test_overviews_have_the_size_that_the_file_says(shelf: Shelf) -> None:
    assert [shape_of(Grid(0, 0, 1, 1, 1742, 1533), level) for level in (0, 1, 2, 3)] == [(1533, 1742), (767, 871), (384, 436), (192, 218)]


def test_the_sample_city_numbers_its_land_cover_as_the_base_map_does() -> None:
    same = {"water": "water", "built-up": "built-up", "cropland": "cropland", "orchard and tea": "orchard", "forest": "forest"}
    same |= {"shrub and grass": "grassland", "bare rock": "bare"}
    keys = {one.code: one.key for one in CLASSES}
    assert {value: keys[value] for value in LAND_COVER} == {value: same[name] for value, (_, name, _) in LAND_COVER.items()}


def test_what_is_added_or_removed_shows_without_a_restart(tmp_path: Path) -> None:
    base_map = BaseMap(tmp_path)
    assert base_map.standing() is None
    shelf = fill(tmp_path)
    version, box = base_map.standing() or ("", (0, 0, 0, 0))
    assert version == version_of(shelf.rasters())
    assert box == pytest.approx((118.85, 28.952, 118.91, 29.0))
    for one in shelf.rasters():
        shelf.remove(one.id)
    assert base_map.standing() is None


def test_tiles_are_rendered_once_while_there_is_room(tmp_path: Path) -> None:
    fill(tmp_path)
    rendered: list[Tile] = []
    tiles = [tile_over(zoom, *MIDDLE) for zoom in (12, 13, 14)]
    roomy, narrow = BaseMap(tmp_path), BaseMap(tmp_path, kept_bytes=0)
    for base_map, expected in ((roomy, 3), (narrow, 6)):
        rendered.clear()
        for tile in tiles * 2:
            base_map.tile(tile, before_rendering=lambda tile=tile: rendered.append(tile))
        assert len(rendered) == expected


@pytest.mark.parametrize("name", LEGENDS)
def test_every_legend_names_water_and_forest(name: str) -> None:
    codes = set(read_legend(name).values())
    assert {1, 5} <= codes <= {one.code for one in CLASSES}


@pytest.mark.parametrize(
    ("name", "pairs"), [(None, ()), ("corine", ()), (None, ("5=sea",)), (None, ("x=water",)), (None, ("70000=water",)), (None, ("water",))]
)
def test_a_legend_that_says_nothing_usable_is_refused(name: str | None, pairs: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        read_legend(name, pairs)


def test_values_given_singly_win_over_the_product(shelf: Shelf) -> None:
    assert read_legend("clcd", ("1=forest", "200=water")) == read_legend("clcd") | {1: 5, 200: 1}
