"""2,000 random sites against real protected areas: candidates, relation and areas equal brute force; SQL and memory agree."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Geod

from gridgov.admission.check_service import hold_worlds
from gridgov.admission.check_store import QUERIES, StoredLayers, hold_edition
from gridgov.admission.memory import HeldLayers
from gridgov.admission.overlap import meet
from gridgov.admission.site import Site, make_site
from gridgov.database.pool import Database
from gridgov.geo.crs import Plane
from gridgov.zones import store as zone_store
from tests.cli.siting_files import Run

SEED = 20261122
ON = date(2026, 11, 22)
GEOD = Geod(a=6378137.0, rf=298.257222101)


@pytest.fixture
def natura(cli: Run, real_data: Path) -> Run:
    source = str(real_data / "zones" / "natura2000-nl-part.gpkg")
    done = cli("zones", "import", source, "--layer", "natura", "--kind", "nature-reserve", "--coverage", "area", "--repair", "--json")
    assert done.exit_code == 0, done.stdout + done.stderr
    return cli


def random_sites(zones: list[shapely.Geometry], count: int) -> list[Site]:
    """Blobs of 5-40 vertices and 1-50 ha, most of them near a border; every 50th a corridor of some kilometres."""
    print(f"seed {SEED}")
    random = np.random.default_rng(SEED)
    borders = [shapely.get_coordinates(zone) for zone in zones]
    sites: list[Site] = []
    while len(sites) < count:
        border = borders[random.integers(len(borders))]
        lon, lat = border[random.integers(len(border))] + random.normal(0, 0.004, 2)
        plane = Plane(f"+proj=laea +lat_0={lat:.9f} +lon_0={lon:.9f} +ellps=GRS80 +units=m")
        if len(sites) % 50 == 0:
            line = shapely.LineString(random.uniform(-3000, 3000, (2, 2)))
            ground = line.buffer(random.uniform(10, 40), cap_style="flat")
        else:
            angles = np.sort(random.uniform(0, 2 * np.pi, random.integers(5, 41)))
            radius = np.sqrt(random.uniform(1e4, 5e5) / np.pi) * random.uniform(0.6, 1.3, len(angles))
            ground = shapely.Polygon(np.column_stack([radius * np.cos(angles), radius * np.sin(angles)]))
        if ground.is_valid and not ground.is_empty:
            sites.append(make_site(plane.inverse(ground)))
    return sites


def geodesic_m2(geometry: shapely.Geometry) -> float:
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))[0]) if not geometry.is_empty else 0.0


def test_hit_set_relation_and_areas_equal_brute_force_and_sql(natura: Run, database: Database) -> None:
    with database.unit_of_work("test") as uow:
        (edition,) = zone_store.editions(uow)
        holding = hold_edition(uow, edition)
        grounds = [zone.geometry for zone in holding.zones]
        sites = random_sites(grounds, 2000)
        held, stored = HeldLayers({edition.edition_id: holding}), StoredLayers(uow)
        codes = {row["zone_id"]: row["code"] for row in zone_store.edition_zones(uow, edition.edition_id)}
        plane, hits, pairs = Plane(edition.piece_plane), 0, 0
        for number, site in enumerate(sites):
            found = {zone.code: meet(site, zone.geometry) for zone in held.candidates(site, [(edition, Decimal(0))])[edition.edition_id].zones}
            brute = {zone.code: geodesic_m2(shapely.intersection(site.dense, zone.geometry)) for zone in holding.zones if zone.geometry.intersects(site.dense)}
            assert {code for code, common in found.items() if common.meeting != "disjoint"} == set(brute), number
            (row,) = uow.rows(QUERIES["screen"], editions=[edition.edition_id], sites=[shapely.to_wkb(plane.forward(site.dense))], reaches=[0.0])
            screened = dict(zip((codes[zone] for zone in row["zone_ids"] or ()), row["overlaps_m2"] or (), strict=True))
            for code in codes.values():
                area, printed = brute.get(code, 0.0), float(found[code].area_m2 or 0) if code in found else 0.0
                assert abs(printed - area) <= max(1e-6 * area, 0.01), (number, code)
                # Edges of 30-100 m, straight in lon/lat and straight in the plane, part by under 0.1 mm.
                assert abs(screened.get(code, 0.0) - printed) <= max(1e-5 * printed, 0.05), (number, code)
                hits, pairs = hits + (area > 0), pairs + 1
            if number % 10 == 0:
                by_sql = stored.candidates(site, [(edition, Decimal(0))])[edition.edition_id]
                assert {zone.code: meet(site, zone.geometry) for zone in by_sql.zones} == found
        print(f"{len(sites)} sites, {pairs} pairs, {hits} overlaps")
        assert pairs >= 10_000 and hits > 500


def test_single_checks_and_batches_answer_alike_on_real_zones(natura: Run, database: Database, tmp_path: Path) -> None:
    list_text = (
        "ruleset: natura\nedition: '1'\neffective_from: 2020-01-01\nrules:\n"
        "  - {id: N-1, layer: natura, relation: {within: 500}, effect: condition, dimension: risk, text: 近自然保护区须评估, text_kind: paraphrase,"
        " citation: {instrument: 示例}}\n"
        "  - {id: N-2, layer: natura, effect: prohibit, dimension: space, text: 自然保护区内禁止建设, text_kind: paraphrase, citation: {instrument: 示例}}\n"
    )
    rules = tmp_path / "natura.yaml"
    rules.write_text(list_text, "utf-8")
    assert natura("rules", "import", str(rules), "--json").exit_code == 0
    with database.unit_of_work("test") as uow:
        (edition,) = zone_store.editions(uow)
        sites = random_sites([row["geometry"] for row in zone_store.edition_zones(uow, edition.edition_id)], 40)
        held = hold_worlds(uow, [ON])[ON]
        assert set(held.world.in_force) == {"natura"}
    source, out = tmp_path / "sites.geojson", tmp_path / "out.csv"
    listed = [{"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(site.source))} for site in sites]
    source.write_text(json.dumps({"type": "FeatureCollection", "features": listed}), "utf-8")
    assert natura("batch", str(source), "--out", str(out), "--on", "2026-11-22", "--json").exit_code == 0
    answered = {line.split(",")[0]: line for line in out.read_text("utf-8").splitlines()[1:]}
    for number, feature in enumerate(listed, 1):
        one = tmp_path / "one.geojson"
        one.write_text(json.dumps(feature), "utf-8")
        single = natura("check", str(one), "--industry", "C", "--on", "2026-11-22", "--json").json
        assert f",{single['verdict']}," in answered[str(number)] and f",{single['site']['area_m2']}," in answered[str(number)]
