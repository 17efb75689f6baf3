"""Admission lists in the database: editions in, editions out. Decides nothing about them."""

import json
from datetime import datetime
from functools import lru_cache

from gridgov.admission.rule import RuleSet
from gridgov.admission.rulefile_fit import LoadedEdition, LoadedLayer
from gridgov.admission.rulefile_plain import from_plain, to_plain
from gridgov.admission.ruleset_view import StoredRules
from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.zones import store as zone_store

_SQL = load_queries("gridgov.admission")


def rule_sets(uow: UnitOfWork, *, known_at: datetime | None = None) -> list[RuleSet]:
    """Every edition of every list, by list and first day. known_at: only those recorded by then; None = all."""
    return [_read(row["document"]) for row in uow.rows(_SQL["documents"], known_at=known_at)]


def stored_rules(uow: UnitOfWork) -> list[StoredRules]:
    """Every edition of every list as it is kept, by list and first day."""
    return [StoredRules(_read(row["document"]), row["recorded_at"]) for row in uow.rows(_SQL["stored_rules"])]


def lock_rulesets(uow: UnitOfWork) -> None:
    """Waits until no other import of a list runs, and keeps others waiting until this transaction ends."""
    uow.row(_SQL["lock_rulesets"])


def loaded_editions(uow: UnitOfWork) -> list[LoadedEdition]:
    """Every edition of every list, without its content."""
    return [LoadedEdition(**row) for row in uow.rows(_SQL["loaded_editions"])]


def loaded_layers(uow: UnitOfWork) -> list[LoadedLayer]:
    """Every registered layer, with the attributes that the zones of its editions carry."""
    editions = zone_store.editions(uow)
    found = []
    for layer in zone_store.layers(uow):
        own = [edition for edition in editions if edition.layer == layer.key]
        found.append(LoadedLayer(layer.key, layer.kind, len(own), frozenset(name for edition in own for name in edition.attributes)))
    return found


def add_edition(uow: UnitOfWork, ruleset: RuleSet) -> None:
    """Writes one edition of a list, the list itself too when it is new."""
    uow.execute(_SQL["register_ruleset"], key=ruleset.ruleset)
    found = uow.row(_SQL["ruleset_id"], key=ruleset.ruleset)
    assert found is not None
    uow.execute(
        _SQL["add_edition"],
        ruleset_id=found["ruleset_id"],
        edition=ruleset.edition,
        effective_from=ruleset.effective_from,
        effective_to=ruleset.effective_to,
        document=json.dumps(to_plain(ruleset), ensure_ascii=False, allow_nan=False),
        sha256=ruleset.sha256,
    )


@lru_cache(maxsize=512)
def _read(document: str) -> RuleSet:
    """A list from its stored text; kept, since a stored edition never changes and every siting check reads them all."""
    return from_plain(json.loads(document))
