"""The sample city is what it says: it tiles, its zones are valid, its codes and names hold, and it is the same whenever it is made."""

import hashlib
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

from gridgov.codes.administrative import administrative_level, administrative_parent
from gridgov.codes.control_unit import read_control_unit
from gridgov.errors import Refused
from gridgov.geo.coverage import prove_tiling
from gridgov.geo.lattice import to_degrees, to_lattice
from layers.sample_city import SampleCity, generate
from layers.sample_city.records import ZoneLayer

SEED, VILLAGES = 3, 60


@pytest.fixture(scope="module")
def city() -> SampleCity:
    return generate(SEED, VILLAGES)


def layer(city: SampleCity, key: str, edition: str) -> ZoneLayer:
    return next(one for one in city.layers if (one.key, one.edition) == (key, edition))


def fingerprint(city: SampleCity) -> str:
    """SHA-256 over everything that has a place or a name."""
    said = hashlib.sha256()
    for cell in city.cells:
        said.update(f"{cell.code} {cell.name} {cell.parents}".encode())
        said.update(shapely.to_wkb(cell.geometry))
    for one in city.layers:
        for zone in one.zones:
            said.update(f"{one.key} {one.edition} {zone.code} {zone.name} {sorted(zone.attributes.items())}".encode())
            said.update(shapely.to_wkb(zone.geometry))
    for site in city.sites:
        said.update(repr((site.key, site.name, site.request)).encode())
    said.update(repr((city.assignments, city.accounts)).encode())
    for raster in city.rasters:
        said.update(raster.values.tobytes())
    for feature in (*city.waters, *city.roads):
        said.update(shapely.to_wkb(feature.geometry))
    return said.hexdigest()


def test_it_has_as_many_villages_as_were_asked_for(city: SampleCity) -> None:
    assert len(city.cells) == VILLAGES


def test_the_villages_tile_without_gap_overlap_or_hole(city: SampleCity) -> None:
    proof = prove_tiling([cell.geometry for cell in city.cells])
    assert proof.violations == []
    assert len(proof.outline.geoms) == 1
    assert not proof.outline.geoms[0].interiors


def test_some_villages_have_several_parts_and_some_enclose_others(city: SampleCity) -> None:
    grounds = [cell.geometry for cell in city.cells]
    assert any(len(ground.geoms) > 1 for ground in grounds)
    assert any(part.interiors for ground in grounds for part in ground.geoms)


def test_every_coordinate_lies_on_the_lattice(city: SampleCity) -> None:
    grounds = [cell.geometry for cell in city.cells] + [zone.geometry for one in city.layers for zone in one.zones]
    degrees = shapely.get_coordinates(grounds)
    assert np.array_equal(to_degrees(to_lattice(degrees)), degrees)


def test_codes_are_twelve_digits_of_the_fictitious_prefix_and_lead_to_their_parents(city: SampleCity) -> None:
    for cell in city.cells:
        (township, _), (county, _) = cell.parents
        assert cell.code.startswith("9901")
        assert [administrative_level(code) for code in (cell.code, township, county)] == ["village", "township", "county"]
        assert (administrative_parent(cell.code), administrative_parent(township)) == (township, county)
    assert len({cell.code for cell in city.cells}) == VILLAGES


def test_the_kind_of_a_unit_shows_in_its_code(city: SampleCity) -> None:
    for cell in city.cells:
        (township, town), _ = cell.parents
        number, serial = int(township[6:9]), int(cell.code[9:])
        assert town is not None
        assert town.endswith("街道" if number < 100 else "镇" if number < 200 else "乡")
        assert cell.name.endswith("社区" if serial < 200 else "村")


def test_no_name_comes_twice_in_a_township_and_one_has_33_characters(city: SampleCity) -> None:
    names: dict[str, list[str]] = defaultdict(list)
    for cell in city.cells:
        names[cell.parents[0][0]].append(cell.name)
    assert [name for held in names.values() for name, times in Counter(held).items() if times > 1] == []
    assert [len(cell.name) for cell in city.cells if len(cell.name) > 10] == [33]


def test_every_zone_is_valid_and_no_two_of_an_edition_overlap(city: SampleCity) -> None:
    for one in city.layers:
        grounds = [zone.geometry for zone in one.zones]
        assert shapely.is_valid(grounds).all(), one.key
        union = shapely.union_all(grounds)
        assert sum(ground.area for ground in grounds) == pytest.approx(union.area, rel=1e-9), one.key
        assert len({zone.code for zone in one.zones}) == len(one.zones)


def test_the_layers_are_those_that_the_checks_need(city: SampleCity) -> None:
    assert {(one.key, one.edition): one.coverage for one in city.layers} == {
        ("ecological-red-line", "2018"): "cells",
        ("ecological-red-line", "2024"): "cells",
        ("nature-reserve", "2023"): "cells",
        ("source-water", "2022"): "cells",
        ("control-unit", "2024"): "cells",
        ("functional-zone", "2016"): "cells",
        ("industrial-park", "2023"): "cells",
        ("farmland", "2023"): "cells",
        ("noise", "2021"): "file",
        ("no-burn", "2020"): "cells",
        ("suspension", "2026-1"): "cells",
        ("contaminated-site", "2025"): "none",
    }


def test_the_control_units_tile_the_very_ground_of_the_cells(city: SampleCity) -> None:
    outline = prove_tiling([cell.geometry for cell in city.cells]).outline
    assert prove_tiling([zone.geometry for zone in layer(city, "control-unit", "2024").zones], outline=outline).violations == []


def test_a_control_unit_says_in_its_code_its_class_and_its_only_county(city: SampleCity) -> None:
    counties = {
        county: shapely.union_all([cell.geometry for cell in city.cells if cell.parents[1][0] == county]) for county in {c.parents[1][0] for c in city.cells}
    }
    classes = set()
    for zone in layer(city, "control-unit", "2024").zones:
        unit = read_control_unit(zone.code)
        classes.add(unit.unit_class)
        assert (unit.unit_class, unit.county) == (zone.attributes["class"], zone.attributes["county"])
        assert zone.geometry.difference(counties[f"{unit.county}000000"]).area < 1e-13
    assert classes == {"priority", "key", "general"}


def test_the_red_line_has_cores_and_another_shape_than_the_edition_before(city: SampleCity) -> None:
    now, before = (layer(city, "ecological-red-line", edition) for edition in ("2024", "2018"))
    assert {zone.attributes["core"] for zone in now.zones} == {True, False}
    grounds = [shapely.union_all([zone.geometry for zone in one.zones]) for one in (now, before)]
    assert shapely.symmetric_difference(*grounds).area > 0.05 * grounds[0].area


def test_the_core_of_a_reserve_is_core_of_the_red_line_vertex_for_vertex(city: SampleCity) -> None:
    red = shapely.union_all([zone.geometry for zone in layer(city, "ecological-red-line", "2024").zones if zone.attributes["core"]])
    kept = shapely.union_all([zone.geometry for zone in layer(city, "nature-reserve", "2023").zones if zone.attributes["core"]])
    assert shapely.symmetric_difference(red, kept).area < 1e-13


def test_source_water_has_three_classes_each_around_the_one_before(city: SampleCity) -> None:
    reservoir = {zone.attributes["class"]: zone.geometry for zone in layer(city, "source-water", "2022").zones if zone.attributes["type"] == "水库"}
    assert sorted(reservoir) == [1, 2, 3]
    assert reservoir[1].centroid.distance(reservoir[2].centroid) < 0.02
    assert reservoir[1].intersects(reservoir[2])
    assert reservoir[2].intersects(reservoir[3])
    assert not reservoir[1].intersects(reservoir[3])


def test_the_noise_zones_fill_their_coverage_which_is_only_a_part_of_the_city(city: SampleCity) -> None:
    noise = layer(city, "noise", "2021")
    assert noise.coverage_area is not None
    zones = shapely.union_all([zone.geometry for zone in noise.zones])
    assert shapely.symmetric_difference(zones, noise.coverage_area).area < 1e-10
    assert noise.coverage_area.area < 0.6 * sum(cell.geometry.area for cell in city.cells)


def test_villages_are_smaller_where_the_land_is_low(city: SampleCity) -> None:
    elevation = city.rasters[0]
    seats = shapely.get_coordinates(shapely.point_on_surface([cell.geometry for cell in city.cells]))
    rows = ((elevation.north - seats[:, 1]) / elevation.pixel_deg).astype(int)
    columns = ((seats[:, 0] - elevation.west) / elevation.pixel_deg).astype(int)
    low = elevation.values[rows, columns] < 200
    areas = np.array([cell.geometry.area for cell in city.cells])
    assert np.median(areas[low]) < 0.7 * np.median(areas[~low])


def test_people_have_one_name_each_and_stand_in_for_others(city: SampleCity) -> None:
    names: dict[str, set[str]] = defaultdict(set)
    for one in city.assignments:
        names[one.person].add(one.name)
    assert all(len(held) == 1 for held in names.values())
    assert {one.role for one in city.assignments} >= {"chief", "inspector", "river chief", "village officer"}
    assert all(one.stand_in_for != one.person for one in city.assignments)
    assert [account.username for account in city.accounts] == ["inspector", "planner", "supervisor", "admin"]


def test_the_inspector_is_in_charge_of_own_cells_and_stands_in_whenever_the_sample_is_looked_at(city: SampleCity) -> None:
    account = city.accounts[0]
    for day in (date(2026, 11, 25), date(2035, 1, 1)):
        own = [one for one in city.assignments if one.person == account.person and one.first_day <= day and (one.end_day is None or day < one.end_day)]
        assert account.cell in {one.cell for one in own if one.stand_in_for is None}
        assert {one.stand_in_for is None for one in own} == {True, False}
    assert account.person is not None
    assert [one.person for one in city.accounts[1:]] == [None, None, None]


def test_the_same_seed_gives_the_same_city_in_another_process(city: SampleCity) -> None:
    program = f"from tests.unit.test_sample_city import *; print(fingerprint(generate({SEED}, {VILLAGES})))"
    root = Path(__file__).parents[2]
    settings = {"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "77", "OMP_NUM_THREADS": "1"}
    made = subprocess.run([sys.executable, "-c", program], cwd=root, env=settings, capture_output=True, text=True, check=True)
    assert made.stdout.strip() == fingerprint(city)


def test_another_seed_gives_another_city(city: SampleCity) -> None:
    assert fingerprint(generate(SEED + 1, 30)) != fingerprint(generate(SEED + 2, 30))


@pytest.mark.parametrize(("seed", "villages"), [(7, 29), (7, 30001), (-1, 60)])
def test_a_city_out_of_range_is_refused(seed: int, villages: int) -> None:
    with pytest.raises(Refused, match="number of villages"):
        generate(seed, villages)
