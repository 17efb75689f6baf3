"""A whole file of sites against worlds held in memory: the same pure path as a single check, row by row, no row stops the run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from gridgov.admission.answering import World, decide_request
from gridgov.admission.disclosure import Asker, disclose
from gridgov.admission.document import Occasion
from gridgov.admission.memory import HeldLayers, Holding
from gridgov.admission.request import SitingRequest
from gridgov.admission.site import Site
from gridgov.admission.territory import CellOnSite
from gridgov.errors import GridgovError

_NEVER = datetime.min


class HeldCells:
    """The leaf cells of one day in memory. revision: the state of the grid, None = no grid is loaded."""

    def __init__(self, cells: Sequence[CellOnSite], revision: str | None) -> None:
        self.revision = revision
        self._cells = cells
        self._tree = STRtree([cell.geometry for cell in cells])

    def under(self, site: Site) -> list[CellOnSite]:
        """The cells whose closed polygon the site meets."""
        return [self._cells[index] for index in sorted(self._tree.query(site.dense, predicate="intersects"))]


@dataclass(frozen=True)
class HeldWorld:
    """Everything that holds on one day."""

    world: World
    layers: HeldLayers
    cells: HeldCells

    @staticmethod
    def of(world: World, holdings: Mapping[int, Holding], cells: HeldCells) -> "HeldWorld":
        """A world with the editions it needs out of those that are held."""
        needed = {edition.edition_id: holdings[edition.edition_id] for edition in world.in_force.values()}
        return HeldWorld(world, HeldLayers(needed), cells)

    def state(self) -> list[Any]:
        """What this world is made of: two of one state give the same answers."""
        editions = sorted([key, edition.edition, edition.sha256, edition.disclosure] for key, edition in self.world.in_force.items())
        lists = sorted([one.ruleset, one.edition, one.sha256] for one in self.world.lists)
        return [self.cells.revision, sorted([layer.key, layer.kind] for layer in self.world.catalogue), editions, lists]


@dataclass(frozen=True, slots=True)
class Answered:
    """One row's answer: the plain columns of the batch's two tables. error None = it was answered.

    ground: the site in lon/lat, None when the row was none.
    """

    site: dict[str, Any]
    findings: tuple[dict[str, Any], ...] = ()
    ground: BaseGeometry | None = None


def answer_row(site_id: str, request: SitingRequest, held: HeldWorld, asker: Asker) -> Answered:
    """The answer to one site as this asker may have it, in the words of the batch file."""
    occasion = Occasion(site_id, _NEVER)
    cells, revision = held.cells.under(request.site), held.cells.revision
    decision, whole = decide_request(request, held.world, held.layers, cells=cells, revision=revision, occasion=occasion)
    document = disclose(whole, asker)
    silent = document["no_data"]
    columns: dict[str, Any] = {
        "site_id": site_id,
        "verdict": decision.verdict,
        "space": decision.gates["space"].verdict,
        "quota": decision.gates["quota"].verdict,
        "project": decision.gates["project"].verdict,
        "area_m2": document["site"]["area_m2"],
        "findings": len(document["findings"]),
        "no_data": len(silent),
        "error": None,
        "no_data_layers": ";".join(one["layer"] for one in silent),
    }
    return Answered(columns, tuple(_finding(site_id, finding) for finding in document["findings"]), request.site.source)


def refused_row(site_id: str, error: GridgovError, language: str) -> Answered:
    """A row that could not be asked: what is wrong with it, and nothing that could be taken for a verdict."""
    said = error.zh if language == "zh" else error.en
    empty = {column: None for column in ("verdict", "space", "quota", "project", "area_m2", "findings", "no_data", "no_data_layers")}
    return Answered({"site_id": site_id, **empty, "error": said})


def _finding(site_id: str, finding: Mapping[str, Any]) -> dict[str, Any]:
    zone, rule = finding["zone"] or {}, finding["rule"] or {}
    return {
        "site_id": site_id,
        "finding": finding["id"],
        "layer": zone.get("layer"),
        "edition": zone.get("edition"),
        "zone_code": zone.get("code"),
        "zone_name": zone.get("name"),
        **{key: finding[key] for key in ("relation", "effect", "matched")},
        "rule": rule.get("id"),
        "ruleset": rule.get("ruleset"),
        **{key: finding[key] for key in ("overlap_m2", "site_share", "zone_share", "distance_m", "below_threshold")},
        "overlap_m": finding["overlap_m"],
        "jurisdiction": finding["jurisdiction"],
        "lifted_by": finding["lifted_by"],
    }
