"""Admission lists as records: a rule set's edition, its rules, and what each asks of place and project."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Effect = Literal["prohibit", "condition", "permit"]
Dimension = Literal["space", "discharge", "risk", "resource", "project", "quota"]
Verdict = Literal["prohibited", "undetermined", "conditional", "permitted"]

AttributeValue = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class LayerSelector:
    """Which layers a rule speaks of: one by its key, or every layer of a kind. Exactly one is given."""

    key: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`> 0`, `>= 5`, `< 10`, `<= 10` or `= 3`; limit in the unit of what it is compared with (t/a, m2)."""

    operator: Literal[">", ">=", "<", "<=", "="]
    limit: Decimal


@dataclass(frozen=True, slots=True)
class When:
    """Conditions on the project; an empty one asks nothing. Codes are matched by prefix (industry) or as a whole (the others)."""

    industry: tuple[str, ...] = ()
    industry_not: tuple[str, ...] = ()
    action: tuple[str, ...] = ()
    activity: tuple[str, ...] = ()
    activity_not: tuple[str, ...] = ()
    discharge: Mapping[str, Comparison] = field(default_factory=dict)
    fuel: tuple[str, ...] = ()
    area_m2: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where the rule comes from. status `confirmed` only for what was read at its source; everything else is an `example`."""

    instrument: str
    article: str | None = None
    url: str | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None
    status: Literal["example", "confirmed"] = "example"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. layer None = it speaks of the whole territory its list governs. within_m None = it asks for overlap.

    where: attribute -> accepted values (any of). lifts: ids of rules of the same list that it takes back, by place.
    """

    id: str
    effect: Effect
    dimension: Dimension
    text: str
    text_kind: Literal["paraphrase", "verbatim"]
    citation: Citation
    layer: LayerSelector | None = None
    where: Mapping[str, tuple[AttributeValue, ...]] = field(default_factory=dict)
    within_m: Decimal | None = None
    when: When = field(default_factory=When)
    lifts: tuple[str, ...] = ()
    conditions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class ExampleZone:
    """A zone that an example's site lies in: its layer's key and its attributes."""

    layer: str
    where: Mapping[str, AttributeValue]


@dataclass(frozen=True, slots=True)
class Example:
    """A case the list carries to test itself: the zones the site lies in, the project, and the verdict that must come out."""

    zones: tuple[ExampleZone, ...]
    verdict: Verdict
    industry: str | None = None
    action: str | None = None
    activity: str | None = None
    discharges: Mapping[str, Decimal] | None = None
    fuel: tuple[str, ...] | None = None
    area_m2: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One edition of an admission list.

    applies_to: code prefixes of the administrative scheme; empty = everywhere. requires: layer keys without which nothing is clear.
    effective_to: first day no longer in force, None = until a later edition ends it. repeals: (ruleset, edition) pairs it ends.
    """

    ruleset: str
    edition: str
    effective_from: date
    rules: tuple[Rule, ...]
    sha256: str
    effective_to: date | None = None
    authority: str | None = None
    applies_to: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    repeals: tuple[tuple[str, str], ...] = ()
    examples: tuple[Example, ...] = ()
