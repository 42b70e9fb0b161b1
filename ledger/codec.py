"""Fact ↔ canonical JSON bytes. What is stored is never re-serialised; old shapes are lifted here.

The bytes are JSON with sorted members, no white space, whole numbers only: what RFC 8785 gives
for the same value (a test compares the two).
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import msgspec

from ledger.bounds import MAX_EVENT
from ledger.domain.events import NAME_OF, NAMES, By, Event, Fact, New
from ledger.domain.refusals import Fault, Invalid

RULES = 8
"""The version of the rules that decisions are made by; each fact says which it was."""

E = TypeVar("E")


class Stored(msgspec.Struct, Generic[E], frozen=True, kw_only=True):
    """A fact as it is stored: the payload under `data`, the envelope around it."""

    by: By
    data: E
    effective_on: date
    recorded_at: datetime
    request: str
    rules: int
    seal: str | msgspec.UnsetType = msgspec.UNSET


class _Recorded(msgspec.Struct):
    recorded_at: datetime


Lift = Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]

LIFTS: dict[str, Lift] = {}
"""Old stored name → from its `data` to a newer name and its `data`. The bytes stay as they are."""

_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(Stored[event])  # type: ignore[valid-type]
    for name, event in NAMES.items()
}
_MOMENTS = msgspec.json.Decoder(_Recorded)
_LOOSE: msgspec.json.Decoder[Stored[Any]] = msgspec.json.Decoder(Stored[Any])


def encode(new: New, by: By, recorded_at: datetime, request: str) -> tuple[str, bytes]:
    """The stored name and bytes of a new fact. Raises Invalid where it is too large to keep."""
    data = enclosed(new.event, new.effective_on, by, recorded_at, request, new.seal)
    if len(data) > MAX_EVENT:
        raise Invalid(
            Fault(
                pointer="",
                sentence="The request is too large to record: {size} bytes, at most {most}.",
                figures={"size": str(len(data)), "most": str(MAX_EVENT)},
            )
        )
    return NAME_OF[type(new.event)], data


def enclosed(
    event: Event | msgspec.Raw,
    effective_on: date,
    by: By,
    recorded_at: datetime,
    request: str,
    seal: str = "",
) -> bytes:
    """The stored bytes of a fact, also of one that is written already as `written` does."""
    return _ENCODER.encode(
        Stored(
            by=by,
            data=event,
            effective_on=effective_on,
            recorded_at=recorded_at,
            request=request,
            rules=RULES,
            seal=seal or msgspec.UNSET,
        )
    )


def written(event: Event) -> bytes:
    """What stored bytes have of an event within its envelope."""
    return _ENCODER.encode(event)


def recorded_at(data: bytes) -> datetime | None:
    """When stored bytes were recorded; None where they do not say it."""
    try:
        return _MOMENTS.decode(data).recorded_at
    except msgspec.DecodeError:
        return None


def decode(stream: str, version: int, name: str, data: bytes, position: int = 0) -> Fact:
    """The fact behind stored bytes. Raises ValueError for a name or shape that nobody knows."""
    decoder = _DECODERS.get(name)
    if decoder is not None:
        stored = decoder.decode(data)
        event: Event = stored.data
    else:
        stored = _LOOSE.decode(data)
        event = _lifted(name, stored.data)
    return Fact(
        stream=stream,
        version=version,
        event=event,
        by=stored.by,
        recorded_at=stored.recorded_at,
        effective_on=stored.effective_on,
        request=stored.request,
        rules=stored.rules,
        position=position,
        seal=stored.seal or "",
    )


def _lifted(name: str, data: dict[str, Any]) -> Event:
    while name not in NAMES:
        if name not in LIFTS:
            raise ValueError(f"no fact is stored under the name {name!r}")
        name, data = LIFTS[name](data)
    return msgspec.convert(data, NAMES[name])
