"""Reading a shapefile inside the killable process: geometries by GDAL from the .shp alone, text by `dbf`."""

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gridgov.errors import MissingPart, Refused
from layers import dbf
from layers.vector_child import Z_NOTE, plane_geometries, scalar
from layers.wire import pack

DRIVER = "ESRI Shapefile"


def read_shapefile(payload: bytes) -> Iterator[bytes]:
    """{path of the .shp, name} -> one packed table; .shx lies beside it, the .dbf is kept from GDAL under the ending .table."""
    asked = json.loads(payload)
    path = Path(asked["path"])
    blobs, crs = read_shapes(path)
    table = dbf.parse(path.with_suffix(".table").read_bytes())
    cpg = path.with_suffix(".cpg")
    codec, overruled = dbf.decide_encoding(table, cpg.read_text("ascii", "ignore") if cpg.exists() else None)
    names, records = dbf.rows(table, codec)
    if len(records) != len(blobs):
        raise MissingPart(
            f"the .shp has {len(blobs)} shapes but the .dbf {len(records)} rows: parts of different files",
            f".shp 有 {len(blobs)} 个图形而 .dbf 有 {len(records)} 行，二者不属同一文件",
        )
    geometries, dropped = plane_geometries(blobs)
    kept = [(geometry, record) for geometry, record in zip(geometries, records, strict=True) if record is not None]
    notes = [Z_NOTE] if dropped else []
    if overruled:
        notes.append((f"the .cpg is wrong: the text is {codec}", f".cpg 注明的编码有误，文字实为 {codec}"))
    rows = [{name: scalar(value) for name, value in record.items()} for _, record in kept]
    yield pack({"name": asked["name"], "crs": crs, "fields": names, "rows": rows, "notes": notes, "declared": True}, [geometry for geometry, _ in kept])


def read_shapes(path: Path) -> tuple[list[bytes | None], str | None]:
    """WKB a record (None = null shape), and the CRS of the .prj (None = there is no .prj)."""
    import pyogrio

    if set(pyogrio.list_drivers()) != {DRIVER}:
        raise Refused("the file reader is not confined to one driver; the file was not opened", "文件读取程序未能限定为单一驱动，未打开该文件")
    check_lengths(path)
    try:
        meta, shapes = pyogrio.read_arrow(str(path), columns=[], encoding="UTF-8")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError, pyogrio.errors.GeometryError) as broken:
        raise MissingPart("the .shp or .shx part is broken or cut off", "文件的 .shp 或 .shx 部分已损坏或不完整") from broken
    blobs: list[Any] = shapes.column(meta["geometry_name"] or "wkb_geometry").to_pylist()
    return blobs, meta["crs"]


def check_lengths(path: Path) -> None:
    """The lengths in both headers against the files: GDAL reads a cut-off file as a shorter one."""
    for part in (path, path.with_suffix(".shx")):
        content_size = part.stat().st_size
        with part.open("rb") as opened:
            head = opened.read(28)
        if len(head) < 28 or struct.unpack(">i", head[:4])[0] != 9994 or struct.unpack(">i", head[24:28])[0] * 2 > content_size:
            raise MissingPart(f"the {part.suffix} part is broken or cut off", f"文件的 {part.suffix} 部分已损坏或不完整")
