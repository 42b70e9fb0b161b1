"""Links by which an order is answered, by the ids that the log knows them by.

A link is for one order and one person of the supplier that has it. It ends with the answer, since
an order is answered once.
"""

from datetime import date
from typing import assert_never

import msgspec
from msgspec.structs import replace

from ledger.domain import access, order
from ledger.domain.events import AnswerLinkMade, AnswerLinkRevoked, By, LinkEvent, New
from ledger.domain.given import Given, found
from ledger.domain.refusals import AlreadyExists, Fault, Forbidden, Invalid, WrongStatus

SENDERS = ("orderer", "manager", "admin")
"""Who has an order's link sent again, or revokes it."""


class MakeLink(msgspec.Struct, frozen=True, kw_only=True):
    """Let a person of the order's supplier answer it by a link, until a day."""

    link: str
    order: str
    person: str
    ends_on: date


class RevokeLink(msgspec.Struct, frozen=True, kw_only=True):
    """Let nobody answer by a link any more."""

    link: str


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A link: of which order, for whom, and whether it was revoked. `agreement` says that it moves
    no agreement's money."""

    of: str
    order: str
    organisation: str
    person: str
    ends_on: date
    revoked: bool = False
    agreement: None = None


def stream(link: str) -> str:
    """The stream of a link, by its id."""
    return f"link/{link}"


def named(given: Given, link: str) -> State | None:
    """None where it is to be made."""
    state: State | None = given.find(stream(link))
    return state


def evolve(state: State | None, event: LinkEvent, effective_on: date, by: By) -> State:
    """Never refuses."""
    match event:
        case AnswerLinkMade():
            return State(
                of=event.agreement,
                order=event.order,
                organisation=event.organisation,
                person=event.person,
                ends_on=event.ends_on,
            )
        case AnswerLinkRevoked():
            assert state is not None, "what is revoked was made"
            return replace(state, revoked=True)
        case _:
            assert_never(event)


def make(command: MakeLink, state: State | None, given: Given) -> list[New]:
    """Raises AlreadyExists, NotFound, Forbidden, WrongStatus, Invalid."""
    if state is not None:
        raise AlreadyExists(what="link", name=command.link)
    of = order.named(given, command.order)
    _require_sender(of, given)
    order.may.possible("confirm")(of, given)
    whose: access.State | None = given.find(access.stream(command.person))
    if whose is None or whose.organisation != of.supplier:
        sentence = "The person is not of the organisation that has the order."
        raise Invalid(Fault(pointer="/person", sentence=sentence))
    event = AnswerLinkMade(
        agreement=of.agreement,
        order=of.number,
        organisation=of.supplier,
        person=command.person,
        ends_on=command.ends_on,
    )
    return [New(stream(command.link), event, given.today)]


def revoke(command: RevokeLink, state: State | None, given: Given) -> list[New]:
    """Raises NotFound, Forbidden, WrongStatus where it is revoked already."""
    one: State = found(given.find, "link", command.link) if state is None else state
    _require_sender(order.named(given, one.order), given)
    if one.revoked:
        raise WrongStatus(name=command.link, status="ended", action="end", needed="current")
    event = AnswerLinkRevoked(agreement=one.of, order=one.order, organisation=one.organisation)
    return [New(stream(command.link), event, given.today)]


def _require_sender(of: order.State, given: Given) -> None:
    """Its buyer's, or the ledger's own. Raises NotAParty, Forbidden."""
    if access.is_ledgers_own(given.by):
        return
    if given.by.role not in SENDERS:
        raise Forbidden(roles=", ".join(SENDERS), held=given.by.role)
    order.may.own(of, given)
    order.may.orderers_own(of, given.by)
