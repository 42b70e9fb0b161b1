"""Which order an invoice finds: by what it names, however it is spelt, and never by a guess."""

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import event

from ledger.domain.refusals import LineUnnamed, NoOrderNamed, OrderAmbiguous, OrderUnknown
from ledger.intake import matching
from tests.conftest import SUPPLIER
from tests.domain.test_spelling import spellings
from tests.intake.intake_given import invoice_naming

OTHER = "2021004052"
SHARED = {"suppliers": [{"organisation": SUPPLIER}, {"organisation": OTHER}]}


def found(invoice, desk):
    """The order's number, by what, and as it is written."""
    order = matching.find_order(invoice, desk)
    return order.state.number, order.by, order.value


def offered(invoice, desk):
    with pytest.raises(OrderAmbiguous) as refused:
        matching.find_order(invoice, desk)
    return refused.value.figures["orders"]


def unknown(invoice, desk):
    with pytest.raises(OrderUnknown) as refused:
        matching.find_order(invoice, desk)
    return refused.value.figures["order"]


# ── Spellings ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "written",
    ["SKO-2023-0001", "sko-2023-0001", "SKO\u20132023\u20130001", "SKO\u20112023 -0001",
     "S\u200bKO-2023-00\u00ad01", " SKO - 2023 - 0001 ",
     "\uff33\uff2b\uff2f\u22122023\u22120001"],
)  # fmt: skip
def test_a_number_is_found_however_it_is_spelt(place, at_desk, written):
    number = place("SKO-2023")
    place("SKO-2023")
    for invoice in (invoice_naming(written), invoice_naming(sellers=written)):
        assert found(invoice, at_desk())[0] == number


@pytest.fixture
def one_of_two(place, at_desk):
    return place("SKO-2023"), place("SKO-2023"), at_desk()


@given(written=spellings())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_any_spelling_finds_the_same_order(one_of_two, written):
    number, _, desk = one_of_two
    reference = matching.Reference("order-reference", written)
    order = matching.order_of(reference, invoice_naming(), desk)
    assert (order.state.number, order.value) == (number, written)


def test_what_it_was_matched_by_is_told_as_it_is_written(place, at_desk):
    number = place(reference="INK 7", confirmed="K-77")
    assert found(invoice_naming("ink7"), at_desk()) == (number, "order-reference", "ink7")
    assert found(invoice_naming("k\u201377"), at_desk()) == (number, "order-reference", "k\u201377")
    assert found(invoice_naming(sellers="K-77"), at_desk()) == (number, "sellers-order", "K-77")
    assert found(invoice_naming(lines=["INK 7"] * 3), at_desk())[1:] == ("line-order", "INK 7")


def test_two_orders_that_fold_alike_are_ambiguous_and_the_exact_one_goes_first(place, at_desk):
    one, two = place(reference="INK-7"), place(reference="ink 7-")
    three = place(reference="Ink\u20137")
    assert offered(invoice_naming("INK\u22127"), at_desk()) == (one, three)
    assert found(invoice_naming("INK-7"), at_desk())[0] == one
    assert found(invoice_naming("ink7-"), at_desk())[0] == two
    assert offered(invoice_naming("iNK-7"), at_desk()) == (one, three)


def test_two_orders_with_the_same_reference_are_ambiguous(place, at_desk):
    numbers = place(reference="INK-7"), place(reference="INK-7")
    assert offered(invoice_naming("INK-7"), at_desk()) == numbers


def test_a_number_goes_before_another_orders_reference_of_that_text(place, at_desk):
    number = place()
    place(reference=number)
    assert found(invoice_naming(number), at_desk())[0] == number
    assert len(offered(invoice_naming(number.lower()), at_desk())) == 2


# ── Two numbers, and numbers among words ──────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "written",
    ["{0}, {1}", "{0},{1}", "{0}/{1}", "{0} och {1}", "{0} {1}", "{0};{1}", "{0} + {1}",
     "Avrop {0} samt ({1})"],
)  # fmt: skip
def test_two_numbers_in_one_reference_are_two_offers(place, at_desk, written):
    numbers = place(), place()
    for text in (written, written.lower()):
        reference = text.format(*numbers)
        assert offered(invoice_naming(reference), at_desk()) == numbers
        assert offered(invoice_naming(lines=[reference] * 3), at_desk()) == numbers


def test_two_numbers_stay_two_offers_also_where_the_supplier_names_one_of_them(place, at_desk):
    numbers = place(confirmed="K-77"), place()
    assert offered(invoice_naming(" och ".join(numbers), sellers="K-77"), at_desk()) == numbers


@pytest.mark.parametrize(
    "written", ["Avrop {0}", "Er best. nr: {0}.", "{0} (ledarskap)", "#{0}", "Se {0}!"]
)
def test_a_number_among_other_words_is_offered_and_not_matched(place, at_desk, written):
    number = place()
    invoice = invoice_naming(written.format(number))
    assert unknown(invoice, at_desk()) == written.format(number)
    assert matching.named_in(invoice.order, invoice, at_desk()) == (number,)


def test_a_reference_that_has_spaces_and_commas_itself_is_one(place, at_desk):
    number = place(reference="Ledning, grupp 1/2")
    place(reference="Ledning")
    assert found(invoice_naming("Ledning, grupp 1/2"), at_desk())[0] == number
    assert found(invoice_naming("LEDNING, grupp 1/2"), at_desk())[0] == number


def test_a_long_text_is_searched_to_a_bound(place, at_desk):
    number = place()
    text = " ".join(["ord"] * 38)
    invoice = invoice_naming()
    assert matching.named_in(f"{text} {number}", invoice, at_desk()) == (number,)
    assert matching.named_in(f"{text} {text} {number}", invoice, at_desk()) == ()


# ── What narrows ──────────────────────────────────────────────────────────────────────────────


def test_the_agreement_narrows_by_any_of_its_numbers(place, at_desk, api):
    one, two = place("RAM-1", reference="7"), place("RAM-2", reference="7")
    numbers = [{"kind": "diary", "number": "KS 2023/17"}, {"kind": "framework", "number": "23.3-6"}]
    path = "/agreements/RAM-2/numbers"
    assert api("manager").post(path, {"numbers": numbers}).status_code == 200
    assert offered(invoice_naming("7"), at_desk()) == (one, two)
    assert found(invoice_naming("7", agreement="ram\u20111"), at_desk())[0] == one
    for written in ("RAM-2", "ks 2023/17", "KS2023/17", "23.3\u20136"):
        invoice = invoice_naming("7", agreement=written)
        assert found(invoice, at_desk())[0] == two
        assert matching.names_agreement(invoice, "RAM-2", at_desk())
        assert not matching.names_agreement(invoice, "RAM-1", at_desk())
    assert api("manager").post(path, {"numbers": numbers[1:]}).status_code == 200
    assert offered(invoice_naming("7", agreement="KS 2023/17"), at_desk()) == (one, two)


def test_what_the_order_says_and_what_the_supplier_says_must_agree(place, at_desk):
    one, two = place(confirmed="K-77"), place(confirmed="K-77")
    assert offered(invoice_naming(sellers="K-77"), at_desk()) == (one, two)
    assert found(invoice_naming(two, sellers="K-77"), at_desk())[:2] == (two, "order-reference")
    three = place()
    assert offered(invoice_naming(three, sellers="K-77"), at_desk()) == (three, one, two)
    assert found(invoice_naming("Kostnadsställe 12", sellers=three), at_desk())[0] == three


def test_a_suppliers_own_numbers_are_that_suppliers_alone(place, at_desk):
    place(signed=SHARED, supplier=OTHER, confirmed="K-77")
    assert unknown(invoice_naming(sellers="K-77"), at_desk()) == "K-77"
    mine = place(supplier=SUPPLIER, confirmed="K-77")
    assert found(invoice_naming(sellers="K-77"), at_desk())[0] == mine


def test_the_buyers_reference_is_not_looked_for_where_the_suppliers_number_stands(place, at_desk):
    place(reference="77")
    assert unknown(invoice_naming(sellers="77"), at_desk()) == "77"


def test_only_orders_that_the_desk_may_see_are_found(place, at_desk):
    number = place(reference="INK-7")
    assert unknown(invoice_naming("INK-7"), at_desk("2120001470")) == "INK-7"
    assert matching.named_in(f"x {number}", invoice_naming(), at_desk("2120001470")) == ()
    assert found(invoice_naming("INK-7"), at_desk(None))[0] == number


def test_an_invoice_that_names_no_order_says_so(place, at_desk):
    place(reference="12345678")
    invoice = invoice_naming(buyer_reference="12345678")
    with pytest.raises(NoOrderNamed):
        matching.find_order(invoice, at_desk())


def test_lines_name_their_orders_where_the_document_names_none(place, at_desk):
    one, two = place(), place()
    assert found(invoice_naming(lines=[one, two, one]), at_desk())[:2] == (one, "line-order")
    assert found(invoice_naming(one, lines=[two] * 3), at_desk())[:2] == (one, "order-reference")


# ── Where references mean nothing here ────────────────────────────────────────────────────────


def test_a_reference_that_means_nothing_here_decides_the_lines_that_name_no_order(place, at_desk):
    one = place()
    for header in ({"order": "RAM-1-0999"}, {"sellers": "K-99"}):
        written = next(iter(header.values()))
        assert unknown(invoice_naming(**header, lines=[one, None]), at_desk()) == written
        assert unknown(invoice_naming(**header), at_desk()) == written


def test_lines_that_all_name_orders_go_there_whatever_else_is_named(place, at_desk):
    one, two = place(), place()
    order = matching.find_order(invoice_naming("RAM-1-0999", lines=[two, one, one]), at_desk())
    assert (order.state.number, order.flags) == (two, ("order-unknown:RAM-1-0999",))


def test_a_line_that_names_no_order_is_guessed_only_where_all_else_names_one(place, at_desk):
    one, two = place(reference="INK 7"), place()
    assert found(invoice_naming(lines=[one, None, "ink7"]), at_desk())[0] == one
    with pytest.raises(LineUnnamed) as refused:
        matching.find_order(invoice_naming(lines=[one, None, two]), at_desk())
    assert refused.value.figures == {"line": "2", "orders": (one, two)}
    assert unknown(invoice_naming(lines=[one, None, "RAM-1-0999"]), at_desk()) == "RAM-1-0999"


def test_an_order_that_the_supplier_alone_names_is_found_and_the_other_reference_told(
    place, at_desk
):
    one = place(confirmed="K-77")
    order = matching.find_order(invoice_naming("4711", sellers="K-77"), at_desk())
    assert (order.state.number, order.by) == (one, "sellers-order")
    assert order.flags == ("order-unknown:4711",)
    assert matching.find_order(invoice_naming(one, sellers="K-78"), at_desk()).flags == ()


# ── Cost ──────────────────────────────────────────────────────────────────────────────────────


def test_finding_asks_the_read_models_as_often_with_many_orders_as_with_one(place, at_desk, ledger):
    number, invoice = place(reference="INK-1"), invoice_naming("ink\u20101")

    def asked():
        matching.find_order(invoice, at_desk())
        statements = []
        engine = ledger.views.database.engine

        def note(*args):
            statements.append(args[2])

        event.listen(engine, "before_cursor_execute", note)
        try:
            assert found(invoice, at_desk())[0] == number
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    once = asked()
    for n in range(2, 30):
        place(reference=f"INK-{n}")
    assert asked() == once


def test_the_index_finds_a_reference_without_looking_at_all_orders(place, at_desk, ledger):
    if not ledger.store.on_sqlite:
        pytest.skip("a small table is read whole by PostgreSQL")
    place()
    ledger.views.catch_up()
    with ledger.views.database.reading() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM order_references r JOIN orders o ON "
            'o.number = r."order" WHERE r.folded IN (?, ?)',
            ("a", "b"),
        ).all()
    assert all("SEARCH" in row[3] for row in plan), plan
