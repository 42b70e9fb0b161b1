"""Amending the policy: on a ground and a decision as any amendment, and judged by the same rule."""

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.domain import agreement
from ledger.domain.agreement import LimitTerms
from ledger.domain.agreement.law import MEASURES
from ledger.domain.events import Party
from ledger.domain.limits import LimitRule
from ledger.domain.refusals import CapExceeded, GroundNotUsable, Invalid, NotCovered
from ledger.domain.regime import Extension, PlanStep, Policy
from tests.domain.domain_given import BUYER, DAY, OTHER_BUYER, REASONS, Book, kr, line, split
from tests.domain.test_as_of_properties import folded

YEAR = LimitTerms(name="2024", year=2024, amount=kr(100))
EVERY_MEMBER = {
    "cap_effect": "soft",
    "cap_tolerance": 5,
    "longest_term_months": 72,
    "extensions": (Extension(months=12),),
    "threshold": kr(1),
    "index_adjusted_value": kr(2),
    "delivery_after_term": False,
    "alerts": (80,),
    "term_alerts": (1,),
    "under_use": 75,
    "plan": (PlanStep(by=date(2025, 1, 1), amount=kr(3)),),
    "legal_ground": "LOU 7 kap. 2 §",
    "split": split("shares", {BUYER: 1}),
}


def faults(book: Book, **changes) -> list[str]:
    with pytest.raises(Invalid) as refused:
        book.amend(ground="17:14", **changes)
    return [fault.pointer for fault in refused.value.faults]


@pytest.mark.parametrize("name", EVERY_MEMBER)
def test_each_member_of_the_policy_is_amended_by_itself_and_the_others_stay(name):
    book = Book()
    before = book.of.policy
    ground = {"ground": "17:10", "clause": "§ 4"} if name in MEASURES else {"ground": "17:14"}
    book.amend(**ground, policy={name: EVERY_MEMBER[name]})
    assert getattr(book.of.policy, name) == EVERY_MEMBER[name]
    for other in set(Policy.__struct_fields__) - {name}:
        assert getattr(book.of.policy, other) == getattr(before, other)
    assert book.log[-1][0].event.policy_changes == (name,)


def test_a_member_counts_from_its_own_day_whatever_is_amended_from_an_earlier_one():
    book = Book()
    book.amend(ground="17:14", policy={"delivery_after_term": False}, on=date(2025, 6, 1))
    book.amend(ground="17:14", policy={"alerts": (60,)}, on=date(2025, 1, 1))
    between = folded(book, date(2025, 3, 1))["agreement/A1"].policy
    assert (between.delivery_after_term, between.alerts) == (True, (60,))
    assert (book.of.policy.delivery_after_term, book.of.policy.alerts) == (False, (60,))


def test_a_policy_that_does_not_say_what_was_changed_counts_whole():
    book = Book()
    book.amend(ground="17:14", policy={"alerts": (60,)})
    (event, by) = (book.log[-1][0].event, book.log[-1][1])
    after = agreement.evolve(book.of, replace(event, policy=Policy(), policy_changes=()), DAY, by)
    assert after.policy == Policy()


def test_what_is_amended_counts_for_the_decisions_that_follow():
    book = Book(cap=kr(1_000), limits=(YEAR,))
    with pytest.raises(CapExceeded):
        book.place(line(110, year=2024))
    book.amend(ground="17:14", limit_rules=(LimitRule(name="2024", tolerance=10),))
    book.place(line(110, year=2024))
    with pytest.raises(CapExceeded):
        book.place(line(1, year=2024))
    book.amend(ground="17:14", limit_rules=(LimitRule(name="2024", effect="soft"),))
    name = book.place(line(1, year=2024))
    assert book.orders[name].flags == ("over-limit:2024",)
    assert book.of.limits[1].tolerance_on(DAY) == 10


def test_the_cap_s_effect_and_tolerance_follow_the_policy():
    book = Book(cap=kr(1_000))
    book.amend(ground="17:14", policy={"cap_tolerance": 10})
    book.place(line(1_100))
    with pytest.raises(CapExceeded):
        book.place(line(1))
    book.amend(ground="17:10", clause="§ 4", policy={"cap_effect": "soft"})
    name = book.place(line(1))
    assert book.orders[name].flags == ("over-limit:cap",)


def test_an_agreement_is_signed_with_a_tolerance_of_its_cap():
    book = Book(cap=kr(1_000), policy=Policy(cap_tolerance=10))
    book.place(line(1_100))
    assert book.remaining == kr(-100)


def test_a_tolerance_of_the_cap_is_a_change_of_value_and_counts_with_the_others():
    book = Book(cap=kr(2_000_000))
    with pytest.raises(NotCovered) as refused:
        book.amend(policy={"cap_tolerance": 10})
    assert refused.value.figures["asked"].ore == kr(200_000)
    book.amend(policy={"cap_tolerance": 9})
    with pytest.raises(NotCovered) as refused:
        book.amend(2_020_000)
    assert refused.value.figures["asked"].ore == kr(21_800)
    assert refused.value.figures["net"].ore == kr(201_800)


def test_what_its_ground_does_not_cover_is_recorded_and_changes_nothing():
    book = Book(cap=kr(2_000_000))
    book.amend(policy={"cap_tolerance": 10, "under_use": 50}, record_uncovered=True)
    assert book.log[-1][0].event.covered is False
    assert book.of.policy == Policy()
    assert book.of.cap.tolerance_on(date.max) == 0


@pytest.mark.parametrize("ground", ["17:9", "17:11", "17:12", "17:13"])
def test_a_cap_that_would_bind_less_is_no_change_of_a_bounded_value(ground):
    book = Book()
    with pytest.raises(GroundNotUsable):
        book.amend(ground=ground, policy={"cap_effect": "soft"})


def test_where_the_parties_are_free_the_policy_is_theirs_to_amend():
    book = Book(policy=Policy(amendments="free"))
    book.amend(ground="policy", policy={"cap_effect": "informational", "cap_tolerance": 100})
    assert book.of.cap.effect_on(DAY) == "informational"


def test_an_amendment_does_not_loosen_what_it_is_judged_by():
    assert faults(Book(), policy={"amendments": "free"}) == ["/change/policy/amendments"]


def test_options_that_are_used_stay_as_they_are():
    book = Book(policy=Policy(extensions=(Extension(months=12), Extension(months=6))))
    extend = agreement.ExtendAgreement(agreement="A1", decision="D", decided_on=date(2025, 1, 1))
    book.do(extend)
    assert faults(book, policy={"extensions": ()}) == ["/change/policy/extensions"]
    book.amend(ground="17:14", policy={"extensions": (Extension(months=12),)})
    assert len(book.of.policy.extensions) == 1


def test_faults_of_an_amended_policy_are_named_at_their_places():
    given = split("shares", {OTHER_BUYER: 1})
    assert faults(Book(), policy={"split": given}) == ["/change/policy/split/parts/0/organisation"]
    book = Book()
    book.amend(ground="17:14", policy={"split": given}, buyers=(Party(organisation=OTHER_BUYER),))
    assert book.of.policy.split == given
    assert faults(Book(), policy={"under_use": None}) == ["/change/policy"]
    assert faults(Book(), limit_rules=(LimitRule(name="cap", tolerance=1),)) == [
        "/change/limit_rules/0/name"
    ]
    rules = (LimitRule(name="2030", tolerance=1), LimitRule(name="2030"))
    assert faults(Book(), limit_rules=rules) == [
        "/change/limit_rules/1/name",
        "/change/limit_rules/0/name",
        "/change/limit_rules/1/name",
        "/change/limit_rules/1",
    ]


# ── A cap that is unknown for a while, and changes from before the first day ──────────────────


def test_no_ground_for_small_changes_makes_the_cap_unknown():
    book = Book()
    for ground in ("17:9", "17:11", "17:12", "17:13"):
        with pytest.raises(GroundNotUsable):
            amended(book, cap=None, ground=ground)
    amended(book, cap=None, ground="17:14")
    assert book.of.cap.amount is None


def test_a_cap_that_is_known_again_is_judged_from_where_it_was_last_known():
    book = Book()
    amended(book, cap=None, ground="17:14")
    with pytest.raises(NotCovered) as refusal:
        amended(book, cap=kr(50_000_000), ground="17:9")
    assert refusal.value.figures["asked"].ore == kr(48_000_000)
    amended(book, cap=kr(2_150_000), ground="17:9")
    assert book.of.cap.amount == kr(2_150_000)
    with pytest.raises(NotCovered):
        amended(book, cap=kr(2_250_000), ground="17:9")


def test_a_cap_that_never_was_known_may_be_found():
    book = Book(cap=None)
    amended(book, cap=kr(2_000_000), ground="17:9")
    assert book.of.cap.amount == kr(2_000_000)


def test_a_change_from_before_the_first_day_counts_from_that_day():
    book = Book(starts_on=date(2023, 10, 1))
    before = book.of.signed_on
    assert before < book.of.starts_on
    book.amend(2_150_000, on=before, decided_on=book.of.signed_on)
    assert book.of.cap.amount_on(before) is None
    assert book.of.cap.amount_on(book.of.starts_on) == book.of.cap.amount == kr(2_150_000)


def amended(book, **changes):
    if changes["ground"] == "17:14":
        changes["reasons"] = REASONS
    command = agreement.AmendAgreement(
        agreement="A1",
        decision="D",
        decided_on=DAY,
        effective_on=DAY,
        **changes,
    )
    book.do(command)
