"""History stepped through, as any door tells it: each fact in words, with the balance after it."""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from ledger.application.answers.balances import Preview, preview
from ledger.domain.events import CompetitionAnswered, CompetitionOpened, Fact, OffersOpened
from ledger.replaying import Until, replay
from ledger.store import Store
from ledger.telling import tell
from ledger.wording import say


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A fact, what it was in words, and the balance of every limit after it."""

    fact: Fact
    sentence: str
    balance: Preview


def steps(
    store: Store, number: str, to: Until | None, today: date, language: str
) -> Iterator[Step]:
    """Every step of an agreement, folded from the log itself. Offers under seal are not told.
    Raises NotFound."""
    day = to if isinstance(to, date) else today
    opened = _offers_opened(store.history(f"agreement/{number}"))
    for one in replay(store, number, to):
        event = one.fact.event
        if isinstance(event, CompetitionAnswered) and event.number not in opened:
            event = event.unopened
        sentence = tell(event, one.fact.stream, one.state.currency)
        yield Step(fact=one.fact, sentence=say(sentence, language), balance=preview(one.state, day))


def _offers_opened(facts: Iterable[Fact]) -> set[int]:
    """The competitions of an agreement whose offers may be told."""
    return {
        fact.event.number
        for fact in facts
        if isinstance(fact.event, OffersOpened)
        or (isinstance(fact.event, CompetitionOpened) and not fact.event.sealed)
    }
