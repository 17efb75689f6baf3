"""The little world an admission list tests its own examples in: one square site, wholly inside every zone an example names.

Every layer the list speaks of is in force and covers the site; the list governs everywhere. So an example checks the rules alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import shapely

from gridgov.admission.condition import Project
from gridgov.admission.decide import Governing, decide
from gridgov.admission.evidence import LayerEvidence, ZoneFact
from gridgov.admission.rule import AttributeValue, Example, RuleSet, Verdict, When
from gridgov.admission.site import Site
from gridgov.admission.territory import Territory
from gridgov.zones.edition import Edition, Layer

_SQUARE = shapely.box(118.0, 29.0, 118.001, 29.001)
_AROUND = shapely.MultiPolygon([shapely.box(117.99, 28.99, 118.01, 29.01)])


def verdict_of_example(rules: RuleSet, example: Example) -> Verdict:
    """The verdict a list gives on one of its examples.

    An example states what matters to it. Where that leaves the answer undetermined, the rules' conditions on inputs it does not state are
    taken as met, and the verdict it names must come out then.
    """
    answered = _verdict(rules, example)
    if answered == "undetermined" != example.verdict:
        stated = replace(rules, rules=tuple(replace(rule, when=_stated(rule.when, example)) for rule in rules.rules))
        return _verdict(stated, example)
    return answered


def _stated(when: When, example: Example) -> When:
    """The conditions on inputs the example states."""
    silent: dict[str, Any] = {}
    if example.industry is None:
        silent |= {"industry": (), "industry_not": ()}
    if example.action is None:
        silent["action"] = ()
    if example.activity is None:
        silent |= {"activity": (), "activity_not": ()}
    if example.discharges is None:
        silent["discharge"] = {}
    if example.fuel is None:
        silent["fuel"] = ()
    if example.area_m2 is None:
        silent["area_m2"] = None
    return replace(when, **silent)


def _verdict(rules: RuleSet, example: Example) -> Verdict:
    site = Site("polygon", _SQUARE, _SQUARE)
    # The example states the area its rules compare with; the square only stands for the place.
    site.__dict__["area_m2"] = example.area_m2
    everywhere = replace(rules, applies_to=())
    territory = Territory(site, (), None)
    governing = Governing.of(territory, [everywhere])
    project = Project(example.industry, example.action, example.activity, example.discharges, example.fuel)
    layers = _layers(everywhere, example)
    catalogue = [Layer(number, layer.layer, layer.kind, layer.layer) for number, layer in enumerate(layers.values())]
    decision = decide(territory, project, governing, governing.asked(site, project, catalogue), layers, with_accounts=False)
    return decision.verdict


def _layers(rules: RuleSet, example: Example) -> dict[str, LayerEvidence]:
    spoken = {rule.layer.key or rule.layer.kind for rule in rules.rules if rule.layer is not None}
    named = spoken.union(rules.requires, (zone.layer for zone in example.zones))
    return {key: _layer(key, (zone.where for zone in example.zones if zone.layer == key)) for key in sorted(filter(None, named))}


def _layer(key: str, zones: Iterable[Mapping[str, AttributeValue]]) -> LayerEvidence:
    edition = Edition(0, key, key, "example", date.min, None, "", "area", "")
    facts = tuple(ZoneFact(f"E{number}", f"E{number}", dict(where), Decimal(1), _AROUND) for number, where in enumerate(zones, 1))
    return LayerEvidence(key, key, edition, facts)
