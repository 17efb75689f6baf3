"""Siting checks over HTTP: who may ask, who may read, and what is refused."""

import copy
import json
import math
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.limits import Rates
from gridgov.database.pool import Database
from gridgov.grids import store
from gridgov.grids.area import Box
from gridgov.settings import Settings
from tests.http_client import TestClient

CHECKS = "/api/v1/siting-checks"
Enter = Callable[[str], TestClient]
RING = [[118.85, 28.95], [118.851, 28.95], [118.851, 28.951], [118.85, 28.951], [118.85, 28.95]]
QUESTION: dict[str, Any] = {"site": {"type": "Polygon", "coordinates": [RING]}, "industry": "C2614", "action": "new", "on": "2026-11-22"}


def question(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(QUESTION) | changes


def polygon(ring: list[Any]) -> dict[str, Any]:
    return question(site={"type": "Polygon", "coordinates": [ring]})


def test_nobody_asks_anonymously_and_their_question_is_not_looked_at(client: TestClient) -> None:
    for body in (question(), {"nonsense": 1}):
        answer = client.post(CHECKS, json=body)
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed-in")
    assert client.get(f"{CHECKS}/{uuid4()}").status_code == 401
    assert client.get(f"{CHECKS}/{uuid4()}/map.html").status_code == 401


def test_a_check_is_answered_kept_and_given_back_byte_for_byte(signed_in: Enter) -> None:
    planner = signed_in("planner")
    asked = planner.post(CHECKS, json=question())
    assert asked.status_code == 201, asked.text
    assert asked.json()["verdict"] == "undetermined"
    assert asked.headers["location"] == f"{CHECKS}/{asked.json()['id']}"
    again = planner.get(asked.headers["location"])
    assert (again.status_code, again.content) == (200, asked.content)
    assert again.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(("reader", "status"), [("planner", 200), ("planner-2", 404), ("inspector", 404), ("supervisor", 200), ("admin", 200)])
def test_others_checks_are_there_for_supervisors_and_admins_only(signed_in: Enter, reader: str, status: int) -> None:
    where = signed_in("planner").post(CHECKS, json=question()).headers["location"]
    assert signed_in(reader).get(where).status_code == status


def test_unknown_and_forbidden_look_the_same(signed_in: Enter) -> None:
    where = signed_in("planner").post(CHECKS, json=question()).headers["location"]
    other = signed_in("planner-2")
    nowhere = f"{CHECKS}/{uuid4()}"
    forbidden, unknown = other.get(where), other.get(nowhere)
    assert forbidden.status_code == unknown.status_code == 404
    assert forbidden.json()["type"] == unknown.json()["type"]
    assert forbidden.json()["detail"].replace(where.rsplit("/")[-1], "") == unknown.json()["detail"].replace(nowhere.rsplit("/")[-1], "")


@pytest.mark.parametrize(
    "name", ["1", "not-an-id", "{6d6a1a3e-5c0f-4f0e-9a55-0a3b8f0f6f3c}", "6d6a1a3e5c0f4f0e9a550a3b8f0f6f3c", "%00", "..%2f..%2fetc", "'; drop table"]
)
def test_what_is_no_id_names_nothing(signed_in: Enter, name: str) -> None:
    assert signed_in("planner").get(f"{CHECKS}/{name}").status_code == 404


def test_the_map_is_shut_off_from_the_session(signed_in: Enter) -> None:
    planner = signed_in("planner")
    where = planner.post(CHECKS, json=question(project={"name": "<script>alert(1)</script>", "uscc": None})).headers["location"]
    answer = planner.get(f"{where}/map.html")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["content-security-policy"].startswith("sandbox allow-scripts")
    assert "<script>alert(1)</script>" not in answer.text
    assert signed_in("planner-2").get(f"{where}/map.html").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        (question(sites=[]), 422, "/sites"),
        (question(on="2026-02-30"), 422, "/on"),
        (question(on="20261122"), 422, "/on"),
        (question(on="2026-W47-7"), 422, "/on"),
        (question(on=20261122), 422, "/on"),
        (question(site=None), 422, "/site"),
        (question(buffer_m=-1), 422, "/buffer_m"),
        (question(buffer_m=60_000), 422, "/buffer_m"),
        (question(buffer_m="5"), 422, "/buffer_m"),
        (question(industry=7), 422, "/industry"),
        (question(discharges={"COD": "much"}), 422, "/discharges/COD"),
        (question(discharges={"COD": -1}), 422, "/discharges/COD"),
        (question(project={"name": "a" * 5000}), 422, "/project/name"),
        ([], 422, ""),
        ("text", 422, ""),
    ],
)
def test_a_field_that_cannot_be_used_is_refused_by_its_pointer(signed_in: Enter, body: object, status: int, pointer: str) -> None:
    answer = signed_in("planner").post(CHECKS, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer), answer.text


def star(points: int) -> list[list[float]]:
    """A ring that crosses itself everywhere: the case on which repairs run for minutes."""
    angles = [2 * math.pi * (n * 7919 % points) / points for n in range(points)]
    ring = [[118.85 + 0.01 * math.cos(angle), 28.95 + 0.01 * math.sin(angle)] for angle in angles]
    return [*ring, ring[0]]


BAD_RINGS: dict[str, list[Any]] = {
    "unclosed": RING[:-1],
    "two points": [RING[0], RING[1], RING[0]],
    "empty": [],
    "zero area": [RING[0], RING[1], RING[0], RING[0]],
    "spike": [[118.85, 28.95], [118.86, 28.95], [118.86, 28.96], [118.87, 28.97], [118.86, 28.96], [118.85, 28.96], [118.85, 28.95]],
    "bow-tie": [[118.85, 28.95], [118.86, 28.96], [118.86, 28.95], [118.85, 28.96], [118.85, 28.95]],
    "text": [["118.85", "28.95"], *RING[1:]],
    "NaN as text": [["NaN", 28.95], *RING[1:]],
    "null": [[None, None], *RING[1:]],
    "one number": [[118.85], *RING[1:]],
    "five numbers": [[118.85, 28.95, 1, 2, 3], *RING[1:]],
    "1e308": [[1e308, 1e308], *RING[1:], [1e308, 1e308]],
    "huge integer": [[10**299, 28.95], *RING[1:]],
    "outside the world": [[200.0, 95.0], [201.0, 95.0], [201.0, 96.0], [200.0, 95.0]],
    "true": [[True, False], *RING[1:]],
    "star": star(2000),
}


@pytest.mark.parametrize("name", BAD_RINGS)
def test_a_ring_that_is_none_is_refused_with_its_pointer_in_time(signed_in: Enter, name: str) -> None:
    planner = signed_in("planner")
    begun = time.process_time()
    answer = planner.post(CHECKS, json=polygon(BAD_RINGS[name]))
    assert time.process_time() - begun < 2.0
    assert answer.status_code == (400 if name == "empty" else 422), answer.text
    assert all(error["pointer"].startswith("/site") for error in answer.json()["errors"])
    assert answer.json()["errors"]


NO_GEOJSON: dict[str, Any] = {
    "unknown type": {"type": "Circle", "coordinates": [118, 28]},
    "no type": {"coordinates": [118, 28]},
    "no coordinates": {"type": "Polygon"},
    "text": "POLYGON((0 0,1 0,1 1,0 0))",
    "list": [1, 2],
}
BAD_SITES: dict[str, Any] = {
    "empty collection": {"type": "FeatureCollection", "features": []},
    "null geometry": {"type": "Feature", "properties": {}, "geometry": None},
    "foreign crs": {"type": "Polygon", "coordinates": [RING], "crs": {"type": "name", "properties": {"name": "EPSG:3857"}}},
    "hole outside": {"type": "Polygon", "coordinates": [RING, [[119.0, 29.0], [119.1, 29.0], [119.1, 29.1], [119.0, 29.0]]]},
    "parts overlapping": {"type": "MultiPolygon", "coordinates": [[RING], [RING]]},
}


@pytest.mark.parametrize("name", NO_GEOJSON)
def test_what_is_no_geojson_is_400(signed_in: Enter, name: str) -> None:
    answer = signed_in("planner").post(CHECKS, json=question(site=NO_GEOJSON[name]))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"][:5]) == (400, "/site"), answer.text


@pytest.mark.parametrize("name", BAD_SITES)
def test_a_site_that_is_none_is_refused(signed_in: Enter, name: str) -> None:
    answer = signed_in("planner").post(CHECKS, json=question(site=BAD_SITES[name]))
    assert answer.status_code == 422, answer.text


def circle(vertices: int) -> list[list[float]]:
    angles = [2 * math.pi * n / vertices for n in range(vertices)]
    ring = [[118.85 + 0.01 * math.cos(angle), 28.95 + 0.01 * math.sin(angle)] for angle in angles]
    return [*ring, ring[0]]


def parts(count: int) -> dict[str, Any]:
    squares = [[[[x, y], [x + 1e-4, y], [x + 1e-4, y + 1e-4], [x, y]]] for n in range(count) for x, y in [(118.8 + n % 100 * 1e-3, 28.9 + n // 100 * 1e-3)]]
    return {"type": "MultiPolygon", "coordinates": squares}


@pytest.mark.parametrize(
    "site",
    [
        {"type": "Polygon", "coordinates": [circle(10_050)]},
        {"type": "Polygon", "coordinates": [circle(90_000)]},
        parts(1_001),
        {"type": "Polygon", "coordinates": [[[117, 28], [119, 28], [119, 30], [117, 30], [117, 28]]]},
    ],
    ids=["10,050 vertices", "90,000 vertices", "1,001 parts", "42,000 km2"],
)
def test_a_site_over_the_limits_is_413_in_time(signed_in: Enter, site: dict[str, Any]) -> None:
    planner = signed_in("planner")
    begun = time.process_time()
    answer = planner.post(CHECKS, json=question(site=site))
    assert time.process_time() - begun < 2.0
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large"), answer.text


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "9" * 400])
def test_numbers_json_does_not_have_are_400(signed_in: Enter, number: str) -> None:
    body = json.dumps(QUESTION).replace("118.85,", f"{number},", 1)
    answer = signed_in("planner").post(CHECKS, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_collections_nested_without_end_are_413(signed_in: Enter) -> None:
    site: dict[str, Any] = {"type": "Point", "coordinates": [118.85, 28.95]}
    for _ in range(40):
        site = {"type": "GeometryCollection", "geometries": [site]}
    assert signed_in("planner").post(CHECKS, json=question(site=site)).status_code == 413


def test_swapped_coordinates_are_refused_with_a_hint(signed_in: Enter) -> None:
    answer = signed_in("planner").post(CHECKS, json=polygon([[lat, lon] for lon, lat in RING]))
    assert answer.status_code == 422
    assert "swapped" in answer.json()["detail"]


def test_a_site_far_outside_the_area_of_use_is_refused(signed_in: Enter, database: Database) -> None:
    with database.unit_of_work("test") as uow:
        store.set_area(uow, Box(118.8, 28.9, 119.0, 29.0))
    answer = signed_in("planner").post(CHECKS, json=polygon([[lon - 5, lat] for lon, lat in RING]))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/outside-area")


def test_too_many_checks_are_slowed_down(app: FastAPI, signed_in: Enter, database: Database) -> None:
    slow = create_app(database, Settings(), rates=Rates(check="2/minute"))
    token = signed_in("planner").headers["Authorization"]
    with TestClient(slow, headers={"Authorization": token}) as planner:
        assert [planner.post(CHECKS, json={}).status_code for _ in range(3)] == [422, 422, 429]


def test_a_refused_check_leaves_nothing(signed_in: Enter, database: Database) -> None:
    with database.unit_of_work("test", read_only=True) as uow:
        before = len(list(uow.audit_entries()))
    planner = signed_in("planner")
    planner.post(CHECKS, json=polygon(BAD_RINGS["bow-tie"]))
    with database.unit_of_work("test", read_only=True) as uow:
        assert [entry.action for entry, _ in uow.audit_entries()][before:] == []
