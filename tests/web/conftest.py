"""The application in a real browser, on a sample city that is loaded once for the run and served by the very command that people use.

A test asks for `open_page` and looks at what it gives, a Playwright page:

    def test_a_village_is_found(open_page: OpenPage, axe: Axe, shot: Shot) -> None:
        page = open_page("planner", "/map", size=PHONE, language="en")
        page.get_by_role("button", name="Search").click()
        axe(page)                     # no violation of WCAG 2.2 AA
        shot(page, "map-phone-en")    # artefacts/screens/map-phone-en.png

role: an account of the sample (inspector, planner, supervisor, admin), None = nobody signed in. When the test is over, a page that said
an error on its console, failed to load something or asked anybody but the server fails the test, but for what matches `expected`.
WEB_BASE=http://127.0.0.1:8000 takes a server of the sample that runs already.
"""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
import pytest
from psycopg import conninfo, sql

from gridgov.database.cluster import SUPERUSER, Cluster

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "artefacts" / "screens"
DESK, PHONE = (1440, 900), (390, 844)
PASSWORD = "gridgov-sample"
VILLAGES = 60
_GRIDGOV = Path(sys.executable).with_name("gridgov")
_WAIT_S = 240.0
# For what a page is to show: long, since other tests may run beside it on few cores.
_SHOWN_WITHIN_MS = 20_000
_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

Axe = Callable[["Page"], None]
Shot = Callable[["Page", str], Path]


class OpenPage(Protocol):
    """Opens a page of the application for somebody; waits until nothing more is loaded."""

    def __call__(self, role: str | None, path: str, *, size: tuple[int, int] = DESK, language: str = "zh", expected: tuple[str, ...] = ()) -> "Page": ...


@pytest.fixture(scope="session")
def served(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the served sample city."""
    if running := os.environ.get("WEB_BASE"):
        yield running.rstrip("/")
        return
    assert (ROOT / "api" / "web" / "index.html").is_file(), "the web application is not built: scripts/web-build"
    port, home = _free_port(), tmp_path_factory.mktemp("web")
    environment = _environment(cluster, home, port)
    _run(environment, "sample", "--villages", str(VILLAGES))
    process = subprocess.Popen([_GRIDGOV, "up", "--sample"], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}"
        _wait_until_served(base, process)
        yield base
    finally:
        process.terminate()
        process.wait(_WAIT_S)


@pytest.fixture(scope="session")
def signed_in(served: str) -> Callable[[str], str]:
    """The session cookie of an account of the sample; one sign-in each, for it is slow on purpose."""

    @cache
    def enter(role: str) -> str:
        body = f'{{"username": "{role}", "password": "{PASSWORD}"}}'.encode()
        request = urllib.request.Request(f"{served}/api/v1/session", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=_WAIT_S) as answer:
            return str(answer.headers["Set-Cookie"]).partition(";")[0]

    return enter


@pytest.fixture
def open_page(chromium: "Browser", served: str, signed_in: Callable[[str], str]) -> Iterator[OpenPage]:
    """Opens pages and, when the test is over, holds them to having failed at nothing."""
    from playwright.sync_api import expect

    expect.set_options(timeout=_SHOWN_WITHIN_MS)
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(role: str | None, path: str, *, size: tuple[int, int] = DESK, language: str = "zh", expected: tuple[str, ...] = ()) -> "Page":
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale={"zh": "zh-CN", "en": "en-GB"}[language],
            has_touch=size == PHONE,
            timezone_id="Asia/Shanghai",
        )
        contexts.append(context)
        if role is not None:
            name, _, value = signed_in(role).partition("=")
            context.add_cookies([{"name": name, "value": value, "url": served}])
        page = context.new_page()
        _listen(page, served, complaints, expected)
        page.goto(f"{served}{path}")
        page.wait_for_load_state("networkidle")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def axe() -> Axe:
    """Holds a page to WCAG 2.2 AA as far as axe-core can tell."""
    source = (ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")

    def examine(page: "Page") -> None:
        page.evaluate(source)
        found: list[dict[str, Any]] = page.evaluate(f"axe.run(document, {{runOnly: {{type: 'tag', values: {_WCAG}}}}}).then(done => done.violations)")
        assert [f"{one['id']}: {node['html'][:200]} {node['failureSummary']}" for one in found for node in one["nodes"]] == []

    return examine


@pytest.fixture
def shot() -> Shot:
    """Takes a picture for people to judge."""

    def take(page: "Page", name: str) -> Path:
        SCREENS.mkdir(parents=True, exist_ok=True)
        target = SCREENS / f"{name}.png"
        page.screenshot(path=target)
        return target

    return take


def _listen(page: "Page", served: str, complaints: list[str], expected: tuple[str, ...]) -> None:
    def complain(text: str) -> None:
        if not any(re.search(pattern, text) for pattern in expected):
            complaints.append(text)

    def on_console(said: "ConsoleMessage") -> None:
        if said.type in ("error", "warning"):
            complain(f"console {said.type}: {said.text} {said.location.get('url', '')}")

    def on_failed(request: "Request") -> None:
        # What the page itself gave up on is no failure.
        if request.failure != "net::ERR_ABORTED":
            complain(f"failed: {request.failure} {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: complain(f"error: {error}"))
    page.on("requestfailed", on_failed)
    page.on("request", lambda asked: None if asked.url.startswith((served, "data:", "blob:")) else complain(f"outside: {asked.url}"))


def _environment(cluster: Cluster, home: Path, port: int) -> dict[str, str]:
    """The settings of the commands that load and serve the sample on two databases of the run's own cluster."""
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as server:
        for name in ("web", "web_sample"):
            server.execute(sql.SQL("create database {} template gridgov_template").format(sql.Identifier(name)))
    url = cluster.url(SUPERUSER, "web")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRIDGOV_") or name == "GRIDGOV_PG_BIN"}
    return kept | {
        "GRIDGOV_DATABASE_URL": url,
        "GRIDGOV_SAMPLE_DATABASE_URL": conninfo.make_conninfo(url, dbname="web_sample"),
        "GRIDGOV_DATA_DIR": str(home),
        "GRIDGOV_PORT": str(port),
    }


def _run(environment: dict[str, str], *words: str) -> None:
    done = subprocess.run([_GRIDGOV, *words], env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _wait_until_served(base: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _WAIT_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(f"{base}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
