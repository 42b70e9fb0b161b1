"""What goes one way and back again is no finding of the verifier; a step left out of it is one."""

import pytest

from ledger.audit.verifier import verify
from ledger.domain.agreement import LimitTerms, RectifySigning, RemoveLimit
from ledger.domain.events import NAME_OF
from tests.audit.audit_given import entry_of, log
from tests.domain.domain_given import DAY, MANAGER, Book, kr, line


def played() -> Book:
    book = Book(cap=kr(1_000), limits=(LimitTerms(name="2035", year=2035, amount=kr(1)),))
    right = RectifySigning(agreement="A1", on=DAY, reason="mistyped", cap=kr(100_000))
    book.do(right, MANAGER)
    book.do(RemoveLimit(agreement="A1", name="2035", on=DAY, reason="typed"), MANAGER)
    one, two = (book.placed_and_confirmed(line(10_000)) for _ in range(2))
    id = book.draw("1", 4_000, one)
    credit = book.draw("K1", -1_000, one, credits=id, room="cap")
    book.take_back(credit)
    book.approve(credit, room="order")
    book.take_back(credit)
    book.withdraw(credit)
    book.take_back(id)
    book.move(id, (two, None, 4_000))
    book.approve(id)
    book.take_back(id)
    book.reject(id)
    book.draw("1", 5_000, two)
    book.close(one)
    book.reopen(one)
    return book


def read(facts) -> tuple[list[str], verify.Books]:
    report, books = verify.Report(), verify.Books()
    for row in log(facts):
        books.record(row.index, entry_of(row), report)
    books.ties.check(report)
    return report.wrong, books


def facts_of(book: Book) -> list:
    return [(new.stream, new.event) for new, _ in book.log]


def test_ways_back_are_no_findings_and_the_figures_are_those_of_the_ledger():
    book = played()
    wrong, books = read(facts_of(book))
    assert (wrong, books.unknown) == ([], set())
    figures = books.figures("A1")
    assert set(figures) == {"cap"}
    use = book.use
    assert (figures["cap"]["cap"], figures["cap"]["remaining"]) == (kr(100_000), book.remaining)
    assert (figures["cap"]["committed"], figures["cap"]["drawn"]) == (use.committed, use.drawn)


@pytest.mark.parametrize(
    "name",
    [
        "order-drawing-taken-back",
        "order-credit-taken-back",
        "drawdown-approved",
        "order-drawn",
        "order-reopened",
    ],
)
def test_a_step_that_was_left_out_is_found(name):
    facts = facts_of(played())
    place = max(i for i, (_, event) in enumerate(facts) if NAME_OF[type(event)] == name)
    wrong, _ = read(facts[:place] + facts[place + 1 :])
    assert wrong != []
