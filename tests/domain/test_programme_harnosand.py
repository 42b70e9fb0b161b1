"""Härnösand and Mittuniversitetet: the whole table of the core case, figures after every step."""

from datetime import date

import pytest

from ledger.domain.refusals import CapExceeded, NotCovered, OutsideTerm
from tests.domain.domain_given import Book, kr, line, seats


def test_the_table_of_the_core_case_holds_after_every_step():
    book = Book()
    k = 1_000
    assert book.figures() == (0, 0, 2_000 * k)

    first = book.place(line(60 * k, "development"), seats(12, 15 * k), on=date(2023, 11, 20))
    assert book.figures() == (240 * k, 0, 1_760 * k)
    book.confirm(first, date(2023, 11, 28))
    assert book.figures() == (240 * k, 0, 1_760 * k)
    invoice = book.draw("90012345", 240 * k, first, date(2024, 3, 25), vat=kr(60 * k))
    assert book.figures() == (240 * k, 240 * k, 1_760 * k)
    credit = {"credits": invoice, "room": "cap"}
    book.draw("90012571", -15 * k, first, date(2024, 5, 10), **credit)
    assert book.figures() == (225 * k, 225 * k, 1_775 * k)

    second = book.placed_and_confirmed(
        line(45 * k, "development"), seats(20, 14 * k), on=date(2024, 6, 3)
    )
    assert book.figures() == (550 * k, 225 * k, 1_450 * k)
    book.cancel(second, date(2024, 8, 8), seats=2, fee=kr(7 * k))
    assert book.figures() == (529 * k, 225 * k, 1_471 * k)
    book.draw("90013001", 152 * k, second, date(2024, 9, 2))
    assert book.figures() == (529 * k, 377 * k, 1_471 * k)
    book.draw("90013999", 152 * k, second, date(2024, 12, 16))
    assert book.figures() == (529 * k, 529 * k, 1_471 * k)

    third = book.placed_and_confirmed(
        line(250 * k, year=2025),
        line(200 * k, year=2026),
        line(150 * k, year=2026),
        on=date(2025, 2, 10),
    )
    assert book.figures() == (1_129 * k, 529 * k, 871 * k)
    book.draw("90014500", 250 * k, third, date(2025, 5, 30))
    assert book.figures() == (1_129 * k, 779 * k, 871 * k)
    with pytest.raises(CapExceeded) as refused:
        book.place(line(880 * k), on=date(2025, 11, 3))
    assert refused.value.figures["over"].ore == kr(9 * k)
    assert book.figures() == (1_129 * k, 779 * k, 871 * k)

    book.amend(2_150 * k, on=date(2026, 1, 20))
    assert book.figures() == (1_129 * k, 779 * k, 1_021 * k)
    with pytest.raises(NotCovered):
        book.amend(2_210 * k, on=date(2026, 4, 14))
    book.amend(2_210 * k, on=date(2026, 4, 14), record_uncovered=True)
    assert book.figures() == (1_129 * k, 779 * k, 1_021 * k)

    book.draw("90015500", 200 * k, third, date(2026, 5, 29))
    assert book.figures() == (1_129 * k, 979 * k, 1_021 * k)
    last = book.draw("90016500", 160 * k, third, date(2026, 12, 18))
    assert book.drawdowns[last].flags == ("exceeds-order", "exceeds-line:A1-0003/3:10000.00")
    assert book.figures() == (1_129 * k, 1_139 * k, 1_011 * k)
    book.draw("90016600", -10 * k, third, date(2027, 1, 12), credits=last, room="cap")
    assert book.figures() == (1_129 * k, 1_129 * k, 1_021 * k)

    late = book.place(line(20 * k), on=date(2027, 8, 30), starts_on=date(2027, 10, 4))
    assert book.figures() == (1_149 * k, 1_129 * k, 1_001 * k)
    with pytest.raises(OutsideTerm):
        book.place(line(k), on=date(2027, 9, 5))
    book.confirm(late, date(2027, 9, 1))
    book.draw("90017000", -5 * k, third, date(2027, 11, 15), credits=last, room="cap")
    assert book.figures() == (1_144 * k, 1_124 * k, 1_006 * k)
    assert book.use == book.sum_of_positions()
