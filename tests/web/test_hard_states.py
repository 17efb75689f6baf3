"""Long names, nothing, a slow network and a dead one: every screen still says what is going on."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.conftest import DESK, PHONE, Axe, OpenPage, Shot

LONG = "云溪市高桥镇后桥社区二零二六年度生态保护红线与水源涵养区综合整治一期工程项目"
_PLACE = "/map?at=118.91,28.94,13&sel=here:118.910000,28.940000"
# Who looks at it, where it is, what it asks for.
SCREENS = {
    "today": ("inspector", "/today", r"/api/v1/me(\?|$)"),
    "place": ("planner", _PLACE, r"/api/v1/here\?"),
    "person": ("planner", "/map?sel=person:P0002", r"/api/v1/assignments\?"),
    "checks": ("planner", "/checks", r"/api/v1/siting-checks(\?|$)"),
    "batch": ("planner", "/batch", r"/api/v1/siting-batches(\?|$)"),
    "layers": ("admin", "/admin/layers", r"/api/v1/layers(\?|$)"),
    "rules": ("admin", "/admin/rules", r"/api/v1/rulesets(\?|$)"),
    "imports": ("admin", "/admin/imports", r"/api/v1/imports(\?|$)"),
    "users": ("admin", "/admin/users", r"/api/v1/users(\?|$)"),
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


def _lengthened(found: Any) -> Any:
    """The document with every name as long as names get."""
    if isinstance(found, list):
        return [_lengthened(one) for one in found]
    if not isinstance(found, dict):
        return found
    return {key: LONG if key in ("name", "title") and isinstance(value, str) else _lengthened(value) for key, value in found.items()}


def _open(page: Page, path: str, *, wait: bool = True) -> None:
    page.goto(re.sub(r"^(https?://[^/]+).*", r"\1", page.url) + path, wait_until="load" if wait else "commit")
    if wait:
        page.wait_for_load_state("networkidle")


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


@SIZES
def test_long_names_of_cells_people_and_zones_stay_inside(open_page: OpenPage, axe: Axe, shot: Shot, size: tuple[int, int]) -> None:
    page = open_page("planner", "/account", size=size)
    page.route("**/api/v1/here?*", lambda route: _answer(route, _lengthened(route.fetch().json())))
    _open(page, _PLACE)
    expect(page.get_by_role("heading", level=1)).to_have_text(LONG)
    for zone in page.locator("details.zone summary").all():
        zone.click()
    _fits(page, size[0])
    axe(page)
    shot(page, f"long-place-{'phone' if size == PHONE else 'desk'}")


@SIZES
def test_sixty_long_named_cells_of_ones_own_are_one_list(open_page: OpenPage, axe: Axe, shot: Shot, size: tuple[int, int]) -> None:
    page = open_page("inspector", "/account", size=size)

    def sixty(route: Route) -> None:
        me = _lengthened(route.fetch().json())
        cells = [cell | {"code": f"{index:012}", "missing": ["zones"]} for index in range(60) for cell in me["cells"][:1]]
        _answer(route, me | {"cells": cells, "more": 7, "gone": [{"scheme": "administrative", "code": "990124999999"}]})

    page.route("**/api/v1/me*", sixty)
    page.route("**/api/v1/cells/0*", lambda route: route.fulfill(status=404, json={"title": "", "status": 404}))
    _open(page, "/today")
    expect(page.locator("button.cell")).to_have_count(60)
    expect(page.get_by_text("各网格均待完善：区域资料不全")).to_be_visible()
    expect(page.get_by_text("另有 7 个网格")).to_be_attached()
    expect(page.get_by_text("990124999999")).to_be_attached()
    _fits(page, size[0])
    axe(page)
    shot(page, f"long-today-{'phone' if size == PHONE else 'desk'}")


@SIZES
def test_a_tree_of_long_names_and_many_pages_goes_on_where_it_ended(open_page: OpenPage, axe: Axe, size: tuple[int, int]) -> None:
    page = open_page("planner", "/account", size=size)
    asked: list[str] = []

    def cells(route: Route) -> None:
        asked.append(route.request.url)
        begun = 200 if "cursor=next" in route.request.url else 0
        box = {"bbox": [118.8, 28.8, 118.9, 28.9], "point": [118.85, 28.85], "area_m2": "1.00", "from": "1900-01-01", "to": None, "parent": None}
        items = [
            box | {"version": n, "scheme": "administrative", "level": "county", "code": f"{n:06}", "name": LONG, "children": 0}
            for n in range(begun, begun + 200)
        ]
        _answer(route, {"items": items, "next": None if begun else "next"})

    page.route(re.compile(r"/api/v1/cells\?(?!.*level=)"), cells)
    _open(page, "/map")
    if size == PHONE:
        page.locator(".sheet .handle").click()
    page.get_by_role("tab", name="网格树").click()
    expect(page.get_by_role("treeitem")).to_have_count(200)
    _fits(page, size[0])
    axe(page)
    page.get_by_role("button", name="再显示一些").click()
    expect(page.get_by_role("treeitem")).to_have_count(400)
    expect(page.get_by_role("button", name="再显示一些")).to_have_count(0)


@pytest.mark.parametrize(
    ("screen", "said"),
    [
        ("today", "当日没有由您负责的网格"),
        ("place", "此处不在任何网格内"),
        ("person", "当日没有任职"),
        ("batch", "还没有"),
        ("layers", "尚无图层"),
        ("rules", "尚无准入清单"),
        ("imports", "还没有导入过数据"),
    ],
)
def test_a_screen_with_nothing_on_it_says_what_that_means(open_page: OpenPage, axe: Axe, screen: str, said: str) -> None:
    role, path, asked = SCREENS[screen]
    page = open_page(role, "/account", size=PHONE)

    def emptied(route: Route) -> None:
        found = route.fetch().json()
        _answer(route, {key: [] if isinstance(value, list) and key != "point" else value for key, value in found.items()} | {"next": None})

    page.route(re.compile(asked), emptied)
    _open(page, path)
    expect(page.get_by_text(said).first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    axe(page)


@pytest.mark.parametrize("screen", list(SCREENS))
def test_a_slow_network_shows_that_something_is_coming_and_then_shows_it(open_page: OpenPage, screen: str) -> None:
    role, path, asked = SCREENS[screen]
    page = open_page(role, "/account")
    held: list[Route] = []
    waiting = True
    page.route(re.compile(asked), lambda route: held.append(route) if waiting else route.continue_())
    _open(page, path, wait=False)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator(".skeletons").first).to_be_visible()
    assert held
    waiting = False
    for route in held:
        route.continue_()
    expect(page.locator(".skeletons")).to_have_count(0)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("screen", list(SCREENS))
def test_a_dead_network_is_said_and_a_second_try_mends_it(open_page: OpenPage, axe: Axe, screen: str) -> None:
    role, path, asked = SCREENS[screen]
    page = open_page(role, "/account", size=PHONE, expected=_FAILED)
    page.route(re.compile(asked), lambda route: route.abort())
    _open(page, path)
    expect(page.get_by_text("无法连接服务器").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    axe(page)
    page.unroute(re.compile(asked))
    page.get_by_role("button", name="重试", exact=True).first.click()
    expect(page.get_by_text("无法连接服务器")).to_have_count(0)


def test_a_map_whose_tiles_do_not_come_says_which_and_a_second_try_brings_them(open_page: OpenPage) -> None:
    page = open_page("planner", "/account", expected=_FAILED)
    page.route("**/tiles/**/*.mvt*", lambda route: route.abort())
    _open(page, "/map")
    notice = page.locator(".map-notice")
    expect(notice).to_contain_text("生态保护红线")
    page.unroute("**/tiles/**/*.mvt*")
    notice.get_by_role("button", name="重试").click()
    expect(notice.get_by_role("button", name="重试")).to_have_count(0)


def test_what_was_typed_outlives_a_dead_network_and_is_sent_when_it_is_back(open_page: OpenPage) -> None:
    page = open_page("planner", "/check", expected=_FAILED)
    page.get_by_label("项目名称").fill(LONG)
    page.get_by_role("button", name="粘贴坐标").click()
    page.get_by_label("界址点文本或坐标").fill("118.9 28.9\n118.902 28.9\n118.9 28.902")
    page.get_by_role("button", name="读取", exact=True).click()
    expect(page.locator("section.left").get_by_text("≈")).to_be_visible()
    page.route("**/api/v1/siting-checks", lambda route: route.abort())
    submit = page.get_by_role("button", name="校验", exact=True).last
    submit.click()
    expect(page.get_by_text("无法连接服务器").first).to_be_visible()
    expect(page.get_by_label("项目名称")).to_have_value(LONG)
    page.wait_for_function("Object.values(localStorage).some(kept => kept.includes('综合整治'))")
    page.reload()
    expect(page.get_by_label("项目名称")).to_have_value(LONG)
    expect(page.locator("section.left").get_by_text("≈")).to_be_visible()
    page.unroute("**/api/v1/siting-checks")
    submit.click()
    expect(page).to_have_url(re.compile(r"/check/[0-9a-f-]{36}"), timeout=20_000)
