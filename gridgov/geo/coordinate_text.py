"""Lists of coordinates as people paste them: longitude and latitude in degrees, minutes, seconds or decimals, or eastings and northings.

One point a line, or several divided by semicolons or blanks, with or without a number or name in front. Three points and more are a
polygon, closed or not; a heading or a blank line begins the next plot. Longitude or easting comes first unless a heading, letters (E, N,
东经, 北纬) or the size of eastings and northings say otherwise.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from gridgov.errors import Fault
from gridgov.geo.text_numbers import Figure, figures_in, plain_marks
from gridgov.geo.text_plots import MAX_FAULTS, MAX_POINTS, Declared, Plot, PlotText, Shape, TextPoint, refuse_lines, too_many_points

FORMAT = "coordinates"
_LON_WORDS, _LAT_WORDS = ("经度", "lon", "lng", "东坐标", "东经"), ("纬度", "lat", "北坐标", "北纬")
_SHAPE_WORDS: dict[str, Shape] = {"点": "point", "point": "point", "points": "point", "线": "line", "line": "line", "面": "polygon", "polygon": "polygon"}
_EDGE = " \t,;:：，；、.()（）[]{}=-"


@dataclass(slots=True)
class _Block:
    """Points that belong together; heading None = only a blank line stands before them."""

    line: int
    heading: str | None = None
    points: list[TextPoint] = field(default_factory=list)


class _Reader:
    """One pass over the lines."""

    def __init__(self) -> None:
        self.blocks: list[_Block] = []
        self.faults: list[Fault] = []
        self.order: Literal["xy", "yx"] | None = None
        self.points = 0

    def read(self, text: str) -> None:
        begins = True
        for number, line in enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
            if not line.strip():
                begins = True
                continue
            if begins:
                self.blocks.append(_Block(number))
                begins = False
            for part in re.split("[;；]", line):
                self._part(number, part)

    def _part(self, number: int, part: str) -> None:
        marked = plain_marks(part)
        found = figures_in(marked)
        if not found:
            if heading := part.strip(_EDGE):
                self._heading(number, heading)
            return
        figures = [figure for _, figure in found]
        if any(figure is None for figure in figures):
            self._fault(number, "minutes and seconds must be less than 60", "分、秒须小于 60")
            return
        self._pairs(number, [figure for figure in figures if figure is not None])

    def _heading(self, number: int, heading: str) -> None:
        lowered = plain_marks(heading).lower()
        lon = min((at for word in _LON_WORDS if (at := lowered.find(word)) >= 0), default=-1)
        lat = min((at for word in _LAT_WORDS if (at := lowered.find(word)) >= 0), default=-1)
        if lon >= 0 and lat >= 0:
            self.order = "xy" if lon < lat else "yx"
            return
        if self.blocks[-1].points or self.blocks[-1].heading is not None:
            self.blocks.append(_Block(number))
        self.blocks[-1].heading = heading[:200]

    def _pairs(self, number: int, figures: Sequence[Figure]) -> None:
        if len(figures) == 3 and figures[0].is_whole and not (figures[1].is_whole and figures[2].is_whole and len(figures[0].text) > 5):
            figures = figures[1:]
        if len(figures) % 2:
            self._fault(number, f"{len(figures)} numbers: pairs of longitude and latitude are expected", f"有 {len(figures)} 个数值，应为成对的经度、纬度")
            return
        for first, second in zip(figures[::2], figures[1::2], strict=True):
            if first.axis is not None and first.axis == second.axis:
                self._fault(number, "both numbers are of the same axis", "两个数值的方位标注相同")
                return
            turned = first.axis == "lat" or second.axis == "lon"
            pair = (second.value, first.value) if turned or (self.order == "yx" and first.axis is second.axis is None) else (first.value, second.value)
            self._add(TextPoint(number, *pair))

    def _add(self, point: TextPoint) -> None:
        self.points += 1
        if self.points > MAX_POINTS:
            raise too_many_points()
        self.blocks[-1].points.append(point)

    def _fault(self, number: int, en: str, zh: str) -> None:
        if len(self.faults) <= MAX_FAULTS:
            self.faults.append(Fault(f"line {number}", en, zh))


def read_coordinates(text: str) -> PlotText:
    """The plots of a pasted list, longitude or easting first. Raises InvalidGeometry with every line that cannot be used, and TooLarge."""
    reader = _Reader()
    reader.read(text)
    if reader.faults:
        raise refuse_lines(reader.faults)
    blocks = _joined([block for block in reader.blocks if block.points or block.heading])
    plots = [_plot(block) for block in blocks if block.points]
    if not plots:
        raise refuse_lines([Fault("line 1", "no coordinates were found", "未找到坐标")])
    return PlotText(FORMAT, tuple(plots), Declared("xy" if reader.order else None))


def _joined(blocks: Sequence[_Block]) -> list[_Block]:
    """Blank lines divide plots only where each part could be one; a list with a blank line between its points is one plot."""
    silent = [block for block in blocks if block.heading is None]
    if all(len(block.points) >= 3 for block in silent):
        return list(blocks)
    found: list[_Block] = []
    for block in blocks:
        if block.heading is None and found:
            found[-1].points.extend(block.points)
        else:
            found.append(block)
    return found


def _plot(block: _Block) -> Plot:
    heading = block.heading
    shape = _SHAPE_WORDS.get((heading or "").lower())
    name = heading if shape is None else None
    if shape is None:
        shape = "polygon" if len(block.points) > 2 else "line" if len(block.points) == 2 else "point"
    rings = _rings(block.points) if shape == "polygon" else [tuple(block.points)]
    # A later ring is a hole where it lies inside the first, a part of its own where it lies beside it.
    return Plot(block.line, name, shape, tuple(rings), frozenset(range(1, len(rings))))


def _rings(points: Sequence[TextPoint]) -> list[tuple[TextPoint, ...]]:
    """One ring ends where its first point comes again."""
    rings: list[list[TextPoint]] = [[]]
    for point in points:
        ring = rings[-1]
        if len(ring) > 3 and ring[0].pair == ring[-1].pair:
            ring = []
            rings.append(ring)
        ring.append(point)
    return [tuple(ring) for ring in rings]
