"""A bundle out of the live log: all of it, or what belongs to one agreement."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ledger import codec
from ledger.audit import bundle, published, timestamp
from ledger.audit.bundle import BundleRefused, Contents, Leaf
from ledger.audit.check import check_row
from ledger.audit.entry import Row, make
from ledger.audit.note import VerifierKey
from ledger.bounds import JOB_STEPS
from ledger.domain import agreement, files
from ledger.domain.access import RecordBundleRead
from ledger.domain.events import (
    AnswerLinkMade,
    By,
    CompetitionAnswered,
    CompetitionOpened,
    DrawdownRecorded,
    OffersOpened,
    OrderPlaced,
)
from ledger.domain.refusals import NotFound
from ledger.service import Service
from ledger.snapshots import fold
from ledger.store import Store

Watch = Callable[[int, int], None]
"""Is told now and then how far it is: so many, of how many. What it raises ends the work."""


def nobody(done: int, total: int) -> None:
    """Nobody watches."""


def _watched(rows: Iterable[Row], done: int, total: int, watch: Watch) -> Iterator[Row]:
    for at, row in enumerate(rows, done):
        if at % JOB_STEPS == 0:
            watch(at, total)
        yield row


class Book:
    """The agreements of the log up to a size: their states, and which streams belong to them."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}
        self.states: dict[str, Any] = {}
        self.last: dict[str, int] = {}
        self.offers: dict[int, tuple[str, int]] = {}
        self._sealed: set[tuple[str, int]] = set()

    def take(self, row: Row) -> None:
        assert row.stored is not None, "a row without its event is a finding"
        fact = codec.decode(row.stream, row.version, row.name, row.stored)
        if row.stream.startswith("agreement/"):
            number = row.stream.removeprefix("agreement/")
            self.of[row.stream] = number
            self.states[number] = fold(row.stream, self.states.get(number), fact)
            self._take_offer(number, row.index, fact.event)
        elif isinstance(fact.event, OrderPlaced | DrawdownRecorded):
            self.of[row.stream] = fact.event.agreement
            if isinstance(fact.event, DrawdownRecorded) and fact.event.source is not None:
                self.of[files.stream(fact.event.source.sha256)] = fact.event.agreement
        elif isinstance(fact.event, AnswerLinkMade):
            self.of[row.stream] = fact.event.agreement
        self.last[self.of.get(row.stream, "")] = row.index

    def _take_offer(self, number: str, index: int, event: object) -> None:
        match event:
            case CompetitionOpened(sealed=True):
                self._sealed.add((number, event.number))
            case OffersOpened():
                self._sealed.discard((number, event.number))
            case CompetitionAnswered():
                self.offers[index] = number, event.number
            case _:
                pass

    @property
    def sealed(self) -> frozenset[int]:
        """The entries that are offers which nobody has opened yet."""
        return frozenset(at for at, one in self.offers.items() if one in self._sealed)


def write(
    store: Store,
    folder: Path,
    out: BinaryIO,
    number: str | None = None,
    witnesses: tuple[VerifierKey, ...] = (),
    watch: Watch = nobody,
) -> published.Published:
    """Write a bundle of the newest checkpoint in the notary's folder, of one agreement or of all.
    What was offered in a competition and is not opened yet is left out, and listed.

    Raises NotFound, NotPublished, TimestampRefused, and BundleRefused where the log is not what was
    signed.
    """
    newest = published.read(folder)
    size = newest.checkpoint.size
    book = Book()
    for index, row in enumerate(_watched(store.leaves.every(size), 0, 2 * size, watch)):
        if finding := check_row(row, index):
            raise BundleRefused(finding.sentence)
        book.take(row)
    if number is not None and agreement.stream(number) not in book.of:
        raise NotFound(what="agreement", name=number)
    states = book.states if number is None else {number: book.states[number]}
    sealed = frozenset(at for at in book.sealed if number is None or book.offers[at][0] == number)
    contents = Contents(
        key=newest.key,
        newest=newest.note,
        whole=number is None and not sealed,
        sealed=tuple(sorted(sealed)),
        earlier=published.earlier(folder, newest),
        witnesses=witnesses,
        stamps=tuple(s for s in timestamp.kept(folder, newest.key) if s.size <= size),
        figures={name: bundle.claims(state) for name, state in states.items()},
        chosen=() if number is None else (book.last[number],),
    )
    leaves = (
        _leaf(row, number, book, sealed=row.index in sealed)
        for row in _watched(store.leaves.every(size), size, 2 * size, watch)
    )
    bundle.write(out, contents, leaves)
    return newest


def read(
    service: Service,
    folder: Path,
    out: BinaryIO,
    by: By,
    number: str | None = None,
    witnesses: tuple[VerifierKey, ...] = (),
    watch: Watch = nobody,
) -> published.Published:
    """Write a bundle and record who is given it: nobody gets one that could not be recorded.

    Raises what `write` does, and Unavailable.
    """
    newest = write(service.store, folder, out, number, witnesses, watch)
    command = RecordBundleRead(
        person=by.person,
        scope=number or "",
        size=newest.checkpoint.size,
        root=newest.checkpoint.root.hex(),
    )
    service.execute(command, by)
    return newest


def _leaf(row: Row, number: str | None, book: Book, *, sealed: bool) -> Leaf:
    if row.leaf is None or row.stored is None:
        raise BundleRefused(f"entry {row.index} is gone")
    if sealed or (number is not None and book.of.get(row.stream) != number):
        return Leaf(row.leaf, None)
    return Leaf(row.leaf, make(row.index, row.stream, row.version, row.name, row.stored))
