"""Who answers at a place: puts cells and assignments into the one document that every face gives.

Pure. Decides what of a person may be shown to whom; finding cells and assignments is the store's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the lattice (lon, lat in degrees, EPSG:4490), the scheme asked, the day, and as known when (None = now)."""

    lon: float
    lat: float
    scheme: str
    on: date
    known_at: datetime | None = None


def answer(place: Place, cells: Sequence[Mapping[str, Any]], assignments: Sequence[Mapping[str, Any]], *, named: bool) -> dict[str, Any]:
    """The document of `GET /locate`: cells top level first, then who answers for them. named: whether the asker may know people."""
    document: dict[str, Any] = {"point": [place.lon, place.lat], "on": place.on.isoformat(), "scheme": place.scheme}
    if place.known_at is not None:
        document["known_at"] = place.known_at.isoformat()
    document["cells"] = [{key: cell[key] for key in ("level", "code", "name", "version")} for cell in cells]
    document["responsible"] = [responsible_entry(row, named=named) for row in assignments]
    return document


def responsible_entry(row: Mapping[str, Any], *, named: bool) -> dict[str, Any]:
    """Who answers for a cell, by one assignment. Without names also the id and the mandate's free text stay away: both may name the person."""
    stand_in = row["stand_in_for"] is not None
    deputised = {"id": row["stand_in_for"], "name": row["stand_in_for_name"]} if stand_in and named else None
    return {
        "cell": row["cell"],
        "person": {"id": row["person_id"], "name": row["person_name"]} if named else None,
        "role": row["role"],
        "line": row["line"],
        "from": row["first_day"].isoformat(),
        "to": None if row["end_day"] is None else row["end_day"].isoformat(),
        "stand_in": stand_in,
        "stand_in_for": deputised,
        "mandate": row["mandate"] if named else None,
    }
