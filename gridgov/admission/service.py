"""Loading admission lists: one journey, all or nothing."""

from dataclasses import dataclass

from gridgov.admission import store
from gridgov.admission.example import Judge, require_examples
from gridgov.admission.rule import RuleSet
from gridgov.admission.rulefile_fit import is_loaded, require_fit
from gridgov.admission.rulefile_source import Places
from gridgov.database.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ImportedRules:
    """What an import did. unchanged: this very edition was loaded before. unknown_repeals: editions it ends that are not loaded."""

    ruleset: RuleSet
    unchanged: bool
    unknown_repeals: tuple[str, ...]


def import_rules(uow: UnitOfWork, ruleset: RuleSet, *, judge: Judge | None = None, name: str | None = None, places: Places | None = None) -> ImportedRules:
    """Loads one edition of an admission list.

    judge: gives an example's verdict, the siting check's own unless another is handed in. name, places: what the file is called and where its parts stand, for what is found wrong.
    Raises BadRules (a failing example, an attribute no zone carries, another edition on the same day) and Conflict (the edition is
    loaded with other content).
    """
    named, located = name or f"{ruleset.ruleset}@{ruleset.edition}", places or Places()
    require_examples(ruleset, judge or own_judge(), name=named, places=located)
    ruleset_id = store.lock_ruleset(uow, ruleset.ruleset)
    loaded = store.loaded_editions(uow)
    known = {(other.ruleset, other.edition) for other in loaded}
    missing = tuple(f"{other}@{edition}" for other, edition in ruleset.repeals if (other, edition) not in known)
    if is_loaded(ruleset, loaded):
        return ImportedRules(ruleset, True, missing)
    require_fit(ruleset, loaded, store.loaded_layers(uow), name=named, places=located)
    store.add_edition(uow, ruleset_id, ruleset)
    uow.audit("rules.import", f"ruleset:{ruleset.ruleset}@{ruleset.edition}", {"sha256": ruleset.sha256, "effective_from": ruleset.effective_from.isoformat()})
    return ImportedRules(ruleset, False, missing)


def own_judge() -> Judge:
    """The siting check's own way from an example to its verdict."""
    from gridgov.admission.example_world import verdict_of_example

    return verdict_of_example
