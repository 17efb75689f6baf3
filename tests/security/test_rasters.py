"""Forged rasters: nothing but a GeoTIFF is opened, nothing beside it is read, and no name reaches out of the folder."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from gridgov.database.cluster import home_of
from gridgov.settings import load_settings
from layers.base_map_place import rasters_folder
from layers.base_map_shelf import Shelf
from tests.base_maps import GRID, NOW, cone
from tests.conftest import Result

Cli = Callable[..., Result]


@pytest.fixture
def cli(cli_without_database: Cli) -> Cli:
    return cli_without_database


LONLAT = Affine(GRID.pixel_x_deg, 0, GRID.west, 0, -GRID.pixel_y_deg, GRID.north)
VRT = """<VRTDataset rasterXSize="4" rasterYSize="4">
<SRS>EPSG:4490</SRS><GeoTransform>118.85,0.0003,0,29.0,0,-0.0003</GeoTransform>
<VRTRasterBand dataType="Float32" band="1">
<SimpleSource><SourceFilename relativeToVRT="0">{source}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"""


def geotiff(path: Path, rows: int = 160, columns: int = 200) -> Path:
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="float32", crs="EPSG:4490", transform=LONLAT, nodata=-9999
    ) as file:
        file.write(cone()[:rows, :columns], 1)
    return path


def add(cli: Cli, path: Path) -> Result:
    return cli("raster", "add", path, "--kind", "elevation", "--json")


def folder() -> Path:
    return rasters_folder(home_of(load_settings()), sample=False)


@pytest.mark.parametrize("source", ["/vsicurl/http://127.0.0.1:9/secret.tif", "/etc/passwd", "secret.tif"])
@pytest.mark.parametrize("name", ["forged.vrt", "forged.tif"])
def test_a_virtual_raster_is_refused_whatever_it_is_called(cli: Cli, tmp_path: Path, name: str, source: str) -> None:
    geotiff(tmp_path / "secret.tif")
    (tmp_path / name).write_text(VRT.format(source=source))
    refused = add(cli, tmp_path / name)
    assert (refused.exit_code, refused.json["type"]) == (1, "/problems/unknown-format")


@pytest.mark.parametrize(
    "content", [b"", b"II*\0", b"II*\0" + b"\xff" * 4000, b"MM\0+\0\x08\0\0" + b"\0" * 64, b"\x89PNG\r\n\x1a\n", b"<html>", b"SQLite format 3\0"]
)
def test_what_is_no_whole_geotiff_is_refused(cli: Cli, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.tif").write_bytes(content)
    refused = add(cli, tmp_path / "broken.tif")
    assert (refused.exit_code, refused.json["type"]) == (1, "/problems/unknown-format")
    assert not list(folder().glob("*.tif"))


def test_a_raster_that_was_cut_off_is_refused_and_leaves_nothing(cli: Cli, tmp_path: Path) -> None:
    whole = geotiff(tmp_path / "whole.tif").read_bytes()
    (tmp_path / "cut.tif").write_bytes(whole[: len(whole) // 2])
    assert add(cli, tmp_path / "cut.tif").json["type"] == "/problems/unknown-format"
    assert not list(folder().glob("*.tif"))
    assert not list(folder().glob(".*.tif"))


def test_what_lies_beside_a_raster_is_not_read(cli: Cli, tmp_path: Path) -> None:
    plain = add(cli, geotiff(tmp_path / "plain.tif")).json["id"]
    forged = geotiff(tmp_path / "dem.tif")
    (tmp_path / "dem.tif.ovr").write_text(VRT.format(source="/etc/passwd"))
    (tmp_path / "dem.tif.msk").write_text(VRT.format(source="/etc/passwd"))
    (tmp_path / "dem.tif.aux.xml").write_text("<PAMDataset><SRS>EPSG:28992</SRS><PAMRasterBand band='1'><Scale>7</Scale></PAMRasterBand></PAMDataset>")
    (tmp_path / "dem.tfw").write_text("1\n0\n0\n-1\n0\n0\n")
    assert add(cli, forged).json["id"] == plain


def test_a_small_file_that_claims_to_be_enormous_is_refused_by_its_size(cli: Cli, tmp_path: Path) -> None:
    """Of 60,000 by 60,000 pixels none is stored."""
    with rasterio.open(
        tmp_path / "sparse.tif", "w", driver="GTiff", width=60_000, height=60_000, count=1, dtype="float32", crs="EPSG:4490",
        transform=Affine(1e-4, 0, 115, 0, -1e-4, 32), sparse_ok=True, tiled=True, bigtiff=True,
    ):  # fmt: skip
        pass
    assert (tmp_path / "sparse.tif").stat().st_size < 10_000_000
    assert add(cli, tmp_path / "sparse.tif").json["type"] == "/problems/too-large"


@pytest.mark.parametrize("name", ["../../pg", "..", "/etc/passwd", ".lock", "rasters.json", "elevation-000000000000"])
def test_a_name_takes_nothing_away_but_what_is_listed(cli: Cli, tmp_path: Path, name: str) -> None:
    kept = add(cli, geotiff(tmp_path / "dem.tif")).json["id"]
    before = sorted(folder().iterdir())
    assert cli("raster", "remove", name, "--json").json["type"] == "/problems/not-found"
    assert sorted(folder().iterdir()) == before
    assert [one.id for one in Shelf(folder()).rasters()] == [kept]


def test_the_name_of_a_file_stays_text(cli: Cli, tmp_path: Path) -> None:
    name = "<script>alert(1)</script>{z}'\"; drop.tif".replace("/", "∕")
    assert add(cli, geotiff(tmp_path / name)).json["name"] == name
    assert json.loads((folder() / "rasters.json").read_text())["rasters"][0]["name"] == name


def test_a_file_that_went_away_while_serving_leaves_the_rest(cli: Cli, tmp_path: Path) -> None:
    kept = add(cli, geotiff(tmp_path / "dem.tif")).json["id"]
    (folder() / f"{kept}.tif").unlink()
    shelf = Shelf(folder())
    assert shelf.read(shelf.rasters()[0], 0, slice(0, 4), slice(0, 4)) is None


def test_two_adding_at_once_are_both_listed(tmp_path: Path) -> None:
    def keep(number: int) -> str:
        values = np.full((GRID.rows, GRID.columns), float(number), np.float32)
        return Shelf(tmp_path).keep("elevation", f"{number}.tif", grid=GRID, crs="EPSG:4490", blocks=[(0, 0, values)], at=NOW).id

    with ThreadPoolExecutor(6) as pool:
        made = set(pool.map(keep, range(6)))
    assert {one.id for one in Shelf(tmp_path).rasters()} == made
    assert len(made) == 6
