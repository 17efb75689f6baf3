"""Accounts over HTTP: opened, listed, changed and signed out by administrators."""

from collections.abc import Callable

import pytest

from gridgov.database.pool import Database
from tests.api.conftest import PASSWORD
from tests.http_client import TestClient
from tests.small_grid import TOWNSHIP, WEST

USERS, SESSION = "/api/v1/users", "/api/v1/session"
NEW = {"username": "Zhao", "role": "inspector", "cell": TOWNSHIP, "person": "wang", "password": "three words and a river"}
Enter = Callable[[str], TestClient]


def sign_in(client: TestClient, username: str, password: str = PASSWORD) -> int:
    return client.post(SESSION, json={"username": username, "password": password}).status_code


def test_nobody_is_asked_to_sign_in_and_others_are_not_allowed(client: TestClient, signed_in: Enter) -> None:
    assert client.get(USERS).status_code == 401
    answer = signed_in("supervisor").get(USERS)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-allowed")


def test_what_somebody_not_allowed_sends_is_not_even_read(signed_in: Enter) -> None:
    assert signed_in("planner").post(USERS, content=b"{", headers={"Content-Type": "application/json"}).status_code == 403


def test_an_account_is_opened_in_its_one_form_and_may_sign_in(client: TestClient, signed_in: Enter) -> None:
    answer = signed_in("admin").post(USERS, json=NEW)
    assert answer.status_code == 201
    assert {key: answer.json()[key] for key in ("username", "role", "cell", "person", "disabled", "sessions", "tokens", "sample", "locked_until")} == {
        "username": "zhao",
        "role": "inspector",
        "cell": TOWNSHIP,
        "person": {"id": "wang", "name": "王建国"},
        "disabled": False,
        "sessions": 0,
        "tokens": 0,
        "sample": False,
        "locked_until": None,
    }
    assert "river" not in answer.text
    assert sign_in(client, "zhao", NEW["password"]) == 201


@pytest.mark.parametrize(
    ("changed", "status", "pointer"),
    [
        ({"username": "planner"}, 409, "/username"),
        ({"username": "system"}, 422, "/username"),
        ({"role": "root"}, 422, "/role"),
        ({"cell": "999"}, 422, "/cell"),
        ({"person": "nobody"}, 422, "/person"),
        ({"password": "short"}, 422, "/password"),
        ({"password": None}, 422, "/password"),
        ({"disabled": True}, 422, "/disabled"),
    ],
)
def test_an_account_that_cannot_be_is_refused_by_field(signed_in: Enter, changed: dict[str, object], status: int, pointer: str) -> None:
    answer = signed_in("admin").post(USERS, json=NEW | changed)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer)
    assert "river" not in answer.text


def test_accounts_are_listed_in_byte_order_a_page_at_a_time(signed_in: Enter) -> None:
    admin = signed_in("admin")
    first = admin.get(f"{USERS}?limit=2").json()
    second = admin.get(f"{USERS}?limit=2&cursor={first['next']}").json()
    third = admin.get(f"{USERS}?limit=2&cursor={second['next']}").json()
    names = [item["username"] for one in (first, second, third) for item in one["items"]]
    assert (names, third["next"]) == (["admin", "inspector", "planner", "planner-2", "supervisor"], None)


def test_the_list_is_narrowed_by_a_piece_of_a_name_in_which_wildcards_are_letters(signed_in: Enter) -> None:
    admin = signed_in("admin")
    admin.post(USERS, json=NEW)
    found = {part: [item["username"] for item in admin.get(USERS, params={"q": part}).json()["items"]] for part in ("planner", "建国", "%", "_")}
    assert found == {"planner": ["planner", "planner-2"], "建国": ["zhao"], "%": [], "_": []}


def test_no_secret_is_in_the_list(signed_in: Enter) -> None:
    planner = signed_in("planner")
    token = planner.post("/api/v1/tokens", json={"name": "figures"}).json()["token"]
    answer = signed_in("admin").get(USERS)
    assert "argon2" not in answer.text
    assert token not in answer.text
    assert planner.headers["Authorization"].removeprefix("Bearer ") not in answer.text
    assert [item["tokens"] for item in answer.json()["items"] if item["username"] == "planner"] == [1]


def test_what_is_not_named_in_a_change_stays(signed_in: Enter) -> None:
    admin = signed_in("admin")
    before = admin.patch(f"{USERS}/planner", json={"cell": WEST, "person": "wang"}).json()
    assert (before["cell"], before["person"], before["role"]) == (WEST, {"id": "wang", "name": "王建国"}, "planner")
    after = admin.patch(f"{USERS}/planner", json={"cell": None}).json()
    assert (after["cell"], after["person"], after["role"]) == (None, {"id": "wang", "name": "王建国"}, "planner")
    assert admin.patch(f"{USERS}/planner", json={}).json() == after


@pytest.mark.parametrize(
    "body", [{"role": None}, {"disabled": None}, {"disabled": 1}, {"role": ""}, {"username": "other"}, {"cell": "999"}, {"password": "x"}, []]
)
def test_a_change_that_cannot_be_is_refused_and_changes_nothing(signed_in: Enter, body: object) -> None:
    admin = signed_in("admin")
    before = admin.get(USERS, params={"q": "planner"}).json()
    assert admin.patch(f"{USERS}/planner", json=body).status_code == 422
    assert admin.get(USERS, params={"q": "planner"}).json() == before


@pytest.mark.parametrize("name", ["nobody", "ＮＯＢＯＤＹ", "system", "a%20b", "%00", "x" * 200])
def test_an_account_nobody_knows_is_not_found(signed_in: Enter, name: str) -> None:
    admin = signed_in("admin")
    assert admin.patch(f"{USERS}/{name}", json={"cell": None}).status_code == 404
    assert admin.delete(f"{USERS}/{name}/sessions").status_code == 404


def test_a_look_alike_name_is_the_same_account(signed_in: Enter) -> None:
    assert signed_in("admin").patch(f"{USERS}/ＰＬＡＮＮＥＲ", json={"cell": WEST}).json()["username"] == "planner"


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "planner"}])
def test_the_last_administrator_stays_one(signed_in: Enter, change: dict[str, object]) -> None:
    admin = signed_in("admin")
    refused = admin.patch(f"{USERS}/admin", json=change)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/wrong-state")
    assert admin.get(SESSION).json()["role"] == "admin"


def test_one_administrator_may_be_demoted_while_another_is_active(signed_in: Enter) -> None:
    admin = signed_in("admin")
    assert admin.patch(f"{USERS}/supervisor", json={"role": "admin"}).status_code == 200
    other = signed_in("supervisor")
    assert other.patch(f"{USERS}/admin", json={"disabled": True}).status_code == 200
    assert admin.get(SESSION).status_code == 401
    assert other.patch(f"{USERS}/supervisor", json={"role": "planner"}).status_code == 409


def test_two_administrators_cannot_demote_each_other_at_once(signed_in: Enter) -> None:
    from threading import Barrier, Thread

    signed_in("admin").patch(f"{USERS}/supervisor", json={"role": "admin"})
    clients, start, statuses = {name: signed_in(name) for name in ("admin", "supervisor")}, Barrier(2), []

    def demote(asker: str, other: str) -> None:
        start.wait()
        statuses.append(clients[asker].patch(f"{USERS}/{other}", json={"role": "planner"}).status_code)

    acts = [Thread(target=demote, args=pair) for pair in (("admin", "supervisor"), ("supervisor", "admin"))]
    for act in acts:
        act.start()
    for act in acts:
        act.join()
    # The second waited for the first: by then it is refused as the last one, or was signed out before it was heard.
    assert sorted(statuses)[0] == 200
    assert sorted(statuses)[1] in (401, 403, 409)


def test_every_change_is_in_the_audit_without_the_password(signed_in: Enter, database: Database) -> None:
    admin = signed_in("admin")
    admin.post(USERS, json=NEW)
    admin.patch(f"{USERS}/zhao", json={"role": "planner", "password": "another long phrase"})
    admin.delete(f"{USERS}/zhao/sessions")
    with database.unit_of_work("test", read_only=True) as uow:
        entries = [entry for entry, _ in uow.audit_entries() if entry.subject == "account:zhao"]
    assert [(entry.action, entry.actor) for entry in entries] == [("add-user", "user:admin"), ("change-user", "user:admin"), ("end-sessions", "user:admin")]
    assert entries[1].detail == {"role": {"from": "inspector", "to": "planner"}, "password": "set", "sessions_ended": 0, "tokens_ended": 0}
    assert "phrase" not in str(entries)
