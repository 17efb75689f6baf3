"""Codes of ecological control units (生态环境管控单元): `ZH` + county + class digit + serial."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from gridgov.errors import Refused

UnitClass = Literal["priority", "key", "general"]

_PATTERN: Final = re.compile(r"ZH(\d{6})([123])(\d{4})", re.ASCII)
_CLASSES: Final[dict[str, UnitClass]] = {"1": "priority", "2": "key", "3": "general"}
CLASS_LABELS_ZH: Final[dict[UnitClass, str]] = {"priority": "优先保护", "key": "重点管控", "general": "一般管控"}


@dataclass(frozen=True, slots=True)
class ControlUnit:
    """What a control unit's code says. county: 6 digits of GB/T 2260; serial: 1-9999 within county and class."""

    code: str
    county: str
    unit_class: UnitClass
    serial: int


def is_control_unit(code: str) -> bool:
    """Whether the text is a well-formed control unit code, such as ZH42052620003."""
    return _PATTERN.fullmatch(code) is not None


def read_control_unit(code: str) -> ControlUnit:
    """County, class and serial of a control unit code. Raises Refused for anything else."""
    found = _PATTERN.fullmatch(code)
    if found is None:
        raise Refused(
            f"'{code}' is not the code of a control unit: ZH, six digits of the county, class 1, 2 or 3, four digits are needed (ZH33080210001).",
            f"“{code}”不是管控单元编码：应为 ZH + 6 位县级代码 + 类别位（1 优先、2 重点、3 一般）+ 4 位顺序号，例如 ZH33080210001。",
        )
    county, digit, serial = found.groups()
    return ControlUnit(code=code, county=county, unit_class=_CLASSES[digit], serial=int(serial))
