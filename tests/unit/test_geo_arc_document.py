"""A piece of the grid as arcs: exact, whole, and called the same whatever was asked for."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from gridgov.geo.arc_document import ArcCell, arc_document
from gridgov.geo.dissolve import dissolve
from gridgov.geo.trace import canonical
from tests.unit.tilings import make_tiling, with_island

Place = tuple[int, int]


def named(grounds: Sequence[MultiPolygon]) -> list[ArcCell]:
    """The cells A000, A001, … in canonical form."""
    return [ArcCell(f"A{index:03d}", f"村 {index}", "P", canonical(ground), Decimal("1.00")) for index, ground in enumerate(grounds)]


def squares(*boxes: tuple[float, float, float, float]) -> list[ArcCell]:
    return named([MultiPolygon([box(*bounds)]) for bounds in boxes])


def places(arc: dict[str, Any], *, forward: bool) -> list[Place]:
    """The places of an arc as whole numbers."""
    found = [(int(x), int(y)) for x, y in np.cumsum(arc["d"], axis=0)]
    return found if forward else found[::-1]


def rebuilt(document: dict[str, Any], code: str) -> MultiPolygon:
    """A cell put together again from the arcs alone, in canonical form."""
    (cell,) = (one for one in document["cells"] if one["code"] == code)
    parts = [[_ring(document, ring) for ring in part] for part in cell["parts"]]
    return canonical(MultiPolygon([Polygon(shell, holes) for shell, *holes in parts]))


def _ring(document: dict[str, Any], ring: Sequence[int]) -> list[tuple[float, float]]:
    chained: list[Place] = []
    for position in ring:
        along = places(document["arcs"][abs(position) - 1], forward=position > 0)
        assert not chained or chained[-1] == along[0]
        chained += along[1:] if chained else along
    assert chained[0] == chained[-1]
    return [(x / 1e9, y / 1e9) for x, y in chained]


def assert_exact(document: dict[str, Any], cells: Sequence[ArcCell], asked: Sequence[str]) -> None:
    """Every cell that was told comes back bit for bit, and lies where its arcs say."""
    by_code = {cell.code: cell for cell in cells}
    assert sorted(one["code"] for one in document["cells"] if one["asked"]) == sorted(asked)
    for one in document["cells"]:
        assert shapely.to_wkb(rebuilt(document, one["code"])) == shapely.to_wkb(by_code[one["code"]].geometry)
        for position in (position for part in one["parts"] for ring in part for position in ring):
            arc = document["arcs"][abs(position) - 1]
            assert one["code"] == arc["left" if position > 0 else "right"]
    for arc in document["arcs"]:
        assert arc["left"] is not None and arc["locked"] == (arc["right"] is None)
        assert arc["closed"] == (places(arc, forward=True)[0] == places(arc, forward=True)[-1])


@given(st.integers(0, 2**31), st.integers(1, 5), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_every_cell_told_is_rebuilt_bit_for_bit(seed: int, number: int, cuts: int) -> None:
    random = np.random.default_rng(seed)
    cells = named(make_tiling(5, 4, seed=seed, cuts=cuts).cells)
    asked = sorted({cells[index].code for index in random.integers(0, len(cells), number)})
    assert_exact(arc_document(cells, asked), cells, asked)


@given(st.integers(0, 2**31), st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_cells_of_many_parts_with_holes_are_rebuilt_bit_for_bit(seed: int, groups: int) -> None:
    """Cells thrown together at random: exclaves, holes, parts and holes that touch in a point, two cells that meet in many places."""
    random = np.random.default_rng(seed)
    made = dissolve(make_tiling(6, 5, seed=seed, cuts=1).cells, random.integers(0, groups, 30).tolist())
    cells = named(list(made.values()))
    assert_exact(arc_document(cells, ["A000"]), cells, ["A000"])


@given(st.integers(0, 2**31))
@settings(max_examples=20, deadline=None)
def test_an_arc_is_the_same_whichever_cells_were_asked_for(seed: int) -> None:
    cells = named(make_tiling(5, 5, seed=seed, cuts=2).cells)
    whole = {arc["id"]: arc for arc in arc_document(cells, [cell.code for cell in cells])["arcs"]}
    assert len(whole) == 5 * 6 * 2 - 4  # a corner of the grid is no end of an arc
    for cell in cells:
        for arc in arc_document(cells, [cell.code])["arcs"]:
            assert whole[arc["id"]] == arc


def test_a_cell_knows_its_own_arcs_when_only_those_around_it_were_loaded() -> None:
    tiling = make_tiling(9, 9, seed=7, cuts=2)
    cells = named(tiling.cells)
    middle = cells[tiling.at(4, 4)].code
    near = [cells[tiling.at(column, row)] for row in range(2, 7) for column in range(2, 7)]
    assert arc_document(near, [middle]) == arc_document(cells, [middle])


def test_two_squares_share_one_arc_and_the_rest_is_locked() -> None:
    cells = squares((0, 0, 1, 1), (1, 0, 2, 1))
    document = arc_document(cells, ["A000"])
    shared, west, east = (
        next(arc for arc in document["arcs"] if (arc["left"], arc["right"]) == owners) for owners in (("A000", "A001"), ("A000", None), ("A001", None))
    )
    assert len(document["arcs"]) == 3
    assert (shared["d"], shared["locked"], shared["closed"]) == ([[10**9, 0], [0, 10**9]], False, False)
    assert (west["d"], west["locked"]) == ([[10**9, 10**9], [-(10**9), 0], [0, -(10**9)], [10**9, 0]], True)
    assert (east["d"], east["locked"]) == ([[10**9, 0], [10**9, 0], [0, 10**9], [-(10**9), 0]], True)
    assert [(one["code"], one["asked"], one["bbox"]) for one in document["cells"]] == [("A000", True, [0, 0, 1, 1]), ("A001", False, [1, 0, 2, 1])]
    assert document["cells"][0] | {"parts": None} == {
        "code": "A000", "name": "村 0", "parent": "P", "area_m2": "1.00", "bbox": [0, 0, 1, 1], "asked": True, "parts": None,
    }  # fmt: skip


def test_an_island_is_one_closed_arc_between_it_and_its_host() -> None:
    cells = named(with_island(make_tiling(3, 3, seed=2), 4))
    document = arc_document(cells, ["A009"])
    (arc,) = (arc for arc in document["arcs"] if arc["closed"])
    assert {arc["left"], arc["right"]} == {"A009", "A004"} and not arc["locked"]
    assert [one["code"] for one in document["cells"]] == ["A004", "A009"]
    assert_exact(document, cells, ["A009"])


def test_a_lone_cell_is_one_locked_closed_arc_with_the_cell_to_the_left() -> None:
    document = arc_document(squares((0, 0, 1, 1)), ["A000"])
    (arc,) = document["arcs"]
    assert (arc["left"], arc["right"], arc["locked"], arc["closed"]) == ("A000", None, True, True)
    assert (places(arc, forward=True)[0], len(arc["d"]), document["cells"][0]["parts"]) == ((0, 0), 5, [[[1]]])


def test_two_cells_that_meet_twice_have_two_arcs_with_names_of_their_own() -> None:
    ring = MultiPolygon([Polygon([(0, 0), (3, 0), (3, 3), (0, 3), (0, 0)], [[(1, 0.5), (1, 2.5), (2, 2.5), (2, 0.5), (1, 0.5)]])])
    left, right = (shapely.intersection(ring, box(*bounds)) for bounds in ((0, 0, 1.5, 3), (1.5, 0, 3, 3)))
    cells = named([MultiPolygon([left]), MultiPolygon([right])])
    document = arc_document(cells, ["A000", "A001"])
    common = [arc for arc in document["arcs"] if arc["right"] is not None]
    assert len(common) == 2 and len({arc["id"] for arc in document["arcs"]}) == len(document["arcs"]) == 6
    assert_exact(document, cells, ["A000", "A001"])


def test_a_cell_that_meets_another_in_a_corner_is_told_with_it() -> None:
    cells = squares((0, 0, 1, 1), (1, 0, 2, 1), (0, 1, 1, 2), (1, 1, 2, 2), (2, 0, 3, 1))
    document = arc_document(cells, ["A000"])
    assert [one["code"] for one in document["cells"]] == ["A000", "A001", "A002", "A003"]
    assert any({arc["left"], arc["right"]} == {"A001", "A004"} for arc in document["arcs"])


def test_nothing_asked_is_nothing_told() -> None:
    assert arc_document(squares((0, 0, 1, 1)), []) == {"scale": 1e-9, "arcs": [], "cells": []}


def test_whole_numbers_are_less_than_half_of_polygons() -> None:
    cells = named(make_tiling(5, 5, seed=3, cuts=5).cells)
    document = arc_document(cells, ["A012"])
    told = [cell for cell in cells if cell.code in {one["code"] for one in document["cells"]}]
    polygons = sum(len(shapely.to_geojson(cell.geometry)) for cell in told)
    assert len(told) == 9 and len(json.dumps(document, separators=(",", ":"))) < 0.5 * polygons
