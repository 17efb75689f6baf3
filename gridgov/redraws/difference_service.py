"""The journey of whoever looks at a redraw on the map: the changed leaf cells before and after, and the ground that passes between them."""

from typing import Any

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotFound
from gridgov.grids import store as grids
from gridgov.grids.difference import difference_features, moved_ground
from gridgov.grids.operation import parse_operations
from gridgov.redraws import store
from gridgov.redraws.cell_change import CellChange
from gridgov.redraws.impact_store import Written, changes_written
from gridgov.redraws.replay_service import Base, play
from gridgov.redraws.store import Stored


def redraw_map(uow: UnitOfWork, redraw_id: int) -> dict[str, Any]:
    """A FeatureCollection: `before` and `after` of every leaf cell whose ground changes, and the pieces that pass (`moved`).

    A draft is played on the grid as it stands, one that was written is told as written; a draft taken back has nothing to show. Raises
    NotFound, and what playing the operations does.
    """
    stored = store.find_redraw(uow, redraw_id)
    if stored is None:
        raise NotFound(f"There is no redraw {redraw_id}.", f"没有编号为 {redraw_id} 的网格调整。")
    changes = [change for change in _changes(uow, stored) if change.rank == 0]
    return difference_features(changes, moved_ground(changes))


def _changes(uow: UnitOfWork, stored: Stored) -> tuple[CellChange, ...]:
    if stored.change_id is not None and stored.change_at is not None:
        return changes_written(uow, Written(stored.scheme_id, stored.change_id, stored.change_at, stored.effective_from, stored.successors))
    if stored.status == "withdrawn":
        return ()
    base = Base(grids.require_scheme(uow, stored.scheme), stored.effective_from, stored.current_revision, stored.current_revision)
    return tuple(play(uow, base, parse_operations(stored.operations)).changes)
