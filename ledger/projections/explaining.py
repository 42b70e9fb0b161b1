"""Why a figure is what it is: every posting behind it, and the fact that each of them came of.

A figure of a limit is opened into signed amounts, in öre excluding VAT, that add up to it. What a
limit may hold at most is made of the agreement's own facts; what is in use of it, of postings.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    select,
)

from ledger.domain import agreement
from ledger.domain.amounts import AmountFrom, amount_on
from ledger.domain.events import (
    AgreementAmended,
    AgreementRectified,
    AgreementSigned,
    DrawdownRecorded,
    Event,
    FundingChanged,
    FundingDecided,
    FundingMeasured,
    FundingWithdrawn,
    LimitRemoved,
    OpeningBalanceRecorded,
    OpeningBalanceTakenBack,
    ShareMoveAccepted,
    Source,
)
from ledger.domain.limits import CAP, DIMENSIONS, Figure, Unit
from ledger.domain.refusals import NotFound
from ledger.projections import parts
from ledger.projections.database import IS_TERM, timeline
from ledger.projections.parts import NOTHING, Cursor, Narrowed
from ledger.projections.postings import CHANGES, limits_known
from ledger.projections.seeing import Part, is_hidden
from ledger.projections.then import Then
from ledger.projections.timeline import event_of

CAUSES = {
    "agreement-signed": "signed",
    "agreement-rectified": "rectified",
    "limit-removed": "limit-removed",
    "agreement-amended": "amended",
    "share-move-accepted": "share-moved",
    "funding-decided": "funding-decided",
    "funding-changed": "funding-changed",
    "funding-withdrawn": "funding-withdrawn",
    "funding-measured": "funding-measured",
}
"""Stored name of a fact that changes what a limit may hold → the cause that is told."""

LINE = ("order", "drawdown", "cause", "line", *DIMENSIONS, "cost_centre", "code_string")
"""What a posting says of the line that it moved."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What a fact did to a limit's amount, in öre; 0 where it left the amount unknown."""

    fact: dict[str, Any]
    effective_on: date
    amount: int
    unknown: bool

    @property
    def key(self) -> tuple[date, int, int]:
        return self.effective_on, int(self.fact["position"]), 0


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a figure (None: it made the figure unknown), and the fact that it came of.

    `fact` is what the command was about, a row of the timeline. The posting's own is at `position`
    of the log, and has the `version` in the agreement's stream.
    `source` is the received file, where the fact came from one.
    """

    amount: int | None
    position: int
    version: int
    number: int
    effective_on: date
    line: dict[str, Any]
    fact: dict[str, Any]
    source: Source | None


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """A figure (None: unknown), a page of what it is made of, and where the page ends. Of a limit
    that is not there on the day: when it begins, or was removed."""

    amount: int | None
    items: tuple[Item, ...]
    cursor: Cursor | None
    unit: Unit = "money"
    begins_on: date | None = None
    removed_on: date | None = None


def explain(
    connection: Connection,
    state: agreement.State,
    figure: Figure,
    name: str,
    then: Then,
    after: Cursor,
    count: int,
    only: Part = None,
    narrowed: Narrowed = NOTHING,
) -> Explained:
    """A figure of the limit `name`, and the parts of it after a cursor. Raises NotFound.

    `narrowed` leaves of what is in use that of a year, a buyer or a unit. `only` are the suppliers
    that ask, where they may not see what others use: then what remains is told of their own limits
    alone.
    """
    known = limits_known(connection, state, then.known_at)
    limit = next((limit for limit in known if limit.name == name), None)
    if limit is None:
        raise NotFound(what="limit", name=name)
    found = []
    if figure in ("cap", "remaining"):
        found = steps(connection, state.number, name, then, after.at)
    amount = sum(step.amount for step in found)
    unknown = figure in ("cap", "remaining") and (not found or found[-1].unknown)
    unknown = unknown or (figure == "remaining" and is_hidden(only, limit.supplier))
    rows: Sequence[Any] = ()
    if figure != "cap":
        in_use, rows = parts.behind(
            connection, state.number, limit, figure, then, after, count, only, narrowed
        )
        amount += in_use
    items = [_of_step(step) for step in found if step.key > after.key]
    items += _of_postings(connection, rows)
    items.sort(key=lambda item: (item.effective_on, item.position, item.number))
    items = items[:count]
    end = items[-1] if len(items) == count else None
    day = then.as_of or date.max
    return Explained(
        amount=None if unknown else amount,
        items=tuple(items),
        unit=limit.unit,
        begins_on=limit.begins_after(day),
        removed_on=limit.removed_on if limit.is_removed_on(day) else None,
        cursor=None
        if end is None
        else Cursor(after.at, end.effective_on, end.position, end.number),
    )


# ── What a limit may hold ─────────────────────────────────────────────────────────────────────


def steps(connection: Connection, number: str, name: str, then: Then, at: int) -> list[Step]:
    """What made a limit's amount, in the order that it counts, by facts up to a position.

    The amounts add up to the limit's, unless the last step leaves it unknown.
    """
    t = timeline.c
    query = (
        select(timeline)
        .where(t.stream == agreement.stream(number), t.position <= at)
        .where(t.name.in_(CHANGES), IS_TERM)
        .where(*Then(known_at=then.known_at).of(timeline))
        .order_by(t.position)
    )
    found: list[tuple[AmountFrom, dict[str, Any]]] = []
    for fact in connection.execute(query).mappings():
        event = event_of(dict(fact))
        if isinstance(event, AgreementRectified):  # as if it had been signed so
            found, event = [], event.signing
        found += [(amount, dict(fact)) for amount in _amounts(event, name)]
    day = then.as_of or date.max
    found = [part for part in found if part[0].effective_on <= day]
    found.sort(key=lambda part: part[0].effective_on)
    result: list[Step] = []
    total = 0
    for i, (amount, row) in enumerate(found, 1):
        value = amount_on([part[0] for part in found[:i]], date.max)
        change = 0 if value is None else value - total
        total += change
        result.append(
            Step(
                fact=row,
                effective_on=amount.effective_on,
                amount=change,
                unknown=value is None,
            )
        )
    return result


def _amounts(event: Event, name: str) -> Iterable[AmountFrom]:
    """What the fact, one of `CHANGES`, says of a limit's amount."""
    if isinstance(event, ShareMoveAccepted | FundingChanged | FundingWithdrawn | FundingMeasured):
        yield from (step for of, step in event.limit_changes if of == name)
        return
    if isinstance(event, LimitRemoved):
        if event.limit == name:
            yield AmountFrom(effective_on=event.removed_from)
        return
    assert isinstance(event, AgreementSigned | AgreementAmended | FundingDecided)
    if isinstance(event, AgreementSigned):
        if name == CAP:
            yield AmountFrom(effective_on=event.starts_on, amount=event.cap)
    elif isinstance(event, AgreementAmended):
        if not event.covered:
            return
        if name == CAP:
            yield from event.cap_steps
        else:
            yield from (step for of, step in event.limit_changes if of == name)
    for limit in event.limits:
        if limit.name == name:
            yield from limit.amounts


# ── The facts behind ──────────────────────────────────────────────────────────────────────────


def _of_step(step: Step) -> Item:
    cause = {"cause": CAUSES[step.fact["name"]]}
    return Item(
        amount=None if step.unknown else step.amount,
        position=step.fact["position"],
        version=step.fact["version"],
        number=0,
        effective_on=step.effective_on,
        line={**dict.fromkeys(LINE), **cause},
        fact=step.fact,
        source=None,
    )


def _of_postings(connection: Connection, rows: Sequence[Any]) -> list[Item]:
    facts = _behind(connection, rows)
    found = []
    for row in rows:
        version, fact, source = facts[row["position"]]
        found.append(
            Item(
                amount=row["amount"],
                position=row["position"],
                version=version,
                number=row["number"],
                effective_on=row["effective_on"],
                line={name: row[name] for name in LINE},
                fact=fact,
                source=source,
            )
        )
    return found


OF_FILES = (DrawdownRecorded.stored, OpeningBalanceRecorded.stored)
"""Stored names of facts that say which file they were read from."""


def _read_from(row: Any, fact: Mapping[str, Any]) -> str:
    """The stream whose file a posting came of."""
    if row["drawdown"]:
        return f"drawdown/{row['drawdown']}"
    is_opening = fact["name"] in (OpeningBalanceRecorded.stored, OpeningBalanceTakenBack.stored)
    return str(fact["stream"]) if is_opening else ""


def _behind(
    connection: Connection, rows: Sequence[Any]
) -> dict[int, tuple[int, dict[str, Any], Source | None]]:
    """Position of a posting → its fact's version, what its command was about, the file it read.

    The facts of a command have its request; the first of them that is about the posting's own
    supplier is what it was about: an order that is passed on is declined by one before that. What
    carries an opening balance over is about that, whatever it has to record for it before.
    """
    t = timeline.c
    positions = {row["position"] for row in rows}
    query = select(t.position, t.version, t.request, t.supplier).where(t.position.in_(positions))
    own = {row.position: row for row in connection.execute(query)}
    streams = {f"order/{row['order']}" for row in rows}
    streams |= {f"drawdown/{row['drawdown']}" for row in rows if row["drawdown"]}
    behind = (
        select(timeline)
        .where(t.stream.in_(streams))
        .where(t.request.in_({row.request for row in own.values()}) | t.name.in_(OF_FILES))
        .order_by(t.position)
    )
    first: dict[tuple[str, str | None], dict[str, Any]] = {}
    sources: dict[str, Source | None] = {}
    for row in connection.execute(behind).mappings():
        place = row["request"], row["supplier"]
        if row["name"] == OpeningBalanceRecorded.stored:
            first[place] = dict(row)
        first.setdefault(place, dict(row))
        if row["name"] in OF_FILES:
            event = event_of(dict(row))
            assert isinstance(event, DrawdownRecorded | OpeningBalanceRecorded), "its name says so"
            sources[row["stream"]] = event.source
    found = {}
    for row in rows:
        its = own[row["position"]]
        fact = first[its.request, its.supplier]
        found[row["position"]] = its.version, fact, sources.get(_read_from(row, fact))
    return found
