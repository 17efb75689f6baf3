"""What readers are told, piece by piece: clauses, missing knowledge, common borders, thinned shapes, patterns, figures in a cell."""

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from gridgov.admission.clauses import clauses_of, governing
from gridgov.admission.here import LayerHere, layers_document, missing_besides
from gridgov.admission.rule import LayerSelector, When
from gridgov.geo.area import area_m2, length_m
from gridgov.geo.shown import as_geojson, thinned, tolerance_deg
from gridgov.grids.cell_document import neighbours, shared_m
from gridgov.grids.matching import begins, holds, searched
from gridgov.zones.disclosure import SeenLayer
from gridgov.zones.edition import Edition, Layer
from gridgov.zones.in_cell import ZoneThere, areas_in, ground_of, share_of
from gridgov.zones.layer_document import edition_document, ends_of
from tests.unit.worlds import edition, rule, rules, square


def _there(ground: Polygon, **attributes: object) -> ZoneThere:
    return ZoneThere(1, "Z", "区", dict(attributes), Decimal(f"{area_m2(ground):.2f}"), ground)


def test_clauses_are_the_rules_that_speak_of_the_zone_the_weightiest_first() -> None:
    held = rules(
        rule("P", effect="permit", lifts=("A",)),
        rule("A", where={"core": True}),
        rule("B", effect="condition", layer=LayerSelector(kind="red"), where={"grade": (1, 2)}),
        rule("C", where={"core": False}),
        rule("D", layer_key="blue"),
        rule("E", layer_key=None),
        rule("F", within_m=500, when=When(action=("new",))),
    )
    found = clauses_of([held], "red", "red", {"core": "是"})
    assert [(clause["rule"], clause["effect"], clause["matched"]) for clause in found] == [
        ("A", "prohibit", "yes"),
        ("F", "prohibit", "yes"),
        ("B", "condition", "unknown"),
        ("P", "permit", "yes"),
    ]
    assert (found[1]["within_m"], found[1]["when"], found[0]["when"], found[3]["lifts"]) == ("500", {"action": ["new"]}, None, ["A"])
    assert found[0]["citation"] == {"instrument": "示例办法", "article": "第一条", "url": None, "status": "example", "in_force_from": None}


def test_a_list_governs_everywhere_or_the_cells_whose_codes_it_begins() -> None:
    every, there = rules(ruleset="every"), rules(ruleset="there", applies_to=("330802",))
    assert governing([every, there], ["330802101000"]) == [every, there]
    assert governing([every, there], ["330803101000"]) == governing([every, there], []) == [every]


def _here(view: str = "all", *, current: bool = True, zones: int = 0, covers: bool | None = True) -> LayerHere:
    held = edition("red")
    seen = SeenLayer((held,), held if current else None, held, view)  # type: ignore[arg-type]
    return LayerHere(Layer(1, "red", "red", "红线"), seen, [(_there(square(0, 0, 10)), None)] * zones, covers)


@pytest.mark.parametrize(
    ("layer", "told"),
    [
        (_here(), "clear"),
        (_here(zones=1), "zones"),
        (_here(zones=1, covers=None), "zones"),
        (_here(covers=None), "coverage-unknown"),
        (_here(covers=False), "uncovered"),
        (_here(current=False), "no-edition"),
        (_here("bare"), "restricted"),
        (_here("bare", zones=1), "restricted"),
    ],
)
def test_a_layer_is_found_or_clear_or_missing_with_its_reason_never_two_of_them(layer: LayerHere, told: str) -> None:
    document = layers_document([layer], [], None)
    found = ["zones"] * len(document["zones"]) + ["clear"] * len(document["clear"]) + [one["reason"] for one in document["missing"]]
    assert found == [told]


def test_what_lists_require_and_nobody_registered_is_missing() -> None:
    lists = [rules(requires=("red", "blue")), rules(requires=("blue",))]
    assert missing_besides([], [], lists, frozenset({"red"})) == [
        {"about": "layer", "layer": "blue", "title": "blue", "reason": "no-edition"},
        {"about": "cells"},
    ]


def test_cells_without_anybody_are_missing_people_and_a_day_without_lists_says_so() -> None:
    cells = [{"level": "county", "code": "1", "name": "县"}, {"level": "village", "code": "11", "name": "村"}]
    assert missing_besides(cells, ["11"], [], frozenset()) == [{"about": "rules"}, {"about": "people", "level": "county", "code": "1", "name": "县"}]


def test_a_common_border_is_measured_and_a_common_corner_is_none() -> None:
    first, second, corner = box(118, 28, 119, 29), box(119, 28, 120, 29), box(119, 29, 120, 30)
    border = shapely.LineString([(119, y) for y in np.linspace(28, 29, 1_001)])
    assert abs(float(shared_m(first.boundary, second)) - length_m(border)) < 0.01
    others = [{"code": "B", "name": "乙", "geometry": second}, {"code": "C", "name": "丙", "geometry": corner}]
    assert [(one["code"], one["level"]) for one in neighbours(first, others, "village")] == [("B", "village")]


def _wavy() -> list[MultiPolygon]:
    """Two cells with a common border of many small waves."""
    border = [(1 + 0.001 * np.sin(50 * y), y) for y in np.linspace(0, 1, 400)]
    return [MultiPolygon([Polygon([(0, 0), *border, (0, 1)])]), MultiPolygon([Polygon([(2, 0), *border, (2, 1)])])]


def test_thinned_neighbours_share_the_whole_border_and_have_few_vertices() -> None:
    cells = _wavy()
    thin = thinned(cells, tolerance_deg(cells, None) * 10, keep_rim=False)
    assert shapely.coverage_is_valid(np.array(thin, dtype=object))
    assert all(shapely.get_num_coordinates(found) < shapely.get_num_coordinates(cell) / 3 for found, cell in zip(thin, cells, strict=True))
    assert thinned([], 1.0, keep_rim=True) == []


def test_shapes_are_thinned_to_the_narrower_of_view_and_extent() -> None:
    assert tolerance_deg(_wavy(), None) == tolerance_deg(_wavy(), (-180, -90, 180, 90)) == 2 / 2000
    assert tolerance_deg(_wavy(), (0.5, 0.5, 0.6, 0.55)) == pytest.approx(0.1 / 2000)


def test_the_rim_of_a_page_stays_as_it_is_so_that_the_next_page_fits() -> None:
    first, second = ([cell] for cell in _wavy())
    pages = [*thinned(first, 0.05, keep_rim=True), *thinned(second, 0.05, keep_rim=True)]
    assert shapely.coverage_is_valid(np.array(pages, dtype=object))


def test_shapes_that_overlap_are_thinned_one_by_one() -> None:
    found = thinned([shapely.segmentize(box(0, 0, 2, 2), 0.01), shapely.segmentize(box(1, 1, 3, 3), 0.01)], 0.01, keep_rim=False)
    assert [shapely.get_num_coordinates(shape) for shape in found] == [5, 5]
    assert as_geojson(found[0])["type"] == "Polygon"


def test_texts_are_searched_in_one_form_and_patterns_take_them_literally() -> None:
    assert (searched(" ＡＢ１２ "), searched("ǅ")) == ("ab12", "dž")
    assert (holds("50%_\\"), begins("a_")) == ("%50\\%\\_\\\\%", "a\\_%")


def test_a_zone_in_a_cell_is_measured_whole_where_it_lies_inside_and_cut_where_it_does_not() -> None:
    cell = ground_of(square(0, 0, 1000))
    inside, across, outside, beside = square(100, 100, 50), square(900, 0, 200, 100), square(5000, 0, 10), square(1000, 0, 50)
    found = areas_in(cell, [_there(ground) for ground in (inside, across, outside)])
    assert found[0] == Decimal(f"{area_m2(inside):.2f}")
    assert abs(found[1] - 10_000) < Decimal("0.5") and found[2] == Decimal("0.00")
    assert areas_in(cell, [_there(beside)])[0] < Decimal("0.10")
    assert (share_of(Decimal("1.00"), Decimal("3.00")), share_of(Decimal(1), Decimal(0))) == (Decimal("0.333333"), Decimal("0.000000"))


def _from(number: int, first: date, end: date | None = None) -> Edition:
    return Edition(number, "red", "red", f"e{number}", first, end, "0" * 64, "none", "+proj=laea")


def test_an_edition_ends_by_its_own_end_or_by_the_one_after_it_whichever_comes_first() -> None:
    held = [_from(1, date(2020, 1, 1)), _from(2, date(2022, 1, 1), date(2023, 1, 1)), _from(3, date(2024, 1, 1), date(2030, 1, 1)), _from(4, date(2025, 1, 1))]
    assert ends_of(held) == {1: date(2022, 1, 1), 2: date(2023, 1, 1), 3: date(2025, 1, 1), 4: None}
    assert ends_of([]) == {}


def test_zones_of_a_restricted_edition_are_not_even_counted() -> None:
    held = edition("red", disclosure="restricted", attributes=("core",))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    told = [edition_document(held, None, at, zones=7, tier=tier) for tier in ("signed-in", "full")]  # type: ignore[arg-type]
    assert [(one["zones"], one["attributes"]) for one in told] == [(None, []), (7, ["core"])]
