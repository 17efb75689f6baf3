"""Shared arcs over HTTP: as in force and as a draft leaves them; who may, how many, and what is refused."""

import pytest
from fastapi import FastAPI

from api.app import create_app
from gridgov.database.pool import Database
from gridgov.people import store
from gridgov.people.account import Account
from gridgov.settings import Settings
from tests.api.conftest import ACCOUNTS, password_hash
from tests.api.redraw_world import REDRAWS, Enter, approved, drafted
from tests.http_client import TestClient
from tests.redraw_grid import bulge, lay_squares, village

ARCS = "/api/v1/grid-arcs"
ASKED: list[tuple[dict[str, str], int]] = [
    ({}, 422),
    ({"cells": ","}, 422),
    ({"bbox": "1,2,3"}, 422),
    ({"cells": "a" * 300}, 413),
    ({"cells": ",".join(str(number) for number in range(401))}, 413),
    ({"cells": "x", "scheme": "nowhere"}, 404),
    ({"cells": "nowhere"}, 200),
    ({"bbox": "0,0,1,1"}, 200),
    ({"cells": "x", "colour": "red"}, 400),
    ({"cells": "x\0"}, 400),
]


@pytest.fixture
def columns() -> int:
    return 6


@pytest.fixture
def app(database: Database, columns: int) -> FastAPI:
    with database.unit_of_work("test") as uow:
        lay_squares(uow, columns, 4 if columns == 6 else 67)
        for name, role in ACCOUNTS.items():
            store.add_account(uow, Account(name, role), password_hash=password_hash(), sample=False)
    return create_app(database, Settings())


def test_a_boundary_of_two_cells_is_one_arc_in_whole_numbers(signed_in: Enter) -> None:
    found = signed_in("inspector").get(ARCS, params={"cells": village(1, 1)}).json()
    assert (found["scheme"], found["revision"], found["scale"]) == ("admin", 1, 1e-9)
    (arc,) = (arc for arc in found["arcs"] if {arc["left"], arc["right"]} == {village(1, 1), village(2, 1)})
    assert (arc["d"], arc["locked"], arc["closed"]) == ([[118_020_000_000, 28_010_000_000], [0, 10_000_000]], False, False)
    assert {cell["code"]: cell["asked"] for cell in found["cells"]} == {village(x, y): (x, y) == (1, 1) for x in range(3) for y in range(3)}


def test_the_draft_and_the_grid_are_told_in_the_same_words_with_the_same_names(signed_in: Enter) -> None:
    admin = signed_in("admin")
    redraw_id = drafted(admin, bulge(1, 1))["id"]
    asked = {"cells": f"{village(1, 1)},{village(4, 1)}"}
    standing, draft = admin.get(ARCS, params=asked).json(), admin.get(f"{REDRAWS}/{redraw_id}/arcs", params=asked).json()
    assert {key: standing[key] for key in ("scheme", "revision", "scale")} == {key: draft[key] for key in ("scheme", "revision", "scale")}
    by_id = {arc["id"]: arc for arc in draft["arcs"]}
    changed = [arc for arc in standing["arcs"] if by_id.get(arc["id"]) != arc]
    assert [{arc["left"], arc["right"]} for arc in changed] == [{village(1, 1), village(2, 1)}]


def test_an_older_day_is_told_as_it_was(signed_in: Enter) -> None:
    approved(signed_in, bulge(1, 1))
    admin = signed_in("admin")
    sizes = [
        next(len(arc["d"]) for arc in found["arcs"] if {arc["left"], arc["right"]} == {village(1, 1), village(2, 1)})
        for found in (admin.get(ARCS, params={"cells": village(1, 1), "on": day}).json() for day in ("2024-06-30", "2024-07-01"))
    ]
    assert sizes == [2, 6]
    assert admin.get(ARCS, params={"cells": village(1, 1), "on": "2019-12-31"}).json()["arcs"] == []


def test_what_is_no_piece_of_the_grid_is_refused(signed_in: Enter) -> None:
    planner = signed_in("planner")
    assert [(asked, planner.get(ARCS, params=asked).status_code) for asked, _ in ASKED] == ASKED


@pytest.mark.parametrize("columns", [7])
def test_more_than_four_hundred_cells_are_too_many(signed_in: Enter) -> None:
    answer = signed_in("planner").get(ARCS, params={"bbox": "117,27,120,30"})
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


def test_nobody_gets_arcs_without_signing_in(client: TestClient) -> None:
    assert client.get(ARCS, params={"cells": village(1, 1)}).status_code == 401
