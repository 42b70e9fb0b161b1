"""Which drawdown an invoice is: the same again, one anew, or perhaps another twice."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from ledger.domain import drawdown
from ledger.domain.events import Party
from ledger.domain.limits import Use
from ledger.domain.refusals import (
    DuplicateInvoice,
    InvoiceDiffers,
    RecordedByAnother,
    WrongStatus,
)
from tests.domain.domain_given import (
    APPROVER,
    BUYER,
    DAY,
    OTHER_BUYER,
    RECORDER,
    SUPPLIER,
    Book,
    kr,
    line,
)

LATER = DAY + timedelta(1)


def book_of_one() -> tuple[Book, str]:
    book = Book()
    return book, book.placed_and_confirmed(line(10_000))


# ── Anew ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("gone", ["reject", "withdraw"])
def test_an_invoice_that_was_turned_down_is_recorded_anew_with_an_id_of_its_own(gone):
    book, name = book_of_one()
    first = book.record("1", 50, name)
    getattr(book, gone)(first)
    second = book.record("1", 70, name)
    assert second == f"{first}.2"
    assert book.drawdowns[second].anew_of == first
    assert book.drawdowns[first].anew == (second,)
    assert book.drawdowns[first].status in ("rejected", "withdrawn")
    book.approve(second)
    assert book.use == Use(committed=kr(9_930), drawn=kr(70))


def test_it_may_be_recorded_anew_as_often_as_it_is_turned_down():
    book, name = book_of_one()
    first = book.record("1", 50, name)
    ids = [first]
    for _ in range(3):
        book.reject(ids[-1])
        ids.append(book.record("1", 50, name))
    assert ids == [first, f"{first}.2", f"{first}.3", f"{first}.4"]
    assert book.drawdowns[first].anew == tuple(ids[1:])
    assert {book.drawdowns[id].anew_of for id in ids[1:]} == {first}


@pytest.mark.parametrize("what", [(), ("approve",), ("approve", "reverse")])
def test_it_is_taken_while_one_of_it_stands(what):
    book, name = book_of_one()
    book.reject(book.record("1", 50, name))
    again = book.record("1", 50, name)
    if "approve" in what:
        book.approve(again)
    if "reverse" in what:
        book.draw("K1", -50, name, credits=again, room="cap")
    with pytest.raises(DuplicateInvoice) as refused:
        book.record("1", 50, name)
    assert refused.value.figures["drawdown"] == again


def test_what_is_recorded_anew_is_decided_on_the_first_one_s_version():
    book, name = book_of_one()
    first = book.record("1", 50, name)
    book.reject(first)
    streams = []
    before = len(book.log)
    book.record("1", 50, name)
    streams = [new.stream for new, _ in book.log[before:]]
    assert f"drawdown/{first}" in streams
    assert streams[0] == f"drawdown/{first}.2"


# ── Another figure, another person ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("more", [{"kronor": 60}, {"vat": kr(13)}, {"kronor": -50, "type": "380"}])
def test_the_same_invoice_with_other_figures_is_a_question(more):
    book, name = book_of_one()
    first = book.record("1", 50, name, vat=kr(12.5))
    kronor = more.pop("kronor", 50)
    with pytest.raises(InvoiceDiffers) as refused:
        book.record("1", kronor, name, **more)
    assert refused.value.figures["drawdown"] == first


def test_the_same_invoice_with_the_same_figures_is_a_duplicate():
    book, name = book_of_one()
    book.record("1", 50, name, vat=kr(12.5))
    for vat in (kr(12.5), None):
        with pytest.raises(DuplicateInvoice):
            book.record(" 1 ", 50, name, vat=vat)


def test_only_who_recorded_it_withdraws_it_and_only_before_it_is_decided():
    book, name = book_of_one()
    id = book.record("1", 50, name)
    with pytest.raises(RecordedByAnother):
        book.withdraw(id, by=APPROVER)
    book.approve(id)
    with pytest.raises(WrongStatus):
        book.withdraw(id)
    assert book.use.drawn == kr(50)


def test_a_withdrawn_invoice_leaves_everything_as_before_it_came():
    book, name = book_of_one()
    book.draw("0", 4_000, name)
    before, order = book.of.totals, book.orders[name]
    id = book.record("1", 7_000, name)
    assert book.use.total == kr(11_000)
    book.withdraw(id)
    assert book.of.totals == before
    after = book.orders[name]
    gone = [one.gone for one in after.past.steps if one.stored == "order-invoiced"]
    assert gone == [False, True], "its place is kept"
    assert replace(after, moved_on=order.moved_on, past=order.past) == order
    with pytest.raises(WrongStatus):
        book.approve(id)


def test_a_credit_that_waits_is_withdrawn_without_moving_anything():
    book, name = book_of_one()
    id = book.draw("1", 50, name)
    before = book.of.totals
    credit = book.record("K1", -50, name, credits=id)
    book.withdraw(credit)
    assert book.of.totals == before
    assert book.record("K1", -50, name, credits=id) == f"{credit}.2"


# ── Perhaps the same twice ────────────────────────────────────────────────────────────────────


def flags(book: Book, id: str) -> tuple[str, ...]:
    return tuple(f for f in book.drawdowns[id].flags if f.startswith("same-"))


def test_the_same_number_on_another_day_is_flagged_over_all_orders():
    book, name = book_of_one()
    other = book.placed_and_confirmed(line(10_000))
    first = book.record("a 1", 50, name)
    second = book.record("A1", 60, other, on=LATER, alike=(first,))
    assert flags(book, second) == (f"same-number:{first}",)


def test_the_same_supplier_and_amount_is_flagged_over_all_orders():
    book, name = book_of_one()
    other = book.placed_and_confirmed(line(10_000))
    first = book.record("1", 50, name)
    second = book.record("2", 50, other, on=date(2024, 9, 1), alike=(first,))
    assert flags(book, second) == (f"same-amount:{first}",)


@pytest.mark.parametrize("gone", ["reject", "withdraw", "reverse"])
def test_what_no_longer_stands_is_no_double(gone):
    book, name = book_of_one()
    first = book.record("1", 50, name)
    if gone == "reverse":
        book.approve(first)
        book.draw("K1", -50, name, credits=first, room="order")
    else:
        getattr(book, gone)(first)
    assert flags(book, book.record("2", 50, name, alike=(first,))) == ()


def test_another_amount_and_number_and_a_credit_of_the_same_are_no_doubles():
    book, name = book_of_one()
    first = book.draw("1", 50, name)
    assert flags(book, book.record("2", 51, name, alike=(first,))) == ()
    credit = book.record("1", -50, name, credits=first, alike=(first,))
    assert flags(book, credit) == ()


def test_recorded_anew_it_is_no_double_of_itself():
    book, name = book_of_one()
    first = book.record("1", 50, name)
    book.withdraw(first, by=RECORDER)
    assert flags(book, book.record("1", 50, name, alike=(first,))) == ()


# ── Another buyer's ───────────────────────────────────────────────────────────────────────────

BUYERS = (Party(organisation=BUYER), Party(organisation=OTHER_BUYER))
THEIR_RECORDER = replace(RECORDER, organisation=OTHER_BUYER, person="p-theirs")


def of_two() -> tuple[Book, str, str]:
    """A book of two buyers without a lead, an order of each."""
    book = Book(buyers=BUYERS)
    mine = book.placed_and_confirmed(line(10_000))
    return book, mine, book.placed_and_confirmed(line(10_000), buyer=OTHER_BUYER)


def typed(book, name, kronor, by, **more) -> str:
    command = drawdown.RecordDrawdown(
        agreement="A1",
        supplier=SUPPLIER,
        invoice="F-1",
        issued_on=DAY,
        type="380",
        currency="SEK",
        amount=kr(kronor),
        parts=(drawdown.Part(order=name, amount=kr(kronor)),),
        **more,
    )
    return book.do(command, by, DAY)[0].event.id


def test_who_has_a_supplier_s_number_keeps_nobody_s_invoice_out():
    book, mine, theirs = of_two()
    squatted = typed(book, theirs, 1, THEIR_RECORDER)
    real = typed(book, mine, 50, RECORDER, alike=(squatted,))
    assert real == f"{squatted}.{BUYER}"
    assert flags(book, real) == ("same-number",), "a person sees it, and nothing of whose it is"
    book.approve(real)
    assert book.drawdowns[real].status == "approved"


def test_an_invoice_that_stands_beside_another_buyer_s_is_itself_recorded_once():
    book, mine, theirs = of_two()
    squatted = typed(book, theirs, 1, THEIR_RECORDER)
    real = typed(book, mine, 50, RECORDER)
    with pytest.raises(DuplicateInvoice) as twice:
        typed(book, mine, 50, RECORDER)
    assert twice.value.figures["drawdown"] == real
    with pytest.raises(InvoiceDiffers):
        typed(book, mine, 60, RECORDER)
    book.withdraw(squatted, by=THEIR_RECORDER)
    with pytest.raises(DuplicateInvoice):
        typed(book, mine, 50, RECORDER)
    book.reject(real)
    assert typed(book, mine, 50, RECORDER) == f"{real}.2"


def test_an_invoice_over_orders_of_several_buyers_is_each_one_s():
    """The control: what stands is of theirs too, and both cannot stand."""
    book, mine, theirs = of_two()
    parts = tuple(drawdown.Part(order=name, amount=kr(50)) for name in (theirs, mine))
    command = drawdown.RecordDrawdown(
        agreement="A1",
        supplier=SUPPLIER,
        invoice="F-1",
        issued_on=DAY,
        type="380",
        currency="SEK",
        amount=kr(100),
        parts=parts,
    )
    book.do(command, THEIR_RECORDER, DAY)
    with pytest.raises(InvoiceDiffers):
        typed(book, mine, 50, RECORDER)
