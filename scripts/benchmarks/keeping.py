"""A backup and its restoring against a bare copy of the files and rebuilding; a copy to the other
database against rebuilding, which is part of it. Backups are SQLite's alone."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Block, Row, Target, row, spaced
from benchmarks.surroundings import Surroundings
from ledger.clock import system
from ledger.config import read
from ledger.keeping import backing, copying, restoring
from ledger.keeping.files import flush, path_of
from ledger.verifying import Held

ROUNDS = 3
OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


def measure_backup(around: Surroundings, database: str) -> Iterator[Row]:
    if database != "sqlite":
        return
    filled = around.filled(database, around.sizes.many)
    settings = read({"AVROP_DATABASE": filled.address})
    both = [path_of(address) for address in (settings.database, settings.registry)]
    backups, restored = [], []
    for number in range(min(ROUNDS, around.sizes.rounds)):
        folder = around.folder / f"backups-{number}"
        with around.progress(f"{database}: backing up and restoring, round {number + 1}") as tell:
            folder.mkdir()
            start = time.perf_counter()
            for path in both:
                shutil.copyfile(path, folder / path.name)
                flush(folder / path.name)
            copied = time.perf_counter()
            backing.back_up(settings, folder / "backups", 1, system())
            backed_up = time.perf_counter()
            place = read({"AVROP_DATABASE": f"sqlite:///{folder}/restored/avrop.db"})
            restoring.restore(place, folder / "backups", Held(), None, None, system, tell)
            done = time.perf_counter()
            rebuilt = _rebuilding(around, place.database)
            shutil.rmtree(folder)
        backups.append(Block(ours=backed_up - copied, baseline=copied - start))
        restored.append(Block(ours=done - backed_up, baseline=rebuilt))
    events = spaced(filled.position)
    what = f"a backup of {events} events"
    yield row("backup", database, what, "its files copied", "s", Target(at_most=10), backups)
    what = f"it restored and verified, {events} events"
    target = Target(at_most=3)
    yield row("restore", database, what, "its read models rebuilt", "s", target, restored)


def measure_copy(around: Surroundings, database: str) -> Iterator[Row]:
    filled, blocks = around.filled(database, around.sizes.many), []
    settings = read({"AVROP_DATABASE": filled.address})
    for number in range(min(ROUNDS, around.sizes.rounds)):
        to = around.address(OTHER[database])
        with around.progress(f"{database}: copying, round {number + 1}") as tell:
            start = time.perf_counter()
            copying.copy(settings, to, Held(), system, tell)
            done = time.perf_counter()
        blocks.append(Block(ours=done - start, baseline=_rebuilding(around, to)))
        if to.startswith("sqlite"):
            for path in path_of(to).parent.glob(f"{Path(path_of(to)).stem}*"):
                path.unlink()
    what = f"{spaced(filled.position)} events copied to {OTHER[database]} and verified"
    target = Target(at_most=8)
    yield row("copy", database, what, "its read models rebuilt", "s", target, blocks)


def _rebuilding(around: Surroundings, address: str) -> float:
    """The seconds that it takes to make the read models anew."""
    with around.ledger(address) as ledger:
        start = time.perf_counter()
        ledger.views.rebuild()
        return time.perf_counter() - start
