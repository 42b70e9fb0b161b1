"""What goes out of what a day brought about: each fact with its sentence."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated, Any

from ledger.application.answers.making import Answer, made
from ledger.application.answers.members import day, listed, one_of, text, whole
from ledger.domain.agreement import State, stream
from ledger.domain.events import NAME_OF, NAMES, AgreementEvent, Fact
from ledger.telling import tell
from ledger.wording import say


class TickedFact(Answer):
    position: Annotated[int, whole("Its place in the log.", 1)]
    agreement: Annotated[str, text("The agreement that it is about.")]
    stream: Annotated[str, text("Whose fact it is: an agreement's, or an order's.")]
    version: Annotated[int, whole("Its number among those of its stream.", 1)]
    name: Annotated[str, one_of("What happened, by its stored name.", tuple(NAMES))]
    effective_on: Annotated[date, day("The business date that it counts from.")]
    sentence: Annotated[str, text("What happened, in words.")]


class Ticked(Answer):
    """What was recorded now; nothing of it was before."""

    on: Annotated[date, day("The day.")]
    facts: Annotated[
        list[TickedFact], listed("In the order that they were recorded; none: nothing due.")
    ]


def ticked_answer(
    facts: Iterable[Fact], on: date, load: Callable[[str], tuple[int, Any]], language: str
) -> Ticked:
    """`load` is the service's: a fact on an order is told in its agreement's currency."""
    return Ticked(on=on, facts=[_fact(fact, load, language) for fact in facts])


def _fact(fact: Fact, load: Callable[[str], tuple[int, Any]], language: str) -> TickedFact:
    state = load(fact.stream)[1]
    of: State = state
    if not isinstance(fact.event, AgreementEvent):
        of = load(stream(state.agreement))[1]
    return made(
        TickedFact,
        fact,
        agreement=of.number,
        name=NAME_OF[type(fact.event)],
        sentence=say(tell(fact.event, fact.stream, of.currency), language),
    )
