"""Amendments: the vectors of LOU 17 kap. on an original value of 2 000 000."""

from datetime import date

import pytest

from ledger.domain import regime
from ledger.domain.refusals import GroundNotUsable, NotCovered
from ledger.domain.regime import Change, Policy
from tests.domain.domain_given import START, Book, kr


def judge(change, ground="17:9", clause="", earlier=(), policy=None, original=2_000_000, **more):
    return regime.judge_amendment(
        **{
            "policy": policy or Policy(),
            "regime": "lou_19_advertised",
            "signed_on": START,
            "original": None if original is None else kr(original),
            "earlier": tuple(Change(ground="17:9", amount=kr(c), covered=True) for c in earlier),
            "ground": ground,
            "clause": clause,
            "change": None if change is None else kr(change),
            "currency": "SEK",
            **more,
        }
    )


@pytest.mark.parametrize(
    ("earlier", "change"),
    [
        ((), 150_000),
        ((), 199_999.99),
        ((), -199_999.99),
        ((150_000,), -100_000),
        ((150_000, -100_000), 140_000),
    ],
)
def test_a_minor_change_is_covered(earlier, change):
    assert judge(change, earlier=earlier) == ()


@pytest.mark.parametrize(
    ("earlier", "change", "net"),
    [((), 200_000, 200_000), ((), -200_000, -200_000), ((150_000,), 60_000, 210_000)],
)
def test_ten_per_cent_net_is_no_longer_minor(earlier, change, net):
    with pytest.raises(NotCovered) as refused:
        judge(change, earlier=earlier)
    assert refused.value.figures["net"].ore == kr(net)
    assert refused.value.figures["bound"].ore == kr(200_000)


def test_uncovered_and_other_grounds_do_not_count_in_the_net():
    earlier = (
        Change(ground="17:9", amount=kr(190_000), covered=False),
        Change(ground="17:11", amount=kr(190_000), covered=True),
    )
    assert judge(190_000, **{"earlier": ()}) == ()
    assert (
        regime.judge_amendment(
            policy=Policy(),
            regime="lou_19_advertised",
            signed_on=START,
            original=kr(2_000_000),
            earlier=earlier,
            ground="17:9",
            clause="",
            change=kr(190_000),
            currency="SEK",
        )
        == ()
    )


def test_a_minor_change_is_also_below_the_threshold():
    policy = Policy(threshold=kr(100_000))
    assert judge(99_999.99, policy=policy) == ()
    with pytest.raises(NotCovered) as refused:
        judge(100_000, policy=policy)
    assert refused.value.figures["bound"].ore == kr(100_000)


def test_an_index_adjusted_value_replaces_the_original():
    assert judge(200_000, policy=Policy(index_adjusted_value=kr(2_200_000))) == ()


def test_an_unverified_threshold_is_flagged():
    assert judge(1, signed_on=date(2026, 1, 1)) == ("threshold-unknown",)
    late = regime.threshold("lou_directive", date(2031, 1, 1))
    assert (late.amount, late.flags) == (kr(2_389_585), ("threshold-unknown",))
    early = regime.threshold("lou_directive", date(2017, 1, 1))
    assert (early.amount, early.flags) == (kr(2_096_097), ("threshold-unknown",))


def test_an_unknown_regime_is_judged_by_the_lower_threshold_and_flagged():
    large = {"regime": "unknown", "original": 100_000_000}
    assert judge(2_236_730.99, **large) == ("regime-unknown",)
    with pytest.raises(NotCovered) as refused:
        judge(2_236_731, **large)
    assert refused.value.figures["bound_by"] == "threshold"
    assert judge(1, **large, policy=Policy(threshold=kr(3))) == ()
    assert judge(1, **large, signed_on=date(2027, 1, 1)) == ("regime-unknown", "threshold-unknown")


@pytest.mark.parametrize(
    ("original", "change", "by", "bound"),
    [
        (2_000_000, 200_000, "ten-per-cent", 200_000),
        (78_025_500, 7_802_550, "ten-per-cent", 7_802_550),
        (78_025_500.01, 7_802_550, "threshold", 7_802_550),
        (100_000_000, 20_000_000, "threshold", 7_802_550),
    ],
)
def test_a_refusal_says_which_of_two_bounds_it_was(original, change, by, bound):
    with pytest.raises(NotCovered) as refused:
        judge(change, original=original)
    assert refused.value.figures["bound_by"] == by
    assert refused.value.figures["bound"].ore == kr(bound)
    with pytest.raises(NotCovered) as refused:
        judge(original, "17:11", original=original)
    assert refused.value.figures["bound_by"] == "half"


@pytest.mark.parametrize(
    ("name", "day", "kronor"),
    [
        ("lou_19_advertised", date(2019, 12, 31), 7_113_450),
        ("lou_19_advertised", START, 7_802_550),
        ("lou_directive", date(2025, 1, 1), 2_389_585),
    ],
)
def test_the_threshold_is_the_award_years(name, day, kronor):
    assert regime.threshold(name, day) == regime.Threshold(kr(kronor))


@pytest.mark.parametrize("ground", ["17:11", "17:12"])
def test_half_the_value_is_covered_each_time_and_an_ore_more_is_not(ground):
    assert judge(1_000_000, ground) == ()
    assert judge(1_000_000, ground, earlier=(1_000_000,)) == ()
    with pytest.raises(NotCovered):
        judge(1_000_000.01, ground)


def test_the_clause_ground_needs_its_clause():
    assert judge(5_000_000, "17:10", clause="7.2") == ()
    with pytest.raises(GroundNotUsable):
        judge(1, "17:10", clause="  ")


def test_a_change_of_supplier_leaves_the_cap_alone():
    assert judge(None, "17:13") == ()
    with pytest.raises(GroundNotUsable):
        judge(1, "17:13")


def test_the_policy_is_a_ground_only_where_the_parties_decide():
    assert judge(5_000_000, "policy", policy=Policy(amendments="free")) == ()
    with pytest.raises(GroundNotUsable):
        judge(1, "policy")


def test_a_share_of_an_unknown_value_cannot_be_judged():
    with pytest.raises(GroundNotUsable):
        judge(1, original=None)


def test_an_amendment_recorded_as_not_covered_does_not_raise_the_cap():
    book = Book()
    book.amend(2_150_000)
    with pytest.raises(NotCovered):
        book.amend(2_210_000)
    book.amend(2_210_000, record_uncovered=True)
    assert book.of.cap.amount == kr(2_150_000)
    assert book.log[-1][0].event.covered is False
    book.amend(2_050_000)
    book.amend(2_190_000)
    assert book.of.cap.amount == kr(2_190_000)


def test_the_defaults_of_a_regime():
    assert regime.default_amendments("lou_19a_direct") == "lou_17"
    assert regime.default_amendments("internal") == "free"
    assert regime.default_longest_term("lou_directive") == 48
    assert regime.default_longest_term("lou_19_advertised") is None
