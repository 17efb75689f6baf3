"""The journeys of those who compare the grids of two days: as a table, and as a map of the ground that passed between cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import TooLarge
from gridgov.grids import difference_store, store
from gridgov.grids.area import Box
from gridgov.grids.cell import Scheme
from gridgov.grids.difference import Moved, difference_features, difference_rows, moved_ground
from gridgov.grids.difference_store import ChangedFilter, Row, Span, Version
from gridgov.grids.scheme import rank_of

# A map of more is no map any more: a box is asked for.
MOST_ON_A_MAP: Final = 2_000


@dataclass(frozen=True, slots=True)
class DifferenceAsked:
    """Two days, in either order, of a scheme (None = the administrative one), as known at an instant (None = now).

    level: None = every level of a table, the leaf level of a map. box: where, None = everywhere. after: level and code of the last row given.
    """

    day_a: date
    day_b: date
    scheme: str | None = None
    level: str | None = None
    known_at: datetime | None = None
    box: Box | None = None
    after: tuple[str, str] | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class _Changed:
    rank: int
    level: str
    code: str
    cause: str
    before: Version | None
    after: Version | None


def difference(uow: UnitOfWork, asked: DifferenceAsked) -> list[dict[str, Any]]:
    """What differs from the first day to the second: a row a cell as in a redraw's impact, upper levels first, then by code; one more when more follow.

    Raises NotFound for an unknown scheme, Refused for an unknown level.
    """
    scheme = store.require_scheme(uow, asked.scheme)
    span = Span(scheme.scheme_id, asked.day_a, asked.day_b, asked.known_at)
    rank = None if asked.level is None else rank_of(scheme, asked.level)
    after = None if asked.after is None else (rank_of(scheme, asked.after[0]), asked.after[1])
    found = difference_store.changed_cells(uow, span, ChangedFilter(asked.limit + 1, rank, box=asked.box, after=after))
    moved = {one: _moved_near(uow, span, scheme, [row for row in found if row["rank"] == one]) for one in sorted({row["rank"] for row in found})}
    return difference_rows(_changed(uow, scheme, found), moved)


def difference_map(uow: UnitOfWork, asked: DifferenceAsked) -> dict[str, Any]:
    """The changed cells of a level with their ground on both days and what passed between them, as a GeoJSON FeatureCollection.

    Raises NotFound, Refused as `difference`, and TooLarge for more than MOST_ON_A_MAP cells: ask for a box.
    """
    scheme = store.require_scheme(uow, asked.scheme)
    span = Span(scheme.scheme_id, asked.day_a, asked.day_b, asked.known_at)
    rank = 0 if asked.level is None else rank_of(scheme, asked.level)
    found = difference_store.changed_cells(uow, span, ChangedFilter(MOST_ON_A_MAP + 1, rank, box=asked.box))
    if len(found) > MOST_ON_A_MAP:
        raise TooLarge(
            f"More than {MOST_ON_A_MAP} cells differ between these days; ask for a part of the map (`bbox`).",
            f"两个日期之间有超过 {MOST_ON_A_MAP} 个网格不同，请用 bbox 限定范围。",
        )
    moved = _moved_near(uow, span, scheme, found)
    return difference_features(_changed(uow, scheme, found), moved)


def row_key(row: dict[str, Any]) -> tuple[str, str]:
    """What a page goes on behind."""
    return row["level"], row["code"]


def _moved_near(uow: UnitOfWork, span: Span, scheme: Scheme, rows: Sequence[Row]) -> list[Moved]:
    """What passes from and to the cells of some rows, all of one rank: the other side may stand in no row of them."""
    ids = [number for row in rows if row["moves"] for number in (row["old_id"], row["new_id"]) if number is not None]
    if not ids:
        return []
    rank = rows[0]["rank"]
    codes = difference_store.turned_near(uow, span, rank, ids)
    around = difference_store.changed_cells(uow, span, ChangedFilter(len(codes), rank, codes=codes))
    own = {row["code"] for row in rows}
    moved = moved_ground(_changed(uow, scheme, [row for row in around if row["moves"]]))
    return [one for one in moved if one.from_code in own or one.to_code in own]


def _changed(uow: UnitOfWork, scheme: Scheme, rows: Sequence[Row]) -> list[_Changed]:
    keys = {level.rank: level.key for level in scheme.levels}
    found = difference_store.versions(uow, [number for row in rows for number in (row["old_id"], row["new_id"]) if number is not None])
    sides = [(row, found.get(row["old_id"]), found.get(row["new_id"])) for row in rows]
    return [_Changed(row["rank"], keys[row["rank"]], row["code"], _cause(row, before, after), before, after) for row, before, after in sides]


def _cause(row: Row, before: Version | None, after: Version | None) -> str:
    """The first that holds of redraw, reparent, rename, node. A change that is no redraw (an import) may have moved any ground."""
    if before is None or after is None or (row["moves"] and "redraw" in row["causes"]):
        return "redraw"
    if before.parent_code != after.parent_code:
        return "reparent"
    return "rename" if before.name != after.name else "node"
