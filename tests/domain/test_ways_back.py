"""Ways back: after a slip and its way back all is as if the slip had never happened."""

from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.domain import drawdown
from ledger.domain.agreement import LimitTerms
from ledger.domain.drawdown import Part
from ledger.domain.events import RoomMoved, RoomReserved
from ledger.domain.limits import Use
from ledger.domain.order import SessionTerms
from ledger.domain.position import by_line
from ledger.domain.refusals import (
    CapExceeded,
    FourEyes,
    Invalid,
    LaterStands,
    NotUnderAgreement,
    OwnApproval,
    Refusal,
    WrongStatus,
)
from ledger.domain.regime import Policy, TariffStep
from tests.domain.domain_given import (
    APPROVER,
    DAY,
    MANAGER,
    RECORDER,
    Book,
    kr,
    line,
    seats,
    split,
)
from tests.domain.test_sharing import BUYERS, LEAD, MEMBER

HALF = Policy(tariff=(TariffStep(days=30, percent=50),))


def totals(book: Book) -> dict:
    """What is in use, by what limits match by; what is not in use is left out."""
    return {total.dimensions: total.use for total in book.of.totals if total.use}


def with_invoice(**terms) -> tuple[Book, str, str]:
    """An order of 10 000, of which 4 000 is invoiced and approved."""
    book = Book(**terms)
    name = book.placed_and_confirmed(line(10_000))
    return book, name, book.draw("1", 4_000, name)


# ── An approval that is taken back ────────────────────────────────────────────────────────────


def test_an_approval_that_is_taken_back_leaves_the_invoice_as_before():
    book = Book()
    name = book.placed_and_confirmed(line(10_000))
    id = book.record("1", 4_000, name)
    before, use, held = book.drawdowns[id], totals(book), book.as_told(name)
    book.approve(id)
    assert book.use.drawn == kr(4_000)
    book.take_back(id)
    assert (book.drawdowns[id], totals(book), book.as_told(name)) == (before, use, held)


def used_on(book: Book, day) -> Use:
    """What was in use on a day, from the facts alone."""
    moved = [
        move.use
        for new, _ in book.log
        if isinstance(new.event, RoomReserved | RoomMoved) and new.effective_on <= day
        for move in new.event.moves
    ]
    return sum(moved, start=Use())


@pytest.mark.parametrize("then", ["nothing", "withdraw", "reject"])
@pytest.mark.parametrize("kronor", [4_000, 14_000])
@pytest.mark.parametrize("between", ["nothing", "close", "cancel"])
def test_an_approval_that_is_taken_back_leaves_no_trace_on_any_day(kronor, between, then):
    """As if nobody had approved it, whatever its date was and what came of the order since."""
    books = Book(policy=HALF), Book(policy=HALF)
    for book in books:
        name = book.placed_and_confirmed(line(10_000), starts_on=DAY + timedelta(days=90))
        id = book.record("1", kronor, name, on=DAY - timedelta(days=5))
        if book is books[0]:
            book.approve(id, DAY + timedelta(days=1))
        if between != "nothing":
            getattr(book, between)(name, DAY + timedelta(days=3))
        if book is books[0]:
            book.take_back(id, DAY + timedelta(days=6))
        if then != "nothing":
            getattr(book, then)(id, DAY + timedelta(days=8))
    slip, never = books
    for day in (DAY + timedelta(days=n) for n in range(-10, 12)):
        assert used_on(slip, day) == used_on(never, day), day


def test_an_invoice_is_drawn_from_its_own_day_whatever_came_after_it():
    """What is paid in a year hangs on no invoice of the next that waits, or was approved first."""
    for approved_first in (False, True):
        book = Book()
        name = book.placed_and_confirmed(line(50_000))
        first = book.record("1", 30_000, name, on=DAY + timedelta(days=1))
        later = book.record("2", 1_000, name, on=DAY + timedelta(days=20))
        if approved_first:
            book.approve(later, DAY + timedelta(days=21))
        book.approve(first, DAY + timedelta(days=22))
        between = used_on(book, DAY + timedelta(days=2))
        assert between == Use(committed=kr(20_000), drawn=kr(30_000))
        assert book.use == book.sum_of_positions()
        # An act still counts from the latest of them, and none is negative for want of order.
        book.close(name, DAY + timedelta(days=3))
        assert used_on(book, DAY + timedelta(days=19)) == between


BETWEEN = (
    (),
    ("close",),
    ("close", "invoice"),
    ("close", "reopen"),
    ("cancel",),
    ("cancel", "invoice"),
    ("invoice",),
)


def go_on(book: Book, name: str, what: str) -> None:
    """What comes of an order after a slip and before it is mended."""
    if what == "invoice":
        book.record("2", 300, name, on=DAY + timedelta(days=5))
    else:
        days = 4 if what == "reopen" else 3
        getattr(book, what)(name, DAY + timedelta(days=days))


def same_on_each_day(books) -> None:
    slip, never = books
    assert slip.use == slip.sum_of_positions()
    for day in (DAY + timedelta(days=n) for n in range(-10, 12)):
        assert used_on(slip, day) == used_on(never, day), day


@pytest.mark.parametrize("room", ["cap", "order"])
@pytest.mark.parametrize("between", BETWEEN, ids=" ".join)
def test_a_credit_that_was_approved_leaves_no_trace_on_any_day(between, room):
    """From the day on which it counted, and not from the one on which it was taken back."""
    books = Book(policy=HALF), Book(policy=HALF)
    for book in books:
        name = book.placed_and_confirmed(line(50_000), starts_on=DAY + timedelta(days=90))
        id = book.draw("1", 20_000, name, on=DAY - timedelta(days=1))
        if book is books[0]:
            credit = book.record("K1", -8_000, name, credits=id, on=DAY)
            book.approve(credit, DAY + timedelta(days=1), room=room)
        for what in between:
            go_on(book, name, what)
        if book is books[0]:
            book.take_back(credit, DAY + timedelta(days=7))
            book.withdraw(credit, DAY + timedelta(days=8))
    same_on_each_day(books)


@pytest.mark.parametrize("kronor", [10_000, 60_000])
@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("between", BETWEEN, ids=" ".join)
def test_an_invoice_that_is_withdrawn_leaves_no_trace_between_what_came_of_its_order(
    between, again, kronor
):
    """Also where the order is the same in the end; recorded anew it is as if it were the first."""
    books = Book(policy=HALF), Book(policy=HALF)
    for book in books:
        name = book.placed_and_confirmed(line(50_000), starts_on=DAY + timedelta(days=90))
        if again or book is books[0]:
            wrong = kronor if book is books[0] else 20_000
            id = book.record("1", wrong, name, on=DAY + timedelta(days=1))
        for what in between:
            go_on(book, name, what)
        if book is books[0]:
            book.withdraw(id, DAY + timedelta(days=8))
            if again:
                book.record("1", 20_000, name, on=DAY + timedelta(days=1))
    same_on_each_day(books)


def test_what_was_taken_back_may_be_approved_withdrawn_or_turned_down():
    for then in ("approve", "withdraw", "reject"):
        book, _, id = with_invoice()
        book.take_back(id)
        getattr(book, then)(id)
        drawn = kr(4_000) if then == "approve" else 0
        assert book.use == Use(committed=kr(10_000) - drawn, drawn=drawn)


def test_who_approved_does_not_take_it_back_and_neither_does_who_recorded():
    book, _, id = with_invoice()
    with pytest.raises(OwnApproval):
        book.take_back(id, by=APPROVER)
    with pytest.raises(FourEyes):
        book.take_back(id, by=RECORDER)
    assert book.drawdowns[id].status == "approved"


def test_only_what_is_approved_is_taken_back():
    book = Book()
    id = book.record("1", 100, book.placed_and_confirmed(line(100)))
    with pytest.raises(WrongStatus):
        book.take_back(id)


@pytest.mark.parametrize("kronor", [1_000, 4_000])
def test_a_credit_of_it_goes_first_and_is_named(kronor):
    book, name, id = with_invoice()
    credit = book.draw("K1", -kronor, name, credits=id, room="cap")
    with pytest.raises(LaterStands) as refused:
        book.take_back(id)
    assert refused.value.figures["later"] == (credit,)
    book.take_back(credit)
    book.take_back(id)
    assert book.use == Use(committed=kr(10_000))


def test_a_share_that_was_recharged_goes_first_and_is_named():
    book = Book(buyers=BUYERS)
    name = book.placed_and_confirmed(line(100), split=split("shares", {LEAD: 1, MEMBER: 1}))
    id = book.draw("1", 100, name)
    fields = {"drawdown": id, "member": MEMBER, "reference": "R1", "on": DAY}
    book.do(drawdown.RecordRecharge(amount=kr(50), **fields), RECORDER)
    with pytest.raises(LaterStands) as refused:
        book.take_back(id)
    assert refused.value.figures["later"] == ("R1",)
    book.do(drawdown.ReverseRecharge(reason="wrong", **fields), RECORDER)
    book.take_back(id)


@pytest.mark.parametrize("room", ["cap", "order"])
@pytest.mark.parametrize("kronor", [1_000, 4_000])
def test_a_credit_s_approval_that_is_taken_back_leaves_everything_exactly_as_before(room, kronor):
    book = Book()
    days = [DAY + timedelta(30 * i) for i in range(3)]
    sessions = tuple(SessionTerms(on=day, line=1) for day in days)
    name = book.placed_and_confirmed(line(10_000.01), sessions=sessions)
    id = book.draw("1", 4_000, name)
    credit = book.record("K1", -kronor, name, credits=id)
    before = book.drawdowns[id], book.drawdowns[credit], totals(book), book.as_told(name)
    book.approve(credit, room=room)
    assert book.drawdowns[id].credited == kr(kronor)
    book.take_back(credit)
    after = book.drawdowns[id], book.drawdowns[credit], totals(book), book.as_told(name)
    assert after == before


def test_a_credit_that_is_taken_back_gives_back_fees_also_where_seats_were_cancelled_since():
    books = Book(policy=HALF), Book(policy=HALF)
    for book in books:
        days = {"starts_on": DAY + timedelta(days=20)}
        name = book.placed_and_confirmed(seats(10, 1_000), seats(4, 1_000), **days)
        book.cancel(name, seats=1, line=1)
        parts = (Part(order=name, amount=kr(9_500), line=1),)
        id = book.draw("1", 9_500, name, parts=parts)
        if book is books[0]:
            credit = book.draw("K1", -9_500, name, credits=id, room="cap")
        book.cancel(name, seats=1, line=2)
        if book is books[0]:
            book.take_back(credit)
    slip, never = (book.orders[name].fees for book in books)
    assert slip == never
    assert sum(fee.amount for fee in slip) == kr(1_000)


def test_a_credit_that_took_back_what_was_beyond_its_order_is_taken_back_before_an_invoice_of_it():
    book = Book()
    name = book.placed_and_confirmed(line(10_000))
    first, second = book.draw("1", 10_000, name), book.draw("2", 4_000, name)
    credit = book.draw("K1", -1_000, name, credits=first, room="cap")
    with pytest.raises(LaterStands) as refused:
        book.take_back(second)
    assert refused.value.figures["later"] == (credit,)
    book.take_back(credit)
    book.take_back(second)
    assert book.use == Use(committed=kr(4_000), drawn=kr(10_000))


def test_an_approval_on_a_closed_order_is_taken_back_too():
    book, name, id = with_invoice()
    book.close(name)
    book.take_back(id)
    assert book.use == Use(committed=kr(4_000))
    book.withdraw(id)
    assert book.use == Use()


# ── An order that was closed too early ────────────────────────────────────────────────────────


@pytest.mark.parametrize("was", ["confirmed", "started", "delivered", "cancelled"])
def test_an_order_that_is_reopened_is_as_before_it_was_closed(was):
    book = Book(policy=HALF)
    name = book.placed_and_confirmed(line(10_000), starts_on=DAY)
    book.draw("1", 1_000, name)
    {
        "confirmed": lambda: None,
        "started": lambda: book.start(name),
        "delivered": lambda: book.deliver(name, 5),
        "cancelled": lambda: book.cancel(name),
    }[was]()
    before, use = book.orders[name], totals(book)
    book.close(name)
    assert book.use == Use(drawn=kr(1_000))
    book.reopen(name)
    assert (book.orders[name].status, totals(book)) == (was, use)
    assert book.orders[name].lines == before.lines


def test_an_order_is_reopened_only_if_it_fits():
    book = Book(cap=kr(10_000))
    name = book.placed_and_confirmed(line(10_000))
    book.close(name)
    taken = book.placed_and_confirmed(line(1))
    with pytest.raises(CapExceeded) as refused:
        book.reopen(name)
    assert refused.value.figures["over"].ore == kr(1)
    book.cancel(taken)
    book.reopen(name)
    assert book.use.committed == kr(10_000)


def test_an_order_that_is_reopened_over_a_soft_limit_is_flagged():
    soft = LimitTerms(name="2024", year=2024, amount=kr(10_000), effect="soft")
    book = Book(limits=(soft,))
    name = book.placed_and_confirmed(line(10_000))
    book.close(name)
    book.place(line(1))
    book.reopen(name)
    assert book.orders[name].flags == ("over-limit:2024",)


def test_only_a_closed_order_is_reopened():
    book = Book()
    declined = book.place(line(100))
    book.decline(declined)
    for name in (declined, book.placed_and_confirmed(line(100))):
        with pytest.raises(WrongStatus):
            book.reopen(name)


def test_a_credit_that_came_while_it_was_closed_is_not_to_be_invoiced_again():
    book, name, id = with_invoice()
    book.close(name)
    book.draw("K1", -1_000, name, credits=id, room="cap")
    book.reopen(name)
    assert book.use == Use(committed=kr(6_000), drawn=kr(3_000))


# ── A delivery that is reported again ─────────────────────────────────────────────────────────


def test_delivery_is_reported_again_with_a_reason_and_the_last_one_counts():
    book = Book()
    name = book.placed_and_confirmed(seats(10, 100), seats=10)
    book.deliver(name, 9, credits_awarded=3, women=4)
    with pytest.raises(Invalid) as refused:
        book.deliver(name, 8)
    assert refused.value.faults[0].pointer == "/reason"
    book.deliver(name, 8, DAY + timedelta(1), reason="miscounted")
    state = book.orders[name]
    assert (state.seats_used, state.credits_awarded, state.women) == (8, None, None)
    assert (state.status, state.delivered_on) == ("delivered", DAY + timedelta(1))
    with pytest.raises(Invalid):
        book.deliver(name, 11, reason="more than there are")


def test_the_delivery_of_a_closed_order_is_reported_again_and_it_stays_closed():
    book = Book()
    name, undelivered = (book.placed_and_confirmed(line(100)) for _ in range(2))
    book.deliver(name, 9)
    book.close(name)
    book.deliver(name, 8, reason="miscounted")
    assert (book.orders[name].status, book.orders[name].seats_used) == ("closed", 8)
    assert book.use.committed == kr(100)
    book.close(undelivered)
    with pytest.raises(WrongStatus):
        book.deliver(undelivered, 8)


# ── An invoice on the wrong order or line ─────────────────────────────────────────────────────


def test_an_invoice_that_is_moved_is_as_if_it_had_been_recorded_there():
    book = Book()
    wrong, right = (book.placed_and_confirmed(line(10_000), line(5_000)) for _ in range(2))
    id = book.record("1", 4_000, wrong)
    book.move(id, (right, 2, 4_000))
    clean = Book()
    for _ in range(2):
        clean.placed_and_confirmed(line(10_000), line(5_000))
    parts = (Part(order=right, line=2, amount=kr(4_000)),)
    clean.record("1", 4_000, right, parts=parts)
    assert totals(book) == totals(clean)
    assert book.orders[wrong].pending == ()
    assert book.orders[right].pending == clean.orders[right].pending
    assert book.drawdowns[id].allocations == clean.drawdowns[id].allocations
    book.approve(id)
    assert book.use.drawn == kr(4_000)


def test_who_moved_it_does_not_approve_it():
    book = Book()
    wrong, right = (book.placed_and_confirmed(line(10_000)) for _ in range(2))
    id = book.record("1", 4_000, wrong)
    book.move(id, (right, None, 4_000), by=MANAGER)
    for by in (MANAGER, RECORDER):
        with pytest.raises(FourEyes):
            book.approve(id, by=by)
    book.approve(id)


def test_what_it_exceeds_is_flagged_where_it_is_moved_to_and_no_longer_where_it_was():
    book = Book()
    small, large = book.placed_and_confirmed(line(100)), book.placed_and_confirmed(line(1_000))
    id = book.record("1", 500, small)
    assert book.drawdowns[id].flags == ("exceeds-order", f"exceeds-line:{small}/1:400.00")
    book.move(id, (large, 1, 500))
    assert book.drawdowns[id].flags == ()
    book.move(id, (small, None, 200), (large, None, 300))
    assert book.drawdowns[id].flags == ("exceeds-order", f"exceeds-line:{small}/1:100.00")


def test_it_is_moved_whole_before_it_is_decided_and_elsewhere():
    book = Book()
    wrong, right = (book.placed_and_confirmed(line(10_000)) for _ in range(2))
    id = book.record("1", 4_000, wrong)
    for parts in (((right, None, 3_999),), ((right, 2, 4_000),), ((wrong, 1, 4_000),)):
        with pytest.raises(Invalid):
            book.move(id, *parts)
    book.approve(id)
    with pytest.raises(WrongStatus):
        book.move(id, (right, None, 4_000))
    assert book.orders[right].pending == ()


def test_it_stays_under_its_agreement():
    book = Book()
    id = book.record("1", 100, book.placed_and_confirmed(line(100)))
    other = book.placed_and_confirmed(line(100))
    book.orders[other] = replace(book.orders[other], agreement="A2")
    with pytest.raises(NotUnderAgreement):
        book.move(id, (other, None, 100))


# ── Always ────────────────────────────────────────────────────────────────────────────────────


START = DAY + timedelta(20)
SLIPS = ("withdraw", "reject", "take-back", "credit", "reopen")
BASE = ("invoice", "record", "credit", "seats", "session", "cancel", "close", "move-seats")


class Play:
    """The same steps with and without slips: with them some go wrong, and are mended later."""

    def __init__(self) -> None:
        parts = {LEAD: 6, MEMBER: 4}
        self.book = Book(policy=HALF, buyers=BUYERS)
        self.name = self.book.placed_and_confirmed(
            seats(10, 1_000.01),
            line(5_000),
            seats=10,
            split=split("seats", parts),
            starts_on=START,
            sessions=(SessionTerms(on=START, line=1),) * 3,
        )
        self.ids: list[str] = []

    def record(self, invoice: str, ore: int, some: int) -> str:
        """On a line that is named: a bare amount draws what is left, and that is known then."""
        parts = (Part(order=self.name, line=1 + some % 2, amount=ore),)
        return self.book.record(invoice, ore / 100, self.name, parts=parts)

    def base(self, number: int, what: str, some: int, ore: int) -> object:
        """A step of the ledger without slips: what was credited by it, if that is what it does."""
        book, name = self.book, self.name
        if what in ("invoice", "record"):
            id = self.record(f"B{number}", ore, some)
            self.ids.append(id)
            if what == "invoice":
                book.approve(id)
        elif what == "credit":
            standing = [id for id in self.ids if book.drawdowns[id].status == "approved"]
            assume(standing)
            one = book.drawdowns[standing[some % len(standing)]]
            amount = min(ore, one.amount - one.credited)
            room = ("cap", "order")[some % 2]
            book.draw(f"B{number}", -amount / 100, name, credits=one.id, room=room)
            return one.id, amount
        elif what == "seats":
            holder = (LEAD, MEMBER)[some % 2]
            book.cancel(name, seats=1 + some % 2, line=1, holder=holder)
        elif what == "session":
            book.cancel_session(name, 1 + some % 3, cancelled_by=("buyer", "supplier")[some % 2])
        elif what == "cancel":
            book.cancel(name)
        elif what == "close":
            book.close(name)
        elif what == "move-seats":
            book.move_seats(name, LEAD, MEMBER, 1)
        return None

    def slip(self, number: int, what: str, some: int, ore: int):
        """The slip; it answers with its way back, or with None where it could not be made."""
        book, name = self.book, self.name
        try:
            if what == "reopen":
                book.close(name)
                return lambda: book.reopen(name)
            if what == "credit":
                standing = [id for id in self.ids if book.drawdowns[id].status == "approved"]
                if not standing:
                    return None
                one = book.drawdowns[standing[some % len(standing)]]
                amount = min(ore, one.amount - one.credited)
                room = ("cap", "order")[some % 2]
                credit = book.draw(f"S{number}", -amount / 100, name, credits=one.id, room=room)
                return lambda: (book.take_back(credit), book.withdraw(credit))
            id = self.record(f"S{number}", ore, some)
        except Refusal:
            return None
        if what == "take-back":
            book.approve(id)
            return lambda: (book.take_back(id), book.withdraw(id))
        return lambda: (book.withdraw if what == "withdraw" else book.reject)(id)


def kept(play: Play) -> tuple:
    """The places by whatever a limit matches and whoever carries them, and the order's lines; not
    what of an invoice is stored as a holder's fee: that is as it was when the invoice came."""
    state = play.book.orders[play.name]
    invoiced = by_line(state.drawn), by_line(state.pending)
    return totals(play.book), state.status, state.lines, invoiced


STEPS = st.lists(
    st.tuples(st.sampled_from(BASE), st.integers(0, 5), st.integers(1, 1_200_000)), max_size=5
)
SLIP = st.tuples(
    st.integers(0, 5), st.integers(0, 5), st.sampled_from(SLIPS), st.integers(0, 5),
    st.integers(1, 1_200_000),
)  # fmt: skip


@given(steps=STEPS, slips=st.lists(SLIP, min_size=1, max_size=2))
def test_after_any_ways_back_the_places_are_as_if_the_slips_had_never_happened(steps, slips):
    """A slip is made before one step, and mended before another, or the same."""
    clean, play = Play(), Play()
    waiting: list = []
    for number in range(len(steps) + 1):
        for place, (at, later, *slip) in enumerate(slips):
            if at == number or (number == len(steps) and at > number):
                back = play.slip(place, *slip)
                if back is not None:
                    waiting.append((number + later, back))
        for due, back in reversed(waiting):
            if due <= number or number == len(steps):
                try:
                    back()
                except LaterStands:
                    assume(False)
        waiting = [one for one in waiting if one[0] > number and number < len(steps)]
        if number < len(steps):
            if waiting and steps[number][0] in ("invoice", "record"):
                # What of an invoice is a holder's fee is stored as it was when the invoice came.
                assume(not clean.book.orders[clean.name].fees)
            done: list = []
            for one in (clean, play):
                try:
                    done.append(one.base(number, *steps[number]))
                except Refusal as refusal:
                    done.append(type(refusal))
            assume(done[0] == done[1])
    assert play.book.use == play.book.sum_of_positions()
    assert kept(play) == kept(clean)
