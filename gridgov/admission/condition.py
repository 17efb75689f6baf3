"""Does a rule's condition hold for this project, and for this zone? Yes, no, or unknown with what is missing.

Decides nothing about place. Industry codes match by prefix at any level of GB/T 4754; a declared code that is coarser than the
rule's cannot be decided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from gridgov.admission.rule import AttributeValue, Comparison, When
from gridgov.admission.truth import NO, YES, Answer, Truth, all_of, answer, any_of, negate, unknown
from gridgov.codes.industry import industry_matches

_TRUE_WORDS = {"true", "t", "yes", "y", "1", "是"}
_FALSE_WORDS = {"false", "f", "no", "n", "0", "否"}


@dataclass(frozen=True, slots=True)
class Project:
    """What was declared of a project. None = not declared; an empty mapping or tuple = declared none.

    industry: GB/T 4754 code with its section letter. discharges: pollutant -> t/a.
    """

    industry: str | None = None
    action: str | None = None
    activity: str | None = None
    discharges: Mapping[str, Decimal] | None = None
    fuel: tuple[str, ...] | None = None


def project_meets(when: When, project: Project, area_m2: Decimal | None) -> Answer:
    """Whether the project meets all conditions of `when`. area_m2: the site's printed area, None for a line or a point."""
    return all_of(
        (
            _industry(when.industry, project.industry) if when.industry else YES,
            negate(_industry(when.industry_not, project.industry)) if when.industry_not else YES,
            _one_of(when.action, project.action, "action") if when.action else YES,
            _one_of(when.activity, project.activity, "activity") if when.activity else YES,
            negate(_one_of(when.activity_not, project.activity, "activity")) if when.activity_not else YES,
            all_of(_discharge(pollutant, comparison, project) for pollutant, comparison in when.discharge.items()),
            _fuel(when.fuel, project.fuel) if when.fuel else YES,
            _compare(when.area_m2, area_m2, "area_m2") if when.area_m2 else YES,
        )
    )


def zone_meets(where: Mapping[str, tuple[AttributeValue, ...]], attributes: Mapping[str, Any]) -> Answer:
    """Whether the zone's attributes are among the accepted values; an attribute without a value is unknown."""
    return all_of(any_of(_same(attributes.get(name), value, f"zone.{name}") for value in accepted) for name, accepted in where.items())


def _industry(prefixes: Sequence[str], declared: str | None) -> Answer:
    if declared is None:
        return unknown("industry")
    found = [industry_matches(declared, prefix) for prefix in prefixes]
    if True in found:
        return YES
    return unknown("industry") if None in found else NO


def _one_of(accepted: Sequence[str], declared: str | None, name: str) -> Answer:
    return unknown(name) if declared is None else answer(_folded(declared) in map(_folded, accepted))


def _discharge(pollutant: str, comparison: Comparison, project: Project) -> Answer:
    if project.discharges is None:
        return unknown(f"discharges.{pollutant}")
    amount = sum((held for name, held in project.discharges.items() if _folded(name) == _folded(pollutant)), Decimal(0))
    return _compare(comparison, amount, f"discharges.{pollutant}")


def _fuel(accepted: Sequence[str], declared: Sequence[str] | None) -> Answer:
    return unknown("fuel") if declared is None else answer(any(_folded(one) in map(_folded, accepted) for one in declared))


def _folded(word: str) -> str:
    """A word as it is compared: `New` and full-width ｎｅｗ are `new`, lest a way of writing made a verdict milder."""
    return normalize("NFKC", word).casefold().strip()


def _compare(comparison: Comparison, value: Decimal | None, name: str) -> Answer:
    if value is None:
        return unknown(name)
    limit = comparison.limit
    return answer({">": value > limit, ">=": value >= limit, "<": value < limit, "<=": value <= limit, "=": value == limit}[comparison.operator])


def _same(held: Any, wanted: AttributeValue, name: str) -> Answer:
    """Whether a zone's attribute has the wanted value, across the ways files spell truth values and numbers.

    A value that cannot be read as the wanted kind ("一级" for 1) is unknown, not different: fail closed.
    """
    if held is None or (isinstance(held, str) and not held.strip()):
        return unknown(name)
    if isinstance(wanted, bool):
        read = _as_truth(held)
        return unknown(name) if read is None else answer(read == wanted)
    if isinstance(wanted, int | float):
        number = _as_number(held)
        return unknown(name) if number is None else answer(number == Decimal(str(wanted)))
    return answer(_as_text(held) == normalize("NFKC", str(wanted)).strip())


def _as_truth(held: Any) -> bool | None:
    word = _as_text(held).lower()
    if word in _TRUE_WORDS:
        return True
    return False if word in _FALSE_WORDS else None


def _as_number(held: Any) -> Decimal | None:
    try:
        return Decimal(_as_text(held))
    except InvalidOperation:
        return None


def _as_text(held: Any) -> str:
    if isinstance(held, bool):
        return "true" if held else "false"
    if isinstance(held, float) and held.is_integer():
        return str(int(held))
    return normalize("NFKC", str(held)).strip()


__all__ = ["Project", "Truth", "project_meets", "zone_meets"]
