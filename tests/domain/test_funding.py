"""Funding sources: what is eligible of an invoice and why not, and what credits give back."""

from datetime import date

import pytest

from ledger.domain import agreement
from ledger.domain.agreement import LimitTerms
from ledger.domain.drawdown import Part
from ledger.domain.events import FundingUsed, Party
from ledger.domain.funding import FundingSource, total
from ledger.domain.limits import Use
from ledger.domain.refusals import (
    AlreadyExists,
    CapExceeded,
    Invalid,
    NotFound,
    WrongStatus,
)
from tests.domain.domain_given import BUYER, OTHER_BUYER, START, Book, kr, line, split

PERIOD = (date(2023, 11, 1), date(2024, 6, 30))
IN, AFTER = date(2024, 3, 31), date(2024, 7, 2)
DECIDED = date(2023, 10, 20)


def source(name="ESF", ceiling=1_000, **more):
    return FundingSource(
        name=name,
        funder="ESF-rådet",
        ceiling=None if ceiling is None else kr(ceiling),
        starts_on=PERIOD[0],
        ends_on=PERIOD[1],
        **more,
    )


def decide(book, *sources):
    for one in sources:
        command = agreement.DecideFunding(
            agreement="A1", source=one, decision="D 1", decided_on=DECIDED
        )
        book.do(command)


def change(book, changed):
    command = agreement.ChangeFunding(
        agreement="A1", source=changed, decision="D 2", decided_on=date(2024, 1, 10)
    )
    book.do(command)


def withdraw(book, name="ESF"):
    command = agreement.WithdrawFunding(
        agreement="A1", name=name, decision="D 3", decided_on=date(2024, 1, 10)
    )
    book.do(command)


def funded_book(*sources, **terms):
    book = Book(**terms)
    decide(book, *(sources or (source(),)))
    return book


def ordered(book, kronor=2_000, **more):
    return book.placed_and_confirmed(
        line(kronor, **{"funding": "ESF", **more}), on=date(2024, 1, 15)
    )


def told(book, id):
    """Eligible, support and what is not eligible by reason, in kronor, of one drawdown."""
    found = [one for part in book.drawdowns[id].allocations for one in part.funded]
    reasons = {}
    for part in (part for one in found for part in one.uncovered):
        reasons[part.reason] = reasons.get(part.reason, 0) + total(part.shares) / 100
    eligible, support = (
        sum(total(getattr(one, name)) for one in found) / 100 for name in ("eligible", "support")
    )
    return eligible, support, reasons


def grant(book, name="ESF"):
    """Reserved, committed, drawn and remaining of the source's limit, in kronor."""
    (limit,) = (one for one in book.of.limits if one.name == name)
    use = agreement.use_of(book.of, limit)
    left = None if limit.amount is None else (limit.amount - use.total) / 100
    return use.reserved / 100, use.committed / 100, use.drawn / 100, left


# ── What is eligible, and why the rest is not ─────────────────────────────────────────────────


def test_a_cost_of_the_period_is_eligible_and_counts_for_the_grant_s_limit():
    book = funded_book()
    name = ordered(book, 800)
    assert grant(book) == (0, 800, 0, 200)
    id = book.draw("1", 300, name, IN)
    assert told(book, id) == (300, 300, {})
    assert book.drawdowns[id].flags == ()
    assert grant(book) == (0, 500, 300, 200)


@pytest.mark.parametrize("day", [date(2023, 10, 31), AFTER])
def test_a_cost_outside_the_period_is_not_and_counts_for_the_cap_alone(day):
    book = funded_book()
    name = ordered(book, 800)
    id = book.record("1", 300, name, day)
    assert told(book, id) == (0, 0, {"outside-period": 300})
    assert "not-eligible:ESF" in book.drawdowns[id].flags
    assert grant(book) == (0, 500, 0, 500)
    assert book.use == Use(0, kr(800), 0)
    book.approve(id, day)
    assert grant(book) == (0, 500, 0, 500)
    assert book.use == Use(0, kr(500), kr(300))


@pytest.mark.parametrize("day", PERIOD)
def test_both_days_of_the_period_count(day):
    book = funded_book()
    assert told(book, book.draw("1", 300, ordered(book), day)) == (300, 300, {})


def test_the_day_of_delivery_decides_where_the_source_says_so():
    book = funded_book(source(dated_by="delivered"))
    name = ordered(book, 900, **{})
    late = book.placed_and_confirmed(
        line(900, funding="ESF"), on=date(2024, 1, 15), ends_on=date(2024, 9, 1)
    )
    assert told(book, book.draw("1", 300, late, IN)) == (0, 0, {"outside-period": 300})
    book.deliver(name, 1, date(2024, 6, 1))
    assert told(book, book.draw("2", 300, name, AFTER)) == (300, 300, {})


def test_a_kind_of_cost_that_the_source_does_not_pay_for_is_not_eligible():
    book = funded_book(source(kinds=("development",)))
    lines = (line(300, "development", funding="ESF"), line(500, funding="ESF"))
    name = book.placed_and_confirmed(*lines, on=date(2024, 1, 15))
    assert told(book, book.draw("1", 800, name, IN)) == (300, 300, {"kind": 500})


def test_what_crosses_the_ceiling_is_split_there():
    book = funded_book()
    name = ordered(book, 2_000)
    assert told(book, book.draw("1", 700, name, IN)) == (700, 700, {})
    second = book.draw("2", 700, name, IN)
    assert told(book, second) == (300, 300, {"beyond-ceiling": 400})
    assert told(book, book.draw("3", 600, name, IN)) == (0, 0, {"beyond-ceiling": 600})
    assert grant(book) == (0, 0, 1_000, 0)
    assert book.use == Use(0, 0, kr(2_000))


def test_two_invoices_that_wait_do_not_take_the_same_room():
    book = funded_book()
    name = ordered(book, 2_000)
    first, second = book.record("1", 700, name, IN), book.record("2", 700, name, IN)
    assert told(book, second) == (300, 300, {"beyond-ceiling": 400})
    book.reject(first, IN)
    assert told(book, book.record("3", 600, name, IN)) == (600, 600, {})


def test_lines_that_name_no_source_or_one_that_was_not_decided_are_not_funded():
    book = funded_book()
    lines = (line(100), line(200, funding="Vinnova"))
    name = book.placed_and_confirmed(*lines, on=date(2024, 1, 15))
    id = book.draw("1", 300, name, IN)
    assert told(book, id) == (0, 0, {"not-funded": 300})
    sources = [one.source for part in book.drawdowns[id].allocations for one in part.funded]
    assert sources == [None, "Vinnova"]


def test_an_agreement_without_sources_judges_nothing_and_its_limits_count_as_before():
    terms = LimitTerms(name="grant", funding="ESF", amount=kr(1_000))
    book = Book(limits=(terms,))
    id = book.draw("1", 300, ordered(book, 800), AFTER)
    assert [part.funded for part in book.drawdowns[id].allocations] == [()]
    assert grant(book, "grant") == (0, 500, 300, 200)
    assert not [new for new, _ in book.log if isinstance(new.event, FundingUsed)]


def test_two_sources_each_cover_their_own_lines():
    book = funded_book(source(), source("Region", 100))
    lines = (line(300, funding="ESF"), line(300, funding="Region"))
    name = book.placed_and_confirmed(*lines, on=date(2024, 1, 15))
    id = book.draw("1", 600, name, IN)
    assert told(book, id) == (400, 400, {"beyond-ceiling": 200})
    assert (grant(book), grant(book, "Region")) == ((0, 0, 300, 700), (0, 0, 100, 0))


# ── How much of it ────────────────────────────────────────────────────────────────────────────


def test_a_source_pays_its_share_and_its_ceiling_is_on_what_it_pays():
    book = funded_book(source(ceiling=530, share=5_300))
    assert grant(book) == (0, 0, 0, 1_000)
    name = ordered(book, 1_500)
    assert told(book, book.draw("1", 600, name, IN)) == (600, 318, {})
    assert told(book, book.draw("2", 900, name, IN)) == (400, 212, {"beyond-ceiling": 500})
    assert book.of.funding[0].support == kr(530)


def test_a_support_is_rounded_down_so_that_many_small_invoices_come_to_no_more_than_the_share():
    book = funded_book(source(ceiling=1, share=5_000))
    name = ordered(book, 10)
    for number in range(60):
        book.draw(str(number), 0.03, name, IN)
    (one,) = book.of.funding
    assert (one.eligible, one.support) == (180, 60)


def test_the_support_follows_who_carries_the_cost_by_largest_remainder():
    parts = split("shares", {BUYER: 1, OTHER_BUYER: 2})
    buyers = (Party(organisation=BUYER, role="lead"), Party(organisation=OTHER_BUYER))
    book = funded_book(source(ceiling=530, share=5_300), buyers=buyers)
    name = book.placed_and_confirmed(line(2_000, funding="ESF"), on=date(2024, 1, 15), split=parts)
    id = book.draw("1", 1_100, name, IN)
    ((one,),) = (part.funded for part in book.drawdowns[id].allocations)
    carried = [{s.organisation: s.amount for s in shares} for shares in (one.eligible, one.support)]
    assert carried == [{BUYER: 33_334, OTHER_BUYER: 66_666}, {BUYER: 17_667, OTHER_BUYER: 35_333}]
    assert {s.organisation: s.amount for s in one.uncovered[0].shares} == {
        BUYER: 36_667 - 33_334,
        OTHER_BUYER: 73_333 - 66_666,
    }


def test_where_the_ceiling_is_unknown_nothing_is_beyond_it():
    book = funded_book(source(ceiling=None))
    assert told(book, book.draw("1", 2_000, ordered(book), IN)) == (2_000, 2_000, {})
    assert grant(book) == (0, 0, 2_000, None)


# ── Credits ───────────────────────────────────────────────────────────────────────────────────


def test_a_credit_gives_back_what_was_stored_and_judges_nothing():
    book = funded_book()
    name = ordered(book, 2_000)
    first = book.draw("1", 1_500, name, IN)
    assert told(book, first) == (1_000, 1_000, {"beyond-ceiling": 500})
    credit = book.draw("C1", -1_500, name, AFTER, credits=first, room="order")
    assert told(book, credit) == (-1_000, -1_000, {"beyond-ceiling": -500})
    assert (book.of.funding[0].eligible, book.of.funding[0].support) == (0, 0)
    assert book.use == Use(0, kr(2_000), 0)
    assert told(book, book.draw("2", 1_000, name, IN)) == (1_000, 1_000, {})


def test_a_credit_of_what_was_not_eligible_gives_the_grant_nothing_back():
    book = funded_book()
    name = ordered(book, 2_000)
    first = book.draw("1", 300, name, AFTER)
    book.draw("2", 300, name, IN)
    credit = book.draw("C1", -100, name, IN, credits=first, room="cap")
    assert told(book, credit) == (0, 0, {"outside-period": -100})
    assert grant(book) == (0, 1_400, 300, -700)


def test_a_part_gives_back_each_place_by_largest_remainder_and_the_rest_the_rest():
    book = funded_book(source(ceiling=500, share=5_000))
    name = ordered(book, 2_000)
    first = book.draw("1", 1_500, name, IN)
    part = book.draw("C1", -0.01, name, IN, credits=first, room="order")
    assert told(book, part) == (-0.01, -0.01, {})
    rest = book.draw("C2", -1_499.99, name, IN, credits=first, room="order")
    assert told(book, rest) == (-999.99, -499.99, {"beyond-ceiling": -500})
    assert (book.of.funding[0].eligible, book.of.funding[0].support) == (0, 0)


def test_a_credit_that_names_no_invoice_gives_back_of_all_that_is_drawn():
    book = funded_book()
    name = ordered(book, 2_000)
    book.draw("1", 600, name, IN)
    book.draw("2", 600, name, AFTER)
    credit = book.draw("C1", -1_200, name, AFTER, room="order")
    assert told(book, credit) == (-600, -600, {"outside-period": -600})


def test_what_is_credited_beyond_a_line_s_invoices_was_covered_by_nobody():
    book = funded_book()
    lines = (line(300, funding="ESF"), line(300))
    name = book.placed_and_confirmed(*lines, on=date(2024, 1, 15))
    first = book.draw("1", 600, name, IN)
    parts = (Part(order=name, amount=-kr(400), line=1),)
    credit = book.draw("C1", -400, name, IN, parts=parts, room="order")
    assert book.drawdowns[first].credited == 0, "it names no invoice, and may take what it names"
    assert told(book, credit) == (-300, -300, {"not-funded": -100})
    assert book.use == book.sum_of_positions()


def test_an_invoice_of_before_the_first_decision_stays_unjudged_and_so_does_its_credit():
    book = Book()
    name = ordered(book, 2_000)
    first = book.draw("1", 300, name, IN)
    decide(book, source())
    credit = book.draw("C1", -300, name, IN, credits=first, room="order")
    assert [part.funded for part in book.drawdowns[credit].allocations] == [()]
    assert told(book, book.draw("2", 300, name, IN)) == (300, 300, {})


# ── Decided, changed, withdrawn ───────────────────────────────────────────────────────────────


def test_a_grant_is_soft_by_itself_and_an_order_beyond_it_is_flagged():
    book = funded_book()
    assert book.orders[ordered(book, 1_000)].flags == ()
    assert book.orders[ordered(book, 1)].flags == ("over-limit:ESF",)


def test_a_hard_grant_refuses_an_order_beyond_it():
    book = funded_book(source(effect="hard"))
    ordered(book, 1_000)
    with pytest.raises(CapExceeded) as refused:
        ordered(book, 1)
    assert refused.value.figures["limit"] == "ESF"


def test_a_change_counts_for_what_comes_and_leaves_what_was_judged():
    book = funded_book(source(ceiling=500))
    name = ordered(book, 2_000)
    first = book.draw("1", 700, name, IN)
    change(book, source(ceiling=1_000, share=5_000))
    assert told(book, first) == (500, 500, {"beyond-ceiling": 200})
    assert grant(book)[3] == 500 + 1_000 - 500 - 1_300
    second = book.draw("2", 1_300, name, IN)
    assert told(book, second) == (1_000, 500, {"beyond-ceiling": 300})
    assert book.of.funding[0].support == kr(1_000)


def test_a_grant_that_is_withdrawn_pays_for_nothing_more_and_orders_on_it_show_as_over_use():
    book = funded_book()
    name = ordered(book, 800)
    book.draw("1", 300, name, IN)
    withdraw(book)
    assert grant(book) == (0, 500, 300, -500)
    assert told(book, book.draw("2", 500, name, IN)) == (0, 0, {"not-funded": 500})
    assert grant(book) == (0, 0, 300, 0)
    with pytest.raises(WrongStatus):
        change(book, source())
    with pytest.raises(WrongStatus):
        withdraw(book)


def test_a_source_is_decided_once_and_takes_no_other_limit_s_name():
    book = funded_book(limits=(LimitTerms(name="2024", year=2024, amount=kr(900)),))
    for name in ("ESF", "2024", "cap"):
        with pytest.raises(AlreadyExists):
            decide(book, source(name))


def test_what_was_never_decided_is_neither_changed_nor_withdrawn():
    book = Book()
    with pytest.raises(NotFound):
        change(book, source())
    with pytest.raises(NotFound):
        withdraw(book)


def test_all_faults_of_a_source_are_told_at_once():
    wrong = FundingSource(
        name="ESF", funder="F", ceiling=0, starts_on=PERIOD[1], ends_on=PERIOD[0], share=10_001
    )
    with pytest.raises(Invalid) as refused:
        decide(Book(), wrong)
    assert [fault.pointer for fault in refused.value.faults] == ["/ends_on", "/share", "/ceiling"]


def test_a_source_may_be_decided_before_the_term_and_after_the_agreement_is_closed():
    book = Book()
    command = agreement.CloseAgreement(agreement="A1", reason="r", on=START)
    book.do(command)
    decide(book, source())
    assert grant(book) == (0, 0, 0, 1_000)
