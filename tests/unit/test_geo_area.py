"""Areas and lengths on the ellipsoid, and the vertices added for them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gridgov.geo.area import area_m2, cell_area_m2, geodesic_m, land_survey_area_m2, length_m
from gridgov.geo.densify import densify, densify_plane
from gridgov.geo.lattice import is_on_lattice


def test_a_hundredth_of_a_degree_at_30_n_has_its_published_area() -> None:
    # ST_Area(geography) of the same box, EPSG:4490: 1,069,521 m2.
    assert round(area_m2(box(120, 30, 120.01, 30.01))) == 1_069_521


@given(st.floats(75, 134), st.floats(18, 53), st.floats(0.001, 0.2), st.floats(0.001, 0.2))
def test_the_geodesic_area_agrees_with_the_land_survey_formula(west: float, south: float, width: float, height: float) -> None:
    quad = densify(
        Polygon([(west, south), (west + width, south + height / 9), (west + width * 0.8, south + height), (west - width / 7, south + height / 2)]),
        30 + 100 * width,
    )
    assert land_survey_area_m2(quad) == pytest.approx(area_m2(quad), rel=1e-6)


def test_a_hole_and_a_direction_change_the_area_as_they_should() -> None:
    outer, inner = box(118, 28, 118.1, 28.1), box(118.04, 28.04, 118.06, 28.06)
    ring = Polygon(outer.exterior.coords, [inner.exterior.coords])
    assert area_m2(ring) == pytest.approx(area_m2(outer) - area_m2(inner), rel=1e-12)
    assert area_m2(ring.reverse()) == area_m2(ring)
    assert area_m2(MultiPolygon([outer, box(119, 28, 119.1, 28.1)])) == pytest.approx(2 * area_m2(outer), rel=1e-12)


def test_lines_and_points_have_no_area_and_points_no_length() -> None:
    assert area_m2(LineString([(118, 28), (119, 28)])) == 0.0
    assert area_m2(Point(118, 28)) == length_m(Point(118, 28)) == 0.0
    assert area_m2(Polygon()) == length_m(Polygon()) == 0.0


def test_a_minute_of_the_meridian_is_a_nautical_mile() -> None:
    assert geodesic_m(118, 28, 118, 28 + 1 / 60) == pytest.approx(1847.0, abs=0.5)
    assert length_m(LineString([(118, 28), (118, 28 + 1 / 60)])) == geodesic_m(118, 28, 118, 28 + 1 / 60)


def test_a_long_cell_edge_is_measured_straight_in_lon_lat() -> None:
    # Undensified, the geodesic of a 1 degree parallel at 52 N bulges north by hundreds of metres.
    cell = box(5, 52, 6, 52.1)
    assert abs(cell_area_m2(cell) / land_survey_area_m2(cell) - 1) < 1e-9
    assert abs(area_m2(cell) / cell_area_m2(cell) - 1) > 1e-6


@given(st.integers(0, 3), st.sampled_from([30.0, 100.0]))
def test_a_densified_ring_is_the_same_whatever_its_direction_and_start(turn: int, max_m: float) -> None:
    ring = [(118.0, 28.0), (118.03, 28.011), (118.021, 28.037), (117.99, 28.02)]
    forward = densify(Polygon(ring), max_m)
    backward = densify(Polygon((ring[turn:] + ring[:turn])[::-1]), max_m)
    assert set(forward.exterior.coords) == set(backward.exterior.coords)
    assert is_on_lattice(forward) and set(ring) <= set(forward.exterior.coords)
    corners = list(forward.exterior.coords)
    assert max(geodesic_m(*a, *b) for a, b in pairwise(corners)) <= max_m


def test_densifying_in_a_plane_keeps_the_original_vertices_to_the_bit() -> None:
    square = box(40389900.1, 3204520.3, 40390000.7, 3204600.9)
    dense = densify_plane(square, 30)
    assert set(square.exterior.coords) <= set(dense.exterior.coords)
    assert len(dense.exterior.coords) == 4 + 3 + 4 + 3 + 1
    assert set(densify_plane(square.reverse(), 30).exterior.coords) == set(dense.exterior.coords)
