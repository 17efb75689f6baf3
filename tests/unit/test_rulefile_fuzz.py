"""Whatever stands in a rule file: a list that keeps its meaning, or a refusal; never another error."""

import copy
import json
from importlib.resources import files
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.admission.rulefile import parse_rules, rules_from
from gridgov.admission.rulefile_plain import from_plain, to_plain
from gridgov.admission.rulefile_source import Places, read_yaml
from gridgov.errors import BadRules

TEMPLATE = files("gridgov.admission").joinpath("rule_template.yaml").read_text(encoding="utf-8")
PLAIN = read_yaml(TEMPLATE, name="template").plain
WORDS = st.sampled_from(["permit", "R-1", "R-9", "> 0", ">0", "C26", "2024-01-01", "9999-12-31", "", " ", "a@b", "a/b~c", "公文"])
SCALARS = st.none() | st.booleans() | st.integers(-(10**6), 10**12) | st.floats(-10, 1e9, allow_nan=False) | WORDS | st.text(max_size=8)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=3), max_leaves=6)


def spots(plain: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of the data."""
    keys = list(plain) if isinstance(plain, dict) else list(range(len(plain))) if isinstance(plain, list) else []
    return [(plain, key) for key in keys] + [spot for key in keys for spot in spots(plain[key])]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_value_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    plain = copy.deepcopy(PLAIN)
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(spots(plain)))
        container[key] = data.draw(VALUES)
    try:
        ruleset = rules_from(plain, name="fuzz", places=Places())
    except BadRules as refused:
        assert refused.faults and all(fault.en and fault.zh for fault in refused.faults)
        return
    assert from_plain(json.loads(json.dumps(to_plain(ruleset)))) == ruleset


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(TEMPLATE) - 1), st.integers(0, 30), st.text(max_size=6))
def test_any_damage_to_the_text_is_read_or_refused(at: int, length: int, other: str) -> None:
    try:
        parse_rules(TEMPLATE[:at] + other + TEMPLATE[at + length :], name="fuzz")
    except BadRules as refused:
        assert refused.faults
