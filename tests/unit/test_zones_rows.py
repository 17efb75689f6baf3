"""Rows become candidates or are rejected by name; polygons reach the lattice whole; the same content has one hash."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gridgov.geo.area import area_m2
from gridgov.geo.crs import Operation
from gridgov.geo.lattice import is_on_lattice
from gridgov.zones.edition import Threshold, ZoneRecord
from gridgov.zones.fields import FieldMap, choose_fields
from gridgov.zones.importing import EditionImport, ZoneSet, content_hash, on_lattice, to_zones
from gridgov.zones.report import Outcome, document, refusal, square_metres
from gridgov.zones.zone import Candidate, Rejected, invalid_ones, read_rows

FIELDS = choose_fields(["code", "name", "x"], "park", FieldMap())
SQUARE = box(118.0, 28.0, 118.01, 28.01)
BOWTIE = Polygon([(118, 28), (118.2, 28.2), (118.2, 28), (118, 28.2)])
CGCS2000 = CRS.from_epsg(4490)


def read(*rows: tuple[Any, Any]) -> Any:
    return read_rows([{"code": code, "name": None, "x": 1} for code, _ in rows], [geometry for _, geometry in rows], FIELDS, layer="parks")


def test_codes_are_text_and_the_name_falls_back_to_the_code() -> None:
    found = read((7.0, SQUARE), (" Ａ ", SQUARE))
    assert [(one.code, one.name, one.attributes) for one in found.candidates] == [("7", "7", {"x": 1}), ("Ａ", "Ａ", {"x": 1})]


def test_without_a_code_column_zones_are_numbered_in_file_order() -> None:
    found = read_rows([{}, {}], [SQUARE, SQUARE], choose_fields([], "park", FieldMap()), layer="parks")
    assert [one.code for one in found.candidates] == ["parks-000001", "parks-000002"]


@pytest.mark.parametrize(
    ("code", "geometry", "said"),
    [
        (None, SQUARE, "no code"),
        ("  ", SQUARE, "no code"),
        ("a\tb", SQUARE, "control"),
        ("x" * 201, SQUARE, "200"),
        ("a", None, "no geometry"),
        ("a", Polygon(), "no geometry"),
        ("a", Point(118, 28), "a Point is no zone"),
        ("a", LineString([(118, 28), (119, 28)]), "a LineString is no zone"),
        ("a", shapely.GeometryCollection([SQUARE]), "a GeometryCollection is no zone"),
        ("a", Polygon([(0, 0), (np.inf, 0), (1, 1), (0, 0)]), "not a finite"),
    ],
)
def test_a_row_that_is_no_zone_is_rejected_with_its_reason(code: Any, geometry: Any, said: str) -> None:
    found = read(("ok", SQUARE), (code, geometry))
    assert [one.code for one in found.candidates] == ["ok"]
    assert [(row.row, said in row.en) for row in found.rejected] == [(2, True)]


def test_a_code_that_comes_twice_names_its_first_row() -> None:
    found = read(("a", SQUARE), ("b", SQUARE), ("a", SQUARE))
    assert [one.code for one in found.candidates] == ["a", "b"]
    assert [(row.row, row.code, row.en) for row in found.rejected] == [(3, "a", "the code stands already in row 1")]


def test_an_invalid_polygon_is_named_with_its_place() -> None:
    (found,) = invalid_ones(read(("a", SQUARE), ("b", BOWTIE)).candidates)
    assert (found.row, found.code, found.place) == (2, "b", (118.1, 28.1))
    assert "crosses" in found.en and "自相交" in found.zh


def test_zones_are_densified_to_100_m_and_lie_on_the_lattice() -> None:
    (zone,) = to_zones(read(("a", SQUARE)).candidates, CGCS2000).zones
    assert is_on_lattice(zone.geometry) and isinstance(zone.geometry, MultiPolygon)
    assert shapely.get_num_coordinates(zone.geometry) > 4 * 9
    assert area_m2(zone.geometry) == pytest.approx(1088909.68, rel=1e-3)


def test_a_projected_file_is_densified_in_its_own_plane() -> None:
    parcel = box(40389900, 3204520, 40390900, 3204600)
    candidate = Candidate(1, "a", "a", {}, parcel)
    (zone,) = to_zones([candidate], CRS.from_epsg(4528)).zones
    assert shapely.get_num_coordinates(zone.geometry) == 2 * 10 + 2 + 1
    assert area_m2(zone.geometry) == pytest.approx(80000 * (7597.7 / 7600.0), rel=2e-5)


def test_what_rounding_would_break_is_rounded_as_a_whole() -> None:
    needle = Polygon([(118, 28), (118.1, 28), (118.1, 28.1), (118.05, 28.1), (118.05, 28 + 3e-10), (118.0499999999, 28.1), (118, 28.1)])
    needle = shapely.segmentize(needle, 0.001)
    assert shapely.is_valid(needle)
    placed, changed = on_lattice(needle)
    assert placed is not None and shapely.is_valid(placed) and is_on_lattice(placed)
    assert changed is not None and abs(changed) < 1.0


def test_a_zone_smaller_than_the_lattice_is_rejected() -> None:
    found = to_zones([Candidate(4, "a", "a", {}, box(118, 28, 118 + 1e-10, 28 + 1e-10))], CGCS2000)
    assert found.zones == [] and [row.row for row in found.rejected] == [4]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-9, 1e-7, 1e-3]))
def test_whatever_is_placed_is_valid_and_on_the_lattice(seed: int, size: float) -> None:
    random = np.random.default_rng(seed)
    geometry = shapely.convex_hull(shapely.MultiPoint(118 + size * random.random((12, 2)) * 5)).union(box(118, 118 - 100, 118 + 2 * size, 18 + 2 * size))
    placed, _ = on_lattice(geometry)
    assert placed is None or (shapely.is_valid(placed) and is_on_lattice(placed))


def request(*zones: ZoneRecord, **changes: Any) -> EditionImport:
    operation = Operation("EPSG:4490", "identity", 0.0)
    return EditionImport("parks", ZoneSet(list(zones), operation, **changes), "none", date(2026, 11, 22))


def said(given: EditionImport) -> str:
    return content_hash(given, edition="2024", effective_from=date(2024, 1, 1), kind="park", coverage=None)


ZONES = [ZoneRecord(1, "a", "A", {"x": 1, "y": None}, MultiPolygon([SQUARE])), ZoneRecord(2, "b", "B", {}, MultiPolygon([box(119, 28, 119.1, 28.1)]))]


def test_the_order_of_rows_and_rings_does_not_count() -> None:
    turned = replace(ZONES[0], row=9, attributes={"y": None, "x": 1}, geometry=MultiPolygon([Polygon(list(SQUARE.exterior.coords)[::-1])]))
    assert said(request(*ZONES)) == said(request(ZONES[1], turned))


@pytest.mark.parametrize(
    "changed",
    [
        {"code": "c"},
        {"name": "C"},
        {"attributes": {"x": 2, "y": None}},
        {"attributes": {"x": 1}},
        {"geometry": MultiPolygon([box(118.0, 28.0, 118.01, 28.010000001)])},
    ],
)
def test_any_change_of_a_zone_changes_the_hash(changed: dict[str, Any]) -> None:
    assert said(request(replace(ZONES[0], **changed), ZONES[1])) != said(request(*ZONES))


def test_a_change_of_what_the_edition_says_changes_the_hash() -> None:
    base = request(*ZONES)
    others = [
        replace(base, coverage_kind="area"),
        replace(base, disclosure="named"),
        replace(base, certainty="uncertain"),
        replace(base, threshold=Threshold(Decimal("2.00"), Decimal("0.500"))),
        replace(base, document="文件"),
    ]
    assert len({said(one) for one in [base, *others]}) == 6


def test_the_report_lists_every_rejected_row_in_both_languages() -> None:
    rejected = [Rejected(row, f"z{row}", "bad", "不合规", (118.0, 28.0)) for row in range(500)]
    given = request(rejected=rejected)
    report = document(given, Outcome("2024", "2024-01-01", None))
    assert len(report["rejected"]) == 500
    assert report["rejected"][0] == {"row": 0, "code": "z0", "reason": "不合规", "point": [118.0, 28.0]}
    refused = refusal(given.zones, report)
    assert len(refused.faults) == 500 and refused.as_problem("en")["report"] is report


def test_areas_are_decimal_strings_and_never_minus_zero() -> None:
    assert [square_metres(area) for area in (0.0, -0.001, 7597.7, 1234567.005)] == ["0.00", "0.00", "7597.70", "1234567.00"]
