"""`/basemap`: tiles for everybody, told apart by version, and nothing outside."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.limits import Rates
from gridgov.database.pool import Database
from gridgov.settings import Settings
from layers.base_map_place import rasters_folder
from layers.base_map_shelf import Shelf
from tests.base_maps import MIDDLE, fill, tile_over
from tests.conftest import reachable_folder
from tests.http_client import TestClient

ADDRESS = "/api/v1/basemap/relief/{0.zoom}/{0.x}/{0.y}.png"
MIDDLE_TILE = ADDRESS.format(tile_over(13, *MIDDLE))


@pytest.fixture
def folder() -> Iterator[Path]:
    with reachable_folder() as found:
        yield found


@pytest.fixture
def shelf(folder: Path) -> Shelf:
    return fill(rasters_folder(folder, sample=False))


@pytest.fixture
def map_app(database: Database, folder: Path) -> Callable[..., FastAPI]:
    return lambda **options: create_app(database, Settings(data_dir=folder), **options)


@pytest.fixture
def mapped(map_app: Callable[..., FastAPI], shelf: Shelf) -> Iterator[TestClient]:
    with TestClient(map_app(), headers={"Accept-Language": "en"}) as found:
        yield found


def url(client: TestClient) -> str:
    local = client.get("/api/v1/installation").json()["basemap"]["local"]
    return str(local[0]["url"])


def test_nobody_signed_in_gets_a_picture_of_the_ground(mapped: TestClient) -> None:
    found = mapped.get(MIDDLE_TILE)
    assert (found.status_code, found.headers["content-type"]) == (200, "image/png")
    assert found.content.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00")


def test_a_tile_with_its_version_is_kept_and_without_it_asked_for_again(mapped: TestClient) -> None:
    version = url(mapped).rpartition("=")[2]
    assert mapped.get(MIDDLE_TILE, params={"v": version}).headers["cache-control"] == "public, max-age=31536000, immutable"
    for asked in ({}, {"v": "0123456789ab"}):
        assert mapped.get(MIDDLE_TILE, params=asked).headers["cache-control"] == "public, no-cache"


def test_a_tile_that_is_at_hand_is_not_sent_again(mapped: TestClient) -> None:
    first = mapped.get(MIDDLE_TILE)
    again = mapped.get(MIDDLE_TILE, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


def test_outside_the_rasters_there_is_nothing(mapped: TestClient) -> None:
    for asked in (ADDRESS.format(tile_over(13, 100.0, 30.0)), "/api/v1/basemap/relief/2/3/1.png", "/api/v1/basemap/relief/4/99/0.png"):
        found = mapped.get(asked)
        assert (found.status_code, found.content) == (204, b"")


def test_another_raster_gives_the_tiles_another_version(mapped: TestClient, shelf: Shelf) -> None:
    before, tag = url(mapped), mapped.get(MIDDLE_TILE).headers["etag"]
    shelf.remove(next(one.id for one in shelf.rasters() if one.kind == "land-cover"))
    assert url(mapped) != before
    assert mapped.get(MIDDLE_TILE, headers={"If-None-Match": tag}).status_code == 200


def test_without_rasters_there_is_no_base_map(map_app: Callable[..., FastAPI]) -> None:
    with TestClient(map_app()) as client:
        assert client.get("/api/v1/installation").json()["basemap"] == {"local": [], "wmts": None}
        assert client.get(MIDDLE_TILE).status_code == 204


def test_the_rasters_of_the_sample_are_not_those_of_production(map_app: Callable[..., FastAPI], shelf: Shelf) -> None:
    with TestClient(map_app(sample=True)) as client:
        assert client.get(MIDDLE_TILE).status_code == 204


@pytest.mark.parametrize(
    "asked", ["relief/13/6800/-1", "relief/1e1/0/0", "relief/13/%2e%2e/0", "relief/013/1/1", "relief/١٣/1/1", "..%2frelief/13/1/1", "terrain/13/1/1"]
)
def test_what_is_no_tile_is_refused(mapped: TestClient, asked: str) -> None:
    assert mapped.get(f"/api/v1/basemap/{asked}.png").status_code in (404, 422)


def test_only_tiles_that_must_be_rendered_count(map_app: Callable[..., FastAPI], shelf: Shelf) -> None:
    with TestClient(map_app(rates=Rates(basemap="2/minute"))) as client:
        assert [client.get(MIDDLE_TILE).status_code for _ in range(4)] == [200] * 4
        deeper = [client.get(ADDRESS.format(tile_over(zoom, *MIDDLE))).status_code for zoom in (14, 15)]
        assert deeper == [200, 429]
        assert client.get(MIDDLE_TILE).status_code == 200
