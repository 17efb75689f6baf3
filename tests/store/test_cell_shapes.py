"""The map's shapes of the cells: made with an import, made anew where it changed and on every later day, equal to a full rebuild."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotFound
from gridgov.geo.generalise import pyramid
from gridgov.geo.mercator import pixel_m, tile_box
from gridgov.grids import service, shape_service, shape_store, store
from gridgov.grids.cell import CellRecord
from gridgov.grids.drawing import Drawn
from gridgov.grids.importing import ImportRequest, Mode
from tests.unit.mvt import decode, edges
from tests.unit.tilings import make_tiling

FIRST, MIDDLE, LATER, TODAY = date(2020, 1, 1), date(2023, 5, 1), date(2026, 6, 1), date(2026, 11, 22)
SIDE = 6
Grounds = dict[str, MultiPolygon]


@cache
def tiling() -> Mapping[str, MultiPolygon]:
    """36 villages of some 1 km in 6 townships of one column each."""
    return {code(index % SIDE, index // SIDE): cell for index, cell in enumerate(make_tiling(SIDE, SIDE, seed=1, cuts=4).cells)}


def code(column: int, row: int, part: int = 0) -> str:
    return f"330802{column + 101:03}{row * 10 + 201 + part:03}"


def load(uow: UnitOfWork, grounds: Mapping[str, MultiPolygon], day: date, mode: Mode = "replace", names: Mapping[str, str] | None = None) -> None:
    rows = [CellRecord(number, key, (names or {}).get(key, f"村{key}"), (), ground) for number, (key, ground) in enumerate(grounds.items(), 1)]
    service.import_level(uow, ImportRequest("admin", "village", rows, TODAY, source="test", mode=mode, effective_from=day, grow_area=True))


def split(grounds: Mapping[str, MultiPolygon], column: int, row: int) -> Grounds:
    """A village cut in two from the middle of its south side to the middle of its north side: the neighbours there keep their ground."""
    ring = np.array(grounds[code(column, row)].geoms[0].exterior.coords)[:-1]
    quarter = len(ring) // 4
    south, north = quarter // 2, 2 * quarter + quarter // 2
    east, west = ring[south : north + 1], np.concatenate([ring[north:], ring[: south + 1]])
    rest = {key: ground for key, ground in grounds.items() if key != code(column, row)}
    return rest | {code(column, row, part): MultiPolygon([Polygon(points)]) for part, points in ((1, east), (2, west))}


def shapes(uow: UnitOfWork) -> list[tuple[Any, ...]]:
    query = "select rank, zoom, code, name, valid, label_x, label_y, st_asbinary(geometry) as ground from cell_shape order by zoom, rank, code, valid"
    return [tuple(row.values()) for row in uow.rows(query)]


def drawings(uow: UnitOfWork) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in uow.rows("select finest, west, south, east, north, valid from cell_drawing order by valid")]


def require_as_rebuilt(uow: UnitOfWork) -> None:
    """What changes left behind is what would be drawn from nothing."""
    found = shapes(uow), drawings(uow)
    shape_service.draw_schemes(uow, anew=True)
    assert found == (shapes(uow), drawings(uow))


def require_whole(uow: UnitOfWork, day: date) -> None:
    """On a day every zoom shows what all its cells, taken together, are generalised to."""
    scheme = store.default_scheme(uow)
    state = shape_service.drawn_state(uow, None, day)
    for finest, zooms in state.plan.groups().items():
        cells = shape_store.cells_from(uow, scheme.scheme_id, day, lowest=finest)
        for zoom, drawn in zip(zooms, pyramid([cell.geometry for cell in cells], [pixel_m(zoom) for zoom in zooms]), strict=True):
            expected = {(cell.rank, cell.code): shapely.to_wkb(shape) for cell, shape in zip(cells, drawn, strict=True) if shape is not None}
            rows = uow.rows("select rank, code, st_asbinary(geometry) as ground from cell_shape where zoom = %(zoom)s and valid @> %(day)s", zoom=zoom, day=day)
            assert {(row["rank"], row["code"]): bytes(row["ground"]) for row in rows} == expected


def test_an_import_draws_every_level_at_the_zooms_where_its_cells_can_be_told_apart(uow: UnitOfWork) -> None:
    load(uow, tiling(), FIRST, "new")
    state = shape_service.drawn_state(uow, "admin", FIRST)
    # Villages of 1.1 km, townships of 2.7 km, one county: 8 pixels are 9.8 km at zoom 7, 1.2 km at zoom 10.
    assert state.plan.finest == (2, 2, 2, 2, 1, 1, 0, 0, 0, 0)
    assert state.shown_from() == {0: 11, 1: 9, 2: 0}
    counted = {(row["zoom"], row["rank"]): row["n"] for row in uow.rows("select zoom, rank, count(*) as n from cell_shape group by zoom, rank")}
    assert counted == {(z, r): n for z in range(5, 15) for r, n in ((2, 1), (1, 6), (0, 36)) if r >= state.plan.at(z)}
    require_whole(uow, FIRST)


def test_a_split_draws_the_neighbours_anew_whose_versions_go_on(uow: UnitOfWork) -> None:
    load(uow, tiling(), FIRST, "new")
    before = shapes(uow)
    load(uow, split(tiling(), 2, 2), LATER)
    north = code(2, 3)
    (version,) = uow.rows("select upper_inf(valid) as goes_on from cell where code = %(code)s", code=north)
    assert version["goes_on"]
    turned = uow.rows("select zoom from cell_shape where code = %(code)s and lower(valid) = %(day)s order by zoom", code=north, day=LATER)
    assert turned, "the new corner in its outline is drawn"
    far = code(5, 0)
    assert [row for row in shapes(uow) if row[2] == far] == [row for row in before if row[2] == far]
    require_whole(uow, FIRST)
    require_whole(uow, LATER)
    require_as_rebuilt(uow)


def test_a_split_on_the_county_s_border_draws_the_levels_above_anew(uow: UnitOfWork) -> None:
    load(uow, tiling(), FIRST, "new")
    load(uow, split(tiling(), 0, 0), LATER)
    require_whole(uow, LATER)
    require_as_rebuilt(uow)


def test_another_name_is_drawn_from_its_day_on_and_only_there(uow: UnitOfWork) -> None:
    load(uow, tiling(), FIRST, "new")
    key = code(1, 1)
    load(uow, tiling(), LATER, names={key: "新名村"})
    names = uow.rows("select name, lower(valid) as day from cell_shape where code = %(code)s and zoom = 14 order by valid", code=key)
    assert [(row["name"], row["day"]) for row in names] == [(f"村{key}", FIRST), ("新名村", LATER)]
    assert uow.rows("select distinct code from cell_shape where lower(valid) = %(day)s", day=LATER) == [{"code": key}]
    require_as_rebuilt(uow)


def test_cells_added_at_the_rim_change_the_state_and_the_parents(uow: UnitOfWork) -> None:
    first = {key: ground for key, ground in tiling().items() if key[6:9] != "106"}
    load(uow, first, FIRST, "new")
    load(uow, {key: ground for key, ground in tiling().items() if key[6:9] == "106"}, LATER, "add")
    assert [row[5].lower for row in drawings(uow)] == [FIRST, LATER]
    require_whole(uow, FIRST)
    require_whole(uow, LATER)
    require_as_rebuilt(uow)


def test_a_change_back_in_time_is_drawn_on_all_later_days(uow: UnitOfWork) -> None:
    load(uow, tiling(), FIRST, "new")
    load(uow, split(tiling(), 1, 2), LATER)
    load(uow, split(tiling(), 3, 2), MIDDLE)
    for day in (FIRST, MIDDLE, LATER):
        require_whole(uow, day)
    require_as_rebuilt(uow)


def test_other_cells_on_the_whole_are_another_plan(uow: UnitOfWork) -> None:
    """Four times as many villages: they can be told apart a zoom later."""
    load(uow, tiling(), FIRST, "new")
    finer = make_tiling(12, 12, seed=1, cuts=3, size=0.005).cells
    load(uow, {f"330802{101 + index % 12 // 2}{201 + index}": cell for index, cell in enumerate(finer)}, LATER)
    assert shape_service.drawn_state(uow, None, FIRST).plan.finest[6:8] == (0, 0)
    assert shape_service.drawn_state(uow, None, LATER).plan.finest[6:8] == (1, 0)
    require_whole(uow, LATER)
    require_as_rebuilt(uow)


def test_before_history_and_for_an_unknown_scheme_there_is_no_map(uow: UnitOfWork) -> None:
    load(uow, tiling(), FIRST, "new")
    with pytest.raises(NotFound, match="2019-12-31"):
        shape_service.drawn_state(uow, None, date(2019, 12, 31))
    with pytest.raises(NotFound, match="no scheme 'park'"):
        shape_service.drawn_state(uow, "park", FIRST)


def test_the_state_has_another_name_after_a_change_and_the_same_one_without(uow: UnitOfWork) -> None:
    load(uow, tiling(), FIRST, "new")
    before = shape_service.drawn_state(uow, None, FIRST).version
    load(uow, tiling(), FIRST)
    assert shape_service.drawn_state(uow, None, FIRST).version == before
    load(uow, split(tiling(), 1, 1), LATER)
    assert shape_service.drawn_state(uow, None, FIRST).version != before


def _tile(uow: UnitOfWork, state: Drawn, place: tuple[int, int, int], on: date) -> bytes:
    box = tile_box(*place)
    return shape_service.tile_body(uow, place[0], box, shape_service.tile_contents(uow, state, place[0], box, on))


@pytest.mark.parametrize("zoom", [12, 14, 15, 17])
def test_neighbours_have_the_same_sides_in_a_tile_whether_simplified_or_not(uow: UnitOfWork, zoom: int) -> None:
    load(uow, tiling(), FIRST, "new")
    state = shape_service.drawn_state(uow, None, FIRST)
    place = _around(118.03, 28.03, zoom)
    layers = decode(_tile(uow, state, place, FIRST))
    villages, county = layers["village"].features, layers["county"].features
    assert len(villages) >= 2
    sides = Counter(side for feature in villages for side in edges(feature) if _is_inside(side))
    # Nothing parts, nothing overlaps: every side is there twice, but those of the whole grid's outline.
    assert set(sides.values()) <= {1, 2}
    assert {side for side, number in sides.items() if number == 1} == {side for feature in county for side in edges(feature) if _is_inside(side)}


def _is_inside(side: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    return all(0 < number < 4096 for point in side for number in point)


def _around(lon: float, lat: float, zoom: int) -> tuple[int, int, int]:
    x = (lon + 180) / 360 * 2**zoom
    y = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**zoom
    return zoom, int(x), int(y)


@pytest.mark.parametrize("zoom", [8, 12, 16])
def test_every_label_stands_in_exactly_one_tile(uow: UnitOfWork, zoom: int) -> None:
    load(uow, tiling(), FIRST, "new")
    state = shape_service.drawn_state(uow, None, FIRST)
    (_, west, north), (_, east, south) = _around(117.995, 28.065, zoom), _around(118.065, 27.995, zoom)
    found: list[tuple[str, str]] = []
    for x in range(west, east + 1):
        for y in range(north, south + 1):
            layer = decode(_tile(uow, state, (zoom, x, y), FIRST)).get("label")
            found += [(feature.properties["level"], feature.properties["code"]) for feature in (layer.features if layer else [])]
    shown = {2: 1, 1: 6, 0: 36}
    assert len(found) == len(set(found)) == sum(number for rank, number in shown.items() if rank >= state.plan.at(zoom))
