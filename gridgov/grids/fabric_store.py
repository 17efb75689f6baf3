"""The part of a grid that a redraw looks at, as known now: cells around a place, children of a parent, what changed since. Decides nothing."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids.cell import Cell, Measured
from gridgov.grids.store import known

QUERIES: Final = load_queries("gridgov.grids", "fabric_store.sql")
Box4 = tuple[float, float, float, float]
# A redraw's neighbours and theirs, so that every edge that may change knows its other side.
RINGS: Final = 2


def leaves_around(
    uow: UnitOfWork, scheme_id: int, on: date, *, codes: Collection[str] = (), boxes: Sequence[Box4] = (), rings: int = RINGS
) -> dict[str, Measured]:
    """Leaf cells by code, in byte order. The first ring: cells whose box meets that of a named cell or a box (west, south, east, north)."""
    west, south, east, north = ([box[side] for box in boxes] for side in range(4))
    drawn = {"west": west, "south": south, "east": east, "north": north}
    rows = uow.rows(QUERIES["leaves_around"], scheme_id=scheme_id, on=on, codes=sorted(codes), rings=rings, **drawn)
    return {row["code"]: measured(row) for row in rows}


def how_many_meet(uow: UnitOfWork, scheme_id: int, on: date, box: Box4, *, limit: int) -> int:
    """How many leaf cells' boxes meet a box, counted no further than a limit."""
    west, south, east, north = box
    row = uow.row(QUERIES["how_many_meet"], scheme_id=scheme_id, on=on, west=west, south=south, east=east, north=north, limit=limit)
    assert row is not None
    return int(row["cells"])


def children_of(uow: UnitOfWork, scheme_id: int, on: date, *, rank: int, codes: Collection[str]) -> dict[str, Measured]:
    """The cells right below the cells of a rank, by code."""
    rows = uow.rows(QUERIES["children_of"], scheme_id=scheme_id, on=on, rank=rank, codes=sorted(codes))
    return {row["code"]: measured(row) for row in rows}


def cells_of_codes(uow: UnitOfWork, scheme_id: int, on: date, *, rank: int, codes: Collection[str]) -> dict[str, Measured]:
    """The cells of some codes of a rank, by code."""
    rows = uow.rows(QUERIES["cells_of_codes"], scheme_id=scheme_id, on=on, rank=rank, codes=sorted(codes))
    return {row["code"]: measured(row) for row in rows}


def codes_used(uow: UnitOfWork, scheme_id: int) -> set[str]:
    """Every code a cell of the scheme ever had, on any day and however it was known."""
    return {row["code"] for row in uow.rows(QUERIES["codes_used"], scheme_id=scheme_id)}


def level_counts(uow: UnitOfWork, scheme_id: int, on: date, *, known_at: datetime | None = None) -> dict[str, int]:
    """How many cells each level (key, top level first) has on a day."""
    rows = uow.rows(QUERIES["level_counts"], scheme_id=scheme_id, on=on, known_at=known(known_at))
    return {row["key"]: row["cells"] for row in rows}


def changed_since(uow: UnitOfWork, scheme_id: int, revision: int, codes: Collection[str]) -> list[str]:
    """Which of some codes a change after a revision opened or closed a version of, in byte order."""
    rows = uow.rows(QUERIES["changed_since"], scheme_id=scheme_id, revision=revision, codes=sorted(codes))
    return [row["code"] for row in rows]


def later_versions_of(uow: UnitOfWork, scheme_id: int, on: date, cells: Collection[tuple[int, str]]) -> list[tuple[int, str, date]]:
    """Which cells (rank, code) have versions that begin or end after a day, and the first such day; top level first."""
    keys = sorted(cells)
    named = {"ranks": [rank for rank, _ in keys], "codes": [code for _, code in keys]}
    rows = uow.rows(QUERIES["later_versions_of"], scheme_id=scheme_id, on=on, **named)
    return [(row["rank"], row["code"], row["turn"]) for row in rows]


def edges_turn_later(uow: UnitOfWork, scheme_id: int, on: date) -> bool:
    """Whether an outline or an allowed gap, as known now, begins or ends after a day."""
    row = uow.row(QUERIES["turns_of_edges"], scheme_id=scheme_id, on=on)
    return row is not None and row["turns"] > 0


def outline_source(uow: UnitOfWork, scheme_id: int, on: date, *, known_at: datetime | None = None) -> str | None:
    """Where the outline declared on a day came from (file, parent), None = none is."""
    row = uow.row(QUERIES["outline_source"], scheme_id=scheme_id, on=on, known_at=known(known_at))
    return None if row is None else str(row["source"])


def touched_since(uow: UnitOfWork, change_id: int) -> list[str]:
    """Codes of the cells that a change opened and that are no longer known as they were; "" = the outline or an allowed gap."""
    return [row["code"] for row in uow.rows(QUERIES["touched_since"], change_id=change_id)]


def versions_closed(uow: UnitOfWork, change_id: int, on: date) -> dict[tuple[int, str], Measured]:
    """What a change closed, as it stood on its day, by rank and code; top level first."""
    rows = uow.rows(QUERIES["versions_closed"], change_id=change_id, on=on)
    return {(row["rank"], row["code"]): measured(row) for row in rows}


def versions_opened(uow: UnitOfWork, change_id: int, on: date) -> dict[tuple[int, str], Measured]:
    """What a change opened from its day on, by rank and code; top level first."""
    rows = uow.rows(QUERIES["versions_opened"], change_id=change_id, on=on)
    return {(row["rank"], row["code"]): measured(row) for row in rows}


def measured(row: Mapping[str, Any]) -> Measured:
    """The cell of a row with its area."""
    beside = ("area_m2", "cause")
    return Measured(Cell(**{key: value for key, value in row.items() if key not in beside}), row["area_m2"], row.get("cause"))
