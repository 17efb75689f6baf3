"""`check` and `batch` on the command line: from files to a verdict, alone and by the hundred."""

import csv
import json
import re
from pathlib import Path

import pyogrio
import pytest
import shapely

from tests.cli.siting_files import Run, features, lay_land, write
from tests.unit.worlds import PLANE, square


@pytest.fixture
def land(cli: Run, tmp_path: Path) -> Run:
    lay_land(cli, tmp_path)
    return cli


def site(folder: Path, x: float, y: float, width: float, name: str = "site.geojson") -> str:
    return write(folder, name, features((square(x, y, width), {"name": "项目"})))


def test_a_site_in_the_core_is_prohibited_with_clause_and_figures(land: Run, tmp_path: Path) -> None:
    done = land("check", site(tmp_path, 400, 600, 200), "--industry", "C2614", "--action", "new", "--on", "2026-11-22", "--json")
    assert done.exit_code == 0, done.stderr
    (finding,) = done.json["findings"]
    assert (done.json["verdict"], finding["overlap_m2"], finding["width_m"], finding["jurisdiction"]) == ("prohibited", "20000.00", "100.000", "990125")
    assert finding["rule"]["citation"] == {
        "instrument": "示例通知",
        "article": "第一条",
        "url": None,
        "in_force_from": "2024-01-01",
        "in_force_to": None,
        "status": "example",
    }
    assert [(cell["code"], cell["share"]) for cell in done.json["site"]["cells"]] == [("990125101201", "1.000000")]
    assert finding["zone"]["name"] == "核心区" and finding["threshold"] == {"area_m2": "1.00", "width_m": "0.500"}


def test_the_same_question_gives_the_same_checksum(land: Run, tmp_path: Path) -> None:
    asked = ("check", site(tmp_path, 400, 600, 200), "--industry", "C2614", "--on", "2026-11-22", "--json")
    first, second = land(*asked).json, land(*asked).json
    assert first["checksum"] == second["checksum"] and first["id"] != second["id"]


def test_before_the_list_and_the_layer_were_in_force_it_is_undetermined(land: Run, tmp_path: Path) -> None:
    done = land("check", site(tmp_path, 400, 600, 200), "--industry", "C2614", "--on", "2023-12-31", "--json")
    assert (done.json["verdict"], [one["reason"] for one in done.json["no_data"]]) == ("undetermined", ["no-list-in-force"])


def test_a_clear_site_names_the_nearest_zone(land: Run, tmp_path: Path) -> None:
    done = land("check", site(tmp_path, -200, 500, 100), "--industry", "C2614", "--json")
    assert done.json["verdict"] == "permitted"
    (clear,) = done.json["clear"]
    assert (clear["layer"], clear["nearest"]["zone"]) == ("ecological-red-line", "R1")
    assert abs(float(clear["nearest"]["distance_m"]) - 600) < 0.01


def test_a_site_across_the_rim_of_the_grid_is_partly_without_data(land: Run, tmp_path: Path) -> None:
    done = land("check", site(tmp_path, 1950, 0, 100), "--industry", "C2614", "--json")
    (silent,) = done.json["no_data"]
    assert (done.json["verdict"], silent["layer"], silent["reason"]) == ("undetermined", "ecological-red-line", "partly-uncovered")
    assert abs(float(silent["uncovered_m2"]) - 5000) < 0.1


def test_a_point_on_the_command_line_is_a_site(land: Run) -> None:
    point = PLANE.inverse(shapely.Point(700, 1000))
    done = land("check", f"{point.x:.9f},{point.y:.9f}", "--industry", "C2614", "--json")
    assert (done.json["verdict"], done.json["site"]["kind"], done.json["findings"][0]["overlap_m2"]) == ("conditional", "point", None)


def test_a_site_far_away_is_refused_with_a_hint_when_it_is_swapped(land: Run) -> None:
    done = land("check", "28.95,118.87", "--industry", "C2614", "--json")
    assert done.exit_code == 1


def test_the_map_is_one_file_that_fetches_nothing(land: Run, tmp_path: Path) -> None:
    target = tmp_path / "map.html"
    done = land("check", site(tmp_path, 400, 600, 200), "--industry", "C2614", "--map", str(target))
    assert done.exit_code == 0, done.stderr
    text = target.read_text("utf-8")
    assert "核心区" in text and "L.map(" in text
    assert not re.search(r"<link|@import|<(script|img|iframe)[^>]*\ssrc=", text)


def test_a_boundary_points_file_is_a_site(land: Run, tmp_path: Path) -> None:
    points = "[地块坐标]\n4,0.9,D1,地块一,面,,,,@\nJ1,1,3204600,40389900\nJ2,1,3204600,40390000\nJ3,1,3204520,40390000\nJ4,1,3204520,40389900\n"
    (tmp_path / "界址点.txt").write_bytes(points.encode("gbk"))
    done = land("check", str(tmp_path / "界址点.txt"), "--industry", "C2614", "--json")
    assert done.exit_code == 0, done.stderr
    told = done.json["request"]
    assert (done.json["site"]["area_m2"], told["crs"], told["site_format"], told["project"]["name"]) == ("7997.61", "EPSG:4528", "boundary-points", "界址点")
    assert "9,000.00" in told["site_notes"][0]["en"]
    (tmp_path / "界址点.txt").write_bytes(points.replace("J2,1", "J2,x").encode("gbk"))
    refused = land("check", str(tmp_path / "界址点.txt"), "--industry", "C2614", "--json")
    assert (refused.exit_code, refused.json["errors"][0]["pointer"]) == (1, "line 4")


@pytest.mark.parametrize(("words", "code"), [(["nowhere.geojson", "--industry", "C2614"], 2), (["118.87,28.95"], 2), (["118.87,28.95", "--industry", "Z9"], 1)])
def test_wrong_use_and_refused_questions_have_their_exit_codes(land: Run, words: list[str], code: int) -> None:
    assert land("check", *words, "--json").exit_code == code


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sites_csv(folder: Path) -> str:
    rows = [(700, 700, "C2614"), (-500, 0, "C2614"), (700, 1000, "C2614"), (700, 700, "X99")]
    points = [(PLANE.inverse(shapely.Point(x, y)), industry) for x, y, industry in rows]
    lines = ["id,lon,lat,industry", *(f"S{n},{point.x:.9f},{point.y:.9f},{industry}" for n, (point, industry) in enumerate(points)), "S4,,,C2614"]
    return write(folder, "sites.csv", "\n".join(lines) + "\n")


def test_a_batch_answers_every_row_and_a_bad_row_carries_its_error(land: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = land("batch", sites_csv(tmp_path), "--out", str(out), "--id-field", "id", "--industry-field", "industry", "--json")
    assert done.exit_code == 0, done.stderr
    assert done.json["verdicts"] == {"prohibited": 1, "undetermined": 0, "conditional": 1, "permitted": 1} and done.json["errors"] == 2
    rows = read_csv(out)
    assert [(row["site_id"], row["verdict"], bool(row["error"])) for row in rows] == [
        ("S0", "prohibited", False),
        ("S1", "permitted", False),
        ("S2", "conditional", False),
        ("S3", "", True),
        ("S4", "", True),
    ]
    found = read_csv(tmp_path / "out-findings.csv")
    told = [(row["site_id"], row["zone_code"], row["rule"], row["effect"]) for row in found]
    assert told == [("S0", "R1", "RL-1", "prohibit"), ("S2", "R2", "RL-2", "condition")]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_batch_of_polygons_equals_single_checks(land: Run, tmp_path: Path, workers: str) -> None:
    grounds = [square(x, y, 150) for x in range(300, 1000, 150) for y in range(300, 1400, 350)]
    source = write(tmp_path, "many.geojson", features(*((ground, {"n": number}) for number, ground in enumerate(grounds))))
    out = tmp_path / "many.gpkg"
    assert land("batch", source, "--out", str(out), "--on", "2026-11-22", "--workers", workers, "--json").exit_code == 0
    sites, found = pyogrio.read_dataframe(out, layer="sites"), pyogrio.read_dataframe(out, layer="findings")
    assert len(sites) == len(grounds)
    for number in range(0, len(grounds), 3):
        single = land("check", write(tmp_path, "one.geojson", features((grounds[number], {}))), "--industry", "C", "--on", "2026-11-22", "--json").json
        row = sites.iloc[number]
        assert (row["verdict"], row["area_m2"], row["findings"]) == (single["verdict"], single["site"]["area_m2"], len(single["findings"]))
        mine = found[found["site_id"] == row["site_id"]]
        assert list(mine["overlap_m2"]) == [one["overlap_m2"] for one in single["findings"]]
        assert list(mine["distance_m"]) == [one["distance_m"] for one in single["findings"]]


def test_a_batch_names_a_column_that_is_not_there(land: Run, tmp_path: Path) -> None:
    done = land("batch", sites_csv(tmp_path), "--out", str(tmp_path / "o.csv"), "--industry-field", "industri", "--json")
    assert done.exit_code == 2 and "industri" in json.dumps(done.json, ensure_ascii=False)
