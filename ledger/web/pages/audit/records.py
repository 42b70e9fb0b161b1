"""What people tried and were refused, and which bundles they were given."""

from typing import Any

from flask import request

from ledger import numbers
from ledger.application import persons
from ledger.application.answers import Answer
from ledger.application.answers.access import RecordedAttempt, RecordedRead, attempt_answer
from ledger.application.answers.making import made
from ledger.application.bodies import parsing
from ledger.application.bodies.access import AttemptsQuery, ReadsQuery
from ledger.application.bodies.typed import day
from ledger.bounds import PAGE
from ledger.domain.calendar import SWEDEN
from ledger.domain.refusals import Fault, Invalid, NotFound
from ledger.projections import access as rows
from ledger.projections.then import Then, moment
from ledger.web.access import allow
from ledger.web.pages.audit.parts import DESK, blueprint, page
from ledger.web.pages.files import file_asked
from ledger.web.pages.labels import label
from ledger.web.pages.times import Times, asked_for
from ledger.web.problem_types import status_of
from ledger.web.seen import asker, ledger

Given = dict[str, str]


@blueprint.get("/audit/attempts")
@allow(*DESK)
def attempts() -> Any:
    """By the query that the API asks, in the order of the log."""
    times, after, _ = asked_for()
    typed, narrowed, faults = _narrowed(AttemptsQuery, ("person", "agreement", "from", "to"))

    def some(then: Then, after: str, limit: int) -> list[rows.Attempt]:
        with _reading() as connection:
            return rows.tried(
                connection,
                visible_to=asker().visible,
                access_of=asker().access_of,
                then=_recorded(times, then),
                after=_place(after),
                limit=limit,
                **narrowed,
            )

    def answers(then: Then, after: str, limit: int) -> list[tuple[str, Answer]]:
        language = asker().language
        found = some(then, after, limit)
        return [(str(one.row["position"]), attempt_answer(one, language)) for one in found]

    if not faults and (file := file_asked(RecordedAttempt, answers, times, typed)) is not None:
        return file
    found = [] if faults else some(times.then, after, PAGE + 1)
    shown = page(
        "attempts",
        label("Refused attempts"),
        times,
        found=found[:PAGE],
        recorded=_minute,
        typed=typed,
        faults=faults,
        following=found[PAGE - 1].row["position"] if len(found) > PAGE else None,
    )
    return (shown, status_of(Invalid)) if faults else shown


@blueprint.get("/audit/reads")
@allow(*DESK)
def reads() -> Any:
    """An auditor sees their own."""
    times, after, _ = asked_for()
    typed, narrowed, faults = _narrowed(ReadsQuery, ("agreement",))
    scope = narrowed.pop("agreement", None)
    if asker().audited is not None:
        narrowed["person"] = asker().by.person

    def some(then: Then, after: str, limit: int) -> list[dict[str, Any]]:
        with _reading() as connection:
            return rows.read(
                connection,
                access_of=asker().access_of,
                scope=scope,
                then=_recorded(times, then),
                after=_place(after),
                limit=limit,
                **narrowed,
            )

    def answers(then: Then, after: str, limit: int) -> list[tuple[str, Answer]]:
        return [(str(one["position"]), made(RecordedRead, one)) for one in some(then, after, limit)]

    if not faults and (file := file_asked(RecordedRead, answers, times, typed)) is not None:
        return file
    found = [] if faults else some(times.then, after, PAGE + 1)
    shown = page(
        "reads",
        label("Bundles read"),
        times,
        found=found[:PAGE],
        recorded=_minute,
        typed=typed,
        faults=faults,
        following=found[PAGE - 1]["position"] if len(found) > PAGE else None,
    )
    return (shown, status_of(Invalid)) if faults else shown


def _narrowed(shape: Any, names: tuple[str, ...]) -> tuple[Given, dict[str, Any], list[Fault]]:
    """What the address narrows the list by, as it was typed and as it was read."""
    typed = {name: request.args[name].strip() for name in names if request.args.get(name, "")}
    given = dict(typed)
    given |= {name: day(typed[name]) for name in ("from", "to") if name in typed}
    try:
        found = parsing.load(shape, given)
        if "person" in found:
            found["person"] = persons.sought(asker(), found["person"])
        if "agreement" in found:
            number = numbers.agreement_number(ledger(), found["agreement"], asker().visible)
            found["agreement"] = number
    except Invalid as refusal:
        return typed, {}, list(refusal.faults)
    except NotFound:
        return typed, {"agreement": given["agreement"]}, []
    left_out = ("as_of", "known_at", "after", "limit")
    return typed, {name: value for name, value in found.items() if name not in left_out}, []


def _recorded(times: Times, then: Then) -> Then:
    """What is listed as it was recorded: without a date all of it."""
    return Then(as_of=times.as_of, known_at=then.known_at)


def _place(after: str) -> int:
    return int(after) if after.isascii() and after.isdecimal() and len(after) < 16 else 0


def _minute(row: dict[str, Any]) -> str:
    return moment(row["recorded_at"]).astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M")


def _reading() -> Any:
    views = ledger().views
    views.catch_up()
    return views.database.reading()
