"""The examples a list carries to test itself: each must come out with the verdict it names.

How a verdict comes about is not known here; the judge is handed in.
"""

from collections.abc import Callable

from gridgov.admission.rule import Example, RuleSet, Verdict
from gridgov.admission.rulefile_source import Places, refusal
from gridgov.errors import Fault, Refused

Judge = Callable[[RuleSet, Example], Verdict]


def run_examples(ruleset: RuleSet, judge: Judge, places: Places | None = None) -> list[Fault]:
    """A fault for each example that comes out otherwise than it says, at its place in the file (else its JSON pointer)."""
    told = places or Places()
    found = (_failure(ruleset, example, judge, told, f"/examples/{index}") for index, example in enumerate(ruleset.examples))
    return [fault for fault in found if fault is not None]


def require_examples(ruleset: RuleSet, judge: Judge, *, name: str, places: Places) -> None:
    """Raises BadRules naming every example that fails; a list is loaded with all of them right or not at all."""
    faults = run_examples(ruleset, judge, places)
    if faults:
        raise refusal(name, faults)


def _failure(ruleset: RuleSet, example: Example, judge: Judge, places: Places, pointer: str) -> Fault | None:
    try:
        verdict = judge(ruleset, example)
    except Refused as error:
        return places.fault(pointer, f"the example cannot be judged: {error.en}", f"示例无法判定：{error.zh}")
    if verdict == example.verdict:
        return None
    return places.fault(
        pointer,
        f"the example says {example.verdict}, but the list answers {verdict}; correct the rule or the example",
        f"示例写明结论为 {example.verdict}，按本清单判定为 {verdict}；请修改条款或示例",
    )
