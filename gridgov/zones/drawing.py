"""An edition as the map shows it."""

from dataclasses import dataclass
from hashlib import sha256

from gridgov.zones.disclosure import Tier, view_of
from gridgov.zones.edition import Disclosure


@dataclass(frozen=True, slots=True)
class DrawnEdition:
    """The edition of a layer that holds on a day. west to north: the box of its zones in degrees. attributes: those its zones carry."""

    edition_id: int
    edition: str
    sha256: str
    disclosure: Disclosure
    attributes: tuple[str, ...]
    drawing_id: int
    west: float
    south: float
    east: float
    north: float

    @property
    def version(self) -> str:
        """A short text that is another one when anything on the map may be."""
        return sha256(f"{self.edition_id} {self.drawing_id} {self.sha256}".encode()).hexdigest()[:16]

    def is_shown_to(self, tier: Tier) -> bool:
        """Whether an asker may see its zones on the map: only where they may see places."""
        return view_of(self.disclosure, tier) == "all"


@dataclass(frozen=True, slots=True)
class InsideZones:
    """What a tile shows: numbers of zones, and of those whose labels may stand there."""

    drawing_id: int
    numbers: tuple[int, ...]
    labels: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many numbers."""
        return len(self.numbers) + len(self.labels)
