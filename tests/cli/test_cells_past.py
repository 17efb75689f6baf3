"""`cells history` and `cells diff`: the same answers as over HTTP, and the difference as files."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from gridgov.database.pool import Database
from gridgov.redraws import service
from layers.vector import read_features
from tests.redraw_grid import DAY, TODAY, bulge, lay_squares, merge, rename, request, split, village

Cli = Callable[..., Any]
SPAN = ("2026-11-30", DAY.isoformat())


@pytest.fixture
def impact(database: Database) -> list[dict[str, Any]]:
    """Rows of a redraw in force on DAY: a boundary moved, a village split, two made one, one renamed to what a spreadsheet would run."""
    with database.unit_of_work("user:admin") as uow:
        lay_squares(uow)
        operations = (bulge(1, 1), split(4, 1), merge((0, 0), (0, 1)), rename(village(5, 3), "=1+1"))
        draft = service.draft_redraw(uow, request(*operations), TODAY)
        service.submit_redraw(uow, int(draft["id"]), note=None, today=TODAY)
    with database.unit_of_work("user:supervisor") as uow:
        service.approve_redraw(uow, int(draft["id"]), note=None, today=TODAY)
    return list(draft["impact"]["cells"])


def test_the_difference_of_two_days_is_the_redraws_impact(cli: Cli, impact: list[dict[str, Any]]) -> None:
    assert cli("cells", "diff", *SPAN, "--json").json == {"from": SPAN[0], "to": SPAN[1], "out": None, "items": impact}
    villages = cli("cells", "diff", *SPAN, "--level", "village", "--json").json["items"]
    assert villages == [row for row in impact if row["level"] == "village"]
    assert cli("cells", "diff", *SPAN, "--known-at", "2020-01-01", "--json").json["items"] == []
    told = cli("cells", "diff", *SPAN)
    assert f"{len(impact)} 个网格不同" in told.stdout and village(1, 1) in told.stdout
    assert "网格相同" in cli("cells", "diff", SPAN[1], SPAN[1]).stdout


def test_the_difference_is_written_as_ground_and_as_tables(cli: Cli, impact: list[dict[str, Any]], tmp_path: Path) -> None:
    assert cli("cells", "diff", *SPAN, "--out", tmp_path / "d.geojson").exit_code == 0
    features = json.loads((tmp_path / "d.geojson").read_text(encoding="utf-8"))["features"]
    pieces = {(one["properties"]["from"], one["properties"]["to"]) for one in features if one["properties"]["what"] == "moved"}
    assert (village(2, 1), village(1, 1)) in pieces
    assert cli("cells", "diff", *SPAN, "--out", tmp_path / "d.gpkg").exit_code == 0
    assert len(read_features(tmp_path / "d.gpkg").rows) == len(features)
    for name in ("d.csv", "d.xlsx"):
        assert cli("cells", "diff", *SPAN, "--out", tmp_path / name, "--json").json["out"] == str(tmp_path / name)
    with (tmp_path / "d.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["code"], row["change_m2"]) for row in rows] == [(row["code"], row["change_m2"]) for row in impact]
    assert next(row["name"] for row in rows if row["code"] == village(5, 3)) == "'=1+1"
    sheet = CalamineWorkbook.from_path(tmp_path / "d.xlsx").get_sheet_by_index(0).to_python()
    assert [row[1] for row in sheet[1:]] == [row["code"] for row in impact]
    assert next(row[2] for row in sheet if row[1] == village(5, 3)) == "=1+1"


def test_two_days_alike_are_an_empty_file(cli: Cli, impact: list[dict[str, Any]], tmp_path: Path) -> None:
    for ending in ("geojson", "gpkg", "csv", "xlsx"):
        assert cli("cells", "diff", SPAN[0], SPAN[0], "--out", tmp_path / f"same.{ending}").exit_code == 0
    assert json.loads((tmp_path / "same.geojson").read_text(encoding="utf-8"))["features"] == []


def test_the_history_tells_versions_and_where_the_cell_went(cli: Cli, impact: list[dict[str, Any]]) -> None:
    found = cli("cells", "history", village(4, 1), "--json").json
    assert [(one["from"], one["to"], one["recorded_to"] is None) for one in found["versions"]] == [
        ("2020-01-01", None, False),
        ("2020-01-01", DAY.isoformat(), True),
    ]
    assert [(step["kind"], step["name"]) for step in found["lineage"]["to"]] == [("split", "西半"), ("split", "东半")]
    told = cli("cells", "history", found["lineage"]["to"][0]["code"]).stdout
    assert "来自" in told and village(4, 1) in told and "拆分" in told


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [
        (("history", "nowhere"), 1),
        (("history", "x", "--scheme", "nowhere"), 1),
        (("diff", "2026-1-1", "2026-12-01"), 2),
        (("diff", *SPAN, "--out", "d.pdf"), 1),
        (("diff", *SPAN, "--out", "nowhere/d.csv"), 1),
        (("diff", *SPAN, "--level", "street"), 1),
    ],
)
def test_what_cannot_be_answered_says_why(cli: Cli, impact: list[dict[str, Any]], words: tuple[str, ...], exit_code: int) -> None:
    result = cli("cells", *words)
    assert (result.exit_code, result.stdout) == (exit_code, "") and result.stderr
