"""Renewed competitions of an agreement, as they are or as they were, also those that are over."""

from collections.abc import Sequence

from msgspec.structs import replace
from sqlalchemy import Connection, or_, select

from ledger.domain import agreement
from ledger.domain.agreement import Competition, competed
from ledger.domain.events import (
    NAME_OF,
    CompetitionAnswered,
    CompetitionAwarded,
    CompetitionCancelled,
    CompetitionEvent,
    CompetitionOpened,
    OffersOpened,
    RoomReserved,
)
from ledger.projections.database import timeline
from ledger.projections.seeing import Part
from ledger.projections.then import Then
from ledger.projections.timeline import event_of

FACTS = [
    NAME_OF[event]
    for event in (
        CompetitionOpened,
        CompetitionAnswered,
        OffersOpened,
        CompetitionAwarded,
        CompetitionCancelled,
    )
]


def competitions(
    connection: Connection, number: str, then: Then, version: int | None = None
) -> list[Competition]:
    """Every competition by number, with the order by it; up to a version of the agreement."""
    t = timeline.c
    ordering = (t.name == NAME_OF[RoomReserved]) & t.data.contains('"competition":')
    query = (
        select(timeline)
        .where(t.stream == agreement.stream(number), or_(t.name.in_(FACTS), ordering))
        .where(*then.of(timeline))
        .order_by(t.position)
    )
    if version is not None:
        query = query.where(t.version <= version)
    found: dict[int, Competition] = {}
    for row in connection.execute(query).mappings():
        event = event_of(dict(row))
        if isinstance(event, RoomReserved):
            if event.competition in found:
                one = found[event.competition]
                found[event.competition] = replace(one, status="used", order=event.order)
        elif isinstance(event, CompetitionEvent):
            before, on = found.get(event.number), row["effective_on"]
            after = competed(before, event, on, row["organisation"])
            if after is not None:
                found[event.number] = after
    return [found[one] for one in sorted(found)]


def unopened(one: Competition, own: Sequence[str]) -> Competition:
    """One whose offers are sealed, as an organisation sees it: that others answered, not what."""
    if not one.is_sealed:
        return one
    answers = (
        answer
        if answer.supplier in own and not answer.entered_by
        else replace(answer, amount=None, note="", hidden=True)
        for answer in one.answers
    )
    return replace(one, answers=tuple(answers))


def seen_by(only: Part, found: Sequence[Competition]) -> list[Competition]:
    """As some of the suppliers see them (None: whole): what they were asked, and their own answers.

    Who won and why they are told when it is decided; of others' offers and points never.
    """
    if only is None:
        return list(found)
    return [
        replace(
            one,
            asked=tuple(name for name in one.asked if name in only),
            left_out=(),
            answers=tuple(answer for answer in one.answers if answer.supplier in only),
            points=tuple(part for part in one.points if part.organisation in only),
            order=one.order if one.winner in only else None,
        )
        for one in found
        if not only.isdisjoint(one.asked)
    ]
