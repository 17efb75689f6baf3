"""The list of checks, and a check's findings as a file: one's own, others', nobody's."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import shapely

from gridgov.admission.request import parse_request
from gridgov.database.pool import Database
from tests.http_client import TestClient

CHECKS = "/api/v1/siting-checks"
Enter = Callable[[str], TestClient]
RING = [[118.85, 28.95], [118.851, 28.95], [118.851, 28.951], [118.85, 28.951], [118.85, 28.95]]
NASTY = '<img src=x onerror=alert(1)>"; drop table siting_check; -- \u202e{0} %s %_'


def ask(client: TestClient, name: str | None, industry: str = "C2614", **more: Any) -> str:
    body = {"site": {"type": "Polygon", "coordinates": [RING]}, "industry": industry, "project": {"name": name, "uscc": "91330800MA28F00001"}, **more}
    answer = client.post(CHECKS, json=body)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


def listed(client: TestClient, **params: Any) -> list[str]:
    answer = client.get(CHECKS, params=params)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def test_nobody_is_shown_no_list(client: TestClient) -> None:
    assert client.get(CHECKS).status_code == 401
    assert client.get(f"{CHECKS}/6d6a1a3e-5c0f-4f0e-9a55-0a3b8f0f6f3c/findings.geojson").status_code == 401


def test_each_sees_the_own_checks_and_supervisors_see_all(signed_in: Enter) -> None:
    mine, others = ask(signed_in("planner"), "甲"), ask(signed_in("planner-2"), "乙")
    assert listed(signed_in("planner")) == [mine]
    assert listed(signed_in("planner-2")) == [others]
    assert listed(signed_in("inspector")) == []
    assert listed(signed_in("supervisor")) == listed(signed_in("admin")) == [others, mine]


def test_a_line_of_the_list_says_what_was_answered(signed_in: Enter) -> None:
    planner = signed_in("planner")
    check_id = ask(planner, NASTY, on="2026-11-22")
    (item,) = planner.get(CHECKS).json()["items"]
    document = planner.get(f"{CHECKS}/{check_id}").json()
    assert item["name"] == NASTY
    assert (item["verdict"], item["industry"], item["on"], item["asked_by"]) == ("undetermined", "C2614", "2026-11-22", "planner")
    assert (item["area_m2"], item["summary"], item["summary_en"]) == (document["site"]["area_m2"], document["summary"], document["summary_en"])
    assert item["bbox"] == [118.85, 28.95, 118.851, 28.951]
    assert shapely.Polygon(RING).contains(shapely.Point(item["point"]))


def test_pages_follow_each_other_and_drop_nothing(signed_in: Enter) -> None:
    planner = signed_in("planner")
    asked = [ask(planner, f"项目{number}") for number in range(7)]
    seen, cursor = [], None
    while True:
        page = planner.get(CHECKS, params={"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        seen += [item["id"] for item in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert seen == asked[::-1]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("精细化工", [1]),
        ("ＡＢＣ", [0]),
        ("abc", [0]),
        ("C26", [1]),
        ("c2614", [1]),
        ("91330800", [2, 1, 0]),
        ("%", []),
        ("_", []),
        ("' or 1=1 --", []),
        ("厂", [2]),
    ],
)
def test_the_list_is_searched_by_name_and_by_the_beginning_of_codes(signed_in: Enter, words: str, found: list[int]) -> None:
    planner = signed_in("planner")
    asked = [ask(planner, "ABC 科技园", "C3990"), ask(planner, "年产一万吨精细化工项目"), ask(planner, "水厂", "D4610")]
    assert listed(planner, q=words) == [asked[number] for number in found]
    assert listed(planner, q=asked[1][:13]) == [asked[1]]


def test_the_list_is_narrowed_to_a_verdict(signed_in: Enter) -> None:
    planner = signed_in("planner")
    check_id = ask(planner, "甲")
    assert listed(planner, verdict="undetermined") == [check_id]
    assert listed(planner, verdict="permitted") == []


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"verdict": "good"}, 422),
        ({"limit": "0"}, 422),
        ({"limit": "1001"}, 422),
        ({"cursor": "nonsense"}, 422),
        ({"cursor": "WyJ4IiwieSJd"}, 422),
        ({"cursor": "WzEsMl0"}, 422),
        ({"q": ""}, 422),
        ({"sort": "name"}, 400),
    ],
)
def test_what_the_list_does_not_take_is_refused(signed_in: Enter, params: dict[str, str], status: int) -> None:
    assert signed_in("planner").get(CHECKS, params=params).status_code == status


def test_findings_are_a_file_of_site_and_overlaps_for_those_who_may_read_the_check(signed_in: Enter) -> None:
    planner = signed_in("planner")
    where = f"{CHECKS}/{ask(planner, NASTY)}"
    answer = planner.get(f"{where}/findings.geojson")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/geo+json")
    assert answer.headers["content-disposition"] == f'attachment; filename="siting-check-{where.rsplit("/")[-1]}.geojson"'
    document = answer.json()
    site, *findings = document["features"]
    assert (document["type"], site["properties"]["part"], site["properties"]["name"]) == ("FeatureCollection", "site", NASTY)
    assert site["geometry"] == planner.get(where).json()["site"]["geometry"]
    assert len(findings) == len(planner.get(where).json()["findings"])
    assert [signed_in(who).get(f"{where}/findings.geojson").status_code for who in ("planner-2", "inspector", "supervisor", "admin")] == [404, 404, 200, 200]


BOUNDARY = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
带号=40
[地块坐标]
4,0.8000,DK001,地块一,面,,工业用地,,@
J1,1,3204600.000,40389900.000
J2,1,3204600.000,40390000.000
J3,1,3204520.000,40390000.000
J4,1,3204520.000,40389900.000
"""


@pytest.mark.parametrize(
    "words", [{}, {"site_format": None, "crs": None}, {"site_format": "auto"}, {"site_format": "boundary-points", "crs": "EPSG:4490", "site": None}]
)
def test_a_site_may_be_asked_as_text(signed_in: Enter, words: dict[str, Any]) -> None:
    answer = signed_in("planner").post(CHECKS, json={"site_text": BOUNDARY, **words})
    assert answer.status_code == 201, answer.text
    assert answer.json()["site"]["area_m2"] == "7997.61"
    assert answer.json()["request"]["crs"] == "EPSG:4528"
    assert (answer.json()["request"]["site_format"], answer.json()["request"]["site_notes"]) == ("boundary-points", [])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"site_text": BOUNDARY, "site": {"type": "Point", "coordinates": [118.85, 28.95]}}, "/site_text"),
        ({"site_text": 7}, "/site_text"),
        ({"site_text": BOUNDARY, "site_format": "dxf"}, "/site_format"),
        ({"site_text": BOUNDARY.replace("J2,1", "J2,x")}, "line 8"),
        ({"site_text": ""}, "/site"),
    ],
)
def test_a_text_that_is_no_site_is_refused_at_its_place(signed_in: Enter, body: dict[str, Any], pointer: str) -> None:
    answer = signed_in("planner").post(CHECKS, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), answer.text


def test_reading_a_site_from_geojson_leaves_the_document_as_it_was(database: Database) -> None:
    told = parse_request({"site": {"type": "Polygon", "coordinates": [RING]}, "on": date(2026, 11, 22)}).as_json()
    assert set(told) == {"crs", "buffer_m", "industry", "action", "activity", "discharges", "fuel", "project", "on"}
