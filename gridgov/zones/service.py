"""The journeys of the zones: load one edition of a layer, list what is loaded."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import AlreadyInForce, Conflict, Refused, UsageError
from gridgov.geo.crs import Plane, equal_area_plane
from gridgov.grids import store as grid_store
from gridgov.grids.area import Box, extend
from gridgov.grids.scheme import require_key
from gridgov.zones import shape_service, store
from gridgov.zones.edition import KINDS, Edition, Layer
from gridgov.zones.importing import FIRST_DAY, EditionImport, as_multi, canonical, content_hash, on_lattice
from gridgov.zones.pieces import Pieces, PiecesBroken, cut
from gridgov.zones.report import Outcome, document, refusal

# Polygons that straight edges make invalid in the plane are rounded to this; it moves a border by at most a thousandth of a millimetre.
PLANE_GRID_M: Final = 1e-6


def import_edition(uow: UnitOfWork, request: EditionImport) -> dict[str, Any]:
    """Loads one edition of a layer, all or nothing; gives the import's report. The very same edition again changes nothing.

    Raises ZonesRefused with the report as member `report` when rows cannot be zones, Conflict (same edition with other content, another
    kind), AlreadyInForce (another edition begins that day), OutsideArea, UsageError, Refused.
    """
    _check(request)
    layer = store.lock_layer(uow, request.layer)
    kind = kind_of(request.layer, request.kind, layer)
    loaded = store.editions(uow, request.layer)
    name, day = name_edition(request, loaded)
    if request.zones.rejected:
        raise refusal(request.zones, document(request, Outcome(name, day.isoformat(), None)))
    if (same := _same_edition(uow, request, loaded, kind)) is not None:
        return document(request, Outcome(same.edition, same.effective_from.isoformat(), same.sha256, unchanged=True))
    _require_free(name, day, loaded, request.layer)
    area = extend(grid_store.area_of_use(uow, lock=True), box_of(request), grow=request.grow_area)
    ground = _coverage(uow, request, area, day)
    sha256 = content_hash(request, edition=name, effective_from=day, kind=kind, coverage=ground)
    plane, pieces = pieces_of(request)
    report = document(request, Outcome(name, day.isoformat(), sha256, len(request.zones.zones), len(pieces.polygons)))
    if request.dry_run:
        return report
    layer = layer or store.add_layer(uow, key=request.layer, kind=kind, title=request.title or request.layer)
    edition_id = store.add_edition(uow, layer, request, store.NewEdition(name, day, sha256, plane.proj, ground))
    store.add_pieces(uow, edition_id, pieces, store.add_zones(uow, edition_id, request.zones.zones))
    shape_service.draw_edition(uow, edition_id)
    grid_store.set_area(uow, area)
    uow.audit("zones.import", f"layer:{request.layer}", _told(report))
    return report


def _check(request: EditionImport) -> None:
    """Raises UsageError for options that cannot be meant."""
    require_key(request.layer)
    name = request.edition
    if name is not None and (not name.strip() or len(name) > 100 or not name.isprintable()):
        raise UsageError("An edition's name is 1 to 100 printable characters.", "版本名称应为 1 至 100 个可见字符。")
    accuracy = request.accuracy_m
    if not request.threshold.area_m2 >= 0 or not request.threshold.width_m >= 0 or (accuracy is not None and not 0 <= accuracy < 1e6):
        raise UsageError("Thresholds and accuracy are numbers from 0 upwards.", "阈值和精度应为不小于 0 的数值。")


def kind_of_layer(uow: UnitOfWork, key: str, asked: str | None) -> str:
    """The kind that a layer has or would get. Raises like `import_edition`."""
    return kind_of(key, asked, next((layer for layer in store.layers(uow) if layer.key == key), None))


def kind_of(key: str, asked: str | None, layer: Layer | None) -> str:
    """The layer's kind: as registered, else as asked for, else its key where that is a kind. Raises UsageError, Conflict for a second kind."""
    if asked is not None and asked not in KINDS:
        raise UsageError(f"'{asked}' is no kind of layer; known: {', '.join(KINDS)}.", f"“{asked}”不是已知的图层类别，可用：{'、'.join(KINDS)}。")
    if layer is not None:
        if asked not in (None, layer.kind):
            raise Conflict(
                f"The layer '{layer.key}' is registered as {layer.kind}; a layer keeps its kind. Use another key.",
                f"图层“{layer.key}”已登记为 {layer.kind}，类别不可更改，请使用其他图层标识。",
            )
        return layer.kind
    return asked or (key if key in KINDS else "other")


def name_edition(request: EditionImport, loaded: Sequence[Edition]) -> tuple[str, date]:
    """Name and first day: as asked for; else the day of the edition of that name; else today, 1900-01-01 for a layer's first edition."""
    known = next((edition for edition in loaded if edition.edition == request.edition), None)
    day = request.effective_from or (known.effective_from if known else (request.today if loaded else FIRST_DAY))
    return request.edition or day.isoformat(), day


def _same_edition(uow: UnitOfWork, request: EditionImport, loaded: Sequence[Edition], kind: str) -> Edition | None:
    """The stored edition that says exactly what the request says; None = there is none.

    Compared are the edition of that name, or, when neither name nor day was given, the layer's last one: a repeated import changes nothing.
    """
    unnamed = request.edition is None and request.effective_from is None
    name, day = name_edition(request, loaded)
    for edition in loaded[-1:] if unnamed else [edition for edition in loaded if edition.edition == name]:
        # What `cells` and `area` meant is fixed when an edition is loaded; the grid may have grown since.
        ground = request.coverage if request.coverage_kind == "file" else store.coverage(uow, edition.edition_id)
        said = content_hash(request, edition=edition.edition, effective_from=edition.effective_from if unnamed else day, kind=kind, coverage=ground)
        if said == edition.sha256:
            return edition
    return None


def _require_free(name: str, day: date, loaded: Sequence[Edition], layer: str) -> None:
    for edition in loaded:
        if edition.edition == name:
            raise Conflict(
                f"Edition {name} of '{layer}' is already loaded with other content; give the changed data a new --edition and --effective-from.",
                f"图层“{layer}”的版本 {name} 已载入且内容不同；变更后的数据请使用新的 --edition 和 --effective-from。",
                loaded_sha256=edition.sha256,
            )
        if edition.effective_from == day:
            raise AlreadyInForce(
                f"Edition {edition.edition} of '{layer}' already takes effect on {day}; two editions cannot begin on one day (--effective-from).",
                f"图层“{layer}”的版本 {edition.edition} 已于 {day} 生效；两个版本不能同日生效，请用 --effective-from 指定其他日期。",
            )


def box_of(request: EditionImport) -> Box:
    """The box of all zones. Raises Refused when there are none."""
    if not request.zones.zones:
        raise Refused("The file holds no zone.", "文件中没有分区。")
    west, south, east, north = shapely.total_bounds(np.array([zone.geometry for zone in request.zones.zones], dtype=object))
    return Box(float(west), float(south), float(east), float(north))


def _coverage(uow: UnitOfWork, request: EditionImport, area: Box, day: date) -> MultiPolygon | None:
    """Where the edition is complete, on the lattice; None = unknown."""
    if request.coverage_kind == "none":
        return None
    if request.coverage_kind == "file":
        if request.coverage is None:
            raise UsageError("The coverage file's polygons are missing.", "缺少覆盖范围文件的面。")
        return request.coverage
    if request.coverage_kind == "area":
        return on_lattice(shapely.box(area.west, area.south, area.east, area.north))[0]
    return _ground_of_cells(uow, day, request.today)


def _ground_of_cells(uow: UnitOfWork, day: date, today: date) -> MultiPolygon:
    """The union of the top level's cells in force on the day, else today. They tile: borders cancel exactly."""
    scheme = grid_store.default_scheme(uow)
    top = max(level.rank for level in scheme.levels)
    for on in (day, today):
        cells = [cell.geometry for cell in grid_store.cells_in_force(uow, scheme.scheme_id, on, rank=top) if cell.geometry is not None]
        if cells:
            found = as_multi(shapely.coverage_union_all(np.array(cells, dtype=object)))
            return canonical(found if shapely.is_valid(found) else as_multi(shapely.union_all(np.array(cells, dtype=object))))
    raise Conflict(
        f"No cells are in force on {day} or today, so --coverage cells says nothing; load the cells first.",
        f"{day} 及今日均无生效网格，无法使用 --coverage cells，请先载入网格。",
    )


def pieces_of(request: EditionImport) -> tuple[Plane, Pieces]:
    """The equal-area plane centred on the edition, and its zones cut to pieces there."""
    box = box_of(request)
    plane = equal_area_plane(box.west, box.south, box.east, box.north)
    flat = [_flat(plane, zone.geometry) for zone in request.zones.zones]
    try:
        return plane, cut(flat)
    except PiecesBroken as broken:
        raise Refused("A zone cannot be cut into pieces without loss; check its outline.", "有分区无法无损切分，请检查其边界。") from broken


def _flat(plane: Plane, geometry: BaseGeometry) -> BaseGeometry:
    flat = plane.forward(geometry)
    return flat if shapely.is_valid(flat) else as_multi(shapely.set_precision(flat, PLANE_GRID_M))


def _told(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report as the audit keeps it: counts for the lists of what is in the tables anyway."""
    return {key: len(value) if key in ("rejected", "rounding") else value for key, value in report.items()}


def list_layers(uow: UnitOfWork) -> list[dict[str, Any]]:
    """Every layer ever registered with its editions, as JSON values."""
    counts, editions = store.zone_counts(uow), store.editions(uow)
    return [
        {"layer": layer.key, "kind": layer.kind, "title": layer.title, "editions": [_listed(e, counts[e.edition_id]) for e in editions if e.layer == layer.key]}
        for layer in store.layers(uow)
    ]


def _listed(edition: Edition, zones: int) -> dict[str, Any]:
    return {
        "edition": edition.edition,
        "effective_from": edition.effective_from.isoformat(),
        "effective_to": None if edition.effective_to is None else edition.effective_to.isoformat(),
        "zones": zones,
        "coverage": edition.coverage_kind,
        "disclosure": edition.disclosure,
        "sha256": edition.sha256,
    }
