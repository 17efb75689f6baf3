"""The map's shapes of the cells in the database: kept, ended, read as tiles; decides nothing."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import shapely

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.geo import mercator
from gridgov.geo.mercator import TileBox
from gridgov.grids.drawing import LAST_ZOOM, Drawn, LevelSize, Plan, Shape, stored_zoom

QUERIES: Final = load_queries("gridgov.grids", "shape_store.sql")
# Units of a 4096 tile that are drawn beyond its edges, so that outlines do not end there.
MARGIN: Final = 64
_EXTENT: Final = 4096
# Shapes written as text at once.
_CHUNK: Final = 2_000
_EVERY_RANK: Final = 8

Key = tuple[int, str]
_BOX: Final = ("west", "south", "east", "north")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a cell that changed or stands beside one; geometry only where it is asked for (lon/lat)."""

    version_id: int
    rank: int
    code: str
    name: str = ""
    geometry: Any = None


@dataclass(frozen=True, slots=True)
class Inside:
    """What a tile shows: numbers of shapes, or beyond the last kept zoom of versions, and then of the shapes whose labels stand there."""

    scheme_id: int
    numbers: tuple[int, ...]
    labels: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """How many numbers."""
        return len(self.numbers) + len(self.labels)


def drawn(uow: UnitOfWork, scheme: str | None, on: date) -> Drawn | None:
    """The state of a grid (None = the first that is no overlay) on a day; None = no such scheme, or not drawn that day."""
    row = asked_often(uow, QUERIES["drawn"], scheme=scheme, on=on)
    if row is None or row["drawing_id"] is None:
        return None
    return Drawn(row["scheme_id"], row["key"], row["recorded_last"], row["drawing_id"], tuple(row["levels"]), _plan(row))


def asked_often(uow: UnitOfWork, query: str, **params: Any) -> dict[str, Any] | None:
    """The row of a look-up that every tile begins with, None for none; its plan is kept, since planning costs more than looking.

    In one round trip; what is asked later in the transaction is planned by its values again.
    """
    with uow.connection.pipeline():
        uow.connection.execute(QUERIES["plan_once"])
        asked = uow.connection.execute(query, params)
        uow.connection.execute(QUERIES["plan_each"])
    return asked.fetchone()


def _plan(row: Mapping[str, Any]) -> Plan:
    return Plan(tuple(row["finest"]), *(row[edge] for edge in _BOX))


def sizes(uow: UnitOfWork, scheme_id: int, on: date) -> tuple[list[LevelSize], dict[str, float]]:
    """The sizes of the levels that have cells on a day, and the box of all of them; both empty for none."""
    rows = uow.rows(QUERIES["level_sizes"], scheme_id=scheme_id, on=on)
    box = {edge: rows[0][edge] for edge in _BOX} if rows else {}
    return [LevelSize(row["rank"], row["cells"], row["area_m2"]) for row in rows], box


def later_turns(uow: UnitOfWork, scheme_id: int, day: date) -> list[date]:
    """The days after a day, rising, on which the cells in force change."""
    return [row["turn"] for row in uow.rows(QUERIES["later_turns"], scheme_id=scheme_id, day=day)]


def first_day(uow: UnitOfWork, scheme_id: int) -> date | None:
    """The first day on which there are cells, None for never."""
    row = uow.row(QUERIES["first_day"], scheme_id=scheme_id)
    return None if row is None else row["day"]


def schemes_to_draw(uow: UnitOfWork, *, anew: bool) -> set[str]:
    """The schemes with cells that are not drawn; anew = all with cells."""
    return {row["key"] for row in uow.rows(QUERIES["undrawn"], all=anew)}


def versions_of_change(uow: UnitOfWork, change_id: int) -> list[Version]:
    """The versions that a change opened or closed, without ground."""
    return [Version(**row) for row in uow.rows(QUERIES["versions_of_change"], change_id=change_id)]


def versions_turning(uow: UnitOfWork, scheme_id: int, day: date) -> list[Version]:
    """The versions that begin or end on a day, without ground."""
    return [Version(**row) for row in uow.rows(QUERIES["versions_turning"], scheme_id=scheme_id, day=day)]


def versions_by_code(uow: UnitOfWork, scheme_id: int, cells: Iterable[Key], on: date) -> list[Version]:
    """The versions of cells (rank, code) in force on a day, without ground."""
    keys = sorted(cells)
    named = {"ranks": [rank for rank, _ in keys], "codes": [code for _, code in keys]}
    return [Version(**row) for row in uow.rows(QUERIES["versions_by_code"], scheme_id=scheme_id, on=on, **named)]


def forget_all(uow: UnitOfWork, scheme_id: int) -> None:
    """Takes every shape of a scheme away."""
    uow.execute(QUERIES["forget_all_shapes"], scheme_id=scheme_id)
    uow.execute(QUERIES["forget_all_drawings"], scheme_id=scheme_id)


def cells_along(uow: UnitOfWork, scheme_id: int, version_ids: Sequence[int], on: date, *, lowest: int, highest: int = _EVERY_RANK) -> list[Version]:
    """The cells in force on a day, of ranks between two, whose outline meets that of any version named."""
    rows = uow.rows(QUERIES["cells_along"], scheme_id=scheme_id, version_ids=list(version_ids), on=on, lowest=lowest, highest=highest)
    return [Version(**row) for row in rows]


def cells_from(uow: UnitOfWork, scheme_id: int, on: date, *, lowest: int) -> list[Version]:
    """Every cell in force on a day from a rank upwards."""
    return [Version(**row) for row in uow.rows(QUERIES["cells_from"], scheme_id=scheme_id, on=on, lowest=lowest)]


def replace_shapes(uow: UnitOfWork, scheme_id: int, shapes: Sequence[Shape], day: date, *, zooms: Sequence[int], cells: Iterable[Key] | None = None) -> int:
    """Draws shapes from a day on, in the place of any others of the same zooms and cells (None = all); gives how many are new.

    A shape that was drawn the day before goes on.
    """
    keys = None if cells is None else sorted(set(cells))
    if keys == []:
        return 0
    ranks, codes = (None, None) if keys is None else ([rank for rank, _ in keys], [code for _, code in keys])
    scope = {"scheme_id": scheme_id, "zooms": list(zooms), "day": day, "ranks": ranks, "codes": codes}
    uow.execute(QUERIES["forget_shapes"], **scope)
    standing = {(row["rank"], row["zoom"], row["code"]): row for row in uow.rows(QUERIES["shapes_over"], **scope)}
    grounds = shapely.to_wkb([shape.geometry for shape in shapes]) if standing else [b""] * len(shapes)
    fresh: list[Shape] = []
    kept: list[int] = []
    for shape, ground in zip(shapes, grounds, strict=True):
        held = standing.get((shape.rank, shape.zoom, shape.code))
        if held is not None and held["digest"] == _digest(shape.name, ground):
            kept.append(standing.pop((shape.rank, shape.zoom, shape.code))["shape_id"])
        else:
            fresh.append(shape)
    uow.execute(QUERIES["end_shapes"], day=day, shape_ids=[row["shape_id"] for row in standing.values()])
    uow.execute(QUERIES["end_shapes"], day=None, shape_ids=kept)
    return uow.copy(QUERIES["copy_shapes"], _lines(scheme_id, fresh, day))


def _digest(name: str, ground: bytes) -> str:
    return hashlib.md5(name.encode() + ground, usedforsecurity=False).hexdigest()


def _lines(scheme_id: int, shapes: Sequence[Shape], day: date) -> Iterable[tuple[Any, ...]]:
    valid = f"[{day.isoformat()},)"
    for begin in range(0, len(shapes), _CHUNK):
        some = shapes[begin : begin + _CHUNK]
        grounds = shapely.to_wkb(shapely.set_srid([shape.geometry for shape in some], mercator.SRID), hex=True, include_srid=True)
        for shape, ground in zip(some, grounds, strict=True):
            yield scheme_id, shape.rank, shape.zoom, shape.code, shape.name, ground, *shape.label, valid


def replace_plan(uow: UnitOfWork, scheme_id: int, plan: Plan | None, day: date) -> None:
    """What levels are shown from a day on; None = nothing. A plan that held the day before goes on."""
    uow.execute(QUERIES["forget_drawings"], scheme_id=scheme_id, day=day)
    held = plan_on(uow, scheme_id, day)
    if held is not None:
        uow.execute(QUERIES["end_drawing"], scheme_id=scheme_id, day=day, until=None if held == plan else day)
    if plan is not None and held != plan:
        box = {edge: getattr(plan, edge) for edge in _BOX}
        uow.execute(QUERIES["add_drawing"], scheme_id=scheme_id, finest=list(plan.finest), day=day, **box)


def plan_on(uow: UnitOfWork, scheme_id: int, day: date) -> Plan | None:
    """The plan that holds on a day."""
    row = uow.row(QUERIES["drawing_over"], scheme_id=scheme_id, day=day)
    return None if row is None else _plan(row)


def inside(uow: UnitOfWork, state: Drawn, zoom: int, box: TileBox, on: date) -> Inside:
    """What a tile shows on a day."""
    if zoom <= LAST_ZOOM:
        return Inside(state.scheme_id, _shapes_in(uow, state, stored_zoom(zoom), box, on, margin_m=(box.east_m - box.west_m) * MARGIN / _EXTENT))
    wide, high = _margins(box)
    around = {"west": box.west - wide, "south": box.south - high, "east": box.east + wide, "north": box.north + high}
    rows = uow.rows(QUERIES["tile_versions"], scheme_id=state.scheme_id, lowest=state.plan.at(zoom), on=on, **around)
    # A shape may stand a pixel of its own zoom away from the outline.
    labels = _shapes_in(uow, state, LAST_ZOOM, box, on, margin_m=2 * mercator.pixel_m(LAST_ZOOM))
    return Inside(state.scheme_id, tuple(row["number"] for row in rows), labels)


def _shapes_in(uow: UnitOfWork, state: Drawn, zoom: int, box: TileBox, on: date, *, margin_m: float) -> tuple[int, ...]:
    around = {"west": box.west_m - margin_m, "south": box.south_m - margin_m, "east": box.east_m + margin_m, "north": box.north_m + margin_m}
    return tuple(row["number"] for row in uow.rows(QUERIES["tile_shapes"], scheme_id=state.scheme_id, zoom=zoom, on=on, **around))


def _margins(box: TileBox) -> tuple[float, float]:
    return (box.east - box.west) * MARGIN / _EXTENT, (box.north - box.south) * MARGIN / _EXTENT


def body(uow: UnitOfWork, zoom: int, box: TileBox, shown: Inside) -> bytes:
    """The tile that shows this, as a Mapbox vector tile; empty for nothing."""
    metres = {"west": box.west_m, "south": box.south_m, "east": box.east_m, "north": box.north_m}
    if zoom <= LAST_ZOOM:
        rows = uow.rows(QUERIES["tile_of_shapes"], scheme_id=shown.scheme_id, numbers=list(shown.numbers), margin=MARGIN, **metres)
        return b"".join(bytes(row["body"] or b"") for row in rows)
    wide, high = _margins(box)
    rows = uow.rows(
        QUERIES["tile_of_versions"],
        scheme_id=shown.scheme_id,
        numbers=list(shown.numbers),
        labels=list(shown.labels),
        margin=MARGIN,
        width=wide,
        height=high,
        **{edge: getattr(box, edge) for edge in _BOX},
        **{f"{edge}_m": metres[edge] for edge in _BOX},
    )
    return b"".join(bytes(row["body"] or b"") for row in rows)
