"""Nothing is done before what it stands on: each act knows the day of that, and names it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from ledger.deciding import DECISIONS
from ledger.deciding.standing import STANDS_ON
from ledger.domain import agreement, drawdown, order, organisation
from ledger.domain.agreement import LimitTerms
from ledger.domain.drawdown import Part
from ledger.domain.events import By, LineAmount, Party, Source
from ledger.domain.funding import FundingSource
from ledger.domain.order import SessionTerms
from ledger.domain.refusals import Invalid
from ledger.domain.regime import Extension, Policy
from ledger.domain.selection import Selection
from tests.domain.domain_given import (
    APPROVER,
    BUYER,
    DAY,
    MANAGER,
    ORDERER,
    OTHER_APPROVER,
    OTHER_BUYER,
    OTHER_SUPPLIER,
    RECORDER,
    SUPPLIER,
    UNIVERSITY,
    Book,
    kr,
    line,
    seats,
    split,
)

SINCE = DAY + timedelta(days=10)
"""The day of what the act stands on; all that was before it is of DAY."""
BEFORE, TODAY = SINCE - timedelta(days=1), SINCE + timedelta(days=10)
A, R = {"agreement": "A1"}, {"reason": "r"}
MEMBER = By(person="p-member", organisation=OTHER_BUYER, role="manager")
Asked = tuple[Book, Callable[[date], object], By]
"""A book, an act by its day, and who does it."""


def of_order(command, by=ORDERER, **more) -> Callable[[], Asked]:
    """On an order that was confirmed on SINCE."""

    def asked() -> Asked:
        book = Book()
        sessions = (SessionTerms(on=SINCE),)
        name = book.place(line(100), sessions=sessions, starts_on=SINCE)
        book.confirm(name, SINCE)
        return book, lambda on: command(order=name, on=on, **more), by

    return asked


def countered(command, **more) -> Callable[[], Asked]:
    def asked() -> Asked:
        book = Book()
        name = book.place(line(100))
        book.counter(name, line(90), on=SINCE)
        return book, lambda on: command(order=name, on=on, **more), ORDERER

    return asked


def passed_on(command, **more) -> Callable[[], Asked]:
    """On an order that the first in rank declined on SINCE."""

    def asked() -> Asked:
        suppliers = (Party(organisation=SUPPLIER), Party(organisation=OTHER_SUPPLIER))
        ranking = Selection(method="ranking", ranking=(SUPPLIER, OTHER_SUPPLIER))
        book = Book(suppliers=suppliers, selection=ranking)
        name = book.place(line(100))
        book.decline(name, SINCE)
        by = By(person="p-2", organisation=OTHER_SUPPLIER, role="supplier")
        return book, lambda on: command(order=name, on=on, **more), by

    return asked


def closed() -> Asked:
    book = Book()
    name = book.placed_and_confirmed(line(100))
    book.close(name, SINCE)
    return book, lambda on: order.ReopenOrder(order=name, on=on, **R), ORDERER


def opened() -> Asked:
    """An opening balance of SINCE."""
    book = Book()
    name = book.placed_and_confirmed(line(100))
    lines = (LineAmount(line=1, amount=kr(50)),)
    given = {"lines": lines, "on": SINCE, "evidence": "the supplier ledger"}
    book.do(order.RecordInvoicedBefore(order=name, **given), RECORDER)
    command = order.TakeBackOpeningBalance
    return book, lambda on: command(order=name, on=on, **R), ORDERER


def taken_back() -> Asked:
    """Of an approval of SINCE."""
    book = Book()
    id = book.record("1", 100, book.placed_and_confirmed(line(100)))
    book.approve(id, SINCE)
    command = drawdown.TakeBackApproval
    return book, lambda on: command(drawdown=id, on=on, **R), OTHER_APPROVER


def recharged() -> Asked:
    """A share that was recharged on SINCE."""
    book = Book(buyers=(Party(organisation=BUYER, role="lead"), Party(organisation=OTHER_BUYER)))
    parts = split("shares", {BUYER: 1, OTHER_BUYER: 1})
    id = book.draw("1", 100, book.placed_and_confirmed(line(100), split=parts))
    named = {"drawdown": id, "member": OTHER_BUYER, "reference": "R"}
    book.do(drawdown.RecordRecharge(**named, amount=kr(5), on=SINCE), RECORDER)
    return book, lambda on: drawdown.ReverseRecharge(**named, on=on, **R), RECORDER


def credit(source=None) -> Callable[[], Asked]:
    """Of an invoice that is dated SINCE."""

    def asked() -> Asked:
        book = Book()
        name = book.placed_and_confirmed(line(100))
        id = book.draw("1", 100, name, SINCE)

        def command(on: date) -> drawdown.RecordDrawdown:
            return drawdown.RecordDrawdown(
                agreement="A1", supplier=SUPPLIER, invoice="K", issued_on=on, type="381",
                currency="SEK", amount=-kr(10), parts=(Part(order=name, amount=-kr(10)),),
                credits=id, room="cap", source=source,
            )  # fmt: skip

        return book, command, RECORDER

    return asked


def approved_credit() -> Asked:
    """Of an invoice that was approved on SINCE."""
    book = Book()
    name = book.placed_and_confirmed(line(100))
    id = book.draw("1", 100, name)
    book.take_back(id)
    book.approve(id, SINCE)
    credit = book.record("K", -10, name, credits=id, room="cap")
    return book, lambda on: drawdown.ApproveDrawdown(drawdown=credit, on=on), APPROVER


def moved() -> Asked:
    """To an order of SINCE."""
    book = Book()
    id = book.record("1", 100, book.placed_and_confirmed(line(100)))
    other = (Part(order=book.placed_and_confirmed(line(100), on=SINCE), amount=kr(100)),)
    return book, lambda on: drawdown.MoveDrawdown(drawdown=id, on=on, parts=other, **R), RECORDER


def reopened(first) -> Callable[[], Asked]:
    def asked() -> Asked:
        book = Book()
        book.do(first(**A, **R, on=SINCE), MANAGER)
        return book, lambda on: agreement.ReopenAgreement(**A, **R, on=on), MANAGER

    return asked


def closed_while_suspended() -> Asked:
    book = Book()
    book.do(agreement.SuspendAgreement(**A, **R, on=SINCE), MANAGER)
    return book, lambda on: agreement.CloseAgreement(**A, **R, on=on), MANAGER


def proposed(command, **more) -> Callable[[], Asked]:
    def asked() -> Asked:
        names = (BUYER, OTHER_BUYER)
        limits = tuple(LimitTerms(name=one, buyer=one, amount=kr(500)) for one in names)
        book = Book(buyers=tuple(Party(organisation=one) for one in names), limits=limits)
        move = {"giver": BUYER, "receiver": OTHER_BUYER, "amount": kr(100)}
        book.do(agreement.ProposeShareMove(**A, **move, on=SINCE), MANAGER)
        return book, lambda on: command(**A, number=1, on=on, **more), MEMBER

    return asked


def funded(command) -> Callable[[], Asked]:
    def asked() -> Asked:
        book = Book()
        source = FundingSource(
            name="G", funder="F", ceiling=kr(500), share=10_000, starts_on=DAY,
            ends_on=TODAY + timedelta(days=100),
        )  # fmt: skip
        decided = agreement.DecideFunding(**A, source=source, decision="D", decided_on=SINCE)
        book.do(decided, MANAGER)
        more = {"name": "G", "amount": kr(1), "reference": "R"}
        return book, lambda on: command(**A, **more, on=on), MANAGER

    return asked


def competed(command, answered=False, **more) -> Callable[[], Asked]:
    def asked() -> Asked:
        suppliers = (Party(organisation=SUPPLIER), Party(organisation=OTHER_SUPPLIER))
        book = Book(suppliers=suppliers, selection=Selection(method="competition"))
        last = SINCE + timedelta(days=3)
        book.do(agreement.OpenCompetition(**A, what="C", answer_by=last, on=SINCE))
        for one in (SUPPLIER, OTHER_SUPPLIER) if answered else ():
            offer = {"number": 1, "supplier": one, "amount": kr(90)}
            book.do(agreement.AnswerCompetition(**A, **offer, on=SINCE), MANAGER)
        return book, lambda on: command(**A, number=1, on=on, **more), MANAGER

    return asked


CASES: dict[str, Callable[[], Asked]] = {
    "start": of_order(order.StartOrder),
    "deliver": of_order(order.DeliverOrder, seats_used=1),
    "hold": of_order(order.HoldSession, session=1, participants=1),
    "cancel": of_order(order.CancelOrder),
    "cancel session": of_order(order.CancelSession, session=1),
    "close": of_order(order.CloseOrder, **R),
    "reopen": closed,
    "take back opening": opened,
    "accept": countered(order.AcceptCounter),
    "reject counter": countered(order.RejectCounter, **R),
    "confirm": passed_on(order.ConfirmOrder),
    "decline": passed_on(order.DeclineOrder, **R),
    "counter": passed_on(order.CounterOrder, lines=(line(80),)),
    "take back": taken_back,
    "credit": credit(),
    "approve credit": approved_credit,
    "move": moved,
    "reverse recharge": recharged,
    "reopen closed": reopened(agreement.CloseAgreement),
    "reopen suspended": reopened(agreement.SuspendAgreement),
    "close suspended": closed_while_suspended,
    "accept share": proposed(agreement.AcceptShareMove),
    "decline share": proposed(agreement.DeclineShareMove),
    "claim": funded(agreement.ClaimFunding),
    "receive": funded(agreement.ReceiveFunding),
    "answer": competed(agreement.AnswerCompetition, supplier=SUPPLIER, amount=kr(90)),
    "award": competed(agreement.AwardCompetition, answered=True, supplier=SUPPLIER, **R),
    "cancel competition": competed(agreement.CancelCompetition, **R),
}


# ── An agreement is open for what it was asked for ────────────────────────────────────────────


def told(refusal: Invalid) -> list[tuple[str, str]]:
    """Where each of its faults is, and its sentence."""
    return [(one.pointer, one.sentence.format(**one.figures)) for one in refusal.faults]


def of_a_ranking() -> Book:
    suppliers = (Party(organisation=SUPPLIER), Party(organisation=OTHER_SUPPLIER))
    ranking = Selection(method="ranking", ranking=(SUPPLIER, OTHER_SUPPLIER))
    return Book(suppliers=suppliers, selection=ranking)


def then_placed() -> Book:
    book = Book()
    book.place(line(100))
    book.place(line(100), on=SINCE)
    return book


def then_changed() -> Book:
    book = Book()
    book.change(book.placed_and_confirmed(line(100)), line(110), on=SINCE)
    return book


def then_countered() -> Book:
    book = Book()
    book.counter(book.place(line(100)), line(110), on=SINCE)
    return book


def then_passed_on() -> Book:
    book = of_a_ranking()
    book.decline(book.place(line(100)), SINCE)
    return book


def then_competed() -> Book:
    suppliers = (Party(organisation=SUPPLIER), Party(organisation=OTHER_SUPPLIER))
    book = Book(suppliers=suppliers, selection=Selection(method="competition"))
    last = SINCE + timedelta(days=3)
    book.do(agreement.OpenCompetition(**A, what="C", answer_by=last, on=SINCE))
    return book


def then_reopened() -> Book:
    book = Book()
    book.do(agreement.SuspendAgreement(**A, **R, on=DAY), MANAGER)
    book.do(agreement.ReopenAgreement(**A, **R, on=SINCE), MANAGER)
    return book


def then_amended() -> Book:
    book = Book()
    book.amend(cap=2_000_100, on=SINCE)
    return book


def then_extended() -> Book:
    book = Book(ends_on=SINCE, policy=Policy(extensions=(Extension(months=12),)))
    book.do(agreement.ExtendAgreement(**A, decision="KS 7", decided_on=SINCE), MANAGER)
    return book


def then_shared() -> Book:
    return proposed(agreement.AcceptShareMove)()[0]


OPEN_FOR: dict[str, tuple[Callable[[], Book], str, bool]] = {
    "placed": (then_placed, "A1-0002 was ordered", True),
    "changed": (then_changed, "A1-0001 was made larger", True),
    "countered": (then_countered, "A1-0001 was made larger", True),
    "passed on": (then_passed_on, "A1-0001 was made larger", True),
    "competed": (then_competed, "competition A1-K01 was opened", True),
    "reopened": (then_reopened, "the agreement was opened again", True),
    "amended": (then_amended, "the agreement was amended by D", False),
    "extended": (then_extended, "the agreement was extended by KS 7", False),
    "shares moved": (then_shared, "share move 1", False),
}
"""What was done under an agreement on SINCE, how it is named, and whether it took an order."""
LEDGERS_OWN = replace(MANAGER, role="admin")
"""Who closes what several share though none of them leads."""


@pytest.mark.parametrize("command", [agreement.CloseAgreement, agreement.SuspendAgreement])
@pytest.mark.parametrize("name", OPEN_FOR)
def test_an_agreement_is_not_closed_or_suspended_before_what_it_was_open_for(name, command):
    made, said, ordered = OPEN_FOR[name]
    book = made()
    before = command(**A, **R, on=BEFORE)
    if ordered or command is agreement.CloseAgreement:
        with pytest.raises(Invalid) as refused:
            book.decided(before, LEDGERS_OWN, TODAY)
        assert told(refused.value) == [("/on", f"{BEFORE} is before {said}, {SINCE}.")]
    else:
        assert book.decided(before, LEDGERS_OWN, TODAY)
    assert book.decided(command(**A, **R, on=SINCE), LEDGERS_OWN, TODAY)


def test_what_asks_nothing_of_an_agreement_stands_without_it():
    book = Book()
    name = book.placed_and_confirmed(line(100))
    other = book.placed_and_confirmed(line(100))
    book.approve(book.record("1", 120, name, on=SINCE), SINCE)
    book.change(other, line(90), on=SINCE)
    assert book.decided(agreement.CloseAgreement(**A, **R, on=BEFORE), MANAGER, TODAY)


def test_of_a_day_the_latest_of_all_that_an_agreement_was_open_for_is_named():
    book = then_amended()
    later = SINCE + timedelta(days=1)
    book.place(line(1), on=later)
    with pytest.raises(Invalid) as refused:
        book.decided(agreement.CloseAgreement(**A, **R, on=BEFORE), MANAGER, TODAY)
    assert told(refused.value) == [("/on", f"{BEFORE} is before A1-0001 was ordered, {later}.")]


# ── What was given ────────────────────────────────────────────────────────────────────────────


def given_course(*, delivered: bool) -> tuple[Book, str]:
    """A course of two sessions, of which the first was held on SINCE, or all of it delivered."""
    book = Book()
    sessions = (SessionTerms(on=DAY), SessionTerms(on=TODAY))
    name = book.placed_and_confirmed(line(100), sessions=sessions, starts_on=DAY)
    if delivered:
        book.deliver(name, 1, on=SINCE)
    else:
        book.hold(name, 1, on=SINCE)
    return book, name


@pytest.mark.parametrize(
    ("command", "delivered", "said"),
    [
        (order.CloseOrder, True, "the course was delivered"),
        (order.CloseOrder, False, "session 1 was held"),
        (order.CancelOrder, False, "session 1 was held"),
    ],
)
def test_an_order_does_not_end_before_what_was_given_of_it(command, delivered, said):
    book, name = given_course(delivered=delivered)
    more = {"fee": 0} if command is order.CancelOrder else {}
    with pytest.raises(Invalid) as refused:
        book.decided(command(order=name, on=BEFORE, **R, **more), ORDERER, TODAY)
    assert told(refused.value) == [("/on", f"{BEFORE} is before {said}, {SINCE}.")]
    assert book.decided(command(order=name, on=SINCE, **R, **more), ORDERER, TODAY)


def test_seats_may_have_been_cancelled_before_a_session_was_held():
    book = Book()
    sessions = (SessionTerms(on=DAY), SessionTerms(on=TODAY))
    name = book.placed_and_confirmed(seats(4, 25), sessions=sessions, starts_on=DAY)
    book.hold(name, 1, on=SINCE)
    fewer = order.CancelOrder(order=name, on=BEFORE, seats=1, fee=0)
    assert book.decided(fewer, ORDERER, TODAY)


def test_nothing_is_given_of_an_order_after_it_was_closed():
    later = SINCE + timedelta(days=1)
    book, name = given_course(delivered=True)
    book.close(name, SINCE)
    again = order.DeliverOrder(order=name, on=later, seats_used=1, **R)
    with pytest.raises(Invalid) as refused:
        book.decided(again, ORDERER, TODAY)
    sentence = f"{later} is after the order was closed, {SINCE}: open it again first."
    assert told(refused.value) == [("/delivered_on", sentence)]
    assert book.decided(replace(again, on=SINCE), ORDERER, TODAY)
    book, name = given_course(delivered=False)
    book.close(name, SINCE)
    held = order.HoldSession(order=name, session=1, on=later, participants=2, **R)
    with pytest.raises(Invalid) as refused:
        book.decided(held, ORDERER, TODAY)
    assert told(refused.value) == [("/held_on", sentence)]
    assert book.decided(replace(held, on=SINCE), ORDERER, TODAY)


# ── A right to attest is there for what was attested under it ─────────────────────────────────


HEAD, DEPUTY = (
    By(person="p-head", organisation=BUYER, role="approver"),
    By(person="p-deputy", organisation=BUYER, role="approver"),
)


def attested(by: By) -> tuple[Book, str]:
    """An invoice that was attested on SINCE by the head, or by the head's deputy."""
    book = Book()
    book.grant("p-other", "*")
    book.grant(HEAD.person, "*")
    book.name_deputy(DEPUTY.person, HEAD.person)
    id = book.record("1", 100, book.placed_and_confirmed(line(100)))
    book.approve(id, SINCE, by=by)
    return book, id


def ending(command, number: int, *ids: str) -> Callable[[date], object]:
    named = {"organisation": BUYER, "number": number, "decision": "D", "approvals": ids}
    return lambda on: command(**named, ends_on=on)


@pytest.mark.parametrize(
    ("by", "command", "number", "said"),
    [
        (HEAD, organisation.EndAttestRight, 2, "{id} was approved under the right"),
        (DEPUTY, organisation.EndAttestRight, 2, "{id} was approved under the right"),
        (DEPUTY, organisation.EndDeputy, 1, "the deputy approved {id}"),
    ],
)
def test_a_right_or_deputy_does_not_end_before_what_was_approved_by_it(by, command, number, said):
    book, id = attested(by)
    end = ending(command, number, id)
    with pytest.raises(Invalid) as refused:
        book.decided(end(BEFORE), MANAGER, TODAY)
    named = f"{BEFORE} is before {said.format(id=id)}, {SINCE}."
    assert told(refused.value) == [("/ends_on", named)]
    assert book.decided(end(SINCE), MANAGER, TODAY)
    book.take_back(id, SINCE, by=By(person="p-other", organisation=BUYER, role="approver"))
    assert book.decided(end(BEFORE), MANAGER, TODAY)


def test_another_right_or_another_deputy_ends_on_any_day():
    book, id = attested(HEAD)
    assert book.decided(ending(organisation.EndAttestRight, 1, id)(BEFORE), MANAGER, TODAY)
    assert book.decided(ending(organisation.EndDeputy, 1, id)(BEFORE), MANAGER, TODAY)


def test_a_deputy_who_is_named_twice_for_a_day_may_cease_to_be_it_once():
    book, id = attested(DEPUTY)
    book.name_deputy(DEPUTY.person, HEAD.person, on=SINCE)
    assert book.decided(ending(organisation.EndDeputy, 1, id)(BEFORE), MANAGER, TODAY)


@pytest.mark.parametrize("name", CASES)
def test_an_act_is_not_before_what_it_stands_on_and_is_taken_on_that_day(name):
    book, command, by = CASES[name]()
    with pytest.raises(Invalid) as refused:
        book.decided(command(BEFORE), by, TODAY)
    (fault,) = refused.value.faults
    assert fault.figures == {"on": BEFORE.isoformat(), "since": SINCE.isoformat()}
    assert fault.pointer == ("/issued_on" if name == "credit" else "/on")
    assert book.decided(command(SINCE), by, TODAY)


def test_the_day_of_a_credit_that_is_received_is_its_supplier_s():
    book, command, by = credit(Source(format="peppol-invoice", sha256="0" * 64))()
    assert book.decided(command(BEFORE), by, TODAY)


def test_what_is_not_confirmed_is_cancelled_on_any_day_since_the_order():
    book = Book()
    name = book.place(line(100))
    book.counter(name, line(90), on=SINCE)
    assert book.decided(order.CancelOrder(order=name, on=BEFORE), ORDERER, TODAY)


def test_the_latest_of_several_days_is_the_one_that_is_named():
    book = Book()
    name = book.place(line(100), on=DAY)
    book.confirm(name, SINCE)
    command = order.StartOrder(order=name, on=DAY - timedelta(days=1))
    with pytest.raises(Invalid) as refused:
        book.decided(command, UNIVERSITY, TODAY)
    assert len(refused.value.faults) == 1


STAND_ALONE = {
    # What they name has one day, and that is asked of all of its acts.
    *("AmendAgreement", "ExtendAgreement", "RectifySigning", "VoidAgreement"),
    *(
        "ProposeShareMove",
        "ProposeChange",
        "ReportResult",
        "ChangeOrder",
        "AllocateSeats",
        "MoveSeats",
    ),
    *("GiveNumbers", "PublishNotice", "RecordOpeningBalance", "RecordInvoicedBefore"),
    *("RecodeLine", "MoveSession", "RejectDrawdown", "WithdrawDrawdown", "JudgeAgain"),
    "RecordRecharge",
    *("ErasePerson", "EndRole", "EndToken", "RevokeLink"),
    # What is new has a day of its own.
    *(
        "SignAgreement",
        "RecordInKind",
        "OpenCompetition",
        "PlaceOrder",
        "RecordAttempt",
        "RecordBundleRead",
        "RecordPerson",
        "GrantRole",
        "MakeToken",
        "DiscardFile",
        "ReturnFile",
        "RemoveFile",
        "GoOn",
        "SkipNumbers",
        "MakeLink",
        "SetAddress",
    ),
    # What begins may be ahead, and begins when it says.
    *("RemoveLimit", "DecideFunding", "ChangeFunding", "WithdrawFunding", "GrantAttestRight"),
    *("NameDeputy", "SetOwnCost", "SetCodeMap"),
    *("AppointAuditor", "EndAppointment"),
    # The calendar's.
    "WatchTerm",
}


def test_of_each_command_it_is_said_whether_it_stands_on_something():
    names = {kind.__name__ for kind in DECISIONS}
    assert names - STAND_ALONE == {kind.__name__ for kind in STANDS_ON}
    assert names >= STAND_ALONE
