"""History stepped through from the log itself: each fact, and what was left after it."""

from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.opening import ledger, today
from ledger.cli.output import Cell, language, ore, say_json, table
from ledger.cli.parameters import UNTIL, Until, as_json
from ledger.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.domain.events import Fact
    from ledger.replaying import Step

PLACES = ("cap", "reserved", "committed", "drawn", "remaining")


@click.command()
@click.argument("number", metavar="AGREEMENT")
@click.option("--to", type=UNTIL, help="A position in the log, or a business date.")
@as_json
def replay(number: str, to: Until | None, as_json: bool) -> None:
    """Step through history: every fact with the balance after it, folded from the log itself."""
    from ledger.replaying import replay as replayed

    opened = ledger()
    day = to if isinstance(to, date) else today()
    opened_ones = _offers_opened(opened.store.history(f"agreement/{number}"))
    steps = [_step(step, day, opened_ones) for step in replayed(opened.store, number, to)]
    if as_json:
        say_json(steps)
        return
    table(
        ("Fact", "Date", "What", *(place.capitalize() for place in PLACES)),
        [
            (str(step["position"]), step["effective_on"], step["sentence"], *_places(step))
            for step in steps
        ],
    )


def _places(step: dict[str, Any]) -> tuple[Cell, ...]:
    return tuple(ore(getattr(step["balance"], place)) for place in PLACES)


def _offers_opened(facts: Iterable[Fact]) -> set[int]:
    """The competitions of an agreement whose offers may be told."""
    from ledger.domain.events import CompetitionOpened, OffersOpened

    return {
        fact.event.number
        for fact in facts
        if isinstance(fact.event, OffersOpened)
        or (isinstance(fact.event, CompetitionOpened) and not fact.event.sealed)
    }


def _step(step: Step, day: date, offers_opened: set[int]) -> dict[str, Any]:
    from ledger.application.answers.balances import preview
    from ledger.domain.events import NAME_OF, CompetitionAnswered
    from ledger.telling import tell

    fact = step.fact
    event = fact.event
    if isinstance(event, CompetitionAnswered) and event.number not in offers_opened:
        event = event.unopened
    sentence = tell(event, fact.stream, step.state.currency)
    return {
        "position": fact.position,
        "stream": fact.stream,
        "version": fact.version,
        "name": NAME_OF[type(fact.event)],
        "sentence": say(sentence, language()),
        "by": {
            "person": fact.by.person,
            "organisation": fact.by.organisation,
            "role": fact.by.role,
        },
        "effective_on": fact.effective_on,
        "recorded_at": fact.recorded_at.astimezone(UTC),
        "balance": preview(step.state, day),
    }
