"""A grid small enough to check by hand: one county, one township, two square villages side by side."""

from datetime import date

from shapely import MultiPolygon, Polygon

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.geo.lattice import snap
from gridgov.grids import shape_drawing_store, store
from gridgov.grids.scheme import make_levels

SCHEME = "admin"
COUNTY, TOWNSHIP, WEST, EAST = "330802", "330802101", "330802101201", "330802101202"
FIRST_DAY = date(2020, 1, 1)
IN_WEST, IN_EAST, ON_THE_BORDER, OUTSIDE = (118.85, 28.95), (118.95, 28.95), (118.9, 28.95), (119.5, 28.95)


def lay_grid(uow: UnitOfWork) -> int:
    """Writes the grid; gives the scheme's number. In force from FIRST_DAY on."""
    scheme = store.add_scheme(uow, key=SCHEME, levels=make_levels(), overlay=False)
    moment = store.open_change(uow, scheme.scheme_id, kind="import", reason="")
    whole, west, east = (_strip(*meridians) for meridians in ((118.8, 118.9, 119.0), (118.8, 118.9), (118.9, 119.0)))
    rows = [
        {"rank": 2, "code": COUNTY, "parent_code": None, "name": "柯城区", "geometry": whole, "area_m2": 1},
        {"rank": 1, "code": TOWNSHIP, "parent_code": COUNTY, "name": "石梁镇", "geometry": whole, "area_m2": 1},
        {"rank": 0, "code": WEST, "parent_code": TOWNSHIP, "name": "西村", "geometry": west, "area_m2": 1},
        {"rank": 0, "code": EAST, "parent_code": TOWNSHIP, "name": "东村", "geometry": east, "area_m2": 1},
    ]
    store.open_versions(uow, scheme.scheme_id, rows, day=FIRST_DAY, moment=moment)
    shape_drawing_store.refresh_shapes(uow, scheme, FIRST_DAY, change_id=moment.change_id)
    return scheme.scheme_id


def _strip(*meridians: float) -> MultiPolygon:
    """Ground between two parallels with a vertex at each meridian: a parent has the vertices of its children."""
    south, north = [(lon, 28.9) for lon in meridians], [(lon, 29.0) for lon in reversed(meridians)]
    return snap(MultiPolygon([Polygon([*south, *north])]))
