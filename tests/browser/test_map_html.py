"""The map of a verdict in a real browser: nothing fetched, nothing run that came from data, readable on a phone."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from gridgov.admission.condition import Project
from gridgov.admission.document import Occasion, geometry_json, make_document
from gridgov.admission.request import SitingRequest
from gridgov.admission.territory import cut
from layers.map_html import render
from tests.unit.worlds import cell, judged, layer, rule, rules, site, square, zone

ATTACKS = [
    "<script>window.hacked=1</script>",
    "</script><script>window.hacked=1</script>",
    '"><img src=x onerror="window.hacked=1">',
    "{{ ''.__class__ }}{% raw %}{% endraw %}",
    "${window.hacked=1}`'\\",
    "<!--gridgov:panel--><svg onload=window.hacked=1>",
]


def document(name: str) -> dict[str, Any]:
    ground, on = site(0, 0, 400, 300), square(250, -300, 900)
    layers = [layer("red", zone(name, on, core=True), kind="ecological-red-line"), layer("noise", reason="partly-uncovered")]
    held = [rules(rule("RL-1", where={"core": True}), requires=("noise",))]
    cells = [cell("330802101203", square(-2000, -2000, 4000))]
    decision = judged(ground, held, layers, cells=cells)
    request = SitingRequest(ground, Project("C2614", "new"), date(2026, 11, 22), name=name)
    occasion = Occasion("x", datetime(2026, 11, 22, tzinfo=UTC))
    return make_document(request, cut(ground, cells, "grid/1"), decision, {one.layer: one.edition for one in layers}, occasion)


def around(name: str) -> dict[str, Any]:
    ground = geometry_json(square(-900, -900, 2000))
    properties = {"name": name, "kind": "ecological-red-line"}
    return {
        "cells": [{"type": "Feature", "properties": properties, "geometry": ground}],
        "zones": [{"type": "Feature", "properties": properties, "geometry": ground}],
    }


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Any:
    def open_map(name: str, width: int = 1440, language: str = "zh") -> tuple[Any, list[str]]:
        target = tmp_path / "map.html"
        target.write_text(render(document(name), language=language, surroundings=around(name)), "utf-8")  # type: ignore[arg-type]
        page = chromium.new_page(viewport={"width": width, "height": 844})
        seen: list[str] = []
        page.on("console", lambda said: seen.append(f"console {said.type}: {said.text}") if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: seen.append(f"error: {error}"))
        page.on("request", lambda asked: None if asked.url.startswith(("file:", "data:", "blob:")) else seen.append(f"request: {asked.url}"))
        page.goto(target.as_uri())
        page.wait_for_selector("path.leaflet-interactive")
        return page, seen

    return open_map


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_map_fetches_nothing_and_says_nothing_on_the_console(opened: Any, language: str) -> None:
    page, seen = opened("柏岭水源涵养生态保护红线", language=language)
    assert seen == []
    assert page.locator(".answer strong").inner_text().strip() == ("禁止准入" if language == "zh" else "Not permitted")
    assert page.locator(".finding b").first.inner_text() == "柏岭水源涵养生态保护红线"


@pytest.mark.parametrize("name", ATTACKS)
def test_names_from_files_are_text_and_never_run(opened: Any, name: str) -> None:
    page, seen = opened(name)
    page.mouse.move(1000, 400)
    assert page.evaluate("window.hacked") is None and seen == []
    assert page.locator(".finding b").first.inner_text() == name
    assert page.locator(".cell-name").first.inner_text() == name


def test_on_a_phone_the_answer_fits_the_width(opened: Any) -> None:
    page, _ = opened("名" * 33, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".answer").bounding_box()["width"] <= 390
