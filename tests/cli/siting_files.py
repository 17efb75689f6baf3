"""A little land in files: cells, red line, water zones and lists, as an office would hand them in."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from tests.unit.worlds import square

Run = Callable[..., Any]

RED_LIST = """
ruleset: red
edition: "2024"
effective_from: 2024-01-01
requires: [ecological-red-line]
rules:
  - id: RL-1
    layer: ecological-red-line
    where: {core: true}
    effect: prohibit
    dimension: space
    text: 核心保护区内禁止人为活动。
    text_kind: paraphrase
    citation: {instrument: 示例通知, article: 第一条, url: null, in_force_from: 2024-01-01, in_force_to: null, status: example}
  - id: RL-2
    layer: ecological-red-line
    where: {core: false}
    effect: condition
    dimension: space
    text: 核心保护区外须取得认定意见。
    text_kind: paraphrase
    citation: {instrument: 示例通知, article: 第二条, url: null, in_force_from: 2024-01-01, in_force_to: null, status: example}
    conditions: [{kind: approval, by: province, text: 省政府认定意见}]
examples:
  - {in: [{layer: ecological-red-line, where: {core: true}}], industry: C2614, action: new, verdict: prohibited}
"""


def features(*rows: tuple[BaseGeometry, dict[str, Any]]) -> dict[str, Any]:
    listed = [{"type": "Feature", "properties": said, "geometry": json.loads(shapely.to_geojson(ground))} for ground, said in rows]
    return {"type": "FeatureCollection", "features": listed}


def write(folder: Path, name: str, document: Any) -> str:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document, ensure_ascii=False), "utf-8")
    return str(path)


def lay_land(cli: Run, folder: Path) -> None:
    """Two villages of two counties side by side, a red line with a core across them, and the list that speaks of it."""
    west, east = square(-2000, -2000, 2000, 4000), square(0, -2000, 2000, 4000)
    cells = features((west, {"code": "990124101201", "name": "西村"}), (east, {"code": "990125101201", "name": "东村"}))
    done = cli("cells", "import", write(folder, "cells.geojson", cells), "--scheme", "grid", "--level", "village", "--json")
    assert done.exit_code == 0, done.stdout + done.stderr
    core, rest = square(500, 500, 400), square(500, 900, 400)
    zones = features((core, {"code": "R1", "name": "核心区", "core": True}), (rest, {"code": "R2", "name": "一般区", "core": False}))
    done = cli("zones", "import", write(folder, "red.geojson", zones), "--layer", "ecological-red-line", "--coverage", "cells", "--edition", "2024", "--json")
    assert done.exit_code == 0, done.stdout + done.stderr
    done = cli("rules", "import", write(folder, "red.yaml", RED_LIST), "--json")
    assert done.exit_code == 0, done.stdout + done.stderr
