"""Facts of a drawdown, told."""

from typing import assert_never
from urllib.parse import unquote

from ledger.domain.events import (
    ApprovalTakenBack,
    DrawdownAdvancesNamed,
    DrawdownApproved,
    DrawdownCredited,
    DrawdownCreditMatched,
    DrawdownCreditReceived,
    DrawdownCreditTakenBack,
    DrawdownDeducted,
    DrawdownDeductionTakenBack,
    DrawdownEvent,
    DrawdownJudged,
    DrawdownMoved,
    DrawdownRecorded,
    DrawdownRecordedAnew,
    DrawdownRejected,
    DrawdownWithdrawn,
    RechargeRecorded,
    RechargeReversed,
)
from ledger.domain.refusals import Amount
from ledger.wording import Sentence, words


def invoice_number(drawdown: str) -> str:
    """The supplier's own number within a drawdown's id (see `drawdown.identity`)."""
    return unquote(drawdown.split(".")[1].replace("~", "%"))


def tell_drawdown(event: DrawdownEvent, name: str, currency: str) -> Sentence:
    invoice = invoice_number(name)
    match event:
        case DrawdownRecorded():
            amount = Amount(event.amount, event.currency)
            if event.amount < 0:
                return words("Credit {invoice} recorded: {amount}", invoice=invoice, amount=amount)
            return words("Invoice {invoice} recorded: {amount}", invoice=invoice, amount=amount)
        case DrawdownApproved():
            if event.room == "cap":
                template = "Credit {invoice} approved; its room goes to the cap"
            elif event.room == "order":
                template = "Credit {invoice} approved; its room goes to the order"
            elif event.deputy_for is not None:
                template = "Invoice {invoice} approved by a deputy under attest right {right}"
            elif event.right is not None:
                template = "Invoice {invoice} approved under attest right {right}"
            else:
                template = "Invoice {invoice} approved"
            return words(template, invoice=invoice, right=event.right)
        case DrawdownRejected():
            return words(
                "Invoice {invoice} rejected: {because}", invoice=invoice, because=event.reason
            )
        case DrawdownWithdrawn():
            template = "Invoice {invoice} withdrawn: {because}"
            return words(template, invoice=invoice, because=event.reason)
        case DrawdownMoved():
            template = "Invoice {invoice} moved to {orders}: {because}"
            orders = dict.fromkeys(part.order for part in event.allocations)
            because = event.reason
            return words(template, invoice=invoice, orders=", ".join(orders), because=because)
        case ApprovalTakenBack():
            template = "The approval of {invoice} taken back: {because}"
            return words(template, invoice=invoice, because=event.reason)
        case DrawdownCreditTakenBack():
            template = "Invoice {invoice}: the credit {credit} no longer counts"
            return words(template, invoice=invoice, credit=invoice_number(event.credit))
        case DrawdownDeducted() | DrawdownDeductionTakenBack() | DrawdownAdvancesNamed():
            return _tell_advances(event, invoice, currency)
        case DrawdownCreditReceived():
            template = "The credit {credit} of invoice {invoice} came: it waits"
            return words(template, invoice=invoice, credit=invoice_number(event.credit))
        case DrawdownCreditMatched():
            template = "Credit {invoice} is of invoice {credited}, which came later"
            return words(template, invoice=invoice, credited=invoice_number(event.credits))
        case DrawdownRecordedAnew():
            template = "Invoice {invoice} recorded anew, as {drawdown}"
            return words(template, invoice=invoice, drawdown=event.drawdown)
        case DrawdownCredited() if event.amount < 0:
            return words(
                "{amount} of invoice {invoice} counts again: its credit was taken back by {credit}",
                invoice=invoice,
                amount=Amount(-event.amount, currency),
                credit=invoice_number(event.credit),
            )
        case DrawdownCredited():
            return words(
                "Invoice {invoice} credited with {amount} by {credit}",
                invoice=invoice,
                amount=Amount(event.amount, currency),
                credit=invoice_number(event.credit),
            )
        case RechargeRecorded():
            return words(
                "{amount} of invoice {invoice} recharged to {member} ({reference})",
                amount=Amount(event.amount, currency),
                invoice=invoice,
                member=event.member,
                reference=event.reference,
            )
        case RechargeReversed():
            return words(
                "{amount} of the recharge {reference} of invoice {invoice} given back to {member}: "
                "{because}",
                amount=Amount(event.amount, currency),
                reference=event.reference,
                invoice=invoice,
                member=event.member,
                because=event.reason,
            )
        case DrawdownJudged():
            template = "What funding covers of invoice {invoice} was judged again"
            return words(template, invoice=invoice)
        case _:
            assert_never(event)


def _tell_advances(
    event: DrawdownDeducted | DrawdownDeductionTakenBack | DrawdownAdvancesNamed,
    invoice: str,
    currency: str,
) -> Sentence:
    match event:
        case DrawdownDeducted() if event.amount < 0:
            return words(
                "{amount} of the advance {invoice} stands again by the credit {final}",
                invoice=invoice,
                amount=Amount(-event.amount, currency),
                final=invoice_number(event.final),
            )
        case DrawdownDeducted():
            return words(
                "{amount} of the advance {invoice} deducted by invoice {final}",
                invoice=invoice,
                amount=Amount(event.amount, currency),
                final=invoice_number(event.final),
            )
        case DrawdownDeductionTakenBack():
            template = "The advance {invoice} is no longer deducted by invoice {final}"
            return words(template, invoice=invoice, final=invoice_number(event.final))
        case DrawdownAdvancesNamed() if event.deducts:
            names = ", ".join(invoice_number(one.drawdown) for one in event.deducts)
            template = "Invoice {invoice} deducts the advances {advances}"
            if event.deducts[0].amount < 0:
                template = "Credit {invoice} lets the advances {advances} stand"
            return words(template, invoice=invoice, advances=names)
        case DrawdownAdvancesNamed() if sum(part.amount for part in event.allocations) < 0:
            return words("Credit {invoice} takes back advances too", invoice=invoice)
        case DrawdownAdvancesNamed():
            return words("Invoice {invoice} deducts no advance", invoice=invoice)
