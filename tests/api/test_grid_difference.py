"""The difference of two days over HTTP: a row a cell as in a redraw's impact, and the ground on the map."""

import pytest
from fastapi import FastAPI

from api.app import create_app
from gridgov.database.pool import Database
from gridgov.people import store
from gridgov.people.account import Account
from gridgov.settings import Settings
from tests.api.conftest import ACCOUNTS, password_hash
from tests.api.redraw_world import PAST, Enter, approved
from tests.http_client import TestClient
from tests.redraw_grid import bulge, lay_squares, merge, rename, split

DIFFERENCE = "/api/v1/grid-difference"
SPAN = {"from": "2024-06-30", "to": PAST}
ASKED: list[tuple[dict[str, str], int]] = [
    ({}, 422),
    ({"from": "2024-06-30"}, 422),
    ({"from": "2024-06-31", "to": PAST}, 422),
    (SPAN | {"level": "street"}, 422),
    (SPAN | {"scheme": "nowhere"}, 404),
    (SPAN | {"on": PAST}, 400),
    (SPAN | {"known_at": "2024-06-30"}, 422),
    ({"from": PAST, "to": PAST}, 200),
]


@pytest.fixture
def app(database: Database) -> FastAPI:
    with database.unit_of_work("test") as uow:
        lay_squares(uow)
        for name, role in ACCOUNTS.items():
            store.add_account(uow, Account(name, role), password_hash=password_hash(), sample=False)
    return create_app(database, Settings())


def test_the_difference_over_the_day_is_the_redraws_impact(client: TestClient, signed_in: Enter) -> None:
    draft, _ = approved(signed_in, bulge(1, 1), split(4, 1), merge((0, 0), (0, 1)), rename("330802101", "新镇"))
    found = client.get(DIFFERENCE, params=SPAN).json()
    assert found == {"items": draft["impact"]["cells"], "next": None}
    assert client.get(DIFFERENCE, params=SPAN | {"level": "village"}).json()["items"] == [row for row in found["items"] if row["level"] == "village"]


def test_pages_together_are_the_whole_and_the_way_back_is_the_opposite(client: TestClient, signed_in: Enter) -> None:
    approved(signed_in, bulge(1, 1))
    whole = client.get(DIFFERENCE, params=SPAN).json()["items"]
    found, cursor = [], ""
    for _ in whole:
        answer = client.get(DIFFERENCE, params=SPAN | {"limit": "1"} | ({"cursor": cursor} if cursor else {})).json()
        found += answer["items"]
        cursor = answer["next"]
    assert (found, cursor) == (whole, None)
    back = client.get(DIFFERENCE, params={"from": PAST, "to": "2024-06-30"}).json()["items"]
    assert [(row["code"], row["before_m2"], row["after_m2"], row["from"]) for row in back] == [
        (row["code"], row["after_m2"], row["before_m2"], row["to"]) for row in whole
    ]


def test_the_map_shows_both_days_and_what_passed(client: TestClient, signed_in: Enter) -> None:
    draft, _ = approved(signed_in, bulge(1, 1))
    answer = client.get(f"{DIFFERENCE}.geojson", params=SPAN)
    assert answer.headers["content-type"] == "application/geo+json" and "attachment" in answer.headers["content-disposition"]
    drawn = signed_in("supervisor").get(f"/api/v1/redraws/{draft['id']}/difference.geojson").json()
    assert answer.json() == drawn
    assert [one["properties"]["what"] for one in drawn["features"]] == ["before", "after", "before", "after", "moved"]
    far = client.get(f"{DIFFERENCE}.geojson", params=SPAN | {"bbox": "118.05,28.03,118.06,28.04"})
    assert far.json()["features"] == []


@pytest.mark.parametrize("path", [DIFFERENCE, f"{DIFFERENCE}.geojson"])
def test_what_is_no_span_is_refused(client: TestClient, path: str) -> None:
    assert [(asked, client.get(path, params=asked).status_code) for asked, _ in ASKED] == ASKED


def test_a_cursor_of_another_list_is_refused(client: TestClient) -> None:
    assert client.get(DIFFERENCE, params=SPAN | {"cursor": "WzFd"}).status_code == 422
