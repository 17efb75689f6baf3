"""Sites read from text and files before they are asked about."""

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely

from gridgov.database.pool import Database
from gridgov.grids import store
from gridgov.grids.area import Box
from tests.http_client import TestClient

TEXT, FILES = "/api/v1/site-text", "/api/v1/site-files"
OCTETS = {"Content-Type": "application/octet-stream"}
Enter = Callable[[str], TestClient]
PLOT = """4,0.8000,DK001,地块一,面,,工业用地,,@
J1,1,3204600.000,{0}389900.000
J2,1,3204600.000,{0}390000.000
J3,1,3204520.000,{0}390000.000
J4,1,3204520.000,{0}389900.000
"""
SHELL = [
    [118.870609489, 28.953131673],
    [118.870617319, 28.95241002],
    [118.871642934, 28.952418625],
    [118.871635111, 28.953140278],
    [118.870609489, 28.953131673],
]
SQUARE = shapely.Polygon([(389900, 3204520), (390000, 3204520), (390000, 3204600), (389900, 3204600)])


def post_file(client: TestClient, raw: bytes, filename: str, **params: str) -> Any:
    return client.post(FILES, params={"filename": filename, **params}, content=raw, headers=OCTETS)


def geojson(*geometries: shapely.Geometry, **properties: Any) -> bytes:
    features = [{"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(one)} for one in geometries]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def shapefile(folder: Path, *, prj: bool = True, encoding: str = "UTF-8") -> bytes:
    """A zipped shapefile of the square, named in Chinese."""
    import geopandas

    frame = geopandas.GeoDataFrame({"名称": ["化工园一期"]}, geometry=[SQUARE], crs="EPSG:4549")
    pyogrio.write_dataframe(frame, folder / "dk.shp", driver="ESRI Shapefile", encoding=encoding)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for part in sorted(folder.glob("dk.*")):
            if part.suffix != ".cpg" and (prj or part.suffix != ".prj"):
                archive.write(part, part.name)
    return kept.getvalue()


def test_nobody_has_anything_read(client: TestClient) -> None:
    assert client.post(TEXT, json={"text": "118.85,28.95"}).status_code == 401
    assert post_file(client, b"x", "a.txt").status_code == 401


@pytest.mark.parametrize("who", ["inspector", "planner", "supervisor", "admin"])
def test_everybody_signed_in_reads_a_boundary_points_text(signed_in: Enter, who: str) -> None:
    answer = signed_in(who).post(TEXT, json={"text": PLOT.format("40")})
    assert answer.status_code == 200, answer.text
    (feature,) = answer.json()["features"]
    assert {key: answer.json()[key] for key in ("format", "crs", "crs_name", "warnings")} == {
        "format": "boundary-points",
        "crs": "EPSG:4528",
        "crs_name": "CGCS2000 / 3-degree Gauss-Kruger zone 40",
        "warnings": [],
    }
    assert feature["geometry"] == {"type": "Polygon", "coordinates": [SHELL]}
    assert feature["source"]["coordinates"][0][0] == [40389900.0, 3204600.0]
    assert (feature["row"], feature["line"], feature["name"], feature["area_m2"], feature["vertices"]) == (1, 1, "地块一", "7997.61", 5)
    assert feature["properties"] == {"code": "DK001", "name": "地块一", "use": "工业用地", "declared_area_m2": "8000.00"}


def test_what_is_read_may_be_asked_in_its_own_numbers(signed_in: Enter) -> None:
    planner = signed_in("planner")
    read = planner.post(TEXT, json={"text": PLOT.format("40")}).json()
    asked = planner.post("/api/v1/siting-checks", json={"site": read["features"][0]["source"], "crs": read["crs"]}).json()
    assert (asked["site"]["area_m2"], asked["site"]["geometry"]) == (read["features"][0]["area_m2"], read["features"][0]["geometry"])


def test_warnings_are_told_in_the_language_asked_for(signed_in: Enter) -> None:
    planner = signed_in("planner")
    text = PLOT.format("40").replace("0.8000", "0.9")
    assert "declared area is 9,000.00 m2" in planner.post(TEXT, json={"text": text}).json()["warnings"][0]["detail"]
    assert "申报面积" in planner.post(TEXT, json={"text": text}, headers={"Accept-Language": "zh"}).json()["warnings"][0]["detail"]


def test_a_system_left_open_is_refused_with_candidates_those_inside_first(signed_in: Enter, database: Database) -> None:
    with database.unit_of_work("test") as uow:
        store.set_area(uow, Box(118.8, 28.9, 119.0, 29.0))
    planner = signed_in("planner")
    answer = planner.post(TEXT, json={"text": PLOT.format("")})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wrong-crs")
    first, *others = answer.json()["candidates"]
    assert (first["crs"], first["inside_area"]) == ("EPSG:4549", True)
    assert first["bbox"] == [118.870609, 28.95241, 118.871643, 28.95314]
    assert {one["crs"] for one in others if one["inside_area"]} <= {"EPSG:4509"}
    assert planner.post(TEXT, json={"text": PLOT.format(""), "crs": "EPSG:4549"}).json()["features"][0]["area_m2"] == "7997.61"


def test_ground_far_outside_the_area_of_use_is_said(signed_in: Enter, database: Database) -> None:
    with database.unit_of_work("test") as uow:
        store.set_area(uow, Box(100.0, 28.9, 101.0, 29.0))
    (warning,) = signed_in("planner").post(TEXT, json={"text": PLOT.format("40")}).json()["warnings"]
    assert "outside the area of use" in warning["detail"]


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"text": PLOT.format("40").replace("J3,1", "J3,?")}, 422, "line 4"),
        ({"text": ""}, 422, "/text"),
        ({"text": "118.85,28.95", "format": "dxf"}, 422, "/format"),
        ({"text": "118.85,28.95", "colour": "red"}, 422, "/colour"),
        ({}, 422, "/text"),
        ({"text": "118.85,28.95;118.86,28.96;118.86,28.95;118.85,28.96"}, 422, "line 1"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_at_its_place(signed_in: Enter, body: dict[str, Any], status: int, pointer: str) -> None:
    answer = signed_in("planner").post(TEXT, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer), answer.text


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_a_zipped_shapefile_is_read_with_its_chinese_names(signed_in: Enter, tmp_path: Path, encoding: str) -> None:
    answer = post_file(signed_in("planner"), shapefile(tmp_path, encoding=encoding), "地块.zip")
    assert answer.status_code == 200, answer.text
    (feature,) = answer.json()["features"]
    assert (answer.json()["crs"], feature["name"], feature["area_m2"]) == ("EPSG:4549", "化工园一期", "7997.61")


def test_a_file_without_system_is_refused_with_candidates_and_read_with_one(signed_in: Enter, tmp_path: Path) -> None:
    planner, raw = signed_in("planner"), shapefile(tmp_path, prj=False)
    answer = post_file(planner, raw, "地块.zip")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wrong-crs")
    assert "EPSG:4549" in {one["crs"] for one in answer.json()["candidates"]}
    assert post_file(planner, raw, "地块.zip", crs="EPSG:4549").json()["features"][0]["area_m2"] == "7997.61"


def test_every_feature_of_a_file_is_listed(signed_in: Enter) -> None:
    plots = [shapely.box(118.85 + step, 28.95, 118.851 + step, 28.951) for step in (0, 0.01, 0.02)]
    answer = post_file(signed_in("planner"), geojson(*plots, name="<b>x</b>"), "plots.geojson")
    assert [(one["row"], one["name"], one["line"], one["source"]) for one in answer.json()["features"]] == [(n, "<b>x</b>", None, None) for n in (1, 2, 3)]


def test_text_and_tables_are_files_too(signed_in: Enter) -> None:
    planner = signed_in("planner")
    assert post_file(planner, PLOT.format("40").encode("gbk"), "界址点.txt").json()["features"][0]["name"] == "地块一"
    table = post_file(planner, b"id,lon,lat\nA,118.85,28.95\nB,118.86,28.95\n", "points.csv")
    assert [one["geometry"]["coordinates"] for one in table.json()["features"]] == [[118.85, 28.95], [118.86, 28.95]]


BOWTIE = shapely.Polygon([(118.85, 28.95), (118.86, 28.96), (118.86, 28.95), (118.85, 28.96)])


@pytest.mark.parametrize(
    ("raw", "filename", "status", "slug"),
    [
        (geojson(BOWTIE), "a.geojson", 422, "invalid-geometry"),
        (geojson(), "a.geojson", 422, "invalid-geometry"),
        (b"PK\x03\x04broken", "a.zip", 422, "refused"),
        (b"hello", "a.bin", 415, "unknown-format"),
        (b"", "a.txt", 400, "malformed-body"),
        (b"x", "../a.txt", 422, "refused"),
        (b"x", "a\\b.txt", 422, "refused"),
        (b"x", ".txt", 422, "refused"),
        (b"\xff\x00\xfe", "a.txt", 422, "bad-encoding"),
    ],
)
def test_a_file_that_holds_no_sites_is_refused_by_name(signed_in: Enter, raw: bytes, filename: str, status: int, slug: str) -> None:
    answer = post_file(signed_in("planner"), raw, filename)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{slug}"), answer.text


def test_a_feature_that_is_not_clean_is_named_by_its_row_and_its_place(signed_in: Enter) -> None:
    answer = post_file(signed_in("planner"), geojson(shapely.box(118.8, 28.9, 118.81, 28.91), BOWTIE), "a.geojson")
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["at"]) == ("row 2", [118.855, 28.955])


def test_only_bytes_are_taken_for_a_file(signed_in: Enter) -> None:
    answer = signed_in("planner").post(FILES, params={"filename": "a.txt"}, content=b"x", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.headers["accept-post"]) == (415, "application/octet-stream")


def test_noise_is_refused_and_never_a_failure(signed_in: Enter) -> None:
    chance, planner = random.Random(7), signed_in("planner")
    sample = PLOT.format("40").encode()
    for number in range(60):
        raw = bytearray(sample if number % 2 else chance.randbytes(200))
        for _ in range(5):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        assert post_file(planner, bytes(raw), "noise.txt").status_code < 500
        assert planner.post(TEXT, json={"text": raw.decode("latin-1").replace("\x00", "0")}).status_code < 500
