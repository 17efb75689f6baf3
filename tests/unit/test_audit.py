"""The hash chain of the audit: its form, and what breaks it."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from gridgov.database.audit import GENESIS, Entry, first_break, plain

AT = datetime(2026, 11, 22, 8, 0, 0, 5, tzinfo=UTC)


def chain(count: int) -> list[tuple[Entry, bytes]]:
    found: list[tuple[Entry, bytes]] = []
    previous = GENESIS
    for number in range(1, count + 1):
        entry = Entry(number, AT, "os:tester", "cells.import", "scheme/county", {"cells": number}, previous)
        previous = entry.digest()
        found.append((entry, previous))
    return found


def test_the_hash_is_over_the_previous_hash_and_canonical_json() -> None:
    entry = Entry(1, AT, "os:甲", "a", "b", {"z": 1, "名": [True, None]}, GENESIS)
    text = '[1,"2026-11-22T08:00:00.000005+00:00","os:甲","a","b",{"z":1,"名":[true,null]}]'
    assert entry.digest() == hashlib.sha256(bytes(32) + text.encode()).digest()


def test_the_hash_does_not_depend_on_the_time_zone_in_which_the_moment_is_read() -> None:
    entry = Entry(1, AT, "a", "b", "c", {}, GENESIS)
    assert replace(entry, at=AT.astimezone(timezone(timedelta(hours=8)))).digest() == entry.digest()


def test_a_whole_chain_has_no_break() -> None:
    assert first_break(chain(5)) is None
    assert first_break([]) is None


@pytest.mark.parametrize(
    "change", [{"detail": {"cells": 99}}, {"actor": "os:other"}, {"at": AT + timedelta(microseconds=1)}, {"subject": "x"}, {"action": "y"}]
)
def test_a_changed_entry_is_named(change: dict[str, Any]) -> None:
    entries = chain(5)
    entries[2] = (replace(entries[2][0], **change), entries[2][1])
    assert first_break(entries) == 3


def test_a_missing_entry_is_noticed_at_the_next() -> None:
    entries = chain(5)
    del entries[1]
    assert first_break(entries) == 3


def test_a_chain_rewritten_from_one_entry_on_breaks_where_the_old_one_goes_on() -> None:
    entries = chain(3)
    forged = replace(entries[1][0], detail={"cells": 7})
    assert first_break([entries[0], (forged, forged.digest()), entries[2]]) == 3


def test_plain_values_come_back_from_the_database_as_they_went() -> None:
    identifier = UUID("00000000-0000-0000-0000-000000000001")
    given = {"a": 1.0, "b": Decimal("1.50"), "c": date(2026, 1, 1), "d": AT, "e": (1, "x"), "f": identifier, "g": {3: None}, "h": {2, 1}, "i": True, "j": 0.5}
    assert plain(given) == {
        "a": 1, "b": "1.50", "c": "2026-01-01", "d": "2026-11-22T08:00:00.000005+00:00", "e": [1, "x"], "f": str(identifier), "g": {"3": None}, "h": [1, 2],
        "i": True, "j": 0.5,
    }  # fmt: skip


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"x", object()])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        plain({"value": value})
