"""Redraws over HTTP: drafted, saved, decided on, taken back; each operation, each refusal with its place, and what readers see of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from fastapi import FastAPI

from api.app import create_app
from gridgov.database.pool import Database
from gridgov.people import service, store
from gridgov.people.account import Account
from gridgov.people.assignment import AssignmentRequest
from gridgov.settings import Settings
from tests.api.conftest import ACCOUNTS, password_hash
from tests.api.redraw_world import FUTURE, PAST, REDRAWS, Enter, approved, body, drafted, move, told, transfer
from tests.http_client import TestClient
from tests.redraw_grid import FIRST_DAY, at, bulge, lay_squares, line, merge, rename, reparent, split, village

ACTS = ("submit", "approve", "reject", "withdraw")
EACH_KIND: dict[str, dict[str, Any]] = {
    "reshape": bulge(1, 1),
    "move_vertices": move((2, 2), (2.1, 2.1)),
    "transfer": transfer(1, 1, (2, 1)),
    "split": split(1, 1),
    "merge": merge((0, 0), (0, 1)),
    "reparent": reparent(village(1, 1), "330802101"),
    "rename": rename(village(1, 1), "新村"),
}

REFUSED: list[tuple[dict[str, Any], str, tuple[float, float] | None]] = [
    ({"op": "melt"}, "/operations/1/op", None),
    (bulge(1, 1) | {"width": 3}, "/operations/1/width", None),
    (bulge(1, 1) | {"snap_m": 6}, "/operations/1/snap_m", None),
    (bulge(1, 1) | {"line": {"type": "Point", "coordinates": [118, 28]}}, "/operations/1/line", None),
    (bulge(1, 1) | {"line": line((2.2, 1.3), (2.3, 1.5), (2.2, 1.7))}, "/operations/1/line", at(2.2, 1.3)),
    (bulge(1, 1) | {"between": [village(1, 1), "nowhere"]}, "/operations/1/between/1", None),
    (split(1, 1) | {"line": line((1.2, 1.2), (1.8, 1.8))}, "/operations/1/line", None),
    (merge((0, 0), (0, 2)), "/operations/1/cells", None),
    (merge((0, 0), (0, 1), code=village(3, 3)), "/operations/1/code", None),
    (rename(village(1, 1), ""), "/operations/1/name", None),
    (reparent(village(1, 1), village(0, 0)), "/operations/1/parent", None),
]
WRONG: list[tuple[dict[str, Any], int, str | None]] = [
    ({"colour": "red"}, 422, "/colour"),
    ({"effective_from": "2027-02-30"}, 422, "/effective_from"),
    ({"effective_from": None}, 422, "/effective_from"),
    ({"base_revision": 9}, 422, "/base_revision"),
    ({"base_revision": "1"}, 422, "/base_revision"),
    ({"reason": "长" * 2001}, 422, "/reason"),
    ({"document": "长" * 501}, 422, "/document"),
    ({"successors": ["a"]}, 422, "/successors"),
    ({"operations": "none"}, 422, "/operations"),
    ({"operations": [rename(village(0, 0), "名")] * 201}, 422, "/operations"),
    ({"operations": [rename(village(0, 0), "名" * 500)]}, 422, "/operations/0/name"),
    ({"operations": [bulge(1, 1) | {"line": line(*[(2, y / 20000) for y in range(10001)])}]}, 413, "/operations/0/line"),
    ({"scheme": "nowhere"}, 404, None),
]


@pytest.fixture
def app(database: Database) -> FastAPI:
    with database.unit_of_work("test") as uow:
        lay_squares(uow)
        service.assign(uow, AssignmentRequest(village(1, 1), "wang", "inspector", "environment", FIRST_DAY, person_name="王建国"), scheme="admin")
        for name, role in ACCOUNTS.items():
            store.add_account(uow, Account(name, role), password_hash=password_hash(), sample=False)
    return create_app(database, Settings())


@pytest.mark.parametrize("kind", EACH_KIND)
def test_each_operation_is_drafted_approved_and_its_impact_is_the_preview_row_for_row(signed_in: Enter, kind: str) -> None:
    draft, written = approved(signed_in, EACH_KIND[kind])
    assert (draft["status"], draft["version"], draft["base_revision"], draft["validation"]["ok"]) == ("draft", 1, 1, True)
    assert [step["op"] for step in draft["steps"]] == [kind]
    assert (written["status"], written["in_force"], written["change"]["revision"]) == ("approved", True, 2)
    assert written["impact"] == draft["impact"] and draft["impact"]["cells"]
    # The sum of figures rounded one by one.
    assert abs(Decimal(draft["impact"]["totals"]["change_m2"])) <= Decimal("0.02")
    assert signed_in("supervisor").get(f"{REDRAWS}/{draft['id']}").json() == written
    assert signed_in("admin").get("/api/v1/coverage-report", params={"on": PAST}).json()["ok"] is True


def test_all_operations_fit_in_one_redraw_and_a_part_without_code_gets_the_next(signed_in: Enter) -> None:
    operations = [bulge(2, 2), move((4, 2), (4.1, 2.1)), transfer(3, 0, (4, 0)), split(1, 1), merge((0, 0), (0, 1)), rename(village(5, 3), "新村")]
    draft, written = approved(signed_in, *operations)
    assert [part["code"] for part in draft["operations"][3]["parts"]] == ["330802100105", "330802100106"]
    assert (written["operations"], written["impact"]) == (draft["operations"], draft["impact"])


def test_what_cannot_be_carried_out_is_refused_at_its_place_and_nothing_is_saved(signed_in: Enter) -> None:
    admin = signed_in("admin")
    for operation, pointer, at_place in REFUSED:
        answer = admin.post(REDRAWS, json=body(rename(village(5, 3), "先改"), operation))
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), operation
        fault = answer.json()["errors"][0]
        assert fault["pointer"].startswith(pointer) and fault["detail"]
        assert at_place is None or fault["at"] == pytest.approx(at_place)
    assert admin.get(REDRAWS).json()["items"] == []


def test_bodies_are_read_strictly_and_within_limits(signed_in: Enter) -> None:
    admin = signed_in("admin")
    for given, status, pointer in WRONG:
        answer = admin.post(REDRAWS, json=body() | given)
        assert answer.status_code == status, answer.text
        assert pointer is None or pointer in {fault["pointer"] for fault in answer.json()["errors"]}


def test_notes_are_read_strictly(signed_in: Enter) -> None:
    admin = signed_in("admin")
    redraw_id = drafted(admin, bulge(1, 1))["id"]
    for wrong, pointer in (({"note": 3}, "/note"), ({"note": "长" * 2001}, "/note"), ({"word": "x"}, "/word")):
        answer = admin.post(f"{REDRAWS}/{redraw_id}/submit", json=wrong)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert told(admin, redraw_id, "submit", note="请审批")["events"][-1]["note"] == "请审批"


def test_fewer_operations_undo_the_others_to_the_byte(signed_in: Enter) -> None:
    admin = signed_in("admin")
    first = drafted(admin, split(1, 1))
    path = f"{REDRAWS}/{first['id']}"
    arcs = admin.get(f"{path}/arcs", params={"bbox": "118,28,118.06,28.04"}).content
    more = admin.put(path, json=body(*first["operations"], bulge(2, 2), transfer(3, 0, (4, 0)), version=1)).json()
    assert admin.get(f"{path}/arcs", params={"bbox": "118,28,118.06,28.04"}).content != arcs
    again = admin.put(path, json=body(*first["operations"], version=2)).json()
    assert (more["version"], again["version"]) == (2, 3)
    assert {key: again[key] for key in ("operations", "impact", "validation", "steps")} == {
        key: first[key] for key in ("operations", "impact", "validation", "steps")
    }
    assert admin.get(f"{path}/arcs", params={"bbox": "118,28,118.06,28.04"}).content == arcs


def test_of_two_saves_of_one_version_the_second_is_refused(signed_in: Enter) -> None:
    admin = signed_in("admin")
    path = f"{REDRAWS}/{drafted(admin, bulge(1, 1))['id']}"
    assert admin.put(path, json=body(bulge(2, 1), version=1)).status_code == 200
    answer = admin.put(path, json=body(bulge(2, 2), version=1))
    assert (answer.status_code, answer.json()["version"]) == (409, 2)
    assert admin.put(path, json=body(bulge(2, 2))).json()["version"] == 3


def test_a_draft_on_cells_that_changed_since_is_409_naming_them(signed_in: Enter) -> None:
    admin = signed_in("admin")
    late = drafted(admin, bulge(1, 1))
    approved(signed_in, bulge(2, 1))
    answer = admin.post(REDRAWS, json=body(bulge(1, 1), base_revision=1))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/stale-plan")
    assert village(2, 1) in answer.json()["cells"]
    problem = told(admin, late["id"], "submit", 409)
    assert village(2, 1) in problem["cells"]
    assert village(2, 1) in admin.get(f"{REDRAWS}/{late['id']}").json()["conflict"]["cells"]
    assert admin.post(REDRAWS, json=body(bulge(4, 3), base_revision=1)).status_code == 201


def test_whoever_drafted_or_changed_it_decides_nothing(signed_in: Enter) -> None:
    admin, supervisor = signed_in("admin"), signed_in("supervisor")
    redraw_id = drafted(admin, bulge(1, 1))["id"]
    assert told(supervisor, redraw_id, "approve", 409)["redraw_status"] == "draft"
    told(admin, redraw_id, "submit")
    for act in ("approve", "reject"):
        assert told(admin, redraw_id, act, 403)["type"] == "/problems/four-eyes"
    assert told(supervisor, redraw_id, "reject", note="界线有误")["status"] == "draft"
    found = admin.get(f"{REDRAWS}/{redraw_id}").json()
    assert [(event["action"], event["actor"], event["note"]) for event in found["events"]] == [
        ("drafted", "user:admin", None),
        ("submitted", "user:admin", None),
        ("rejected", "user:supervisor", "界线有误"),
    ]


@pytest.mark.parametrize("who", [None, "inspector", "planner", "supervisor"])
def test_only_administrators_draft_and_only_they_and_supervisors_read(client: TestClient, signed_in: Enter, who: str | None) -> None:
    redraw_id = drafted(signed_in("admin"), bulge(1, 1))["id"]
    asker = client if who is None else signed_in(who)
    refused, reads = (401, 401) if who is None else (403, 200 if who == "supervisor" else 403)
    path = f"{REDRAWS}/{redraw_id}"
    assert asker.post(REDRAWS, json=body()).status_code == asker.put(path, json=body(version=1)).status_code == refused
    assert {asker.post(f"{path}/{act}", json={}).status_code for act in ("submit", "withdraw")} == {refused}
    assert {asker.post(f"{path}/{act}", json={}).status_code for act in ("approve", "reject")} == {409 if reads == 200 else refused}
    for read in (REDRAWS, path, f"{path}/arcs?cells={village(1, 1)}", f"{path}/difference.geojson"):
        assert asker.get(read).status_code == reads, read


def test_a_number_that_names_no_redraw_is_404(signed_in: Enter) -> None:
    admin = signed_in("admin")
    for name in ("0", "01", "9999", "x", "99999999999999999999", "１"):
        assert {admin.get(f"{REDRAWS}/{name}{more}").status_code for more in ("", "/arcs?cells=x", "/difference.geojson")} == {404}
        assert {admin.post(f"{REDRAWS}/{name}/{act}", json={}).status_code for act in ACTS} == {404}


def test_the_list_is_paged_newest_first_and_narrowed(signed_in: Enter) -> None:
    admin = signed_in("admin")
    numbers = [drafted(admin, bulge(x, 1))["id"] for x in (1, 2, 3)]
    told(admin, numbers[1], "submit")
    first = admin.get(REDRAWS, params={"limit": "2"}).json()
    rest = admin.get(REDRAWS, params={"limit": "2", "cursor": first["next"]}).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == numbers[::-1] and rest["next"] is None
    assert [item["id"] for item in admin.get(REDRAWS, params={"status": "submitted"}).json()["items"]] == [numbers[1]]
    assert "operations" not in first["items"][0] and first["items"][0]["operation_count"] == 1
    assert admin.get(REDRAWS, params={"status": "lost"}).status_code == 422
    assert admin.get(REDRAWS, params={"scheme": "nowhere"}).status_code == 404


def test_readers_get_the_old_cell_before_the_day_and_before_it_was_known(client: TestClient, signed_in: Enter) -> None:
    lon, lat = at(2.1, 1.5)
    _, written = approved(signed_in, bulge(1, 1))
    at_approval = written["change"]["at"]
    before = datetime.fromisoformat(at_approval).replace(year=2025).isoformat()

    def answers(**asked: str) -> tuple[str, str]:
        place = client.get("/api/v1/locate", params={"lon": str(lon), "lat": str(lat), **asked}).json()["cells"][-1]["code"]
        (cell,) = (
            one for one in client.get("/api/v1/cells", params={"level": "village", "limit": "100", **asked}).json()["items"] if one["code"] == village(1, 1)
        )
        return place, cell["area_m2"]

    old, new = answers(on="2024-06-30"), answers(on=PAST)
    assert (old[0], new[0]) == (village(2, 1), village(1, 1)) and float(new[1]) > float(old[1])
    assert answers(on=PAST, known_at=at_approval) == new
    for path in ("/api/v1/locate", "/api/v1/here"):
        known = {"lon": str(lon), "lat": str(lat), "on": PAST, "known_at": before}
        assert client.get(path, params=known).json()["cells"] == []


def test_what_was_known_before_the_approval_is_still_answered_so(client: TestClient, signed_in: Enter, database: Database) -> None:
    with database.unit_of_work("test", read_only=True) as uow:
        known = uow.now().isoformat()
    approved(signed_in, bulge(1, 1), rename(village(2, 1), "新村"))
    lon, lat = at(2.1, 1.5)
    moment = {"on": PAST, "known_at": known}
    place = {"lon": str(lon), "lat": str(lat)}
    for path in ("/api/v1/locate", "/api/v1/here"):
        assert client.get(path, params=place | moment).json()["cells"][-1]["code"] == village(2, 1)
        assert client.get(path, params=place | {"on": PAST}).json()["cells"][-1]["code"] == village(1, 1)
    cell = f"/api/v1/cells/{village(2, 1)}"
    assert (client.get(cell, params=moment).json()["name"], client.get(cell, params={"on": PAST}).json()["name"]) == ("村2-1", "新村")
    rows = signed_in("admin").get("/api/v1/assignments", params={"cell": village(1, 1), **moment}).json()["items"]
    assert [row["person"]["id"] for row in rows] == ["wang"]
    span = {"from": "2024-06-30", "to": PAST}
    assert client.get("/api/v1/grid-difference", params=span | {"known_at": known}).json()["items"] == []
    assert client.get("/api/v1/grid-difference", params=span).json()["items"]


def test_what_is_not_yet_in_force_is_taken_back_and_what_is_in_force_is_not(client: TestClient, signed_in: Enter) -> None:
    admin = signed_in("admin")
    future, _ = approved(signed_in, split(1, 1), effective_from=FUTURE)
    assert client.get("/api/v1/cells/330802100105", params={"on": FUTURE}).status_code == 200
    assert told(admin, future["id"], "withdraw", note="批复撤销")["status"] == "withdrawn"
    assert client.get("/api/v1/cells/330802100105", params={"on": FUTURE}).status_code == 404
    assert client.get(f"/api/v1/cells/{village(1, 1)}", params={"on": FUTURE}).status_code == 200
    past, _ = approved(signed_in, bulge(3, 1))
    assert told(admin, past["id"], "withdraw", 409)["type"] == "/problems/wrong-state"


def test_people_go_with_the_cell_and_the_history_tells_where_it_went(client: TestClient, signed_in: Enter) -> None:
    draft, _ = approved(signed_in, merge((1, 0), (1, 1)))
    (row,) = draft["impact"]["people"]
    new = draft["operations"][0]["code"]
    assert (row["person"]["name"], row["cell"], row["effect"], row["to"]) == ("王建国", village(1, 1), "moves", new)
    held = signed_in("admin").get("/api/v1/assignments", params={"cell": new, "on": PAST}).json()["items"]
    assert [item["person"]["id"] for item in held] == ["wang"]
    lineage = client.get(f"/api/v1/cells/{village(1, 1)}/history").json()["lineage"]
    assert [(step["code"], step["kind"]) for step in lineage["to"]] == [(new, "merge")]


def test_the_map_of_a_redraw_has_before_after_and_what_passes_and_is_the_same_once_written(signed_in: Enter) -> None:
    admin = signed_in("admin")
    draft = drafted(admin, bulge(1, 1))
    path = f"{REDRAWS}/{draft['id']}/difference.geojson"
    answer = admin.get(path)
    assert answer.headers["content-type"] == "application/geo+json"
    said = [one["properties"] for one in answer.json()["features"]]
    assert [(one["what"], one.get("code")) for one in said[:4]] == [(what, village(x, 1)) for x in (1, 2) for what in ("before", "after")]
    assert [(one["from"], one["to"]) for one in said[4:]] == [(village(2, 1), village(1, 1))]
    told(admin, draft["id"], "submit")
    told(signed_in("supervisor"), draft["id"], "approve")
    assert admin.get(path).json() == answer.json()
    other = drafted(admin, bulge(3, 3))["id"]
    told(admin, other, "withdraw")
    assert admin.get(f"{REDRAWS}/{other}/difference.geojson").json()["features"] == []
