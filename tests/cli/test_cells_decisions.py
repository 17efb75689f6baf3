"""`cells import --decisions`: what a dry run lists, decided in a file, loads; what cannot be meant is refused by its place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.grid_files import SIDE, SOUTH, WEST, code, feature, ring, save, squares

Cli = Callable[..., Any]


def _load(cli: Cli, path: Path, *more: object) -> Any:
    return cli("cells", "import", path, "--scheme", "s", "--level", "village", "--json", *more)


def _decided(path: Path, **document: Any) -> Path:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_missing_cell_is_given_to_the_neighbour_decided_on(cli: Cli, tmp_path: Path) -> None:
    path = save(tmp_path / "cells.geojson", squares(without=[(1, 1)]))
    dirty = _load(cli, path, "--dry-run")
    (hole,) = dirty.json["proposals"]
    around = {code(0, 1), code(2, 1), code(1, 0), code(1, 2)}
    assert (dirty.exit_code, hole["action"], set(hole["choices"])) == (1, "give", around)
    file = _decided(tmp_path / "decisions.json", decisions=[{"fault": hole["id"], "to": code(2, 1)}])
    loaded = _load(cli, path, "--decisions", file)
    assert (loaded.exit_code, loaded.json["proposals"], loaded.json["unused_decisions"]) == (0, [], [])
    assert [one["decision"] for one in loaded.json["decided"]] == [{"to": code(2, 1), "reason": None}]
    assert cli("locate", WEST + 1.5 * SIDE, SOUTH + 1.5 * SIDE, "--json").json["cells"][-1]["code"] == code(2, 1)
    assert cli("cells", "check", "--json").json["ok"] is True


def test_a_rule_of_the_file_accepts_every_proposal_it_speaks_of(cli: Cli, tmp_path: Path) -> None:
    path = save(tmp_path / "cells.geojson", squares(without=[(1, 1)]))
    narrow = _load(cli, path, "--dry-run", "--decisions", _decided(tmp_path / "narrow.json", rules=[{"width_m": 1, "area_m2": 1e9}]))
    assert (narrow.exit_code, len(narrow.json["proposals"])) == (1, 1)
    wide = _load(cli, path, "--dry-run", "--decisions", _decided(tmp_path / "wide.json", rules=[{"width_m": 2000, "area_m2": 1e9, "kinds": ["hole"]}]))
    assert (wide.exit_code, wide.json["proposals"], len(wide.json["decided"])) == (0, [], 1)


def test_what_reaches_beyond_the_outline_is_cut_off(cli: Cli, tmp_path: Path) -> None:
    cells = squares(2, 1)
    wider = [[WEST + SIDE, SOUTH], [WEST + 2 * SIDE + 0.001, SOUTH], [WEST + 2 * SIDE + 0.001, SOUTH + SIDE], [WEST + SIDE, SOUTH + SIDE], [WEST + SIDE, SOUTH]]
    cells[1]["geometry"]["coordinates"] = [[[round(x, 9), round(y, 9)] for x, y in wider]]
    path, outline = save(tmp_path / "cells.geojson", cells), save(tmp_path / "outline.geojson", squares(2, 1))
    dirty = _load(cli, path, "--dry-run", "--outline", outline)
    (beyond,) = [one for one in dirty.json["proposals"] if one["kind"] == "outside-parent"]
    assert (dirty.exit_code, beyond["action"], beyond["to"], beyond["may_stand"]) == (1, "trim", None, False)
    file = _decided(tmp_path / "decisions.json", decisions=[{"fault": one["id"]} for one in dirty.json["proposals"]])
    loaded = _load(cli, path, "--outline", outline, "--decisions", file)
    assert (loaded.exit_code, loaded.json["violations"], loaded.json["outline"]) == (0, [], "file")
    assert cli("locate", WEST + 2 * SIDE + 0.0005, SOUTH + 0.005, "--json").json["cells"] == []
    assert cli("locate", WEST + 2 * SIDE - 0.0005, SOUTH + 0.005, "--json").json["cells"][-1]["code"] == code(1, 0)


def test_decisions_on_faults_that_are_not_there_are_told(cli: Cli, tmp_path: Path) -> None:
    file = _decided(tmp_path / "decisions.json", decisions=[{"fault": "0f3a5c7e9b1d2f40"}])
    loaded = _load(cli, save(tmp_path / "cells.geojson", squares()), "--decisions", file)
    assert (loaded.exit_code, loaded.json["unused_decisions"]) == (0, ["0f3a5c7e9b1d2f40"])


@pytest.mark.parametrize("content", ["{", "\xff", "[" * 100_000], ids=["cut", "not-json", "too-deep"])
def test_a_file_that_is_no_json_is_refused_before_anything_is_read(cli: Cli, tmp_path: Path, content: str) -> None:
    file = tmp_path / "decisions.json"
    file.write_bytes(content.encode("latin-1"))
    refused = _load(cli, save(tmp_path / "cells.geojson", [feature(code(0, 0), [ring(0, 0)], name="第00村")]), "--decisions", file)
    assert refused.exit_code == 2
    assert cli("area", "show", "--json").json == {"area": None}
