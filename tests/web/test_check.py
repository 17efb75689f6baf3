"""The planner's check: the site by mouse, by keyboard, from a text and from a file; the answer and what one does with it."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from playwright.sync_api import Page, expect

from tests.web.conftest import DESK, PHONE, Axe, OpenPage, Shot

BOUNDARY_POINTS = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=40
精度=0.001
转换参数=,,,,,,
[地块坐标]
5,0.8000,DK001,地块一,面,,工业用地,,@
J1,1,3200600.000,40389900.000
J2,1,3200600.000,40390000.000
J3,1,3200520.000,40390000.000
J4,1,3200520.000,40389900.000
J1,1,3200600.000,40389900.000
4,0.8000,DK002,地块二,面,,工业用地,,@
J1,1,3200600.000,40390200.000
J2,1,3200600.000,40390300.000
J3,1,3200520.000,40390300.000
J4,1,3200520.000,40390200.000
"""
LONG_NAME = "里洲年产六千吨溶剂新建项目及其配套仓储与污水预处理设施二期工程"
Place = tuple[float, float]


def middle(page: Page) -> Place:
    west, south, east, north = page.request.get(f"{base(page)}/api/v1/installation").json()["area"]
    return (west + east) / 2, (south + north) / 2


def base(page: Page) -> str:
    return re.sub(r"^(https?://[^/]+).*", r"\1", page.url)


def square(at: Place, side: float = 0.002) -> dict[str, Any]:
    lon, lat = at
    return {"type": "Polygon", "coordinates": [[[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]]}


def ask(page: Page, geometry: dict[str, Any], **more: Any) -> str:
    """A check as the server answers it; its id."""
    answer = page.request.post(f"{base(page)}/api/v1/siting-checks", data={"site": geometry, **more})
    assert answer.status == 201, answer.text()
    return str(answer.json()["id"])


def answered(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/check/[0-9a-f-]{36}"), timeout=20_000)
    expect(page.locator(".verdict")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_site_drawn_with_the_mouse_is_answered_and_its_form_stays(open_page: OpenPage, axe: Axe, shot: Shot, language: str) -> None:
    zh = language == "zh"
    page = open_page("planner", "/check", language=language)
    axe(page)
    lon, lat = middle(page)
    page.goto(f"{base(page)}/check?at={lon},{lat},15")
    page.get_by_label("项目名称" if zh else "Project", exact=True).fill(LONG_NAME)
    form = page.locator("section.left")
    form.get_by_role("button", name="画矩形" if zh else "Rectangle", exact=True).click()
    for at in ((650, 350), (850, 500)):
        page.mouse.click(*at)
    expect(form.get_by_text("≈")).to_be_visible()
    industry = page.get_by_role("combobox", name=re.compile("行业类别" if zh else "Industry"))
    industry.fill("有机化学" if zh else "C2614")
    page.get_by_role("option", name=re.compile("C2614")).click()
    form.get_by_role("button", name="校验" if zh else "Check", exact=True).click()
    answered(page)
    expect(page.get_by_label("项目名称" if zh else "Project", exact=True)).to_have_value(LONG_NAME)
    expect(industry).to_have_value(re.compile("^C2614"))
    expect(form.get_by_text("≈")).to_be_visible()
    axe(page)
    shot(page, f"check-desk-{language}")


def test_a_site_is_typed_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("planner", "/check")
    lon, lat = middle(page)
    page.get_by_role("button", name="坐标表").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="加点").focus()
    page.keyboard.press("Enter")
    for column, row in enumerate([(lon, lat), (lon + 0.002, lat), (lon + 0.002, lat + 0.002)]):
        for name, value in zip(("经度 °", "纬度 °"), row, strict=True):
            field = page.get_by_label(f"第 {column + 1} 点{name}", exact=True)
            field.focus()
            page.keyboard.press("Control+a")
            page.keyboard.type(f"{value:.6f}")
        if column < 2:
            page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="校验", exact=True).last.focus()
    page.keyboard.press("Enter")
    answered(page)


def test_parcels_of_a_pasted_text_are_chosen_and_checked(open_page: OpenPage) -> None:
    page = open_page("planner", "/check")
    page.get_by_role("button", name="粘贴坐标").click()
    page.get_by_label("界址点文本或坐标").fill(BOUNDARY_POINTS)
    page.get_by_role("button", name="读取", exact=True).click()
    expect(page.get_by_text("读到 2 个地块")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("地块二")).uncheck()
    page.get_by_role("button", name="用作用地（1）").click()
    expect(page.locator("section.left").get_by_text("≈ 0.80 公顷")).to_be_visible()
    page.get_by_role("button", name="校验", exact=True).last.click()
    answered(page)


def test_coordinates_without_a_system_ask_which_one(open_page: OpenPage) -> None:
    page = open_page("planner", "/check", expected=(r"/api/v1/site-text$",))
    page.get_by_role("button", name="粘贴坐标").click()
    text = "389900 3200600\n390000 3200600\n390000 3200520\n389900 3200520"
    page.get_by_label("界址点文本或坐标").fill(text)
    page.get_by_role("button", name="读取", exact=True).click()
    choices = page.get_by_role("group", name="这份坐标用的是哪个坐标系？")
    expect(choices).to_be_visible()
    choices.get_by_role("button", name=re.compile("落在使用范围内")).first.click()
    expect(page.locator("section.left").get_by_text("≈ 0.80 公顷")).to_be_visible()
    expect(page.get_by_label("界址点文本或坐标")).to_have_value(text)


@pytest.mark.parametrize("kind", ["geojson", "zip"])
def test_a_file_becomes_the_site(open_page: OpenPage, tmp_path: Path, kind: str) -> None:
    page = open_page("planner", "/check")
    geometry = square(middle(page))
    page.get_by_role("button", name="上传", exact=True).click()
    page.locator("input[type=file]").set_input_files(written(tmp_path, geometry, kind))
    expect(page.get_by_text("读到 1 个地块")).to_be_visible()
    expect(page.locator("section.left").get_by_text("≈")).to_be_visible()


def written(folder: Path, geometry: dict[str, Any], kind: str) -> Path:
    path = folder / f"site.{kind}"
    if kind == "geojson":
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "一号"}, "geometry": geometry}]}))
        return path
    shapes = shapely.to_wkb(np.array([shapely.geometry.shape(geometry)], dtype=object))
    pyogrio.raw.write(
        folder / "site.shp", shapes, [np.array(["one"], dtype=object)], ["name"], geometry_type="Polygon", crs="EPSG:4490", driver="ESRI Shapefile"
    )
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(folder.glob("site.[spcd]*")):
            archive.write(part, part.name)
    return path


def test_what_is_missing_is_said_beside_the_form_and_nothing_is_lost(open_page: OpenPage, axe: Axe) -> None:
    page = open_page("planner", "/check", expected=(r"/api/v1/siting-checks$",))
    page.get_by_label("项目名称").fill("没有用地的项目")
    submit = page.get_by_role("button", name="校验", exact=True).last
    page.get_by_role("button", name="填写", exact=True).click()
    submit.click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("请先给出用地范围")
    expect(alert).to_contain_text("排放量")
    axe(page)
    page.get_by_role("button", name="未申报", exact=True).click()
    industry = page.get_by_role("combobox", name=re.compile("行业类别"))
    industry.fill("C9999")
    industry.blur()
    page.get_by_role("button", name="粘贴坐标").click()
    lon, lat = middle(page)
    page.get_by_label("界址点文本或坐标").fill(f"{lon} {lat}\n{lon + 0.002} {lat}\n{lon} {lat + 0.002}")
    page.get_by_role("button", name="读取", exact=True).click()
    expect(page.locator("section.left").get_by_text("≈")).to_be_visible()
    submit.click()
    expect(page.get_by_role("alert")).to_contain_text("C9999")
    expect(page.get_by_label("项目名称")).to_have_value("没有用地的项目")


def test_a_draft_survives_a_reload_and_an_answer_looked_at_leaves_it_alone(open_page: OpenPage) -> None:
    page = open_page("planner", "/check")
    other = ask(page, square(middle(page)), project={"name": "别的项目"})
    page.get_by_label("项目名称").fill("还没问的项目")
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    page.reload()
    expect(page.get_by_label("项目名称")).to_have_value("还没问的项目")
    page.goto(f"{base(page)}/check/{other}")
    expect(page.get_by_label("项目名称")).to_have_value("别的项目")
    page.wait_for_load_state("networkidle")
    page.goto(f"{base(page)}/check")
    expect(page.get_by_label("项目名称")).to_have_value("还没问的项目")
    page.goto(f"{base(page)}/check/{other}")
    page.get_by_role("button", name="以此为底稿修改").click()
    expect(page.get_by_label("项目名称")).to_have_value("别的项目")
    page.get_by_role("button", name="恢复原草稿").click()
    expect(page.get_by_label("项目名称")).to_have_value("还没问的项目")


def test_findings_open_and_show_themselves_on_the_map(open_page: OpenPage) -> None:
    page = open_page("supervisor", "/checks")
    listed = page.request.get(f"{base(page)}/api/v1/siting-checks?verdict=prohibited").json()["items"]
    page.goto(f"{base(page)}/check/{listed[-1]['id']}")
    first = page.locator(".finding > button").first
    first.focus()
    expect(page.locator(".m-hatch.m-highlight").first).to_be_attached()
    page.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".finding.open .clause")).to_be_visible()
    page.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-expanded", "false")


def test_an_answer_is_taken_along_in_four_files(open_page: OpenPage) -> None:
    page = open_page("planner", "/check")
    one = ask(page, square(middle(page)), project={"name": "导出项目"}, industry="C2614")
    page.goto(f"{base(page)}/check/{one}")
    names = {"离线地图（HTML）": ".html", "图形（GeoJSON）": ".geojson", "触及项（CSV）": ".csv", "结果原文（JSON）": ".json"}
    for name, ending in names.items():
        page.get_by_role("button", name="导出").click()
        with page.expect_download() as saved:
            page.get_by_role("menuitem", name=name).click()
        assert saved.value.suggested_filename == f"导出项目{ending}"
        assert saved.value.path().stat().st_size > 10


def test_the_link_opens_the_same_for_a_supervisor_and_not_for_another_planner(open_page: OpenPage) -> None:
    page = open_page("planner", "/check")
    one = ask(page, square(middle(page)), project={"name": "共享项目"})
    seen = open_page("supervisor", f"/check/{one}")
    expect(seen.get_by_label("项目名称")).to_have_value("共享项目")
    hidden = open_page("inspector", f"/check/{one}", expected=(rf"/api/v1/siting-checks/{one}$",))
    expect(hidden.get_by_role("alert")).to_be_visible()
    expect(hidden.locator(".verdict")).to_have_count(0)


def test_two_variants_are_kept_and_compared(open_page: OpenPage, axe: Axe, shot: Shot) -> None:
    page = open_page("planner", "/check")
    lon, lat = middle(page)
    one, two = ask(page, square((lon, lat)), project={"name": "方案一"}), ask(page, square((lon + 0.01, lat)), project={"name": "方案二"})
    page.goto(f"{base(page)}/checks")
    page.get_by_role("checkbox", name="选作比较 方案一").first.check()
    page.get_by_role("checkbox", name="选作比较 方案二").first.check()
    page.get_by_role("button", name="比较所选两项").click()
    expect(page).to_have_url(re.compile(rf"a={one}&b={two}"))
    expect(page.get_by_role("link", name="方案一")).to_be_visible()
    axe(page)
    shot(page, "check-compare-desk-zh")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_cannot_be_determined_never_reads_like_a_pass(open_page: OpenPage, axe: Axe, shot: Shot, size: tuple[int, int], language: str) -> None:
    page = open_page("supervisor", "/checks", size=size, language=language)
    found = page.request.get(f"{base(page)}/api/v1/siting-checks?verdict=undetermined").json()["items"]
    silent = next(one for one in found if one["on"] < "2018-01-01")
    page.goto(f"{base(page)}/check/{silent['id']}")
    said = page.locator(".verdict")
    expect(said).to_contain_text("无法判定" if language == "zh" else "Cannot be determined")
    expect(said.locator(".v-permitted")).to_have_count(0)
    expect(page.locator(".gates .v-permitted")).to_have_count(0)
    expect(page.locator(".m-hatch-undetermined").first).to_be_attached()
    expect(page.get_by_text("2017-06-01").first).to_be_visible()
    axe(page)
    shot(page, f"check-undetermined-{'phone' if size == PHONE else 'desk'}-{language}")


def test_on_the_phone_the_sheet_makes_room_for_drawing_and_the_foot_is_one_row(open_page: OpenPage, axe: Axe) -> None:
    page = open_page("planner", "/check", size=PHONE)
    axe(page)
    sheet = page.locator(".sheet")
    sheet.get_by_role("button", name="画矩形", exact=True).click()
    expect(sheet).to_have_class(re.compile("peek"))
    one = ask(page, square(middle(page)))
    page.goto(f"{base(page)}/check/{one}")
    expect(page.locator(".verdict")).to_be_visible()
    box = page.locator(".sheet .foot").bounding_box()
    assert box is not None and box["height"] <= 72
    axe(page)


def test_a_line_may_be_widened_before_it_is_checked(open_page: OpenPage) -> None:
    page = open_page("planner", "/check")
    lon, lat = middle(page)
    page.goto(f"{base(page)}/check?at={lon},{lat},15")
    page.locator("section.left").get_by_role("button", name="画线", exact=True).click()
    page.mouse.click(600, 300)
    page.mouse.dblclick(800, 400)
    page.get_by_role("textbox", name=re.compile("向外扩展")).fill("50")
    with page.expect_request(re.compile(r"/siting-checks$")) as sent:
        page.get_by_role("button", name="校验", exact=True).last.click()
    body = json.loads(sent.value.post_data or "{}")
    assert (body["site"]["type"], body["buffer_m"]) == ("LineString", 50)
    answered(page)
