"""A file of cells as plain records: the one way from a file to an import of cells, for every face.

Decides which columns are meant and in which coordinate system the numbers are; what makes a cell is for `gridgov.grids`.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from pyproj import CRS
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.errors import Refused, UsageError, WrongCrs
from gridgov.geo.crs import read_crs, sniff_plane_crs, to_storage
from gridgov.grids.cell import CellRecord
from gridgov.grids.tiling import node_plane
from layers.vector import FeatureTable, read_features

_CODE_FIELDS: Final = ("code", "编码", "代码", "区划代码", "网格编码", "XZQDM", "QHDM", "WGBM")
_NAME_FIELDS: Final = ("name", "名称", "区划名称", "网格名称", "XZQMC", "QHMC", "WGMC")
# The longest edge in a projected file that may be carried over as it stands: longer ones bend by more than they should.
_EDGE_M: Final = 100.0


@dataclass(frozen=True, slots=True)
class CellFile:
    """Which file, layer, columns and coordinate system; None = find out."""

    path: Path
    layer: str | None = None
    code: str | None = None
    name: str | None = None
    parents: tuple[str, ...] = ()
    parent_names: tuple[str, ...] = ()
    crs: str | None = None


def read_cells(source: CellFile) -> tuple[CellRecord, ...]:
    """The cells of a file in its order, lon/lat EPSG:4490, not snapped; what is wrong with a row is for the import to say.

    Raises UsageError for a column that is not there, WrongCrs, and what reading the file raises.
    """
    table = read_features(source.path, layer=source.layer)
    code = _column(table.fields, source.code, _CODE_FIELDS)
    name = _column(table.fields, source.name, _NAME_FIELDS)
    if code is None:
        raise UsageError(
            f"Which column holds the codes? Say --code-field; there are: {', '.join(table.fields)}.",
            f"请用 --code-field 指明编码列；现有列：{'、'.join(table.fields)}。",
        )
    parents = [_column(table.fields, wanted, ()) for wanted in source.parents]
    names = [_column(table.fields, wanted, ()) for wanted in source.parent_names]
    grounds = ground_in_storage(table, source.crs)
    return tuple(
        CellRecord(
            row=number,
            code=_code_text(row.get(code)),
            name=_text(row.get(name)) if name is not None else _code_text(row.get(code)),
            parents=tuple((_code_text(row.get(str(parent))), _parent_name(row, names, index)) for index, parent in enumerate(parents)),
            geometry=ground,
        )
        for number, (row, ground) in enumerate(zip(table.rows, grounds, strict=True), start=1)
    )


def read_outline(path: Path, crs: str | None) -> BaseGeometry:
    """All polygons of a file as one geometry, lon/lat EPSG:4490."""
    grounds = [ground for ground in ground_in_storage(read_features(path), crs) if not ground.is_empty]
    if not grounds:
        raise Refused(f"{path.name} holds no polygon to be an outline.", f"{path.name} 中没有可作为外边界的面。")
    return shapely.union_all(grounds) if len(grounds) > 1 else grounds[0]


def ground_in_storage(table: FeatureTable, crs: str | None) -> list[BaseGeometry]:
    """The table's geometries in lon/lat EPSG:4490; nothing stays an empty polygon, unreadable numbers stay as they are.

    A projected file is noded, then densified, then transformed: two cells that share vertices tile in every projection, others do not.
    """
    grounds: list[BaseGeometry] = [Polygon() if ground is None else shapely.force_2d(ground) for ground in table.geometries]
    usable = [index for index, ground in enumerate(grounds) if not ground.is_empty and np.isfinite(shapely.get_coordinates(ground)).all()]
    chosen = [grounds[index] for index in usable]
    system = _system(table, crs, chosen)
    if system.is_projected:
        chosen = node_plane(chosen)
    moved, _ = to_storage(chosen, system, densify_m=_EDGE_M if system.is_projected else None)
    for index, ground in zip(usable, moved, strict=True):
        grounds[index] = ground
    return grounds


def _system(table: FeatureTable, stated: str | None, grounds: Sequence[BaseGeometry]) -> CRS:
    if stated is not None:
        return read_crs(stated)
    if table.crs is not None and table.crs_declared:
        return read_crs(table.crs)
    west, south, east, north = shapely.total_bounds(np.array(grounds, dtype=object)) if grounds else (0.0, 0.0, 0.0, 0.0)
    if not np.isfinite([west, south, east, north]).all():
        raise WrongCrs("The file names no coordinate system; say it with --crs.", "文件未注明坐标系，请用 --crs 指明。")
    return sniff_plane_crs((float(west), float(south), float(east), float(north)))


def _column(fields: Sequence[str], wanted: str | None, usual: Sequence[str]) -> str | None:
    """The column meant: the one asked for, which must be there, else the first usual one, letter case aside."""
    if wanted is not None:
        if wanted in fields:
            return wanted
        raise UsageError(f"The file has no column '{wanted}'; it has: {', '.join(fields)}.", f"文件中没有“{wanted}”列，现有列：{'、'.join(fields)}。")
    folded = {one.casefold(): one for one in reversed(fields)}
    return next((folded[one.casefold()] for one in usual if one.casefold() in folded), None)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _code_text(value: Any) -> str:
    return unicodedata.normalize("NFKC", _text(value))


def _parent_name(row: dict[str, Any], names: Sequence[str | None], index: int) -> str | None:
    return (_text(row.get(str(names[index]))) or None) if index < len(names) else None
