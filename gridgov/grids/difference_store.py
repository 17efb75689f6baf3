"""How the grids of two days differ, as asked of the database; decides nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from shapely import MultiPolygon

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids.area import Box
from gridgov.grids.store import known

_SQL: Final = load_queries("gridgov.grids", "difference_store.sql")
_NO_BOX: Final = dict.fromkeys(("west", "south", "east", "north"))

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """Two days of a scheme, in either order, as known at an instant (None = now)."""

    scheme_id: int
    day_a: date
    day_b: date
    known_at: datetime | None = None

    def bound(self) -> dict[str, Any]:
        """As the queries take it."""
        days = {"day_a": self.day_a, "day_b": self.day_b, "first": min(self.day_a, self.day_b), "last": max(self.day_a, self.day_b)}
        return days | {"scheme_id": self.scheme_id, "known_at": known(self.known_at)}


@dataclass(frozen=True, slots=True)
class ChangedFilter:
    """Which changed cells are asked for; None = all. after: (rank, code) of the last one given. limit: how many at most."""

    limit: int
    rank: int | None = None
    codes: Collection[str] | None = None
    box: Box | None = None
    after: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a cell. geometry: lon/lat EPSG:4490."""

    name: str
    parent_code: str | None
    area_m2: Decimal
    geometry: MultiPolygon


def changed_cells(uow: UnitOfWork, span: Span, asked: ChangedFilter) -> list[Row]:
    """rank, code, old_id, new_id, moves, causes of the cells that differ: upper levels first, then by code in byte order."""
    after_rank, after_code = asked.after or (None, None)
    return uow.rows(
        _SQL["changed_cells"],
        rank=asked.rank,
        codes=None if asked.codes is None else sorted(asked.codes),
        after_rank=after_rank,
        after_code=after_code,
        limit=asked.limit,
        **span.bound(),
        **_NO_BOX if asked.box is None else dict(zip(_NO_BOX, asked.box.as_list(), strict=True)),
    )


def turned_near(uow: UnitOfWork, span: Span, rank: int, version_ids: Collection[int]) -> list[str]:
    """The codes of a rank that have a version beginning or ending between the days, near some versions."""
    return [row["code"] for row in uow.rows(_SQL["turned_near"], rank=rank, version_ids=list(version_ids), **span.bound())]


def versions(uow: UnitOfWork, version_ids: Collection[int]) -> Mapping[int, Version]:
    """Some versions by their number."""
    rows = uow.rows(_SQL["versions"], version_ids=list(version_ids))
    return {row["version_id"]: Version(row["name"], row["parent_code"], row["area_m2"], row["geometry"]) for row in rows}
