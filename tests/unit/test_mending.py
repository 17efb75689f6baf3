"""Decisions on the faults of a dirty level: exact figures, nothing else touched, and random dirty tilings that tile when all is accepted."""

import random

import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from gridgov.errors import Refused
from gridgov.geo.area import cell_area_m2
from gridgov.geo.coverage import prove_tiling
from gridgov.geo.mending import Mended, Rule, Ruling, mend
from gridgov.geo.noding import Noded, node_level
from gridgov.geo.proposals import Proposal, propose

LABELS = [f"{row}{column}" for row in range(4) for column in range(4)]


def tiles() -> list[list[tuple[float, float]]]:
    """A grid of 4 x 4 cells of 0.01 degree; every side has a vertex in the middle too."""
    rings = []
    for row in range(4):
        for column in range(4):
            x, y = round(118.8 + column * 0.01, 9), round(28.9 + row * 0.01, 9)
            a, b, m, n = round(x + 0.01, 9), round(y + 0.01, 9), round(x + 0.005, 9), round(y + 0.005, 9)
            rings.append([(x, y), (m, y), (a, y), (a, n), (a, b), (m, b), (x, b), (x, n)])
    return rings


def noded(rings: list[list[tuple[float, float]]]) -> Noded:
    return node_level([Polygon(ring) for ring in rings])


def faults(level: Noded) -> list[Proposal]:
    return propose(prove_tiling(level.cells, outline=level.outline).violations, level.cells, LABELS, has_outline=level.outline is not None)


def moved(cell: int, corner: int, dx: float, dy: float) -> Noded:
    """The grid with one vertex of one cell moved, its neighbours' not."""
    rings = tiles()
    x, y = rings[cell][corner]
    rings[cell][corner] = (round(x + dx, 9), round(y + dy, 9))
    return noded(rings)


def total_m2(cells: list[MultiPolygon]) -> float:
    return sum(cell_area_m2(cell) for cell in cells)


def test_a_gap_goes_to_the_neighbour_proposed_and_its_effect_is_its_area() -> None:
    level = moved(5, 3, -0.001, 0.0)
    (gap,) = faults(level)
    assert (gap.kind, gap.action, gap.choices, gap.may_stand) == ("hole", "give", (5, 6), True)
    assert gap.area_m2 == pytest.approx(0.5 * 0.01 * 0.001 * 111_320 * 111_320 * 0.8755, rel=5e-3)
    after = mend(level, LABELS, [Ruling(gap.id)])
    assert prove_tiling(after.cells).ok
    effects = {effect.cell: effect.after_m2 - effect.before_m2 for effect in gap.effects}
    assert effects == {5: pytest.approx(gap.area_m2), 6: 0.0}
    assert cell_area_m2(after.cells[5]) - cell_area_m2(level.cells[5]) == pytest.approx(gap.area_m2, abs=1e-4)
    assert [one == other for one, other in zip(after.cells, level.cells, strict=True)].count(False) == 1


def test_ground_can_be_given_to_another_neighbour_than_proposed() -> None:
    level = moved(5, 3, -0.001, 0.0)
    (gap,) = faults(level)
    after = mend(level, LABELS, [Ruling(gap.id, to=LABELS[6])])
    assert prove_tiling(after.cells).ok
    assert after.cells[5] == level.cells[5]
    assert cell_area_m2(after.cells[6]) - cell_area_m2(level.cells[6]) == pytest.approx(gap.area_m2, abs=1e-4)


def test_ground_covered_twice_stays_with_one_of_its_cells() -> None:
    level = moved(5, 3, 0.001, 0.0)
    (overlap,) = faults(level)
    assert (overlap.kind, overlap.action, overlap.to, overlap.choices) == ("overlap", "keep", 5, (5, 6))
    first, other = mend(level, LABELS, [Ruling(overlap.id)]), mend(level, LABELS, [Ruling(overlap.id, to=LABELS[6])])
    assert prove_tiling(first.cells).ok and prove_tiling(other.cells).ok
    assert first.cells[5] == level.cells[5] and other.cells[6] == level.cells[6]
    assert cell_area_m2(level.cells[5]) - cell_area_m2(other.cells[5]) == pytest.approx(overlap.area_m2, abs=1e-4)


def test_a_gap_can_be_allowed_with_its_reason_and_nothing_moves() -> None:
    level = moved(5, 3, -0.001, 0.0)
    (gap,) = faults(level)
    after = mend(level, LABELS, [Ruling(gap.id, reason="水库水面")])
    assert after.cells == level.cells
    assert [(shape.equals(gap.shape), reason) for shape, reason in after.gaps] == [(True, "水库水面")]
    assert prove_tiling(after.cells, allowed_gaps=[shape for shape, _ in after.gaps]).ok


def test_only_the_decided_fault_is_touched_and_the_other_keeps_its_id() -> None:
    rings = tiles()
    for cell, dx in ((5, -0.001), (9, 0.0005)):
        rings[cell][3] = (round(rings[cell][3][0] + dx, 9), rings[cell][3][1])
    level = noded(rings)
    gap, overlap = sorted(faults(level), key=lambda one: one.kind, reverse=False)
    after = mend(level, LABELS, [Ruling(gap.id)])
    left = faults(Noded(after.cells, [], None))
    assert [one.id for one in left] == [overlap.id]
    assert all(after.cells[cell] == level.cells[cell] for cell in range(16) if cell not in gap.cells)


def test_a_ruling_that_the_fault_does_not_admit_is_refused_by_its_place() -> None:
    level = moved(5, 3, 0.001, 0.0)
    (overlap,) = faults(level)
    for ruling in (Ruling(overlap.id, reason="x"), Ruling(overlap.id, to=LABELS[15])):
        with pytest.raises(Refused) as refused:
            mend(level, LABELS, [ruling])
        assert [fault.pointer for fault in refused.value.faults] == ["/decisions/0"]


def test_a_ruling_on_no_fault_is_told_and_changes_nothing() -> None:
    level = noded(tiles())
    after = mend(level, LABELS, [Ruling("0" * 16)])
    assert (after.cells, after.unused, after.done) == (level.cells, ["0" * 16], [])


def test_a_rule_accepts_what_is_narrow_and_small_of_its_kinds() -> None:
    level = moved(5, 3, -0.0001, 0.0)
    (gap,) = faults(level)
    assert 4.0 < gap.width_m < 10.0
    for rule, done in ((Rule(20, 1e5), 1), (Rule(1, 1e5), 0), (Rule(20, 10), 0), (Rule(20, 1e5, frozenset({"overlap"})), 0)):
        assert len(mend(level, LABELS, [], rules=[rule]).done) == done


def _dirty(seed: int) -> Noded:
    """Random gaps, overlaps, slivers, vertices on one side only, each at a side of its own."""
    drawn = random.Random(seed)
    rings = tiles()
    for cell in drawn.sample([5, 7, 8, 10, 13, 2], drawn.randint(1, 4)):
        corner = drawn.choice([1, 3, 5, 7])
        x, y = rings[cell][corner]
        size = drawn.choice([1e-3, 1e-5, 1e-7, 2e-8, 5e-9]) * drawn.choice([-1, 1])
        what = drawn.choice(["across", "along", "dropped", "added"])
        across = (size, 0.0) if corner in (3, 7) else (0.0, size)
        if what == "dropped":
            del rings[cell][corner]
        elif what == "added":
            rings[cell].insert(corner, ((x + rings[cell][corner - 1][0]) / 2, (y + rings[cell][corner - 1][1]) / 2))
        else:
            dx, dy = across if what == "across" else (across[1], across[0])
            rings[cell][corner] = (round(x + dx, 9), round(y + dy, 9))
    return noded(rings)


def _accepted(level: Noded) -> Mended:
    rulings: list[Ruling] = []
    for _ in range(4):
        after = mend(level, LABELS, rulings)
        left = faults(Noded(after.cells, [], None))
        if not left:
            break
        rulings += [Ruling(one.id) for one in left]
    return after


@pytest.mark.parametrize("start", [0, 15])
def test_random_dirty_levels_tile_when_all_is_accepted(start: int) -> None:
    for seed in range(start, start + 15):
        level = _dirty(seed)
        before = faults(level)
        touched = {cell for one in before for cell in one.cells}
        after = _accepted(level)
        proof = prove_tiling(after.cells)
        assert proof.ok, (seed, [(one.kind, one.cells, one.length_m) for one in proof.violations])
        assert mend(level, LABELS, [Ruling(one.id) for one in before]).cells == mend(level, LABELS, [Ruling(one.id) for one in reversed(before)]).cells, seed
        assert all(after.cells[cell] == level.cells[cell] for cell in range(16) if cell not in touched), seed
        effect = sum(one.after_m2 - one.before_m2 for fault in before for one in fault.effects)
        assert total_m2(after.cells) - total_m2(level.cells) == pytest.approx(effect, abs=0.5), seed
        whole = shapely.union_all(after.cells)
        assert whole.symmetric_difference(box(118.8, 28.9, 118.84, 28.94)).area < 5e-5


def test_ground_beyond_the_outline_is_trimmed_and_the_rest_keeps_its_coordinates() -> None:
    rings = tiles()
    x, y = rings[7][3]
    rings[7][3] = (round(x + 0.001, 9), y)
    level = node_level([Polygon(ring) for ring in rings], outline=MultiPolygon([box(118.8, 28.9, 118.84, 28.94)]))
    beyond = [one for one in faults(level) if one.kind == "outside-parent"]
    assert [(one.action, one.cells, one.to, one.may_stand) for one in beyond] == [("trim", (7,), None, False)]
    (effect,) = beyond[0].effects
    assert effect.before_m2 - effect.after_m2 == pytest.approx(beyond[0].area_m2)
    after = mend(level, LABELS, [Ruling(one.id) for one in faults(level)])
    assert prove_tiling(after.cells, outline=after.outline).ok
    assert after.outline == level.outline
    assert [one == other for one, other in zip(after.cells, level.cells, strict=True)].count(False) == 1
    assert total_m2(after.cells) == pytest.approx(total_m2(level.cells) - beyond[0].area_m2, abs=1e-3)
