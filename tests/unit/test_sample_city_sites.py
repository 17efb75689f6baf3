"""Each sample site lies where its verdict comes from: these are the facts on the ground that the verdicts rest on."""

import pytest
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from gridgov.admission.request import parse_request
from gridgov.geo.area import area_m2
from layers.sample_city import SampleCity, generate
from layers.sample_city.sites import SITE_KEYS


@pytest.fixture(scope="module")
def city() -> SampleCity:
    return generate()


def site(city: SampleCity, key: str) -> BaseGeometry:
    return shape(next(one.request["site"] for one in city.sites if one.key == key))


def ground(city: SampleCity, key: str, edition: str, **attributes: object) -> BaseGeometry:
    zones = next(one.zones for one in city.layers if (one.key, one.edition) == (key, edition))
    return shapely.union_all([zone.geometry for zone in zones if all(zone.attributes[name] == value for name, value in attributes.items())])


def red(city: SampleCity, **attributes: object) -> BaseGeometry:
    return ground(city, "ecological-red-line", "2024", **attributes)


def test_the_default_city_has_a_site_of_every_sort_and_every_verdict(city: SampleCity) -> None:
    assert tuple(one.key for one in city.sites) == SITE_KEYS
    assert {one.expected for one in city.sites} == {"prohibited", "undetermined", "conditional", "permitted"}


def test_every_request_can_be_asked(city: SampleCity) -> None:
    for one in city.sites:
        assert parse_request(one.request).name == one.name


def test_the_default_city_has_three_counties_thirty_townships_and_tens_of_thousands_of_vertices_of_red_line(city: SampleCity) -> None:
    assert [len({cell.parents[level][0] for cell in city.cells}) for level in (1, 0)] == [3, 30]
    zones = next(one.zones for one in city.layers if one.key == "ecological-red-line" and one.edition == "2024")
    grounds = [zone.geometry for zone in zones]
    assert shapely.get_num_coordinates(grounds).sum() > 30_000
    assert any(part.interiors for held in grounds for part in held.geoms)
    assert any(len(held.geoms) > 1 for held in grounds)


def test_the_first_site_reaches_into_the_core(city: SampleCity) -> None:
    assert 0 < area_m2(shapely.intersection(site(city, "core"), red(city, core=True))) < area_m2(site(city, "core"))


def test_the_plant_and_the_trail_lie_in_the_rest_of_the_red_line(city: SampleCity) -> None:
    rest = red(city, core=False)
    assert [rest.contains(site(city, key)) for key in ("rest", "trail")] == [True, True]


def test_the_road_enters_the_red_line_and_leaves_it_again(city: SampleCity) -> None:
    road, rest = site(city, "road"), red(city)
    assert road.crosses(rest)
    assert not any(rest.intersects(end) for end in road.boundary.geoms)


def test_the_sliver_is_three_tenths_of_a_square_metre(city: SampleCity) -> None:
    assert area_m2(shapely.intersection(site(city, "sliver"), red(city))) == pytest.approx(0.3, abs=0.03)


def test_the_touching_site_shares_three_vertices_and_no_ground(city: SampleCity) -> None:
    touching, line = site(city, "touch"), red(city)
    assert touching.touches(line)
    shared = {tuple(point) for point in shapely.get_coordinates(touching)} & {tuple(point) for point in shapely.get_coordinates(line)}
    assert len(shared) == 3


def test_the_hospital_lies_partly_where_noise_was_never_zoned(city: SampleCity) -> None:
    noise = next(one for one in city.layers if one.key == "noise")
    assert noise.coverage_area is not None
    assert 0 < area_m2(shapely.difference(site(city, "hospital"), noise.coverage_area)) < area_m2(site(city, "hospital"))


def test_the_site_in_two_counties_has_ground_in_both(city: SampleCity) -> None:
    found = site(city, "two-counties")
    counties = {cell.parents[1][0] for cell in city.cells if cell.geometry.intersects(found) and area_m2(cell.geometry.intersection(found)) > 100}
    assert len(counties) == 2
    assert area_m2(found) > 200_000


def test_one_site_has_a_hole_and_one_is_a_point_in_source_water_of_class_one(city: SampleCity) -> None:
    assert len(site(city, "hole").interiors) == 1
    assert ground(city, "source-water", "2022", **{"class": 1}).contains(site(city, "point"))
