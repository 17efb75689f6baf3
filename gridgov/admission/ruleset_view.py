"""Admission lists as they are shown: a list with its editions, one edition with its examples tried, the review of a file. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from gridgov.admission.example import Judge
from gridgov.admission.rule import Example, RuleSet
from gridgov.admission.rulefile_plain import to_plain
from gridgov.admission.rulesets import lists_in_force
from gridgov.errors import Fault, Language, Refused


@dataclass(frozen=True, slots=True)
class StoredRules:
    """An edition as it is kept. recorded_at: known since."""

    rules: RuleSet
    recorded_at: datetime


def lists_document(stored: Sequence[StoredRules], on: date) -> list[dict[str, Any]]:
    """Every list by name with its editions by first day. in_force: the edition of the day, None = none."""
    everything = [one.rules for one in stored]
    holding = {rules.ruleset: rules for rules in lists_in_force(everything, on)}
    ordered = sorted(stored, key=lambda one: (one.rules.ruleset, one.rules.effective_from))
    found = []
    for name, group in groupby(ordered, key=lambda one: one.rules.ruleset):
        editions = list(group)
        held = holding.get(name)
        shown = held or editions[-1].rules
        found.append(
            {
                "ruleset": name,
                "authority": shown.authority,
                "in_force": None if held is None else held.edition,
                "editions": [edition_line(one, everything) for one in editions],
            }
        )
    return found


def edition_line(one: StoredRules, everything: Iterable[RuleSet]) -> dict[str, Any]:
    """An edition in a list. ends: the first day it no longer holds, by itself, its successor or a repeal; None = not yet known."""
    rules, last = one.rules, end_of(one.rules, everything)
    return {
        "edition": rules.edition,
        "effective_from": rules.effective_from.isoformat(),
        "effective_to": None if rules.effective_to is None else rules.effective_to.isoformat(),
        "ends": None if last is None else last.isoformat(),
        "sha256": rules.sha256,
        "rules": len(rules.rules),
        "examples": len(rules.examples),
        "recorded_at": one.recorded_at.astimezone(UTC).isoformat(),
    }


def end_of(rules: RuleSet, everything: Iterable[RuleSet]) -> date | None:
    """The first day an edition no longer holds: its own end, the first day of a later edition, or of one that repeals it."""
    ends = [] if rules.effective_to is None else [rules.effective_to]
    for other in everything:
        follows = other.ruleset == rules.ruleset and other.effective_from > rules.effective_from
        if follows or (rules.ruleset, rules.edition) in other.repeals:
            ends.append(max(other.effective_from, rules.effective_from))
    return min(ends, default=None)


def edition_document(one: StoredRules, everything: Iterable[RuleSet], judge: Judge) -> dict[str, Any]:
    """One edition in the words of its file, with each example tried."""
    line = edition_line(one, everything)
    return {"ruleset": one.rules.ruleset, "authority": one.rules.authority, **line, "document": to_plain(one.rules), "examples": tried(one.rules, judge)}


def tried(rules: RuleSet, judge: Judge) -> list[dict[str, Any]]:
    """Every example with the verdict it names and the one it gets; got None = it cannot be judged."""
    plain = to_plain(rules).get("examples", [])
    return [_tried(number, rules, example, said, judge) for number, (example, said) in enumerate(zip(rules.examples, plain, strict=True))]


def _tried(number: int, rules: RuleSet, example: Example, said: Mapping[str, Any], judge: Judge) -> dict[str, Any]:
    try:
        got = judge(rules, example)
    except Refused:
        got = None
    return {"index": number, "in": said.get("in", []), "verdict": example.verdict, "got": got, "ok": got == example.verdict}


def review_document(rules: RuleSet | None, faults: Sequence[Fault], judge: Judge, language: Language) -> dict[str, Any]:
    """What is to be said about a file. rules None = it is no list yet."""
    return {
        "ok": not faults,
        "ruleset": None if rules is None else rules.ruleset,
        "edition": None if rules is None else rules.edition,
        "rules": None if rules is None else len(rules.rules),
        "examples": [] if rules is None else tried(rules, judge),
        "faults": [fault_line(fault, language) for fault in faults],
    }


def fault_line(fault: Fault, language: Language) -> dict[str, Any]:
    """A fault by the line of a text or the cell of a workbook; pointer as in every refusal."""
    number = fault.pointer.removeprefix("line ")
    line = int(number) if fault.pointer.startswith("line ") and number.isdigit() else None
    return {"pointer": fault.pointer, "line": line, "cell": fault.cell, "detail": fault.zh if language == "zh" else fault.en}
