"""One list's judgement on the ground it governs: what is left of each rule after exceptions, against the layer's threshold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from shapely.geometry.base import BaseGeometry

from gridgov.admission.condition import Project, project_meets
from gridgov.admission.evidence import LayerEvidence, selects
from gridgov.admission.hits import RuleHit
from gridgov.admission.lifting import Exceptions
from gridgov.admission.overlap import TOUCH_WIDTH_M, Common, measured, together
from gridgov.admission.rule import Dimension, Rule, RuleSet, Verdict
from gridgov.admission.site import Site
from gridgov.admission.territory import is_worth_printing
from gridgov.admission.truth import Truth

Outcome = Literal["hit", "below", "none"]
_VERDICT_OF: dict[str, Verdict] = {"prohibit": "prohibited", "condition": "conditional"}


@dataclass(frozen=True, slots=True)
class Judged:
    """All hits of one rule on one edition, and what they come to. sure: of the zones that match; open: with those that may."""

    rule: Rule
    hits: tuple[RuleHit, ...]
    sure: Outcome
    open: Outcome

    def outcome_for(self, hit: RuleHit) -> Outcome:
        """What the rule comes to for this hit's certainty."""
        return self.sure if hit.answer.truth is Truth.YES else self.open


@dataclass(frozen=True, slots=True)
class ListJudgement:
    """One list's judgement; votes: what each dimension adds to its gate."""

    rules: RuleSet
    exceptions: Exceptions
    judged: tuple[Judged, ...]
    votes: tuple[tuple[Dimension, Verdict], ...]


def judge_list(
    rules: RuleSet,
    place: BaseGeometry,
    project: Project,
    site: Site,
    *,
    hits: Sequence[RuleHit],
    layers: Mapping[str, LayerEvidence],
) -> ListJudgement:
    """What one list says. layers: evidence of all asked layers (one with a `reason` makes the rules that name it blind)."""
    blind = {rule.id for rule in rules.rules if _is_blind(rule, project, site, layers)}
    exceptions = Exceptions(rules, place, site, hits, frozenset(blind))
    judged = tuple(_judge(group, exceptions, site) for group in _by_rule_and_edition(hits))
    votes: list[tuple[Dimension, Verdict]] = [(rule.dimension, "undetermined") for rule in rules.rules if rule.id in blind]
    active = {one.rule.id for one in judged if one.open != "none"} | blind
    for one in judged:
        votes += [(one.rule.dimension, verdict) for verdict in _votes(one, active)]
    return ListJudgement(rules, exceptions, judged, tuple(votes))


def _votes(one: Judged, active: set[str]) -> Iterable[Verdict]:
    unsure = any(hit.answer.truth is Truth.UNKNOWN for hit in one.hits) and one.open != "none"
    if one.rule.effect == "permit":
        # A doubtful exception matters only where there is something for it to lift.
        if unsure and active.intersection(one.rule.lifts):
            yield "undetermined"
        return
    if one.sure == "hit":
        yield _VERDICT_OF[one.rule.effect]
    elif one.sure == "below":
        yield "conditional"
    if unsure:
        yield "undetermined"


def _judge(hits: Sequence[RuleHit], exceptions: Exceptions, site: Site) -> Judged:
    rule = hits[0].rule
    sure = [hit for hit in hits if hit.answer.truth is Truth.YES]
    return Judged(rule, tuple(hits), _outcome(sure, exceptions, site), _outcome(hits, exceptions, site))


def _outcome(hits: Sequence[RuleHit], exceptions: Exceptions, site: Site) -> Outcome:
    if not hits:
        return "none"
    rule, evidence = hits[0].rule, hits[0].evidence
    left = exceptions.left_of(rule, together(site.kind, (hit.region for hit in hits)))
    if evidence is None or rule.within_m is not None or site.kind != "polygon":
        return "hit" if is_worth_printing(site, left) else "none"
    assert evidence.edition is not None
    common = measured(site, left)
    return judge_overlap(common, evidence.edition.threshold.area_m2, evidence.edition.threshold.width_m)


def judge_overlap(common: Common, least_area: Decimal, least_width: Decimal) -> Outcome:
    """A hit needs both figures as printed; less is below the threshold; less than a touch is nothing."""
    if common.area_m2 is None or common.width_m is None or not common.is_overlap or common.width_m < TOUCH_WIDTH_M:
        return "none"
    return "hit" if common.area_m2 >= least_area and common.width_m >= least_width else "below"


def _is_blind(rule: Rule, project: Project, site: Site, layers: Mapping[str, LayerEvidence]) -> bool:
    if rule.layer is None or project_meets(rule.when, project, site.area_m2).truth is Truth.NO:
        return False
    return any(evidence.reason is not None and selects(rule.layer, key, evidence.kind) for key, evidence in layers.items())


def _by_rule_and_edition(hits: Sequence[RuleHit]) -> list[list[RuleHit]]:
    groups: dict[tuple[str, str | None], list[RuleHit]] = {}
    for hit in hits:
        groups.setdefault((hit.rule.id, hit.evidence.layer if hit.evidence else None), []).append(hit)
    return list(groups.values())
