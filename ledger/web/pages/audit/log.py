"""The log: every fact that the visitor may see, narrowed by what they look for; and one of them
with its bytes, its hash and its proof."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from flask import request
from sqlalchemy import Connection

from ledger.application import persons, proving, seeing
from ledger.application.answers import Answer
from ledger.application.answers.log import Fact
from ledger.application.bodies import parsing
from ledger.application.bodies.queries import LogQuery
from ledger.application.bodies.typed import day
from ledger.bounds import PAGE
from ledger.domain.calendar import SWEDEN
from ledger.domain.events import NAMES, ROLES, AttemptRefused, AttemptsUncounted
from ledger.domain.refusals import Fault, Invalid, NotFound
from ledger.projections import agreements, timeline
from ledger.projections.sought import Sought
from ledger.projections.then import Then, moment
from ledger.telling import tell
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages.audit.parts import DESK, blueprint, page
from ledger.web.pages.files import file_asked
from ledger.web.pages.labels import label
from ledger.web.pages.times import Times, asked_for
from ledger.web.problem_types import status_of
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, say

FIELDS = ("person", "role", "about", "name", "from", "to")
TICKS: Mapping[str, Sentence] = {
    "recorded_late": label("Recorded late"),
    "uncovered": label("Not covered by its ground"),
    "flagged": label("Flagged"),
}
"""What is looked for by a tick, and what it is called."""


NOUNS: Mapping[str, Sentence] = {
    "agreement": label("Agreement"),
    "order": label("Order"),
    "drawdown": label("Invoice"),
    "organisation": label("Organisation"),
    "access": label("A person's rights"),
    "file": label("Received file"),
    "number": label("Number taken"),
    "link": label("Link that answers an order"),
    "log": label("The log"),
}
"""What facts are recorded of, by what the names of their streams begin with."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as the log tells it; `noun` and `named` are what it is recorded of, `marks` what it is
    marked."""

    position: int
    recorded: str
    on: str
    person: str
    role: str
    text: str
    noun: Sentence
    named: str
    marks: Sequence[Sentence]


@blueprint.get("/audit/log")
@allow(*DESK)
def log() -> Any:
    times, _, before = asked_for()
    typed, sought, faults = _sought()
    if not faults and (file := _file(times, typed, sought)) is not None:
        return file
    with _reading() as connection:
        found = [] if faults else _page(connection, times, sought, before or 0, PAGE + 1)
        rows = told(connection, found[:PAGE])
    shown = page(
        "log",
        label("Log"),
        times,
        rows=rows,
        typed=typed,
        faults=faults,
        ticks=TICKS,
        roles=ROLES,
        names=sorted(NAMES),
        following=rows[-1].position if len(found) > PAGE else None,
    )
    return (shown, status_of(Invalid)) if faults else shown


def _sought() -> tuple[dict[str, str], Sought, Sequence[Fault]]:
    """What the address looks for, as it was typed and as it was read."""
    names = (*FIELDS, *TICKS)
    typed = {name: request.args[name].strip() for name in names if request.args.get(name, "")}
    given = dict(typed)
    given |= {name: day(typed[name]) for name in ("from", "to") if name in typed}
    if "about" in given and "/" not in given["about"]:
        about = tuple(f"{noun}/{given['about']}" for noun in NOUNS)
    else:
        about = None
    try:
        found = parsing.load(LogQuery, given)
        if "person" in found:
            found["person"] = persons.sought(asker(), found["person"])
    except Invalid as refusal:
        return typed, Sought(), refusal.faults
    read = {name: found[name] for name in found if name in _MEMBERS}
    return typed, Sought(**(read if about is None else {**read, "about": about})), ()


_MEMBERS = frozenset(Sought.__struct_fields__)


def _page(
    connection: Connection, times: Times, sought: Sought, before: int, limit: int
) -> list[dict[str, Any]]:
    return timeline.of(
        connection,
        visible_to=asker().visible,
        access_of=asker().access_of,
        sought=sought,
        then=Then(as_of=times.as_of, known_at=times.known_at),
        before=before,
        limit=limit,
    )


def _reading() -> Any:
    views = ledger().views
    views.catch_up()
    return views.database.reading()


def _file(times: Times, typed: Mapping[str, str], sought: Sought) -> Any:
    """All that is looked for, as the API lists it."""

    def some(then: Then, after: str, limit: int) -> list[tuple[str, Answer]]:
        with _reading() as connection:
            found = timeline.of(
                connection,
                visible_to=asker().visible,
                access_of=asker().access_of,
                sought=sought,
                then=Then(as_of=times.as_of, known_at=then.known_at),
                after=int(after or 0),
                limit=limit,
            )
            return [(str(one.position), one) for one in seeing.facts(asker(), connection, found)]

    return file_asked(Fact, some, times, typed)


def told(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Facts in words; people by their names, of whom the visitor may read them."""
    currencies = {
        number: found.now.currency
        for number in {row["agreement"] for row in rows if row["agreement"]}
        if (found := agreements.find(connection, number, asker().visible)) is not None
    }
    return [_row(dict(row), currencies.get(row["agreement"], "")) for row in rows]


def _row(row: dict[str, Any], currency: str) -> Row:
    event = timeline.event_of(row)
    noun, _, named = row["stream"].partition("/")
    return Row(
        position=row["position"],
        recorded=moment(row["recorded_at"]).astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M"),
        on=str(row["effective_on"]),
        person=row["person"] if row["organisation"] in asker().people_of else "",
        role=row["role"],
        text=say(tell(event, row["stream"], currency), of_request()),
        noun=NOUNS.get(noun, label(noun)),
        named=named,
        marks=_marks(event),
    )


def _marks(event: Any) -> Sequence[Sentence]:
    flags = tuple(getattr(event, "flags", ()))
    found = [TICKS["recorded_late"]] if "recorded-late" in flags else []
    if getattr(event, "covered", True) is False:
        found.append(label("not covered"))
    if isinstance(event, AttemptRefused | AttemptsUncounted):
        found.append(label("refused"))
    return [*found, TICKS["flagged"]] if set(flags) - {"recorded-late"} else found


# ── One of them ───────────────────────────────────────────────────────────────────────────────


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A fact, as a row of the log and as the API tells it, and its place in its stream; `is_whole`:
    nothing of it is hidden from the visitor."""

    row: Row
    fact: Fact
    version: int
    is_whole: bool


def fact_at(position: int) -> Opened | None:
    """The fact at a position, by the query of the log; None where the visitor sees none there."""
    with _reading() as connection:
        found = timeline.of(
            connection,
            visible_to=asker().visible,
            access_of=asker().access_of,
            after=position - 1,
            limit=1,
        )
        if not found or found[0]["position"] != position:
            return None
        (fact,) = seeing.facts(asker(), connection, found)
        (row,) = told(connection, found)
        version, stored = timeline.stored_at(connection, position)
    whole = stored == found[0]["data"] and fact.data == msgspec.json.decode(stored)
    return Opened(row=row, fact=fact, version=version, is_whole=whole)


@blueprint.get("/audit/log/<position:position>")
@allow(*DESK)
def fact(position: int) -> str:
    """Raises NotFound."""
    found = fact_at(position)
    if found is None:
        raise NotFound(what="record", name=str(position))
    entry = proving.entry(ledger(), found.fact.stream, found.version)
    proof = None if entry is None else proving.inclusion(ledger(), entry.index)
    return page("fact", label("Log"), found=found, entry=entry, proof=proof)
