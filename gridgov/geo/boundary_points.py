"""The boundary-points text (界址点 TXT, 勘测定界坐标文件) of land surveys: plots, rings and what the head says of them.

Decides what each line is - section, `key=value`, head of a plot, point - and refuses, all at once, the lines that are nothing of the
kind. X is the northing and Y the easting here. Tolerated: GBK or UTF-8, full-width brackets and commas, blank entries, sections of other
programs, heads of 9 to 13 items or none, rings closed or not, point counts with or without the closing points, units behind numbers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from gridgov.errors import Fault, WrongCrs
from gridgov.geo.text_numbers import Figure, plain_marks, read_figure, read_number
from gridgov.geo.text_plots import MAX_FAULTS, MAX_POINTS, Declared, Plot, PlotText, Shape, TextPoint, Told, refuse_lines, too_many_points

FORMAT = "boundary-points"
_SECTION = re.compile(r"\s*[\[【［](?P<name>[^\]】］]{1,60})[\]】］]\s*")
_ENTRY = re.compile(r"\s*(?P<key>[^=＝,，\[\]]{1,40}?)\s*[=＝](?P<value>.*)")
_SHAPES: dict[str, Shape] = {"面": "polygon", "线": "line", "点": "point"}
_HEAD = ("count", "area", "code", "name", "shape", "sheet", "use", "land_class")
_SQUARE_METRES = {"": 10_000.0, "公顷": 10_000.0, "ha": 10_000.0, "hm2": 10_000.0, "平方米": 1.0, "m2": 1.0, "亩": 2000 / 3, "平方公里": 1e6, "km2": 1e6}
# What a head says of systems that no numbers can stand in for: EPSG codes that the rules of transformation judge.
_OLD = (("80", "EPSG:4610"), ("西安", "EPSG:4610"), ("54", "EPSG:4214"), ("北京", "EPSG:4214"))


@dataclass(slots=True)
class _Draft:
    """A plot while it is read."""

    line: int
    head: dict[str, str] = field(default_factory=dict)
    points: list[tuple[int, TextPoint]] = field(default_factory=list)


class _Reader:
    """One pass over the lines; collects plots, entries and faults."""

    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self.entries: dict[str, str] = {}
        self.faults: list[Fault] = []
        self.notes: list[Told] = []
        self.section = ""
        self.points = 0

    def read(self, text: str) -> None:
        for number, line in enumerate(_lines(text), 1):
            if not line.strip() or line.lstrip().startswith(("//", "#")):
                continue
            if found := _SECTION.fullmatch(line):
                self.section = found["name"].strip()
            elif self.section in ("", "属性描述") and (entry := _ENTRY.fullmatch(line)):
                self.entries.setdefault(plain_marks(entry["key"]).strip(), plain_marks(entry["value"]).strip())
            elif self.section in ("", "地块坐标"):
                self._plot_line(number, line)
            elif self.section == "属性描述":
                self._fault(number, "a line key=value is expected in this section", "此处应为“项目=内容”")

    def _plot_line(self, number: int, line: str) -> None:
        fields = _fields(line)
        if _is_head(line, fields):
            self.drafts.append(_Draft(number, _head(fields)))
            return
        read = _point(fields)
        if isinstance(read, str):
            self._fault(number, *_REASONS[read])
            return
        ring, first, second = read
        self.points += 1
        if self.points > MAX_POINTS:
            raise too_many_points()
        if not self.drafts:
            self.drafts.append(_Draft(number))
        self.drafts[-1].points.append((ring, TextPoint(number, first.value, second.value)))

    def _fault(self, number: int, en: str, zh: str) -> None:
        if len(self.faults) <= MAX_FAULTS:
            self.faults.append(Fault(f"line {number}", en, zh))


_REASONS = {
    "fields": ("neither the head of a plot nor a point (name, ring, X, Y)", "既不是地块表头，也不是界址点（点号,圈号,X,Y）"),
    "ring": ("the ring number is no whole number", "圈号不是整数"),
    "number": ("X or Y is no number", "X 或 Y 不是数值"),
    "axis": ("X and Y carry the same letter or word for their axis", "X、Y 的方位标注相同"),
    "more": ("more values behind X and Y; heights are not read for a site", "X、Y 之后还有内容；用地范围不读取高程"),
}


def read_boundary_points(text: str) -> PlotText:
    """The plots of a boundary-points text, in its order.

    Raises InvalidGeometry with every line that cannot be used, WrongCrs for a system declared that cannot be, TooLarge.
    """
    reader = _Reader()
    reader.read(text)
    plots = []
    for draft in reader.drafts:
        if draft.points:
            plots.append(_plot(draft, reader))
        elif any(draft.head.values()):
            reader.faults.append(Fault(f"line {draft.line}", "the plot has no point", "该地块没有界址点"))
    if not plots and not reader.faults:
        reader.faults.append(Fault("line 1", "no boundary point was found", "未找到界址点"))
    if reader.faults:
        raise refuse_lines(sorted(reader.faults, key=_line))
    return PlotText(FORMAT, tuple(plots), _declared(reader.entries), (*_entry_notes(reader.entries), *reader.notes))


def looks_like_boundary_points(text: str) -> bool:
    """Whether a text is of this format: a section or a plot's head, or lines of name, ring, X, Y."""
    lines = [line for line in _lines(text[:200_000]) if line.strip()][:200]
    if any(_SECTION.fullmatch(line) or line.rstrip(" ,，").endswith(("@", "＠")) for line in lines):
        return True
    fours = [fields for line in lines if len(fields := _fields(line)) == 4 and fields[1].isdigit() and not isinstance(_point(fields), str)]
    return len(fours) * 2 > len(lines)


def _line(fault: Fault) -> int:
    return int(fault.pointer.removeprefix("line "))


def _lines(text: str) -> list[str]:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _fields(line: str) -> list[str]:
    """The items of a line: between commas, else between tabs or blanks. A full-width comma counts only where there is no other."""
    for separator in (",", "，", ";", "\t"):
        if separator in line:
            return [part.strip() for part in (line if separator == "，" else _narrow(line, separator)).split(separator)]
    return line.split()


def _narrow(line: str, separator: str) -> str:
    """In a line of points somebody mixed commas of both widths; in a head a full-width one belongs to a name."""
    return line.replace("，", ",") if separator == "," and not line.rstrip(" ,，").endswith(("@", "＠")) else line


def _is_head(line: str, fields: Sequence[str]) -> bool:
    return line.rstrip(" ,，\t").endswith(("@", "＠")) or (len(fields) >= 6 and any(item in _SHAPES for item in fields))


def _head(fields: Sequence[str]) -> dict[str, str]:
    items = [item for item in fields if item not in ("@", "＠")]
    items = [*items[:-1], items[-1].rstrip("@＠")] if items else []
    found = dict(zip(_HEAD, items, strict=False))
    shape = next((item for item in items if item in _SHAPES), None)
    return found | ({"shape": shape} if shape else {}) | {"more": "、".join(item for item in items[len(_HEAD) :] if item)}


def _point(fields: Sequence[str]) -> tuple[int, Figure, Figure] | str:
    """Ring, X and Y of a point line, else the reason why it is none."""
    items = list(fields)
    while items and not items[-1]:
        items.pop()
    if len(items) == 5 and items[2].isdigit() and items[0].isdigit() and read_figure(items[4]):
        items = items[1:]
    if len(items) > 4:
        return "more" if read_figure(items[2]) and read_figure(items[3]) else "fields"
    if len(items) < 2:
        return "fields"
    ring = plain_marks(items[1]).strip() if len(items) == 4 else "1"
    first, second = read_figure(items[-2]), read_figure(items[-1])
    if first is None or second is None:
        return "number" if len(items) == 4 else "fields"
    if not ring.isascii() or not ring.isdigit() or len(ring) > 6:
        return "ring"
    if first.axis is not None and first.axis == second.axis:
        return "axis"
    return (int(ring), second, first) if first.axis == "lon" or second.axis == "lat" else (int(ring), first, second)


def _plot(draft: _Draft, reader: _Reader) -> Plot:
    head = draft.head
    shape = _SHAPES.get(head.get("shape", ""), "polygon")
    rings, numbers = _rings(draft.points, closing=shape == "polygon")
    _compare_count(draft, rings, reader)
    properties: dict[str, Any] = {key: head[key] for key in ("code", "name", "sheet", "use", "land_class", "more") if head.get(key)}
    area = _area_m2(head.get("area", ""), draft.line, reader)
    if area is not None:
        properties["declared_area_m2"] = f"{area:.2f}"
    outer = min(numbers)
    inner = frozenset(index for index, number in enumerate(numbers) if number != outer) if shape == "polygon" else frozenset[int]()
    return Plot(draft.line, head.get("name") or head.get("code") or None, shape, tuple(rings), inner, properties)


def _rings(points: Sequence[tuple[int, TextPoint]], *, closing: bool) -> tuple[list[tuple[TextPoint, ...]], list[int]]:
    """The rings in their order with their numbers: one ends where the number changes, and where its first point comes again."""
    rings: list[list[TextPoint]] = []
    numbers: list[int] = []
    closed = False
    for number, point in points:
        if not rings or number != numbers[-1] or closed:
            rings.append([])
            numbers.append(number)
        ring = rings[-1]
        ring.append(point)
        closed = closing and len(ring) > 3 and ring[0].pair == point.pair
    return [tuple(ring) for ring in rings], numbers


def _compare_count(draft: _Draft, rings: Sequence[Sequence[TextPoint]], reader: _Reader) -> None:
    """A head may count the closing points or not. Fewer points than it says: the file may be cut off, and half a site is no site."""
    stated = read_number(draft.head.get("count", ""))
    if stated is None or stated[0] == 0 or any(draft.line < _line(fault) for fault in reader.faults):
        # Lines that cannot be read are told themselves.
        return
    written = sum(len(ring) for ring in rings)
    different = sum(len(ring) - (len(ring) > 1 and ring[0].pair == ring[-1].pair) for ring in rings)
    if stated[0] > different + len(rings):
        en = f"the head says {stated[0]:.0f} points, {written} follow: the text may be cut off"
        reader.faults.append(Fault(f"line {draft.line}", en, f"表头写明 {stated[0]:.0f} 个界址点，实有 {written} 个，文件可能不完整"))
    elif stated[0] < different:
        reader.notes.append(
            Told(
                f"Line {draft.line}: the head says {stated[0]:.0f} points, {written} follow.",
                f"第 {draft.line} 行：表头写明 {stated[0]:.0f} 个界址点，实有 {written} 个。",
            )
        )


def _area_m2(text: str, line: int, reader: _Reader) -> float | None:
    """The area a head declares; hectares where it names no unit."""
    if not text:
        return None
    number = read_number(text)
    factor = None if number is None else _SQUARE_METRES.get(number[1].lower())
    if number is None or factor is None:
        reader.notes.append(Told(f"Line {line}: the declared area cannot be read.", f"第 {line} 行：申报面积无法读取。"))
        return None
    return number[0] * factor


def _declared(entries: dict[str, str]) -> Declared:
    system = entries.get("坐标系", "")
    if unit := _foreign_unit(entries.get("计量单位", "")):
        raise WrongCrs(f"The unit {unit} is not read; metres or degrees are.", f"计量单位“{unit}”不支持，应为米或度。")
    crs = None
    if code := re.search(r"EPSG\s*:?\s*(\d{4,5})", system, re.IGNORECASE):
        crs = f"EPSG:{code[1]}"
    elif "2000" not in system:
        crs = next((old for word, old in _OLD if word in system), None)
    if system and crs is None and "2000" not in system:
        crs = _other_system(system)
    width = _whole(entries.get("几度分带", ""))
    zone = _whole(entries.get("带号", ""))
    meridian = _whole(entries.get("中央子午线", "") or entries.get("中央经线", ""))
    if zone is not None and 75 <= zone <= 135:
        zone, meridian = None, zone
    return Declared("yx", crs, 3 if width == 3 else 6 if width == 6 else None, zone, meridian)


def _other_system(system: str) -> str | None:
    if "84" in system:
        return "EPSG:4326"
    shown = system[:30]
    raise WrongCrs(
        f"The system “{shown}” is not known; CGCS2000 is expected. Have the coordinates transformed first.",
        f"坐标系“{shown}”无法识别，应为 2000 国家大地坐标系，请先转换坐标。",
    )


def _foreign_unit(unit: str) -> str | None:
    return None if unit.lower() in ("", "米", "m", "meter", "metre", "度", "degree", "十进制度", "度分秒") else unit[:20]


def _whole(text: str) -> int | None:
    """The whole number in `40`, `40带`, `第40带`, `3度`, `三度带`; None = there is none."""
    spelled = {"三": 3, "六": 6}
    if found := re.search(r"\d{1,3}", text):
        return int(found[0])
    return next((value for word, value in spelled.items() if word in text), None)


def _entry_notes(entries: dict[str, str]) -> Iterator[Told]:
    if entries.get("转换参数", "").replace(",", "").replace("0", "").replace(".", "").strip():
        yield Told("The transformation parameters of the head are not applied.", "未采用文件头中的转换参数。")
