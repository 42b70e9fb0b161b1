"""What may come: commands played in thought, what the calendar brings, stale commitments."""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from ledger.bounds import MAX_TICK_PAUSE
from ledger.cli.exporting import File, write_file
from ledger.cli.opening import every, ledger, read_body, today
from ledger.cli.output import Stopped, language, ore, say, say_json, status_words, table, tell, term
from ledger.cli.parameters import DAY, as_file, as_json, as_of, known_at
from ledger.domain.refusals import NotFound
from ledger.wording import Sentence, sentence, words

if TYPE_CHECKING:
    from ledger.application.answers.trying import TriedStep, WhatIfAnswer
    from ledger.opening import Ledger
    from ledger.projections.agreements import Row
    from ledger.projections.then import Then


@click.command("what-if")
@click.argument("file")
@click.option("--agreement", help="Under which agreement; by default the only one that there is.")
@click.option("--stop", is_flag=True, help="Stop at the first command that is refused.")
@as_json
def what_if(file: str, agreement: str | None, stop: bool, as_json: bool) -> None:
    """Play the commands in FILE in thought: the balance after each; - for standard input.

    FILE is a JSON list of commands, each the API's body with the name of the command in it.
    Nothing is recorded.
    """
    from ledger.application import asking, steps
    from ledger.application.bodies.parsing import load
    from ledger.deciding import Loaded
    from ledger.domain.events import By
    from ledger.numbers import agreement_number

    body = load(steps.WhatIf, {"steps": read_body(file), "stop": stop})
    opened = ledger()
    number = agreement_number(opened, agreement) if agreement else _only_agreement(opened)
    buyer = Loaded(opened.service.load).agreement(number).buyers[0].organisation
    by = By(person="", organisation=buyer, role="manager")
    stage = steps.Stage(number, by, today())
    found = asking.played(opened.service, stage, body, by, language())
    if as_json:
        say_json(found)
        return
    tell(words("Nothing is recorded. This is what it would do:"))
    say("")
    table(
        ("Step", "Command", "Of", "Outcome", "Amount", "Reserved", "Committed", "Drawn",
         "Remaining"),
        [_before(found), *(_row(step) for step in found.steps)],
    )  # fmt: skip
    refusals = [(step.step, step.refusal) for step in found.steps if step.refusal]
    if refusals:
        say("")
    for step, refusal in refusals:
        faults = [f"{fault.pointer or '/'}: {fault.detail}" for fault in refusal.errors]
        for line in faults or [refusal.detail]:
            say(f"{step}: {line}")


def _only_agreement(opened: Ledger) -> str:
    rows = _agreements(opened)
    if len(rows) != 1:
        raise Stopped(words("Say with --agreement under which agreement."))
    return rows[0].state.number


def _agreements(opened: Ledger, number: str | None = None, then: Then | None = None) -> list[Row]:
    """All agreements, or the one of a number, caught up, now or as they were. Raises NotFound."""
    from ledger.numbers import agreement_number
    from ledger.projections import agreements
    from ledger.projections.then import NOW

    number = number and agreement_number(opened, number)
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        rows = list(
            every(
                lambda after, limit: agreements.listed(
                    connection, None, number=number, then=then or NOW, after=after, limit=limit
                ),
                lambda row: row.state.number,
            )
        )
    if number is not None and not rows:
        raise NotFound(what="agreement", name=number)
    return rows


PLACES = ("reserved", "committed", "drawn", "remaining")


def _before(found: WhatIfAnswer) -> tuple[int | str | None, ...]:
    return (
        "",
        term("now"),
        found.agreement,
        "",
        "",
        *(ore(getattr(found.before, p)) for p in PLACES),
    )


def _row(step: TriedStep) -> tuple[int | str | None, ...]:
    amount = ore(step.amount)
    return (
        str(step.step),
        step.command,
        step.name or "",
        term("refused") if step.refusal else status_words(step.status or ""),
        "" if amount is None else amount,
        *(ore(getattr(step.balance, place)) for place in PLACES),
    )


@click.command()
@click.option("--on", type=DAY, help="The day; by default today.")
@click.option(
    "--every",
    type=click.IntRange(1, MAX_TICK_PAUSE),
    metavar="SECONDS",
    help="Go on, and do it again after so many seconds.",
)
@as_json
def tick(on: date | None, every: int | None, as_json: bool) -> None:
    """Record what a day brings about: orders that lapse, terms that near their end, alerts of use.

    Run it every day, or with --every as a service. What has been recorded is not recorded again,
    however many do it at the same time.
    """
    from ledger.domain.refusals import Unavailable

    if on is not None and on > today():
        raise Stopped(words("That day has not come."))
    if on is not None and every is not None:
        raise Stopped(words("--every is for each day as it comes: leave --on out."))
    opened = ledger()
    if every is None:
        if on is None:
            _not_too_far(opened, today())
        _tick(opened, on or today(), as_json=as_json, silent=False)
        return
    while True:
        try:
            _not_too_far(opened, today())
            _tick(opened, today(), as_json=as_json, silent=True)
        except Unavailable as refusal:
            say(sentence(refusal, language()))
        except Stopped as stopped:
            stopped.show()
        time.sleep(every)


def _not_too_far(opened: Ledger, on: date) -> None:
    """Raises Stopped where the clock says a day that somebody has to say with --on."""
    from ledger.tick import too_far

    if (fault := too_far(opened.store, on)) is not None:
        raise Stopped(Sentence(fault.sentence, fault.figures))


def _tick(opened: Ledger, on: date, *, as_json: bool, silent: bool) -> None:
    """Do it once; where nothing is due say so, unless that is to be `silent`."""
    from ledger.application.answers.calendar import ticked_answer
    from ledger.domain.events import NAME_OF, RoomMoved
    from ledger.tick import calendar
    from ledger.tick import tick as work

    by = calendar(opened.service, opened.registry)
    facts = list(work(opened.service, opened.views, by, on, opened.registry))
    if silent and not facts:
        return
    found = ticked_answer(facts, on, opened.service.load, language())
    if as_json:
        say_json(found)
        return
    if not facts:
        tell(words("Nothing is due."))
    for fact in found.facts:
        if fact.name == NAME_OF[RoomMoved]:
            continue
        about = f"{fact.agreement}: " if fact.stream.startswith("agreement/") else ""
        say(f"{fact.effective_on}  {about}{fact.sentence}")


@click.command()
@click.argument("agreement", required=False)
@click.option("--on", type=DAY, help="The day that it is told for; by default today.")
@as_file
@as_of
@known_at
@as_json
def stale(
    agreement: str | None,
    on: date | None,
    as_of: date | None,
    known_at: datetime | None,
    to_file: File | None,
    as_json: bool,
) -> None:
    """Commitments whose course is over and that are not invoiced, by age; of all agreements."""
    from ledger.application.answers.stale import StaleOrder, stale_answer
    from ledger.application.asking import stale_of
    from ledger.projections.then import Then

    opened = ledger()
    then, day = Then(as_of=as_of, known_at=known_at), on or as_of or today()
    rows = _agreements(opened, agreement, then)
    with opened.views.database.reading() as connection:
        found = {
            row.state.number: stale_answer(
                stale_of(connection, row.state.number, day, then=then), row.state.currency, day
            )
            for row in rows
        }
    if as_json:
        say_json(found[rows[0].state.number] if agreement else list(found.values()))
        return
    items = sorted(
        (item for one in found.values() for item in one.items),
        key=lambda item: (item.since, item.order),
    )
    if to_file is not None:
        write_file(opened, to_file, StaleOrder, items, day, known_at)
        return
    table(
        ("Order", "Course", "Status", "Since", "Days", "Ordered", "Invoiced", "Could release"),
        [
            (
                item.order,
                item.course,
                status_words(item.status),
                item.since,
                str(item.days),
                *(ore(getattr(item, name)) for name in ("ordered", "invoiced", "release")),
            )
            for item in items
        ],
    )


@click.command()
@click.argument("agreement")
@as_of
@known_at
@as_file
@as_json
def summary(
    agreement: str,
    as_of: date | None,
    known_at: datetime | None,
    to_file: File | None,
    as_json: bool,
) -> None:
    """What was paid, for how many, with which result: to be published, without personal data."""
    from ledger.application.answers.summary import Course, summary_answer
    from ledger.application.asking import counted_of, orders_of
    from ledger.cli.history import find
    from ledger.projections.postings import opening_by_buyer
    from ledger.projections.then import Then

    opened = ledger()
    day = as_of or today()
    then = Then(as_of=day, known_at=known_at)
    row = find(opened, agreement, day, known_at)
    with opened.views.database.reading() as connection:
        orders = orders_of(connection, row.state.number, then=then)
        drawdowns = counted_of(connection, row.state.number, then)
        carried = opening_by_buyer(connection, row.state.number, then)
        found = summary_answer(row.state, orders, drawdowns, carried, day, language())
    if to_file is not None:
        write_file(opened, to_file, Course, found.courses, as_of, known_at)
    elif as_json:
        say_json(found)
    else:
        say(found.text)


@click.command()
@click.argument("agreement")
@click.option("--on", type=DAY, help="The day that it is told from; by default today.")
@known_at
@as_json
def forecast(agreement: str, on: date | None, known_at: datetime | None, as_json: bool) -> None:
    """When the cap and each limit are reached, as a range, and what will be left unused."""
    from ledger.application.answers.outlook import forecast_answer
    from ledger.cli.history import find, viewed
    from ledger.projections.forecast import forecast as projected
    from ledger.projections.postings import limits_known
    from ledger.projections.then import Then

    opened = ledger()
    day = on or today()
    row = find(opened, agreement, day, known_at)
    with opened.views.database.reading() as connection:
        known = limits_known(connection, row.now, known_at)
        limits = projected(connection, row.state, day, Then(as_of=day, known_at=known_at), of=known)
    found = forecast_answer(row.state, limits, day, language())
    if as_json:
        say_json(found)
        return
    tell(viewed(found))
    say("")
    for limit in found.limits:
        say(limit.sentence)
        if limit.assumption:
            say(f"  {limit.assumption}")
        if limit.drawn is None:
            continue
        say(limit.drawn.sentence)
        if limit.drawn.assumption:
            say(f"  {limit.drawn.assumption}")
