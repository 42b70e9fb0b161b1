"""How a limit binds, the policy and the buyers are set from a day, as amounts are."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.domain import agreement, order
from ledger.domain.agreement import LimitTerms
from ledger.domain.binding import EFFECTS, BindingFrom
from ledger.domain.events import FundingChanged, Party
from ledger.domain.limits import LimitRule
from ledger.domain.refusals import (
    CapExceeded,
    DeliveryAfterTerm,
    Invalid,
    NoSuchExtension,
    NotAParty,
    NotCovered,
    NotEntitled,
)
from ledger.domain.regime import Extension, Policy, TariffStep
from ledger.projections.postings import balance_now
from tests.domain.domain_given import (
    BUYER,
    DAY,
    END,
    MANAGER,
    OTHER_BUYER,
    START,
    UNIVERSITY,
    Book,
    kr,
    line,
    split,
)
from tests.domain.test_funding import funded_book, source

FREE = Policy(amendments="free")
YEAR = LimitTerms(name="2024", year=2024, amount=kr(100))
BEFORE, AHEAD = DAY - timedelta(days=10), DAY + timedelta(days=90)
FULL = (TariffStep(days=365, percent=100),)


def book_of(kronor=1_000, **terms) -> Book:
    return Book(**{"cap": kr(kronor), "policy": FREE, **terms})


def amend(book: Book, on: date, today: date = DAY, **more):
    command = agreement.AmendAgreement(
        agreement="A1",
        ground=more.pop("ground", "policy"),
        decision="D",
        decided_on=min(on, today),
        effective_on=on,
        **more,
    )
    return book.do(command, today=today)


def taken(book: Book, kronor: float, on: date = DAY, today: date = DAY, **more) -> bool:
    try:
        book.place(line(kronor, **more), on=on, today=max(on, today))
    except CapExceeded:
        return False
    return True


def balance(book: Book, on: date, name: str = "cap"):
    return next(one for one in balance_now(book.of, on) if one.name == name)


# ── Limits ────────────────────────────────────────────────────────────────────────────────────

LOOSER = [
    ({"policy": {"cap_tolerance": 10}}, "cap"),
    ({"policy": {"cap_effect": "soft"}}, "cap"),
    ({"policy": {"cap_effect": "informational"}}, "cap"),
    ({"limit_rules": (LimitRule(name="2024", tolerance=10),)}, "2024"),
    ({"limit_rules": (LimitRule(name="2024", effect="soft"),)}, "2024"),
]


@pytest.mark.parametrize(("change", "name"), LOOSER)
def test_what_lets_a_limit_bind_less_from_a_later_day_changes_nothing_before_it(change, name):
    book = book_of(100, limits=(YEAR,)) if name == "cap" else book_of(limits=(YEAR,))
    year = 2023 if name == "cap" else 2024
    amend(book, AHEAD, **change)
    assert balance(book, DAY, name).room == kr(100)
    assert balance(book, DAY, name).effect == "hard"
    (later,) = balance(book, DAY, name).later
    assert (later.on, later.amount) == (AHEAD, kr(100))
    assert (later.effect, later.tolerance) != ("hard", 0)
    assert not taken(book, 100.01, year=year)
    assert taken(book, 105, on=AHEAD, year=year)
    assert balance(book, AHEAD, name).later == ()


@pytest.mark.parametrize(("change", "name"), LOOSER)
def test_an_order_recorded_for_a_day_before_a_limit_was_loosened_is_held_to_it_as_it_was(
    change, name
):
    book = book_of(100, limits=(YEAR,)) if name == "cap" else book_of(limits=(YEAR,))
    year = 2023 if name == "cap" else 2024
    amend(book, DAY, **change)
    assert not taken(book, 105, on=BEFORE, year=year)
    assert taken(book, 105, on=DAY, year=year)


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ({"cap_effect": "soft"}, {"cap_effect": "hard"}),
        ({"cap_tolerance": 10}, {"cap_tolerance": 0}),
    ],
)
def test_what_lets_a_limit_bind_more_from_a_later_day_is_held_to_by_what_is_ordered_today(
    before, change
):
    book = book_of(100, policy=replace(FREE, **before))
    amend(book, AHEAD, policy=change)
    assert balance(book, DAY).room == kr(100)
    with pytest.raises(CapExceeded) as refused:
        book.place(line(105))
    assert refused.value.figures["limits"][0].on == AHEAD
    assert taken(book, 100)


def test_a_limit_that_is_hard_until_a_later_day_is_looked_at_until_then_alone():
    book = book_of(100)
    amend(book, AHEAD, cap=kr(50), policy={"cap_effect": "soft"})
    assert balance(book, DAY).room == kr(100)
    name = book.place(line(100))
    assert book.orders[name].flags == ("over-limit:cap",)


def test_a_day_may_get_its_rule_after_a_later_day_has_got_one():
    book = book_of(100)
    amend(book, AHEAD, policy={"cap_tolerance": 20})
    amend(book, DAY, policy={"cap_tolerance": 10})
    assert [book.of.cap.tolerance_on(day) for day in (BEFORE, DAY, AHEAD)] == [0, 10, 20]
    assert [book.of.policy_on(day).cap_tolerance for day in (BEFORE, DAY, AHEAD)] == [0, 10, 20]
    assert book.of.policy.cap_tolerance == 20


def test_of_two_for_one_day_the_later_recorded_one_holds():
    book = book_of(100)
    amend(book, AHEAD, policy={"cap_effect": "soft", "cap_tolerance": 20})
    amend(book, AHEAD, policy={"cap_effect": "hard"})
    assert (book.of.cap.effect_on(AHEAD), book.of.cap.tolerance_on(AHEAD)) == ("hard", 20)


def test_what_is_below_use_by_a_tolerance_taken_away_is_flagged():
    book = book_of(100, policy=replace(FREE, cap_tolerance=10))
    book.place(line(105))
    (new,) = amend(book, AHEAD, policy={"cap_tolerance": 0})
    assert "below-use:cap" in new.event.flags
    assert balance(book, DAY).room == 0


def test_what_is_said_of_a_limit_again_is_judged_by_its_own_day():
    book = book_of(limits=(YEAR,))
    amend(book, AHEAD, limit_rules=(LimitRule(name="2024", tolerance=10),))
    with pytest.raises(Invalid):
        amend(book, AHEAD, limit_rules=(LimitRule(name="2024", tolerance=10),))
    amend(book, DAY, limit_rules=(LimitRule(name="2024", tolerance=10),))
    with pytest.raises(Invalid):
        amend(book, DAY, limits=(replace(YEAR, amount=kr(90), effect="soft"),))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 8),
            st.sampled_from((None, *EFFECTS)),
            st.sampled_from((None, 0, 10, 50)),
            st.sampled_from((None, 50, 100, 200)),
        ),
        max_size=6,
    ),
    st.integers(0, 9),
    st.integers(1, 400),
)
def test_an_order_is_taken_exactly_where_no_hard_day_from_its_own_on_would_be_passed(
    steps, on, kronor
):
    days = [DAY + timedelta(days=n) for n in range(-1, 12)]
    told = {day: ["hard", 0, 100] for day in days}
    book = book_of(100)
    recorded = []
    for n, *said in steps:
        change = dict(zip(("cap_effect", "cap_tolerance"), said[:2], strict=True))
        policy = {name: value for name, value in change.items() if value is not None}
        more = {"policy": policy, **({"cap": kr(said[2])} if said[2] else {})}
        try:
            amend(book, DAY + timedelta(days=n), today=days[-1], **more)
        except Invalid:
            continue  # nothing is changed
        recorded.append((n, *said))
    for n, *said in sorted(recorded, key=lambda one: one[0]):
        for day in days:
            if day >= DAY + timedelta(days=n):
                kept = zip(said, told[day], strict=True)
                told[day] = [old if new is None else new for new, old in kept]
    first = DAY + timedelta(days=on)
    hard = [amount * (100 + per_cent) for effect, per_cent, amount in
            (told[day] for day in days if day >= first) if effect == "hard"]  # fmt: skip
    assert taken(book, kronor, on=first, today=days[-1]) == (
        kronor * 100 <= min(hard, default=10**9)
    )


def test_what_a_source_does_where_it_is_passed_holds_from_the_day_of_its_decision():
    book = funded_book(source(effect="hard"))
    limit = book.of.limits[-1]
    event = FundingChanged(
        source=source(effect="soft"), decision="D", decided_on=AHEAD, limit_changes=()
    )
    after = agreement.evolve(book.of, event, AHEAD, MANAGER).limits[-1]
    assert (limit.bindings, after.effect_on(DAY), after.effect_on(AHEAD)) == ((), "hard", "soft")
    earlier = FundingChanged(
        source=source(effect="informational"), decision="D", decided_on=DAY, limit_changes=()
    )
    between = agreement.evolve(
        agreement.evolve(book.of, event, AHEAD, MANAGER), earlier, DAY, MANAGER
    ).limits[-1]
    assert [between.effect_on(day) for day in (DAY, AHEAD)] == ["informational", "soft"]


def test_what_is_not_said_of_a_binding_stays_as_it_is():
    limit = book_of(100).of.cap
    soft = replace(limit, bindings=(BindingFrom(effective_on=DAY, effect="soft"),))
    assert (soft.effect_on(DAY), soft.tolerance_on(DAY)) == ("soft", 0)
    assert (soft.effect_on(BEFORE), soft.bound_on(DAY)) == ("hard", kr(100))


def test_how_a_limit_binds_that_is_removed_is_not_amended_from_then_on():
    book = book_of(limits=(YEAR,))
    command = agreement.RemoveLimit(agreement="A1", name="2024", on=AHEAD, reason="wrong")
    book.do(command, MANAGER, DAY)
    soft = (LimitRule(name="2024", effect="soft"),)
    amend(book, DAY, limit_rules=soft)
    with pytest.raises(Invalid) as refused:
        amend(book, AHEAD, limit_rules=(LimitRule(name="2024", effect="hard"),))
    assert refused.value.faults[0].pointer == "/change/limit_rules/0/name"


# ── Policy ────────────────────────────────────────────────────────────────────────────────────


def test_a_tariff_costs_from_its_day_on_and_no_longer_than_it_is_agreed():
    book = book_of()
    soon = {"starts_on": DAY + timedelta(days=20), "ends_on": DAY + timedelta(days=21)}
    first, second, third = (
        book.placed_and_confirmed(line(10), on=BEFORE, **soon) for _ in range(3)
    )
    amend(book, DAY, policy={"tariff": FULL})
    amend(book, DAY + timedelta(days=5), policy={"tariff": ()})
    for name, on, fee in ((first, BEFORE, 0), (second, DAY, 10), (third, 5, 0)):
        day = DAY + timedelta(days=5) if on == 5 else on
        book.do(order.CancelOrder(order=name, on=day), today=DAY + timedelta(days=9))
        assert book.orders[name].amount == kr(fee)


def test_an_index_adjusted_value_measures_what_counts_from_its_day_on_alone():
    book = Book(cap=kr(2_000_000), policy=Policy())
    amend(book, AHEAD, ground="17:10", clause="7", policy={"index_adjusted_value": kr(5_000_000)})
    with pytest.raises(NotCovered):
        amend(book, DAY, ground="17:9", cap=kr(2_400_000))
    amend(book, AHEAD, ground="17:9", cap=kr(2_400_000))
    assert book.of.cap.amount == kr(2_400_000)


def test_a_later_amendment_is_measured_anew_by_the_policy_of_its_own_day():
    book = Book(cap=kr(2_000_000), policy=Policy())
    amend(book, AHEAD, ground="17:10", clause="7", policy={"index_adjusted_value": kr(5_000_000)})
    amend(book, AHEAD, ground="17:9", cap=kr(2_190_000))
    amend(book, DAY, ground="17:9", cap=kr(1_810_000))  # the later one is then of 380 000
    assert book.of.cap.amount_on(AHEAD) == kr(2_190_000)


def test_the_split_of_an_order_is_the_agreements_on_its_own_day():
    both = (Party(organisation=BUYER, role="lead"), Party(organisation=OTHER_BUYER))
    book, halves = book_of(buyers=both), split("shares", {BUYER: 1, OTHER_BUYER: 1})
    amend(book, AHEAD, policy={"split": halves})
    today, then = book.place(line(10)), book.place(line(10), on=AHEAD)
    assert (book.orders[today].split, book.orders[then].split) == (None, halves)


def test_delivery_after_the_term_is_judged_by_the_day_of_the_order():
    late = END + timedelta(days=10)
    book = book_of(policy=replace(FREE, delivery_after_term=False))
    amend(book, AHEAD, policy={"delivery_after_term": True})
    with pytest.raises(DeliveryAfterTerm):
        book.place(line(10), starts_on=END, ends_on=late)
    assert book.place(line(10), on=AHEAD, starts_on=END, ends_on=late)


def test_days_to_answer_are_those_of_the_orders_day():
    book = book_of()
    amend(book, AHEAD, policy={"answer_days": 30})
    today, then = book.place(line(10)), book.place(line(10), on=AHEAD)
    assert [book.orders[name].answer_days for name in (today, then)] == [14, 30]


def extend(book: Book, on: date, today: date):
    command = agreement.ExtendAgreement(agreement="A1", decision="D", decided_on=on)
    return book.do(command, MANAGER, today)


def test_an_option_is_used_from_the_day_on_which_there_is_one():
    book = book_of()
    amend(book, AHEAD, policy={"extensions": (Extension(months=12),)})
    with pytest.raises(NoSuchExtension):
        extend(book, DAY, DAY)
    extend(book, AHEAD, AHEAD)
    assert book.of.ends_on == date(END.year + 1, END.month, END.day)


def test_an_option_agreed_after_the_term_does_not_revive_it():
    book, after = book_of(), END + timedelta(days=30)
    command = agreement.AmendAgreement(
        agreement="A1", ground="policy", decision="D", decided_on=after, effective_on=END,
        policy={"extensions": (Extension(months=12),)},
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        book.do(command, today=after)
    assert [one.pointer for one in refused.value.faults] == ["/change/policy/extensions"]
    with pytest.raises(NoSuchExtension):
        extend(book, END, after)


def test_an_amendment_takes_effect_on_no_day_before_the_agreement():
    book = book_of()
    first = min(book.of.signed_on, book.of.starts_on)

    def changed(on: date) -> agreement.AmendAgreement:
        return agreement.AmendAgreement(
            agreement="A1", ground="policy", decision="D", decided_on=DAY, effective_on=on,
            cap=kr(3_000),
        )  # fmt: skip

    before = first - timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        book.do(changed(before))
    (fault,) = refused.value.faults
    assert fault.figures == {"on": str(before), "first": str(first)}
    book.do(changed(first))


def test_an_option_given_up_later_was_there_on_the_day_before():
    book = book_of(policy=replace(FREE, extensions=(Extension(months=12),)))
    amend(book, AHEAD, policy={"extensions": ()})
    extend(book, DAY, AHEAD)
    assert book.of.extensions_used == 1


# ── Buyers ────────────────────────────────────────────────────────────────────────────────────


def test_a_buyer_orders_from_the_day_on_which_it_is_named():
    book = book_of()
    amend(book, AHEAD, buyers=(Party(organisation=OTHER_BUYER),))
    for on, today in ((DAY, DAY), (DAY, AHEAD)):
        with pytest.raises(NotEntitled):
            book.place(line(1), buyer=OTHER_BUYER, on=on, today=today)
    assert book.place(line(1), buyer=OTHER_BUYER, on=AHEAD)
    assert [len(book.of.buyers_on(day)) for day in (START, DAY, AHEAD)] == [1, 1, 2]


def test_seats_go_to_a_buyer_from_the_day_on_which_it_is_named():
    book = book_of(buyers=(Party(organisation=BUYER, role="lead"),))
    name = book.placed_and_confirmed(line(10), seats=2)
    amend(book, AHEAD, buyers=(Party(organisation=OTHER_BUYER),))
    with pytest.raises(NotEntitled):
        book.allocate(name, {BUYER: 1, OTHER_BUYER: 1})
    book.allocate(name, {BUYER: 1, OTHER_BUYER: 1}, on=AHEAD)


def test_a_split_names_no_buyer_before_its_day():
    book = book_of(buyers=(Party(organisation=BUYER, role="lead"),))
    halves = split("shares", {BUYER: 1, OTHER_BUYER: 1})
    amend(book, AHEAD, buyers=(Party(organisation=OTHER_BUYER),))
    with pytest.raises(Invalid):
        amend(book, DAY, policy={"split": halves})
    amend(book, AHEAD, policy={"split": halves})


def test_who_leads_from_a_later_day_does_not_lead_before_it():
    book = book_of()
    amend(book, AHEAD, buyers=(Party(organisation=OTHER_BUYER, role="lead"),))
    mine, theirs = (replace(MANAGER, organisation=name) for name in (BUYER, OTHER_BUYER))
    command = agreement.SuspendAgreement(agreement="A1", on=DAY, reason="r")
    book.decided(command, mine, DAY)
    with pytest.raises(NotAParty):
        book.decided(replace(command, on=AHEAD), mine, AHEAD)
    book.decided(replace(command, on=AHEAD), theirs, AHEAD)


def test_a_confirmation_is_asked_by_how_the_limit_binds_on_its_own_day():
    book = book_of(100, policy=replace(FREE, cap_effect="soft"))
    name = book.place(line(150))
    later = DAY + timedelta(days=3)
    amend(book, later, today=later, policy={"cap_effect": "hard"})
    with pytest.raises(CapExceeded):
        book.confirm(name, later, by=UNIVERSITY)
    book.confirm(name, DAY, today=later, by=UNIVERSITY)
