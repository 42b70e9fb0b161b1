"""Numbers of agreements and orders, found in whatever case they are written.

An exact match goes first. Answers give the number as it was signed; somebody who may not see what
it names is told of it as they wrote it, as of a number that there is not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from ledger.domain import agreement, numbering, order
from ledger.projections import agreements
from ledger.projections.seeing import Visible, organisations

if TYPE_CHECKING:
    from ledger.projections import Views
    from ledger.service import Service


class Opened(Protocol):
    """A ledger, or whatever else knows its log and its read models."""

    @property
    def service(self) -> Service: ...

    @property
    def views(self) -> Views: ...


_ORDER = re.compile(r"(.+)(-\d{4,9})", re.ASCII)


def agreement_number(ledger: Opened, written: str, visible: Visible = None) -> str:
    """An agreement's number as it was signed; as it is written where there is none to be seen."""
    service = ledger.service
    if service.known(agreement.stream(written)) is not None or not written.isascii():
        return written
    if service.load(agreement.stream(written))[1] is not None:
        return written
    taken: numbering.State | None = service.load(numbering.stream(written))[1]
    found = [taken.number] if taken is not None else _signed_before(ledger, written)
    seen = [number for number in found if _is_seen(ledger, number, visible)]
    return seen[0] if len(seen) == 1 else written


def order_number(ledger: Opened, written: str, visible: Visible = None) -> str:
    """An order's number: its agreement's as that was signed, and its place."""
    parts = _ORDER.fullmatch(written)
    if parts is None or ledger.service.known(order.stream(written)) is not None:
        return written
    return agreement_number(ledger, parts[1], visible) + parts[2]


def is_taken(ledger: Opened, number: str) -> str | None:
    """A number that differs from this by case alone, if an agreement has it."""
    others = [one for one in _signed_before(ledger, number) if one != number]
    return others[0] if others else None


def _signed_before(ledger: Opened, written: str) -> list[str]:
    """Numbers that were signed before each took its folded one, by the read model."""
    ledger.views.catch_up()
    with ledger.views.database.reading() as connection:
        return agreements.folded(connection, numbering.fold(written))


def _is_seen(ledger: Opened, number: str, visible: Visible) -> bool:
    state: agreement.State | None = ledger.service.load(agreement.stream(number))[1]
    if state is None or visible is None:
        return state is not None
    parties = {party.organisation for party in (*state.buyers, *state.suppliers)}
    return not parties.isdisjoint(organisations(visible))
