"""Small grids as files: squares of 0.01 degree with 12-digit codes, two townships of one county."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Ring = list[list[float]]
WEST, SOUTH, SIDE = 118.80, 28.90, 0.01


def ring(column: int, row: int) -> Ring:
    """The ring of the square in a column and row."""
    west, south, east, north = (round(v, 9) for v in (WEST + column * SIDE, SOUTH + row * SIDE, WEST + (column + 1) * SIDE, SOUTH + (row + 1) * SIDE))
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def code(column: int, row: int) -> str:
    """Columns 0 and 1 lie in township 330802101, the others in 330802102."""
    return f"3308021{'01' if column < 2 else '02'}{column}{row:02}"


def squares(columns: int = 4, rows: int = 3, *, without: Sequence[tuple[int, int]] = ()) -> list[dict[str, Any]]:
    """One feature a square, row by row from the south-west."""
    return [feature(code(x, y), [ring(x, y)], name=f"第{x}{y}村") for y in range(rows) for x in range(columns) if (x, y) not in without]


def feature(key: str, rings: Sequence[Ring], **attributes: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"code": key, **attributes}, "geometry": {"type": "Polygon", "coordinates": list(rings)}}


def save(path: Path, features: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False), encoding="utf-8")
    return path
