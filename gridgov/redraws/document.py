"""The document of a redraw as faces give it: what was asked, what was done with it, whether it tiles, what it changes. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from gridgov.errors import GridgovError, Language, StalePlan
from gridgov.grids.cell import AllowedGap, Scheme
from gridgov.grids.importing import point_of
from gridgov.grids.operation import operation_document
from gridgov.grids.redraw import Redrawn
from gridgov.grids.report import Coverage, GapEntry, OutlineSource, coverage_document
from gridgov.redraws.cell_change import CellChange

Row = Mapping[str, Any]


def outcome_of(redrawn: Redrawn) -> dict[str, Any]:
    """What the engine said of the operations, as it is kept: steps, notes in both languages, how much was checked."""
    pairs = zip(redrawn.operations, redrawn.steps, strict=True)
    return {
        "steps": [{"op": operation_document(operation)["op"], "cells": list(codes)} for operation, codes in pairs],
        "notes": [
            {"pointer": note.pointer, "en": note.en, "zh": note.zh, "at": None if note.at is None else [note.at[0], note.at[1]]} for note in redrawn.notes
        ],
        "checked": {"cells": len(redrawn.changes), "edges": redrawn.edges},
    }


def counts_after(counts: Mapping[str, int], changes: Sequence[CellChange]) -> dict[str, int]:
    """The number of cells of each level once the changes are made."""
    after = dict(counts)
    for change in changes:
        after[change.level] += (change.after is not None) - (change.before is not None)
    return after


def validation(
    scheme: Scheme,
    on: date,
    *,
    outline: str | None,
    counts: Mapping[str, int],
    gaps: Sequence[AllowedGap],
    checked: Mapping[str, int],
    language: Language,
) -> dict[str, Any]:
    """The coverage report of a redraw that was carried out: the engine proved the cells it touches, and what it did not touch is as it was."""
    source: OutlineSource = "own" if outline is None else "parent" if outline == "parent" else "file"
    allowed = [GapEntry(float(gap.area_m2), point_of(gap.geometry) or (0.0, 0.0), gap.reason) for gap in gaps]
    coverage = Coverage(scheme=scheme.key, on=on, outline=source, overlay=False, cells=counts, allowed_gaps=allowed)
    return coverage_document(coverage, language) | {"checked": dict(checked)}


def redraw_document(head: Row, events: Sequence[Row], *, today: date, language: Language) -> dict[str, Any]:
    """All of it but `validation`, `impact` and `conflict`. head: the stored redraw's columns."""
    outcome = head["outcome"]
    notes = [{"pointer": note["pointer"], "detail": note[language], "at": note["at"]} for note in outcome["notes"]]
    return summary(head, today=today) | {
        "operations": head["operations"],
        "successors": head["successors"],
        "events": [{"at": _stamp(event["at"]), "actor": event["actor"], "action": event["action"], "note": event["note"]} for event in events],
        "steps": outcome["steps"],
        "notes": notes,
    }


def summary(head: Row, *, today: date) -> dict[str, Any]:
    """What a list says of a redraw."""
    written = head["change_id"] is not None
    return {
        "id": str(head["redraw_id"]),
        "scheme": head["scheme"],
        "status": head["status"],
        "in_force": head["status"] == "approved" and head["effective_from"] <= today,
        "effective_from": head["effective_from"].isoformat(),
        "reason": head["reason"],
        "document": head["document"],
        "base_revision": head["base_revision"],
        "current_revision": head["current_revision"],
        "version": head["version"],
        "drafted_by": head["drafted_by"],
        "drafted_at": _stamp(head["drafted_at"]),
        "saved_at": _stamp(head["saved_at"]),
        "change": {"revision": head["change_revision"], "at": _stamp(head["change_at"])} if written else None,
    }


def conflict(error: GridgovError, language: Language) -> dict[str, Any]:
    """Why a draft can no longer be carried out as it stands."""
    cells = error.members.get("cells", []) if isinstance(error, StalePlan) else []
    return {"cells": cells, "detail": error.zh if language == "zh" else error.en, "errors": [fault.as_json(language) for fault in error.faults]}


def _stamp(at: datetime) -> str:
    return at.isoformat()
