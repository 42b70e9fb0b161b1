"""Facts of an order, told."""

from typing import assert_never

from ledger.domain.events import (
    CounterAccepted,
    CounterRejected,
    LineRecoded,
    OpeningBalanceRecorded,
    OpeningBalanceTakenBack,
    OrderCancelled,
    OrderChanged,
    OrderClosed,
    OrderConfirmed,
    OrderCountered,
    OrderCredited,
    OrderCreditTakenBack,
    OrderDeclined,
    OrderDelivered,
    OrderDrawingTakenBack,
    OrderDrawn,
    OrderEvent,
    OrderInvoiced,
    OrderInvoiceWithdrawn,
    OrderJudged,
    OrderLapsed,
    OrderLine,
    OrderPassedOn,
    OrderPlaced,
    OrderReopened,
    OrderStarted,
    SeatsAllocated,
    SeatsCancelled,
    SeatsMoved,
    SessionCancelled,
    SessionHeld,
    SessionMoved,
)
from ledger.domain.refusals import Amount
from ledger.telling.drawdowns import invoice_number
from ledger.wording import Sentence, words

FILE_DIGITS = 12
"""How many digits of a file's SHA-256 are enough to know it by in a sentence."""


def tell_order(event: OrderEvent, name: str, currency: str) -> Sentence:
    match event:
        case OrderPlaced():
            amount = _sum(event.lines, currency)
            template = "{order} ordered: {course}, {amount}"
            return words(template, order=name, course=event.course, amount=amount)
        case OrderConfirmed():
            if event.letter:
                template = "{order} confirmed, entered by the buyer as of {letter}"
                return words(template, order=name, letter=event.letter)
            return words("{order} confirmed", order=name)
        case OrderDeclined():
            if event.letter:
                template = "{order} declined, entered by the buyer as of {letter}: {because}"
                return words(template, order=name, letter=event.letter, because=event.reason)
            return words("{order} declined: {because}", order=name, because=event.reason)
        case OrderLapsed():
            template = "{order} lapsed: no answer by {respond_by}"
            return words(template, order=name, respond_by=event.respond_by)
        case OrderPassedOn():
            template = "{order} went to the next supplier in rank, {supplier}"
            return words(template, order=name, supplier=event.supplier)
        case OrderCountered():
            amount = _sum(event.lines, currency)
            if event.letter:
                template = "{order}: counter-offer of {amount}, entered by the buyer as of {letter}"
                return words(template, order=name, amount=amount, letter=event.letter)
            return words("{order}: counter-offer of {amount}", order=name, amount=amount)
        case CounterAccepted():
            return words("{order}: counter-offer accepted", order=name)
        case CounterRejected():
            template = "{order}: counter-offer rejected: {because}"
            return words(template, order=name, because=event.reason)
        case OrderChanged():
            return words("{order} changed: {because}", order=name, because=event.reason)
        case SeatsCancelled():
            return words(
                "{order}: seats cancelled: {seats}; the fee is {fee}, {released} is released",
                order=name,
                seats=event.seats,
                fee=Amount(event.fee, currency),
                released=Amount(event.released, currency),
            )
        case OrderCancelled():
            fee = Amount(event.fee, currency)
            if event.by == "supplier":
                template = "{order} cancelled by the university; the fee is {fee}"
                return words(template, order=name, fee=fee)
            return words("{order} cancelled by the buyer; the fee is {fee}", order=name, fee=fee)
        case OrderStarted():
            return words("{order}: the course has started", order=name)
        case OrderDelivered():
            template = "{order} delivered; seats used: {seats}"
            return words(template, order=name, seats=event.seats_used)
        case OrderClosed():
            released = Amount(event.released, currency)
            return words("{order} closed; {released} is released", order=name, released=released)
        case OrderReopened():
            return words("{order} opened again: {because}", order=name, because=event.reason)
        case SeatsAllocated():
            seats = "; ".join(f"{part.organisation}: {part.weight}" for part in event.seats)
            return words("{order}: seats allocated, {seats}", order=name, seats=seats)
        case SeatsMoved():
            return words(
                "{order}: seats that {giver} gave to {receiver}: {seats}",
                order=name,
                giver=event.giver,
                seats=event.seats,
                receiver=event.receiver,
            )
        case SessionMoved() | SessionHeld() | SessionCancelled():
            return _session(event, name, currency)
        case LineRecoded():
            return _recoded(event, name)
        case OpeningBalanceRecorded() | OpeningBalanceTakenBack():
            return _opening(event, name, currency)
        case _:
            return tell_invoiced_order(event, name)


def _session(
    event: SessionMoved | SessionHeld | SessionCancelled, order: str, currency: str
) -> Sentence:
    match event:
        case SessionMoved():
            return words(
                "{order}: session {session} moved from {moved_from} to {moved_to}",
                order=order,
                session=event.session,
                moved_from=event.moved_from,
                moved_to=event.moved_to,
            )
        case SessionHeld():
            return words(
                "{order}: session {session} held; participants: {participants}, mentors: {mentors}",
                order=order,
                session=event.session,
                participants=event.participants,
                mentors=event.mentors,
            )
        case SessionCancelled():
            template = (
                "{order}: session {session} cancelled by the university; {released} is released"
                if event.by == "supplier"
                else "{order}: session {session} cancelled by the buyer; the fee is {fee}, "
                "{released} is released"
            )
            return words(
                template,
                order=order,
                session=event.session,
                fee=Amount(event.fee, currency),
                released=Amount(event.released, currency),
            )
        case _:
            assert_never(event)


def _recoded(event: LineRecoded, order: str) -> Sentence:
    coding = event.code_string or event.cost_centre
    if coding:
        return words(
            "{order}: line {line} re-coded to {coding}",
            order=order,
            line=event.line,
            coding=coding,
        )
    return words("{order}: line {line} is no longer coded", order=order, line=event.line)


def _opening(
    event: OpeningBalanceRecorded | OpeningBalanceTakenBack, order: str, currency: str
) -> Sentence:
    amount = Amount(sum(line.amount for line in event.lines), currency)
    if isinstance(event, OpeningBalanceTakenBack):
        template = "{order}: the opening balance of {amount} taken back: {because}"
        return words(template, order=order, amount=amount, because=event.reason)
    if event.source is None:
        template = "{order}: opening balance, {amount} invoiced before by {evidence}"
        return words(template, order=order, amount=amount, evidence=event.evidence)
    return words(
        "{order}: opening balance, {amount} invoiced before by {evidence}; of the file {file}",
        order=order,
        amount=amount,
        evidence=event.evidence,
        file=event.source.sha256[:FILE_DIGITS],
    )


def tell_invoiced_order(
    event: OrderInvoiced
    | OrderInvoiceWithdrawn
    | OrderDrawn
    | OrderDrawingTakenBack
    | OrderCredited
    | OrderCreditTakenBack
    | OrderJudged,
    order: str,
) -> Sentence:
    invoice = invoice_number(event.drawdown)
    match event:
        case OrderInvoiced():
            template = "{order}: invoice {invoice} waits for approval"
        case OrderInvoiceWithdrawn():
            template = "{order}: invoice {invoice} no longer counts"
        case OrderDrawn():
            template = "{order}: invoice {invoice} draws the order down"
        case OrderDrawingTakenBack():
            template = "{order}: invoice {invoice} waits for approval again"
        case OrderCredited():
            template = "{order}: credited by {invoice}"
        case OrderCreditTakenBack():
            template = "{order}: no longer credited by {invoice}"
        case OrderJudged():
            template = "{order}: what funding covers of invoice {invoice} was judged again"
        case _:
            assert_never(event)
    return words(template, order=order, invoice=invoice)


def _sum(lines: tuple[OrderLine, ...], currency: str) -> Amount:
    return Amount(sum(line.amount for line in lines), currency)
