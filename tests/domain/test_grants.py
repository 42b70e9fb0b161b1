"""A grant after its decision: claimed, paid, extended and judged again; and a round's result."""

from datetime import date, timedelta

import pytest
from hypothesis import given as with_any
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.domain import agreement, drawdown
from ledger.domain.coverage import coverage
from ledger.domain.events import FundingMeasured, FundingUsed
from ledger.domain.limits import Use
from ledger.domain.refusals import CapExceeded, Invalid, JudgedAlready, NotFound, WrongStatus
from tests.domain.domain_given import DAY, Book, kr, line
from tests.domain.test_as_of_properties import folded
from tests.domain.test_funding import AFTER, IN, change, funded_book, ordered, source, told

EXTENDED = date(2024, 12, 31)


def claim(book, kronor, name="ESF"):
    command = agreement.ClaimFunding(
        agreement="A1", name=name, amount=kr(kronor), reference="R", on=DAY
    )
    return book.do(command)[0].event.flags


def receive(book, kronor, name="ESF"):
    command = agreement.ReceiveFunding(
        agreement="A1", name=name, amount=kr(kronor), reference="P", on=DAY
    )
    return book.do(command)[0].event.flags


def judge(book, id):
    return book.do(drawdown.JudgeAgain(drawdown=id, on=DAY), book.own(id))


def found(book):
    (one,) = coverage(book.of, book.drawdowns.values(), {}).sources
    return tuple(
        ore / 100 for ore in (one.funding.claimed, one.funding.paid, one.to_claim, one.outstanding)
    )


# ── Claimed and paid ──────────────────────────────────────────────────────────────────────────


def test_what_is_claimed_and_paid_is_told_beside_what_it_supports():
    book = funded_book()
    name = ordered(book)
    book.approve(book.record("1", 800, name, on=IN))
    assert found(book) == (0, 0, 800, 0)
    assert claim(book, 500) == ()
    assert receive(book, 300) == ()
    assert found(book) == (500, 300, 300, 200)
    assert claim(book, -100) == ()
    assert receive(book, -300) == ()
    assert found(book) == (400, 0, 400, 400)


def test_more_than_the_support_and_more_than_was_claimed_are_flagged():
    book = funded_book()
    name = ordered(book)
    book.approve(book.record("1", 100, name, on=IN))
    assert claim(book, 100.01) == ("claimed-beyond-support:ESF",)
    assert receive(book, 100.02) == ("paid-beyond-claims:ESF",)
    assert book.of.flags == ("claimed-beyond-support:ESF", "paid-beyond-claims:ESF")


def test_no_more_is_taken_back_than_was_claimed_or_paid_and_the_source_is_known():
    book = funded_book()
    for act in (claim, receive):
        act(book, 10)
        with pytest.raises(Invalid):
            act(book, -10.01)
        act(book, -10)
        with pytest.raises(NotFound):
            act(book, 1, name="EU")


# ── Judged again ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("approved", [False, True])
def test_an_invoice_outside_the_period_is_judged_again_when_the_period_is_extended(approved):
    book = funded_book()
    name = ordered(book)
    id = book.record("1", 800, name, on=AFTER)
    if approved:
        book.approve(id)
    assert told(book, id) == (0, 0, {"outside-period": 800})
    assert book.drawdowns[id].flags == ("not-eligible:ESF",)
    with pytest.raises(JudgedAlready):
        judge(book, id)
    places = book.places()
    change(book, replace(source(), ends_on=EXTENDED))
    judge(book, id)
    assert told(book, id) == (800, 800, {})
    assert book.drawdowns[id].flags == ()
    assert book.places() == places
    assert book.use == book.sum_of_positions()
    assert book.of.funding[0].support == kr(800)
    grant = next(limit for limit in book.of.limits if limit.name == "ESF")
    assert agreement.use_of(book.of, grant).total == kr(2_000)
    with pytest.raises(JudgedAlready):
        judge(book, id)
    if not approved:
        book.approve(id)
    book.approve(book.record("2", -800, name, on=AFTER, credits=id), room="cap")
    assert book.of.funding[0].support == 0


PROLONGED = date(2024, 8, 1)
"""The funder decides that the period ends later, when the invoice of AFTER is dated already."""
TODAY = date(2024, 9, 2)
ORDERS_OF_RECORDING = {
    "before it": ("record", "approve", "prolong"),
    "after it": ("prolong", "record", "approve"),
    "approved after it": ("record", "prolong", "approve"),
    "moved before it": ("record elsewhere", "move", "approve", "prolong"),
    "moved after it": ("record elsewhere", "prolong", "move", "approve"),
    "anew": ("record", "prolong", "withdraw", "record", "approve"),
    "approved twice": ("record", "approve", "prolong", "take back", "approve"),
    "approved after it, twice": ("prolong", "record", "approve", "take back", "approve"),
    "away and back": ("prolong", "record", "move away", "move", "approve"),
}


def recorded_in_turn(steps):
    """A ledger in which these were recorded, all today, in this order."""
    book = funded_book()
    name, other, id = ordered(book), book.placed_and_confirmed(line(2_000), on=DAY), ""
    for step in steps:
        if step.startswith("record"):
            where = other if step.endswith("elsewhere") else name
            id = book.record("1", 800, where, on=AFTER, today=TODAY)
        elif step.startswith("move"):
            book.move(id, (other if step.endswith("away") else name, None, 800), on=TODAY)
        elif step == "approve":
            book.approve(id, on=AFTER, today=TODAY)
        elif step == "prolong":
            longer = replace(source(), ends_on=EXTENDED)
            decided = {"agreement": "A1", "decision": "D", "decided_on": PROLONGED}
            book.do(agreement.ChangeFunding(source=longer, **decided), today=TODAY)
            if id and drawdown.is_left_out(book.drawdowns[id], "ESF"):
                again = drawdown.JudgeAgain(drawdown=id, on=TODAY, since=PROLONGED)
                book.do(again, book.own(id), TODAY)
        else:
            getattr(book, step.replace(" ", "_"))(id, on=TODAY)
    return book, id


def on_each_day(book, id):
    """What moved, and what the grant gave, by day; and how the invoice reads on the days around."""
    moved, used = {}, {}
    for new, _ in book.log:
        for move in getattr(new.event, "moves", ()):
            key = new.effective_on, move.dimensions
            moved[key] = moved.get(key, Use()) + move.use
        if isinstance(new.event, FundingUsed):
            used[new.effective_on] = used.get(new.effective_on, 0) + new.event.support
    days = (AFTER, PROLONGED - timedelta(1), PROLONGED, TODAY)
    states = [state for day in days if (state := folded(book, day).get(drawdown.stream(id)))]
    return (
        {key: use for key, use in moved.items() if use},
        {day: ore for day, ore in used.items() if ore},
        [(one.status, one.allocations) for one in states],
        "not-eligible:ESF" in book.drawdowns[id].flags if id else None,
    )


@pytest.mark.parametrize("name", ORDERS_OF_RECORDING)
def test_what_a_prolonged_period_takes_in_is_one_on_every_day_whatever_was_recorded_first(name):
    found = on_each_day(*recorded_in_turn(ORDERS_OF_RECORDING[name]))
    assert found == on_each_day(*recorded_in_turn(ORDERS_OF_RECORDING["before it"]))
    _, used, states, flagged = found
    assert used == {PROLONGED: kr(800)}
    assert [bool(one.eligible) for _, parts in states for one in parts[0].funded] == [
        *(False, False),
        *(True, True),
    ]
    assert flagged is False


def test_what_was_judged_again_goes_back_from_the_day_from_which_it_was_taken():
    book, id = recorded_in_turn(("record", "prolong"))
    book.withdraw(id, on=TODAY)
    moved, used, _, _ = on_each_day(book, id)
    assert used == {}
    bare = funded_book()
    ordered(bare), bare.placed_and_confirmed(line(2_000), on=DAY)
    assert (moved, book.use) == (on_each_day(bare, "")[0], bare.use)


def test_what_the_ceiling_has_left_is_not_given_twice():
    book = funded_book()
    name = ordered(book)
    late = book.record("1", 800, name, on=AFTER)
    book.approve(late)
    book.approve(book.record("2", 700, name, on=IN))
    change(book, replace(source(), ends_on=EXTENDED))
    judge(book, late)
    assert told(book, late) == (300, 300, {"beyond-ceiling": 500})
    assert book.of.funding[0].support == kr(1_000)


def credited_book():
    """An invoice of 100 from after the period, and a credit of 40 of it that waits."""
    book = funded_book()
    name = ordered(book)
    invoice = book.record("1", 100, name, on=AFTER)
    book.approve(invoice)
    return book, invoice, book.record("2", -40, name, on=AFTER, credits=invoice)


def test_a_credit_and_what_is_credited_whole_or_turned_down_are_not_judged_again():
    book, invoice, credit = credited_book()
    book.approve(credit, room="cap")
    rest = book.record("3", -60, "A1-0001", on=AFTER, credits=invoice)
    book.approve(rest, room="cap")
    rejected = book.record("4", 100, "A1-0001", on=AFTER)
    book.reject(rejected)
    change(book, replace(source(), ends_on=EXTENDED))
    for id in (invoice, credit, rejected):
        with pytest.raises(WrongStatus):
            judge(book, id)


def supported(book):
    """What the grant covers of all invoices less their credits, and what nobody does, in kronor."""
    parts = [f for one in book.drawdowns.values() for a in one.allocations for f in a.funded]
    covered, bare = (
        [s.amount for f in parts for s in f.eligible],
        [s.amount for f in parts for u in f.uncovered for s in u.shares],
    )
    return book.of.funding[0].eligible / 100, sum(covered) / 100, sum(bare) / 100


@pytest.mark.parametrize("first", ["credited", "prolonged"])
def test_what_is_left_of_a_credited_invoice_is_judged_again(first):
    book, invoice, credit = credited_book()
    if first == "credited":
        book.approve(credit, room="cap")
    change(book, replace(source(), ends_on=EXTENDED))
    judge(book, invoice)
    if first == "prolonged":
        assert supported(book)[0] == 100
        book.approve(credit, room="cap")
    assert supported(book) == (60, 60, 0)
    assert book.use == book.sum_of_positions()
    with pytest.raises(JudgedAlready):
        judge(book, invoice)


def test_an_invoice_whose_credit_is_taken_back_is_taken_in_whole_by_the_calendar():
    book, invoice, credit = credited_book()
    book.approve(credit, room="cap")
    prolonged, later = replace(source(), ends_on=EXTENDED), AFTER + timedelta(1)
    change(book, prolonged)
    assert drawdown.takes_in(book.drawdowns[invoice], later, prolonged)
    judge(book, invoice)
    assert not drawdown.takes_in(book.drawdowns[invoice], later, prolonged)
    book.take_back(credit)
    assert drawdown.takes_in(book.drawdowns[invoice], later, prolonged)
    judge(book, invoice)
    book.approve(credit, room="cap")
    assert supported(book) == (60, 60, 0)


@with_any(st.lists(st.tuples(st.booleans(), st.integers(1, 60_000)), min_size=1, max_size=6))
def test_judged_again_the_support_is_within_the_ceiling_and_nothing_moves(invoices):
    book = funded_book()
    name = ordered(book, 5_000)
    ids = []
    for i, (late, ore) in enumerate(invoices):
        ids.append(book.record(str(i), ore / 100, name, on=AFTER if late else IN))
        if i % 2:
            book.approve(ids[-1])
    places = book.places()
    change(book, replace(source(), ends_on=EXTENDED))
    for id in ids:
        try:
            judge(book, id)
        except JudgedAlready:
            continue
    used = book.of.funding[0]
    assert used.support <= kr(1_000)
    stored = [part for one in book.drawdowns.values() for a in one.allocations for part in a.funded]
    assert used.support == sum(s.amount for part in stored for s in part.support)
    assert book.places() == places
    assert book.use == book.sum_of_positions()


# ── Each decision from its day ────────────────────────────────────────────────────────────────

DECIDED, BEFORE, SINCE = date(2024, 4, 10), date(2024, 4, 9), date(2024, 4, 10)


def decide_on(book, day, today=BEFORE, **more):
    command = agreement.DecideFunding(
        agreement="A1", source=source(**more), decision="D", decided_on=day
    )
    book.do(command, today=today)


def change_on(book, day, today=BEFORE, **more):
    command = agreement.ChangeFunding(
        agreement="A1", source=source(**more), decision="D", decided_on=day
    )
    book.do(command, today=today)


def withdraw_on(book, day, today=BEFORE):
    command = agreement.WithdrawFunding(agreement="A1", name="ESF", decision="D", decided_on=day)
    book.do(command, today=today)


def invoiced(book, kronor, issued_on, today, number="1"):
    """What a source covers of an invoice that is recorded on a day."""
    name = ordered(book, 3_000)
    parts = (drawdown.Part(order=name, amount=kr(kronor)),)
    return told(book, book.record(number, kronor, name, on=issued_on, parts=parts, today=today))


NOBODY_PAYS = (0, 0, {"not-funded": 100})
HALF, MOST = (100, 50, {}), (100, 80, {})
CHANGES = [
    (lambda book, day, today: change_on(book, day, today, share=8_000), HALF, MOST),
    (withdraw_on, HALF, NOBODY_PAYS),
    (
        lambda book, day, today: change_on(book, day, today, share=5_000, kinds=("development",)),
        HALF,
        (0, 0, {"kind": 100}),
    ),
]


@pytest.mark.parametrize(("act", "before", "since"), CHANGES)
@pytest.mark.parametrize("late", [False, True])
def test_what_a_funder_decides_of_a_grant_holds_for_costs_from_its_day(act, before, since, late):
    today = SINCE if late else BEFORE
    for day, found in ((BEFORE, before), (SINCE, since)):
        book = funded_book(source(share=5_000))
        act(book, DECIDED, today)
        assert invoiced(book, 100, day, max(day, today)) == found


def test_decisions_hold_from_their_days_in_whatever_order_they_are_recorded():
    book = funded_book(source(share=5_000))
    change_on(book, date(2024, 5, 1), share=9_000)
    change_on(book, DECIDED, share=8_000)
    found = [
        invoiced(book, 100, day, day, str(i))[1]
        for i, day in enumerate((BEFORE, SINCE, date(2024, 4, 30), date(2024, 5, 1)))
    ]
    assert found == [50, 80, 80, 90]


@pytest.mark.parametrize(("recorded", "eligible"), [(BEFORE, 200), (EXTENDED, 300)])
def test_judged_again_an_invoice_has_less_for_what_was_known_when_it_came(recorded, eligible):
    """A ceiling that was set ahead was known before its day, one that is recorded late was not:
    another decision that makes the invoice be judged again changes nothing of that."""
    ahead = date(2024, 7, 1)
    book = funded_book(source(ceiling=500))
    if recorded < ahead:
        change_on(book, ahead, today=recorded, ceiling=200)
    name = ordered(book, 3_000)
    id = book.record("1", 300, name, on=SINCE, today=SINCE)
    if recorded > ahead:
        change_on(book, ahead, today=recorded, ceiling=200)
    change_on(book, DECIDED, today=EXTENDED, ceiling=400)
    again = drawdown.JudgeAgain(drawdown=id, on=EXTENDED, since=SINCE, came=SINCE)
    with pytest.raises(JudgedAlready):
        book.do(again, book.own(id), EXTENDED)
    assert told(book, id)[0] == eligible


def test_a_grant_that_is_decided_from_a_later_day_pays_nothing_until_that_day():
    book = funded_book(source("Other"))
    decide_on(book, DECIDED)
    assert invoiced(book, 100, BEFORE, BEFORE) == NOBODY_PAYS
    assert invoiced(book, 100, BEFORE, SINCE, "2") == (100, 100, {})
    assert invoiced(book, 100, SINCE, SINCE, "3") == (100, 100, {})


def test_what_a_grant_pays_before_it_is_withdrawn_is_not_less_for_the_withdrawal_to_come():
    book = funded_book(source(ceiling=500, share=5_000))
    withdraw_on(book, DECIDED)
    assert invoiced(book, 900, BEFORE, BEFORE) == (900, 450, {})
    assert invoiced(book, 200, BEFORE, BEFORE, "2") == (100, 50, {"beyond-ceiling": 100})


def test_a_ceiling_that_is_lowered_from_a_later_day_is_not_passed_before_it():
    book = funded_book(source(ceiling=500, share=5_000))
    change_on(book, DECIDED, share=5_000, ceiling=200)
    assert invoiced(book, 900, BEFORE, BEFORE) == (400, 200, {"beyond-ceiling": 500})


def test_a_share_from_a_later_day_leaves_what_is_paid_before_it_as_it_is():
    book = funded_book(source(ceiling=500, share=5_000))
    change_on(book, DECIDED, share=10_000, ceiling=500)
    assert invoiced(book, 900, BEFORE, BEFORE) == (900, 450, {})


def test_judged_again_an_invoice_is_judged_by_the_funding_of_that_day():
    book = funded_book(source(share=5_000))
    name = ordered(book)
    id = book.record("1", 100, name, on=BEFORE)
    change_on(book, DECIDED, share=8_000)
    with pytest.raises(JudgedAlready):
        book.do(drawdown.JudgeAgain(drawdown=id, on=BEFORE), book.own(id))
    book.do(drawdown.JudgeAgain(drawdown=id, on=SINCE), book.own(id))
    assert told(book, id) == (100, 80, {})


# ── What a grant covers from a later day, when invoices use it before ─────────────────────────


def covers(book, day):
    """What the grant's limit is on a day, in kronor."""
    amount = book.of.limits[-1].amount_on(day)
    return None if amount is None else amount / 100


AHEAD = date(2024, 5, 1)
HALF_OF_500 = {"ceiling": 500, "share": 5_000}


def with_change_ahead(share=8_000):
    """A grant of 500 that pays half of a cost, and from a later day another share."""
    book = funded_book(source(**HALF_OF_500))
    change_on(book, AHEAD, share=share, ceiling=500)
    return book


def test_what_a_grant_covers_from_a_later_day_is_measured_anew_when_an_invoice_uses_it_before():
    book = with_change_ahead()
    assert (covers(book, BEFORE), covers(book, AHEAD)) == (1_000, 625)
    assert invoiced(book, 100, BEFORE, BEFORE) == HALF
    # 100 is covered, and 450 is left: at four fifths that is 562.50 more.
    assert (covers(book, BEFORE), covers(book, AHEAD)) == (1_000, 662.5)
    assert invoiced(book, 100, AHEAD, AHEAD, "2") == MOST
    assert covers(book, AHEAD) == 662.5


def test_the_rest_of_a_grant_is_covered_to_its_last_krona_after_the_later_day():
    book = with_change_ahead()
    invoiced(book, 100, BEFORE, BEFORE)
    assert invoiced(book, 600, AHEAD, AHEAD, "2") == (562.5, 450, {"beyond-ceiling": 37.5})


def test_an_order_on_a_later_day_is_held_to_what_the_grant_covers_after_earlier_invoices():
    def hard(share):
        book = funded_book(source(**HALF_OF_500, effect="hard"))
        change_on(book, AHEAD, share=share, ceiling=500, effect="hard")
        name = ordered(book, 100)
        book.record("1", 100, name, on=BEFORE, today=BEFORE)
        return book

    more = {"today": AHEAD, "on": AHEAD}
    hard(8_000).place(line(562.5, funding="ESF"), **more)
    with pytest.raises(CapExceeded):
        hard(8_000).place(line(562.51, funding="ESF"), **more)


def test_a_grant_that_is_withdrawn_from_a_later_day_covers_then_what_it_has_covered_until_it():
    book = funded_book(source(**HALF_OF_500))
    withdraw_on(book, DECIDED)
    assert covers(book, DECIDED) == 0
    invoiced(book, 100, BEFORE, BEFORE)
    assert (covers(book, BEFORE), covers(book, DECIDED)) == (1_000, 100)
    invoiced(book, 50, DECIDED, DECIDED, "2")
    assert covers(book, DECIDED) == 100


def test_an_invoice_that_is_turned_down_leaves_no_trace_on_what_a_grant_covers():
    book = with_change_ahead()
    name = ordered(book)
    id = book.record("1", 100, name, on=BEFORE, today=BEFORE)
    book.reject(id, on=AHEAD)
    assert [covers(book, day) for day in (BEFORE, AHEAD, date.max)] == [1_000, 625, 625]


def test_a_credit_after_the_later_day_gives_back_what_its_invoice_made_of_it_from_its_own_day():
    book = with_change_ahead()
    name = ordered(book)
    id = book.record("1", 100, name, on=BEFORE, today=BEFORE)
    book.approve(id, on=BEFORE)
    credit = book.record("2", -100, name, on=date(2024, 6, 1), credits=id)
    book.approve(credit, on=date(2024, 6, 1), room="cap")
    days = (BEFORE, AHEAD, date(2024, 5, 31), date(2024, 6, 1))
    assert [covers(book, day) for day in days] == [1_000, 662.5, 662.5, 625]


def test_an_invoice_that_is_judged_again_by_another_share_is_measured_by_it_from_that_day():
    book = with_change_ahead()
    name = ordered(book)
    id = book.record("1", 100, name, on=BEFORE, today=BEFORE)
    book.do(drawdown.JudgeAgain(drawdown=id, on=AHEAD), book.own(id), AHEAD)
    assert told(book, id) == MOST
    assert covers(book, AHEAD) == 625


def test_a_grant_whose_share_is_one_for_ever_is_measured_once_whatever_its_support_is_rounded():
    book = funded_book(source(ceiling=500, share=3_333))
    change_on(book, AHEAD, share=3_333, ceiling=600)
    for i in range(5):
        invoiced(book, 0.01 + i, BEFORE, BEFORE, str(i))
    assert not [new for new, _ in book.log if isinstance(new.event, FundingMeasured)]


def test_an_unknown_ceiling_from_a_later_day_stays_unknown():
    book = funded_book(source(**HALF_OF_500))
    change_on(book, AHEAD, share=8_000, ceiling=None)
    assert invoiced(book, 100, BEFORE, BEFORE) == HALF
    assert covers(book, AHEAD) is None


SHARES = st.sampled_from([2_500, 5_000, 8_000, 10_000])
USES = st.lists(
    st.tuples(st.integers(1, 40_000), st.sampled_from(["waits", "approved", "rejected"])),
    min_size=1,
    max_size=5,
)


@with_any(SHARES, SHARES, st.sampled_from([300, 500, 2_000]), USES, st.booleans())
def test_decided_ahead_a_grant_covers_what_it_does_decided_on_its_day(
    share, then, ceiling, uses, withdrawn
):
    """The same invoices before that day: an öre a part for the rounding of support."""
    books = []
    for ahead in (True, False):
        book = funded_book(source(ceiling=500, share=share))

        def decide_it(today, book=book):
            if withdrawn:
                withdraw_on(book, AHEAD, today)
            else:
                change_on(book, AHEAD, today, share=then, ceiling=ceiling)

        name = ordered(book, 5_000)
        if ahead:
            decide_it(BEFORE)
        for i, (ore, becomes) in enumerate(uses):
            id = book.record(str(i), ore / 100, name, on=BEFORE, today=BEFORE)
            if becomes == "rejected":
                book.reject(id, on=BEFORE)
            elif becomes == "approved":
                book.approve(id, on=BEFORE)
        if not ahead:
            decide_it(AHEAD)
        books.append(book)
    given = [one.of.funding[0] for one in books]
    # A ceiling to come is kept to before its day: then no more is covered, and no more is left.
    if given[0].eligible == given[1].eligible:
        ahead, after = (covers(one, AHEAD) for one in books)
        assert abs(ahead - after) <= 0.05 * len(uses)


# ── Results ───────────────────────────────────────────────────────────────────────────────────


def report(book, **more):
    terms = {"programme": "Trainee", "round": 4, "result": "Nya uppdrag", **more}
    book.do(agreement.ReportResult(agreement="A1", on=DAY, **terms))


def test_a_round_s_result_is_kept_and_the_last_report_of_it_counts():
    book = Book()
    report(book, participants=20)
    report(book, round=3, result="Först")
    report(book, result="Rättat", participants=19, completed=19, women=10, men=9)
    kept = {one.round: (one.result, one.participants) for one in book.of.results}
    assert kept == {3: ("Först", None), 4: ("Rättat", 19)}


def test_no_more_complete_it_or_are_counted_than_took_part():
    for wrong in ({"completed": 21}, {"women": 11, "men": 10}):
        with pytest.raises(Invalid):
            report(Book(), participants=20, **wrong)
    report(Book(), completed=21)


def test_a_reference_that_is_claimed_or_paid_already_is_flagged_until_it_is_taken_back():
    book = funded_book()
    book.approve(book.record("1", 800, ordered(book), on=IN))
    assert (claim(book, 100), claim(book, 50)) == ((), ("claimed-again:R",))
    assert (receive(book, 10), receive(book, 5)) == ((), ("paid-again:P",))
    assert (claim(book, -150), claim(book, 20)) == ((), ())
    assert (receive(book, -15), receive(book, 20)) == ((), ())
