"""An agreement for a council: its balance, what is open and what may come, told on one page."""

from collections.abc import Iterator
from datetime import date, datetime

from ledger.application import anchor, asking, seeing
from ledger.application.answers.balances import Balance, balance_answer
from ledger.application.answers.council import CouncilPage, OpenMatter
from ledger.application.asker import Asker
from ledger.application.sentences import council as told
from ledger.application.sentences.forecast import limit_sentence
from ledger.application.sentences.summary import public_names
from ledger.bounds import COUNCIL_MATTERS, SHEET_ORDERS
from ledger.domain import agreement
from ledger.domain.money import to_text
from ledger.domain.refusals import SEATS, Amount
from ledger.projections import agreements, postings
from ledger.projections import drawdowns as drawdown_rows
from ledger.projections import orders as order_rows
from ledger.projections.database import Reading
from ledger.projections.forecast import forecast
from ledger.projections.then import Then, then_on
from ledger.wording import Sentence, say

ROLES = ("finance", "manager", "auditor", "admin")


def of(asker: Asker, number: str, as_of: date | None, known_at: datetime | None) -> CouncilPage:
    """Of an agreement as of a day, today where none is given. Raises NotFound, NotAParty."""
    then, day = then_on(as_of, known_at, asker.today), as_of or asker.today
    row = seeing.agreement_row(asker, number, then)
    seeing.require_whole(asker, row.now)
    with asker.ledger.views.database.reading() as connection:
        limits = postings.balance(
            connection,
            row.now,
            row.told(then),
            row.latest_on,
            seeing.only(asker, row.now),
            since=day,
            standing=row.state,
        )
        balance = _balance(asker, connection, row, limits, then)
        coming, *_ = forecast(connection, row.state, day, Then(as_of=day, known_at=known_at), None)
        matters = list(_matters(asker, connection, row, limits, then, day))
    state, language = seeing.named(asker, row.state), asker.language
    shown = matters[:COUNCIL_MATTERS]
    return CouncilPage(
        agreement=state.number,
        title=state.title,
        status=agreement.standing(state, day),
        currency=state.currency,
        buyers=public_names(state.buyers_on(day), language),
        suppliers=public_names(agreement.suppliers_on(state, day), language),
        starts_on=state.starts_on,
        ends_on=state.ends_on,
        as_of=day,
        known_at=balance.known_at,
        headline=say(told.headline(limits[0], state.currency, day, asker.today), language),
        used=say(told.used(limits[0], state.currency), language),
        forecast=_begun(say(limit_sentence(coming, state.currency), language)),
        balance=balance,
        matters=shown,
        more=len(matters) - len(shown),
        checkpoint=anchor.checkpoint_answer(asker.ledger.settings.notary, language),
    )


def _balance(
    asker: Asker,
    connection: Reading,
    row: agreements.Row,
    limits: list[postings.LimitBalance],
    then: Then,
) -> Balance:
    """The same as is answered by itself."""
    return balance_answer(
        row.now,
        limits,
        then.as_of or asker.today,
        then.known_at or asker.ledger.now,
        row.position,
        postings.in_kind(connection, row.now, then.as_of, then.known_at),
    )


def _matters(
    asker: Asker,
    connection: Reading,
    row: agreements.Row,
    limits: list[postings.LimitBalance],
    then: Then,
    day: date,
) -> Iterator[OpenMatter]:
    """What waits longest or weighs most first; of each kind at most as many as can be read."""
    state, language = row.state, asker.language
    for change in state.changes:
        if not change.covered:
            yield _matter("amendment", change.ground, told.of_change(change.ground), language,
                          change.amount, change.on)  # fmt: skip
    for notice in state.notices:
        if notice.notice is None:
            yield _matter("amendment", notice.decision, told.of_notice(notice.ground), language)
    for status in ("countered", "placed"):
        for one in order_rows.listed(
            connection, agreement=state.number, status=status, visible_to=asker.visible, then=then,
            limit=SHEET_ORDERS,
        ):  # fmt: skip
            yield _matter("order", one.state.number, told.of_order(one.state, day), language,
                          one.state.amount, one.state.respond_by)  # fmt: skip
    for paper in drawdown_rows.listed(
        connection, agreement=state.number, status="recorded", visible_to=asker.visible, then=then,
        limit=SHEET_ORDERS,
    ):  # fmt: skip
        yield _matter("invoice", paper.state.invoice, told.of_drawdown(paper.state), language,
                      paper.state.amount, paper.state.due_on)  # fmt: skip
    for stale in asking.stale_of(connection, state.number, day, None, asker.visible, then):
        yield _matter("commitment", stale.order.number, told.of_stale(stale), language,
                      stale.release, stale.since)  # fmt: skip
    names = {party.organisation: party.name for party in state.buyers}
    for move in state.proposed:
        yield _matter("share-move", str(move.number), told.of_move(move, names), language,
                      move.amount, move.moves_from)  # fmt: skip
    for limit in limits:
        currency = SEATS if limit.unit == "seats" else state.currency
        for later in limit.later:
            amount = None if later.amount is None else Amount(later.amount, currency)
            yield _matter("later", limit.name, told.of_later(limit.name, amount), language,
                          None, later.on)  # fmt: skip


def _matter(
    kind: str,
    name: str,
    sentence: Sentence,
    language: str,
    amount: int | None = None,
    on: date | None = None,
) -> OpenMatter:
    return OpenMatter(
        kind=kind,
        name=name,
        sentence=_begun(say(sentence, language)),
        amount=to_text(amount) if amount else None,
        on=on,
    )


def _begun(sentence: str) -> str:
    """With a capital, also where it begins with the name of a limit."""
    return sentence[:1].upper() + sentence[1:]
