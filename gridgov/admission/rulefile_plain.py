"""An admission list between its records and its plain data: what is stored as JSON, hashed, and read back the same.

The plain data uses the words of the rule file and is itself a valid one; what says nothing (an empty list, a default relation) is left
out, so that two ways of writing the same list have the same hash.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from gridgov.admission.rule import AttributeValue, Citation, Comparison, Example, ExampleZone, LayerSelector, Rule, RuleSet, When

Plain = Mapping[str, Any]

_WORD_LISTS = ("industry", "industry_not", "action", "activity", "activity_not")


def content_hash(plain: Plain) -> str:
    """SHA-256 (hex) over the canonical JSON of a list's plain data; neither key order nor comments count."""
    canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def from_plain(plain: Plain) -> RuleSet:
    """The list a plain document says, its hash computed from what it says.

    plain: data that passed `rules_from` or came from `to_plain`; anything else is a programming error.
    """
    ruleset = _ruleset(plain, "")
    return _ruleset(plain, content_hash(to_plain(ruleset)))


def to_plain(ruleset: RuleSet) -> dict[str, Any]:
    """The list as JSON data in the words of the rule file; `from_plain` gives back the same record."""
    return _said(
        ruleset=ruleset.ruleset,
        edition=ruleset.edition,
        effective_from=ruleset.effective_from.isoformat(),
        effective_to=_day_text(ruleset.effective_to),
        repeals=[f"{other}@{edition}" for other, edition in ruleset.repeals],
        authority=ruleset.authority,
        applies_to={"cells": list(ruleset.applies_to)} if ruleset.applies_to else None,
        requires=list(ruleset.requires),
        rules=[rule_plain(rule) for rule in ruleset.rules],
        examples=[_example_plain(example) for example in ruleset.examples],
    )


def _said(**entries: Any) -> dict[str, Any]:
    return {key: value for key, value in entries.items() if value is not None and value != [] and value != {}}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _decimal(number: float) -> Decimal:
    """The decimal a JSON number was written as: 0.1, not the double next to it; one exponent for one value."""
    return _plainest(Decimal(repr(number)))


def _plainest(value: Decimal) -> Decimal:
    return Decimal(format(value.normalize(), "f"))


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _ruleset(plain: Plain, sha256: str) -> RuleSet:
    return RuleSet(
        ruleset=plain["ruleset"],
        edition=plain["edition"],
        effective_from=date.fromisoformat(plain["effective_from"]),
        rules=tuple(_rule(rule) for rule in plain["rules"]),
        sha256=sha256,
        effective_to=_day(plain.get("effective_to")),
        authority=_stripped(plain.get("authority")),
        applies_to=_words(plain.get("applies_to") or {}, "cells"),
        requires=_words(plain, "requires"),
        repeals=tuple(_repeal(word) for word in plain.get("repeals") or ()),
        examples=tuple(_example(example) for example in plain.get("examples") or ()),
    )


def _stripped(text: str | None) -> str | None:
    return None if text is None else text.strip()


def _words(plain: Plain, key: str) -> tuple[str, ...]:
    return tuple(plain.get(key) or ())


def _repeal(word: str) -> tuple[str, str]:
    ruleset, _, edition = word.partition("@")
    return ruleset, edition


def _rule(plain: Plain) -> Rule:
    relation = plain.get("relation")
    return Rule(
        id=plain["id"],
        effect=plain["effect"],
        dimension=plain["dimension"],
        text=plain["text"].strip(),
        text_kind=plain.get("text_kind") or "paraphrase",
        citation=_citation(plain["citation"]),
        layer=_selector(plain.get("layer")),
        where=_where(plain.get("where") or {}),
        within_m=_decimal(relation["within"]) if isinstance(relation, Mapping) else None,
        when=_when(plain.get("when") or {}),
        lifts=_words(plain, "lifts"),
        conditions=tuple(_condition(condition) for condition in plain.get("conditions") or ()),
    )


def _selector(layer: str | Plain | None) -> LayerSelector | None:
    if layer is None:
        return None
    return LayerSelector(key=layer) if isinstance(layer, str) else LayerSelector(kind=layer["kind"])


def _where(plain: Plain) -> dict[str, tuple[AttributeValue, ...]]:
    return {name: tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else (value,) for name, value in sorted(plain.items())}


def _condition(plain: Plain) -> dict[str, str]:
    return {key: plain[key].strip() for key in ("kind", "by", "text") if plain.get(key) is not None}


def _comparison(text: str) -> Comparison:
    operator, _, limit = text.partition(" ")
    return Comparison(operator, _plainest(Decimal(limit)))  # type: ignore[arg-type]


def _when(plain: Plain) -> When:
    area = plain.get("area_m2")
    return When(
        **{key: _words(plain, key) for key in _WORD_LISTS},
        discharge={pollutant: _comparison(text) for pollutant, text in sorted((plain.get("discharge") or {}).items())},
        fuel=_words(plain, "fuel"),
        area_m2=None if area is None else _comparison(area),
    )


def _citation(plain: Plain) -> Citation:
    return Citation(
        instrument=plain["instrument"].strip(),
        article=_stripped(plain.get("article")),
        url=_stripped(plain.get("url")),
        in_force_from=_day(plain.get("in_force_from")),
        in_force_to=_day(plain.get("in_force_to")),
        status=plain.get("status") or "example",
    )


def _example(plain: Plain) -> Example:
    discharges, fuel, area = plain.get("discharges"), plain.get("fuel"), plain.get("area_m2")
    return Example(
        zones=tuple(ExampleZone(zone["layer"], dict(sorted((zone.get("where") or {}).items()))) for zone in plain.get("in") or ()),
        verdict=plain["verdict"],
        industry=plain.get("industry"),
        action=plain.get("action"),
        activity=plain.get("activity"),
        discharges=None if discharges is None else {pollutant: _decimal(amount) for pollutant, amount in sorted(discharges.items())},
        fuel=None if fuel is None else tuple(fuel),
        area_m2=None if area is None else _decimal(area),
    )


def rule_plain(rule: Rule) -> dict[str, Any]:
    """One rule in the words of the rule file."""
    layer = rule.layer
    return _said(
        id=rule.id,
        layer=None if layer is None else layer.key if layer.kind is None else {"kind": layer.kind},
        where={name: values[0] if len(values) == 1 else list(values) for name, values in rule.where.items()},
        relation=None if rule.within_m is None else {"within": _number(rule.within_m)},
        when=_when_plain(rule.when),
        effect=rule.effect,
        dimension=rule.dimension,
        lifts=list(rule.lifts),
        text=rule.text,
        text_kind=rule.text_kind,
        citation=_citation_plain(rule.citation),
        conditions=[dict(condition) for condition in rule.conditions],
    )


def _comparison_text(comparison: Comparison) -> str:
    return f"{comparison.operator} {comparison.limit}"


def _when_plain(when: When) -> dict[str, Any]:
    return _said(
        **{key: list(getattr(when, key)) for key in _WORD_LISTS},
        discharge={pollutant: _comparison_text(comparison) for pollutant, comparison in when.discharge.items()},
        fuel=list(when.fuel),
        area_m2=None if when.area_m2 is None else _comparison_text(when.area_m2),
    )


def _citation_plain(citation: Citation) -> dict[str, Any]:
    return _said(
        instrument=citation.instrument,
        article=citation.article,
        url=citation.url,
        in_force_from=_day_text(citation.in_force_from),
        in_force_to=_day_text(citation.in_force_to),
        status=citation.status,
    )


def _example_plain(example: Example) -> dict[str, Any]:
    plain = _said(
        **{"in": [_said(layer=zone.layer, where=dict(zone.where)) for zone in example.zones]},
        industry=example.industry,
        action=example.action,
        activity=example.activity,
        area_m2=None if example.area_m2 is None else _number(example.area_m2),
        verdict=example.verdict,
    )
    # Empty and absent differ here: declared none is not "not declared".
    if example.discharges is not None:
        plain["discharges"] = {pollutant: _number(amount) for pollutant, amount in example.discharges.items()}
    if example.fuel is not None:
        plain["fuel"] = list(example.fuel)
    return plain
