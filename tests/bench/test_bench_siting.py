"""The siting check beside its peers: raw polygons, the bare intersection, ten times the land, other ways to overlay a batch."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from statistics import median

import geopandas
import numpy as np
import pytest
import shapely
from pytest_benchmark.fixture import BenchmarkFixture
from shapely.geometry.base import BaseGeometry

from gridgov.admission.check_store import QUERIES
from gridgov.admission.screening import PieceIndex, screen_overlaps
from gridgov.database.pool import Database
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.geo.crs import Operation, Plane
from gridgov.zones import service, store
from gridgov.zones.edition import Edition, ZoneRecord
from gridgov.zones.importing import EditionImport, ZoneSet, on_lattice
from gridgov.zones.pieces import cut

pytestmark = pytest.mark.bench
DAY, SEED = date(2026, 11, 22), 7
WEST, SOUTH, SPACING_DEG = 118.0, 28.0, 0.22


def ragged(random: np.random.Generator, lon: float, lat: float, vertices: int, radius_deg: float = 0.07) -> BaseGeometry:
    """A red line some two radii across, its outline ragged at every scale."""
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    radius = np.full(vertices, radius_deg)
    for octave in range(1, 12):
        phase, size = random.uniform(0, 2 * np.pi), 0.28 * radius_deg / 2 ** (octave * 0.8)
        radius += size * np.sin(angle * (2**octave + octave) + phase)
    return shapely.Polygon(np.column_stack([lon + radius * np.cos(angle), lat + radius * np.sin(angle) * 0.9]))


def red_lines(random: np.random.Generator, side: int) -> list[BaseGeometry]:
    """side x side red lines at equal density, 2,000 to 60,000 vertices each."""
    places = [(WEST + x * SPACING_DEG, SOUTH + y * SPACING_DEG) for x in range(side) for y in range(side)]
    return [ragged(random, lon, lat, int(random.choice([2_000, 8_000, 20_000, 60_000]))) for lon, lat in places]


def load(uow: UnitOfWork, layer: str, grounds: Sequence[BaseGeometry]) -> Edition:
    records = []
    for number, ground in enumerate(grounds, 1):
        snapped, _ = on_lattice(ground)
        assert snapped is not None
        records.append(ZoneRecord(number, f"{layer}-{number:04}", layer, {}, snapped))
    request = EditionImport(layer, ZoneSet(records, Operation("EPSG:4490", "identity", 0.0)), "none", DAY, grow_area=True)
    service.import_edition(uow, request)
    return store.editions(uow, layer)[0]


def sites(random: np.random.Generator, grounds: Sequence[BaseGeometry], count: int) -> list[BaseGeometry]:
    """Sites of 1-50 ha near the borders of red lines, in lon/lat."""
    found = []
    while len(found) < count:
        border = shapely.get_coordinates(grounds[random.integers(len(grounds))])
        lon, lat = border[random.integers(len(border))] + random.normal(0, 0.002, 2)
        angles = np.sort(random.uniform(0, 2 * np.pi, 12))
        radius = random.uniform(0.0006, 0.004)
        site = shapely.Polygon(np.column_stack([lon + radius * np.cos(angles), lat + radius * np.sin(angles)]))
        if site.is_valid:
            found.append(site)
    return found


def province(random: np.random.Generator) -> list[BaseGeometry]:
    """Nine large red lines of 200,000 vertices on 200 x 200 km, as a province publishes them."""
    places = [(WEST + x * 0.7, SOUTH + y * 0.7) for x in range(3) for y in range(3)]
    return [ragged(random, lon, lat, 200_000, 0.25) for lon, lat in places]


def sites_anywhere(random: np.random.Generator, count: int) -> list[BaseGeometry]:
    """Sites of 1-50 ha with 5-40 vertices, anywhere on the land, as a batch of real projects lies."""
    found = []
    while len(found) < count:
        lon, lat = random.uniform((WEST - 0.3, SOUTH - 0.3), (WEST + 1.7, SOUTH + 1.7))
        angles = np.sort(random.uniform(0, 2 * np.pi, random.integers(5, 41)))
        radius = random.uniform(0.0006, 0.004) * random.uniform(0.7, 1.3, len(angles))
        site = shapely.Polygon(np.column_stack([lon + radius * np.cos(angles), lat + radius * np.sin(angles)]))
        if site.is_valid:
            found.append(site)
    return found


@dataclass
class Laid:
    uow: UnitOfWork
    edition: Edition
    flat_sites: list[bytes]

    def ask(self, query: str, number: int, **more: object) -> object:
        return self.uow.rows(query, editions=[self.edition.edition_id], sites=[self.flat_sites[number]], reaches=[0.5], **more)


def lay(uow: UnitOfWork, layer: str, grounds: Sequence[BaseGeometry], random: np.random.Generator, count: int) -> Laid:
    edition = load(uow, layer, grounds)
    plane = Plane(edition.piece_plane)
    asked = sites(random, grounds, count)
    return Laid(uow, edition, [shapely.to_wkb(plane.forward(site)) for site in asked])


BARE = """
select piece.zone_id, sum(st_area(st_intersection(piece.geometry, asked.site)))
from (select edition_id, st_geomfromwkb(site, 0) as site from unnest(%(editions)s::bigint[], %(sites)s::bytea[]) as given (edition_id, site)) asked
join zone_piece piece on piece.edition_id = asked.edition_id and st_intersects(piece.geometry, asked.site)
where %(reaches)s::float8[] is not null
group by piece.zone_id
"""


def interleaved(acts: Sequence[Callable[[int], object]], rounds: int, clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """The median seconds of each act, taken in turns so that a busy machine slows all alike."""
    taken: list[list[float]] = [[] for _ in acts]
    for number in range(rounds):
        for times, act in zip(taken, acts, strict=True):
            start = clock()
            act(number)
            times.append(clock() - start)
    return [median(times) for times in taken]


def test_the_whole_check_in_sql_beside_raw_polygons_and_the_bare_intersection(
    database: Database, monkeypatch: pytest.MonkeyPatch, benchmark: BenchmarkFixture
) -> None:
    random = np.random.default_rng(SEED)
    print(f"seed {SEED}")
    with database.unit_of_work("bench") as uow:
        grounds = red_lines(random, 7)
        laid = lay(uow, "red", grounds, random, 60)
        monkeypatch.setattr(service, "cut", partial(cut, most_vertices=10**9))
        raw = Laid(uow, load(uow, "raw", grounds), laid.flat_sites)
        for number in range(10):
            laid.ask(QUERIES["screen"], number), laid.ask(BARE, number)
        ours, bare, peer = interleaved([lambda n: laid.ask(QUERIES["screen"], n), lambda n: laid.ask(BARE, n), lambda n: raw.ask(QUERIES["screen"], n)], 60)
        benchmark.pedantic(laid.ask, args=(QUERIES["screen"], 0), rounds=20)
    benchmark.extra_info.update(beside_raw=ours / peer, beside_bare=ours / bare)
    vertices = sum(shapely.get_num_coordinates(ground) for ground in grounds)
    print(f"{len(grounds)} red lines, {vertices:,} vertices: whole check {ours * 1e3:.2f} ms, bare {bare * 1e3:.2f} ms, raw {peer * 1e3:.1f} ms")
    print(f"1/{peer / ours:.0f} of raw polygons, {ours / bare:.1f} x the bare intersection")
    assert ours <= peer / 30
    assert ours <= 6 * bare


def test_ten_times_the_red_lines_at_equal_density(database: Database, benchmark: BenchmarkFixture) -> None:
    random = np.random.default_rng(SEED)
    with database.unit_of_work("bench") as uow:
        few = lay(uow, "few", red_lines(random, 3), random, 80)
        many = lay(uow, "many", red_lines(random, 10), random, 80)
        for number in range(10):
            few.ask(QUERIES["screen"], number), many.ask(QUERIES["screen"], number)
        small, large = interleaved([lambda n: few.ask(QUERIES["screen"], n), lambda n: many.ask(QUERIES["screen"], n)], 80)
        benchmark.pedantic(many.ask, args=(QUERIES["screen"], 0), rounds=20)
    benchmark.extra_info.update(growth=large / small)
    print(f"9 red lines {small * 1e3:.2f} ms, 100 red lines {large * 1e3:.2f} ms, {large / small:.2f} x")
    assert large <= 1.6 * small


def test_a_batch_beside_geopandas_overlay(benchmark: BenchmarkFixture) -> None:
    random = np.random.default_rng(SEED)
    grounds = [shapely.buffer(ground, 0) for ground in province(random)]
    plane = Plane("+proj=laea +lat_0=28.6 +lon_0=118.6 +a=6378137 +rf=298.257222101 +units=m +no_defs")
    zones = [shapely.make_valid(plane.forward(ground)) for ground in grounds]
    asked = np.array([plane.forward(site) for site in sites_anywhere(random, 20_000)], dtype=object)
    pieces = cut(zones)
    index = PieceIndex.of(list(pieces.polygons), list(pieces.owner))

    def frame(held: Sequence[BaseGeometry]) -> geopandas.GeoDataFrame:
        return geopandas.GeoDataFrame({"n": range(len(held))}, geometry=list(held), crs=None)

    sample = 200
    ours, on_pieces, on_raw = interleaved(
        [
            lambda _: screen_overlaps(asked, index),
            lambda _: geopandas.overlay(frame(asked), frame(pieces.polygons), how="intersection", keep_geom_type=True),
            lambda _: geopandas.overlay(frame(asked[:sample]), frame(zones), how="intersection", keep_geom_type=True),
        ],
        5,
        time.process_time,
    )
    raw = on_raw * len(asked) / sample
    found = benchmark.pedantic(screen_overlaps, args=(asked, index), rounds=3)
    benchmark.extra_info.update(beside_raw=ours / raw, beside_pieces=ours / on_pieces)
    vertices = sum(shapely.get_num_coordinates(ground) for ground in grounds)
    print(
        f"{len(grounds)} red lines, {vertices:,} vertices; {len(asked):,} sites, {len(found.site):,} pairs: "
        f"ours {ours:.2f} s, overlay on pieces {on_pieces:.2f} s, on raw {raw:.0f} s (from {sample} sites)"
    )
    print(f"1/{raw / ours:.0f} of overlay on raw polygons, 1/{on_pieces / ours:.1f} on the same pieces")
    assert ours <= raw / 200
    assert ours <= on_pieces / 2
