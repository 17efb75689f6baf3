"""What stands around every page: signing in, the day, search, language, account, and what happens when the line is dead."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.conftest import DESK, PASSWORD, PHONE, Axe, OpenPage, Shot

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


def kind(size: tuple[int, int]) -> str:
    return "phone" if size == PHONE else "desk"


@SIZES
@LANGUAGES
def test_the_sign_in_page_says_what_is_wrong_and_lets_in(open_page: OpenPage, axe: Axe, shot: Shot, size: tuple[int, int], language: str) -> None:
    page = open_page(None, "/account", size=size, language=language, expected=(r"/api/v1/session",))
    expect(page).to_have_url(re.compile(r"/sign-in\?next=/account$"))
    axe(page)
    shot(page, f"sign-in-{kind(size)}-{language}")
    name, password = ("用户名", "密码") if language == "zh" else ("User name", "Password")
    page.get_by_label(name, exact=True).fill("planner")
    page.get_by_label(password, exact=True).fill("wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label(name, exact=True)).to_have_value("planner")
    page.get_by_label(password, exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("设置" if language == "zh" else "Settings")


@SIZES
@LANGUAGES
def test_a_day_that_is_not_today_is_said_on_the_page_and_in_its_address(
    open_page: OpenPage, axe: Axe, shot: Shot, size: tuple[int, int], language: str
) -> None:
    page = open_page("planner", "/account", size=size, language=language)
    expect(page.locator(".band")).to_have_count(0)
    page.locator(".day").click()
    page.get_by_label("日期（年-月-日）" if language == "zh" else "Day (year-month-day)").fill("2025-06-30")
    page.keyboard.press("Enter")
    expect(page.locator(".band")).to_contain_text("正在查看 2025-06-30 的情况" if language == "zh" else "You are looking at 2025-06-30")
    expect(page).to_have_url(re.compile(r"\?on=2025-06-30$"))
    axe(page)
    shot(page, f"day-{kind(size)}-{language}")
    page.keyboard.press("Escape")
    page.locator(".band").get_by_role("button").click()
    expect(page.locator(".band")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/account$"))


def test_the_day_goes_along_to_the_next_page_and_back_again(open_page: OpenPage) -> None:
    page = open_page("planner", "/account?on=2025-06-30")
    page.locator(".brand").click()
    page.wait_for_url(re.compile(r"on=2025-06-30"))
    expect(page.locator(".band")).to_be_visible()


def test_a_day_that_is_no_day_is_refused_where_it_was_typed(open_page: OpenPage) -> None:
    page = open_page("planner", "/account")
    page.locator(".day").click()
    page.get_by_label("日期（年-月-日）").fill("2025-02-30")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("请按 2026-11-22 的格式填写日期。")
    expect(page.locator(".band")).to_have_count(0)


@LANGUAGES
def test_a_cell_is_found_and_opened_by_keyboard_alone(open_page: OpenPage, axe: Axe, shot: Shot, language: str) -> None:
    page = open_page("planner", "/account", language=language)
    page.locator("main").focus()
    page.keyboard.press("/")
    page.keyboard.type("镇")
    expect(page.get_by_role("option").first).to_be_visible()
    axe(page)
    shot(page, f"search-desk-{language}")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    code = page.locator(".hit[aria-selected=true] .code").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/map\?.*sel=cell:[^&]*{code}"))


def test_what_is_not_found_is_said(open_page: OpenPage) -> None:
    page = open_page("planner", "/account")
    page.keyboard.press("/")
    page.keyboard.type("没有这个地方")
    expect(page.get_by_text("没有找到“没有这个地方”。")).to_be_visible()


def test_the_language_changes_at_once_and_stays(open_page: OpenPage) -> None:
    page = open_page("planner", "/account")
    page.get_by_role("button", name="语言").click()
    page.get_by_role("menuitemradio", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    assert page.locator("html").get_attribute("lang") == "en"
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


@SIZES
@LANGUAGES
def test_a_token_is_made_shown_once_and_revoked(open_page: OpenPage, axe: Axe, shot: Shot, size: tuple[int, int], language: str) -> None:
    page = open_page("planner", "/account", size=size, language=language)
    words = ("用途名称", "创建令牌", "我已保存", "撤销") if language == "zh" else ("What it is for", "Create a token", "I have stored it", "Revoke")
    purpose = f"{kind(size)} {language} {uuid4().hex[:6]}"
    page.get_by_label(words[0]).fill(purpose)
    page.get_by_role("button", name=words[1]).click()
    secret = page.locator(".secret")
    expect(secret).to_be_visible()
    assert len(secret.inner_text()) > 20
    axe(page)
    shot(page, f"account-{kind(size)}-{language}")
    page.get_by_role("button", name=words[2]).click()
    row = page.get_by_role("listitem").filter(has_text=purpose)
    row.get_by_role("button", name=words[3]).click()
    page.get_by_role("dialog").get_by_role("button", name=words[3]).click()
    expect(row).to_have_count(0)


def test_a_session_that_ended_is_asked_for_again_and_keeps_what_was_typed(open_page: OpenPage, axe: Axe, shot: Shot) -> None:
    page = open_page("planner", "/account", expected=("401",))
    page.get_by_label("用途名称").fill("每日同步")
    page.context.clear_cookies()
    page.get_by_role("button", name="创建令牌").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("登录已过期")
    axe(page)
    shot(page, "session-ended-desk-zh")
    expect(page.get_by_label("用途名称")).to_have_value("每日同步")
    dialog.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.locator(".secret")).to_be_visible()


def test_a_dead_line_is_said_and_nothing_typed_is_lost(open_page: OpenPage, axe: Axe, shot: Shot) -> None:
    page = open_page("planner", "/account", expected=("ERR_INTERNET_DISCONNECTED",))
    page.get_by_label("用途名称").fill("断网试验")
    page.context.set_offline(True)
    page.get_by_role("button", name="创建令牌").click()
    expect(page.locator(".band.offline")).to_contain_text("与服务器的连接已断开")
    axe(page)
    shot(page, "offline-desk-zh")
    expect(page.get_by_label("用途名称")).to_have_value("断网试验")
    page.context.set_offline(False)
    expect(page.locator(".band.offline")).to_have_count(0)


def test_a_server_that_fails_is_shown_with_the_number_of_the_request(open_page: OpenPage) -> None:
    page = open_page("planner", "/sign-in", expected=("500",))

    def fail(route: Route) -> None:
        body = '{"type": "/problems/internal", "title": "系统错误", "status": 500, "detail": "系统内部出错。", "instance": "/requests/abc123"}'
        route.fulfill(status=500, content_type="application/problem+json", body=body)

    page.route("**/api/v1/tokens", fail)
    page.goto(page.url.replace("/sign-in", "/account"))
    expect(page.get_by_role("alert")).to_contain_text("abc123")
    page.unroute("**/api/v1/tokens")
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_every_theme_can_be_read(open_page: OpenPage, axe: Axe, shot: Shot) -> None:
    page = open_page("planner", "/account?on=2025-06-30")
    for theme, name in (("dark", "深色"), ("sun", "强光")):
        page.get_by_role("button", name="账号菜单").click()
        page.get_by_role("menuitemradio", name=name).click()
        page.keyboard.press("Escape")
        assert page.locator("html").get_attribute("data-theme") == theme
        axe(page)
        shot(page, f"account-{theme}")


def test_the_shortcuts_are_listed_and_lead_to_pages(open_page: OpenPage, axe: Axe) -> None:
    page = open_page("planner", "/account")
    page.locator("main").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("键盘快捷键")
    axe(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url(re.compile(r"/map"))


def test_the_first_stop_of_the_keyboard_leads_to_the_content(open_page: OpenPage) -> None:
    page = open_page("planner", "/account")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@SIZES
def test_an_address_that_is_nowhere_leads_home(open_page: OpenPage, axe: Axe, size: tuple[int, int]) -> None:
    page = open_page("planner", "/account/nowhere", size=size)
    expect(page.get_by_role("heading", level=1)).to_have_text("没有这个页面")
    axe(page)


def test_nothing_of_the_page_is_wider_than_a_phone(open_page: OpenPage) -> None:
    for path in ("/sign-in", "/account?on=2025-06-30"):
        page: Page = open_page("planner", path, size=PHONE, language="en")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_fingers_hit_every_control_of_the_shell(open_page: OpenPage) -> None:
    page = open_page("planner", "/account", size=PHONE)
    controls = page.locator(".top button, .top a, .bottom a, .bottom button, main .btn")
    boxes = [(one.inner_text(), box) for one in controls.all() if (box := one.bounding_box())]
    assert [(text, box) for text, box in boxes if box["height"] < 44 or box["width"] < 44] == []
