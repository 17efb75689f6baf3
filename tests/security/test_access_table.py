"""Every route for everybody: the table of who gets what, held against the routes there are. A route without a row fails."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.http_client import TestClient

CHECKS = "/api/v1/siting-checks"
EVERYBODY = ("nobody", "inspector", "planner", "planner-2", "supervisor", "admin")
SITE = {"type": "Polygon", "coordinates": [[[118.85, 28.95], [118.851, 28.95], [118.851, 28.951], [118.85, 28.95]]]}
Enter = Callable[[str], TestClient]

FILE = {"params": {"filename": "a.csv"}, "content": b"lon,lat\n118.85,28.95\n", "headers": {"Content-Type": "application/octet-stream"}}
REDRAW = {"effective_from": "2026-11-22", "reason": "更名", "document": "批复", "operations": [{"op": "rename", "cell": "330802101202", "name": "新东村"}]}
NO_ID = "00000000-0000-0000-0000-000000000000"

# What each of EVERYBODY gets; what the rows with {check_id} and the like name is of `planner`.
TABLE: dict[tuple[str, str], tuple[int, ...]] = {
    ("post", "/api/v1/session"): (401, 401, 401, 401, 401, 401),
    ("get", "/api/v1/session"): (401, 200, 200, 200, 200, 200),
    ("delete", "/api/v1/session"): (204, 204, 204, 204, 204, 204),
    # A password that will not do: whoever may ask is told so.
    ("post", "/api/v1/session/password"): (401, 422, 422, 422, 422, 422),
    ("get", "/api/v1/users"): (401, 403, 403, 403, 403, 200),
    ("post", "/api/v1/users"): (401, 403, 403, 403, 403, 201),
    ("patch", "/api/v1/users/{username}"): (401, 403, 403, 403, 403, 200),
    ("delete", "/api/v1/users/{username}/sessions"): (401, 403, 403, 403, 403, 204),
    ("get", "/api/v1/tokens"): (401, 200, 200, 200, 200, 200),
    ("post", "/api/v1/tokens"): (401, 201, 201, 201, 201, 201),
    ("delete", "/api/v1/tokens/{token_id}"): (401, 404, 204, 404, 404, 404),
    ("get", "/api/v1/me"): (401, 200, 200, 200, 200, 200),
    ("get", "/api/v1/assignments"): (401, 200, 200, 200, 200, 200),
    ("get", "/api/v1/locate"): (200, 200, 200, 200, 200, 200),
    ("post", "/api/v1/locate"): (200, 200, 200, 200, 200, 200),
    ("post", CHECKS): (401, 201, 201, 201, 201, 201),
    ("get", CHECKS + "/{check_id}"): (401, 404, 200, 404, 200, 200),
    ("get", CHECKS + "/{check_id}/map.html"): (401, 404, 200, 404, 200, 200),
    ("get", "/api/v1/rulesets"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/rulesets/{ruleset}/{rules_edition}"): (404, 404, 404, 404, 404, 404),
    ("post", "/api/v1/rules/check"): (401, 403, 403, 403, 403, 200),
    ("post", "/api/v1/rules"): (401, 403, 403, 403, 403, 422),
    ("get", "/api/v1/rules/template.yaml"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/rules/template.xlsx"): (200, 200, 200, 200, 200, 200),
    ("get", CHECKS): (401, 200, 200, 200, 200, 200),
    ("get", CHECKS + "/{check_id}/findings.geojson"): (401, 404, 200, 404, 200, 200),
    ("post", "/api/v1/site-text"): (401, 200, 200, 200, 200, 200),
    ("post", "/api/v1/site-files"): (401, 200, 200, 200, 200, 200),
    ("get", "/api/v1/vocabulary"): (401, 200, 200, 200, 200, 200),
    ("get", "/api/v1/coverage-report"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/installation"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/industries"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/basemap/{name}/{z}/{x}/{y}.png"): (204, 204, 204, 204, 204, 204),
    ("get", "/api/v1/tiles/{layer}.json"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/tiles/{layer}/{z}/{x}/{y}.mvt"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/schemes"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/cells"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/cells/{code}"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/cells/{code}/history"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/cells/{code}/zones"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/here"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/search"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/layers"): (200, 200, 200, 200, 200, 200),
    # There is no zone layer in this grid: who may know of which is held in test_layers.py.
    ("get", "/api/v1/layers/{layer}"): (404, 404, 404, 404, 404, 404),
    ("get", "/api/v1/zones"): (404, 404, 404, 404, 404, 404),
    ("get", "/api/v1/zones/{layer}/{code}"): (404, 404, 404, 404, 404, 404),
    ("post", "/api/v1/uploads"): (401, 201, 201, 201, 201, 201),
    ("get", "/api/v1/uploads/{upload_id}"): (401, 404, 200, 404, 404, 404),
    ("delete", "/api/v1/uploads/{upload_id}"): (401, 404, 204, 404, 404, 404),
    # The planner's batch has ended before any row was answered.
    ("get", "/api/v1/jobs"): (401, 200, 200, 200, 200, 200),
    ("get", "/api/v1/jobs/{job_id}"): (401, 404, 200, 404, 200, 200),
    ("get", "/api/v1/jobs/{job_id}/events"): (401, 404, 200, 404, 200, 200),
    ("post", "/api/v1/jobs/{job_id}/cancel"): (401, 404, 409, 404, 403, 409),
    ("post", "/api/v1/siting-batches"): (401, 404, 404, 404, 404, 404),
    ("get", "/api/v1/siting-batches"): (401, 200, 200, 200, 200, 200),
    ("get", "/api/v1/siting-batches/{job_id}"): (401, 404, 200, 404, 200, 200),
    ("get", "/api/v1/siting-batches/{job_id}/sites"): (401, 404, 200, 404, 200, 200),
    ("get", "/api/v1/siting-batches/{job_id}/sites.geojson"): (401, 404, 200, 404, 200, 200),
    ("get", "/api/v1/siting-batches/{job_id}/result.{ending}"): (401, 404, 409, 404, 409, 409),
    ("get", "/api/v1/siting-batches/{job_id}/findings.{ending}"): (401, 404, 409, 404, 409, 409),
    ("post", "/api/v1/imports"): (401, 403, 403, 403, 403, 404),
    ("get", "/api/v1/imports"): (401, 403, 403, 403, 403, 200),
    # A batch is no import.
    ("get", "/api/v1/imports/{job_id}"): (401, 403, 403, 403, 403, 404),
    ("get", "/api/v1/imports/{job_id}/faults.geojson"): (401, 403, 403, 403, 403, 404),
    ("get", "/api/v1/imports/{job_id}/candidate.geojson"): (401, 403, 403, 403, 403, 404),
    ("post", "/api/v1/imports/{job_id}/commit"): (401, 403, 403, 403, 403, 404),
    # A draft of `admin`: nothing to decide before it is submitted.
    ("get", "/api/v1/redraws"): (401, 403, 403, 403, 200, 200),
    ("post", "/api/v1/redraws"): (401, 403, 403, 403, 403, 201),
    ("get", "/api/v1/redraws/{redraw_id}"): (401, 403, 403, 403, 200, 200),
    ("put", "/api/v1/redraws/{redraw_id}"): (401, 403, 403, 403, 403, 200),
    ("get", "/api/v1/redraws/{redraw_id}/arcs"): (401, 403, 403, 403, 200, 200),
    ("get", "/api/v1/redraws/{redraw_id}/difference.geojson"): (401, 403, 403, 403, 200, 200),
    ("post", "/api/v1/redraws/{redraw_id}/approve"): (401, 403, 403, 403, 409, 409),
    ("post", "/api/v1/redraws/{redraw_id}/reject"): (401, 403, 403, 403, 409, 409),
    ("post", "/api/v1/redraws/{redraw_id}/submit"): (401, 403, 403, 403, 403, 200),
    ("post", "/api/v1/redraws/{redraw_id}/withdraw"): (401, 403, 403, 403, 403, 200),
    ("get", "/api/v1/grid-arcs"): (401, 200, 200, 200, 200, 200),
    ("get", "/api/v1/grid-difference"): (200, 200, 200, 200, 200, 200),
    ("get", "/api/v1/grid-difference.geojson"): (200, 200, 200, 200, 200, 200),
    ("get", "/health"): (200, 200, 200, 200, 200, 200),
}
ASKED: dict[tuple[str, str], dict[str, Any]] = {
    ("post", "/api/v1/session"): {"json": {"username": "planner", "password": "wrong"}},
    ("post", "/api/v1/session/password"): {"json": {"old": "wrong", "new": "short"}},
    ("post", "/api/v1/users"): {"json": {"username": "new", "role": "planner", "password": "three words and a river"}},
    ("patch", "/api/v1/users/{username}"): {"json": {"cell": None}},
    ("post", "/api/v1/tokens"): {"json": {"name": "monthly figures", "days": 30}},
    ("get", "/api/v1/locate"): {"params": {"lon": "118.85", "lat": "28.95"}},
    ("post", "/api/v1/locate"): {"content": "lon,lat\n118.85,28.95\n", "headers": {"Content-Type": "text/csv"}},
    ("get", "/api/v1/here"): {"params": {"lon": "118.85", "lat": "28.95"}},
    ("get", "/api/v1/search"): {"params": {"q": "村"}},
    ("get", "/api/v1/zones"): {"params": {"layer": "noise"}},
    ("post", CHECKS): {"json": {"site": SITE}},
    ("post", "/api/v1/rules/check"): {"content": "ruleset: x", "headers": {"Content-Type": "application/yaml"}},
    ("post", "/api/v1/rules"): {"content": "ruleset: x", "headers": {"Content-Type": "application/yaml"}},
    ("post", "/api/v1/site-text"): {"json": {"text": "118.85,28.95"}},
    ("post", "/api/v1/site-files"): {"params": {"filename": "a.txt"}, "content": b"118.85,28.95", "headers": {"Content-Type": "application/octet-stream"}},
    ("post", "/api/v1/uploads"): FILE,
    ("post", "/api/v1/redraws"): {"json": REDRAW},
    ("put", "/api/v1/redraws/{redraw_id}"): {"json": REDRAW | {"version": 1}},
    ("post", "/api/v1/redraws/{redraw_id}/submit"): {"json": {"note": None}},
    ("post", "/api/v1/redraws/{redraw_id}/approve"): {"json": {"note": None}},
    ("post", "/api/v1/redraws/{redraw_id}/reject"): {"json": {"note": None}},
    ("post", "/api/v1/redraws/{redraw_id}/withdraw"): {"json": {"note": None}},
    ("get", "/api/v1/redraws/{redraw_id}/arcs"): {"params": {"cells": "330802101201"}},
    ("get", "/api/v1/grid-arcs"): {"params": {"cells": "330802101201"}},
    ("get", "/api/v1/grid-difference"): {"params": {"from": "2020-01-01", "to": "2026-11-22"}},
    ("get", "/api/v1/grid-difference.geojson"): {"params": {"from": "2020-01-01", "to": "2026-11-22"}},
    ("post", "/api/v1/siting-batches"): {"json": {"upload": NO_ID}},
    ("post", "/api/v1/imports"): {"json": {"kind": "cells", "upload": NO_ID, "options": {"level": "village"}}},
}
# What stands in a path: fixed words here, ids of what `planner` made in `made_by_planner`.
WORDS: dict[str, str] = {
    "username": "planner-2",
    "layer": "cells",
    "code": "330802101201",
    "name": "relief",
    "z": "10",
    "x": "850",
    "y": "425",
    "ending": "csv",
}


def made_by_planner(planner: TestClient) -> dict[str, str]:
    """Path parameters by name: one thing of each kind, made by `planner`, that others may or may not know of."""
    upload_id, batched = (planner.post("/api/v1/uploads", **FILE).json()["id"] for _ in range(2))  # type: ignore[arg-type]
    job_id = planner.post("/api/v1/siting-batches", json={"upload": batched}).json()["id"]
    planner.post(f"/api/v1/jobs/{job_id}/cancel")
    return WORDS | {
        "ruleset": "red-line",
        "rules_edition": "2024",
        "upload_id": upload_id,
        "job_id": job_id,
        "check_id": planner.post(CHECKS, json={"site": SITE}).json()["id"],
        "token_id": str(planner.post("/api/v1/tokens", json={"name": "made by planner"}).json()["id"]),
    }


def test_every_route_has_its_row(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {(method, path) for path, item in paths.items() for method in item} == set(TABLE)


@pytest.mark.parametrize(("index", "who"), list(enumerate(EVERYBODY)))
def test_everybody_gets_what_the_table_says(client: TestClient, signed_in: Enter, index: int, who: str) -> None:
    named = made_by_planner(signed_in("planner")) | {"redraw_id": signed_in("admin").post("/api/v1/redraws", json=REDRAW).json()["id"]}
    found = {}
    for method, path in sorted(TABLE, key=lambda row: row[0] == "delete"):
        asker = client if who == "nobody" else signed_in(who)
        found[method, path] = asker.request(method, path.format(**named), **ASKED.get((method, path), {})).status_code
    assert found == {row: statuses[index] for row, statuses in TABLE.items()}


def test_what_was_guessed_of_others_is_in_no_answer(signed_in: Enter) -> None:
    check_id = signed_in("planner").post(CHECKS, json={"site": SITE, "project": {"name": "Secret plant"}}).json()["id"]
    answer = signed_in("planner-2").get(f"{CHECKS}/{check_id}")
    assert "Secret" not in answer.text
    assert "planner" not in answer.text
