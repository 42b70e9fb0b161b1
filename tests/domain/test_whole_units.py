"""In a currency without decimals whatever is worked out is whole, and adds up."""

from datetime import date

import pytest
from hypothesis import given as played
from hypothesis import strategies as st

from ledger.domain import order
from ledger.domain.events import Party
from ledger.domain.funding import FULL, FundingSource, given_back, judge
from ledger.domain.money import WITHOUT_DECIMALS, least_of, percentage, split
from ledger.domain.order import SessionTerms
from ledger.domain.refusals import CapExceeded
from ledger.domain.regime import Policy, TariffStep
from tests.domain.domain_given import BUYER, DAY, OTHER_BUYER, Book, kr, line, seats
from tests.domain.domain_given import split as cost_split

BUYERS = (Party(organisation=BUYER, role="lead"), Party(organisation=OTHER_BUYER))
AMOUNTS, WEIGHTS = st.integers(-(10**9), 10**9), st.lists(st.integers(1, 10**6), min_size=1)


@pytest.mark.parametrize("currency", sorted(WITHOUT_DECIMALS))
def test_the_least_part_of_a_currency_without_decimals_is_a_whole_one(currency):
    assert (least_of(currency), least_of("SEK"), least_of("EUR")) == (100, 1, 1)


@played(AMOUNTS, WEIGHTS)
def test_a_whole_amount_is_split_into_whole_shares_that_add_up(amount, weights):
    shares = split(amount * 100, weights, 100)
    assert sum(shares) == amount * 100
    assert [share % 100 for share in shares] == [0] * len(weights)
    assert shares == tuple(100 * share for share in split(amount, weights))


@played(st.integers(0, 10**9), st.integers(0, 100))
def test_a_percentage_of_a_whole_amount_is_whole_and_the_nearest(amount, percent):
    part = percentage(amount * 100, percent, 100)
    assert part % 100 == 0
    assert abs(part * 100 - amount * 100 * percent) <= 50 * 100


def whole(amounts) -> bool:
    return all(amount % 100 == 0 for amount in amounts)


@pytest.mark.parametrize(("currency", "are_whole"), [("JPY", True), ("ISK", True), ("SEK", False)])
def test_shares_of_what_is_ordered_and_invoiced_are_whole(currency, are_whole):
    book = Book(currency=currency, buyers=BUYERS)
    shares = cost_split("shares", {BUYER: 2, OTHER_BUYER: 1})
    name = book.placed_and_confirmed(line(1_000), split=shares)
    theirs = book.used_by(OTHER_BUYER).committed
    assert (theirs, whole([theirs])) == (kr(333) if are_whole else 33_333, are_whole)
    id = book.draw("1", 500, name, currency=currency)
    (part,) = book.drawdowns[id].allocations
    assert whole(share.amount for share in part.shares) is are_whole
    assert sum(share.amount for share in part.shares) == kr(500)
    assert book.used_by(BUYER).total + book.used_by(OTHER_BUYER).total == kr(1_000)


@pytest.mark.parametrize(("currency", "fee"), [("JPY", 7), ("ISK", 7), ("SEK", 6.75)])
def test_what_the_tariff_takes_is_whole(currency, fee):
    tariff = (TariffStep(days=30, percent=75),)
    book = Book(currency=currency, policy=Policy(tariff=tariff))
    name = book.placed_and_confirmed(seats(3, 3), starts_on=DAY)
    book.cancel(name, on=DAY)
    (cancelled,) = book.orders[name].cancellations
    assert cancelled.fee == kr(fee)


def test_fees_of_lines_and_what_sessions_are_worth_are_whole():
    book = Book(currency="JPY", policy=Policy(tariff=(TariffStep(days=30, percent=50),)))
    days = tuple(SessionTerms(on=date(2024, month, 1)) for month in (2, 3, 4))
    name = book.placed_and_confirmed(line(1_000, year=2024), sessions=days)
    worth = [one.amount for one in book.orders[name].sessions]
    assert worth == [kr(334), kr(333), kr(333)]
    book.change(name, line(1_100, year=2024))
    assert whole(one.amount for one in book.orders[name].sessions)
    book.cancel_session(name, 2, on=DAY)
    assert whole(one.amount for one in book.orders[name].sessions)
    several = book.placed_and_confirmed(line(101), line(50), line(50), starts_on=DAY)
    book.cancel(several, on=DAY)
    assert book.orders[several].status == "cancelled"
    assert whole(one.amount for one in book.orders[several].lines)


def test_support_of_a_grant_is_whole_and_never_more_than_its_share():
    source = FundingSource(
        name="ESF", funder="F", ceiling=None, share=FULL // 3, starts_on=DAY, ends_on=DAY
    )
    carried = {BUYER: kr(667), OTHER_BUYER: kr(333)}
    found = judge(source, "delivery", DAY, carried, kr(500), 100)
    for shares in (found.eligible, found.support, *(one.shares for one in found.uncovered)):
        assert whole(share.amount for share in shares)
    assert sum(share.amount for share in found.support) == kr(166)
    (back,) = given_back((found,), carried, {BUYER: kr(101)}, 100)
    assert whole(share.amount for share in (*back.eligible, *back.support))


def test_cancelled_seats_of_several_sessions_have_whole_fees():
    book = Book(currency="ISK", policy=Policy(tariff=(TariffStep(days=300, percent=33),)))
    days = tuple(SessionTerms(on=date(2024, month, 1)) for month in (2, 3, 4))
    name = book.placed_and_confirmed(
        seats(10, 100), sessions=days, seats=10, starts_on=date(2024, 2, 1)
    )
    book.do(order.CancelOrder(order=name, on=DAY, seats=1, line=1), book.own(name))
    assert book.orders[name].fees[0].amount == kr(33)
    book.cancel_session(name, 3, on=DAY)
    state = book.orders[name]
    assert whole([*(one.amount for one in state.sessions), *(one.amount for one in state.fees)])


def test_what_is_tolerated_is_whole_ones_of_the_currency():
    book = Book(cap=1_001_00, currency="JPY", policy=Policy(cap_tolerance=7))
    assert book.of.cap.bound_on(DAY) == 1_071_00
    book.place(line(1_071))
    with pytest.raises(CapExceeded) as refused:
        book.place(line(1))
    assert refused.value.figures["fits"].ore == 0
