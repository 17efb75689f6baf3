"""Who answers here, over HTTP: for strangers, for those signed in, for one point and for many."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.http_client import TestClient
from tests.small_grid import COUNTY, EAST, IN_WEST, TOWNSHIP, WEST

LOCATE = "/api/v1/locate"
Enter = Callable[[str], TestClient]
HERE = {"lon": "118.85", "lat": "28.95", "on": "2026-11-22"}


def test_a_stranger_learns_the_cells_and_the_duty_and_no_name(client: TestClient) -> None:
    answer = client.get(LOCATE, params=HERE)
    assert answer.status_code == 200
    found = answer.json()
    assert [cell["code"] for cell in found["cells"]] == [COUNTY, TOWNSHIP, WEST]
    assert found["responsible"] == [
        {
            "cell": WEST,
            "person": None,
            "role": "inspector",
            "line": "environment",
            "from": "2026-01-01",
            "to": None,
            "stand_in": False,
            "stand_in_for": None,
            "mandate": None,
        }
    ]
    assert not any(secret in answer.text for secret in ("王建国", "wang", "任命书"))


def test_those_signed_in_learn_the_names(signed_in: Enter) -> None:
    found = signed_in("inspector").get(LOCATE, params=HERE).json()
    assert found["responsible"][0]["person"] == {"id": "wang", "name": "王建国"}
    assert found["responsible"][0]["mandate"] == "任命书"


def test_outside_is_an_answer(client: TestClient) -> None:
    answer = client.get(LOCATE, params=HERE | {"lon": "0"})
    assert (answer.status_code, answer.json()["cells"], answer.json()["responsible"]) == (200, [], [])


def test_the_past_is_answered_as_it_was_known(client: TestClient) -> None:
    assert client.get(LOCATE, params=HERE | {"on": "2025-12-31"}).json()["responsible"] == []
    found = client.get(LOCATE, params=HERE | {"known_at": "2020-01-01T08:00:00+08:00"}).json()
    assert (found["cells"], found["known_at"]) == ([], "2020-01-01T08:00:00+08:00")


@pytest.mark.parametrize(
    ("change", "name"),
    [({"lon": value}, "lon") for value in ("NaN", "Infinity", "-inf", "1e400", "1e999", "181", "-180.1", "abc", "", "1_0", "１１８", "0x1", "118,85", "1" * 60)]
    + [({"lat": value}, "lat") for value in ("90.5", "nan")]
    + [({"on": value}, "on") for value in ("2026-02-30", "20261122", "2026-W47-7", "2026-11-22T00:00:00", "1700000000", "", "today")]
    + [({"known_at": value}, "known_at") for value in ("2026-11-22", "2026-11-22T08:00:00", "2026-11-22T25:00:00Z", "now")]
    + [({"scheme": ""}, "scheme"), ({"scheme": "x" * 65}, "scheme")],
)
def test_a_parameter_that_cannot_be_used_is_refused_by_name(client: TestClient, change: dict[str, str], name: str) -> None:
    answer = client.get(LOCATE, params=HERE | change)
    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, [name])
    assert answer.headers["content-type"] == "application/problem+json"


def test_faults_are_told_in_the_reader_s_language(client: TestClient) -> None:
    answer = client.get(LOCATE, params=HERE | {"lon": "NaN"}, headers={"Accept-Language": "zh-CN,en;q=0.5"})
    assert answer.json()["errors"] == [{"pointer": "lon", "detail": "应为十进制数，如 118.87"}]


def test_a_missing_coordinate_is_named(client: TestClient) -> None:
    answer = client.get(LOCATE, params={"lon": "118"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "lat")


@pytest.mark.parametrize("query", ["lat=1&when=2026", "lat=1&ON=2026-11-22", "lon=2&lat=1", "lat=1&scheme=a%00b", "lat=1&scheme=%FF"])
def test_a_query_that_says_something_else_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"{LOCATE}?lon=1&{query}").status_code == 400


def test_an_unknown_parameter_is_named(client: TestClient) -> None:
    answer = client.get(f"{LOCATE}?lon=1&lat=1&day=2026-11-22").json()
    assert (answer["type"], answer["errors"][0]["pointer"]) == ("/problems/unknown-parameter", "day")


def test_an_unknown_scheme_is_not_found(client: TestClient) -> None:
    assert client.get(LOCATE, params=HERE | {"scheme": "nowhere"}).status_code == 404


CSV = "lon,lat,on\n118.95,28.95,2026-11-22\n0,0,\n118.85,28.95,2026-11-22\n118.85,28.95,2025-01-01\n"


def test_csv_in_gives_ndjson_out_in_the_order_given(signed_in: Enter) -> None:
    answer = signed_in("planner").post(LOCATE, params={"on": "2026-11-22"}, content=CSV, headers={"Content-Type": "text/csv"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    found = [json.loads(line) for line in answer.text.splitlines()]
    assert [[cell["code"] for cell in row["cells"]][-1:] for row in found] == [[EAST], [], [WEST], [WEST]]
    assert [[entry["person"]["id"] for entry in row["responsible"]] for row in found] == [[], [], ["wang"], []]
    assert found[2] == signed_in("planner").get(LOCATE, params=HERE).json()


def test_csv_out_has_one_column_a_level(client: TestClient) -> None:
    answer = client.post(LOCATE, params={"on": "2026-11-22"}, content=CSV, headers={"Content-Type": "text/csv; charset=UTF-8", "Accept": "text/csv"})
    assert answer.text.splitlines() == [
        "lon,lat,on,county,township,village,error",
        f"118.95,28.95,2026-11-22,{COUNTY},{TOWNSHIP},{EAST},",
        "0.0,0.0,2026-11-22,,,,",
        f"118.85,28.95,2026-11-22,{COUNTY},{TOWNSHIP},{WEST},",
        f"118.85,28.95,2025-01-01,{COUNTY},{TOWNSHIP},{WEST},",
    ]


def test_ndjson_in_is_read_line_by_line(client: TestClient) -> None:
    lines = [{"lon": IN_WEST[0], "lat": IN_WEST[1]}, {"lon": 118.95, "lat": 28.95, "on": "2026-11-22"}]
    answer = client.post(LOCATE, content="\n".join(map(json.dumps, lines)), headers={"Content-Type": "application/x-ndjson"})
    assert [json.loads(line)["cells"][-1]["code"] for line in answer.text.splitlines()] == [WEST, EAST]


def test_a_bad_row_has_its_error_in_its_place_and_stops_nothing(client: TestClient) -> None:
    rows = ["118.85,28.95", "NaN,28.95", "118.85", "118.85,95", "=cmd(),1", "118.95,28.95"]
    answer = client.post(LOCATE, content="lon,lat\n" + "\n".join(rows), headers={"Content-Type": "text/csv"})
    found = [json.loads(line) for line in answer.text.splitlines()]
    assert [row.get("row") for row in found] == [None, 2, 3, 4, 5, None]
    assert found[1]["error"] == {"pointer": "row 2", "detail": "must be a decimal number such as 118.87"}
    assert all("cells" not in row for row in found if "error" in row)


def test_more_rows_than_a_batch_keep_their_order(client: TestClient) -> None:
    body = "lon,lat\n" + "118.85,28.95\n118.95,28.95\n" * 1_200
    answer = client.post(LOCATE, content=body, headers={"Content-Type": "text/csv", "Accept": "text/csv"})
    assert [line.split(",")[5] for line in answer.text.splitlines()[1:]] == [WEST, EAST] * 1_200


def test_many_rows_are_answered_as_few_are_bad_rows_in_their_place(signed_in: Enter) -> None:
    """Up to a thousand points are asked of the database, more of an index in memory: nobody can tell which."""
    few = ["118.85,28.95,2026-11-22", "NaN,1,", "118.9,28.95,2026-11-22", "0,0,", "118.95,28.95,2019-01-01", "x,y,"]
    planner, headers = signed_in("planner"), {"Content-Type": "text/csv"}
    alone = [json.loads(line) for line in planner.post(LOCATE, content="\n".join(["lon,lat,on", *few]), headers=headers).text.splitlines()]
    among = [json.loads(line) for line in planner.post(LOCATE, content="\n".join(["lon,lat,on", *few * 600]), headers=headers).text.splitlines()]
    assert len(among) == 3_600
    assert [row["row"] for row in among if "error" in row][:4] == [2, 6, 8, 12]
    for start in (0, 6, 3_594):
        assert among[start : start + 6] == alone_at(alone, start)


def alone_at(rows: list[dict[str, Any]], start: int) -> list[dict[str, Any]]:
    """The rows as they would stand later in a table: an error names its own row."""
    numbers = {row["row"]: row["row"] + start for row in rows if "error" in row}
    moved = {old: {"row": new, "error": {"pointer": f"row {new}"}} for old, new in numbers.items()}
    return [{**row, **moved[row["row"]], "error": row["error"] | moved[row["row"]]["error"]} if "error" in row else row for row in rows]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("", "text/csv", 400),
        ("lon,lat\n", "text/csv", 400),
        ("x,y\n1,2\n", "text/csv", 400),
        ("lon,lat,name\n1,2,a\n", "text/csv", 400),
        ("lon,lon,lat\n1,2,3\n", "text/csv", 400),
        ("\x00\xff", "text/csv", 400),
        ("nonsense", "application/x-ndjson", 400),
        ('{"lon": NaN, "lat": 1}', "application/x-ndjson", 400),
        ("{}", "application/json", 415),
        ("lon,lat\n1,2\n", "text/plain", 415),
        ("lon,lat\n1,2\n", "text/csv; charset=gbk", 415),
    ],
)
def test_a_body_that_is_no_table_is_refused_before_anything_is_answered(client: TestClient, body: str, content_type: str, status: int) -> None:
    answer = client.post(LOCATE, content=body.encode(), headers={"Content-Type": content_type})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_rows_in_an_unknown_scheme_are_refused_before_anything_is_answered(client: TestClient) -> None:
    assert client.post(f"{LOCATE}?scheme=nowhere", content=CSV, headers={"Content-Type": "text/csv"}).status_code == 404
