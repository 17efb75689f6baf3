"""What pydantic found wrong in a rule file, said to the person who wrote the list: place, sentence in both languages, and the mend."""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import ValidationError

from gridgov.admission.rule_schema import PARTS, known_keys
from gridgov.admission.rulefile_source import Places, child, likeness
from gridgov.errors import Fault

Told = tuple[str, str]

_EXPECTED: dict[str, Told] = {
    "list_type": ("a list is expected, such as [a, b]", "此处须为列表，如 [a, b]"),
    "dict_type": ("a mapping (key: value) is expected", "此处须为键值对（键: 值）"),
    "model_type": ("a mapping (key: value) is expected", "此处须为键值对（键: 值）"),
    "too_short": ("at least one entry is expected", "至少须有一项"),
}


def structure_faults(error: ValidationError, plain: Any, places: Places) -> list[Fault]:
    """Every fault pydantic names, at its line or row."""
    return [_fault(dict(found), plain, places) for found in error.errors(include_url=False)]


def _fault(found: dict[str, Any], plain: Any, places: Places) -> Fault:
    pointer, value, rest = _walk(plain, found["loc"])
    tell = _TELLERS.get(found["type"])
    if found["type"] == "rule_file":
        en, zh = found["ctx"]["en"], found["ctx"]["zh"]
    elif tell is not None:
        en, zh = tell(found, _Spot(pointer, value, rest, places))
    else:
        en, zh = _EXPECTED.get(found["type"], (str(found["msg"]), "内容不符合要求"))
    if found["type"] == "extra_forbidden" and rest:
        pointer = child(pointer, rest[-1])
    return places.fault(pointer, en, zh)


class _Spot:
    """Where a fault stands: the pointer as far as the data goes, the value there, the names beyond it."""

    def __init__(self, pointer: str, value: Any, rest: Sequence[str | int], places: Places) -> None:
        self.pointer, self.value, self.rest, self.places = pointer, value, rest, places

    def part(self) -> str:
        names = [step for step in self.pointer.split("/") if step and not step.isdigit()]
        return names[-1] if names and names[-1] in PARTS else ""

    def written(self) -> str:
        """The scalar as it stands in the file (0330824, not 330824)."""
        place = self.places.at.get(self.pointer)
        return place.raw if place is not None and place.raw is not None else str(self.value)


def _walk(plain: Any, loc: Sequence[str | int]) -> tuple[str, Any, list[str | int]]:
    """Follows a pydantic location through the data; the steps that are no part of it (names of union branches) fall away."""
    pointer, value, rest = "", plain, list[str | int]()
    for step in loc:
        inside = (isinstance(value, dict) and step in value) or (isinstance(value, list) and isinstance(step, int) and step < len(value))
        if inside and not rest:
            pointer, value = child(pointer, step), value[step]
        elif not (isinstance(step, str) and step.startswith(("<", "["))):
            rest.append(step)
    return pointer, value, rest


def _missing(_: dict[str, Any], spot: _Spot) -> Told:
    name = str(spot.rest[-1]) if spot.rest else spot.pointer.rpartition("/")[2]
    return f"the key {name!r} is missing or empty", f"缺少“{name}”，或内容为空"


def _unknown(found: dict[str, Any], spot: _Spot) -> Told:
    if not spot.rest:
        head, _, name = spot.pointer.rpartition("/")
        spot = _Spot(head, None, [name], spot.places)
    name = str(found["loc"][-1])
    hint_en, hint_zh = likeness(name, known_keys(spot.part()))
    return f"unknown key {name!r}; {hint_en}", f"未知的键“{name}”；{hint_zh}"


def _text(_: dict[str, Any], spot: _Spot) -> Told:
    if isinstance(spot.value, list | dict):
        return "text is expected, not a list or mapping", "此处须为文本，不能是列表或键值对"
    written = spot.written()
    if spot.places.unit == "row":
        return f"{written} is a number; format the cell as text and type the code again", f"{written} 是数值；请将单元格设为文本格式后重新填写"
    if spot.value is None:
        return "text is expected, the place is empty", "此处须填写文本，现为空"
    return f'text is expected; a code is written in quotes: "{written}"', f'此处须为文本；代码请加引号，写作 "{written}"'


def _choice(found: dict[str, Any], spot: _Spot) -> Told:
    expected = str(found["ctx"]["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
    hint_en, hint_zh = likeness(spot.value, expected)
    return f"{spot.value!r} is not known here; {hint_en}", f"“{spot.value}”不在可选范围内；{hint_zh}"


_TELLERS: dict[str, Callable[[dict[str, Any], _Spot], Told]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "string_type": _text,
    "literal_error": _choice,
}
