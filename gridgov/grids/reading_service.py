"""The journeys of those who read the grid: schemes and lists of cells."""

from dataclasses import dataclass
from typing import Any

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.geo.shown import Detail
from gridgov.grids import reading_store, store
from gridgov.grids.area import Box
from gridgov.grids.cell_document import cell_item, drawn_cells, scheme_document
from gridgov.grids.matching import searched
from gridgov.grids.reading_store import CellFilter, Moment
from gridgov.grids.scheme import rank_of


@dataclass(frozen=True, slots=True)
class CellsAsked:
    """Which cells a reader asks for. level and parent None = the top level, or every level where a text is given.

    after: (level, code) of the last cell of the page before. limit: cells a page.
    """

    scheme: str | None = None
    level: str | None = None
    parent: str | None = None
    box: Box | None = None
    text: str | None = None
    detail: Detail = "none"
    after: tuple[str, str] | None = None
    limit: int = 100


def list_schemes(uow: UnitOfWork) -> list[dict[str, Any]]:
    """Every scheme with its levels and the days on which its cells change."""
    return [scheme_document(scheme, store.turning_days(uow, scheme.scheme_id)) for scheme in store.schemes(uow)]


def list_cells(uow: UnitOfWork, moment: Moment, asked: CellsAsked) -> list[dict[str, Any]]:
    """The cells of a page, upper levels first, then by code; one more, without its geometry, when more follow.

    Raises NotFound for an unknown scheme, Refused for an unknown level.
    """
    scheme = store.require_scheme(uow, asked.scheme)
    text = None if asked.text is None else searched(asked.text)
    rank = None if asked.level is None else rank_of(scheme, asked.level)
    if rank is None and asked.parent is None and text is None:
        rank = scheme.levels[0].rank
    after = None if asked.after is None else (rank_of(scheme, asked.after[0]), asked.after[1])
    wanted = CellFilter(rank, asked.parent, asked.box, text, after, asked.limit + 1, with_geometry=asked.detail != "none")
    rows = reading_store.list_cells(uow, scheme.scheme_id, moment, wanted)
    items = [cell_item(row, scheme) for row in rows]
    shown, behind = rows[: asked.limit], items[asked.limit :]
    keep_rim = after is not None or bool(behind)
    return [*drawn_cells(shown, items[: asked.limit], asked.detail, box=asked.box, keep_rim=keep_rim), *behind]
