"""The promise: taking data away never makes a verdict milder.

Random worlds of up to five rules (with exceptions, and exceptions of exceptions) on up to four layers. Data is taken away in every
way a world can lose it: a layer, its edition, its coverage, an attribute, a declared input.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from gridgov.admission.condition import Project
from gridgov.admission.evidence import LayerEvidence
from gridgov.admission.rule import RuleSet
from gridgov.admission.truth import Truth
from tests.unit.worlds import judged, layer, more_than, rule, rules, site, square, when, zone

SITE = site(0, 0, 100, 80)
GROUNDS = [square(-50, -50, 300), square(-50, -50, 100, 300), square(40, -50, 300), square(99.7, -50, 100, 300), square(2000, 0, 50)]
LAYERS = ("a", "b", "c", "d")
CONDITIONS = [when(), when(activity=("patrol",)), when(activity_not=("patrol",)), when(industry=("C26",)), when(discharge={"COD": more_than("0")})]
PROJECT = Project("C2614", "new", "patrol", {"COD": Decimal(0)})
# Shrinking a world is slow and says little more than the world itself.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
RANK = {"permitted": 0, "conditional": 1, "undetermined": 2, "prohibited": 2}


@st.composite
def worlds(draw) -> tuple[RuleSet, list[LayerEvidence], Project]:
    held = []
    for number in range(draw(st.integers(1, 5))):
        effect = draw(st.sampled_from(["prohibit", "condition", "permit"] if held else ["prohibit", "condition"]))
        lifts = tuple(draw(st.sets(st.sampled_from([one.id for one in held]), min_size=1))) if effect == "permit" else ()
        where = {"core": True} if draw(st.booleans()) else {}
        within = draw(st.sampled_from([None, None, 500]))
        fields = {"effect": effect, "lifts": lifts, "where": where, "within_m": within, "when": draw(st.sampled_from(CONDITIONS))}
        held.append(rule(f"R{number}", draw(st.sampled_from(LAYERS)), dimension=draw(st.sampled_from(["space", "risk", "project", "quota"])), **fields))
    layers = [
        layer(
            key, *(zone(f"Z{number}", ground, core=draw(st.booleans())) for number, ground in enumerate(draw(st.lists(st.sampled_from(GROUNDS), max_size=2))))
        )
        for key in LAYERS
    ]
    project = replace(PROJECT, activity=draw(st.sampled_from(["patrol", "none"])), discharges={"COD": Decimal(draw(st.sampled_from([0, 5])))})
    return rules(*held), layers, project


def without_something(layers: list[LayerEvidence], project: Project) -> Iterator[tuple[str | None, list[LayerEvidence], Project]]:
    """(layer taken away or None, what is left, what is declared)."""
    for index, one in enumerate(layers):
        rest = layers[:index], layers[index + 1 :]
        yield one.layer, [*rest[0], layer(one.layer, reason="no-edition"), *rest[1]], project
        for reason in ("coverage-unknown", "partly-uncovered"):
            yield None, [*rest[0], replace(one, reason=reason), *rest[1]], project
        blank = tuple(replace(held, attributes={}) for held in one.zones)
        yield None, [*rest[0], replace(one, zones=blank), *rest[1]], project
    for field in ("industry", "action", "activity", "discharges", "fuel"):
        yield None, layers, replace(project, **{field: None})


@settings(max_examples=150, deadline=None, print_blob=True, phases=QUICK)
@given(worlds())
def test_taking_data_away_never_makes_a_verdict_or_a_gate_milder(world):
    held, layers, project = world
    # A discharge that is declared asks for an account, one that is not asks for nothing: that question is not put here.
    before = judged(SITE, [held], layers, project, with_accounts=False)
    prohibiting = [one for one in before.findings if one.effect == "prohibit" and one.matched is Truth.YES]
    own_layers = {one.layer for one in prohibiting if not one.below_threshold and not one.lifted_by}
    for taken, left, declared in without_something(layers, project):
        after = judged(SITE, [held], left, declared, with_accounts=False)
        for name, gate in before.gates.items():
            assert RANK[after.gates[name].verdict] >= RANK[gate.verdict], (taken, name)
        if before.verdict == "prohibited" and after.verdict != "prohibited":
            assert after.verdict == "undetermined"
            assert taken is None or own_layers == {taken}


@settings(max_examples=60, deadline=None, print_blob=True, phases=QUICK)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rules_layers_and_zones_does_not_matter(world, shuffled):
    held, layers, project = world
    before = judged(SITE, [held], layers, project)
    mixed = [replace(one, zones=tuple(sorted(one.zones, key=lambda _: shuffled.random()))) for one in layers]
    shuffled.shuffle(mixed)
    after = judged(SITE, [held], mixed, project)
    assert after.verdict == before.verdict
    assert [one.sort_key() for one in after.findings] == [one.sort_key() for one in before.findings]


def test_a_zone_split_in_two_gives_the_same_verdict():
    whole, left, right = square(50, -10, 200), square(50, -10, 25, 200), square(75, -10, 175, 200)
    for effect, within in itertools.product(("prohibit", "condition"), (None, 500)):
        held = rules(rule("R", "a", effect=effect, within_m=within))
        one = judged(SITE, [held], [layer("a", zone("Z", whole))])
        two = judged(SITE, [held], [layer("a", zone("Y", left), zone("Z", right))])
        assert one.verdict == two.verdict
