"""The verdict on an edit beside GEOS' coverage check of the same cells and their neighbours, and that it does not grow with the level."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
import shapely

from gridgov.geo.edit import StandingLevel
from tests.unit.edits import Edit, Editor
from tests.unit.tilings import Tiling, make_tiling

pytestmark = pytest.mark.bench
EDITS, ROUNDS = 40, 5
LEGAL = [Editor.shared_move, Editor.merge, Editor.split_on_nodes, Editor.split_with_node]
ILLEGAL = [Editor.one_sided_move, Editor.deleted, Editor.bulge, Editor.node_without_third]


def made(tiling: Tiling, kinds: list[Callable[[Editor], Edit]]) -> list[Edit]:
    """Edits of one or two cells."""
    editor = Editor.of(tiling, 11)
    return [kinds[number % len(kinds)](editor) for number in range(EDITS)]


def seconds(work: Callable[..., Any], *given: Any) -> float:
    started = time.perf_counter()
    work(*given)
    return time.perf_counter() - started


@pytest.fixture(scope="module")
def large() -> Tiling:
    return make_tiling(142, 142, seed=20, cuts=5)


def with_neighbours(level: StandingLevel, edit: Edit) -> list[Any]:
    """What the peer is asked: the cells of the edit and the standing ones whose boxes touch them."""
    near = {index for position in edit.replaced for index in level.tree.query(level.cells[position]).tolist()}
    return [*edit.after, *(level.cells[index] for index in sorted(near - set(edit.replaced)))]


def test_an_edit_among_20_000_cells_is_judged_within_5_ms_and_right_where_the_peer_is_not(large: Tiling) -> None:
    level = StandingLevel.of(large.cells)
    edits = made(large, LEGAL)
    ours = [statistics.median(seconds(level.judge, edit.replaced, edit.after) for _ in range(ROUNDS)) for edit in edits]
    peers = [statistics.median(seconds(shapely.coverage_is_valid, with_neighbours(level, edit)) for _ in range(ROUNDS)) for edit in edits]
    assert all(level.judge(edit.replaced, edit.after) == [] for edit in edits)
    wrong = made(large, ILLEGAL)
    assert all(level.judge(edit.replaced, edit.after) for edit in wrong)
    missed = sum(bool(shapely.coverage_is_valid(with_neighbours(level, edit))) for edit in wrong)
    print(f"\nlegal: {statistics.median(ours) * 1000:.2f} ms (worst {max(ours) * 1000:.2f}); peer {statistics.median(peers) * 1000:.2f} ms")
    print(f"illegal: all {len(wrong)} found, the peer misses {missed}")
    assert missed > 0
    assert statistics.median(ours) <= 0.005 and max(ours) <= 0.01


@pytest.mark.parametrize("kinds", [LEGAL, ILLEGAL], ids=["legal", "illegal"])
def test_among_100_000_cells_it_takes_at_most_1_2_times_as_long_as_among_20_000(kinds: list[Callable[[Editor], Edit]]) -> None:
    few, many = make_tiling(142, 142, seed=20), make_tiling(317, 316, seed=20)
    levels = StandingLevel.of(few.cells), StandingLevel.of(many.cells)
    ratios: list[float] = []
    for small, great in zip(made(few, kinds), made(many, kinds), strict=True):
        took = [(seconds(levels[0].judge, small.replaced, small.after), seconds(levels[1].judge, great.replaced, great.after)) for _ in range(ROUNDS)]
        ratios.append(min(large for _, large in took) / min(little for little, _ in took))
    print(f"\n{len(many.cells) / len(few.cells):.2f} times the cells: {statistics.median(ratios):.2f} times as long")
    assert statistics.median(ratios) <= 1.2
