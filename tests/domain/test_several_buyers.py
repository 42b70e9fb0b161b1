"""Several buyers, and nobody leads: none of them makes another's share less, or puts it out."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ledger.domain import agreement, drawdown
from ledger.domain.agreement import LimitTerms
from ledger.domain.events import Party
from ledger.domain.limits import LimitRule
from ledger.domain.refusals import AllMustAgree, Invalid, NotAParty, NotFound, WrongStatus
from ledger.domain.regime import Policy
from tests.domain.domain_given import (
    APPROVER,
    BUYER,
    DAY,
    MANAGER,
    OTHER_BUYER,
    SUPPLIER,
    Book,
    kr,
    line,
    split,
)

THIRD = "2120001488"
MINE, THEIRS = (replace(MANAGER, organisation=name) for name in (BUYER, OTHER_BUYER))
PARTIES = (Party(organisation=BUYER), Party(organisation=OTHER_BUYER))
LED = (Party(organisation=BUYER, role="lead"), Party(organisation=OTHER_BUYER))
SHARES = tuple(
    LimitTerms(name=name, buyer=buyer, amount=kr(500))
    for name, buyer in (("mine", BUYER), ("theirs", OTHER_BUYER))
)
FREE = Policy(amendments="free")


def book_of(buyers=PARTIES) -> Book:
    return Book(cap=kr(1_000), policy=FREE, buyers=buyers, limits=SHARES)


def amend(on=DAY, **more) -> agreement.AmendAgreement:
    return agreement.AmendAgreement(
        agreement="A1", ground="policy", decision="D", decided_on=DAY, effective_on=on, **more
    )


def share(name: str, kronor: float | None, **more) -> tuple[LimitTerms, ...]:
    return (LimitTerms(name=name, amount=None if kronor is None else kr(kronor), **more),)


def rectify(**more) -> agreement.RectifySigning:
    return agreement.RectifySigning(agreement="A1", on=DAY, reason="wrong", **more)


AGAINST_ANOTHER = {
    "lowered": amend(limits=share("theirs", 1)),
    "lowered from a later day": amend(DAY + timedelta(days=9), limits=share("theirs", 1)),
    "a new one": amend(limits=share("less", 10, buyer=OTHER_BUYER)),
    "a new one of a year": amend(limits=share("less", 10, buyer=OTHER_BUYER, year=2024)),
    "who leads": amend(buyers=(Party(organisation=THIRD, role="lead"),)),
    "removed": agreement.RemoveLimit(agreement="A1", name="theirs", on=DAY, reason="wrong"),
    "put out": rectify(buyers=PARTIES[:1], limits=()),
    "replaced": rectify(buyers=(PARTIES[0], Party(organisation=THIRD)), limits=SHARES[:1]),
    "share left out of the signing": rectify(limits=SHARES[:1]),
    "share less in the signing": rectify(limits=(SHARES[0], replace(SHARES[1], amount=kr(1)))),
    "leading since the signing": rectify(buyers=LED),
    "void": agreement.VoidAgreement(agreement="A1", on=DAY, reason="wrong"),
}


@pytest.mark.parametrize("command", AGAINST_ANOTHER.values(), ids=AGAINST_ANOTHER)
def test_where_nobody_leads_no_buyer_decides_against_another(command):
    book = book_of()
    with pytest.raises(AllMustAgree) as refused:
        book.do(command, MINE)
    assert refused.value.figures["waiting"] == (OTHER_BUYER,)


@pytest.mark.parametrize(
    "command",
    [one for name, one in AGAINST_ANOTHER.items() if "lead" not in name],
)
def test_where_one_leads_it_decides(command):
    book_of(LED).do(command, MINE)


@pytest.mark.parametrize(
    "command",
    [
        amend(limits=share("theirs", 1)),
        amend(limits=share("less", 10, buyer=OTHER_BUYER)),
        agreement.RemoveLimit(agreement="A1", name="theirs", on=DAY, reason="wrong"),
    ],
)
def test_a_buyer_decides_of_its_own_share_alone(command):
    book_of().do(command, THEIRS)


def test_how_anothers_share_binds_is_not_anybodys():
    book = Book(
        cap=kr(1_000),
        policy=FREE,
        buyers=PARTIES,
        limits=tuple(replace(one, effect="soft", tolerance=10) for one in SHARES),
    )
    for rule in (LimitRule(name="theirs", effect="hard"), LimitRule(name="theirs", tolerance=0)):
        with pytest.raises(AllMustAgree):
            book.do(amend(limit_rules=(rule,)), MINE)
        book.do(amend(limit_rules=(rule,)), THEIRS)


# ── What all share ────────────────────────────────────────────────────────────────────────────

SUSPEND = agreement.SuspendAgreement(agreement="A1", on=DAY, reason="Paus")
OF_ALL = {
    "cap": amend(cap=kr(2_000)),
    "policy": amend(policy={"delivery_after_term": False}),
    "a year's ceiling": amend(limits=share("2024", 10, year=2024)),
    "another buyer": amend(buyers=(Party(organisation=THIRD),)),
    "suspended": SUSPEND,
    "closed": agreement.CloseAgreement(agreement="A1", on=DAY, reason="Slut"),
    "title": rectify(title="Other"),
}
THREE = (*PARTIES, Party(organisation=THIRD))
THIRDS = replace(MANAGER, organisation=THIRD)


def propose(book, change=SUSPEND, by=MINE, on=DAY):
    return book.do(agreement.ProposeChange(agreement="A1", change=change, on=on), by)


def accept(book, by, number=1, on=DAY):
    return book.do(agreement.AcceptChange(agreement="A1", number=number, on=on), by)


@pytest.mark.parametrize("command", OF_ALL.values(), ids=OF_ALL)
def test_what_all_share_is_changed_when_all_agree_and_by_nobody_alone(command):
    book, alone = book_of(), book_of(LED)
    for one in (MINE, THEIRS):
        with pytest.raises(AllMustAgree):
            book.do(command, one)
    propose(book, command)
    (waits,) = book.of.proposals
    assert (waits.proposed_by, agreement.waiting(waits)) == (BUYER, (OTHER_BUYER,))
    with pytest.raises(NotAParty):
        accept(book, MINE)
    accept(book, THEIRS)
    alone.do(command, MINE)
    left = {"proposals": (), "changes_proposed": 0, "buyers": ()}
    assert replace(book.of, **left) == replace(alone.of, **left)


def test_the_last_of_all_whom_it_touches_carries_it_out():
    book = book_of(THREE)
    propose(book)
    assert len(accept(book, THEIRS)) == 1
    assert (book.of.status, agreement.waiting(book.of.proposals[0])) == (
        "active",
        (THIRD,),
    )
    with pytest.raises(NotAParty):
        accept(book, THEIRS)
    names = [type(fact.event).__name__ for fact in accept(book, THIRDS)]
    assert names == ["ChangeAccepted", "AgreementSuspended"]
    assert (book.of.status, book.of.proposals) == ("suspended", ())


def test_any_of_them_ends_a_proposal_and_who_made_it_takes_it_back():
    book = book_of(THREE)
    propose(book)
    with pytest.raises(NotAParty):
        book.do(agreement.WithdrawChange(agreement="A1", number=1, on=DAY), THEIRS)
    book.do(agreement.DeclineChange(agreement="A1", number=1, on=DAY, reason="Nej"), THIRDS)
    propose(book)
    book.do(agreement.WithdrawChange(agreement="A1", number=2, on=DAY), MINE)
    assert (book.of.proposals, book.of.status) == ((), "active")
    with pytest.raises(NotFound):
        accept(book, THEIRS, 2)


def test_what_cannot_be_carried_out_is_no_proposal_and_is_decided_anew_when_it_is_accepted():
    book = book_of()
    reopen = agreement.ReopenAgreement(agreement="A1", on=DAY, reason="Igen")
    with pytest.raises(WrongStatus):
        propose(book, reopen)
    propose(book)
    propose(book)
    accept(book, THEIRS, 1)
    with pytest.raises(WrongStatus):
        accept(book, THEIRS, 2)
    assert [one.number for one in book.of.proposals] == [2]


def test_nobody_proposes_what_they_may_do_alone():
    for buyers, change in ((LED, SUSPEND), (PARTIES, amend(limits=share("mine", 100)))):
        with pytest.raises(Invalid):
            propose(book_of(buyers[:1] if buyers is LED else buyers), change)
    with pytest.raises(NotAParty):
        propose(book_of(LED), by=THEIRS)


# ── Invoices ──────────────────────────────────────────────────────────────────────────────────


def recorded(book: Book, by, *orders, invoice="1") -> str:
    command = drawdown.RecordDrawdown(
        invoice=invoice,
        type="380",
        supplier=SUPPLIER,
        currency="SEK",
        agreement="A1",
        issued_on=DAY,
        amount=kr(10) * len(orders),
        parts=tuple(drawdown.Part(order=name, amount=kr(10)) for name in orders),
    )
    return book.do(command, by, DAY)[0].event.id


def finance(organisation: str, person="p-f"):
    return replace(APPROVER, person=person, organisation=organisation, role="finance")


@pytest.mark.parametrize("buyers", [PARTIES, LED])
def test_a_buyer_records_no_invoice_on_anothers_order(buyers):
    book = book_of(buyers)
    name = book.placed_and_confirmed(line(100))
    with pytest.raises(NotAParty):
        recorded(book, finance(OTHER_BUYER), name)
    recorded(book, finance(BUYER), name)


def test_who_leads_records_an_invoice_of_a_member():
    book = book_of(LED)
    name = book.placed_and_confirmed(line(100), buyer=OTHER_BUYER)
    recorded(book, finance(BUYER), name)


def test_who_carries_a_part_records_an_invoice_of_it_and_takes_its_own_entry_back():
    book = book_of(LED)
    halves = split("shares", {BUYER: 1, OTHER_BUYER: 1})
    name = book.placed_and_confirmed(line(100), split=halves)
    id = recorded(book, finance(OTHER_BUYER), name)
    command = drawdown.WithdrawDrawdown(drawdown=id, on=DAY, reason="typed wrong")
    book.do(command, finance(OTHER_BUYER))
    assert book.drawdowns[id].status == "withdrawn"


def test_an_invoice_over_orders_of_several_buyers_is_recorded_by_any_of_them():
    book = book_of()
    names = [book.placed_and_confirmed(line(100), buyer=one) for one in (BUYER, OTHER_BUYER)]
    id = recorded(book, finance(OTHER_BUYER), *names)
    command = drawdown.WithdrawDrawdown(drawdown=id, on=DAY, reason="typed wrong")
    book.do(command, finance(OTHER_BUYER))


# ── What happened beside the terms ────────────────────────────────────────────────────────────


def led_by(buyers) -> Book:
    return Book(cap=kr(1_000), buyers=buyers, limits=SHARES)


def report(result: str) -> agreement.ReportResult:
    return agreement.ReportResult(agreement="A1", on=DAY, programme="P", round=1, result=result)


def test_a_round_s_result_is_reported_again_by_who_reported_it_or_who_leads_alone():
    for buyers in (PARTIES, LED):
        book = led_by(buyers)
        book.do(report("Bra"), MINE)
        with pytest.raises(NotAParty):
            book.do(report("Fiasko"), THEIRS)
        book.do(report("Bättre"), MINE)
        assert [one.result for one in book.of.results] == ["Bättre"]
    book = led_by(LED)
    book.do(report("Bra"), THEIRS)
    book.do(report("Lett"), MINE)
    other = report("Egen")
    book.do(replace(other, round=2), THEIRS)
    assert [one.result for one in book.of.results] == ["Lett", "Egen"]


def test_of_a_round_that_is_ordered_those_tell_who_ordered_it_and_who_leads():
    ordered = replace(report("Bra"), orderers=(BUYER,))
    for buyers in (PARTIES, LED):
        book = led_by(buyers)
        with pytest.raises(NotAParty) as refused:
            book.do(ordered, THEIRS)
        assert refused.value.figures["organisation"] == BUYER
        book.do(report("Fiasko"), THEIRS)
        book.do(ordered, MINE)
        assert [one.result for one in book.of.results] == ["Bra"], "who squats keeps nobody out"
    both = replace(ordered, orderers=(BUYER, OTHER_BUYER))
    book = led_by(PARTIES)
    book.do(both, MINE)
    book.do(replace(both, result="Vårt"), THEIRS)
    assert [one.result for one in book.of.results] == ["Vårt"]
    led = led_by(LED)
    led.do(replace(ordered, orderers=(OTHER_BUYER,)), MINE)


def test_no_order_puts_costs_on_another_where_nobody_leads():
    others = split("shares", {BUYER: 1, OTHER_BUYER: 99})
    book = led_by(PARTIES)
    with pytest.raises(Invalid) as refused:
        book.place(line(100), split=others)
    assert refused.value.faults[0].figures["organisation"] == OTHER_BUYER
    book.place(line(100), split=split("shares", {BUYER: 1}))
    led_by(LED).place(line(100), split=others)
