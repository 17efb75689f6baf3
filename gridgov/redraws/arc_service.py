"""A piece of the grid as its shared arcs, for the editor: as it is in force on a day, or as a draft would leave it."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from shapely import box as rectangle

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotFound, TooLarge
from gridgov.geo.arc_document import ArcCell, arc_document
from gridgov.grids import fabric_store
from gridgov.grids import store as grids
from gridgov.grids.cell import Scheme
from gridgov.grids.fabric_store import Box4
from gridgov.grids.operation import parse_operations
from gridgov.redraws import store
from gridgov.redraws.cell_change import CellChange, State
from gridgov.redraws.planning import state_of
from gridgov.redraws.replay_service import Base, play, require_tiling_scheme

MOST_CELLS: Final = 400
# The cells asked for, those that touch them, and those that touch these.
_RINGS: Final = 3


def arcs_in_force(uow: UnitOfWork, scheme: str | None, on: date, *, codes: Collection[str] = (), box: Box4 | None = None) -> dict[str, Any]:
    """The arcs of the leaf cells named or meeting a box (west, south, east, north) on a day, with their neighbours.

    Raises NotFound (scheme), Refused (an overlay), TooLarge beyond MOST_CELLS.
    """
    found = require_tiling_scheme(grids.require_scheme(uow, scheme))
    return _arcs(uow, found, on, codes=codes, box=box, changes={})


def draft_arcs(uow: UnitOfWork, redraw_id: int, *, codes: Collection[str] = (), box: Box4 | None = None) -> dict[str, Any]:
    """The same on a redraw's day, as its operations leave it on the grid as it stands. Raises also what playing them does."""
    stored = store.find_redraw(uow, redraw_id)
    if stored is None:
        raise NotFound(f"There is no redraw {redraw_id}.", f"没有编号为 {redraw_id} 的网格调整。")
    scheme = grids.require_scheme(uow, stored.scheme)
    changes: dict[str, CellChange] = {}
    if stored.status in ("draft", "submitted"):
        base = Base(scheme, stored.effective_from, stored.current_revision, stored.current_revision)
        played = play(uow, base, parse_operations(stored.operations))
        changes = {change.code: change for change in played.changes if change.rank == 0}
    return _arcs(uow, scheme, stored.effective_from, codes=codes, box=box, changes=changes)


def _arcs(uow: UnitOfWork, scheme: Scheme, on: date, *, codes: Collection[str], box: Box4 | None, changes: Mapping[str, CellChange]) -> dict[str, Any]:
    _require_few(len(codes))
    if box is not None:
        _require_few(fabric_store.how_many_meet(uow, scheme.scheme_id, on, box, limit=MOST_CELLS + 1))
    # What a draft makes is looked for where it will be: it has no ground of its own yet.
    made = [change.after.geometry.bounds for code in codes if (change := changes.get(code)) is not None and change.after is not None]
    boxes = [*made, *([] if box is None else [box])]
    standing = fabric_store.leaves_around(uow, scheme.scheme_id, on, codes=codes, boxes=boxes, rings=_RINGS)
    cells = {code: _arc_cell(code, state_of(held)) for code, held in standing.items()}
    for code, change in changes.items():
        cells.pop(code, None)
        if change.after is not None:
            cells[code] = _arc_cell(code, change.after)
    asked = _asked(cells, codes, box)
    _require_few(len(asked))
    head = {"scheme": scheme.key, "on": on.isoformat(), "revision": scheme.revision}
    return head | arc_document([cells[code] for code in sorted(cells)], asked)


def _arc_cell(code: str, state: State) -> ArcCell:
    return ArcCell(code, state.name, state.parent_code, state.geometry, state.area_m2)


def _asked(cells: Mapping[str, ArcCell], codes: Collection[str], box: Box4 | None) -> set[str]:
    ground = None if box is None else rectangle(*box)
    met = set() if ground is None else {code for code, cell in cells.items() if cell.geometry.intersects(ground)}
    return met | {code for code in codes if code in cells}


def _require_few(number: int) -> None:
    if number > MOST_CELLS:
        raise TooLarge(f"More than {MOST_CELLS} cells lie there; ask for a smaller piece.", f"该范围内网格超过 {MOST_CELLS} 个，请缩小范围。")
