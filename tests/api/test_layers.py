"""Layers and zones over HTTP: each as far as it is disclosed to the asker, whichever way they ask."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from gridgov.database.pool import Database
from gridgov.geo.area import area_m2
from tests.http_client import TestClient
from tests.small_grid import WEST
from tests.zone_layers import SECRETS, ground, lay_layers, lay_rules, load_layer, zone

LAYERS, ZONES = "/api/v1/layers", "/api/v1/zones"
DAY = {"on": "2026-11-22"}
PUBLIC = ["ecological-red-line", "island", "no-burn", "noise", "suspension"]
Enter = Callable[[str], TestClient]


@pytest.fixture(autouse=True)
def layers(database: Database, client: TestClient) -> None:
    with database.unit_of_work("test") as uow:
        lay_layers(uow)
        lay_rules(uow)


def _keys(asker: TestClient, **asked: str) -> list[str]:
    return [layer["layer"] for layer in asker.get(LAYERS, params=DAY | asked).json()["items"]]


def test_a_stranger_knows_of_public_layers_only(client: TestClient) -> None:
    assert _keys(client) == PUBLIC
    for key in ("nature-reserve", "contaminated-site", "nowhere"):
        answers = [client.get(f"{LAYERS}/{key}"), client.get(ZONES, params={"layer": key}), client.get(f"{ZONES}/{key}/N-1")]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert answers[0].json()["detail"] == "There is no layer of this key."


def test_no_way_of_asking_shows_a_stranger_what_is_named_or_restricted(client: TestClient) -> None:
    around = {"bbox": "118.7,28.8,119.1,29.1"}
    asked: list[tuple[str, dict[str, str]]] = [
        (LAYERS, {}),
        (ZONES, {"layer": "ecological-red-line", **around}),
        (f"/api/v1/cells/{WEST}/zones", {}),
        (f"/api/v1/cells/{WEST}", {"geometry": "full"}),
        ("/api/v1/here", {"lon": "118.835", "lat": "28.935"}),
        *(("/api/v1/search", {"q": q}) for q in ("保密", "N-1", "隐蔽", "X-1", "自然保护区", "污染地块", "nature", "contaminated")),
    ]
    for path, params in asked:
        answer = client.get(path, params=DAY | params)
        found = answer.json()
        found.pop("q", None)
        assert answer.status_code == 200
        assert not any(word in str(found) for word in (*SECRETS, "nature-reserve", "contaminated-site", "自然保护区", "污染地块")), path


def test_those_signed_in_know_of_every_layer_and_of_restricted_ones_nothing_but_that(signed_in: Enter) -> None:
    planner = signed_in("planner")
    assert _keys(planner) == sorted([*PUBLIC, "nature-reserve", "contaminated-site"])
    plot = planner.get(f"{LAYERS}/contaminated-site", params=DAY).json()
    assert (plot["disclosure"], plot["bbox"], plot["editions"][0]["zones"], plot["editions"][0]["attributes"]) == ("restricted", None, None, [])
    listed = planner.get(ZONES, params=DAY | {"layer": "contaminated-site"}).json()
    assert listed == {"items": [], "next": None, "edition": "2024", "disclosure": "restricted"}
    assert planner.get(f"{ZONES}/contaminated-site/X-1", params=DAY).status_code == 404
    for path, params in ((f"/api/v1/cells/{WEST}/zones", {}), ("/api/v1/search", {"q": "隐蔽"}), ("/api/v1/search", {"q": "x-1"})):
        answer = planner.get(path, params=DAY | params)
        assert answer.status_code == 200 and "隐蔽地块" not in answer.text and "X-1" not in answer.text


def test_named_zones_have_names_and_rough_figures_and_no_place(signed_in: Enter) -> None:
    planner, exact = signed_in("planner"), area_m2(ground(118.83, 28.93, 118.84, 28.94))
    rough = f"{round(exact, -4):.2f}"
    answers = [
        planner.get(ZONES, params=DAY | {"layer": "nature-reserve", "geometry": "full"}),
        planner.get(f"{ZONES}/nature-reserve/N-1", params=DAY | {"geometry": "full"}),
        planner.get(f"/api/v1/cells/{WEST}/zones", params=DAY),
        planner.get("/api/v1/search", params=DAY | {"q": "保密"}),
        planner.get(f"{LAYERS}/nature-reserve", params=DAY),
    ]
    assert not any(f"{exact:.2f}" in answer.text or "118.83" in answer.text for answer in answers)
    (item,) = answers[0].json()["items"]
    assert (item["name"], item["area_m2"], item["bbox"], item["point"], "geometry" in item) == ("保密保护区", rough, None, None, False)
    assert ("geometry" in answers[1].json(), answers[1].json()["clauses"]) == (False, [])
    assert next(one for one in answers[2].json()["items"] if one["layer"] == "nature-reserve")["area_m2"] == rough
    (found,) = answers[3].json()["groups"]
    assert (found["items"][0]["code"], found["items"][0]["point"], found["items"][0]["bbox"]) == ("N-1", None, None)
    assert (answers[4].json()["bbox"], answers[4].json()["editions"][0]["zones"]) == (None, 1)
    boxed = planner.get(ZONES, params=DAY | {"layer": "nature-reserve", "bbox": "118.83,28.93,118.84,28.94"}).json()
    assert (boxed["items"], boxed["disclosure"]) == ([], "named")


def test_supervisors_see_places_and_figures_of_all(signed_in: Enter) -> None:
    supervisor = signed_in("supervisor")
    for key, code in (("nature-reserve", "N-1"), ("contaminated-site", "X-1")):
        found = supervisor.get(f"{ZONES}/{key}/{code}", params=DAY | {"geometry": "full"}).json()
        assert found["bbox"] == [118.83, 28.93, 118.84, 28.94]
        assert found["area_m2"] == f"{area_m2(ground(118.83, 28.93, 118.84, 28.94)):.2f}"
        assert found["geometry"]["type"] == "MultiPolygon"
        assert supervisor.get(f"{LAYERS}/{key}", params=DAY).json()["bbox"] == [118.83, 28.93, 118.84, 28.94] or key == "nature-reserve"


def test_an_edition_ends_when_the_next_begins_and_the_one_of_the_day_is_read(client: TestClient, database: Database) -> None:
    with database.unit_of_work("test") as uow:
        load_layer(uow, "island", zone("D-2", "新洲", (118.95, 28.95, 118.96, 28.96)), edition="2026", effective_from=date(2026, 1, 1))
    found = client.get(f"{LAYERS}/island", params=DAY).json()
    assert [(edition["edition"], edition["effective_to"], edition["ends"]) for edition in found["editions"]] == [
        ("2024", None, "2026-01-01"),
        ("2026", None, None),
    ]
    assert found["in_force"]["edition"] == "2026"
    asked: list[tuple[dict[str, str], list[str]]] = [
        (DAY, ["D-2"]),
        ({"on": "2025-12-31"}, ["D-1"]),
        ({"edition": "2024"}, ["D-1"]),
        ({"on": "2020-01-01"}, []),
    ]
    for params, codes in asked:
        assert [item["code"] for item in client.get(ZONES, params={"layer": "island", **params}).json()["items"]] == codes
    assert client.get(ZONES, params={"layer": "island", "edition": "1999"}).status_code == 404


def test_zones_are_listed_by_code_a_page_at_a_time_in_a_box_or_by_name(client: TestClient) -> None:
    red: dict[str, Any] = DAY | {"layer": "ecological-red-line"}
    first = client.get(ZONES, params=red | {"limit": 1}).json()
    second = client.get(ZONES, params=red | {"limit": 1, "cursor": first["next"]}).json()
    assert [first["items"][0]["code"], second["items"][0]["code"], second["next"]] == ["R-1", "R-2", None]
    for params, codes in (
        ({"bbox": "118.87,28.9,119,29"}, ["R-2"]),
        ({"bbox": "0,0,1,1"}, []),
        ({"bbox": "-180,-90,180,90"}, ["R-1", "R-2"]),
        ({"q": "%"}, ["R-2"]),
        ({"q": "_"}, []),
        ({"q": "ab"}, ["R-2"]),
        ({"q": "ＡＢ"}, ["R-2"]),
        ({"q": "r-"}, ["R-1", "R-2"]),
        ({"q": "红线"}, ["R-1"]),
    ):
        assert [item["code"] for item in client.get(ZONES, params=red | params).json()["items"]] == codes, params


def test_a_zone_is_told_with_every_clause_that_speaks_of_it_and_where_its_list_applies(client: TestClient) -> None:
    found = client.get(f"{ZONES}/ecological-red-line/R-2", params=DAY | {"geometry": "simplified"}).json()
    assert [(clause["ruleset"], clause["rule"], clause["applies_to"], clause["lifts"]) for clause in found["clauses"]] == [
        ("elsewhere", "B", ["99"], []),
        ("red-line", "B", [], []),
        ("elsewhere", "C", ["99"], ["A"]),
        ("red-line", "C", [], ["A"]),
    ]
    west, south, east, north = found["bbox"]
    assert west < found["point"][0] < east and south < found["point"][1] < north
    assert len(found["geometry"]["coordinates"][0][0]) < 40


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{ZONES}", 422),
        (f"{ZONES}?layer=ecological-red-line&limit=0", 422),
        (f"{ZONES}?layer=ecological-red-line&bbox=1,2,3", 422),
        (f"{ZONES}?layer=ecological-red-line&cursor=W10", 422),
        (f"{ZONES}?layer=ecological-red-line&geometry=whole", 422),
        (f"{ZONES}?layer=ecological-red-line&kind=x", 400),
        (f"{ZONES}/ecological-red-line/R%00", 404),
        (f"{ZONES}/ecological-red-line/", 404),
        (f"{LAYERS}/%00", 404),
    ],
)
def test_what_cannot_be_used_is_refused(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status
