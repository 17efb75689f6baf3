"""`cells import`, `cells check`, `cells export`, `scheme add`, `area`: from files to a grid that is proved to tile."""

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from layers.vector import read_features
from tests.cli.grid_files import SIDE, SOUTH, WEST, code, feature, ring, save, squares

Cli = Callable[..., Any]
_KINDS = {"overlap", "gap", "hole", "unmatched-edge", "outside-parent", "invalid", "orphan", "duplicate"}


def _load(cli: Cli, path: Path, *more: object) -> Any:
    return cli("cells", "import", path, "--scheme", "s", "--level", "village", "--json", *more)


def _violations(result: Any) -> list[tuple[str, list[str]]]:
    return [(one["kind"], sorted(one["cells"])) for one in result.json["violations"]]


def test_a_grid_loads_with_parents_from_its_codes(cli: Cli, tmp_path: Path) -> None:
    result = _load(cli, save(tmp_path / "cells.geojson", squares()))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.json["imported"] == {"county": 1, "township": 2, "village": 12}
    assert result.json["cells"] == {"county": 1, "township": 2, "village": 12}
    assert result.json["ok"] is True and result.json["violations"] == []
    assert result.json["on"] == "1900-01-01"
    assert result.json["not_checkable"] == ["cells missing at the rim"]
    found = cli("locate", WEST + 0.005, SOUTH + 0.005, "--json").json
    assert [(cell["level"], cell["code"]) for cell in found["cells"]] == [
        ("county", "330802000000"),
        ("township", "330802101000"),
        ("village", code(0, 0)),
    ]
    assert cli("cells", "check", "--json").json["ok"] is True


def test_parents_named_in_the_file_are_taken(cli: Cli, tmp_path: Path) -> None:
    cells = [feature(f"v{x}", [ring(x, 0)], name=f"v{x}", town="A" if x < 2 else "B", town_name=f"{'甲' if x < 2 else '乙'}镇", county="K") for x in range(4)]
    path = save(tmp_path / "cells.geojson", cells)
    result = _load(cli, path, "--parent-field", "town", "--parent-field", "county", "--parent-name-field", "town_name")
    assert result.json["imported"] == {"county": 1, "township": 2, "village": 4}
    names = [(cell["code"], cell["name"]) for cell in cli("locate", WEST + 0.025, SOUTH + 0.005, "--json").json["cells"]]
    assert names == [("K", "K"), ("B", "乙镇"), ("v2", "v2")]


def test_a_dry_run_reports_and_writes_nothing(cli: Cli, tmp_path: Path) -> None:
    result = _load(cli, save(tmp_path / "cells.geojson", squares()), "--dry-run")
    assert (result.exit_code, result.json["dry_run"], result.json["imported"]["village"]) == (0, True, 12)
    assert cli("locate", WEST, SOUTH, "--json").exit_code == 1
    assert cli("area", "show", "--json").json == {"area": None}


def test_a_missing_cell_is_a_hole_with_its_place_area_and_neighbours(cli: Cli, tmp_path: Path) -> None:
    result = _load(cli, save(tmp_path / "cells.geojson", squares(without=[(1, 1)])))
    assert result.exit_code == 1
    assert _violations(result) == [("hole", sorted([code(0, 1), code(2, 1), code(1, 0), code(1, 2)]))]
    hole = result.json["violations"][0]
    assert float(hole["area_m2"]) == pytest.approx(0.01 * 0.01 * 110_000 * 97_600, rel=0.02)
    assert WEST + SIDE < hole["point"][0] < WEST + 2 * SIDE and SOUTH + SIDE < hole["point"][1] < SOUTH + 2 * SIDE
    assert cli("cells", "check", "--json").exit_code == 1


def test_an_allowed_gap_is_recorded_with_its_reason_and_stays(cli: Cli, tmp_path: Path) -> None:
    path = save(tmp_path / "cells.geojson", squares(without=[(1, 1)]))
    result = _load(cli, path, "--allow-gaps", "湖面")
    assert result.exit_code == 0
    assert [gap["reason"] for gap in result.json["allowed_gaps"]] == ["湖面"]
    checked = cli("cells", "check", "--json").json
    assert checked["ok"] is True and [gap["reason"] for gap in checked["allowed_gaps"]] == ["湖面"]
    assert cli("locate", WEST + 1.5 * SIDE, SOUTH + 1.5 * SIDE, "--json").json["cells"] == []
    again = _load(cli, path, "--mode", "replace")
    assert (again.exit_code, again.json["unchanged"], again.json["closed"]) == (0, 12 - 1, 0)


def test_filling_an_allowed_gap_ends_it(cli: Cli, tmp_path: Path) -> None:
    _load(cli, save(tmp_path / "cells.geojson", squares(without=[(1, 1)])), "--allow-gaps", "湖面")
    result = _load(cli, save(tmp_path / "fill.geojson", [feature(code(1, 1), [ring(1, 1)], name="湖")]), "--mode", "add")
    assert (result.exit_code, result.json["allowed_gaps"]) == (0, [])
    assert result.json["imported"] == {"county": 1, "township": 1, "village": 1}
    assert cli("cells", "check", "--json").json["allowed_gaps"] == []


def test_an_overlap_is_refused_with_both_cells(cli: Cli, tmp_path: Path) -> None:
    cells = squares(2, 1)
    cells[1]["geometry"]["coordinates"][0] = [[WEST + 0.005, SOUTH], *ring(1, 0)[1:3], [WEST + 0.005, SOUTH + SIDE], [WEST + 0.005, SOUTH]]
    result = _load(cli, save(tmp_path / "cells.geojson", cells))
    assert result.exit_code == 1
    assert ("overlap", sorted([code(0, 0), code(1, 0)])) in _violations(result)


def test_a_doubled_cell_is_refused_and_named(cli: Cli, tmp_path: Path) -> None:
    result = _load(cli, save(tmp_path / "cells.geojson", [*squares(), squares()[5]]))
    assert result.exit_code == 1
    kinds = {kind for kind, _ in _violations(result)}
    assert "duplicate" in kinds and kinds <= _KINDS
    assert [(row["row"], row["code"]) for row in result.json["rejected"]] == [(13, code(1, 1))]


def test_bad_rows_refuse_the_whole_file_with_row_code_reason_and_point(cli: Cli, tmp_path: Path) -> None:
    cells = squares()
    cells[3]["properties"]["code"] = None
    cells[4]["properties"]["name"] = " "
    cells[5]["geometry"]["coordinates"] = [[[118.8, 28.9], [118.9, 29.0], [118.9, 28.9], [118.8, 29.0], [118.8, 28.9]]]
    result = _load(cli, save(tmp_path / "cells.geojson", cells))
    assert result.exit_code == 1
    assert [row["row"] for row in result.json["rejected"]] == [4, 5, 6]
    assert all(row["reason"] and len(row["point"]) == 2 for row in result.json["rejected"])
    assert "invalid" in {kind for kind, _ in _violations(result)}
    assert "orphan" not in {kind for kind, _ in _violations(result)}
    assert cli("area", "show", "--json").json == {"area": None}


def test_a_second_load_needs_a_mode(cli: Cli, tmp_path: Path) -> None:
    path = save(tmp_path / "cells.geojson", squares())
    _load(cli, path)
    again = _load(cli, path)
    assert (again.exit_code, again.json["type"]) == (1, "/problems/already-in-force")
    assert (again.json["ok"], again.json["cells"]["village"], again.json["imported"]["village"], again.json["violations"]) == (False, 12, 0, [])


def test_replace_keeps_what_is_the_same_and_closes_what_is_gone(cli: Cli, tmp_path: Path) -> None:
    _load(cli, save(tmp_path / "first.geojson", squares()))
    cells = squares(without=[(3, 2)])
    cells[0]["properties"]["name"] = "新村"
    result = _load(cli, save(tmp_path / "second.geojson", cells), "--mode", "replace", "--effective-from", "2026-07-01")
    assert (result.exit_code, result.json["unchanged"], result.json["closed"]) == (0, 10, 2)
    assert result.json["imported"] == {"county": 1, "township": 1, "village": 1}
    at = (WEST + 3.5 * SIDE, SOUTH + 2.5 * SIDE)
    assert cli("locate", *at, "--on", "2026-07-01", "--json").json["cells"] == []
    assert cli("locate", *at, "--on", "2026-06-30", "--json").json["cells"][-1]["code"] == code(3, 2)
    old = cli("locate", WEST + 0.005, SOUTH + 0.005, "--on", "2026-06-30", "--json").json["cells"]
    new = cli("locate", WEST + 0.005, SOUTH + 0.005, "--on", "2026-07-01", "--json").json["cells"]
    assert (old[-1]["name"], new[-1]["name"]) == ("第00村", "新村")
    assert old[1]["version"] == new[1]["version"]
    assert cli("cells", "check", "--on", "2026-06-30", "--json").json["cells"]["village"] == 12


def test_the_same_file_again_changes_nothing(cli: Cli, tmp_path: Path) -> None:
    path = save(tmp_path / "cells.geojson", squares())
    _load(cli, path)
    result = _load(cli, path, "--mode", "replace")
    assert (result.json["imported"], result.json["unchanged"], result.json["closed"]) == ({"county": 0, "township": 0, "village": 0}, 12, 0)


def test_a_change_under_later_versions_of_the_same_cells_is_refused(cli: Cli, tmp_path: Path) -> None:
    _load(cli, save(tmp_path / "first.geojson", squares()))
    cells = squares()
    cells[0]["properties"]["name"] = "新村"
    _load(cli, save(tmp_path / "second.geojson", cells), "--mode", "replace", "--effective-from", "2026-07-01")
    cells[0]["properties"]["name"] = "旧村"
    result = _load(cli, save(tmp_path / "third.geojson", cells), "--mode", "replace", "--effective-from", "2020-01-01")
    assert (result.exit_code, result.json["status"]) == (1, 409)
    assert code(0, 0) in result.json["later"] and result.json["cells"]["village"] == 12


def test_added_cells_must_tile_with_what_is_there(cli: Cli, tmp_path: Path) -> None:
    _load(cli, save(tmp_path / "first.geojson", squares(2, 3)))
    good = save(tmp_path / "good.geojson", [one for one in squares() if one["properties"]["code"][6:9] == "102"])
    bad = save(tmp_path / "bad.geojson", [feature("330802102900", [ring(1, 0)], name="重叠村")])
    refused = _load(cli, bad, "--mode", "add")
    assert refused.exit_code == 1 and {kind for kind, _ in _violations(refused)} & {"overlap", "duplicate"}
    result = _load(cli, good, "--mode", "add")
    assert result.exit_code == 0 and result.json["imported"]["village"] == 6
    assert cli("cells", "check", "--json").json["cells"]["village"] == 12
    assert _load(cli, good, "--mode", "add").json["rejected"][0]["code"] == code(2, 0)


def test_a_loaded_level_above_gives_names_and_the_outline(cli: Cli, tmp_path: Path) -> None:
    _load(cli, save(tmp_path / "cells.geojson", squares()))
    county = [[WEST, SOUTH], [WEST + 4 * SIDE, SOUTH], [WEST + 4 * SIDE, SOUTH + 3 * SIDE], [WEST, SOUTH + 3 * SIDE], [WEST, SOUTH]]
    path = save(tmp_path / "county.geojson", [feature("330802", [[[round(x, 9), round(y, 9)] for x, y in county]], name="柯城区")])
    result = cli("cells", "import", path, "--scheme", "s", "--level", "county", "--json", "--effective-from", "1900-01-01")
    assert result.exit_code == 0, result.stdout
    assert result.json["imported"]["county"] == 1
    found = cli("locate", WEST + 0.005, SOUTH + 0.005, "--json").json["cells"]
    assert (found[0]["code"], found[0]["name"]) == ("330802", "柯城区")
    checked = cli("cells", "check", "--json").json
    assert (checked["ok"], checked["outline"], checked["not_checkable"]) == (True, "parent", [])


@pytest.mark.parametrize("codes", [("330802101", "330802102"), ("T1", "T2")])
def test_codes_taken_from_a_loaded_level_outlast_the_next_leaf_file(cli: Cli, tmp_path: Path, codes: tuple[str, str]) -> None:
    leaf = save(tmp_path / "cells.geojson", squares())
    _load(cli, leaf)
    sides = (WEST, WEST + 2 * SIDE, WEST + 4 * SIDE)
    rings = [[[a, SOUTH], [b, SOUTH], [b, SOUTH + 3 * SIDE], [a, SOUTH + 3 * SIDE], [a, SOUTH]] for a, b in itertools.pairwise(sides)]
    towns = [feature(one, [[[round(x, 9), round(y, 9)] for x, y in ring_]], name=f"{one}镇") for one, ring_ in zip(codes, rings, strict=True)]
    assert cli("cells", "import", save(tmp_path / "towns.geojson", towns), "--scheme", "s", "--level", "township", "--json").exit_code == 0
    again = _load(cli, leaf, "--mode", "replace")
    assert (again.json["unchanged"], again.json["closed"], again.json["imported"]) == (12, 0, {"county": 0, "township": 0, "village": 0})
    more = save(tmp_path / "more.geojson", [feature(code(0, 3), [ring(0, 3)], name="新村")])
    outline = save(tmp_path / "outline.geojson", [*squares(), feature("x", [ring(0, 3)])])
    assert _load(cli, more, "--mode", "add", "--outline", outline).json["imported"] == {"county": 1, "township": 1, "village": 1}
    assert cli("locate", WEST + 0.005, SOUTH + 3.5 * SIDE, "--json").json["cells"][1]["code"] == codes[0]


def test_a_loaded_level_that_is_larger_than_its_cells_is_refused(cli: Cli, tmp_path: Path) -> None:
    _load(cli, save(tmp_path / "cells.geojson", squares()))
    wide = [[WEST, SOUTH], [WEST + 5 * SIDE, SOUTH], [WEST + 5 * SIDE, SOUTH + 3 * SIDE], [WEST, SOUTH + 3 * SIDE], [WEST, SOUTH]]
    path = save(tmp_path / "county.geojson", [feature("330802000000", [[[round(x, 9), round(y, 9)] for x, y in wide]], name="柯城区")])
    result = cli("cells", "import", path, "--scheme", "s", "--level", "county", "--json")
    assert result.exit_code == 1
    assert _violations(result) == [("gap", ["330802000000"])]


def test_a_level_above_needs_its_leaf_first(cli: Cli, tmp_path: Path) -> None:
    path = save(tmp_path / "county.geojson", [feature("330802000000", [ring(0, 0)], name="柯城区")])
    result = cli("cells", "import", path, "--scheme", "s", "--level", "county", "--json")
    assert (result.exit_code, result.json["status"]) == (1, 409)


def test_an_outline_file_finds_cells_missing_at_the_rim(cli: Cli, tmp_path: Path) -> None:
    land = [[WEST, SOUTH], [WEST + 4 * SIDE, SOUTH], [WEST + 4 * SIDE, SOUTH + 3 * SIDE], [WEST, SOUTH + 3 * SIDE], [WEST, SOUTH]]
    outline = save(tmp_path / "outline.geojson", [feature("land", [[[round(x, 9), round(y, 9)] for x, y in land]])])
    refused = _load(cli, save(tmp_path / "rim.geojson", squares(without=[(3, 2)])), "--outline", outline)
    assert refused.exit_code == 1 and refused.json["outline"] == "file"
    assert [kind for kind, _ in _violations(refused)] == ["gap"]
    whole = _load(cli, save(tmp_path / "whole.geojson", squares()), "--outline", outline)
    assert (whole.exit_code, whole.json["not_checkable"]) == (0, [])
    assert cli("cells", "check", "--json").json["outline"] == "file"


def test_a_narrow_gap_is_closed_on_request_and_listed(cli: Cli, tmp_path: Path) -> None:
    cells = squares(3, 3)
    moved = [[x + 5e-6 if abs(x - WEST - SIDE) < 1e-9 else x, y] for x, y in ring(1, 1)]
    cells[4]["geometry"]["coordinates"] = [[[round(x, 9), y] for x, y in moved]]
    path = save(tmp_path / "cells.geojson", cells)
    assert _load(cli, path, "--dry-run").exit_code == 1
    result = _load(cli, path, "--repair", "2")
    assert result.exit_code == 0, result.stdout
    assert result.json["repairs"] and all(re.fullmatch(r"\d+\.\d\d", one["area_m2"]) for one in result.json["repairs"])
    assert all({"kind", "cells", "area_m2", "point"} <= set(one) for one in result.json["repairs"])
    assert cli("cells", "import", path, "--scheme", "s", "--level", "village", "--repair", "51", "--json").exit_code == 2


def test_an_import_far_away_asks(cli: Cli, tmp_path: Path) -> None:
    _load(cli, save(tmp_path / "first.geojson", squares()))
    far = save(tmp_path / "far.geojson", [feature("x", [[[5.0, 52.0], [5.1, 52.0], [5.1, 52.1], [5.0, 52.0]]], name="x")])
    result = cli("cells", "import", far, "--scheme", "t", "--level", "village", "--json")
    assert (result.exit_code, result.json["type"]) == (1, "/problems/outside-area")
    assert cli("cells", "import", far, "--scheme", "t", "--level", "village", "--json", "--grow-area").exit_code == 0
    assert cli("area", "show", "--json").json["area"] == [5.0, SOUTH, round(WEST + 4 * SIDE, 9), 52.1]


def test_an_overlay_need_not_tile(cli: Cli, tmp_path: Path) -> None:
    assert cli("scheme", "add", "parks", "--levels", "park", "--overlay", "--json").exit_code == 0
    parks = [feature("a", [ring(0, 0)], name="甲"), feature("b", [ring(0, 0)], name="乙"), feature("c", [ring(9, 9)], name="丙")]
    result = cli("cells", "import", save(tmp_path / "parks.geojson", parks), "--scheme", "parks", "--level", "park", "--json")
    assert (result.exit_code, result.json["ok"], result.json["imported"]) == (0, True, {"park": 3})
    assert cli("locate", WEST + 0.005, SOUTH + 0.005, "--scheme", "parks", "--json").json["cells"][0]["code"] == "a"
    assert "不要求铺满" in cli("cells", "check", "--scheme", "parks").stdout


def test_the_area_of_use_may_lie_west_of_greenwich(cli: Cli) -> None:
    assert cli("area", "set", "-10,20,-5,30", "--json").json == {"area": [-10.0, 20.0, -5.0, 30.0]}


def test_a_scheme_is_registered_once(cli: Cli) -> None:
    made = cli("scheme", "add", "s", "--json")
    assert [level["label"] for level in made.json["levels"]] == ["县级", "乡镇级", "村级"]
    assert cli("scheme", "add", "s", "--json").exit_code == 1
    assert cli("scheme", "add", "t", "--levels", "a,b", "--code-lengths", "6,x", "--json").exit_code == 2


@pytest.mark.parametrize(
    "words", [("--code-field", "nope"), ("--level", "region"), ("--mode", "merge"), ("--effective-from", "2026-13-01"), ("--parent-field", "nope")]
)
def test_wrong_words_are_wrong_use(cli: Cli, tmp_path: Path, words: tuple[str, str]) -> None:
    assert _load(cli, save(tmp_path / "cells.geojson", squares()), *words).exit_code == 2


@pytest.mark.parametrize("name", ["out.gpkg", "out.geojson", "out.fgb", "out.zip"])
def test_cells_are_exported_with_codes_names_level_parents_and_area(cli: Cli, tmp_path: Path, name: str) -> None:
    _load(cli, save(tmp_path / "cells.geojson", squares()))
    result = cli("cells", "export", tmp_path / name, "--json")
    assert (result.exit_code, result.json["cells"]) == (0, 12)
    table = read_features(tmp_path / name)
    assert len(table.rows) == 12
    first = min(table.rows, key=lambda row: str(row["code"]))
    assert (first["code"], first["name"], first["level"], first["parent"]) == (code(0, 0), "第00村", "village", "330802101000")
    assert float(first["area_m2"]) == pytest.approx(1_083_000, rel=0.01)
    assert cli("cells", "export", tmp_path / "x.docx", "--json").exit_code == 1


def test_an_export_into_a_folder_that_is_not_there_is_refused(cli: Cli, tmp_path: Path) -> None:
    _load(cli, save(tmp_path / "cells.geojson", squares()))
    result = cli("cells", "export", tmp_path / "nowhere" / "cells.gpkg", "--json")
    assert (result.exit_code, result.json["status"]) == (1, 404)


def test_an_export_loads_again_unchanged(cli: Cli, tmp_path: Path) -> None:
    _load(cli, save(tmp_path / "cells.geojson", squares()))
    cli("cells", "export", tmp_path / "out.geojson")
    result = _load(cli, tmp_path / "out.geojson", "--mode", "replace", "--parent-field", "township_code", "--parent-field", "county_code")
    assert (result.exit_code, result.json["unchanged"], result.json["closed"]) == (0, 12, 0)


def test_a_projected_file_tiles_after_its_transformation(cli: Cli, tmp_path: Path) -> None:
    side = 3000.0
    cells = []
    for x in range(3):
        west = 40_380_000.0 + x * side
        outer = [[west, 3_200_000.0], [west + side, 3_200_000.0], [west + side, 3_203_000.0], [west, 3_203_000.0], [west, 3_200_000.0]]
        cells.append(feature(f"v{x}", [outer], name=f"v{x}"))
    north = [[40_380_000.0, 3_203_000.0], [40_389_000.0, 3_203_000.0], [40_389_000.0, 3_206_000.0], [40_380_000.0, 3_206_000.0], [40_380_000.0, 3_203_000.0]]
    cells.append(feature("v9", [north], name="v9"))
    result = _load(cli, save(tmp_path / "cells.geojson", cells), "--crs", "EPSG:4528")
    assert result.exit_code == 0, result.stdout
    assert cli("cells", "check", "--json").json["ok"] is True


def test_text_for_people_names_what_is_wrong(cli: Cli, tmp_path: Path) -> None:
    result = cli("cells", "import", save(tmp_path / "cells.geojson", squares(without=[(1, 1)])), "--scheme", "s", "--level", "village")
    assert result.exit_code == 1
    assert "网格未能无缝铺满" in result.stderr and "空洞" in result.stderr and "--allow-gaps" in result.stderr
    assert result.stdout == ""


def test_every_act_is_in_the_audit_chain(cli: Cli, tmp_path: Path, database: Any) -> None:
    _load(cli, save(tmp_path / "cells.geojson", squares()))
    with database.unit_of_work("test:reader", read_only=True) as uow:
        entries = [(entry.action, entry.subject) for entry, _ in uow.audit_entries()]
    assert ("cells.import", "scheme:s") in entries
