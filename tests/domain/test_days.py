"""What is done is done today or earlier; what cannot be a day is a fault; what is late says so."""

from datetime import date, timedelta

import pytest

from ledger.deciding import DECISIONS
from ledger.domain import agreement, drawdown, order
from ledger.domain.agreement import LimitTerms
from ledger.domain.days import RECORDED_LATE, is_late, issued_faults, year_faults
from ledger.domain.events import Source
from ledger.domain.refusals import AnsweredTooLate, DatedAhead, Invalid, WrongStatus
from ledger.domain.regime import Policy
from ledger.domain.selection import Selection
from tests.domain.domain_given import (
    APPROVER,
    BUYER,
    DAY,
    END,
    MANAGER,
    ORDERER,
    START,
    UNIVERSITY,
    Book,
    kr,
    line,
    seats,
    signing,
)

TOMORROW = DAY + timedelta(days=1)
BEGIN = {
    "GrantAttestRight", "EndAttestRight", "NameDeputy", "EndDeputy", "SetOwnCost", "SetCodeMap",
    "DecideFunding", "ChangeFunding", "WithdrawFunding", "RemoveLimit",
}  # fmt: skip
UNDATED = {"RecordDrawdown", "WatchTerm", "AppointAuditor", "EndAppointment", "RecordAttempt",
           "RecordBundleRead", "DiscardFile", "ReturnFile", "RemoveFile", "GoOn",
           "SkipNumbers", "RecordPerson", "ErasePerson",
           "GrantRole", "EndRole", "MakeToken", "EndToken", "MakeLink", "RevokeLink",
           "SetAddress"}  # fmt: skip
"""An invoice has its supplier's date; the calendar's day is its door's; appointments begin;
a role is given from today on, and what is made or ended of people is so at once."""


def pointers(book: Book, command, by=ORDERER, today=DAY) -> list[str]:
    with pytest.raises(Invalid) as refused:
        book.decided(command, by, today)
    return [fault.pointer for fault in refused.value.faults]


def test_every_command_is_dated_today_at_the_latest_or_sets_what_may_begin_later():
    undated = {row.command.__name__ for row in DECISIONS.values() if not row.day}
    begins = {row.command.__name__ for row in DECISIONS.values() if row.begins}
    assert (undated, begins) == (UNDATED, BEGIN)


@pytest.mark.parametrize(
    ("command", "by"),
    [
        (order.ConfirmOrder, UNIVERSITY),
        (order.CancelOrder, ORDERER),
        (order.StartOrder, ORDERER),
    ],
)
def test_nothing_is_done_to_an_order_on_a_day_to_come_or_before_it_was_placed(command, by):
    book = Book()
    name = book.place(line(100))
    assert pointers(book, command(order=name, on=TOMORROW), by) == ["/on"]
    assert pointers(book, command(order=name, on=DAY - timedelta(days=1)), by) == ["/on"]


def test_an_agreement_is_signed_by_today_and_may_begin_later():
    with pytest.raises(Invalid) as refused:
        Book().decided(signing(number="A2", signed_on=TOMORROW), today=DAY)
    assert [fault.pointer for fault in refused.value.faults] == ["/signed_on"]
    later = signing(number="A2", signed_on=DAY, starts_on=TOMORROW)
    assert Book().decided(later, today=DAY)


def test_an_amendment_is_decided_by_today_and_counts_from_when_it_says():
    terms = {"agreement": "A1", "ground": "17:9", "decision": "D", "cap": kr(2_100_000)}
    ahead = agreement.AmendAgreement(**terms, decided_on=TOMORROW, effective_on=TOMORROW)
    assert pointers(Book(), ahead, MANAGER) == ["/decided_on"]
    assert Book().decided(
        agreement.AmendAgreement(**terms, decided_on=DAY, effective_on=TOMORROW), MANAGER, DAY
    )


def test_the_faults_of_a_day_come_with_all_others():
    command = order.PlaceOrder(
        agreement="A1", buyer=ORDERER.organisation, course="K", lines=(line(-1),),
        ordered_on=TOMORROW,
    )  # fmt: skip
    assert pointers(Book(), command) == ["/ordered_on", "/lines/0/amount"]


def test_a_day_to_come_is_said_before_a_limit_that_would_be_passed():
    command = order.PlaceOrder(
        agreement="A1", buyer=ORDERER.organisation, course="K", lines=(line(9_000_000),),
        ordered_on=TOMORROW,
    )  # fmt: skip
    assert pointers(Book(), command) == ["/ordered_on"]


# ── Invoices ──────────────────────────────────────────────────────────────────────────────────


def invoice(book: Book, issued_on: date, *, received: bool) -> drawdown.RecordDrawdown:
    name = book.place(line(100))
    return drawdown.RecordDrawdown(
        agreement="A1",
        supplier=book.orders[name].supplier,
        invoice="1",
        issued_on=issued_on,
        type="380",
        currency="SEK",
        amount=kr(50),
        parts=(drawdown.Part(order=name, amount=kr(50)),),
        source=Source(format="peppol-invoice", sha256="0" * 64) if received else None,
    )


def test_an_invoice_that_is_typed_is_there_already():
    book = Book()
    assert pointers(book, invoice(book, TOMORROW, received=False)) == ["/issued_on"]
    assert book.decided(invoice(book, DAY, received=False), today=DAY)


def test_an_invoice_that_is_received_waits_a_year_at_most():
    book = Book()
    with pytest.raises(DatedAhead):
        book.decided(invoice(book, TOMORROW, received=True), today=DAY)
    far = date(DAY.year + 1, DAY.month, DAY.day + 1)
    assert pointers(book, invoice(book, far, received=True)) == ["/issued_on"]
    assert book.decided(invoice(book, DAY, received=True), today=DAY)


def test_the_last_day_that_an_invoice_may_be_dated_is_that_in_a_year():
    assert issued_faults("", date(2025, 1, 15), date(2024, 1, 15)) == []
    assert issued_faults("", date(2025, 1, 16), date(2024, 1, 15)) != []


def test_an_invoice_of_long_ago_is_taken_and_is_not_recorded_late():
    book = Book()
    (recorded, *_) = book.decided(invoice(book, date(1999, 1, 1), received=False), today=DAY)
    assert RECORDED_LATE not in recorded.event.flags


def test_an_invoice_is_not_decided_on_before_its_day():
    book = Book()
    id = book.record("1", 50, book.placed_and_confirmed(line(100)))
    before = DAY - timedelta(days=1)
    for command in (
        drawdown.ApproveDrawdown(drawdown=id, on=before),
        drawdown.RejectDrawdown(drawdown=id, on=before, reason="x"),
    ):
        assert pointers(book, command, APPROVER) == ["/on"]


# ── Late ──────────────────────────────────────────────────────────────────────────────────────


def test_what_is_recorded_more_than_31_days_afterwards_is_late():
    assert not is_late(DAY - timedelta(days=31), DAY, None)
    assert is_late(DAY - timedelta(days=32), DAY, None)


def test_what_is_recorded_after_the_term_for_a_day_within_it_is_late():
    term = START, END
    after = END + timedelta(days=1)
    assert is_late(END, after, term)
    assert not is_late(END, END, term)
    assert not is_late(after, after + timedelta(days=1), term)


def test_a_fact_that_is_recorded_late_says_so_and_so_does_its_order():
    book = Book()
    name = book.place(line(100))
    book.confirm(name)
    assert book.orders[name].flags == ()
    command = order.CancelOrder(order=name, on=DAY)
    late = book.do(command, ORDERER, DAY + timedelta(days=32))
    assert late[0].event.flags == (RECORDED_LATE,)
    assert all(not new.event.flags for new in late[1:])
    assert book.orders[name].flags == (RECORDED_LATE,)


def test_an_order_that_was_recorded_late_says_so_however_it_is_altered():
    book = Book()
    parts = {BUYER: 6}
    late = DAY + timedelta(days=32)
    name = book.place(seats(6, 100), today=late, seats=6)
    assert book.orders[name].flags == (RECORDED_LATE,)
    book.counter(name, seats(6, 90), on=late)
    book.accept(name, late)
    book.change(name, line(500), on=late)
    book.allocate(name, parts, on=late)
    book.change(name, seats(6, 80), on=late)
    book.cancel(name, late, seats=1, holder=BUYER)
    assert book.orders[name].flags == (RECORDED_LATE,)


# ── Years that can be ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("year", "after_term", "taken"), [
    (2022, True, False), (2023, True, True), (2027, False, True), (2028, False, False),
    (2028, True, True), (2037, True, True), (2038, True, False),
])  # fmt: skip
def test_a_year_lies_within_the_term_or_not_long_after_it(year, after_term, taken):
    faults = year_faults({"/year": year}, (START, END), after_term=after_term)
    assert (not faults) is taken


def test_an_order_line_of_a_year_that_cannot_be_is_a_fault_of_its_place():
    book = Book(policy=Policy(delivery_after_term=False))
    with pytest.raises(Invalid) as refused:
        book.place(line(100), line(100, year=1990), line(100, year=2042))
    assert [fault.pointer for fault in refused.value.faults] == ["/lines/1/year", "/lines/2/year"]


# ── Answers ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("year", "taken"), [
    (START.year - 1, False), (START.year, True), (END.year + 10, True), (END.year + 11, False),
])  # fmt: skip
def test_a_limit_is_of_a_year_that_can_be_whether_signed_or_amended(year, taken):
    terms = LimitTerms(name="y", year=year, amount=kr(100))
    free = Policy(amendments="free")
    amendment = agreement.AmendAgreement(
        agreement="A1", ground="policy", decision="D", decided_on=DAY, effective_on=DAY,
        limits=(terms,),
    )  # fmt: skip
    if taken:
        assert Book(limits=(terms,)).of.limits[1].year == year
        book = Book(policy=free)
        book.do(amendment, MANAGER)
        assert book.of.limits[1].year == year
    else:
        with pytest.raises(Invalid) as refused:
            Book(limits=(terms,))
        assert [fault.pointer for fault in refused.value.faults] == ["/limits/0/year"]
        assert pointers(Book(policy=free), amendment, MANAGER) == ["/change/limits/0/year"]


@pytest.mark.parametrize(("year", "taken"), [(END.year + 10, True), (2199, False)])
def test_the_last_day_to_answer_an_order_or_a_competition_is_of_a_year_that_can_be(year, taken):
    last = date(year, 1, 1)
    asked = agreement.OpenCompetition(agreement="A1", what="C", answer_by=last, on=DAY)
    book, competing = Book(), Book(selection=Selection(method="competition"))
    if taken:
        assert book.orders[book.place(line(100), respond_by=last)].respond_by == last
        competing.do(asked, MANAGER)
        assert competing.of.competitions[0].answer_by == last
    else:
        with pytest.raises(Invalid) as refused:
            book.place(line(100), respond_by=last)
        assert [fault.pointer for fault in refused.value.faults] == ["/respond_by"]
        assert pointers(competing, asked, MANAGER) == ["/answer_by"]


def test_a_late_answer_is_refused_alike_before_and_after_the_lapse_is_recorded():
    book = Book()
    last = DAY + timedelta(days=5)
    name = book.place(line(100), respond_by=last)
    late = order.ConfirmOrder(order=name, on=last + timedelta(days=1))
    with pytest.raises(AnsweredTooLate) as before:
        book.decided(late, UNIVERSITY)
    book.do(order.LapseOrder(order=name, on=last + timedelta(days=1)), MANAGER)
    with pytest.raises(AnsweredTooLate) as after:
        book.decided(late, UNIVERSITY)
    assert before.value.figures == after.value.figures


def test_an_answer_in_time_that_is_recorded_later_is_taken_until_the_lapse_is_recorded():
    book = Book()
    last = DAY + timedelta(days=5)
    name = book.place(line(100), respond_by=last)
    in_time, later = order.ConfirmOrder(order=name, on=last), last + timedelta(days=9)
    assert book.decided(in_time, UNIVERSITY, later)
    book.do(order.LapseOrder(order=name, on=later), MANAGER)
    with pytest.raises(WrongStatus):
        book.decided(in_time, UNIVERSITY, later)


# ── What was turned down ──────────────────────────────────────────────────────────────────────


def test_a_rejected_invoice_with_a_wrong_day_leaves_no_trace_on_any_day():
    book = Book()
    name = book.placed_and_confirmed(line(100))
    wrong = DAY + timedelta(days=200)
    id = book.record("1", 150, name, on=wrong)
    book.reject(id, on=wrong + timedelta(days=1))
    before = book.orders[name].moved_on
    days = {}
    for new, _ in book.log:
        for move in getattr(new.event, "moves", ()):
            days[new.effective_on] = days.get(new.effective_on, 0) + move.use.total
    assert days[wrong] == 0
    assert before < wrong
    assert book.orders[name].counts_from(DAY) == before
