"""The map's shapes of a grid as faces ask for them: every state drawn that is not, and read as tiles."""

from datetime import date

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotFound
from gridgov.geo.mercator import TileBox
from gridgov.grids import shape_store, store
from gridgov.grids.drawing import Drawn
from gridgov.grids.shape_drawing_store import rebuild_shapes
from gridgov.grids.shape_store import Inside


def draw_schemes(uow: UnitOfWork, *, anew: bool) -> dict[str, int]:
    """Draws every state of the schemes that are not drawn, or with `anew` of all; gives the number of shapes by scheme."""
    keys = shape_store.schemes_to_draw(uow, anew=anew)
    made = {scheme.key: rebuild_shapes(uow, scheme) for scheme in store.schemes(uow) if scheme.key in keys}
    if made:
        uow.audit("cells.shapes", "map", made)
    return made


def drawn_state(uow: UnitOfWork, scheme: str | None, on: date) -> Drawn:
    """The state of a scheme (None = the administrative one) that the map shows on a day. Raises NotFound."""
    found = shape_store.drawn(uow, scheme, on)
    if found is not None:
        return found
    store.require_scheme(uow, scheme)
    raise NotFound(f"No cells are in force on {on}, or they are not drawn yet.", f"{on} 没有生效的网格，或其地图图形尚未生成。")


def tile_contents(uow: UnitOfWork, state: Drawn, zoom: int, box: TileBox, on: date) -> Inside:
    """What a tile shows on a day: the same contents are the same tile."""
    return shape_store.inside(uow, state, zoom, box, on)


def tile_body(uow: UnitOfWork, zoom: int, box: TileBox, shown: Inside) -> bytes:
    """The tile: a layer a level with code and name, and a layer `label` with one point a cell; empty for nothing."""
    return shape_store.body(uow, zoom, box, shown) if shown.numbers or shown.labels else b""
