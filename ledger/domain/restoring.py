"""The log itself: that an earlier copy of it was put back and goes on, which its notary, and
whoever holds a later checkpoint, has to be told."""

from datetime import date

import msgspec
from msgspec.structs import replace

from ledger.domain.events import By, LogRestored, New
from ledger.domain.given import Given

STREAM = "log/restored"


class GoOn(msgspec.Struct, frozen=True, kw_only=True):
    """Let a log that was put back go on: see `LogRestored`."""

    size: int
    root: str
    known: int = 0
    origin: str = ""
    goes_on_as: str = ""
    log: str = "restored"


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Each time that the log was put back. `agreement` says that it is no agreement's."""

    restored: tuple[LogRestored, ...] = ()
    agreement: None = None


def stream(log: str) -> str:
    """The one stream of the log itself."""
    return f"log/{log}"


def named(given: Given, log: str) -> State:
    """A log that was never put back is one like another."""
    state: State = given.find(stream(log)) or State()
    return state


def evolve(state: State | None, event: LogRestored, effective_on: date, by: By) -> State:
    """Never refuses."""
    state = state or State()
    return replace(state, restored=(*state.restored, event))


def go_on(command: GoOn, state: State, given: Given) -> list[New]:
    event = LogRestored(
        size=command.size,
        root=command.root,
        known=command.known,
        origin=command.origin,
        goes_on_as=command.goes_on_as,
    )
    return [New(stream(command.log), event, given.today)]
