"""What a day brought about, as it goes out: each fact with its sentence."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from marshmallow import Schema

from ledger.application.answers import members
from ledger.application.bodies import TODAY
from ledger.application.bodies.body import Body, dated
from ledger.application.bodies.fields import Day
from ledger.domain.agreement import State, stream
from ledger.domain.events import NAME_OF, NAMES, AgreementEvent, Fact
from ledger.telling import tell
from ledger.wording import say


@dated("on")
class Tick(Body):
    on = Day(f"The day, not one to come; {TODAY}.")


class TickedFact(Schema):
    position = members.whole("Its place in the log.", 1)
    agreement = members.text("The agreement that it is about.")
    stream = members.text("Whose fact it is: an agreement's, or an order's.")
    version = members.whole("Its number among those of its stream.", 1)
    name = members.one_of("What happened, by its stored name.", tuple(NAMES))
    effective_on = members.day("The business date that it counts from.")
    sentence = members.text("What happened, in words.")


class Ticked(Schema):
    """What was recorded now; nothing of it was before."""

    on = members.day("The day.")
    facts = members.listed(TickedFact, "In the order that they were recorded; none: nothing due.")


def ticked_resource(
    facts: Iterable[Fact], on: date, load: Callable[[str], tuple[int, Any]], language: str
) -> dict[str, Any]:
    """`load` is the service's: a fact on an order is told in its agreement's currency."""
    return {"on": on.isoformat(), "facts": [_fact(fact, load, language) for fact in facts]}


def _fact(fact: Fact, load: Callable[[str], tuple[int, Any]], language: str) -> dict[str, Any]:
    state = load(fact.stream)[1]
    of: State = state
    if not isinstance(fact.event, AgreementEvent):
        of = load(stream(state.agreement))[1]
    return {
        "position": fact.position,
        "agreement": of.number,
        "stream": fact.stream,
        "version": fact.version,
        "name": NAME_OF[type(fact.event)],
        "effective_on": fact.effective_on.isoformat(),
        "sentence": say(tell(fact.event, fact.stream, of.currency), language),
    }
