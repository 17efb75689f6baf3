"""`locate`: one point, and a file of points of any length."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.grid_files import SIDE, SOUTH, WEST, code, save, squares

Cli = Callable[..., Any]


@pytest.fixture
def grid(cli: Cli, tmp_path: Path) -> Cli:
    """The command line with twelve cells loaded."""
    assert cli("cells", "import", save(tmp_path / "cells.geojson", squares()), "--scheme", "s", "--level", "village").exit_code == 0
    return cli


def _table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def test_one_point_answers_with_its_cells_top_first(grid: Cli) -> None:
    found = grid("locate", WEST + 0.005, SOUTH + 0.005, "--on", "2026-11-22", "--json").json
    assert found["point"] == [118.805, 28.905]
    assert (found["on"], found["scheme"], found["responsible"]) == ("2026-11-22", "s", [])
    assert [cell["level"] for cell in found["cells"]] == ["county", "township", "village"]
    assert set(found["cells"][0]) == {"level", "code", "name", "version"}


def test_before_history_and_outside_there_are_no_cells(grid: Cli) -> None:
    assert grid("locate", WEST + 0.005, SOUTH + 0.005, "--on", "1899-12-31", "--json").json["cells"] == []
    outside = grid("locate", 10, 10, "--json")
    assert (outside.exit_code, outside.json["cells"]) == (0, [])


def test_a_negative_coordinate_is_no_option(grid: Cli) -> None:
    assert grid("locate", "-71.5", "-33.25", "--json").json["point"] == [-71.5, -33.25]


@pytest.mark.parametrize("words", [("200", "0"), ("0", "91"), ("nan", "0"), ("inf", "0")])
def test_what_is_no_place_is_refused(grid: Cli, words: tuple[str, str]) -> None:
    assert grid("locate", *words, "--json").exit_code == 1


@pytest.mark.parametrize("words", [(), ("118.8",), ("118.8", "28.9", "--on", "yesterday"), ("118.8", "28.9", "--known-at", "x"), ("--in", "a.csv")])
def test_half_a_question_is_wrong_use(grid: Cli, words: tuple[str, ...]) -> None:
    assert grid("locate", *words, "--json").exit_code == 2


def test_an_unknown_scheme_is_refused_with_those_there_are(grid: Cli) -> None:
    refused = grid("locate", "118.8", "28.9", "--scheme", "other", "--json")
    assert (refused.exit_code, refused.json["status"]) == (1, 404)
    assert "s" in refused.json["detail"]


def test_a_file_of_points_keeps_its_columns_and_gets_one_a_level(grid: Cli, tmp_path: Path) -> None:
    source, target = tmp_path / "points.csv", tmp_path / "out.csv"
    source.write_text(f'名称,lon,lat\n甲,{WEST + 0.005},{SOUTH + 0.005}\n"乙,丙",10,10\n丁,,\n戊,x,28\n己,{WEST + 0.035},{SOUTH + 0.025}\n', encoding="utf-8")
    result = grid("locate", "--in", source, "--out", target, "--json")
    assert (result.exit_code, result.json["rows"], result.json["inside"], result.json["outside"], result.json["unreadable"]) == (0, 5, 2, 1, [3, 4])
    assert _table(target) == [
        ["名称", "lon", "lat", "county", "township", "village"],
        ["甲", str(WEST + 0.005), str(SOUTH + 0.005), "330802000000", "330802101000", code(0, 0)],
        ["乙,丙", "10", "10", "", "", ""],
        ["丁", "", "", "", "", ""],
        ["戊", "x", "28", "", "", ""],
        ["己", str(WEST + 0.035), str(SOUTH + 0.025), "330802000000", "330802102000", code(3, 2)],
    ]


def test_a_byte_order_mark_gb18030_and_other_names_of_columns_are_read(grid: Cli, tmp_path: Path) -> None:
    body = f"经度,纬度,名\n{WEST + 0.005},{SOUTH + 0.005},衢州\n"
    for number, raw in enumerate((body.encode("gb18030"), body.encode("utf-8-sig"))):
        source, target = tmp_path / f"points{number}.csv", tmp_path / f"out{number}.csv"
        source.write_bytes(raw)
        assert grid("locate", "--in", source, "--out", target, "--json").json["inside"] == 1
        assert _table(target)[1][-1] == code(0, 0)


def test_a_column_named_like_a_level_stays_what_it_was(grid: Cli, tmp_path: Path) -> None:
    source, target = tmp_path / "points.csv", tmp_path / "out.csv"
    source.write_text(f"village,lon,lat\nmine,{WEST + 0.005},{SOUTH + 0.005}\n")
    grid("locate", "--in", source, "--out", target)
    assert _table(target) == [
        ["village", "lon", "lat", "county", "township", "village_cell"],
        ["mine", str(WEST + 0.005), str(SOUTH + 0.005), "330802000000", "330802101000", code(0, 0)],
    ]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "lon,lat\n1," + "2" * 200_000])
def test_a_file_without_coordinates_is_refused_and_nothing_is_written(grid: Cli, tmp_path: Path, text: str) -> None:
    source, target = tmp_path / "points.csv", tmp_path / "out.csv"
    source.write_text(text)
    assert grid("locate", "--in", source, "--out", target, "--json").exit_code == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cells.geojson", "points.csv"]


def test_many_points_answer_as_one_does(grid: Cli, tmp_path: Path) -> None:
    source, target = tmp_path / "points.csv", tmp_path / "out.csv"
    places = [(round(WEST + x * SIDE / 3, 9), round(SOUTH + y * SIDE / 3, 9)) for x in range(-1, 14) for y in range(-1, 11, 3)]
    source.write_text("lon,lat\n" + "".join(f"{x},{y}\n" for x, y in places))
    assert grid("locate", "--in", source, "--out", target, "--json").exit_code == 0
    for (x, y), row in zip(places, _table(target)[1:], strict=True):
        assert [cell["code"] for cell in grid("locate", x, y, "--json").json["cells"]] == [text for text in row[2:] if text]


def test_a_row_with_more_values_than_the_header_keeps_the_codes_under_their_columns(grid: Cli, tmp_path: Path) -> None:
    points, out = tmp_path / "points.csv", tmp_path / "out.csv"
    points.write_text(f"id,lon,lat\n1,{WEST + 0.005},{SOUTH + 0.005},\n2,{WEST + 0.005},{SOUTH + 0.005},x\n", encoding="utf-8")
    found = grid("locate", "--in", points, "--out", out, "--json").json
    assert (found["rows"], found["inside"], found["unreadable"]) == (2, 1, [2])
    table = _table(out)
    assert table[1][3:6] == ["330802000000", "330802101000", code(0, 0)]
    assert table[2][3:] == ["", "", "", "x"]


def test_a_file_of_points_is_never_written_over(grid: Cli, tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text("lon,lat\n118.8,28.9\n", encoding="utf-8")
    assert grid("locate", "--in", points, "--out", points, "--json").exit_code == 2
    assert points.read_text(encoding="utf-8") == "lon,lat\n118.8,28.9\n"
