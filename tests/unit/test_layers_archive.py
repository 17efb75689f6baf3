"""A stranger's zip: no path leaves the folder, nothing swells beyond its limits, nothing but plain files."""

import contextlib
import io
import stat
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from shapely import box

from gridgov.errors import GridgovError, MissingPart, Refused, TooLarge
from layers import archive
from layers.archive import unpack
from layers.table import FeatureTable
from layers.vector import read_features, write_features


def packed(folder: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    path = folder / "in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name", ["../x.shp", "a/../../x.shp", "/etc/x.shp", "C:/x.shp", "a\\..\\x.shp", "a\x07.shp", "．．/．．/x:shp", "a/b/c/d/e/f/g/h/i.shp"]
)
def test_a_path_that_is_not_plain_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out" / "deep"
    with pytest.raises(Refused):
        unpack(packed(tmp_path, (name, b"x")), folder)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "in.zip"]


def test_a_name_with_nul_does_not_end_there(tmp_path: Path) -> None:
    path = packed(tmp_path, ("a.shpX../b", b"x"))
    path.write_bytes(path.read_bytes().replace(b"a.shpX../b", b"a.shp\0../b"))
    with pytest.raises(Refused):
        unpack(path, tmp_path / "out")


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.shp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(Refused):
        unpack(packed(tmp_path, (link, b"/etc/passwd")), tmp_path / "out")


def test_a_bomb_is_stopped_while_it_is_read(tmp_path: Path) -> None:
    path = packed(tmp_path, ("a.shp", b"\0" * (30 << 20)))
    with pytest.raises(TooLarge, match="100:1"):
        unpack(path, tmp_path / "out")


def test_a_header_that_lies_about_the_size_is_not_believed(tmp_path: Path) -> None:
    path = packed(tmp_path, ("a.shp", b"\0" * (30 << 20)))
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 10)
    path.write_bytes(content)
    with pytest.raises(GridgovError):
        unpack(path, tmp_path / "out")


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="1000 entries"):
        unpack(packed(tmp_path, *[(f"{number}.txt", b"") for number in range(1001)]), tmp_path / "out")


def test_an_archive_beyond_its_packed_size_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_PACKED", 10)
    with pytest.raises(TooLarge, match="100 MB"):
        unpack(packed(tmp_path, ("a.txt", b"0123456789")), tmp_path / "out")


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, ("a.shp", b"x" * 100))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(Refused, match="broken"):
        unpack(path, tmp_path / "out")


@pytest.mark.parametrize("seed", range(3))
def test_a_zip_with_bytes_changed_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    raw = packed(tmp_path, ("a.shp", bytes(range(256)) * 20), ("b/c.dbf", b"text" * 100)).read_bytes()
    for number in range(60):
        content = bytearray(raw)
        for place in random.integers(0, len(raw), random.integers(1, 12)):
            content[place] = random.integers(256)
        path = tmp_path / f"{number}.zip"
        path.write_bytes(content)
        with contextlib.suppress(Refused, TooLarge):
            unpack(path, tmp_path / str(number))


def test_gbk_names_without_the_utf8_flag_are_read(tmp_path: Path) -> None:
    path = packed(tmp_path, ("xxxx.txt", b"1"))
    path.write_bytes(path.read_bytes().replace(b"xxxx", "红线".encode("gbk")))
    assert [found.name for found in unpack(path, tmp_path / "out")] == ["红线.txt"]


def test_a_shapefile_in_an_inner_folder_is_found(tmp_path: Path) -> None:
    inner = tmp_path / "inner.zip"
    write_features(inner, FeatureTable("zones", "EPSG:4490", ["code"], [{"code": "A"}], [box(118, 28, 119, 29)]))
    moved = io.BytesIO()
    with zipfile.ZipFile(inner) as source, zipfile.ZipFile(moved, "w") as target:
        for entry in source.infolist():
            target.writestr(f"数据/2024/{entry.filename}", source.read(entry))
    path = tmp_path / "outer.zip"
    path.write_bytes(moved.getvalue())
    assert read_features(path).rows == [{"code": "A"}]


def test_two_data_sets_in_one_archive_are_asked_about(tmp_path: Path) -> None:
    text = b'{"type": "Point", "coordinates": [118, 28]}'
    path = packed(tmp_path, ("a.geojson", text), ("b.geojson", text))
    with pytest.raises(Refused, match="name one as layer: a, b"):
        read_features(path)
    assert read_features(path, layer="b").name == "b"


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    inner = packed(tmp_path, ("a.geojson", b"{}")).read_bytes()
    with pytest.raises(Refused, match="another archive"):
        read_features(packed(tmp_path, ("a.geojson", inner)))


def test_an_archive_without_the_shp_names_the_missing_part(tmp_path: Path) -> None:
    with pytest.raises(MissingPart, match=r"no \.shp"):
        read_features(packed(tmp_path, ("a.dbf", b""), ("a.shx", b"")))
