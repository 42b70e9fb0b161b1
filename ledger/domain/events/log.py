"""What is recorded of the log itself."""

from typing import ClassVar

from ledger.domain.events.parts import Event


class LogRestored(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An earlier copy of the log was put back, and goes on: its first `size` entries, with their
    `root` in hexadecimal. `known` is the largest size that a checkpoint held elsewhere has: what is
    between is lost (0: nothing is known of it). It was signed as `origin`, and is signed as
    `goes_on_as` from here; empty where nobody signed or signs."""

    stored: ClassVar[str] = "log-restored"
    size: int
    root: str
    known: int = 0
    origin: str = ""
    goes_on_as: str = ""
