"""Layers and editions as one asker may know of them. What may be known is `disclosure.py`'s to say; nothing else is told apart from nothing at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotFound
from gridgov.zones import reading_store, store
from gridgov.zones.disclosure import SeenLayer, Tier, View, seen_layer, view_of
from gridgov.zones.edition import Edition, Layer
from gridgov.zones.reading_store import EditionRecord


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, about which day, as known when (None = now)."""

    tier: Tier
    on: date
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The layers an asker may know of, by key, each as they see it. every: all editions of these layers, by layer and first day."""

    layers: Mapping[str, tuple[Layer, SeenLayer]]
    every: Mapping[str, tuple[Edition, ...]]
    records: Mapping[int, EditionRecord]
    # Keys of all layers there are: what is not among them was never registered, what is hidden is.
    registered: frozenset[str]


def catalogue(uow: UnitOfWork, reader: Reader, *, layer: str | None = None) -> Catalogue:
    """What the asker may know of, of all layers or one."""
    editions, records = reading_store.known_editions(uow, layer=layer, known_at=reader.known_at)
    registered = store.layers(uow)
    own = {one.key: tuple(edition for edition in editions if edition.layer == one.key) for one in registered if layer in (None, one.key)}
    seen = {one.key: (one, seen_layer(own[one.key], reader.on, reader.tier)) for one in registered if one.key in own}
    layers = {key: (one, found) for key, (one, found) in seen.items() if found is not None}
    return Catalogue(layers, {key: own[key] for key in layers}, records, frozenset(one.key for one in registered))


def require_layer(known: Catalogue, key: str) -> tuple[Layer, SeenLayer]:
    """The layer of this key. Raises NotFound when there is none, or none the asker may know of."""
    found = known.layers.get(key)
    if found is None:
        raise NotFound("There is no layer of this key.", "没有此图层。")
    return found


def require_edition(seen: SeenLayer, name: str | None, tier: Tier) -> tuple[Edition | None, View]:
    """The edition named, or the one in force (None = none is), and what the asker sees of it. Raises NotFound for a name there is none of."""
    if name is None:
        return seen.edition, seen.view
    found = next((edition for edition in seen.editions if edition.edition == name), None)
    if found is None:
        raise NotFound("The layer has no edition of this name.", "该图层没有此版本。")
    return found, view_of(found.disclosure, tier)
