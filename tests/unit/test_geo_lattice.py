"""The lattice: one double a place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, Polygon

from gridgov.errors import InvalidGeometry
from gridgov.geo.lattice import is_on_lattice, snap, snap_point, to_degrees, to_lattice

units = st.integers(-180_000_000_000, 180_000_000_000)


@given(st.lists(units, min_size=1, max_size=50))
def test_units_come_back_from_their_doubles(ks: list[int]) -> None:
    k = np.array(ks, dtype=np.int64)
    assert (to_lattice(to_degrees(k)) == k).all()


@given(units)
def test_the_double_of_a_place_is_the_one_nearest_its_decimal(k: int) -> None:
    sign = "-" if k < 0 else ""
    decimal = f"{sign}{abs(k) // 10**9}.{abs(k) % 10**9:09d}"
    assert float(to_degrees(np.array([k]))[0]) == float(decimal)


def test_a_double_is_a_quotient_and_not_a_product() -> None:
    k = np.arange(118_870_000_000, 118_870_001_000)
    assert (to_degrees(k) == k / 1e9).all()
    assert not (to_degrees(k) == k * 1e-9).all()


def test_snapping_twice_changes_nothing() -> None:
    once = snap(Polygon([(118.12345678912, 28), (118.2, 28.00000000049), (118.15, 28.3)]))
    assert snap(once).equals_exact(once, 0)
    assert is_on_lattice(once)
    assert once.exterior.coords[0] == (118.123456789, 28.0)


def test_minus_zero_becomes_zero() -> None:
    assert str(snap(Point(-1e-12, 0.0)).x) == "0.0"


def test_a_point_is_snapped_to_the_nearest_place() -> None:
    assert snap_point(118.8701234564, 28.9500000006) == (118.870123456, 28.950000001)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf"), 1e308])
def test_what_is_not_a_finite_number_is_refused(bad: float) -> None:
    with pytest.raises(InvalidGeometry):
        to_lattice(np.array([bad]))
