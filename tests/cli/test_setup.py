"""The command line itself: exit codes, one JSON document, what is not there yet, starting and stopping."""

import json
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import conninfo

from gridgov.cli.main import run
from gridgov.cli.session import actor
from gridgov.database.cluster import SUPERUSER, Cluster
from gridgov.database.pool import Database
from tests.conftest import Result

NOT_THERE = (["verify", "x.json", "--trust", "k"], ["replay", "1"], ["backup", "f"], ["restore", "f"], ["people", "import", "x.xlsx"])


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation of its own, stopped and removed after the test."""
    folder = Path(tempfile.mkdtemp(prefix="gridgov-home-", dir="/tmp"))
    folder.chmod(0o755)
    monkeypatch.setenv("GRIDGOV_DATA_DIR", str(folder))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("GRIDGOV_PORT", str(probe.getsockname()[1]))
    yield folder
    Cluster(folder).stop()
    shutil.rmtree(folder)


def said(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("words", NOT_THERE, ids=lambda words: words[0])
def test_an_announced_command_says_not_yet_and_exits_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    assert "not yet" in capsys.readouterr().err
    assert run([*words, "--json"]) == 2
    assert said(capsys)["type"] == "/problems/not-yet"


@pytest.mark.parametrize("words", [["nonsense"], ["up", "--nonsense"], ["verify-nothing", "--json"]])
def test_wrong_usage_exits_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    found = capsys.readouterr()
    assert (json.loads(found.out)["type"] == "/problems/usage") if "--json" in words else found.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["cells", "import"], "缺少参数 FILE"),
        (["cells", "import", "x"], "缺少选项 --level"),
        (["up", "--nonsense"], "没有选项 --nonsense"),
        (["nonsense"], "没有命令 nonsense"),
        (["locate", "1", "2", "3"], "多余的参数：3"),
    ],
)
def test_wrong_usage_is_told_in_chinese(words: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words]) == 2
    assert expected in capsys.readouterr().err
    assert run([*words, "--json"]) == 2
    assert expected in said(capsys)["detail"]


def test_a_database_that_is_away_is_a_matter_of_set_up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("GRIDGOV_DATABASE_URL", "postgresql://nobody:none@127.0.0.1:1/none")
    assert run(["area", "show", "--json"]) == 2
    assert said(capsys)["type"] == "/problems/database-away"


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("up", "down", "doctor", "verify", "backup"):
        assert run([command, "--help"]) == 0
        assert command in capsys.readouterr().out
    assert run(["--version"]) == 0


def test_a_setting_that_cannot_be_used_exits_2_and_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("GRIDGOV_TIMEZONE", "Nowhere")
    assert run(["doctor", "--json"]) == 2
    assert "GRIDGOV_TIMEZONE" in said(capsys)["detail"]


def test_who_acts_is_the_system_user() -> None:
    assert actor().startswith("os:")
    assert len(actor()) > 3


def test_an_installation_is_started_examined_and_stopped(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--json"]) in (0, 2)
    assert {check["name"]: check["state"] for check in said(capsys)["checks"]}["server"] == "not-set-up"
    assert run(["up", "--no-serve", "--json"]) == 0
    document = said(capsys)
    assert (document["database"], document["sample"], document["data_dir"], document["url"]) == ("gridgov", False, str(home), None)
    assert run(["up", "--sample", "--no-serve", "--json"]) == 0
    assert said(capsys)["database"] == "gridgov_sample"
    run(["doctor", "--json"])
    states = {check["name"]: check["state"] for check in said(capsys)["checks"]}
    assert (states["server"], states["gridgov"], states["gridgov_sample"], states["web"]) == ("ok", "ok", "ok", "stopped")
    assert run(["down", "--json"]) == 0
    assert said(capsys) == {"served": False, "stopped": True, "private": True}
    assert run(["down"]) == 0


def test_up_refuses_a_port_that_is_taken_before_it_starts_anything(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("GRIDGOV_PORT", str(taken.getsockname()[1]))
        assert run(["up", "--json"]) == 2
    assert "GRIDGOV_PORT" in said(capsys)["detail"]
    assert not (home / "pg").exists()


def test_a_command_before_up_says_what_to_run(home: Path) -> None:
    from gridgov.cli.session import open_database
    from gridgov.errors import SetupError

    with pytest.raises(SetupError, match="gridgov up --sample --no-serve"):
        open_database(sample=True)
    assert not (home / "pg").exists()


def test_production_refuses_a_database_with_sample_users(cli: Callable[..., Result], database: Database) -> None:
    assert cli("up", "--no-serve").exit_code == 0
    with database.unit_of_work("os:tester") as uow:
        uow.execute("insert into account (username, role, password_hash, sample) values ('planner', 'planner', 'x', true)")
    refused = cli("up", "--no-serve", "--json")
    assert (refused.exit_code, refused.json["status"]) == (1, 409)
    assert cli("up", "--sample", "--no-serve").exit_code == 0


def test_a_foreign_server_is_migrated_and_left_running(cli: Callable[..., Result], cluster: Cluster) -> None:
    assert cli("up", "--no-serve", "--json").json["private"] is False
    assert cli("down", "--json").json == {"served": False, "stopped": False, "private": False}
    assert cluster.is_running


def test_a_stopped_cluster_is_started_by_the_next_command(home: Path) -> None:
    from gridgov.cli.session import open_database

    assert run(["up", "--no-serve"]) == 0
    assert run(["down"]) == 0
    database = open_database(sample=False)
    try:
        with database.unit_of_work("os:tester", read_only=True) as uow:
            assert uow.row("select current_user as name") == {"name": "gridgov_app"}
    finally:
        database.close()


def test_the_sample_is_renewed_empty(cli: Callable[..., Result], capsys: pytest.CaptureFixture[str]) -> None:
    from gridgov.cli.session import open_database, renew_sample

    for _ in range(2):
        renew_sample()
        database = open_database(sample=True)
        try:
            with database.unit_of_work("os:tester") as uow:
                assert uow.rows("select * from person") == []
                uow.execute("insert into person (person_id, name) values ('p', '张三')")
        finally:
            database.close()


def test_a_poor_log_in_on_a_foreign_server_is_told_each_statement_to_run(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Followed one after another, the hints lead to a working installation."""
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as server:
        server.execute("create role tenant login password 'tenant'")
        server.execute("create database leased owner tenant")
        url = conninfo.make_conninfo(cluster.url(SUPERUSER, "leased"), user="tenant", password="tenant")
        monkeypatch.setenv("GRIDGOV_DATABASE_URL", url)
        monkeypatch.setenv("GRIDGOV_LANGUAGE", "en")
        followed = []
        try:
            while run(["up", "--no-serve", "--json"]) == 2:
                hint = said(capsys)["detail"].partition("superuser")[2].partition(": ")[2]
                assert hint and hint not in followed
                followed.append(hint)
                with psycopg.connect(cluster.url(SUPERUSER, "leased"), autocommit=True) as inside:
                    inside.execute(hint)
            assert said(capsys)["private"] is False
            assert followed == [
                "create extension postgis with schema public;",
                "alter database leased owner to gridgov_owner; grant gridgov_owner, gridgov_app to tenant;",
            ]
        finally:
            server.execute("drop database leased with (force)")
            server.execute("drop owned by tenant")
            server.execute("drop role tenant")
