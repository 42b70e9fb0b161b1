"""A ledger that is served: a real gunicorn with its arbiter and workers, and people who ask it."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from ledger.opening import Ledger
from tests.clock import STARTED, SetClock
from tests.conftest import AGREEMENT, BUYER, SUPPLIER, appoint
from tests.people import let_in

_LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")
_BOOTED = re.compile(r"Booting worker with pid: (\d+)")
BROKEN = (OSError, http.client.HTTPException)
"""What a client meets whose worker died: reset, refused, or an answer cut short."""


class Served:
    """`avrop serve` on a port of its own, its workers' process ids as the arbiter tells them."""

    def __init__(self, database: str, **environ: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ledger", "serve", "--port", "0"],
            env={**os.environ, "AVROP_DATABASE": database, **environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self.workers: list[int] = []
        self.replayed: list[str] = []
        self.port = 0
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        if not self._ready.wait(60):
            self.stop()
            raise RuntimeError("the server did not start:\n" + "".join(self.said))

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.said.append(line)
            if found := _LISTENING.search(line):
                self.port = int(found[1])
            if found := _BOOTED.search(line):
                self.workers.append(int(found[1]))
                self._ready.set()

    def kill(self, worker: int) -> None:
        """`kill -9`: nothing in the worker can run any more."""
        self.workers.remove(worker)
        with suppress(ProcessLookupError):  # gone by itself: the caller tries another
            os.kill(worker, signal.SIGKILL)

    def ask(self, token: str, method: str, path: str, body=None, key: str | None = None):
        """One request on a connection of its own. Raises one of BROKEN."""
        headers = {"Authorization": f"Bearer {token}", "Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if key is not None:
            headers["Idempotency-Key"] = key
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            data = None if body is None else json.dumps(body)
            connection.request(method, f"/api/v1{path}", data, headers)
            answer = connection.getresponse()
            if answer.headers["Idempotent-Replayed"]:
                self.replayed.append(str(key))
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def answered(self, token: str, method: str, path: str, body=None, key: str | None = None):
        """The same request again until there is an answer that is not "try again shortly"."""
        until = time.monotonic() + 120
        while True:
            try:
                status, answer = self.ask(token, method, path, body, key)
            except BROKEN:
                status, answer = 503, None
                self.broken(key)
            if status != 503:
                return status, answer
            if time.monotonic() > until:
                raise RuntimeError(f"{method} {path} {key} was never answered")
            time.sleep(0.01)

    def broken(self, key: str | None) -> None:
        """Called where a request was cut off; tests count them."""

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(40)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(10)


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> SetClock:
    """Of a served ledger the machine's, since that is what the server asks who may do what by."""
    return SetClock(datetime.now(UTC) if "served" in request.fixturenames else STARTED())


@pytest.fixture
def served(ledger: Ledger, database: str) -> Iterator[Served]:
    """A served ledger; several workers where the database lets several processes write."""
    workers = {} if database.startswith("sqlite") else {"AVROP_WORKERS": "4"}
    server = Served(database, **workers)
    yield server
    server.stop()


@pytest.fixture
def tokens(ledger: Ledger) -> dict[str, str]:
    """Role → a bearer token."""
    appoint(ledger, "auditor by HTTP", BUYER)
    return {
        role: let_in(ledger, f"{role} by HTTP", SUPPLIER if role == "supplier" else BUYER, (role,))
        for role in ("manager", "orderer", "supplier", "finance", "approver", "auditor")
    }


@pytest.fixture
def signed(served: Served, tokens: dict[str, str]):
    """Sign SKO-2023 with a cap in kronor."""

    def sign(cap: str) -> None:
        body = {**AGREEMENT, "cap": cap}
        status, answer = served.answered(tokens["manager"], "POST", "/agreements", body)
        assert status == 201, answer

    return sign
