"""The search over HTTP: Chinese substrings, full width, codes by their beginning; nothing the asker may not know of."""

from collections.abc import Callable

import pytest

from gridgov.database.pool import Database
from tests.http_client import TestClient
from tests.small_grid import COUNTY, EAST, TOWNSHIP, WEST
from tests.zone_layers import lay_layers

SEARCH = "/api/v1/search"
CHECKS = "/api/v1/siting-checks"
SITE = {"type": "Polygon", "coordinates": [[[118.85, 28.95], [118.851, 28.95], [118.851, 28.951], [118.85, 28.95]]]}
Enter = Callable[[str], TestClient]


@pytest.fixture(autouse=True)
def layers(database: Database, client: TestClient) -> None:
    with database.unit_of_work("test") as uow:
        lay_layers(uow)


def _found(asker: TestClient, q: str, **asked: str | int) -> dict[str, list[str]]:
    answer = asker.get(SEARCH, params={"on": "2026-11-22", "q": q, **asked}).json()
    return {group["kind"]: [item["title"] for item in group["items"]] for group in answer["groups"]}


def test_names_by_any_part_codes_by_their_beginning_in_any_width_and_case(client: TestClient) -> None:
    assert _found(client, "村") == {"cell": ["东村", "西村"]}
    assert _found(client, "３３０８０２１０１２") == {"cell": ["东村", "西村"]}
    assert _found(client, "101") == {}
    assert _found(client, "ａｂ") == _found(client, " AB ") == {"zone": ["百分之%区ＡＢ"]}
    assert _found(client, "r-1") == {"zone": ["双溪红线"]}
    assert _found(client, "红线") == {"zone": ["双溪红线"], "layer": ["生态保护红线"]}
    assert _found(client, "noise") == {"layer": ["声环境功能区"]}


def test_what_is_special_in_a_pattern_stands_for_itself(client: TestClient) -> None:
    assert _found(client, "%") == {"zone": ["百分之%区ＡＢ"]}
    assert _found(client, "_") == _found(client, "\\") == _found(client, "双_红") == {}


def test_the_same_comes_first_then_what_begins_with_it_then_shorter_names(client: TestClient) -> None:
    answer = client.get(SEARCH, params={"q": COUNTY, "on": "2026-11-22"}).json()
    assert [item["code"] for item in answer["groups"][0]["items"]] == [COUNTY, TOWNSHIP, EAST, WEST]
    assert _found(client, "区") == {"cell": ["柯城区"], "zone": ["一类区", "禁燃区", "百分之%区ＡＢ"], "layer": ["区域限批", "禁燃区", "声环境功能区"]}
    item = answer["groups"][0]["items"][2]
    assert (item["subtitle"], item["scheme"], item["level"], item["bbox"]) == ("村级 · 石梁镇", "admin", "village", [118.9, 28.9, 119.0, 29.0])


def test_a_group_says_that_there_is_more(client: TestClient) -> None:
    (group,) = client.get(SEARCH, params={"q": "村", "limit": 1, "on": "2026-11-22"}).json()["groups"]
    assert (len(group["items"]), group["more"]) == (1, True)


def test_what_is_not_in_force_on_the_day_is_not_found(client: TestClient) -> None:
    assert _found(client, "村", on="2019-12-31") == {}
    assert _found(client, "限批区") == {}
    assert _found(client, "限批区", on="2030-01-01") == {"zone": ["限批区"]}


def test_people_are_found_by_those_signed_in_only_and_only_while_in_charge(client: TestClient, signed_in: Enter) -> None:
    assert _found(client, "王建国") == _found(client, "wang") == {}
    inspector = signed_in("inspector")
    assert _found(inspector, "建国") == _found(inspector, "WANG") == {"person": ["王建国"]}
    assert _found(inspector, "建国", on="2025-12-31") == {}
    (item,) = inspector.get(SEARCH, params={"q": "建国", "on": "2026-11-22"}).json()["groups"][0]["items"]
    assert (item["id"], item["code"], item["level"], item["subtitle"]) == ("wang", WEST, "village", f"inspector · {WEST}")


def test_projects_are_found_by_who_asked_and_by_supervisors(client: TestClient, signed_in: Enter) -> None:
    planner = signed_in("planner")
    check_id = planner.post(CHECKS, json={"site": SITE, "project": {"name": "绝密化工项目"}, "on": "2026-11-22"}).json()["id"]
    for asker in (planner, signed_in("supervisor"), signed_in("admin")):
        assert _found(asker, "化工") == {"project": ["绝密化工项目"]}
        assert _found(asker, check_id[:13]) == {"project": ["绝密化工项目"]}
    for asker in (client, signed_in("planner-2"), signed_in("inspector")):
        assert _found(asker, "化工") == _found(asker, check_id) == {}
    (item,) = planner.get(SEARCH, params={"q": "化工"}).json()["groups"][0]["items"]
    assert (item["id"], item["bbox"]) == (check_id, [118.85, 28.95, 118.851, 28.951])


@pytest.mark.parametrize(
    ("query", "status"), [("", 422), ("q=", 422), ("q=%20", 422), ("q=" + "x" * 101, 422), ("q=a&limit=51", 422), ("q=a&text=b", 400), ("q=%00", 400)]
)
def test_what_cannot_be_searched_for_is_refused(client: TestClient, query: str, status: int) -> None:
    assert client.get(f"{SEARCH}?{query}").status_code == status
