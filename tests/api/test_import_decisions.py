"""Faults of a dirty file over HTTP: proposed, decided, looked at again, loaded only when the whole tiles."""

from typing import Any

import pytest
from shapely import box
from shapely.geometry import shape

from gridgov.database.pool import Database
from tests.api.job_files import IMPORTS, Do, Enter
from tests.api.test_imports import WEST, asked, cells, what_is_in_force
from tests.http_client import TestClient

ONE, TWO, THREE = "330803101201", "330803101202", "330803101203"
OVERLAPPING = cells((WEST, ONE), (box(118.89, 28.9, 119.0, 29.0), TWO))
HOLED = cells((box(118.8, 28.9, 118.9, 29.0).difference(box(118.84, 28.94, 118.86, 28.96)), ONE), (box(118.9, 28.9, 119.0, 29.0), TWO))


def looked_at(admin: TestClient, job: str, work: Do) -> dict[str, Any]:
    work()
    found: dict[str, Any] = admin.get(f"{IMPORTS}/{job}").json()
    return found


def decided(admin: TestClient, before: dict[str, Any], decisions: list[dict[str, Any]]) -> str:
    """The same file again with decisions, by the upload that the import itself names."""
    options = {key: value for key, value in before["options"].items() if value is not None} | {"decisions": decisions}
    answer = admin.post(IMPORTS, json={"kind": "cells", "upload": before["upload"], "dry_run": True, "options": options})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def test_an_overlap_is_proposed_decided_and_loaded_only_then(database: Database, signed_in: Enter, work: Do) -> None:
    admin, before = signed_in("admin"), what_is_in_force(database)
    dirty = looked_at(admin, asked(admin, OVERLAPPING), work)
    (one,) = [entry for entry in dirty["report"]["proposals"] if entry["kind"] == "overlap"]
    assert (one["action"], one["to"], one["choices"], one["may_stand"]) == ("keep", ONE, [ONE, TWO], False)
    assert shape(one["shape"]).equals(box(118.89, 28.9, 118.9, 29.0))
    loses = {entry["cell"]: float(entry["after_m2"]) - float(entry["before_m2"]) for entry in one["effects"]}
    assert loses == {ONE: 0.0, TWO: pytest.approx(-float(one["area_m2"]), abs=0.011)}
    every = [{"fault": entry["id"]} for entry in dirty["report"]["proposals"]]
    clean = looked_at(admin, decided(admin, dirty, every), work)
    assert (clean["ok"], clean["report"]["proposals"], clean["report"]["unused_decisions"]) == (True, [], [])
    assert [entry["decision"] for entry in clean["report"]["decided"]] == [{"to": None, "reason": None}] * len(every)
    assert what_is_in_force(database) == before
    loaded = looked_at(admin, admin.post(f"{IMPORTS}/{clean['id']}/commit").json()["id"], work)
    assert (loaded["ok"], loaded["dry_run"]) == (True, False)
    assert what_is_in_force(database)[0]["cells"] == before[0]["cells"] + 4


def test_a_hole_stays_open_with_a_reason_of_its_own(signed_in: Enter, work: Do) -> None:
    admin = signed_in("admin")
    dirty = looked_at(admin, asked(admin, HOLED), work)
    (one,) = dirty["report"]["proposals"]
    assert (one["kind"], one["action"], one["may_stand"]) == ("hole", "give", True)
    clean = looked_at(admin, decided(admin, dirty, [{"fault": one["id"], "reason": "水库水面"}]), work)
    assert (clean["ok"], [gap["reason"] for gap in clean["report"]["allowed_gaps"]]) == (True, ["水库水面"])


def test_taking_a_decision_back_opens_the_fault_again_under_the_same_id(signed_in: Enter, work: Do) -> None:
    admin = signed_in("admin")
    dirty = looked_at(admin, asked(admin, HOLED), work)
    (one,) = dirty["report"]["proposals"]
    clean = looked_at(admin, decided(admin, dirty, [{"fault": one["id"]}]), work)
    again = looked_at(admin, decided(admin, clean, []), work)
    assert (clean["ok"], again["ok"], again["report"]["proposals"]) == (True, False, [one])


def test_a_decision_that_the_fault_does_not_admit_leaves_the_import_refused(database: Database, signed_in: Enter, work: Do) -> None:
    admin, before = signed_in("admin"), what_is_in_force(database)
    dirty = looked_at(admin, asked(admin, OVERLAPPING), work)
    fault = next(entry["id"] for entry in dirty["report"]["proposals"] if entry["kind"] == "overlap")
    found = looked_at(admin, decided(admin, dirty, [{"fault": fault, "to": THREE}]), work)
    assert (found["ok"], found["error"]["errors"][0]["pointer"]) == (False, "/decisions/0")
    assert admin.post(f"{IMPORTS}/{found['id']}/commit").status_code == 409
    assert what_is_in_force(database) == before
