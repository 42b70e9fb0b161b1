"""Facts of renewed competitions as sentences for people."""

from typing import assert_never

from ledger.domain.agreement import competition_name
from ledger.domain.events import (
    CompetitionAnswered,
    CompetitionAwarded,
    CompetitionCancelled,
    CompetitionEvent,
    CompetitionOpened,
    OffersOpened,
)
from ledger.domain.refusals import Amount
from ledger.wording import Sentence, words


def tell_competition(event: CompetitionEvent, agreement: str, currency: str) -> Sentence:
    """What happened, in words. `currency` is the agreement's."""
    name = competition_name(agreement, event.number)
    match event:
        case CompetitionOpened():
            return words(
                "{competition} opened, to be answered by {answer_by}: {subject}",
                competition=name,
                answer_by=event.answer_by,
                subject=event.what,
            )
        case CompetitionAnswered(hidden=True):
            template = "{supplier} has answered in {competition}"
            return words(template, supplier=event.supplier, competition=name)
        case OffersOpened():
            return words("The offers in {competition} were opened", competition=name)
        case CompetitionAnswered(amount=None):
            template = "{supplier} makes no offer in {competition}"
            return words(template, supplier=event.supplier, competition=name)
        case CompetitionAnswered():
            return words(
                "{supplier} offers {amount} in {competition}",
                supplier=event.supplier,
                amount=Amount(event.amount or 0, currency),
                competition=name,
            )
        case CompetitionAwarded():
            return words(
                "{supplier} won {competition}: {because}",
                supplier=event.supplier,
                competition=name,
                because=event.reason,
            )
        case CompetitionCancelled():
            template = "{competition} cancelled: {because}"
            return words(template, competition=name, because=event.reason)
        case _:
            assert_never(event)
