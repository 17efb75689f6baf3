"""The browser that page tests use is there and draws Chinese."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_chromium_draws_chinese_text_as_wide_as_its_characters(chromium: "Browser") -> None:
    """Missing glyphs would all be boxes of another width than the em square."""
    page = chromium.new_page()
    page.set_content('<span id="a" style="font-size: 100px">网格</span>')
    assert page.evaluate("document.getElementById('a').getBoundingClientRect().width") == 200
    page.close()
