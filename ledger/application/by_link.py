"""An order that is answered by a link: whether the link may be used, as whom, and once.

All of it stands in the log: that the link was made and until when, that it was revoked, and, by the
request's key, that it was used. The registry only knows which secret is whose.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Literal

import msgspec

from ledger import people
from ledger.application.asker import Asker, asking
from ledger.application.doing import LINK_KEY
from ledger.bounds import LINK_DAYS
from ledger.domain import links, order
from ledger.domain.events import Fact
from ledger.opening import Ledger
from ledger.registry import mail
from ledger.registry.links import Link, find
from ledger.store import Request

Why = Literal["", "unknown", "used", "over", "ended", "revoked", "answered"]
"""Why a link answers nothing; empty: it does. `used`: what came of it is shown yet, and `over` that
it is not any more. `answered`: its order waits for no answer of its organisation any more, and not
by this link."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A link as it stands: what the log has of it, its order now, and why it may not be used."""

    why: Why
    link: Link | None = None
    made: links.State | None = None
    state: order.State | None = None

    @property
    def works(self) -> bool:
        return not self.why


def standing(ledger: Ledger, secret: str) -> Standing:
    """Of the link with a secret. Looking takes nothing."""
    link = find(ledger.registry, secret)
    if link is None:
        return Standing(why="unknown")
    made: links.State | None = ledger.service.load(links.stream(link.id))[1]
    state: order.State | None = ledger.service.load(order.stream(link.order))[1]
    if made is None or state is None:
        return Standing(why="unknown")
    return Standing(why=_why(ledger, link, made, state), link=link, made=made, state=state)


def _why(ledger: Ledger, link: Link, made: links.State, state: order.State) -> Why:
    if made.revoked or not _reads(ledger, link.person, made.organisation):
        return "revoked"
    if ledger.store.find_request(key_of(link)) is not None:
        over = made.ends_on + timedelta(days=LINK_DAYS)
        return "used" if ledger.today <= over else "over"
    if state.status != "placed" or state.supplier != made.organisation:
        return "answered"
    return "ended" if ledger.today > made.ends_on else ""


def _reads(ledger: Ledger, person: str, organisation: str) -> bool:
    """Whether a link's person still answers for the organisation: in the role of supplier, and by
    the address that is its address of record now."""
    if "supplier" not in people.roles_of(ledger.service, person, ledger.today):
        return False
    way = mail.of(ledger.registry, organisation)
    return way is not None and ledger.registry.names({person}).get(person) == way.address


def asker_of(ledger: Ledger, found: Standing, language: str) -> Asker:
    """The person whose link it is, who acts for the supplier and as nothing else."""
    assert found.link is not None, "a link that is none is nobody's"
    assert found.made is not None, "a link that is none is nobody's"
    role = ("supplier",)
    return asking(ledger, found.link.person, found.made.organisation, role, role, language)


def key_of(link: Link) -> str:
    """The key of the one request that a link is good for, as the log has it."""
    return f"{link.person}:{LINK_KEY}{link.id}"


def is_by_link(fact: Fact) -> bool:
    """Whether it was recorded by a link."""
    return fact.request.startswith(f"{fact.by.person}:{LINK_KEY}")


def once(link: Link, name: str, body: Any) -> Request:
    """That request, with what is asked: the same again is answered as the first time, and anything
    else is refused."""
    asked = msgspec.json.encode([name, body], order="sorted")
    return Request(key=key_of(link), digest=hashlib.sha256(asked).hexdigest())


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A link as its order's buyer sees it: to whom, until when, and how it stands."""

    id: str
    person: str
    ends_on: Any
    why: Why


def of_order(ledger: Ledger, state: order.State) -> list[Shown]:
    """The links of an order that may still be used, or that were."""
    from ledger.registry.links import of_order as kept

    found = []
    for link in kept(ledger.registry, state.number):
        made: links.State | None = ledger.service.load(links.stream(link.id))[1]
        if made is not None:
            why = _why(ledger, link, made, state)
            found.append(Shown(id=link.id, person=link.person, ends_on=made.ends_on, why=why))
    return found
