"""The journeys around siting checks that keep nothing: which were answered, and in what words a question may be asked."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from gridgov.admission import check_store, store
from gridgov.admission.check_view import list_item
from gridgov.admission.disclosure import Asker
from gridgov.admission.rulesets import lists_in_force
from gridgov.admission.vocabulary import vocabulary
from gridgov.database.unit_of_work import UnitOfWork

# What the sample itself asked is there for everybody who is signed in.
_SAMPLE_ASKER = "sample"


def list_checks(
    uow: UnitOfWork, asker: Asker, *, words: str | None = None, verdict: str | None = None, before: tuple[datetime, UUID] | None = None, most: int = 100
) -> list[dict[str, Any]]:
    """Checks as lines of a list, the latest first: the asker's own and the sample's; everybody's for supervisors and administrators.

    words: in the project's name, or how a code (industry, credit code, check) begins. before: asked_at and id of the last one seen.
    """
    askers = None if asker.sees_everything else (asker.name, _SAMPLE_ASKER)
    found = check_store.checks_page(uow, askers, words=words, verdict=verdict, before=before, most=most)
    return [list_item(json.loads(check.document), asked_by=check.asked_by, asked_at=_utc(check.asked_at)) for check in found]


def words_in_force(uow: UnitOfWork, on: date) -> dict[str, list[dict[str, Any]]]:
    """The words that questions of a day may use (`vocabulary`)."""
    return vocabulary(lists_in_force(store.rule_sets(uow), on))


def _utc(moment: datetime | None) -> str:
    assert moment is not None
    return moment.astimezone(UTC).isoformat()
