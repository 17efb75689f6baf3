"""What is refused at the door, with which place."""

import json
import math
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gridgov.errors import GridgovError, InvalidGeometry, MalformedBody, TooLarge, WrongCrs
from gridgov.geo.clean import POLYGONS, SITE_KINDS, check_json_geometry, require_clean, require_within

SQUARE = [[118.8, 28.9], [118.9, 28.9], [118.9, 29.0], [118.8, 29.0], [118.8, 28.9]]


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def feature(geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": geometry}


def collection(*geometries: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [feature(geometry) for geometry in geometries]}


def square(west: float, south: float, size: float = 0.1) -> dict[str, Any]:
    return polygon([[x, y] for x, y in box(west, south, west + size, south + size).exterior.coords])


def refusal(value: Any, kind: type[GridgovError] = InvalidGeometry, **limits: Any) -> GridgovError:
    with pytest.raises(kind) as caught:
        check_json_geometry(value, **limits)
    assert caught.value.zh and caught.value.faults
    return caught.value


def star(vertices: int, seed: int = 1) -> list[list[float]]:
    points = np.random.default_rng(seed).uniform((118, 28), (119, 29), (vertices, 2)).tolist()
    return [*points, points[0]]


def test_a_square_comes_back_counter_clockwise_whatever_its_direction() -> None:
    forward, backward = check_json_geometry(polygon(SQUARE)), check_json_geometry(polygon(SQUARE[::-1]))
    assert forward.exterior.is_ccw and backward.exterior.is_ccw
    assert forward.equals(backward)


def test_a_position_is_on_the_lattice_afterwards() -> None:
    assert check_json_geometry({"type": "Point", "coordinates": [118.12345678949, 28]}).x == 118.123456789


def test_an_unclosed_ring_is_refused_where_it_ends() -> None:
    error = refusal(polygon(SQUARE[:-1]), pointer="/site")
    assert error.faults[0].pointer == "/site/coordinates/0"
    assert error.faults[0].at == (118.8, 29.0)


def test_a_ring_of_three_positions_is_refused() -> None:
    assert "at least 4" in refusal(polygon([SQUARE[0], SQUARE[1], SQUARE[0]])).en


def test_a_repeated_position_is_refused_where_it_is() -> None:
    error = refusal(polygon([SQUARE[0], SQUARE[1], *SQUARE[1:]]))
    assert (error.faults[0].pointer, error.faults[0].at) == ("/coordinates/0/2", (118.9, 28.9))


@pytest.mark.parametrize(
    ("rings", "at"),
    [
        ([[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]], (1.0, 1.0)),
        ([[[0, 0], [2, 0], [2, 2], [1, 1], [2, 2], [0, 2], [0, 0]]], None),
        ([[[0, 0], [1, 0], [2, 0], [0, 0]]], None),
        ([[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[5, 5], [6, 5], [6, 6], [5, 5]]], (5.0, 5.0)),
        ([[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[1, 1], [5, 1], [2, 2], [1, 1]]], None),
    ],
    ids=["bow-tie", "spike", "zero area", "hole outside", "hole crossing the shell"],
)
def test_a_broken_polygon_is_refused_with_a_place(rings: Any, at: tuple[float, float] | None) -> None:
    error = refusal(polygon(*rings))
    assert error.faults[0].at is not None
    assert at is None or error.faults[0].at == pytest.approx(at, abs=1e-9)


def test_overlapping_parts_of_one_multipolygon_are_refused() -> None:
    parts = [square(118, 28)["coordinates"], square(118.05, 28.05)["coordinates"]]
    assert refusal({"type": "MultiPolygon", "coordinates": parts}).faults[0].at is not None


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e308, 10**400, "NaN", "118.8", None, True])
def test_a_coordinate_that_is_no_finite_number_is_refused(bad: Any) -> None:
    refusal({"type": "Point", "coordinates": [bad, 28]})


@pytest.mark.parametrize(
    "text", ['{"type":"Point","coordinates":[NaN,1]}', '{"type":"Point","coordinates":[1e400,1]}', '{"type":"Point","coordinates":[-Infinity,1]}']
)
def test_what_lax_json_lets_in_is_refused_here(text: str) -> None:
    refusal(json.loads(text))


def test_minus_zero_is_zero() -> None:
    assert str(check_json_geometry({"type": "Point", "coordinates": [-0.0, 1]}).x) == "0.0"


@pytest.mark.parametrize("position", [[118, 28, 5], [118, 28, 5, 6], [118], []])
def test_a_position_has_exactly_two_numbers(position: list[float]) -> None:
    refusal({"type": "Point", "coordinates": position})


def test_latitude_before_longitude_is_refused_with_a_hint() -> None:
    assert "swapped" in refusal({"type": "Point", "coordinates": [28.9, 118.8]}).en


def test_metres_taken_for_degrees_are_refused_with_a_hint() -> None:
    error = refusal({"type": "Point", "coordinates": [40389900.0, 3204600.0]})
    assert "projected" in error.en and "投影" in error.zh


def test_metres_are_read_when_the_body_declares_their_system() -> None:
    found = check_json_geometry({"type": "Point", "coordinates": [40389900.123, 3204600.5]}, declared_crs="EPSG:4528")
    assert (found.x, found.y) == (40389900.123, 3204600.5)


def test_a_site_across_the_antimeridian_is_refused() -> None:
    assert "antimeridian" in refusal(polygon([[177.9, -18.2], [-179.7, -18.2], [-179.7, -16.1], [177.9, -16.1], [177.9, -18.2]])).en


def test_a_collection_is_the_union_of_its_parts() -> None:
    union = check_json_geometry(collection(square(118, 28), square(118.1, 28), square(118.5, 28.5)))
    assert union.geom_type == "MultiPolygon"
    assert sorted(len(part.exterior.coords) for part in union.geoms) == [5, 7]


def test_parts_of_a_collection_may_touch_but_not_overlap() -> None:
    bulging = polygon([[118.1, 28.0], [118.2, 28.0], [118.2, 28.1], [118.1, 28.1], [118.0999999998, 28.05], [118.1, 28.0]])
    assert check_json_geometry(collection(square(118, 28), bulging)).geom_type == "Polygon"
    error = refusal(collection(square(118, 28), square(118.09, 28.09)))
    assert error.faults[0].pointer == "/features/1/geometry"
    assert error.faults[0].at == pytest.approx((118.095, 28.095), abs=0.005)


@pytest.mark.parametrize(
    "value",
    [collection(), feature(None), {"type": "GeometryCollection", "geometries": []}, polygon(), {"type": "MultiPolygon", "coordinates": []}],
    ids=["no feature", "null", "collection of geometries", "empty polygon", "empty multipolygon"],
)
def test_what_holds_no_site_is_refused_by_name(value: Any) -> None:
    refusal(value)


def test_points_and_polygons_in_one_collection_are_refused() -> None:
    assert "different kinds" in refusal(collection(square(118, 28), {"type": "Point", "coordinates": [118, 28]})).en


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "text",
        {},
        {"type": "polygon", "coordinates": [SQUARE]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": SQUARE},
        {"type": "Polygon", "coordinates": [[SQUARE]]},
        {"type": "Point", "coordinates": [[1, 2]]},
        {"type": "FeatureCollection", "features": {}},
        {"type": "FeatureCollection", "features": [None]},
        {"type": "Feature", "properties": [], "geometry": polygon(SQUARE)},
        {"type": "Feature", "properties": {}},
        feature("text"),
        feature(feature(polygon(SQUARE))),
    ],
)
def test_what_is_not_geojson_is_malformed(value: Any) -> None:
    refusal(value, MalformedBody)


def test_a_crs_member_is_refused_unless_it_names_the_declared_system() -> None:
    def named(name: Any) -> dict[str, Any]:
        return {**polygon(SQUARE), "crs": {"type": "name", "properties": {"name": name}}}

    assert check_json_geometry(named("urn:ogc:def:crs:EPSG::4490")).geom_type == "Polygon"
    for name in ("urn:ogc:def:crs:EPSG::32632", "EPSG:4326", "nonsense", 3857, None):
        assert refusal(named(name), WrongCrs).faults[0].pointer == "/crs"
    refusal({**polygon(SQUARE), "crs": None}, WrongCrs)


def test_a_bbox_and_foreign_members_are_ignored() -> None:
    assert check_json_geometry({**polygon(SQUARE), "bbox": "nonsense", "style": {"a": 1}}).geom_type == "Polygon"


def test_a_million_vertices_are_refused_before_anything_is_built() -> None:
    ring = [[118.0, 28.0]] * 1_000_000
    started = time.process_time()
    refusal(polygon(ring), TooLarge)
    refusal({"type": "MultiPolygon", "coordinates": [[SQUARE]] * 100_000}, TooLarge)
    refusal(polygon(SQUARE, *[[]] * 100_000), TooLarge)
    assert time.process_time() - started < 0.2


def test_the_vertex_limit_is_exact() -> None:
    assert check_json_geometry(polygon(SQUARE), max_vertices=5, max_parts=1) is not None
    refusal(polygon(SQUARE), TooLarge, max_vertices=4)
    refusal(collection(square(118, 28), square(119, 28)), TooLarge, max_vertices=9)
    refusal(collection(square(118, 28), square(119, 28)), TooLarge, max_parts=1)


@pytest.mark.parametrize("vertices", [200, 2_000, 9_999])
def test_a_random_star_is_refused_with_its_place_in_a_moment(vertices: int) -> None:
    body = polygon(star(vertices))
    started = time.process_time()
    assert refusal(body).faults[0].at is not None
    assert time.process_time() - started < 0.2


def test_deep_nesting_is_malformed_and_not_an_overflow() -> None:
    nested: Any = [118.0, 28.0]
    for _ in range(5_000):
        nested = [nested]
    refusal({"type": "Polygon", "coordinates": nested}, MalformedBody)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["Point", "Polygon", "Feature", "FeatureCollection"]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "geometry", "features", "properties", "id", "crs"]), inner, max_size=5)
    ),
    max_leaves=30,
)


@given(json_values)
def test_any_json_is_read_or_refused_and_never_fails_otherwise(value: Any) -> None:
    try:
        assert not check_json_geometry(value).is_empty
    except GridgovError as error:
        assert 400 <= error.status < 500


@given(st.sampled_from(["Polygon", "MultiPolygon", "LineString", "MultiPoint", "Point"]), json_values)
def test_any_coordinates_are_read_or_refused_and_never_fail_otherwise(kind: str, coordinates: Any) -> None:
    try:
        check_json_geometry({"type": kind, "coordinates": coordinates})
    except GridgovError as error:
        assert 400 <= error.status < 500


def test_a_ring_that_the_lattice_makes_a_point_is_refused_with_its_place() -> None:
    caught = refusal(polygon([[118.8, 28.9], [118.8000000001, 28.9], [118.8000000001, 28.9000000001], [118.8, 28.9]]))
    assert caught.faults[0].at == (118.8, 28.9)


def test_a_clean_polygon_passes_and_a_wrong_kind_does_not() -> None:
    require_clean(box(118, 28, 119, 29), kinds=POLYGONS)
    with pytest.raises(InvalidGeometry, match="LineString is not accepted"):
        require_clean(LineString([(118, 28), (119, 28)]), kinds=POLYGONS)


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, "null"),
        (Polygon(), "empty"),
        (Point(118, 28, 5), "Z values"),
        (Point(28, 118), "swapped"),
        (Point(math.nan, 1), "empty|finite"),
        (LineString([(0, 0), (math.inf, 1)]), "finite"),
        (MultiPolygon([box(0, 0, 2, 2), box(1, 1, 3, 3)]), r"crosses .* at \d"),
    ],
)
def test_an_unclean_geometry_is_refused_by_its_reason(geometry: Any, reason: str) -> None:
    with pytest.raises(InvalidGeometry, match=reason):
        require_clean(geometry, kinds=SITE_KINDS, pointer="row 7")


def test_size_limits_hold_for_geometries_from_files_too() -> None:
    require_within(box(0, 0, 1, 1), max_vertices=5, max_parts=1)
    with pytest.raises(TooLarge):
        require_within(box(0, 0, 1, 1), max_vertices=4, max_parts=1)
