"""`/me` and `/assignments`: one's own cells, and who is in charge of what."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from gridgov.database.pool import Database
from gridgov.people import duty_service, service
from gridgov.people.assignment import AssignmentRequest
from gridgov.people.duty import duty_lists
from tests.http_client import TestClient
from tests.small_grid import COUNTY, EAST, SCHEME, TOWNSHIP, WEST
from tests.zone_layers import SECRETS, lay_layers

ME, ASSIGNMENTS = "/api/v1/me?on=2026-11-25", "/api/v1/assignments?on=2026-11-25"
Enter = Callable[[str], TestClient]
DUTIES: dict[str, Any] = {
    "duties": [
        {"role": "inspector", "line": "environment", "from": "2026-01-01", "instrument": "方案（示例）", "article": "第三条", "duties": ["巡查", "上报"]},
        {"role": "inspector", "line": "environment", "level": "township", "from": "2026-01-01", "instrument": "方案（示例）", "duties": ["检查村级台账"]},
    ]
}


@pytest.fixture
def world(database: Database, signed_in: Enter) -> Enter:
    """`inspector` is wang, of the west; li of the east is away and wang stands in; zhao is the county's chief. `planner` is bound to the township."""
    admin = signed_in("admin")
    with database.unit_of_work("test") as uow:
        for given in (
            AssignmentRequest(EAST, "li", "inspector", "environment", date(2026, 1, 1), person_name="李强"),
            AssignmentRequest(EAST, "wang", "inspector", "environment", date(2026, 11, 1), date(2027, 1, 1), stand_in_for="li", mandate="培训"),
            AssignmentRequest(COUNTY, "zhao", "chief", "environment", date(2026, 1, 1), person_name="赵敏"),
        ):
            service.assign(uow, given, scheme=SCHEME)
        duty_service.load_duties(uow, duty_lists(DUTIES), source="test")
    assert admin.patch("/api/v1/users/inspector", json={"person": "wang"}).status_code == 200
    assert admin.patch("/api/v1/users/planner", json={"cell": TOWNSHIP}).status_code == 200
    return signed_in


def test_nobody_has_cells(client: TestClient) -> None:
    assert client.get(ME).status_code == 401


def test_own_cells_come_before_those_one_stands_in_for(world: Enter) -> None:
    found = world("inspector").get(ME).json()
    assert (found["person"], found["basis"], found["on"], found["more"], found["gone"]) == ({"id": "wang", "name": "王建国"}, "person", "2026-11-25", 0, [])
    assert [(cell["code"], [post["stand_in_for"] for post in cell["own"]]) for cell in found["cells"]] == [
        (WEST, [None]),
        (EAST, [{"id": "li", "name": "李强"}]),
    ]
    assert found["cells"][1]["own"] == [
        {
            "role": "inspector",
            "line": "environment",
            "from": "2026-11-01",
            "to": "2027-01-01",
            "stand_in": True,
            "stand_in_for": {"id": "li", "name": "李强"},
            "mandate": "培训",
        }
    ]


def test_a_cell_is_told_with_its_place_duties_neighbours_and_those_above(world: Enter) -> None:
    west = world("inspector").get(ME).json()["cells"][0]
    assert {key: west[key] for key in ("scheme", "level", "code", "name", "area_m2", "bbox")} == {
        "scheme": SCHEME,
        "level": "village",
        "code": WEST,
        "name": "西村",
        "area_m2": "1.00",
        "bbox": [118.8, 28.9, 118.9, 29.0],
    }
    assert 118.8 < west["point"][0] < 118.9
    assert [(duty["text"], duty["citation"]) for duty in west["duties"]] == [
        ("巡查", {"instrument": "方案（示例）", "article": "第三条", "status": "example"}),
        ("上报", {"instrument": "方案（示例）", "article": "第三条", "status": "example"}),
    ]
    assert [(one["code"], sorted(entry["person"]["id"] for entry in one["responsible"])) for one in west["neighbours"]] == [(EAST, ["li", "wang"])]
    assert [(one["level"], one["code"], [entry["person"]["name"] for entry in one["responsible"]]) for one in west["above"]] == [
        ("county", COUNTY, ["赵敏"]),
        ("township", TOWNSHIP, []),
    ]
    assert [entry["person"]["id"] for entry in west["responsible"]] == ["wang"]
    assert (west["zones"], west["unknown"], west["missing"]) == ([], [], [])


def test_zones_are_cut_down_to_what_the_asker_may_see_and_the_unknown_is_never_clear(world: Enter, database: Database) -> None:
    with database.unit_of_work("test") as uow:
        lay_layers(uow)
    west = world("inspector").get(ME).json()["cells"][0]
    # The rectangle of 0.01 degree at 28.93 N holds 1.08 km2; a layer whose zones may only be named tells three digits.
    assert [(zone["layer"], zone["code"]) for zone in west["zones"]] == [
        ("ecological-red-line", "R-1"),
        ("ecological-red-line", "R-2"),
        ("nature-reserve", "N-1"),
    ]
    assert west["zones"][2]["area_m2"] == "1080000.00"
    assert "隐蔽地块" not in str(west)
    assert [(one["layer"], one["reason"]) for one in west["unknown"]] == [
        ("no-burn", "coverage-unknown"),
        ("noise", "uncovered"),
        ("suspension", "no-edition"),
    ]
    assert west["missing"] == ["zones"]
    admin = world("admin")
    admin.patch("/api/v1/users/supervisor", json={"person": "wang"})
    assert all(secret in world("supervisor").get(ME).text for secret in SECRETS)


def test_duties_are_those_of_the_day_and_their_lack_is_said(world: Enter, database: Database) -> None:
    with database.unit_of_work("test") as uow:
        service.assign(uow, AssignmentRequest(WEST, "wang", "river chief", "river", date(2026, 1, 1)), scheme=SCHEME)
    assert world("inspector").get(ME).json()["cells"][0]["missing"] == ["duties"]


def test_on_another_day_the_cells_are_those_of_that_day(world: Enter) -> None:
    inspector = world("inspector")
    codes = {day: [cell["code"] for cell in inspector.get(f"/api/v1/me?on={day}").json()["cells"]] for day in ("2026-10-31", "2026-11-01", "2027-01-01")}
    assert codes == {"2026-10-31": [WEST], "2026-11-01": [WEST, EAST], "2027-01-01": [WEST]}
    assert inspector.get("/api/v1/me?on=2019-01-01").json()["cells"] == []


def test_what_was_not_known_then_is_not_told(world: Enter) -> None:
    assert world("inspector").get(f"{ME}&known_at=2020-01-01T00:00:00Z").json()["cells"] == []


def test_an_account_of_nobody_has_the_cell_it_is_bound_to_and_those_below(world: Enter) -> None:
    found = world("planner").get(ME).json()
    assert (found["basis"], found["person"], found["cell"]) == ("cell", None, TOWNSHIP)
    cells = [(cell["code"], cell["own"], [one["person"]["id"] for one in cell["responsible"]], cell["missing"]) for cell in found["cells"]]
    assert cells == [(TOWNSHIP, [], [], ["people"]), (WEST, [], ["wang"], []), (EAST, [], ["li", "wang"], [])]


def test_an_account_with_neither_person_nor_cell_has_none_and_says_so(world: Enter) -> None:
    found = world("supervisor").get(ME).json()
    assert (found["basis"], found["cells"], found["person"], found["cell"]) == ("none", [], None, None)


def test_assignments_name_people_and_are_for_those_signed_in(client: TestClient, world: Enter) -> None:
    assert client.get(ASSIGNMENTS).status_code == 401
    found = world("planner").get(ASSIGNMENTS).json()
    assert [(item["cell"], item["level"], item["cell_name"], item["person"]["id"], item["stand_in"]) for item in found["items"]] == [
        (COUNTY, "county", "柯城区", "zhao", False),
        (WEST, "village", "西村", "wang", False),
        (EAST, "village", "东村", "li", False),
        (EAST, "village", "东村", "wang", True),
    ]
    assert found["next"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"cell={EAST}", ["li", "wang"]),
        ("person=wang", ["wang", "wang"]),
        (f"cell={EAST}&person=wang", ["wang"]),
        ("cell=999", []),
        ("person=%25", []),
        (f"scheme={SCHEME}&cell={WEST}", ["wang"]),
        ("known_at=2020-01-01T00:00:00Z", []),
    ],
)
def test_assignments_are_narrowed(world: Enter, query: str, found: list[str]) -> None:
    assert [item["person"]["id"] for item in world("inspector").get(f"{ASSIGNMENTS}&{query}").json()["items"]] == found


def test_assignments_come_a_page_at_a_time_and_none_is_dropped(world: Enter) -> None:
    planner, cursor, found = world("planner"), "", []
    for _ in range(4):
        part = planner.get(f"{ASSIGNMENTS}&limit=1{cursor}").json()
        found += [(item["cell"], item["person"]["id"]) for item in part["items"]]
        cursor = f"&cursor={part['next']}"
    assert found == [(COUNTY, "zhao"), (WEST, "wang"), (EAST, "li"), (EAST, "wang")]
    assert part["next"] is None


def test_an_unknown_scheme_and_a_foreign_cursor_are_refused(world: Enter) -> None:
    planner = world("planner")
    assert planner.get(f"{ASSIGNMENTS}&scheme=nowhere").status_code == 404
    assert planner.get(f"{ASSIGNMENTS}&cursor=abc").status_code == 422
    assert planner.get(f"{ME}&cursor=abc").status_code == 400
