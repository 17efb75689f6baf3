"""Everything the grids ask of the database and write into it; decides nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotFound
from gridgov.grids.area import Box
from gridgov.grids.cell import AllowedGap, Cell, Level, Outline, Scheme

QUERIES: Final = load_queries("gridgov.grids")
_NOW: Final = "infinity"
_STORAGE_SRID: Final = 4490


@dataclass(frozen=True, slots=True)
class Moment:
    """One committed change: what is written with it carries its instant and its number."""

    change_id: int
    at: datetime
    revision: int


def known(known_at: datetime | None) -> datetime | str:
    """The instant of knowledge as the queries take it: None = what is known now."""
    return _NOW if known_at is None else known_at


def schemes(uow: UnitOfWork) -> list[Scheme]:
    """Every scheme with its levels, in the order of registration."""
    levels: dict[int, list[Level]] = {}
    for row in uow.rows(QUERIES["levels"]):
        levels.setdefault(row.pop("scheme_id"), []).append(Level(**row))
    return [Scheme(**row, levels=tuple(levels.get(row["scheme_id"], ()))) for row in uow.rows(QUERIES["schemes"])]


def find_scheme(uow: UnitOfWork, key: str) -> Scheme | None:
    """The scheme with this key, None when there is none."""
    return next((scheme for scheme in schemes(uow) if scheme.key == key), None)


def default_scheme(uow: UnitOfWork) -> Scheme:
    """The administrative scheme: the first registered one that is no overlay. Raises NotFound when there is none."""
    found = next((scheme for scheme in schemes(uow) if not scheme.overlay), None)
    if found is None:
        raise NotFound(
            "There is no grid scheme yet: load cells with `gridgov cells import FILE --scheme KEY --level LEVEL`.",
            "尚无网格体系，请先用 `gridgov cells import FILE --scheme KEY --level LEVEL` 载入网格。",
        )
    return found


def require_scheme(uow: UnitOfWork, key: str | None) -> Scheme:
    """The scheme with this key, None = the default scheme. Raises NotFound naming those there are."""
    if key is None:
        return default_scheme(uow)
    found = schemes(uow)
    scheme = next((one for one in found if one.key == key), None)
    if scheme is None:
        names = [one.key for one in found]
        raise NotFound(f"There is no scheme '{key}'; there are: {', '.join(names) or 'none'}.", f"没有网格体系“{key}”，现有：{'、'.join(names) or '无'}。")
    return scheme


def add_scheme(uow: UnitOfWork, *, key: str, levels: Sequence[Level], overlay: bool) -> Scheme:
    """A new scheme with its levels."""
    row = uow.row(QUERIES["insert_scheme"], key=key, overlay=overlay)
    assert row is not None
    for level in levels:
        uow.execute(QUERIES["insert_level"], scheme_id=row["scheme_id"], rank=level.rank, key=level.key, label=level.label, code_length=level.code_length)
    return Scheme(scheme_id=row["scheme_id"], key=key, overlay=overlay, revision=0, levels=tuple(levels))


def lock_scheme(uow: UnitOfWork, scheme_id: int) -> int:
    """Takes the plan lock until the end of the transaction; gives the revision. A scheme that does not exist yet has 0."""
    row = uow.row(QUERIES["lock_scheme"], scheme_id=scheme_id)
    return 0 if row is None else int(row["revision"])


def hold_scheme(uow: UnitOfWork, scheme_id: int) -> int:
    """Keeps every change out until the end of the transaction, but no other reader; gives the revision."""
    row = uow.row(QUERIES["hold_scheme"], scheme_id=scheme_id)
    return 0 if row is None else int(row["revision"])


def open_change(uow: UnitOfWork, scheme_id: int, *, kind: str, reason: str) -> Moment:
    """The moment everything of one change is recorded at, strictly after the last one of the scheme."""
    plan = uow.row(QUERIES["advance_plan"], scheme_id=scheme_id)
    assert plan is not None
    at, revision = plan["recorded_last"], plan["revision"]
    row = uow.row(QUERIES["insert_change"], scheme_id=scheme_id, at=at, actor=uow.actor, kind=kind, reason=reason, revision=revision)
    assert row is not None
    return Moment(change_id=row["change_id"], at=at, revision=revision)


def cells_in_force(uow: UnitOfWork, scheme_id: int, on: date, *, known_at: datetime | None = None, rank: int | None = None) -> list[Cell]:
    """The versions in force on a day as known at an instant (None = now), top level first; rank None = every level."""
    return [_cell(row) for row in uow.rows(QUERIES["cells_in_force"], scheme_id=scheme_id, on=on, known_at=known(known_at), rank=rank)]


def cells_without_ground(uow: UnitOfWork, scheme: Scheme, on: date, *, known_at: datetime | None = None, lowest_rank: int = 0) -> list[Cell]:
    """The same without geometry (None), from a rank upwards."""
    keys = {level.rank: level.key for level in scheme.levels}
    rows = uow.rows(QUERIES["cells_without_ground"], scheme_id=scheme.scheme_id, on=on, known_at=known(known_at), lowest_rank=lowest_rank)
    return [Cell(**row, level=keys[row["rank"]], geometry=None, valid_from=on, valid_to=None) for row in rows]


def leaf_cells_meeting(uow: UnitOfWork, scheme_id: int, geometry: BaseGeometry, on: date, *, known_at: datetime | None = None) -> list[Cell]:
    """The leaf cells whose closed polygon a lon/lat geometry meets, codes in byte order."""
    return [_cell(row) for row in uow.rows(QUERIES["leaf_cells_meeting"], scheme_id=scheme_id, geometry=geometry, on=on, known_at=known(known_at))]


def later_versions(uow: UnitOfWork, scheme_id: int, on: date) -> list[Cell]:
    """What is known now to begin or to end after a day."""
    return [_cell(row) for row in uow.rows(QUERIES["later_versions"], scheme_id=scheme_id, on=on)]


def was_ever_loaded(uow: UnitOfWork, scheme_id: int) -> bool:
    """Whether the scheme ever had a cell."""
    row = uow.row(QUERIES["ever_loaded"], scheme_id=scheme_id)
    return row is not None and bool(row["found"])


def turning_days(uow: UnitOfWork, scheme_id: int, *, known_at: datetime | None = None) -> list[date]:
    """The days, rising, on which the cells in force change."""
    return [row["day"] for row in uow.rows(QUERIES["turning_days"], scheme_id=scheme_id, known_at=known(known_at))]


def locate(uow: UnitOfWork, scheme: Scheme, *, lon: float, lat: float, on: date, known_at: datetime | None = None) -> list[Cell]:
    """The cells that answer at a lattice point, top level first, without geometry; empty outside.

    Later statements of the same transaction keep their plans too: ask last.
    """
    keys = {level.rank: level.key for level in scheme.levels}
    # Sent together: how to plan and what to ask cost one round trip, not two.
    with uow.connection.pipeline():
        uow.connection.execute(QUERIES["plan_once"])
        asked = uow.connection.execute(QUERIES["locate"], {"scheme_id": scheme.scheme_id, "lon": lon, "lat": lat, "on": on, "known_at": known(known_at)})
    rows = asked.fetchall()
    return [Cell(**row, level=keys[row["rank"]], geometry=None) for row in rows]


def close_versions(uow: UnitOfWork, version_ids: Sequence[int], *, day: date, moment: Moment) -> None:
    """Ends the knowledge of versions; their days before `day` go on, recorded anew."""
    if version_ids:
        uow.execute(QUERIES["close_versions"], version_ids=list(version_ids), day=day, at=moment.at, change_id=moment.change_id)


def take_back(uow: UnitOfWork, change_id: int, *, moment: Moment) -> None:
    """Ends the knowledge of all that a change opened, and makes known again, for all its days, what it closed: cells, outlines, gaps."""
    for table in ("versions", "outlines", "gaps"):
        uow.execute(QUERIES[f"forget_{table}"], change_id=change_id, at=moment.at, undone_by=moment.change_id)
        uow.execute(QUERIES[f"restore_{table}"], change_id=change_id, at=moment.at, undone_by=moment.change_id)


def open_versions(uow: UnitOfWork, scheme_id: int, rows: Iterable[Mapping[str, Any]], *, day: date, moment: Moment) -> int:
    """Writes new versions in force from a day on. rows: rank, code, parent_code, name, geometry (lattice), area_m2; cause, when of a redraw."""
    valid, recorded = f"[{day.isoformat()},)", f"[{moment.at.isoformat()},)"

    def lines() -> Iterable[tuple[Any, ...]]:
        for row in rows:
            ground = shapely.to_wkb(shapely.set_srid(row["geometry"], _STORAGE_SRID), hex=True, include_srid=True)
            said = scheme_id, row["rank"], row["code"], row["parent_code"], row["name"], ground, row["area_m2"]
            yield *said, valid, recorded, moment.change_id, row.get("cause")

    return uow.copy(QUERIES["copy_cells"], lines())


def outline_in_force(uow: UnitOfWork, scheme_id: int, on: date, *, known_at: datetime | None = None) -> Outline | None:
    """The declared outline on a day; one drawn in a file comes before one taken from a level."""
    row = uow.row(QUERIES["outline_in_force"], scheme_id=scheme_id, on=on, known_at=known(known_at))
    return None if row is None else Outline(**row)


def replace_outline(uow: UnitOfWork, scheme_id: int, geometry: MultiPolygon, *, source: str, day: date, moment: Moment) -> None:
    """A declared outline from a day on, in the place of any other."""
    uow.execute(QUERIES["close_outlines"], scheme_id=scheme_id, day=day, at=moment.at, change_id=moment.change_id)
    uow.execute(QUERIES["insert_outline"], scheme_id=scheme_id, source=source, geometry=geometry, day=day, at=moment.at, change_id=moment.change_id)


def gaps_in_force(uow: UnitOfWork, scheme_id: int, on: date, *, known_at: datetime | None = None) -> list[AllowedGap]:
    """The gaps that are allowed to stand on a day."""
    return [AllowedGap(**row) for row in uow.rows(QUERIES["gaps_in_force"], scheme_id=scheme_id, on=on, known_at=known(known_at))]


def close_gaps(uow: UnitOfWork, gap_ids: Sequence[int], *, day: date, moment: Moment) -> None:
    """Ends allowed gaps from a day on."""
    if gap_ids:
        uow.execute(QUERIES["close_gaps"], gap_ids=list(gap_ids), day=day, at=moment.at, change_id=moment.change_id)


def add_gap(uow: UnitOfWork, scheme_id: int, gap: Mapping[str, Any], *, day: date, moment: Moment) -> None:
    """gap: geometry (Polygon or MultiPolygon on the lattice), area_m2, reason."""
    ground = gap["geometry"]
    parts = MultiPolygon([ground]) if isinstance(ground, Polygon) else ground
    uow.execute(
        QUERIES["insert_gap"],
        scheme_id=scheme_id,
        geometry=parts,
        area_m2=gap["area_m2"],
        reason=gap["reason"],
        day=day,
        at=moment.at,
        change_id=moment.change_id,
    )


def area_of_use(uow: UnitOfWork, *, lock: bool = False) -> Box | None:
    """The box of what was imported; lock = nobody else changes it until the end of the transaction."""
    row = uow.row(QUERIES["lock_area" if lock else "area_of_use"])
    return None if row is None else Box(**row)


def grow_area(uow: UnitOfWork, box: Box) -> None:
    """The area of use widened to hold a box; two imports at once both count."""
    uow.execute(QUERIES["grow_area"], west=box.west, south=box.south, east=box.east, north=box.north)


def set_area(uow: UnitOfWork, box: Box) -> None:
    """The area of use from now on."""
    uow.execute(QUERIES["set_area"], west=box.west, south=box.south, east=box.east, north=box.north)


def _cell(row: Mapping[str, Any]) -> Cell:
    return Cell(**{key: value for key, value in row.items() if key != "area_m2"})
