"""The private cluster through every death: killed, left with lock files, started twice, found by others."""

import itertools
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gridgov.database import processes
from gridgov.database.bootstrap import APP, OWNER, ROLES, make_ready
from gridgov.database.cluster import DATABASE, SUPERUSER, Cluster, home_of
from gridgov.database.programs import server_user
from gridgov.errors import SetupError
from gridgov.settings import Settings

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """The directory of a cluster that was made and stopped."""
    home = Path(tempfile.mkdtemp(prefix="gridgov-fault-", dir="/tmp"))
    home.chmod(0o755)
    cluster = Cluster(home, durable=False)
    cluster.start()
    cluster.stop()
    yield home
    shutil.rmtree(home)


@pytest.fixture
def own_cluster(made: Path) -> Iterator[Cluster]:
    """A cluster of this test, started."""
    home = Path(f"{made}-{next(NUMBERS)}")
    subprocess.run(["cp", "-a", made, home], check=True)
    cluster = Cluster(home, durable=False)
    cluster.start()
    yield cluster
    cluster.stop()
    shutil.rmtree(home)


def connect(cluster: Cluster, role: str = SUPERUSER, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(cluster.url(role, database), autocommit=True)


def write(cluster: Cluster, number: int) -> None:
    with connect(cluster) as connection:
        connection.execute("create table if not exists kept (number int primary key)")
        connection.execute("insert into kept values (%s)", [number])


def kept(cluster: Cluster) -> list[object]:
    with connect(cluster) as connection:
        return [row[0] for row in connection.execute("select number from kept order by number")]


def await_death(pid: int) -> None:
    deadline = time.monotonic() + 20
    while processes.is_alive(pid):
        assert time.monotonic() < deadline, "the process does not die"
        time.sleep(0.01)


def kill(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        await_death(pid)


def test_a_killed_postmaster_is_started_again_and_keeps_what_was_committed(own_cluster: Cluster) -> None:
    write(own_cluster, 1)
    postmaster = processes.postmaster(own_cluster.data)
    assert postmaster is not None
    kill(postmaster)
    assert not own_cluster.is_running
    own_cluster.start()
    assert kept(own_cluster) == [1]


def test_killing_every_process_at_once_loses_nothing_that_was_acknowledged(own_cluster: Cluster) -> None:
    for number in range(3):
        write(own_cluster, number)
        kill(*processes.workers(own_cluster.data))
        own_cluster.start()
    assert kept(own_cluster) == [0, 1, 2]


def test_a_killed_backend_is_answered_by_recovery_without_a_start(own_cluster: Cluster) -> None:
    write(own_cluster, 1)
    with connect(own_cluster) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    own_cluster.start()
    assert kept(own_cluster) == [1]


def test_a_backend_orphaned_in_the_midst_of_a_query_does_not_block_the_start(own_cluster: Cluster) -> None:
    write(own_cluster, 1)
    with connect(own_cluster) as connection:
        thread = threading.Thread(target=_spin, args=(own_cluster.url(SUPERUSER, "postgres"),))
        thread.start()
        while not connection.execute("select 1 from pg_stat_activity where query like '%generate_series%' and pid <> pg_backend_pid()").fetchone():
            time.sleep(0.02)
    postmaster = processes.postmaster(own_cluster.data)
    assert postmaster is not None
    kill(postmaster)
    own_cluster.start()
    thread.join(timeout=30)
    assert kept(own_cluster) == [1]


def _spin(url: str) -> None:
    with pytest.raises(psycopg.OperationalError), psycopg.connect(url) as connection:
        connection.execute("select count(*) from generate_series(1, 100000000000)")


def test_a_postmaster_that_stays_a_zombie_counts_as_dead(tmp_path: Path) -> None:
    child = subprocess.Popen(["/bin/true"])
    try:
        deadline = time.monotonic() + 10
        while processes.is_alive(child.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        # Nobody has waited for it: it is still in the process table.
        os.kill(child.pid, 0)
        assert not processes.is_alive(child.pid)
        (tmp_path / "postmaster.pid").write_text(f"{child.pid}\n{tmp_path}\n")
        assert processes.postmaster(tmp_path) is None
    finally:
        child.wait()


def test_a_lock_file_naming_another_program_is_removed(own_cluster: Cluster) -> None:
    write(own_cluster, 1)
    own_cluster.stop()
    (own_cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{own_cluster.data}\n1\n54321\n{own_cluster.sockets}\n127.0.0.1\n0 0\nready\n")
    (own_cluster.sockets / ".s.PGSQL.54321").touch()
    (own_cluster.sockets / ".s.PGSQL.54321.lock").write_text(f"{os.getpid()}\n{own_cluster.data}\n1\n54321\n")
    own_cluster.start()
    assert kept(own_cluster) == [1]
    assert not list(own_cluster.sockets.glob("*54321*"))


def test_leftovers_of_a_living_cluster_are_not_touched(own_cluster: Cluster) -> None:
    before = (own_cluster.data / "postmaster.pid").read_text()
    processes.clear_leftovers(own_cluster.data, own_cluster.sockets, patience_s=0.1)
    assert (own_cluster.data / "postmaster.pid").read_text() == before
    with connect(own_cluster):
        pass


def test_two_starts_at_once_make_one_cluster() -> None:
    home = Path(tempfile.mkdtemp(prefix="gridgov-fault-", dir="/tmp"))
    home.chmod(0o755)
    clusters = [Cluster(home, durable=False) for _ in range(2)]
    barrier, failures = threading.Barrier(2), []

    def start(cluster: Cluster) -> None:
        try:
            barrier.wait()
            cluster.start()
            make_ready(cluster, DATABASE)
        except SetupError as exc:
            failures.append(exc.en)

    threads = [threading.Thread(target=start, args=(cluster,)) for cluster in clusters]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert clusters[0].url(APP) == clusters[1].url(APP)
        with connect(clusters[0], APP, DATABASE) as connection:
            assert connection.execute("select current_user").fetchone() == (APP,)
    finally:
        clusters[0].stop()
        shutil.rmtree(home)


def test_it_listens_on_a_socket_and_a_loopback_port_that_is_not_5432(own_cluster: Cluster) -> None:
    with connect(own_cluster) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("select setting::int from pg_settings where name = 'port'").fetchone() == (own_cluster.port(),)
    assert own_cluster.port() != 5432
    with socket.create_connection(("127.0.0.1", own_cluster.port()), timeout=5):
        pass


@pytest.mark.parametrize("host", ["socket", "127.0.0.1"])
def test_a_wrong_password_is_refused_on_both_ways_in(own_cluster: Cluster, host: str) -> None:
    place = str(own_cluster.sockets) if host == "socket" else host
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=place, port=own_cluster.port(), user=SUPERUSER, password="guess", dbname="postgres")
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(host=place, port=own_cluster.port(), user=SUPERUSER, dbname="postgres")
    with psycopg.connect(host=place, port=own_cluster.port(), user=SUPERUSER, password=own_cluster.password(SUPERUSER), dbname="postgres") as connection:
        stored = connection.execute("select rolpassword from pg_authid where rolname = current_user").fetchone()
    assert stored is not None and str(stored[0]).startswith("SCRAM-SHA-256$")


def test_passwords_are_readable_by_their_owner_alone(own_cluster: Cluster) -> None:
    files = sorted((own_cluster.home / "secrets").iterdir())
    assert [file.name for file in files] == sorted([*ROLES, SUPERUSER])
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert len({file.read_text() for file in files}) == len(files)
    assert stat.S_IMODE(own_cluster.data.stat().st_mode) == 0o700
    assert stat.S_IMODE(own_cluster.sockets.stat().st_mode) == 0o700


def test_no_process_of_it_runs_as_root(own_cluster: Cluster) -> None:
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in processes.workers(own_cluster.data)}
    assert owners == {server_user().uid}
    assert 0 not in owners


def test_production_is_durable_and_checks_its_pages() -> None:
    home = Path(tempfile.mkdtemp(prefix="gridgov-fault-", dir="/tmp"))
    home.chmod(0o755)
    production = Cluster(home)
    expected = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on", "jit": "off", "server_encoding": "UTF8"}
    try:
        production.start()
        with connect(production) as connection:
            found = {name: value for name, value in connection.execute("select name, setting from pg_settings where name = any(%s)", [list(expected)])}
        assert found == expected
    finally:
        production.stop()
        shutil.rmtree(home)


def test_it_comes_back_on_the_port_of_last_time(own_cluster: Cluster) -> None:
    port = own_cluster.port()
    own_cluster.stop()
    own_cluster.start()
    assert own_cluster.port() == port


def test_a_port_that_somebody_took_meanwhile_is_given_up(own_cluster: Cluster) -> None:
    port = own_cluster.port()
    own_cluster.stop()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        own_cluster.start()
        assert own_cluster.port() != port


def test_a_cluster_whose_making_was_cut_short_is_made_again(own_cluster: Cluster) -> None:
    own_cluster.stop()
    (own_cluster.home / "secrets" / SUPERUSER).unlink()
    assert not own_cluster.is_initialised
    own_cluster.start()
    write(own_cluster, 1)


def test_a_deep_directory_gets_its_socket_elsewhere() -> None:
    deep = Path(tempfile.mkdtemp(prefix="gridgov-fault-", dir="/tmp")) / ("d" * 60) / ("e" * 60)
    for folder in (deep.parents[1], deep.parents[0], deep):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
    cluster = Cluster(deep, durable=False)
    try:
        cluster.start()
        assert len(str(cluster.sockets)) < 90
        with connect(cluster):
            pass
    finally:
        cluster.stop()
        shutil.rmtree(deep.parents[1])
        shutil.rmtree(cluster.sockets)


def test_stopping_what_does_not_run_says_so(tmp_path: Path) -> None:
    assert Cluster(tmp_path / "nothing").stop() is False


def test_the_url_of_a_stopped_cluster_says_how_to_start_it(own_cluster: Cluster) -> None:
    own_cluster.stop()
    with pytest.raises(SetupError, match="gridgov up"):
        own_cluster.url(OWNER)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another user")
def test_as_root_an_unreachable_directory_gives_way_to_var_lib() -> None:
    closed = Path(tempfile.mkdtemp(prefix="gridgov-closed-", dir="/tmp"))
    try:
        closed.chmod(0o700)
        home = home_of(Settings(data_dir=closed / "data"))
        assert home.parent == Path("/var/lib/gridgov")
        closed.chmod(0o755)
        assert home_of(Settings(data_dir=closed / "data")) == closed / "data"
    finally:
        closed.rmdir()


def test_a_socket_directory_that_somebody_prepared_is_refused_untouched(own_cluster: Cluster) -> None:
    own_cluster.stop()
    elsewhere = own_cluster.home / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    own_cluster.sockets.rmdir()
    own_cluster.sockets.symlink_to(elsewhere)
    with pytest.raises(SetupError, match="link"):
        own_cluster.start()
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755
    own_cluster.sockets.unlink()
