"""A redraw from the first drag to the day it holds, on the real server: drawn, undone and redone, submitted, approved by another person, compared."""

import json
import random
import re
import urllib.request
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.conftest import OpenPage, Shot
from tests.web.test_redraw_gestures import UNITS, Editor, Pixel, Place, line_of, require_tiling

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

WIDE = (1920, 1080)
# 桃川镇, which no other test redraws.
AT, ZOOM = (118.938, 28.876), 14
SAVED = re.compile("已自动保存")


@pytest.fixture
def day() -> str:
    """A day on which the redraw shall hold; no other test looks that far ahead."""
    return (date.today() + timedelta(days=40)).isoformat()


@pytest.fixture
def villages(served: str) -> dict[str, dict[str, Any]]:
    """The villages of the town, by name."""
    with urllib.request.urlopen(f"{served}/api/v1/cells?level=village&limit=200", timeout=30) as answer:
        return {cell["name"]: cell for cell in json.load(answer)["items"] if cell["code"].startswith("990124104")}


def _border(editor: Editor, one: dict[str, Any], other: dict[str, Any]) -> Pixel:
    """Where the map shows the middle vertex of the boundary of two cells."""
    pair = {one["code"], other["code"]}
    line = max((line_of(arc) for arc in editor.arcs()["arcs"] if {arc["left"], arc["right"]} == pair), key=len)
    return editor.pixel(line[len(line) // 2])


def _inside(editor: Editor, cell: dict[str, Any]) -> Pixel:
    lon, lat = cell["point"]
    place: Place = (round(lon * UNITS), round(lat * UNITS))
    return editor.pixel(place)


def _saved(editor: Editor, steps: int) -> dict[str, Any]:
    """The draft once so many steps of it are saved."""
    editor.page.locator("ol.steps li:not(.undone)").nth(steps - 1).wait_for()
    editor.page.get_by_text(SAVED).wait_for()
    editor.page.wait_for_load_state("networkidle")
    document = editor.get(f"/redraws/{editor.redraw_id}")
    assert len(document["operations"]) == steps
    assert document["validation"]["ok"]
    editor.look()
    return document


def _dialog(page: "Page") -> "Locator":
    return page.locator("dialog[open]")


def _changes(document: dict[str, Any], level: str = "village") -> dict[str, str]:
    """What every cell gains, by name; neighbours that only get a vertex are left out."""
    return {row["name"]: row["change_m2"] for row in document["impact"]["cells"] if row["level"] == level and row["cause"] != "node"}


def _drag(editor: Editor, villages: dict[str, dict[str, Any]]) -> None:
    """A vertex dragged takes both of its cells along: what one loses the other gains."""
    editor.take("移动界点")
    x, y = _border(editor, villages["虎渡村"], villages["桐浦社区"])
    editor.drag((x, y), (x + 14, y + 5))
    document = _saved(editor, 1)
    changes = _changes(document)
    assert set(changes) == {"虎渡村", "桐浦社区"}
    assert float(changes["虎渡村"]) * float(changes["桐浦社区"]) < 0
    assert set(document["steps"][0]["cells"]) == {villages["虎渡村"]["code"], villages["桐浦社区"]["code"]}
    assert editor.page.locator("table.cells tbody tr").count() == 2
    # Areas are given to the hundredth; what the total is then off by is told as rounding, nothing else is.
    total = document["impact"]["totals"]["change_m2"]
    assert abs(float(total)) <= 0.02
    assert editor.page.get_by_text("在取整误差之内").count() == (total != "0.00")


def _split(editor: Editor, villages: dict[str, dict[str, Any]]) -> None:
    editor.take("拆分")
    for beside in ("溪阳村", "杨湾村"):
        editor.click(_border(editor, villages["苍垟村"], villages[beside]))
    editor.page.get_by_role("button", name="完成", exact=True).click()
    _dialog(editor.page).get_by_label("第 1 部分名称").fill("苍垟北村")
    _dialog(editor.page).get_by_label("第 2 部分名称").fill("苍垟南村")
    _dialog(editor.page).get_by_role("button", name="确定").click()
    changes = _changes(_saved(editor, 2))
    assert {name for name in changes if name.startswith("苍垟")} == {"苍垟村", "苍垟北村", "苍垟南村"}


def _merge(editor: Editor, villages: dict[str, dict[str, Any]]) -> None:
    editor.take("合并")
    for name in ("杨湾村", "溪堰村"):
        editor.click(_inside(editor, villages[name]))
    editor.page.get_by_role("button", name="完成", exact=True).click()
    _dialog(editor.page).get_by_label("名称", exact=True).fill("杨溪村")
    _dialog(editor.page).get_by_role("button", name="确定").click()
    document = _saved(editor, 3)
    assert next(row for row in document["impact"]["cells"] if row["name"] == "杨溪村")["before_m2"] is None


def _transfer(editor: Editor, villages: dict[str, dict[str, Any]]) -> None:
    editor.take("划转")
    x, y = _border(editor, villages["高桥村"], villages["溪阳村"])
    for dx, dy in ((-24, -20), (26, -12), (2, 24)):
        editor.click((x + dx, y + dy))
    editor.page.get_by_role("button", name="完成", exact=True).click()
    editor.click(_inside(editor, villages["溪阳村"]))
    changes = _changes(_saved(editor, 4))
    assert float(changes["溪阳村"]) > 0 > float(changes["高桥村"])


def _hand_over(editor: Editor, villages: dict[str, dict[str, Any]]) -> None:
    editor.take("选择")
    editor.click(_inside(editor, villages["清垟村"]))
    editor.page.get_by_role("button", name="归属调整", exact=True).click()
    _dialog(editor.page).get_by_role("button", name="石洲镇").click()
    _dialog(editor.page).get_by_role("button", name="确定").click()
    document = _saved(editor, 5)
    row = next(row for row in document["impact"]["cells"] if row["name"] == "清垟村")
    assert (row["parent_before"], row["parent"]) == ("990124104000", "990124102000")
    assert float(_changes(document, "township")["石洲镇"]) > 0


def _undo_and_redo(editor: Editor, steps: int, first: dict[str, Any]) -> None:
    """All the way back the grid is what it was, bit by bit; all the way on it is the draft again."""
    page = editor.page
    drafted = editor.arcs()
    require_tiling(drafted)
    for done in reversed(range(steps)):
        page.get_by_role("button", name="撤销上一步").click()
        page.locator("ol.steps li.undone").nth(steps - 1 - done).wait_for()
    page.get_by_text("目前没有任何改动").wait_for()
    page.get_by_text(SAVED).wait_for()
    page.wait_for_load_state("networkidle")
    assert editor.arcs()["arcs"] == first["arcs"]
    for done in range(1, steps + 1):
        page.get_by_role("button", name="重做").click()
        page.locator("ol.steps li.last").get_by_text(str(done), exact=True).wait_for()
    _saved(editor, steps)
    assert editor.arcs()["arcs"] == drafted["arcs"]


def _submit(editor: Editor, day: str) -> str:
    page = editor.page
    page.get_by_label("调整原因").fill("沿新建道路调整村界，溪堰村并入")
    page.get_by_label("依据文件").fill("示例文件 2 号")
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok and day in (answer.request.post_data or "")):
        page.get_by_label("生效日期").fill(day)
        page.get_by_label("生效日期").blur()
    page.get_by_text(SAVED).wait_for()
    page.get_by_role("button", name="提交审批").click()
    _dialog(page).get_by_role("button", name="提交审批").click()
    page.get_by_text("待审批", exact=True).first.wait_for()
    return f"/admin/redraws/{editor.redraw_id}"


def test_a_redraw_from_the_first_drag_to_its_day(
    open_page: OpenPage, served: str, signed_in: Callable[[str], str], villages: dict[str, dict[str, Any]], day: str, shot: Shot
) -> None:
    page = open_page("admin", f"/admin/redraws/new?at={AT[0]},{AT[1]},{ZOOM}", size=WIDE)
    editor = Editor(page, served, signed_in("admin"), random.Random(0))
    first = editor.arcs()
    page.locator(".map-canvas").wait_for()
    editor.look()
    for number, act in enumerate((_drag, _split, _merge, _transfer, _hand_over), 1):
        act(editor, villages)
        shot(page, f"redraw-journey-{number}")
    _undo_and_redo(editor, 5, first)
    path = _submit(editor, day)
    preview = editor.get(path.replace("/admin", ""))["impact"]

    supervisor = open_page("supervisor", path, size=WIDE)
    shot(supervisor, "redraw-journey-review")
    supervisor.get_by_role("button", name="批准").click()
    _dialog(supervisor).get_by_role("button", name="批准").click()
    supervisor.get_by_text("待生效", exact=True).first.wait_for()
    written = editor.get(path.replace("/admin", ""))
    assert written["impact"] == preview

    made = {row["name"]: row["code"] for row in written["impact"]["cells"] if row["level"] == "village" and row["before_m2"] is None}
    assert set(made) == {"苍垟北村", "苍垟南村", "杨溪村"}
    planner = open_page("planner", f"/map?on={day}&sel=cell:{made['杨溪村']}", size=WIDE)
    planner.get_by_role("heading", name="杨溪村").first.wait_for()
    compare = open_page(None, f"/map/compare?from={date.today()}&to={day}", size=WIDE)
    for name in made:
        compare.get_by_role("row").filter(has_text=name).filter(has_text="新设").wait_for()
    assert compare.get_by_text("个网格不同，增减合计").is_visible()
    shot(compare, "redraw-journey-compare")

    page.reload()
    page.get_by_role("button", name="撤回").click()
    _dialog(page).get_by_role("button", name="撤回").click()
    page.get_by_text("已撤回", exact=True).first.wait_for()


def test_a_draft_learns_that_another_one_was_approved_on_its_cell(open_page: OpenPage, served: str, villages: dict[str, dict[str, Any]], day: str) -> None:
    village = villages["桃垟村"]
    page = open_page("admin", f"/admin/redraws/new?cells={village['code']}", expected=("409",))
    supervisor = open_page("supervisor", "/admin/redraws")

    def ask(who: "Page", path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = who.request.post(f"{served}/api/v1{path}", data=body)
        assert answer.ok, answer.text()
        return dict(answer.json())

    def rename(name: str) -> None:
        page.get_by_role("button", name="更名", exact=True).click()
        page.get_by_label("名称", exact=True).fill(name)
        page.get_by_role("button", name="确定").click()

    page.get_by_label("生效日期").fill(day)
    page.get_by_label("生效日期").blur()
    rename("桃垟新村")
    page.get_by_text(SAVED).wait_for()
    page.wait_for_url(re.compile(r"/admin/redraws/\d+"))
    operations = [{"op": "rename", "cell": village["code"], "name": "桃源村"}]
    other = ask(page, "/redraws", {"scheme": village["scheme"], "effective_from": day, "reason": "更名", "document": "示例文件 3 号", "operations": operations})
    ask(page, f"/redraws/{other['id']}/submit", {"note": None})
    ask(supervisor, f"/redraws/{other['id']}/approve", {"note": None})

    page.get_by_label("调整原因").fill("名称与门牌不符")
    told = page.get_by_role("alert").filter(has_text="网格已有变化")
    told.wait_for()
    assert village["code"] in told.inner_text()
    told.get_by_role("button", name="以最新网格重算").click()
    page.get_by_text(SAVED).wait_for()
    assert "桃源村 → 桃垟新村" in page.locator("ol.steps").inner_text()

    page.get_by_role("button", name="放弃草稿").click()
    _dialog(page).get_by_role("button", name="撤回").click()
    page.get_by_text("已撤回", exact=True).first.wait_for()
    ask(page, f"/redraws/{other['id']}/withdraw", {"note": None})
