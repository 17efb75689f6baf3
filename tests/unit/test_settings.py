"""What an installation may set, and how a wrong setting is answered."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from gridgov.errors import SetupError
from gridgov.settings import load_settings


def test_the_defaults_are_those_of_the_documentation() -> None:
    found = load_settings()
    assert (found.host, found.port, found.timezone, found.sample_password, found.language) == ("127.0.0.1", 8000, "Asia/Shanghai", "gridgov-sample", "zh")
    assert (found.database_url, found.data_dir) == (None, None)


def test_an_empty_variable_counts_as_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDGOV_DATABASE_URL", "")
    assert load_settings().database_url is None


@pytest.mark.parametrize(
    ("name", "value"), [("GRIDGOV_TIMEZONE", "Asia/Nowhere"), ("GRIDGOV_TIMEZONE", "../etc"), ("GRIDGOV_PORT", "70000"), ("GRIDGOV_LANGUAGE", "fr")]
)
def test_a_wrong_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SetupError, match=name) as refused:
        load_settings()
    assert [fault.pointer for fault in refused.value.faults] == [name]


def test_today_is_the_day_where_the_installation_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kiritimati is always a calendar day ahead of Niue."""
    days = []
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        monkeypatch.setenv("GRIDGOV_TIMEZONE", zone)
        days.append((load_settings().today(), datetime.now(ZoneInfo(zone)).date()))
    assert days[0][0] > days[1][0]
    assert all(found == expected for found, expected in days)
