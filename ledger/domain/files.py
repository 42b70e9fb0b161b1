"""Received files that wait for an order: what people decide of them, by the SHA-256 of each.

That a file was recorded is told by its drawdown, which names the file.
"""

from datetime import date
from typing import assert_never

import msgspec
from msgspec.structs import replace

from ledger.domain.events import By, FileDiscarded, FileEvent, FileRemoved, FileReturned, New
from ledger.domain.given import Given


class DiscardFile(msgspec.Struct, frozen=True, kw_only=True):
    """Take a file out of the queue, or out of one organisation's alone (`own`), and say why."""

    file: str
    reason: str
    own: str = ""


class ReturnFile(msgspec.Struct, frozen=True, kw_only=True):
    """Let a file that was discarded wait again."""

    file: str


class RemoveFile(msgspec.Struct, frozen=True, kw_only=True):
    """Say that what a file held goes, which came in on a day and has so many bytes."""

    file: str
    received_on: date
    bytes: int


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How often a file was discarded, and by which organisations that did not let it wait again
    (`aside`): what one puts aside may wait for another. `removed` says that what it held is here no
    longer, `agreement` that it is no agreement's."""

    discarded: int = 0
    aside: tuple[str, ...] = ()
    removed: bool = False
    agreement: None = None


def stream(file: str) -> str:
    """The stream of a file, by its SHA-256."""
    return f"file/{file}"


def named(given: Given, file: str) -> State:
    """A file of which nothing is recorded yet is one like another."""
    state: State = given.find(stream(file)) or State()
    return state


def evolve(state: State | None, event: FileEvent, effective_on: date, by: By) -> State:
    """Never refuses."""
    state = state or State()
    match event:
        case FileDiscarded():
            aside = tuple(dict.fromkeys((*state.aside, by.organisation)))
            return replace(state, discarded=state.discarded + 1, aside=aside)
        case FileReturned():
            return replace(state, aside=tuple(n for n in state.aside if n != by.organisation))
        case FileRemoved():
            return replace(state, removed=True)
        case _:
            assert_never(event)


def discard(command: DiscardFile, state: State, given: Given) -> list[New]:
    event = FileDiscarded(reason=command.reason, own=command.own)
    return [New(stream(command.file), event, given.today)]


def put_back(command: ReturnFile, state: State, given: Given) -> list[New]:
    return [New(stream(command.file), FileReturned(), given.today)]


def remove(command: RemoveFile, state: State, given: Given) -> list[New]:
    event = FileRemoved(received_on=command.received_on, bytes=command.bytes)
    return [New(stream(command.file), event, given.today)]
