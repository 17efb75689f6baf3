"""The vector tiles over HTTP: what is in them, who gets which, on which day, and how they are kept."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from shapely import MultiPolygon, box

from api.app import create_app
from api.limits import Rates
from gridgov.database.pool import Database
from gridgov.geo.crs import Operation
from gridgov.grids import service as grid_service
from gridgov.grids import shape_service
from gridgov.grids.cell import CellRecord
from gridgov.grids.importing import ImportRequest
from gridgov.settings import Settings
from gridgov.zones import service as zone_service
from gridgov.zones.edition import ZoneRecord
from gridgov.zones.importing import EditionImport, ZoneSet, on_lattice
from tests.http_client import TestClient
from tests.small_grid import EAST, SCHEME, WEST
from tests.unit.mvt import Layer, decode, edges

Enter = Callable[[str], TestClient]
TILES = "/api/v1/tiles"
# The small grid's two villages, 118.8 to 119.0 by 28.9 to 29.0: they meet at 118.9.
NEAR, WIDE, CLOSE = "12/3400/1703", "6/53/26", "16/54413/27258"
LATER = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def zones(app: FastAPI, database: Database) -> None:
    """A layer of each disclosure."""
    ground, _ = on_lattice(box(118.85, 28.93, 118.95, 28.97))
    assert ground is not None
    found = ZoneSet([ZoneRecord(1, "z1", "红线一<b>", {"class": "优先"}, ground)], Operation("EPSG:4490", "identity", 0.0))
    with database.unit_of_work("test") as uow:
        for layer in ("public", "named", "restricted"):
            zone_service.import_edition(uow, replace(EditionImport(layer, found, "none", LATER, kind="other", grow_area=True), disclosure=layer))


def read(client: TestClient, path: str, **params: str) -> dict[str, Layer]:
    answer = client.get(f"{TILES}/{path}.mvt", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    return decode(answer.content)


def codes(layer: Layer) -> list[str]:
    return [feature.properties["code"] for feature in layer.features]


def test_cells_come_as_a_layer_a_level_with_code_and_name_and_labels(client: TestClient) -> None:
    layers = read(client, f"cells/{CLOSE}")
    assert layers["county"].features[0].properties == {"code": "330802", "name": "柯城区"}
    assert layers["county"].extent == 4096
    labels = read(client, f"cells/{WIDE}")["label"].features
    assert [feature.properties for feature in labels] == [{"level": "county", "code": "330802", "name": "柯城区"}]


def test_levels_switch_by_zoom_and_neighbours_share_their_sides(client: TestClient, database: Database) -> None:
    _draw_villages(database)
    assert set(read(client, f"cells/{WIDE}")) == {"county", "label"}
    layers = read(client, f"cells/{NEAR}")
    assert list(layers) == ["village", "township", "county", "label"]
    west, east = sorted(layers["village"].features, key=lambda feature: str(feature.properties["code"]))
    assert edges(west) & edges(east)
    exact = read(client, f"cells/{CLOSE}")["village"]
    assert codes(exact) == [WEST, EAST]
    assert edges(exact.features[0]) & edges(exact.features[1])


def _draw_villages(database: Database) -> None:
    """The small grid as an import would leave it: with the areas that say when villages can be told apart."""
    rows = [CellRecord(n, code, name, (), MultiPolygon([ground])) for n, (code, name, ground) in enumerate(_halves(), 1)]
    with database.unit_of_work("test") as uow:
        request = ImportRequest(SCHEME, "village", rows, LATER, source="test", mode="replace", effective_from=LATER, grow_area=True)
        grid_service.import_level(uow, request)


def _halves() -> list[tuple[str, str, Any]]:
    return [(WEST, "西村改", box(118.8, 28.9, 118.9, 29.0)), (EAST, "东村改", box(118.9, 28.9, 119.0, 29.0))]


def test_the_tile_is_the_day_s(client: TestClient, database: Database) -> None:
    _draw_villages(database)
    name = {feature.properties["code"]: feature.properties["name"] for feature in read(client, f"cells/{CLOSE}", on="2026-06-01")["village"].features}
    assert name[EAST] == "东村改"
    assert "village" not in read(client, f"cells/{CLOSE}", on="2026-05-31")
    assert client.get(f"{TILES}/cells/{NEAR}.mvt", params={"on": "2019-12-31"}).status_code == 404


def test_zones_come_with_their_plain_attributes(client: TestClient) -> None:
    layers = read(client, f"public/{NEAR}")
    assert layers["zone"].features[0].properties == {"code": "z1", "name": "红线一<b>", "class": "优先"}
    assert codes(layers["label"]) == ["z1"]


@pytest.mark.parametrize("layer", ["named", "restricted"])
@pytest.mark.parametrize("who", ["nobody", "inspector", "planner", "supervisor", "admin"])
def test_what_has_no_place_for_an_asker_is_not_there(client: TestClient, signed_in: Enter, layer: str, who: str) -> None:
    asker = client if who == "nobody" else signed_in(who)
    expected = 200 if who in ("supervisor", "admin") else 404
    tile, document = asker.get(f"{TILES}/{layer}/{NEAR}.mvt"), asker.get(f"{TILES}/{layer}.json")
    assert (tile.status_code, document.status_code) == (expected, expected)
    if expected == 200:
        assert tile.headers["cache-control"] == "private, no-store"
        assert asker.get(f"{TILES}/{layer}/{NEAR}.mvt", params={"v": document.json()["v"]}).headers["cache-control"] == "private, no-store"


def test_one_may_not_see_is_the_same_answer_as_there_is_none(client: TestClient) -> None:
    hidden, absent = (client.get(f"{TILES}/{layer}.json").json() for layer in ("restricted", "nonesuch"))
    assert {**hidden, "instance": ""} == {**absent, "instance": ""}


def test_a_tile_with_the_current_state_s_name_may_be_kept_an_hour_and_another_is_asked_for_again(client: TestClient) -> None:
    v = client.get(f"{TILES}/cells.json").json()["v"]
    kept = [client.get(f"{TILES}/cells/{NEAR}.mvt", params=params).headers["cache-control"] for params in ({"v": v}, {"v": "old"}, {})]
    assert kept == ["private, max-age=3600", "private, no-cache", "private, no-cache"]


def test_a_tile_that_is_held_is_not_sent_again(client: TestClient) -> None:
    first = client.get(f"{TILES}/cells/{NEAR}.mvt")
    again = client.get(f"{TILES}/cells/{NEAR}.mvt", headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get(f"{TILES}/cells/{NEAR}.mvt", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_change_elsewhere_leaves_a_tile_s_tag_and_a_change_in_it_does_not(client: TestClient, database: Database) -> None:
    _draw_villages(database)
    zone, cells = (client.get(f"{TILES}/{layer}/{CLOSE}.mvt").headers["etag"] for layer in ("public", "cells"))
    with database.unit_of_work("test") as uow:
        rows = [CellRecord(n, code, name + "二", (), MultiPolygon([ground])) for n, (code, name, ground) in enumerate(_halves(), 1)]
        request = ImportRequest(SCHEME, "village", rows, LATER, source="test", mode="replace", effective_from=LATER, grow_area=True)
        grid_service.import_level(uow, request)
    assert client.get(f"{TILES}/public/{CLOSE}.mvt").headers["etag"] == zone
    assert client.get(f"{TILES}/cells/{CLOSE}.mvt").headers["etag"] != cells


def test_gzip_is_for_those_who_read_it_and_each_form_has_a_tag_of_its_own(client: TestClient) -> None:
    forms = {}
    for accepted in ("gzip, br", "identity", "gzip;q=0"):
        with client.stream("GET", f"{TILES}/cells/{NEAR}.mvt", headers={"Accept-Encoding": accepted}) as answer:
            forms[accepted] = (answer.headers.get("content-encoding"), answer.headers["etag"], b"".join(answer.iter_raw()), answer.headers["vary"])
    assert forms["gzip, br"][0] == "gzip"
    assert forms["identity"] == forms["gzip;q=0"]
    assert forms["identity"][0] is None
    assert gzip.decompress(forms["gzip, br"][2]) == forms["identity"][2]
    assert forms["gzip, br"][1] != forms["identity"][1]
    assert "Accept-Encoding" in forms["identity"][3]


def test_an_empty_tile_is_an_answer_without_a_byte(client: TestClient) -> None:
    answer = client.get(f"{TILES}/cells/12/0/0.mvt")
    assert (answer.status_code, answer.content, "content-encoding" in answer.headers) == (200, b"", False)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("cells/3/8/0", 404),
        ("cells/3/0/8", 404),
        ("cells/23/0/0", 422),
        ("cells/-1/0/0", 422),
        ("cells/1/-1/0", 422),
        ("cells/a/0/0", 422),
        ("nonesuch/3/0/0", 404),
    ],
)
def test_a_place_that_is_none_is_refused(client: TestClient, path: str, status: int) -> None:
    assert client.get(f"{TILES}/{path}.mvt").status_code == status


def test_unknown_parameters_and_schemes_are_refused(client: TestClient) -> None:
    assert client.get(f"{TILES}/cells/{NEAR}.mvt", params={"day": "2026-01-01"}).status_code == 400
    assert client.get(f"{TILES}/cells.json", params={"scheme": "park"}).status_code == 404


def test_a_head_is_answered_and_the_shorter_address_is_the_same(client: TestClient) -> None:
    full, short = client.get(f"{TILES}/cells/{NEAR}.mvt"), client.get(f"/tiles/cells/{NEAR}.mvt")
    assert full.content == short.content
    assert client.head(f"{TILES}/cells/{NEAR}.mvt").headers["etag"] == full.headers["etag"]
    assert not [path for path in client.get("/openapi.json").json()["paths"] if path.startswith("/tiles")]


def test_the_tile_document_says_where_the_tiles_are_and_what_is_in_them(client: TestClient, database: Database) -> None:
    _draw_villages(database)
    document = client.get(f"{TILES}/cells.json", params={"on": "2026-06-01"}).json()
    (address,) = document["tiles"]
    assert address == f"/api/v1/tiles/cells/{{z}}/{{x}}/{{y}}.mvt?scheme=admin&on=2026-06-01&v={document['v']}"
    assert client.get(address.format(z=12, x=3400, y=1703)).headers["cache-control"] == "private, max-age=3600"
    assert document["bounds"] == [118.8, 28.9, 119.0, 29.0]
    assert [(layer["id"], layer["minzoom"]) for layer in document["vector_layers"]] == [("village", 7), ("township", 7), ("county", 0), ("label", 0)]
    (zone, label) = client.get(f"{TILES}/public.json").json()["vector_layers"]
    assert (zone["fields"], label["id"]) == ({"class": "String", "code": "String", "name": "String"}, "label")


def test_too_many_tiles_are_slowed_down(app: FastAPI, database: Database) -> None:
    hasty = create_app(database, Settings(), rates=Rates(tile="2/minute"))
    with TestClient(hasty) as client:
        statuses = [client.get(f"{TILES}/cells/{NEAR}.mvt").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_shapes_made_anew_are_served_without_a_restart(client: TestClient, database: Database) -> None:
    with database.unit_of_work("test") as uow:
        uow.execute("delete from cell_shape")
    empty = client.get(f"{TILES}/cells/{NEAR}.mvt")
    with database.unit_of_work("test") as uow:
        shape_service.draw_schemes(uow, anew=True)
    assert empty.content == b""
    assert codes(read(client, f"cells/{NEAR}")["county"]) == ["330802"]
