"""`assign`, `people duties` and `user add` from outside."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gridgov.database.pool import Database
from gridgov.people import service
from tests.small_grid import SCHEME, WEST, lay_grid

Cli = Callable[..., Any]
WANG = ("--person", "wang", "--role", "inspector", "--line", "environment", "--from", "2026-01-01")


@pytest.fixture
def grid(database: Database) -> Database:
    with database.unit_of_work("test") as uow:
        lay_grid(uow)
    return database


@pytest.mark.usefixtures("grid")
def test_assign_records_a_person_in_charge_of_a_cell(cli: Cli) -> None:
    done = cli("assign", WEST, *WANG, "--name", "王建国", "--to", "2027-01-01", "--mandate", "任命", "--json")
    assert done.exit_code == 0
    assert done.json | {"id": 0} == {
        "id": 0,
        "scheme": SCHEME,
        "cell": WEST,
        "person": {"id": "wang", "name": "王建国"},
        "role": "inspector",
        "line": "environment",
        "from": "2026-01-01",
        "to": "2027-01-01",
        "stand_in": False,
        "stand_in_for": None,
        "mandate": "任命",
    }


@pytest.mark.usefixtures("grid")
def test_assign_says_in_words_what_it_recorded(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli("assign", WEST, *WANG).stdout == f"已登记：wang 任 {WEST} 的 inspector（environment），自 2026-01-01 起，止期另行通知。\n"
    monkeypatch.setenv("GRIDGOV_LANGUAGE", "en")
    done = cli(
        "assign", WEST, "--person", "li", "--stand-in-for", "wang", "--role", "inspector", "--line", "environment", "--from", "2026-03-01", "--to", "2026-04-01"
    )
    assert done.stdout == f"Recorded: li is inspector (environment) of {WEST} from 2026-03-01 until before 2026-04-01.\n"


@pytest.mark.usefixtures("grid")
def test_the_same_assignment_twice_is_refused_with_exit_1(cli: Cli) -> None:
    assert cli("assign", WEST, *WANG).exit_code == 0
    again = cli("assign", WEST, *WANG, "--json")
    assert (again.exit_code, again.json["type"], again.json["status"]) == (1, "/problems/already-in-force", 409)


@pytest.mark.usefixtures("grid")
@pytest.mark.parametrize("day", ["2026-13-01", "20260101", "2026-W01-1", "gestern", "2026-1-1"])
def test_a_day_that_is_none_is_wrong_use(cli: Cli, day: str) -> None:
    assert cli("assign", WEST, *WANG[:-1], day, "--json").exit_code == 2


@pytest.mark.usefixtures("grid")
def test_a_cell_nobody_knows_is_refused_with_exit_1(cli: Cli) -> None:
    refused = cli("assign", "999999", *WANG)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "999999" in refused.stderr


def test_user_add_reads_the_password_from_stdin_and_opens_an_account(cli: Cli, grid: Database) -> None:
    done = cli("user", "add", "Zhao", "--role", "planner", "--cell", WEST, "--json", stdin="correct horse battery\n")
    assert (done.exit_code, done.json) == (0, {"username": "zhao", "role": "planner", "cell": WEST, "person": None})
    assert "correct horse" not in done.stdout + done.stderr
    with grid.unit_of_work("test") as uow:
        assert isinstance(service.sign_in(uow, "zhao", "correct horse battery", uow.now()), service.SignedIn)
        entry = [entry for entry, _ in uow.audit_entries() if entry.action == "add-user"][-1]
    assert entry.actor.startswith("os:")
    assert "correct horse" not in json.dumps(entry.detail)


@pytest.mark.parametrize(("role", "password"), [("root", "correct horse battery"), ("planner", "short"), ("planner", "")])
def test_user_add_refuses_an_unknown_role_and_a_weak_password(cli: Cli, role: str, password: str) -> None:
    assert cli("user", "add", "zhao", "--role", role, stdin=f"{password}\n").exit_code == 1


def test_a_name_that_is_taken_is_refused(cli: Cli) -> None:
    assert cli("user", "add", "zhao", "--role", "admin", stdin="correct horse battery\n").exit_code == 0
    assert cli("user", "add", "ZHAO", "--role", "admin", stdin="another long phrase\n").exit_code == 1


def test_the_password_is_no_argument(cli: Cli) -> None:
    assert cli("user", "add", "zhao", "--role", "admin", "--password", "correct horse battery").exit_code == 2


@pytest.mark.usefixtures("grid")
def test_an_account_may_be_that_of_a_person_in_charge(cli: Cli) -> None:
    assert cli("user", "add", "zhao", "--role", "inspector", "--person", "wang", stdin="correct horse battery\n").exit_code == 1
    assert cli("assign", WEST, *WANG).exit_code == 0
    done = cli("user", "add", "zhao", "--role", "inspector", "--person", "wang", "--json", stdin="correct horse battery\n")
    assert (done.exit_code, done.json["person"]) == (0, "wang")


DUTIES = """
duties:
  - role: inspector
    line: environment
    from: 2026-01-01
    instrument: 方案（示例）
    duties: [巡查, 上报]
"""


def test_people_duties_loads_a_file_once(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "duties.yaml"
    file.write_text(DUTIES, encoding="utf-8")
    assert cli("people", "duties", file).stdout == "已载入 1 份职责清单，共 2 条；0 份与现有内容相同。\n"
    again = cli("people", "duties", file, "--json")
    assert (again.exit_code, again.json) == (0, {"lists": 0, "duties": 0, "unchanged": 1})


def test_people_duties_names_the_line_of_a_fault(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "duties.yaml"
    file.write_text(DUTIES.replace("2026-01-01", "soon"), encoding="utf-8")
    refused = cli("people", "duties", file, "--json")
    assert (refused.exit_code, refused.json["type"], [fault["pointer"] for fault in refused.json["errors"]]) == (1, "/problems/refused", ["line 5"])


@pytest.mark.parametrize("text", ["duties: [", "a: &x 1", "duties: !!python/object:os.system x", ""])
def test_people_duties_refuses_what_is_no_plain_yaml(cli: Cli, tmp_path: Path, text: str) -> None:
    file = tmp_path / "duties.yaml"
    file.write_text(text, encoding="utf-8")
    assert cli("people", "duties", file, "--json").json["type"] == "/problems/refused"


def test_people_import_is_still_to_come(cli: Cli) -> None:
    assert cli("people", "import", "x.xlsx", "--json").json["type"] == "/problems/not-yet"
