"""Random gestures on the editor of a redraw: whatever is dragged or drawn, the draft tiles exactly, and undo restores the first state bit by bit.

After each gesture the draft's cells are put together anew from its arcs, in whole numbers, by code that shares nothing with the server's.
The seed of a run is printed; GESTURE_SEED=n repeats it.
"""

import json
import math
import os
import random
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import shapely

from tests.web.conftest import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Pixel = tuple[float, float]
Place = tuple[int, int]
UNITS = 1e9
AT, ZOOM = (118.9219, 28.9076), 15
# Free of the tools above, the legend and the buttons at the side.
LEFT, TOP, RIGHT, BOTTOM = 280, 150, 110, 70
# A refusal answers 422, which the browser says on its console; so does a draft that another test has overtaken.
EXPECTED = (r"status of 422",)


@dataclass
class Editor:
    """The page of a draft, with the server behind it."""

    page: "Page"
    base: str
    cookie: str
    chance: random.Random
    zoom: float = ZOOM
    width: float = 0
    height: float = 0
    corner: Pixel = (0, 0)
    middle: Pixel = (0, 0)

    def get(self, path: str) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.base}/api/v1{path}", headers={"Cookie": self.cookie})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return dict(json.loads(answer.read()))

    @property
    def redraw_id(self) -> str | None:
        last = self.page.url.partition("?")[0].rsplit("/", 1)[-1]
        return last if last.isdigit() else None

    def arcs(self) -> dict[str, Any]:
        """All of the grid, as the draft leaves it."""
        box = "bbox=118,28,120,30"
        return self.get(f"/redraws/{self.redraw_id}/arcs?{box}" if self.redraw_id else f"/grid-arcs?{box}")

    def look(self) -> None:
        """Notes where the map stands: it may move when a draft is first saved."""
        lon, lat, self.zoom = (float(part) for part in self.page.evaluate("new URL(location).searchParams.get('at')").split(","))
        box = self.page.locator(".map-canvas").bounding_box()
        assert box
        self.width, self.height = box["width"], box["height"]
        self.corner = box["x"], box["y"]
        self.middle = _world(lon, lat, self.zoom)

    def pixel(self, place: Place) -> Pixel:
        """Where the map shows a place."""
        x, y = _world(place[0] / UNITS, place[1] / UNITS, self.zoom)
        return self.corner[0] + self.width / 2 + x - self.middle[0], self.corner[1] + self.height / 2 + y - self.middle[1]

    def is_free(self, pixel: Pixel) -> bool:
        x, y = pixel[0] - self.corner[0], pixel[1] - self.corner[1]
        return LEFT < x < self.width - RIGHT and TOP < y < self.height - BOTTOM

    def take(self, tool: str) -> None:
        button = self.page.get_by_role("button", name=tool, exact=True)
        if button.get_attribute("aria-pressed") != "true":
            button.click()

    def drag(self, start: Pixel, end: Pixel) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        mouse.move(*end)
        mouse.up()

    def click(self, pixel: Pixel) -> None:
        self.page.mouse.move(*pixel)
        self.page.mouse.click(*pixel)
        # Two clicks at once would be a double click, which ends a line.
        self.page.wait_for_timeout(320)


def _world(lon: float, lat: float, zoom: float) -> Pixel:
    sine = math.sin(math.radians(lat))
    scale = 256 * 2**zoom
    return (lon + 180) / 360 * scale, (0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * scale


def line_of(arc: dict[str, Any]) -> list[Place]:
    """An arc's places in whole units."""
    x = y = 0
    line = []
    for dx, dy in arc["d"]:
        x, y = x + dx, y + dy
        line.append((x, y))
    return line


def require_tiling(document: dict[str, Any]) -> None:
    """Every boundary lies between its two cells once each way, every cell is a sound polygon, and together they are the outline's ground."""
    lines = [line_of(arc) for arc in document["arcs"]]
    sides: Counter[tuple[int, str]] = Counter()
    total = 0
    for cell in document["cells"]:
        rings = [[_joined(lines, ring) for ring in part] for part in cell["parts"]]
        for ring in (ring for part in cell["parts"] for ring in part):
            sides.update((position, cell["code"]) for position in ring)
        total += sum(_twice_area(ring) for part in rings for ring in part)
        ground = shapely.MultiPolygon([(part[0], part[1:]) for part in rings])
        assert ground.is_valid, (cell["code"], shapely.is_valid_reason(ground))
    expected: Counter[tuple[int, str]] = Counter()
    outline = 0
    for number, arc in enumerate(document["arcs"], 1):
        expected[(number, arc["left"])] += 1
        if arc["right"] is None:
            outline += _twice_area(lines[number - 1], closed=False)
        else:
            expected[(-number, arc["right"])] += 1
    assert sides == expected
    assert total == outline > 0


def _joined(lines: list[list[Place]], ring: list[int]) -> list[Place]:
    places: list[Place] = []
    for position in ring:
        line = lines[abs(position) - 1][:: 1 if position > 0 else -1]
        assert not places or places[-1] == line[0]
        places += line[1:] if places else line
    assert places[0] == places[-1]
    return places


def _twice_area(line: list[Place], *, closed: bool = True) -> int:
    assert not closed or line[0] == line[-1]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(line))


def _vertices(editor: Editor, document: dict[str, Any], *, inner: bool) -> Iterator[tuple[dict[str, Any], int, Pixel]]:
    arcs = [arc for arc in document["arcs"] if not arc["locked"]]
    editor.chance.shuffle(arcs)
    for arc in arcs:
        line = line_of(arc)
        numbers = list(range(len(line)))[1:-1] if inner else list(range(len(line)))
        for number in editor.chance.sample(numbers, min(4, len(numbers))):
            pixel = editor.pixel(line[number])
            if editor.is_free(pixel):
                yield arc, number, pixel


def move_vertex(editor: Editor, document: dict[str, Any]) -> None:
    """A vertex is dragged a little way, be it a node or not."""
    editor.take("移动界点")
    _, _, (x, y) = next(_vertices(editor, document, inner=editor.chance.random() < 0.6))
    editor.drag((x, y), (x + editor.chance.uniform(-14, 14), y + editor.chance.uniform(-14, 14)))


def draw_line(editor: Editor, document: dict[str, Any]) -> None:
    """A boundary is drawn anew between two of its vertices, over one place beside it."""
    arc, number, (x, y) = next(found for found in _vertices(editor, document, inner=True))
    line = line_of(arc)
    other = editor.pixel(line[min(len(line) - 1, number + editor.chance.randint(3, 12))])
    if not editor.is_free(other):
        return
    editor.take("重画界线")
    middle = ((x + other[0]) / 2 + editor.chance.uniform(-24, 24), (y + other[1]) / 2 + editor.chance.uniform(-24, 24))
    for pixel in ((x, y), middle, other):
        editor.click(pixel)
    _finish(editor)


def _finish(editor: Editor) -> None:
    button: Locator = editor.page.get_by_role("button", name="完成", exact=True)
    if button.is_visible():
        button.click()


def split_cell(editor: Editor, document: dict[str, Any]) -> None:
    """A cell is cut from boundary to boundary."""
    found = _vertices(editor, document, inner=True)
    arc, _, first = next(found)
    other = next((pixel for beside, _, pixel in found if beside is not arc and {beside["left"], beside["right"]} & {arc["left"], arc["right"]}), None)
    if other is None:
        return
    editor.take("拆分")
    for pixel in (first, other):
        editor.click(pixel)
    _finish(editor)
    _name(editor)


def merge_cells(editor: Editor, document: dict[str, Any]) -> None:
    """Two neighbours are put together, siblings or not."""
    inside = _insides(editor, document)
    pairs = [(arc["left"], arc["right"]) for arc in document["arcs"] if arc["left"] in inside and arc["right"] in inside]
    if not pairs:
        return
    editor.take("合并")
    for code in editor.chance.choice(pairs):
        editor.click(inside[code])
    _finish(editor)
    _name(editor)


def transfer_ground(editor: Editor, document: dict[str, Any]) -> None:
    """A triangle over a boundary goes to one of the cells beside it."""
    arc, _, (x, y) = next(_vertices(editor, document, inner=True))
    inside = _insides(editor, document)
    receiver = editor.chance.choice([arc["left"], arc["right"]])
    corners = [(x + dx * editor.chance.uniform(12, 26), y + dy * editor.chance.uniform(12, 26)) for dx, dy in ((-1, -1), (1, -0.6), (0.2, 1))]
    if receiver not in inside or not all(editor.is_free(corner) for corner in corners):
        return
    editor.take("划转")
    for pixel in corners:
        editor.click(pixel)
    _finish(editor)
    editor.click(inside[receiver])


def _insides(editor: Editor, document: dict[str, Any]) -> dict[str, Pixel]:
    """A place inside each cell that is free to be clicked."""
    lines = [line_of(arc) for arc in document["arcs"]]
    found = {}
    for cell in document["cells"]:
        ground = shapely.Polygon(_joined(lines, cell["parts"][0][0]))
        at = ground.representative_point()
        pixel = editor.pixel((round(at.x), round(at.y)))
        if editor.is_free(pixel):
            found[cell["code"]] = pixel
    return found


def _name(editor: Editor) -> None:
    button: Locator = editor.page.get_by_role("dialog").get_by_role("button", name="确定")
    if button.count():
        button.click()


def undo(editor: Editor, document: dict[str, Any]) -> None:
    """The last step is taken back."""
    _press(editor, "撤销上一步")


def redo(editor: Editor, document: dict[str, Any]) -> None:
    """What was taken back is done again."""
    _press(editor, "重做")


def _press(editor: Editor, name: str) -> bool:
    button: Locator = editor.page.get_by_role("button", name=name, exact=True)
    if button.is_disabled():
        return False
    button.click()
    return True


Gesture = Callable[[Editor, dict[str, Any]], None]
GESTURES: dict[Gesture, int] = {move_vertex: 10, draw_line: 4, split_cell: 2, merge_cells: 1, transfer_ground: 3, undo: 2, redo: 1}


def _settle(editor: Editor) -> None:
    """Until what was asked for is saved, refused or given up."""
    editor.page.wait_for_timeout(400)
    editor.page.wait_for_load_state("networkidle")
    editor.page.keyboard.press("Escape")


def _run(editor: Editor, gestures: int) -> int:
    first = editor.arcs()
    require_tiling(first)
    document, changed = first, 0
    for number in range(gestures):
        gesture = editor.chance.choices(list(GESTURES), list(GESTURES.values()))[0] if number else move_vertex
        editor.look()
        gesture(editor, document)
        _settle(editor)
        after = editor.arcs()
        require_tiling(after)
        if editor.redraw_id:
            assert editor.get(f"/redraws/{editor.redraw_id}")["validation"]["ok"], gesture.__name__
        changed += after["arcs"] != document["arcs"]
        document = after
    while _press(editor, "撤销上一步"):
        _settle(editor)
    last = editor.arcs()
    assert (last["arcs"], last["cells"]) == (first["arcs"], first["cells"])
    return changed


def _editor(open_page: OpenPage, served: str, signed_in: Callable[[str], str]) -> Editor:
    seed = int(os.environ.get("GESTURE_SEED") or random.SystemRandom().randrange(10**6))
    print(f"GESTURE_SEED={seed}")
    page = open_page("admin", f"/admin/redraws/new?at={AT[0]},{AT[1]},{ZOOM}", expected=EXPECTED)
    return Editor(page, served, signed_in("admin"), random.Random(seed))


def test_whatever_is_drawn_the_draft_tiles_and_undo_restores_the_first_state(open_page: OpenPage, served: str, signed_in: Callable[[str], str]) -> None:
    assert _run(_editor(open_page, served, signed_in), 12) > 0


@pytest.mark.long
def test_five_hundred_gestures_leave_an_exact_tiling(open_page: OpenPage, served: str, signed_in: Callable[[str], str]) -> None:
    assert _run(_editor(open_page, served, signed_in), 500) > 100
