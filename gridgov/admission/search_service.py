"""The search: by name or code, among everything the asker may know of."""

from dataclasses import dataclass
from typing import Any

from gridgov.admission import search_store
from gridgov.admission.disclosure import Asker
from gridgov.admission.found import found_cell, found_layers, found_person, found_project, found_zone, group
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Fault, Language, Refused
from gridgov.grids import reading_store as grid_reading
from gridgov.grids import store as grid_store
from gridgov.grids.matching import searched
from gridgov.people import reading_store as people_reading
from gridgov.zones import reading_store as zone_reading
from gridgov.zones.visible_store import Catalogue, Reader, catalogue


@dataclass(frozen=True, slots=True)
class SearchAsked:
    """What is searched for. limit: items of each kind. asker None = nobody is signed in: no people and no projects."""

    text: str
    limit: int
    asker: Asker | None
    language: Language


def search(uow: UnitOfWork, reader: Reader, asked: SearchAsked) -> dict[str, Any]:
    """What the asker may know of that is in force on the day and matches, by kind; kinds without a match are left out.

    Raises Refused for a text of blanks only.
    """
    text, most = searched(asked.text), asked.limit + 1
    if not text:
        raise Refused("There is nothing to search for.", "请输入要查找的内容。", faults=[Fault("q", "only blanks", "不得只含空格")])
    schemes = {scheme.scheme_id: scheme for scheme in grid_store.schemes(uow)}
    known = catalogue(uow, reader)
    groups = [
        group("cell", [found_cell(row, schemes) for row in grid_reading.search_cells(uow, text, reader.on, most)], asked.limit),
        group("zone", _zones(uow, known, text, most), asked.limit),
        group("layer", found_layers([layer for layer, _ in known.layers.values()], text), asked.limit),
    ]
    if asked.asker is not None:
        people = people_reading.search_people(uow, text, reader.on, most)
        owner = None if asked.asker.sees_everything else asked.asker.name
        projects = search_store.search_checks(uow, text, asked_by=owner, limit=most)
        groups.append(group("person", [found_person(row, schemes) for row in people], asked.limit))
        groups.append(group("project", [found_project(row, asked.language) for row in projects], asked.limit))
    return {"q": asked.text, "on": reader.on.isoformat(), "groups": [one for one in groups if one["items"]]}


def _zones(uow: UnitOfWork, known: Catalogue, text: str, most: int) -> list[dict[str, Any]]:
    shown = {seen.edition.edition_id: (layer, seen) for layer, seen in known.layers.values() if seen.edition is not None and seen.view != "bare"}
    rows = zone_reading.search_zones(uow, [seen.edition for _, seen in shown.values() if seen.edition is not None], text, most)
    return [found_zone(row, shown[row["edition_id"]][0], shown[row["edition_id"]][1].view) for row in rows]
