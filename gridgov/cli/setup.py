"""`up`, `down` and `doctor`: starts an installation, stops it, and says how it stands."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from gridgov.cli.output import WRONG_USE, emit, language, tell
from gridgov.cli.session import server_of
from gridgov.cli.worker import attended
from gridgov.database.bootstrap import APP, Server, refuse_sample_users
from gridgov.database.cluster import Cluster
from gridgov.database.migrate import newest
from gridgov.database.pool import Database
from gridgov.database.processes import is_alive
from gridgov.errors import SetupError
from gridgov.settings import Settings, load_settings

if TYPE_CHECKING:
    import uvicorn

_STOP_S, _WATCH_S = 20, 1


def register(app: typer.Typer) -> None:
    """Adds up, down and doctor."""
    app.command("up", help="Start the database, bring it up to date, and serve. 启动数据库、升级并提供服务")(up)
    app.command("down", help="Stop serving and the private database. 停止服务与项目自带的数据库")(down)
    app.command("doctor", help="What is installed, running, reachable, out of date, and the mend for each. 检查安装与运行状况")(doctor)


def up(
    sample: bool = typer.Option(False, "--sample", help="The sample city's database. 示例城市数据库"),
    no_serve: bool = typer.Option(False, "--no-serve", help="Only start and migrate. 只启动并升级数据库"),
    as_json: bool = typer.Option(False, "--json", help="One JSON document on stdout."),
) -> None:
    """Starts, migrates, and serves until Ctrl-C; production refuses a database with sample users."""
    settings = load_settings()
    server = server_of(settings)
    if not no_serve:
        _require_free(settings)
    tell("starting the database …" if language() == "en" else "正在启动数据库……")
    server.make_ready(sample=sample)
    if not sample:
        refuse_sample_users(server.url(sample=False))
    _draw_missing(server, sample=sample)
    standing = _standing(server, settings, sample=sample, serving=not no_serve)
    if no_serve:
        emit(standing, as_json, _say_up)
    else:
        serve(server, settings, sample=sample, ready=lambda: emit(standing, as_json, _say_up))


def down(as_json: bool = typer.Option(False, "--json", help="One JSON document on stdout.")) -> None:
    """Stops what `up` started; a foreign server is left alone."""
    server = server_of()
    served = _stop_serving(server.cluster.home / "serving.pid")
    stopped = server.cluster.stop() if server.is_private else False
    emit({"served": served, "stopped": stopped, "private": server.is_private}, as_json, _say_down)


def doctor(as_json: bool = typer.Option(False, "--json", help="One JSON document on stdout.")) -> None:
    """Every check with its state and, where something is wrong, the mend; exit code 2 when something must be mended."""
    from gridgov.cli.doctor import examine, render

    checks = examine()
    emit({"ok": all(check.is_fine for check in checks), "checks": [check.as_json(language()) for check in checks]}, as_json, render)
    if not all(check.is_fine for check in checks):
        raise typer.Exit(WRONG_USE)


def serve(server: Server, settings: Settings, *, sample: bool, ready: Callable[[], None]) -> None:
    """Serves over HTTP as gridgov_app until it is told to stop; calls `ready` once it listens."""
    import uvicorn

    from api.app import create_app

    database = Database(server.url(sample=sample), role=server.role(APP), max_size=16)
    try:
        with _noted(server.cluster.home / "serving.pid"), attended(sample=sample):
            application = create_app(database=database, settings=settings, sample=sample)
            web = uvicorn.Server(uvicorn.Config(application, host=settings.host, port=settings.port, log_level="warning", server_header=False))
            threading.Thread(target=_when_listening, args=(web, ready), daemon=True).start()
            if server.is_private:
                threading.Thread(target=_keep_running, args=(server.cluster,), daemon=True).start()
            web.run()
    finally:
        database.close()


def _draw_missing(server: Server, *, sample: bool) -> None:
    """What was loaded before there was a map gets its shapes."""
    from gridgov.cli.shapes import draw

    database = Database(server.url(sample=sample), role=server.role(APP), max_size=1)
    try:
        draw(database, anew=False)
    finally:
        database.close()


def _when_listening(web: "uvicorn.Server", ready: Callable[[], None]) -> None:
    while not web.started and not web.should_exit:
        time.sleep(0.02)
    if web.started:
        ready()


def _keep_running(cluster: Cluster) -> None:
    """Starts the database again when somebody killed it; requests meanwhile are answered by 503."""
    while True:
        time.sleep(_WATCH_S)
        if not cluster.is_running:
            with suppress(SetupError):
                cluster.start()


def _standing(server: Server, settings: Settings, *, sample: bool, serving: bool) -> dict[str, Any]:
    return {
        "database": "gridgov_sample" if sample else "gridgov",
        "sample": sample,
        "private": server.is_private,
        "data_dir": str(server.cluster.home) if server.is_private else None,
        "database_port": server.cluster.port() if server.is_private else None,
        "migration": newest(),
        "url": f"http://{settings.host}:{settings.port}" if serving else None,
    }


def _say_up(document: Mapping[str, Any]) -> None:
    where = f"（{document['data_dir']}）" if document["data_dir"] else ""
    if language() == "zh":
        print(f"数据库 {document['database']} 已就绪{where}，版本 {document['migration']}")
    else:
        print(f"Database {document['database']} is ready {where}, at {document['migration']}".replace("（", "(").replace("）", ")"))
    if document["url"]:
        print(f"{document['url']}  (Ctrl-C)")
    sys.stdout.flush()


def _say_down(document: Mapping[str, Any]) -> None:
    stopped = document["stopped"] or document["served"]
    if language() == "zh":
        print("已停止。" if stopped else "没有需要停止的服务。")
    else:
        print("Stopped." if stopped else "Nothing of ours was running.")


def _require_free(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as exc:
            place = f"{settings.host}:{settings.port}"
            raise SetupError(
                f"{place} cannot be served on ({exc.strerror}): stop what is there (`gridgov down`), or set GRIDGOV_PORT.",
                f"无法在 {place} 提供服务（{exc.strerror}）：请先执行 gridgov down 停止已有服务，或设置 GRIDGOV_PORT。",
            ) from exc


@contextmanager
def _noted(path: Path) -> Iterator[None]:
    """Leaves word of the serving process for `down`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(os.getpid()))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _stop_serving(path: Path) -> bool:
    try:
        pid = int(path.read_text())
    except (FileNotFoundError, ValueError):
        return False
    serving = is_alive(pid) and pid != os.getpid() and b"gridgov" in Path(f"/proc/{pid}/cmdline").read_bytes()
    if serving:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_S
        while is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
    path.unlink(missing_ok=True)
    return serving
