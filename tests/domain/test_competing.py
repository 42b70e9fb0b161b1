"""Renewed competitions: who is asked, who answers until when, who wins, and the order by it."""

from datetime import timedelta

import pytest

from ledger.domain import agreement
from ledger.domain.events import CompetitionAnswered
from ledger.domain.refusals import (
    AgreementNotOpen,
    AnswersAwaited,
    CompetitionNeeded,
    Invalid,
    NoCompetition,
    NotAParty,
    NotFound,
    OverAward,
    TooLateToAnswer,
    WrongStatus,
)
from ledger.domain.selection import PassedOver, Selection
from tests.domain.domain_given import (
    BUYER,
    DAY,
    MANAGER,
    OTHER_SUPPLIER,
    SUPPLIER,
    kr,
    line,
    weights,
)
from tests.domain.test_selection import KEY, SUPPLIERS, THIRD, book, people_of

COMPETED = Selection(method="competition")
CHOSEN = Selection(method="competition", ask="chosen")
LAST = DAY + timedelta(days=10)


def competed(selection=COMPETED, **terms):
    return book(selection, **terms)


def ask(book, on=DAY, **more):
    command = agreement.OpenCompetition(
        agreement="A1", what="A course", answer_by=LAST, on=on, **more
    )
    book.do(command)


def answer(book, supplier, kronor, on=DAY, number=1, by=None, today=None):
    command = agreement.AnswerCompetition(
        agreement="A1",
        number=number,
        supplier=supplier,
        amount=None if kronor is None else kr(kronor),
        on=on,
    )
    book.do(command, by or people_of(supplier), today)


def award(book, supplier, on=LAST + timedelta(days=1), number=1, today=None, **more):
    command = agreement.AwardCompetition(
        agreement="A1", number=number, supplier=supplier, reason="Best", on=on, **more
    )
    book.do(command, today=today)


def cancel(book, number=1, on=DAY, today=None):
    command = agreement.CancelCompetition(agreement="A1", number=number, reason="r", on=on)
    book.do(command, today=today)


def won(supplier=SUPPLIER, kronor=100):
    """A book with a competition that a supplier won with an offer."""
    asked = competed()
    ask(asked)
    answer(asked, supplier, kronor)
    award(asked, supplier)
    return asked


# ── Asking ────────────────────────────────────────────────────────────────────────────────────


def test_all_suppliers_are_asked_unless_it_is_said_why_not():
    asked = competed()
    ask(asked)
    assert asked.of.competitions[0].asked == SUPPLIERS
    ask(asked, left_out=(PassedOver(supplier=THIRD, reason="No such course"),))
    assert asked.of.competitions[1].asked == SUPPLIERS[:2]
    with pytest.raises(Invalid) as refused:
        ask(asked, asked=SUPPLIERS[:2])
    assert refused.value.faults[0].figures == {"name": THIRD}
    assert asked.of.competitions_opened == 2


def test_where_the_policy_lets_the_buyer_choose_nobody_needs_a_reason():
    asked = competed(CHOSEN)
    ask(asked, asked=(THIRD,))
    assert asked.of.competitions[0].asked == (THIRD,)


def test_all_faults_of_an_asking_are_told_at_once():
    out = (
        PassedOver(supplier=SUPPLIER, reason=" "),
        PassedOver(supplier=BUYER, reason="r"),
    )
    with pytest.raises(Invalid) as refused:
        ask(competed(), on=LAST + timedelta(days=1), asked=(SUPPLIER, SUPPLIER), left_out=out)
    assert {fault.pointer for fault in refused.value.faults} == {
        "/asked/1", "/left_out", "/left_out/0", "/left_out/0/reason", "/left_out/1/supplier",
        "/answer_by",
    }  # fmt: skip


def test_only_orders_of_an_open_agreement_that_says_so_are_competed_for():
    with pytest.raises(NoCompetition):
        ask(book(KEY))
    with pytest.raises(NoCompetition):
        ask(book(None))
    closed = competed()
    command = agreement.CloseAgreement(agreement="A1", reason="r", on=DAY)
    closed.do(command)
    with pytest.raises(AgreementNotOpen):
        ask(closed)


# ── Answering ─────────────────────────────────────────────────────────────────────────────────


def test_a_supplier_answers_for_itself_and_its_last_answer_counts():
    asked = competed()
    ask(asked)
    answer(asked, SUPPLIER, 100)
    answer(asked, SUPPLIER, 90, on=LAST)
    answer(asked, OTHER_SUPPLIER, None)
    offers = {one.supplier: one.amount for one in asked.of.competitions[0].answers}
    assert offers == {SUPPLIER: kr(90), OTHER_SUPPLIER: None}
    with pytest.raises(NotAParty):
        answer(asked, THIRD, 100, by=people_of(SUPPLIER))


def test_who_was_not_asked_and_who_is_late_cannot_answer():
    asked = competed(CHOSEN)
    ask(asked, asked=(SUPPLIER,))
    with pytest.raises(NotFound):
        answer(asked, THIRD, 100)
    with pytest.raises(TooLateToAnswer):
        answer(asked, SUPPLIER, 100, on=LAST + timedelta(days=1))
    with pytest.raises(NotFound):
        answer(asked, SUPPLIER, 100, number=2)
    answer(asked, SUPPLIER, 100)
    award(asked, SUPPLIER, on=DAY)
    with pytest.raises(WrongStatus):
        answer(asked, SUPPLIER, 90)


def test_a_supplier_that_is_late_cannot_state_an_earlier_day():
    asked = competed()
    ask(asked)
    late = LAST + timedelta(days=1)
    for stated in (DAY, LAST):
        with pytest.raises(TooLateToAnswer) as refused:
            answer(asked, SUPPLIER, 100, on=stated, today=late)
        assert refused.value.figures["on"] == late
    answer(asked, SUPPLIER, 100, on=LAST, today=LAST)


def test_an_answer_on_paper_is_recorded_later_with_the_day_that_it_came_in():
    asked = competed()
    ask(asked)
    late = LAST + timedelta(days=1)
    answer(asked, SUPPLIER, 100, on=LAST, by=MANAGER, today=late)
    assert asked.of.competitions[0].answers[0].on == LAST
    with pytest.raises(TooLateToAnswer):
        answer(asked, THIRD, 100, on=late, by=MANAGER)


@pytest.mark.parametrize("by", [None, MANAGER])
def test_an_answer_is_of_no_day_before_the_asking_or_after_today(by):
    asked = competed()
    ask(asked)
    days = ((DAY - timedelta(days=1), "/on"), (DAY + timedelta(days=2), "/on"))
    for stated, pointer in days:
        with pytest.raises(Invalid) as refused:
            answer(asked, SUPPLIER, 100, on=stated, by=by, today=DAY + timedelta(days=1))
        assert refused.value.faults[0].pointer == pointer


# ── Winning ───────────────────────────────────────────────────────────────────────────────────


def test_nobody_wins_while_somebody_may_still_answer():
    asked = competed()
    ask(asked)
    answer(asked, SUPPLIER, 100)
    with pytest.raises(AnswersAwaited) as refused:
        award(asked, SUPPLIER, on=LAST)
    assert refused.value.figures["waiting"] == SUPPLIERS[1:]
    answer(asked, OTHER_SUPPLIER, None)
    answer(asked, THIRD, 80)
    award(asked, SUPPLIER, on=DAY, points=weights({SUPPLIER: 90, THIRD: 70}))
    assert asked.of.competitions[0].winner == SUPPLIER


def test_an_award_awaits_the_answers_until_their_last_day_is_over():
    asked = competed()
    ask(asked)
    answer(asked, SUPPLIER, 100)
    ahead = LAST + timedelta(days=1)
    with pytest.raises(AnswersAwaited):
        award(asked, SUPPLIER, on=LAST, today=LAST)
    award(asked, SUPPLIER, on=ahead, today=ahead)


def test_a_competition_is_not_decided_before_it_was_opened():
    asked = won()
    ask(asked)
    for supplier in SUPPLIERS:
        answer(asked, supplier, 100, number=2)
    before = DAY - timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        award(asked, SUPPLIER, on=before, number=2, today=DAY)
    assert refused.value.faults[0].pointer == "/on"
    with pytest.raises(Invalid) as refused:
        cancel(asked, on=before, today=DAY)
    assert refused.value.faults[0].pointer == "/on"


def test_only_who_made_an_offer_wins_or_has_points():
    asked = competed()
    ask(asked)
    answer(asked, OTHER_SUPPLIER, None)
    for supplier in (OTHER_SUPPLIER, THIRD, BUYER):
        with pytest.raises(Invalid):
            award(asked, supplier)
    answer(asked, SUPPLIER, 100)
    with pytest.raises(Invalid):
        award(asked, SUPPLIER, points=weights({THIRD: 1}))
    award(asked, SUPPLIER)
    with pytest.raises(WrongStatus):
        award(asked, SUPPLIER)


def test_what_is_cancelled_can_neither_be_answered_nor_ordered_by():
    asked = won()
    cancel(asked)
    assert asked.of.competitions == ()
    with pytest.raises(NotFound):
        cancel(asked)
    with pytest.raises(NotFound):
        asked.place(line(100), competition=1)


# ── Ordering ──────────────────────────────────────────────────────────────────────────────────


def test_an_order_names_an_awarded_competition_and_goes_to_its_winner_once():
    asked = won(THIRD)
    name = asked.place(line(100), competition=1)
    state = asked.orders[name]
    assert (state.supplier, state.award.competition, state.award.amount) == (THIRD, 1, kr(100))
    assert asked.of.competitions == ()
    with pytest.raises(NotFound):
        asked.place(line(1), competition=1)


def test_without_a_won_competition_nothing_is_ordered():
    asked = competed()
    with pytest.raises(CompetitionNeeded):
        asked.place(line(100))
    with pytest.raises(CompetitionNeeded):
        asked.place(line(100), supplier=SUPPLIER)
    ask(asked)
    answer(asked, SUPPLIER, 100)
    with pytest.raises(NotFound):
        asked.place(line(100), competition=1)


def test_an_order_goes_to_nobody_but_the_winner():
    asked = won()
    with pytest.raises(Invalid):
        asked.place(line(100), competition=1, supplier=THIRD)
    with pytest.raises(Invalid):
        book(KEY).place(line(100), competition=1)


def test_an_order_is_of_no_more_than_was_offered_also_when_it_is_changed():
    asked = won(kronor=100)
    with pytest.raises(OverAward) as refused:
        asked.place(line(100.01), competition=1)
    assert refused.value.figures["awarded"].ore == kr(100)
    name = asked.place(line(60), competition=1)
    asked.change(name, line(100))
    with pytest.raises(OverAward):
        asked.change(name, line(101))
    with pytest.raises(OverAward):
        asked.counter(name, line(101), by=people_of(SUPPLIER))
    asked.counter(name, line(99), by=people_of(SUPPLIER))
    asked.accept(name)
    assert asked.orders[name].amount == kr(99)


def test_a_winner_that_declines_ends_the_order():
    asked = won()
    name = asked.place(line(100), competition=1)
    asked.decline(name, by=people_of(SUPPLIER))
    assert asked.orders[name].status == "declined"
    with pytest.raises(NotFound):
        asked.place(line(100), competition=1)


def test_what_counts_before_the_opening_does_is_passed_over():
    opened = competed()
    answered = CompetitionAnswered(number=1, supplier=SUPPLIER, amount=kr(100))
    assert agreement.evolve(opened.of, answered, DAY, people_of(SUPPLIER)) == opened.of
