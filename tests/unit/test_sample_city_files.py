"""The sample as files: readable by what reads real files, the same bytes each time, rasters without a time in them."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely

from layers.sample_city import SampleCity, generate, write_files
from layers.sample_city.rasters import write_raster
from layers.vector import read_features


@pytest.fixture(scope="module")
def city() -> SampleCity:
    return generate(3, 30)


@pytest.fixture(scope="module")
def folder(city: SampleCity, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sample")
    write_files(city, made)
    return made


def test_the_cells_come_back_from_their_file_to_the_last_bit(city: SampleCity, folder: Path) -> None:
    table = read_features(folder / "cells.gpkg")
    assert [row["code"] for row in table.rows] == [cell.code for cell in city.cells]
    assert all(shapely.equals_exact(read, cell.geometry, 0.0) for read, cell in zip(table.geometries, city.cells, strict=True))


def test_the_red_line_bears_the_names_that_authorities_give_its_columns(folder: Path) -> None:
    table = read_features(folder / "ecological-red-line-2024.gpkg")
    assert {"HXBM", "HXMM", "HXLX"} <= set(table.fields)
    assert {row["HXLX"] for row in table.rows} == {"核心", "其他"}


def test_the_rasters_cover_the_same_ground_in_metres_and_classes(folder: Path) -> None:
    with rasterio.open(folder / "elevation.tif") as elevation, rasterio.open(folder / "land-cover.tif") as cover:
        assert (elevation.dtypes, cover.dtypes) == (("float32",), ("uint8",))
        assert elevation.bounds == cover.bounds
        assert elevation.crs.to_epsg() == 4490
        assert elevation.profile["compress"] == "deflate"
        assert 20 < elevation.read(1).min() < elevation.read(1).max() < 4000
        assert set(np.unique(cover.read(1))) <= set(range(1, 8))
        assert cover.tags(1)["class_1"].startswith("水域")


def test_a_raster_is_the_same_bytes_each_time(city: SampleCity, tmp_path: Path) -> None:
    for raster in city.rasters:
        paths = [tmp_path / f"{raster.key}-{number}.tif" for number in (1, 2)]
        for path in paths:
            write_raster(raster, path)
        assert paths[0].read_bytes() == paths[1].read_bytes()


def test_every_layer_has_its_file_and_the_noise_zoning_its_coverage(city: SampleCity, folder: Path) -> None:
    assert [one.key for one in city.layers if not (folder / f"{one.key}-{one.edition}.gpkg").exists()] == []
    assert (folder / "noise-2021-coverage.geojson").exists()
