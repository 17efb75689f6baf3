"""Batches over HTTP: equal to single checks, disclosed as they are, each row's error its own, results as lists and files."""

import io
from typing import Any

import pandas
import pyogrio
import pytest

from gridgov.database.pool import Database
from tests.api.job_files import BATCHES, JOBS, Do, Enter, asked_batch, lay_red_line, upload, uploaded
from tests.http_client import TestClient

CHECKS = "/api/v1/siting-checks"


@pytest.fixture
def done(database: Database, signed_in: Enter, work: Do) -> tuple[TestClient, str]:
    """The planner's batch of five rows, answered."""
    lay_red_line(database)
    planner = signed_in("planner")
    batch = asked_batch(planner)
    work()
    return planner, batch


def test_a_batch_counts_its_verdicts_and_errors(done: tuple[TestClient, str]) -> None:
    planner, batch = done
    found = planner.get(f"{BATCHES}/{batch}").json()
    assert (found["state"], found["done"], found["total"], found["error"]) == ("done", 5, 5, None)
    assert found["verdicts"] == {"prohibited": 1, "undetermined": 0, "conditional": 0, "permitted": 2}
    assert (found["rows"], found["errors"], found["findings"]) == (5, 2, 1)
    assert found["result"] == {key: found[key] for key in ("rows", "verdicts", "errors", "findings")}


def test_every_row_is_answered_as_a_single_check_is(done: tuple[TestClient, str]) -> None:
    planner, batch = done
    rows = planner.get(f"{BATCHES}/{batch}/sites").json()["items"]
    assert [row["site_id"] for row in rows] == ["A", "B", "C", "D", "E"]
    for row in (rows[0], rows[1], rows[4]):
        question = {"site": {"type": "Point", "coordinates": row["point"]}, "industry": "C2614"}
        single = planner.post(CHECKS, json=question).json()
        gates = {name: single["gates"][name]["verdict"] for name in ("space", "quota", "project")}
        assert {key: row[key] for key in ("verdict", *gates)} == {"verdict": single["verdict"], **gates}
        assert (row["findings"], row["no_data"], row["area_m2"]) == (len(single["findings"]), len(single["no_data"]), single["site"]["area_m2"])


def test_a_bad_row_has_its_error_and_no_verdict(done: tuple[TestClient, str]) -> None:
    planner, batch = done
    rows = planner.get(f"{BATCHES}/{batch}/sites", params={"verdict": "error"}).json()["items"]
    assert [(row["row"], row["verdict"], row["space"]) for row in rows] == [(3, None, None), (4, None, None)]
    assert rows[1]["error"] == "Row 4 has no readable geometry."


def test_rows_come_a_page_at_a_time_and_by_verdict(done: tuple[TestClient, str]) -> None:
    planner, batch = done
    where, seen, cursor = f"{BATCHES}/{batch}/sites", [], {}
    while True:
        part = planner.get(where, params={"limit": 2, **cursor}).json()
        seen += [row["row"] for row in part["items"]]
        if part["next"] is None:
            break
        cursor = {"cursor": part["next"]}
    assert seen == [1, 2, 3, 4, 5]
    assert [row["site_id"] for row in planner.get(where, params={"verdict": "prohibited"}).json()["items"]] == ["B"]


def test_results_are_files_with_the_columns_of_the_contract(done: tuple[TestClient, str]) -> None:
    planner, batch = done
    table = pandas.read_csv(io.BytesIO(planner.get(f"{BATCHES}/{batch}/result.csv").content))
    columns = ["site", "industry", "lon", "lat", "site_id", "verdict", "space", "quota", "project", "area_m2", "findings", "no_data", "error"]
    assert list(table.columns)[:13] == columns
    assert list(table["verdict"].fillna("-")) == ["permitted", "prohibited", "-", "-", "permitted"]
    parquet = pandas.read_parquet(io.BytesIO(planner.get(f"{BATCHES}/{batch}/result.parquet").content))
    assert list(parquet["site_id"]) == ["A", "B", "C", "D", "E"]
    findings = pandas.read_csv(io.BytesIO(planner.get(f"{BATCHES}/{batch}/findings.csv").content))
    assert [(row.site_id, row.finding, row.zone_code, row.effect) for row in findings.itertuples()] == [("B", "F1", "R1", "prohibit")]


def test_a_geopackage_holds_sites_and_findings(done: tuple[TestClient, str], tmp_path: Any) -> None:
    planner, batch = done
    answer = planner.get(f"{BATCHES}/{batch}/result.gpkg")
    assert answer.headers["content-disposition"] == f'attachment; filename="batch-{batch[:8]}-sites.gpkg"'
    (tmp_path / "result.gpkg").write_bytes(answer.content)
    assert [name for name, _ in pyogrio.list_layers(tmp_path / "result.gpkg")] == ["sites", "findings"]
    assert pyogrio.read_info(tmp_path / "result.gpkg", layer="sites")["features"] == 5


def test_sites_on_the_map_are_geojson_with_their_verdicts(done: tuple[TestClient, str]) -> None:
    planner, batch = done
    answer = planner.get(f"{BATCHES}/{batch}/sites.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    shown = [(one["properties"]["site_id"], one["properties"]["verdict"]) for one in answer.json()["features"]]
    assert shown == [("A", "permitted"), ("B", "prohibited"), ("C", None), ("E", "permitted")]
    assert answer.json()["features"][0]["geometry"] == {"type": "Point", "coordinates": [118.851, 28.95]}


@pytest.mark.parametrize(("asker", "code", "name"), [("planner", None, None), ("supervisor", "R1", "秘密保护区")])
def test_a_restricted_layer_is_told_of_as_in_single_checks(
    database: Database, signed_in: Enter, work: Do, asker: str, code: str | None, name: str | None
) -> None:
    lay_red_line(database, disclosure="restricted")
    client = signed_in(asker)
    batch = asked_batch(client)
    work()
    text = client.get(f"{BATCHES}/{batch}/findings.csv").text
    (finding,) = pandas.read_csv(io.StringIO(text)).replace({float("nan"): None}).to_dict("records")
    assert (finding["site_id"], finding["effect"], finding["zone_code"], finding["zone_name"]) == ("B", "prohibit", code, name)
    assert ("秘密" in text) == (name is not None)


def test_cells_of_a_table_that_a_spreadsheet_would_run_are_made_harmless(signed_in: Enter, work: Do) -> None:
    planner = signed_in("planner")
    batch = asked_batch(planner, '=cmd,site,industry,lon,lat\n"=1+1",+a,C2614,118.851,28.95\n＝1,@b,C2614,118.851,28.95\n', id_field="site")
    work()
    lines = planner.get(f"{BATCHES}/{batch}/result.csv").text.split("\r\n")
    assert lines[0].startswith("'=cmd,") and lines[1].startswith("'=1+1,'+a,") and lines[2].startswith("'＝1,'@b,")


@pytest.mark.parametrize(("reader", "status"), [("planner", 200), ("planner-2", 404), ("inspector", 404), ("supervisor", 200), ("admin", 200)])
def test_others_batches_are_there_for_supervisors_and_admins_only(signed_in: Enter, reader: str, status: int) -> None:
    batch = asked_batch(signed_in("planner"))
    other = signed_in(reader)
    for where in (f"{BATCHES}/{batch}", f"{BATCHES}/{batch}/sites", f"{BATCHES}/{batch}/sites.geojson", f"{JOBS}/{batch}"):
        assert other.get(where).status_code == status
    assert [job["id"] for job in other.get(BATCHES).json()["items"]] == ([batch] if status == 200 else [])


def test_another_accounts_upload_is_not_there_for_a_batch(signed_in: Enter) -> None:
    mine = uploaded(signed_in("planner"), "lon,lat\n118.85,28.95\n")
    assert signed_in("planner-2").post(BATCHES, json={"upload": mine}).status_code == 404
    assert signed_in("admin").post(BATCHES, json={"upload": mine}).status_code == 404


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        ({"id_field": "nowhere"}, "/id_field"),
        ({"layer": "nowhere"}, "/layer"),
        ({"on": "2026-11-22", "on_field": "site"}, "/on"),
        ({"on": "yesterday"}, "/on"),
        ({"surprise": 1}, "/surprise"),
        ({"upload": "1"}, "/upload"),
    ],
)
def test_a_batch_that_cannot_be_meant_is_refused_by_field(signed_in: Enter, options: dict[str, Any], pointer: str) -> None:
    planner = signed_in("planner")
    answer = planner.post(BATCHES, json={"upload": uploaded(planner, "site,lon,lat\n1,118.85,28.95\n"), **options})
    assert (answer.status_code, [fault["pointer"] for fault in answer.json()["errors"]]) == (422, [pointer])


def test_nobody_asks_for_a_batch_anonymously(client: TestClient) -> None:
    assert client.post(BATCHES, json={"nonsense": 1}).status_code == 401
    assert upload(client, "lon,lat\n1,2\n").status_code == 401


def test_the_eleventh_batch_of_an_hour_waits(signed_in: Enter) -> None:
    planner = signed_in("planner")
    held = uploaded(planner, "lon,lat\n118.85,28.95\n")
    statuses = [planner.post(BATCHES, json={"upload": held}).status_code for _ in range(11)]
    assert statuses == [202] * 10 + [429]
