"""Whatever was recorded of whatever day, every stream folds as of every day."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain import agreement, drawdown, order
from ledger.domain.agreement import LimitTerms
from ledger.domain.events import AgreementSigned, DrawdownRecorded, OrderPlaced, Party
from ledger.domain.funding import FundingSource
from ledger.domain.order import InstalmentTerms, SessionTerms
from ledger.domain.refusals import Refusal
from ledger.domain.selection import Selection
from tests.domain.domain_given import (
    BUYER,
    DAY,
    ORDERER,
    OTHER_BUYER,
    OTHER_SUPPLIER,
    SUPPLIER,
    Book,
    kr,
    line,
    seats,
)
from tests.domain.test_joint import accept, decline, propose
from tests.domain.test_selection import people_of

FOLDS = {
    "agreement": (AgreementSigned, agreement.evolve),
    "order": (OrderPlaced, order.evolve),
    "drawdown": (DrawdownRecorded, drawdown.evolve),
}
OF_THE_AGREEMENT = (
    *("decide", "decide", "change_funding", "withdraw", "propose", "accept_share", "decline_share"),
    *("ask", "ask", "answer", "answer", "award", "cancel_asking"),
)
OF_ORDERS = (
    *("place", "place", "confirm", "confirm", "counter", "accept", "change", "plan", "start"),
    *("hold", "hold", "move", "cancel_session", "deliver", "cancel_seats", "cancel", "close"),
)
OF_INVOICES = ("record", "record", "record", "approve", "approve", "reject", "credit")
STEPS = st.lists(
    st.tuples(
        st.sampled_from((*OF_THE_AGREEMENT, *OF_ORDERS, *OF_INVOICES)),
        st.integers(-100, 300),
        st.integers(0, 9),
        st.integers(1, 4_000),
    ),
    min_size=10,
    max_size=40,
)


def new_book(*, competed):
    """With a funding source, and a competition as the way of its orders or an order, all dated
    later than much of what comes after them."""
    shares = (BUYER, OTHER_BUYER)
    book = Book(
        cap=kr(100_000),
        buyers=(
            Party(organisation=BUYER, role="lead"),
            Party(organisation=OTHER_BUYER, role="member"),
        ),
        suppliers=tuple(Party(organisation=name) for name in (SUPPLIER, OTHER_SUPPLIER)),
        limits=tuple(LimitTerms(name=f"of {n}", amount=kr(50_000), buyer=n) for n in shares),
        selection=Selection(method="competition") if competed else None,
    )
    of_the_agreement(book, "decide", DAY + timedelta(days=60), 0, 4_000)
    if competed:
        of_the_agreement(book, "ask", DAY + timedelta(days=60), 0, 1)
    else:
        place(book, DAY, 0, 4_001)
    return book


def step(book, nth, name, day, which, a):
    """One command of a day, with arguments drawn from what there is."""
    if name in OF_THE_AGREEMENT:
        of_the_agreement(book, name, day, which, a)
    elif name == "place":
        place(book, day, which, a)
    elif name in OF_INVOICES:
        of_invoices(book, nth, name, day, which, a)
    elif book.orders:
        of_orders(book, name, day, which, a)


def of_the_agreement(book, name, day, which, a):
    source = FundingSource(
        name=f"F{which % 2}",
        funder="F",
        ceiling=kr(a),
        starts_on=DAY,
        ends_on=DAY.replace(year=2025),
    )
    shared = {"agreement": "A1", "decision": "D", "decided_on": day}
    number = max(1, book.of.competitions_opened - which % 2)
    asked = {"agreement": "A1", "number": number, "on": day}
    supplier = (SUPPLIER, OTHER_SUPPLIER)[a % 2]
    match name:
        case "decide":
            decided = agreement.DecideFunding(source=source, **shared)
            book.do(decided)
        case "change_funding":
            changed = agreement.ChangeFunding(source=source, **shared)
            book.do(changed)
        case "withdraw":
            withdrawn = agreement.WithdrawFunding(name=source.name, **shared)
            book.do(withdrawn)
        case "propose":
            propose(book, a / 10, BUYER, OTHER_BUYER, by=ORDERER, on=day)
        case "accept_share":
            accept(book, book.of.share_moves, by=people_of(OTHER_BUYER), on=day)
        case "decline_share":
            decline(book, book.of.share_moves, by=people_of(OTHER_BUYER))
        case "ask":
            last = DAY + timedelta(days=300)
            asking = agreement.OpenCompetition(agreement="A1", what="C", answer_by=last, on=day)
            book.do(asking)
        case "answer":
            answer = agreement.AnswerCompetition(supplier=supplier, amount=kr(a), **asked)
            book.do(answer, people_of(supplier))
        case "award":
            won = agreement.AwardCompetition(supplier=supplier, reason="r", **asked)
            book.do(won)
        case _:
            ended = agreement.CancelCompetition(reason="r", **asked)
            book.do(ended)


def place(book, day, which, a):
    won = [one for one in book.of.competitions if one.status == "awarded"]
    chosen = won[0] if won and book.of.selection else None
    funding = f"F{which % 2}" if book.of.funding and a % 2 else None
    book.place(
        line(a / 10, funding=funding),
        seats(1 + which, 10),
        on=day,
        starts_on=day,
        seats=1 + which,
        supplier=chosen.winner if chosen else (None if book.of.selection else SUPPLIER),
        competition=chosen.number if chosen else None,
        sessions=tuple(SessionTerms(on=day + timedelta(days=n), line=1) for n in (3, 40)),
        instalments=(InstalmentTerms(line=1, amount=kr(a / 10), session=2),) if a % 3 else (),
    )


def of_orders(book, name, day, which, a):
    chosen = list(book.orders)[which % len(book.orders)]
    state = book.orders[chosen]
    university = people_of(state.supplier)
    planned = [one for one in state.sessions if one.status == "planned"]
    session = planned[a % len(planned)] if planned else None
    match name:
        case "confirm":
            book.confirm(chosen, day, by=university)
        case "counter":
            book.counter(chosen, line(a / 10), seats(2, 9), on=day, by=university)
        case "change":
            book.change(chosen, line(a / 10), seats(2, 9), on=day)
        case "plan":
            terms = (SessionTerms(on=day, line=1), SessionTerms(on=day, line=2))
            book.change(chosen, sessions=terms, instalments=(), on=day)
        case "deliver":
            book.deliver(chosen, 1, on=day)
        case "cancel_seats":
            book.cancel(chosen, day, seats=1, line=2)
        case "hold" | "move" | "cancel_session" if session is None:
            return
        case "hold":
            book.hold(chosen, session.number, session.planned_on)
        case "move":
            to = session.planned_on + timedelta(days=a % 400)
            book.move_session(chosen, session.number, to, day)
        case "cancel_session":
            book.cancel_session(chosen, session.number, day, cancelled_by="supplier")
        case _:
            getattr(book, name)(chosen, day)


def of_invoices(book, nth, name, day, which, a):
    waiting = [id for id, d in book.drawdowns.items() if d.status == "recorded"]
    approved = [d for d in book.drawdowns.values() if d.status == "approved" and d.amount > 0]
    if name in ("approve", "reject") and waiting:
        getattr(book, name)(waiting[which % len(waiting)], day)
    elif name == "credit" and approved:
        credited = approved[which % len(approved)]
        amount = min(a * 10, credited.amount - credited.credited) / 100
        more = {"credits": credited.id, "supplier": credited.supplier, "room": "cap"}
        book.draw(f"C{nth}", -amount, credited.orders[0], day, **more)
    elif name == "record" and book.orders:
        chosen = list(book.orders)[which % len(book.orders)]
        book.record(f"I{nth}", a / 10, chosen, day, supplier=book.orders[chosen].supplier)


def folded(book, day):
    """The streams as of a day, as what was is told: none before its first fact counts."""
    facts = {}
    for new, by in book.log:
        first, _ = FOLDS[new.stream.partition("/")[0]]
        if new.stream in facts or isinstance(new.event, first):
            facts.setdefault(new.stream, []).append((new.event, new.effective_on, by))
    found = {}
    for stream, some in facts.items():
        first, evolve = FOLDS[stream.partition("/")[0]]
        counted = [(event, on) for event, on, _ in some]
        days = [on for _, on in counted]
        if first is DrawdownRecorded:
            days = drawdown.counted_from(counted)
        for (event, on, by), since in zip(some, days, strict=True):
            begun = stream in found or isinstance(event, first)
            if since is not None and since <= day and begun:
                found[stream] = evolve(found.get(stream), event, on, by)
    return found


@settings(max_examples=200, deadline=None)
@given(STEPS, st.booleans())
def test_every_stream_folds_as_of_every_day(steps, competed):
    book = new_book(competed=competed)
    for nth, (name, days, which, a) in enumerate(steps):
        try:
            step(book, nth, name, DAY + timedelta(days=days), which, a)
        except Refusal:
            continue
    for day in sorted({new.effective_on for new, _ in book.log}):
        found = folded(book, day)
    states = {"agreement/A1": book.of}
    states |= {f"order/{name}": state for name, state in book.orders.items()}
    states |= {f"drawdown/{id}": state for id, state in book.drawdowns.items()}
    assert found == states
