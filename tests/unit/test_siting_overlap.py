"""How a site and a zone meet: the decision table of overlap, touch and threshold, on squares one can check by hand."""

from decimal import Decimal

import pytest
import shapely

from gridgov.admission.overlap import meet
from gridgov.admission.site import make_site
from gridgov.errors import InvalidGeometry, TooLarge
from gridgov.geo.crs import from_storage, read_crs
from tests.unit.worlds import PLANE, ground, judged, layer, rule, rules, site, square, zone

LIST = [rules(rule("RL-1"))]


def outcome(zone_ground):
    decision = judged(site(0, 0, 100, 80), LIST, [layer("red", zone("Z", zone_ground))])
    (finding,) = decision.findings
    return finding.relation, finding.common.area_m2, finding.common.width_m, decision.verdict


def test_half_a_site_inside_a_zone_is_measured_to_the_centimetre():
    relation, area, width, verdict = outcome(square(50, -10, 200))
    assert (relation, area, width, verdict) == ("overlap", Decimal("4000.00"), Decimal("50.000"), "prohibited")


@pytest.mark.parametrize(
    ("case", "zone_ground"),
    [
        ("shared edge", square(100, 0, 50, 80)),
        ("shared edge, zone longer", square(100, -200, 50, 480)),
        ("a corner only", square(100, 80, 50)),
        ("site fills the hole", square(-50, -50, 200).difference(square(0, 0, 100, 80))),
        ("0.1 mm inside", square(99.9999, 0, 50, 80)),
    ],
)
def test_where_only_borders_meet_it_is_a_touch_and_never_a_hit(case, zone_ground):
    relation, _, width, verdict = outcome(zone_ground)
    assert (case, relation, width, verdict) == (case, "touch", Decimal("0.000"), "permitted")


@pytest.mark.parametrize(
    ("case", "zone_ground", "area", "width", "verdict"),
    [
        ("strip 0.49 m", square(99.51, -10, 50, 100), "39.20", "0.490", "conditional"),
        ("strip 0.51 m", square(99.49, -10, 50, 100), "40.80", "0.510", "prohibited"),
        ("corner 0.9 m", square(99.1, 79.1, 50), "0.81", "0.900", "conditional"),
        ("corner 1.01 m", square(98.99, 78.99, 50), "1.02", "1.010", "prohibited"),
        ("zone of 10 m inside", square(10, 10, 10), "100.00", "10.000", "prohibited"),
        ("zone of 0.9 m inside", square(10, 10, 0.9), "0.81", "0.900", "conditional"),
        ("site equals zone", square(0, 0, 100, 80), "8000.00", "80.000", "prohibited"),
    ],
)
def test_a_hit_needs_both_the_area_and_the_width_of_the_threshold(case, zone_ground, area, width, verdict):
    assert outcome(zone_ground) == ("overlap", Decimal(area), Decimal(width), verdict)


def test_a_long_thin_tail_does_not_make_a_real_conflict_small():
    block_with_tail = shapely.union(shapely.box(90, 70, 200, 200), shapely.box(0, 79.95, 100, 200))
    relation, area, width, verdict = outcome(ground(block_with_tail))
    assert (relation, verdict) == ("overlap", "prohibited")
    assert width == Decimal("10.000") and area == Decimal("104.50")


def test_many_zones_below_the_threshold_are_judged_together():
    strips = [zone(f"Z{number}", square(10 + 0.4 * number, 10, 0.4, 20)) for number in range(5)]
    decision = judged(site(0, 0, 100, 80), LIST, [layer("red", *strips)])
    assert decision.verdict == "prohibited"
    assert [finding.below_threshold for finding in decision.findings] == [False] * 5


def test_a_site_apart_from_the_zone_has_nothing_in_common_with_it():
    assert meet(site(0, 0, 100, 80), square(101, 0, 50)).meeting == "disjoint"


def line(*points):
    return make_site(PLANE.inverse(shapely.LineString(points)))


def test_a_line_in_a_zone_answers_in_metres():
    common = meet(line((0, 0), (100, 0)), square(50, -50, 100))
    assert (common.meeting, common.length_m, common.area_m2) == ("overlap", Decimal("50.000"), None)


def test_a_line_along_the_border_only_touches_however_long():
    common = meet(line((0, 0), (3000, 0)), square(0, 0, 3000, 200))
    assert (common.meeting, common.length_m) == ("touch", Decimal("0.000"))


def test_a_line_has_no_threshold():
    decision = judged(line((0, 0), (100, 0)), LIST, [layer("red", zone("Z", square(99.7, -50, 100)))])
    (finding,) = decision.findings
    assert (finding.common.length_m, finding.below_threshold, decision.verdict) == (Decimal("0.300"), False, "prohibited")


@pytest.mark.parametrize(("x", "meeting"), [(60, "overlap"), (50, "touch"), (49.999, "disjoint")])
def test_a_point_is_inside_on_the_border_or_outside(x, meeting):
    corner = PLANE.inverse(shapely.Point(x, -50 if x == 50 else 0))
    assert meet(make_site(corner), square(50, -50, 100)).meeting == meeting


def test_a_point_with_a_buffer_is_the_geodesic_circle_around_it():
    circle = make_site(shapely.Point(118.87, 28.95), buffer_m=100)
    assert abs(circle.area_m2 - Decimal("31415.93")) <= Decimal("0.03")


def test_a_long_line_is_buffered_along_its_densified_course():
    """A line of 40 km along a parallel lies 17 m off the plane's straight line; its buffer of 10 m must contain it all the same."""
    line = shapely.LineString([(118.6, 28.95), (119.0, 28.95)])
    assert shapely.contains(make_site(line, buffer_m=10).dense, make_site(line).dense.interpolate(0.5, normalized=True))


@pytest.mark.parametrize("buffer_m", [1e-9, 0.0009, -1, 50_000.1])
def test_a_buffer_out_of_range_is_refused(buffer_m):
    with pytest.raises(InvalidGeometry):
        make_site(shapely.Point(118.87, 28.95), buffer_m=buffer_m)


def test_a_projected_site_answers_as_the_same_site_in_degrees():
    plot = square(0, 0, 100, 80)
    (projected,) = from_storage([plot], read_crs("EPSG:4549"))
    assert make_site(projected, crs="EPSG:4549").area_m2 == make_site(plot).area_m2


@pytest.mark.parametrize(
    "nothing",
    [
        shapely.Polygon([(118.8, 28.9), (118.800000002, 28.9), (118.800000002, 28.900000001)]),
        shapely.box(118.8, 28.9, 118.81, 28.90000001),
        shapely.LineString([(118.8, 28.9), (118.800000002, 28.9)]),
    ],
)
def test_a_site_too_thin_for_more_than_a_touch_is_refused_because_it_would_be_clear_everywhere(nothing):
    with pytest.raises(InvalidGeometry):
        make_site(nothing)


def test_a_line_with_a_buffer_has_flat_ends():
    band = make_site(PLANE.inverse(shapely.LineString([(0, 0), (1000, 0)])), buffer_m=10)
    # Half a lattice step along both sides of 1 km is 0.1 m2.
    assert abs(band.area_m2 - Decimal("20000.00")) < Decimal("0.12")


@pytest.mark.parametrize(
    "too_large",
    [shapely.Point(0, 0).buffer(0.01, quad_segs=2_600), shapely.MultiPoint([(118 + n * 1e-5, 29) for n in range(1_001)])],
)
def test_a_site_with_too_many_vertices_or_parts_is_refused(too_large):
    with pytest.raises(TooLarge):
        make_site(too_large)
