"""Grids small enough to reckon by hand for redraws: squares of a hundredth of a degree, numbered by column and row."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from shapely import MultiPolygon, Polygon

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.geo.dissolve import dissolve
from gridgov.geo.lattice import snap
from gridgov.grids import change_store, store
from gridgov.grids.cell import Scheme
from gridgov.grids.change_store import Change
from gridgov.grids.importing import Draft
from gridgov.grids.scheme import make_levels
from gridgov.redraws.request import RedrawRequest, parse_redraw

WEST, SOUTH, SIDE = 118.0, 28.0, 0.01
FIRST_DAY, TODAY, DAY = date(2020, 1, 1), date(2026, 11, 22), date(2026, 12, 1)
COUNTY = "330802"


def lay_squares(uow: UnitOfWork, columns: int = 6, rows: int = 4, *, key: str = "admin") -> Scheme:
    """Columns times rows of square villages, two columns to a township, three townships to a county; in force from FIRST_DAY on."""
    scheme = store.add_scheme(uow, key=key, levels=make_levels(), overlay=False)
    villages = [Draft(0, village(x, y), f"村{x}-{y}", township(x), square(x, y)) for y in range(rows) for x in range(columns)]
    townships = _united(villages, 1, lambda code: (f"镇{code[-3:]}", county(code)))
    counties = _united(townships, 2, lambda code: (f"县{code[-2:]}", None))
    change_store.write(uow, scheme, Change(kind="import-new", reason="grid.gpkg", day=FIRST_DAY, closed=(), opened=(*villages, *townships, *counties)))
    return scheme


def _united(children: Sequence[Draft], rank: int, named: Any) -> list[Draft]:
    grounds = dissolve([child.geometry for child in children], [str(child.parent_code) for child in children])
    return [Draft(rank, str(code), *_name_and_parent(named, str(code)), ground) for code, ground in grounds.items()]


def _name_and_parent(named: Any, code: str) -> tuple[str, str | None]:
    name, parent = named(code)
    return name, parent


def county(code: str) -> str:
    """The county of a township's code."""
    return str(int(COUNTY) + (int(code[6:9]) - 100) // 3)


def township(column: int) -> str:
    """The township of a column."""
    return f"{COUNTY}{100 + column // 2}"


def village(column: int, row: int) -> str:
    """The village at a place."""
    return f"{township(column)}{100 * (column % 2) + row + 1:03d}"


def square(column: int, row: int) -> MultiPolygon:
    """Its ground."""
    w, s, e, n = at(column, row) + at(column + 1, row + 1)
    return snap(MultiPolygon([Polygon([(w, s), (e, s), (e, n), (w, n)])]))


def at(column: float, row: float) -> tuple[float, float]:
    """A place by column and row, in degrees on the lattice."""
    return round(WEST + column * SIDE, 9), round(SOUTH + row * SIDE, 9)


def line(*places: tuple[float, float]) -> dict[str, Any]:
    """A LineString through places by column and row."""
    return {"type": "LineString", "coordinates": [list(at(*place)) for place in places]}


def split(column: int, row: int, *names: str) -> dict[str, Any]:
    """A village cut in two from south to north through its middle."""
    parts = [{"name": name} for name in names or ("西半", "东半")]
    return {"op": "split", "cell": village(column, row), "line": line((column + 0.5, row - 0.1), (column + 0.5, row + 1.1)), "parts": parts}


def bulge(column: int, row: int, depth: float = 0.2) -> dict[str, Any]:
    """The boundary to the east of a village moves east by part of a cell, in the middle third."""
    x = column + 1
    places = ((x, row + 0.3), (x + depth, row + 0.4), (x + depth, row + 0.6), (x, row + 0.7))
    return {"op": "reshape", "between": [village(column, row), village(column + 1, row)], "line": line(*places)}


def merge(*cells: tuple[int, int], name: str = "合并村", code: str | None = None) -> dict[str, Any]:
    """Villages made one."""
    return {"op": "merge", "cells": [village(*cell) for cell in cells], "name": name} | ({} if code is None else {"code": code})


def rename(code: str, name: str) -> dict[str, Any]:
    """A cell under another name."""
    return {"op": "rename", "cell": code, "name": name}


def reparent(code: str, parent: str) -> dict[str, Any]:
    """A cell under another parent."""
    return {"op": "reparent", "cell": code, "parent": parent}


def request(*operations: dict[str, Any], **given: Any) -> RedrawRequest:
    """A request in force from DAY on, with a reason and a document."""
    body = {"scheme": None, "effective_from": DAY.isoformat(), "reason": "区划调整", "document": "政发〔2026〕12 号"}
    return parse_redraw(body | {"operations": list(operations)} | given)
