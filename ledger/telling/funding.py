"""Facts of what pays for an agreement, told."""

from typing import assert_never

from ledger.domain.events import (
    FundingChanged,
    FundingClaimed,
    FundingDecided,
    FundingEvent,
    FundingMeasured,
    FundingPaid,
    FundingUsed,
    FundingWithdrawn,
)
from ledger.domain.refusals import Amount
from ledger.telling.drawdowns import invoice_number
from ledger.wording import Sentence, words


def tell_funding(event: FundingEvent, currency: str) -> Sentence:
    match event:
        case FundingDecided():
            return words(
                "Funding {source} of {funder} decided for {starts_on} to {ends_on} "
                "(decision {decision})",
                source=event.source.name,
                funder=event.source.funder,
                starts_on=event.source.starts_on,
                ends_on=event.source.ends_on,
                decision=event.decision,
            )
        case FundingChanged():
            template = "Funding {source} changed (decision {decision})"
            return words(template, source=event.source.name, decision=event.decision)
        case FundingWithdrawn():
            template = "Funding {source} withdrawn (decision {decision})"
            return words(template, source=event.source, decision=event.decision)
        case FundingUsed():
            return words(
                "Funding {source}: {eligible} of invoice {invoice} is eligible, "
                "the support is {support}",
                source=event.source,
                eligible=Amount(event.eligible, currency),
                invoice=invoice_number(event.drawdown),
                support=Amount(event.support, currency),
            )
        case FundingMeasured():
            return words(
                "Funding {source}: what it covers from {since} on is measured anew, "
                "after invoice {invoice}",
                source=event.source,
                since=min(step.effective_on for _, step in event.limit_changes),
                invoice=invoice_number(event.drawdown),
            )
        case FundingClaimed():
            return words(
                "Funding {source}: {amount} claimed ({reference})",
                source=event.source,
                amount=Amount(event.amount, currency),
                reference=event.reference,
            )
        case FundingPaid():
            return words(
                "Funding {source}: {amount} paid by the funder ({reference})",
                source=event.source,
                amount=Amount(event.amount, currency),
                reference=event.reference,
            )
        case _:
            assert_never(event)
