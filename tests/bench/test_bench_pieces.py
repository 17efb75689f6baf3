"""Cutting into pieces beside ST_Subdivide on the same geometries, in one run."""

import statistics
import time

import numpy as np
import pytest
import shapely
from pytest_benchmark.fixture import BenchmarkFixture
from shapely import Polygon

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.zones.pieces import cut

pytestmark = pytest.mark.bench
ROUNDS = 5


def red_line(seed: int, vertices: int) -> Polygon:
    """A ragged outline of a whole range with 40 holes, in metres: rough at every scale, as red lines traced from rasters are."""
    random = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    octaves = range(int(np.log2(vertices)) - 1)
    radius = 20_000 + sum(6000 / 2 ** (0.9 * octave) * np.sin(2**octave * angle + random.uniform(0, 2 * np.pi)) for octave in octaves)
    outline = Polygon(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))
    assert outline.is_valid
    places = random.uniform(-6000, 6000, (40, 2))
    return outline.difference(shapely.union_all(shapely.buffer(shapely.points(places), 150, quad_segs=16)))


def test_cutting_is_at_least_three_times_faster_than_st_subdivide(uow: UnitOfWork, benchmark: BenchmarkFixture) -> None:
    zones = [red_line(seed, 70_000) for seed in range(4)]
    print("seeds 0-3, 70,000 vertices each")
    blobs = shapely.to_wkb(np.array(zones, dtype=object)).tolist()
    ours, theirs = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = cut(zones)
        ours.append(time.perf_counter() - began)
        row = uow.row(
            """
            with zone as materialized (select st_geomfromwkb(blob) as geometry from unnest(%(blobs)s::bytea[]) as blob),
                 begun as materialized (select clock_timestamp() as at, count(st_npoints(geometry)) from zone),
                 piece as materialized (select st_subdivide(geometry, 256) as geometry from zone, begun)
            select count(*) as pieces, sum(st_area(geometry)) as area,
                   extract(epoch from clock_timestamp() - (select at from begun))::float8 as seconds
            from piece
            """,
            blobs=blobs,
        )
        assert row is not None
        theirs.append(row["seconds"])
    total = sum(zone.area for zone in zones)
    assert abs(shapely.area(found.polygons).sum() / total - 1) < 1e-12 and abs(row["area"] / total - 1) < 1e-9
    benchmark.pedantic(cut, args=(zones,), rounds=3)
    ratio = statistics.median(theirs) / statistics.median(ours)
    print(f"cut {statistics.median(ours):.3f} s ({len(found.polygons)} pieces), ST_Subdivide {statistics.median(theirs):.3f} s ({row['pieces']}): {ratio:.1f}x")
    benchmark.extra_info.update(faster_than_st_subdivide=ratio)
    assert ratio >= 3.0
