"""What of an agreement's terms is recorded to hold from a later day."""

from datetime import timedelta

from ledger.domain import agreement
from ledger.domain.agreement import later_terms
from ledger.domain.events import Party, Replacement
from tests.domain.domain_given import DAY, MANAGER, OTHER_BUYER, OTHER_SUPPLIER, SUPPLIER, Book

SOON, LATER = DAY + timedelta(days=2), DAY + timedelta(days=9)


def amended(book, on, ground="17:10", **change):
    command = agreement.AmendAgreement(
        agreement="A1", ground=ground, clause="4 §", decision="D", decided_on=DAY,
        effective_on=on, **change,
    )  # fmt: skip
    book.do(command, MANAGER, DAY)


def told(book, after=DAY):
    return [
        (one.day, [p.organisation for p in (*one.buyers, *one.suppliers)], one.members)
        for one in later_terms(book.of, after)
    ]


def test_who_may_order_whom_orders_go_to_and_the_policy_are_told_by_the_day_of_their_change():
    book = Book()
    assert told(book) == []
    new = Replacement(supplier=SUPPLIER, by=Party(organisation=OTHER_SUPPLIER))
    amended(book, LATER, suppliers=(new,))
    amended(book, SOON, buyers=(Party(organisation=OTHER_BUYER),), policy={"answer_days": 20})
    soon, later = (SOON, [OTHER_BUYER], ("answer_days",)), (LATER, [OTHER_SUPPLIER], ())
    assert told(book) == [soon, later]
    assert later_terms(book.of, DAY)[0].policy.answer_days == 20
    assert later_terms(book.of, DAY)[1].policy is None
    assert told(book, SOON) == [later]
    assert told(book, LATER) == []


def test_what_is_set_to_what_it_is_already_is_no_change():
    book = Book()
    amended(book, LATER, policy={"answer_days": 20})
    amended(book, SOON, policy={"answer_days": 20})
    assert told(book) == [(SOON, [], ("answer_days",))]


def test_an_amount_of_a_limit_is_none_of_the_terms():
    book = Book()
    book.do(
        agreement.AmendAgreement(
            agreement="A1", ground="17:9", decision="D", decided_on=DAY, effective_on=SOON,
            cap=book.of.cap.amount + 100,
        ),
        MANAGER,
        DAY,
    )  # fmt: skip
    assert told(book) == []
