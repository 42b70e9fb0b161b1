"""A credit of several invoices takes back what it says, of what they drew, to the öre."""

from collections import Counter
from contextlib import suppress

from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.domain.drawdown import Part, as_it_counts
from ledger.domain.drawdown.crediting import spread
from ledger.domain.refusals import Invalid
from tests.domain.domain_given import Book, kr, line

ORE = st.integers(0, 40_00)


def drawn(amounts):
    """An order of two lines, and an invoice for each pair of amounts: so much of each line."""
    book = Book()
    name = book.placed_and_confirmed(line(1_000), line(1_000, "development"))
    ids = []
    for number, pair in enumerate(amounts):
        parts = tuple(Part(order=name, line=i, amount=ore) for i, ore in enumerate(pair, 1) if ore)
        total = sum(pair) / 100
        ids.append(book.draw(f"F{number}", total, name, parts=parts))
    return book, name, ids


@given(st.lists(st.tuples(ORE, ORE).filter(any), min_size=2, max_size=4), st.tuples(ORE, ORE))
def test_each_line_of_a_credit_is_taken_of_what_its_invoices_have_left_of_it(amounts, asked):
    assume(any(asked))
    book, name, ids = drawn(amounts)
    parts = [Part(order=name, line=i, amount=-ore) for i, ore in enumerate(asked, 1) if ore]
    found = spread(parts, book.orders, [book.drawdowns[id] for id in ids])
    taken: Counter[int] = Counter()
    for one, its in found.parts:
        own = dict(enumerate(amounts[ids.index(one.id)], 1))
        for part in its:
            assert 0 < -part.amount <= own[part.line]
            taken[part.line] -= part.amount
    beyond = {part.line: rest for part, rest in found.beyond}
    for i, ore in enumerate(asked, 1):
        there = sum(pair[i - 1] for pair in amounts)
        assert (taken[i], beyond.get(i, 0)) == (min(ore, there), max(0, ore - there))
    assert found.is_whole == (not beyond)


@given(st.lists(st.tuples(ORE, ORE).filter(any), min_size=2, max_size=4), st.data())
def test_a_credit_of_several_that_is_moved_is_of_the_same_amount_and_gives_all_back(amounts, data):
    book, name, ids = drawn(amounts)
    most = [sum(pair[i] for pair in amounts) for i in (0, 1)]
    asked = [data.draw(st.integers(0, there)) for there in most]
    assume(sum(asked))
    states = [book.drawdowns[id] for id in ids]
    before = book.of.totals
    first, *others = ids
    credit = book.record("K", -sum(asked) / 100, name, credits=first, also_credits=tuple(others))
    parts = [(name, i, -ore / 100) for i, ore in enumerate(asked, 1) if ore]
    with suppress(Invalid):  # where it is there already
        book.move(credit, *parts)
    state = book.drawdowns[credit]
    by_line: Counter[int] = Counter()
    for part in state.allocations:
        by_line[part.line] -= part.amount
    assert [by_line[1], by_line[2]] == asked
    assert sum(one.amount for one in state.taken) == sum(asked) == -state.amount
    book.approve(credit, room="cap")
    assert sum(book.drawdowns[id].credited for id in ids) == sum(asked)
    book.take_back(credit)
    assert [book.drawdowns[id].credited for id in ids] == [one.credited for one in states]
    assert book.of.totals == before


@given(st.lists(st.integers(-kr(50), kr(50)), min_size=1, max_size=5))
def test_amounts_of_a_document_count_as_it_does_whichever_sign_they_are_written_with(amounts):
    total = sum(amounts)
    assert as_it_counts(amounts, total) == amounts
    if total < 0:
        assert as_it_counts([-ore for ore in amounts], total) == amounts
        mixed = [abs(ore) for ore in amounts]
        if all(ore <= 0 for ore in amounts):
            assert as_it_counts(mixed, total) == amounts
