"""What an import of zones tells: the document of the public contract and the refusal that carries it. Lists are never cut short."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gridgov.errors import Fault, Language, ZonesRefused
from gridgov.zones.importing import EditionImport, Repair, Rounding, ZoneSet
from gridgov.zones.zone import Rejected

Place = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an import ended. unchanged: the very same edition was there already."""

    edition: str
    effective_from: str
    sha256: str | None
    imported: int = 0
    pieces: int = 0
    unchanged: bool = False


def document(request: EditionImport, outcome: Outcome) -> dict[str, Any]:
    """The report as JSON values; areas are decimal strings at 0.01 m2, places [lon, lat] in degrees."""
    zones = request.zones
    return {
        "layer": request.layer,
        "edition": outcome.edition,
        "effective_from": outcome.effective_from,
        "sha256": outcome.sha256,
        "imported": outcome.imported,
        "pieces": outcome.pieces,
        "unchanged": outcome.unchanged,
        "coverage": request.coverage_kind,
        "crs": {"source": zones.operation.source, "operation": zones.operation.name, "accuracy_m": zones.operation.accuracy_m},
        "repairs": [_repair(repair, request.language) for repair in zones.repairs],
        "rounding": [_rounding(rounding) for rounding in zones.rounding],
        "rejected": [_rejected(row, request.language) for row in zones.rejected],
        "dry_run": request.dry_run,
    }


def refusal(zones: ZoneSet, report: dict[str, Any]) -> ZonesRefused:
    """The refusal of a file with rows that cannot be zones; `report` is its member."""
    count = len(zones.rejected)
    return ZonesRefused(
        f"{count} of the file's rows cannot be zones; nothing was loaded. Mend them, or repair invalid polygons with --repair.",
        f"文件中有 {count} 行不能作为分区，未载入任何内容。请修正数据；图形无效的，可加 --repair 修复。",
        faults=faults(zones.rejected),
        report=report,
    )


def faults(rejected: Sequence[Rejected]) -> list[Fault]:
    """One fault a rejected row, with its code in the sentence."""
    return [
        Fault(f"row {row.row}", f"{row.code}: {row.en}" if row.code else row.en, f"{row.code}:{row.zh}" if row.code else row.zh, row.place) for row in rejected
    ]


def square_metres(area_m2: float) -> str:
    """An area at 0.01 m2 as a decimal string; never -0.00."""
    return f"{round(area_m2, 2) + 0.0:.2f}"


def _place(place: Place) -> list[float] | None:
    return None if place is None else [round(place[0], 9), round(place[1], 9)]


def _repair(repair: Repair, language: Language) -> dict[str, Any]:
    return {
        "code": repair.code,
        "reason": repair.zh if language == "zh" else repair.en,
        "point": _place(repair.place),
        "before_m2": square_metres(repair.before_m2),
        "after_m2": square_metres(repair.after_m2),
    }


def _rounding(rounding: Rounding) -> dict[str, Any]:
    return {"code": rounding.code, "changed_m2": square_metres(rounding.changed_m2)}


def _rejected(row: Rejected, language: Language) -> dict[str, Any]:
    return {"row": row.row, "code": row.code, "reason": row.zh if language == "zh" else row.en, "point": _place(row.place)}
