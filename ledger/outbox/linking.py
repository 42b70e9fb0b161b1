"""Links by which an order is answered: for whom one is made, and until when.

That a link is made is said in the log first: what then fails leaves a fact of a link whose secret
nobody has, and never a link of which the log says nothing.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import date, timedelta

from ledger import people
from ledger.bounds import LINK_DAYS
from ledger.domain import links, order
from ledger.domain.events import By
from ledger.domain.refusals import AlreadyExists, SeveralOfThatName
from ledger.opening import Ledger
from ledger.registry import mail
from ledger.registry.links import Link


def made(ledger: Ledger, state: order.State, id: str, by: By) -> tuple[str, Link] | None:
    """The secret of a new link of an order, and the link; None where its supplier has no address of
    record. The same id again is the same link in the log. Raises a Refusal, as where the order is
    not waiting for an answer."""
    way = mail.of(ledger.registry, state.supplier)
    if way is None:
        return None
    person = reader(ledger, state.supplier, way.address)
    ends_on = last_day(state, ledger.today)
    command = links.MakeLink(link=id, order=state.number, person=person, ends_on=ends_on)
    with suppress(AlreadyExists):
        ledger.service.execute(command, by, now=ledger.now)
    link = Link(id=id, order=state.number, person=person)
    return secrets.token_urlsafe(32), link


def reader(ledger: Ledger, supplier: str, address: str) -> str:
    """The person of a supplier who answers what comes to its address of record: somebody of that
    name, made and let answer where there is nobody."""
    service, registry = ledger.service, ledger.registry
    by = people.server(service, registry, ledger.now)
    try:
        person = people.person(service, registry, address, supplier, by, ledger.now)
    except SeveralOfThatName as several:
        person = str(several.figures["ids"]).split(", ")[0]
    people.grant(service, registry, person, ("supplier",), by, ledger.now)
    return person


def last_day(state: order.State, today: date) -> date:
    """The last day of a new link: that of the answer, and at most LINK_DAYS from today."""
    most = today + timedelta(days=LINK_DAYS)
    return most if state.respond_by is None else min(most, state.respond_by)
