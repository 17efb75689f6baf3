"""Imports over HTTP: looked at first, loaded after, by administrators alone; a dirty file changes nothing and says where it is dirty."""

from typing import Any
from uuid import UUID

import pytest
from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

from api import import_job
from gridgov.database.pool import Database
from gridgov.jobs import store
from tests.api.job_files import IMPORTS, JOBS, Do, Enter, features, uploaded
from tests.http_client import TestClient

WEST, EAST = box(118.8, 28.9, 118.9, 29.0), box(118.9, 28.9, 119.0, 29.0)
BOWTIE = Polygon([(118.85, 28.95), (118.86, 28.96), (118.86, 28.95), (118.85, 28.96)])


def cells(*shapes: tuple[BaseGeometry, str]) -> str:
    return features(*((ground, {"code": code, "name": f"村{code[-1]}"}) for ground, code in shapes))


CLEAN = cells((WEST, "330803101201"), (EAST, "330803101202"))
OVERLAPPING = cells((WEST, "330803101201"), (box(118.89, 28.9, 119.0, 29.0), "330803101202"))


def asked(admin: TestClient, content: str, kind: str = "cells", **options: Any) -> str:
    """The id of a dry run that waits."""
    given = {"scheme": "other", "level": "village"} if kind == "cells" else {"layer": "noise", "coverage": "none"}
    body = {"kind": kind, "upload": uploaded(admin, content, "file.geojson"), "options": given | options}
    answer = admin.post(IMPORTS, json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def what_is_in_force(database: Database) -> list[dict[str, Any]]:
    with database.unit_of_work("test", read_only=True) as uow:
        return uow.rows("select (select count(*) from cell) as cells, (select count(*) from scheme) as schemes, (select count(*) from edition) as editions")


def test_a_dry_run_reports_and_writes_nothing_and_its_commit_loads(database: Database, signed_in: Enter, work: Do) -> None:
    admin, before = signed_in("admin"), what_is_in_force(database)
    tried = asked(admin, CLEAN)
    assert admin.get(f"{IMPORTS}/{tried}/candidate.geojson").status_code == 404
    work()
    found = admin.get(f"{IMPORTS}/{tried}").json()
    assert (found["state"], found["ok"], found["dry_run"], found["filename"]) == ("done", True, True, "file.geojson")
    assert (found["report"]["imported"], found["report"]["dry_run"]) == ({"county": 1, "township": 1, "village": 2}, True)
    assert what_is_in_force(database) == before
    committed = admin.post(f"{IMPORTS}/{tried}/commit").json()
    assert (committed["dry_run"], committed["options"], committed["ok"]) == (False, found["options"], None)
    work()
    loaded = admin.get(f"{IMPORTS}/{committed['id']}").json()
    assert (loaded["state"], loaded["ok"], loaded["report"]["imported"]) == ("done", True, found["report"]["imported"])
    assert what_is_in_force(database) == [{"cells": before[0]["cells"] + 4, "schemes": before[0]["schemes"] + 1, "editions": 0}]


def test_a_dirty_file_is_reported_with_its_places_and_changes_nothing(database: Database, signed_in: Enter, work: Do) -> None:
    admin, before = signed_in("admin"), what_is_in_force(database)
    tried = asked(admin, OVERLAPPING)
    work()
    found = admin.get(f"{IMPORTS}/{tried}").json()
    assert (found["state"], found["ok"], found["error"]["type"]) == ("done", False, "/problems/coverage-refused")
    assert "overlap" in {one["kind"] for one in found["report"]["violations"]}
    faults = admin.get(f"{IMPORTS}/{tried}/faults.geojson").json()["features"]
    assert len(faults) == len(found["report"]["violations"])
    overlap = next(one for one in faults if one["properties"]["kind"] == "overlap")
    assert overlap["properties"]["cells"] == ["330803101201", "330803101202"]
    lon, lat = overlap["geometry"]["coordinates"]
    assert 118.89 <= lon <= 118.9 and 28.9 <= lat <= 29.0
    assert admin.post(f"{IMPORTS}/{tried}/commit").status_code == 409
    assert what_is_in_force(database) == before


def test_a_loading_that_is_refused_has_failed_and_keeps_its_report(database: Database, signed_in: Enter, work: Do) -> None:
    admin, before = signed_in("admin"), what_is_in_force(database)
    body = {"kind": "cells", "upload": uploaded(admin, OVERLAPPING, "file.geojson"), "dry_run": False, "options": {"scheme": "other", "level": "village"}}
    tried = admin.post(IMPORTS, json=body).json()["id"]
    work()
    found = admin.get(f"{IMPORTS}/{tried}").json()
    assert (found["state"], found["ok"], bool(found["report"]["violations"])) == ("failed", False, True)
    assert what_is_in_force(database) == before


def test_the_files_shapes_are_there_for_the_map(signed_in: Enter, work: Do) -> None:
    admin = signed_in("admin")
    tried = asked(admin, OVERLAPPING)
    work()
    shapes = admin.get(f"{IMPORTS}/{tried}/candidate.geojson").json()
    assert shapes["truncated"] is False
    assert [one["properties"] for one in shapes["features"]] == [
        {"row": 1, "code": "330803101201", "name": "村1"},
        {"row": 2, "code": "330803101202", "name": "村2"},
    ]


def test_refused_rows_of_zones_are_places_on_the_map(database: Database, signed_in: Enter, work: Do) -> None:
    admin = signed_in("admin")
    content = features((box(118.82, 28.92, 118.84, 28.94), {"code": "N1", "name": "一"}), (BOWTIE, {"code": "N2", "name": "二"}))
    tried = asked(admin, content, "zones")
    work()
    found = admin.get(f"{IMPORTS}/{tried}").json()
    assert (found["state"], found["ok"], found["error"]["type"]) == ("done", False, "/problems/zones-refused")
    (fault,) = admin.get(f"{IMPORTS}/{tried}/faults.geojson").json()["features"]
    assert (fault["properties"]["kind"], fault["properties"]["row"], fault["properties"]["code"]) == ("rejected", 2, "N2")
    assert fault["geometry"] == {"type": "Point", "coordinates": [118.855, 28.955]}


def test_zones_are_loaded_with_coverage_from_another_upload(database: Database, signed_in: Enter, work: Do) -> None:
    admin = signed_in("admin")
    ground = uploaded(admin, features((box(118.8, 28.9, 119.0, 29.0), {})), "ground.geojson")
    zones = features((box(118.82, 28.92, 118.84, 28.94), {"code": "N1", "name": "一"}))
    tried = asked(admin, zones, "zones", coverage=ground, edition="2024", effective_from="2024-01-01")
    assert admin.delete(f"/api/v1/uploads/{ground}").status_code == 409
    work()
    committed = admin.post(f"{IMPORTS}/{tried}/commit").json()["id"]
    work()
    report = admin.get(f"{IMPORTS}/{committed}").json()["report"]
    assert (report["edition"], report["coverage"], report["imported"], report["dry_run"]) == ("2024", "file", 1, False)
    assert what_is_in_force(database)[0]["editions"] == 1


def test_an_import_that_was_cancelled_meanwhile_has_no_effect(database: Database, signed_in: Enter, work: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, before = signed_in("admin"), what_is_in_force(database)
    body = {"kind": "cells", "upload": uploaded(admin, CLEAN, "file.geojson"), "dry_run": False, "options": {"scheme": "other", "level": "village"}}
    job = admin.post(IMPORTS, json=body).json()["id"]
    load = import_job.grid_service.import_level

    def cancelled_while_loading(uow: Any, request: Any) -> dict[str, Any]:
        done = load(uow, request)
        with database.unit_of_work("test") as other:
            store.request_cancel(other, UUID(job))
        return done

    monkeypatch.setattr(import_job.grid_service, "import_level", cancelled_while_loading)
    work()
    assert admin.get(f"{JOBS}/{job}").json()["state"] == "cancelled"
    assert what_is_in_force(database) == before


def test_an_import_that_broke_down_after_loading_loads_once(database: Database, signed_in: Enter, work: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, before = signed_in("admin"), what_is_in_force(database)
    tried = asked(admin, CLEAN)
    work()
    job = admin.post(f"{IMPORTS}/{tried}/commit").json()["id"]
    load, broken = import_job.grid_service.import_level, []

    def broken_once(uow: Any, request: Any) -> dict[str, Any]:
        done = load(uow, request)
        if not broken:
            broken.append(True)
            raise MemoryError("on purpose")
        return done

    monkeypatch.setattr(import_job.grid_service, "import_level", broken_once)
    work()
    assert what_is_in_force(database) == before
    with database.unit_of_work("test") as uow:
        uow.execute("update procrastinate.procrastinate_jobs set scheduled_at = null where status = 'todo'")
    work()
    assert admin.get(f"{IMPORTS}/{job}").json()["state"] == "done"
    assert what_is_in_force(database)[0]["cells"] == before[0]["cells"] + 4


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"options": {"level": "village", "surprise": 1}}, "/options/surprise"),
        ({"options": {"level": "village", "repair": 51}}, "/options/repair"),
        ({"options": {"level": "village", "mode": "over"}}, "/options/mode"),
        ({"options": {}}, "/options/level"),
        ({"kind": "roads"}, "/kind"),
    ],
)
def test_an_import_that_cannot_be_meant_is_refused_by_field(signed_in: Enter, body: dict[str, Any], pointer: str) -> None:
    admin = signed_in("admin")
    answer = admin.post(IMPORTS, json={"kind": "cells", "upload": "00000000-0000-0000-0000-000000000000", "options": {"level": "village"}} | body)
    assert (answer.status_code, [fault["pointer"] for fault in answer.json()["errors"]]) == (422, [pointer])


@pytest.mark.parametrize("who", ["inspector", "planner", "supervisor"])
def test_only_administrators_import(signed_in: Enter, client: TestClient, who: str) -> None:
    other = signed_in(who)
    assert client.post(IMPORTS, json={"nonsense": 1}).status_code == 401
    assert other.post(IMPORTS, json={"nonsense": 1}).status_code == 403
    assert other.get(IMPORTS).status_code == 403
