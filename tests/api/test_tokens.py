"""API tokens: what programs sign in with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI

from gridgov.database.pool import Database
from tests.http_client import TestClient

TOKENS, SESSION = "/api/v1/tokens", "/api/v1/session"
Enter = Callable[[str], TestClient]


def made(client: TestClient, name: str = "figures", **more: object) -> dict[str, object]:
    answer = client.post(TOKENS, json={"name": name, **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


@contextmanager
def program(app: FastAPI, token: object) -> Iterator[TestClient]:
    with TestClient(app, headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"}) as client:
        yield client


def last_use(client: TestClient) -> object:
    return client.get(TOKENS).json()["items"][0]["last_used_at"]


def test_nobody_has_tokens(client: TestClient) -> None:
    assert client.get(TOKENS).status_code == 401
    assert client.post(TOKENS, json={"name": "x"}).status_code == 401


def test_a_token_acts_as_its_account(app: FastAPI, signed_in: Enter) -> None:
    token = made(signed_in("planner"), days=30)
    assert str(token["token"]).startswith("gridgov_")
    with program(app, token["token"]) as client:
        assert client.get(SESSION).json() == {"username": "planner", "role": "planner", "cell": None, "expires_at": token["expires_at"]}
        assert client.post("/api/v1/siting-checks", json={"site": {"type": "Point", "coordinates": [118.85, 28.95]}}).status_code == 201


def test_a_token_is_told_once_and_only_its_hash_is_kept(signed_in: Enter, database: Database) -> None:
    planner = signed_in("planner")
    token = made(planner)
    assert str(token["token"]) not in planner.get(TOKENS).text
    listed = planner.get(TOKENS).json()["items"][0]
    assert listed == {"id": token["id"], "name": "figures", "created_at": listed["created_at"], "expires_at": token["expires_at"], "last_used_at": None}
    with database.unit_of_work("test", read_only=True) as uow:
        assert str(token["token"]) not in str(uow.rows("select * from api_token")) + str(list(uow.audit_entries()))


def test_others_tokens_are_neither_listed_nor_ended(signed_in: Enter) -> None:
    token = made(signed_in("planner"))
    other = signed_in("planner-2")
    assert other.get(TOKENS).json() == {"items": [], "next": None}
    assert other.delete(f"{TOKENS}/{token['id']}").status_code == 404
    assert signed_in("admin").delete(f"{TOKENS}/{token['id']}").status_code == 404


def test_a_revoked_token_is_refused_at_once_and_leaves_the_list(app: FastAPI, signed_in: Enter) -> None:
    planner = signed_in("planner")
    token = made(planner)
    with program(app, token["token"]) as client:
        assert client.get(SESSION).status_code == 200
        assert planner.delete(f"{TOKENS}/{token['id']}").status_code == 204
        assert client.get(SESSION).status_code == 401
        assert client.get("/api/v1/locate?lon=1&lat=1").status_code == 401
    assert planner.get(TOKENS).json()["items"] == []
    assert planner.delete(f"{TOKENS}/{token['id']}").status_code == 404


def test_a_token_that_has_run_out_is_refused(app: FastAPI, signed_in: Enter, database: Database) -> None:
    from gridgov.people import account_store
    from gridgov.people.credentials import token_hash

    with database.unit_of_work("test") as uow:
        account_store.add_token(uow, "planner", "old", token_hash=token_hash("gridgov_old"), expires_at=uow.now())
    with program(app, "gridgov_old") as client:
        assert client.get(SESSION).status_code == 401
    assert [item["name"] for item in signed_in("planner").get(TOKENS).json()["items"]] == ["old"]


def test_the_last_use_is_written_down_once_a_minute(app: FastAPI, signed_in: Enter, database: Database) -> None:
    planner = signed_in("planner")
    token = made(planner)
    assert last_use(planner) is None
    with program(app, token["token"]) as client:
        client.get(SESSION)
        first = _used_at(database)
        client.get(SESSION)
        assert _used_at(database) == first
        with database.unit_of_work("test") as uow:
            uow.execute("update api_token set last_used_at = last_used_at - interval '61 seconds'")
        client.get(SESSION)
        assert _used_at(database) > first


def _used_at(database: Database) -> "object":
    with database.unit_of_work("test", read_only=True) as uow:
        row = uow.row("select last_used_at from api_token")
    assert row is not None
    return row["last_used_at"]


def test_a_token_in_a_cookie_is_nobody(app: FastAPI, signed_in: Enter) -> None:
    """A browser sends cookies on its own: what may skip the question of another site must not travel in one."""
    token = made(signed_in("planner"))
    with TestClient(app, cookies={"gridgov_session": str(token["token"])}) as client:
        assert client.get(SESSION).status_code == 401


def test_a_token_can_neither_make_another_nor_change_the_password(app: FastAPI, signed_in: Enter) -> None:
    token = made(signed_in("planner"))
    with program(app, token["token"]) as client:
        answers = [
            client.post(TOKENS, json={"name": "more"}),
            client.delete(f"{TOKENS}/{token['id']}"),
            client.post(f"{SESSION}/password", json={"old": "x", "new": "three words and a river"}),
        ]
        assert [answer.status_code for answer in answers] == [403, 403, 403]
        assert client.get(TOKENS).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": " "}, "/name"),
        ({"name": "a\u202eb"}, "/name"),
        ({"name": "x", "days": 0}, "/days"),
        ({"name": "x", "days": 366}, "/days"),
        ({"name": "x", "days": "9"}, "/days"),
        ({"name": "x", "role": "admin"}, "/role"),
    ],
)
def test_a_token_that_cannot_be_is_refused_by_field(signed_in: Enter, body: object, pointer: str) -> None:
    answer = signed_in("planner").post(TOKENS, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize("number", ["0", "01", "-1", "x", "９", "9" * 30])
def test_a_number_that_is_none_is_not_found(signed_in: Enter, number: str) -> None:
    assert signed_in("planner").delete(f"{TOKENS}/{number}").status_code == 404


def test_tokens_are_listed_newest_first_a_page_at_a_time(signed_in: Enter) -> None:
    planner = signed_in("planner")
    for name in ("one", "two", "three"):
        made(planner, name)
    first = planner.get(f"{TOKENS}?limit=2").json()
    rest = planner.get(f"{TOKENS}?limit=2&cursor={first['next']}").json()
    assert [item["name"] for item in first["items"] + rest["items"]] == ["three", "two", "one"]
    assert rest["next"] is None


def test_an_account_has_fifty_tokens_at_most(signed_in: Enter, database: Database) -> None:
    with database.unit_of_work("test") as uow:
        uow.execute(
            "insert into api_token (token_hash, username, name, expires_at) "
            "select convert_to(n::text, 'UTF8'), 'planner', 't', clock_timestamp() + interval '1 day' from generate_series(1, 50) as n"
        )
    answer = signed_in("planner").post(TOKENS, json={"name": "one more"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/wrong-state")
