"""Long names, nothing, a slow network and a dead one: every screen still says what is going on."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.conftest import DESK, PHONE, Axe, OpenPage

LONG = "云溪市高桥镇后桥社区二零二六年度生态保护红线与水源涵养区综合整治一期工程项目"
SCREENS = {
    "today": ("inspector", "/today"),
    "map": ("planner", "/map"),
    "checks": ("planner", "/checks"),
    "batch": ("planner", "/batch"),
    "layers": ("admin", "/admin/layers"),
}
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
_FAILED = (r"Failed to load resource", r"net::ERR_FAILED", r"ERR_INTERNET_DISCONNECTED")


def _answer(route: Route, document: Any) -> None:
    route.fulfill(status=200, content_type="application/json", body=json.dumps(document))


def _check(number: int, name: str) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-0000-0000-{number:012d}", "verdict": ("prohibited", "undetermined", "conditional", "permitted")[number % 4], "name": name,
        "industry": "C2614", "on": "2026-11-22", "asked_at": "2026-11-22T02:00:00+00:00", "asked_by": "planner", "area_m2": "10000.00",
        "summary": "禁止准入：示例。", "summary_en": "Not permitted: example.", "point": [118.9, 28.9], "bbox": [118.89, 28.89, 118.91, 28.91],
    }  # fmt: skip


def _fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@SIZES
def test_names_of_more_than_thirty_characters_stay_inside(open_page: OpenPage, axe: Axe, size: tuple[int, int]) -> None:
    page = open_page("planner", "/map", size=size)
    page.route("**/api/v1/siting-checks?*", lambda route: _answer(route, {"items": [_check(number, LONG) for number in range(8)], "next": None}))
    page.goto(re.sub(r"/map.*", "/checks", page.url))
    expect(page.get_by_text(LONG).first).to_be_visible()
    _fits(page, size[0])
    axe(page)


@SIZES
def test_no_rows_are_said_with_what_to_do_first(open_page: OpenPage, axe: Axe, size: tuple[int, int]) -> None:
    page = open_page("planner", "/map", size=size)
    page.route("**/api/v1/siting-checks?*", lambda route: _answer(route, {"items": [], "next": None}))
    page.goto(re.sub(r"/map.*", "/checks", page.url))
    expect(page.get_by_text("还没有校验过项目")).to_be_visible()
    expect(page.get_by_role("link", name="开始校验").last).to_be_visible()
    axe(page)


def test_twenty_thousand_rows_are_a_table_one_can_walk(open_page: OpenPage) -> None:
    page = open_page("planner", "/map")
    rows = [_check(number, f"项目 {number:05d}") for number in range(20_000)]
    page.route("**/api/v1/siting-checks?*", lambda route: _answer(route, {"items": rows, "next": None}))
    page.goto(re.sub(r"/map.*", "/checks", page.url))
    expect(page.get_by_text("共 20,000 行")).to_be_visible()
    assert page.locator("[role=row]").count() < 200
    expect(page.get_by_text("项目 00003")).to_be_visible()


@pytest.mark.parametrize("screen", list(SCREENS))
def test_a_slow_network_shows_that_something_is_coming_and_then_shows_it(open_page: OpenPage, screen: str) -> None:
    role, path = SCREENS[screen]
    page = open_page(role, "/account")
    held: list[Route] = []
    slow = True
    page.route(re.compile(r"/api/v1/(me|layers|siting-checks|siting-batches)(\?|$)"), lambda route: held.append(route) if slow else route.continue_())
    page.goto(re.sub(r"/account.*", path, page.url), wait_until="commit")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    waiting = page.locator("[aria-busy=true], .skeletons, [role=status]")
    expect(waiting.first).to_be_attached()
    slow = False
    for route in held:
        route.continue_()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("screen", ["today", "checks", "layers"])
def test_a_dead_network_is_said_and_a_second_try_mends_it(open_page: OpenPage, axe: Axe, screen: str) -> None:
    role, path = SCREENS[screen]
    page = open_page(role, "/account", size=PHONE, expected=_FAILED)
    asked = re.compile(r"/api/v1/(me|layers|siting-checks)(\?|$)")
    page.route(asked, lambda route: route.abort())
    page.goto(re.sub(r"/account.*", path, page.url))
    expect(page.get_by_text("无法连接服务器").first).to_be_visible()
    axe(page)
    page.unroute(asked)
    page.get_by_role("button", name="重试", exact=True).first.click()
    expect(page.get_by_text("无法连接服务器")).to_have_count(0)


def test_what_was_typed_outlives_a_dead_network(open_page: OpenPage) -> None:
    page = open_page("planner", "/check", expected=_FAILED)
    page.get_by_label("项目名称").fill(LONG)
    page.route("**/api/v1/**", lambda route: route.abort())
    page.get_by_role("button", name="校验", exact=True).click()
    expect(page.get_by_text("请先给出用地范围。")).to_be_visible()
    expect(page.get_by_label("项目名称")).to_have_value(LONG)
    page.unroute("**/api/v1/**")
    page.wait_for_timeout(600)
    page.reload()
    expect(page.get_by_label("项目名称")).to_have_value(LONG)
