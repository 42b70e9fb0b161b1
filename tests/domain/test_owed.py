"""What is owed stays owed: fees, what was held and what was delivered, whatever is cancelled."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.drawdown import Part
from ledger.domain.limits import Use
from ledger.domain.order import SessionTerms
from ledger.domain.refusals import (
    BelowInvoiced,
    BelowOwed,
    CapExceeded,
    Invalid,
    Refusal,
    WrongStatus,
)
from ledger.domain.regime import Policy, TariffStep
from tests.domain.domain_given import DAY, Book, kr, line, seats, split
from tests.domain.test_sharing import COMPANY, LEAD, MEMBER, carried, joint, share, stored

HALF = Policy(tariff=(TariffStep(days=30, percent=50),))
START = DAY + timedelta(20)


def half_priced(**more) -> Book:
    """Whatever is cancelled costs half of it."""
    return Book(policy=HALF, **more)


def ten(book: Book, price: float = 1_000, **more) -> str:
    return book.placed_and_confirmed(seats(10, price), starts_on=START, **more)


def meetings(*kronor: float) -> tuple[SessionTerms, ...]:
    return tuple(
        SessionTerms(on=START + timedelta(i), line=1, amount=kr(amount))
        for i, amount in enumerate(kronor)
    )


# ── Fees ──────────────────────────────────────────────────────────────────────────────────────


def test_the_fee_of_seats_stays_when_the_rest_is_cancelled():
    book = half_priced()
    name = ten(book)
    book.cancel(name, seats=4)
    book.cancel(name)
    assert book.places() == (0, 5_000, 0, 1_995_000)
    assert [one.fee for one in book.orders[name].cancellations] == [kr(2_000), kr(3_000)]


def test_the_fee_of_seats_stays_when_the_university_cancels_the_rest():
    book = half_priced()
    name = ten(book)
    book.cancel(name, seats=4)
    book.cancel(name, cancelled_by="supplier")
    assert book.places()[1] == 2_000


def test_seats_that_are_cancelled_later_cost_no_part_of_an_earlier_fee():
    book = half_priced()
    name = ten(book)
    for _ in range(5):
        book.cancel(name, seats=2)
    assert book.places()[1] == 5_000
    assert {one.fee for one in book.orders[name].cancellations} == {kr(1_000)}


def test_a_session_that_the_university_cancels_keeps_the_fee_of_seats_that_is_in_it():
    book = half_priced()
    name = ten(book, sessions=meetings(5_000, 5_000))
    book.cancel(name, seats=4)
    book.cancel_session(name, 1, cancelled_by="supplier")
    assert book.places()[1] == 5_000  # 3 000 of session 2, 2 000 of the seats
    book.cancel_session(name, 2, cancelled_by="supplier")
    assert book.places()[1] == 2_000


def test_a_session_s_fee_and_what_was_held_stay_when_seats_and_the_rest_are_cancelled():
    book = half_priced()
    name = ten(book, sessions=meetings(2_000, 4_000, 4_000))
    book.hold(name, 1, START)
    book.cancel_session(name, 2)  # 2 000 stays
    book.cancel(name, seats=5)  # half of what session 3 is worth is theirs: 1 000 stays
    assert book.places()[1] == 7_000
    book.cancel(name, cancelled_by="supplier")
    assert book.places()[1] == 5_000


def test_fees_that_are_invoiced_are_not_owed_twice():
    book = half_priced()
    name = ten(book)
    book.cancel(name, seats=4)
    book.draw("1", 2_000, name)
    book.cancel(name)
    assert book.places() == (0, 3_000, 2_000, 1_995_000)


def test_a_session_that_moves_to_another_year_takes_its_part_of_the_fee_of_seats():
    book = half_priced()
    name = ten(book, sessions=meetings(5_000, 5_000))
    book.cancel(name, seats=4)
    book.move_session(name, 2, date(2025, 2, 1))
    book.cancel(name, cancelled_by="supplier")
    assert [one.amount for one in book.orders[name].lines] == [kr(1_000), kr(1_000)]


def test_a_credit_of_a_fee_takes_it_out_of_what_is_owed():
    book = half_priced()
    name = ten(book)
    book.cancel(name, seats=4)
    id = book.draw("1", 2_000, name)
    book.draw("2", -2_000, name, credits=id, room="cap")
    book.cancel(name)
    assert book.places() == (0, 3_000, 0, 1_997_000)


# ── Delivered and held ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("by", ["buyer", "supplier"])
@pytest.mark.parametrize("what", [{}, {"seats": 2}])
def test_a_delivered_course_cannot_be_cancelled(by, what):
    book = Book()
    name = ten(book)
    book.deliver(name, 5)
    with pytest.raises(WrongStatus):
        book.cancel(name, cancelled_by=by, **what)
    assert book.places()[1] == 10_000


def test_a_session_of_a_delivered_course_cannot_be_cancelled():
    book = Book()
    name = ten(book, sessions=meetings(5_000, 5_000))
    book.deliver(name, 5)
    with pytest.raises(WrongStatus):
        book.cancel_session(name, 1)


def test_a_line_is_never_changed_to_less_than_is_owed_of_it():
    book = half_priced()
    name = ten(book)
    book.cancel(name, seats=4)
    with pytest.raises(BelowOwed) as refused:
        book.change(name, line(1_999))
    assert refused.value.figures["owed"].ore == kr(2_000)
    book.change(name, line(2_000))
    delivered = book.placed_and_confirmed(line(100), line(100))
    book.deliver(delivered, 5)
    with pytest.raises(BelowOwed):
        book.change(delivered, line(150), line(99))
    book.change(delivered, line(100), line(150))


def test_what_is_owed_is_released_by_closing_alone_and_with_a_reason():
    book = Book()
    name = ten(book)
    book.deliver(name, 5)
    with pytest.raises(Invalid) as refused:
        book.close(name, reason=" ")
    assert refused.value.faults[0].pointer == "/reason"
    book.close(name, reason="The university never invoiced it.")
    assert book.use == Use()


def test_what_nobody_is_owed_is_closed_without_a_reason():
    book = Book()
    name = ten(book)
    book.close(name, reason="")
    assert book.use == Use()


# ── Whose a fee is ────────────────────────────────────────────────────────────────────────────


def joint_half(*limits) -> tuple[Book, str]:
    """Ten seats of 1 000, of which the company has four."""
    book = joint(*limits, policy=HALF)
    parts = {LEAD: 4, MEMBER: 2, COMPANY: 4}
    return book, ten(book, seats=10, split=split("seats", parts))


def test_the_fee_of_a_named_holder_is_the_holder_s_alone():
    book, name = joint_half()
    book.cancel(name, seats=4, holder=COMPANY)
    assert carried(book) == {LEAD: kr(4_000), MEMBER: kr(2_000), COMPANY: kr(2_000)}


@pytest.mark.parametrize("first", [2_000, 6_000, 8_000])
def test_the_invoices_of_a_line_draw_a_holder_s_fee_once_and_from_the_holder(first):
    book, name = joint_half()
    book.cancel(name, seats=4, holder=COMPANY)
    id = book.draw("1", first, name)
    assert stored(book, id)[COMPANY] == kr(2_000)
    if first < 8_000:
        assert COMPANY not in stored(book, book.draw("2", 8_000 - first, name))
    assert carried(book) == {LEAD: kr(4_000), MEMBER: kr(2_000), COMPANY: kr(2_000)}
    assert book.places() == (0, 0, 8_000, 1_992_000)


def test_a_holder_s_fee_stays_its_own_when_seats_move_and_the_rest_is_cancelled():
    book, name = joint_half()
    book.cancel(name, seats=4, holder=COMPANY)
    book.move_seats(name, LEAD, MEMBER, 4)
    assert carried(book) == {LEAD: 0, MEMBER: kr(6_000), COMPANY: kr(2_000)}
    book.cancel(name)
    assert carried(book) == {LEAD: 0, MEMBER: kr(3_000), COMPANY: kr(2_000)}


@pytest.mark.parametrize("room", ["cap", "order"])
@pytest.mark.parametrize("kronor", [1_000, 6_000, 7_000, 8_000])
def test_a_credit_takes_a_holder_s_fee_back_last_and_from_the_holder(kronor, room):
    book, name = joint_half()
    book.cancel(name, seats=4, holder=COMPANY)
    id = book.draw("1", 8_000, name)
    book.draw("2", -kronor, name, credits=id, room=room)
    back = kr(max(0, kronor - 6_000))
    assert book.used_by(COMPANY).drawn == kr(2_000) - back
    assert carried(book)[COMPANY] == kr(2_000) - (back if room == "cap" else 0)
    assert book.use == book.sum_of_positions()


def test_where_the_buyer_carries_all_it_carries_the_fee_too():
    book = joint(policy=HALF)
    name = ten(book, seats=10)
    book.allocate(name, {LEAD: 6, MEMBER: 4})
    book.cancel(name, seats=4, holder=MEMBER)
    assert carried(book) == {LEAD: kr(8_000), MEMBER: 0, COMPANY: 0}


# ── A member's hard share ─────────────────────────────────────────────────────────────────────


def group_priced(*limits, **more) -> tuple[Book, str]:
    """A group price of 9 000 that follows the seats, and ten seats of 100 beside it."""
    book = joint(*limits, policy=Policy(), **more)
    parts = {LEAD: 5, MEMBER: 5}
    name = book.placed_and_confirmed(
        line(9_000), seats(10, 100), seats=10, split=split("seats", parts), starts_on=START
    )
    return book, name


def test_cancelling_seats_is_refused_where_it_passes_another_s_share():
    book, name = group_priced(share(MEMBER, 5_500))
    with pytest.raises(CapExceeded) as refused:
        book.cancel(name, seats=5, holder=LEAD)
    assert [one.limit for one in refused.value.figures["limits"]] == [f"share {MEMBER}"]
    assert carried(book)[MEMBER] == kr(5_000)


def test_cancelling_seats_is_taken_where_the_share_has_room():
    book, name = group_priced(share(MEMBER, 9_500))
    book.cancel(name, seats=5, holder=LEAD)
    assert carried(book) == {LEAD: 0, MEMBER: kr(9_500), COMPANY: 0}


def test_moving_seats_is_refused_where_it_passes_the_receiver_s_share():
    book, name = group_priced(share(MEMBER, 5_999))
    with pytest.raises(CapExceeded):
        book.move_seats(name, LEAD, MEMBER, 1)


def test_an_invoice_turned_down_flags_the_share_that_it_passes():
    book, name = group_priced(share(MEMBER, 5_999))
    id = book.record("1", 9_900, name)
    book.move_seats(name, LEAD, MEMBER, 5)  # nothing is left to invoice: it costs nobody anything
    book.reject(id)
    assert carried(book)[MEMBER] == kr(10_000)
    assert f"over-limit:share {MEMBER}" in book.drawdowns[id].flags


def test_a_credit_to_the_order_flags_the_share_that_it_passes():
    book, name = group_priced(share(MEMBER, 5_999))
    id = book.draw("1", 10_000, name)
    book.move_seats(name, LEAD, MEMBER, 5)
    credit = book.draw("2", -10_000, name, credits=id, room="order")
    assert carried(book)[MEMBER] == kr(10_000)
    assert f"over-limit:share {MEMBER}" in book.drawdowns[credit].flags
    assert f"over-limit:share {MEMBER}" not in book.drawdowns[id].flags


# ── An invoice that goes after the order was cancelled ────────────────────────────────────────


@pytest.mark.parametrize("fee", [None, 500])
def test_an_invoice_turned_down_after_cancelling_leaves_what_had_stayed_without_it(fee):
    stated = {} if fee is None else {"fee": kr(fee), "reason": "agreed"}
    book = half_priced()
    name = ten(book)
    id = book.record("1", 4_000, name)
    book.cancel(name, **stated)
    assert book.places()[1] == 4_000 + (3_000 if fee is None else fee)
    book.reject(id)
    assert book.places()[1] == (5_000 if fee is None else fee)
    last = book.orders[name].cancellations[-1]
    assert last.fee + last.released == kr(10_000)


def test_an_invoice_of_the_fee_that_is_turned_down_gives_the_fee_back():
    book = half_priced()
    name = ten(book)
    book.cancel(name)
    book.draw("1", 1_000, name)
    id = book.record("2", 4_000, name)
    book.reject(id)
    assert book.places() == (0, 4_000, 1_000, 1_995_000)


def below_zero(book: Book, name: str, year: int = 2024) -> str:
    """An invoice of 3 000: 4 000 of line 1, and 1 000 less of line 2."""
    parts = (
        Part(order=name, line=1, amount=kr(4_000)),
        Part(order=name, line=2, amount=kr(-1_000)),
    )
    return book.record("1", 3_000, name, parts=parts)


def test_an_invoice_with_a_line_below_0_holds_its_net_amount_when_the_order_is_cancelled():
    book = Book()
    name = book.placed_and_confirmed(line(10_000), line(10_000))
    id = below_zero(book, name)
    assert book.places()[1] == 20_000
    book.cancel(name)
    assert book.places()[1] == 3_000
    book.reject(id)
    assert book.use == Use()


def test_what_is_below_0_on_a_line_for_something_else_makes_no_fee_larger():
    book = Book(policy=Policy(tariff=(TariffStep(days=30, percent=100),)))
    lines = (line(100), line(100, kind="development"))
    name = book.placed_and_confirmed(*lines, starts_on=DAY + timedelta(10))
    parts = (Part(order=name, line=1, amount=kr(40)), Part(order=name, line=2, amount=kr(-30)))
    id = book.record("1", 10, name, parts=parts)
    assert book.use.total == kr(200)
    book.cancel(name)
    assert book.use.total == kr(200)
    book.reject(id)
    assert book.use.total == kr(200)


def test_an_invoice_with_a_line_below_0_that_is_turned_down_gives_back_exactly():
    book = Book()
    name = book.placed_and_confirmed(line(10_000), line(10_000))
    before = book.of.totals
    book.reject(below_zero(book, name))
    assert book.of.totals == before


def test_an_invoice_turned_down_after_closing_gives_back_exactly():
    book = Book()
    name = book.placed_and_confirmed(line(10_000), line(10_000))
    id = below_zero(book, name)
    book.close(name)
    book.reject(id)
    assert book.use == Use()


# ── Always ────────────────────────────────────────────────────────────────────────────────────


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("seats", "session", "hold", "draw", "reject")),
        st.integers(1, 4),
        st.sampled_from(("buyer", "supplier")),
    ),
    max_size=8,
)


@given(steps=STEPS, last=st.sampled_from(("buyer", "supplier")), price=st.integers(1, 99_999))
def test_whatever_is_cancelled_all_fees_and_all_that_was_held_stay(steps, last, price):
    """The order is cancelled in the end: what it counts for is what was owed, and its last fee."""
    book = half_priced()
    name = ten(book, price / 100, seats=10, sessions=(SessionTerms(on=START),) * 3)
    due = 0
    for number, (what, some, by) in enumerate(steps):
        before = book.orders[name]
        free = before.amount - due
        try:
            if what == "seats":
                book.cancel(name, seats=some, cancelled_by=by)
            elif what == "session":
                book.cancel_session(name, some, cancelled_by=by)
            elif what == "hold":
                was = next((s for s in before.sessions if s.number == some), None)
                book.hold(name, some, START)
                one = next(s for s in book.orders[name].sessions if s.number == some)
                assert one.amount == was.amount
                if was.status == "planned":  # reported again, it is owed once
                    due += one.amount - one.fees
                continue
            else:
                id = book.record(f"{number}", min(price, due or price) / 100, name)
                (book.approve if what == "draw" else book.reject)(id)
                continue
        except (Refusal, BelowInvoiced):
            continue
        fee = book.orders[name].cancellations[-1].fee
        assert 0 <= fee <= free
        due += fee
    invoiced = book.orders[name].invoiced
    book.cancel(name, cancelled_by=last)
    whole = book.orders[name].cancellations[-1].fee
    assert book.use.total == max(due, invoiced) + whole
    assert book.use == book.sum_of_positions()
    if last == "supplier":
        assert whole == 0
