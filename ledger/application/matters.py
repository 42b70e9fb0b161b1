"""What is open in an agreement: what waits for somebody, and what is to come, for any door."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from ledger.application import asking
from ledger.application.asker import Asker
from ledger.application.sentences import council as told
from ledger.bounds import SHEET_ORDERS
from ledger.domain import drawdown, order
from ledger.domain.refusals import SEATS, Amount
from ledger.projections import agreements, postings
from ledger.projections import drawdowns as drawdown_rows
from ledger.projections import orders as order_rows
from ledger.projections.database import Reading
from ledger.projections.then import Then
from ledger.wording import Sentence


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is open. `name` is what people call it by, `id` what it is found by where that
    is another; `amount` in öre excluding VAT."""

    kind: str
    name: str
    sentence: Sentence
    amount: int | None = None
    on: date | None = None
    id: str = ""


def matters(
    asker: Asker,
    connection: Reading,
    row: agreements.Row,
    limits: list[postings.LimitBalance],
    then: Then,
    day: date,
) -> Iterator[Matter]:
    """What waits longest or weighs most first, of what the asker may see; of each kind at most as
    many as can be read. What comes last is the dearest to find: take no more than is shown."""
    yield from _amended(row)
    yield from _waiting(*unanswered(asker, connection, row, then), day)
    number = row.state.number
    for stale in asking.stale_of(connection, number, day, asker.party, asker.visible, then):
        yield Matter(
            kind="commitment", name=stale.order.number, sentence=told.of_stale(stale),
            amount=stale.release, on=stale.since,
        )  # fmt: skip
    yield from _to_come(row, limits)


def pressing(
    row: agreements.Row,
    placed: Sequence[order.State],
    papers: Sequence[drawdown.State],
    day: date,
) -> Iterator[Matter]:
    """What somebody has to do something about now, of orders and invoices that wait: without what
    looks through all of them, and without what only is to come."""
    yield from _amended(row)
    yield from _waiting(placed, papers, day)
    yield from _moves(row)


def unanswered(
    asker: Asker, connection: Reading, row: agreements.Row, then: Then
) -> tuple[list[order.State], list[drawdown.State]]:
    """Orders whose counter-offer, and then those that, wait for an answer, and invoices that wait
    for approval: those that the asker may see."""
    theirs: dict[str, Any] = {
        "agreement": row.state.number,
        "party": asker.party,
        "visible_to": asker.visible,
        "then": then,
        "limit": SHEET_ORDERS,
    }
    placed = [
        one.state
        for status in ANSWERED
        for one in order_rows.listed(connection, status=status, **theirs)
    ]
    papers = drawdown_rows.listed(connection, status="recorded", **theirs)
    return placed, [one.state for one in papers]


ANSWERED = ("countered", "placed")
"""Statuses of orders that wait for an answer, what is most pressing first."""


def _amended(row: agreements.Row) -> Iterator[Matter]:
    for change in row.state.changes:
        if not change.covered:
            yield Matter(
                kind="amendment", name=change.ground, sentence=told.of_change(change.ground),
                amount=change.amount, on=change.on,
            )  # fmt: skip
    for notice in row.state.notices:
        if notice.notice is None:
            sentence = told.of_notice(notice.ground)
            yield Matter(kind="amendment", name=notice.decision, sentence=sentence)


def _waiting(
    placed: Sequence[order.State], papers: Sequence[drawdown.State], day: date
) -> Iterator[Matter]:
    for one in placed:
        yield Matter(
            kind="order", name=one.number, sentence=told.of_order(one, day),
            amount=one.amount, on=one.respond_by,
        )  # fmt: skip
    for paper in papers:
        yield Matter(
            kind="invoice", name=paper.invoice, sentence=told.of_drawdown(paper),
            amount=paper.amount, on=paper.due_on, id=paper.id,
        )  # fmt: skip


def _moves(row: agreements.Row) -> Iterator[Matter]:
    names = {party.organisation: party.name for party in row.state.buyers}
    for move in row.state.proposed:
        yield Matter(
            kind="share-move", name=str(move.number), sentence=told.of_move(move, names),
            amount=move.amount, on=move.moves_from,
        )  # fmt: skip


def _to_come(row: agreements.Row, limits: list[postings.LimitBalance]) -> Iterator[Matter]:
    yield from _moves(row)
    for limit in limits:
        currency = SEATS if limit.unit == "seats" else row.state.currency
        for later in limit.later:
            amount = None if later.amount is None else Amount(later.amount, currency)
            sentence = told.of_later(limit.name, amount, removed=later.removed)
            yield Matter(kind="later", name=limit.name, sentence=sentence, on=later.on)
