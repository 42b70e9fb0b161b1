"""Invoices and credits: never refused for the cap, approved by another, taken back exactly."""

from datetime import date

import pytest

from ledger.domain.drawdown import Part, identity
from ledger.domain.events import Party
from ledger.domain.refusals import (
    CreditTooLarge,
    CurrencyDiffers,
    DuplicateInvoice,
    FourEyes,
    Invalid,
    OrderEnded,
    RoomNotChosen,
    SupplierDiffers,
    WrongStatus,
)
from tests.domain.domain_given import DAY, OTHER_SUPPLIER, RECORDER, Book, kr, line


def lines_of(book, id):
    return [(part.line, part.amount) for part in book.drawdowns[id].allocations]


def given(*amounts, cap=100):
    book = Book(cap=kr(cap))
    return book, book.placed_and_confirmed(*(line(amount) for amount in amounts))


def test_an_invoice_waits_as_committed_and_is_drawn_when_approved():
    book, name = given(60)
    id = book.record("1", 60, name, vat=kr(15))
    assert book.places() == (0, 60, 0, 40)
    book.approve(id)
    assert book.places() == (0, 0, 60, 40)
    with pytest.raises(WrongStatus):
        book.approve(id)


def test_a_bare_amount_draws_the_lines_in_turn():
    book, name = given(30, 20, 10)
    first = book.draw("1", 40, name)
    second = book.draw("2", 20, name)
    assert lines_of(book, first) == [(1, kr(30)), (2, kr(10))]
    assert lines_of(book, second) == [(2, kr(10)), (3, kr(10))]


def test_what_exceeds_the_order_is_on_the_last_line_and_flagged():
    book, name = given(30, 20)
    fits = book.record("1", 50, name)
    assert book.drawdowns[fits].flags == ()
    book.reject(fits)
    over = book.draw("2", 55, name)
    assert lines_of(book, over) == [(1, kr(30)), (2, kr(25))]
    assert book.drawdowns[over].flags == ("exceeds-order", f"exceeds-line:{name}/2:5.00")
    assert book.places() == (0, 0, 55, 45)


def test_an_excess_on_one_line_takes_the_room_of_the_others_first():
    book, name = given(30, 20)
    book.draw("1", 40, name, parts=(Part(order=name, amount=kr(40), line=1),))
    assert book.places() == (0, 10, 40, 50)


def test_over_use_is_recorded_flagged_and_shown_negative():
    book, name = given(100)
    id = book.draw("1", 130, name)
    exceeds = "exceeds-order", f"exceeds-line:{name}/1:30.00"
    assert book.drawdowns[id].flags == (*exceeds, "over-limit:cap")
    assert book.places() == (0, 0, 130, -30)


def test_whoever_recorded_neither_approves_nor_rejects():
    book, name = given(60)
    id = book.record("1", 60, name)
    for decide in (book.approve, book.reject):
        with pytest.raises(FourEyes):
            decide(id, by=RECORDER)
    book.approve(id)
    assert book.drawdowns[id].status == "approved"


def test_rejecting_restores_what_was_before():
    book, name = given(60)
    before, state = book.places(), book.orders[name]
    id = book.record("1", 75, name)
    assert book.places() == (0, 75, 0, 25)
    book.reject(id)
    assert book.places() == before
    assert (book.orders[name].pending, book.orders[name].drawn) == (state.pending, state.drawn)
    with pytest.raises(WrongStatus):
        book.approve(id)


def test_the_same_invoice_is_recorded_once_however_it_is_written():
    book, name = given(60)
    book.record("F 12", 10, name)
    with pytest.raises(DuplicateInvoice):
        book.record("f12", 10, name)
    for other in ({"on": date(2024, 1, 16)}, {"type": "386"}):
        book.record("F 12", 10, name, **other)
    assert identity("S", "å/1", DAY, "380") == "S.~C3~85~2F1.2024-01-15.380"


def test_a_credit_to_the_cap_makes_the_order_smaller():
    book, name = given(40, 20)
    id = book.draw("1", 60, name)
    book.draw("2", -15, name, credits=id, room="cap")
    assert book.places() == (0, 0, 45, 55)
    assert book.orders[name].amount == kr(45)
    assert book.drawdowns[id].credited == kr(15)


def test_a_credit_to_the_order_may_be_invoiced_again():
    book, name = given(40, 20)
    id = book.draw("1", 60, name)
    book.draw("2", -15, name, credits=id, room="order")
    assert book.places() == (0, 15, 45, 40)
    assert book.orders[name].amount == kr(60)
    again = book.draw("3", 15, name)
    assert book.drawdowns[again].flags == ()
    assert book.places() == (0, 0, 60, 40)


@pytest.mark.parametrize("amount", [60, 45, 0.03])
def test_reversing_an_invoice_gives_the_commitment_back_exactly(amount):
    book, name = given(40, 20)
    before, lines = book.of.totals, book.orders[name].lines
    id = book.draw("1", amount, name)
    credit = book.draw("2", -amount, name, credits=id, room="order")
    assert book.of.totals == before
    assert book.orders[name].lines == lines
    assert book.drawdowns[id].status == "reversed"
    mirrored = [(number, -ore) for number, ore in lines_of(book, id)]
    assert sorted(lines_of(book, credit)) == mirrored


def test_a_credit_waits_without_moving_anything():
    book, name = given(60)
    id = book.draw("1", 60, name)
    credit = book.record("2", -60, name, credits=id)
    assert book.places() == (0, 0, 60, 40)
    with pytest.raises(RoomNotChosen):
        book.approve(credit)
    book.reject(credit)
    assert book.places() == (0, 0, 60, 40)


def test_a_credit_is_at_most_what_is_left_of_its_invoice():
    book, name = given(60)
    id = book.draw("1", 60, name)
    book.draw("2", -40, name, credits=id, room="order")
    with pytest.raises(CreditTooLarge):
        book.record("3", -20.01, name, credits=id)
    book.draw("3", -20, name, credits=id, room="order")
    assert book.drawdowns[id].status == "reversed"


def test_two_waiting_credits_cannot_both_take_the_same_money_back():
    book, name = given(60)
    id = book.draw("1", 60, name)
    first, second = (book.record(n, -40, name, credits=id, room="cap") for n in "23")
    book.approve(first)
    with pytest.raises(CreditTooLarge):
        book.approve(second)


def test_a_credit_may_come_before_its_invoice_is_approved_and_is_approved_after_it():
    book, name = given(60)
    id = book.record("1", 60, name)
    credit = book.record("2", -10, name, credits=id)
    with pytest.raises(WrongStatus):
        book.approve(credit, room="cap")
    book.approve(id)
    book.approve(credit, room="cap")
    assert book.drawdowns[id].credited == kr(10)


def test_what_was_turned_down_is_not_credited():
    book, name = given(60)
    id = book.record("1", 60, name)
    book.reject(id)
    with pytest.raises(WrongStatus):
        book.record("2", -10, name, credits=id)


@pytest.mark.parametrize("written", [-15, 15])
def test_a_credit_note_counts_negative_whichever_way_it_is_written(written):
    book, name = given(60)
    id = book.draw("1", 60, name)
    credit = book.record("2", written, name, type="381", credits=id, vat=kr(written / 4))
    state = book.drawdowns[credit]
    assert (state.amount, state.vat, state.is_credit) == (kr(-15), kr(-3.75), True)


def test_a_negative_invoice_is_a_credit_too():
    book, name = given(60)
    id = book.draw("1", 60, name)
    credit = book.draw("2", -15, name, type="380", credits=id, room="cap")
    assert book.drawdowns[credit].type == "380"
    assert book.places() == (0, 0, 45, 55)


def test_a_credit_after_the_end_is_accepted():
    book, name = given(60)
    id = book.draw("1", 60, name)
    book.draw("2", -10, name, date(2027, 11, 15), credits=id, room="cap")
    assert book.places() == (0, 0, 50, 50)


def test_room_cannot_go_back_to_an_order_that_has_ended():
    book, name = given(60)
    id = book.draw("1", 40, name)
    book.close(name)
    credit = book.record("2", -10, name, credits=id)
    with pytest.raises(OrderEnded):
        book.approve(credit, room="order")
    book.approve(credit, room="cap")
    assert book.places() == (0, 0, 30, 70)


def test_an_invoice_on_an_ended_order_is_recorded_and_flagged():
    book, name = given(60)
    book.close(name)
    id = book.draw("1", 10, name)
    assert book.drawdowns[id].flags == ("order-ended", "exceeds-order")
    assert book.places() == (0, 0, 10, 90)


def test_an_invoice_on_an_unconfirmed_order_is_flagged():
    book = Book(cap=kr(100))
    name = book.place(line(60))
    assert book.drawdowns[book.record("1", 10, name)].flags == ("order-not-confirmed",)


def test_one_invoice_draws_several_orders_and_its_parts_add_up():
    book, first = given(30)
    second = book.placed_and_confirmed(line(20))
    parts = tuple(Part(order=o, amount=kr(a)) for o, a in ((first, 30), (second, 20)))
    book.draw("1", 50, None, parts=parts)
    assert book.places() == (0, 0, 50, 50)
    with pytest.raises(Invalid):
        book.record("2", 51, None, parts=parts)
    with pytest.raises(Invalid):
        book.record("2", 1, None, parts=(Part(order=first, amount=kr(1), line=9),))


def test_another_currency_and_another_supplier_are_refused():
    book = Book(
        suppliers=(Party(organisation="2021004524"), Party(organisation=OTHER_SUPPLIER)),
    )
    name = book.placed_and_confirmed(line(60), supplier="2021004524")
    with pytest.raises(CurrencyDiffers):
        book.record("1", 1, name, currency="EUR")
    with pytest.raises(SupplierDiffers):
        book.record("1", 1, name, supplier=OTHER_SUPPLIER)
    assert book.record("1", 1, name)


@pytest.mark.parametrize(
    ("amounts", "vat", "flagged"),
    [
        ((60,), 15, False),
        ((60,), 16.2, False),
        ((60,), 18, True),
        ((60,), -15, True),
        ((60,), 0, False),
        ((60, -50), 15, False),
        ((60, -50), 40, True),
        ((-60,), -15, False),
        ((-60,), -18, True),
    ],
)
def test_vat_that_cannot_be_is_flagged(amounts, vat, flagged):
    book, name = given(100, 100, cap=1_000)
    book.draw("1", 150, name)
    parts = tuple(
        Part(order=name, amount=kr(amount), line=at) for at, amount in enumerate(amounts, start=1)
    )
    id = book.record("2", sum(amounts), name, parts=parts, vat=kr(vat))
    assert ("vat" in book.drawdowns[id].flags) is flagged


@pytest.mark.parametrize("closed", [True, False])
def test_a_bare_amount_draws_the_line_that_was_credited_beyond_what_was_invoiced(closed):
    book = Book(cap=kr(1_000))
    name = book.placed_and_confirmed(line(30), line(20, "development"), line(10))
    book.approve(
        book.record("1", -50, name, parts=(Part(order=name, amount=kr(-50), line=2),)), room="cap"
    )
    book.draw("2", 30, name)
    if closed:
        book.close(name)
    before = book.use.total
    id = book.record("3", 1, name)
    assert lines_of(book, id) == [(2, kr(1))]
    assert book.use.total == before
