"""Pieces are small, valid, and add up to the zone they were cut from."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from gridgov.errors import TooLarge
from gridgov.zones import pieces
from gridgov.zones.pieces import cut


def ragged(seed: int, vertices: int) -> Polygon:
    """A star-shaped outline with a hole, thousands of metres across."""
    random = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    radius = 5000 + 1500 * random.random(vertices)
    outline = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return Polygon(outline, [Point(0, 0).buffer(2000, quad_segs=200).exterior.coords])


def test_a_small_zone_is_one_piece() -> None:
    found = cut([box(0, 0, 1, 1)])
    assert found.owner.tolist() == [0] and found.polygons[0].equals(box(0, 0, 1, 1))


def test_no_zone_no_pieces() -> None:
    assert len(cut([]).polygons) == 0


@pytest.mark.parametrize("vertices", [257, 1000, 20_000])
def test_pieces_have_at_most_256_vertices_and_add_up(vertices: int) -> None:
    zone = ragged(1, vertices)
    found = cut([zone])
    assert shapely.get_num_coordinates(found.polygons).max() <= 256
    assert shapely.is_valid(found.polygons).all()
    assert abs(shapely.area(found.polygons).sum() / zone.area - 1) <= 1e-12


def test_each_piece_knows_its_zone_and_the_parts_of_one_zone_share_it() -> None:
    zones = [MultiPolygon([box(0, 0, 1, 1), box(5, 5, 6, 6)]), ragged(2, 600), box(9, 9, 10, 10)]
    found = cut(zones)
    assert np.bincount(found.owner)[0] == 2
    assert sorted(found.owner) == list(found.owner)
    for owner, zone in enumerate(zones):
        assert shapely.area(found.polygons[found.owner == owner]).sum() == pytest.approx(zone.area, rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(300, 3000))
def test_pieces_add_up_whatever_the_outline(seed: int, vertices: int) -> None:
    zone = ragged(seed, vertices)
    found = cut([zone], most_vertices=64)
    assert shapely.is_valid(found.polygons).all() and shapely.get_num_coordinates(found.polygons).max() <= 64
    assert abs(shapely.area(found.polygons).sum() / zone.area - 1) <= 1e-12


def test_a_clip_that_loses_ground_is_cut_again_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    zone = ragged(3, 1000)
    whole = pieces.shapely.clip_by_rect
    monkeypatch.setattr(pieces.shapely, "clip_by_rect", lambda part, *bounds: whole(part, *bounds).buffer(-1.0))
    found = cut([zone, box(0, 0, 1, 1)])
    assert abs(shapely.area(found.polygons[found.owner == 0]).sum() / zone.area - 1) <= 1e-12
    assert (found.owner == 1).sum() == 1


def test_a_clip_that_is_not_valid_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    bowtie = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    monkeypatch.setattr(pieces.shapely, "clip_by_rect", lambda part, *bounds: bowtie)
    zone = ragged(4, 600)
    found = cut([zone])
    assert shapely.is_valid(found.polygons).all()
    assert abs(shapely.area(found.polygons).sum() / zone.area - 1) <= 1e-12


def test_a_limit_of_pieces_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MOST_PIECES", 10)
    with pytest.raises(TooLarge, match="10 pieces"):
        cut([ragged(5, 5000)])
