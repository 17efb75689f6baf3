"""A redraw committed on 20,000 cells, beside what a program does that proves the whole level and unites all parents with shapely."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from typing import Any

import numpy as np
import psycopg
import pytest
import shapely
from pytest_benchmark.fixture import BenchmarkFixture
from shapely import MultiPolygon

from gridgov.database.cluster import SUPERUSER, Cluster
from gridgov.database.pool import Database
from gridgov.geo.dissolve import dissolve
from gridgov.grids import change_store, store
from gridgov.grids.change_store import Change
from gridgov.grids.importing import Draft
from gridgov.grids.scheme import make_levels
from gridgov.redraws import service
from gridgov.redraws.request import RedrawRequest, parse_redraw
from tests.unit.tilings import make_tiling

pytestmark = pytest.mark.bench
_SIDE, _CUTS, _ROUNDS = 142, 5, 10
_WEST, _SOUTH, _SIZE = 118.0, 28.0, 0.01
_FIRST, _DAY, _TODAY = date(2020, 1, 1), date(2026, 12, 1), date(2026, 11, 22)
_MOST_S = 1.0
Grid = tuple[list[MultiPolygon], list[str]]


@pytest.fixture
def grid(database: Database, cluster: Cluster, database_name: str) -> Grid:
    """20,164 villages of 128 vertices in some 1,300 townships and 81 counties, in force; with the codes of their townships."""
    cells = list(make_tiling(_SIDE, _SIDE, seed=6, cuts=_CUTS, west=_WEST, south=_SOUTH, size=_SIZE).cells)
    towns = [_town(index % _SIDE, index // _SIDE) for index in range(len(cells))]
    drafts = [Draft(0, f"{town}{index:05}", f"村{index}", town, cell) for index, (town, cell) in enumerate(zip(towns, cells, strict=True))]
    drafts += [Draft(1, str(key), f"镇{key}", str(key)[:6], ground) for key, ground in dissolve(cells, towns).items()]
    drafts += [Draft(2, str(key), f"县{key}", None, ground) for key, ground in dissolve(cells, [town[:6] for town in towns]).items()]
    with database.unit_of_work("bench") as uow:
        scheme = store.add_scheme(uow, key="bench", levels=make_levels(code_lengths=(6, 9, 14)), overlay=False)
        change_store.write(uow, scheme, Change(kind="bench", reason="", day=_FIRST, closed=(), opened=drafts))
    with psycopg.connect(cluster.url(SUPERUSER, database_name), autocommit=True) as server:
        server.execute("vacuum analyze")
    return cells, towns


def _town(column: int, row: int) -> str:
    """Four by four villages to a township, four by four of these to a county."""
    x, y = column // 4, row // 4
    return f"{330100 + y // 4 * 9 + x // 4}{100 + y % 4 * 4 + x % 4}"


def _code(column: int, row: int) -> str:
    return f"{_town(column, row)}{row * _SIDE + column:05}"


def _redraw(grid: Grid, round_: int) -> RedrawRequest:
    """A split, a merge, and a boundary between two townships moved, away from those of other rounds."""
    x, y = 8 + round_ * 12, 8 + round_ * 12
    cut = {"op": "split", "cell": _code(x, y), "line": _through(grid[0][y * _SIDE + x]), "parts": [{"name": "南"}, {"name": "北"}]}
    union = {"op": "merge", "cells": [_code(x, y + 4), _code(x, y + 5)], "name": "合并村"}
    west, east = (x // 4 * 4 + 3, y + 2), (x // 4 * 4 + 4, y + 2)
    swap = {"op": "transfer", "area": _corner(grid, west, east), "to": _code(*east)}
    body = {"effective_from": (_DAY + timedelta(days=round_)).isoformat(), "reason": "区划调整", "document": "政发〔2026〕12 号"}
    return parse_redraw(body | {"operations": [cut, union, swap]})


def _through(cell: MultiPolygon) -> dict[str, Any]:
    west, south, east, north = cell.bounds
    y = round((south + north) / 2, 9)
    return {"type": "LineString", "coordinates": [[west - 0.001, y], [east + 0.001, y]]}


def _corner(grid: Grid, first: tuple[int, int], second: tuple[int, int]) -> dict[str, Any]:
    """A small square astride the boundary of two neighbours."""
    one, other = (grid[0][row * _SIDE + column] for column, row in (first, second))
    shared = shapely.get_coordinates(shapely.intersection(one, other))
    x, y = np.round(shared[len(shared) // 2], 9).tolist()
    side = 0.0005
    west, south, east, north = (round(value, 9) for value in (x - side, y - side, x + side, y + side))
    return {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    found = act()
    return time.perf_counter() - begun, found


def _drafted(database: Database, wanted: RedrawRequest) -> int:
    with database.unit_of_work("user:admin") as uow:
        return int(service.draft_redraw(uow, wanted, _TODAY)["id"])


def _submitted(database: Database, redraw_id: int) -> None:
    with database.unit_of_work("user:admin") as uow:
        service.submit_redraw(uow, redraw_id, note=None, today=_TODAY)


def _approved(database: Database, redraw_id: int) -> dict[str, Any]:
    with database.unit_of_work("user:supervisor") as uow:
        return service.approve_redraw(uow, redraw_id, note=None, today=_TODAY)


def _whole(grid: Grid) -> None:
    """What proving the level and uniting its townships takes in memory, without reading or writing a row."""
    cells = np.array(grid[0], dtype=object)
    assert shapely.coverage_is_valid(cells)
    towns = np.array(grid[1])
    for town in np.unique(towns):
        shapely.coverage_union_all(cells[towns == town])


def test_a_commit_on_twenty_thousand_cells_answers_within_a_second(database: Database, grid: Grid, benchmark: BenchmarkFixture) -> None:
    drafting, submitting, approving, whole = [], [], [], []
    for round_ in range(_ROUNDS):
        wanted = _redraw(grid, round_)
        took, redraw_id = _timed(lambda wanted=wanted: _drafted(database, wanted))
        drafting.append(took)
        submitting.append(_timed(lambda redraw_id=redraw_id: _submitted(database, redraw_id))[0])
        took, document = _timed(lambda redraw_id=redraw_id: _approved(database, redraw_id))
        approving.append(took)
        assert document["status"] == "approved"
        whole.append(_timed(lambda: _whole(grid))[0])
    ratio = median(approving) / median(whole)
    print(f"\ndraft {median(drafting):.3f} s, submit {median(submitting):.3f} s, approve {median(approving):.3f} s (most {max(approving):.3f} s)")
    print(f"the whole level with shapely {median(whole):.3f} s; ratio {ratio:.2f}")
    benchmark.extra_info.update(approve_s=median(approving), draft_s=median(drafting), whole_s=median(whole), ratio=ratio)
    benchmark.pedantic(lambda: service_read(database), rounds=3)
    assert median(approving) < _MOST_S
    assert ratio < 1 / 2


def service_read(database: Database) -> None:
    """A written redraw read back with its impact."""
    with database.unit_of_work("bench", read_only=True) as uow:
        service.read_redraw(uow, 1, _TODAY)
