"""Signing in and out over HTTP, and what a session is worth."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.limits import Rates
from gridgov.database.pool import Database
from gridgov.settings import Settings
from tests.api.conftest import PASSWORD
from tests.http_client import TestClient

SESSION = "/api/v1/session"
Enter = Callable[[str], TestClient]


def credentials(username: str = "planner", password: str = PASSWORD) -> dict[str, str]:
    return {"username": username, "password": password}


def test_signing_in_sets_a_cookie_scripts_cannot_read_and_tells_programs_the_token(client: TestClient) -> None:
    answer = client.post(SESSION, json=credentials())
    assert answer.status_code == 201
    assert {key: answer.json()[key] for key in ("username", "role", "cell")} == {"username": "planner", "role": "planner", "cell": None}
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"gridgov_session={answer.json()['token']}; HttpOnly; Max-Age=43200; Path=/; SameSite=lax")
    assert "Secure" not in cookie


def test_over_https_the_cookie_travels_encrypted_only(app: FastAPI) -> None:
    with TestClient(app, base_url="https://gridgov.example") as client:
        assert "; Secure" in client.post(SESSION, json=credentials()).headers["set-cookie"]


def test_the_cookie_alone_signs_in(client: TestClient) -> None:
    client.post(SESSION, json=credentials())
    assert client.get(SESSION).json()["username"] == "planner"


def test_nobody_is_nobody(client: TestClient) -> None:
    answer = client.get(SESSION)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed-in")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("authorization", ["Bearer wrong", "Bearer ", "Bearer", "Basic cGxhbm5lcjpwbGFubmVy", "Bearer eyJhbGciOiJub25lIn0.e30."])
def test_a_token_that_is_none_is_refused_even_where_nobody_needs_one(client: TestClient, authorization: str) -> None:
    assert client.get("/api/v1/locate?lon=1&lat=1", headers={"Authorization": authorization}).status_code == 401


def test_a_cookie_that_has_run_out_is_nobody(client: TestClient) -> None:
    client.cookies.set("gridgov_session", "stale")
    assert client.get("/api/v1/locate?lon=1&lat=1").status_code == 200
    assert client.get(SESSION).status_code == 401


@pytest.mark.parametrize("given", [credentials(password="wrong"), credentials(username="nobody")])
def test_wrong_password_and_unknown_name_are_refused_alike(client: TestClient, given: dict[str, str]) -> None:
    answer = client.post(SESSION, json=given)
    assert (answer.status_code, answer.json()["title"]) == (401, "Not signed in")
    assert "set-cookie" not in answer.headers
    assert given["username"] not in answer.text


def test_a_failure_is_counted_although_it_is_refused(client: TestClient) -> None:
    for _ in range(10):
        assert client.post(SESSION, json=credentials(password="wrong")).status_code == 401
    assert client.post(SESSION, json=credentials()).status_code == 401
    assert client.post(SESSION, json=credentials("admin")).status_code == 201


def test_signing_out_ends_the_session_everywhere(client: TestClient, signed_in: Enter) -> None:
    program = signed_in("planner")
    assert program.get(SESSION).status_code == 200
    assert program.delete(SESSION).status_code == 204
    assert program.get(SESSION).status_code == 401
    assert client.delete(SESSION).status_code == 204


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"username": "planner"}, 422, "/password"),
        ({**credentials(), "admin": True}, 422, "/admin"),
        ({"username": 1, "password": "x"}, 422, "/username"),
        ({"username": "x", "password": None}, 422, "/password"),
        ({"username": "x" * 300, "password": "x"}, 422, "/username"),
        ([], 422, ""),
        ("planner", 422, ""),
        (None, 415, None),
    ],
)
def test_a_body_that_is_not_name_and_password_is_refused_by_field(client: TestClient, body: object, status: int, pointer: str | None) -> None:
    answer = client.post(SESSION, json=body)
    assert (answer.status_code, next((error["pointer"] for error in answer.json()["errors"]), None)) == (status, pointer)


def test_a_password_is_never_repeated(client: TestClient) -> None:
    answer = client.post(SESSION, json={"username": ["x"], "password": "very secret phrase"})
    assert answer.status_code == 422
    assert "very secret" not in answer.text


def test_too_many_sign_ins_are_slowed_down(database: Database) -> None:
    app = create_app(database, Settings(), rates=Rates(sign_in="3/minute"))
    with TestClient(app) as client:
        assert [client.post(SESSION, json=credentials("nobody")).status_code for _ in range(4)] == [401, 401, 401, 429]
        refused = client.post(SESSION, json=credentials())
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    assert refused.json()["type"] == "/problems/slow-down"


def test_guessing_from_one_address_is_stopped_whatever_the_names(database: Database) -> None:
    app = create_app(database, Settings(), rates=Rates(failed_sign_in="2/minute"))
    with TestClient(app) as client:
        assert [client.post(SESSION, json=credentials(f"user-{n}")).status_code for n in range(3)] == [401, 401, 429]
