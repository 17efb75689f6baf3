"""The audit chain: what an entry says, how its hash is formed, and whether a chain is whole. Pure; `unit_of_work` reads and writes it."""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act that was recorded. at: aware; detail: plain JSON values (`plain`)."""

    entry_id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    previous_hash: bytes

    def digest(self) -> bytes:
        """SHA-256 over the previous hash and the entry as canonical JSON (sorted keys, UTF-8, no spaces, time in UTC)."""
        stamp = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        body = [self.entry_id, stamp, self.actor, self.action, self.subject, self.detail]
        text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(self.previous_hash + text.encode()).digest()


def plain(value: Any) -> Any:
    """The value in the form in which the database gives it back, so that a later reader forms the same hash.

    Whole floats become integers, decimals, days, times and ids strings, tuples lists. Raises TypeError for anything else.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            if not math.isfinite(value):
                raise TypeError("an audit entry holds finite numbers only")
            return int(value) if value.is_integer() else value
        case Decimal() | UUID():
            return str(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
        case _:
            raise TypeError(f"an audit entry cannot hold {type(value).__name__}")


def first_break(entries: Iterable[tuple[Entry, bytes]]) -> int | None:
    """The id of the first entry that was changed, or before which one is missing; None = the chain is whole.

    entries: each with its stored hash, in order of entry_id.
    """
    previous, expected = GENESIS, 1
    for entry, stored in entries:
        if entry.entry_id != expected or entry.previous_hash != previous or entry.digest() != stored:
            return entry.entry_id
        previous, expected = stored, expected + 1
    return None
