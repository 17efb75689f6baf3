"""The journey of whoever asks how a cell came to be: its versions, and the cells it came of and became, through all generations."""

from typing import Any

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids import reading_store
from gridgov.grids.cell_document import instant, version_document
from gridgov.grids.naming_store import CellName, find_known_cell, level_key
from gridgov.redraws import lineage_store
from gridgov.redraws.lineage_store import Row


def cell_history(uow: UnitOfWork, name: CellName) -> dict[str, Any]:
    """Every version there ever was of a cell, and its lineage both ways as known now.

    Raises NotFound, Conflict with `candidates` where several cells have the code.
    """
    scheme, cell = find_known_cell(uow, name)
    level, rank = level_key(scheme, cell["rank"]), cell["rank"]
    return {
        "scheme": scheme.key,
        "code": name.code,
        "level": level,
        "versions": [version_document(row) for row in reading_store.cell_versions(uow, scheme.scheme_id, name.code, rank)],
        "lineage": {
            "from": [_step(row, level) for row in lineage_store.ancestors(uow, scheme.scheme_id, rank, name.code)],
            "to": [_step(row, level) for row in lineage_store.descendants(uow, scheme.scheme_id, rank, name.code)],
        },
    }


def _step(row: Row, level: str) -> dict[str, Any]:
    return {
        "level": level,
        "code": row["code"],
        "name": row["name"],
        "via": row["via"],
        "generation": row["generation"],
        "kind": row["kind"],
        "day": row["day"].isoformat(),
        "area_m2": str(row["area_m2"]),
        "change": {"kind": row["change_kind"], "at": instant(row["at"]), "reason": row["reason"], "revision": row["revision"]},
    }
