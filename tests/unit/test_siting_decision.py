"""The verdict: three-valued matching, exceptions, gates, missing data, several counties."""

from decimal import Decimal

import pytest
from shapely import LineString

from gridgov.admission.condition import Project
from gridgov.admission.site import make_site
from gridgov.admission.truth import Truth
from gridgov.zones.edition import Threshold
from tests.unit.worlds import PLANE, cell, judged, layer, more_than, rule, rules, site, square, verdicts, when, zone

SITE = site(0, 0, 100, 80)
COVERING = square(-500, -500, 1200)
FAR = square(2000, 0, 100)


def verdict_of(*held, layers, project=None, **fields):
    return judged(SITE, [rules(*held, **fields)], layers, project).verdict


def test_nothing_asked_and_no_list_in_force_is_undetermined():
    decision = judged(SITE, [], [layer("red", zone("Z", FAR))])
    assert decision.verdict == "undetermined"
    assert [(one.layer, one.reason, one.uncovered_m2) for one in decision.no_data] == [("*", "no-list-in-force", Decimal("8000.00"))]


def test_a_site_clear_of_every_zone_is_permitted_and_every_asked_layer_is_listed():
    decision = judged(SITE, [rules(rule("R"), requires=("water",))], [layer("red", zone("Z", FAR)), layer("water")])
    assert decision.verdict == "permitted"
    assert [one.evidence.layer for one in decision.clear] == ["red", "water"]


@pytest.mark.parametrize("reason", ["no-edition", "coverage-unknown", "partly-uncovered", "failed"])
def test_a_layer_that_cannot_answer_is_never_clear(reason):
    decision = judged(SITE, [rules(rule("R"))], [layer("red", reason=reason)])
    assert (decision.verdict, decision.clear) == ("undetermined", ())
    assert [(one.layer, one.reason) for one in decision.no_data] == [("red", reason)]


def test_a_hit_in_the_covered_part_is_prohibited_and_the_layer_still_lacks_data():
    decision = judged(SITE, [rules(rule("R"))], [layer("red", zone("Z", COVERING), reason="partly-uncovered")])
    assert decision.verdict == "prohibited"
    assert [one.layer for one in decision.no_data] == ["red"] and decision.clear == ()


def test_a_layer_nobody_registered_is_asked_all_the_same():
    decision = judged(SITE, [rules(rule("R", "unknown-layer"))], [])
    assert [(one.layer, one.reason) for one in decision.no_data] == [("unknown-layer", "no-edition")]


def test_a_rule_surely_not_for_this_project_asks_nothing():
    decision = judged(SITE, [rules(rule("R", "absent", when=when(industry=("D44",))), rule("S", "red"))], [layer("red")])
    assert decision.verdict == "permitted" and decision.no_data == ()


def test_a_condition_on_something_not_declared_is_unknown_and_says_what_it_needs():
    held = rule("R", when=when(discharge={"COD": more_than("0")}, action=("new",)))
    decision = judged(SITE, [rules(held)], [layer("red", zone("Z", COVERING))], Project("C2614", "new"))
    (finding,) = decision.findings
    assert (decision.verdict, finding.matched, finding.needs) == ("undetermined", Truth.UNKNOWN, ("discharges.COD",))


def test_declared_none_is_an_answer():
    held = rule("R", when=when(discharge={"COD": more_than("0")}))
    decision = judged(SITE, [rules(held)], [layer("red", zone("Z", COVERING))], Project("C2614", "new", discharges={}))
    assert decision.verdict == "permitted"
    assert [(finding.effect, finding.rule) for finding in decision.findings] == [("note", None)]


def test_an_attribute_the_zone_does_not_carry_is_unknown():
    decision = judged(SITE, [rules(rule("R", where={"core": True}))], [layer("red", zone("Z", COVERING, core=None))])
    assert (decision.verdict, decision.findings[0].needs) == ("undetermined", ("zone.core",))


@pytest.mark.parametrize(
    ("held", "verdict"), [(True, "prohibited"), ("是", "prohibited"), (1, "prohibited"), (False, "permitted"), ("否", "permitted"), ("核心", "undetermined")]
)
def test_truth_values_are_read_as_files_spell_them_and_others_are_unknown(held, verdict):
    assert verdict_of(rule("R", where={"core": True}), layers=[layer("red", zone("Z", COVERING, core=held))]) == verdict


def test_a_coarser_industry_than_the_rule_names_cannot_be_decided():
    held = rule("R", when=when(industry=("C2614",)))
    covered = [layer("red", zone("Z", COVERING))]
    assert verdict_of(held, layers=covered, project=Project("C26", "new")) == "undetermined"
    assert verdict_of(held, layers=covered, project=Project("C27", "new")) == "permitted"


def test_a_zone_no_rule_speaks_of_is_noted():
    decision = judged(SITE, [rules(rule("R", "red"))], [layer("red"), layer("noise", zone("N", COVERING))])
    (finding,) = decision.findings
    assert (finding.effect, finding.rule, finding.layer, decision.verdict) == ("note", None, "noise", "permitted")


def test_within_counts_a_zone_near_and_one_overlapped():
    near = rule("R", effect="condition", within_m=500)
    decision = judged(SITE, [rules(near)], [layer("red", zone("Z", square(400, 0, 50)), zone("Y", square(700, 0, 50)))])
    assert [(one.zone.code, one.relation, one.distance_m) for one in decision.findings] == [("Z", "near", Decimal("300.000"))]
    assert decision.verdict == "conditional"
    decision = judged(SITE, [rules(near)], [layer("red", zone("Z", COVERING))])
    assert [(one.relation, one.distance_m) for one in decision.findings] == [("overlap", Decimal("0.000"))]


def test_a_zone_touched_is_within_any_distance():
    decision = judged(SITE, [rules(rule("R", within_m=500))], [layer("red", zone("Z", square(100, 0, 50, 80)))])
    assert decision.verdict == "prohibited"


EXCEPTION = dict(effect="permit", lifts=("R",), when=when(activity=("patrol",)))


def test_an_exception_that_holds_lifts_the_rule_and_the_finding_stays():
    held = (rule("R"), rule("X", **EXCEPTION))
    decision = judged(SITE, [rules(*held)], [layer("red", zone("Z", COVERING))], Project("C2614", "new", "patrol"))
    assert decision.verdict == "permitted"
    assert [(one.rule.id, one.lifted_by) for one in decision.findings] == [("R", "X"), ("X", None)]


def test_an_exception_that_is_not_shown_lifts_nothing():
    held = (rule("R"), rule("X", **EXCEPTION))
    decision = judged(SITE, [rules(*held)], [layer("red", zone("Z", COVERING))], Project("C2614", "new"))
    prohibiting = next(one for one in decision.findings if one.rule.id == "R")
    assert (decision.verdict, prohibiting.lifted_by, prohibiting.not_shown) == ("prohibited", None, ("X",))


def test_an_exception_whose_layer_has_no_data_lifts_nothing():
    held = (rule("R"), rule("X", "park", effect="permit", lifts=("R",)))
    assert verdict_of(*held, layers=[layer("red", zone("Z", COVERING)), layer("park", reason="no-edition")]) == "prohibited"


def test_an_exception_lifts_only_its_own_ground():
    held = (rule("R"), rule("X", "park", effect="permit", lifts=("R",)))
    half = [layer("red", zone("Z", COVERING)), layer("park", zone("P", square(-10, -10, 60, 200)))]
    assert verdict_of(*held, layers=half) == "prohibited"
    all_but_a_sliver = [layer("red", zone("Z", COVERING)), layer("park", zone("P", square(-10, -10, 109.7, 200)))]
    assert verdict_of(*held, layers=all_but_a_sliver) == "conditional"
    whole = [layer("red", zone("Z", COVERING)), layer("park", zone("P", square(-10, -10, 300)))]
    assert verdict_of(*held, layers=whole) == "permitted"


def test_what_an_exception_leaves_is_printed_so_that_the_threshold_can_be_judged_again():
    red, spared = layer("red", zone("Z", square(0, 0, 50, 80))), layer("exc", zone("X", square(0, 0, 49.8, 80)))
    lists = [rules(rule("P"), rule("X", layer_key="exc", effect="permit", lifts=("P",)))]
    found = next(one for one in judged(SITE, lists, [red, spared]).findings if one.rule.id == "P")
    assert (found.below_threshold, found.lifted_by, found.common.area_m2) == (True, None, Decimal("4000.00"))
    assert (found.left.lifted_by, found.left.common.area_m2, found.left.common.width_m) == ("X", Decimal("16.00"), Decimal("0.200"))


def test_an_exception_to_an_exception_gives_the_rule_back():
    held = (rule("R"), rule("X", "park", effect="permit", lifts=("R",)), rule("Y", "core", effect="permit", lifts=("X",)))
    park, red = layer("park", zone("P", COVERING)), layer("red", zone("Z", COVERING))
    assert verdict_of(*held, layers=[red, park, layer("core", zone("C", COVERING))]) == "prohibited"
    assert verdict_of(*held, layers=[red, park, layer("core")]) == "permitted"
    assert verdict_of(*held, layers=[red, park, layer("core", reason="no-edition")]) == "prohibited"


def test_an_exception_of_one_list_does_not_lift_another():
    first, second = rules(rule("R"), ruleset="a"), rules(rule("R2"), rule("X", effect="permit", lifts=("R2",)), ruleset="b")
    assert judged(SITE, [first, second], [layer("red", zone("Z", COVERING))]).verdict == "prohibited"


def test_the_worst_gate_is_the_verdict():
    held = rules(rule("S", effect="condition"), rule("P", None, dimension="project", when=when(industry=("C26",))))
    decision = judged(SITE, [held], [layer("red", zone("Z", COVERING))])
    assert verdicts(decision) == {"space": "conditional", "quota": "permitted", "project": "prohibited"}
    assert (decision.verdict, decision.gates["quota"].asked, decision.gates["project"].asked) == ("prohibited", False, True)


def test_declared_discharges_without_an_account_are_undetermined():
    decision = judged(SITE, [rules(rule("R"))], [layer("red")], Project("C2614", "new", discharges={"COD": Decimal(12)}))
    assert verdicts(decision)["quota"] == "undetermined" and decision.gates["quota"].asked


def test_each_edition_has_its_own_threshold():
    sliver = zone("Z", square(99.51, -10, 50, 100))
    strict = layer("red", sliver, threshold=Threshold(Decimal("0.00"), Decimal("0.000")))
    assert verdict_of(rule("R"), layers=[strict]) == "prohibited"


A, B = cell("330802101203", square(-500, -500, 550, 1000)), cell("330803101203", square(50, -500, 550, 1000), "330803000000")
BOTH = [layer("red", zone("Z", COVERING))]


def test_a_county_list_governs_its_own_part_and_findings_name_the_county():
    lists = [rules(rule("A1"), ruleset="a", applies_to=("330802",)), rules(rule("B1", effect="condition"), ruleset="b", applies_to=("330803",))]
    decision = judged(SITE, lists, BOTH, cells=[A, B])
    assert [(one.rule.id, one.jurisdiction, one.common.area_m2) for one in decision.findings] == [
        ("A1", "330802", Decimal("4000.00")),
        ("B1", "330803", Decimal("4000.00")),
    ]


def test_a_list_of_the_province_governs_both_counties_and_is_reported_by_county():
    decision = judged(SITE, [rules(rule("P"), applies_to=("33",))], BOTH, cells=[A, B])
    assert [(one.jurisdiction, one.common.area_m2) for one in decision.findings] == [("330802", Decimal("4000.00")), ("330803", Decimal("4000.00"))]


def test_a_county_without_a_list_is_undetermined_on_its_part():
    decision = judged(SITE, [rules(rule("A1"), ruleset="a", applies_to=("330802",))], [layer("red")], cells=[A, B])
    assert decision.verdict == "undetermined"
    assert [(one.layer, one.reason, one.uncovered_m2) for one in decision.no_data] == [("*", "no-list-in-force", Decimal("4000.00"))]


def test_ground_in_no_cell_is_undetermined_while_any_list_names_cells():
    lists = [rules(rule("P"), ruleset="p"), rules(rule("A1"), ruleset="a", applies_to=("330802",))]
    decision = judged(SITE, lists, [layer("red")], cells=[A])
    assert [(one.reason, one.uncovered_m2) for one in decision.no_data] == [("no-list-in-force", Decimal("4000.00"))]


def test_a_conflict_split_by_a_county_border_is_judged_whole_under_one_list():
    strip = layer("red", zone("Z", square(49.7, 10, 0.6, 50)))
    decision = judged(SITE, [rules(rule("P"), applies_to=("33",))], [strip], cells=[A, B])
    assert decision.verdict == "prohibited"
    assert [one.common.width_m for one in decision.findings] == [Decimal("0.300"), Decimal("0.300")]


def test_a_line_across_a_county_border_has_findings_only_where_it_meets_the_zone():
    line = make_site(PLANE.inverse(LineString([(10, 40), (90, 40)])))
    lists = [rules(rule("P"), ruleset="p"), rules(rule("B1", effect="condition"), ruleset="b", applies_to=("330803",))]
    decision = judged(line, lists, [layer("red", zone("Z", square(20, 0, 60, 80)))], cells=[A, B])
    assert [(one.rule.id, one.jurisdiction, one.relation) for one in decision.findings] == [
        ("B1", "330803", "overlap"),
        ("P", "330802", "overlap"),
        ("P", "330803", "overlap"),
    ]


def test_a_zone_that_ends_at_a_county_border_is_found_in_its_own_county_only():
    decision = judged(SITE, [rules(rule("P"))], [layer("red", zone("Z", square(0, 0, 50, 80)))], cells=[A, B])
    assert [(one.jurisdiction, one.effect, one.relation) for one in decision.findings] == [("330802", "prohibit", "overlap")]


@pytest.mark.parametrize("action", ["new", "New", "NEW", "ｎｅｗ", " new "])
def test_a_way_of_writing_never_makes_a_verdict_milder(action):
    held = rule("R", when=when(action=("new",), fuel=("coal",), discharge={"COD": more_than("0")}))
    project = Project("C2614", action, fuel=("Coal",), discharges={"cod": Decimal(1)})
    assert judged(SITE, [rules(held)], [layer("red", zone("Z", COVERING))], project, with_accounts=False).verdict == "prohibited"
