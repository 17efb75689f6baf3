"""The plane of web maps, beside PROJ's own, and its tiles."""

import numpy as np
import pytest
from pyproj import Transformer

from gridgov.geo.mercator import forward, pixel_m, tile_box


def test_the_plane_is_the_one_of_epsg_3857() -> None:
    points = np.array([[0.0, 0.0], [118.87, 28.95], [-71.06, 42.36], [180.0, 85.0], [-180.0, -85.0]])
    expected = np.column_stack(Transformer.from_crs(4326, 3857, always_xy=True).transform(*points.T))
    assert forward(points) == pytest.approx(expected, abs=1e-6)


def test_beyond_the_square_is_drawn_on_its_edge() -> None:
    assert forward(np.array([[0.0, 90.0]]))[0, 1] == pytest.approx(20037508.342789244)


def test_a_tile_s_edges_in_metres_and_degrees_are_the_same_edges() -> None:
    box = tile_box(10, 850, 425)
    assert (box.west, box.east) == pytest.approx((118.828125, 119.1796875))
    corners = forward(np.array([[box.west, box.south], [box.east, box.north]]))
    assert corners == pytest.approx(np.array([[box.west_m, box.south_m], [box.east_m, box.north_m]]), abs=1e-6)
    assert box.east_m - box.west_m == pytest.approx(256 * pixel_m(10))


def test_within_a_tile_of_zoom_15_the_plane_is_the_degrees_scaled() -> None:
    """To a twelfth of a tile unit of 4096 where China ends in the north: what is drawn there is clipped and scaled in degrees."""
    box = tile_box(15, 27127, 10650)
    assert 53 < box.south < 54
    latitudes = np.linspace(box.south, box.north, 101)
    metres = forward(np.column_stack([np.zeros(101), latitudes]))[:, 1]
    scaled = box.south_m + (latitudes - box.south) / (box.north - box.south) * (box.north_m - box.south_m)
    assert np.abs(metres - scaled).max() / (box.north_m - box.south_m) * 4096 < 1 / 12
