"""1,253 real municipalities: what is wrong with them is found and named, what is right loads, parents equal the regions' own file."""

import copy
import csv
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from gridgov.database.pool import Database
from gridgov.geo.area import area_m2
from gridgov.geo.lattice import snap
from gridgov.grids import store

pytestmark = pytest.mark.real
Cli = Callable[..., Any]
Document = dict[str, Any]
_MUNICIPALITIES = "cells/italy-northwest-municipalities.geojson"
_REGIONS = "cells/italy-northwest-regions.geojson"
_FIELDS = ("--code-field", "com_istat_code", "--name-field", "name", "--parent-field", "prov_istat_code", "--parent-field", "reg_istat_code")
_NAMES = ("--parent-name-field", "prov_name", "--parent-name-field", "reg_name")
_WORDS = ("--scheme", "it", "--level", "village", *_FIELDS, *_NAMES, "--json")
_HOLES = [10_800_000.0, 95_000.0, 614.0]
_REASON = "Laghi e terreni fuori comune"


@pytest.fixture(scope="module")
def municipalities(tmp_path_factory: pytest.TempPathFactory) -> Document:
    import os

    found: Document = json.loads((Path(os.environ["REAL_DATA"]) / _MUNICIPALITIES).read_text(encoding="utf-8"))
    return found


def _loaded(cli: Cli, path: Path, *more: str) -> Any:
    result = cli("cells", "import", path, *_WORDS, "--allow-gaps", _REASON, *more)
    assert result.exit_code == 0, result.stdout[:2000] + result.stderr
    return result


def test_the_file_is_refused_for_exactly_its_three_holes(cli: Cli, real_data: Path) -> None:
    result = cli("cells", "import", real_data / _MUNICIPALITIES, *_WORDS)
    assert result.exit_code == 1
    report = result.json
    assert report["cells"] == {"county": 2, "township": 9, "village": 1253}
    assert [one["kind"] for one in report["violations"]] == ["hole"] * 3
    areas = sorted((float(one["area_m2"]) for one in report["violations"]), reverse=True)
    assert areas == pytest.approx(_HOLES, rel=0.005)
    assert all(len(one["cells"]) >= 1 and one["point"] for one in report["violations"])
    assert report["rejected"] == [] and report["rounding"]
    print(json.dumps(report["rounding"], ensure_ascii=False))


def test_it_loads_with_allowed_gaps_and_its_regions_equal_their_own_file(cli: Cli, database: Database, real_data: Path) -> None:
    report = _loaded(cli, real_data / _MUNICIPALITIES).json
    assert report["imported"]["village"] == 1253 and report["imported"]["county"] == 2
    assert [gap["reason"] for gap in report["allowed_gaps"]] == [_REASON] * 3
    regions = {
        one["properties"]["reg_istat_code"]: shape(one["geometry"]) for one in json.loads((real_data / _REGIONS).read_text(encoding="utf-8"))["features"]
    }
    with database.unit_of_work("test:reader", read_only=True) as uow:
        scheme = store.require_scheme(uow, "it")
        derived = {cell.code: cell for cell in store.cells_in_force(uow, scheme.scheme_id, _today(), rank=2)}
    assert set(derived) == set(regions)
    for code, region in regions.items():
        ground = derived[code].geometry
        assert ground is not None
        apart = abs(area_m2(ground) - area_m2(region)) / area_m2(region)
        print(f"region {code}: relative difference {apart:.2e}")
        assert apart <= 1e-9
    assert cli("cells", "check", "--json").json["ok"] is True
    again = cli("cells", "import", real_data / _REGIONS, "--scheme", "it", "--level", "county", "--code-field", "reg_istat_code", "--json")
    assert (again.exit_code, again.json["violations"]) == (0, [])
    checked = cli("cells", "check", "--json").json
    assert (checked["ok"], checked["outline"], len(checked["allowed_gaps"])) == (True, "parent", 3)


def _today() -> Any:
    from gridgov.settings import load_settings

    return load_settings().today()


def _move_one_vertex(document: Document) -> set[str]:
    """One inner vertex of one cell by a millimetre to the north; the codes of its owners."""
    feature, ring, index, owners = _inner_vertex(document)
    ring[index] = [ring[index][0], ring[index][1] + 0.001 / 111_132.0]
    return owners | {feature["properties"]["com_istat_code"]}


def _add_a_bulge(document: Document) -> set[str]:
    """A vertex in the middle of a common edge, 3e-9 degrees off, in one of the two cells."""
    feature, ring, index, owners = _inner_vertex(document)
    (x1, y1), (x2, y2) = ring[index], ring[index + 1]
    length = math.hypot(x2 - x1, y2 - y1)
    ring.insert(index + 1, [(x1 + x2) / 2 - 3e-9 * (y2 - y1) / length, (y1 + y2) / 2 + 3e-9 * (x2 - x1) / length])
    return owners | {feature["properties"]["com_istat_code"]}


def _drop_a_cell(document: Document) -> set[str]:
    """An inner cell; the codes of its neighbours."""
    feature, _, _, _ = _inner_vertex(document)
    document["features"].remove(feature)
    gone = shape(feature["geometry"])
    return {one["properties"]["com_istat_code"] for one in document["features"] if shape(one["geometry"]).intersection(gone).length > 1e-6}


def _double_a_cell(document: Document) -> set[str]:
    feature, _, _, _ = _inner_vertex(document)
    document["features"].append(copy.deepcopy(feature))
    return {feature["properties"]["com_istat_code"]}


def _inner_vertex(document: Document) -> tuple[Document, list[list[float]], int, set[str]]:
    """The first edge of a cell far from the rim that has exactly one other owner: its feature, ring, position, the other owner."""
    owners: dict[tuple[float, float], set[str]] = {}
    for one in document["features"]:
        for x, y in shapely.get_coordinates(shape(one["geometry"])).tolist():
            owners.setdefault((x, y), set()).add(one["properties"]["com_istat_code"])
    for feature in document["features"][100:]:
        ring = feature["geometry"]["coordinates"][0] if feature["geometry"]["type"] == "Polygon" else []
        code = feature["properties"]["com_istat_code"]
        if not ring or any(len(owners[tuple(place)]) < 2 for place in ring):
            continue
        for index in range(5, len(ring) - 5):
            around = [owners[tuple(place)] - {code} for place in ring[index - 2 : index + 4]]
            long_enough = math.dist(ring[index], ring[index + 1]) > 1e-4
            if long_enough and all(len(other) == 1 and other == around[0] for other in around):
                return feature, ring, index, around[0]
    raise AssertionError("no such edge in the file")


@pytest.mark.parametrize(
    ("spoil", "kinds", "least_m2"),
    [
        (_move_one_vertex, {"unmatched-edge", "gap", "hole", "overlap"}, 0.0),
        (_drop_a_cell, {"hole"}, 100_000.0),
        (_double_a_cell, {"duplicate"}, 100_000.0),
        (_add_a_bulge, {"unmatched-edge", "gap", "hole", "overlap"}, 0.0),
    ],
    ids=["vertex-moved-1mm", "cell-dropped", "cell-doubled", "t-vertex-3e-9-off"],
)
def test_a_spoilt_file_is_refused_with_place_area_and_neighbours(
    cli: Cli, tmp_path: Path, municipalities: Document, spoil: Callable[[Document], set[str]], kinds: set[str], least_m2: float
) -> None:
    document = copy.deepcopy(municipalities)
    named = spoil(document)
    path = tmp_path / "spoilt.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    result = cli("cells", "import", path, *_WORDS)
    assert result.exit_code == 1
    areas = [float(one["area_m2"]) for one in result.json["violations"]]
    fresh = [one for one in result.json["violations"] if not (one["kind"] == "hole" and any(abs(float(one["area_m2"]) / hole - 1) < 0.005 for hole in _HOLES))]
    print([(one["kind"], one["cells"], one["area_m2"], one["length_m"], one["point"], one["detail"]) for one in fresh])
    assert fresh and {one["kind"] for one in fresh} <= kinds
    assert any(named <= set(one["cells"]) for one in fresh)
    assert max(areas) > 0 and max(float(one["area_m2"]) for one in fresh) >= least_m2
    assert all(one["point"] for one in fresh)
    if spoil in (_move_one_vertex, _add_a_bulge, _double_a_cell):
        allowed = cli("cells", "import", path, *_WORDS, "--allow-gaps", _REASON)
        assert allowed.exit_code == 1
    assert cli("area", "show", "--json").json == {"area": None}


def test_random_points_and_vertices_equal_brute_force(cli: Cli, database: Database, real_data: Path, tmp_path: Path) -> None:
    seed = 20261122
    print(f"seed {seed}")
    random = np.random.default_rng(seed)
    _loaded(cli, real_data / _MUNICIPALITIES)
    with database.unit_of_work("test:reader", read_only=True) as uow:
        scheme = store.require_scheme(uow, "it")
        leaves = store.cells_in_force(uow, scheme.scheme_id, _today(), rank=0)
        leaves.sort(key=lambda cell: cell.code.encode())
        grounds = [cell.geometry for cell in leaves]
        west, south, east, north = shapely.total_bounds(grounds)
        vertices = shapely.get_coordinates(grounds)
        places = np.concatenate([random.uniform((west, south), (east, north), (1000, 2)), vertices[random.integers(0, len(vertices), 1000)]])
        expected = []
        for point in snap(shapely.points(places)):
            hits = np.flatnonzero(shapely.intersects(grounds, point))
            expected.append(leaves[hits[0]].code if len(hits) else "")
        single = [store.locate(uow, scheme, lon=p.x, lat=p.y, on=_today()) for p in snap(shapely.points(places))]
    assert [cells[-1].code if cells else "" for cells in single] == expected
    assert all(len(cells) in (0, 3) for cells in single)
    source, target = tmp_path / "points.csv", tmp_path / "out.csv"
    source.write_text("lon,lat\n" + "".join(f"{x!r},{y!r}\n" for x, y in places.tolist()))
    assert cli("locate", "--in", source, "--out", target, "--scheme", "it", "--json").exit_code == 0
    with target.open(newline="") as lines:
        bulk = [row["village"] for row in csv.DictReader(lines)]
    assert bulk == expected


def test_it_answers_as_known_at_an_earlier_time(cli: Cli, database: Database, tmp_path: Path, municipalities: Document, real_data: Path) -> None:
    _loaded(cli, real_data / _MUNICIPALITIES)
    with database.unit_of_work("test:reader", read_only=True) as uow:
        before = uow.now()
    document = copy.deepcopy(municipalities)
    feature = document["features"][0]
    feature["properties"]["name"] = "Agliè Nuova"
    path = tmp_path / "renamed.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    report = cli("cells", "import", path, *_WORDS, "--mode", "replace", "--effective-from", "2020-01-01").json
    assert (report["unchanged"], report["closed"], report["imported"]["village"]) == (1252, 1, 1)
    inside = shape(feature["geometry"]).representative_point()
    ask = ("locate", inside.x, inside.y, "--scheme", "it", "--json")
    assert cli(*ask).json["cells"][-1]["name"] == "Agliè Nuova"
    assert cli(*ask, "--on", "2019-12-31").json["cells"][-1]["name"] == "Agliè"
    assert cli(*ask, "--known-at", before.isoformat()).json["cells"][-1]["name"] == "Agliè"
