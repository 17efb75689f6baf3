"""Uploads: described, their owner's alone, counted while they come, and refused when they are not what they seem."""

import errno
import io
import os
import struct
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI

from gridgov.database.pool import Database
from gridgov.jobs import store
from gridgov.jobs.file_store import FileStore
from gridgov.jobs.upload import Upload, plain_filename
from tests.api.job_files import BATCHES, UPLOADS, Do, Enter, archive, features, upload, uploaded
from tests.http_client import TestClient
from tests.unit.worlds import square


def kept_files(app: FastAPI) -> list[str]:
    folder = app.state.files.folder
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_an_upload_says_what_the_file_holds(app: FastAPI, signed_in: Enter) -> None:
    content = features((square(0, 0, 100), {"名称": "甲", "n": 1}), (square(200, 0, 100), {"名称": None, "n": 2}))
    found = upload(signed_in("planner"), content, "用地.geojson").json()
    assert (found["filename"], found["size"], len(found["sha256"])) == ("用地.geojson", len(content.encode()), 64)
    (layer,) = found["layers"]
    assert (layer["name"], layer["rows"], layer["geometry"], layer["crs"]) == ("用地", 2, "Polygon", "EPSG:4326")
    assert layer["fields"] == [{"name": "名称", "type": "text", "examples": ["甲"]}, {"name": "n", "type": "integer", "examples": ["1", "2"]}]
    west, south, east, north = layer["bbox_lonlat"]
    assert 118.86 < west < east < 118.88 and 28.94 < south < north < 28.96
    assert kept_files(app) == [found["id"]]


def test_a_table_is_described_by_its_columns(signed_in: Enter) -> None:
    (layer,) = upload(signed_in("planner"), "编号,lon,lat\n1,118.85,28.95\n2,,\n").json()["layers"]
    assert (layer["rows"], layer["geometry"], layer["crs"], layer["bbox_lonlat"]) == (2, "Point", None, None)
    assert [field["name"] for field in layer["fields"]] == ["编号", "lon", "lat"]


def test_the_data_sets_of_an_archive_are_its_layers(signed_in: Enter) -> None:
    content = archive({f"{name}.geojson": features((square(0, 0, 100), {"n": 1})).encode() for name in ("东区", "西区")})
    found = upload(signed_in("planner"), content, "两区.zip").json()
    assert [(layer["name"], layer["rows"]) for layer in found["layers"]] == [("东区", 1), ("西区", 1)]


@pytest.mark.parametrize("other", ["planner-2", "supervisor", "admin"])
def test_an_upload_is_its_owners_alone(signed_in: Enter, other: str) -> None:
    mine = uploaded(signed_in("planner"), "lon,lat\n118.85,28.95\n")
    assert signed_in("planner").get(f"{UPLOADS}/{mine}").status_code == 200
    assert signed_in(other).get(f"{UPLOADS}/{mine}").status_code == 404
    assert signed_in(other).delete(f"{UPLOADS}/{mine}").status_code == 404


def test_a_deleted_upload_leaves_no_byte(app: FastAPI, signed_in: Enter) -> None:
    planner = signed_in("planner")
    mine = uploaded(planner, "lon,lat\n118.85,28.95\n")
    assert planner.delete(f"{UPLOADS}/{mine}").status_code == 204
    assert planner.get(f"{UPLOADS}/{mine}").status_code == 404
    assert kept_files(app) == []


def test_a_file_that_a_job_still_reads_stays(signed_in: Enter) -> None:
    planner = signed_in("planner")
    mine = uploaded(planner, "lon,lat\n118.85,28.95\n")
    planner.post(BATCHES, json={"upload": mine})
    assert planner.delete(f"{UPLOADS}/{mine}").status_code == 409


def test_expired_uploads_are_swept_with_their_bytes(app: FastAPI, database: Database, signed_in: Enter, work: Do) -> None:
    planner = signed_in("planner")
    fresh, files = uploaded(planner, "lon,lat\n118.85,28.95\n"), app.state.files
    old, long_ago = Upload(uuid4(), "planner", "old.csv", 4, "0" * 64, [], None), timedelta(seconds=-1)  # type: ignore[arg-type]
    files.path(old.upload_id).write_bytes(b"old\n")
    with database.unit_of_work("test") as uow:
        store.add_upload(uow, old, long_ago)
    assert planner.get(f"{UPLOADS}/{old.upload_id}").status_code == 404
    work()
    assert kept_files(app) == [fresh]


def test_a_file_without_an_upload_is_swept_after_an_hour(tmp_path: Any) -> None:
    files, known = FileStore(tmp_path / "files"), uuid4()
    for name in (str(known), str(uuid4()), ".new.part"):
        (files.ready() / name).write_bytes(b"x")
    for name in (str(known), ".new.part"):
        os.utime(files.folder / name, (0, 0))
    files.sweep({known})
    assert len(list(files.folder.iterdir())) == 2
    assert files.path(known).exists()


def zeros(size: int) -> bytes:
    return b"0" * size


def lying_header() -> bytes:
    """A zip whose entry says it holds ten bytes and holds forty million."""
    made = bytearray(archive({"a.geojson": zeros(40_000_000)}))
    central = made.rindex(b"PK\x01\x02")
    for at in (22, central + 24):
        made[at : at + 4] = struct.pack("<I", 10)
    return bytes(made)


@pytest.mark.parametrize(
    ("filename", "content", "status"),
    [
        ("bomb.zip", archive({"a.geojson": zeros(40_000_000)}), 413),
        ("many.zip", archive({f"{n}.geojson": b"{}" for n in range(1001)}), 413),
        ("lies.zip", lying_header(), 422),
        ("nested.zip", archive({"inner.gpkg": archive({"a.geojson": b"{}"})}), 422),
        ("slip.zip", archive({"../../slip.geojson": b"{}"}), 422),
        ("parts.zip", archive({"a.dbf": b"x", "a.shx": b"x"}), 422),
        ("bomb.xlsx", archive({"xl/workbook.xml": zeros(40_000_000)}), 413),
        ("sites.gpkg", b"SQLite format 3\0" + zeros(200), 415),
        ("sites.gpkg", b"<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>", 415),
        ("sites.kml", b"<?xml version='1.0'?><!DOCTYPE k [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><kml>&x;</kml>", 415),
        ("sites.pdf", b"%PDF-1.7 ", 415),
        ("sites.parquet", b"PAR1 and nothing more", 415),
        ("sites.xlsx", b"no workbook", 415),
        ("sites.csv", b"\xff\xfe\xff\xff\x80\x81", 422),
        ("sites.geojson", b'{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [NaN, 1]]]}', 400),
        ("sites.geojson", b'{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}', 422),
        ("sites.shp", b"\x00\x00\x27\x0a" + zeros(96), 422),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_refused_and_not_kept(app: FastAPI, signed_in: Enter, filename: str, content: bytes, status: int) -> None:
    answer = upload(signed_in("planner"), content, filename)
    assert answer.status_code == status, answer.text
    assert "/tmp" not in answer.text and "root:" not in answer.text
    assert kept_files(app) == []


@pytest.mark.parametrize("filename", ["..", ".", "C:evil.gpkg", "a\x00b.csv", "a\nb.csv", " ", "x" * 300 + ".csv"])
def test_a_name_that_is_no_name_is_refused(app: FastAPI, signed_in: Enter, filename: str) -> None:
    assert upload(signed_in("planner"), "lon,lat\n1,2\n", filename).status_code in (400, 422)
    assert kept_files(app) == []


@pytest.mark.parametrize("given", ["../../etc/sites.csv", "..\\..\\sites.csv", "/etc/cron.d/sites.csv", "....//sites.csv"])
def test_a_path_in_a_name_says_nothing_of_where_the_file_goes(app: FastAPI, signed_in: Enter, given: str) -> None:
    found = upload(signed_in("planner"), "lon,lat\n118.85,28.95\n", given).json()
    assert found["filename"] == "sites.csv"
    assert kept_files(app) == [found["id"]] and UUID(found["id"])


def test_a_name_is_kept_in_one_normal_form() -> None:
    assert plain_filename("Cafe\u0301.gpkg") == "Café.gpkg"


def test_a_file_over_100_mb_is_refused_while_it_comes(app: FastAPI, signed_in: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.limits.FILE_LIMIT", 1_000)
    answer = upload(signed_in("planner"), zeros(2_000))
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
    assert kept_files(app) == []


def test_an_empty_file_and_another_content_type_are_refused(signed_in: Enter) -> None:
    planner = signed_in("planner")
    assert upload(planner, b"").status_code == 400
    answer = planner.post(UPLOADS, params={"filename": "a.csv"}, content=b"lon,lat\n", headers={"Content-Type": "text/csv"})
    assert (answer.status_code, answer.headers["accept-post"]) == (415, "application/octet-stream")


def test_nobodys_file_is_not_even_read(client: TestClient, app: FastAPI) -> None:
    assert upload(client, "lon,lat\n1,2\n").status_code == 401
    assert kept_files(app) == []


def test_a_full_disk_is_said_and_nothing_is_kept(app: FastAPI, signed_in: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk(io.BytesIO):
        def write(self, _: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("api.uploads.os.fdopen", lambda descriptor, _: (os.close(descriptor), FullDisk())[1])
    answer = upload(signed_in("planner"), "lon,lat\n118.85,28.95\n")
    assert (answer.status_code, answer.json()["type"]) == (507, "/problems/no-space")
    assert kept_files(app) == []
