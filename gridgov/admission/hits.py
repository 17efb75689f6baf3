"""Which rules speak of which zones on which ground: the matched pairs before any exception or threshold is applied."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.admission.condition import Project, project_meets, zone_meets
from gridgov.admission.evidence import LayerEvidence, ZoneFact, selects
from gridgov.admission.figures import ZERO_M
from gridgov.admission.overlap import Common, distance_m, meet, within
from gridgov.admission.rule import Rule, RuleSet
from gridgov.admission.site import Site
from gridgov.admission.truth import Answer, Truth, all_of

Relation = Literal["overlap", "touch", "near"]


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule that (perhaps) speaks of the site, and where.

    place: the part of the site its list governs. region: the ground it speaks of - the overlap, or the whole place for a rule that
    asks for a distance or names no layer; EMPTY for a touch. relation, distance_m: None without a zone.
    """

    rules: RuleSet
    rule: Rule
    answer: Answer
    place: BaseGeometry
    region: BaseGeometry
    evidence: LayerEvidence | None = None
    zone: ZoneFact | None = None
    relation: Relation | None = None
    distance_m: Decimal | None = None


class Meetings:
    """How the site meets each zone, worked out once however many rules ask."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._known: dict[tuple[str, str], Common] = {}

    def with_zone(self, evidence: LayerEvidence, zone: ZoneFact) -> Common:
        """How the site meets one zone."""
        key = (evidence.layer, zone.code)
        if key not in self._known:
            self._known[key] = meet(self.site, zone.geometry)
        return self._known[key]


def rule_hits(rules: RuleSet, place: BaseGeometry, project: Project, layers: Mapping[str, LayerEvidence], meetings: Meetings) -> Iterator[RuleHit]:
    """All pairs of a list's rules and zones that match or may match on the place it governs."""
    for rule in rules.rules:
        declared = project_meets(rule.when, project, meetings.site.area_m2)
        if declared.truth is Truth.NO:
            continue
        if rule.layer is None:
            yield RuleHit(rules, rule, declared, place, place)
            continue
        for evidence in layers.values():
            if evidence.edition is not None and selects(rule.layer, evidence.layer, evidence.kind):
                yield from _zone_hits(RuleHit(rules, rule, declared, place, place, evidence), evidence, meetings)


def _zone_hits(asked: RuleHit, evidence: LayerEvidence, meetings: Meetings) -> Iterator[RuleHit]:
    for zone in evidence.zones:
        answer = all_of((asked.answer, zone_meets(asked.rule.where, zone.attributes)))
        if answer.truth is Truth.NO:
            continue
        found = _within(asked, zone, meetings) if asked.rule.within_m is not None else _overlapping(asked, zone, meetings)
        if found is not None:
            relation, region, distance = found
            yield RuleHit(asked.rules, asked.rule, answer, asked.place, region, evidence, zone, relation, distance)


def _overlapping(asked: RuleHit, zone: ZoneFact, meetings: Meetings) -> tuple[Relation, BaseGeometry, Decimal] | None:
    assert asked.evidence is not None
    common = meetings.with_zone(asked.evidence, zone)
    if common.meeting == "disjoint":
        return None
    region = inside(meetings.site, common.part, asked.place)
    if common.is_overlap and not region.is_empty:
        return "overlap", region, ZERO_M
    if not shapely.intersects(asked.place, zone.geometry):
        return None
    # Slivers no circle of 2 mm fits into stay in the region: many of them side by side are not a touch.
    return "touch", region, ZERO_M


def _within(asked: RuleHit, zone: ZoneFact, meetings: Meetings) -> tuple[Relation, BaseGeometry, Decimal] | None:
    assert asked.evidence is not None and asked.rule.within_m is not None
    distance = distance_m(meetings.site, asked.place, zone.geometry, reach_m=float(asked.rule.within_m))
    if distance is None:
        return None
    if distance > ZERO_M:
        return "near", asked.place, distance
    common = meetings.with_zone(asked.evidence, zone)
    relation: Relation = "overlap" if common.is_overlap else "touch"
    return relation, asked.place, distance


def inside(site: Site, part: BaseGeometry, place: BaseGeometry) -> BaseGeometry:
    """The part of the site that also lies in `place`; uncut when the place is the whole site."""
    if part.is_empty or place is site.dense:
        return part
    return within(site.kind, part, place)
