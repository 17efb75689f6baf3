"""What a session or an API token is worth once its account has changed, and what passes for neither."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from gridgov.database.pool import Database
from gridgov.people.account import LOCK_AFTER_FAILURES
from tests.api.conftest import PASSWORD
from tests.http_client import TestClient

SESSION, PASSWORDS, TOKENS, USERS = "/api/v1/session", "/api/v1/session/password", "/api/v1/tokens", "/api/v1/users"
FRESH = "three words and a river"
Enter = Callable[[str], TestClient]


def sign_in(client: TestClient, username: str = "planner", password: str = PASSWORD) -> int:
    return client.post(SESSION, json={"username": username, "password": password}).status_code


def status(app: FastAPI, token: str) -> int:
    """What a bearer of the token gets."""
    with TestClient(app, headers={"Authorization": f"Bearer {token}"}) as bearer:
        return bearer.get(SESSION).status_code


def everything_of_planner(client: TestClient, signed_in: Enter) -> list[str]:
    """Secrets of planner: of the cookie in `client`, of a program's session, of an API token."""
    assert sign_in(client) == 201
    program = signed_in("planner")
    token = program.post(TOKENS, json={"name": "figures"}).json()["token"]
    return [client.cookies["gridgov_session"], program.headers["Authorization"].removeprefix("Bearer "), token]


@pytest.mark.parametrize("change", [{"role": "supervisor"}, {"role": "inspector"}, {"password": FRESH}, {"disabled": True}])
def test_another_role_another_password_and_disabling_end_all_that_is_signed_in(
    app: FastAPI, client: TestClient, signed_in: Enter, change: dict[str, object]
) -> None:
    secrets = everything_of_planner(client, signed_in)
    assert [status(app, secret) for secret in secrets] == [200, 200, 200]
    assert signed_in("admin").patch(f"{USERS}/planner", json=change).status_code == 200
    assert [status(app, secret) for secret in secrets] == [401, 401, 401]
    assert client.get(SESSION).status_code == 401


def test_signing_an_account_out_everywhere_ends_its_programs_too(app: FastAPI, client: TestClient, signed_in: Enter) -> None:
    secrets, other = everything_of_planner(client, signed_in), signed_in("planner-2")
    assert signed_in("admin").delete(f"{USERS}/planner/sessions").status_code == 204
    assert [status(app, secret) for secret in secrets] == [401, 401, 401]
    assert other.get(SESSION).status_code == 200


def test_a_change_that_takes_no_right_leaves_the_session_and_is_seen_in_it_at_once(signed_in: Enter) -> None:
    planner = signed_in("planner")
    assert signed_in("admin").patch(f"{USERS}/planner", json={"cell": "330802101"}).status_code == 200
    assert planner.get(SESSION).json()["cell"] == "330802101"


def test_a_disabled_account_cannot_sign_in_and_is_told_as_a_wrong_password_is(client: TestClient, signed_in: Enter) -> None:
    signed_in("admin").patch(f"{USERS}/planner", json={"disabled": True})
    refused = client.post(SESSION, json={"username": "planner", "password": PASSWORD})
    unknown = client.post(SESSION, json={"username": "nobody", "password": PASSWORD})
    assert refused.status_code == unknown.status_code == 401
    assert refused.json()["detail"] == unknown.json()["detail"]


def test_enabling_an_account_again_revives_nothing(app: FastAPI, client: TestClient, signed_in: Enter) -> None:
    secrets = everything_of_planner(client, signed_in)
    for disabled in (True, False):
        assert signed_in("admin").patch(f"{USERS}/planner", json={"disabled": disabled}).status_code == 200
    assert [status(app, secret) for secret in secrets] == [401, 401, 401]
    assert sign_in(client) == 201


def test_one_s_own_new_password_ends_every_other_session_and_every_token(app: FastAPI, client: TestClient, signed_in: Enter) -> None:
    _, other, token = everything_of_planner(client, signed_in)
    assert client.post(PASSWORDS, json={"old": PASSWORD, "new": FRESH}).status_code == 204
    assert client.get(SESSION).status_code == 200
    assert [status(app, secret) for secret in (other, token)] == [401, 401]
    assert (sign_in(client, password=PASSWORD), sign_in(client, password=FRESH)) == (401, 201)


def test_a_wrong_old_password_counts_as_one_at_sign_in(client: TestClient, signed_in: Enter) -> None:
    planner = signed_in("planner")
    for _ in range(LOCK_AFTER_FAILURES):
        answer = planner.post(PASSWORDS, json={"old": "wrong", "new": FRESH})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/old")
    assert planner.post(PASSWORDS, json={"old": PASSWORD, "new": FRESH}).status_code == 422
    assert sign_in(client) == 401
    assert sign_in(client, "planner-2") == 201


def test_an_administrator_s_new_password_unlocks_the_account(client: TestClient, signed_in: Enter, database: Database) -> None:
    with database.unit_of_work("test") as uow:
        uow.execute("update account set locked_until = clock_timestamp() + interval '15 minutes' where username = 'planner'")
    assert sign_in(client) == 401
    assert signed_in("admin").patch(f"{USERS}/planner", json={"password": FRESH}).json()["locked_until"] is None
    assert sign_in(client, password=FRESH) == 201


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"old": PASSWORD, "new": "short"}, "/new"),
        ({"old": PASSWORD, "new": PASSWORD}, "/new"),
        ({"old": PASSWORD, "new": "12345678"}, "/new"),
        ({"old": PASSWORD}, "/new"),
        ({"old": PASSWORD, "new": FRESH, "username": "admin"}, "/username"),
        ({"old": ["x"], "new": FRESH}, "/old"),
    ],
)
def test_a_new_password_that_will_not_do_is_refused_by_field_and_never_repeated(signed_in: Enter, body: dict[str, object], pointer: str) -> None:
    answer = signed_in("planner").post(PASSWORDS, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert FRESH not in answer.text
    assert PASSWORD not in answer.text


def test_signing_in_never_takes_up_a_session_that_somebody_planted(app: FastAPI, client: TestClient) -> None:
    client.cookies.set("gridgov_session", "planted")
    assert sign_in(client) == 201
    assert client.cookies.get("gridgov_session", domain="testserver.local") != "planted"
    assert status(app, "planted") == 401


def test_a_cookie_that_was_copied_is_worth_nothing_after_signing_out(app: FastAPI, client: TestClient) -> None:
    sign_in(client)
    copied = client.cookies["gridgov_session"]
    with TestClient(app, cookies={"gridgov_session": copied}) as thief:
        assert thief.get(SESSION).status_code == 200
        assert client.delete(SESSION).status_code == 204
        assert thief.get(SESSION).status_code == 401


@pytest.mark.parametrize(
    "forged",
    [
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
        "eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uL2Rldi9udWxsIn0.eyJzdWIiOiJhZG1pbiJ9.AAAA",
        "gridgov_",
        "gridgov_' or true --",
        "admin",
        "0" * 5000,
        "%00",
        "null",
    ],
)
def test_what_nobody_gave_out_signs_nobody_in(client: TestClient, forged: str) -> None:
    assert client.get(SESSION, headers={"Authorization": f"Bearer {forged}"}).status_code == 401
    assert client.get(SESSION, headers={"Cookie": f"gridgov_session={forged}"}).status_code == 401


@pytest.mark.parametrize("name", ["token", "access_token", "session", "gridgov_session"])
def test_a_secret_in_an_address_signs_nobody_in(client: TestClient, signed_in: Enter, name: str) -> None:
    """Addresses stay in logs and histories."""
    secret = signed_in("planner").headers["Authorization"].removeprefix("Bearer ")
    assert client.get(f"/api/v1/tokens?{name}={secret}").status_code == 400
