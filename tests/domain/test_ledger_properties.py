"""Whatever is done in whatever order, the four places add up and no order passes a hard limit."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.agreement import LimitTerms
from ledger.domain.drawdown import Part
from ledger.domain.refusals import Refusal
from tests.domain.domain_given import DAY, Book, kr, line, seats

ORDERING = {"place", "confirm", "counter", "accept", "change"}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("place", "place", "place", "confirm", "confirm", "decline", "counter", "accept"),
                *("reject_counter", "change", "cancel", "cancel_seats", "record", "record"),
                *("approve", "approve", "approve", "reject", "credit", "credit", "close"),
            ]
        ),
        st.integers(0, 9),
        st.integers(1, 4_000),
        st.integers(1, 4_000),
    ),
    min_size=5,
    max_size=40,
)


def step(book, number, name, which, a, b):
    """One command with arguments drawn from what there is."""
    day = DAY + timedelta(days=number)
    lines = (line(a / 10, "development"), seats(1 + which, b / 100))[: 1 + b % 2]
    if name == "place":
        book.place(*lines, on=day)
        return
    orders = list(book.orders)
    chosen = orders[which % len(orders)] if orders else None
    if name in ("approve", "reject"):
        waiting = [id for id, d in book.drawdowns.items() if d.status == "recorded"]
        if waiting:
            room = ("cap", "order")[b % 2]
            more = {"room": room} if name == "approve" else {}
            getattr(book, name)(waiting[which % len(waiting)], day, **more)
    elif name == "credit":
        approved = [d for d in book.drawdowns.values() if d.status == "approved" and d.amount > 0]
        if approved:
            credited = approved[which % len(approved)]
            amount = min(a * 10, credited.amount - credited.credited) / 100
            book.record(f"C{number}", -amount, credited.orders[0], day, credits=credited.id)
    elif chosen is None:
        return
    elif name in ("counter", "change"):
        getattr(book, name)(chosen, *lines, on=day)
    elif name == "cancel":
        book.cancel(chosen, day, fee=b if a % 2 else None)
    elif name == "cancel_seats":
        book.cancel(chosen, day, seats=1 + which % 3, fee=b // 10 if a % 2 else None)
    elif name == "record":
        number_of_line = 1 if b % 3 == 0 else None
        parts = (Part(order=chosen, amount=a * 10, line=number_of_line),)
        book.record(f"I{number}", a / 10, chosen, day, parts=parts)
    else:
        getattr(book, name)(chosen, day)


def used(book):
    return [
        sum(t.use.total for t in book.of.totals if m.matches(t.dimensions)) for m in limits(book)
    ]


def limits(book):
    return book.of.limits


def new_book():
    terms = LimitTerms(name="development", kind="development", amount=kr(700), tolerance=10)
    return Book(cap=kr(1_000), limits=(terms,))


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_after_every_command_the_books_add_up(steps):
    book = new_book()
    for number, (name, which, a, b) in enumerate(steps):
        before, orders, length = used(book), dict(book.orders), len(book.log)
        try:
            step(book, number, name, which, a, b)
        except Refusal:
            assert len(book.log) == length, "a refusal leaves no fact"
            continue
        use = book.use
        assert use == book.sum_of_positions()
        assert book.of.cap.amount == use.reserved + use.committed + use.drawn + book.remaining
        assert use.reserved >= 0
        assert use.committed >= 0
        if name in ORDERING:
            bounds = [limit.bound_on(DAY) for limit in limits(book)]
            for was, now, bound in zip(before, used(book), bounds, strict=True):
                assert now <= bound or now <= was
            if name == "confirm" and orders and use.total > bounds[0]:
                raise AssertionError("what binds was confirmed past the cap")
    again = new_book()
    again.log, again.of = [], None
    for new, by in book.log:
        again.fold(new, by)
    assert (again.of, again.orders, again.drawdowns) == (book.of, book.orders, book.drawdowns)
