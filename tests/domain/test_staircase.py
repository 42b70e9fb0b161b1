"""Amounts are set from a day until the next, in whatever order they are recorded."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from ledger.domain import agreement
from ledger.domain.agreement import LimitTerms
from ledger.domain.agreement.staircase import measured
from ledger.domain.amounts import AmountFrom
from ledger.domain.events import AgreementAmended, New, Party
from ledger.domain.funding import FULL, FundingSource
from ledger.domain.limits import Limit
from ledger.domain.refusals import CapExceeded, LaterNotCovered, NotCovered, ShareInUse
from ledger.domain.regime import Change, Policy
from tests.domain.domain_given import (
    BUYER,
    DAY,
    END,
    MANAGER,
    OTHER_BUYER,
    START,
    Book,
    kr,
    line,
)

FREE = Policy(amendments="free")
SPRING, SUMMER, AUTUMN = date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1)
EVE = timedelta(days=1)
LEAD = Party(organisation=BUYER, role="lead")


def stairs(limit: Limit, *days: date) -> list[int | None]:
    return [limit.amount_on(day) for day in days]


STEPS = ((SPRING, 1_500), (SUMMER, None), (AUTUMN, 800))


@pytest.mark.parametrize("steps", list(permutations(STEPS)))
def test_a_cap_is_what_each_day_says_in_whatever_order_it_was_decided(steps):
    book = Book(policy=FREE, cap=kr(1_000))
    for day, kronor in steps:
        cap = None if kronor is None else kr(kronor)
        book.do(_amendment(on=day, cap=cap))
    days = (START, SPRING - EVE, SPRING, SUMMER, AUTUMN - EVE, AUTUMN)
    assert stairs(book.of.cap, *days) == [
        kr(1_000), kr(1_000), kr(1_500), None, None, kr(800)
    ]  # fmt: skip


@pytest.mark.parametrize("tolerance", [0, 5, 7, 10, 33, 100])
def test_ten_per_cent_of_the_original_value_is_that_whatever_tolerance_was_signed(tolerance):
    """Vectors of an original value of 2 000 000 (DOMAIN, amendments)."""

    def book() -> Book:
        return Book(policy=Policy(cap_tolerance=tolerance), cap=kr(2_000_000))

    once = book()
    once.amend(2_150_000)
    with pytest.raises(NotCovered) as refused:
        once.amend(2_210_000, on=SPRING)
    figures = {name: refused.value.figures[name].ore for name in ("asked", "net", "original")}
    assert figures == {"asked": kr(60_000), "net": kr(210_000), "original": kr(2_000_000)}
    for cap in (2_199_999.99, 1_800_000.01):
        book().amend(cap)
    for cap in (2_200_000, 1_800_000):
        with pytest.raises(NotCovered):
            book().amend(cap)
    in_turn = book()
    for day, cap in ((DAY, 2_150_000), (SPRING, 2_050_000), (SUMMER, 2_190_000)):
        in_turn.amend(cap, on=day)
    for cap in (3_000_000, 1_000_000):
        book().amend(cap, ground="17:12")
        with pytest.raises(NotCovered):
            book().amend(cap + (0.01 if cap > 2_000_000 else -0.01), ground="17:12")


@pytest.mark.parametrize(
    ("signed", "covered", "past", "size"),
    [
        (0, 9, 10, 200_000),
        (10, 20, 21, 200_000),  # of 2 200 000 that bound, 220 000 more are 10 %
        (10, 0, None, None),
        (20, 9, 8, -200_000),
    ],
)
def test_another_tolerance_alone_is_measured_by_what_may_then_be_used(signed, covered, past, size):
    def book() -> Book:
        return Book(policy=Policy(cap_tolerance=signed), cap=kr(2_000_000))

    book().amend(policy={"cap_tolerance": covered})
    if past is not None:
        with pytest.raises(NotCovered) as refused:
            book().amend(policy={"cap_tolerance": past})
        assert refused.value.figures["asked"].ore == kr(size)


def test_a_tolerance_and_an_amount_that_come_to_the_same_bound_are_no_change_of_value():
    book = Book(policy=Policy(cap_tolerance=10), cap=kr(2_000_000))
    book.amend(2_200_000, policy={"cap_tolerance": 0})
    assert measured(book.of.cap, book.of.original_tolerance, book.of.changes)[0].size == 0
    with pytest.raises(NotCovered):
        book.amend(2_420_000, on=SPRING)
    book.amend(2_419_999.90, on=SPRING)


def _amendment(on, ground="policy", **more):
    return agreement.AmendAgreement(
        agreement="A1", ground=ground, decision="D", decided_on=on, effective_on=on, **more
    )


@pytest.mark.parametrize("steps", list(permutations(STEPS)))
def test_another_limit_is_set_from_its_days_like_the_cap(steps):
    year = LimitTerms(name="2024", year=2024, amount=kr(900))
    book = Book(policy=FREE, limits=(year,))
    for day, kronor in steps:
        amount = None if kronor is None else kr(kronor)
        book.do(_amendment(on=day, limits=(LimitTerms(name="2024", amount=amount),)))
    limit = book.of.limits[1]
    assert stairs(limit, START, SPRING, SUMMER, AUTUMN) == [kr(900), kr(1_500), None, kr(800)]


def test_an_unknown_cap_that_is_known_from_a_later_day_is_known_from_an_earlier_one_too():
    book = Book(policy=FREE, cap=None)
    book.do(_amendment(on=AUTUMN, cap=kr(100)))
    book.do(_amendment(on=SPRING, cap=kr(80)))
    assert stairs(book.of.cap, START, SPRING, AUTUMN - EVE, AUTUMN) == [
        None,
        kr(80),
        kr(80),
        kr(100),
    ]
    with pytest.raises(CapExceeded):
        book.place(line(90), on=SPRING)
    book.place(line(80), on=SPRING)


def test_a_limit_that_begins_later_may_be_set_from_before_that():
    book = Book(policy=FREE)
    book.do(_amendment(on=AUTUMN, limits=(LimitTerms(name="2024", year=2024, amount=kr(500)),)))
    book.do(_amendment(on=SPRING, limits=(LimitTerms(name="2024", amount=kr(400)),)))
    assert stairs(book.of.limits[1], SPRING - EVE, SPRING, AUTUMN) == [None, kr(400), kr(500)]


def test_what_is_set_before_the_term_counts_from_its_first_day():
    book = Book(policy=FREE, signed_on=START - EVE)
    book.do(_amendment(on=START - EVE, cap=kr(3_000)))
    assert stairs(book.of.cap, START - EVE, START, END) == [None, kr(3_000), kr(3_000)]


def test_a_difference_of_an_earlier_version_stays_what_it_came_to_when_an_amount_is_put_in_before():
    book = Book(policy=FREE, cap=kr(1_000))
    added = AgreementAmended(
        ground="policy",
        decision="D",
        decided_on=SUMMER,
        cap=AmountFrom(effective_on=SUMMER, change=kr(150)),
    )
    later = AmountFrom(effective_on=AUTUMN, change=kr(-50))
    book.run([New("agreement/A1", added, SUMMER)])
    book.run([New("agreement/A1", AgreementAmended(
        ground="policy", decision="D", decided_on=AUTUMN, cap=later), AUTUMN)])  # fmt: skip
    (new,) = book.do(_amendment(on=SPRING, cap=kr(1_200)))
    assert new.event.cap == AmountFrom(effective_on=SPRING, amount=kr(1_200))
    assert new.event.limit_changes == (("cap", AmountFrom(effective_on=SUMMER, amount=kr(1_150))),)
    assert stairs(book.of.cap, SPRING - EVE, SPRING, SUMMER, AUTUMN) == [
        kr(1_000), kr(1_200), kr(1_150), kr(1_100)
    ]  # fmt: skip


def test_a_share_moves_from_its_day_and_on_each_later_day_on_which_one_is_set_already():
    shares = tuple(
        LimitTerms(name=name, buyer=organisation, amount=kr(100))
        for name, organisation in (("lead", BUYER), ("member", OTHER_BUYER))
    )
    book = Book(policy=FREE, buyers=(LEAD, Party(organisation=OTHER_BUYER)), limits=shares)
    book.do(_amendment(on=SUMMER, limits=(LimitTerms(name="lead", amount=kr(60)),)))
    with pytest.raises(ShareInUse) as refused:
        book.do(_move(70), MANAGER)
    assert refused.value.figures["unused"].ore == kr(60), "of the day on which least is unused"
    book.do(_move(40), MANAGER)
    accept = agreement.AcceptShareMove(agreement="A1", number=1, on=SPRING)
    book.do(accept, _of(OTHER_BUYER))
    lead, member = book.of.limits[1:]
    assert stairs(lead, SPRING - EVE, SPRING, SUMMER) == [kr(100), kr(60), kr(20)]
    assert stairs(member, SPRING - EVE, SPRING, SUMMER) == [kr(100), kr(140), kr(140)]


def _move(kronor: float) -> agreement.ProposeShareMove:
    return agreement.ProposeShareMove(
        agreement="A1", giver=BUYER, receiver=OTHER_BUYER, amount=kr(kronor), on=SPRING
    )


def _of(organisation):
    from msgspec.structs import replace

    return replace(MANAGER, organisation=organisation)


def _source(ceiling: float) -> FundingSource:
    return FundingSource(
        name="esf", funder="F", starts_on=START, ends_on=END, share=FULL, ceiling=kr(ceiling)
    )


def _fund(kind, ceiling, day):
    return kind(agreement="A1", source=_source(ceiling), decision="D", decided_on=day)


@pytest.mark.parametrize("changes", list(permutations(((SPRING, 150), (AUTUMN, 200)))))
def test_a_grant_is_what_its_funder_decided_from_each_day_in_whatever_order_it_is_recorded(changes):
    book = Book(policy=FREE)
    book.do(_fund(agreement.DecideFunding, 100, START))
    for day, ceiling in changes:
        book.do(_fund(agreement.ChangeFunding, ceiling, day))
    limit = book.of.limits[1]
    assert stairs(limit, START, SPRING, AUTUMN) == [kr(100), kr(150), kr(200)]
    assert book.of.funding[0].source.ceiling == kr(200), "as the latest decision has it"


def test_a_grant_that_is_changed_or_withdrawn_stays_so_whatever_was_set_for_a_later_day():
    book = Book(policy=FREE)
    book.do(_fund(agreement.DecideFunding, 100, START))
    book.do(_amendment(on=AUTUMN, limits=(LimitTerms(name="esf", amount=kr(300)),)))
    book.do(_fund(agreement.ChangeFunding, 150, SPRING))
    assert stairs(book.of.limits[1], START, SPRING, AUTUMN) == [kr(100), kr(150), kr(150)]
    withdraw = agreement.WithdrawFunding(
        agreement="A1", name="esf", decision="D", decided_on=SUMMER
    )
    book.do(withdraw)
    assert stairs(book.of.limits[1], SPRING, SUMMER, AUTUMN) == [kr(150), 0, 0]


# ── What an amendment is measured by ──────────────────────────────────────────────────────────


def sizes(book: Book) -> list[int | None]:
    return [one.size for one in measured(book.of.cap, 0, book.of.changes)]


def test_an_amendment_is_as_large_as_its_amount_less_the_one_just_before_its_day():
    book = Book()
    book.amend(2_150_000, on=AUTUMN)
    book.amend(2_050_000, on=SPRING)
    assert sizes(book) == [kr(50_000), kr(100_000)], "the later one is measured anew"
    with pytest.raises(NotCovered) as refused:
        book.amend(2_200_000, on=AUTUMN + EVE)
    assert refused.value.figures["asked"].ore == kr(50_000)
    assert refused.value.figures["net"].ore == kr(200_000)


def test_one_that_is_put_in_before_others_is_not_covered_where_it_takes_one_past_its_ground():
    book = Book()
    book.amend(2_500_000, on=SPRING, ground="17:10", clause="§ 4")
    book.amend(2_650_000, on=AUTUMN)
    with pytest.raises(LaterNotCovered) as refused:
        book.amend(2_400_000, on=SUMMER, ground="17:10", clause="§ 4")
    figures = refused.value.figures
    assert (figures["on"], figures["asked"].ore) == (AUTUMN, kr(250_000))
    book.amend(2_460_000, on=SUMMER, ground="17:10", clause="§ 4")
    assert sizes(book) == [kr(500_000), kr(-40_000), kr(190_000)]


def test_it_may_be_recorded_as_not_covered_and_then_changes_nothing():
    book = Book()
    book.amend(2_500_000, on=SPRING, ground="17:10", clause="§ 4")
    book.amend(2_650_000, on=AUTUMN)
    before = book.of.cap
    book.amend(2_400_000, on=SUMMER, ground="17:10", clause="§ 4", record_uncovered=True)
    assert book.of.cap == before


def test_of_two_for_one_day_each_has_what_it_changed_itself():
    book = Book()
    book.amend(2_150_000)
    book.amend(2_190_000)
    assert sizes(book) == [kr(150_000), kr(40_000)]
    with pytest.raises(NotCovered):
        book.amend(2_200_000)


def test_what_one_ground_changed_does_not_hide_behind_another_of_the_same_day():
    book = Book()
    book.amend(2_190_000)
    book.amend(2_191_000, ground="17:11")
    assert sizes(book) == [kr(190_000), kr(1_000)]
    with pytest.raises(NotCovered) as refused:
        book.amend(2_380_000)
    assert refused.value.figures["net"].ore == kr(379_000)
    with pytest.raises(NotCovered):
        book.amend(2_380_000, on=SUMMER)


def test_a_day_s_amendments_on_other_grounds_do_not_count_for_the_one_that_follows():
    book = Book()
    book.amend(2_900_000, ground="17:11")
    book.amend(3_000_000)
    book.amend(4_000_000, ground="17:11")
    assert sizes(book) == [kr(900_000), kr(100_000), kr(1_000_000)]
    with pytest.raises(NotCovered):
        book.amend(5_000_001, ground="17:11")


def test_a_difference_of_an_earlier_version_is_as_large_as_it_was_recorded():
    amounts = (AmountFrom(effective_on=START, amount=1_000), *(
        AmountFrom(effective_on=DAY, change=change) for change in (50, 30)))  # fmt: skip
    changes = [
        Change(ground="17:9", amount=0, covered=True, on=DAY, sets=step) for step in amounts[1:]
    ]
    cap = Limit(name="cap", amounts=amounts)
    assert [one.size for one in measured(cap, 0, changes)] == [50, 30]


def test_an_amendment_may_set_less_than_is_in_use_and_says_so():
    book = Book(policy=FREE, cap=kr(1_000))
    book.place(line(700))
    assert book.do(_amendment(on=SPRING, cap=kr(700)))[0].event.flags == ()
    (new, *_) = book.do(_amendment(on=SUMMER, cap=kr(600)))
    assert new.event.flags == ("below-use:cap",)
    (new, *_) = book.do(
        _amendment(on=AUTUMN, limits=(LimitTerms(name="2024", year=2024, amount=kr(500)),))
    )
    assert new.event.flags == ("below-use:2024",)
