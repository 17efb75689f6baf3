"""What administrators do: look at layers and lists, put a list in force, load a file or see why it cannot be, and say who may sign in."""

import json
import re
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
import shapely
from playwright.sync_api import Page, expect
from pyogrio.raw import write
from pyproj import Transformer

from tests.web.conftest import DESK, PHONE, Axe, OpenPage, Shot

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
PAGES = {
    "layers": "/admin/layers",
    "layer": "/admin/layers/ecological-red-line",
    "lists": "/admin/rules",
    "list": "/admin/rules/red-line/2024",
    "list-try": "/admin/rules/try",
    "imports": "/admin/imports",
    "import-new": "/admin/imports/new",
    "users": "/admin/users",
    "base-map": "/admin/base-map",
}
LIST = """ruleset: {key}
edition: "1"
effective_from: 2099-01-01
authority: 示例市人民政府
rules:
  - id: R-1
    layer: ecological-red-line
    where: {{core: true}}
    effect: {effect}
    dimension: space
    text: 核心保护区内，禁止新建项目。
    text_kind: paraphrase
    citation: {{instrument: 示例办法, article: 第三条, in_force_from: 2024-01-01, status: example}}
examples:
  - {{in: [{{layer: ecological-red-line, where: {{core: true}}}}], industry: C1511, action: new, verdict: {verdict}}}
"""


def kind(size: tuple[int, int]) -> str:
    return "phone" if size == PHONE else "desk"


@pytest.fixture
def villages(served: str, signed_in: Callable[[str], str]) -> list[dict[str, Any]]:
    """The villages in force as features of a file."""
    asked = urllib.request.Request(f"{served}/api/v1/cells?level=village&geometry=full&limit=1000", headers={"Cookie": signed_in("admin")})
    with urllib.request.urlopen(asked) as answer:
        items = json.load(answer)["items"]
    return [{"type": "Feature", "properties": {"code": one["code"], "name": one["name"]}, "geometry": one["geometry"]} for one in items]


def geojson(path: Path, features: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), "utf-8")
    return path


def choose(page: Page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(path)


@SIZES
@LANGUAGES
def test_every_page_of_the_administrator_is_for_everybody(open_page: OpenPage, axe: Axe, shot: Shot, size: tuple[int, int], language: str) -> None:
    page = open_page("admin", "/admin/layers", size=size, language=language)
    base = page.url.removesuffix("/admin/layers")
    for name, path in PAGES.items():
        page.goto(base + path)
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        axe(page)
        shot(page, f"admin-{name}-{kind(size)}-{language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_layer_is_opened_by_keyboard_and_its_zones_are_found(open_page: OpenPage) -> None:
    page = open_page("admin", "/admin/layers")
    page.get_by_role("grid", name="图层与版本").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("生态保护红线")
    expect(page.get_by_role("button", name="2024 版")).to_have_attribute("aria-pressed", "true")
    zones = page.get_by_role("grid", name="2024 版的区域")
    expect(zones.get_by_role("row")).not_to_have_count(1)
    page.get_by_role("searchbox", name="筛选表格内容").fill("核心")
    expect(page.locator(".m-pin").first).to_be_visible()
    zones.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".m-selected")).to_have_count(1)
    with page.expect_download() as saved:
        page.get_by_role("button", name="导出 CSV").click()
    assert saved.value.suggested_filename == "ecological-red-line-2024.csv"


def test_an_edition_that_is_over_says_what_the_map_shows(open_page: OpenPage, axe: Axe) -> None:
    page = open_page("admin", "/admin/layers/ecological-red-line")
    page.get_by_role("button", name="2018 版").click()
    expect(page).to_have_url(re.compile("edition=2018"))
    expect(page.get_by_text("2018 版当日未生效")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="切换到 2018-07-01").click()
    expect(page.locator(".band")).to_contain_text("正在查看 2018-07-01 的情况")
    expect(page.get_by_text("当日未生效")).to_have_count(0)


def test_supervisors_read_layers_and_lists_but_change_nothing(open_page: OpenPage) -> None:
    page = open_page("supervisor", "/admin/layers")
    expect(page.get_by_role("heading", level=1)).to_have_text("图层与版本")
    expect(page.get_by_role("link", name="导入图层")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("u")
    expect(page.get_by_role("heading", level=1)).to_have_text("准入清单")
    expect(page.get_by_role("link", name="检查并发布")).to_have_count(0)
    page.goto(page.url.replace("/rules", "/users"))
    page.wait_for_url(re.compile(r"/map"))


def test_a_list_is_opened_and_its_examples_stand(open_page: OpenPage) -> None:
    page = open_page("admin", "/admin/rules", language="en")
    page.get_by_role("link", name="edition 2018").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("red-line · edition 2018")
    expect(page.get_by_text("7 of 7 right")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Prohibits")).click()
    expect(page.locator("article .v-permitted")).to_have_count(0)


@pytest.mark.parametrize(("size", "language"), [(DESK, "zh"), (PHONE, "en")], ids=["desk-zh", "phone-en"])
def test_a_list_is_mended_while_it_is_written_and_then_put_in_force(open_page: OpenPage, axe: Axe, shot: Shot, size: tuple[int, int], language: str) -> None:
    page = open_page("admin", "/admin/rules/try", size=size, language=language)
    chinese = language == "zh"
    key = f"probe-{uuid4().hex[:8]}"
    area = page.get_by_role("textbox", name="清单内容（YAML）" if chinese else "The list (YAML)")
    area.fill(LIST.format(key=key, effect="prohibt", verdict="prohibited"))
    publish = page.get_by_role("button", name="发布" if chinese else "Publish", exact=True)
    line = page.get_by_role("button", name="第 9 行" if chinese else "Line 9")
    expect(line).to_be_visible()
    expect(publish).to_be_disabled()
    axe(page)
    shot(page, f"admin-list-fault-{kind(size)}-{language}")
    line.press("Enter")
    assert (
        page.evaluate("document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)") == "    effect: prohibt"
    )
    area.fill(LIST.format(key=key, effect="prohibit", verdict="permitted"))
    expect(page.locator(".examples .bad")).to_have_count(1)
    expect(publish).to_be_disabled()
    area.fill(LIST.format(key=key, effect="prohibit", verdict="prohibited"))
    expect(publish).to_be_enabled()
    axe(page)
    shot(page, f"admin-list-sound-{kind(size)}-{language}")
    publish.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("自 2099-01-01 起生效，共 1 条条款" if chinese else "From 2099-01-01 on")
    dialog.get_by_role("button", name="发布" if chinese else "Publish", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(key)


@pytest.mark.parametrize(("size", "language"), [(DESK, "zh"), (PHONE, "en")], ids=["desk-zh", "phone-en"])
def test_a_dirty_file_is_refused_row_by_row_and_changes_nothing(
    open_page: OpenPage, axe: Axe, shot: Shot, tmp_path: Path, villages: list[dict[str, Any]], size: tuple[int, int], language: str
) -> None:
    chinese = language == "zh"
    villages[1]["properties"]["code"] = villages[0]["properties"]["code"]
    villages[2]["properties"]["code"] = ""
    villages[3]["properties"]["name"] = "云溪经济技术开发区石梁水源涵养生态保护红线外围社区联合网格村甲"
    villages[3]["geometry"] = json.loads(shapely.to_geojson(shapely.affinity.scale(shapely.from_geojson(json.dumps(villages[3]["geometry"])), 1.05, 1.05)))
    page = open_page("admin", "/admin/imports/new", size=size, language=language)
    choose(page, geojson(tmp_path / "village-2026.geojson", villages))
    expect(page.get_by_label("编码字段" if chinese else "Column of codes", exact=True)).to_have_value("code")
    expect(page.get_by_label("层级" if chinese else "Level", exact=True)).to_have_value("village")
    axe(page)
    shot(page, f"admin-import-fields-{kind(size)}-{language}")
    page.get_by_role("button", name="试运行" if chinese else "Dry run").click()
    expect(page.get_by_text("未载入任何内容" if chinese else "Nothing was loaded")).to_be_visible(timeout=30_000)
    rows = page.get_by_role("grid", name="问题清单" if chinese else "What was found")
    expect(rows.get_by_text("编码重复" if chinese else "Code twice").first).to_be_visible()
    expect(page.get_by_role("button", name="确认生效" if chinese else "Put in force")).to_be_disabled()
    rows.focus()
    page.keyboard.press("ArrowDown")
    expect(rows.locator("[aria-selected=true]")).to_have_count(1)
    axe(page)
    shot(page, f"admin-import-refused-{kind(size)}-{language}")
    if size == DESK:
        expect(page.locator(".m-pin-fault").first).to_be_visible()
        expect(page.locator(".m-selected")).to_have_count(1)
    repairs = page.get_by_role("region", name="逐处修复" if chinese else "Repairs, one by one").get_by_role("button", name="GeoJSON")
    kinds = []
    for button in (repairs, page.get_by_role("button", name="GeoJSON").last):
        with page.expect_download() as saved:
            button.click()
        kinds.append({one["properties"]["kind"] for one in json.loads(saved.value.path().read_text("utf-8"))["features"]})
    assert "overlap" in kinds[0] and kinds[1] == {"duplicate", "rejected"}
    page.get_by_role("link", name="上一步" if chinese else "Back", exact=True).click()
    expect(page.get_by_label("层级" if chinese else "Level", exact=True)).to_have_value("village")


def test_a_file_without_a_reference_system_asks_which_it_is(open_page: OpenPage, axe: Axe, shot: Shot, tmp_path: Path, villages: list[dict[str, Any]]) -> None:
    plane = Transformer.from_crs("EPSG:4490", "EPSG:4549", always_xy=True)
    shapes = [shapely.transform(shapely.from_geojson(json.dumps(one["geometry"])), lambda at: np.column_stack(plane.transform(*at.T))) for one in villages]
    columns = [np.array([one["properties"][name] for one in villages], dtype=object) for name in ("code", "name")]
    with pytest.warns(UserWarning, match="crs"):
        write(tmp_path / "v.shp", shapely.to_wkb(shapes), columns, ["code", "name"], geometry_type="MultiPolygon", driver="ESRI Shapefile", encoding="UTF-8")
    with zipfile.ZipFile(tmp_path / "v.zip", "w") as archive:
        for part in tmp_path.glob("v.*"):
            if part.suffix in (".shp", ".shx", ".dbf", ".cpg"):
                archive.write(part, part.name)
    page = open_page("admin", "/admin/imports/new", expected=("422",))
    choose(page, tmp_path / "v.zip")
    page.get_by_role("button", name="试运行").click()
    expect(page.get_by_text("这份文件用的是哪个坐标系？")).to_be_visible(timeout=30_000)
    offered = page.get_by_role("radio", name=re.compile("EPSG:4549"))
    offered.check()
    axe(page)
    shot(page, "admin-import-crs-desk-zh")
    page.get_by_role("button", name="按此坐标系重新检查").click()
    expect(page.get_by_text("文件中的图形")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("这份文件用的是哪个坐标系？")).to_have_count(0)


@pytest.mark.parametrize(("size", "language"), [(DESK, "en"), (PHONE, "zh")], ids=["desk-en", "phone-zh"])
def test_a_clean_file_of_zones_is_tried_then_put_in_force(
    open_page: OpenPage, axe: Axe, shot: Shot, tmp_path: Path, villages: list[dict[str, Any]], size: tuple[int, int], language: str
) -> None:
    chinese = language == "zh"
    key = f"probe-{uuid4().hex[:8]}"
    page = open_page("admin", f"/admin/imports/new?kind=zones&layer={key}", size=size, language=language)
    choose(page, geojson(tmp_path / "zones-2099.geojson", villages[:3]))
    expect(page.get_by_label("图层标识" if chinese else "Key of the layer")).to_have_value(key)
    page.get_by_label("类别" if chinese else "Kind", exact=True).select_option("other")
    page.get_by_label("图层名称" if chinese else "Name of the layer").fill("示例区域")
    page.get_by_label("生效日期" if chinese else "In force from").fill("2099-01-01")
    axe(page)
    page.get_by_role("button", name="试运行" if chinese else "Dry run").click()
    commit = page.get_by_role("button", name="确认生效" if chinese else "Put in force")
    expect(commit).to_be_enabled(timeout=30_000)
    axe(page)
    shot(page, f"admin-import-ready-{kind(size)}-{language}")
    commit.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("共 3 个区域，自 2099-01-01 起生效" if chinese else "3 zones, in force from 2099-01-01")
    dialog.get_by_role("button", name="确认生效" if chinese else "Put in force").press("Enter")
    expect(page.get_by_text("已载入。" if chinese else "Loaded.", exact=False).first).to_be_visible(timeout=30_000)
    shot(page, f"admin-import-done-{kind(size)}-{language}")
    page.get_by_role("link", name="查看图层" if chinese else "See the layer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("示例区域")


def test_a_file_that_is_none_is_refused_and_the_page_goes_on(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("admin", "/admin/imports/new", expected=("415",))
    choose(page, geojson(tmp_path / "x.geojson", []).with_suffix(".geojson"))
    (tmp_path / "notes.json").write_text("no data", "utf-8")
    page.reload()
    choose(page, tmp_path / "notes.json")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("input[type=file]")).to_be_enabled()


@SIZES
def test_an_account_is_opened_changed_and_disabled(open_page: OpenPage, axe: Axe, shot: Shot, size: tuple[int, int]) -> None:
    page = open_page("admin", "/admin/users", size=size)
    name = f"probe-{uuid4().hex[:8]}"
    page.get_by_role("button", name="开通账号").click()
    page.get_by_label("用户名").fill(name)
    page.get_by_role("combobox", name="网格", exact=True).fill("镇")
    expect(page.get_by_role("option").first).to_be_visible()
    axe(page)
    shot(page, f"admin-user-new-{kind(size)}-zh")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="生成").click()
    page.get_by_role("button", name="开通", exact=True).click()
    secret = page.locator(".secret")
    expect(secret).to_have_text(re.compile(r"^[a-z2-9]{4}(-[a-z2-9]{4}){3}$"))
    axe(page)
    page.get_by_role("button", name="我已记录").click()
    expect(secret).to_have_count(0)
    expect(page.get_by_text(f"已选择 {name}")).to_be_visible()
    page.get_by_role("button", name="停用").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("停用后不能登录")
    dialog.get_by_role("button", name="停用").press("Enter")
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("已停用")
    page.get_by_role("button", name="修改").click()
    page.get_by_role("radio", name=re.compile("^监管岗")).check()
    page.get_by_role("button", name="保存").click()
    expect(row).to_contain_text("监管岗")


def test_the_last_administrator_stays(open_page: OpenPage, axe: Axe, shot: Shot) -> None:
    page = open_page("admin", "/admin/users", expected=("409",))
    page.get_by_role("row").filter(has_text="本人").click()
    page.get_by_role("button", name="停用").click()
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(page.get_by_role("alert")).to_contain_text("admin 是最后一个可用的管理员账号，请先另设管理员。")
    axe(page)
    shot(page, "admin-last-desk-zh")
    page.keyboard.press("Escape")
    expect(page.get_by_role("row").filter(has_text="本人")).to_contain_text("正常")
