"""Sixty names that want to be scripts, in cells, zones, attributes, clauses, people and projects: shown everywhere as text, run nowhere."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import uvicorn
from pyproj import CRS
from shapely import Polygon, box, to_geojson

from api.app import create_app
from gridgov.admission import check_service
from gridgov.admission import service as rules_service
from gridgov.admission.disclosure import Asker
from gridgov.admission.request import parse_request
from gridgov.admission.rulefile import read_rules
from gridgov.database.pool import Database
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.geo.crs import STORAGE
from gridgov.grids import service as grid_service
from gridgov.grids.cell import CellRecord
from gridgov.grids.importing import ImportRequest
from gridgov.people import service as people_service
from gridgov.people import store as people_store
from gridgov.people.account import SESSION_FOR, Account
from gridgov.people.assignment import AssignmentRequest
from gridgov.people.credentials import new_token, token_hash
from gridgov.settings import Settings
from gridgov.zones import service as zone_service
from gridgov.zones.importing import EditionImport, to_zones
from gridgov.zones.zone import Candidate
from tests.api.conftest import password_hash
from tests.security.payloads import PAYLOADS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COUNTY, TOWNSHIP = "330802000000", "330802101000"
CODES = [f"330802101{201 + number}" for number in range(len(PAYLOADS))]
TODAY, WEST, SOUTH, STEP = date(2026, 11, 25), 118.8, 28.9, 0.002
# What no name may hold is refused at the door: a line break, a tab.
NAMES = ["".join(character if character.isprintable() else " " for character in name).strip() for name in PAYLOADS]
YAML_NAMES = [name.replace("'", "''") for name in NAMES]


@pytest.fixture
def hostile(database: Database) -> Database:
    with database.unit_of_work("test") as uow:
        _load_grid(uow)
        _load_zones(uow)
        rules = read_rules(_list_of_rules().encode(), name="rules.yaml")
        rules_service.import_rules(uow, rules.ruleset)
        _load_people(uow)
        for name in NAMES[1:]:
            _check(uow, name, width=STEP)
        _check(uow, NAMES[0], width=0.1199)
    return database


def _strip(number: int, height: float = 0.02) -> Polygon:
    west = WEST + number * STEP
    return box(west, SOUTH, west + STEP, SOUTH + height)


def _load_grid(uow: UnitOfWork) -> None:
    parents = ((TOWNSHIP, NAMES[0]), (COUNTY, NAMES[1]))
    records = [CellRecord(number + 1, CODES[number], name, parents, _strip(number)) for number, name in enumerate(NAMES)]
    grid_service.import_level(uow, ImportRequest("administrative", "village", records, TODAY, source=NAMES[2], grow_area=True, language="zh"))


def _load_zones(uow: UnitOfWork) -> None:
    said = [{"function": name, "core": True, "note": name} for name in NAMES]
    candidates = [Candidate(number + 1, f"Z{number:03d}", name, said[number], _strip(number, 0.015)) for number, name in enumerate(NAMES)]
    zones = to_zones(candidates, CRS.from_user_input(STORAGE))
    request = EditionImport(
        "ecological-red-line", zones, "cells", TODAY, kind="ecological-red-line", title=NAMES[3], edition="2024", effective_from=date(2024, 1, 1),
        document=NAMES[4], grow_area=True,
    )  # fmt: skip
    zone_service.import_edition(uow, request)


def _list_of_rules() -> str:
    rules = "".join(
        f"  - {{id: R-{number}, layer: ecological-red-line, where: {{function: '{name}'}}, when: {{action: [new]}},\n"
        f"     effect: prohibit, dimension: space, text_kind: paraphrase, text: '{name}',\n"
        f"     citation: {{instrument: '{name}', article: '{name}', status: example}}}}\n"
        for number, name in enumerate(YAML_NAMES[:20])
    )
    head = f"ruleset: hostile\nedition: '2024'\neffective_from: 2024-01-01\nauthority: '{YAML_NAMES[5]}'\nrequires: [ecological-red-line]\nrules:\n"
    return head + rules


def _load_people(uow: UnitOfWork) -> None:
    for number, (code, name) in enumerate(zip(CODES, NAMES, strict=True)):
        request = AssignmentRequest(code, f"P{number:03d}", "inspector", "environment", date(2026, 1, 1), person_name=name[:64], mandate=name[:64])
        people_service.assign(uow, request, scheme="administrative")
    for role in ("planner", "admin"):
        people_store.add_account(uow, Account(role, role), password_hash=password_hash(), sample=False)


def _check(uow: UnitOfWork, name: str, *, width: float) -> None:
    site = json.loads(to_geojson(box(WEST, SOUTH, WEST + width, SOUTH + 0.01)))
    request = parse_request({"site": site, "industry": "C2614", "action": "new", "project": {"name": name}})
    check_service.check_site(uow, request, asker=Asker("planner", "planner"), check_id=uuid4(), today=TODAY)


@pytest.fixture
def base(hostile: Database) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(create_app(hostile, Settings()), host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def page(chromium: "Browser", base: str, hostile: Database) -> Iterator["Page"]:
    """A page of an administrator; what runs, breaks the content policy or is asked of elsewhere ends up in `window.hacked` or on the console."""
    token = new_token()
    with hostile.unit_of_work("test") as uow:
        people_store.open_session(uow, "admin", token_hash(token), uow.now() + SESSION_FOR)
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_cookies([{"name": "gridgov_session", "value": token, "url": base}])
    found = context.new_page()
    complaints: list[str] = []
    found.on("dialog", lambda dialog: (complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
    found.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on("request", lambda asked: None if asked.url.startswith((base, "data:", "blob:")) else complaints.append(asked.url))
    yield found
    context.close()
    assert complaints == []


def _shown(page: "Page", where: str, names: list[str]) -> None:
    """Every one of the names stands there as the very text it is, and none of them has run."""
    read = _squeezed(page.locator(where).first.inner_text())
    missing = [name for name in names if _squeezed(name) not in read]
    assert missing == []
    assert page.evaluate("window.hacked") is None


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _tree_and_cells(page: "Page", base: str) -> None:
    page.goto(f"{base}/map?sel=cell:administrative/township/{TOWNSHIP}")
    page.get_by_role("heading", name=NAMES[0]).wait_for()
    page.locator("table tbody tr").nth(len(NAMES) - 1).wait_for()
    _shown(page, "section.right", [NAMES[0], *NAMES[:59]])
    page.get_by_role("tab", name="网格树").click()
    tree = page.get_by_role("tree")
    for _ in range(2):
        tree.get_by_role("treeitem").last.press("ArrowRight")
        page.wait_for_timeout(300)
    page.get_by_role("treeitem").nth(len(NAMES)).wait_for()
    _shown(page, "[role=tree]", NAMES)


def _place_and_zones(page: "Page", base: str) -> None:
    page.goto(f"{base}/map?sel=here:{WEST + STEP / 2},{SOUTH + 0.005}")
    page.locator("details.zone summary").first.click()
    page.locator("blockquote.clause").first.wait_for()
    _shown(page, "section.right", NAMES[:2])
    page.goto(f"{base}/map?sel=zone:ecological-red-line/Z030")
    page.get_by_role("heading", name=NAMES[30]).wait_for()
    _shown(page, "section.right", [NAMES[30], NAMES[3]])


def _search(page: "Page", base: str) -> None:
    page.goto(f"{base}/map")
    page.get_by_role("combobox").first.fill("hacked")
    page.get_by_role("option").nth(5).wait_for()
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None


def _projects(page: "Page", base: str) -> None:
    page.goto(f"{base}/checks")
    page.locator("a.lk").nth(20).wait_for()
    assert page.evaluate("window.hacked") is None
    answer: dict[str, Any] = page.request.get(f"{base}/api/v1/siting-checks?limit=1").json()
    check_id = answer["items"][0]["id"]
    page.goto(f"{base}/check/{check_id}")
    page.locator("li.finding").nth(len(NAMES) - 1).wait_for()
    page.locator("blockquote.clause").nth(19).wait_for()
    _shown(page, "section.right", NAMES)
    page.goto(f"{base}/api/v1/siting-checks/{check_id}/map.html")
    page.wait_for_selector("path.leaflet-interactive")
    assert page.evaluate("window.hacked") is None


def _administration(page: "Page", base: str) -> None:
    page.goto(f"{base}/admin/rules/hostile/2024")
    page.get_by_text(NAMES[19], exact=True).first.wait_for()
    _shown(page, "main", NAMES[:20])
    page.goto(f"{base}/admin/layers/ecological-red-line")
    page.get_by_text(NAMES[3]).first.wait_for()
    page.get_by_text(NAMES[0], exact=True).first.wait_for()
    assert page.evaluate("window.hacked") is None


def test_a_name_that_wants_to_be_a_script_is_text_on_every_page(page: "Page", base: str) -> None:
    for look in (_tree_and_cells, _place_and_zones, _search, _projects, _administration):
        look(page, base)
