"""The map's shapes of the zones: made with an edition, shared outlines kept, small ones left out, made anew when asked."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import shapely
from shapely import MultiPolygon

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotFound
from gridgov.geo.crs import Operation
from gridgov.geo.mercator import tile_box
from gridgov.zones import service, shape_service
from gridgov.zones.drawing import DrawnEdition
from gridgov.zones.edition import Disclosure, ZoneRecord
from gridgov.zones.importing import EditionImport, ZoneSet
from tests.unit.mvt import decode, edges
from tests.unit.tilings import make_tiling

TODAY = date(2026, 11, 22)


def load(uow: UnitOfWork, grounds: list[MultiPolygon], **changes: Any) -> None:
    said = {"class": "优先", "area": 12.5, "core": True, "parts": [1, 2], "none": None, "code": "not mine"}
    zones = [ZoneRecord(number, f"z{number:02}", f"第{number}区", said, ground) for number, ground in enumerate(grounds, 1)]
    service.import_edition(uow, replace(EditionImport("units", ZoneSet(zones, Operation("EPSG:4490", "identity", 0.0)), "none", TODAY), **changes))


def tile(uow: UnitOfWork, state: DrawnEdition, place: tuple[int, int, int]) -> bytes:
    box = tile_box(*place)
    return shape_service.tile_body(uow, place[0], box, shape_service.tile_contents(uow, state, place[0], box))


def drawn(uow: UnitOfWork, on: date = TODAY) -> DrawnEdition:
    return shape_service.drawn_edition(uow, "units", on, "anonymous")


@pytest.mark.parametrize("place", [(12, 3390, 1715), (15, 27127, 13724)])
def test_a_tile_carries_code_name_and_the_plain_attributes(uow: UnitOfWork, place: tuple[int, int, int]) -> None:
    load(uow, make_tiling(6, 6, seed=2, cuts=3).cells)
    layers = decode(tile(uow, drawn(uow), place))
    feature = next(one for one in layers["zone"].features if one.properties["code"] == "z22")
    assert feature.kind == 3
    assert feature.properties == {"code": "z22", "name": "第22区", "class": "优先", "area": 12.5, "core": True}
    labels = [one.properties for one in layers["label"].features]
    assert all(set(label) == {"code", "name"} for label in labels)


def test_control_units_that_touch_keep_their_common_sides(uow: UnitOfWork) -> None:
    load(uow, make_tiling(6, 6, seed=2, cuts=5).cells)
    features = {one.properties["code"]: one for one in decode(tile(uow, drawn(uow), (12, 3390, 1715)))["zone"].features}
    assert edges(features["z15"]) & edges(features["z16"])
    assert not edges(features["z13"]) & edges(features["z15"])


def test_a_zone_below_a_square_pixel_is_left_out_until_it_is_larger(uow: UnitOfWork) -> None:
    # 0.001 degree is 111 to 126 m of the plane: below a pixel of 153 m at zoom 10, above one of 76 m at zoom 11.
    load(uow, [MultiPolygon([shapely.box(118.0, 28.0, 118.001, 28.001)]), MultiPolygon([shapely.box(118.01, 28.0, 118.2, 28.2)])])
    zooms = [row["zoom"] for row in uow.rows("select zoom from zone_shape join zone using (zone_id) where code = 'z01' order by zoom")]
    assert zooms == [11, 12, 13, 14]
    assert len(uow.rows("select zoom from zone_shape join zone using (zone_id) where code = 'z02'")) == 10


@pytest.mark.parametrize(("disclosure", "seen"), [("public", (True, True, True)), ("named", (False, False, True)), ("restricted", (False, False, True))])
def test_named_and_restricted_editions_are_on_the_map_of_those_who_see_everything(
    uow: UnitOfWork, disclosure: Disclosure, seen: tuple[bool, bool, bool]
) -> None:
    load(uow, make_tiling(2, 2, seed=2, cuts=1).cells, disclosure=disclosure)
    for tier, may in zip(("anonymous", "signed-in", "full"), seen, strict=True):
        if may:
            assert shape_service.drawn_edition(uow, "units", TODAY, tier).disclosure == disclosure  # type: ignore[arg-type]
        else:
            with pytest.raises(NotFound):
                shape_service.drawn_edition(uow, "units", TODAY, tier)  # type: ignore[arg-type]


def test_the_edition_of_the_day_is_drawn_and_none_before_the_first_or_after_one_ran_out(uow: UnitOfWork) -> None:
    cells = make_tiling(2, 2, seed=2, cuts=1).cells
    load(uow, cells, edition="old", effective_from=date(2020, 1, 1))
    load(uow, cells[:2], edition="new", effective_from=date(2024, 1, 1))
    assert [drawn(uow, day).edition for day in (date(2020, 1, 1), date(2023, 12, 31), date(2024, 1, 1))] == ["old", "old", "new"]
    with pytest.raises(NotFound):
        drawn(uow, date(2019, 12, 31))
    uow.execute("update edition set effective_to = '2025-01-01' where edition = 'new'")
    with pytest.raises(NotFound):
        drawn(uow, date(2025, 1, 1))


def test_drawing_anew_gives_the_same_shapes_under_another_name_of_the_state(uow: UnitOfWork) -> None:
    load(uow, make_tiling(4, 4, seed=2, cuts=3).cells)
    query = "select zone_id, zoom, label_x, label_y, st_asbinary(geometry) as ground from zone_shape order by zone_id, zoom"
    before, version = uow.rows(query), drawn(uow).version
    assert shape_service.draw_editions(uow, anew=False) == 0
    assert shape_service.draw_editions(uow, anew=True) == 1
    assert uow.rows(query) == before
    assert drawn(uow).version != version
