"""The walls around every route: sizes, times, other sites, headers, and what a failure tells."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from fastapi import FastAPI
from starlette.types import Message

from api.limits import BODY_LIMIT, FILE_LIMIT, BodyLimit
from gridgov.database.pool import Database
from gridgov.people import service
from tests.api.conftest import PASSWORD
from tests.http_client import TestClient

SESSION, CHECKS, LOCATE = "/api/v1/session", "/api/v1/siting-checks", "/api/v1/locate"
Enter = Callable[[str], TestClient]


def test_a_body_that_says_it_is_too_large_is_refused_unread(client: TestClient) -> None:
    answer = client.post(SESSION, content=b"x", headers={"Content-Type": "application/json", "Content-Length": str(BODY_LIMIT + 1)})
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


def test_a_body_that_does_not_say_its_size_is_counted(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(6):
            yield b" " * 1_000_000

    answer = client.post(SESSION, content=chunks(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_five_megabytes_are_read(client: TestClient) -> None:
    body = b'{"username": "x", "password": "y"}'
    answer = client.post(SESSION, content=body + b" " * (BODY_LIMIT - len(body)), headers={"Content-Type": "application/json"})
    assert answer.status_code == 401


def test_files_of_points_may_be_larger(client: TestClient) -> None:
    headers = {"Content-Type": "text/csv", "Content-Length": str(FILE_LIMIT + 1)}
    assert client.post(LOCATE, content=b"x", headers=headers).status_code == 413


def test_a_query_without_end_is_refused(client: TestClient) -> None:
    assert client.get(f"{LOCATE}?lon={'1' * 9000}&lat=1").status_code == 413


@pytest.mark.parametrize("body", [b"[NaN]", b"[1e999]", b'{"username":"a","username":"b"}', b'{"username":"a\\u0000","password":"x"}', b"\xff", b"{", b""])
def test_what_is_not_strict_json_is_400(client: TestClient, body: bytes) -> None:
    answer = client.post(SESSION, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_json_nested_too_deep_is_413(client: TestClient) -> None:
    assert client.post(SESSION, content=b"[" * 5000 + b"]" * 5000, headers={"Content-Type": "application/json"}).status_code == 413


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=gbk", "text/json"]
)
def test_another_content_type_is_415(client: TestClient, content_type: str) -> None:
    answer = client.post(SESSION, content=b'{"username":"a","password":"b"}', headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unknown-format")


def test_a_compressed_body_is_415(client: TestClient) -> None:
    assert client.post(SESSION, content=b"x", headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}).status_code == 415


def test_a_hundred_thousand_form_parts_are_not_even_parsed(client: TestClient) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    begun = time.process_time()
    for path in (SESSION, CHECKS, LOCATE):
        answer = client.post(path, content=part * 90_000, headers={"Content-Type": "multipart/form-data; boundary=b"})
        assert answer.status_code in (401, 415)
    assert time.process_time() - begun < 2.0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Origin": "http://testserver"}, 201),
        ({"Origin": "http://testserver.evil.example"}, 403),
        ({"Origin": "http://testserver:8001"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
    ],
)
def test_a_request_that_another_site_had_sent_is_refused(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.post(SESSION, json={"username": "planner", "password": PASSWORD}, headers=headers).status_code == status


def test_a_bearer_token_is_never_sent_by_a_browser_on_its_own(signed_in: Enter) -> None:
    assert signed_in("planner").delete(SESSION, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 204


def test_reading_changes_nothing_and_may_come_from_anywhere(client: TestClient) -> None:
    assert client.get(f"{LOCATE}?lon=1&lat=1", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/docs", "/health", "/nowhere", SESSION, f"{LOCATE}?lon=1&lat=1", "/openapi.json", "/static/pages.css"])
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert headers["cache-control"] == "private, no-store"
    assert len(headers["x-request-id"]) == 32


def test_an_unknown_address_and_method_are_problems(client: TestClient) -> None:
    nowhere, wrong = client.get("/api/v1/nowhere"), client.put(SESSION)
    assert (nowhere.status_code, nowhere.json()["type"]) == (404, "/problems/not-found")
    assert (wrong.status_code, wrong.json()["type"]) == (405, "/problems/method-not-allowed")
    assert nowhere.json()["instance"] == f"/requests/{nowhere.headers['x-request-id']}"


@pytest.mark.parametrize("path", ["//evil.example", "/static", "/api/v1/locate/", "/docs/"])
def test_no_answer_leads_to_another_host(client: TestClient, path: str) -> None:
    answer = client.get(f"http://testserver{path}", headers={"Host": "evil.example"}, follow_redirects=False)
    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_a_commit_that_fails_is_never_answered_with_success(client: TestClient, signed_in: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    program = signed_in("planner")

    def refuse(connection: psycopg.Connection[object]) -> None:
        connection.rollback()
        raise psycopg.errors.SerializationFailure("lost")

    monkeypatch.setattr(psycopg.Connection, "commit", refuse)
    assert program.delete(SESSION).status_code >= 400
    assert client.post(SESSION, json={"username": "planner", "password": PASSWORD}).status_code >= 400
    monkeypatch.undo()
    assert program.get(SESSION).status_code == 200


def test_a_defect_shows_its_request_id_and_nothing_else(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail at /home/somebody")

    monkeypatch.setattr(service, "who_answers", fail)
    answer = client.get(f"{LOCATE}?lon=1&lat=1")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["instance"] == f"/requests/{answer.headers['x-request-id']}"
    assert "secret" not in answer.text
    assert "somebody" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_database_that_is_away_is_503_with_retry_after(app: FastAPI, client: TestClient) -> None:
    app.state.database = Database("postgresql://nobody@127.0.0.1:1/none", min_size=0, wait_s=0.5)
    try:
        begun = time.perf_counter()
        answer = client.get("/health")
        assert time.perf_counter() - begun < 2.0
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    finally:
        app.state.database.close()


def test_a_sender_of_one_byte_a_second_is_cut_off() -> None:
    """The clock runs while bytes trickle in; what arrived earns time, one second for ten kilobytes."""
    answers: list[Message] = []

    async def reads_everything(scope: object, receive: Callable[[], object], send: object) -> None:
        while (await receive())["more_body"]:  # type: ignore[index, misc]
            pass

    async def trickle() -> Message:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: Message) -> None:
        answers.append(message)

    scope = {"type": "http", "path": "/", "query_string": b"", "headers": [], "state": {}}
    begun = time.perf_counter()
    with pytest.raises(Exception, match="too slowly"):
        asyncio.run(BodyLimit(reads_everything, grace_s=0.3)(scope, trickle, send))  # type: ignore[arg-type]
    assert 0.25 < time.perf_counter() - begun < 1.0


def test_sign_ins_at_once_leave_connections_for_others(client: TestClient, app: FastAPI) -> None:
    """Hashing holds at most three connections; a look-up answers meanwhile."""
    guesses = [threading.Thread(target=client.post, args=(SESSION,), kwargs={"json": {"username": f"n{n}", "password": "wrong"}}) for n in range(12)]
    for guess in guesses:
        guess.start()
    answer = client.get(f"{LOCATE}?lon=1&lat=1")
    for guess in guesses:
        guess.join()
    assert answer.status_code == 200
