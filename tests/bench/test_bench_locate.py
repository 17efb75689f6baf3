"""One look-up beside a bare round trip, and many points beside the plain spatial index."""

import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Any

import numpy as np
import pytest
import shapely
from pytest_benchmark.fixture import BenchmarkFixture
from shapely import MultiPolygon, Polygon

from gridgov.database.pool import Database
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids import store
from gridgov.grids.cell import Cell, Scheme
from gridgov.grids.locating import LeafIndex
from gridgov.grids.scheme import make_levels

pytestmark = pytest.mark.bench
_SIDE, _VERTICES, _DAY = 60, 50, date(2026, 11, 22)


def _edge(start: tuple[float, float], end: tuple[float, float], random: np.random.Generator) -> list[tuple[float, float]]:
    """A crooked common boundary of two squares, without its end."""
    along = np.linspace(0, 1, _VERTICES, endpoint=False)[:, None]
    line = np.array(start) + along * (np.array(end) - np.array(start))
    line[1:] += random.normal(0, 0.00002, (len(line) - 1, 2))
    return [tuple(point) for point in line.round(9)]


def _grounds(random: np.random.Generator) -> list[Polygon]:
    """3,600 cells of some 200 vertices that tile a square of 0.6 degree."""
    step = 0.01
    place = [[(round(118 + x * step, 9), round(28 + y * step, 9)) for y in range(_SIDE + 1)] for x in range(_SIDE + 1)]
    across = [[_edge(place[x][y], place[x + 1][y], random) for y in range(_SIDE + 1)] for x in range(_SIDE)]
    upward = [[_edge(place[x][y], place[x][y + 1], random) for y in range(_SIDE)] for x in range(_SIDE + 1)]
    cells = []
    for x in range(_SIDE):
        for y in range(_SIDE):
            south, east = across[x][y], upward[x + 1][y]
            north = [*across[x][y + 1][1:], place[x + 1][y + 1]][::-1]
            west = [*upward[x][y][1:], place[x][y + 1]][::-1]
            cells.append(Polygon([*south, *east, *north, *west]))
    return cells


def _load(uow: UnitOfWork, grounds: list[Polygon]) -> Scheme:
    scheme = store.add_scheme(uow, key="bench", levels=make_levels(), overlay=False)
    moment = store.open_change(uow, scheme.scheme_id, kind="bench", reason="")

    def row(rank: int, code: str, parent: str | None, ground: Any) -> dict[str, Any]:
        return {"rank": rank, "code": code, "parent_code": parent, "name": code, "geometry": ground, "area_m2": "1.00"}

    leaves = [row(0, f"v{index:05}", f"t{index // _SIDE:03}", MultiPolygon([ground])) for index, ground in enumerate(grounds)]
    towns = [row(1, f"t{number:03}", "c", _union(grounds[number * _SIDE : (number + 1) * _SIDE])) for number in range(_SIDE)]
    store.open_versions(uow, scheme.scheme_id, [*leaves, *towns, row(2, "c", None, _union(grounds))], day=_DAY, moment=moment)
    return scheme


def _union(grounds: list[Polygon]) -> MultiPolygon:
    found = shapely.coverage_union_all(grounds)
    return found if isinstance(found, MultiPolygon) else MultiPolygon([found])


def _once(act: Callable[[int], object], number: int) -> float:
    start = time.perf_counter()
    act(number)
    return time.perf_counter() - start


def _timed(act: Callable[[int], object], rounds: int) -> float:
    return median(_once(act, number) for number in range(rounds))


def test_one_look_up_takes_at_most_three_round_trips(database: Database, benchmark: BenchmarkFixture) -> None:
    """Both as a reader sees them: a unit of work with one bare statement, and one with the look-up through all three levels."""
    seed = 3
    print(f"seed {seed}")
    random = np.random.default_rng(seed)
    with database.unit_of_work("bench") as uow:
        scheme = _load(uow, _grounds(random))
    points = random.uniform((118, 28), (118.6, 28.6), (300, 2)).round(9).tolist()

    def round_trip(_: int) -> object:
        with database.unit_of_work("bench", read_only=True) as uow:
            return uow.rows("select 1 as one")

    def look_up(number: int) -> object:
        with database.unit_of_work("bench", read_only=True) as uow:
            return store.locate(uow, scheme, lon=points[number][0], lat=points[number][1], on=_DAY)

    _timed(look_up, 100)
    # Turn about, one by one: another job on the machine slows both.
    pairs = [(_once(round_trip, number % 300), _once(look_up, number % 300)) for number in range(1500)]
    trip, found = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    print(f"one look-up: {found * 1e3:.3f} ms, round trip {trip * 1e3:.3f} ms, ratio {found / trip:.2f}")
    benchmark.pedantic(look_up, args=(0,), rounds=200)
    benchmark.extra_info.update(beside_round_trip=found / trip)
    assert found <= 3.0 * trip


def test_many_points_cost_little_more_than_the_plain_index() -> None:
    random = np.random.default_rng(4)
    grounds = _grounds(random)
    leaves = [Cell(1, 0, "village", f"v{index:05}", None, "", MultiPolygon([ground]), _DAY, None) for index, ground in enumerate(grounds)]
    index, tree = LeafIndex(leaves, []), shapely.STRtree(grounds)
    points = random.uniform((118, 28), (118.6, 28.6), (50_000, 2)).round(9)
    ratios = []
    for _ in range(5):
        bare = _timed(lambda _: tree.query(shapely.points(points), predicate="intersects"), 1)
        ours = _timed(lambda _: index.answer(points[:, 0], points[:, 1]), 1)
        ratios.append(ours / bare)
    print(f"bulk: {50_000 / ours:,.0f} points/s, {median(ratios):.2f} x the bare tree")
    assert median(ratios) <= 2.0
