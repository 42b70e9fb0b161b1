"""Code strings: the map that says which parts there are, lines coded by it, and coded anew."""

from datetime import date

import pytest

from ledger.domain.codes import WHOLE, CodePart, CodeRange
from ledger.domain.refusals import Invalid, NotAParty, WrongStatus
from tests.domain.domain_given import UNIVERSITY, Book, By, kr, line

ANSVAR = CodePart(name="ansvar", lengths=(4,), required=True)
KONTO = CodePart(
    name="konto", required=True, values=("5020",), ranges=(CodeRange(first="4600", last="4699"),)
)
PROJEKT = CodePart(name="projekt", characters="letters and digits")


@pytest.fixture
def book() -> Book:
    book = Book()
    book.set_code_map(ANSVAR, KONTO, PROJEKT)
    return book


def faults(call, *args, **more) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        call(*args, **more)
    return [
        (fault.pointer, fault.sentence.format(**fault.figures)) for fault in refusal.value.faults
    ]


# ── Lines ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "given", ["4100-4631", "4100-4631-", (("konto", "4631"), ("ansvar", "4100"))]
)
def test_codes_are_read_by_part_or_as_written_and_kept_in_the_map_s_order(book, given):
    (coded,) = book.orders[book.place(line(10, codes=given))].lines
    assert coded.codes == (("ansvar", "4100"), ("konto", "4631"))
    assert coded.code_string == "4100-4631"
    assert coded.cost_centre == "4100"


def test_a_part_left_out_in_the_middle_stands_empty(book):
    book.set_code_map(ANSVAR, CodePart(name="konto"), PROJEKT)
    (coded,) = book.orders[book.place(line(10, codes="4100--P7"))].lines
    assert coded.codes == (("ansvar", "4100"), ("projekt", "P7"))
    assert coded.code_string == "4100--P7"


def test_a_cost_centre_alone_is_the_responsibility(book):
    book.set_code_map(ANSVAR)
    (coded,) = book.orders[book.place(line(10, cost_centre="4100"))].lines
    assert coded.codes == (("ansvar", "4100"),)


def test_every_fault_of_every_line_is_named_at_its_part(book):
    lines = (
        line(10, codes=(("ansvar", "41x"), ("motpart", "1"))),
        line(10, codes="4100-4700-P7"),
        line(10),
        line(10, codes="1-2-3-4"),
        line(10, codes="4100-4631", cost_centre="5200"),
    )
    assert faults(book.place, *lines) == [
        ("/lines/0/codes/motpart", "The code map has no part motpart; it has ansvar, konto, "
         "projekt."),
        ("/lines/0/codes/ansvar", "41x does not do for ansvar, which is written in digits."),
        ("/lines/0/codes/ansvar", "41x has 3 characters; ansvar has 4."),
        ("/lines/0/codes/konto", "The code map asks for konto."),
        ("/lines/1/codes/konto", "4700 is not among the values of konto."),
        ("/lines/2/codes/ansvar", "The code map asks for ansvar."),
        ("/lines/2/codes/konto", "The code map asks for konto."),
        ("/lines/3/codes", "The code string has more than the map's parts, which are "
         "ansvar-konto-projekt."),
        ("/lines/4/cost_centre", "The cost centre 5200 is not the code string's ansvar, 4100."),
    ]  # fmt: skip
    assert book.orders == {}


def test_without_a_map_codes_are_free_text_within_bounds():
    book = Book()
    by_part, whole = book.orders[
        book.place(line(10, codes=(("ansvar", "X 1"), ("mål", "7"))), line(10, codes="41/46"))
    ].lines
    assert (by_part.code_string, by_part.cost_centre) == ("X 1-7", "X 1")
    assert (whole.codes, whole.code_string, whole.cost_centre) == (
        ((WHOLE, "41/46"),),
        "41/46",
        None,
    )
    assert faults(book.place, line(10, codes=(("konto", "4" * 31),))) == [
        ("/lines/0/codes/konto", "A code has from 1 to 30 characters.")
    ]


def test_the_map_of_the_order_date_is_the_one_that_counts(book):
    book.set_code_map(CodePart(name="ansvar", lengths=(5,)), on=date(2024, 2, 1))
    book.place(line(10, codes="4100-4631"), on=date(2024, 1, 31))
    order = book.place(line(10, codes="41000"), on=date(2024, 2, 1))
    # a change of an order follows the map that the order was placed under
    assert faults(book.change, order, line(10, codes="4100"), on=date(2024, 1, 31))
    book.change("A1-0001", line(20, codes="4200-4631"), on=date(2024, 2, 5))
    assert book.orders["A1-0001"].lines[0].cost_centre == "4200"


def test_a_line_that_says_nothing_of_codes_keeps_those_of_its_number(book):
    order = book.place(line(10, codes="4100-4631"), line(10, codes="4200-4632"))
    book.change(order, line(20), line(5, codes="4300-4631"))
    assert [one.code_string for one in book.orders[order].lines] == ["4100-4631", "4300-4631"]
    assert faults(book.change, order, line(1), line(1), line(1))[0][0] == "/lines/2/codes/ansvar"


def test_the_university_need_not_know_how_the_buyer_books(book):
    order = book.place(line(10, codes="4100-4631"))
    book.counter(order, line(10), line(5))
    book.accept(order)
    assert [one.code_string for one in book.orders[order].lines] == ["4100-4631"] * 2


# ── The map itself ────────────────────────────────────────────────────────────────────────────


def test_a_map_s_own_faults_are_named_all_at_once():
    book = Book()
    parts = (
        CodePart(name="ansvar", lengths=(4,), values=("41", "4100")),
        CodePart(name="ansvar", ranges=(CodeRange(first="200", last="100"),)),
    )
    assert [pointer for pointer, _ in faults(book.set_code_map, *parts, separator="x")] == [
        "/separator",
        "/parts/0/values/0",
        "/parts/1/name",
        "/parts/1/ranges/0",
    ]


# ── Coded anew ────────────────────────────────────────────────────────────────────────────────


def test_re_coding_moves_money_between_cost_centres_and_not_between_the_places(book):
    order = book.placed_and_confirmed(line(100, codes="4100-4631"))
    book.draw("1", 40, order)
    before = book.places()
    recoded, moved = book.recode(order, codes="4200-4631")
    assert book.places() == before
    assert {(m.cost_centre, m.code_string, m.committed, m.drawn) for m in moved.event.moves} == {
        ("4100", "4100-4631", -kr(60), -kr(40)),
        ("4200", "4200-4631", kr(60), kr(40)),
    }
    assert recoded.event.code_string == book.orders[order].lines[0].code_string == "4200-4631"


def test_a_cost_centre_alone_re_codes_the_responsibility_and_keeps_the_rest(book):
    order = book.place(line(100, codes="4100-4631"))
    book.recode(order, cost_centre="4300")
    assert book.orders[order].lines[0].code_string == "4300-4631"


def test_re_coding_follows_the_map_of_its_own_day(book):
    order = book.place(line(100, codes="4100-4631"))
    book.set_code_map(CodePart(name="ansvar", lengths=(5,)), on=date(2024, 2, 1))
    assert faults(book.recode, order, codes="41000", on=date(2024, 1, 31))
    book.recode(order, codes="41000", on=date(2024, 2, 1))
    assert book.orders[order].lines[0].codes == (("ansvar", "41000"),)


def test_re_coding_an_order_in_a_counter_offer_holds_when_the_offer_is_taken(book):
    order = book.place(line(100, codes="4100-4631"))
    book.counter(order, line(150))
    before = book.places()
    book.recode(order, codes="4200-4631")
    assert book.places() == before
    book.accept(order)
    assert book.orders[order].lines[0].cost_centre == "4200"


def test_re_coding_what_is_not_there_or_changes_nothing_is_refused(book):
    order = book.place(line(100, codes="4100-4631"))
    assert faults(book.recode, order, 2, codes="4200-4631")[0][0] == "/line"
    assert faults(book.recode, order, codes="4100-4631") == [("", "Nothing is changed.")]
    assert faults(book.recode, order) == [("", "Nothing is changed.")]
    book.decline(order)
    with pytest.raises(WrongStatus):
        book.recode(order, codes="4200-4631")


def test_a_closed_order_is_re_coded_as_far_as_it_is_drawn(book):
    order = book.placed_and_confirmed(line(100, codes="4100-4631"))
    book.draw("1", 40, order)
    book.close(order)
    _, moved = book.recode(order, codes="4200-4631")
    assert sorted(move.drawn for move in moved.event.moves) == [-kr(40), kr(40)]


def test_a_drawdown_keeps_the_code_string_that_it_was_approved_under(book):
    order = book.placed_and_confirmed(line(100, codes="4100-4631"))
    id = book.record("1", 40, order)
    assert [part.code_string for part in book.drawdowns[id].allocations] == ["4100-4631"]
    book.recode(order, codes="4200-4631")
    book.approve(id)
    book.recode(order, codes="4300-4631")
    assert [part.code_string for part in book.drawdowns[id].allocations] == ["4200-4631"]


def test_only_the_buyer_s_own_people_re_code(book):
    order = book.place(line(100, codes="4100-4631"))
    with pytest.raises(NotAParty):
        book.recode(order, codes="4200-4631", by=UNIVERSITY)
    book.recode(order, codes="4200-4631", by=By(person="p-a", organisation="", role="admin"))
    assert book.orders[order].coded_by == ((1, "p-a"),)
