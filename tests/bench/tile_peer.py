"""TiPG, served over HTTP from an environment of its own beside the project's: its pins are not ours."""

import gzip
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

RELEASE = "1.6.1"
_HOME = Path(__file__).parents[2] / ".benchmarks" / f"tipg-{RELEASE}"
_START_S = 60.0


def installed() -> Path:
    """The Python that has TiPG; installed once. Raises where it cannot be: a peer that is not there proves nothing."""
    python = _HOME / "bin" / "python"
    if subprocess.run([python, "-c", "import tipg.main, uvicorn"], capture_output=True, check=False).returncode if python.exists() else True:
        subprocess.run([sys.executable, "-m", "venv", _HOME], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", f"tipg=={RELEASE}", "uvicorn"], check=True)
    return python


@contextmanager
def serving(url: str, schema: str) -> Iterator["Reader"]:
    """TiPG on the spatial tables of one schema, without limits on the features of a tile."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"DATABASE_URL": url, "TIPG_DB_SCHEMAS": f'["{schema}"]', "TIPG_MAX_FEATURES_PER_TILE": "1000000", "TIPG_DEBUG": "FALSE"}
    command = [installed(), "-m", "uvicorn", "tipg.main:app", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    server = subprocess.Popen(command, env={**os.environ, **settings})
    reader = Reader(port)
    try:
        yield reader.ready(server)
    finally:
        reader.close()
        server.terminate()
        server.wait(20)


class Reader:
    """Asks a server on the loopback over one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)

    def ready(self, server: "subprocess.Popen[bytes]") -> "Reader":
        """Itself, once the server answers."""
        until = time.monotonic() + _START_S
        while time.monotonic() < until and server.poll() is None:
            try:
                self.get("/healthz")
            except OSError:
                self._connection.close()
                time.sleep(0.1)
            else:
                return self
        raise AssertionError("TiPG does not serve")

    def close(self) -> None:
        """Hangs up."""
        self._connection.close()

    def _asked(self, path: str, headers: Mapping[str, str]) -> tuple[float, http.client.HTTPResponse]:
        begun = time.perf_counter()
        self._connection.request("GET", path, headers={"Accept-Encoding": "gzip", **headers})
        return begun, self._connection.getresponse()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[float, bytes]:
        """Seconds until the whole answer is there, and its bytes as they were sent."""
        try:
            begun, answer = self._asked(path, headers or {})
        except http.client.RemoteDisconnected:
            # A server hangs up on whoever has been silent for some seconds, as this one is while its peer is asked.
            self._connection.close()
            begun, answer = self._asked(path, headers or {})
        sent = answer.read()
        took = time.perf_counter() - begun
        assert answer.status in (200, 404 if path == "/healthz" else 200), f"{path}: {answer.status} {sent[:500]!r}"
        return took, sent if answer.getheader("Content-Encoding") == "gzip" else gzip.compress(sent, 6)
