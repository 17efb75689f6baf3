"""The built application over HTTP: which addresses are its own, how its files are kept, and what stands there when it was not built."""

import gzip
import json
from pathlib import Path

import pytest
from fastapi import FastAPI

from api import problems
from api.security import Guard
from api.web_app import WebBuild, router_of, web_build
from tests.http_client import TestClient

SCRIPT = "export const answer = 42;\n" * 100


@pytest.fixture
def build(tmp_path: Path) -> WebBuild:
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "index.html").write_text('<!doctype html><html lang="zh"><title>gridgov</title></html>', "utf-8")
    (tmp_path / "pages.json").write_text(json.dumps(["check", "map"]), "utf-8")
    (assets / "index-abc.js").write_text(SCRIPT, "utf-8")
    (assets / "index-abc.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (assets / "small-def.css").write_text("a{}", "utf-8")
    found = web_build(tmp_path)
    assert found is not None
    return found


def served(build: WebBuild | None) -> TestClient:
    app = FastAPI(redirect_slashes=False)
    app.include_router(router_of(build))
    problems.install(app)
    app.add_middleware(Guard)
    app.state.base_map = None
    return TestClient(app)


@pytest.mark.parametrize("path", ["/", "/map", "/map?on=2025-06-30&sel=cell:330802101", "/check/4711/report", "/check/"])
def test_the_application_answers_its_own_addresses(build: WebBuild, path: str) -> None:
    answer = served(build).get(path, headers={"Accept": "text/html,application/xhtml+xml"})
    assert (answer.status_code, answer.headers["content-type"], answer.headers["cache-control"]) == (200, "text/html; charset=utf-8", "private, no-store")
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nowhere", "/mapx", "/assets", "/assets/", "/index.html", "/pages.json", "/assets/../pages.json"])
def test_every_other_address_is_a_problem(build: WebBuild, path: str) -> None:
    answer = served(build).get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_program_that_asks_for_json_gets_no_page(build: WebBuild) -> None:
    assert served(build).get("/map", headers={"Accept": "application/json"}).status_code == 404


def test_a_hashed_file_is_kept_for_good_and_sent_compressed_to_who_takes_it(build: WebBuild) -> None:
    client = served(build)
    packed = client.get("/assets/index-abc.js", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/assets/index-abc.js", headers={"Accept-Encoding": "identity, gzip;q=0"})
    assert packed.text == plain.text == SCRIPT
    assert (packed.headers["content-encoding"], plain.headers.get("content-encoding")) == ("gzip", None)
    for answer in (packed, plain):
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


def test_a_file_with_nothing_packed_is_sent_as_it_is(build: WebBuild) -> None:
    answer = served(build).get("/assets/small-def.css", headers={"Accept-Encoding": "gzip"})
    assert (answer.text, answer.headers.get("content-encoding")) == ("a{}", None)


@pytest.mark.parametrize("name", ["none.js", "index-abc.js.gz", "..%2fpages.json", "%2e%2e/pages.json", "."])
def test_nothing_but_the_built_files_is_served(build: WebBuild, name: str) -> None:
    assert served(build).get(f"/assets/{name}").status_code == 404


def test_without_a_build_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    assert web_build(tmp_path) is None
    client = served(None)
    page = client.get("/", headers={"Accept-Language": "zh-CN"})
    assert page.status_code == 200
    assert "scripts/web-build" in page.text
    assert client.get("/map").status_code == 404


def test_the_page_says_when_the_browser_has_no_session(build: WebBuild) -> None:
    client = served(build)
    assert "<html data-nobody" in client.get("/map", headers={"Accept": "text/html"}).text
    assert "data-nobody" not in client.get("/map", headers={"Accept": "text/html", "Cookie": "gridgov_session=any"}).text
