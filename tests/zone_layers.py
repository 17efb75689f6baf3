"""Layers of every disclosure over the small grid, to check by hand: a rectangle a zone."""

from datetime import date
from typing import Any

import shapely
from shapely import MultiPolygon, box

from gridgov.admission import service as rules_service
from gridgov.admission.rulefile import parse_rules
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.geo.crs import Operation
from gridgov.zones import service
from gridgov.zones.edition import ZoneRecord
from gridgov.zones.importing import EditionImport, ZoneSet, on_lattice

TODAY = date(2026, 11, 22)
# In the western village: inside the red line, the reserve and the contaminated plot.
IN_ALL = {"lon": "118.835", "lat": "28.935", "on": "2026-11-22"}
SECRETS = ("保密保护区", "N-1", "隐蔽地块", "X-1")
RULES = """\
ruleset: red-line
edition: "2024"
effective_from: 2024-01-01
requires: [ecological-red-line, farmland]
rules:
  - id: A
    layer: ecological-red-line
    where: {core: true}
    when: {industry: [C26]}
    effect: prohibit
    dimension: space
    text: 核心区内禁止。
    citation: {instrument: 示例办法, article: 第三条, status: example}
  - id: B
    layer: {kind: ecological-red-line}
    where: {grade: [1]}
    effect: condition
    dimension: space
    text: 一级区须论证。
    citation: {instrument: 示例办法, status: example}
    conditions: [{kind: approval, by: province, text: 省级审批}]
  - id: C
    layer: ecological-red-line
    where: {core: false}
    effect: permit
    lifts: [A]
    dimension: space
    text: 一般区可行。
    citation: {instrument: 示例办法, status: example}
"""
ELSEWHERE = RULES.replace("ruleset: red-line", "ruleset: elsewhere").replace("requires:", 'applies_to: {cells: ["99"]}\nrequires:')


def ground(west: float, south: float, east: float, north: float) -> MultiPolygon:
    """A rectangle as zones are stored: densified, on the lattice."""
    found, _ = on_lattice(shapely.segmentize(box(west, south, east, north), 0.001))
    assert found is not None
    return found


def zone(code: str, name: str, sides: tuple[float, float, float, float], **attributes: Any) -> ZoneRecord:
    """One zone. sides: west, south, east, north in degrees."""
    return ZoneRecord(1, code, name, attributes, ground(*sides))


def load_layer(uow: UnitOfWork, key: str, *zones: ZoneRecord, **options: Any) -> None:
    """Loads an edition of a layer. options: of `EditionImport`; complete around the whole grid unless said otherwise."""
    numbered = [ZoneRecord(number, one.code, one.name, one.attributes, one.geometry) for number, one in enumerate(zones, 1)]
    asked: dict[str, Any] = {"coverage_kind": "file", "coverage": ground(118.7, 28.8, 119.1, 29.1), "edition": "2024", "effective_from": date(2024, 1, 1)}
    zone_set = ZoneSet(numbered, Operation("EPSG:4490", "identity", 0.0), rejected=[])
    service.import_edition(uow, EditionImport(key, zone_set, today=TODAY, **asked | options))


def lay_layers(uow: UnitOfWork) -> None:
    """A layer of every disclosure, one that does not reach the western village, one of unknown coverage, one to come."""
    core = zone("R-1", "双溪红线", (118.82, 28.92, 118.86, 28.96), core=True)
    other = zone("R-2", "百分之%区ＡＢ", (118.89, 28.92, 118.93, 28.96), core=False, grade=1)
    load_layer(uow, "ecological-red-line", core, other, title="生态保护红线")
    load_layer(uow, "nature-reserve", zone("N-1", "保密保护区", (118.83, 28.93, 118.84, 28.94)), disclosure="named", title="自然保护区")
    load_layer(uow, "contaminated-site", zone("X-1", "隐蔽地块", (118.83, 28.93, 118.84, 28.94)), disclosure="restricted", title="污染地块")
    east = ground(118.9, 28.9, 119.0, 29.0)
    load_layer(uow, "noise", zone("S-1", "一类区", (118.95, 28.95, 118.96, 28.96)), coverage=east, title="声环境功能区")
    load_layer(uow, "no-burn", zone("B-1", "禁燃区", (118.95, 28.95, 118.96, 28.96)), coverage_kind="none", coverage=None, title="禁燃区")
    load_layer(uow, "suspension", zone("L-1", "限批区", (118.82, 28.92, 118.86, 28.96)), effective_from=date(2030, 1, 1), title="区域限批")
    load_layer(uow, "island", zone("D-1", "江心洲", (118.95, 28.95, 118.96, 28.96)), title="岛屿")


def lay_rules(uow: UnitOfWork) -> None:
    """A list that governs everywhere and one that governs other cells."""
    for text in (RULES, ELSEWHERE):
        rules_service.import_rules(uow, parse_rules(text, name="list.yaml"))
