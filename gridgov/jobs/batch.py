"""What is kept of a batch: the answer to each row beside what the file said of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

VERDICTS: Final = ("prohibited", "undetermined", "conditional", "permitted")
MOST_ROWS: Final = 200_000
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class BatchHead:
    """What all rows have in common. columns: of the input, in file order. crs: of every shape. fingerprint: of what answered them."""

    columns: Sequence[str]
    crs: str
    shaped: bool
    fingerprint: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One answered row. answer, findings: the columns of the batch's two tables. shape: WKB in the file's reference system.

    point, box: lon/lat in degrees; None = the row has no readable place.
    """

    number: int
    name: str | None
    answer: Mapping[str, Any]
    findings: Sequence[Mapping[str, Any]]
    columns: Mapping[str, Any]
    shape: bytes | None
    point: tuple[float, float] | None
    box: Box | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How the rows of a batch came out so far."""

    verdicts: Mapping[str, int]
    errors: int
    findings: int

    @property
    def rows(self) -> int:
        """How many were answered."""
        return sum(self.verdicts.values()) + self.errors

    def as_json(self) -> dict[str, Any]:
        """The counts as members of a batch's document."""
        return {"rows": self.rows, "verdicts": dict(self.verdicts), "errors": self.errors, "findings": self.findings}
