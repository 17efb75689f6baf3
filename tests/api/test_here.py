"""What holds here, over HTTP: everything known of a place, as disclosed to the asker, and honestly what is not known."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from gridgov.database.pool import Database
from gridgov.geo.area import area_m2
from tests.http_client import TestClient
from tests.small_grid import COUNTY, TOWNSHIP, WEST
from tests.zone_layers import IN_ALL, SECRETS, ground, lay_layers, lay_rules

HERE = "/api/v1/here"
Enter = Callable[[str], TestClient]


@pytest.fixture(autouse=True)
def layers(database: Database, client: TestClient) -> None:
    with database.unit_of_work("test") as uow:
        lay_layers(uow)
        lay_rules(uow)


def test_a_stranger_learns_cells_duties_and_public_layers_only(client: TestClient) -> None:
    answer = client.get(HERE, params=IN_ALL)
    found = answer.json()
    assert [(cell["level"], cell["code"], cell["from"], cell["to"]) for cell in found["cells"]] == [
        ("county", COUNTY, "2020-01-01", None),
        ("township", TOWNSHIP, "2020-01-01", None),
        ("village", WEST, "2020-01-01", None),
    ]
    assert [(entry["cell"], entry["person"]) for entry in found["responsible"]] == [(WEST, None)]
    assert [zone["code"] for zone in found["zones"]] == ["R-1"]
    assert not any(word in answer.text for word in (*SECRETS, "王建国", "nature-reserve", "contaminated-site", "自然保护区", "污染地块"))


def test_what_is_missing_is_named_and_nothing_unknown_is_clear(client: TestClient) -> None:
    found = client.get(HERE, params=IN_ALL).json()
    assert found["clear"] == [{"layer": "island", "title": "岛屿", "edition": "2024"}]
    assert [one for one in found["missing"] if one["about"] != "people"] == [
        {"about": "layer", "layer": "no-burn", "title": "禁燃区", "reason": "coverage-unknown"},
        {"about": "layer", "layer": "noise", "title": "声环境功能区", "reason": "uncovered"},
        {"about": "layer", "layer": "suspension", "title": "区域限批", "reason": "no-edition"},
        {"about": "layer", "layer": "farmland", "title": "farmland", "reason": "no-edition"},
    ]
    assert [(one["level"], one["code"]) for one in found["missing"] if one["about"] == "people"] == [("county", COUNTY), ("township", TOWNSHIP)]


def test_the_part_in_the_cell_is_measured_on_the_ellipsoid(client: TestClient) -> None:
    (zone,) = client.get(HERE, params=IN_ALL).json()["zones"]
    whole = f"{area_m2(ground(118.82, 28.92, 118.86, 28.96)):.2f}"
    assert (zone["area_m2"], zone["in_cell_m2"]) == (whole, whole)
    # The second zone lies across the border of the two villages: a quarter of it in the west.
    (cut,) = client.get(HERE, params=IN_ALL | {"lon": "118.895"}).json()["zones"]
    quarter = area_m2(ground(118.89, 28.92, 118.90, 28.96))
    assert abs(Decimal(cut["in_cell_m2"]) - Decimal(quarter)) <= Decimal("0.01")
    assert abs(Decimal(cut["in_cell_m2"]) / Decimal(cut["area_m2"]) - Decimal("0.25")) < Decimal("1e-6")


def test_the_clauses_of_lists_in_force_here_speak_of_the_zone(client: TestClient) -> None:
    (zone,) = client.get(HERE, params=IN_ALL).json()["zones"]
    assert [(clause["ruleset"], clause["rule"], clause["effect"], clause["matched"]) for clause in zone["clauses"]] == [
        ("red-line", "A", "prohibit", "yes"),
        ("red-line", "B", "condition", "unknown"),
    ]
    assert zone["clauses"][0]["when"] == {"industry": ["C26"]}
    assert zone["clauses"][0]["citation"] == {"instrument": "示例办法", "article": "第三条", "url": None, "status": "example", "in_force_from": None}
    assert client.get(HERE, params=IN_ALL | {"on": "2024-01-01"}).json()["zones"][0]["clauses"] != []


def test_before_the_lists_began_that_is_said(client: TestClient) -> None:
    found = client.get(HERE, params=IN_ALL | {"on": "2023-12-31"}).json()
    assert found["zones"] == [] and found["clear"] == []
    assert {"about": "rules"} in found["missing"]
    assert {one["reason"] for one in found["missing"] if one["about"] == "layer"} == {"no-edition"}


def test_those_signed_in_learn_names_and_rough_figures_of_named_layers_and_that_restricted_ones_exist(signed_in: Enter) -> None:
    answer = signed_in("planner").get(HERE, params=IN_ALL)
    found = answer.json()
    named = next(zone for zone in found["zones"] if zone["layer"] == "nature-reserve")
    exact = area_m2(ground(118.83, 28.93, 118.84, 28.94))
    assert (named["code"], named["disclosure"], named["area_m2"]) == ("N-1", "named", f"{round(exact, -4):.2f}")
    assert f"{exact:.2f}" not in answer.text
    assert {"about": "layer", "layer": "contaminated-site", "title": "污染地块", "reason": "restricted"} in found["missing"]
    assert "隐蔽地块" not in answer.text and "X-1" not in answer.text
    assert "王建国" in answer.text


@pytest.mark.parametrize("role", ["supervisor", "admin"])
def test_supervisors_see_everything(signed_in: Enter, role: str) -> None:
    found = signed_in(role).get(HERE, params=IN_ALL).json()
    assert [zone["code"] for zone in found["zones"]] == ["X-1", "R-1", "N-1"]
    assert found["zones"][2]["area_m2"] == f"{area_m2(ground(118.83, 28.93, 118.84, 28.94)):.2f}"


def test_outside_every_cell_is_said_and_figures_in_the_cell_are_left_out(client: TestClient) -> None:
    found = client.get(HERE, params=IN_ALL | {"lon": "119.5"}).json()
    assert (found["cells"], found["responsible"], found["zones"], found["clear"]) == ([], [], [], [])
    assert {"about": "cells"} in found["missing"]
    assert {one["reason"] for one in found["missing"] if one["about"] == "layer"} == {"uncovered", "no-edition", "coverage-unknown"}


def test_a_border_of_a_zone_belongs_to_it(client: TestClient) -> None:
    assert [zone["code"] for zone in client.get(HERE, params=IN_ALL | {"lon": "118.82"}).json()["zones"]] == ["R-1"]


def test_what_was_not_known_then_is_not_told(client: TestClient) -> None:
    found = client.get(HERE, params=IN_ALL | {"known_at": "2020-01-01T00:00:00Z"}).json()
    assert (found["cells"], found["zones"], found["known_at"]) == ([], [], "2020-01-01T00:00:00+00:00")


@pytest.mark.parametrize(
    ("change", "status"), [({"lon": "181"}, 422), ({"lat": "nan"}, 422), ({"scheme": "nowhere"}, 404), ({"day": "2026-11-22"}, 400), ({"on": "today"}, 422)]
)
def test_what_cannot_be_used_is_refused(client: TestClient, change: dict[str, Any], status: int) -> None:
    assert client.get(HERE, params=IN_ALL | change).status_code == status
