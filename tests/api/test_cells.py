"""The grid over HTTP: lists, one cell with what is around it, its history, the zones in it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from gridgov.database.pool import Database
from gridgov.geo.area import area_m2, length_m
from gridgov.grids import store
from gridgov.grids.scheme import make_levels
from tests.http_client import TestClient
from tests.small_grid import COUNTY, EAST, TOWNSHIP, WEST
from tests.zone_layers import ground, lay_layers

CELLS = "/api/v1/cells"
Enter = Callable[[str], TestClient]


def _codes(client: TestClient, **asked: str | int) -> list[str]:
    return [item["code"] for item in client.get(CELLS, params={"on": "2026-11-22", **asked}).json()["items"]]


def test_the_schemes_are_told_with_their_levels_and_the_days_on_which_cells_change(client: TestClient) -> None:
    (scheme,) = client.get("/api/v1/schemes").json()["items"]
    assert (scheme["key"], scheme["overlay"], scheme["turns"]) == ("admin", False, ["2020-01-01"])
    assert [(level["key"], level["rank"], level["code_length"]) for level in scheme["levels"]] == [("county", 2, 6), ("township", 1, 9), ("village", 0, 12)]


def test_a_cell_of_a_list_says_where_it_stands(client: TestClient) -> None:
    (found,) = client.get(CELLS, params={"on": "2026-11-22"}).json()["items"]
    assert {key: value for key, value in found.items() if key not in ("version", "point")} == {
        "scheme": "admin",
        "level": "county",
        "code": COUNTY,
        "name": "柯城区",
        "parent": None,
        "area_m2": "1.00",
        "from": "2020-01-01",
        "to": None,
        "children": 1,
        "bbox": [118.8, 28.9, 119.0, 29.0],
    }
    assert 118.8 < found["point"][0] < 119.0 and 28.9 < found["point"][1] < 29.0


def test_cells_are_listed_by_level_parent_box_name_and_code(client: TestClient) -> None:
    assert _codes(client, level="village") == [EAST, WEST] if EAST < WEST else [WEST, EAST]
    assert _codes(client, parent=COUNTY) == [TOWNSHIP]
    assert sorted(_codes(client, parent=TOWNSHIP)) == sorted([WEST, EAST])
    assert _codes(client, level="village", bbox="118.81,28.91,118.82,28.92") == [WEST]
    assert _codes(client, level="village", bbox="0,0,1,1") == []
    assert _codes(client, q="西") == [WEST]
    assert _codes(client, q="３３０８０２１０１") == [TOWNSHIP, *sorted([WEST, EAST])]
    assert _codes(client, q="%") == _codes(client, q="_") == []
    assert _codes(client, level="village", on="2019-12-31") == []


def test_pages_together_are_the_whole_list(client: TestClient) -> None:
    found, cursor = [], None
    for _ in range(5):
        asked = {"q": "3308", "limit": 1} | ({} if cursor is None else {"cursor": cursor})
        answer = client.get(CELLS, params=asked).json()
        found += [item["code"] for item in answer["items"]]
        if (cursor := answer["next"]) is None:
            break
    assert found == [COUNTY, TOWNSHIP, *sorted([WEST, EAST])]


def test_simplified_neighbours_stay_neighbours_and_full_is_as_stored(client: TestClient) -> None:
    asked = {"level": "village", "geometry": "full"}
    full = [item["geometry"]["coordinates"][0][0] for item in client.get(CELLS, params=asked).json()["items"]]
    thin = [item["geometry"]["coordinates"][0][0] for item in client.get(CELLS, params=asked | {"geometry": "simplified"}).json()["items"]]
    for shapes in (full, thin):
        first, second = ({tuple(place) for place in shape} for shape in shapes)
        assert first & second == {(118.9, 28.9), (118.9, 29.0)}
    assert "geometry" not in client.get(CELLS).json()["items"][0]


def test_one_cell_is_told_with_its_chain_neighbours_and_people(client: TestClient, signed_in: Enter) -> None:
    answer = client.get(f"{CELLS}/{WEST}", params={"on": "2026-11-22"})
    found = answer.json()
    assert [link["code"] for link in found["chain"]] == [COUNTY, TOWNSHIP, WEST]
    shared = ground(118.85, 28.9, 118.9, 29.0).intersection(ground(118.9, 28.9, 118.95, 29.0))
    (beside,) = found["neighbours"]
    assert (beside["code"], beside["level"]) == (EAST, "village")
    assert abs(Decimal(beside["shared_m"]) - Decimal(length_m(shared))) < Decimal("0.01")
    assert [(entry["cell"], entry["person"], entry["mandate"]) for entry in found["responsible"]] == [(WEST, None, None)]
    assert found["missing"] == [] and "王建国" not in answer.text
    assert signed_in("inspector").get(f"{CELLS}/{WEST}").json()["responsible"][0]["person"] == {"id": "wang", "name": "王建国"}
    assert client.get(f"{CELLS}/{EAST}").json()["missing"] == ["people"]


def test_a_code_of_several_cells_is_answered_with_all_of_them(client: TestClient, database: Database) -> None:
    with database.unit_of_work("test") as uow:
        scheme = store.add_scheme(uow, key="parks", levels=make_levels(("park", "plot")), overlay=True)
        moment = store.open_change(uow, scheme.scheme_id, kind="import", reason="parks.gpkg")
        same = {"code": "P1", "parent_code": None, "geometry": ground(118.8, 28.9, 118.9, 29.0), "area_m2": 1}
        store.open_versions(uow, scheme.scheme_id, [{"rank": 1, "name": "园", **same}, {"rank": 0, "name": "块", **same}], day=date(2020, 1, 1), moment=moment)
    for path in (f"{CELLS}/P1", f"{CELLS}/P1/history", f"{CELLS}/P1/zones"):
        answer = client.get(path)
        assert answer.status_code == 409
        assert answer.json()["candidates"] == [
            {"scheme": "parks", "level": "park", "code": "P1", "name": "园"},
            {"scheme": "parks", "level": "plot", "code": "P1", "name": "块"},
        ]
        assert client.get(path, params={"level": "plot"}).status_code == 200
        assert client.get(path, params={"scheme": "admin"}).status_code == 404


def test_history_tells_every_version_with_both_times_and_the_change_that_recorded_it(client: TestClient, database: Database) -> None:
    with database.unit_of_work("test") as uow:
        scheme = store.require_scheme(uow, "admin")
        cell = next(cell for cell in store.cells_in_force(uow, scheme.scheme_id, date(2026, 1, 1), rank=0) if cell.code == WEST)
        moment = store.open_change(uow, scheme.scheme_id, kind="rename", reason="更名批复")
        store.close_versions(uow, [cell.version_id], day=date(2025, 7, 1), moment=moment)
        new = {"rank": 0, "code": WEST, "parent_code": TOWNSHIP, "name": "新西村", "geometry": cell.geometry, "area_m2": 2}
        store.open_versions(uow, scheme.scheme_id, [new], day=date(2025, 7, 1), moment=moment)
    found = client.get(f"{CELLS}/{WEST}/history").json()
    assert (found["scheme"], found["level"], found["lineage"]) == ("admin", "village", {"from": [], "to": []})
    told = [(one["name"], one["from"], one["to"], one["recorded_to"] is None, one["change"]["kind"], one["change"]["reason"]) for one in found["versions"]]
    assert told == [
        ("西村", "2020-01-01", None, False, "import", ""),
        ("西村", "2020-01-01", "2025-07-01", True, "rename", "更名批复"),
        ("新西村", "2025-07-01", None, True, "rename", "更名批复"),
    ]
    assert found["versions"][0]["recorded_to"] == found["versions"][1]["recorded_from"] == found["versions"][1]["change"]["at"]
    assert _codes(client, q="新西") == [WEST] and _codes(client, q="新西", on="2025-06-30") == []
    assert _codes(client, q="西", known_at=found["versions"][0]["recorded_from"]) == [WEST]


def test_zones_in_a_cell_are_measured_the_largest_part_first_within_a_layer(client: TestClient, database: Database) -> None:
    with database.unit_of_work("test") as uow:
        lay_layers(uow)
    path, day = f"{CELLS}/{WEST}/zones", {"on": "2026-11-22"}
    found = client.get(path, params=day).json()["items"]
    assert [(one["layer"], one["code"]) for one in found] == [("ecological-red-line", "R-1"), ("ecological-red-line", "R-2")]
    parts = [area_m2(ground(118.82, 28.92, 118.86, 28.96)), area_m2(ground(118.89, 28.92, 118.9, 28.96))]
    for one, part in zip(found, parts, strict=True):
        assert abs(Decimal(one["area_m2"]) - Decimal(part)) <= Decimal("0.01")
    first = client.get(path, params=day | {"limit": "1"}).json()
    second = client.get(path, params=day | {"limit": "1", "cursor": first["next"]}).json()
    assert (first["items"] + second["items"], second["next"]) == (found, None)
    assert client.get(path, params={"on": "2023-12-31"}).json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{CELLS}?level=street", 422),
        (f"{CELLS}?scheme=nowhere", 404),
        (f"{CELLS}?q=", 422),
        (f"{CELLS}?limit=1001", 422),
        (f"{CELLS}?cursor=WyJ4IiwieSJd", 422),
        (f"{CELLS}?cursor=WzEsMl0", 422),
        (f"{CELLS}?geometry=all", 422),
        (f"{CELLS}?lvel=village", 400),
        (f"{CELLS}/330899", 404),
        (f"{CELLS}/%00", 404),
        (f"{CELLS}/{WEST}?on=2019-12-31", 404),
        (f"{CELLS}/{WEST}?level=county", 404),
        (f"{CELLS}/{WEST}/zones?cursor=WyJhIiwiYiJd", 422),
        (f"{CELLS}/{WEST}/history?on=2020-01-01", 400),
    ],
)
def test_what_cannot_be_used_is_refused(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status
