"""Whatever rights, deputies and codes there are: no approval without a right that covers it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.refusals import Invalid, MayNotAttest, Refusal
from tests.domain.domain_given import APPROVER, BUYER, DAY, Book, By, kr, line

PEOPLE = ("p-approver", "p-one", "p-two")
CODES = ("4100", "4101", "5200", None)
PATTERNS = ("4100", "41*", "4*", "5200", "*")
DAYS = st.integers(-5, 5)
GRANTS = st.tuples(
    st.sampled_from(PEOPLE),
    st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2),
    st.none() | st.integers(1, 200),
    DAYS,
    st.none() | DAYS,
)
DEPUTIES = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), DAYS, st.none() | DAYS)
LINES = st.lists(
    st.tuples(st.integers(1, 100), st.sampled_from(CODES), st.none() | st.sampled_from(PEOPLE)),
    min_size=1,
    max_size=3,
)


def day(offset: int | None) -> date | None:
    return None if offset is None else DAY + timedelta(days=offset)


def attempt(call, *args, **more) -> None:
    try:
        call(*args, **more)
    except Refusal:
        return


def reaches(pattern: str, code: str | None) -> bool:
    """What a pattern is a right to, said once more and otherwise than in the code."""
    if pattern == "*":
        return True
    return code is not None and (code.startswith(pattern.strip("*")) and (
        pattern.endswith("*") or code == pattern
    ))  # fmt: skip


@given(
    LINES,
    st.lists(GRANTS, max_size=4),
    st.lists(DEPUTIES, max_size=3),
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(CODES[:3]), st.sampled_from(PEOPLE))),
    st.sampled_from(PEOPLE),
    DAYS,
    DAYS,
)
def test_no_approval_passes_without_a_right_that_covers_it(
    lines, grants, deputies, recodings, orderer, on, today
):
    # given an order, an invoice of it, and rights and deputies of all kinds
    book = Book()
    by = By(person=orderer, organisation=BUYER, role="orderer")
    asked = [line(amount, cost_centre=code, responsible=who) for amount, code, who in lines]
    order = book.place(*asked, by=by)
    book.confirm(order)
    amount = sum(kronor for kronor, _, _ in lines)
    id = book.record("1", amount, order)
    for person, patterns, limit, starts, ends in grants:
        attempt(book.grant, person, *patterns, limit=limit, on=day(starts), to=day(ends))
    for deputy, person, starts, ends in deputies:
        attempt(book.name_deputy, deputy, person, on=day(starts), to=day(ends))
    for number, code, person in recodings:
        who = By(person=person, organisation=BUYER, role="finance")
        attempt(book.recode, order, number, by=who, cost_centre=code)
    rules = book.rules
    # when somebody approves it
    attempt(book.approve, id, day(on), today=day(today))
    state = book.drawdowns[id]
    if state.status != "approved":
        return
    # then there are no rights at all, or theirs, or whose deputy they are, covers all of it
    if rules is None or not rules.rights:
        assert state.right is None
        return
    right = next(one for one in rules.rights if one.number == state.right)
    days = day(on), day(today)
    assert all(right.starts_on <= at for at in days)
    assert right.ends_on is None or max(days) <= right.ends_on
    assert right.limit is None or kr(amount) <= right.limit
    for one in book.orders[order].lines:
        assert any(reaches(pattern, one.cost_centre) for pattern in right.responsibilities)
        assert one.responsible not in (APPROVER.person, right.person)
    if right.person != APPROVER.person:
        assert state.deputy_for == right.person
        assert any(
            (one.deputy, one.person) == (APPROVER.person, right.person)
            and one.starts_on <= min(days)
            and (one.ends_on is None or max(days) <= one.ends_on)
            for one in rules.deputies
        )
    # and it is no one's own cost
    assert orderer not in (APPROVER.person, right.person)
    coders = {person for _, person in book.orders[order].coded_by}
    assert not coders & {APPROVER.person, right.person}


@given(
    LINES,
    st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(CODES[:3]), st.integers(0, 4)), max_size=6
    ),
    st.integers(0, 150),
)
def test_re_coding_never_moves_the_four_places(lines, recodings, invoiced):
    book = Book()
    asked = [line(amount, cost_centre=code) for amount, code, _ in lines]
    order = book.place(*asked)
    for number, code, step in recodings:
        before, total = book.places(), sum(one.amount for one in book.orders[order].lines)
        try:
            facts = book.recode(order, number, cost_centre=code)
        except Invalid:
            facts = []
        assert book.places() == before
        assert book.sum_of_positions() == book.use
        assert sum(one.amount for one in book.orders[order].lines) == total
        moves = [move for new in facts[1:] for move in new.event.moves]
        for place in ("reserved", "committed", "drawn"):
            assert sum(getattr(move, place) for move in moves) == 0
        # and the order goes on meanwhile
        if step == 0 and book.orders[order].status == "placed":
            book.confirm(order)
        if step == 1 and invoiced and "1" not in {d.invoice for d in book.drawdowns.values()}:
            book.draw("1", invoiced, order)


def test_the_first_property_meets_approvals_that_pass_and_that_do_not():
    book = Book()
    id = book.record("1", 10, book.placed_and_confirmed(line(10, cost_centre="4100")))
    book.grant(APPROVER.person, "52*")
    with pytest.raises(MayNotAttest):
        book.approve(id)
    book.grant(APPROVER.person, "41*")
    book.approve(id)
    assert book.drawdowns[id].right == 2
