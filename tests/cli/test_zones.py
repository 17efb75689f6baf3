"""`zones import` and `zones list` as a person and a script use them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely import box

from gridgov.database.pool import Database
from gridgov.grids import store as grid_store
from gridgov.zones import store
from layers.table import FeatureTable
from layers.vector import write_features
from tests.cli.grid_files import SIDE, SOUTH, WEST, save, squares

Cli = Callable[..., Any]
SQUARE = box(118.81, 28.91, 118.82, 28.92)
BOWTIE = shapely.Polygon([(118.83, 28.91), (118.84, 28.92), (118.84, 28.91), (118.83, 28.92)])


def zones(path: Path, *geometries: Any, crs: str | None = "EPSG:4490", **columns: list[Any]) -> Path:
    rows = [{name: values[number] for name, values in columns.items()} for number in range(len(geometries))]
    write_features(path, FeatureTable("zones", crs, list(columns), rows, list(geometries)))
    return path


@pytest.fixture
def red_line(tmp_path: Path) -> Path:
    return zones(tmp_path / "red.gpkg", SQUARE, box(118.83, 28.91, 118.84, 28.92), HXBM=["H1", "H2"], HXMM=["青山", "白水"], HXLX=["核心", "一般"])


def test_a_file_becomes_an_edition(cli: Cli, red_line: Path) -> None:
    found = cli(
        "zones", "import", red_line, "--layer", "ecological-red-line", "--edition", "2024", "--effective-from", "2024-01-01", "--coverage", "none", "--json"
    )
    assert (found.exit_code, found.stderr) == (0, "")
    assert {key: found.json[key] for key in ("layer", "edition", "imported", "pieces", "repairs", "rejected")} == {
        "layer": "ecological-red-line",
        "edition": "2024",
        "imported": 2,
        "pieces": 2,
        "repairs": [],
        "rejected": [],
    }
    assert len(found.json["sha256"]) == 64
    listed = cli("zones", "list", "--json").json["layers"]
    assert [(layer["layer"], layer["kind"], layer["editions"][0]["zones"]) for layer in listed] == [("ecological-red-line", "ecological-red-line", 2)]


def test_aliases_and_a_field_map_name_code_name_and_attributes(cli: Cli, database: Database, red_line: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "map.yaml"
    mapping.write_text("attributes: {core: {from: HXLX, values: {核心: true}}}", "utf-8")
    found = cli("zones", "import", red_line, "--layer", "red", "--kind", "ecological-red-line", "--coverage", "none", "--field-map", mapping, "--json")
    assert found.json["unlisted"] == [{"attribute": "core", "value": "一般", "zones": 1}]
    with database.unit_of_work("test:tester", read_only=True) as uow:
        rows = store.edition_zones(uow, store.editions(uow)[0].edition_id)
    assert [(row["code"], row["name"], row["attributes"]["core"], row["attributes"]["HXLX"]) for row in rows] == [
        ("H1", "青山", True, "核心"),
        ("H2", "白水", None, "一般"),
    ]


def test_invalid_zones_are_reported_on_stdout_and_nothing_is_loaded(cli: Cli, tmp_path: Path) -> None:
    path = zones(tmp_path / "bad.gpkg", SQUARE, BOWTIE, shapely.Point(118.8, 28.9), code=["a", "b", "c"])
    found = cli("zones", "import", path, "--layer", "parks", "--coverage", "none", "--json")
    assert found.exit_code == 1
    assert found.json["imported"] == 0 and found.json["status"] == 422 and found.json["type"] == "/problems/zones-refused"
    assert [(row["row"], row["code"]) for row in found.json["rejected"]] == [(2, "b"), (3, "c")]
    assert found.json["rejected"][0]["point"] == [118.835, 28.915]
    assert cli("zones", "list", "--json").json == {"layers": []}
    plain = cli("zones", "import", path, "--layer", "parks", "--coverage", "none")
    assert plain.exit_code == 1 and plain.stdout == "" and "row 2" in plain.stderr and "118.835" in plain.stderr


def test_repair_lists_what_it_changed(cli: Cli, tmp_path: Path) -> None:
    path = zones(tmp_path / "bad.gpkg", SQUARE, BOWTIE, code=["a", "b"])
    found = cli("zones", "import", path, "--layer", "parks", "--coverage", "none", "--repair", "--json")
    assert found.exit_code == 0 and found.json["imported"] == 2
    (repair,) = found.json["repairs"]
    assert (repair["code"], repair["point"], repair["before_m2"]) == ("b", [118.835, 28.915], "0.00")
    assert float(repair["after_m2"]) == pytest.approx(540_600, rel=1e-3)


def test_points_and_lines_stay_rejected_with_repair(cli: Cli, tmp_path: Path) -> None:
    path = zones(tmp_path / "bad.gpkg", SQUARE, shapely.Point(118.8, 28.9), code=["a", "b"])
    found = cli("zones", "import", path, "--layer", "parks", "--coverage", "none", "--repair", "--json")
    assert found.exit_code == 1 and [row["code"] for row in found.json["rejected"]] == ["b"]


def test_the_same_bytes_again_are_a_no_op_and_others_are_refused(cli: Cli, red_line: Path, tmp_path: Path) -> None:
    words = ["--layer", "red", "--edition", "2024", "--coverage", "none", "--json"]
    first = cli("zones", "import", red_line, *words)
    again = cli("zones", "import", red_line, *words)
    assert again.exit_code == 0 and again.json["unchanged"] and again.json["sha256"] == first.json["sha256"]
    other = zones(tmp_path / "other.gpkg", SQUARE, code=["x"])
    refused = cli("zones", "import", other, *words)
    assert refused.exit_code == 1 and refused.json["status"] == 409


def test_a_dry_run_loads_nothing(cli: Cli, red_line: Path) -> None:
    found = cli("zones", "import", red_line, "--layer", "red", "--coverage", "area", "--dry-run", "--json")
    assert found.json["imported"] == 2 and found.json["dry_run"]
    assert cli("zones", "list", "--json").json == {"layers": []}


def test_coverage_by_cells_is_the_union_of_the_top_level(cli: Cli, database: Database, red_line: Path, tmp_path: Path) -> None:
    cells = save(tmp_path / "cells.geojson", squares())
    assert cli("cells", "import", cells, "--scheme", "s", "--level", "village", "--json").exit_code == 0
    found = cli("zones", "import", red_line, "--layer", "red", "--coverage", "cells", "--json")
    assert found.exit_code == 0, found.stdout
    with database.unit_of_work("test:tester", read_only=True) as uow:
        ground = store.coverage(uow, store.editions(uow)[0].edition_id)
        assert grid_store.area_of_use(uow) is not None
    assert ground is not None and ground.equals(box(WEST, SOUTH, round(WEST + 4 * SIDE, 9), round(SOUTH + 3 * SIDE, 9)))


def test_coverage_by_file_is_the_union_of_its_polygons(cli: Cli, database: Database, red_line: Path, tmp_path: Path) -> None:
    ground = zones(tmp_path / "ground.geojson", box(118.8, 28.9, 118.85, 28.95), box(118.85, 28.9, 118.9, 28.95))
    assert cli("zones", "import", red_line, "--layer", "red", "--coverage", ground, "--json").exit_code == 0
    with database.unit_of_work("test:tester", read_only=True) as uow:
        found = store.coverage(uow, store.editions(uow)[0].edition_id)
    assert found is not None and found.equals(box(118.8, 28.9, 118.9, 28.95))


def test_an_unknown_crs_is_asked_for_and_zoned_eastings_settle_it(cli: Cli, tmp_path: Path) -> None:
    plain = tmp_path / "metres.geojson"
    plain.write_text(json.dumps({"type": "FeatureCollection", "features": [_metres(389900.0)]}))
    refused = cli("zones", "import", plain, "--layer", "a", "--coverage", "none", "--json")
    assert refused.exit_code == 1 and refused.json["type"] == "/problems/wrong-crs"
    told = cli("zones", "import", plain, "--layer", "a", "--coverage", "none", "--crs", "EPSG:4549", "--json")
    assert told.exit_code == 0 and told.json["crs"]["source"] == "EPSG:4549"
    zoned = tmp_path / "zoned.geojson"
    zoned.write_text(json.dumps({"type": "FeatureCollection", "features": [_metres(40389900.0)]}))
    settled = cli("zones", "import", zoned, "--layer", "b", "--coverage", "none", "--json")
    assert settled.exit_code == 0 and settled.json["crs"]["source"] == "EPSG:4528"


def _metres(east: float) -> dict[str, Any]:
    ring = [[east, 3204520.0], [east + 100, 3204520.0], [east + 100, 3204600.0], [east, 3204600.0], [east, 3204520.0]]
    return {"type": "Feature", "properties": {"code": "P1"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [
        (["--coverage", "nowhere.gpkg"], 2),
        (["--coverage", "none", "--disclosure", "secret"], 2),
        (["--coverage", "none", "--kind", "forest"], 2),
        (["--coverage", "none", "--effective-from", "2024-02-30"], 2),
        (["--coverage", "none", "--threshold-area", "-1"], 2),
        (["--coverage", "none", "--code-field", "BM"], 1),
        (["--coverage", "none", "--file-layer", "nothing"], 1),
        (["--coverage", "none", "--crs", "EPSG:4214"], 1),
    ],
)
def test_what_cannot_be_meant_is_said(cli: Cli, red_line: Path, words: list[str], exit_code: int) -> None:
    found = cli("zones", "import", red_line, "--layer", "red", *words, "--json")
    assert found.exit_code == exit_code, found.stdout
    assert found.json["detail"]


def test_a_missing_file_is_said(cli: Cli, tmp_path: Path) -> None:
    found = cli("zones", "import", tmp_path / "no.gpkg", "--layer", "red", "--coverage", "none", "--json")
    assert found.exit_code == 1 and found.json["status"] == 404


def test_an_empty_installation_lists_no_layer(cli: Cli) -> None:
    found = cli("zones", "list")
    assert found.exit_code == 0 and "gridgov zones import" in found.stdout


def test_the_sample_is_another_database(cli: Cli, red_line: Path) -> None:
    assert cli("zones", "import", red_line, "--layer", "red", "--coverage", "none", "--sample", "--json").exit_code == 0
    assert cli("zones", "list", "--json").json["layers"] == []
    assert [layer["layer"] for layer in cli("zones", "list", "--sample", "--json").json["layers"]] == ["red"]
