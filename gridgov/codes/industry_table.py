"""The industries of GB/T 4754-2017 as a table: sections, divisions, groups and classes with their names; looked up and searched. Pure.

The table is `industries.csv`; where it comes from, and what could not be confirmed, stands in `docs/industries.md`. A code that is not in it
may be right all the same (a later amendment): whether a code may be declared is `industry.py`'s.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, cast

from gridgov.codes.industry import normalise_industry

Level = Literal["section", "division", "group", "class"]

EDITION: Final = "GB/T 4754-2017"
_CODE: Final = re.compile(r"[A-T]?[0-9]{0,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Industry:
    """One line of the table. code with its letter (`C`, `C26`, `C261`, `C2614`); parent: code of the line above it, None for a section."""

    code: str
    name: str
    level: Level
    parent: str | None


@cache
def industries() -> Mapping[str, Industry]:
    """The whole table by code, each after what it belongs to, in the order of the standard."""
    lines = files("gridgov.codes").joinpath("industries.csv").read_text(encoding="utf-8").splitlines()
    rows = (Industry(row["code"], row["name_zh"], cast(Level, row["level"]), row["parent"] or None) for row in csv.DictReader(lines))
    return {row.code: row for row in rows}


def find_industry(code: str) -> Industry | None:
    """The line of a code written with or without its letter; None when the table has none. Raises Refused for what is no such code."""
    return industries().get(normalise_industry(code))


def industry_path(industry: Industry) -> tuple[Industry, ...]:
    """What an industry belongs to, section first, itself left out."""
    above: list[Industry] = []
    parent = industry.parent
    while parent is not None:
        above.append(industries()[parent])
        parent = above[-1].parent
    return tuple(reversed(above))


def is_leaf(industry: Industry) -> bool:
    """Whether nothing stands below it: a class."""
    return industry.level == "class"


def search_industries(text: str, *, parent: str | None = None) -> list[Industry]:
    """Those that every word of the text fits, best first: as a code from its start, with or without the letter, or as a part of the name.

    No text: the sections, or what stands directly below `parent`; with both, only what stands below it at any level. Width and case
    of letters do not matter. Raises Refused when `parent` is no industry code.
    """
    below = None if parent is None else normalise_industry(parent)
    words = _plain(text).split()
    if not words:
        return [one for one in industries().values() if one.parent == below]
    fitting = (one for one in industries().values() if below is None or (one.code.startswith(below) and one.code != below))
    found = [one for one in fitting if all(_fits(one, word) for word in words)]
    return sorted(found, key=lambda one: _distance(one, words))


@cache
def _plain_names() -> Mapping[str, str]:
    return {one.code: _plain(one.name) for one in industries().values()}


def _fits(industry: Industry, word: str) -> bool:
    if word in _plain_names()[industry.code]:
        return True
    return _CODE.fullmatch(word.upper()) is not None and _starts(industry, word.upper())


def _starts(industry: Industry, code: str) -> bool:
    return industry.code.startswith(code) or industry.code[1:].startswith(code)


def _distance(industry: Industry, words: list[str]) -> tuple[int, int]:
    """The very code or name first, then names that begin so, then the rest; the shorter code first, otherwise in the standard's order."""
    name, first = _plain_names()[industry.code], words[0]
    is_exact = len(words) == 1 and (name == first or first.upper() in (industry.code, industry.code[1:]))
    rank = 0 if is_exact else 1 if name.startswith(first) else 2
    return rank, len(industry.code) if _CODE.fullmatch(first.upper()) else 0


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
