"""`gridgov raster`: foreign rasters come in through one door, and the sample brings its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio import Affine

from gridgov.database.cluster import home_of
from gridgov.settings import load_settings
from layers.base_map_place import rasters_folder
from layers.base_map_shelf import Shelf
from tests.base_maps import GRID, cone, cover
from tests.conftest import Result

Cli = Callable[..., Result]
LONLAT = Affine(GRID.pixel_x_deg, 0, GRID.west, 0, -GRID.pixel_y_deg, GRID.north)


@pytest.fixture
def bare(cli_without_database: Cli) -> Cli:
    return cli_without_database


def write(path: Path, values: NDArray[Any], transform: Affine = LONLAT, crs: str | None = "EPSG:4490", nodata: float | None = None) -> Path:
    options = {"count": 1, "dtype": values.dtype.name, "transform": transform, "crs": crs, "nodata": nodata}
    with rasterio.open(path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], **options) as file:
        file.write(values, 1)
    return path


def shelf(*, sample: bool = False) -> Shelf:
    return Shelf(rasters_folder(home_of(load_settings()), sample=sample))


def pixels(kind: str, *, sample: bool = False) -> NDArray[Any]:
    kept = shelf(sample=sample)
    raster = next(one for one in kept.rasters() if one.kind == kind)
    found = kept.read(raster, 0, slice(0, raster.grid.rows), slice(0, raster.grid.columns))
    assert found is not None
    return found


def test_an_elevation_in_lonlat_is_kept_pixel_by_pixel(bare: Cli, tmp_path: Path) -> None:
    added = bare("raster", "add", write(tmp_path / "dem.tif", cone(), nodata=-9999), "--kind", "elevation", "--json")
    assert added.exit_code == 0, added.stdout
    assert (added.json["kind"], added.json["name"], added.json["columns"], added.json["rows"]) == ("elevation", "dem.tif", 200, 160)
    assert added.json["bbox"] == [118.85, 28.952, 118.91, 29.0]
    assert np.array_equal(pixels("elevation"), cone())


def test_the_same_raster_is_kept_once(bare: Cli, tmp_path: Path) -> None:
    file = write(tmp_path / "dem.tif", cone(), nodata=-9999)
    first, second = (bare("raster", "add", file, "--kind", "elevation", "--json").json["id"] for _ in range(2))
    assert first == second
    assert [one["id"] for one in bare("raster", "list", "--json").json["rasters"]] == [first]


def test_a_removed_raster_leaves_no_file(bare: Cli, tmp_path: Path) -> None:
    name = bare("raster", "add", write(tmp_path / "dem.tif", cone(), nodata=-9999), "--kind", "elevation", "--json").json["id"]
    assert bare("raster", "remove", name, "--json").json == {"removed": name}
    assert bare("raster", "list", "--json").json == {"rasters": []}
    assert list(shelf().folder.glob("*.tif")) == []
    assert bare("raster", "remove", name, "--json").json["status"] == 404


def test_a_raster_in_a_chinese_projection_lies_where_it_belongs(bare: Cli, tmp_path: Path) -> None:
    """A hill 3,000 m east and 2,010 m south of the corner is found, within a pixel and a half, where PROJ puts it."""
    corner_east, corner_north = 373_954.0, 3_209_503.0
    values = np.zeros((100, 150), np.int16)
    values[66:68, 99:101] = 500
    file = write(tmp_path / "gk.tif", values, Affine(30, 0, corner_east, 0, -30, corner_north), "EPSG:4549")
    added = bare("raster", "add", file, "--kind", "elevation", "--json").json
    found = pixels("elevation")
    row, column = np.unravel_index(np.argmax(found), found.shape)
    west, _, _, north = added["bbox"]
    step = 30 / 111_320
    lon, lat = Transformer.from_crs(4549, 4490, always_xy=True).transform(corner_east + 3000, corner_north - 2010)
    assert abs(west + (column + 0.5) * step - lon) <= 1.5 * step
    assert abs(north - (row + 0.5) * step - lat) <= 1.5 * step


def test_a_land_cover_is_read_by_its_legend(bare: Cli, tmp_path: Path) -> None:
    worldcover = np.array([[10, 80], [50, 99]], np.uint8)
    added = bare("raster", "add", write(tmp_path / "lc.tif", worldcover), "--kind", "land-cover", "--legend", "worldcover", "--class", "10=cropland", "--json")
    assert added.exit_code == 0, added.stdout
    assert added.json["pixels_without_class"] == 1
    assert pixels("land-cover").tolist() == [[3, 1], [2, 0]]


def test_a_land_cover_without_a_legend_is_refused(bare: Cli, tmp_path: Path) -> None:
    refused = bare("raster", "add", write(tmp_path / "lc.tif", cover()), "--kind", "land-cover", "--json")
    assert (refused.exit_code, refused.json["type"]) == (2, "/problems/usage")
    nothing = bare("raster", "add", write(tmp_path / "lc.tif", cover()), "--kind", "land-cover", "--class", "77=water", "--json")
    assert (nothing.exit_code, nothing.json["type"]) == (1, "/problems/refused")
    assert list(shelf().folder.glob("*.tif")) == []


def test_a_raster_without_a_reference_system_needs_one_named(bare: Cli, tmp_path: Path) -> None:
    file = write(tmp_path / "dem.tif", cone(), crs=None, nodata=-9999)
    assert bare("raster", "add", file, "--kind", "elevation", "--json").json["type"] == "/problems/wrong-crs"
    assert bare("raster", "add", file, "--kind", "elevation", "--crs", "EPSG:4490", "--json").exit_code == 0


def test_a_picture_is_no_elevation(bare: Cli, tmp_path: Path) -> None:
    with rasterio.open(tmp_path / "rgb.tif", "w", driver="GTiff", width=4, height=4, count=3, dtype="uint8", crs="EPSG:4490", transform=LONLAT) as file:
        file.write(np.zeros((3, 4, 4), np.uint8))
    assert bare("raster", "add", tmp_path / "rgb.tif", "--kind", "elevation", "--json").json["type"] == "/problems/refused"
    unknown = write(tmp_path / "sky.tif", np.full((4, 4), 30_000, np.int32))
    assert bare("raster", "add", unknown, "--kind", "elevation", "--json").json["type"] == "/problems/refused"


def test_the_sample_brings_its_relief_and_its_water(cli: Cli) -> None:
    assert cli("sample", "--villages", 30, "--seed", 3, "--json").exit_code == 0
    assert {one.kind for one in shelf(sample=True).rasters()} == {"elevation", "land-cover"}
    assert shelf().rasters() == ()
    assert 1 in pixels("land-cover", sample=True)
    for one in shelf(sample=True).rasters():
        assert cli("raster", "remove", one.id, "--sample", "--json").exit_code == 0

    again = cli("sample", "--villages", 30, "--seed", 3, "--json")
    assert again.json["loaded"] is False
    assert {one.kind for one in shelf(sample=True).rasters()} == {"elevation", "land-cover"}

    assert cli("sample", "--remove", "--json").exit_code == 0
    assert shelf(sample=True).rasters() == ()
