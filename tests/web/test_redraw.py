"""Redraws in a real browser: drafted and saved step by step, refused, submitted, decided on by another person; the grid of two days compared."""

import json
import re
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.conftest import DESK, PHONE, Axe, OpenPage, Shot

if TYPE_CHECKING:
    from playwright.sync_api import Page

SAVED = re.compile("已自动保存")
DRAFTS = "**/api/v1/redraws"


@pytest.fixture(scope="module")
def village(served: str) -> dict[str, Any]:
    """A village of the sample that none of its redraws touches."""
    with urllib.request.urlopen(f"{served}/api/v1/cells?level=village&limit=200", timeout=30) as answer:
        found: list[dict[str, Any]] = json.load(answer)["items"]
    return next(cell for cell in found if cell["name"] == "柘畈村")


def _drafted(page: "Page", name: str) -> None:
    """Renames the cell that is picked."""
    page.get_by_role("button", name="更名").click()
    page.get_by_label("名称", exact=True).fill(name)
    page.get_by_role("button", name="确定").click()
    page.get_by_text(SAVED).wait_for()


def _give_up(page: "Page") -> None:
    page.get_by_role("button", name="放弃草稿").click()
    page.locator("dialog[open]").get_by_role("button", name="撤回").click()
    page.get_by_text("已撤回", exact=True).first.wait_for()


def test_a_step_is_saved_undone_and_redone(open_page: OpenPage, village: dict[str, Any]) -> None:
    page = open_page("admin", f"/admin/redraws/new?cells={village['code']}")
    _drafted(page, "试改村")
    page.wait_for_url(re.compile(r"/admin/redraws/\d+"))
    steps = page.locator("ol.steps")
    assert "→ 试改村" in steps.inner_text()
    page.get_by_role("button", name="撤销上一步").click()
    steps.get_by_text("已撤销，可重做").wait_for()
    page.get_by_text(SAVED).wait_for()
    page.get_by_role("button", name="重做").click()
    page.locator("ol.steps .last").wait_for()
    page.get_by_text(SAVED).wait_for()
    page.reload()
    page.locator("ol.steps .last", has_text="试改村").wait_for()
    _give_up(page)


def test_a_refused_step_is_told_at_its_place_and_taken_back(open_page: OpenPage, village: dict[str, Any]) -> None:
    page = open_page("admin", f"/admin/redraws/new?cells={village['code']}", expected=("422",))
    problem = {
        "type": "/problems/refused",
        "title": "不能执行",
        "status": 422,
        "detail": "线没有穿过网格。",
        "errors": [{"pointer": "/operations/0/line", "detail": "线没有穿过网格。", "at": village["point"]}],
    }
    page.route(DRAFTS, lambda route: route.fulfill(status=422, content_type="application/problem+json", body=json.dumps(problem)))
    page.get_by_role("button", name="更名").click()
    page.get_by_label("名称", exact=True).fill("试改村")
    page.get_by_role("button", name="确定").click()
    refusal = page.get_by_role("alert").filter(has_text="第 1 步无法执行，已撤回")
    refusal.get_by_text("线没有穿过网格。").wait_for()
    assert page.locator("ol.steps li").count() == 0
    page.locator("[data-pin]").wait_for()


def test_cells_changed_meanwhile_are_named_and_the_draft_is_carried_out_anew(open_page: OpenPage, village: dict[str, Any]) -> None:
    page = open_page("admin", f"/admin/redraws/new?cells={village['code']}", expected=("409",))
    problem = {"type": "/problems/stale-plan", "title": "网格已变化", "status": 409, "detail": "网格已变化。", "cells": [village["code"]]}
    page.route(DRAFTS, lambda route: route.fulfill(status=409, content_type="application/problem+json", body=json.dumps(problem)), times=1)
    page.get_by_role("button", name="更名").click()
    page.get_by_label("名称", exact=True).fill("试改村")
    page.get_by_role("button", name="确定").click()
    told = page.get_by_role("alert").filter(has_text="网格已有变化")
    assert village["code"] in told.inner_text()
    told.get_by_role("button", name="以最新网格重算").click()
    page.get_by_text(SAVED).wait_for()
    assert "试改村" in page.locator("ol.steps").inner_text()
    _give_up(page)


def test_without_a_network_the_steps_are_kept_and_saved_later(open_page: OpenPage, village: dict[str, Any]) -> None:
    page = open_page("admin", f"/admin/redraws/new?cells={village['code']}", expected=("ERR_FAILED", "failed:"))
    page.route(DRAFTS, lambda route: route.abort(), times=1)
    page.get_by_role("button", name="更名").click()
    page.get_by_label("名称", exact=True).fill("试改村")
    page.get_by_role("button", name="确定").click()
    told = page.get_by_role("alert").filter(has_text="网络不通")
    assert "试改村" in page.locator("ol.steps").inner_text()
    told.get_by_role("button", name="重试").click()
    page.get_by_text(SAVED).wait_for()
    _give_up(page)


def test_another_person_gives_back_what_was_submitted(open_page: OpenPage, village: dict[str, Any], shot: Shot) -> None:
    page = open_page("admin", f"/admin/redraws/new?cells={village['code']}")
    _drafted(page, "试改村")
    page.wait_for_url(re.compile(r"/admin/redraws/\d+"))
    page.get_by_label("调整原因").fill("名称与门牌不符")
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        page.get_by_label("依据文件").fill("示例文件 1 号")
    page.get_by_text(SAVED).wait_for()
    page.get_by_role("button", name="提交审批").click()
    page.locator("dialog[open]").get_by_role("button", name="提交审批").click()
    page.get_by_text("待审批", exact=True).first.wait_for()
    assert page.get_by_role("button", name="批准").count() == 0
    reviewer = open_page("supervisor", re.sub(r"^https?://[^/]+|\?.*$", "", page.url))
    shot(reviewer, "redraw-review")
    reviewer.get_by_role("button", name="退回").click()
    reviewer.locator("dialog[open] textarea").fill("请补充附图")
    reviewer.locator("dialog[open]").get_by_role("button", name="退回").click()
    reviewer.get_by_text("已退回", exact=True).first.wait_for()
    assert "请补充附图" in reviewer.locator(".events").inner_text()
    page.reload()
    page.get_by_text("已退回", exact=True).first.wait_for()
    _give_up(page)


def test_on_a_phone_a_step_is_named_and_its_impact_is_beside_it(open_page: OpenPage, village: dict[str, Any]) -> None:
    page = open_page("admin", f"/admin/redraws/new?cells={village['code']}", size=PHONE)
    page.get_by_role("button", name="影响", exact=True).click()
    page.get_by_role("heading", name="如何开始").wait_for()
    page.get_by_role("button", name="步骤", exact=True).click()
    _drafted(page, "试改村")
    page.wait_for_url(re.compile(r"/admin/redraws/\d+"))
    page.get_by_role("button", name="影响", exact=True).click()
    page.locator("table.cells").get_by_text("原名柘畈村").wait_for()
    page.get_by_role("button", name="步骤", exact=True).click()
    _give_up(page)


def test_the_grid_of_two_days_is_compared(open_page: OpenPage, shot: Shot) -> None:
    page = open_page(None, "/map/compare?from=2026-08-31&to=2026-09-01")
    page.get_by_role("row").filter(has_text="碧峰东村").filter(has_text="新设").wait_for()
    page.get_by_text("增减合计").wait_for()
    divide = page.get_by_role("slider")
    divide.focus()
    divide.press("Home")
    assert divide.get_attribute("aria-valuetext") == "分界在地图宽度的 0%"
    shot(page, "redraw-compare")


def test_a_cell_tells_what_became_of_it(open_page: OpenPage) -> None:
    page = open_page(None, "/map?sel=cell:990124100209")
    page.get_by_role("heading", name="来龙去脉").wait_for()
    page.get_by_role("button", name="碧峰村").first.click()
    page.get_by_text("正在查看 2026-08-31 的情况").wait_for()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("path", ["/admin/redraws", "/admin/redraws/new", "/admin/redraws/2", "/map/compare"])
def test_pages_of_redraws_are_open_to_all(open_page: OpenPage, axe: Axe, shot: Shot, path: str, size: tuple[int, int], language: str) -> None:
    page = open_page("admin", path, size=size, language=language)
    page.get_by_role("heading", level=1).first.wait_for()
    axe(page)
    shot(page, f"redraw{path.replace('/', '-')}-{size[0]}-{language}")
