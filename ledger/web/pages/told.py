"""A happening as a timeline tells it: what it was, whose, and what it moved."""

from datetime import date
from typing import Any

import msgspec

from ledger.application import seeing
from ledger.application.answers.log import is_another
from ledger.domain import agreement
from ledger.domain.calendar import SWEDEN
from ledger.projections import timeline as happenings
from ledger.projections.then import moment
from ledger.telling import tell
from ledger.web.language import of_request
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, say, words


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
    once that was erased by the id. One supplier of several is not told of another."""
    part = seeing.only(asker(), of)
    if part is not None and is_another(row["role"], row["organisation"], part):
        return words("{role}", role=row["role"])
    names = {party.organisation: party.name for party in (*of.buyers, *of.suppliers)}
    there = names.get(row["organisation"]) or row["organisation"]
    if row["organisation"] in asker().people_of:
        people: dict[str, str] = ledger().registry.names({row["person"]})
        if name := people.get(row["person"], row["person"]):
            if not there:  # the ledger itself, which has no organisation
                return words("{name}, {role}", name=name, role=row["role"])
            return words("{name}, {role}, {there}", name=name, role=row["role"], there=there)
    if not there:
        return words("{role}", role=row["role"])
    return words("{role}, {there}", role=row["role"], there=there)
