"""What a redraw does to cells, people, accounts and zones, row by row; the same before it is written and after. Pure.

Cells are told as in a difference of two days. A person's row is one assignment that is touched: the cell ends and the person moves to the
one that follows, or the cell gains or loses ground, or only its name or parent changes and the person stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gridgov.grids.cell import Measured
from gridgov.grids.difference import Moved, difference_rows, totals
from gridgov.people.succession import Post, Succession, vacant
from gridgov.redraws.cell_change import CellChange, State, in_order

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Manning:
    """Who is in charge of what changes from a day on. posts: with the person's name; follows: code that ends -> code that takes its people."""

    day: date
    posts: Sequence[tuple[Post, str]]
    follows: Mapping[str, str]
    decided: Succession


def changes_of(closed: Mapping[Key, Measured], opened: Mapping[Key, Measured]) -> tuple[CellChange, ...]:
    """The changes of all levels, top first, of the versions that a change closed and opened, by rank and code."""
    return in_order(_change(key, closed.get(key), opened.get(key)) for key in closed.keys() | opened.keys())


def cells_document(changes: Sequence[CellChange], moved: Mapping[int, Sequence[Moved]]) -> dict[str, Any]:
    """`cells`, a row each in the order given, and the `totals` of the leaf level."""
    rows = difference_rows(changes, moved)
    leaf = next((change.level for change in changes if change.rank == 0), "")
    return {"cells": rows, "totals": totals(rows, leaf)}


def people_rows(changes: Sequence[CellChange], manning: Manning) -> list[dict[str, Any]]:
    """A row an assignment that is touched, by cell. Where two levels share a code, the upper one's cell is meant."""
    by_code: dict[str, CellChange] = {}
    for change in changes:
        by_code.setdefault(change.code, change)
    touched = [(by_code[post.cell], post, name) for post, name in manning.posts if post.cell in by_code]
    return [_person(change, post, name, _follower(change, manning, by_code)) for change, post, name in touched if change.cause != "node"]


def vacant_rows(changes: Sequence[CellChange], manning: Manning) -> list[dict[str, Any]]:
    """The new cells, in the order given, that nobody answers for on the day."""
    empty = vacant([change.code for change in changes if change.before is None], manning.decided.opened, manning.day)
    return [
        {"level": change.level, "code": change.code, "name": change.after.name}
        for change in changes
        if change.before is None and change.after is not None and change.code in empty
    ]


def _change(key: Key, closed: Measured | None, opened: Measured | None) -> CellChange:
    held = opened or closed
    assert held is not None
    cause = opened.cause if opened is not None and closed is not None else "redraw"
    return CellChange(key[0], held.cell.level, key[1], cause or "redraw", _state(closed), _state(opened))  # type: ignore[arg-type]


def _state(held: Measured | None) -> State | None:
    if held is None or held.cell.geometry is None:
        return None
    return State(held.cell.name, held.cell.parent_code, held.cell.geometry, held.area_m2, held.cell.version_id)


def _follower(change: CellChange, manning: Manning, by_code: Mapping[str, CellChange]) -> CellChange | None:
    """The cell whose ground the people of a changed cell answer for from then on; None = none."""
    if change.after is not None:
        return change
    return by_code.get(manning.follows.get(change.code, ""))


def _person(change: CellChange, post: Post, name: str, follower: CellChange | None) -> dict[str, Any]:
    before = None if change.before is None else change.before.area_m2
    after = None if follower is None or follower.after is None else follower.after.area_m2
    moves = change.after is None and follower is not None
    return {
        "person": {"id": post.person, "name": name},
        "cell": change.code,
        "effect": "moves" if moves else _effect(change),
        "to": follower.code if moves and follower is not None else None,
        "role": post.role,
        "line": post.line,
        "from": post.first_day.isoformat(),
        "before_m2": None if before is None else str(before),
        "after_m2": None if after is None else str(after),
    }


def _effect(change: CellChange) -> str:
    """What becomes of the ground of a cell that stays."""
    if change.before is None or change.after is None:
        return "loses" if change.after is None else "gains"
    if change.cause != "redraw" or change.before.area_m2 == change.after.area_m2:
        return "stays"
    return "gains" if change.after.area_m2 > change.before.area_m2 else "loses"
