"""What waits for somebody: the lists that a page for each role begins with.

Each is one query of the read models, narrowed to what may be done by the same guards as decide of
it. Sources: the order's last day to answer, the approver's rights, the agreement's policy.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from ledger.application import anchor, documents, proving
from ledger.application.allowed import Who, allowed
from ledger.application.asker import Asker
from ledger.bounds import MAX_PAGE
from ledger.clock import day_of
from ledger.deciding.loaded import Loaded
from ledger.domain import access, agreement, drawdown, order, organisation
from ledger.domain.calendar import add_months
from ledger.domain.limits import CAP
from ledger.domain.refusals import Refusal
from ledger.projections import agreements, drawdowns, orders
from ledger.projections.access import tried
from ledger.projections.then import then_on
from ledger.registry import drafts

LATELY = timedelta(days=31)
"""How long a refused attempt is something to look at."""
SOON = timedelta(days=14)
"""How long ahead the beginning or the end of a deputyship is told of."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Something to do: what it is about, until when, and whether that day has passed."""

    kind: str
    """What is to be done, as `answer-order`."""
    state: Any
    """The order, the invoice or the agreement; of a file, its row in the queue."""
    until: date | None
    is_late: bool = False
    because: Refusal | None = None
    """Why it is for others to do, where it is."""


def waiting(asker: Asker) -> list[Item]:
    """All that waits for the asker, what is most pressing first."""
    roles, found = set(asker.roles), list[Item]()
    asker.ledger.views.catch_up()
    if roles & {"supplier"}:
        found += _to_answer(asker) + _with_the_buyer(asker)
    if roles & {"orderer", "manager", "admin"}:
        found += _offers(asker) + _unanswered(asker) + _drafts(asker)
    if roles & {"supplier", "orderer", "manager"}:
        found += _to_report(asker)
    if roles & {"approver"}:
        found += _to_approve(asker) + _deputyships(asker)
    if roles & {"finance"}:
        found += _flagged(asker) + _files(asker) + _recharges(asker)
    if roles & {"supplier", "finance"}:
        found += _to_invoice(asker)
    if roles & {"manager", "admin", "auditor"}:
        found += _of_agreements(asker)
    if roles & {"auditor"}:
        found += _attempts(asker) + _appointments(asker)
    if roles & {"admin"}:
        found += _without_token(asker)
    if roles & set(proving.DESK):
        found += _proof(asker)
    return sorted(found, key=lambda one: (not one.is_late, one.until or date.max))


def _orders(asker: Asker, status: str) -> Sequence[order.State]:
    with asker.ledger.views.database.reading() as connection:
        rows = orders.listed(
            connection,
            party=asker.party,
            visible_to=asker.visible,
            status=status,
            then=then_on(None, None, asker.today),
            limit=MAX_PAGE,
        )
    return [row.state for row in rows]


def _to_answer(asker: Asker) -> list[Item]:
    own = asker.by.organisation
    return [
        Item(
            kind="answer-order",
            state=one,
            until=one.respond_by,
            is_late=order.is_unanswered(one, asker.today),
        )
        for one in _orders(asker, "placed")
        if one.supplier == own
    ]


def _offers(asker: Asker) -> list[Item]:
    return [
        Item(kind="answer-offer", state=one, until=one.respond_by)
        for one in _orders(asker, "countered")
        if one.supplier != asker.by.organisation
    ]


def _unanswered(asker: Asker) -> list[Item]:
    return [
        Item(kind="unanswered", state=one, until=one.respond_by, is_late=True)
        for one in _orders(asker, order.OVERDUE)
        if one.supplier != asker.by.organisation
    ]


def _drafts(asker: Asker) -> list[Item]:
    """Orders and agreements that the asker has begun to write."""
    by = asker.by
    return [
        Item(kind="draft", state=one, until=day_of(one.until))
        for one in drafts.of(asker.ledger.registry, by.person, by.organisation)
    ]


def _to_report(asker: Asker) -> list[Item]:
    """Courses that have ended and are not reported delivered."""
    some = [*_orders(asker, "confirmed"), *_orders(asker, "started")]
    return [
        Item(kind="report", state=one, until=one.ends_on, is_late=True)
        for one in some
        if one.ends_on is not None and one.ends_on < asker.today
    ]


def _to_invoice(asker: Asker) -> list[Item]:
    """Courses that are reported delivered, of which something is not invoiced: by the asker's own
    organisation, or to it."""
    own = asker.by.organisation
    return [
        Item(kind="to-invoice" if one.supplier == own else "to-be-invoiced", state=one, until=None)
        for one in _orders(asker, order.TO_INVOICE)
        if own in (one.supplier, one.buyer)
    ]


def _drawdowns(asker: Asker, status: str) -> Sequence[drawdown.State]:
    with asker.ledger.views.database.reading() as connection:
        rows = drawdowns.listed(
            connection,
            party=asker.party,
            visible_to=asker.visible,
            status=status,
            limit=MAX_PAGE,
        )
    return [row.state for row in rows]


def _to_approve(asker: Asker) -> list[Item]:
    """Invoices that wait to be attested, and why not by the asker where that is so."""
    found = []
    for one, because in _judged(asker, _drawdowns(asker, "recorded")):
        late = because is None and one.due_on is not None and one.due_on < asker.today
        kind = "approve" if because is None else "others-approve"
        found.append(Item(kind=kind, state=one, until=one.due_on, is_late=late, because=because))
    return found


def _judged(
    asker: Asker, some: Sequence[drawdown.State]
) -> Iterator[tuple[drawdown.State, Refusal | None]]:
    """Each with why the asker may not attest it; None where they may."""
    who = Who(asker.by.person, asker.by.organisation, asker.roles)
    find = Loaded(asker.ledger.service.load).find
    for one in some:
        told = allowed(one, who, asker.today, find, asker.ledger.service.selves)
        (because,) = (each.refusal for each in told if each.act.name == "approve")
        yield one, because


def to_attest(asker: Asker) -> list[drawdown.State]:
    """Invoices that the asker may attest together."""
    asker.ledger.views.catch_up()
    return at_a_glance(asker, _drawdowns(asker, "recorded"))


def at_a_glance(asker: Asker, some: Sequence[drawdown.State]) -> list[drawdown.State]:
    """Those of some invoices that the asker may attest, and about which nothing asks for a closer
    look."""
    plain = [
        one
        for one in some
        if one.status == "recorded" and not one.flags and not one.is_credit and not one.asks
    ]
    return [one for one, because in _judged(asker, plain) if because is None]


def _deputyships(asker: Asker) -> list[Item]:
    """Where the asker stands in for somebody, or somebody for the asker, from now or soon, or so
    long yet."""
    number, today = asker.by.organisation, asker.today
    state: organisation.State | None = asker.ledger.service.load(organisation.stream(number))[1]
    return [
        Item(kind="deputy", state=one, until=one.ends_on)
        for one in (() if state is None else state.deputies)
        if asker.by.person in (one.person, one.deputy)
        and one.starts_on <= today + SOON
        and (one.ends_on is None or one.ends_on >= today)
        and (one.starts_on >= today - SOON or one.ends_on is not None)
    ]


def _with_the_buyer(asker: Asker) -> list[Item]:
    """What a supplier waits for: the buyer's word on its counter-offers, and on its invoices."""
    own = asker.by.organisation
    offers = [one for one in _orders(asker, "countered") if one.supplier == own]
    invoices = [one for one in _drawdowns(asker, "recorded") if one.supplier == own]
    return [
        *(Item(kind="offer-waits", state=one, until=one.respond_by) for one in offers),
        *(Item(kind="invoice-waits", state=one, until=one.due_on) for one in invoices),
    ]


def _flagged(asker: Asker) -> list[Item]:
    return [
        Item(kind="flagged", state=one, until=one.due_on)
        for one in _drawdowns(asker, "recorded")
        if one.flags
    ]


def _files(asker: Asker) -> list[Item]:
    return [Item(kind="file", state=row, until=None) for row in documents.waiting(asker)]


def _recharges(asker: Asker) -> list[Item]:
    """Invoices of which a member's share has not been taken back by who paid them."""
    own = asker.by.organisation
    return [
        Item(kind="recharge", state=one, until=None)
        for one in _drawdowns(asker, "approved")
        if one.buyer == own and drawdown.to_recharge(one)
    ]


def _of_agreements(asker: Asker) -> list[Item]:
    """Terms that end within the months that the policy says, caps that are past the last of its
    alerts, amendments that their ground does not carry, competitions to award, and moves of shares
    and proposed changes that wait for the asker's own organisation."""
    with asker.ledger.views.database.reading() as connection:
        rows = agreements.listed(
            connection, asker.visible, then=then_on(None, None, asker.today), limit=MAX_PAGE
        )
    found = []
    for row in rows:
        state = row.state
        if agreement.standing(state, asker.today) != "active":
            continue
        months = max(state.policy_on(asker.today).term_alerts, default=0)
        if months and asker.today >= add_months(state.ends_on, -months):
            found.append(Item(kind="ending", state=state, until=state.ends_on))
        if any(not change.covered for change in state.changes):
            found.append(Item(kind="uncovered", state=state, until=None))
        if alerts := state.policy_on(asker.today).alerts:
            last = (CAP, max(alerts), state.cap.amount_on(asker.today))
            found += [Item(kind="full", state=state, until=None)] if last in state.crossed else []
        for one in state.competitions:
            if one.status == "open" and one.answer_by < asker.today:
                found.append(Item(kind="award", state=state, until=one.answer_by, is_late=True))
        if any(_waits_for(move, asker) for move in state.proposed):
            found.append(Item(kind="share-move", state=state, until=None))
        if any(asker.by.organisation in agreement.waiting(one) for one in state.proposals):
            found.append(Item(kind="proposal", state=state, until=None))
    return found


def _waits_for(move: agreement.ShareMove, asker: Asker) -> bool:
    own = asker.by.organisation
    return own in {move.giver, move.receiver} and move.proposed_by != own


def _attempts(asker: Asker) -> list[Item]:
    """What was refused lately, of the organisations that an auditor is appointed for."""
    with asker.ledger.views.database.reading() as connection:
        some = tried(
            connection,
            visible_to=asker.visible,
            access_of=asker.access_of,
            since=asker.today - LATELY,
            limit=MAX_PAGE,
        )
    return [Item(kind="attempt", state=one, until=None) for one in some]


def _appointments(asker: Asker) -> list[Item]:
    """The auditor's own, and until when."""
    state: access.State | None = asker.ledger.service.load(access.stream(asker.by.person))[1]
    return [
        Item(kind="appointed", state=one, until=one.ends_on)
        for one in (() if state is None else state.appointments)
        if one.status(asker.today) == "current"
    ]


def _proof(asker: Asker) -> list[Item]:
    """That the log is not what its notary signed, or that it has raised an alarm."""
    if anchor.newest(asker.ledger.settings.notary) is None:
        return []
    found = proving.standing(asker.ledger)
    if found.is_well:
        return []
    return [Item(kind="proof", state=found, until=None, is_late=True)]


def _without_token(asker: Asker) -> list[Item]:
    """People of the organisation who have none to come in with."""
    people = asker.ledger.registry.people(limit=MAX_PAGE, organisation=asker.by.organisation)
    return [
        Item(kind="without-token", state=one, until=None)
        for one in people
        if one.kind == "person" and not one.tokens
    ]
