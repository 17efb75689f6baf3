"""Loading the sample city: through the services that real files go through, in one unit of work."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from pyproj import CRS

from gridgov.admission import check_service
from gridgov.admission import service as rules_service
from gridgov.admission.disclosure import Asker
from gridgov.admission.request import parse_request
from gridgov.admission.rulefile import read_rules
from gridgov.cli.output import language, progress, tell
from gridgov.cli.people import read_duties
from gridgov.cli.session import actor
from gridgov.database.pool import Database
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Conflict
from gridgov.geo.crs import STORAGE
from gridgov.grids import service as grids_service
from gridgov.grids.importing import ImportRequest
from gridgov.people import duty_service
from gridgov.people import service as people_service
from gridgov.people.assignment import AssignmentRequest
from gridgov.redraws import service as redraws_service
from gridgov.redraws.request import parse_redraw
from gridgov.settings import Settings
from gridgov.zones import service as zones_service
from gridgov.zones.importing import EditionImport, to_zones
from gridgov.zones.zone import Candidate
from layers.sample_city import SampleCity, duty_file, rule_files
from layers.sample_city.earlier import CHANGED_ON, earlier_cells
from layers.sample_city.records import SamplePerson, ZoneLayer
from layers.sample_city.redraws import SampleRedraw, sample_redraws
from layers.sample_city.sites import SITE_KEYS

SCHEME = "administrative"
_ASKER = Asker("sample", "system")
_DRAFTER, _APPROVER = "user:admin", "user:supervisor"
# A site's check has the same id whenever the same sample is loaded: that tells which sample is there.
_NAMESPACE = UUID("6f0b1d0e-6a54-5d0c-9a4e-3f1f2a7c5b10")


def loaded_checks(database: Database, villages: int, seed: int, *, insist: bool) -> list[dict[str, Any]]:
    """The checks of the sample that is there already, empty when there is none.

    insist: this very sample was asked for; another one that is loaded raises Conflict.
    """
    with database.unit_of_work(actor(), read_only=True) as uow:
        documents = check_service.sample_overview(uow)
    if documents and insist and not is_of(documents, villages, seed):
        raise Conflict(
            f"Another sample is loaded already; remove it first (`gridgov sample --remove`), then load {villages} villages with seed {seed}.",
            f"已载入另一个示例城市；请先执行 gridgov sample --remove 清空，再载入 {villages} 个村、种子 {seed} 的示例。",
        )
    return documents


def is_of(documents: list[dict[str, Any]], villages: int, seed: int) -> bool:
    """Whether these checks are those of the sample with so many villages and this seed."""
    return bool({str(check_id(villages, seed, key)) for key in SITE_KEYS} & {document["id"] for document in documents})


def check_id(villages: int, seed: int, key: str) -> UUID:
    """The id under which the check of a sample site is kept."""
    return uuid5(_NAMESPACE, f"{villages}/{seed}/{key}")


def load(database: Database, settings: Settings, city: SampleCity) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The documents of the sample's checks, and the cells loaded by level. A sample is there whole or not at all."""
    today = settings.today()
    tell("载入示例城市…… / loading the sample city …")
    with database.unit_of_work(actor()) as uow:
        cells = _load_grid(uow, city, today)
        for layer in progress(city.layers, "图层 / layers", len(city.layers)):
            zones_service.import_edition(uow, _edition(layer, today))
        for path in rule_files():
            read = read_rules(path.read_bytes(), name=path.name)
            rules_service.import_rules(uow, read.ruleset, name=read.name, places=read.places)
        _load_people(uow, city, settings)
        redraws = sample_redraws(city)
        for one in progress(redraws, "网格调整 / redraws", len(redraws)):
            _load_redraw(uow, one, today)
        for site in progress(city.sites, "选址校验 / siting checks", len(city.sites)):
            check = check_id(city.villages, city.seed, site.key)
            check_service.check_site(uow, parse_request(site.request), asker=_ASKER, check_id=check, today=today)
        return check_service.sample_overview(uow), cells


def _load_grid(uow: UnitOfWork, city: SampleCity, today: date) -> dict[str, int]:
    """The grid as it was until its change and as it is since; gives the cells of today by level."""
    before = ImportRequest(SCHEME, "village", earlier_cells(city), today, source="sample", grow_area=True, language=language())
    grids_service.import_level(uow, before)
    since = ImportRequest(
        SCHEME, "village", city.cells, today, source="示例：2025 年行政区划调整", mode="replace", effective_from=CHANGED_ON, language=language()
    )
    found: dict[str, int] = grids_service.import_level(uow, since)["cells"]
    return found


def unexpected(city: SampleCity, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sites that got another verdict than the one they were placed for."""
    expected = {str(check_id(city.villages, city.seed, site.key)): site for site in city.sites}
    verdicts = {document["id"]: document["verdict"] for document in documents}
    return [
        {"key": site.key, "name": site.name, "expected": site.expected, "verdict": verdicts.get(number)}
        for number, site in expected.items()
        if verdicts.get(number) != site.expected
    ]


def _edition(layer: ZoneLayer, today: date) -> EditionImport:
    candidates = [Candidate(zone.row, zone.code, zone.name, zone.attributes, zone.geometry) for zone in layer.zones]
    return EditionImport(
        layer.key,
        to_zones(candidates, CRS.from_user_input(STORAGE)),
        layer.coverage,
        today,
        coverage=layer.coverage_area,
        kind=layer.kind,
        title=layer.title,
        edition=layer.edition,
        effective_from=layer.effective_from,
        document=layer.document,
        scale=layer.scale,
        accuracy_m=layer.accuracy_m,
        grow_area=True,
        language=language(),
    )


def _load_people(uow: UnitOfWork, city: SampleCity, settings: Settings) -> None:
    for person in city.assignments:
        people_service.assign(uow, _assignment(person), scheme=SCHEME)
    duty_service.load_duties(uow, read_duties(duty_file()), source=duty_file().name)
    password, today = settings.sample_password, settings.today()
    for one in city.accounts:
        people_service.add_user(uow, one.username, password, role=one.role, cell=one.cell, person=one.person, on=today, sample=True)


def _load_redraw(uow: UnitOfWork, one: SampleRedraw, today: date) -> None:
    """Drafts a redraw as the admin and decides on it as the supervisor, as far as it came."""
    operator = uow.actor
    body = {"scheme": SCHEME, "effective_from": one.effective_from.isoformat(), "reason": one.reason, "document": one.document}
    uow.actor = _DRAFTER
    redraw_id = int(redraws_service.draft_redraw(uow, parse_redraw(body | {"operations": list(one.operations)}), today)["id"])
    redraws_service.submit_redraw(uow, redraw_id, note=None, today=today)
    uow.actor = _APPROVER
    if one.stage == "approved":
        redraws_service.approve_redraw(uow, redraw_id, note=one.note, today=today)
    elif one.stage == "returned":
        redraws_service.reject_redraw(uow, redraw_id, note=one.note, today=today)
    uow.actor = operator


def _assignment(person: SamplePerson) -> AssignmentRequest:
    return AssignmentRequest(
        cell=person.cell,
        person=person.person,
        role=person.role,
        line=person.line,
        first_day=person.first_day,
        end_day=person.end_day,
        person_name=person.name,
        stand_in_for=person.stand_in_for,
        mandate=person.mandate,
    )
