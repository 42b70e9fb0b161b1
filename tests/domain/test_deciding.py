"""The table of commands: each has its row, and a row says without a command what stands in its way.

What is refused whatever the words are is refused with them, too; what is not may still be.
"""

import inspect
from datetime import date, timedelta
from types import UnionType
from typing import get_args

import pytest

from ledger.deciding import DECISIONS, Command, Loaded, decide, is_of_all_buyers
from ledger.domain import (
    access,
    agreement,
    drawdown,
    files,
    links,
    order,
    organisation,
    restoring,
)
from ledger.domain.events import By, LineAmount, Party
from ledger.domain.order import SessionTerms
from ledger.domain.order.may import POSSIBLE
from ledger.domain.refusals import (
    FourEyes,
    Invalid,
    NotAParty,
    NothingThere,
    OutsideTerm,
    Refusal,
    WrongStatus,
)
from ledger.domain.sharing import Weight
from tests.domain.domain_given import (
    APPROVER,
    BUYER,
    DAY,
    ORDERER,
    OTHER_BUYER,
    OTHER_SUPPLIER,
    RECORDER,
    SUPPLIER,
    UNIVERSITY,
    Book,
    line,
)

NOUNS = (access, agreement, drawdown, files, links, order, organisation, restoring)
STRANGER = By(person="p-other", organisation=OTHER_SUPPLIER, role="supplier")


def commands() -> set[type]:
    """What the decisions of the domain are asked with."""
    functions = [one for noun in NOUNS for one in vars(noun).values() if inspect.isfunction(one)]
    asked = [inspect.signature(one).parameters for one in functions]
    return {one["command"].annotation for one in asked if {"command", "state", "given"} <= {*one}}


def test_every_command_of_the_domain_has_its_row():
    assert isinstance(Command, UnionType)
    assert set(DECISIONS) == set(get_args(Command)) == commands()


def test_a_decision_takes_the_command_the_state_and_what_is_given():
    for kind, row in DECISIONS.items():
        command, state, given = inspect.signature(row.decide).parameters.values()
        assert (command.annotation, command.name, state.name, given.name) == (
            kind, "command", "state", "given"
        )  # fmt: skip


def test_the_lead_alone_does_what_is_of_all_buyers():
    assert {
        kind.__name__ for kind, row in DECISIONS.items() if agreement.may.lead in row.guards
    } == {
        "AmendAgreement",
        "RectifySigning",
        "VoidAgreement",
        "RemoveLimit",
        "PublishNotice",
        "GiveNumbers",
        "ExtendAgreement",
        "SuspendAgreement",
        "CloseAgreement",
        "ReopenAgreement",
        "DecideFunding",
        "ChangeFunding",
        "WithdrawFunding",
        "ClaimFunding",
        "ReceiveFunding",
    }
    assert is_of_all_buyers(agreement.CloseAgreement(agreement="A1", reason="r", on=DAY))


def may(book: Book, kind: type, state, by: By) -> type[Refusal] | None:
    try:
        DECISIONS[kind].may(state, Loaded(book.load).given(by, DAY))
    except Refusal as refusal:
        return type(refusal)
    return None


def test_a_row_says_of_an_order_what_stands_in_the_way_before_anything_is_said():
    book = Book()
    name = book.place(line(100))
    state = book.orders[name]
    assert may(book, order.ConfirmOrder, state, UNIVERSITY) is None
    assert may(book, order.ConfirmOrder, state, STRANGER) is NotAParty
    assert may(book, order.CancelOrder, state, ORDERER) is None
    assert may(book, order.MoveSession, state, ORDERER) is NothingThere
    for kind in (order.AcceptCounter, order.StartOrder, order.CloseOrder, order.HoldSession):
        assert may(book, kind, state, ORDERER) is WrongStatus
    book.cancel(name)
    assert may(book, order.CancelOrder, book.orders[name], ORDERER) is WrongStatus


def test_a_day_that_no_order_takes_is_said_before_how_the_order_stands():
    """Who has it no more, or whose it is not, is told so first; its status comes after the day."""
    book = Book()
    name = book.place(line(100))
    book.cancel(name)
    loaded, far = Loaded(book.load), date(DAY.year + 2, 1, 1)
    start = order.StartOrder(order=name, on=far)
    with pytest.raises(Invalid):
        decide(start, loaded, DAY, ORDERER)
    with pytest.raises(NotAParty):
        decide(start, loaded, DAY, By(person="p-o", organisation=OTHER_BUYER, role="manager"))
    with pytest.raises(WrongStatus):
        decide(order.StartOrder(order=name, on=DAY), loaded, DAY, ORDERER)


def test_a_row_says_of_an_invoice_who_may_not_approve_it():
    book = Book()
    id = book.record("1", 10, book.placed_and_confirmed(line(100)))
    state = book.drawdowns[id]
    assert may(book, drawdown.ApproveDrawdown, state, APPROVER) is None
    assert may(book, drawdown.ApproveDrawdown, state, RECORDER) is FourEyes
    book.grant("p-somebody")
    refused = may(book, drawdown.ApproveDrawdown, state, APPROVER)
    assert refused is not None
    with pytest.raises(refused):
        book.approve(id)


def test_a_row_says_of_an_agreement_what_nothing_is_left_of():
    book = Book()
    state = book.of
    for kind in (agreement.AcceptShareMove, agreement.WithdrawFunding, agreement.AwardCompetition):
        assert may(book, kind, state, ORDERER) is NothingThere
    assert may(book, agreement.ReopenAgreement, state, ORDERER) is WrongStatus
    assert may(book, agreement.SuspendAgreement, state, ORDERER) is None
    assert may(book, agreement.SignAgreement, None, ORDERER) is None


def test_the_statuses_of_every_act_are_ones_that_an_order_can_have():
    known = set(get_args(order.Status))
    assert all(set(statuses) <= known for statuses in POSSIBLE.values())


def orders_in_every_status() -> Book:
    book = Book(suppliers=(Party(organisation=SUPPLIER), Party(organisation=OTHER_SUPPLIER)))
    last = {"starts_on": date(2024, 6, 1), "seats": 10, "supplier": SUPPLIER}
    met = (SessionTerms(on=date(2024, 6, 1)), SessionTerms(on=date(2024, 6, 2)))
    placed, countered, declined, confirmed, started, delivered, closed, cancelled = (
        book.place(line(100), **last, sessions=met) for _ in range(8)
    )
    book.counter(countered, line(90))
    book.decline(declined)
    for name in (confirmed, started, delivered, closed, cancelled):
        book.confirm(name)
    for name in (started, delivered):
        book.start(name)
    book.deliver(delivered, 8)
    book.close(closed)
    book.cancel(cancelled)
    assert placed in book.orders
    return book


def asked_of(name: str) -> list[object]:
    """A command of every kind with words that are as good as any."""
    at = {"order": name, "on": DAY}
    mine = (Weight(organisation=BUYER, weight=10),)
    return [
        order.ConfirmOrder(**at),
        order.DeclineOrder(**at, reason="r"),
        order.LapseOrder(**at),
        order.CounterOrder(**at, lines=(line(50),)),
        order.AcceptCounter(**at),
        order.RejectCounter(**at, reason="r"),
        order.ChangeOrder(**at, reason="r", ends_on=date(2024, 7, 1)),
        *(order.CancelOrder(**at, cancelled_by=who) for who in ("buyer", "supplier")),
        order.AllocateSeats(**at, seats=mine),
        order.MoveSeats(**at, giver=BUYER, receiver=OTHER_BUYER, seats=1),
        order.RecodeLine(**at, line=1, cost_centre="4100"),
        order.MoveSession(**at, session=1, to=date(2024, 6, 3)),
        order.HoldSession(**at, session=1, participants=1),
        order.CancelSession(**at, session=1),
        order.StartOrder(**at),
        order.DeliverOrder(**at, seats_used=1),
        order.CloseOrder(**at),
        order.ReopenOrder(**at, reason="r"),
        order.RecordInvoicedBefore(
            **at, lines=(LineAmount(line=1, amount=100),), evidence="the supplier ledger"
        ),
        order.TakeBackOpeningBalance(**at, reason="r"),
    ]


@pytest.mark.parametrize("by", [ORDERER, UNIVERSITY, STRANGER], ids=lambda by: by.person)
def test_what_a_row_refuses_is_refused_with_any_words(by):
    book = orders_in_every_status()
    kinds = {kind for kind, act in DECISIONS.items() if act.subject.member == "order"}
    possible = set()
    for name, state in book.orders.items():
        commands = asked_of(name)
        assert {type(command) for command in commands} == kinds
        for command in commands:
            refused = may(book, type(command), state, by)
            if refused is None:
                possible.add(type(command))
                continue
            with pytest.raises(Refusal):
                book.decided(command, by)
    assert possible


def test_nothing_is_ordered_before_the_term_begins_whatever_the_words_are():
    book = Book(starts_on=DAY + timedelta(days=1), ends_on=DAY + timedelta(days=400))
    assert may(book, order.PlaceOrder, book.of, ORDERER) is OutsideTerm
    assert may(Book(starts_on=DAY), order.PlaceOrder, Book(starts_on=DAY).of, ORDERER) is None
