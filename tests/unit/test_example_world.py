"""A list's own examples: what they state decides; what they leave out is taken as met only where it would leave them undetermined."""

import pytest

from gridgov.admission.example_world import verdict_of_example
from gridgov.admission.rule import Example, ExampleZone
from tests.unit.worlds import more_than, rule, rules, when

CORE = (ExampleZone("red", {"core": True}),)
STRICT = when(industry=("C26",), action=("new",), activity_not=("patrol",), discharge={"COD": more_than("0")}, fuel=("coal",), area_m2=more_than("5000", ">="))


@pytest.mark.parametrize(
    ("example", "verdict"),
    [
        (Example(CORE, "prohibited", "C2614", "new"), "prohibited"),
        (Example(CORE, "undetermined", "C2614", "new"), "undetermined"),
        (Example(CORE, "permitted", "C2614", "new", discharges={}), "permitted"),
        (Example(CORE, "prohibited", "C2614", "new", discharges={}), "permitted"),
        (Example(CORE, "prohibited", "D4411", "new"), "permitted"),
        (Example((ExampleZone("red", {}),), "prohibited", "C2614", "new"), "undetermined"),
    ],
)
def test_an_example_states_what_matters_to_it(example, verdict):
    assert verdict_of_example(rules(rule("R", where={"core": True}, when=STRICT)), example) == verdict
