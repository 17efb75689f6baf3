"""Loads what a redraw touches beside the cells: people, accounts, zones; the impact of a plan and of a written change, row for row the same.

Nothing of it is kept: what was written tells it again, as known at the instant before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids import fabric_store
from gridgov.grids.difference import moved_ground
from gridgov.grids.store import Moment
from gridgov.people import succession_store
from gridgov.people.succession import succession
from gridgov.redraws import store
from gridgov.redraws.cell_change import CellChange, Lineage
from gridgov.redraws.following import ended_cells, following, returning
from gridgov.redraws.impact import Manning, cells_document, changes_of, people_rows, vacant_rows
from gridgov.zones.moved_store import Passing, zones_passing
from gridgov.zones.visible_store import Reader

# The database counts in these; what was known a tick before a change is what the change found.
_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a redraw comes to, in force from a day on. successors: code that ends -> code that was chosen to get its people.

    found_at: the instant that people and zones are known as of, None = now.
    """

    scheme_id: int
    day: date
    changes: Sequence[CellChange]
    lineage: Sequence[Lineage]
    successors: Mapping[str, str] = field(default_factory=dict)
    found_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A redraw that was written: the change, its instant, and the day it is in force from."""

    scheme_id: int
    change_id: int
    at: datetime
    day: date
    successors: Mapping[str, str] = field(default_factory=dict)


def impact(uow: UnitOfWork, outcome: Outcome) -> dict[str, Any]:
    """The impact of a redraw: cells with totals, people, cells left vacant, accounts, zones; open work where there is any.

    Raises Refused, pointing at `/successors/…`, when people cannot be passed on as chosen.
    """
    changes = outcome.changes
    moved = {rank: moved_ground([change for change in changes if change.rank == rank]) for rank in sorted({change.rank for change in changes})}
    manning = _manning(uow, outcome)
    passing = [Passing(one.from_code, one.to_code, one.geometry) for one in moved.get(0, ())]
    return {
        **cells_document(changes, moved),
        "people": people_rows(changes, manning),
        "vacant": vacant_rows(changes, manning),
        "tasks": [],
        "problems": [],
        "accounts": _accounts(uow, outcome, manning),
        "zones": zones_passing(uow, Reader("full", outcome.day, outcome.found_at), passing),
    }


def impact_of_change(uow: UnitOfWork, written: Written) -> dict[str, Any]:
    """The impact of a redraw that was written, from the versions it closed and opened, with what was known when it was."""
    changes = changes_written(uow, written)
    lineage = store.lineage_of_change(uow, written.change_id)
    return impact(uow, Outcome(written.scheme_id, written.day, changes, lineage, written.successors, written.at - _TICK))


def changes_written(uow: UnitOfWork, written: Written) -> tuple[CellChange, ...]:
    """The cells before and after a change that was written, top level first."""
    closed = fabric_store.versions_closed(uow, written.change_id, written.day)
    return changes_of(closed, fabric_store.versions_opened(uow, written.change_id, written.day))


def follows(uow: UnitOfWork, outcome: Outcome) -> dict[str, str]:
    """The code that takes the people of each code that is no cell's any more. Raises Refused for a choice that cannot be."""
    gone = succession_store.codes_that_go(uow, outcome.scheme_id, ended_cells(outcome.changes), outcome.day, known_at=outcome.found_at)
    return following(outcome.lineage, gone, outcome.successors)


def hand_over_people(uow: UnitOfWork, outcome: Outcome, moment: Moment) -> None:
    """Writes with a change that the people of the cells that end are in charge of the cells that follow. Raises Refused as `follows`."""
    succession_store.hand_over(uow, outcome.scheme_id, follows(uow, outcome), day=outcome.day, moment=moment)


def take_people_back(uow: UnitOfWork, written: Written, moment: Moment) -> None:
    """Undoes this with the change that takes a written one back."""
    back = returning(changes_written(uow, written), store.lineage_of_change(uow, written.change_id))
    succession_store.take_back(uow, written.scheme_id, written.at, back, day=written.day, moment=moment)


def _manning(uow: UnitOfWork, outcome: Outcome) -> Manning:
    follow = follows(uow, outcome)
    codes = {change.code for change in outcome.changes} | set(follow.values())
    posts = succession_store.posts(uow, outcome.scheme_id, codes, outcome.day, known_at=outcome.found_at)
    return Manning(outcome.day, posts, follow, succession([post for post, _ in posts], follow, outcome.day))


def _accounts(uow: UnitOfWork, outcome: Outcome, manning: Manning) -> list[dict[str, Any]]:
    """The accounts bound to cells that end, as they are bound now; `to`: the cell that follows."""
    bound = succession_store.accounts_bound(uow, list(manning.follows))
    return [row | {"to": manning.follows[row["cell"]]} for row in bound]
