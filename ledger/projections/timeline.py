"""The timeline: every fact of an agreement and its orders and invoices, readable, in order.

Facts that are no agreement's, as of an organisation, are in it too, in their own streams.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select, union_all

from ledger.bounds import PAGE
from ledger.domain.events import (
    NAME_OF,
    NAMES,
    AnswerLinkMade,
    AnswerLinkRevoked,
    CompetitionAnswered,
    CompetitionOpened,
    DrawdownApproved,
    DrawdownRecorded,
    Event,
    Fact,
    OffersOpened,
    OpeningBalanceRecorded,
    OrderPassedOn,
    OrderPlaced,
    RoomMoved,
    RoomReserved,
)
from ledger.domain.limits import Use
from ledger.projections.database import (
    agreements,
    drawdowns,
    insert_rows,
    orders,
    people,
    postings,
    timeline,
)
from ledger.projections.seeing import ITSELF, Visible, is_visible, organisations, seen_by
from ledger.projections.sought import ALL, Sought
from ledger.projections.statement import cap_moves
from ledger.projections.then import NOW, Then, micros, moment


def project(connection: Connection, facts: Sequence[Fact]) -> None:
    """Runs after orders and drawdowns, whose rows say which agreement a stream belongs to."""
    known = _known(connection, facts)
    rows = []
    for fact in facts:
        agreement, supplier = _belongs(fact, known)
        known[fact.stream] = agreement, supplier
        rows.append(
            {
                "position": fact.position,
                "agreement": agreement,
                "stream": fact.stream,
                "version": fact.version,
                "name": NAME_OF[type(fact.event)],
                "supplier": supplier,
                "person": fact.by.person,
                "organisation": fact.by.organisation,
                "role": fact.by.role,
                "request": fact.request,
                "effective_on": fact.effective_on,
                "recorded_at": micros(fact.recorded_at),
                "data": _ENCODER.encode(fact.event).decode(),
            }
        )
    insert_rows(connection, timeline, rows)


def came(connection: Connection, agreement: str) -> dict[str, datetime]:
    """When each invoice and credit of an agreement was recorded, by its stream, in the order in
    which they came."""
    t = timeline.c
    query = select(t.stream, t.recorded_at).where(
        t.agreement == agreement, t.name == NAME_OF[DrawdownRecorded]
    )
    rows = connection.execute(query.order_by(t.position))
    return {row.stream: moment(row.recorded_at) for row in rows}


Belonging = tuple[str | None, str | None]
"""The agreement that a fact is of and the supplier that it is about, where there is one."""


def _known(connection: Connection, facts: Sequence[Fact]) -> dict[str, Belonging]:
    """What older orders and invoices belonged to before these facts.

    Their rows are those after them: who had an order before it was passed on stands in the fact.
    """
    givers: dict[str, str] = {}
    for fact in facts:
        if isinstance(fact.event, OrderPassedOn):
            givers.setdefault(fact.stream, fact.event.giver)
    found: dict[str, Belonging] = {}
    begun = {f.stream for f in facts if isinstance(f.event, OrderPlaced | DrawdownRecorded)}
    for table, key, prefix in ((orders, "number", "order/"), (drawdowns, "id", "drawdown/")):
        names = {
            fact.stream.removeprefix(prefix)
            for fact in facts
            if fact.stream.startswith(prefix) and fact.stream not in begun
        }
        for name in _chunks(sorted(names)):
            query = select(table.c[key], table.c.agreement, table.c.supplier)
            for row in connection.execute(query.where(table.c[key].in_(name))):
                stream = prefix + row[0]
                found[stream] = row[1], givers.get(stream, row[2])
    return found


def _belongs(fact: Fact, known: dict[str, Belonging]) -> Belonging:
    match fact.event:
        case OrderPlaced() | DrawdownRecorded():
            return fact.event.agreement, fact.event.supplier
        case AnswerLinkMade() | AnswerLinkRevoked():
            return fact.event.agreement, fact.event.organisation
        case OrderPassedOn():
            return known[fact.stream][0], fact.event.supplier
        case RoomReserved() | RoomMoved():
            # All moves of one fact are of one order, which is with one supplier at a time.
            supplier = next((move.dimensions.supplier for move in fact.event.moves), None)
            return fact.stream.removeprefix("agreement/"), supplier
        case CompetitionAnswered():
            return fact.stream.removeprefix("agreement/"), fact.event.supplier
        case _ if fact.stream.startswith("agreement/"):
            return fact.stream.removeprefix("agreement/"), None
        case _:
            return known.get(fact.stream, (None, None))


OWN = ("organisation",)
"""Nouns whose streams are named by the organisation that may see them."""

_ENCODER = msgspec.json.Encoder(order="sorted")


def _chunks(names: list[str]) -> list[list[str]]:
    return [names[i : i + 500] for i in range(0, len(names), 500)]


def of(
    connection: Connection,
    *,
    agreement: str | None = None,
    stream: str | None = None,
    visible_to: Visible = None,
    access_of: frozenset[str] | None = None,
    sought: Sought = ALL,
    then: Then = NOW,
    after: int = 0,
    before: int | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Facts after a position, of an agreement, of one stream, or of the whole ledger; `before` one
    the newest first (0: the newest of all).

    Of people's access those are told that concern people of the organisations `access_of`, or that
    these people recorded; None: all.
    """
    place = timeline.c.position
    query = select(timeline).where(place > after, *then.of(timeline), *sought.held).limit(limit)
    if before:
        query = query.where(place < before)
    query = query.order_by(place if before is None else place.desc())
    if visible_to is not None:
        own = [f"{noun}/{name}" for noun in OWN for name in organisations(visible_to)]
        terms = and_(*is_visible(timeline.c.agreement, visible_to), timeline.c.name.in_(ITSELF))
        theirs = timeline.c.stream.startswith("file/", autoescape=True) & (
            timeline.c.organisation.in_(organisations(visible_to))
        )
        of_access = false() if access_of is None else _of_access(access_of)
        query = query.where(
            seen_by(visible_to, timeline) | terms | timeline.c.stream.in_(own) | theirs | of_access
        )
    elif access_of is not None:
        query = query.where(~timeline.c.stream.startswith("access/") | _of_access(access_of))
    if agreement is not None:
        query = query.where(timeline.c.agreement == agreement)
    if stream is not None:
        query = query.where(timeline.c.stream == stream)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return unopened(connection, rows, visible_to)


def weight(connection: Connection, agreement: str | None) -> tuple[int, int]:
    """How many facts an agreement has, or (None) the log, and the bytes of what they say."""
    query = select(func.count(), func.coalesce(func.sum(func.length(timeline.c.data)), 0))
    if agreement is not None:
        query = query.where(timeline.c.agreement == agreement)
    count, stored = connection.execute(query).one()
    return int(count), int(stored)


def stored_at(connection: Connection, position: int) -> tuple[int, str]:
    """The version and the data of the fact at a position, which there is, with nothing hidden."""
    query = select(timeline.c.version, timeline.c.data).where(timeline.c.position == position)
    version, data = connection.execute(query).one()
    return version, data


def _of_access(organisations: frozenset[str]) -> ColumnElement[bool]:
    of = people.c.organisation.in_(sorted(organisations))
    streams = select("access/" + people.c.person).where(of)
    by = timeline.c.organisation.in_(sorted(organisations))
    return timeline.c.stream.startswith("access/") & (by | timeline.c.stream.in_(streams))


def unopened(
    connection: Connection, rows: list[dict[str, Any]], visible_to: Visible
) -> list[dict[str, Any]]:
    """Facts as they may be told: of a competition whose offers are sealed that another supplier
    answered, and not what."""
    answered = NAME_OF[CompetitionAnswered]
    some = sorted({row["agreement"] for row in rows if row["name"] == answered})
    sealed = _sealed(connection, some)
    own = () if visible_to is None else organisations(visible_to)
    return [
        _hidden(row) if row["name"] == answered and _is_hidden(row, sealed, own) else row
        for row in rows
    ]


def _sealed(connection: Connection, agreements: list[str]) -> set[tuple[str, int]]:
    """The competitions of some agreements whose offers are sealed, now."""
    t = timeline.c
    names = [NAME_OF[kind] for kind in (CompetitionOpened, OffersOpened)]
    found: set[tuple[str, int]] = set()
    for name in _chunks(agreements):
        query = select(timeline).where(t.agreement.in_(name), t.name.in_(names))
        for row in connection.execute(query.order_by(t.position)).mappings():
            event = event_of(dict(row))
            if isinstance(event, CompetitionOpened) and event.sealed:
                found.add((row["agreement"], event.number))
            elif isinstance(event, OffersOpened):
                found.discard((row["agreement"], event.number))
    return found


def _is_hidden(row: dict[str, Any], sealed: set[tuple[str, int]], own: Sequence[str]) -> bool:
    event = event_of(row)
    assert isinstance(event, CompetitionAnswered), "only answers are hidden"
    theirs = event.supplier in own and not event.entered_by
    return (row["agreement"], event.number) in sealed and not theirs


def _hidden(row: dict[str, Any]) -> dict[str, Any]:
    event = event_of(row)
    assert isinstance(event, CompetitionAnswered), "only answers are hidden"
    return {**row, "data": _ENCODER.encode(event.unopened).decode()}


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """What one command came to: its facts, and what it moved between the kinds of money (öre)."""

    facts: tuple[dict[str, Any], ...]
    moved: Use
    cap: int

    @property
    def first(self) -> dict[str, Any]:
        """The fact that the command was about; the others follow from it. What an approval answers
        or finds before comes before it, and the order that an opening balance is of."""
        main = (DrawdownApproved.stored, OpeningBalanceRecorded.stored)
        return next((fact for fact in self.facts if fact["name"] in main), self.facts[0])


def event_of(row: dict[str, Any]) -> Event:
    return msgspec.json.decode(row["data"], type=NAMES[row["name"]])


def latest(
    connection: Connection,
    agreement: str,
    *,
    party: Visible = None,
    as_of: date | None = None,
    known_at: datetime | None = None,
    before: int | None = None,
    kind: str | None = None,
    order: str | None = None,
    people: Collection[str] | None = None,
    within: Visible = None,
    limit: int = PAGE,
) -> list[Happening]:
    """What happened under an agreement, the newest first, command by command.

    `party` leaves out what is about others' orders; `before` is a position, the cursor. `kind` and
    `order` keep the commands that were about such a thing, or that order and its invoices;
    `people` those that they did for an organisation `within`. The facts of one command follow each
    other in the log, since they are appended in one transaction.
    """
    t = timeline.c
    query = select(timeline).where(t.agreement == agreement).order_by(t.position.desc())
    if as_of is not None:
        query = query.where(t.effective_on <= as_of)
    if known_at is not None:
        query = query.where(t.recorded_at <= micros(known_at))
    if before is not None:
        query = query.where(t.position < before)
    if party is not None:
        query = query.where(_of_party(agreement, party))
    if order is not None:
        query = query.where(t.request.in_(_requests_on(order)))
    if people is not None:
        query = query.where(t.person.in_(people))
        if within is not None:
            query = query.where(t.organisation.in_(organisations(within)))
    groups: list[list[dict[str, Any]]] = []
    with connection.execute(query.execution_options(yield_per=limit * 4)) as result:
        for row in result.mappings():
            if groups and groups[-1][0]["request"] == row["request"]:
                groups[-1].insert(0, dict(row))
                continue
            if groups and not _is_about(groups[-1], kind):
                groups.pop()
            if len(groups) == limit:
                break
            groups.append([dict(row)])
    if groups and not _is_about(groups[-1], kind):
        groups.pop()
    moved = _moved(connection, [row["position"] for rows in groups for row in rows])
    caps = cap_moves(connection, agreement, Then(as_of=as_of, known_at=known_at))
    return [_happening(unopened(connection, rows, within), moved, caps) for rows in groups]


def last_written(connection: Connection, visible: Visible, limit: int) -> list[str]:
    """The agreements, of those that may be shown, under which something was recorded last."""
    a = agreements.c
    newest = (
        select(func.max(timeline.c.position))
        .where(timeline.c.agreement == a.number)
        .scalar_subquery()
    )
    query = select(a.number).where(*is_visible(a.number, visible)).order_by(newest.desc())
    return list(connection.execute(query.limit(limit)).scalars())


KINDS = ("agreement", "order", "drawdown")
"""What a command under an agreement may be about."""


def _is_about(group: list[dict[str, Any]], kind: str | None) -> bool:
    return kind is None or str(group[0]["stream"]).startswith(f"{kind}/")


def _requests_on(order: str) -> Select[Any]:
    """The commands that an order has facts of, or one of its invoices."""
    t = timeline.c
    of = select(drawdowns.c.id).where(drawdowns.c.orders.contains(f" {order} ", autoescape=True))
    return select(t.request).where(
        or_(t.stream == f"order/{order}", t.stream.in_(select("drawdown/" + of.subquery().c.id)))
    )


def _of_party(agreement: str, party: str | frozenset[str]) -> ColumnElement[bool]:
    """Facts about the agreement itself, or about what the party is buyer or supplier of."""
    t, names = timeline.c, organisations(party)
    streams = [
        select(prefix + table.c[key]).where(
            table.c.agreement == agreement, table.c.buyer.in_(names)
        )
        for prefix, table, key in (("order/", orders, "number"), ("drawdown/", drawdowns, "id"))
    ]
    moves = select(postings.c.position).where(
        postings.c.agreement == agreement, postings.c.buyer.in_(names)
    )
    return or_(
        t.supplier.in_(names),
        t.stream.in_(union_all(*streams)),
        t.position.in_(moves),
        t.name.in_(ITSELF),
    )


def _moved(connection: Connection, positions: list[int]) -> dict[int, Use]:
    p = postings.c
    result: dict[int, Use] = {}
    for start in range(0, len(positions), 500):
        query = (
            select(
                p.position,
                *(func.sum(x) for x in (p.reserved, p.committed, p.drawn)),
            )
            .where(p.position.in_(positions[start : start + 500]))
            .group_by(p.position)
        )
        for row in connection.execute(query):
            result[row[0]] = Use(int(row[1]), int(row[2]), int(row[3]))
    return result


def _happening(
    rows: list[dict[str, Any]], moved: dict[int, Use], caps: dict[int, int]
) -> Happening:
    positions = [row["position"] for row in rows]
    return Happening(
        facts=tuple(rows),
        moved=sum((moved[at] for at in positions if at in moved), start=Use()),
        cap=sum(caps.get(at, 0) for at in positions),
    )
