"""What the API and the command line ask in the same way: of read models, and in thought."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec.structs import replace

from ledger.application.answers.trying import WhatIfAnswer, what_if_answer
from ledger.application.steps import Stage, imagined
from ledger.bounds import MAX_PAGE
from ledger.deciding import Loaded
from ledger.domain import drawdown, order
from ledger.domain.events import By
from ledger.projections import drawdowns as drawdown_rows
from ledger.projections import orders as order_rows
from ledger.projections.database import Reading
from ledger.projections.seeing import Visible
from ledger.projections.then import NOW, Then
from ledger.service import Service


def orders_of(
    connection: Reading,
    number: str,
    party: str | None = None,
    visible_to: Visible = None,
    then: Then = NOW,
) -> Iterator[order.State]:
    """Every order of an agreement that a party, and an organisation, may see (None: all)."""
    after = ""
    while rows := order_rows.listed(
        connection,
        agreement=number,
        party=party,
        visible_to=visible_to,
        then=then,
        after=after,
        limit=MAX_PAGE,
    ):
        yield from (row.state for row in rows)
        after = rows[-1].state.number


def drawdowns_of(
    connection: Reading, number: str, then: Then = NOW, visible_to: Visible = None
) -> Iterator[drawdown.State]:
    """Every invoice and credit of an agreement that an organisation may see (None: all), now or as
    it was."""
    after = ""
    while rows := drawdown_rows.listed(
        connection,
        agreement=number,
        visible_to=visible_to,
        then=then,
        after=after,
        limit=MAX_PAGE,
    ):
        yield from (row.state for row in rows)
        after = rows[-1].state.id


def counted_of(
    connection: Reading, number: str, then: Then = NOW, visible_to: Visible = None
) -> list[drawdown.State]:
    """The same as their money counts: approved from the day from which the balance has it drawn,
    whenever that was decided."""
    found = [*drawdowns_of(connection, number, then, visible_to)]
    if all(one.status != "recorded" for one in found):
        return found
    drawn = drawdown_rows.drawn_then(connection, number, then)
    return [
        replace(one, status="approved") if one.status == "recorded" and one.id in drawn else one
        for one in found
    ]


def stale_of(
    connection: Reading,
    number: str,
    on: date,
    party: str | None = None,
    visible_to: Visible = None,
    then: Then = NOW,
) -> list[order.Stale]:
    """An agreement's stale commitments on a day, the oldest first, of those orders that a party may
    see."""
    states = orders_of(connection, number, party, visible_to, then)
    found = [one for state in states if (one := order.stale(state, on)) is not None]
    return sorted(found, key=lambda one: (one.since, one.order.number))


def played(
    service: Service, stage: Stage, body: dict[str, Any], by: By, language: str
) -> WhatIfAnswer:
    """The answer to a checked what-if. Raises NotFound for the agreement only."""
    before = Loaded(service.load).agreement(stage.number)
    asked = body["steps"]
    steps = [imagined(stage, step) for step in asked]
    tried = service.what_if(stage.number, steps, by, stop=body["stop"])
    commands = [step["command"] for step in asked]
    return what_if_answer(before, commands, tried, stage.today, language)
