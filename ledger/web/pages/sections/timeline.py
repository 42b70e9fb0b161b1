"""What happened under an agreement, by the day that it counts for, the newest first."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter

import msgspec
from flask import request

from ledger.application import seeing
from ledger.application.asker import EVERYONE
from ledger.application.bodies import parsing
from ledger.application.bodies.queries import TimelineQuery
from ledger.bounds import TIMELINE
from ledger.projections import timeline as happenings
from ledger.web.access import allow
from ledger.web.pages.labels import label
from ledger.web.pages.sections.frame import blueprint, opened, section
from ledger.web.pages.times import asked_for
from ledger.web.pages.told import Told, told
from ledger.web.seen import asker, ledger

ABOUT = {
    "agreement": label("The agreement"),
    "order": label("Orders"),
    "drawdown": label("Invoices"),
}
"""What each kind of happening is called."""


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
