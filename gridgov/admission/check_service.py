"""The journeys of a siting check: ask and keep, read again. Load, decide (pure), save, audit."""

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from gridgov.admission import check_store, store
from gridgov.admission.answering import World, decide_request
from gridgov.admission.batch import HeldWorld
from gridgov.admission.bounds import refuse_outside
from gridgov.admission.canonical import canonical_bytes
from gridgov.admission.check_store import StoredCheck, StoredLayers
from gridgov.admission.disclosure import Asker, disclose
from gridgov.admission.document import Occasion
from gridgov.admission.request import SitingRequest
from gridgov.admission.rulesets import lists_in_force
from gridgov.admission.site import Site
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotFound
from gridgov.grids import store as grid_store
from gridgov.grids.area import Box
from gridgov.zones import store as zone_store
from gridgov.zones.edition import in_force

_READS_ALL = {"supervisor", "admin", "system"}
_SAMPLE_ASKER = "sample"


def check_site(uow: UnitOfWork, request: SitingRequest, *, asker: Asker, check_id: UUID, today: date) -> StoredCheck:
    """The answer to a siting question, kept under its id.

    today: the day in the installation's time zone, taken where the question names none. Raises OutsideArea.
    """
    known_at = uow.now()
    on = request.on or today
    require_in_area(uow, request.site)
    cells, revision = check_store.cells_under(uow, request.site, on)
    occasion = Occasion(str(check_id), known_at)
    decision, document = decide_request(request, world_on(uow, on), StoredLayers(uow), cells=cells, revision=revision, occasion=occasion)
    told = disclose(document, asker)
    check = StoredCheck(check_id, decision.verdict, told["checksum"], canonical_bytes(told), asker.name)
    check_store.save_check(uow, check, request=request.as_json(), on_day=on, known_at=known_at)
    uow.audit("siting-check", str(check_id), {"verdict": decision.verdict, "checksum": told["checksum"], "on": on.isoformat()})
    return check


def stored_check(uow: UnitOfWork, check_id: UUID, asker: Asker) -> StoredCheck:
    """A check as it was answered. Raises NotFound, also for another's check that this asker may not know of."""
    found = check_store.find_check(uow, check_id)
    if found is None or (asker.role not in _READS_ALL and found.asked_by not in (asker.name, _SAMPLE_ASKER)):
        raise NotFound(f"There is no siting check {check_id}.", f"没有编号为 {check_id} 的选址校验。")
    return found


def sample_overview(uow: UnitOfWork) -> list[dict[str, Any]]:
    """The documents of the sample's own checks, in the order of the project names; empty where there is no sample."""
    checks = check_store.recent_checks(uow, _SAMPLE_ASKER, 1000)
    documents = [json.loads(check.document) for check in checks]
    return sorted(documents, key=lambda document: document["request"]["project"]["name"] or "")


def world_on(uow: UnitOfWork, on: date) -> World:
    """Lists, catalogue and editions that hold on a day."""
    editions = in_force(zone_store.editions(uow), on)
    return World(on, lists_in_force(store.rule_sets(uow), on), zone_store.layers(uow), editions)


def hold_worlds(uow: UnitOfWork, days: Collection[date]) -> dict[date, HeldWorld]:
    """Everything a batch needs for these days, read once; editions that hold on several days are held once."""
    worlds = {on: world_on(uow, on) for on in days}
    needed = {edition.edition_id: edition for world in worlds.values() for edition in world.in_force.values()}
    holdings = {edition_id: check_store.hold_edition(uow, edition) for edition_id, edition in needed.items()}
    return {on: HeldWorld.of(world, holdings, check_store.hold_cells(uow, on)) for on, world in worlds.items()}


def area_of_use(uow: UnitOfWork) -> Box | None:
    """The area of use, None before anything was imported."""
    return grid_store.area_of_use(uow)


def surroundings(uow: UnitOfWork, document: Mapping[str, Any], asker: Asker) -> dict[str, list[dict[str, Any]]]:
    """What lies around a checked site, for its map: cells and the zones this asker may see, as GeoJSON features, simplified to look at."""
    levels = document["editions"]["layers"]
    shown = [key for key, layer in levels.items() if asker.sees_everything or layer["disclosure"] == "public"]
    on = date.fromisoformat(document["on"])
    editions = [edition.edition_id for key, edition in in_force(zone_store.editions(uow), on).items() if key in shown]
    return check_store.around(uow, document["site"]["geometry"], editions, on)


def require_in_area(uow: UnitOfWork, site: Site) -> None:
    """Raises OutsideArea for a site more than a degree outside the area of use; nothing imported yet = no area to be outside of."""
    refuse_outside(grid_store.area_of_use(uow), site)
