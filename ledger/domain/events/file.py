"""What is recorded of a received file that is no invoice of an order: what people made of it."""

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


FileEvent = FileDiscarded | FileReturned
