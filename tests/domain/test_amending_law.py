"""What 17 kap. LOU asks of an amendment beside its size: each rule kept, and each refused."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from ledger.domain.agreement import LimitTerms, place_of, suppliers_on
from ledger.domain.events import Notice, Party, Replacement
from ledger.domain.limits import LimitRule
from ledger.domain.refusals import GroundNotUsable, Invalid, NotCovered
from ledger.domain.regime import Policy
from ledger.domain.selection import Selection
from tests.domain.domain_given import (
    BUYER,
    DAY,
    OTHER_BUYER,
    OTHER_SUPPLIER,
    REASONS,
    SUPPLIER,
    Book,
    kr,
    line,
    weights,
)

CLAUSE = {"ground": "17:10", "clause": "§ 4"}
FREE = Policy(amendments="free")
ANNEX_2 = 7_802_550


def flags(book: Book) -> tuple[str, ...]:
    """Of the latest amendment."""
    return book.log[-1][0].event.flags


def faults(book: Book, **changes) -> list[str]:
    with pytest.raises(Invalid) as refused:
        book.amend(**changes)
    return [fault.pointer for fault in refused.value.faults]


# ── What amendments are measured by ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("member", ["threshold", "index_adjusted_value"])
def test_what_amendments_are_measured_by_is_changed_by_its_clause_alone_and_flagged(member):
    for ground in ("17:9", "17:11", "17:12", "17:13", "17:14"):
        with pytest.raises(GroundNotUsable):
            Book().amend(ground=ground, policy={member: kr(3_000_000)})
    book = Book()
    book.amend(**CLAUSE, policy={member: kr(3_000_000)})
    assert flags(book) == book.of.flags == ("measure-changed",)
    free = Book(policy=FREE)
    free.amend(ground="policy", policy={member: kr(3_000_000)})
    assert flags(free) == ()


def test_a_new_base_does_not_carry_the_amendment_that_it_comes_with():
    with pytest.raises(GroundNotUsable):
        Book().amend(2_250_000, policy={"index_adjusted_value": kr(2_600_000)})
    book = Book()
    book.amend(**CLAUSE, policy={"index_adjusted_value": kr(2_600_000)})
    book.amend(2_250_000)
    assert flags(book) == ()
    assert book.of.flags == ("measure-changed",)


# ── 14 § and its reasons ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("missing", ["other_bidders", "balance", "scope", "supplier"])
def test_a_change_that_is_not_substantial_has_a_reason_for_each_criterion(missing):
    without = replace(REASONS, **{missing: "  "})
    asked = {"ground": "17:14", "policy": {"alerts": (80,)}}
    assert faults(Book(), **asked, reasons=without) == [f"/reasons/{missing}"]
    assert len(faults(Book(), **asked, reasons=None)) == 4
    Book().amend(**asked, reasons=REASONS)
    free = Book(policy=FREE)
    free.amend(**asked, reasons=None)
    assert free.of.policy.alerts == (80,)


@pytest.mark.parametrize(
    ("caps", "expected"),
    [
        ((2_199_999.99,), ()),
        ((2_200_000,), ("ten-per-cent-or-more",)),
        ((1_800_000,), ("ten-per-cent-or-more",)),
        ((2_120_000, 2_240_000), ("ten-per-cent-or-more",)),
        ((2_120_000, 2_000_000), ()),
    ],
)
def test_from_ten_per_cent_on_a_person_looks_at_14_whether_in_one_step_or_in_several(
    caps, expected
):
    book = Book()
    for cap in caps:
        book.amend(cap, ground="17:14")
    assert flags(book) == expected


# ── Notices ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ground", ["17:11", "17:12"])
def test_an_amendment_that_is_to_be_published_carries_its_notice_or_is_flagged(ground):
    book = Book()
    book.amend(2_500_000, ground=ground)
    assert flags(book) == ("notice-missing",)
    notice = Notice(number="2024/S 12-3456", published_on=DAY)
    book.amend(3_000_000, ground=ground, notice=notice, on=DAY + timedelta(1))
    assert flags(book) == ()
    assert book.log[-1][0].event.notice == notice
    book.amend(3_100_000, on=DAY + timedelta(2))
    assert flags(book) == ()


# ── Parties ───────────────────────────────────────────────────────────────────────────────────


def test_a_buyer_is_not_added_as_a_minor_change():
    other = (Party(organisation=OTHER_BUYER),)
    for ground in ("17:9", "17:13"):
        with pytest.raises(GroundNotUsable):
            Book().amend(ground=ground, buyers=other)
    for ground in ("17:10", "17:11", "17:14"):
        book = Book()
        book.amend(ground=ground, clause="§ 4", buyers=other)
        assert len(book.of.buyers) == 2
    free = Book(policy=FREE)
    free.amend(ground="policy", buyers=other)
    assert len(free.of.buyers) == 2


OTHERS = Party(organisation=OTHER_SUPPLIER, name="Högskolan Väst")
REPLACED = {"suppliers": (Replacement(supplier=SUPPLIER, by=OTHERS),)}
THIRD = "2021003096"


def test_a_supplier_is_replaced_on_13_or_by_its_clause_and_on_nothing_else():
    for ground in ("17:9", "17:11", "17:12", "17:14"):
        with pytest.raises(GroundNotUsable):
            Book().amend(ground=ground, **REPLACED)
    with pytest.raises(GroundNotUsable):
        Book().amend(ground="17:10", **REPLACED)
    with pytest.raises(GroundNotUsable):
        Book().amend(ground="17:13", policy={"alerts": (80,)})
    with pytest.raises(GroundNotUsable):
        Book().amend(2_100_000, ground="17:13", **REPLACED)
    for ground in ({"ground": "17:13"}, CLAUSE):
        book = Book()
        book.amend(**ground, **REPLACED)
        assert [one.organisation for one in suppliers_on(book.of, DAY)] == [OTHER_SUPPLIER]
    free = Book(policy=FREE)
    free.amend(ground="policy", **REPLACED)
    assert free.of.replaced[0].by == OTHER_SUPPLIER


def test_orders_keep_their_supplier_and_later_ones_go_to_the_new_one():
    book, later = Book(), date(2024, 3, 1)
    before = book.place(line(100), respond_by=later)
    book.amend(ground="17:13", on=later, **REPLACED)
    assert book.orders[book.place(line(1), on=date(2024, 2, 28))].supplier == SUPPLIER
    assert book.orders[book.place(line(1), on=later)].supplier == OTHER_SUPPLIER
    with pytest.raises(Invalid):
        book.place(line(1), on=later, supplier=SUPPLIER)
    with pytest.raises(Invalid):
        book.place(line(1), on=DAY, supplier=OTHER_SUPPLIER)
    book.confirm(before, later)
    assert (book.orders[before].status, book.orders[before].supplier) == ("confirmed", SUPPLIER)


def test_the_new_supplier_has_the_old_one_s_place_in_rank_and_key():
    parties = tuple(Party(organisation=name) for name in (SUPPLIER, THIRD))
    ranking = Selection(method="ranking", ranking=(SUPPLIER, THIRD))
    ranked = Book(suppliers=parties, selection=ranking)
    kept = ranked.place(line(1))
    ranked.amend(ground="17:13", **REPLACED)
    assert ranked.orders[ranked.place(line(1))].supplier == OTHER_SUPPLIER
    ranked.decline(kept)
    assert ranked.orders[kept].status == "declined"
    parts = weights({SUPPLIER: 50, THIRD: 50})
    keyed = Book(suppliers=parties, selection=Selection(method="key", key=parts))
    keyed.place(line(100), supplier=SUPPLIER)
    keyed.amend(ground="17:13", **REPLACED)
    assert keyed.orders[keyed.place(line(1))].supplier == THIRD


def test_a_replacement_that_cannot_be_is_a_fault_at_its_place():
    def replaced(old: str, new: str) -> tuple[Replacement, ...]:
        return (Replacement(supplier=old, by=Party(organisation=new)),)

    def at(old: str, new: str, book: Book) -> list[str]:
        return faults(book, ground="17:13", suppliers=replaced(old, new))

    assert at(THIRD, OTHER_SUPPLIER, Book()) == ["/change/suppliers/0/supplier"]
    assert at(SUPPLIER, BUYER, Book()) == ["/change/suppliers/0/by/organisation"]
    assert at(SUPPLIER, SUPPLIER, Book()) == ["/change/suppliers/0/by/organisation"]
    assert at(SUPPLIER, "5501011234", Book()) == ["/change/suppliers/0/by/organisation"]
    book = Book()
    book.amend(ground="17:13", on=date(2024, 3, 1), **REPLACED)
    assert at(SUPPLIER, THIRD, book) == ["/change/suppliers/0/supplier"]
    twice = (*replaced(SUPPLIER, THIRD), *replaced(SUPPLIER, OTHER_SUPPLIER))
    assert faults(Book(), ground="17:13", suppliers=twice) == ["/change/suppliers/1/supplier"]


def test_a_chain_of_replacements_is_followed_day_by_day():
    book = Book()
    book.amend(ground="17:13", on=date(2024, 3, 1), **REPLACED)
    third = (Replacement(supplier=OTHER_SUPPLIER, by=Party(organisation=THIRD)),)
    book.amend(ground="17:13", on=date(2024, 5, 1), suppliers=third)
    days = (date(2024, 2, 29), date(2024, 3, 1), date(2024, 5, 1))
    found = [suppliers_on(book.of, day)[0].organisation for day in days]
    assert found == [SUPPLIER, OTHER_SUPPLIER, THIRD]
    assert [place_of(book.of, SUPPLIER, day) for day in days] == found


# ── The threshold of the regime ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("regime", ["lou_19_advertised", "lou_19a_direct"])
@pytest.mark.parametrize("policy", [Policy(), FREE])
@pytest.mark.parametrize("above", [0, 0.01])
def test_a_value_that_comes_to_the_threshold_of_chapter_19_is_flagged_once(regime, policy, above):
    """The chapter is for what is below: at the threshold itself it no longer is."""
    book = Book(cap=kr(7_500_000), regime=regime, policy=policy)
    book.amend(ANNEX_2 - 0.01, **CLAUSE)
    assert flags(book) == ()
    book.amend(ANNEX_2 + above, **CLAUSE)
    assert flags(book) == ("over-threshold",)
    book.amend(ANNEX_2 + 1000, **CLAUSE)
    assert flags(book) == ()


def test_a_tolerance_and_a_threshold_of_the_policy_s_own_count_in_the_value():
    book = Book(policy=Policy(threshold=kr(2_100_000)))
    book.amend(ground="17:14", policy={"cap_tolerance": 4})
    assert "over-threshold" not in flags(book)
    book.amend(ground="17:14", policy={"cap_tolerance": 5})
    assert "over-threshold" in flags(book)


def test_where_the_directive_applies_a_large_value_is_no_surprise():
    book = Book(cap=kr(7_500_000), regime="lou_directive")
    book.amend(9_000_000, **CLAUSE)
    assert flags(book) == ()


def test_a_cap_that_was_unknown_and_is_found_above_the_threshold_is_flagged():
    book = Book(cap=None)
    book.amend(9_000_000, **CLAUSE)
    assert flags(book) == ("over-threshold",)


def test_what_is_not_covered_is_flagged_for_nothing_since_it_changes_nothing():
    book = Book(cap=kr(7_500_000))
    with pytest.raises(NotCovered):
        book.amend(9_000_000)
    book.amend(9_000_000, record_uncovered=True)
    assert flags(book) == ()
    assert book.of.cap.amount == kr(7_500_000)


# ── Nothing is dropped in silence ─────────────────────────────────────────────────────────────

YEAR = LimitTerms(name="2024", year=2024, amount=kr(100), tolerance=5)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("effect", "soft"),
        ("tolerance", 0),
        ("year", 2025),
        ("buyer", BUYER),
        ("supplier", SUPPLIER),
        ("kind", "delivery"),
        ("funding", "ESF"),
    ],
)
def test_what_a_limit_that_is_there_cannot_be_given_with_its_amount_is_a_fault(member, value):
    terms = LimitTerms(name="2024", amount=kr(200), **{member: value})
    assert faults(Book(limits=(YEAR,)), ground="17:14", limits=(terms,)) == [
        f"/change/limits/0/{member}"
    ]


def test_what_a_limit_is_already_may_be_said_again_with_its_new_amount():
    book = Book(limits=(YEAR,))
    book.amend(ground="17:14", limits=(replace(YEAR, amount=kr(200)),))
    assert book.of.limits[1].amount == kr(200)
    assert (book.of.limits[1].effect_on(DAY), book.of.limits[1].tolerance_on(DAY)) == ("hard", 5)


@pytest.mark.parametrize(
    "nothing",
    [
        {"cap": 2_000_000},
        {"limits": (LimitTerms(name="2024", amount=kr(100)),)},
        {"limit_rules": (LimitRule(name="2024", effect="hard", tolerance=5),)},
        {"policy": {"delivery_after_term": True}},
        {"cap": 2_000_000, "limits": (LimitTerms(name="2024", amount=kr(100)),)},
    ],
)
def test_an_amendment_that_changes_nothing_is_refused(nothing):
    (pointer,) = faults(Book(limits=(YEAR,)), ground="17:14", **nothing)
    assert pointer in ("/change", "/change/policy")


def test_the_cap_of_another_day_is_a_change():
    book = Book()
    book.amend(2_100_000, on=date(2025, 1, 1))
    assert faults(book, cap=2_100_000, on=date(2025, 6, 1)) == ["/change"]
    assert faults(book, cap=2_000_000, on=date(2024, 6, 1)) == ["/change"]
