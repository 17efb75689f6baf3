"""The tiling of 1,253 real municipalities: proved, spoilt and refused, dissolved to the published regions."""

import json
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon

from gridgov.geo.area import area_m2
from gridgov.geo.clean import POLYGONS, require_clean
from gridgov.geo.coverage import TilingProof, Violation, prove_tiling
from gridgov.geo.dissolve import dissolve
from gridgov.geo.noding import Noded, node_level

MILLIMETRE_DEG = 1e-3 / 111_132


def features(name: str) -> list[dict[str, Any]]:
    path = Path(os.environ["REAL_DATA"]) / "cells" / name
    return list(json.loads(path.read_text(encoding="utf-8"))["features"])


@lru_cache(maxsize=1)
def municipalities() -> tuple[tuple[MultiPolygon, ...], tuple[dict[str, Any], ...]]:
    read = features("italy-northwest-municipalities.geojson")
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in read]
    whole = [shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape]) for shape in shapes]
    return tuple(whole), tuple(feature["properties"] for feature in read)


@lru_cache(maxsize=1)
def noded() -> Noded:
    return node_level(municipalities()[0])


def against(cells: Sequence[MultiPolygon]) -> tuple[TilingProof, list[Violation]]:
    """The proof of spoilt cells, and what it says beyond the three holes that are really there."""
    proof = prove_tiling(node_level(cells).cells)
    known = {fault.point for fault in prove_tiling(noded().cells).violations}
    return proof, [fault for fault in proof.violations if fault.point not in known]


def shared_edges(count: int, seed: int) -> list[tuple[int, int, set[int]]]:
    """Edges (cell, position on its first shell, both owners) that two cells have in common, chosen by seed."""
    owners: dict[frozenset[Any], set[int]] = {}
    cells = municipalities()[0]
    edges = []
    for index, cell in enumerate(cells):
        corners = list(cell.geoms[0].exterior.coords)
        for position in range(len(corners) - 1):
            key = frozenset(corners[position : position + 2])
            owners.setdefault(key, set()).add(index)
            edges.append((index, position, key))
    shared = [(index, position, owners[key]) for index, position, key in edges if len(owners[key]) == 2]
    return [shared[at] for at in np.random.default_rng(seed).choice(len(shared), count, replace=False)]


def with_corners(index: int, corners: list[Any]) -> list[MultiPolygon]:
    cells = list(municipalities()[0])
    cells[index] = MultiPolygon([Polygon(corners, cells[index].geoms[0].interiors), *list(cells[index].geoms)[1:]])
    return cells


def test_every_municipality_is_clean_as_delivered() -> None:
    cells, _ = municipalities()
    assert len(cells) == 1253
    for row, cell in enumerate(cells):
        require_clean(cell, kinds=POLYGONS, pointer=f"row {row + 1}")


def test_only_the_three_known_holes_stand_against_the_tiling() -> None:
    proof = prove_tiling(noded().cells)
    assert [fault.kind for fault in proof.violations] == ["hole"] * 3
    areas = sorted(fault.area_m2 for fault in proof.violations)
    assert areas == pytest.approx([615.6, 95_444.6, 10_839_572.2], rel=1e-4)
    assert prove_tiling(noded().cells, allowed_gaps=proof.holes).ok
    assert prove_tiling(noded().cells, outline=proof.outline).ok


def test_the_cell_that_rounding_would_break_is_listed_and_whole() -> None:
    cells, properties = municipalities()
    strona = next(index for index, attributes in enumerate(properties) if attributes["name"] == "Strona")
    alone = shapely.transform(cells[strona], lambda corners: np.rint(corners * 1e9) / 1e9)
    assert not alone.is_valid
    assert noded().cells[strona].is_valid
    changes = noded().rounding
    assert changes and all(strona in change.cells for change in changes)
    assert all(change.size_m <= 2e-4 for change in changes)
    assert sum(change.area_m2 for change in changes) < 1e-4


def test_noding_again_changes_nothing() -> None:
    again = node_level(noded().cells)
    assert again.rounding == []
    assert all(one.equals_exact(other, 0) for one, other in zip(again.cells, noded().cells, strict=True))


@pytest.mark.parametrize("key", ["reg_istat_code"])
def test_dissolved_regions_equal_the_published_ones(key: str) -> None:
    regions = dissolve(noded().cells, [attributes[key] for attributes in municipalities()[1]])
    published = {feature["properties"][key]: shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features("italy-northwest-regions.geojson")}
    assert regions.keys() == published.keys()
    for code, region in regions.items():
        assert region.is_valid
        assert area_m2(region) == pytest.approx(area_m2(published[code]), rel=1e-9)


@pytest.mark.parametrize(("cell", "position", "owners"), shared_edges(8, 1) if "REAL_DATA" in os.environ else [])
def test_a_vertex_moved_by_a_millimetre_is_refused_with_place_area_and_neighbours(cell: int, position: int, owners: set[int]) -> None:
    corners = list(municipalities()[0][cell].geoms[0].exterior.coords)[:-1]
    lon, lat = corners[position]
    angle = np.random.default_rng(cell).uniform(0, 2 * np.pi)
    corners[position] = (lon + MILLIMETRE_DEG * np.cos(angle) / np.cos(np.radians(lat)), lat + MILLIMETRE_DEG * np.sin(angle))
    proof, new = against(with_corners(cell, [*corners, corners[0]]))
    assert not proof.ok and new
    assert min(np.hypot(fault.point[0] - lon, fault.point[1] - lat) for fault in new) < 1e-6
    assert all(fault.area_m2 > 0 and cell in fault.cells and len(fault.cells) > 1 for fault in new)
    assert owners <= {at for fault in new for at in fault.cells}


@pytest.mark.parametrize(("cell", "position", "owners"), shared_edges(8, 2) if "REAL_DATA" in os.environ else [])
def test_a_t_vertex_three_units_off_is_refused_with_place_area_and_neighbours(cell: int, position: int, owners: set[int]) -> None:
    corners = [np.array(corner) for corner in municipalities()[0][cell].geoms[0].exterior.coords]
    along = corners[position + 1] - corners[position]
    off = (corners[position] + corners[position + 1]) / 2 + 3e-9 * np.array([-along[1], along[0]]) / np.hypot(*along)
    proof, new = against(with_corners(cell, [*corners[: position + 1], off, *corners[position + 1 :]]))
    (fault,) = new
    assert not proof.ok and fault.kind == "unmatched-edge"
    assert set(fault.cells) == owners and fault.area_m2 > 0
    assert np.hypot(*(np.array(fault.point) - off)) < 1e-6


def test_a_dropped_inner_cell_is_refused_as_a_hole_with_its_neighbours() -> None:
    cells = list(municipalities()[0])
    dropped = cells.pop(500)
    proof, new = against(cells)
    (fault,) = new
    assert not proof.ok and fault.kind == "hole"
    assert fault.area_m2 == pytest.approx(area_m2(noded().cells[500]), rel=1e-12)
    assert dropped.contains(shapely.Point(fault.point))
    touching = {index for index, cell in enumerate(cells) if shapely.intersection(cell, dropped).length > 0}
    assert set(fault.cells) == touching


def test_a_doubled_cell_is_refused_as_a_duplicate() -> None:
    cells = municipalities()[0]
    proof, new = against([*cells, cells[500]])
    (fault,) = new
    assert not proof.ok
    assert (fault.kind, fault.cells) == ("duplicate", (500, 1253))
