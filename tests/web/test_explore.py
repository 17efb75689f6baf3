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
    place = re.search(r"at=(\d+\.\d\d)\d+,(\d+\.\d\d)", page.url)
    assert place is not None
    kept_place = re.compile(rf"at={place[1]}\d+,{place[2]}\d+,")
    page.locator(".map-canvas").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(page).not_to_have_url(kept_place)
    kept.locator("button.open").click()
    expect(page).to_have_url(kept_place)
    kept.get_by_role("button", name=re.compile("^删除")).click()
    expect(kept).to_have_count(0)
    page.get_by_role("button", name="撤销").click()
    expect(kept).to_have_count(1)


@SIZES
@pytest.mark.parametrize("kind", ["cell", "zone", "person"])
def test_a_search_leads_to_what_was_found(open_page: OpenPage, asked: Callable[[str], Any], village: dict[str, Any], kind: str, size: tuple[int, int]) -> None:
    person = asked(f"/here?lon={village['point'][0]}&lat={village['point'][1]}")["responsible"][0]["person"]["name"]
    typed, title = {"cell": (village["code"], village["name"]), "zone": (village["zone"],) * 2, "person": (person,) * 2}[kind]
    page = open_page("planner", "/map", size=size)
    page.keyboard.press("/")
    page.keyboard.type(typed)
    page.get_by_role("option", name=title).first.click()
    expect(panel(page).get_by_role("heading", level=1)).to_have_text(title)
    assert f"sel={kind}:" in page.url


def test_a_project_found_opens_its_check(open_page: OpenPage, village: dict[str, Any]) -> None:
    page = open_page("planner", "/map")
    lon, lat = village["point"]
    ring = [[lon, lat], [lon + 0.001, lat], [lon + 0.001, lat + 0.001], [lon, lat]]
    name = "高桥找得到的新建项目"
    made = page.request.post(
        re.sub(r"/map.*", "/api/v1/siting-checks", page.url), data={"site": {"type": "Polygon", "coordinates": [ring]}, "project": {"name": name}}
    )
    assert made.status == 201, made.text()
    page.keyboard.press("/")
    page.keyboard.type(name)
    page.get_by_role("option", name=name).first.click()
    expect(page).to_have_url(re.compile(r"/check/[0-9a-f-]{36}"))


def test_a_layer_found_comes_on_beside_the_grid(open_page: OpenPage) -> None:
    page = open_page("planner", "/map")
    on = page.locator(".layer-list input[type=checkbox]:checked")
    expect(on.first).to_be_visible()
    before = on.count()
    page.keyboard.press("/")
    page.keyboard.type("永久基本农田")
    page.get_by_role("option").filter(has_text="farmland").last.click()
    expect(on).to_have_count(before + 1)
    expect(page.get_by_label("村级")).to_be_checked()


def test_a_layer_taken_off_stays_off_when_the_page_is_opened_anew(open_page: OpenPage) -> None:
    page = open_page("planner", "/map")
    page.get_by_label("村级").uncheck()
    page.wait_for_url(re.compile("layers="))
    page.reload()
    expect(page.get_by_label("乡镇级")).to_be_checked()
    expect(page.get_by_label("村级")).not_to_be_checked()
    page.get_by_label("村级").check()
    expect(page).not_to_have_url(re.compile("layers="))


@SIZES
def test_the_panel_leads_on_to_cells_zones_and_people_and_a_step_back_returns(
    open_page: OpenPage, axe: Axe, village: dict[str, Any], size: tuple[int, int]
) -> None:
    page = open_page("planner", here(village["point"]), size=size)
    heading = panel(page).get_by_role("heading", level=1)
    expect(heading).to_have_text(village["name"])
    panel(page).locator(".chain button").first.click()
    expect(heading).not_to_have_text(village["name"])
    page.go_back()
    expect(heading).to_have_text(village["name"])
    zone = panel(page).locator("details.zone").filter(has_text=village["zone"]).first
    zone.locator("summary").click()
    zone.locator(".inside > button.btn").last.click()
    expect(heading).to_have_text(village["zone"])
    axe(page)
    page.go_back()
    person = panel(page).locator("button.person").first
    name = person.locator("b").inner_text()
    person.click()
    expect(heading).to_have_text(name)
    post = panel(page).locator(".posts li").filter(has_text=village["code"])
    expect(post).to_contain_text(village["name"])
    axe(page)
    post.get_by_role("button").click()
    expect(heading).to_have_text(village["name"])
    expect(panel(page).get_by_role("heading", name="沿革")).to_be_visible()
    axe(page)


def test_a_place_tapped_low_on_the_phone_is_not_hidden_by_its_answer(open_page: OpenPage, village: dict[str, Any]) -> None:
    page = open_page("planner", f"/map?at={village['point'][0]:.5f},{village['point'][1]:.5f},13", size=PHONE)
    page.touchscreen.tap(190, 600)
    expect(panel(page).get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_function(
        "() => { const mark = document.querySelector('.leaflet-map-pins-pane .m-anchor').getBoundingClientRect();"
        " return mark.top > 0 && mark.top <= document.querySelector('.sheet').getBoundingClientRect().top }"
    )


def test_before_any_list_was_in_force_the_place_says_so_and_still_has_its_cells(
    open_page: OpenPage, asked: Callable[[str], Any], village: dict[str, Any]
) -> None:
    lon, lat = village["point"]
    page = open_page("planner", f"{here(village['point'])}&on=1990-01-01")
    expect(panel(page).get_by_role("heading", level=1)).to_have_text(asked(f"/here?lon={lon}&lat={lat}&on=1990-01-01")["cells"][-1]["name"])
    expect(panel(page).get_by_text("当日没有生效的准入清单")).to_be_visible()
    expect(panel(page).get_by_text("此处没有网格")).to_have_count(0)


def test_another_day_has_other_people_and_other_editions(open_page: OpenPage, asked: Callable[[str], Any], village: dict[str, Any]) -> None:
    lon, lat = village["point"]
    page = open_page("planner", here(village["point"]))
    for day in ("2022-06-30", None):
        told = asked(f"/here?lon={lon}&lat={lat}" + (f"&on={day}" if day else ""))
        page.goto(re.sub(r"/map.*", here(village["point"]) + (f"&on={day}" if day else ""), page.url))
        expect(panel(page).locator(".person b").first).to_be_visible()
        names = [name for name in panel(page).locator(".person b").all_inner_texts() if name != "岗位空缺"]
        assert sorted(names) == sorted(one["person"]["name"] for one in told["responsible"])
        said = panel(page).locator("details.zone summary").all_inner_texts()
        assert len(said) == len(told["zones"])
        assert all(f"{zone['edition']} 版" in text for zone, text in zip(told["zones"], said, strict=True))


def test_the_tree_is_filtered_by_name_and_keeps_its_place_for_the_keyboard(open_page: OpenPage, village: dict[str, Any]) -> None:
    page = open_page("planner", f"/map?on={BEFORE_THE_CHANGE}")
    page.get_by_role("tab", name="网格树").click()
    rows = page.get_by_role("treeitem")
    rows.first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    page.get_by_role("button", name="回到今天").click()
    expect(page.get_by_text("正在查看")).to_have_count(0)
    expect(page.locator("[role=treeitem][tabindex='0']")).to_have_count(1)
    page.get_by_label("按名称或编码筛选").fill(village["code"])
    page.get_by_role("button", name=re.compile(village["name"])).click()
    expect(panel(page).get_by_role("heading", level=1)).to_have_text(village["name"])
    page.get_by_label("按名称或编码筛选").fill("没有这样的网格")
    expect(page.get_by_text("没有符合的网格。")).to_be_visible()


@LANGUAGES
def test_what_a_clause_asks_is_said_in_words(open_page: OpenPage, asked: Callable[[str], Any], village: dict[str, Any], language: str) -> None:
    page = open_page("planner", here(village["point"]), language=language)
    zone = panel(page).locator("details.zone").filter(has_text=village["zone"]).first
    zone.locator("summary").click()
    more = zone.get_by_role("button", name={"zh": "展开其余", "en": "more"}[language])
    if more.count():
        more.click()
    said = zone.inner_text()
    assert {"zh": "原住居民生产生活", "en": "living and farming of residents"}[language] in said
    assert not re.search(r"residents-farming|explore\.|domain\.", said)
