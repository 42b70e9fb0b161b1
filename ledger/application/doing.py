"""Doing an act: who may, the request's key, the version, and what the asker may see of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace

from ledger import numbers
from ledger.application import seeing, versions
from ledger.application.acts.act import Act, Members
from ledger.application.answers import resource_of
from ledger.application.asker import Asker
from ledger.application.judging import Decision, judge_anew
from ledger.bounds import KEY_LENGTH
from ledger.deciding import Command
from ledger.domain import agreement, drawdown, order, organisation, personal
from ledger.domain.drawdown import MatchCredit, Part, RecordDrawdown
from ledger.domain.drawdown import State as DrawdownState
from ledger.domain.events import By, DrawdownRecorded
from ledger.domain.refusals import CapExceeded, Fault, Invalid
from ledger.projections import drawdowns as rows
from ledger.projections import orders as order_rows
from ledger.projections.seeing import Part as Suppliers
from ledger.projections.seeing import is_hidden
from ledger.service import Outcome
from ledger.store import Request

LINK_KEY = "link-"
"""What the key of a request begins with that a link out of a mail is good for."""
IDEMPOTENCY_KEY = rf"^(?!{LINK_KEY})[!-~](?:[ -~]{{0,{KEY_LENGTH - 2}}}[!-~])?$"

Named = Mapping[str, Any]
"""What an address names: what is acted on, and perhaps a numbered part of it."""


class Here:
    """Where an act is done: what it is done to, looked up in the log as the asker may see it."""

    def __init__(self, asker: Asker, act: Act, named: Named) -> None:
        self.asker = asker
        self.by: By = asker.by
        self.today: date = asker.today
        names = dict(named)
        self.part: int | None = names.pop(act.part.variable) if act.part else None
        self.name: str = next(iter(names.values()), "")
        self._agreement: agreement.State | None = None

    def agreement(self) -> agreement.State:
        """Looked at once: whether it still stands so is asked when it is decided on."""
        if self._agreement is None:
            self._agreement = seeing.agreement_state(self.asker, self.name)
        return self._agreement

    def order(self, number: str) -> order.State:
        return seeing.order_state(self.asker, self.order_number(number))

    def order_number(self, written: str) -> str:
        return numbers.order_number(self.asker.ledger, written, self.asker.visible)

    def taken(self, number: str) -> str | None:
        return numbers.is_taken(self.asker.ledger, number)

    def drawdown(self) -> drawdown.State:
        return seeing.drawdown_state(self.asker, self.name)

    def with_alike(self, command: RecordDrawdown) -> RecordDrawdown:
        views, supplier = self.asker.ledger.views, self.order(command.parts[0].order).supplier
        views.catch_up()
        with views.database.reading() as connection:
            alike = rows.alike(connection, supplier, command.invoice, command.amount)
        return replace(command, alike=alike)

    def alike(self, state: DrawdownState) -> tuple[str, ...]:
        views = self.asker.ledger.views
        views.catch_up()
        with views.database.reading() as connection:
            return rows.alike(connection, state.supplier, state.invoice, state.amount)

    def approved_after(self, on: date, right: int = 0, deputy: int = 0) -> tuple[str, ...]:
        ledger = self.asker.ledger
        of: organisation.State | None = ledger.service.load(organisation.stream(self.name))[1]
        ones = () if of is None else of.deputies if deputy else of.rights
        under = next((one for one in ones if one.number == (deputy or right)), None)
        if under is None:
            return ()
        ledger.views.catch_up()
        with ledger.views.database.reading() as connection:
            return rows.attested(connection, self.name, on, under)

    def orderers(self, programme: str, round: int | None) -> tuple[str, ...]:
        views = self.asker.ledger.views
        views.catch_up()
        with views.database.reading() as connection:
            return order_rows.buyers_of(connection, self.name, programme, round)

    def tie(self, state: DrawdownState) -> MatchCredit | None:
        # With what reads XML, which few acts need.
        from ledger.application.documents import desk
        from ledger.intake import tying

        return tying.tie(state, desk(self.asker))

    def lines_named(self, state: DrawdownState) -> tuple[Part, ...]:
        from ledger.application.documents import desk
        from ledger.intake import tying

        return tying.lines_named(state, desk(self.asker))

    def require(self, act: Act) -> None:
        """Raises NotFound, NotAParty or Forbidden where it is not for the asker to act on."""
        if not self.name:
            return
        match act.to:
            case "agreement":
                self.agreement()
            case "order" if act.anybody:
                self.order(self.name)
            case "order":
                seeing.own_order_state(self.asker, self.name)
            case "drawdown":
                self.drawdown()
            case "organisation":
                seeing.require_own_organisation(self.asker, self.name)
            case _:
                pass


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What an act came to, as the asker may see it: the state that it left and its version.

    A dry run has an outcome whose facts were never stored.
    """

    act: Act
    command: Command
    outcome: Outcome
    state: Any
    version: int

    def resource(self, asker: Asker) -> Any:
        """What it is answered with."""
        if self.act.tells is not None:
            return self.act.tells(asker, self.command, self.outcome)
        return resource_of(self.state, asker.today, asker.language)


def do(
    asker: Asker,
    act: Act,
    named: Named,
    body: Members,
    *,
    once: Request | None = None,
    expected: tuple[int, ...] | None = None,
    dry_run: bool = False,
    propose: bool = False,
) -> Done:
    """Carry out an act, or say what it would do. The body has been checked.

    What changes what all share may be `propose`d to the other buyers: then that is what is done.

    `once` is the request by its key: the first answer is given again; `expected` are the versions
    that what it is about may be at. Raises a Refusal.
    """
    here = Here(asker, act, named)
    here.require(act)
    command = act.command_of(here, body)
    if propose:
        command = proposal_of(here, command)

    def executed(at: versions.Expected) -> Outcome:
        return asker.ledger.service.execute(command, asker.by, once, dry_run=dry_run, expected=at)

    try:
        if act.to == "agreement" and not act.creates and expected is not None:
            outcome = versions.at_expected(asker, here.agreement(), expected, executed)
        else:
            outcome = executed(expected)
    except CapExceeded as refusal:
        raise seeing.without_others(asker, refusal, command) from refusal
    except Invalid as refusal:
        raise act.in_its_words(refusal, body) from refusal
    if not dry_run and not outcome.replayed:
        for fact in outcome.facts:
            if isinstance(fact.event, Decision):
                judge_anew(asker, here.name, fact.event)
        outcome = _credits_found(asker, outcome)
    if outcome.replayed:
        _require_seen(asker, outcome.state)
    state, version = _seen(asker, outcome)
    return Done(act=act, command=command, outcome=outcome, state=state, version=version)


def _credits_found(asker: Asker, outcome: Outcome) -> Outcome:
    """What an invoice that was recorded came to, once the credits that came before it are tied, and
    those that waited for it in the queue are matched anew."""
    if not any(isinstance(fact.event, DrawdownRecorded) for fact in outcome.facts):
        return outcome
    # With what reads XML, which few acts need.
    from ledger import intake
    from ledger.application.documents import desk

    assert isinstance(outcome.state, drawdown.State)
    if not intake.look_again(outcome.state, desk(asker)):
        return outcome
    version, state = asker.ledger.service.load(drawdown.stream(outcome.state.id))
    return replace(outcome, state=state, version=version)


def proposal_of(here: Here, command: Any) -> agreement.ProposeChange:
    """What proposes a change to the other buyers, today."""
    return agreement.ProposeChange(agreement=here.name, change=command, on=here.today)


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """The agreement before what was tried, and as it would be after it; `only` are the suppliers
    that asked, where they may not see what others use."""

    before: agreement.State | None
    after: agreement.State
    only: Suppliers


def effect(asker: Asker, done: Done) -> Effect:
    """What a dry run would do to its agreement."""
    of = done.outcome.agreement
    assert of is not None, "what may be tried first moves an agreement's money"
    was: agreement.State | None = asker.ledger.service.load(agreement.stream(of.number))[1]
    return Effect(before=was, after=of, only=seeing.only(asker, of))


def _require_seen(asker: Asker, state: Any) -> None:
    """What was answered before is answered again to whoever may still read it. Raises NotFound."""
    match state:
        case agreement.State():
            seeing.agreement_row(asker, state.number)
        case order.State():
            seeing.order_state(asker, state.number)
        case drawdown.State():
            seeing.drawdown_state(asker, state.id)
        case organisation.State():
            seeing.require_own_organisation(asker, state.number)
        case _:
            pass


def _seen(asker: Asker, outcome: Outcome) -> tuple[Any, int]:
    """The resource as the asker may see it, and its version."""
    state, of = outcome.state, outcome.agreement
    if isinstance(state, agreement.State):
        return seeing.named(asker, state), versions.told(asker, state, outcome.version)
    if not isinstance(state, order.State):
        return state, outcome.version
    if of is not None and is_hidden(seeing.only(asker, of), state.supplier):
        return seeing.left(asker, state, outcome.facts)
    return seeing.shown(asker, state), outcome.version


# ── The request's key ─────────────────────────────────────────────────────────────────────────


def once(person: str, key: str | None, method: str, address: str, body: bytes) -> Request | None:
    """A person's request by its Idempotency-Key; None without one. Raises Invalid.

    The same JSON with its members in another order is the same request.
    """
    if key is None:
        return None
    if not (key.startswith(LINK_KEY) or re.fullmatch(IDEMPOTENCY_KEY, key)):
        sentence = "An Idempotency-Key is 1 to 200 printable characters."
        raise Invalid(Fault(pointer="", sentence=sentence))
    if key.startswith(LINK_KEY):
        sentence = "An Idempotency-Key does not begin with link-, as those of links do."
        raise Invalid(Fault(pointer="", sentence=sentence))
    if personal.is_personal_key(key):
        sentence = "An Idempotency-Key stays for ever: make it without personal data."
        raise Invalid(Fault(pointer="", sentence=sentence))
    written, canonical = (_digest(method, address, part) for part in (body, _canonical(body)))
    return Request(key=f"{person}:{key}", digest=canonical, former=written)


def _digest(method: str, address: str, body: bytes) -> str:
    return hashlib.sha256(b"\n".join([method.encode(), address.encode(), body])).hexdigest()


def _canonical(body: bytes) -> bytes:
    """JSON with its members in order and no spaces; of what is no JSON, itself."""
    try:
        return msgspec.json.encode(msgspec.json.decode(body), order="sorted")
    except (msgspec.DecodeError, RecursionError):
        return body
