"""A rule file in, an admission list out - or every reason why not, each with its line.

Decides whether a file is a list the system can stand behind, except for two things it cannot know: whether the examples come out
(`example`), and whether the zones carry the attributes named (the service, which knows the layers loaded).
"""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from gridgov.admission.rule import RuleSet
from gridgov.admission.rule_schema import RuleFile
from gridgov.admission.rulefile_faults import structure_faults
from gridgov.admission.rulefile_meaning import meaning_faults
from gridgov.admission.rulefile_plain import from_plain
from gridgov.admission.rulefile_source import Places, Source, read_yaml, refusal


@dataclass(frozen=True, slots=True)
class ReadList:
    """An admission list and where each part of it stands in its file."""

    name: str
    ruleset: RuleSet
    places: Places


def parse_rules(text: str | bytes, *, name: str) -> RuleSet:
    """The admission list a YAML 1.2 rule file says. name: what the file is called in errors. Raises BadRules with every fault."""
    return read_rules(text, name=name).ruleset


def read_rules(text: str | bytes, *, name: str) -> ReadList:
    """As `parse_rules`, with the places of its parts for what is found wrong later."""
    return list_from(read_yaml(text, name=name))


def list_from(source: Source) -> ReadList:
    """The admission list a source's plain data says, whatever kind of file it was read from. Raises BadRules with every fault."""
    return ReadList(source.name, rules_from(source.plain, name=source.name, places=source.places), source.places)


def rules_from(plain: Any, *, name: str, places: Places) -> RuleSet:
    """The list that data in the words of a rule file says. Raises BadRules with every fault of shape and meaning."""
    faults = []
    try:
        RuleFile.model_validate(plain)
    except ValidationError as error:
        faults = structure_faults(error, plain, places)
    faults += meaning_faults(plain, places)
    if faults:
        raise refusal(name, faults)
    return from_plain(plain)
