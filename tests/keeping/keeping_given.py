"""Processes that write to a ledger meanwhile, and a backup with a place to restore it."""

import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from ledger import people, verifying
from ledger.audit import notary
from ledger.config import read
from ledger.keeping import CannotKeep, restoring
from ledger.keeping.backing import back_up
from ledger.keeping.manifest import MANIFEST
from ledger.opening import open_ledger
from ledger.verifying import Held
from tests.audit.audit_given import KEY
from tests.clock import STARTED

_FORKED = multiprocessing.get_context("fork")
"""A process that has to load everything first would take most of a test's time."""


def _write(address: str, name: str) -> None:
    """Makes people, each of whom is in the registry and then in the log, until it is killed."""
    opened = open_ledger(read({"AVROP_DATABASE": address}))
    for number in range(100_000):
        whose = f"Person {number} of {name}"
        people.let_in(opened.service, opened.registry, whose, "2120002403", ("manager",))


@contextmanager
def writers(address: str, count: int = 2) -> Iterator[list[BaseProcess]]:
    """Processes that write to a database, and are killed at the end."""
    found = [_FORKED.Process(target=_write, args=(address, str(n))) for n in range(count)]
    for one in found:
        one.start()
    try:
        yield found
    finally:
        for one in found:
            one.kill()
            one.join()


def forked(act, *arguments) -> BaseProcess:
    """Something done in a process of its own, which has ended."""
    process = _FORKED.Process(target=act, args=arguments)
    process.start()
    process.join(60)
    return process


NOTHING = Held()


class Drill:
    """A ledger with a backup of it, and another machine to restore it on."""

    def __init__(self, ledger, folder: Path) -> None:
        self.ledger, self.backups = ledger, folder / "backups"
        self.elsewhere = folder / "elsewhere" / "avrop.db"
        self.settings = read({"AVROP_DATABASE": f"sqlite:///{self.elsewhere}"})
        self.made = back_up(ledger.settings, self.backups, 14, ledger.now)

    def restore(self, outside=NOTHING, ended=None, going_on=None) -> restoring.Restored:
        return restoring.restore(self.settings, self.backups, outside, ended, going_on, STARTED)

    def refused(self, outside=NOTHING, going_on=None) -> str:
        """Why it was not restored; there is nothing then."""
        before = sorted(self.elsewhere.parent.glob("*"))
        with pytest.raises(CannotKeep) as refused:
            self.restore(outside, going_on=going_on)
        assert sorted(self.elsewhere.parent.glob("*")) == before
        assert not list(self.elsewhere.parent.glob(".*restoring"))
        return str(refused.value)

    def opened(self):
        opened = open_ledger(self.settings, STARTED)
        opened.check()
        return opened

    def change(self, **members) -> None:
        """Have the manifest say something else."""
        path = self.made.folder / MANIFEST
        said = json.loads(path.read_text())
        path.write_text(json.dumps({**said, **members}))


def signed(ledger, folder: Path) -> Held:
    """A checkpoint of the ledger as it is, held elsewhere."""
    signing = notary.Notary(key=KEY, state=folder / "state", folder=folder / "notary")
    kept = folder / "held"
    kept.write_bytes(notary.cycle(signing, ledger.store.leaves).data)
    return verifying.held(None, [kept], KEY.verifier)
