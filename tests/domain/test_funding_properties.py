"""Whatever is invoiced and credited: eligible and not are the whole, and no ceiling gives."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.domain import agreement
from ledger.domain.drawdown import Part
from ledger.domain.drawdown.allocation import by_order, to_credit
from ledger.domain.events import Party
from ledger.domain.funding import FULL, FundingSource, sources_of, total
from ledger.domain.limits import used
from ledger.domain.position import by_organisation
from ledger.domain.refusals import Refusal
from ledger.domain.regime import Policy
from tests.domain.domain_given import BUYER, DAY, OTHER_BUYER, Book, kr, line, split
from tests.domain.test_funding import decide

THIRD = "2120001488"
NAMES = ("ESF", "Region", "undecided", None)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("place", "place", "record", "record", "record", "approve", "approve"),
                *("reject", "credit", "credit", "change", "withdraw"),
            ]
        ),
        st.integers(0, 9),
        st.integers(1, 4_000),
        st.integers(1, 4_000),
    ),
    min_size=5,
    max_size=40,
)
SHARES = st.integers(1, FULL)


def source(name, ceiling, share, days=25, **more):
    return FundingSource(
        name=name,
        funder="F",
        ceiling=ceiling,
        starts_on=DAY,
        ends_on=DAY + timedelta(days=days),
        share=share,
        **more,
    )


def new_book(share, *, joint):
    parts = split("shares", {BUYER: 5, OTHER_BUYER: 3, THIRD: 1})
    book = Book(
        cap=kr(10_000_000),
        buyers=tuple(
            Party(organisation=name, role="lead" if name == BUYER else "member")
            for name in (BUYER, OTHER_BUYER, THIRD)
        ),
        policy=Policy(split=parts if joint else None),
    )
    decide(book, source("ESF", 60_000, share))
    decide(book, source("Region", None, 5_000, kinds=("development",)))
    return book


def step(book, number, name, which, a, b):
    """One command with arguments drawn from what there is. A credit is approved with its record."""
    day = DAY + timedelta(days=number)
    orders = list(book.orders)
    waiting = [id for id, d in book.drawdowns.items() if d.status == "recorded"]
    approved = [d for d in book.drawdowns.values() if d.status == "approved" and d.amount > 0]
    if name == "place" or not orders:
        lines = (
            line(a / 10, "development", funding=NAMES[which % 4]),
            line(b / 10, funding=NAMES[b % 4]),
        )
        book.placed_and_confirmed(*lines, on=day)
    elif name == "record":
        order = orders[which % len(orders)]
        part = Part(order=order, amount=a * 10, line=(None, 1, 2)[b % 3])
        book.record(f"I{number}", a / 10, order, day, parts=(part,))
    elif name in ("approve", "reject") and waiting:
        getattr(book, name)(waiting[which % len(waiting)], day)
    elif name == "credit" and approved:
        credited = approved[which % len(approved)]
        amount = min(a * 10, credited.amount - credited.credited) / 100
        room = ("cap", "order")[b % 2]
        named = {"credits": credited.id} if b % 5 else {}
        book.draw(f"C{number}", -amount, credited.orders[0], day, room=room, **named)
    elif name == "change" and not which:
        had = book.of.funding[0].source
        command = agreement.ChangeFunding(
            agreement="A1", source=replace(had, ceiling=a * 100), decision="D", decided_on=day
        )
        book.do(command)
    elif name == "withdraw" and which == 9:
        command = agreement.WithdrawFunding(
            agreement="A1", name="Region", decision="D", decided_on=day
        )
        book.do(command)


def counted(book):
    """What counts of a source: invoices that are not rejected, and approved credits."""
    return [
        part
        for state in book.drawdowns.values()
        if state.status != "rejected" and (state.amount > 0 or state.status != "recorded")
        for part in state.allocations
    ]


def check_whole(book):
    """Eligible and not eligible are the invoiced, for each organisation."""
    for state in book.drawdowns.values():
        for name, lines in by_order(state.allocations).items():
            carried = by_organisation(lines, book.orders[name].buyer)
            for one in lines:
                found = {}
                for organisation, _, amount in sources_of(one.funded):
                    found[organisation] = found.get(organisation, 0) + amount
                assert {k: v for k, v in found.items() if v} == carried.get(one.line, {})


def check_sources(book):
    """What the agreement says of each source is what its invoices took, within its ceiling."""
    for had in book.of.funding:
        name = had.source.name
        taken = [one for part in counted(book) for one in part.funded if one.source == name]
        assert had.eligible == sum(total(one.eligible) for one in taken)
        assert had.support == sum(total(one.support) for one in taken)
        if all(d.credits for d in book.drawdowns.values() if d.amount < 0):
            assert 0 <= had.support <= had.eligible
        (limit,) = (one for one in book.of.limits if one.name == name)
        net = [
            one
            for state in book.drawdowns.values()
            if state.status in ("approved", "reversed")
            for part in state.allocations
            for one in part.funded
            if one.source == name
        ]
        assert used(limit, book.of.totals).drawn == sum(total(one.eligible) for one in net)


@settings(max_examples=60, deadline=None)
@given(STEPS, SHARES, st.booleans())
def test_eligible_and_not_eligible_are_the_whole_and_the_four_places_add_up(steps, share, joint):
    book = new_book(share, joint=joint)
    for number, (name, which, a, b) in enumerate(steps):
        ceiling, support = book.of.funding[0].source.ceiling, book.of.funding[0].support
        try:
            step(book, number, name, which, a, b)
        except Refusal:
            continue
        use = book.use
        assert use == book.sum_of_positions()
        assert book.of.cap.amount == use.reserved + use.committed + use.drawn + book.remaining
        check_whole(book)
        check_sources(book)
        after = book.of.funding[0]
        if after.source.ceiling == ceiling:
            assert after.support <= max(ceiling, support), "a ceiling is never passed"


@settings(max_examples=60, deadline=None)
@given(SHARES, st.lists(st.integers(1, 90_000), min_size=1, max_size=6), st.booleans())
def test_credits_in_any_parts_give_back_exactly_what_their_invoice_took(share, parts, joint):
    book = new_book(share, joint=joint)
    name = book.placed_and_confirmed(
        line(500, funding="ESF"), line(400, "development", funding="Region")
    )
    other = book.draw("other", 300, name)
    before = book.of.funding
    id = book.draw("I", sum(parts) / 100, name)
    for number, part in enumerate(parts):
        book.draw(f"C{number}", -part / 100, name, credits=id, room="order")
    assert book.drawdowns[id].status == "reversed"
    assert book.of.funding == before
    left = to_credit(book.orders[name], book.drawdowns[id])
    assert [one for one in left if one.amount or one.shares or one.funded] == []
    assert book.drawdowns[other].status == "approved"
