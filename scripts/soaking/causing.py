"""Faults that are caused while a ledger is served."""

import os
import random
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.service.conftest import Served

Cause = Callable[[random.Random], None]
FROZEN = 3.0
"""Seconds for which something stands still."""
SILENT = 60
"""Connections that say half of a head, and nothing more."""


def of_worker(served: Served) -> dict[str, Cause]:
    """What can become of a process that serves."""

    def worker(chance: random.Random) -> int | None:
        return chance.choice(served.workers) if served.workers else None

    def killed(chance: random.Random) -> None:
        if (one := worker(chance)) is not None:
            served.kill(one)

    def ended(chance: random.Random) -> None:
        if (one := worker(chance)) is not None:
            served.workers.remove(one)
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGTERM)

    def frozen(chance: random.Random) -> None:
        if (one := worker(chance)) is not None:
            stand_still([one])

    return {
        "kill -9 of a worker": killed,
        "a worker is told to end": ended,
        "a worker stands still": frozen,
    }


def of_clients(served: Served) -> dict[str, Cause]:
    """What can come in."""

    def silent(_: random.Random) -> None:
        some = []
        for _ in range(SILENT):
            with suppress(OSError):
                one = socket.create_connection(("127.0.0.1", served.port), timeout=2)
                one.sendall(b"POST /api/v1/agreements HTTP/1.1\r\nHost: a\r\n")
                some.append(one)
        time.sleep(FROZEN)
        for one in some:
            one.close()

    def hostile(chance: random.Random) -> None:
        for _ in range(20):
            body = chance.randbytes(chance.randint(1, 20_000))
            head = (
                f"POST /api/v1/documents HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            with suppress(OSError), socket.create_connection(("127.0.0.1", served.port)) as one:
                one.settimeout(2)
                one.sendall(head.encode() + body)
                one.recv(100)

    return {"silent clients": silent, "hostile bodies": hostile}


def of_postgresql(address: str) -> dict[str, Cause]:
    """What can become of the server of the database."""

    def cut(_: random.Random) -> None:
        ours = "FROM pg_stat_activity WHERE application_name LIKE 'avrop %'"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"SELECT pg_terminate_backend(pid) {ours}")

    def frozen(_: random.Random) -> None:
        with psycopg.connect(address) as connection:
            (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        first = int((Path(folder) / "postmaster.pid").read_text().split("\n")[0])
        tasks = Path(f"/proc/{first}/task").glob("*/children")
        children = [int(one) for task in tasks for one in task.read_text().split()]
        stand_still([first, *children])

    return {"connections of the database are cut": cut, "the database stands still": frozen}


def stand_still(processes: list[int]) -> None:
    """For a while; they go on afterwards whatever happens."""
    for one in processes:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGSTOP)
    try:
        time.sleep(FROZEN)
    finally:
        for one in reversed(processes):
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGCONT)


def cause(
    causes: dict[str, Cause],
    chance: random.Random,
    over: threading.Event,
    say: Callable[[str], None],
) -> int:
    """One at a time, with a pause between them, until it is over: how many."""
    count = 0
    while not over.wait(chance.uniform(2, 12)):
        name = chance.choice(sorted(causes))
        say(name)
        causes[name](chance)
        count += 1
    return count
