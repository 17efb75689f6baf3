"""Files in and out: content decides the reader, one driver is open at a time, nothing is lost on the way."""

import json
import sqlite3
import struct
import warnings
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, box

from gridgov.errors import GridgovError, InvalidGeometry, MissingPart, NotFound, Refused, UnknownFormat, WrongCrs
from layers.geojson import read_geojson
from layers.table import FeatureTable
from layers.vector import read_features, write_features

SQUARE = box(118.1, 28.123456789, 118.2, 28.3)
HOLED = box(118.4, 28.4, 118.5, 28.5).difference(box(118.41, 28.41, 118.42, 28.42))
ROWS: list[dict[str, Any]] = [
    {"code": "A1", "名称": "青山", "n": 9007199254740993, "x": 0.1, "yes": True, "empty": None},
    {"code": "B2", "名称": None, "n": None, "x": None, "yes": None, "empty": None},
]


def table(**changes: Any) -> FeatureTable:
    return FeatureTable(**{"name": "zones", "crs": "EPSG:4490", "fields": list(ROWS[0]), "rows": ROWS, "geometries": [SQUARE, HOLED]} | changes)


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "fgb"])
def test_what_is_written_is_read_back_to_the_last_bit(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"分区.{ending}"
    write_features(path, table())
    found = read_features(path)
    by_code = {row["code"]: (row, geometry) for row, geometry in zip(found.rows, found.geometries, strict=True)}
    for row, geometry in zip(ROWS, [SQUARE, HOLED], strict=True):
        kept, ground = by_code[row["code"]]
        assert {name: kept[name] for name in row} == row
        assert ground is not None and shapely.equals_exact(ground.normalize(), geometry.normalize())
    assert found.crs in ("EPSG:4490", "EPSG:4326")


def test_a_zipped_shapefile_keeps_chinese_names_within_its_ten_bytes(tmp_path: Path) -> None:
    rows = [{"code": "A1", "面积_公顷": 1.5, "面积_公顷数": 2, "yes": True}]
    path = tmp_path / "out.zip"
    write_features(path, table(rows=rows, fields=list(rows[0]), geometries=[SQUARE]))
    found = read_features(path)
    assert found.fields == ["code", "面积_公顷", "面积_公_2", "yes"]
    assert found.rows == [{"code": "A1", "面积_公顷": 1.5, "面积_公_2": 2, "yes": True}]
    assert found.crs is not None


def test_a_text_that_a_shapefile_would_cut_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="254 bytes"):
        write_features(tmp_path / "out.zip", table(rows=[{"code": "长" * 128}], fields=["code"], geometries=[SQUARE]))
    assert list(tmp_path.iterdir()) == []


def test_geojson_is_written_in_lon_lat_only(tmp_path: Path) -> None:
    with pytest.raises(WrongCrs):
        write_features(tmp_path / "out.geojson", table(crs="EPSG:4549"))


def test_an_unknown_ending_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match=r"\.kml"):
        write_features(tmp_path / "out.kml", table())


def test_the_content_decides_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "zones.geojson"
    write_features(tmp_path / "zones.gpkg", table())
    (tmp_path / "zones.gpkg").rename(path)
    assert len(read_features(path).rows) == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.shp", b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"),
        ("a.geojson", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><kml>&e;</kml>"),
        ("a.gpkg", b"SQLite format 3\0" + b"\0" * 200),
        ("a.gpkg", b"%PDF-1.7"),
        ("a.json", b'[{"type": "Feature"}]'),
        ("a.json", b'{"type": "Topology", "objects": {}}'),
        ("a.kml", b"<kml/>"),
        ("a.csv", b"lon,lat\n1,2\n"),
        ("a.bin", b""),
    ],
)
def test_what_is_no_known_format_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnknownFormat):
        read_features(path)


def test_formats_of_later_say_so(tmp_path: Path) -> None:
    (tmp_path / "a.dxf").write_bytes(b"  0\nSECTION\n")
    with pytest.raises(UnknownFormat, match="not yet"):
        read_features(tmp_path / "a.dxf")


def test_a_missing_file_is_named_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no file nothing\.gpkg"):
        read_features(tmp_path / "nothing.gpkg")


@pytest.mark.parametrize("statement", ["create virtual table x using fts4(a)", "create view zones2 as select * from zones"])
def test_a_geopackage_with_active_content_is_refused(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "a.gpkg"
    write_features(path, table())
    with sqlite3.connect(path) as database:
        database.execute(statement)
        database.execute("insert into gpkg_contents (table_name, data_type, identifier, srs_id) values ('zones2', 'features', 'zones2', 4326)")
    database.close()
    with pytest.raises(Refused, match="virtual table or view"):
        read_features(path)


def test_a_file_with_two_layers_asks_which(tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    data = pa.table({"code": ["A"], "geometry": pa.array([shapely.to_wkb(SQUARE)])})
    for name in ("一", "二"):
        pyogrio.write_arrow(data, str(path), layer=name, driver="GPKG", geometry_name="geometry", geometry_type="Polygon", crs="EPSG:4490", append=name == "二")
    with pytest.raises(Refused, match="name one: 一, 二"):
        read_features(path)
    assert read_features(path, layer="二").name == "二"
    with pytest.raises(NotFound, match="it has: 一, 二"):
        read_features(path, layer="三")


def test_heights_are_dropped_and_said(tmp_path: Path) -> None:
    path = tmp_path / "z.gpkg"
    high = shapely.force_3d(SQUARE, 12.5)
    data = pa.table({"code": ["A"], "geometry": pa.array([shapely.to_wkb(high, flavor="iso")])})
    pyogrio.write_arrow(data, str(path), driver="GPKG", geometry_name="geometry", geometry_type="Polygon Z", crs="EPSG:4490")
    found = read_features(path)
    assert found.geometries == [SQUARE] and not found.geometries[0].has_z
    assert "Z" in found.notes[0].en and "高程" in found.notes[0].zh


def test_a_curve_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "c.gpkg"
    places = (118.0, 28.0, 118.1, 28.1, 118.2, 28.0, 118.1, 27.9, 118.0, 28.0)
    arc = struct.pack("<BIIBII10d", 1, 10, 1, 1, 8, 5, *places)
    data = pa.table({"geometry": pa.array([shapely.to_wkb(SQUARE), arc])})
    pyogrio.write_arrow(data, str(path), driver="GPKG", geometry_name="geometry", geometry_type="Unknown", crs="EPSG:4490")
    with pytest.raises(InvalidGeometry, match="row 2 is a CurvePolygon"):
        read_features(path)


def test_dates_come_as_iso_text_and_nan_as_no_value(tmp_path: Path) -> None:
    import datetime

    path = tmp_path / "d.gpkg"
    data = pa.table({"d": [datetime.date(2024, 1, 31)], "x": [float("nan")], "b": pa.array([b"\x00"]), "geometry": pa.array([shapely.to_wkb(SQUARE)])})
    pyogrio.write_arrow(data, str(path), driver="GPKG", geometry_name="geometry", geometry_type="Polygon", crs="EPSG:4490")
    found = read_features(path)
    assert found.rows == [{"d": "2024-01-31", "x": None}]
    assert "b" in found.notes[0].en


@pytest.mark.parametrize("missing", [".shx", ".dbf"])
def test_a_shapefile_without_a_part_names_it(tmp_path: Path, missing: str) -> None:
    _shapefile(tmp_path, "A.SHP")
    (tmp_path / f"A{missing.upper()}").unlink()
    with pytest.raises(MissingPart, match=rf"lacks its \{missing}"):
        read_features(tmp_path / "A.SHP")


def test_a_shapefile_without_prj_has_no_crs_and_upper_case_parts_are_found(tmp_path: Path) -> None:
    _shapefile(tmp_path, "A.SHP")
    (tmp_path / "A.PRJ").unlink()
    found = read_features(tmp_path / "A.SHP")
    assert found.crs is None and len(found.rows) == 2


def test_parts_of_different_shapefiles_are_refused(tmp_path: Path) -> None:
    _shapefile(tmp_path, "A.SHP")
    _shapefile(tmp_path, "B.SHP", count=1)
    (tmp_path / "B.DBF").replace(tmp_path / "A.DBF")
    with pytest.raises(MissingPart, match=r"2 shapes but the \.dbf 1 rows"):
        read_features(tmp_path / "A.SHP")


@pytest.mark.parametrize("part", [".SHP", ".SHX", ".DBF"])
def test_a_part_cut_off_is_refused(tmp_path: Path, part: str) -> None:
    _shapefile(tmp_path, "A.SHP")
    path = tmp_path / f"A{part}"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(MissingPart, match="broken or cut off"):
        read_features(tmp_path / "A.SHP")


def _shapefile(folder: Path, name: str, count: int = 2) -> None:
    path = folder / name.lower()
    data = pa.table({"code": ["A", "B"][:count], "geometry": pa.array([shapely.to_wkb(SQUARE), shapely.to_wkb(box(0, 0, 1, 1))][:count])})
    pyogrio.write_arrow(data, str(path), driver="ESRI Shapefile", geometry_name="geometry", geometry_type="Polygon", crs="EPSG:4490")
    for part in list(folder.glob(f"{path.stem}.*")):
        if part.stem == path.stem:
            part.rename(folder / part.name.upper())


def test_a_file_geodatabase_is_read(tmp_path: Path) -> None:
    path = tmp_path / "库.gdb"
    data = pa.table({"名称": ["青山"], "geometry": pa.array([shapely.to_wkb(MultiPolygon([SQUARE]))])})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_arrow(data, str(path), layer="red", driver="OpenFileGDB", geometry_name="geometry", geometry_type="MultiPolygon", crs="EPSG:4490")
    found = read_features(path)
    assert found.name == "red" and found.rows[0]["名称"] == "青山"
    assert isinstance(found.geometries[0], MultiPolygon)


def geojson(path: Path, *features: Any, **members: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features), **members}, ensure_ascii=False), "utf-8")
    return path


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_geojson_is_lon_lat_unless_it_says_otherwise(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [118.5, 28.5]}
    plain = read_features(geojson(tmp_path / "a.geojson", feature(point)))
    assert (plain.crs, plain.crs_declared) == ("EPSG:4326", False)
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    declared = read_features(geojson(tmp_path / "b.geojson", feature(point), crs=named))
    assert (declared.crs, declared.crs_declared) == ("EPSG:4490", True)
    with pytest.raises(WrongCrs):
        read_features(geojson(tmp_path / "c.geojson", feature(point), crs={"type": "link", "properties": {"href": "http://example.org"}}))


def test_geojson_in_metres_has_no_known_crs(tmp_path: Path) -> None:
    assert read_features(geojson(tmp_path / "a.geojson", feature({"type": "Point", "coordinates": [40389900, 3204600]}))).crs is None


def test_columns_of_geojson_are_the_union_and_absent_is_none(tmp_path: Path) -> None:
    found = read_features(geojson(tmp_path / "a.geojson", feature(None, a=1), feature(None, b={"x": [1]}) | {"id": 7}))
    assert found.fields == ["a", "b", "id"]
    assert found.rows == [{"a": 1, "b": None, "id": None}, {"a": None, "b": '{"x": [1]}', "id": 7}]
    assert found.geometries == [None, None]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"type": "Point", "coordinates": [NaN, 1]}', "NaN"),
        ('{"type": "Point", "coordinates": [1e999, 1]}', "not finite"),
        ('{"type": "Point", "coordinates": ["1", "2"]}', "numbers"),
        ('{"type": "Point", "coordinates": [true, 2]}', "numbers"),
        ('{"type": "Point", "type": "Point", "coordinates": [1, 2]}', "twice"),
        ('{"type": "Point", "coordinates": [1]}', "two"),
        ('{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,1]]]}', "not closed"),
        ('{"type": "Polygon", "coordinates": [[[0,0],[1,0],[0,0]]]}', "four"),
        ('{"type": "Polygon", "coordinates": [[0,0],[1,0],[0,0],[0,0]]}', "list of positions"),
        ('{"type": "FeatureCollection", "features": {}}', "list"),
        ('{"type": "FeatureCollection", "features": [3]}', "Feature"),
        ('{"type": "Point", "coordinates": ' + "[" * 5000 + "]" * 5000 + "}", "nested"),
        ('{"type": "Point"', "line 1"),
    ],
)
def test_lax_geojson_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(text)
    with pytest.raises(GridgovError, match=said):
        list(read_geojson(json.dumps({"path": str(path)}).encode()))


def test_an_open_ring_is_named_by_pointer_and_place(tmp_path: Path) -> None:
    open_ring = {"type": "Polygon", "coordinates": [[[118, 28], [119, 28], [119, 29], [118, 29]]]}
    with pytest.raises(InvalidGeometry) as caught:
        read_features(geojson(tmp_path / "a.geojson", feature(None), feature(open_ring)))
    fault = caught.value.faults[0]
    assert (fault.pointer, fault.at) == ("/features/1/geometry/coordinates/0", (118.0, 28.0))


def test_kinds_survive_geojson(tmp_path: Path) -> None:
    shapes = [Point(1, 2), SQUARE, MultiPolygon([SQUARE]), shapely.LineString([(0, 0), (1, 1)]), Polygon()]
    path = geojson(
        tmp_path / "a.geojson",
        *[feature({"type": "Polygon", "coordinates": []} if shape.is_empty else json.loads(shapely.to_geojson(shape))) for shape in shapes],
    )
    assert [found.geom_type for found in read_features(path).geometries if found is not None] == [shape.geom_type for shape in shapes]
