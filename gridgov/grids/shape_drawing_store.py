"""The map's shapes of a grid made anew where it changed, for every day from a change on; written, never decided upon.

Shapes are derived from the cells as known now. What changed is drawn again with all that touches it: a neighbour's redraw can move the
places where three outlines meet, and with them the arcs of a cell that did not change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import shapely

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.geo import generalise, mercator
from gridgov.geo.mercator import pixel_m
from gridgov.grids import shape_store, store
from gridgov.grids.cell import Scheme
from gridgov.grids.drawing import ZOOMS, Plan, Shape, first_and_later, make_plan
from gridgov.grids.shape_store import Key, Version

# Beyond, drawing everything is faster than asking for the neighbours of each.
_FEW: Final = 2_000


@dataclass(frozen=True, slots=True)
class _Turn:
    """A day from which shapes may differ. changed: versions that did; None = all of them."""

    scheme_id: int
    day: date
    plan: Plan
    changed: Sequence[Version] | None


def refresh_shapes(uow: UnitOfWork, scheme: Scheme, day: date, *, change_id: int) -> int:
    """Draws what a change of the grid in force from a day touched, for that day and every later state; gives the number of new shapes.

    In the change's own transaction, after its cells are written.
    """
    return _redraw(uow, scheme.scheme_id, day, shape_store.versions_of_change(uow, change_id))


def rebuild_shapes(uow: UnitOfWork, scheme: Scheme) -> int:
    """Draws every state of a scheme anew; gives the number of shapes."""
    store.lock_scheme(uow, scheme.scheme_id)
    shape_store.forget_all(uow, scheme.scheme_id)
    day = shape_store.first_day(uow, scheme.scheme_id)
    return 0 if day is None else _redraw(uow, scheme.scheme_id, day, None)


def _redraw(uow: UnitOfWork, scheme_id: int, day: date, changed: Sequence[Version] | None) -> int:
    made, touched = 0, set[Key]()
    for turn in first_and_later(day, shape_store.later_turns(uow, scheme_id, day)):
        if turn > day:
            changed = [*shape_store.versions_turning(uow, scheme_id, turn), *_again(uow, scheme_id, turn, touched)]
        made += _draw(uow, scheme_id, turn, changed, touched)
    return made


def _again(uow: UnitOfWork, scheme_id: int, day: date, touched: set[Key]) -> list[Version]:
    """What was drawn for an earlier day, as it stands on a later one."""
    return shape_store.versions_by_code(uow, scheme_id, touched, day)


def _draw(uow: UnitOfWork, scheme_id: int, day: date, changed: Sequence[Version] | None, touched: set[Key]) -> int:
    sizes, box = shape_store.sizes(uow, scheme_id, day)
    if not sizes:
        shape_store.replace_plan(uow, scheme_id, None, day)
        return shape_store.replace_shapes(uow, scheme_id, [], day, zooms=ZOOMS)
    plan = make_plan(sizes, box)
    held = shape_store.plan_on(uow, scheme_id, day)
    shape_store.replace_plan(uow, scheme_id, plan, day)
    if held is None or held.finest != plan.finest or (changed is not None and len(changed) > _FEW):
        changed = None
    turn = _Turn(scheme_id, day, plan, changed)
    return sum(_draw_group(uow, turn, finest, zooms, touched) for finest, zooms in plan.groups().items())


def _draw_group(uow: UnitOfWork, turn: _Turn, finest: int, zooms: Sequence[int], touched: set[Key]) -> int:
    """Draws the zooms at which `finest` is the lowest rank shown."""
    if turn.changed is None:
        cells, around = shape_store.cells_from(uow, turn.scheme_id, turn.day, lowest=finest), []
        touched.update((cell.rank, cell.code) for cell in cells)
        keys = None
    else:
        changed = [version for version in turn.changed if version.rank >= finest]
        numbers = [version.version_id for version in changed]
        cells = shape_store.cells_along(uow, turn.scheme_id, numbers, turn.day, lowest=finest)
        keys = {(cell.rank, cell.code) for cell in (*cells, *changed)}
        touched.update(keys)
        numbers = [cell.version_id for cell in cells]
        around = shape_store.cells_along(uow, turn.scheme_id, numbers, turn.day, lowest=finest, highest=finest)
        around = [cell for cell in around if (cell.rank, cell.code) not in keys]
    drawn = _shapes(cells, around, zooms)
    return sum(shape_store.replace_shapes(uow, turn.scheme_id, shapes, turn.day, zooms=[zoom], cells=keys) for zoom, shapes in drawn)


def _shapes(cells: Sequence[Version], around: Sequence[Version], zooms: Sequence[int]) -> Iterator[tuple[int, list[Shape]]]:
    """The shapes of cells by zoom, finest first; what stands around them tells where outlines meet."""
    if not cells:
        yield from ((zoom, []) for zoom in zooms)
        return
    grounds = [cell.geometry for cell in (*cells, *around)]
    labels = mercator.forward(shapely.get_coordinates(shapely.point_on_surface(np.array(grounds[: len(cells)], dtype=object)))).tolist()
    for zoom, drawn in zip(zooms, generalise.pyramid(grounds, [pixel_m(zoom) for zoom in zooms]), strict=True):
        stand = zip(cells, drawn, labels, strict=False)
        yield zoom, [Shape(cell.rank, zoom, cell.code, cell.name, shape, (x, y)) for cell, shape, (x, y) in stand if shape is not None]
