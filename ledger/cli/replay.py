"""History stepped through from the log itself: each fact, and what was left after it."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.opening import ledger, today
from ledger.cli.output import Cell, language, ore, say_json, table
from ledger.cli.parameters import UNTIL, Until, as_json

if TYPE_CHECKING:
    from ledger.application.stepping import Step

PLACES = ("cap", "reserved", "committed", "drawn", "remaining")


@click.command()
@click.argument("number", metavar="AGREEMENT")
@click.option("--to", type=UNTIL, help="A position in the log, or a business date.")
@as_json
def replay(number: str, to: Until | None, as_json: bool) -> None:
    """Step through history: every fact with the balance after it, folded from the log itself."""
    from ledger.application.stepping import steps as stepped

    opened = ledger()
    steps = [_step(one) for one in stepped(opened.store, number, to, today(), language())]
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


def _step(step: Step) -> dict[str, Any]:
    from ledger.domain.events import NAME_OF

    fact = step.fact
    return {
        "position": fact.position,
        "stream": fact.stream,
        "version": fact.version,
        "name": NAME_OF[type(fact.event)],
        "sentence": step.sentence,
        "by": {
            "person": fact.by.person,
            "organisation": fact.by.organisation,
            "role": fact.by.role,
        },
        "effective_on": fact.effective_on,
        "recorded_at": fact.recorded_at.astimezone(UTC),
        "balance": step.balance,
    }
