"""A received file as it is read: once, when it comes, and kept; and as it is read for the log,
where what numbers an invoice by a person stands aside."""

import hashlib
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
from msgspec.structs import replace

from ledger import deadline, documents
from ledger.bounds import ANSWER_SECONDS, DEAR_SECONDS
from ledger.documents import FORMATS
from ledger.documents.faults import DocumentFaults
from ledger.documents.peppol_invoice import Invoice
from ledger.domain import personal
from ledger.domain.refusals import Fault, Invalid, TookTooLong
from ledger.registry import Document, Registry, readings

_LEVEL = 1
"""How hard a reading is compressed: a hundred lines are alike, and it is read at each look."""
_decoder = msgspec.json.Decoder(Invoice)


@cache
def reader() -> str:
    """The digest of the readers as they are: what another version of them found is read anew."""
    files = sorted(Path(documents.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def keep(sha256: str, invoice: Invoice, registry: Registry) -> None:
    """Keep what was read of a file that is kept."""
    reading = zlib.compress(msgspec.json.encode(invoice), _LEVEL)
    readings.keep(registry, sha256, reader(), reading)


def read_kept(document: Document, registry: Registry) -> Invoice:
    """A kept file as it was read; by the reader of today, where another one did. Raises
    DocumentFaults where that refuses what an earlier one took; TookTooLong where that took longer
    than somebody waits, who finds it read then when they ask again."""
    found = readings.kept(registry, document.sha256, reader())
    if found is not None:
        return _decoder.decode(zlib.decompress(found))
    with deadline.apart(DEAR_SECONDS):
        invoice = FORMATS[document.format](document.content)
        keep(document.sha256, invoice, registry)
    deadline.look()
    if not deadline.leaves(0.0):
        raise TookTooLong(seconds=round(ANSWER_SECONDS))
    return invoice


def read_in(document: Document, registry: Registry) -> Invoice:
    """The same as it is read for the log. Raises Invalid with every fault of it."""
    return for_log(in_words(lambda: read_kept(document, registry)), registry)


def in_words(read: Callable[[], Invoice]) -> Invoice:
    """What is read. Raises Invalid with every fault of a file that is no sound e-invoice."""
    try:
        return read()
    except DocumentFaults as error:
        raise Invalid(
            *(Fault(pointer=f.place, sentence=f.message, figures=f.figures) for f in error.faults)
        ) from error


def for_log(invoice: Invoice, registry: Registry) -> Invoice:
    """The invoice, with an opaque id in its number, and in those of the invoices that it names
    (BG-3), where a personal number is written: the same each time, so that no two become one and
    a credit finds its invoice. What it stands for is in the registry, where it can be erased.
    """

    def apart(number: str) -> str:
        return personal.without(number, numbered=True, stand_in=registry.party)

    credits = tuple(replace(one, number=apart(one.number)) for one in invoice.credits)
    return replace(invoice, number=apart(invoice.number), credits=credits)
