"""Which rules of the lists in force speak of a zone: what a reader is told of it before any project is asked about. Pure.

A rule whose condition on the zone cannot be decided, since the zone lacks the attribute, is told as unknown and never left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from gridgov.admission.condition import zone_meets
from gridgov.admission.evidence import selects
from gridgov.admission.rule import Rule, RuleSet
from gridgov.admission.rulefile_plain import rule_plain
from gridgov.admission.truth import Truth

_BY_WEIGHT: Final = {"prohibit": 0, "condition": 1, "permit": 2}


def governing(lists: Iterable[RuleSet], codes: Sequence[str]) -> list[RuleSet]:
    """The lists that govern ground in cells of these codes: those that apply everywhere, and those that name one of them by prefix."""
    return [rules for rules in lists if not rules.applies_to or any(code.startswith(rules.applies_to) for code in codes)]


def clauses_of(lists: Iterable[RuleSet], layer: str, kind: str, attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the lists say of a zone of a layer, the weightiest effect first."""
    spoken = [(rules, rule) for rules in lists for rule in rules.rules if rule.layer is not None and selects(rule.layer, layer, kind)]
    found = [(rules, rule, zone_meets(rule.where, attributes).truth) for rules, rule in spoken]
    matching = [entry for entry in found if entry[2] is not Truth.NO]
    ordered = sorted(matching, key=lambda entry: (_BY_WEIGHT[entry[1].effect], entry[0].ruleset, entry[1].id))
    return [_clause(rules, rule, truth) for rules, rule, truth in ordered]


def _clause(rules: RuleSet, rule: Rule, truth: Truth) -> dict[str, Any]:
    plain = rule_plain(rule)
    citation = plain["citation"]
    return {
        "ruleset": rules.ruleset,
        "edition": rules.edition,
        "rule": rule.id,
        "effect": rule.effect,
        "dimension": rule.dimension,
        "text": rule.text,
        "text_kind": rule.text_kind,
        "citation": {key: citation.get(key) for key in ("instrument", "article", "url")}
        | {"status": rule.citation.status, "in_force_from": citation.get("in_force_from")},
        "conditions": [dict(condition) for condition in rule.conditions],
        "when": plain.get("when"),
        "within_m": None if rule.within_m is None else str(rule.within_m),
        "lifts": list(rule.lifts),
        "applies_to": list(rules.applies_to),
        "matched": truth.value,
    }
