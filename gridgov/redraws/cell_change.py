"""One cell before and after a redraw, on whatever level: what is written, what the impact speaks of, and what history tells. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from shapely import MultiPolygon

from gridgov.grids.importing import Draft

Cause = Literal["redraw", "node", "rename", "reparent"]


@dataclass(frozen=True, slots=True)
class State:
    """A cell at one time, its ground in lon/lat EPSG:4490 on the lattice. version_id: None = not written yet."""

    name: str
    parent_code: str | None
    geometry: MultiPolygon
    area_m2: Decimal
    version_id: int | None = None


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that a redraw changes. before None = a new code; after None = it ends.

    cause: redraw = its ground moves, begins or ends; node = only vertices that neighbours need; rename, reparent = the same ground. The
    first that holds of redraw, reparent, rename, node.
    """

    rank: int
    level: str
    code: str
    cause: Cause
    before: State | None
    after: State | None

    def as_draft(self) -> Draft | None:
        """The cell as it is to be; None = it ends."""
        if self.after is None:
            return None
        return Draft(self.rank, self.code, self.after.name, self.after.parent_code, self.after.geometry)


@dataclass(frozen=True, slots=True)
class Lineage:
    """Ground of a cell that became a cell of another code, where one of the two ended or began. area_m2: how much of it, at 0.01."""

    rank: int
    from_code: str
    to_code: str
    kind: Literal["split", "merge"]
    area_m2: Decimal


def in_order(changes: Iterable[CellChange]) -> tuple[CellChange, ...]:
    """Top level first, codes in byte order."""
    return tuple(sorted(changes, key=lambda change: (-change.rank, change.code.encode())))
