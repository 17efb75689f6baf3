"""The checks of `gridgov doctor`: each looks at one thing and, where it is wrong, names the mend. Changes nothing."""

import re
import shutil
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from gridgov.cli.output import language
from gridgov.cli.session import server_of
from gridgov.database.bootstrap import Server
from gridgov.database.migrate import newest, standing
from gridgov.database.programs import find_programs, server_user
from gridgov.errors import GridgovError, Language
from gridgov.settings import Settings, load_settings

State = Literal["ok", "stopped", "not-set-up", "missing", "out-of-date", "unreachable", "moved"]
_FINE = frozenset({"ok", "stopped", "not-set-up", "moved"})
_LOCK = Path(__file__).resolve().parents[2] / "requirements" / "runtime.txt"
_LITTLE_SPACE = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. mend: what to do, in both languages; empty = nothing to do."""

    name: str
    state: State
    detail: str
    mend_en: str = ""
    mend_zh: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether gridgov can work with it as it is."""
        return self.state in _FINE

    def as_json(self, chosen: Language) -> dict[str, str | None]:
        """The check as `doctor --json` lists it."""
        mend = self.mend_zh if chosen == "zh" else self.mend_en
        return {"name": self.name, "state": self.state, "detail": self.detail, "mend": mend or None}


def examine() -> list[Check]:
    """Every check, whatever the others found. Raises SetupError only for a setting that cannot be read."""
    settings = load_settings()
    server = server_of(settings)
    return [
        _python(),
        _packages(),
        *_programs(settings),
        _place(server, settings),
        _space(server),
        _cluster(server),
        *_databases(server),
        _web(settings),
        _font(),
    ]


def render(document: Mapping[str, Any]) -> None:
    """The checks as lines of text."""
    for check in document["checks"]:
        print(f"{check['state']:<12} {check['name']:<18} {check['detail']}")
        if check["mend"]:
            print(f"{'':<12} {'':<18} -> {check['mend']}")


def _python() -> Check:
    return Check("python", "ok", f"{'.'.join(map(str, sys.version_info[:3]))}, {sys.executable}")


def _packages() -> Check:
    if not _LOCK.exists():
        return Check("packages", "ok", f"gridgov {metadata.version('gridgov')}")
    differing = [f"{name} {_installed(name) or '-'} ({_one_of(wanted)})" for name, wanted in _locked().items() if _installed(name) not in wanted]
    if not differing:
        return Check("packages", "ok", "as locked in requirements/runtime.txt")
    return Check("packages", "out-of-date", ", ".join(differing), "Run `make demo`: it installs what is locked.", "请运行 make demo，按锁定版本安装。")


def _locked() -> dict[str, set[str | None]]:
    """The versions that may be installed of each package; None among them = another system or Python needs it, this one may not."""
    found: dict[str, set[str | None]] = {}
    for name, version, marker in re.findall(r"^([a-z0-9._-]+)==([^ \\]+) *(;?)", _LOCK.read_text(), re.MULTILINE):
        found.setdefault(name, set()).update({version, None} if marker else {version})
    return found


def _one_of(versions: set[str | None]) -> str:
    return " / ".join(sorted(version for version in versions if version))


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _programs(settings: Settings) -> list[Check]:
    if settings.database_url:
        return [Check("postgresql", "ok", "GRIDGOV_DATABASE_URL: none is started here")]
    try:
        programs, user = find_programs(), server_user()
    except GridgovError as exc:
        return [Check("postgresql", "missing", "", exc.en, exc.zh)]
    return [Check("postgresql", "ok", f"{programs.version} with PostGIS, {programs.bin}, run by {user.name}")]


def _place(server: Server, settings: Settings) -> Check:
    if not server.is_private:
        return Check("data", "ok", "on the server of GRIDGOV_DATABASE_URL")
    wanted = (settings.data_dir or Path(".gridgov")).absolute()
    if server.cluster.home == wanted:
        return Check("data", "ok", str(wanted))
    detail = f"{server.cluster.home} (the server's user {server_user().name} cannot reach {wanted})"
    mend_zh = "如需改放他处，请把 GRIDGOV_DATA_DIR 设为该用户可进入的目录。"
    return Check("data", "moved", detail, "Set GRIDGOV_DATA_DIR to a reachable directory to have it elsewhere.", mend_zh)


def _space(server: Server) -> Check:
    nearest = next(parent for parent in (server.cluster.home, *server.cluster.home.parents) if parent.exists())
    free = shutil.disk_usage(nearest).free
    detail = f"{free / 1024**3:.1f} GiB free"
    if free > _LITTLE_SPACE:
        return Check("space", "ok", detail)
    return Check("space", "missing", detail, f"Free some space on the disk of {nearest}.", f"{nearest} 所在磁盘空间不足，请清理。")


def _cluster(server: Server) -> Check:
    if not server.is_private:
        return Check("server", "ok", "foreign")
    if not server.cluster.is_initialised:
        return Check("server", "not-set-up", "", "Run `gridgov up`.", "请运行 gridgov up。")
    if not server.cluster.is_running:
        return Check("server", "stopped", "", "Run `gridgov up`.", "请运行 gridgov up。")
    return Check("server", "ok", f"running, 127.0.0.1:{server.cluster.port()} and {server.cluster.sockets}")


def _databases(server: Server) -> Iterator[Check]:
    for name, sample, command in (("gridgov", False, "gridgov up"), ("gridgov_sample", True, "gridgov up --sample")):
        yield _database(server, name, command, sample=sample)


def _database(server: Server, name: str, command: str, *, sample: bool) -> Check:
    mend = (f"Run `{command}`.", f"请运行 {command}。")
    if server.is_private and not server.cluster.is_running:
        return Check(name, "stopped" if server.cluster.is_initialised else "not-set-up", "", *mend)
    try:
        stands = standing(server.url(sample=sample))
    except GridgovError as exc:
        return Check(name, "unreachable", exc.zh if language() == "zh" else exc.en, *mend)
    if stands is None:
        return Check(name, "not-set-up", "", *mend)
    if stands != newest():
        return Check(name, "out-of-date", f"{stands}, newest is {newest()}", *mend)
    return Check(name, "ok", f"at {stands}")


def _web(settings: Settings) -> Check:
    place = f"http://{settings.host}:{settings.port}"
    try:
        socket.create_connection((settings.host, settings.port), timeout=2).close()
    except OSError:
        return Check("web", "stopped", place, "Run `gridgov up`.", "请运行 gridgov up。")
    return Check("web", "ok", place)


def _font() -> Check:
    folders = (Path("/usr/share/fonts"), Path.home() / ".fonts", Path.home() / ".local/share/fonts")
    names = ("*NotoSansCJK*", "*NotoSerifCJK*", "*wqy*", "*SourceHan*", "*simsun*", "*simhei*")
    for folder in folders:
        if folder.exists() and (found := next((path for name in names for path in folder.rglob(name)), None)):
            return Check("chinese font", "ok", found.name)
    return Check("chinese font", "not-set-up", "", "Install fonts-noto-cjk for pictures and reports.", "如需出图和报告，请安装 fonts-noto-cjk。")
