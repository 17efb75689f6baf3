"""A layer's dated edition, and which one is in force on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from shapely import MultiPolygon

CoverageKind = Literal["file", "cells", "area", "none"]
Disclosure = Literal["public", "named", "restricted"]
Certainty = Literal["certain", "uncertain"]

KINDS = (
    "ecological-red-line",
    "control-unit",
    "functional-zone",
    "source-water",
    "nature-reserve",
    "farmland",
    "noise",
    "no-burn",
    "vehicle",
    "contaminated-site",
    "island",
    "park",
    "suspension",
    "other",
)


@dataclass(frozen=True, slots=True)
class Threshold:
    """How much overlap makes a hit: total area AND the largest inscribed circle must both reach these.

    area_m2 at 0.01, width_m (diameter) at 0.001. Defaults as in the public contract; each edition may set its own.
    """

    area_m2: Decimal = Decimal("1.00")
    width_m: Decimal = Decimal("0.500")


@dataclass(frozen=True, slots=True)
class Layer:
    """An entry of the append-only catalogue; kind: one of KINDS."""

    layer_id: int
    key: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a layer as the siting check needs it (geometry stays in the store).

    effective_to: first day no longer in force, None = until a later edition ends it.
    piece_plane: PROJ string of the equal-area plane its pieces are stored in (metres, SRID 0).
    attributes: names of the attributes its zones carry, with the values met (for the rule editor; never cut short).
    """

    edition_id: int
    layer: str
    kind: str
    edition: str
    effective_from: date
    effective_to: date | None
    sha256: str
    coverage_kind: CoverageKind
    piece_plane: str
    threshold: Threshold = field(default_factory=Threshold)
    certainty: Certainty = "certain"
    disclosure: Disclosure = "public"
    accuracy_m: float | None = None
    scale: int | None = None
    document: str | None = None
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ZoneRecord:
    """A zone read from a file, before it is stored: lon/lat EPSG:4490 on the lattice.

    row: position in the file from 1. geometry: valid, densified MultiPolygon.
    """

    row: int
    code: str
    name: str
    attributes: dict[str, Any]
    geometry: MultiPolygon


def in_force(editions: Iterable[Edition], on: date) -> dict[str, Edition]:
    """The edition of each layer that holds on a day, by layer key.

    The one with the greatest `effective_from` <= on, if on < its own `effective_to`: a later edition ends its predecessor, and an
    edition that has run out does not bring the one before it back.
    """
    newest: dict[str, Edition] = {}
    for edition in editions:
        held = newest.get(edition.layer)
        if edition.effective_from <= on and (held is None or held.effective_from < edition.effective_from):
            newest[edition.layer] = edition
    return {key: edition for key, edition in newest.items() if edition.effective_to is None or on < edition.effective_to}
