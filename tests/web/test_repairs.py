"""The repair studio: a damaged file's faults listed and on the map, decided one by one or by rule, taken back, looked at again, loaded."""

import csv
import io
import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from playwright.sync_api import Page, expect
from shapely.geometry.base import BaseGeometry

from tests.web.conftest import DESK, PHONE, Axe, OpenPage, Shot

BOTH = pytest.mark.parametrize(("size", "language"), [(DESK, "zh"), (PHONE, "en")], ids=["desk-zh", "phone-en"])
# Every step is computed and proved on the server; other tests may run beside it.
CHECKED_WITHIN_MS = 90_000


@pytest.fixture
def damaged(served: str, signed_in: Callable[[str], str], tmp_path: Path) -> Path:
    """The villages in force, one reaching 20 cm over its neighbour and another with a hole of 60 m."""
    asked = urllib.request.Request(f"{served}/api/v1/cells?level=village&geometry=full&limit=1000", headers={"Cookie": signed_in("admin")})
    with urllib.request.urlopen(asked) as answer:
        items = json.load(answer)["items"]
    shapes = [shapely.from_geojson(json.dumps(one["geometry"])) for one in items]
    first, second = _neighbours(shapes)
    line = shapely.line_merge(shapely.intersection(shapes[first], shapes[second]))
    place = shapely.line_interpolate_point(line, 0.5, normalized=True)
    shapes[first] = shapely.union(shapes[first], shapely.intersection(place.buffer(2e-6), shapes[second]))
    third = next(at for at in range(len(shapes)) if at not in (first, second))
    inside = shapely.maximum_inscribed_circle(shapes[third], tolerance=1e-4)
    shapes[third] = shapely.difference(shapes[third], shapely.Point(inside.coords[0]).buffer(3e-4, quad_segs=2))
    rows = [
        {"type": "Feature", "properties": {"code": one["code"], "name": one["name"]}, "geometry": json.loads(shapely.to_geojson(shape))}
        for one, shape in zip(items, shapes, strict=True)
    ]
    path = tmp_path / "villages.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}, ensure_ascii=False), "utf-8")
    return path


def _neighbours(shapes: list[BaseGeometry]) -> tuple[int, int]:
    """Two that share one line."""
    for first, one in enumerate(shapes):
        for second in range(first + 1, len(shapes)):
            if shapely.line_merge(shapely.intersection(one, shapes[second])).geom_type == "LineString":
                return first, second
    raise AssertionError("no village has a neighbour")


def dry_run(page: Page, path: Path, *, chinese: bool = True) -> None:
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_label("层级" if chinese else "Level", exact=True)).to_have_value("village")
    page.get_by_role("button", name="试运行" if chinese else "Dry run").click()
    expect(studio(page, chinese=chinese)).to_be_visible(timeout=CHECKED_WITHIN_MS)


def studio(page: Page, *, chinese: bool = True) -> Any:
    return page.get_by_role("region", name="逐处修复" if chinese else "Repairs, one by one")


def check_again(page: Page, *, chinese: bool = True) -> None:
    studio(page, chinese=chinese).get_by_role("button", name="重新校验" if chinese else "Check again").click()


@BOTH
def test_faults_are_listed_decided_one_by_one_checked_and_loaded(
    open_page: OpenPage, axe: Axe, shot: Shot, damaged: Path, size: tuple[int, int], language: str
) -> None:
    chinese = language == "zh"
    page = open_page("admin", "/admin/imports/new", size=size, language=language)
    dry_run(page, damaged, chinese=chinese)
    here = studio(page, chinese=chinese)
    commit = page.get_by_role("button", name="确认生效" if chinese else "Put in force")
    expect(here.get_by_role("heading")).to_have_text("还有 2 处待处理（共 2 处）" if chinese else "2 of 2 still open")
    expect(commit).to_be_disabled()
    overlap = here.get_by_role("listitem").filter(has_text="重叠" if chinese else "Overlap").first
    overlap.get_by_role("button").first.click()
    expect(overlap.locator(".effects li")).to_have_count(2)
    if size == DESK:
        expect(page.locator(".m-pin-fault")).to_have_count(2)
        expect(page.locator(".m-selected")).to_have_count(1)
    axe(page)
    shot(page, f"admin-repairs-{language}-{size[0]}")
    for _ in range(2):
        here.get_by_role("button", name="采纳" if chinese else "Accept", exact=True).first.click()
    expect(here.get_by_role("heading")).to_have_text("还有 0 处待处理（共 2 处）" if chinese else "0 of 2 still open")
    check_again(page, chinese=chinese)
    expect(commit).to_be_enabled(timeout=CHECKED_WITHIN_MS)
    expect(here.get_by_role("button", name="撤销" if chinese else "Undo")).to_have_count(2)
    axe(page)
    shot(page, f"admin-repairs-ready-{language}-{size[0]}")
    commit.click()
    page.get_by_role("dialog").get_by_role("button", name="确认生效" if chinese else "Put in force").press("Enter")
    expect(page.get_by_text("已载入。" if chinese else "Loaded.", exact=False).first).to_be_visible(timeout=CHECKED_WITHIN_MS)


def test_a_rule_takes_the_narrow_a_gap_stays_for_a_reason_and_both_outlast_a_reload(open_page: OpenPage, axe: Axe, damaged: Path) -> None:
    page = open_page("admin", "/admin/imports/new")
    dry_run(page, damaged)
    here = studio(page)
    here.get_by_role("button", name="按条件采纳 1 处").click()
    expect(here.get_by_role("heading")).to_have_text("还有 1 处待处理（共 2 处）")
    here.get_by_role("textbox", name="允许空隙的原因").fill("水库水面")
    here.get_by_role("button", name="允许空隙", exact=True).click()
    expect(here.get_by_text("登记为允许空隙：水库水面")).to_be_visible()
    page.reload()
    expect(here.get_by_role("heading")).to_have_text("还有 0 处待处理（共 2 处）")
    check_again(page)
    expect(page.get_by_role("button", name="确认生效")).to_be_enabled(timeout=CHECKED_WITHIN_MS)
    axe(page)
    here.get_by_role("listitem").filter(has_text="水库水面").get_by_role("button", name="撤销").click()
    check_again(page)
    expect(here.get_by_role("heading")).to_have_text("还有 1 处待处理（共 2 处）", timeout=CHECKED_WITHIN_MS)
    expect(page.get_by_role("button", name="确认生效")).to_be_disabled()


def test_the_list_is_walked_by_keyboard_and_saved_as_table_and_ground(open_page: OpenPage, damaged: Path) -> None:
    page = open_page("admin", "/admin/imports/new")
    dry_run(page, damaged)
    here = studio(page)
    first, second = here.locator(".pick-one").all()
    first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    expect(second).to_have_attribute("aria-pressed", "true")
    with page.expect_download() as table:
        here.get_by_role("button", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(table.value.path().read_text("utf-8-sig"))))
    assert sorted(row["问题类型"] for row in rows) == ["空洞", "重叠"]
    with page.expect_download() as ground:
        here.get_by_role("button", name="GeoJSON").click()
    found = json.loads(ground.value.path().read_text("utf-8"))["features"]
    assert {one["properties"]["kind"]: one["geometry"]["type"] for one in found} == {"overlap": "Polygon", "hole": "Polygon"}
