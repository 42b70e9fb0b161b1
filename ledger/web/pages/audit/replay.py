"""An agreement stepped through from the log itself: each fact, and the state after it beside."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from flask import request

from ledger.application import seeing
from ledger.application.bodies import parsing
from ledger.application.bodies.queries import ReplayQuery
from ledger.application.bodies.typed import day
from ledger.application.stepping import Step, steps
from ledger.bounds import PAGE, STEPS_SHOWN
from ledger.domain.calendar import SWEDEN
from ledger.domain.refusals import Fault, Invalid
from ledger.projections import agreements
from ledger.projections.then import Then
from ledger.web import dear
from ledger.web.access import allow
from ledger.web.pages.audit.parts import DESK, blueprint, page
from ledger.web.pages.labels import label
from ledger.web.pages.times import asked_for
from ledger.web.problem_types import status_of
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Steps of which the last is looked at, and the positions of the ones before and after it, and
    of the first and the last; None: there is none."""

    steps: Sequence[Step]
    before: int | None
    after: int | None
    first: int | None
    last: int | None
    number: int
    """Which step the one that is looked at is, from 1."""
    count: int

    @property
    def at(self) -> Step | None:
        return self.steps[-1] if self.steps else None


@blueprint.get("/audit/replay")
@allow(*DESK)
def replay_which() -> str:
    return _which(label("Replay"), "pages.audit.replay")


@blueprint.get("/audit/passed")
@allow(*DESK)
def passed_which() -> str:
    return _which(label("After it was passed"), "pages.passing.one")


def _which(title: Sentence, leads_to: str) -> str:
    """The agreements that the visitor sees today, of which one is chosen."""
    after = asked_for()[1]
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = agreements.listed(
            connection,
            asker().visible,
            then=Then(as_of=asker().today),
            after=after,
            limit=PAGE + 1,
        )
    following = found[PAGE - 1].state.number if len(found) > PAGE else None
    shown = [row.state for row in found[:PAGE]]
    return page("which", title, agreements=shown, leads_to=leads_to, following=following)


@blueprint.get("/audit/replay/<agreement:number>")
@allow(*DESK)
def replay(number: str) -> str | tuple[str, int]:
    """Raises NotFound, and NotAParty for one supplier of several."""
    row = seeing.agreement_row(asker(), number)
    seeing.require_whole(asker(), row.now)
    typed = {name: request.args[name].strip() for name in ("at", "on") if request.args.get(name)}
    faults: Sequence[Fault] = ()
    asked: dict[str, Any] = {}
    try:
        given = {**typed, **({"on": day(typed["on"])} if "on" in typed else {})}
        asked = parsing.load(ReplayQuery, given)
    except Invalid as refusal:
        faults = refusal.faults
    with dear.work():
        every = steps(ledger().store, number, None, asker().today, asker().language)
        found = shown(every, asked)
    said = page(
        "replay",
        label("Replay"),
        found=found,
        number=number,
        currency=row.now.currency,
        typed=typed,
        faults=faults,
        recorded=_minute,
    )
    return (said, status_of(Invalid)) if faults else said


def shown(every: Iterable[Step], asked: dict[str, Any]) -> Shown:
    """Some steps up to the one that is asked for: at a position, or the last of what was recorded
    up to a day (`on`); else the last of all. The others are passed by, and not kept."""
    window: deque[Step] = deque(maxlen=STEPS_SHOWN)
    found: tuple[Step, ...] = ()
    places: list[int] = []
    number = 0
    for one in every:
        places.append(one.fact.position)
        window.append(one)
        if _is_by(one, asked):
            found, number = tuple(window), len(places)
    if not found and window:  # before the first: that one
        found, number = tuple(window)[:1], 1
    before, after = _beside(places, number)
    return Shown(
        steps=found,
        before=before,
        after=after,
        first=places[0] if places else None,
        last=places[-1] if places else None,
        number=number,
        count=len(places),
    )


def _is_by(step: Step, asked: dict[str, Any]) -> bool:
    if "at" in asked:
        return step.fact.position <= int(asked["at"])
    if "on" in asked:
        there = step.fact.recorded_at.astimezone(SWEDEN).date()
        return bool(there <= asked["on"])
    return True


def _beside(places: Sequence[int], number: int) -> tuple[int | None, int | None]:
    before = places[number - 2] if number > 1 else None
    after = places[number] if 0 < number < len(places) else None
    return before, after


def _minute(step: Step) -> str:
    return step.fact.recorded_at.astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M")
