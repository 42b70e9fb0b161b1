"""Days that cannot be: typed they are faults; on a file that came they are kept and flagged."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from ledger.domain import agreement, drawdown, organisation
from ledger.domain.agreement import LimitTerms
from ledger.domain.days import begin_faults, due_faults
from ledger.domain.events import Party, Source
from ledger.domain.funding import FundingSource
from ledger.domain.refusals import Invalid
from tests.domain.domain_given import (
    BUYER,
    DAY,
    MANAGER,
    OTHER_BUYER,
    RECORDER,
    SUPPLIER,
    Book,
    kr,
    line,
)

FILE = Source(format="peppol-invoice", sha256="0" * 64)
TERM = (date(2023, 9, 5), date(2027, 9, 4))
EARLIER = DAY - timedelta(days=1)


def faults(book: Book, command, by=MANAGER) -> list[tuple[str, str]]:
    """Where each fault of a command is, and its sentence; none where it is taken."""
    try:
        assert book.decided(command, by, DAY)
    except Invalid as refusal:
        return [(one.pointer, one.sentence.format(**one.figures)) for one in refusal.faults]
    return []


# ── A credit is not before its invoice ────────────────────────────────────────────────────────


def crediting(book: Book, *ids: str, on=EARLIER, source=None) -> drawdown.RecordDrawdown:
    name = book.drawdowns[ids[0]].orders[0]
    return drawdown.RecordDrawdown(
        agreement="A1", supplier=SUPPLIER, invoice="K", issued_on=on, type="381", currency="SEK",
        amount=-kr(10), parts=(drawdown.Part(order=name, amount=-kr(10)),),
        credits=ids[0], also_credits=ids[1:], room="cap", source=source,
    )  # fmt: skip


def with_invoices(*days: date) -> tuple[Book, tuple[str, ...]]:
    book = Book()
    name = book.placed_and_confirmed(line(100))
    some = (book.record(str(i), 5, name, on=day, today=DAY) for i, day in enumerate(days))
    return book, tuple(some)


def test_a_typed_credit_that_is_dated_before_its_invoice_is_refused_with_both_days():
    book, ids = with_invoices(DAY)
    said = f"{EARLIER} is before the day of the invoice that it credits, {DAY}."
    assert faults(book, crediting(book, *ids), RECORDER) == [("/issued_on", said)]
    parts = (drawdown.Part(order="A1-0001", amount=-kr(5)),)
    same_day = replace(crediting(book, *ids, on=DAY), amount=-kr(5), parts=parts)
    assert faults(book, same_day, RECORDER) == []


def test_a_received_credit_that_is_dated_before_its_invoice_is_kept_and_flagged():
    for on, flags in ((EARLIER, [f"credit-before-invoice:{DAY}"]), (DAY, [])):
        book, ids = with_invoices(DAY, DAY - timedelta(days=5))
        recorded = book.decided(crediting(book, *ids, on=on, source=FILE), RECORDER, DAY)[0].event
        assert [one for one in recorded.flags if one.startswith("credit-before")] == flags


@pytest.mark.parametrize("source", [None, FILE])
def test_a_credit_that_is_tied_to_a_later_invoice_is_judged_by_both_days(source):
    book, (late, same) = with_invoices(DAY, EARLIER)
    credit = book.record("K", -5, "A1-0001", on=EARLIER, today=DAY, room="cap", source=source)
    tie = drawdown.MatchCredit(drawdown=credit, on=DAY, credits=late)
    if source is None:
        said = f"{EARLIER} is before the day of the invoice that it credits, {DAY}."
        assert faults(book, tie, RECORDER) == [("/credits", said)]
    else:
        flags = book.decided(tie, RECORDER, DAY)[0].event.flags
        assert f"credit-before-invoice:{DAY}" in flags
    flags = book.decided(replace(tie, credits=same), RECORDER, DAY)[0].event.flags
    assert not [one for one in flags if one.startswith("credit-before")]


# ── When an invoice is to be paid ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("due_on", "issued_on", "taken"),
    [
        (None, date(2024, 1, 15), True),
        (date(2024, 1, 14), date(2024, 1, 15), True),
        (date(2037, 12, 31), date(2024, 1, 15), True),
        (date(2038, 1, 1), date(2024, 1, 15), False),
        (date(2199, 1, 1), date(2024, 1, 15), False),
        (date(2022, 12, 31), date(2024, 1, 15), False),
        (date(2022, 12, 31), date(2022, 12, 1), True),
        (date(2040, 1, 1), date(2035, 1, 1), True),
    ],
)
def test_the_year_in_which_an_invoice_is_to_be_paid_is_one_that_can_be(due_on, issued_on, taken):
    assert (due_faults("/due_on", due_on, issued_on, TERM) == []) is taken


def test_a_due_day_that_cannot_be_is_a_fault_where_it_is_typed_and_a_flag_where_it_came():
    book = Book()
    name = book.placed_and_confirmed(line(100))
    command = drawdown.RecordDrawdown(
        agreement="A1", supplier=SUPPLIER, invoice="1", issued_on=DAY, type="380", currency="SEK",
        amount=kr(5), parts=(drawdown.Part(order=name, amount=kr(5)),), due_on=date(2199, 1, 1),
    )  # fmt: skip
    said = "2199 is no year of the agreement: it can be 2023 to 2037."
    assert faults(book, command, RECORDER) == [("/due_on", said)]
    assert faults(book, replace(command, due_on=date(2024, 2, 14)), RECORDER) == []
    both = replace(command, issued_on=DAY + timedelta(days=1))
    assert [at for at, _ in faults(book, both, RECORDER)] == ["/due_on", "/issued_on"]
    came = book.decided(replace(command, source=FILE), RECORDER, DAY)[0].event
    assert came.flags == ("due-date:2199-01-01",)
    came = book.decided(
        replace(command, source=FILE, due_on=date(2024, 2, 14)), RECORDER, DAY
    )[0].event  # fmt: skip
    assert came.flags == ()


# ── From when a decision counts ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("year", "taken"),
    [(2013, True), (2012, False), (2023, True), (2037, True), (2038, False), (2150, False)],
)
def test_a_grants_period_lies_in_years_that_can_be(year, taken):
    known = {"name": "G", "funder": "F", "ceiling": kr(500), "share": 10_000}
    for starts_on, ends_on, at in (
        (date(year, 1, 1), date(2037, 1, 1), "/starts_on"),
        (date(2013, 1, 1), date(year, 1, 1), "/ends_on"),
    ):
        source = FundingSource(**known, starts_on=starts_on, ends_on=ends_on)
        command = agreement.DecideFunding(
            agreement="A1", source=source, decision="D", decided_on=DAY
        )
        assert (at not in dict(faults(Book(), command))) is taken
    book = Book()
    right = FundingSource(**known, starts_on=DAY, ends_on=DAY)
    book.do(agreement.DecideFunding(agreement="A1", source=right, decision="D", decided_on=DAY))
    changed = replace(right, starts_on=date(2013, 1, 1), ends_on=date(year, 1, 1))
    again = agreement.ChangeFunding(agreement="A1", source=changed, decision="D", decided_on=DAY)
    assert ("/ends_on" not in dict(faults(book, again))) is taken


def of_funding(on: date):
    source = FundingSource(name="G", funder="F", ceiling=1, starts_on=DAY, ends_on=DAY)
    return agreement.DecideFunding(agreement="A1", source=source, decision="D", decided_on=on)


BEGINS = {
    "amendment": lambda on: agreement.AmendAgreement(
        agreement="A1", ground="17:9", decision="D", cap=kr(2_100_000), decided_on=DAY,
        effective_on=on,
    ),
    "removal": lambda on: agreement.RemoveLimit(agreement="A1", name="year", on=on, reason="r"),
    "funding": of_funding,
    "right": lambda on: organisation.GrantAttestRight(
        organisation=BUYER, person="p-x", responsibilities=("*",), starts_on=on, decision="D"
    ),
    "deputy": lambda on: organisation.NameDeputy(
        organisation=BUYER, person="p-x", deputy="p-y", starts_on=on, decision="D"
    ),
    "own cost": lambda on: organisation.SetOwnCost(
        organisation=BUYER, own_cost=("ordered",), starts_on=on, decision="D"
    ),
    "code map": lambda on: organisation.SetCodeMap(
        organisation=BUYER, parts=(), starts_on=on, decision="D"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BEGINS)
def test_what_is_decided_does_not_begin_in_a_year_that_cannot_be(name):
    book = Book(limits=(LimitTerms(name="year", year=2024, amount=kr(1)),))
    far = faults(book, BEGINS[name](date(2150, 1, 1)))
    assert any("2150" in said for _, said in far), far
    near = faults(book, BEGINS[name](date(2025, 1, 1)))
    assert not any("2025" in said for _, said in near), near


def test_an_amendment_does_not_count_from_a_year_before_the_agreement():
    (fault,) = faults(Book(), BEGINS["amendment"](date(1990, 1, 1)))
    assert fault == ("/effective_on", "1990 is no year of the agreement: it can be 2023 to 2037.")


def test_a_share_does_not_move_from_a_year_that_cannot_be():
    names = (BUYER, OTHER_BUYER)
    limits = tuple(LimitTerms(name=one, buyer=one, amount=kr(500)) for one in names)
    book = Book(buyers=tuple(Party(organisation=one) for one in names), limits=limits)
    command = agreement.ProposeShareMove(
        agreement="A1", giver=BUYER, receiver=OTHER_BUYER, amount=1, on=DAY,
        effective_on=date(2150, 1, 1),
    )  # fmt: skip
    assert {at for at, _ in faults(book, command)} == {"/effective_on"}


def test_of_an_agreement_that_is_over_something_may_still_begin_today():
    term, today = (date(2008, 1, 1), date(2010, 1, 1)), date(2026, 5, 1)
    assert begin_faults({"/on": today}, today, term) == []
    assert begin_faults({"/on": date(2037, 1, 1)}, today, term) != []
    assert begin_faults({"/on": date(2036, 12, 31)}, today, None) == []
    assert begin_faults({"/on": date(2037, 1, 1), "/to": None}, today, None) != []


# ── What is given in kind is given to an agreement that has begun ─────────────────────────────


def test_nothing_is_given_in_kind_before_the_agreement_began():
    book = Book(signed_on=date(2023, 10, 1))
    given = {"agreement": "A1", "organisation": BUYER, "amount": kr(100), "what": "A room"}
    early = agreement.RecordInKind(on=date(2023, 9, 4), **given)
    told = "2023-09-04 is before the agreement began, 2023-09-05."
    assert faults(book, early) == [("/on", told)]
    assert faults(book, replace(early, on=date(2023, 9, 5))) == [], "before it was signed"
