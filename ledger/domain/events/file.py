"""What is recorded of a received file that is no invoice of an order: what people made of it."""

from datetime import date
from typing import ClassVar

from ledger.domain.events.parts import Event


class FileDiscarded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A waiting file was said to belong to no order, and waits no more. `own` is the organisation
    in whose queue alone it no longer waits; empty: in nobody's."""

    stored: ClassVar[str] = "file-discarded"
    reason: str
    own: str = ""


class FileReturned(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A file that was discarded waits again: somebody tried it anew, or it came to another."""

    stored: ClassVar[str] = "file-returned"


class FileRemoved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What the file held is here no longer: it was kept as long as accounting rules ask. It came in
    on a day and had so many bytes; its stream is named by their SHA-256."""

    stored: ClassVar[str] = "file-removed"
    received_on: date
    bytes: int


FileEvent = FileDiscarded | FileReturned | FileRemoved
