"""The journey of duties: load the lists of a file."""

from collections.abc import Sequence
from typing import Any

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.people import duty_store
from gridgov.people.duty import DutyList


def load_duties(uow: UnitOfWork, lists: Sequence[DutyList], *, source: str) -> dict[str, Any]:
    """How many lists and duties were loaded, and how many lists were known as they are. source: name of the file, for the audit.

    A list takes the place of what was known for its role, line and level on its own days; what was known before is kept as such.
    """
    loaded, duties = 0, 0
    for one in lists:
        known = duty_store.known_duties(uow, one)
        if known == one.rows():
            continue
        at = uow.now()
        if known:
            duty_store.close_duties(uow, one, at)
        duties += duty_store.add_duties(uow, one, at)
        loaded += 1
    report = {"lists": loaded, "duties": duties, "unchanged": len(lists) - loaded}
    if loaded:
        uow.audit("load-duties", f"duties:{source}", report)
    return report
