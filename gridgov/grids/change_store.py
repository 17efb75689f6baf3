"""Writes a change of a grid at one moment: its versions, outline and gaps, and the map's shapes of them. Decides nothing.

Whoever calls holds the plan lock and has proved that what is written tiles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids import store
from gridgov.grids.cell import Outline, Scheme
from gridgov.grids.importing import Draft
from gridgov.grids.shape_drawing_store import refresh_shapes
from gridgov.grids.store import Moment
from gridgov.grids.tiling import Gap, square_metres


@dataclass(frozen=True, slots=True)
class Change:
    """What is in force from a day on. closed: numbers of the versions that end; opened: the cells that begin; causes: by (rank, code).

    outline: in the place of any other, None = as it is.
    """

    kind: str
    reason: str
    day: date
    closed: Sequence[int]
    opened: Sequence[Draft]
    causes: Mapping[tuple[int, str], str] = field(default_factory=dict)
    outline: Outline | None = None
    ended_gaps: Sequence[int] = ()
    new_gaps: Sequence[Gap] = ()


def write(uow: UnitOfWork, scheme: Scheme, change: Change) -> Moment:
    """Writes a change; gives the moment it is recorded at, with the scheme's new revision."""
    day = change.day
    moment = store.open_change(uow, scheme.scheme_id, kind=change.kind, reason=change.reason)
    store.close_versions(uow, change.closed, day=day, moment=moment)
    rows = (
        {
            "rank": draft.rank,
            "code": draft.code,
            "parent_code": draft.parent_code,
            "name": draft.name,
            "geometry": draft.geometry,
            "area_m2": square_metres(draft.geometry),
            "cause": change.causes.get((draft.rank, draft.code)),
        }
        for draft in change.opened
    )
    store.open_versions(uow, scheme.scheme_id, rows, day=day, moment=moment)
    if change.outline is not None:
        store.replace_outline(uow, scheme.scheme_id, change.outline.geometry, source=change.outline.source, day=day, moment=moment)
    store.close_gaps(uow, change.ended_gaps, day=day, moment=moment)
    for gap in change.new_gaps:
        store.add_gap(uow, scheme.scheme_id, {"geometry": gap.geometry, "area_m2": gap.area_m2, "reason": gap.reason}, day=day, moment=moment)
    refresh_shapes(uow, scheme, day, change_id=moment.change_id)
    return moment


def undo(uow: UnitOfWork, scheme: Scheme, change_id: int, *, day: date, kind: str, reason: str) -> Moment:
    """Takes back a change in force from a day on, none of whose versions were closed since: what it closed is known again from now on."""
    moment = store.open_change(uow, scheme.scheme_id, kind=kind, reason=reason)
    store.take_back(uow, change_id, moment=moment)
    refresh_shapes(uow, scheme, day, change_id=moment.change_id)
    return moment
