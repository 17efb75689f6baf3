"""Days and instants as they are typed."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from gridgov.errors import UsageError
from gridgov.settings import load_settings

T = TypeVar("T")
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_day(text: str, option: str) -> date:
    """A day written as 2026-11-22. Raises UsageError naming the option."""
    return _read(date.fromisoformat, text if _ISO_DAY.fullmatch(text) else "", f"{option} {text}", "2026-11-22")


def read_instant(text: str, option: str) -> datetime:
    """A time in ISO 8601, of the installation's time zone where it names none. Raises UsageError naming the option."""
    found = _read(datetime.fromisoformat, text, f"{option} {text}", "2026-11-22T08:00:00+08:00")
    return found if found.tzinfo is not None else found.replace(tzinfo=ZoneInfo(load_settings().timezone))


def _read(reader: Callable[[str], T], text: str, shown: str, example: str) -> T:
    try:
        return reader(text)
    except ValueError as exc:
        raise UsageError(f"{shown}: write it as {example}.", f"{shown}：请写成 {example} 的形式。") from exc
