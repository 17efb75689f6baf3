"""An account as administrators see it: never a secret, nor the hash of one. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gridgov.people.wording import in_utc


def as_listed(row: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of the list of accounts. locked_until: until when no password is looked at, None = it is not locked."""
    return {
        "username": row["username"],
        "role": row["role"],
        "cell": row["cell_code"],
        "person": None if row["person_id"] is None else {"id": row["person_id"], "name": row["person_name"]},
        "disabled": row["disabled_at"] is not None,
        "disabled_at": _moment(row["disabled_at"]),
        "created_at": _moment(row["created_at"]),
        "password_changed_at": _moment(row["password_changed_at"]),
        "locked_until": _moment(row["locked_until"]),
        "sessions": row["sessions"],
        "tokens": row["tokens"],
        "sample": row["sample"],
    }


def _moment(value: datetime | None) -> str | None:
    return None if value is None else in_utc(value)
