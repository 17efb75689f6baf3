"""Making polygons valid, one after the other, inside the killable process."""

from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry

from layers.wire import pack, unpack


def repair_each(payload: bytes) -> Iterator[bytes]:
    """A packed list of geometries -> one packed answer for each, as soon as it is done."""
    _, geometries = unpack(payload)
    for geometry in geometries:
        assert geometry is not None
        yield pack({}, [make_valid(geometry)])


def make_valid(geometry: BaseGeometry) -> BaseGeometry:
    """Rings rebuilt by GEOS' `structure` method; parts that collapse to lines or points are left out."""
    found: BaseGeometry = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    return found
