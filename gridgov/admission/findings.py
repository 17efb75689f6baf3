"""What the document lists: one finding per zone edition, rule and county, with its figures; notes for zones no rule speaks of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.admission.evidence import LayerEvidence, ZoneFact
from gridgov.admission.figures import ZERO_M
from gridgov.admission.hits import Meetings, Relation, RuleHit, inside
from gridgov.admission.judging import Judged, ListJudgement
from gridgov.admission.overlap import Common, distance_m, measured
from gridgov.admission.rule import Effect, Rule, RuleSet
from gridgov.admission.site import Site
from gridgov.admission.territory import Territory, is_worth_printing
from gridgov.admission.truth import Truth


@dataclass(frozen=True, slots=True)
class Left:
    """What an exception leaves of a common part it takes back in part: the ground the threshold is judged on."""

    lifted_by: str
    common: Common


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the answer. rule None: a note. evidence, zone None: the rule names no layer.

    common: site and zone on this county's ground. lifted_by: id of the exception that takes back all of it. not_shown: exceptions
    that might hold but were not shown to.
    """

    effect: Effect | Literal["note"]
    matched: Truth
    relation: Relation | None
    jurisdiction: str | None
    evidence: LayerEvidence | None = None
    zone: ZoneFact | None = None
    rules: RuleSet | None = None
    rule: Rule | None = None
    common: Common | None = None
    distance_m: Decimal | None = None
    below_threshold: bool = False
    lifted_by: str | None = None
    left: "Left | None" = None
    needs: tuple[str, ...] = ()
    not_shown: tuple[str, ...] = ()

    @property
    def layer(self) -> str | None:
        """Key of the layer the zone belongs to."""
        return self.evidence.layer if self.evidence else None

    def sort_key(self) -> tuple[str, ...]:
        """Document order: layer, edition, zone, list, rule, county; findings without a zone last."""
        edition = self.evidence.edition.edition if self.evidence and self.evidence.edition else ""
        rule = self.rule.id if self.rule else ""
        ruleset = self.rules.ruleset if self.rules else ""
        return (self.layer or "~", edition, self.zone.code if self.zone else "", ruleset, rule, self.jurisdiction or "")


def rule_findings(judgement: ListJudgement, territory: Territory, meetings: Meetings) -> Iterator[Finding]:
    """The findings of one list, split by county where the site lies in several."""
    for judged in judgement.judged:
        for hit in judged.hits:
            whole = meetings.with_zone(hit.evidence, hit.zone) if hit.evidence and hit.zone else None
            for jurisdiction, ground in territory.jurisdictions.items():
                here = _Here(territory.site, jurisdiction, ground, inside(territory.site, hit.place, ground))
                found = None if here.place.is_empty else _finding(judgement, judged, hit, whole, here)
                if found is not None:
                    yield found


@dataclass(frozen=True, slots=True)
class _Here:
    """One county's ground, and the part of it a list governs."""

    site: Site
    jurisdiction: str | None
    ground: BaseGeometry
    place: BaseGeometry


def notes(territory: Territory, layers: Mapping[str, LayerEvidence], spoken: Iterable[Finding], meetings: Meetings) -> Iterator[Finding]:
    """Zones the site overlaps or touches that no finding mentions yet."""
    known = {(finding.layer, finding.zone.code) for finding in spoken if finding.zone}
    for evidence in layers.values():
        for zone in evidence.zones:
            common = meetings.with_zone(evidence, zone)
            if (evidence.layer, zone.code) in known or common.meeting == "disjoint":
                continue
            relation: Relation = "overlap" if common.is_overlap else "touch"
            for jurisdiction, ground in territory.jurisdictions.items():
                here = _on_ground(territory.site, common, zone, ground)
                if here.meeting == common.meeting:
                    yield Finding("note", Truth.NO, relation, jurisdiction, evidence, zone, common=here, distance_m=ZERO_M)


def _finding(judgement: ListJudgement, judged: Judged, hit: RuleHit, whole: Common | None, here: _Here) -> Finding | None:
    rule, outcome = hit.rule, judged.outcome_for(hit)
    common = None if whole is None or hit.zone is None else _on_ground(here.site, whole, hit.zone, here.place)
    distance = _distance(hit, here)
    if hit.zone is not None and (distance is None or (rule.within_m is None and _is_elsewhere(common, whole))):
        return None
    relation = None if common is None else _relation(common, distance)
    only_touch = relation == "touch" and rule.within_m is None and outcome == "none"
    region = inside(here.site, hit.region, here.ground)
    left = None if only_touch else _left(judgement, hit, here.site, region)
    lifted = left.lifted_by if left and not _remains(here.site, left.common) else None
    in_doubt = () if only_touch or lifted else judgement.exceptions.not_shown(rule)
    return Finding(
        "note" if only_touch else rule.effect,
        hit.answer.truth,
        relation,
        here.jurisdiction,
        hit.evidence,
        hit.zone,
        hit.rules,
        rule,
        common,
        distance,
        below_threshold=outcome == "below" and rule.effect != "permit" and lifted is None,
        lifted_by=lifted,
        left=left if lifted is None else None,
        needs=hit.answer.needs,
        not_shown=tuple(other.id for other in in_doubt),
    )


def _is_elsewhere(common: Common | None, whole: Common | None) -> bool:
    """Whether the zone is met in other counties only: not at all here, or no more than touched here while it is overlapped there."""
    if common is None or whole is None:
        return False
    return common.meeting == "disjoint" or (whole.is_overlap and common.meeting == "touch" and common.part.is_empty)


def _distance(hit: RuleHit, here: _Here) -> Decimal | None:
    """Distance of the zone from the part of the site in one county; None when it lies beyond the rule's reach from there."""
    if hit.zone is None or hit.rule.within_m is None:
        return None if hit.zone is None else ZERO_M
    if here.place is hit.place:
        return hit.distance_m
    return distance_m(here.site, here.place, hit.zone.geometry, reach_m=float(hit.rule.within_m))


def _on_ground(site: Site, common: Common, zone: ZoneFact, ground: BaseGeometry) -> Common:
    if ground is site.dense:
        return common
    touching = "touch" if shapely.intersects(ground, zone.geometry) else "disjoint"
    return measured(site, inside(site, common.part, ground), otherwise=touching)  # type: ignore[arg-type]


def _relation(common: Common, distance: Decimal | None) -> Relation:
    if common.is_overlap:
        return "overlap"
    return "touch" if distance == ZERO_M else "near"


def _left(judgement: ListJudgement, hit: RuleHit, site: Site, region: BaseGeometry) -> Left | None:
    """What is left of a region an exception takes ground from; None when none does."""
    lifter = judgement.exceptions.lifter_on(hit.rule, region)
    if lifter is None:
        return None
    common = measured(site, judgement.exceptions.left_of(hit.rule, region))
    untouched = measured(site, region)
    same = (common.area_m2, common.length_m) == (untouched.area_m2, untouched.length_m) and site.kind != "point"
    return None if same else Left(lifter, common)


def _remains(site: Site, common: Common) -> bool:
    return common.is_overlap if site.kind == "polygon" else is_worth_printing(site, common.part)
