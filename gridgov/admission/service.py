"""Loading admission lists: one journey, all or nothing."""

from dataclasses import dataclass

from gridgov.admission import store
from gridgov.admission.example import Judge, require_examples
from gridgov.admission.example_world import verdict_of_example
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


def import_rules(
    uow: UnitOfWork, ruleset: RuleSet, *, judge: Judge = verdict_of_example, name: str | None = None, places: Places | None = None
) -> ImportedRules:
    """Loads one edition of an admission list.

    judge: gives an example's verdict. name, places: what the file is called and where its parts stand, for what is found wrong.
    Raises BadRules (a failing example, an attribute no zone carries, another edition on the same day) and Conflict (the edition is
    loaded with other content).
    """
    named, located = name or f"{ruleset.ruleset}@{ruleset.edition}", places or Places()
    require_examples(ruleset, judge, name=named, places=located)
    store.lock_rulesets(uow)
    loaded = store.loaded_editions(uow)
    known = {(other.ruleset, other.edition) for other in loaded}
    missing = tuple(f"{other}@{edition}" for other, edition in ruleset.repeals if (other, edition) not in known)
    if is_loaded(ruleset, loaded):
        return ImportedRules(ruleset, True, missing)
    require_fit(ruleset, loaded, store.loaded_layers(uow), name=named, places=located)
    store.add_edition(uow, ruleset)
    detail = {"sha256": ruleset.sha256, "effective_from": ruleset.effective_from.isoformat()}
    uow.audit("rules.import", f"ruleset:{ruleset.ruleset}@{ruleset.edition}", detail)
    return ImportedRules(ruleset, False, missing)
