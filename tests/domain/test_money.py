"""Exact amounts and splits that add up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain import money
from tests.domain.domain_given import kr

ORE = st.integers(min_value=-(10**14), max_value=10**14)
WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any)
SHORT = settings(max_examples=60, deadline=None)


@SHORT
@given(ORE)
def test_an_amount_survives_the_way_to_text_and_back(ore):
    assert money.from_text(money.to_text(ore)) == ore
    assert money.from_decimal(money.to_text(ore) + "00") == ore


@pytest.mark.parametrize(
    ("text", "ore"), [("125000.00", 12_500_000), ("-15000", -1_500_000), ("0.5", 50), ("-0.01", -1)]
)
def test_an_amount_is_read_as_whole_ore(text, ore):
    assert money.from_text(text) == ore


@pytest.mark.parametrize("text", ["", "1,5", "1 000", "0.001", "1e3", "+1", "--1", "nan", ".5"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="not an amount"):
        money.from_text(text)


def test_a_decimal_with_zeros_past_the_ore_is_read_and_a_smaller_part_is_refused():
    assert money.from_decimal("+60000.0000") == kr(60_000)
    with pytest.raises(ValueError, match="smaller than one öre"):
        money.from_decimal("1.001")


def test_the_grant_in_thirteen_is_one_share_of_24_ore_and_twelve_of_23():
    shares = money.split(money.from_text("775869.00"), [1] * 13)
    assert shares == (5_968_224, *[5_968_223] * 12)
    assert sum(shares) == 77_586_900


def test_the_dalsland_invoice_splits_by_seats():
    assert money.split(kr(192_000), [8, 6, 5, 1]) == (kr(76_800), kr(57_600), kr(48_000), kr(9_600))


def test_ties_go_to_the_first():
    assert money.split(2, [1, 1, 1]) == (1, 1, 0)


@SHORT
@given(ORE, WEIGHTS)
def test_a_split_adds_up_and_no_share_is_a_whole_ore_off(total, weights):
    shares = money.split(total, weights)
    whole = sum(weights)
    assert sum(shares) == total
    assert all(abs(s * whole - total * w) < whole for s, w in zip(shares, weights, strict=True))
    assert all(s == 0 for s, w in zip(shares, weights, strict=True) if w == 0)


@SHORT
@given(ORE, WEIGHTS)
def test_a_credit_mirrors_its_invoice(total, weights):
    assert money.split(-total, weights) == tuple(-share for share in money.split(total, weights))


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_a_split_without_weight_is_refused(weights):
    with pytest.raises(ValueError, match=r"weights|empty"):
        money.split(100, weights)
