"""The map for everybody: click anywhere and read whose it is, walk the grid, look back in time, send a view on."""

import json
import re
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import DESK, PHONE, Axe, OpenPage, Shot

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
BEFORE_THE_CHANGE, AFTER_IT = "2025-06-30", "2025-07-01"


@pytest.fixture
def asked(served: str, signed_in: Callable[[str], str]) -> Callable[[str], Any]:
    """What the API says, as a planner."""

    def ask(path: str) -> Any:
        request = urllib.request.Request(f"{served}/api/v1{path}", headers={"Cookie": signed_in("planner")})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    return ask


@pytest.fixture
def village(asked: Callable[[str], Any]) -> dict[str, Any]:
    """A village that lies in a red line."""
    zone = asked("/zones?layer=ecological-red-line&limit=1")["items"][0]
    here = asked(f"/here?lon={zone['point'][0]}&lat={zone['point'][1]}")
    return {**here["cells"][-1], "point": zone["point"], "scheme": here["scheme"], "zone": zone["name"]}


def here(point: list[float]) -> str:
    return f"/map?at={point[0]:.5f},{point[1]:.5f},14&sel=here:{point[0]:.6f},{point[1]:.6f}"


def panel(page: Page) -> Any:
    """What is selected: the right panel, on the phone the sheet."""
    return page.locator(".right").last


@SIZES
@LANGUAGES
def test_a_place_says_whose_it_is_who_answers_what_lies_there_and_what_is_missing(
    open_page: OpenPage, axe: Axe, shot: Shot, village: dict[str, Any], size: tuple[int, int], language: str
) -> None:
    page = open_page("planner", here(village["point"]), size=size, language=language)
    found = panel(page)
    expect(found.get_by_role("heading", level=1)).to_have_text(village["name"])
    for heading in {"zh": ["当日责任人", "此处的管控区域", "缺什么"], "en": ["In charge on this day", "Zones here", "What is missing"]}[language]:
        expect(found.get_by_role("heading", name=heading)).to_be_visible()
    zone = found.locator("details.zone").filter(has_text=village["zone"]).first
    zone.locator("summary").click()
    expect(zone.locator("blockquote.clause").first).to_be_visible()
    axe(page)
    shot(page, f"explore-here-{'phone' if size == PHONE else 'desk'}-{language}")


def test_a_click_on_the_map_asks_about_that_place_and_escape_goes_back(open_page: OpenPage, village: dict[str, Any]) -> None:
    page = open_page("planner", f"/map?at={village['point'][0]:.5f},{village['point'][1]:.5f},14")
    box = page.locator(".map-canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(panel(page).get_by_role("heading", level=1)).to_have_text(village["name"])
    panel(page).get_by_role("button").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator("section.right")).to_have_count(0)


def test_enter_on_the_map_asks_about_its_centre(open_page: OpenPage, village: dict[str, Any]) -> None:
    page = open_page("planner", f"/map?at={village['point'][0]:.5f},{village['point'][1]:.5f},14")
    page.locator(".map-canvas").focus()
    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("heading", level=1)).to_have_text(village["name"])


def test_nobody_learns_names_and_is_told_how_to(open_page: OpenPage, asked: Callable[[str], Any], village: dict[str, Any]) -> None:
    page = open_page(None, here(village["point"]))
    expect(panel(page).get_by_text("登录后可见姓名")).to_be_visible()
    names = [one["person"]["name"] for one in asked(f"/here?lon={village['point'][0]}&lat={village['point'][1]}")["responsible"]]
    assert names and not any(name in panel(page).inner_text() for name in names)


def test_the_grid_is_walked_by_the_arrow_keys(open_page: OpenPage, axe: Axe) -> None:
    page = open_page("planner", "/map")
    page.get_by_role("tab", name="网格树").click()
    rows = page.get_by_role("treeitem")
    expect(rows.first).to_be_visible()
    counties = rows.count()
    rows.first.focus()
    page.keyboard.press("ArrowRight")
    expect(rows.first).to_have_attribute("aria-expanded", "true")
    assert rows.count() > counties
    page.keyboard.press("ArrowRight")
    township = page.evaluate("document.activeElement.querySelector('.name').textContent")
    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("heading", level=1)).to_have_text(township)
    axe(page)


def test_another_day_is_said_on_the_page_and_in_the_address(open_page: OpenPage, village: dict[str, Any], shot: Shot) -> None:
    page = open_page("planner", f"{here(village['point'])}&on={BEFORE_THE_CHANGE}")
    expect(page.get_by_text(f"正在查看 {BEFORE_THE_CHANGE} 的情况")).to_be_visible()
    shot(page, "explore-past-desk-zh")
    page.get_by_role("button", name="回到今天").click()
    expect(page.get_by_text("正在查看")).to_have_count(0)
    assert "on=" not in page.url


@SIZES
def test_a_cells_history_is_a_slider_and_leads_to_that_day(open_page: OpenPage, axe: Axe, asked: Callable[[str], Any], size: tuple[int, int]) -> None:
    before = {cell["code"]: cell["name"] for cell in asked(f"/cells?level=village&limit=1000&on={BEFORE_THE_CHANGE}")["items"]}
    now = {cell["code"]: cell["name"] for cell in asked("/cells?level=village&limit=1000")["items"]}
    code = next(code for code in before if before[code] != now[code])
    page = open_page("planner", f"/map?sel=cell:administrative/village/{code}", size=size)
    slider = panel(page).get_by_role("slider", name="在各版之间移动")
    slider.scroll_into_view_if_needed()
    slider.focus()
    page.keyboard.press("Home")
    version = panel(page).locator(".version")
    expect(version).to_contain_text(before[code])
    expect(version).to_contain_text(f"至 {BEFORE_THE_CHANGE}")
    axe(page)
    version.get_by_role("button").click()
    expect(panel(page).get_by_role("heading", level=1)).to_have_text(before[code])
    assert f"on={BEFORE_THE_CHANGE}" in page.url


def test_a_view_that_was_sent_opens_as_it_was(open_page: OpenPage, village: dict[str, Any]) -> None:
    page = open_page("planner", here(village["point"]) + f"&on={AFTER_IT}&layers=grid.county,ecological-red-line,base.relief")
    expect(panel(page).get_by_role("heading", level=1)).to_have_text(village["name"])
    again = open_page("supervisor", re.sub(r"^https?://[^/]+", "", page.url))
    expect(panel(again).get_by_role("heading", level=1)).to_have_text(village["name"])
    layers = {
        box.get_attribute("aria-label") or box.evaluate("box => box.closest('label').innerText")
        for box in again.locator(".layer-list input[type=checkbox]:checked").all()
    }
    assert len(layers) == 3
    assert again.url == page.url


def test_a_view_is_kept_opened_and_its_loss_undone(open_page: OpenPage) -> None:
    page = open_page("planner", "/map")
    page.get_by_role("tab", name="收藏视图").click()
    page.get_by_label("视图名称").fill("三十三个汉字的视图名称" * 3)
    page.get_by_role("button", name="收藏当前视图").click()
    kept = page.locator(".views li")
    expect(kept).to_have_count(1)
    kept.get_by_role("button", name=re.compile("^删除")).click()
    expect(kept).to_have_count(0)
    page.get_by_role("button", name="撤销").click()
    expect(kept).to_have_count(1)


@SIZES
def test_a_search_leads_to_the_cell(open_page: OpenPage, village: dict[str, Any], size: tuple[int, int]) -> None:
    page = open_page("planner", "/map", size=size)
    page.keyboard.press("/")
    page.keyboard.type(village["code"])
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("heading", level=1)).to_have_text(village["name"])
