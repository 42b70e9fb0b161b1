"""A worker as a process of its own, which a test may kill."""

import sys

from ledger.config import Settings
from ledger.opening import open_ledger
from ledger.outbox.worker import Occupied, Worker, listen
from tests.clock import SetClock


def work(settings: Settings, begins: SetClock) -> None:
    """As `avrop worker` does, without a pause between two looks."""
    opened = open_ledger(settings, begins)
    worker = Worker(opened, pause=0.01)
    listen(worker)
    try:
        worker.run()
    except Occupied:
        sys.exit(3)
