"""The coverage report over HTTP."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.limits import Rates
from gridgov.database.pool import Database
from gridgov.settings import Settings
from tests.http_client import TestClient

REPORT = "/api/v1/coverage-report"


def test_a_grid_that_tiles_is_ok(client: TestClient) -> None:
    answer = client.get(REPORT, params={"scheme": "admin", "on": "2026-11-22"})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["ok"], found["cells"], found["violations"]) == (True, {"county": 1, "township": 1, "village": 2}, [])


def test_those_signed_in_see_the_same(client: TestClient, signed_in: Callable[[str], TestClient]) -> None:
    assert signed_in("admin").get(REPORT).json() == client.get(REPORT).json()


@pytest.mark.parametrize(("query", "status"), [("scheme=nowhere", 404), ("on=2026-13-01", 422), ("day=2026-11-22", 400), ("scheme=a%00", 400)])
def test_a_question_about_nothing_is_refused(client: TestClient, query: str, status: int) -> None:
    assert client.get(f"{REPORT}?{query}").status_code == status


def test_reports_are_rationed(app: FastAPI, database: Database) -> None:  # app lays the grid
    with TestClient(create_app(database, Settings(), rates=Rates(report="1/minute"))) as client:
        assert [client.get(REPORT).status_code for _ in range(2)] == [200, 429]
