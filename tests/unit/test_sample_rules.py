"""The lists that the sample city carries: they can be read, say nothing they should not, and come out as their examples say."""

from datetime import date
from pathlib import Path

import pytest

import layers.sample_city
from gridgov.admission.example import run_examples
from gridgov.admission.example_world import verdict_of_example
from gridgov.admission.rule import RuleSet
from gridgov.admission.rulefile import parse_rules
from gridgov.admission.rulefile_plain import from_plain, to_plain
from gridgov.admission.rulesets import lists_in_force

RULES = Path(layers.sample_city.__file__).parent / "rules"
NAMES = sorted(path.stem for path in RULES.glob("*.yaml"))


def sample(name: str) -> RuleSet:
    path = RULES / f"{name}.yaml"
    return parse_rules(path.read_bytes(), name=path.name)


def test_the_sample_speaks_of_the_red_line_source_water_and_control_units() -> None:
    assert {"control-units-2024", "red-line-2018", "red-line-2024", "source-water-2020"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_sample_list_come_out(name: str) -> None:
    ruleset = sample(name)
    assert len(ruleset.examples) >= 4
    assert [fault.en for fault in run_examples(ruleset, verdict_of_example)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_list_claims_no_source_it_did_not_read(name: str) -> None:
    assert {(rule.text_kind, rule.citation.status) for rule in sample(name).rules} == {("paraphrase", "example")}


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_of_a_sample_list_decides_at_least_one_example(name: str) -> None:
    """A rule without which every example comes out the same is not tested by its list."""
    ruleset = sample(name)
    for rule in ruleset.rules:
        plain = to_plain(ruleset)
        plain["rules"] = [one for one in plain["rules"] if one["id"] != rule.id]
        for one in plain["rules"]:
            one["lifts"] = [lifted for lifted in one.get("lifts", []) if lifted != rule.id]
        assert run_examples(from_plain(plain), verdict_of_example), rule.id


@pytest.mark.parametrize(("day", "edition"), [("2017-12-31", None), ("2018-01-01", "2018"), ("2023-12-31", "2018"), ("2024-01-01", "2024")])
def test_the_red_line_list_of_a_day_is_one_edition(day: str, edition: str | None) -> None:
    held = lists_in_force([sample("red-line-2018"), sample("red-line-2024")], date.fromisoformat(day))
    assert [one.edition for one in held] == ([] if edition is None else [edition])


def test_a_hotel_in_the_rest_of_the_red_line_was_conditional_and_is_prohibited() -> None:
    (example,) = (one for one in sample("red-line-2018").examples if one.industry == "N7861" and one.zones[0].where == {"core": False})
    assert verdict_of_example(sample("red-line-2018"), example) == "conditional"
    assert verdict_of_example(sample("red-line-2024"), example) == "prohibited"
