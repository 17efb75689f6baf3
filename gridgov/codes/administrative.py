"""Administrative codes: the 12-digit statistical code and its GB/T 2260 head.

Decides what a code's own digits say: its level by trailing zeros, its parent, its county. What a place's parent really is comes from
stored cells, not from here: some cities have no counties, some counties no prefecture (GB/T 2260 heads 4419.., 4420.., ..90..).
"""

from typing import Final, Literal

AdministrativeLevel = Literal["province", "prefecture", "county", "township", "village"]

CODE_LENGTH: Final = 12
COUNTY_LENGTH: Final = 6

_SIGNIFICANT_DIGITS: Final[tuple[tuple[AdministrativeLevel, int], ...]] = (
    ("province", 2),
    ("prefecture", 4),
    ("county", 6),
    ("township", 9),
    ("village", 12),
)


def is_administrative(code: str) -> bool:
    """Whether the text is a 12-digit statistical code (or its 6-digit GB/T 2260 head) whose province digits are not 00."""
    return code.isascii() and code.isdigit() and len(code) in (COUNTY_LENGTH, CODE_LENGTH) and not code.startswith("00")


def fill_with_zeros(head: str) -> str:
    """The 12-digit code of a unit named by its leading digits: 330802 gives 330802000000. Longer codes are given back as they are."""
    return head.ljust(CODE_LENGTH, "0")


def administrative_level(code: str) -> AdministrativeLevel | None:
    """The level a 12- or 6-digit code speaks of by its trailing zeros; None when it is no such code.

    330000000000 province, 330800000000 prefecture, 330824000000 county, 330824100000 township, 330824100200 village.
    Source: statistical division codes (GB/T 2260 + GB/T 10114 + three digits of the village).
    """
    if not is_administrative(code):
        return None
    digits = len(fill_with_zeros(code).rstrip("0"))
    return next(level for level, length in _SIGNIFICANT_DIGITS if digits <= length)


def administrative_parent(code: str) -> str | None:
    """The 12-digit code of the unit one level up by the digits alone; None for a province or for what is no administrative code."""
    level = administrative_level(code)
    if level is None or level == "province":
        return None
    lengths = dict(_SIGNIFICANT_DIGITS)
    above = max(length for length in lengths.values() if length < lengths[level])
    return fill_with_zeros(fill_with_zeros(code)[:above])


def county_of(code: str) -> str | None:
    """The 6-digit GB/T 2260 county code that a county, township, village or longer grid code begins with.

    None for a province or prefecture (it lies in no one county) and for text that does not begin with six digits.
    """
    head = code[:COUNTY_LENGTH]
    if len(head) < COUNTY_LENGTH or not (head.isascii() and head.isdigit()) or head.startswith("00") or head.endswith("00"):
        return None
    return head
