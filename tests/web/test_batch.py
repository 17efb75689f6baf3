"""A whole file of sites: sent, its columns named, answered row by row in a table and on the map, taken along."""

import csv
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import DESK, PHONE, Axe, OpenPage, Shot

SLOW_MS = 30_000


def base(page: Page) -> str:
    return re.sub(r"^(https?://[^/]+).*", r"\1", page.url)


def middle(page: Page) -> tuple[float, float]:
    west, south, east, north = page.request.get(f"{base(page)}/api/v1/installation").json()["area"]
    return (west + east) / 2, (south + north) / 2


def listing(folder: Path, page: Page, rows: int = 3) -> Path:
    """Squares in the middle of the city, and a last row whose industry is none."""
    lon, lat = middle(page)
    path = folder / "sites.csv"
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["档号", "项目名称", "行业代码", "建设性质", "wkt"])
        for row in range(rows):
            x, y = lon + 0.004 * (row % 10), lat + 0.004 * (row // 10)
            ring = ", ".join(f"{a:.6f} {b:.6f}" for a, b in ((x, y), (x + 0.002, y), (x + 0.002, y + 0.002), (x, y + 0.002), (x, y)))
            writer.writerow([f"D{row + 1}", f"项目{row + 1}", "C9999" if row == rows - 1 else "C2614", "new", f"POLYGON(({ring}))"])
    return path


def uploaded(page: Page, path: Path) -> str:
    """A batch as the server takes it, finished; its id."""
    sent = page.request.post(f"{base(page)}/api/v1/uploads?filename={path.name}", data=path.read_bytes(), headers={"Content-Type": "application/octet-stream"})
    assert sent.status == 201, sent.text()
    body = {"upload": sent.json()["id"], "id_field": "档号", "industry_field": "行业代码", "action_field": "建设性质"}
    asked = page.request.post(f"{base(page)}/api/v1/siting-batches", data=body)
    assert asked.status == 202, asked.text()
    return str(asked.json()["id"])


@pytest.fixture(scope="module")
def asked() -> dict[str, str]:
    """Batches by server: few may be asked in an hour, so the tests look at one."""
    return {}


@pytest.fixture
def finished(open_page: OpenPage, tmp_path: Path, asked: dict[str, str]) -> str:
    """A batch of three rows that is answered, the last with an error."""
    page = open_page("planner", "/batch")
    batch = asked.setdefault(base(page), "") or uploaded(page, listing(tmp_path, page))
    asked[base(page)] = batch
    page.goto(f"{base(page)}/batch/{batch}")
    expect(page.get_by_text("已完成")).to_be_visible(timeout=SLOW_MS)
    return batch


def test_a_file_is_sent_its_columns_named_and_every_row_answered(open_page: OpenPage, axe: Axe, shot: Shot, tmp_path: Path) -> None:
    page = open_page("planner", "/batch")
    axe(page)
    page.locator("input[type=file]").set_input_files(listing(tmp_path, page))
    start = page.get_by_role("button", name="开始校验 3 行")
    expect(start).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_label("行业类别", exact=True)).to_have_value("行业代码")
    expect(page.get_by_label("编号", exact=True)).to_have_value("")
    page.get_by_label("编号", exact=True).select_option("档号")
    axe(page)
    shot(page, "batch-columns-desk-zh")
    start.click()
    expect(page).to_have_url(re.compile(r"/batch/[0-9a-f-]{36}"))
    expect(page.get_by_text("已完成")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("grid").get_by_role("row")).to_have_count(4)
    expect(page.get_by_role("button", name=re.compile("有误"))).to_contain_text("1")
    axe(page)
    shot(page, "batch-desk-zh")
    page.goto(f"{base(page)}/batch")
    expect(page.get_by_role("link", name=re.compile("sites.csv")).first).to_contain_text("3 行")
    page.locator("input[type=file]").set_input_files(listing(tmp_path, page))
    expect(page.get_by_label("编号", exact=True)).to_have_value("档号", timeout=SLOW_MS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_row_with_an_error_says_what_and_where(open_page: OpenPage, finished: str, axe: Axe, shot: Shot, language: str) -> None:
    page = open_page("planner", f"/batch/{finished}", language=language)
    page.get_by_role("group", name=re.compile("结论|verdict")).get_by_role("button").last.click()
    rows = page.get_by_role("grid").get_by_role("row")
    expect(rows).to_have_count(2)
    page.get_by_role("grid").focus()
    page.keyboard.press("ArrowDown")
    card = page.get_by_role("region", name="项目3")
    expect(card).to_contain_text("第 3 行" if language == "zh" else "Row 3")
    expect(card).to_contain_text("C9999")
    expect(card).to_contain_text("未能校验" if language == "zh" else "Not checked")
    axe(page)
    shot(page, f"batch-error-desk-{language}")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_row_opens_its_own_check(open_page: OpenPage, finished: str, axe: Axe, size: tuple[int, int]) -> None:
    page = open_page("planner", f"/batch/{finished}", size=size)
    page.get_by_role("row", name=re.compile("项目1")).click()
    axe(page)
    page.get_by_role("region", name="项目1").get_by_role("button", name="单独校验").click()
    expect(page).to_have_url(re.compile(r"/check(\?|$)"))
    expect(page.get_by_label("项目名称")).to_have_value("项目1")
    expect(page.get_by_text("≈").first).to_be_visible()


def test_the_map_shows_the_rows_of_the_filter_and_chooses_them(open_page: OpenPage, finished: str) -> None:
    page = open_page("planner", f"/batch/{finished}")
    marks = page.locator(".leaflet-pane .m-hatch, .leaflet-pane .m-pin")
    expect(marks).not_to_have_count(0)
    page.get_by_role("searchbox").last.fill("项目2")
    expect(marks).to_have_count(1)
    page.get_by_role("row", name=re.compile("项目2")).click()
    expect(page.locator(".m-highlight")).not_to_have_count(0)
    page.get_by_role("button", name="关闭", exact=True).click()
    box = page.locator(".mapbox").bounding_box()
    assert box is not None
    shape = page.locator(".leaflet-pane .m-hatch").first
    expect(shape).to_be_attached()
    page.wait_for_load_state("networkidle")
    hit = shape.bounding_box()
    assert hit is not None
    page.mouse.click(hit["x"] + hit["width"] / 2, hit["y"] + hit["height"] / 2)
    expect(page.get_by_role("region", name="项目2")).to_be_visible()


def test_results_are_taken_along_as_files(open_page: OpenPage, finished: str) -> None:
    page = open_page("planner", f"/batch/{finished}")
    for name, ending in {"GeoPackage": ".gpkg", "CSV（逐行结论）": ".csv", "Parquet": ".parquet", "GeoJSON": ".geojson"}.items():
        page.get_by_role("button", name="下载结果").click()
        with page.expect_download() as saved:
            page.get_by_role("menuitem", name=re.compile(re.escape(name))).click()
        assert saved.value.suggested_filename == f"sites-{finished[:8]}{ending}"
        assert saved.value.path().stat().st_size > 10


def test_an_example_can_be_had_and_it_can_be_sent(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("planner", "/batch", language="en")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download an example").click()
    path = tmp_path / "example.csv"
    saved.value.save_as(path)
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_role("button", name="Check 7 rows")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_label("Industry", exact=True)).to_have_value("industry")


def test_a_file_that_cannot_be_read_is_refused_in_words_and_another_may_be_sent(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("planner", "/batch", expected=(r"/api/v1/uploads",))
    path = tmp_path / "sites.gpkg"
    path.write_text("no package")
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_role("alert")).to_be_visible(timeout=SLOW_MS)
    expect(page.locator("input[type=file]")).to_be_attached()


def test_a_batch_of_somebody_else_is_not_known_of(open_page: OpenPage) -> None:
    page = open_page("planner", "/batch/00000000-0000-4000-8000-000000000000", expected=(r"/api/v1/siting-batches/0",))
    expect(page.get_by_role("alert")).to_be_visible()


def test_a_batch_that_failed_or_waits_says_so_and_twenty_thousand_rows_scroll(open_page: OpenPage, axe: Axe, shot: Shot) -> None:
    page = open_page("planner", "/batch")
    lon, lat = middle(page)
    one = "11111111-1111-4111-8111-111111111111"
    verdicts = ["prohibited", "undetermined", "conditional", "permitted"]
    batch = {
        **{
            "id": one,
            "kind": "siting-batch",
            "state": "cancelled",
            "done": 20_000,
            "total": 25_000,
            "message": "",
            "asked_by": "planner",
            "filename": "many.gpkg",
        },
        **{"queued_at": "2026-11-22T02:00:00Z", "started_at": "2026-11-22T02:00:01Z", "finished_at": "2026-11-22T02:09:00Z", "error": None, "result": None},
        **{"rows": 20_000, "verdicts": dict.fromkeys(verdicts, 5000), "errors": 0, "findings": 0},
    }

    def site(row: int) -> dict[str, object]:
        x, y = lon + (row % 200) * 0.0005, lat + (row // 200) * 0.0005
        gates = dict.fromkeys(("verdict", "space", "quota", "project"), verdicts[row % 4])
        figures = {"area_m2": "100.00", "findings": 1, "no_data": 0, "error": None, "point": [x, y], "bbox": [x, y, x, y]}
        return {"site_id": str(row), "row": row, "name": f"用地{row}", **gates, **figures}

    def pages(route: object, request: object) -> None:
        begin = int(re.findall(r"cursor=(\d+)", request.url)[0]) if "cursor" in request.url else 0  # type: ignore[attr-defined]
        after = begin + 1000
        items = [site(row) for row in range(begin + 1, after + 1)]
        route.fulfill(body=json.dumps({"items": items, "next": str(after) if after < 20_000 else None}), content_type="application/json")  # type: ignore[attr-defined]

    page.route(re.compile(rf"/siting-batches/{one}$"), lambda route: route.fulfill(body=json.dumps(batch), content_type="application/json"))
    page.route(re.compile(rf"/siting-batches/{one}/sites\?"), pages)
    page.goto(f"{base(page)}/batch/{one}")
    expect(page.get_by_text("已取消。取消前已校验 20,000 行")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("共 20,000 行")).to_be_visible()
    grid = page.get_by_role("grid")
    grid.focus()
    page.keyboard.press("End")
    expect(page.get_by_role("row", name=re.compile("用地20000"))).to_be_visible()
    assert page.get_by_role("row").count() < 80
    assert page.locator(".m-pin").count() < 400
    axe(page)
    shot(page, "batch-20000-desk-zh")
