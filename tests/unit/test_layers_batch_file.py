"""The two tables of a batch as files: columns, kinds, and where they may not be written."""

import geopandas
import pandas
import pytest
from shapely.geometry import Point

from gridgov.errors import UsageError
from layers.batch_file import FINDING_COLUMNS, SITE_COLUMNS, require_target, write_batch
from layers.site_file import SiteRow, SiteTable

PLACE = Point(118.8, 28.9)
ANSWER = dict.fromkeys(SITE_COLUMNS)


def table(shaped=True):
    rows = [SiteRow(1, {"households": 12}, PLACE), SiteRow(2, {"households": None}, None)]
    return SiteTable(["households"], rows, "EPSG:4490", shaped=shaped)


def answers():
    return [{**ANSWER, "site_id": "1", "verdict": "permitted", "findings": 3, "no_data": 0}, {**ANSWER, "site_id": "2", "error": "no geometry"}]


def test_whole_numbers_stay_whole_beside_rows_without_them(tmp_path):
    write_batch(tmp_path / "out.csv", table(), answers(), [])
    lines = (tmp_path / "out.csv").read_text("utf-8").splitlines()
    assert lines[0] == "households," + ",".join(SITE_COLUMNS)
    assert lines[1].startswith("12,1,permitted,,,,,3,0,")


def test_a_geometry_that_came_in_goes_out_in_parquet(tmp_path):
    write_batch(tmp_path / "out.parquet", table(), answers(), [])
    written = geopandas.read_parquet(tmp_path / "out.parquet")
    assert (written.geometry[0], written.geometry[1], written.crs.to_epsg()) == (PLACE, None, 4490)
    assert list(written.columns) == ["households", "geometry", *SITE_COLUMNS]


def test_columns_of_coordinates_stay_columns_in_parquet(tmp_path):
    write_batch(tmp_path / "out.parquet", table(shaped=False), answers(), [])
    assert list(pandas.read_parquet(tmp_path / "out.parquet").columns) == ["households", *SITE_COLUMNS]


@pytest.mark.parametrize("ending", ["csv", "parquet", "gpkg"])
def test_a_file_without_rows_gives_tables_without_rows(tmp_path, ending):
    write_batch(tmp_path / f"out.{ending}", SiteTable(["households"], [], "EPSG:4490"), [], [])
    read = {"csv": pandas.read_csv, "parquet": pandas.read_parquet, "gpkg": lambda path: geopandas.read_file(path, layer="findings")}[ending]
    found = read(tmp_path / ("out.gpkg" if ending == "gpkg" else f"out-findings.{ending}"))
    assert len(found) == 0 and list(found.columns)[: len(FINDING_COLUMNS)] == list(FINDING_COLUMNS)


def test_a_place_that_cannot_be_written_is_refused_before_any_row_is_checked(tmp_path):
    sites = tmp_path / "sites.csv"
    sites.write_text("lon,lat\n", "utf-8")
    for wrong in (tmp_path / "out.xlsx", tmp_path / "nowhere" / "out.csv", sites):
        with pytest.raises(UsageError):
            require_target(wrong, source=sites)


def test_columns_a_geopackage_cannot_hold_under_their_names_get_others(tmp_path):
    columns = ["fid", "geom", "Verdict", "VERDICT"]
    sites = SiteTable(columns, [SiteRow(1, dict.fromkeys(columns, "x"), PLACE), SiteRow(2, dict.fromkeys(columns, "x"), None)], "EPSG:4490")
    write_batch(tmp_path / "out.gpkg", sites, answers(), [])
    written = geopandas.read_file(tmp_path / "out.gpkg", layer="sites")
    assert list(written.columns)[:6] == ["fid_2", "geom_2", "Verdict_2", "VERDICT_3", "site_id", "verdict"]
    assert list(written["Verdict_2"]) == ["x", "x"]


def test_names_and_cells_that_would_run_as_formulas_are_made_plain(tmp_path):
    sites = SiteTable(["=a"], [SiteRow(1, {"=a": "＝1"}, PLACE), SiteRow(2, {"=a": "-1.5"}, PLACE)], "EPSG:4490")
    write_batch(tmp_path / "out.csv", sites, answers(), [])
    lines = (tmp_path / "out.csv").read_text("utf-8").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["'=a", "'＝1", "-1.5"]
