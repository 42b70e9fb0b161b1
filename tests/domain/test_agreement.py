"""The agreement: signed, amended, extended, suspended, closed, reopened."""

from datetime import date, timedelta

import pytest

from ledger.domain import agreement
from ledger.domain.calendar import months_between
from ledger.domain.events import AgreementSigned, Party
from ledger.domain.refusals import (
    AgreementNotOpen,
    AlreadyExists,
    ExtensionLapsed,
    Invalid,
    NoSuchExtension,
    NotEntitled,
    TermTooLong,
    WrongStatus,
)
from ledger.domain.regime import Extension, Policy
from tests.domain.domain_given import (
    BUYER,
    DAY,
    END,
    OTHER_BUYER,
    START,
    Book,
    given,
    kr,
    line,
    signing,
)


def suspend(book):
    command = agreement.SuspendAgreement(agreement="A1", reason="r", on=DAY)
    book.do(command)


def close(book, on=DAY):
    command = agreement.CloseAgreement(agreement="A1", reason="r", on=on)
    book.do(command)


def reopen(book):
    command = agreement.ReopenAgreement(agreement="A1", reason="r", on=DAY)
    book.do(command)


def extend(book, on=DAY):
    command = agreement.ExtendAgreement(agreement="A1", decision="D", decided_on=on)
    book.do(command)


def test_signing_is_a_fact_on_the_day_of_signing_and_takes_its_number():
    new, taken = agreement.sign(signing(), None, given())
    assert (new.stream, new.effective_on) == ("agreement/A1", START)
    assert (taken.stream, taken.event.number) == ("number/a1", "A1")
    assert isinstance(new.event, AgreementSigned)
    assert new.event.cap == kr(2_000_000)


def test_an_agreement_is_signed_once():
    with pytest.raises(AlreadyExists):
        Book().do(signing())


def test_all_faults_of_a_signing_are_named_at_once():
    limits = (
        agreement.LimitTerms(name="cap", amount=-1, year=2024),
        agreement.LimitTerms(name="L", amount=1),
        agreement.LimitTerms(name="L", amount=1, year=2024),
    )
    command = signing(
        ends_on=date(2023, 1, 1),
        cap=0,
        buyers=(Party(organisation=BUYER), Party(organisation=BUYER)),
        suppliers=(),
        limits=limits,
    )
    with pytest.raises(Invalid) as refused:
        agreement.sign(command, None, given())
    assert {fault.pointer for fault in refused.value.faults} == {
        "/ends_on",
        "/cap",
        "/buyers/1/organisation",
        "/suppliers",
        "/limits/0/name",
        "/limits/0/amount",
        "/limits/1",
        "/limits/2/name",
    }


def test_four_years_to_the_day_are_allowed_under_the_directive_and_a_day_more_is_not():
    assert agreement.sign(signing(regime="lou_directive"), None, given())
    with pytest.raises(TermTooLong):
        agreement.sign(signing(regime="lou_directive", ends_on=date(2027, 9, 5)), None, given())
    assert agreement.sign(signing(ends_on=date(2031, 9, 4)), None, given())


def test_a_longer_term_needs_its_legal_ground():
    policy = Policy(legal_ground="LOU 7 kap. 2 §: the education takes five years")
    long = {"regime": "lou_directive", "ends_on": date(2028, 9, 4)}
    assert agreement.sign(signing(**long, policy=policy), None, given())
    with pytest.raises(TermTooLong):
        agreement.sign(signing(**long), None, given())


def test_a_buyer_is_added_by_amendment_and_may_then_order():
    book = Book()
    with pytest.raises(NotEntitled):
        book.place(line(1), buyer=OTHER_BUYER)
    book.amend(ground="17:14", buyers=(Party(organisation=OTHER_BUYER),))
    orderer = _orderer(OTHER_BUYER)
    assert book.orders[book.place(line(1), buyer=OTHER_BUYER, by=orderer)].buyer == OTHER_BUYER


def _orderer(organisation):
    from ledger.domain.events import By

    return By(person="p", organisation=organisation, role="orderer")


def test_all_faults_of_an_amendment_are_named_at_once():
    limits = (agreement.LimitTerms(name="cap", amount=1, year=2024),)
    with pytest.raises(Invalid) as refused:
        Book().amend(-1, limits=limits, buyers=(Party(organisation=BUYER),))
    assert [fault.pointer for fault in refused.value.faults] == [
        "/change/cap",
        "/change/limits",
        "/change/buyers/0/organisation",
    ]


def test_an_amendment_that_changes_nothing_is_refused():
    with pytest.raises(Invalid):
        Book().amend()


def test_an_amendment_adds_and_changes_a_limit():
    book = Book()
    for amount in (100, 150):
        terms = agreement.LimitTerms(name="L", amount=kr(amount), year=2024)
        book.amend(ground="17:14", limits=(terms,))
    assert [limit.name for limit in book.of.limits] == ["cap", "L"]
    assert book.of.limits[1].amount == kr(150)


def test_an_extension_uses_the_options_in_turn_and_then_is_refused():
    book = Book(policy=Policy(extensions=(Extension(months=12), Extension(months=6))))
    extend(book)
    assert book.of.ends_on == date(2028, 9, 4)
    extend(book)
    assert book.of.ends_on == date(2029, 3, 4)
    with pytest.raises(NoSuchExtension):
        extend(book)


@pytest.mark.parametrize(
    ("end", "months", "ends"),
    [
        (date(2027, 1, 30), (1, 1), (date(2027, 2, 28), date(2027, 3, 30))),
        (date(2028, 1, 30), (1, 1), (date(2028, 2, 29), date(2028, 3, 30))),
        (date(2027, 1, 28), (1, 1), (date(2027, 2, 28), date(2027, 3, 28))),
        (date(2027, 8, 29), (6, 6), (date(2028, 2, 29), date(2028, 8, 29))),
        (date(2027, 8, 31), (6, 6), (date(2028, 2, 29), date(2028, 8, 31))),
        (date(2027, 2, 28), (12, 12), (date(2028, 2, 29), date(2029, 2, 28))),
        (date(2027, 5, 30), (1, 8, 1), (date(2027, 6, 30), date(2028, 2, 29), date(2028, 3, 30))),
    ],
)
def test_an_option_ends_on_the_day_of_the_signed_end_s_number_or_the_month_s_last(
    end, months, ends
):
    """Lag (1930:173) om beräkning av lagstadgad tid, 2 §."""
    options = tuple(Extension(months=one) for one in months)
    policy = Policy(extensions=options, legal_ground="LOU 7 kap. 2 §")
    book = Book(ends_on=end, policy=policy)
    found = []
    for _ in months:
        extend(book)
        found.append(book.of.ends_on)
    assert tuple(found) == ends


@pytest.mark.parametrize(
    ("starts", "ends", "months"),
    [
        (date(2027, 8, 31), date(2028, 2, 29), 6),
        (date(2027, 8, 31), date(2028, 3, 1), 7),
        (date(2027, 1, 30), date(2027, 2, 28), 1),
        (date(2027, 3, 1), date(2028, 2, 29), 12),
        (date(2023, 9, 5), date(2027, 9, 4), 48),
        (date(2023, 9, 5), date(2027, 9, 5), 49),
        (date(2027, 1, 1), date(2027, 1, 1), 1),
    ],
)
def test_a_term_is_as_many_months_as_it_has_begun(starts, ends, months):
    assert months_between(starts, ends) == months


def test_a_term_that_is_too_long_with_its_options_is_said_at_signing():
    options = (Extension(months=6), Extension(months=1))
    Book(policy=Policy(extensions=options, longest_term_months=55))
    with pytest.raises(TermTooLong) as refused:
        Book(policy=Policy(extensions=options, longest_term_months=54))
    assert refused.value.figures["months"] == 55
    special = Policy(extensions=options, longest_term_months=54, legal_ground="LOU 7 kap. 2 §")
    assert len(Book(policy=special).of.policy.extensions) == 2


def test_a_term_that_an_amendment_lets_become_too_long_is_refused_as_at_signing():
    book = Book(policy=Policy(extensions=(Extension(months=12),), longest_term_months=60))
    extend(book)
    two = (Extension(months=12), Extension(months=1))
    with pytest.raises(TermTooLong):
        book.amend(ground="17:14", policy={"extensions": two})
    with pytest.raises(TermTooLong):
        book.amend(ground="17:14", policy={"longest_term_months": 48})
    book.amend(ground="17:14", policy={"extensions": two, "longest_term_months": 61})
    assert book.of.ends_on == END.replace(year=2028)


def test_an_extension_that_is_recorded_after_the_term_says_so():
    book = Book(policy=Policy(extensions=(Extension(months=12),)))
    command = agreement.ExtendAgreement(agreement="A1", decision="D", decided_on=END)
    book.do(command, today=END + timedelta(days=1))
    assert book.of.flags == ("recorded-late",)


def test_an_option_that_was_not_used_by_the_last_day_has_lapsed():
    book = Book(policy=Policy(extensions=(Extension(months=12), Extension(months=12))))
    extend(book, END)
    assert book.of.ends_on == END.replace(year=2028)
    with pytest.raises(ExtensionLapsed) as refused:
        extend(book, END.replace(year=2028) + timedelta(days=1))
    assert refused.value.figures["ends_on"] == END.replace(year=2028)


@pytest.mark.parametrize("countered", [False, True])
def test_what_is_taken_on_after_the_term_or_the_closing_is_flagged(countered):
    def taken_on(on: date, book: Book) -> tuple[str, ...]:
        name = book.place(line(10), on=DAY, respond_by=on)
        if not countered:
            book.confirm(name, on)
            return book.orders[name].confirmation_flags
        book.counter(name, line(9), on=DAY)
        book.accept(name, on)
        return book.orders[name].confirmation_flags

    assert taken_on(END, Book()) == ()
    assert taken_on(END + timedelta(days=1), Book()) == ("confirmed-after-term",)
    book = Book()
    names = [book.place(line(10), respond_by=date(2024, 2, 1)) for _ in range(2)]
    close(book, on=date(2024, 2, 1))
    book.confirm(names[0], date(2024, 1, 31))
    book.confirm(names[1], date(2024, 2, 1))
    flags = [book.orders[name].confirmation_flags for name in names]
    assert flags == [(), ("confirmed-after-closing",)]
    reopen(book)
    assert taken_on(date(2024, 3, 1), book) == ()


def test_what_an_order_was_flagged_for_when_confirmed_stays_when_it_is_changed():
    book = Book()
    name = book.place(line(10), respond_by=END + timedelta(days=1))
    book.confirm(name, END + timedelta(days=1))
    book.change(name, line(9), on=END + timedelta(days=2))
    assert book.orders[name].confirmation_flags == ("confirmed-after-term",)


@pytest.mark.parametrize("stop", [suspend, close])
def test_a_stopped_agreement_takes_no_order_until_it_is_reopened(stop):
    book = Book()
    name = book.place(line(10))
    stop(book)
    with pytest.raises(AgreementNotOpen):
        book.place(line(1))
    with pytest.raises(AgreementNotOpen):
        book.change(name, line(11))
    book.change(name, line(9))
    reopen(book)
    book.place(line(1))
    assert book.of.status == "active"


def test_open_orders_of_a_closed_agreement_are_confirmed_delivered_and_invoiced():
    book = Book()
    name = book.place(line(10))
    close(book)
    book.confirm(name)
    book.deliver(name, 3)
    book.draw("1", 10, name)
    assert book.places() == (0, 0, 10, 1_999_990)


def test_each_status_refuses_what_makes_no_sense_in_it():
    book = Book(policy=Policy(extensions=(Extension(months=12),)))
    with pytest.raises(WrongStatus):
        reopen(book)
    suspend(book)
    with pytest.raises(WrongStatus):
        suspend(book)
    close(book)
    for again in (close, suspend, extend, lambda b: b.amend(2_000_001)):
        with pytest.raises(WrongStatus):
            again(book)
