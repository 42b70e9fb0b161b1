"""Servers to measure: `avrop serve`, and an empty Flask answer under the same gunicorn."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

SECONDS = 60
"""To wait for a server before giving up."""


class Server:
    """A server of its own process group on a free port of this machine."""

    def __init__(self, command: list[str], address: str, errors: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._errors = errors
        self.started = time.perf_counter()
        with errors.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                env={**os.environ, "AVROP_DATABASE": address},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def ask(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> int:
        """The status of one answer. Raises OSError where nobody listens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request("GET" if body is None else "POST", path, body, dict(headers or {}))
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def wait_for(
        self, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> float:
        """Seconds from the start until this was answered well. Raises RuntimeError."""
        while time.perf_counter() - self.started < SECONDS:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError, http.client.HTTPException):
                status = self.ask(path, headers, body)
                if status not in (200, 201):
                    raise RuntimeError(f"{path} was answered with {status}")
                return time.perf_counter() - self.started
            time.sleep(0.005)
        raise RuntimeError(f"no answer from {path}:\n{self._errors.read_text()[-2000:]}")

    def stop(self) -> None:
        """The arbiter ends its workers; what is left after a while is ended by its group."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@contextlib.contextmanager
def avrop(address: str, folder: Path) -> Iterator[Server]:
    server = Server(["avrop", "serve"], address, folder / "avrop.log")
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def empty(address: str, folder: Path) -> Iterator[Server]:
    server = Server([sys.executable, "-m", "benchmarks.empty"], address, folder / "empty.log")
    try:
        yield server
    finally:
        server.stop()
