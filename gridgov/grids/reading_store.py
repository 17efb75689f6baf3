"""What readers ask of the grid: lists, one cell with what lies around it, its versions, names and codes. Decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from shapely.geometry.base import BaseGeometry

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids.area import Box
from gridgov.grids.cell import Scheme
from gridgov.grids.matching import begins, holds
from gridgov.grids.store import known

QUERIES: Final = load_queries("gridgov.grids", "reading_store.sql")
_NO_BOX: Final = dict.fromkeys(("west", "south", "east", "north"))

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """The day a reader asks about, and as known when (aware; None = now)."""

    on: date
    known_at: datetime | None = None

    def bound(self) -> dict[str, Any]:
        """Both as the queries take them."""
        return {"on": self.on, "known_at": known(self.known_at)}


@dataclass(frozen=True, slots=True)
class CellFilter:
    """Which cells are asked for. rank None = every level; parent: code of the cell right above; text: in its searched form.

    after: (rank, code) of the last cell already given. limit: how many at most.
    """

    rank: int | None = None
    parent: str | None = None
    box: Box | None = None
    text: str | None = None
    after: tuple[int, str] | None = None
    limit: int = 100
    with_geometry: bool = False


def list_cells(uow: UnitOfWork, scheme_id: int, moment: Moment, asked: CellFilter) -> list[Row]:
    """The cells asked for: upper levels first, then by code; with box, an inner point, and how many cells each has right below it."""
    box = _NO_BOX if asked.box is None else {"west": asked.box.west, "south": asked.box.south, "east": asked.box.east, "north": asked.box.north}
    return uow.rows(
        QUERIES["list_cells"],
        scheme_id=scheme_id,
        rank=asked.rank,
        parent=asked.parent,
        named=None if asked.text is None else holds(asked.text),
        coded=None if asked.text is None else begins(asked.text),
        after_rank=None if asked.after is None else asked.after[0],
        after_code=None if asked.after is None else asked.after[1],
        limit=asked.limit,
        with_geometry=asked.with_geometry,
        **box,
        **moment.bound(),
    )


def cells_of_code(uow: UnitOfWork, scheme_ids: Sequence[int], code: str, moment: Moment, *, rank: int | None = None) -> list[Row]:
    """The cells of a code in force, in any of the schemes: like `list_cells`, with scheme_id and geometry."""
    return uow.rows(QUERIES["cells_of_code"], scheme_ids=list(scheme_ids), code=code, rank=rank, **moment.bound())


def chain(uow: UnitOfWork, scheme: Scheme, code: str, rank: int, moment: Moment) -> list[Row]:
    """Level, code and name of a cell and those above it, top level first."""
    keys = {level.rank: level.key for level in scheme.levels}
    rows = uow.rows(QUERIES["cells_above"], scheme_id=scheme.scheme_id, code=code, rank=rank, **moment.bound())
    return [{"level": keys[row["rank"]], "code": row["code"], "name": row["name"]} for row in reversed(rows)]


def beside(uow: UnitOfWork, scheme_id: int, cell: Row, moment: Moment) -> list[Row]:
    """Code, name and geometry of the other cells of its level that a cell meets."""
    return uow.rows(QUERIES["cells_beside"], scheme_id=scheme_id, rank=cell["rank"], code=cell["code"], geometry=cell["geometry"], **moment.bound())


def cells_over(uow: UnitOfWork, scheme: Scheme, lon: float, lat: float, moment: Moment) -> tuple[list[Row], BaseGeometry | None]:
    """The cells over a lattice point, top level first, each with its level's key; and the leaf's geometry (None outside)."""
    keys = {level.rank: level.key for level in scheme.levels}
    rows = uow.rows(QUERIES["cells_over"], scheme_id=scheme.scheme_id, lon=lon, lat=lat, **moment.bound())
    grounds = [row.pop("geometry") for row in rows]
    return [row | {"level": keys[row["rank"]]} for row in rows], grounds[-1] if grounds else None


def cell_versions(uow: UnitOfWork, scheme_id: int, code: str, rank: int) -> list[Row]:
    """Every version there ever was of a cell, by first day in force, then as they became known."""
    return uow.rows(QUERIES["cell_versions"], scheme_id=scheme_id, code=code, rank=rank)


def levels_of_code(uow: UnitOfWork, scheme_ids: Sequence[int], code: str, *, rank: int | None = None) -> list[Row]:
    """scheme_id, rank and last name wherever a code was ever known, in force or not."""
    return uow.rows(QUERIES["levels_of_code"], scheme_ids=list(scheme_ids), code=code, rank=rank)


def search_cells(uow: UnitOfWork, text: str, on: date, limit: int) -> list[Row]:
    """The best matches of a searched text, in every scheme. A plain reading of all names: 100,000 take 0.1 s, and no index finds two characters."""
    return uow.rows(QUERIES["search_cells"], text=text, begins=begins(text), holds=holds(text), on=on, limit=limit)
