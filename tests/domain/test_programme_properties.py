"""Whatever is moved, held, cancelled, invoiced and credited: everything still adds up."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain import order
from ledger.domain.agreement import LimitTerms
from ledger.domain.order import InstalmentTerms, SessionTerms, planned
from ledger.domain.position import left_by_line
from ledger.domain.refusals import Refusal
from ledger.domain.regime import Policy, TariffStep
from tests.domain.domain_given import Book, kr, line, seats

TARIFF = (TariffStep(days=200, percent=25), TariffStep(days=30, percent=100))
START = date(2024, 2, 1)
ACTS = (
    *("move", "move", "move", "hold", "hold", "cancel_session", "cancel_session", "cancel_seats"),
    *("invoice", "invoice", "invoice", "reject", "credit", "credit", "change", "counter", "plan"),
    *("cancel", "close"),
)
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 9), st.integers(1, 5_000)),
    min_size=3,
    max_size=30,
)


def new_book() -> tuple[Book, str]:
    """Ten sessions on two lines of 2024, one sold by the seat, and one of 2025."""
    ceiling = LimitTerms(name="2025", year=2025, amount=kr(900))
    book = Book(cap=kr(3_000), limits=(ceiling,), policy=Policy(tariff=TARIFF))
    days = [START + timedelta(days=30 * i) for i in range(10)]
    name = book.place(
        seats(10, 40.01),
        line(333.33, "development", year=2024),
        line(500, year=2025),
        seats=10,
        starts_on=START,
        sessions=(
            *(SessionTerms(on=day, line=1) for day in days[:7]),
            *(SessionTerms(on=day, line=2) for day in days[:2]),
            SessionTerms(on=date(2025, 1, 14)),
        ),
        instalments=(
            InstalmentTerms(line=1, amount=kr(100.10), due_on=date(2024, 3, 1)),
            InstalmentTerms(line=1, amount=kr(300), session=7),
            InstalmentTerms(line=2, amount=kr(333.33), session=8),
        ),
    )
    return book, name


def step(book: Book, name: str, number: int, act: str, which: int, a: int) -> None:
    state = book.orders[name]
    day = START + timedelta(days=10 * number)
    session = 1 + which
    if act == "move":
        book.move_session(name, session, START + timedelta(days=a % 700), day)
    elif act == "hold":
        held = next((one for one in state.sessions if one.number == session), None)
        book.hold(name, session, held.planned_on if held else day)
    elif act == "cancel_session":
        by = ("buyer", "supplier")[a % 2]
        book.cancel_session(name, session, day, cancelled_by=by)
    elif act == "cancel_seats":
        book.cancel(name, day, seats=1 + which % 3, line=1)
    elif act in ("invoice", "reject"):
        id = book.record(f"I{number}", a / 10, name, day)
        (book.approve if act == "invoice" else book.reject)(id, day)
    elif act == "credit":
        invoices = [d for d in book.drawdowns.values() if d.status == "approved" and d.amount > 0]
        if invoices:
            credited = invoices[which % len(invoices)]
            amount = min(a * 10, credited.amount - credited.credited) / 100
            room = ("cap", "order")[a % 2]
            book.draw(f"C{number}", -amount, name, day, credits=credited.id, room=room)
    elif act == "change":
        book.change(name, seats(10, 30 + which), line(a / 5, "development"), line(400), on=day)
    elif act == "plan":
        open_ = [one for one in state.sessions if one.status == "planned"][: 1 + which]
        terms = tuple(SessionTerms(on=one.planned_on, line=one.line) for one in open_)
        book.change(name, sessions=terms, instalments=(), on=day)
    elif act == "counter":
        book.counter(name, seats(10, 20 + which), line(a / 5, "development"), on=day)
        book.accept(name, day)
    elif act == "cancel":
        book.cancel(name, day)
    else:
        book.close(name, day)


def holds(book: Book, name: str) -> None:
    use, state = book.use, book.orders[name]
    assert use == book.sum_of_positions()
    assert book.of.cap.amount == use.reserved + use.committed + use.drawn + book.remaining
    assert use.reserved >= 0
    assert use.committed >= 0
    for one in state.lines:
        assert one.amount >= 0
        for parts in (state.sessions, state.instalments):
            amounts = [part.amount for part in parts if part.line == one.number]
            assert min(amounts, default=0) >= 0
            assert not amounts or sum(amounts) == one.amount
    left = left_by_line(order.holding(state))
    assert sum(part.amount for part in planned(state)) == sum(left.values())


@settings(max_examples=150, deadline=None)
@given(STEPS, st.booleans())
def test_after_every_step_places_sessions_instalments_and_plan_add_up(steps, confirmed):
    book, name = new_book()
    if confirmed:
        book.confirm(name)
    for number, (act, which, a) in enumerate(steps):
        length, settled = len(book.log), of_the_held(book, name)
        try:
            step(book, name, number, act, which, a)
        except Refusal:
            if act not in ("invoice", "reject", "credit", "counter"):
                assert len(book.log) == length, "a refusal leaves no fact"
        holds(book, name)
        if act in ("hold", "invoice", "reject", "cancel_session", "plan"):
            assert of_the_held(book, name).items() >= settled.items()
        if act == "move":  # what was invoiced of one that leaves its line is another's there
            held = of_the_held(book, name)
            more = sum(held[number] - amount for number, amount in settled.items())
            assert all(held[number] >= amount for number, amount in settled.items())
            assert more <= max(0, book.orders[name].invoiced)


def of_the_held(book: Book, name: str) -> dict[int, int]:
    """What the sessions that were held are worth, by number."""
    return {s.number: s.amount for s in book.orders[name].sessions if s.status == "held"}


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_a_year_s_ceiling_is_never_passed_by_moving_a_session(steps):
    book, name = new_book()
    book.confirm(name)
    for number, (_, which, a) in enumerate(steps):
        try:
            step(book, name, number, "move", which, a)
        except Refusal:
            continue
        in_2025 = [t.use.total for t in book.of.totals if t.dimensions.year == 2025]
        assert sum(in_2025) <= kr(900)
