"""What the service hands to the log, and how the log says that it was not taken."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from ledger import codec
from ledger.domain.events import By, Fact, New


class VersionTaken(Exception):
    """Somebody else wrote to one of the streams, or with the same request, first."""


class ClockBehind(Exception):
    """The log's newest fact was recorded later than what would be appended."""

    def __init__(self, newest: datetime) -> None:
        super().__init__(newest)
        self.newest = newest


def require_forward(newest: bytes | None, recorded_at: datetime) -> None:
    """Raises ClockBehind where the newest stored fact, as its bytes say, is a later one."""
    moment = None if newest is None else codec.recorded_at(newest)
    if moment is not None and moment > recorded_at:
        raise ClockBehind(moment)


class StoredFact(NamedTuple):
    """A row of the log as it is stored; `id` is its position."""

    id: int
    originator_id: str
    originator_version: int
    topic: str
    state: bytes


class Unreadable(ValueError):
    """A fact that this version of the program does not know: its position, its stored name, and the
    facts that were asked for and stand before it."""

    def __init__(self, position: int, name: str, before: list[Fact]) -> None:
        super().__init__(f"no fact is known that is stored as {name!r}, at position {position}")
        self.position, self.name, self.before = position, name, before


class NotInitialised(Exception):
    """The database has no log yet: `avrop init` makes one."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request's key, its body's digest, and, once done, the resource version that answers it.

    `former` is its digest as versions before 0.2 took it: of the bytes as they were sent.
    """

    key: str
    digest: str
    stream: str = ""
    version: int = 0
    former: str = ""


Lot = tuple[Sequence[tuple[str, int, str, bytes]], Sequence[Request]]
"""Events as they are stored, and the requests that end with them: a part of what is one."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What one command records: its facts come after the versions that it relied on."""

    facts: Sequence[New]
    versions: dict[str, int]
    by: By
    recorded_at: datetime
    request: Request

    def fact(self, new: New, version: int, position: int = 0, receipt: str = "") -> Fact:
        """One of the facts as it is stored; without a position, as it would be."""
        return Fact(
            stream=new.stream,
            version=version,
            event=new.event,
            by=self.by,
            recorded_at=self.recorded_at,
            effective_on=new.effective_on,
            request=self.request.key,
            rules=codec.RULES,
            position=position,
            receipt=receipt,
            seal=new.seal,
        )
