"""What is shown once more before it is done: an order, and what cannot be taken back.

The first time that such a form is sent it is answered with what was typed, what it would do and
cost, and a button that names the act with its figure; that button does it, at the same address.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from flask import render_template

from ledger.application import seeing
from ledger.application.acts.act import Act
from ledger.application.bodies.typed import amount, day
from ledger.application.doing import Done
from ledger.application.sentences.flags import flag_word
from ledger.domain import agreement, drawdown, order
from ledger.domain.events import (
    CompetitionAwarded,
    DrawdownRejected,
    DrawdownWithdrawn,
    OrderCancelled,
    OrderClosed,
    SeatsCancelled,
    SessionCancelled,
)
from ledger.domain.money import from_text
from ledger.domain.refusals import SEATS, Amount
from ledger.web.language import of_request
from ledger.web.pages import particular
from ledger.web.pages.entries import Control
from ledger.web.pages.filling import Page, back_of, fields_of, follows_of
from ledger.web.pages.labels import CHOICES, FIRST
from ledger.web.pages.offered import called, is_entered
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, kronor, say, seats, words

OVER_LIMIT = "over-limit:"
"""How the flag of a soft limit that is passed begins."""


def _sent(done: Done) -> Sentence:
    return words("Send the order, {amount}", amount=_of_order(done))


def _cancelled(done: Done) -> Sentence:
    """The fee as the tariff, or whoever cancels, says it."""
    for fact in done.outcome.facts:
        event = fact.event
        if isinstance(event, OrderCancelled):
            if not event.fee:
                return words("Cancel the order, no fee")
            return words("Cancel the order, fee {fee}", fee=_fee(event.fee, done))
        if isinstance(event, SeatsCancelled):
            many = Amount(event.seats, SEATS)
            if not event.fee:
                return words("Cancel {seats}, no fee", seats=many)
            return words("Cancel {seats}, fee {fee}", seats=many, fee=_fee(event.fee, done))
        if isinstance(event, SessionCancelled):
            if not event.fee:
                return words("Cancel the session, no fee")
            return words("Cancel the session, fee {fee}", fee=_fee(event.fee, done))
    raise AssertionError("what is cancelled is an order, its seats or a session")


def _fee(ore: int, done: Done) -> Amount:
    return Amount(ore, done.state.currency)


def _closed(done: Done) -> Sentence:
    released = sum(
        fact.event.released for fact in done.outcome.facts if isinstance(fact.event, OrderClosed)
    )
    if not released:
        return words("Close the order, nothing is released")
    return words("Close the order, {amount} is released", amount=_fee(released, done))


def _of_order(done: Done) -> Amount:
    state = done.state
    assert isinstance(state, order.State), "the act is done to an order"
    return Amount(state.amount, state.currency)


def _of_invoice(done: Done) -> Amount:
    state = done.state
    assert isinstance(state, drawdown.State), "the act is done to an invoice"
    return Amount(state.amount, state.currency)


def _awarded(done: Done) -> Sentence:
    state = done.state
    assert isinstance(state, agreement.State), "the act is done to an agreement"
    (event,) = (
        fact.event for fact in done.outcome.facts if isinstance(fact.event, CompetitionAwarded)
    )
    found = next(one for one in state.competitions if one.number == event.number)
    names = {one.organisation: one.name for one in state.suppliers}
    assert found.amount is not None, "who made no offer wins nothing"
    return words(
        "Award it to {supplier}, {amount}",
        supplier=names.get(event.supplier) or event.supplier,
        amount=Amount(found.amount, state.currency),
    )


BUTTONS: Mapping[tuple[str, str], Callable[[Done], Sentence]] = {
    ("agreement", "place"): _sent,
    ("agreement", "sign"): lambda _: words("Register the agreement"),
    ("order", "decline"): lambda it: words("Decline the order, {amount}", amount=_of_order(it)),
    ("order", "reject"): lambda it: words(
        "Decline the counter-offer, the order of {amount} ends", amount=_of_order(it)
    ),
    ("order", "lapse"): lambda it: words(
        "Record that it was not answered, {amount}", amount=_of_order(it)
    ),
    ("order", "cancel"): _cancelled,
    ("order", "cancel-session"): _cancelled,
    ("order", "close"): _closed,
    ("drawdown", "reject"): lambda it: words(
        "Reject the invoice, {amount}", amount=_of_invoice(it)
    ),
    ("drawdown", "withdraw"): lambda it: words(
        "Withdraw the invoice, {amount}", amount=_of_invoice(it)
    ),
    ("agreement", "suspend"): lambda it: words("Suspend {number}", number=it.state.number),
    ("agreement", "close"): lambda it: words("Close {number}", number=it.state.number),
    ("agreement", "void"): lambda it: words("Void {number}", number=it.state.number),
    ("agreement", "withdraw-funding"): lambda it: words(
        "Withdraw the funding of {number}", number=it.state.number
    ),
    ("agreement", "award-competition"): _awarded,
    ("agreement", "cancel-competition"): lambda it: words(
        "Cancel the competition of {number}", number=it.state.number
    ),
    ("agreement", "decline-share-move"): lambda it: words(
        "Decline the moved share of {number}", number=it.state.number
    ),
}
"""The acts that are asked of once more, each with what its button says: the act and its figure."""


def is_asked(act: Act) -> bool:
    """Whether an act is shown once more before it is done."""
    return (act.to, act.name) in BUTTONS


def button(act: Act, done: Done) -> Sentence:
    """What the button that does it says; of what is entered for a supplier, that it is entered."""
    said = BUTTONS[act.to, act.name](done)
    if is_entered(act):
        return words(
            "{what}, {amount}", what=say(called(act), of_request()), amount=_of_order(done)
        )
    return said


SURE = "sure"
"""The button that does what was asked of once more. By one that there is not nothing is done."""


def mark(page: Page, state: Any) -> str:
    """Stands for the act and its figures as they are now: what is shown is what is pressed."""
    act, done = page.act, page.tried
    assert done is not None, "what is asked of was tried"
    said = (BUTTONS[act.to, act.name](done), *_told(page, state))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def asked(
    page: Page,
    fields: Sequence[Control],
    *,
    title: Sentence,
    button: Sentence,
    shown: str = "",
    follows: Sequence[Sentence],
    back: str,
    currency: str,
    warnings: Sequence[str] = (),
) -> str:
    """The page that shows what was typed and what it comes to. `warnings` are to be ticked."""
    return render_template(
        particular.CONFIRMED.get((page.act.to, page.act.name), "acts/confirm.html"),
        page=page,
        title=title,
        follows=follows,
        button=button,
        shown=shown,
        answers=answers(fields, currency, seen=("reason",)),
        reason=[one for one in fields if one.member == "reason"],
        warnings=warnings,
        sure=SURE,
        back=back,
        currency=currency,
    )


def of_act(page: Page, state: Any) -> str:
    """The same of an act that was tried, on what it is done to."""
    act, done = page.act, page.tried
    assert done is not None, "what is asked of was tried"
    wanted = FIRST.get((act.to, act.name), ())
    place = {member: at for at, member in enumerate(wanted)}
    return asked(
        page,
        sorted(fields_of(page), key=lambda one: place.get(one.member, len(place))),
        title=called(act),
        button=button(act, done),
        shown=mark(page, state),
        follows=_told(page, state),
        back=back_of(state),
        currency=done.state.currency,
        warnings=warnings(act, done),
    )


def _told(page: Page, state: Any) -> list[Sentence]:
    """What follows of an act that was tried."""
    act, done = page.act, page.tried
    assert done is not None, "what is asked of was tried"
    told = (follows_of(act, state), _answered_by(act, done, state))
    return [one for one in (*told, *_falling(done)) if one is not None]


def _falling(done: Done) -> Iterator[Sentence]:
    """The credits that wait for an invoice, and end with it."""
    own = done.outcome.facts[0].stream
    for fact in done.outcome.facts:
        if fact.stream == own or not isinstance(fact.event, DrawdownRejected | DrawdownWithdrawn):
            continue
        credit: drawdown.State = ledger().service.load(fact.stream)[1]
        amount = Amount(-credit.amount, credit.currency)
        yield words(
            "The credit {invoice} of {amount} waits to be deducted from it, and ends with it.",
            invoice=credit.invoice,
            amount=amount,
        )


def _answered_by(act: Act, done: Done, of: Any) -> Sentence | None:
    """Who answers an order, and until when."""
    placed = done.state
    if not act.creates or not isinstance(placed, order.State):
        return None
    names = {one.organisation: one.name for one in seeing.named(asker(), of).suppliers}
    supplier = names.get(placed.supplier) or placed.supplier
    if placed.respond_by is None:
        return words("{supplier} answers.", supplier=supplier)
    return words(
        "{supplier} answers, on {day} at the latest.", supplier=supplier, day=placed.respond_by
    )


def may_warn(act: Act) -> bool:
    """Whether what an act comes to may pass a limit that warns: it is an order that is sent."""
    return (act.to, act.name) == ("agreement", "place")


def warnings(act: Act, done: Done) -> Sequence[str]:
    """The soft limits that an order would pass, in words: whoever sends it has seen them."""
    if not may_warn(act):
        return ()
    passed = (flag for flag in done.state.flags if flag.startswith(OVER_LIMIT))
    return [flag_word(flag, done.state.currency, of_request()) for flag in passed]


# ── What was typed, to be read once more ──────────────────────────────────────────────────────


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A field that was filled in, as it is read; `parts` are those of a row or a group of them."""

    name: str
    label: Sentence
    value: str = ""
    number: int | None = None
    parts: "Sequence[Answer]" = ()


def answers(fields: Sequence[Control], currency: str, seen: Sequence[str] = ()) -> list[Answer]:
    """What was filled in, in the order of the form, but for members that are `seen` otherwise. The
    amount of a limit in seats is a number of them."""
    found = []
    if any(one.member == "unit" and one.value == "seats" for one in fields):
        currency = SEATS
    for one in fields:
        if not one.filled or one.member in seen:
            continue
        if one.kind == "rows":
            for number, row in enumerate(one.rows, 1):
                if parts := answers(row, currency):
                    at = number if len(one.rows) > 1 else None
                    name = parts[0].name
                    found.append(Answer(name=name, label=one.label, number=at, parts=parts))
        elif one.group:
            name = one.group[0].name
            parts = answers(one.group, currency)
            found.append(Answer(name=name, label=one.label, parts=parts))
        else:
            found.append(Answer(name=one.name, label=one.label, value=_read(one, currency)))
    return found


def _read(one: Control, currency: str) -> str:
    """A value as it is read: what could not be done is not asked of, so it is one of its kind."""
    if one.unknown:
        return say(words("unknown"), of_request())
    if one.kind == "money" and currency == SEATS:
        return seats(from_text(amount(one.value)) // 100, of_request())
    if one.kind == "money":
        return kronor(from_text(amount(one.value)), currency)
    if one.kind == "date":
        return day(one.value)
    if one.kind == "choice":
        return say(CHOICES[one.value], of_request())
    if one.kind == "flag":
        return say(words("yes"), of_request())
    return one.value
