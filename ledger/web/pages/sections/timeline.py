"""What happened under an agreement, by the day that it counts for, the newest first."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

import msgspec
from flask import request

from ledger.application import seeing
from ledger.application.asker import EVERYONE
from ledger.application.bodies import parsing
from ledger.application.bodies.queries import TimelineQuery
from ledger.bounds import TIMELINE
from ledger.domain import agreement
from ledger.domain.calendar import SWEDEN
from ledger.projections import timeline as happenings
from ledger.projections.then import moment
from ledger.telling import tell
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages.labels import label
from ledger.web.pages.sections.frame import blueprint, opened, section
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, say, words

ABOUT = {
    "agreement": label("The agreement"),
    "order": label("Orders"),
    "drawdown": label("Invoices"),
}
"""What each kind of happening is called."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A happening as the timeline shows it. `moves` are öre by the name of the money; `last` is
    the position of the last fact that followed; `late` says that it was recorded after the day that
    it counts for."""

    position: int
    last: int
    on: date
    recorded: str
    late: bool
    text: str
    notes: tuple[str, ...]
    who: str
    moves: tuple[tuple[str, int], ...]
    colour: str


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What counts for one day; `ahead`: it has not come."""

    on: date
    ahead: bool
    items: Sequence[Told]


@blueprint.get("/agreements/<agreement:number>/timeline")
@allow(*EVERYONE)
def timeline(number: str) -> str:
    of = opened(number)
    _, _, before = asked_for()
    asked = {name: request.args[name] for name in TimelineQuery().fields if request.args.get(name)}
    narrowed = parsing.load(TimelineQuery, asked)
    person = narrowed.get("person")
    with ledger().views.database.reading() as connection:
        found = happenings.latest(
            connection,
            of.number,
            party=asker().party or seeing.only(asker(), of.row.now),
            as_of=of.times.as_of,
            known_at=of.times.known_at,
            before=before,
            kind=narrowed.get("kind"),
            order=narrowed.get("order"),
            people=ledger().registry.called(person) if person else None,
            within=asker().people_of,
            limit=TIMELINE,
        )
    shown = sorted((told(one, of.state) for one in found), key=lambda one: one.on, reverse=True)
    return section(
        "timeline",
        of,
        days=[
            Day(on=on, ahead=on > of.day, items=list(some))
            for on, some in groupby(shown, key=attrgetter("on"))
        ],
        asked=asked,
        kinds=ABOUT,
        own=asker().visible is not None,
        older=found[-1].facts[0]["position"] if len(found) == TIMELINE else None,
        paged=before is not None,
    )


def told(happening: happenings.Happening, of: agreement.State) -> Told:
    said = of_request()
    first = happening.first
    others = [row for row in happening.facts if row is not first]
    notes = [
        say(tell(happenings.event_of(row), row["stream"], of.currency), said)
        for row in others
        if row["name"] in (*_ALERTS, "order-passed-on")
    ]
    use = happening.moved
    moves = [
        ("cap", happening.cap),
        ("reserved", use.reserved),
        ("committed", use.committed),
        ("drawn", use.drawn),
        ("remaining", happening.cap - use.total),
    ]
    alerts = notes or first["name"] in _ALERTS
    kind = first["stream"].partition("/")[0]
    recorded = moment(first["recorded_at"]).astimezone(SWEDEN)
    return Told(
        position=first["position"],
        last=happening.facts[-1]["position"],
        on=first["effective_on"],
        recorded=recorded.strftime("%Y-%m-%d %H:%M"),
        late=recorded.date() > first["effective_on"],
        text=say(tell(happenings.event_of(first), first["stream"], of.currency), said),
        notes=tuple(notes),
        who=say(who(first, of), said),
        moves=tuple((name, ore) for name, ore in moves if ore),
        colour="warning" if alerts else _COLOURS.get(kind, "neutral"),
    )


_ALERTS = ("threshold-crossed", "under-use-alert-raised", "term-alert-raised")
_COLOURS = {"agreement": "accent", "order": "info", "drawdown": "success"}


def who(row: dict[str, Any], of: agreement.State) -> Sentence:
    """The role and organisation that acted; for their own organisation also the person: by name, or
    once that was erased by the id."""
    names = {party.organisation: party.name for party in (*of.buyers, *of.suppliers)}
    there = names.get(row["organisation"]) or row["organisation"]
    if row["organisation"] in asker().people_of:
        people: dict[str, str] = ledger().registry.names({row["person"]})
        if name := people.get(row["person"], row["person"]):
            return words("{name}, {role}, {there}", name=name, role=row["role"], there=there)
    return words("{role}, {there}", role=row["role"], there=there)
