"""Requests that another site made a browser send: refused for every changing route there is, as the OpenAPI document lists them."""

import re
from collections.abc import Iterable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from tests.api.conftest import PASSWORD
from tests.http_client import TestClient

# What a form or a script of another site makes a browser say, and what our own pages and programs say.
HOSTILE: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "none, cross-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    {"Origin": "http://evil.example"},
    {"Origin": "https://testserver.evil.example"},
    {"Origin": "http://testserver:8001"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://evil.example", "Referer": "http://testserver/"},
)
OWN: tuple[dict[str, str], ...] = (
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"},
    {"Origin": "http://testserver"},
)
# What a form of another site can send without asking first.
FORMS = {"text/plain": b'{"a": "="}', "application/x-www-form-urlencoded": b"a=b", "multipart/form-data; boundary=b": b"--b--\r\n"}
SAFE = {"get", "head", "options"}


def changing(client: TestClient) -> Iterator[tuple[str, str]]:
    """Every changing route, with a word in place of each path parameter."""
    for path, item in client.get("/openapi.json").json()["paths"].items():
        for method in item.keys() - SAFE - {"parameters"}:
            yield method, re.sub(r"\{\w+\}", "1", path)


def every_route(routes: Iterable[object]) -> Iterator[APIRoute]:
    """The routes of an application with those of the routers it includes, which it keeps as they are."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif (included := getattr(route, "original_router", None)) is not None:
            yield from every_route(included.routes)


def is_refused_as_cross_site(client: TestClient, method: str, path: str, headers: dict[str, str]) -> bool:
    answer = client.request(method, path, headers=headers)
    return answer.status_code == 403 and "cross-site request" in answer.text


@pytest.fixture
def planner(client: TestClient) -> TestClient:
    """A browser with planner's cookie."""
    assert client.post("/api/v1/session", json={"username": "planner", "password": PASSWORD}).status_code == 201
    return client


def test_no_changing_route_takes_what_another_site_sends(planner: TestClient) -> None:
    routes = sorted(changing(planner))
    assert len(routes) >= 8
    taken = [(method, path, headers) for method, path in routes for headers in HOSTILE if not is_refused_as_cross_site(planner, method, path, headers)]
    assert taken == []
    assert planner.get("/api/v1/session").status_code == 200


def test_every_changing_route_takes_what_our_own_pages_and_programs_send(client: TestClient) -> None:
    """Nobody is signed in: what is refused is refused for another reason."""
    refused = [(method, path, headers) for method, path in changing(client) for headers in OWN if is_refused_as_cross_site(client, method, path, headers)]
    assert refused == []


def test_no_changing_route_takes_a_form(planner: TestClient) -> None:
    """Should a browser say nothing of where a request comes from: a form cannot make one that is read."""
    bodied = [(method, path) for method, path in sorted(changing(planner)) if method != "delete"]
    taken = [
        (method, path, media_type)
        for method, path in bodied
        for media_type, body in FORMS.items()
        if planner.request(method, path, content=body, headers={"Content-Type": media_type, "Sec-Fetch-Site": "same-origin"}).status_code < 400
    ]
    assert taken == []


def test_no_reading_route_can_write_however_deep_it_is_asked(app: FastAPI) -> None:
    from api.asker import unit_of_work

    def depends_on(dependant: Dependant) -> bool:
        return any(one.call is unit_of_work or depends_on(one) for one in dependant.dependencies)

    reading = [route for route in every_route(app.routes) if route.methods & {"GET", "HEAD"}]
    assert len(reading) >= 10
    assert [route.path for route in reading if depends_on(route.dependant)] == []


def test_a_method_cannot_be_changed_on_the_way(planner: TestClient) -> None:
    for override in ({"X-HTTP-Method-Override": "DELETE"}, {"X-Method-Override": "DELETE"}):
        assert planner.get("/api/v1/session", headers=override).status_code == 200
    assert planner.get("/api/v1/session?_method=delete").status_code == 400
    assert planner.get("/api/v1/session").status_code == 200
