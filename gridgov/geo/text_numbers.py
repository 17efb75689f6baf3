"""Numbers and angles as people write them into text files, and the text itself out of the bytes it came in.

Decides what a written figure says: decimals with or without a unit, degrees with minutes and seconds, full-width digits. What the figure
stands for - an easting, a latitude, an area - is for the readers of the formats.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from gridgov.errors import BadEncoding, Fault

Axis = Literal["lon", "lat"]

MAX_DIGITS = 40
# Names may hold 度, 分 and 秒: those stay as they are and are read in the pattern.
_MARKS = str.maketrans({"″": '"', "”": '"', "“": '"', "＂": '"', "′": "'", "’": "'", "‘": "'", "＇": "'", "´": "'", "º": "°", "˚": "°"})
_DECIMAL = rf"(?:[0-9]{{1,{MAX_DIGITS}}}(?:\.[0-9]{{0,{MAX_DIGITS}}})?|\.[0-9]{{1,{MAX_DIGITS}}})"
_NUMBER = re.compile(rf"(?P<number>[-+]?{_DECIMAL})\s*(?P<unit>(?:[^\s0-9.+-]\S{{0,7}})?)")
# A figure inside a line: not the digits of a name (J1, 点1, 1#), not part of a word; a letter or word before or behind names the axis.
FIGURE = re.compile(
    rf"""(?:(?:(?P<before>东经|西经|北纬|南纬|(?<![A-Za-z])[EWNS])\s*[:=]?\s*)|(?<![\w.])|(?<=[°"'度分秒][EWNS]))
    (?P<number>[-+]?{_DECIMAL})
    (?:\s*(?P<degrees>[°度])
       (?:\s*(?P<minutes>{_DECIMAL})\s*['分](?!')(?:\s*(?P<seconds>{_DECIMAL})\s*(?:["秒]|''))?)?
       (?(before)|(?:\s*(?P<after>[EWNS])(?![A-Za-z]))?)
      |(?(before)|(?:\s*(?P<plain_after>[EWNS])(?![A-Za-z]))?)(?![\w.#])
    )""",
    re.VERBOSE,
)
_AXES: dict[str, tuple[Axis, int]] = {
    "E": ("lon", 1),
    "东经": ("lon", 1),
    "W": ("lon", -1),
    "西经": ("lon", -1),
    "N": ("lat", 1),
    "北纬": ("lat", 1),
    "S": ("lat", -1),
    "南纬": ("lat", -1),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A written number. degrees: it was written as an angle. axis: which one, where a letter or word says so."""

    value: float
    text: str
    degrees: bool = False
    axis: Axis | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is written as a plain whole number, as the number of a point is."""
        return self.text.isdigit() and not self.degrees


def decode_text(raw: bytes) -> str:
    """The text of a file in UTF-8 (with or without a byte-order mark), UTF-16 with one, or GBK/GB18030.

    Raises BadEncoding for what is none of them and for text with NUL characters.
    """
    for codec in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    line = raw[: raw.find(b"\x00")].count(b"\n") + 1 if b"\x00" in raw else 1
    raise BadEncoding(
        "The text is neither UTF-8 nor GB18030; save it as one of them.",
        "文本既不是 UTF-8 也不是 GB18030（GBK）编码，请另存后重试。",
        faults=[Fault(f"line {line}", "cannot be read as text", "无法按文本读取")],
    )


def plain_marks(text: str) -> str:
    """The text with full-width forms made narrow and every way to write degrees, minutes and seconds made one."""
    return unicodedata.normalize("NFKC", text.translate(_MARKS)).translate(_MARKS)


def read_number(text: str) -> tuple[float, str] | None:
    """Value and unit ("" = none) of `0.7600`, `0.7655公顷`, `3204600.000 m`; None = it is no number."""
    found = _NUMBER.fullmatch(plain_marks(text).strip())
    if found is None or any(mark in found["unit"] for mark in "°'\""):
        return None
    return float(found["number"]), found["unit"]


def read_figure(text: str) -> Figure | None:
    """The one number or angle a field holds; None = it holds none, or more than that."""
    marked = plain_marks(text).strip()
    if found := FIGURE.fullmatch(marked):
        return figure_of(found)
    number = read_number(text)
    return None if number is None or number[1].lower() not in ("m", "米") else Figure(number[0], marked)


def figures_in(marked: str) -> list[tuple[int, Figure | None]]:
    """Every number or angle of a line that went through `plain_marks`, each with where it begins; None = minutes or seconds of 60 and more."""
    return [(found.start(), figure_of(found)) for found in FIGURE.finditer(marked)]


def figure_of(found: re.Match[str]) -> Figure | None:
    """What a match of FIGURE says; None for minutes or seconds of 60 and more, and for two letters that disagree."""
    letters = [letter for letter in (found["before"], found["after"], found["plain_after"]) if letter]
    minutes, seconds = float(found["minutes"] or 0), float(found["seconds"] or 0)
    axes = {_AXES[letter] for letter in letters}
    if minutes >= 60 or seconds >= 60 or len(axes) > 1:
        return None
    axis, sign = next(iter(axes), (None, 1))
    number = float(found["number"])
    size = abs(number) + minutes / 60 + seconds / 3600
    value = sign * size * (-1 if found["number"].startswith("-") else 1)
    return Figure(value, found["number"], found["degrees"] is not None, axis)
