"""The journeys of admission lists that load nothing: which there are, what one says, and what is wrong with a file."""

from datetime import date
from typing import Any

from gridgov.admission import store
from gridgov.admission.example import run_examples
from gridgov.admission.example_world import verdict_of_example
from gridgov.admission.rulefile import ReadList
from gridgov.admission.rulefile_fit import fit_faults, is_loaded
from gridgov.admission.ruleset_view import edition_document, lists_document, review_document
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import BadRules, Conflict, Fault, Language, NotFound


def list_rulesets(uow: UnitOfWork, on: date) -> list[dict[str, Any]]:
    """Every list with its editions, by name, and which edition is in force on the day."""
    return lists_document(store.stored_rules(uow), on)


def read_edition(uow: UnitOfWork, ruleset: str, edition: str) -> dict[str, Any]:
    """One edition in the words of its file, with each example tried. Raises NotFound."""
    stored = store.stored_rules(uow)
    found = next((one for one in stored if (one.rules.ruleset, one.rules.edition) == (ruleset, edition)), None)
    if found is None:
        raise NotFound("There is no such edition of an admission list.", "没有该准入清单或该版本。")
    return edition_document(found, [one.rules for one in stored], verdict_of_example)


def review_list(uow: UnitOfWork, read: ReadList | BadRules, language: Language) -> dict[str, Any]:
    """Everything that keeps a file from being loaded: its form, its examples, and what is loaded already. read: the refusal, where it cannot be read."""
    if isinstance(read, BadRules):
        return review_document(None, read.faults, verdict_of_example, language)
    loaded = store.loaded_editions(uow)
    faults = run_examples(read.ruleset, verdict_of_example, read.places)
    try:
        is_new = not is_loaded(read.ruleset, loaded)
    except Conflict as other:
        faults.append(_of_edition(read, other))
        is_new = False
    if is_new:
        faults += fit_faults(read.ruleset, loaded, store.loaded_layers(uow), read.places)
    return review_document(read.ruleset, faults, verdict_of_example, language)


def _of_edition(read: ReadList, other: Conflict) -> Fault:
    return read.places.fault("/edition", other.en, other.zh)
