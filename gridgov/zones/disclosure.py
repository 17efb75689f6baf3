"""What of a layer whom may see: the one place that decides it, for lists, maps, searches and verdicts alike.

`public` shows all to everybody. `named` shows those signed in codes, names and attributes, figures to three significant digits and no
place. `restricted` shows them that the layer exists and nothing of its zones. Supervisors, admins and the operator see everything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, Literal

from gridgov.zones.edition import Disclosure, Edition, in_force

Tier = Literal["anonymous", "signed-in", "full"]
View = Literal["all", "named", "bare", "hidden"]

FULL_ROLES: Final = frozenset({"supervisor", "admin", "system"})
_BELOW_FULL: Final[dict[Disclosure, View]] = {"public": "all", "named": "named", "restricted": "bare"}


@dataclass(frozen=True, slots=True)
class SeenLayer:
    """A layer as an asker may know of it on a day. editions: those the asker may know of, by first day.

    edition: the one in force, None = none is. nearest: the one in force, else the last begun by then, else the first; view: what is shown of it.
    """

    editions: tuple[Edition, ...]
    edition: Edition | None
    nearest: Edition | None
    view: View


def tier_of(role: str | None) -> Tier:
    """The tier of an account's role; None = nobody is signed in."""
    if role is None:
        return "anonymous"
    return "full" if role in FULL_ROLES else "signed-in"


def view_of(disclosure: Disclosure, tier: Tier) -> View:
    """What an asker sees of an edition: all of it, names without places (named), that it exists (bare), nothing (hidden)."""
    if disclosure == "public" or tier == "full":
        return "all"
    return "hidden" if tier == "anonymous" else _BELOW_FULL[disclosure]


def seen_layer(editions: Sequence[Edition], on: date, tier: Tier) -> SeenLayer | None:
    """A layer's editions as an asker may know of them on a day; None = for this asker there is no such layer.

    editions: all of one layer, by first day. What is in force decides; where nothing is, the last edition begun by then, else the first.
    """
    current = next(iter(in_force(editions, on).values()), None)
    begun = [edition for edition in editions if edition.effective_from <= on]
    nearest = current or (begun[-1] if begun else next(iter(editions), None))
    view: View = "all" if nearest is None else view_of(nearest.disclosure, tier)
    if view == "hidden":
        return None
    return SeenLayer(tuple(edition for edition in editions if view_of(edition.disclosure, tier) != "hidden"), current, nearest, view)


def seen_layers(editions: Iterable[Edition], on: date, tier: Tier) -> dict[str, SeenLayer]:
    """The layers an asker may know of on a day, by key. editions: of any layers, each layer's by first day."""
    by_layer: dict[str, list[Edition]] = {}
    for edition in editions:
        by_layer.setdefault(edition.layer, []).append(edition)
    found = {key: seen_layer(own, on, tier) for key, own in by_layer.items()}
    return {key: seen for key, seen in found.items() if seen is not None}


def rough(figure: str | None) -> str | None:
    """A decimal string to three significant digits, in the scale it came in."""
    if figure is None or Decimal(figure) == 0:
        return figure
    value = Decimal(figure)
    step = Decimal(1).scaleb(value.adjusted() - 2)
    return str(((value / step).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * step).quantize(value))
