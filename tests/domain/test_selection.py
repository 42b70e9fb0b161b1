"""How orders go to suppliers: by rank and by key, passed over with reasons, passed on in turn."""

from datetime import date, timedelta

import pytest

from ledger.domain import agreement, order
from ledger.domain.agreement import LimitTerms
from ledger.domain.events import By, OrderDeclined, OrderPassedOn, Party, RoomMoved
from ledger.domain.limits import Use
from ledger.domain.order import SessionTerms
from ledger.domain.refusals import AnsweredTooLate, Invalid, OutOfTurn, PassedOn, WrongStatus
from ledger.domain.selection import PassedOver, Selection
from tests.domain.domain_given import (
    BUYER,
    DAY,
    OTHER_SUPPLIER,
    SUPPLIER,
    Book,
    kr,
    line,
    seats,
    signing,
    weights,
)

THIRD = "2021003096"
SUPPLIERS = (SUPPLIER, OTHER_SUPPLIER, THIRD)
RANKING = Selection(method="ranking", ranking=SUPPLIERS)
KEY = Selection(method="key", key=weights({SUPPLIER: 50, OTHER_SUPPLIER: 30, THIRD: 20}))


def people_of(supplier):
    return By(person=f"p-{supplier}", organisation=supplier, role="supplier")


def book(selection=RANKING, **terms):
    parties = tuple(Party(organisation=name) for name in SUPPLIERS)
    return Book(suppliers=parties, selection=selection, **terms)


def over(*suppliers):
    return tuple(PassedOver(supplier=name, reason="On leave") for name in suppliers)


def decline(book, name, on=DAY):
    book.decline(name, on, by=people_of(book.orders[name].supplier))


def lapse(book, name, on):
    command = order.LapseOrder(order=name, on=on)
    book.do(command)


def used_by_supplier(book):
    return {
        name: sum((t.use for t in book.of.totals if t.dimensions.supplier == name), start=Use())
        for name in SUPPLIERS
    }


def faults_of(refused):
    return sorted((fault.pointer, fault.sentence) for fault in refused.value.faults)


# ── What is agreed ────────────────────────────────────────────────────────────────────────────


def test_a_ranking_names_each_supplier_once_and_all_its_faults_are_told_at_once():
    wrong = Selection(
        method="ranking", ranking=(SUPPLIER, SUPPLIER, BUYER), key=weights({SUPPLIER: 100})
    )
    with pytest.raises(Invalid) as refused:
        book(wrong)
    assert faults_of(refused) == [
        ("/selection/key", "It has no place where the method is {method}."),
        ("/selection/ranking", "{name} is missing."),
        ("/selection/ranking", "{name} is missing."),
        ("/selection/ranking/1", "{name} is named twice."),
        ("/selection/ranking/2", "{name} is not a supplier of the agreement."),
    ]


def test_a_key_has_each_supplier_and_adds_up_to_a_hundred():
    with pytest.raises(Invalid) as refused:
        book(Selection(method="key", key=weights({SUPPLIER: 60, OTHER_SUPPLIER: 30, THIRD: 0})))
    assert faults_of(refused) == [
        ("/selection/key", "The key adds up to {total} per cent, not to 100."),
        ("/selection/key/2", "A part is above 0."),
    ]
    assert book(KEY).of.selection == KEY


def test_a_single_supplier_is_one():
    with pytest.raises(Invalid):
        book(Selection(method="single"))
    assert Book(selection=Selection(method="single")).of.selection.method == "single"


def test_under_the_directive_all_are_asked_and_elsewhere_the_policy_decides():
    chosen = Selection(method="competition", ask="chosen")
    with pytest.raises(Invalid):
        book(chosen, regime="lou_directive")
    assert book(chosen, regime="lou_19_advertised").of.selection.ask == "chosen"
    with pytest.raises(Invalid):
        book(Selection(method="ranking", ranking=SUPPLIERS, ask="chosen"))


def test_an_agreement_without_a_selection_leaves_the_choice_to_the_orderer():
    several = book(None)
    with pytest.raises(Invalid):
        several.place(line(100))
    name = several.place(line(100), supplier=THIRD)
    assert several.orders[name].supplier == THIRD
    decline(several, name)
    assert several.orders[name].status == "declined"


def test_how_orders_go_to_suppliers_changes_by_an_amendment_only():
    changed = book()
    changed.amend(ground="17:14", selection=KEY)
    assert changed.of.selection == KEY
    changed.amend(cap=2_100_000)
    assert changed.of.selection == KEY
    with pytest.raises(Invalid):
        changed.amend(ground="17:14", selection=Selection(method="single"))


# ── In rank ───────────────────────────────────────────────────────────────────────────────────


def test_an_order_goes_to_the_first_in_rank_unless_those_before_are_passed_over():
    ranked = book()
    assert ranked.orders[ranked.place(line(100))].supplier == SUPPLIER
    name = ranked.place(line(100), passed_over=over(SUPPLIER))
    assert ranked.orders[name].supplier == OTHER_SUPPLIER
    name = ranked.place(line(100), supplier=THIRD, passed_over=over(SUPPLIER, OTHER_SUPPLIER))
    assert [one.supplier for one in ranked.orders[name].passed_over] == list(SUPPLIERS[:2])


def test_nobody_is_passed_over_in_silence():
    ranked = book()
    with pytest.raises(OutOfTurn) as refused:
        ranked.place(line(100), supplier=THIRD, passed_over=over(OTHER_SUPPLIER))
    assert refused.value.figures["first"] == SUPPLIER
    assert refused.value.figures["waiting"] == (SUPPLIER,)
    with pytest.raises(Invalid):
        ranked.place(line(1), passed_over=(PassedOver(supplier=SUPPLIER, reason=" "),))
    assert ranked.of.orders == 0


def test_only_suppliers_with_a_turn_can_be_passed_over():
    with pytest.raises(Invalid):
        book().place(line(1), passed_over=over(*SUPPLIERS))
    with pytest.raises(Invalid):
        book().place(line(1), passed_over=over(BUYER))
    with pytest.raises(Invalid):
        book().place(line(1), supplier=SUPPLIER, passed_over=over(SUPPLIER))
    with pytest.raises(Invalid):
        book(None).place(line(1), supplier=THIRD, passed_over=over(SUPPLIER))


def test_passing_over_somebody_who_comes_later_says_nothing_and_is_not_stored():
    ranked = book()
    name = ranked.place(line(100), passed_over=over(THIRD))
    assert ranked.orders[name].supplier == SUPPLIER
    assert ranked.orders[name].passed_over == ()


# ── Passed on ─────────────────────────────────────────────────────────────────────────────────


def test_a_decline_passes_the_order_to_the_next_with_its_number_its_room_and_as_many_days():
    ranked = book()
    name = ranked.place(line(100), respond_by=DAY + timedelta(days=10))
    decline(ranked, name, DAY + timedelta(days=4))
    passed = ranked.orders[name]
    assert (passed.status, passed.supplier) == ("placed", OTHER_SUPPLIER)
    assert passed.respond_by == DAY + timedelta(days=14)
    assert [(one.supplier, one.status) for one in passed.earlier] == [(SUPPLIER, "declined")]
    assert used_by_supplier(ranked) == {
        SUPPLIER: Use(), OTHER_SUPPLIER: Use(reserved=kr(100)), THIRD: Use()
    }  # fmt: skip
    assert ranked.remaining == kr(2_000_000 - 100)


def test_each_fact_of_a_passing_on_is_about_one_supplier():
    ranked = book()
    name = ranked.place(line(100))
    before = len(ranked.log)
    decline(ranked, name)
    events = [new.event for new, _ in ranked.log[before:]]
    assert [type(event) for event in events] == [
        OrderDeclined, RoomMoved, OrderPassedOn, RoomMoved
    ]  # fmt: skip
    for event, supplier in ((events[1], SUPPLIER), (events[3], OTHER_SUPPLIER)):
        assert {move.dimensions.supplier for move in event.moves} == {supplier}


def test_what_the_seats_warn_of_stays_flagged_when_the_order_is_passed_on():
    made = book()
    name = made.place(line(100), seats=3, minimum_seats=5)
    decline(made, name)
    assert made.orders[name].flags == ("below-minimum-seats",)


@pytest.mark.parametrize("what", [{}, {"seats": 2}, {"session": 1}])
def test_a_supplier_declines_what_it_has_not_confirmed_and_cannot_cancel_it(what):
    ranked = book()
    sessions = (SessionTerms(on=DAY + timedelta(days=30)),)
    name = ranked.place(seats(2, 50), seats=2, sessions=sessions)
    cancel = ranked.cancel_session if "session" in what else ranked.cancel
    with pytest.raises(WrongStatus) as refused:
        cancel(name, cancelled_by="supplier", **what)
    assert refused.value.figures["needed"] == "confirmed / started"
    decline(ranked, name)
    assert ranked.orders[name].supplier == OTHER_SUPPLIER
    ranked.confirm(name, by=people_of(OTHER_SUPPLIER))
    cancel(name, cancelled_by="supplier", **what)
    assert ranked.use == Use()


def test_a_supplier_declines_what_it_has_countered_and_the_buyer_cancels_either():
    ranked = book()
    countered, placed = ranked.place(line(100)), ranked.place(line(100))
    ranked.counter(countered, line(150), by=people_of(SUPPLIER))
    with pytest.raises(WrongStatus):
        ranked.cancel(countered, cancelled_by="supplier")
    ranked.cancel(countered)
    ranked.cancel(placed)
    assert ranked.use == Use()


def test_when_nobody_is_left_the_order_ends_declined_and_its_room_is_released():
    ranked = book()
    name = ranked.place(line(100))
    for _ in SUPPLIERS:
        decline(ranked, name)
    assert (ranked.orders[name].status, ranked.orders[name].supplier) == ("declined", THIRD)
    assert ranked.use == Use()


def test_an_order_that_nobody_answered_in_time_is_passed_on_from_the_day_that_it_is_said():
    ranked = book()
    name = ranked.place(line(100), respond_by=DAY + timedelta(days=10))
    lapse(ranked, name, DAY + timedelta(days=15))
    assert ranked.orders[name].respond_by == DAY + timedelta(days=25)
    lapse(ranked, name, DAY + timedelta(days=26))
    assert ranked.orders[name].supplier == THIRD
    lapse(ranked, name, DAY + timedelta(days=60))
    assert ranked.orders[name].status == "lapsed"
    assert ranked.use == Use()


def test_a_counter_offer_that_is_turned_down_is_a_refusal_and_leaves_with_who_made_it():
    ranked = book()
    name = ranked.place(line(100))
    ranked.counter(name, line(150), by=people_of(SUPPLIER))
    assert ranked.use == Use(reserved=kr(150))
    ranked.reject_counter(name)
    passed = ranked.orders[name]
    assert (passed.status, passed.supplier, passed.counter) == ("placed", OTHER_SUPPLIER, None)
    assert ranked.use == Use(reserved=kr(100))


def test_the_next_one_answers_and_the_earlier_one_no_longer_can():
    ranked = book()
    name = ranked.place(line(100))
    decline(ranked, name)
    with pytest.raises(PassedOn):
        ranked.confirm(name, by=people_of(SUPPLIER))
    ranked.confirm(name, by=people_of(OTHER_SUPPLIER))
    assert used_by_supplier(ranked)[OTHER_SUPPLIER] == Use(committed=kr(100))


def test_a_supplier_whose_own_limit_has_no_room_is_passed_over_and_the_reason_is_recorded():
    limits = (LimitTerms(name="second", amount=kr(99), supplier=OTHER_SUPPLIER),)
    ranked = book(limits=limits)
    name = ranked.place(line(100))
    decline(ranked, name)
    assert ranked.orders[name].supplier == THIRD
    assert ranked.orders[name].passed_over == (
        PassedOver(supplier=OTHER_SUPPLIER, reason="over-limit:second"),
    )
    decline(ranked, name)
    assert ranked.orders[name].status == "declined"


def test_an_order_ends_where_nobody_after_has_room_and_says_so():
    limits = tuple(
        LimitTerms(name=f"share of {name}", amount=kr(50), supplier=name) for name in SUPPLIERS[1:]
    )
    ranked = book(limits=limits)
    name = ranked.place(line(100))
    decline(ranked, name)
    assert ranked.orders[name].status == "declined"
    assert [one.supplier for one in ranked.orders[name].passed_over] == list(SUPPLIERS[1:])
    assert ranked.use == Use()


def test_a_soft_limit_lets_the_order_through_and_flags_it():
    limits = (LimitTerms(name="second", amount=0, supplier=OTHER_SUPPLIER, effect="soft"),)
    ranked = book(limits=limits)
    name = ranked.place(line(100))
    decline(ranked, name)
    assert ranked.orders[name].flags == ("over-limit:second",)


def test_passing_on_asks_nothing_more_of_a_cap_that_has_been_lowered_meanwhile():
    ranked = book(regime="outside_lou", policy=agreement_policy())
    name = ranked.place(line(100))
    ranked.amend(cap=50, ground="policy")
    decline(ranked, name)
    assert ranked.orders[name].supplier == OTHER_SUPPLIER
    assert ranked.remaining == kr(-50)


def agreement_policy():
    return signing().policy.__class__(amendments="free")


def test_room_that_is_gone_by_today_is_no_room_for_a_backdated_decline():
    limit = LimitTerms(name="second", supplier=OTHER_SUPPLIER, amount=kr(500))
    given = book(limits=(limit,))
    name = given.place(line(240), on=DAY, respond_by=date(2024, 2, 2))
    given.amend(
        on=date(2025, 1, 1), ground="17:14", limits=(LimitTerms(name="second", amount=kr(1)),)
    )
    by = people_of(SUPPLIER)
    given.decline(name, date(2024, 2, 2), by=by, today=date(2025, 3, 1))
    state = given.orders[name]
    assert (state.supplier, [one.supplier for one in state.passed_over]) == (
        THIRD, [OTHER_SUPPLIER]
    )  # fmt: skip


def test_who_had_an_order_before_is_not_asked_again_under_a_new_ranking():
    given = book()
    name = given.place(line(240))
    decline(given, name)
    again = Selection(method="ranking", ranking=(OTHER_SUPPLIER, SUPPLIER, THIRD))
    given.amend(ground="17:14", selection=again)
    decline(given, name)
    assert given.orders[name].supplier == THIRD
    decline(given, name)
    assert given.orders[name].status == "declined"


def test_nothing_is_passed_on_once_the_term_is_over():
    given = book()
    name = given.place(line(240), respond_by=given.of.ends_on)
    lapse(given, name, given.of.ends_on + timedelta(days=1))
    state = given.orders[name]
    assert (state.status, state.supplier, given.remaining) == (
        "lapsed", SUPPLIER, given.of.cap.amount
    )  # fmt: skip


def test_nothing_is_passed_on_under_an_agreement_that_takes_no_orders():
    ranked = book()
    name = ranked.place(line(100))
    command = agreement.SuspendAgreement(agreement="A1", reason="r", on=DAY)
    ranked.do(command)
    decline(ranked, name)
    assert ranked.orders[name].status == "declined"


def test_what_is_invoiced_does_not_change_hands():
    ranked = book()
    name = ranked.place(line(100))
    ranked.record("I1", 40, name)
    decline(ranked, name)
    assert (ranked.orders[name].status, ranked.orders[name].supplier) == ("declined", SUPPLIER)
    assert ranked.use == Use(committed=kr(40))


# ── By key ────────────────────────────────────────────────────────────────────────────────────


def test_by_key_the_next_order_goes_to_who_is_furthest_below_it():
    keyed = book(KEY)
    got = [keyed.orders[keyed.place(line(100))].supplier for _ in range(5)]
    assert got == [SUPPLIER, OTHER_SUPPLIER, THIRD, SUPPLIER, OTHER_SUPPLIER]
    assert agreement.ordered_by_supplier(keyed.of) == {
        SUPPLIER: kr(200), OTHER_SUPPLIER: kr(200), THIRD: kr(100)
    }  # fmt: skip


def test_by_key_an_order_to_another_needs_a_reason():
    keyed = book(KEY)
    with pytest.raises(OutOfTurn) as refused:
        keyed.place(line(100), supplier=OTHER_SUPPLIER)
    assert refused.value.figures["first"] == SUPPLIER
    name = keyed.place(line(100), supplier=OTHER_SUPPLIER, passed_over=over(SUPPLIER))
    assert keyed.orders[name].passed_over == over(SUPPLIER)


def test_by_key_a_decline_ends_the_order_and_counts_no_longer():
    keyed = book(KEY)
    name = keyed.place(line(100))
    decline(keyed, name)
    assert keyed.orders[name].status == "declined"
    assert agreement.turns(keyed.of, DAY)[0] == SUPPLIER


def test_a_decline_after_the_last_day_to_answer_is_refused():
    ranked = book()
    name = ranked.place(line(100), respond_by=date(2024, 1, 20))
    with pytest.raises(AnsweredTooLate) as refused:
        decline(ranked, name, date(2024, 1, 31))
    assert refused.value.figures["respond_by"] == date(2024, 1, 20)
    decline(ranked, name, date(2024, 1, 20))
    assert ranked.orders[name].supplier == OTHER_SUPPLIER
