"""From lists, layers and a project to findings and a verdict: pure, three-valued, worst wins.

Order: match rules to zones; take back what exceptions surely lift; judge what is left against the threshold of the layer's edition,
on the union of the zones one rule matches; add up per gate. Unknown is never clear: a layer without data, a list that is not in
force, a condition on something not given each make the answer undetermined, unless it is prohibited anyway.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from shapely.geometry.base import BaseGeometry

from gridgov.admission.condition import Project
from gridgov.admission.evidence import Asked, LayerEvidence, NoDataReason, asked_layers
from gridgov.admission.figures import square_metres
from gridgov.admission.findings import Finding, notes, rule_findings
from gridgov.admission.hits import Meetings, RuleHit, rule_hits
from gridgov.admission.judging import ListJudgement, judge_list
from gridgov.admission.overlap import together, without
from gridgov.admission.rule import Dimension, RuleSet, Verdict
from gridgov.admission.site import Site
from gridgov.admission.territory import Territory, is_worth_printing
from gridgov.geo.area import area_m2
from gridgov.zones.edition import Layer

GateName = Literal["space", "quota", "project"]
SEVERITY: tuple[Verdict, ...] = ("permitted", "conditional", "undetermined", "prohibited")
GATE_OF: dict[Dimension, GateName] = {
    "space": "space",
    "discharge": "space",
    "risk": "space",
    "resource": "space",
    "quota": "quota",
    "project": "project",
}


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate's verdict; a gate nobody asked is permitted."""

    verdict: Verdict
    asked: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """A layer, or (layer `*`) every list, that could not answer for the site or part of it. uncovered_m2 None = not an area."""

    layer: str
    reason: NoDataReason
    uncovered_m2: Decimal | None
    uncovered_m: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Clear:
    """An asked layer with data all over the site and nothing found."""

    evidence: LayerEvidence


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole answer, in document order. `lists`: the editions that governed any part of the site."""

    verdict: Verdict
    gates: Mapping[GateName, Gate]
    findings: tuple[Finding, ...]
    clear: tuple[Clear, ...]
    no_data: tuple[Silence, ...]
    lists: tuple[RuleSet, ...]


@dataclass(frozen=True, slots=True)
class Governing:
    """Which lists govern which part of the site, and where none does although some should."""

    lists: tuple[tuple[RuleSet, BaseGeometry], ...]
    ungoverned: BaseGeometry

    @staticmethod
    def of(territory: Territory, lists: Sequence[RuleSet]) -> "Governing":
        """The lists in force over a site's territory."""
        site = territory.site
        places = tuple((rules, place) for rules in _in_order(lists) if not (place := territory.governed_by(rules)).is_empty)
        left = without(site.kind, site.dense, together(site.kind, (place for _, place in places)))
        if any(rules.applies_to for rules in lists):
            # Ground in no cell: nobody can say whether a list that applies to some cells should have governed it.
            left = together(site.kind, (left, territory.outside))
        return Governing(places, left if is_worth_printing(site, left) else together(site.kind, ()))

    def asked(self, site: Site, project: Project, catalogue: Sequence[Layer]) -> dict[str, Asked]:
        """The layers these lists ask about."""
        return asked_layers(self.lists, project, site.area_m2, catalogue)


def decide(
    territory: Territory,
    project: Project,
    governing: Governing,
    asked: Mapping[str, Asked],
    layers: Mapping[str, LayerEvidence],
    *,
    with_accounts: bool = True,
) -> Decision:
    """The decision on a site.

    layers: the evidence of every asked layer, and of others whose zones the site meets (these only give notes). with_accounts: whether
    declared discharges need a quota account (a list that tests itself by its examples has none to ask).
    """
    meetings = Meetings(territory.site)
    answered = {key: layers[key] for key in sorted(layers)}
    hits: list[RuleHit] = []
    judgements: list[ListJudgement] = []
    for rules, place in governing.lists:
        found = list(rule_hits(rules, place, project, answered, meetings))
        hits += found
        judgements.append(judge_list(rules, place, project, site=territory.site, hits=found, layers=answered))
    findings = [finding for judgement in judgements for finding in rule_findings(judgement, territory, meetings)]
    findings += notes(territory, answered, findings, meetings)
    silences = _silences(territory.site, governing, asked, answered)
    discharging = with_accounts and any(amount > 0 for amount in (project.discharges or {}).values())
    gates = _gates(governing, judgements, silences, discharging)
    spoken = {finding.layer for finding in findings} | {silence.layer for silence in silences}
    clear = tuple(Clear(answered[key]) for key in sorted(asked) if key not in spoken)
    return Decision(
        worst(gate.verdict for gate in gates.values()),
        gates,
        tuple(sorted(findings, key=Finding.sort_key)),
        clear,
        silences,
        tuple(rules for rules, _ in governing.lists),
    )


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest of the verdicts: prohibited > undetermined > conditional > permitted (also for none)."""
    return max(verdicts, key=SEVERITY.index, default="permitted")


def _silences(site: Site, governing: Governing, asked: Mapping[str, Asked], layers: Mapping[str, LayerEvidence]) -> tuple[Silence, ...]:
    found = [
        Silence(key, layers[key].reason, layers[key].uncovered_m2, layers[key].uncovered_m)  # type: ignore[arg-type]
        for key in sorted(asked)
        if layers[key].reason is not None
    ]
    if not governing.ungoverned.is_empty:
        left = square_metres(area_m2(governing.ungoverned)) if site.kind == "polygon" else None
        found.insert(0, Silence("*", "no-list-in-force", left))
    elif not governing.lists:
        found.insert(0, Silence("*", "no-list-in-force", site.area_m2))
    return tuple(found)


def _gates(governing: Governing, judgements: Sequence[ListJudgement], silences: Sequence[Silence], discharging: bool) -> dict[GateName, Gate]:
    votes: dict[GateName, list[Verdict]] = {"space": [], "quota": [], "project": []}
    for judgement in judgements:
        for dimension, verdict in judgement.votes:
            votes[GATE_OF[dimension]].append(verdict)
    if silences:
        votes["space"].append("undetermined")
    named = {GATE_OF[rule.dimension] for rules, _ in governing.lists for rule in rules.rules}
    if discharging:
        # No quota account is kept yet, so nobody can say that the discharge is covered.
        votes["quota"].append("undetermined")
    asked = {"space": True, "quota": discharging or "quota" in named, "project": "project" in named}
    return {name: Gate(worst(votes[name]), asked[name]) for name in votes}


def _in_order(lists: Sequence[RuleSet]) -> list[RuleSet]:
    return sorted(lists, key=lambda rules: (rules.ruleset, rules.edition))
