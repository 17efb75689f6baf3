"""The tiling proof beside GEOS' own coverage check, on the same cells in one run, and how it grows."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
import shapely
from pytest_benchmark.fixture import BenchmarkFixture

from gridgov.geo.coverage import prove_tiling
from gridgov.geo.dissolve import dissolve
from tests.unit.tilings import Tiling, make_tiling

pytestmark = pytest.mark.bench
ROUNDS = 7


@pytest.fixture(scope="module")
def large() -> Tiling:
    return make_tiling(142, 142, seed=20, cuts=5)


def compare(one: Callable[[], Any], other: Callable[[], Any]) -> tuple[float, float, float]:
    """Median seconds of both and the median of their ratios, run in turn so that a busy machine burdens both sides of a ratio alike."""
    taken: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        one()
        between = time.perf_counter()
        other()
        taken.append((between - started, time.perf_counter() - between))
    return (
        statistics.median(ours for ours, _ in taken),
        statistics.median(theirs for _, theirs in taken),
        statistics.median(ours / theirs for ours, theirs in taken),
    )


def test_the_proof_of_20_000_cells_takes_at_most_a_third_of_coverage_is_valid(large: Tiling, benchmark: BenchmarkFixture) -> None:
    assert prove_tiling(large.cells).ok and shapely.coverage_is_valid(large.cells)
    proof_s, peer_s, ratio = compare(lambda: prove_tiling(large.cells), lambda: shapely.coverage_is_valid(large.cells))
    benchmark.pedantic(prove_tiling, args=(large.cells,), rounds=3)
    benchmark.extra_info.update(beside_coverage_is_valid=ratio)
    vertices = int(shapely.get_num_coordinates(large.cells).sum())
    print(f"\n{len(large.cells)} cells, {vertices} vertices")
    print(f"proof {proof_s * 1000:.0f} ms, coverage_is_valid {peer_s * 1000:.0f} ms, ratio {ratio:.3f}")
    assert ratio <= 1 / 3


def test_the_proof_finds_the_missing_cell_that_coverage_is_valid_does_not(large: Tiling) -> None:
    cells = [cell for at, cell in enumerate(large.cells) if at != 10_000]
    assert shapely.coverage_is_valid(cells)
    (fault,) = prove_tiling(cells).violations
    assert fault.kind == "hole" and len(fault.cells) == 4
    assert large.cells[10_000].contains(shapely.Point(fault.point))


def test_ten_times_the_cells_take_at_most_fifteen_times_as_long(large: Tiling) -> None:
    small = make_tiling(45, 45, seed=20, cuts=5)
    large_s, small_s, ratio = compare(lambda: prove_tiling(large.cells), lambda: prove_tiling(small.cells))
    growth = len(large.cells) / len(small.cells)
    print(f"\n{growth:.2f} times the cells: {ratio:.2f} times as long ({small_s * 1000:.0f} and {large_s * 1000:.0f} ms)")
    assert ratio <= 1.5 * growth


def test_parents_are_dissolved_in_at_most_twice_the_time_of_coverage_union(large: Tiling) -> None:
    group = [row // 12 * 100 + column // 12 for row in range(142) for column in range(142)]
    members: dict[int, list[Any]] = {}
    for cell, key in zip(large.cells, group, strict=True):
        members.setdefault(key, []).append(cell)
    ours_s, peer_s, ratio = compare(lambda: dissolve(large.cells, group), lambda: [shapely.coverage_union_all(cells) for cells in members.values()])
    print(f"\n{len(members)} parents: dissolve {ours_s * 1000:.0f} ms, coverage_union_all {peer_s * 1000:.0f} ms")
    assert ratio <= 2
