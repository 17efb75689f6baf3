"""The map in a browser over 20,000 cells: how long the main thread is held while it is panned, beside a page with nothing on it."""

import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from api.app import create_app
from gridgov.database.pool import Database
from gridgov.geo.dissolve import dissolve
from gridgov.grids import shape_drawing_store, store
from gridgov.grids.area import Box
from gridgov.grids.scheme import make_levels
from gridgov.settings import Settings
from tests.unit.tilings import make_tiling

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.bench
_SIDE, _DAY, _WEST, _SOUTH, _SIZE = 141, date(2026, 1, 1), 118.0, 28.0, 0.005
_WATCH = "window.tasks = []; new PerformanceObserver(list => list.getEntries().forEach(task => window.tasks.push(task.duration))).observe({type: 'longtask'})"


@pytest.fixture
def base(database: Database) -> Iterator[str]:
    """A grid of 19,881 villages, 32 vertices each, served with the application."""
    cells = make_tiling(_SIDE, _SIDE, seed=3, cuts=3, west=_WEST, south=_SOUTH, size=_SIZE).cells
    towns = [f"330101{100 + row // 10 * 15 + column // 10}" for row in range(_SIDE) for column in range(_SIDE)]
    rows: list[dict[str, Any]] = [
        {"rank": 0, "code": f"{town}{index:05}", "parent_code": town, "name": f"第{index}村", "geometry": cell, "area_m2": 270_000}
        for index, (town, cell) in enumerate(zip(towns, cells, strict=True))
    ]
    rows += [
        {"rank": 1, "code": key, "parent_code": "330101", "name": f"{key[-3:]}镇", "geometry": ground, "area_m2": 2.7e7}
        for key, ground in dissolve(cells, towns).items()
    ]
    whole = dissolve(cells, ["330101"] * len(cells))
    rows += [{"rank": 2, "code": "330101", "parent_code": None, "name": "大县", "geometry": whole["330101"], "area_m2": 5.4e9}]
    with database.unit_of_work("bench") as uow:
        scheme = store.add_scheme(uow, key="bench", levels=make_levels(), overlay=False)
        moment = store.open_change(uow, scheme.scheme_id, kind="bench", reason="")
        store.open_versions(uow, scheme.scheme_id, rows, day=_DAY, moment=moment)
        shape_drawing_store.refresh_shapes(uow, scheme, _DAY, change_id=moment.change_id)
        store.set_area(uow, Box(_WEST, _SOUTH, _WEST + _SIDE * _SIZE, _SOUTH + _SIDE * _SIZE))
    server = uvicorn.Server(uvicorn.Config(create_app(database, Settings()), host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


def _panned(page: "Page") -> list[float]:
    """The main thread's long tasks (over 50 ms) of ten pans, in milliseconds."""
    page.evaluate(_WATCH)
    for pan in range(10):
        page.mouse.move(900, 450)
        page.mouse.down()
        page.mouse.move(900 + (300 if pan % 2 else -300), 450 + 40 * (pan % 3), steps=20)
        page.mouse.up()
        page.wait_for_timeout(400)
    found: list[float] = page.evaluate("window.tasks")
    return sorted(found, reverse=True)


def test_panning_twenty_thousand_cells_never_holds_the_page(chromium: "Browser", base: str) -> None:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    begun = time.perf_counter()
    page.goto(f"{base}/map")
    page.locator(".map-canvas canvas").first.wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    first = time.perf_counter() - begun
    zoomed = {}
    for zoom in (11, 12, 13):
        page.goto(f"{base}/map?at={_WEST + _SIDE * _SIZE / 2},{_SOUTH + _SIDE * _SIZE / 2},{zoom}")
        page.wait_for_load_state("networkidle")
        zoomed[zoom] = _panned(page)
    page.goto("about:blank")
    empty = _panned(page)
    page.close()
    said = {zoom: f"{len(tasks)} over 50 ms, longest {tasks[0] if tasks else 0:.0f} ms" for zoom, tasks in zoomed.items()}
    print(f"\n{_SIDE**2:,} cells: first map after {first:.2f} s; long tasks while panning by zoom {said}; an empty page {len(empty)}")
    assert max((tasks[0] for tasks in zoomed.values() if tasks), default=0) <= 100
