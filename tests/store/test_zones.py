"""Editions in the database: all or nothing, never overwritten, the same again is a no-op, coverage as it was meant."""

import threading
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import shapely
from shapely import MultiPolygon, box

from gridgov.database.pool import Database
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import AlreadyInForce, Conflict, GridgovError, NotFound, OutsideArea, UsageError, ZonesRefused
from gridgov.geo.area import area_m2
from gridgov.geo.crs import Operation, Plane
from gridgov.grids import store as grid_store
from gridgov.grids.area import Box
from gridgov.grids.scheme import make_levels
from gridgov.zones import service, store
from gridgov.zones.edition import Threshold, ZoneRecord, in_force
from gridgov.zones.importing import EditionImport, ZoneSet, on_lattice
from gridgov.zones.zone import Rejected

TODAY = date(2026, 11, 22)


def zone(number: int, west: float = 118.0, **changes: Any) -> ZoneRecord:
    ground, _ = on_lattice(shapely.segmentize(box(west, 28.0, west + 0.1, 28.1), 0.001))
    assert ground is not None
    return replace(ZoneRecord(number, f"z{number}", f"第{number}区", {"class": "优先", "empty": None}, ground), **changes)


def request(*zones: ZoneRecord, rejected: list[Rejected] | None = None, **changes: Any) -> EditionImport:
    found = ZoneSet(list(zones or [zone(1), zone(2, 118.2)]), Operation("EPSG:4490", "identity", 0.0), rejected=rejected or [])
    return replace(EditionImport("source-water", found, "none", TODAY), **changes)


def test_an_edition_is_stored_with_zones_pieces_and_an_audit_entry(uow: UnitOfWork) -> None:
    report = service.import_edition(uow, request(threshold=Threshold(Decimal("5.00"), Decimal("1.000")), document="浙政发〔2020〕1号"))
    (layer,) = store.layers(uow)
    (edition,) = store.editions(uow)
    assert (layer.key, layer.kind) == ("source-water", "source-water")
    assert (edition.edition, edition.effective_from, edition.effective_to) == ("1900-01-01", date(1900, 1, 1), None)
    assert edition.threshold == Threshold(Decimal("5.00"), Decimal("1.000"))
    assert edition.attributes == ("class", "empty") == tuple(store.attribute_names_of(uow, "source-water"))
    zones = store.edition_zones(uow, edition.edition_id)
    assert [(one["code"], one["attributes"]) for one in zones] == [("z1", {"class": "优先", "empty": None}), ("z2", {"class": "优先", "empty": None})]
    for one in zones:
        assert one["area_m2"] == Decimal(f"{area_m2(one['geometry']):.2f}")
    assert report["imported"] == 2 and report["sha256"] == edition.sha256
    assert [entry.action for entry, _ in uow.audit_entries()] == ["zones.import"]
    assert store.zones_by_id(uow, [zones[1]["zone_id"]])[0]["code"] == "z2"


def test_pieces_lie_in_the_editions_plane_and_add_up(uow: UnitOfWork) -> None:
    service.import_edition(uow, request())
    (edition,) = store.editions(uow)
    plane = Plane(edition.piece_plane)
    pieces = list(store.edition_pieces(uow, edition.edition_id))
    for one in store.edition_zones(uow, edition.edition_id):
        flat = plane.forward(one["geometry"])
        mine = [piece["geometry"] for piece in pieces if piece["zone_id"] == one["zone_id"]]
        assert sum(shapely.get_num_coordinates(piece) > 256 for piece in mine) == 0
        assert abs(sum(piece.area for piece in mine) / flat.area - 1) < 1e-12
        assert abs(flat.area / area_m2(one["geometry"]) - 1) < 1e-6


def test_the_same_edition_again_changes_nothing(uow: UnitOfWork) -> None:
    named = request(edition="2024", effective_from=date(2024, 1, 1))
    first = service.import_edition(uow, named)
    again = service.import_edition(uow, request(zone(2, 118.2, row=1), zone(1, row=2), edition="2024"))
    assert (again["unchanged"], again["imported"], again["sha256"]) == (True, 0, first["sha256"])
    assert len(store.editions(uow)) == 1


def test_an_unnamed_import_repeated_on_a_later_day_changes_nothing(uow: UnitOfWork) -> None:
    service.import_edition(uow, request())
    assert service.import_edition(uow, request(today=date(2027, 1, 1)))["unchanged"]
    changed = service.import_edition(uow, request(zone(1), today=date(2027, 1, 1)))
    assert (changed["edition"], changed["effective_from"], changed["unchanged"]) == ("2027-01-01", "2027-01-01", False)


def test_the_same_edition_with_other_bytes_is_refused(uow: UnitOfWork) -> None:
    service.import_edition(uow, request(edition="2024"))
    for other in (request(zone(1), edition="2024"), request(edition="2024", disclosure="named"), request(edition="2024", effective_from=TODAY)):
        with pytest.raises(Conflict, match="other content"):
            service.import_edition(uow, other)


def test_two_editions_cannot_begin_on_one_day(uow: UnitOfWork) -> None:
    service.import_edition(uow, request(edition="a", effective_from=TODAY))
    with pytest.raises(AlreadyInForce, match="two editions cannot begin"):
        service.import_edition(uow, request(zone(1), edition="b", effective_from=TODAY))


def test_a_later_edition_ends_its_predecessor(uow: UnitOfWork) -> None:
    service.import_edition(uow, request(edition="old"))
    service.import_edition(uow, request(zone(1), edition="new", effective_from=date(2025, 1, 1)))
    editions = store.editions(uow)
    assert in_force(editions, date(2024, 12, 31))["source-water"].edition == "old"
    assert in_force(editions, date(2025, 1, 1))["source-water"].edition == "new"


def test_rejected_rows_refuse_the_whole_file_and_carry_the_report(uow: UnitOfWork) -> None:
    rejected = [Rejected(3, "z3", "bad", "不合规", (118.0, 28.0))]
    with pytest.raises(ZonesRefused) as caught:
        service.import_edition(uow, request(rejected=rejected))
    report = caught.value.members["report"]
    assert report["imported"] == 0 and report["rejected"] == [{"row": 3, "code": "z3", "reason": "不合规", "point": [118.0, 28.0]}]
    assert store.layers(uow) == []


def test_a_dry_run_writes_nothing(uow: UnitOfWork) -> None:
    report = service.import_edition(uow, request(dry_run=True))
    assert (report["imported"], report["dry_run"]) == (2, True)
    assert store.layers(uow) == [] and list(uow.audit_entries()) == [] and grid_store.area_of_use(uow) is None


def test_the_kind_follows_the_key_and_stays(uow: UnitOfWork) -> None:
    service.import_edition(uow, request(layer="红线2024", kind="ecological-red-line"))
    service.import_edition(uow, request(layer="whatever"))
    assert {layer.key: layer.kind for layer in store.layers(uow)} == {"红线2024": "ecological-red-line", "whatever": "other"}
    assert service.kind_of_layer(uow, "红线2024", None) == "ecological-red-line"
    with pytest.raises(Conflict, match="keeps its kind"):
        service.import_edition(uow, request(layer="whatever", kind="park"))
    with pytest.raises(UsageError, match="no kind of layer"):
        service.import_edition(uow, request(layer="x", kind="forest"))


def test_coverage_none_is_unknown(uow: UnitOfWork) -> None:
    service.import_edition(uow, request())
    assert store.coverage(uow, store.editions(uow)[0].edition_id) is None


def test_coverage_area_is_the_area_of_use_with_this_import(uow: UnitOfWork) -> None:
    grid_store.set_area(uow, Box(117.5, 27.5, 118.2, 28.5))
    service.import_edition(uow, request(coverage_kind="area"))
    found = store.coverage(uow, store.editions(uow)[0].edition_id)
    assert found is not None and found.equals(box(117.5, 27.5, 118.3, 28.5))
    assert service.import_edition(uow, request(coverage_kind="area"))["unchanged"]


def test_coverage_of_an_area_that_grew_since_is_still_the_same_edition(uow: UnitOfWork) -> None:
    service.import_edition(uow, request(coverage_kind="area"))
    grid_store.set_area(uow, Box(110.0, 20.0, 120.0, 30.0))
    assert service.import_edition(uow, request(coverage_kind="area"))["unchanged"]


def test_coverage_file_is_kept_to_the_bit(uow: UnitOfWork) -> None:
    ground = MultiPolygon([box(117.9, 27.9, 118.5, 28.5)])
    service.import_edition(uow, request(coverage_kind="file", coverage=ground))
    found = store.coverage(uow, store.editions(uow)[0].edition_id)
    assert found is not None and shapely.equals_exact(found.normalize(), ground.normalize())


def test_coverage_cells_needs_cells(uow: UnitOfWork) -> None:
    with pytest.raises((Conflict, NotFound), match="cells"):
        service.import_edition(uow, request(coverage_kind="cells"))


def test_coverage_cells_is_the_union_of_the_top_level_in_force(uow: UnitOfWork) -> None:
    scheme = grid_store.add_scheme(uow, key="s", levels=make_levels(), overlay=False)
    moment = grid_store.open_change(uow, scheme.scheme_id, kind="import", reason="")
    counties = [MultiPolygon([box(118.0, 27.9, 118.2, 28.2)]), MultiPolygon([box(118.2, 27.9, 118.5, 28.2)])]
    cells = [{"rank": 2, "code": f"33080{n}", "parent_code": None, "name": "县", "geometry": county, "area_m2": 1} for n, county in enumerate(counties)]
    cells.append({"rank": 0, "code": "330800101001", "parent_code": None, "name": "村", "geometry": MultiPolygon([box(119, 27, 120, 28)]), "area_m2": 1})
    grid_store.open_versions(uow, scheme.scheme_id, cells, day=date(2020, 1, 1), moment=moment)
    for layer, day in (("a", date(2021, 1, 1)), ("b", date(2019, 1, 1))):
        service.import_edition(uow, request(layer=layer, coverage_kind="cells", effective_from=day))
        found = store.coverage(uow, store.editions(uow, layer)[0].edition_id)
        assert found is not None and found.equals(box(118.0, 27.9, 118.5, 28.2))
    with pytest.raises(Conflict, match="No cells are in force"):
        service.import_edition(uow, request(layer="c", coverage_kind="cells", effective_from=date(2019, 1, 1), today=date(2019, 6, 1)))


def test_an_import_far_outside_the_area_of_use_asks(uow: UnitOfWork) -> None:
    service.import_edition(uow, request())
    far = request(zone(1, 130.0), layer="far")
    with pytest.raises(OutsideArea, match="--grow-area"):
        service.import_edition(uow, far)
    service.import_edition(uow, replace(far, grow_area=True))
    assert grid_store.area_of_use(uow) == Box(118.0, 28.0, 130.1, 28.1)


def test_a_published_zone_is_never_changed(database: Database) -> None:
    with database.unit_of_work("test:tester") as uow:
        service.import_edition(uow, request())
    for statement in ("update zone set name = 'x'", "delete from zone_piece", "update layer set kind = 'park'", "update edition set certainty = 'uncertain'"):
        with pytest.raises(GridgovError), database.unit_of_work("test:tester") as uow:
            uow.execute(statement)


def test_two_imports_of_one_edition_at_once_give_one(database: Database) -> None:
    both, answers = threading.Barrier(2), []

    def load(changed: float) -> None:
        both.wait()
        try:
            with database.unit_of_work("test:tester") as uow:
                answers.append(service.import_edition(uow, request(zone(1, 118.0 + changed), edition="2024"))["imported"])
        except Conflict:
            answers.append("refused")

    threads = [threading.Thread(target=load, args=(0.01 * number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(map(str, answers)) == ["1", "refused"]


def test_the_catalogue_lists_layers_with_their_editions(uow: UnitOfWork) -> None:
    report = service.import_edition(uow, request(edition="2024", title="饮用水水源保护区"))
    (found,) = service.list_layers(uow)
    assert (found["layer"], found["kind"], found["title"]) == ("source-water", "source-water", "饮用水水源保护区")
    assert found["editions"][0] | {"sha256": ""} == {
        "edition": "2024",
        "effective_from": "1900-01-01",
        "effective_to": None,
        "zones": 2,
        "coverage": "none",
        "disclosure": "public",
        "sha256": "",
    }
    assert found["editions"][0]["sha256"] == report["sha256"]
