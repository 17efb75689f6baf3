"""What an admission list must look like and mean: every fault told, each with its line and in both languages."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import gridgov.admission
from gridgov.admission.example import run_examples
from gridgov.admission.rule import Comparison, Example, ExampleZone, LayerSelector, RuleSet, Verdict
from gridgov.admission.rule_schema import json_schema
from gridgov.admission.rulefile import parse_rules
from gridgov.admission.rulefile_plain import from_plain, to_plain
from gridgov.admission.rulesets import lists_in_force
from gridgov.errors import BadRules

HEAD = 'ruleset: red-line\nedition: "2024"\neffective_from: 2024-01-01\n'
CITE = "citation: {instrument: 示例办法, status: example}"
RULE = f"{{id: A, layer: ecological-red-line, effect: prohibit, dimension: space, text: 禁止, {CITE}}}"
FULL = """\
ruleset: red-line-example            # a comment does not count
edition: "2024"
effective_from: 2024-01-01
authority: 某省人民政府
applies_to: {cells: ["330824"]}
requires: [ecological-red-line]
repeals: [old-line@2019]
rules:
  - id: RL-1
    layer: ecological-red-line
    where: {core: true, class: [1, "二"]}
    relation: {within: 5000}
    when:
      {industry: [C26, D44], industry_not: [], action: [new, expand], activity_not: [patrol], discharge: {COD: "> 0", NH3-N: ">= 0.50"},
       fuel: [coal], area_m2: ">= 5000"}
    effect: prohibit
    dimension: space
    text: 禁止开发性、生产性建设活动。
    text_kind: paraphrase
    citation: {instrument: 示例办法, article: 第三条, url: null, in_force_from: 2024-01-01, in_force_to: null, status: example}
    conditions: [{kind: approval, by: province, text: 须经省人民政府认定。}]
  - {id: RL-2, layer: {kind: source-water}, effect: permit, dimension: space, lifts: [RL-1], text: 允许。, citation: {instrument: 示例办法}}
examples:
  - {in: [{layer: ecological-red-line, where: {core: true}}], industry: C2614, action: new, discharges: {COD: 12.5}, area_m2: 60000, verdict: prohibited}
"""


def rules(*entries: str) -> str:
    return HEAD + "rules:\n" + "".join(f"  - {entry}\n" for entry in entries)


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadRules) as caught:
        parse_rules(text, name="list.yaml")
    assert all(fault.zh and fault.zh != fault.en for fault in caught.value.faults)
    return [(fault.pointer, fault.en) for fault in caught.value.faults]


def only(text: str) -> tuple[str, str]:
    found = faults(text)
    assert len(found) == 1, found
    return found[0]


def test_a_list_is_read_into_its_records() -> None:
    ruleset = parse_rules(FULL, name="list.yaml")
    rule = ruleset.rules[0]
    assert (ruleset.ruleset, ruleset.edition, ruleset.effective_from, ruleset.effective_to) == ("red-line-example", "2024", date(2024, 1, 1), None)
    assert (ruleset.applies_to, ruleset.requires, ruleset.repeals) == (("330824",), ("ecological-red-line",), (("old-line", "2019"),))
    assert (rule.layer, rule.where, rule.within_m) == (LayerSelector(key="ecological-red-line"), {"class": (1, "二"), "core": (True,)}, Decimal(5000))
    assert (rule.when.industry, rule.when.industry_not, rule.when.activity_not) == (("C26", "D44"), (), ("patrol",))
    assert rule.when.discharge == {"COD": Comparison(">", Decimal(0)), "NH3-N": Comparison(">=", Decimal("0.5"))}
    assert rule.when.area_m2 == Comparison(">=", Decimal(5000))
    assert rule.conditions == ({"kind": "approval", "by": "province", "text": "须经省人民政府认定。"},)
    assert ruleset.rules[1].layer == LayerSelector(kind="source-water")
    assert (ruleset.rules[1].text_kind, ruleset.rules[1].citation.status) == ("paraphrase", "example")
    assert ruleset.examples == (
        Example(
            (ExampleZone("ecological-red-line", {"core": True}),),
            "prohibited",
            industry="C2614",
            action="new",
            discharges={"COD": Decimal("12.5")},
            area_m2=Decimal(60000),
        ),
    )


def test_a_list_comes_back_from_its_plain_data_exactly() -> None:
    ruleset = parse_rules(FULL, name="list.yaml")
    assert from_plain(json.loads(json.dumps(to_plain(ruleset)))) == ruleset


def test_the_plain_data_of_a_list_is_itself_a_rule_file() -> None:
    ruleset = parse_rules(FULL, name="list.yaml")
    assert parse_rules(json.dumps(to_plain(ruleset), ensure_ascii=False), name="list.json") == ruleset


def test_declared_none_is_not_the_same_as_not_declared() -> None:
    text = rules(RULE) + "examples:\n  - {verdict: permitted}\n  - {discharges: {}, fuel: [], verdict: permitted}\n"
    first, second = parse_rules(text, name="list.yaml").examples
    assert (first.discharges, first.fuel, second.discharges, second.fuel) == (None, None, {}, ())
    assert from_plain(to_plain(parse_rules(text, name="list.yaml"))).examples == (first, second)


def test_comments_order_of_keys_and_defaults_do_not_change_the_hash() -> None:
    plain = rules(RULE)
    rule = RULE.replace("{id: A, ", "{relation: overlap, when: {}, id: A, ")
    shuffled = f"# note\neffective_from: 2024-01-01\nedition: '2024'\nrules:\n  - {rule}\nruleset: red-line\n"
    assert parse_rules(plain, name="a").sha256 == parse_rules(shuffled, name="b").sha256


def test_another_word_changes_the_hash() -> None:
    assert parse_rules(rules(RULE), name="a").sha256 != parse_rules(rules(RULE.replace("禁止", "严禁")), name="a").sha256


@pytest.mark.parametrize(
    ("line", "hint"),
    [("ruleset: 1\n", '"1"'), ("edition: 2024\n", '"2024"'), ("edition: 2024.10\n", '"2024.10"'), ("applies_to: {cells: [0330824]}\n", '"0330824"')],
)
def test_an_unquoted_code_is_refused_with_the_hint_to_quote_it_as_written(line: str, hint: str) -> None:
    key = line.partition(":")[0]
    kept = [one for one in HEAD.splitlines(keepends=True) if not one.startswith(key)]
    place, sentence = only(line + "".join(kept) + f"rules: [{RULE}]\n")
    assert place == "line 1" and hint in sentence


def test_an_unknown_key_is_refused_with_the_one_that_was_meant() -> None:
    assert only(HEAD + "requres: [x]\n" + f"rules: [{RULE}]\n") == (
        "line 4",
        "/requres: unknown key 'requres'; did you mean 'requires'? Known: ruleset, edition, effective_from, effective_to, repeals, authority, "
        "applies_to, requires, rules, examples",
    )


@pytest.mark.parametrize(
    "entry",
    [
        RULE.replace("text:", "when: {colour: [red]}, text:"),
        RULE.replace("text:", "citations: {}, text:"),
        RULE.replace("status: example", "state: example"),
        RULE.replace("text:", "conditions: [{kind: x, text: y, whom: z}], text:"),
        RULE.replace("text:", "relation: {within: 5, beyond: 6}, text:"),
        RULE.replace("layer: ecological-red-line", "layer: {kind: source-water, key: x}"),
    ],
)
def test_an_unknown_key_is_refused_at_every_depth(entry: str) -> None:
    place, sentence = only(rules(entry))
    assert place == "line 5" and "unknown key" in sentence


@pytest.mark.parametrize("text", [">0", "> -1", "≥ 5", "5", "> 5 t", "> 1e3", "=> 3", "== 3", "!= 3", ">  5", "> ５"])
def test_only_the_five_comparisons_are_read(text: str) -> None:
    place, sentence = only(rules(RULE.replace("text:", f'when: {{area_m2: "{text}"}}, text:')))
    assert place == "line 5" and "comparison" in sentence


@pytest.mark.parametrize("text", ["> 0", ">= 5", "< 10", "<= 10", "= 3", "> 0.5"])
def test_the_five_comparisons_are_read(text: str) -> None:
    parse_rules(rules(RULE.replace("text:", f'when: {{discharge: {{COD: "{text}"}}}}, text:')), name="list.yaml")


@pytest.mark.parametrize("code", ["Z26", "C2", "C99", "A26", "c26", "26", "C26145", "化工"])
def test_an_industry_that_gb_t_4754_does_not_know_is_refused(code: str) -> None:
    place, _ = only(rules(RULE.replace("text:", f'when: {{industry: ["{code}"]}}, text:')))
    assert place == "line 5"


@pytest.mark.parametrize("day", ["2024-02-30", "2024-1-1", "20240101", "2024/01/01", "2024-01-01T00:00:00", "1899-12-31", "二〇二四年"])
def test_a_day_that_does_not_exist_or_is_written_otherwise_is_refused(day: str) -> None:
    place, sentence = only(HEAD.replace("2024-01-01", f"'{day}'") + f"rules: [{RULE}]\n")
    assert place == "line 3" and "no day" in sentence


@pytest.mark.parametrize("day", ["2024-01-01", "2023-12-31"])
def test_a_list_that_ends_before_it_begins_is_refused(day: str) -> None:
    assert only(HEAD + f"effective_to: {day}\nrules: [{RULE}]\n")[0] == "line 4"


def test_a_citation_that_ends_before_it_begins_is_refused() -> None:
    assert "in_force_to" in only(rules(RULE.replace("status:", "in_force_from: 2024-01-01, in_force_to: 2023-01-01, status:")))[1]


@pytest.mark.parametrize("part", ["text: 禁止, ", "effect: prohibit, ", "dimension: space, ", "id: A, ", CITE])
def test_what_a_rule_cannot_do_without_is_asked_for(part: str) -> None:
    assert any("missing" in sentence for _, sentence in faults(rules(RULE.replace(part, "").replace(", }", "}"))))


def test_a_blank_text_is_no_text() -> None:
    assert only(rules(RULE.replace("text: 禁止", "text: '  '")))[0] == "line 5"


def test_a_confirmed_citation_without_instrument_is_refused() -> None:
    assert "instrument" in only(rules(RULE.replace("instrument: 示例办法, status: example", "status: confirmed")))[1]


def test_verbatim_is_only_what_was_read_at_its_source() -> None:
    verbatim = RULE.replace("text:", "text_kind: verbatim, text:")
    assert "verbatim" in only(rules(verbatim))[1]
    assert parse_rules(rules(verbatim.replace("status: example", "status: confirmed")), name="list.yaml").rules[0].text_kind == "verbatim"


def test_two_rules_of_one_id_are_refused() -> None:
    assert only(rules(RULE, RULE)) == ("line 6", "/rules/1/id: the id 'A' is already used by /rules/0")


def test_a_permit_must_lift_something() -> None:
    assert "lifts" in only(rules(RULE.replace("prohibit", "permit")))[1]


def test_only_a_permit_lifts() -> None:
    assert "only a rule with effect permit" in only(rules(RULE, RULE.replace("id: A", "id: B, lifts: [A]")))[1]


def test_a_permit_has_no_conditions_of_its_own() -> None:
    permit = RULE.replace("prohibit", "permit").replace("id: A", "id: B, lifts: [A], conditions: [{kind: approval, text: 须批准}]")
    assert "rule of their own" in only(rules(RULE, permit))[1]


def test_lifting_a_rule_that_is_not_there_is_refused() -> None:
    assert only(rules(RULE.replace("prohibit", "permit").replace("id: A", "id: A, lifts: [B]"))) == (
        "line 5",
        "/rules/0/lifts/0: lifts the rule 'B', which this list does not have",
    )


@pytest.mark.parametrize(("lifts", "circle"), [(["A"], "A → A"), (["B", "A"], "A → B → A"), (["B", "C", "A"], "A → B → C → A")])
def test_a_circle_of_lifts_is_refused_once(lifts: list[str], circle: str) -> None:
    permits = [RULE.replace("prohibit", "permit").replace("id: A", f"id: {'ABC'[i]}, lifts: [{name}]") for i, name in enumerate(lifts)]
    assert circle in only(rules(*permits))[1]


def test_lifts_of_lifts_are_no_circle() -> None:
    permit = RULE.replace("prohibit", "permit")
    parse_rules(rules(RULE, permit.replace("id: A", "id: B, lifts: [A]"), permit.replace("id: A", "id: C, lifts: [B, A]")), name="list.yaml")


@pytest.mark.parametrize("dimension", ["space", "discharge", "risk", "resource"])
def test_a_rule_of_space_needs_a_layer(dimension: str) -> None:
    assert "layer" in only(rules(RULE.replace("layer: ecological-red-line, ", "").replace("dimension: space", f"dimension: {dimension}")))[1]


@pytest.mark.parametrize("dimension", ["project", "quota"])
def test_a_rule_of_project_or_quota_may_speak_of_the_whole_territory(dimension: str) -> None:
    text = RULE.replace("layer: ecological-red-line, ", "").replace("dimension: space", f"dimension: {dimension}")
    assert parse_rules(rules(text), name="list.yaml").rules[0].layer is None


@pytest.mark.parametrize("part", ["where: {core: true}", "relation: {within: 5}"])
def test_what_asks_of_a_layer_needs_one(part: str) -> None:
    text = RULE.replace("layer: ecological-red-line", part).replace("dimension: space", "dimension: project")
    assert "names none" in only(rules(text))[1]


@pytest.mark.parametrize("relation", ["touch", "{within: 0}", "{within: -1}", "{within: '5'}", "{within: true}", "{within: 0.0001}", "{}", "[overlap]"])
def test_only_overlap_and_a_distance_are_relations(relation: str) -> None:
    assert {place for place, _ in faults(rules(RULE.replace("text:", f"relation: {relation}, text:")))} == {"line 5"}


def test_a_kind_nobody_knows_is_refused() -> None:
    assert "source-water" in only(rules(RULE.replace("layer: ecological-red-line", "layer: {kind: source-watr}")))[1]


def test_an_empty_list_of_zone_values_would_match_nothing_and_is_refused() -> None:
    assert only(rules(RULE.replace("text:", "where: {core: []}, text:")))[0] == "line 5"


def test_an_edition_cannot_repeal_itself() -> None:
    assert only(HEAD + f"repeals: [red-line@2024]\nrules: [{RULE}]\n")[0] == "line 4"


def test_a_list_without_rules_is_refused() -> None:
    assert only(HEAD + "rules: []\n")[0] == "line 4"


@pytest.mark.parametrize("text", ["[]", "3", "text", "---", "null"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    assert len(faults(text)) == 1


def test_all_faults_are_told_in_the_order_of_the_file() -> None:
    text = HEAD.replace('"2024"', "2024") + "rules:\n  - {id: A, effect: permit, dimension: spce}\n  - 5\nexamples:\n  - {verdict: maybe, in: 3}\n"
    found = faults(text)
    lines = [int(place.removeprefix("line ")) for place, _ in found]
    assert lines == sorted(lines) and set(lines) == {2, 5, 6, 8}
    assert len(found) == 8


def test_an_example_that_comes_out_otherwise_is_named() -> None:
    ruleset = parse_rules(FULL, name="list.yaml")

    def judge(_: RuleSet, example: Example) -> Verdict:
        return "undetermined" if example.industry == "C2614" else "permitted"

    (fault,) = run_examples(ruleset, judge)
    assert fault.pointer == "/examples/0"
    assert "says prohibited, but the list answers undetermined" in fault.en
    assert run_examples(ruleset, lambda _, example: example.verdict) == []


def test_the_json_schema_is_the_one_of_the_models() -> None:
    committed = Path(gridgov.admission.__file__).with_name("rule_schema.json").read_text(encoding="utf-8")
    assert json.loads(committed) == json_schema()


def edition(name: str, year: int, *, until: int | None = None, repeals: tuple[tuple[str, str], ...] = ()) -> RuleSet:
    last = None if until is None else date(until, 1, 1)
    return RuleSet(name, str(year), date(year, 1, 1), (), "", effective_to=last, repeals=repeals)


@pytest.mark.parametrize(
    ("day", "held"),
    [("2017-12-31", []), ("2018-01-01", ["2018"]), ("2023-12-31", ["2018"]), ("2024-01-01", ["2024"]), ("2025-12-31", ["2024"]), ("2026-01-01", [])],
)
def test_the_newest_edition_that_has_begun_holds_until_it_runs_out(day: str, held: list[str]) -> None:
    found = lists_in_force([edition("a", 2024, until=2026), edition("a", 2018)], date.fromisoformat(day))
    assert [one.edition for one in found] == held


def test_a_repeal_ends_another_list_for_good_from_its_first_day() -> None:
    old, new, newer = edition("old", 2018), edition("new", 2020, repeals=(("old", "2018"),)), edition("new", 2022)
    assert [one.ruleset for one in lists_in_force([old, new, newer], date(2019, 12, 31))] == ["old"]
    assert [one.ruleset for one in lists_in_force([old, new, newer], date(2020, 1, 1))] == ["new"]
    assert [one.edition for one in lists_in_force([old, new, newer], date(2023, 1, 1))] == ["2022"]
