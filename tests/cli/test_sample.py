"""`gridgov sample`: loaded whole, once, into its own database, every site with the verdict it was placed for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result

Cli = Callable[..., Result]


def verdicts(document: dict[str, Any]) -> dict[str, str]:
    return {site["name"]: site["verdict"] for site in document["sites"]}


def test_a_sample_is_loaded_checked_and_never_loaded_twice(cli: Cli) -> None:
    first = cli("sample", "--villages", 60, "--seed", 3, "--json")
    assert first.exit_code == 0, first.stderr
    assert first.json["loaded"] is True
    assert first.json["cells"]["village"] == 60
    assert first.json["unexpected"] == []
    assert set(verdicts(first.json).values()) == {"prohibited", "undetermined", "conditional", "permitted"}

    again = cli("sample", "--json")
    assert again.exit_code == 0, again.stderr
    assert again.json["loaded"] is False
    assert again.json["sites"] == first.json["sites"]

    other = cli("sample", "--villages", 60, "--seed", 4, "--json")
    assert (other.exit_code, other.json["status"]) == (1, 409)

    assert cli("locate", 118.9, 28.9, "--sample", "--json").json["cells"][0]["level"] == "county"
    assert cli("zones", "list", "--json").json["layers"] == []


def test_the_sample_has_redraws_in_force_submitted_and_given_back_and_its_grid_tiles_on_all_their_days(cli: Cli) -> None:
    from datetime import date

    from gridgov.cli.session import open_database
    from gridgov.redraws import service

    assert cli("sample", "--villages", 60, "--seed", 3, "--json").exit_code == 0
    database = open_database(sample=True)
    try:
        with database.unit_of_work("test:tester") as uow:
            found = service.list_redraws(uow, scheme=None, status=None, before=None, limit=10, today=date(2026, 11, 22))
            returned = service.read_redraw(uow, int(found[0]["id"]), date(2026, 11, 22))
    finally:
        database.close()
    assert [(one["status"], one["in_force"], one["effective_from"]) for one in found] == [
        ("draft", False, "2027-07-01"),
        ("submitted", False, "2027-01-01"),
        ("approved", True, "2026-09-01"),
        ("approved", True, "2026-03-01"),
    ]
    assert [event["action"] for event in returned["events"]] == ["drafted", "submitted", "rejected"]
    assert returned["impact"]["cells"] and returned["validation"]["ok"] and returned["conflict"] is None
    for day in ("2025-06-30", "2026-02-28", "2026-03-01", "2026-09-01", "2027-08-01"):
        assert cli("cells", "check", "--sample", "--on", day, "--json").json["ok"] is True


def test_the_table_shows_each_verdict_with_word_and_sign(cli: Cli) -> None:
    shown = cli("sample", "--villages", 30, "--seed", 3)
    assert shown.exit_code == 0, shown.stderr
    for words in ("✕ 禁止准入", "? 无法判定", "! 有条件准入", "✓ 允许准入"):
        assert words in shown.stdout
    assert "noise（部分未覆盖）" in shown.stdout


def test_a_removed_sample_can_be_loaded_anew(cli: Cli) -> None:
    before = cli("sample", "--villages", 30, "--seed", 3, "--json").json
    assert cli("sample", "--remove", "--json").json == {"removed": True}
    after = cli("sample", "--villages", 30, "--seed", 3, "--json").json
    assert after["loaded"] is True
    assert verdicts(after) == verdicts(before)


def test_the_sample_users_may_sign_in_with_the_sample_password_only(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from gridgov.cli.session import open_database
    from gridgov.people import service

    monkeypatch.setenv("GRIDGOV_SAMPLE_PASSWORD", "another-long-sample-word")
    assert cli("sample", "--villages", 30, "--json").exit_code == 0
    database = open_database(sample=True)
    try:
        with database.unit_of_work("test:tester") as uow:
            assert service.has_sample_users(uow)
            for name in ("inspector", "planner", "supervisor", "admin"):
                assert isinstance(service.sign_in(uow, name, "another-long-sample-word", uow.now()), service.SignedIn)
            assert not isinstance(service.sign_in(uow, "admin", "gridgov-sample", uow.now()), service.SignedIn)
    finally:
        database.close()


def test_the_inspector_of_the_sample_has_own_cells_and_stands_in_with_duties_for_each(cli: Cli) -> None:
    from datetime import date

    from gridgov.cli.session import open_database
    from gridgov.people import charge_service, service
    from gridgov.zones.visible_store import Reader

    assert cli("sample", "--villages", 30, "--seed", 3, "--json").exit_code == 0
    database = open_database(sample=True)
    try:
        with database.unit_of_work("test:tester") as uow:
            session = service.sign_in(uow, "inspector", "gridgov-sample", uow.now())
            assert isinstance(session, service.SignedIn)
            found = [charge_service.my_cells(uow, session.account, Reader("signed-in", day)) for day in (date(2026, 11, 25), date(2032, 2, 29))]
    finally:
        database.close()
    for mine in found:
        assert mine["basis"] == "person"
        assert {post["stand_in"] for cell in mine["cells"] for post in cell["own"]} == {True, False}
        assert all(cell["duties"] and cell["neighbours"] and cell["above"] and "duties" not in cell["missing"] for cell in mine["cells"])
        assert {duty["citation"]["status"] for cell in mine["cells"] for duty in cell["duties"]} == {"example"}


def test_a_city_out_of_range_is_refused_before_anything_is_loaded(cli: Cli) -> None:
    refused = cli("sample", "--villages", 5, "--json")
    assert (refused.exit_code, refused.json["status"]) == (1, 422)
    assert cli("zones", "list", "--sample", "--json").json["layers"] == []


def test_the_files_of_the_sample_go_through_the_ordinary_imports(cli: Cli, tmp_path: Path) -> None:
    written = cli("sample", "--villages", 30, "--seed", 3, "--files", tmp_path, "--json")
    assert written.exit_code == 0, written.stderr
    parents = ["--parent-field", "township_code", "--parent-field", "county_code", "--parent-name-field", "township_name", "--parent-name-field", "county_name"]
    cells = cli("cells", "import", tmp_path / "cells.gpkg", "--scheme", "administrative", "--level", "village", *parents, "--json")
    assert cells.exit_code == 0, cells.stdout + cells.stderr
    assert cells.json["imported"]["village"] == 30
    red = cli("zones", "import", tmp_path / "ecological-red-line-2024.gpkg", "--layer", "ecological-red-line", "--coverage", "cells", "--json")
    assert red.exit_code == 0, red.stdout + red.stderr
    assert red.json["imported"] > 0
