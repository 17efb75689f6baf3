"""Zones from real data: the invalid ones are named, the repair is shapely's, the areas are the ellipsoid's."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely

from gridgov.database.pool import Database
from gridgov.geo.area import area_m2
from gridgov.geo.densify import densify
from gridgov.zones import store
from layers.vector import read_features

pytestmark = pytest.mark.real


@pytest.fixture(scope="session")
def natura(real_data: Path) -> Path:
    return real_data / "zones" / "natura2000-nl-part.gpkg"


@pytest.fixture
def options(natura: Path) -> list[str]:
    return ["zones", "import", str(natura), "--layer", "natura", "--kind", "nature-reserve", "--name-field", "naam", "--json"]


def is_near(found: float, expected: float) -> bool:
    return abs(found - expected) <= max(1e-6 * expected, 0.01)


def test_the_seven_invalid_areas_are_named_and_nothing_is_loaded(cli: Callable[..., Any], database: Database, natura: Path, options: list[str]) -> None:
    table = read_features(natura)
    invalid = [row for row, geometry in enumerate(table.geometries, 1) if not shapely.is_valid(geometry)]
    answer = cli(*options, "--coverage", "none")
    assert answer.exit_code == 1
    assert answer.json["imported"] == 0
    assert [row["row"] for row in answer.json["rejected"]] == invalid == [1, 2, 3, 4, 5, 6, 7]
    for row in answer.json["rejected"]:
        geometry = table.geometries[row["row"] - 1]
        place = shapely.Point(row["point"])
        assert row["reason"]
        assert place.distance(geometry.boundary) < 1e-8
    with database.unit_of_work("test:tester", read_only=True) as uow:
        assert store.layers(uow) == []


@pytest.mark.parametrize("coverage", ["none", "area"])
def test_with_repair_all_areas_equal_the_structure_repair(cli: Callable[..., Any], database: Database, natura: Path, options: list[str], coverage: str) -> None:
    table = read_features(natura)
    answer = cli(*options, "--coverage", coverage, "--repair")
    assert answer.exit_code == 0, answer.stderr
    assert answer.json["imported"] == 27
    assert [repair["code"] for repair in answer.json["repairs"]] == [f"natura-{row:06d}" for row in range(1, 8)]
    with database.unit_of_work("test:tester", read_only=True) as uow:
        (edition,) = store.editions(uow)
        zones = {zone["code"]: zone for zone in store.edition_zones(uow, edition.edition_id)}
        ground = store.coverage(uow, edition.edition_id)
    assert (ground is None) == (coverage == "none")
    for row, (attributes, geometry) in enumerate(zip(table.rows, table.geometries, strict=True), 1):
        zone = zones[f"natura-{row:06d}"]
        whole = geometry if shapely.is_valid(geometry) else shapely.make_valid(geometry, method="structure", keep_collapsed=False)
        expected = area_m2(densify(whole, 100.0))
        assert zone["name"] == attributes["naam"]
        assert is_near(float(zone["area_m2"]), expected)
        assert is_near(area_m2(zone["geometry"]), expected)
    for repair in answer.json["repairs"]:
        undensified = shapely.make_valid(table.geometries[int(repair["code"][-6:]) - 1], method="structure", keep_collapsed=False)
        assert is_near(float(repair["after_m2"]), area_m2(undensified))
        assert answer.json["pieces"] > 27


def test_the_same_file_again_is_a_no_op(cli: Callable[..., Any], options: list[str]) -> None:
    first = cli(*options, "--coverage", "area", "--repair")
    again = cli(*options, "--coverage", "area", "--repair")
    assert first.exit_code == again.exit_code == 0
    assert again.json["unchanged"] and again.json["sha256"] == first.json["sha256"]
