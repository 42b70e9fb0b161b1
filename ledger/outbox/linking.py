"""Links by which an order is answered: for whom one is made, and until when.

That a link is made is said in the log first: what then fails leaves a fact of a link whose secret
nobody has, and never a link of which the log says nothing.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import date, timedelta

from msgspec.structs import replace

from ledger import people
from ledger.bounds import LINK_DAYS
from ledger.domain import access, links, order
from ledger.domain.events import By
from ledger.domain.refusals import AlreadyExists, SeveralOfThatName
from ledger.opening import Ledger
from ledger.registry import links as kept
from ledger.registry import mail, outbox
from ledger.registry.links import Link
from ledger.registry.outbox import Message


def made(ledger: Ledger, state: order.State, id: str, by: By) -> tuple[str, Link] | None:
    """The secret of a new link of an order, and the link; None where its supplier has no address of
    record, or has ended that anybody answers by it. The same id again is the same link in the log.
    Raises a Refusal, as where the order is not waiting for an answer."""
    way = mail.of(ledger.registry, state.supplier)
    person = None if way is None else reader(ledger, state.supplier, way.address)
    if person is None:
        return None
    ends_on = last_day(state, ledger.today)
    command = links.MakeLink(link=id, order=state.number, person=person, ends_on=ends_on)
    with suppress(AlreadyExists):
        ledger.service.execute(command, by, now=ledger.now)
    link = Link(id=id, order=state.number, person=person)
    return secrets.token_urlsafe(32), link


def reader(ledger: Ledger, supplier: str, address: str) -> str | None:
    """The person of a supplier who answers what comes to its address of record: somebody of that
    name, made and let answer where there is nobody; None where that was ended: who ended it grants
    it again."""
    service, registry = ledger.service, ledger.registry
    by = people.server(service, registry, ledger.now)
    try:
        person = people.person(service, registry, address, supplier, by, ledger.now)
    except SeveralOfThatName as several:
        person = str(several.figures["ids"]).split(", ")[0]
    given = people.state_of(service, person)
    if "supplier" in {one.role for one in given.roles}:
        return person if "supplier" in access.held(given, ledger.today) else None
    people.grant(service, registry, person, ("supplier",), by, ledger.now)
    return person


def renewed(ledger: Ledger, message: Message, address: str) -> Message:
    """The message with a link of whoever reads mail to the address that it goes to: a new one, or
    none, where the address of record is another than when it was made. Raises a Refusal, as where
    the order is not waiting for an answer any more."""
    registry = ledger.registry
    if not message.secret:
        return message
    number = str(message.figures["order"])
    (person,) = (
        one.person for one in kept.of_order(registry, number) if one.id == message.figures["link"]
    )
    if registry.names({person}).get(person) == address:
        return message
    state: order.State = ledger.service.load(order.stream(number))[1]
    by = people.server(ledger.service, registry, ledger.now)
    link = made(ledger, state, outbox.id_of(message.id, address)[:16], by)
    secret, id = ("", "") if link is None else (link[0], link[1].id)
    found = replace(message, secret=secret, figures={**message.figures, "link": id})
    outbox.keep_again(registry, found, link)
    return found


def last_day(state: order.State, today: date) -> date:
    """The last day of a new link: that of the answer, and at most LINK_DAYS from today."""
    most = today + timedelta(days=LINK_DAYS)
    return most if state.respond_by is None else min(most, state.respond_by)
