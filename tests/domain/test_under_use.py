"""Alerts of use: each threshold once for each limit, and too little use against the plan."""

from datetime import date

import pytest

from ledger.domain import agreement
from ledger.domain.agreement import LimitTerms
from ledger.domain.amounts import AmountFrom
from ledger.domain.events import (
    AgreementExpired,
    New,
    Party,
    ShareMoveAccepted,
    ThresholdCrossed,
    UnderUseAlertRaised,
)
from ledger.domain.refusals import Invalid, NotDue
from ledger.domain.regime import PlanStep, Policy
from tests.domain.domain_given import (
    BUYER,
    OTHER_BUYER,
    Book,
    given,
    kr,
    line,
    seats,
    signing,
    split,
)

# Two years from the first day of a quarter: 731 days, since 2024 is a leap year.
TERM = {"starts_on": date(2024, 1, 1), "ends_on": date(2025, 12, 31), "cap": kr(731_000)}
QUARTER = date(2024, 3, 31)
AFTER = date(2024, 4, 1)
LATER = date(2024, 6, 1)


def book(under_use: int | None = 80, **more) -> Book:
    policy = Policy(under_use=under_use, **more.pop("policy", {}))
    return Book(**{**TERM, "policy": policy, **more})


def said(book: Book, on: date) -> list:
    """What the calendar says on a day, recorded."""
    try:
        command = agreement.WatchTerm(agreement="A1", on=on)
        return [new.event for new in book.do(command)]
    except NotDue:
        return []


def under_use(used: float, planned: float, by: date = QUARTER, limit: str = "cap", amount=731_000):
    return UnderUseAlertRaised(
        limit=limit, percent=80, planned_by=by, planned=kr(planned), used=kr(used),
        amount=kr(amount),
    )  # fmt: skip


def test_too_little_use_of_an_even_plan_is_said_at_the_quarter_s_end_with_its_figures():
    given = book()
    given.place(line(72_799))
    assert said(given, QUARTER) == []
    assert said(given, AFTER) == [under_use(72_799, 91_000)]


def test_use_of_as_much_as_the_policy_asks_for_is_not_alerted_of():
    given = book()
    given.place(line(72_800))
    assert said(given, AFTER) == []


def test_without_a_per_cent_nothing_is_said_of_too_little_use():
    assert said(book(None), AFTER) == []


def test_it_is_said_once_a_quarter_and_again_the_next_while_it_is_so():
    given = book()
    assert len(said(given, AFTER)) == 1
    assert said(given, AFTER) == []
    assert said(given, date(2024, 6, 30)) == []
    assert said(given, date(2024, 7, 1)) == [under_use(0, 182_000, date(2024, 6, 30))]
    given.place(line(731_000), on=date(2024, 8, 1))
    assert [e for e in said(given, date(2024, 10, 1)) if isinstance(e, UnderUseAlertRaised)] == []


def test_an_earlier_day_that_is_looked_at_after_a_later_one_says_nothing_again():
    given = book()
    days = (date(2024, 4, 2), date(2024, 7, 2), date(2024, 4, 3), date(2024, 7, 3))
    assert [len(said(given, day)) for day in days] == [1, 1, 0, 0]
    assert len(said(given, date(2024, 10, 1))) == 1


def test_facts_that_say_it_of_an_earlier_quarter_late_leave_the_latest_quarter_in_mind():
    given = book()
    for by in (date(2024, 6, 30), QUARTER):
        given.run([New("agreement/A1", under_use(0, 1, by), AFTER)])
    assert said(given, date(2024, 7, 3)) == []


def test_nothing_is_said_of_an_agreement_that_has_expired_on_whatever_day():
    given = book(policy={"term_alerts": (6, 3)})
    assert [type(event) for event in said(given, date(2026, 1, 1))] == [AgreementExpired]
    assert said(given, date(2025, 12, 1)) == []
    assert said(given, date(2026, 1, 2)) == []


def test_a_quarter_that_the_term_began_within_is_too_short_to_judge():
    given = book(starts_on=date(2024, 1, 2))
    assert said(given, AFTER) == []
    assert len(said(given, date(2024, 7, 1))) == 1


def test_the_agreement_s_own_plan_says_what_was_planned_of_the_cap_from_its_first_step_on():
    plan = (PlanStep(by=date(2024, 6, 30), amount=kr(400_000)),)
    given = book(policy={"plan": plan})
    assert said(given, AFTER) == []
    assert said(given, date(2024, 7, 1)) == [under_use(0, 400_000, date(2024, 6, 30))]


def test_each_limit_is_held_against_its_own_time():
    limits = (
        LimitTerms(name="2025", year=2025, amount=kr(365_000)),
        LimitTerms(name="development", kind="development", amount=kr(73_100)),
        LimitTerms(name="delivery", kind="delivery", amount=None),
    )
    given = book(limits=limits)
    given.place(line(300_000, year=2024))
    assert said(given, AFTER) == [
        under_use(0, 9_100, limit="development", amount=73_100),
    ]
    assert [e.limit for e in said(given, date(2025, 4, 1))] == ["cap", "2025", "development"]


def test_an_unknown_amount_has_no_plan_and_no_alert():
    assert said(book(cap=None), date(2025, 4, 1)) == []


def test_nothing_is_said_of_a_closed_agreement_or_after_the_term():
    closed = book()
    closed.do(agreement.CloseAgreement(agreement="A1", reason="r", on=AFTER))
    assert said(closed, AFTER) == []
    over = said(book(), date(2026, 1, 1))
    assert not any(isinstance(event, UnderUseAlertRaised) for event in over)


def test_a_plan_that_runs_backwards_is_refused_at_its_place():
    steps = (
        PlanStep(by=QUARTER, amount=kr(2)),
        PlanStep(by=QUARTER, amount=kr(3)),
        PlanStep(by=AFTER, amount=kr(1)),
    )
    with pytest.raises(Invalid) as refused:
        agreement.sign(signing(policy=Policy(plan=steps)), None, given())
    assert [f.pointer for f in refused.value.faults] == ["/policy/plan/1", "/policy/plan/2"]


# ── Thresholds ────────────────────────────────────────────────────────────────────────────────


def crossed(book: Book) -> list[tuple[str, int]]:
    facts = (new.event for new, _ in book.log)
    return [(e.limit, e.percent) for e in facts if isinstance(e, ThresholdCrossed)]


def test_each_limit_has_its_thresholds_each_said_once():
    limits = (LimitTerms(name="development", kind="development", amount=kr(100)),)
    given = Book(cap=kr(1_000), limits=limits)
    for _ in range(2):
        given.place(line(45, "development"))
    assert crossed(given) == [("development", 50), ("development", 75), ("development", 90)]
    given.place(line(800))
    assert crossed(given)[3:] == [("cap", 50), ("cap", 75)]


def test_an_agreement_has_thresholds_of_its_own():
    given = Book(cap=kr(1_000), policy=Policy(alerts=(60, 30, 60)))
    given.place(line(700))
    assert crossed(given) == [("cap", 30), ("cap", 60)]


def test_seats_that_change_hands_raise_the_alerts_of_the_share_that_they_come_to():
    buyers = (Party(organisation=BUYER, role="lead"), Party(organisation=OTHER_BUYER))
    limits = (LimitTerms(name="theirs", buyer=OTHER_BUYER, amount=kr(100)),)
    given = Book(cap=kr(1_000), buyers=buyers, limits=limits)
    shared = split("seats", {BUYER: 9, OTHER_BUYER: 1})
    name = given.placed_and_confirmed(seats(10, 20), seats=10, split=shared)
    assert crossed(given) == []
    given.move_seats(name, BUYER, OTHER_BUYER, 2)
    assert crossed(given) == [("theirs", 50)]


def test_a_limit_that_becomes_less_is_alerted_of_by_the_calendar_once():
    given = Book(cap=kr(1_000))
    given.place(line(480))
    given.amend(910)
    assert [(e.limit, e.percent) for e in said(given, date(2024, 2, 1))] == [("cap", 50)]
    assert said(given, date(2024, 2, 1)) == []


def test_a_limit_that_changes_from_a_later_day_is_alerted_of_anew_on_that_day():
    given = Book(regime="outside_lou", policy=Policy(amendments="free"))
    given.place(line(1_600_000))
    assert crossed(given) == [("cap", 50), ("cap", 75)]
    given.amend(4_000_000, "policy", LATER)
    assert said(given, date(2024, 2, 1)) == []
    given.place(line(200_000), on=date(2024, 3, 1))
    assert crossed(given)[2:] == [("cap", 90)]
    given.place(line(800_000), on=date(2024, 7, 1), today=date(2024, 7, 1))
    assert crossed(given)[3:] == [("cap", 50)]
    assert said(given, date(2024, 7, 2)) == []


def test_a_share_that_changes_from_a_later_day_is_alerted_of_anew_on_that_day():
    buyers = (Party(organisation=BUYER), Party(organisation=OTHER_BUYER))
    limits = (
        LimitTerms(name="ours", buyer=BUYER, amount=kr(1_000)),
        LimitTerms(name="theirs", buyer=OTHER_BUYER, amount=kr(1_000)),
    )
    given = Book(cap=kr(100_000), buyers=buyers, limits=limits)
    given.place(line(500))
    assert crossed(given) == [("ours", 50)]
    changes = AmountFrom(effective_on=LATER, change=kr(1_000))
    accepted = ShareMoveAccepted(number=1, limit_changes=(("ours", changes),))
    given.run([New("agreement/A1", accepted, LATER)])
    assert said(given, date(2024, 2, 1)) == []
    assert said(given, LATER) == []
    given.place(line(500), on=date(2024, 6, 2), today=date(2024, 6, 2))
    assert crossed(given)[1:] == [("ours", 50)]
