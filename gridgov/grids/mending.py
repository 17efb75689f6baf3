"""Decisions on the faults of an import, in codes: read from a document, carried out on the level, told in the report. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import shapely
from shapely import MultiPolygon, Polygon

from gridgov.errors import Fault, Language, Refused
from gridgov.geo.coverage import Violation
from gridgov.geo.mending import Rule, Ruling
from gridgov.geo.proposals import Proposal, propose

MOST_RULINGS: Final = 20_000
_KINDS = frozenset({"overlap", "gap", "hole", "unmatched-edge", "outside-parent"})
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Rulings:
    """What was decided on the faults of a file: one by one, and by rule."""

    single: tuple[Ruling, ...] = ()
    rules: tuple[Rule, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.single or self.rules)


NOTHING_DECIDED: Final = Rulings()


@dataclass(frozen=True, slots=True)
class Told:
    """A fault as the report tells it. ruling: what was decided, None = still open. cells: codes in the order of the level."""

    proposal: Proposal
    labels: Sequence[str]
    level: str
    ruling: Ruling | None = None

    def as_json(self, language: Language) -> dict[str, Any]:
        """The entry of the report's `proposals` (open) or `decided`."""
        one, name = self.proposal, self.labels
        entry: dict[str, Any] = {
            "id": one.id,
            "kind": one.kind,
            "level": self.level,
            "cells": [name[cell] for cell in one.cells],
            "action": one.action,
            "to": None if one.to is None else name[one.to],
            "choices": [name[cell] for cell in one.choices],
            "may_stand": one.may_stand,
            "area_m2": f"{one.area_m2:.2f}",
            "width_m": f"{one.width_m:.4f}",
            "point": [round(float(value), 9) for value in one.point],
            "shape": None if one.shape is None else shapely.geometry.mapping(one.shape),
            "effects": [{"cell": name[effect.cell], "before_m2": f"{effect.before_m2:.2f}", "after_m2": f"{effect.after_m2:.2f}"} for effect in one.effects],
            "detail": one.detail.zh if language == "zh" else one.detail.en,
        }
        if self.ruling is not None:
            entry["decision"] = {"to": self.ruling.to, "reason": self.ruling.reason}
        return entry


def open_faults(found: Sequence[Violation], cells: Sequence[MultiPolygon], labels: Sequence[str], *, level: str, has_outline: bool) -> tuple[Told, ...]:
    """What is proposed for each fault that is left."""
    return tuple(Told(one, labels, level) for one in propose(found, cells, labels, has_outline=has_outline))


def reason_for(shape: Polygon, gaps: Sequence[tuple[Polygon, str]]) -> str | None:
    """The reason for which uncovered ground was allowed to stand; None = it was not."""
    for ground, reason in gaps:
        if shapely.intersects(ground, shape) and shapely.symmetric_difference(ground, shape).area <= 1e-6 * ground.area:
            return reason
    return None


def read_rulings(document: object) -> Rulings:
    """The decisions of a JSON document: `{"decisions": [{"fault", "to"?, "reason"?}], "rules": [{"width_m", "area_m2", "kinds"?}]}`.

    Raises Refused, with the pointer of what cannot be meant.
    """
    if not isinstance(document, Mapping) or set(document) - {"decisions", "rules"}:
        raise _refused("", "An object with `decisions` and `rules` is needed.", "应为含 decisions、rules 的对象。")
    singles, rules = ([] if document.get(name) is None else document[name] for name in ("decisions", "rules"))
    for pointer, given in (("/decisions", singles), ("/rules", rules)):
        if not isinstance(given, list) or len(given) > MOST_RULINGS:
            raise _refused(pointer, f"A list of at most {MOST_RULINGS} is needed.", f"应为不超过 {MOST_RULINGS} 项的列表。")
    found = Rulings(
        tuple(_single(one, f"/decisions/{at}") for at, one in enumerate(singles)), tuple(_rule(one, f"/rules/{at}") for at, one in enumerate(rules))
    )
    twice = _repeated([ruling.fault for ruling in found.single])
    if twice is not None:
        raise _refused(f"/decisions/{twice}/fault", "This fault was decided already.", "该问题已有处理意见。")
    return found


def _repeated(ids: Sequence[str]) -> int | None:
    seen: set[str] = set()
    for at, one in enumerate(ids):
        if one in seen:
            return at
        seen.add(one)
    return None


def _single(given: object, pointer: str) -> Ruling:
    if not isinstance(given, Mapping) or set(given) - {"fault", "to", "reason"}:
        raise _refused(pointer, "An object with `fault`, `to` and `reason` is needed.", "应为含 fault、to、reason 的对象。")
    for member in ("fault", "to", "reason"):
        value = given.get(member)
        if not (value is None and member != "fault") and not (isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST and value.isprintable()):
            raise _refused(f"{pointer}/{member}", f"A text of 1 to {_LONGEST} characters is needed.", f"应为 1 至 {_LONGEST} 个字符的文字。")
    if given.get("to") is not None and given.get("reason") is not None:
        raise _refused(pointer, "Ground is given to a cell or allowed as a gap, not both.", "划归网格与登记为允许空隙只能二选一。")
    return Ruling(given["fault"], given.get("to"), given.get("reason"))


def _rule(given: object, pointer: str) -> Rule:
    if not isinstance(given, Mapping) or set(given) - {"width_m", "area_m2", "kinds"}:
        raise _refused(pointer, "An object with `width_m`, `area_m2` and `kinds` is needed.", "应为含 width_m、area_m2、kinds 的对象。")
    for member in ("width_m", "area_m2"):
        value = given.get(member)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e12:
            raise _refused(f"{pointer}/{member}", "A number above 0 is needed.", "应为大于 0 的数。")
    kinds = [] if given.get("kinds") is None else given["kinds"]
    if not isinstance(kinds, list) or not all(isinstance(kind, str) and kind in _KINDS for kind in kinds):
        raise _refused(f"{pointer}/kinds", f"Kinds are {', '.join(sorted(_KINDS))}.", f"类型应为 {'、'.join(sorted(_KINDS))}。")
    return Rule(float(given["width_m"]), float(given["area_m2"]), frozenset(kinds))


def _refused(pointer: str, en: str, zh: str) -> Refused:
    return Refused(en, zh, faults=[Fault(pointer, en, zh)])
