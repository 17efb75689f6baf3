"""A process that approves redraws in children of its own, each killed at a place that was asked for. Run by `test_redraw_killed`.

Reads a line of JSON for each approval, {"url", "redraw", "at", "kills"}, and answers with the number of SQL statements the child came to, or 0 when
it was killed. at: the statement before which it happens, "commit", "committed", or null = nothing happens. kills: what is killed with -9, the
child itself ("self"), or every process of the database in a data directory.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from gridgov.database import processes
from gridgov.database.pool import Database
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.redraws import service


def main() -> None:
    """Answers until its input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            statements = _approve(order)
            os.write(writer, str(statements).encode())
            os._exit(0)
        os.close(writer)
        os.waitpid(child, 0)
        with os.fdopen(reader) as answer:
            print(answer.read() or 0, flush=True)


def _approve(order: dict[str, Any]) -> int:
    """The statements that the approval took; 0 when the database was lost on the way."""
    database = Database(order["url"], wait_s=20, max_size=1)
    hook = _Hook(order["at"], _killer(order["kills"]))
    hook.lay()
    try:
        with database.unit_of_work("user:supervisor") as uow:
            service.approve_redraw(uow, order["redraw"], note=None, today=date.fromisoformat(order["today"]))
    except Exception:
        if order["at"] is None:
            raise
        return 0
    hook.reached("committed")
    return hook.count


def _killer(kills: str) -> Callable[[], None]:
    def kill() -> None:
        for pid in [os.getpid()] if kills == "self" else processes.workers(Path(kills)):
            os.kill(pid, signal.SIGKILL)

    return kill


class _Hook:
    """Stands before every statement and the commit."""

    def __init__(self, at: int | str | None, kill: Callable[[], None]) -> None:
        self.count = 0
        self._at, self._kill = at, kill

    def lay(self) -> None:
        """From here on."""
        for owner, name in ((UnitOfWork, "_execute"), (UnitOfWork, "copy"), (UnitOfWork, "stream")):
            setattr(owner, name, self._before(getattr(owner, name)))
        commit = psycopg.Connection.commit

        def committing(connection: psycopg.Connection[Any]) -> None:
            self.reached("commit")
            commit(connection)

        psycopg.Connection.commit = committing  # type: ignore[method-assign]

    def reached(self, place: int | str) -> None:
        """Kills when this is the place."""
        if place == self._at:
            self._kill()

    def _before(self, doing: Callable[..., Any]) -> Callable[..., Any]:
        def done(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            self.reached(self.count)
            return doing(*args, **kwargs)

        return done


if __name__ == "__main__":
    main()
