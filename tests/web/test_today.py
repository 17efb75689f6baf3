"""The inspector's first page: one's own cells, and those stood in for, with what is asked there and who is around and above."""

import pytest
from playwright.sync_api import expect

from tests.web.conftest import DESK, PHONE, Axe, OpenPage, Shot

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@SIZES
@LANGUAGES
def test_an_inspector_begins_with_the_own_cells(open_page: OpenPage, axe: Axe, shot: Shot, size: tuple[int, int], language: str) -> None:
    page = open_page("inspector", "/", size=size, language=language)
    expect(page.get_by_role("heading", level=1)).to_have_text({"zh": "我的网格", "en": "My cells"}[language])
    cells = page.locator("button.cell")
    expect(cells.first).to_be_visible()
    expect(page.get_by_text({"zh": "代管", "en": "stand-in"}[language], exact=True).first).to_be_visible()
    axe(page)
    shot(page, f"today-{'phone' if size == PHONE else 'desk'}-{language}")
    cells.first.click()
    for heading in {"zh": ["职责", "上级网格与责任人", "相邻网格"], "en": ["Duties", "Above this cell", "Neighbours"]}[language]:
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    axe(page)
    shot(page, f"today-cell-{'phone' if size == PHONE else 'desk'}-{language}")


def test_a_cell_is_chosen_and_left_by_the_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("inspector", "/today", size=PHONE)
    page.locator("button.cell").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="职责")).to_be_visible()
    page.get_by_role("button", name="返回列表").focus()
    page.keyboard.press("Escape")
    expect(page.locator("button.cell").first).to_be_visible()


def test_before_the_posts_began_there_is_nothing_and_the_page_says_what_to_do(open_page: OpenPage, axe: Axe) -> None:
    page = open_page("inspector", "/today?on=1990-01-01", size=PHONE)
    expect(page.get_by_text("当日没有由您负责的网格")).to_be_visible()
    axe(page)


def test_a_cell_opens_on_the_map(open_page: OpenPage) -> None:
    page = open_page("inspector", "/today", size=PHONE)
    name = page.locator("button.cell b").first.inner_text()
    page.locator("button.cell").first.click()
    page.get_by_role("link", name="在一张图中打开").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
