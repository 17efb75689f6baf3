"""The map's shapes of the zones in the database: kept, taken away, read as tiles; decides nothing."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import shapely

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.geo import mercator
from gridgov.geo.mercator import TileBox
from gridgov.grids.drawing import LAST_ZOOM, stored_zoom
from gridgov.grids.shape_store import asked_often
from gridgov.zones.drawing import DrawnEdition, InsideZones

QUERIES: Final = load_queries("gridgov.zones", "shape_store.sql")
MARGIN: Final = 64
_EXTENT: Final = 4096
# Shapes written as text at once.
_CHUNK: Final = 2_000

Shape = tuple[int, int, Any, tuple[float, float]]


def drawn(uow: UnitOfWork, layer: str, on: date) -> DrawnEdition | None:
    """The edition of a layer that holds on a day, if it is drawn."""
    row = asked_often(uow, QUERIES["drawn"], layer=layer, on=on)
    return None if row is None else DrawnEdition(**row | {"attributes": tuple(row["attributes"])})


def editions_to_draw(uow: UnitOfWork, *, anew: bool) -> list[int]:
    """The editions without shapes; anew = all of them."""
    return [row["edition_id"] for row in uow.rows(QUERIES["undrawn"], all=anew)]


def grounds(uow: UnitOfWork, edition_id: int) -> list[dict[str, Any]]:
    """zone_id and geometry (lon/lat) of the zones of an edition."""
    return uow.rows(QUERIES["grounds"], edition_id=edition_id)


def replace_shapes(uow: UnitOfWork, edition_id: int, shapes: Sequence[Shape], box: Sequence[float]) -> int:
    """The shapes of an edition: (zone_id, zoom, MultiPolygon in EPSG:3857, label in metres); how many. box: of its zones in degrees."""
    uow.execute(QUERIES["forget_drawing"], edition_id=edition_id)
    uow.execute(QUERIES["forget_shapes"], edition_id=edition_id)
    west, south, east, north = box
    uow.execute(QUERIES["add_drawing"], edition_id=edition_id, west=west, south=south, east=east, north=north)
    return uow.copy(QUERIES["copy_shapes"], _lines(edition_id, shapes))


def _lines(edition_id: int, shapes: Sequence[Shape]) -> Iterable[tuple[Any, ...]]:
    for begin in range(0, len(shapes), _CHUNK):
        some = shapes[begin : begin + _CHUNK]
        texts = shapely.to_wkb(shapely.set_srid([shape[2] for shape in some], mercator.SRID), hex=True, include_srid=True)
        for (zone_id, zoom, _, label), text in zip(some, texts, strict=True):
            yield zone_id, zoom, edition_id, text, *label


def inside(uow: UnitOfWork, state: DrawnEdition, zoom: int, box: TileBox) -> InsideZones:
    """What a tile shows."""
    if zoom <= LAST_ZOOM:
        found = _shapes_in(uow, state, stored_zoom(zoom), box, margin_m=(box.east_m - box.west_m) * MARGIN / _EXTENT)
        return InsideZones(state.drawing_id, found, found)
    wide, high = _margins(box)
    around = {"west": box.west - wide, "south": box.south - high, "east": box.east + wide, "north": box.north + high}
    rows = uow.rows(QUERIES["tile_zones"], edition_id=state.edition_id, **around)
    # A shape may stand a pixel of its own zoom away from the outline.
    labels = _shapes_in(uow, state, LAST_ZOOM, box, margin_m=2 * mercator.pixel_m(LAST_ZOOM))
    return InsideZones(state.drawing_id, tuple(row["number"] for row in rows), labels)


def _shapes_in(uow: UnitOfWork, state: DrawnEdition, zoom: int, box: TileBox, *, margin_m: float) -> tuple[int, ...]:
    around = {"west": box.west_m - margin_m, "south": box.south_m - margin_m, "east": box.east_m + margin_m, "north": box.north_m + margin_m}
    return tuple(row["number"] for row in uow.rows(QUERIES["tile_shapes"], edition_id=state.edition_id, zoom=zoom, **around))


def _margins(box: TileBox) -> tuple[float, float]:
    return (box.east - box.west) * MARGIN / _EXTENT, (box.north - box.south) * MARGIN / _EXTENT


def body(uow: UnitOfWork, zoom: int, box: TileBox, shown: InsideZones) -> bytes:
    """The tile that shows this, as a Mapbox vector tile; empty for nothing."""
    wide, high = _margins(box)
    edges = {edge: getattr(box, edge) for edge in ("west", "south", "east", "north", "west_m", "south_m", "east_m", "north_m")}
    rows = uow.rows(
        QUERIES["tile"],
        numbers=list(shown.numbers),
        labels=list(shown.labels),
        zoom=min(stored_zoom(zoom), LAST_ZOOM),
        exact=zoom > LAST_ZOOM,
        margin=MARGIN,
        width=wide,
        height=high,
        **edges,
    )
    return b"".join(bytes(row["body"] or b"") for row in rows)
