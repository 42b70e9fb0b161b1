"""Members of a joint agreement among themselves: shares moved, in kind, recharged."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from ledger.domain import agreement, drawdown, order
from ledger.domain.events import By, Party
from ledger.domain.limits import Use
from ledger.domain.refusals import (
    AlreadyExists,
    CapExceeded,
    Invalid,
    NotAParty,
    NotEntitled,
    NotFound,
    RechargeTooLarge,
    ShareInUse,
    WrongStatus,
)
from ledger.domain.selection import Selection
from tests.domain.domain_given import DAY, END, REASONS, SUPPLIER, kr, line
from tests.domain.test_sharing import COMPANY, LATE, LEAD, MEMBER, joint, placed, share, stored

LEADS = By(person="p-1", organisation=LEAD, role="manager")
MEMBERS = By(person="p-2", organisation=MEMBER, role="manager")
COMPANYS = By(person="p-3", organisation=COMPANY, role="manager")


def propose(book, kronor, giver=LEAD, receiver=MEMBER, by=MEMBERS, on=DAY, **more):
    command = agreement.ProposeShareMove(
        agreement="A1", giver=giver, receiver=receiver, amount=kr(kronor), on=on, **more
    )
    book.do(command, by)


def accept(book, number=1, by=LEADS, on=DAY):
    command = agreement.AcceptShareMove(agreement="A1", number=number, on=on)
    book.do(command, by)


def decline(book, number=1, by=LEADS):
    command = agreement.DeclineShareMove(agreement="A1", number=number, on=DAY)
    book.do(command, by)


def give(book, organisation, kronor, by=LEADS):
    command = agreement.RecordInKind(
        agreement="A1", organisation=organisation, amount=kr(kronor), what="Teaching", on=DAY
    )
    book.do(command, by)


def recharge(book, id, member, kronor, reference="R1", by=LEADS):
    command = drawdown.RecordRecharge(
        drawdown=id, member=member, amount=kr(kronor), reference=reference, on=DAY
    )
    book.do(command, by)


def shared(**more):
    return joint(share(LEAD, 500), share(MEMBER, 300), share(COMPANY, 200), **more)


def amounts(book):
    return [limit.amount for limit in book.of.limits]


# ── Shares ────────────────────────────────────────────────────────────────────────────────────


def test_a_share_moves_when_both_buyers_have_said_so_and_the_total_stays():
    book = shared()
    propose(book, 100)
    assert amounts(book) == [kr(2_000_000), kr(500), kr(300), kr(200)]
    accept(book)
    assert amounts(book) == [kr(2_000_000), kr(400), kr(400), kr(200)]
    assert book.of.proposed == ()


def test_room_that_has_moved_is_the_receiver_s_to_use():
    book = shared()
    propose(book, 100)
    with pytest.raises(CapExceeded):
        placed(book, 400, by_seats={MEMBER: 4})
    accept(book)
    placed(book, 400, by_seats={MEMBER: 4})
    assert book.used_by(MEMBER) == Use(committed=kr(400))


def test_a_share_moves_from_a_later_day_that_was_decided_today():
    book, later = shared(), DAY + timedelta(days=60)
    propose(book, 100, effective_on=later)
    assert book.of.proposed[0].moves_from == later
    before = {limit.name: limit.amount_on(DAY) for limit in book.of.limits}
    accept(book, on=DAY + timedelta(days=1))
    assert book.log[-1][0].effective_on == DAY + timedelta(days=1)
    for limit in book.of.limits:
        assert limit.amount_on(later - timedelta(days=1)) == before[limit.name]
    changed = {limit.buyer: limit.amount_on(later) - before[limit.name]
               for limit in book.of.limits if limit.buyer}  # fmt: skip
    assert (changed[LEAD], changed[MEMBER]) == (-kr(100), kr(100))


def test_what_is_accepted_after_the_day_that_was_proposed_moves_when_it_is_accepted():
    book, day = shared(), DAY + timedelta(days=5)
    propose(book, 100, effective_on=day)
    accept(book, on=day + timedelta(days=5))
    (giver, *_) = [one for one in book.of.limits if one.buyer == LEAD]
    assert giver.amount_on(day + timedelta(days=4)) - giver.amount_on(day + timedelta(5)) == kr(100)


def test_a_share_moves_on_no_day_before_the_proposal_or_after_the_term():
    for day in (DAY - timedelta(days=1), END + timedelta(days=1)):
        with pytest.raises(Invalid) as refused:
            propose(shared(), 100, effective_on=day)
        assert [one.pointer for one in refused.value.faults] == ["/effective_on"]


def test_what_is_used_of_a_share_on_the_later_day_cannot_be_moved_from_then():
    book, later = shared(), DAY + timedelta(days=60)
    book.place(line(200), buyer=LEAD, on=later)
    with pytest.raises(ShareInUse):
        propose(book, 301, effective_on=later)
    with pytest.raises(ShareInUse):
        propose(book, 301)
    propose(book, 300, effective_on=later)


def remove_and_replace(book, on=DAY, amount=400):
    """A share that should not have been, and the one that takes its place; both from a day."""
    name = next(limit.name for limit in book.of.limits if limit.buyer == MEMBER)
    remove = agreement.RemoveLimit(agreement="A1", name=name, on=on, reason="wrong")
    book.do(remove, LEADS, DAY)
    new = replace(share(MEMBER, amount), name="anew")
    change = {"ground": "17:14", "reasons": REASONS, "decision": "D", "decided_on": DAY}
    amend = agreement.AmendAgreement(agreement="A1", effective_on=on, limits=(new,), **change)
    book.do(amend, LEADS, DAY)


def amounts_on(book, day, buyer):
    found = (limit.amount_on(day) for limit in book.of.limits if limit.buyer == buyer)
    return [amount for amount in found if amount is not None]


def test_a_share_that_took_the_place_of_a_removed_one_is_moved():
    book = shared()
    remove_and_replace(book)
    propose(book, 100)
    accept(book)
    assert [amounts_on(book, DAY, name) for name in (LEAD, MEMBER)] == [[kr(400)], [kr(500)]]


def test_a_share_is_moved_until_it_is_removed_and_what_is_decided_for_then_stands():
    book, later = shared(), DAY + timedelta(days=30)
    remove_and_replace(book, later)
    propose(book, 100, giver=MEMBER, receiver=LEAD)
    accept(book)
    assert amounts_on(book, DAY, MEMBER) == [kr(200)]
    assert amounts_on(book, later, MEMBER) == [kr(400)]
    propose(book, 300, giver=MEMBER, receiver=LEAD, on=later)
    accept(book, 2, on=later)
    assert amounts_on(book, later, MEMBER) == [kr(100)]


def test_a_buyer_whose_share_is_removed_has_none_to_move():
    book = shared()
    name = next(limit.name for limit in book.of.limits if limit.buyer == MEMBER)
    command = agreement.RemoveLimit(agreement="A1", name=name, on=DAY, reason="wrong")
    book.do(command, LEADS)
    with pytest.raises(Invalid):
        propose(book, 100)


def test_nobody_agrees_to_their_own_proposal():
    book = shared()
    propose(book, 100, by=MEMBERS)
    with pytest.raises(NotAParty):
        accept(book, by=MEMBERS)
    with pytest.raises(NotAParty):
        accept(book, by=COMPANYS)
    accept(book, by=LEADS)


def test_only_the_two_buyers_propose_a_move_between_them():
    book = shared()
    with pytest.raises(NotAParty):
        propose(book, 100, by=COMPANYS)
    propose(book, 100, by=LEADS)
    accept(book, by=MEMBERS)
    assert amounts(book)[1:] == [kr(400), kr(400), kr(200)]


def test_a_buyer_moves_no_more_than_what_is_unused_of_its_share():
    book = shared()
    placed(book, 500)
    with pytest.raises(ShareInUse) as refused:
        propose(book, 250.01)
    assert refused.value.figures["unused"].ore == kr(250)
    propose(book, 250)
    accept(book)
    assert amounts(book)[1:3] == [kr(250), kr(550)]


def test_what_was_used_since_the_proposal_can_no_longer_be_moved():
    book = shared()
    propose(book, 250)
    placed(book, 600)
    with pytest.raises(ShareInUse):
        accept(book)
    decline(book)
    assert amounts(book)[1:] == [kr(500), kr(300), kr(200)]


def test_a_declined_proposal_can_be_accepted_no_more():
    book = shared()
    propose(book, 100)
    with pytest.raises(NotAParty):
        decline(book, by=COMPANYS)
    decline(book, by=MEMBERS)
    with pytest.raises(NotFound):
        accept(book)
    propose(book, 50)
    assert [move.number for move in book.of.proposed] == [2]


def test_a_share_moves_only_between_two_buyers_that_have_one():
    book = joint(share(LEAD, 500))
    with pytest.raises(Invalid) as refused:
        propose(book, 100, by=LEADS)
    assert [fault.pointer for fault in refused.value.faults] == ["/receiver"]
    with pytest.raises(Invalid):
        propose(book, 100, receiver=LEAD, by=LEADS)


def test_shares_of_a_closed_agreement_stay():
    book = shared()
    propose(book, 100)
    command = agreement.CloseAgreement(agreement="A1", reason="r", on=DAY)
    book.do(command)
    with pytest.raises(WrongStatus):
        accept(book)
    with pytest.raises(WrongStatus):
        propose(book, 100)


# ── In kind ───────────────────────────────────────────────────────────────────────────────────


def test_what_is_given_in_kind_counts_nowhere():
    book = shared()
    placed(book)
    before = (book.use, book.remaining, book.of.totals)
    give(book, LEAD, 240)
    give(book, LEAD, 10)
    give(book, MEMBER, 5)
    assert (book.use, book.remaining, book.of.totals) == before
    assert {s.organisation: s.amount for s in book.of.in_kind} == {LEAD: kr(250), MEMBER: kr(5)}


def test_only_a_named_buyer_gives_in_kind():
    with pytest.raises(NotEntitled):
        give(shared(), LATE, 1)


def test_a_member_says_what_it_gave_itself_and_not_what_another_gave():
    book = shared()
    give(book, MEMBER, 5, by=MEMBERS)
    for other in (LEAD, COMPANY):
        with pytest.raises(NotAParty):
            give(book, other, 1, by=MEMBERS)
    assert {s.organisation: s.amount for s in book.of.in_kind} == {MEMBER: kr(5)}


# ── Competitions ──────────────────────────────────────────────────────────────────────────────


def competing(by, number=1):
    book = shared(selection=Selection(method="competition"))
    asking = {"what": "A course", "answer_by": DAY, "on": DAY}
    book.do(agreement.OpenCompetition(agreement="A1", **asking), by)
    supplier = By(person="p-s", organisation=SUPPLIER, role="supplier")
    offer = {"number": number, "supplier": SUPPLIER, "amount": kr(100), "on": DAY}
    book.do(agreement.AnswerCompetition(agreement="A1", **offer), supplier)
    return book


AFTER = DAY + timedelta(days=1)
NAMED = {"agreement": "A1", "number": 1, "on": AFTER}
OPEN = agreement.OpenOffers(**NAMED)
AWARD = agreement.AwardCompetition(**NAMED, supplier=SUPPLIER, reason="Best")
CANCEL = agreement.CancelCompetition(**NAMED, reason="r")


@pytest.mark.parametrize("act", [OPEN, AWARD, CANCEL])
def test_another_buyer_decides_nothing_of_a_competition_that_is_not_theirs(act):
    book = competing(MEMBERS)
    with pytest.raises(NotAParty):
        book.do(act, COMPANYS)


@pytest.mark.parametrize("by", [MEMBERS, LEADS])
def test_who_asked_for_it_and_who_leads_decide_it(by):
    book = competing(MEMBERS)
    book.do(AWARD, by)
    assert book.of.competitions[0].winner == SUPPLIER


def test_what_one_won_offers_for_another_does_not_order_by():
    book = competing(MEMBERS)
    book.do(AWARD, MEMBERS)
    with pytest.raises(NotFound):
        ordered(book, COMPANYS)
    ordered(book, MEMBERS)
    led = competing(LEADS)
    led.do(AWARD, LEADS)
    ordered(led, MEMBERS)


def ordered(book, by):
    book.do(
        order.PlaceOrder(
            agreement="A1", buyer=by.organisation, course="c", ordered_on=AFTER, competition=1,
            lines=(line(100),),
        ),
        replace(by, role="orderer"),
    )  # fmt: skip


# ── Recharges ─────────────────────────────────────────────────────────────────────────────────


def test_a_recharge_is_no_second_drawdown():
    book = shared()
    id = book.draw("1", 400, placed(book))
    before = (book.use, book.of)
    recharge(book, id, MEMBER, 120)
    assert (book.use, book.of) == before == (Use(committed=kr(600), drawn=kr(400)), book.of)
    assert [(r.member, r.amount) for r in book.drawdowns[id].recharges] == [(MEMBER, kr(120))]


def test_no_more_is_recharged_than_the_member_carries():
    book = shared()
    id = book.draw("1", 400, placed(book))
    assert stored(book, id)[MEMBER] == kr(120)
    recharge(book, id, MEMBER, 100)
    with pytest.raises(RechargeTooLarge) as refused:
        recharge(book, id, MEMBER, 20.01, "R2")
    assert refused.value.figures["left"].ore == kr(20)
    with pytest.raises(RechargeTooLarge):
        recharge(book, id, LATE, 1)
    with pytest.raises(RechargeTooLarge):
        recharge(book, id, LEAD, 1)
    recharge(book, id, MEMBER, 20, "R2")


def test_what_was_credited_is_not_recharged():
    book = shared()
    name = placed(book)
    id = book.draw("1", 400, name)
    book.draw("2", -200, name, credits=id, room="cap")
    with pytest.raises(RechargeTooLarge):
        recharge(book, id, MEMBER, 60.01)
    recharge(book, id, MEMBER, 60)


def test_a_recharge_is_recorded_once_and_by_who_paid_the_approved_invoice():
    book = shared()
    name = placed(book)
    waiting = book.record("1", 400, name)
    with pytest.raises(WrongStatus):
        recharge(book, waiting, MEMBER, 10)
    book.approve(waiting)
    with pytest.raises(NotAParty):
        recharge(book, waiting, COMPANY, 10, by=MEMBERS)
    recharge(book, waiting, MEMBER, 10)
    with pytest.raises(AlreadyExists):
        recharge(book, waiting, MEMBER, 10)
    recharge(book, waiting, COMPANY, 10)


def test_a_share_is_moved_from_the_day_on_which_both_have_an_amount():
    book = joint(share(LEAD, 100_000))
    late = share(LATE, 0)
    book.amend(
        on=date(2024, 4, 1),
        ground="17:10",
        clause="4.2",
        buyers=(Party(organisation=LATE),),
        limits=(late,),
    )
    propose(book, 10_000, receiver=LATE, by=LEADS, on=date(2024, 3, 1))
    accept(book, by=By(person="p-4", organisation=LATE, role="manager"), on=date(2024, 3, 1))
    lead = next(limit for limit in book.of.limits if limit.buyer == LEAD)
    before, after = date(2024, 3, 31), date(2024, 4, 1)
    assert lead.amount_on(before) - lead.amount_on(after) == kr(10_000)
    late = next(limit for limit in book.of.limits if limit.buyer == LATE)
    assert (late.amount_on(before), late.amount_on(after)) == (None, kr(10_000))
