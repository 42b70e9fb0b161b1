"""Received files whose years of keeping are over: which they are, and letting them go.

LKBR 2018:597 3 kap.: accounting material is kept to the end of the seventh year after the one that
it belongs to, which is taken to be the one in which the file came. The log stays as it is: of each
file that goes it gets a fact, under the file's SHA-256.
"""

from collections.abc import Callable, Sequence
from datetime import date

from ledger import people
from ledger.bounds import ACCOUNTING_YEARS
from ledger.domain import files
from ledger.keeping import CannotKeep
from ledger.opening import Ledger
from ledger.registry.retention import OldFile, forget, received_before
from ledger.wording import words

Progress = Callable[[int, int], None]


def past(opened: Ledger, year: int) -> list[OldFile]:
    """Files that came before a year, the oldest first; those that wait in the queue are not
    accounted for yet, and stay. Raises CannotKeep where some have to be kept."""
    newest = opened.today.year - ACCOUNTING_YEARS
    if year > newest:
        raise CannotKeep(
            words(
                "Files of {year} have to be kept to the end of {until}: say --before {newest} at "
                "the latest.",
                year=str(newest),
                until=str(opened.today.year),
                newest=str(newest),
            )
        )
    return received_before(opened.registry, date(year, 1, 1))


def remove(opened: Ledger, some: Sequence[OldFile], progress: Progress | None = None) -> None:
    """Let files go, each after the fact that says so: interrupted, it can be asked again."""
    by = people.server(opened.service, opened.registry)
    for done, one in enumerate(some, 1):
        state: files.State | None = opened.service.load(files.stream(one.sha256))[1]
        if state is None or not state.removed:
            command = files.RemoveFile(
                file=one.sha256, received_on=one.received_on, bytes=one.bytes
            )
            opened.service.execute(command, by)
        forget(opened.registry, one.sha256)
        if progress is not None:
            progress(done, len(some))
