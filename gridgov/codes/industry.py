"""Industry codes of GB/T 4754: section letter, two-digit division, then group and class digits.

Decides how a code is written (`C2614`) and whether a declared code falls under a rule's code; a declared code that is shorter than
the rule's leaves the question open. Which industries a rule names is data of the admission lists.
"""

import re
import unicodedata
from typing import Final

from gridgov.errors import Refused

_PATTERN: Final = re.compile(r"([A-T])?(\d{2,4})?", re.ASCII)
# First and last division of each section: GB/T 4754-2017, table 1.
_SECTIONS: Final[tuple[tuple[str, int, int], ...]] = (
    ("A", 1, 5),
    ("B", 6, 12),
    ("C", 13, 43),
    ("D", 44, 46),
    ("E", 47, 50),
    ("F", 51, 52),
    ("G", 53, 60),
    ("H", 61, 62),
    ("I", 63, 65),
    ("J", 66, 69),
    ("K", 70, 70),
    ("L", 71, 72),
    ("M", 73, 75),
    ("N", 76, 79),
    ("O", 80, 82),
    ("P", 83, 83),
    ("Q", 84, 85),
    ("R", 86, 90),
    ("S", 91, 96),
    ("T", 97, 97),
)


def section_of_division(division: int) -> str | None:
    """The section letter of a two-digit division (26 gives C); None when GB/T 4754 has no such division."""
    return next((letter for letter, first, last in _SECTIONS if first <= division <= last), None)


def normalise_industry(text: str) -> str:
    """The code as `C`, `C26`, `C261` or `C2614`, from a letter, digits, or both; letter case and full-width forms do not matter.

    Raises Refused for what is no such code, for a division that GB/T 4754 does not have, and for a letter that contradicts its division.
    """
    written = unicodedata.normalize("NFKC", text).strip().upper()
    found = _PATTERN.fullmatch(written)
    if found is None or not written:
        raise _refuse(text, "a section letter A-T, two to four digits, or both are needed", "应为门类字母 A—T、2 至 4 位数字，或两者相连")
    letter, digits = found.groups()
    if digits is None:
        return str(letter)
    section = section_of_division(int(digits[:2]))
    if section is None:
        raise _refuse(text, f"GB/T 4754 has no division {digits[:2]}", f"GB/T 4754 中没有大类 {digits[:2]}")
    if letter is not None and letter != section:
        raise _refuse(text, f"division {digits[:2]} belongs to section {section}, not {letter}", f"大类 {digits[:2]} 属于门类 {section}，不属于 {letter}")
    return section + digits


def industry_matches(declared: str, prefix: str) -> bool | None:
    """Whether a declared industry falls under a rule's code: C2614 under C26 does.

    None = the declared code is a proper prefix of the rule's (C26 against C2614), so it cannot be decided.
    Raises Refused when either is no industry code.
    """
    of_site, of_rule = normalise_industry(declared), normalise_industry(prefix)
    if of_site.startswith(of_rule):
        return True
    return None if of_rule.startswith(of_site) else False


def _refuse(text: str, en: str, zh: str) -> Refused:
    return Refused(f"'{text}' is not an industry code: {en} (example: C2614).", f"“{text}”不是行业代码：{zh}（例如 C2614）。")
