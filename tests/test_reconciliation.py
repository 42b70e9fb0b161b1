"""Payments held against drawdowns: here, missing or different, and never one twice."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.bounds import BOOKED_EARLY, BOOKED_LATE
from ledger.documents.supplier_ledger import Row
from ledger.domain.spelling import fold
from ledger.drawn import Drawn
from ledger.reconciliation import Scope, plain_name, reconcile
from tests.conftest import BUYER, SUPPLIER

OTHER_BUYER, OTHER_SUPPLIER = "2120000787", "2021004052"
DAY = date(2024, 3, 25)
SCOPE = Scope(
    pairs=frozenset({(BUYER, SUPPLIER)}),
    names={plain_name("Mittuniversitetet"): SUPPLIER},
    agreements={fold("SKO-2023"): "SKO-2023", fold("SKO-2024"): "SKO-2024"},
)
DRAWN = Drawn(
    id="d1",
    agreement="SKO-2023",
    buyer=BUYER,
    supplier=SUPPLIER,
    invoice="F-1001",
    issued_on=DAY,
    amount=240_000_00,
    vat=60_000_00,
    currency="SEK",
    status="approved",
)


def row(amount=240_000_00, number=2, **more) -> Row:
    given = {"on": DAY + timedelta(3), "buyer": BUYER, "supplier": SUPPLIER, "invoice": "F-1001"}
    return Row(number=number, amount=amount, **{**given, **more})


def verdicts(found) -> list[tuple]:
    return [(one.verdict, one.differs) for one in found.items]


def one_of(rows, drawn=(DRAWN,), scope=SCOPE):
    (item,) = reconcile(rows, drawn, scope).items
    return item


# ── Here ──────────────────────────────────────────────────────────────────────────────────────


def test_a_payment_of_the_same_supplier_number_and_amount_is_here():
    item = one_of([row()])
    assert (item.verdict, item.vat, item.difference) == ("matched", "excluded", 0)
    assert [one.id for one in item.drawdowns] == ["d1"]


@pytest.mark.parametrize(
    "number",
    ["f-1001", "F–1001", " F - 1001 ", "F-1001\N{ZERO WIDTH SPACE}", "\N{NO-BREAK SPACE}F-1001"],
)
def test_case_and_spaces_make_no_other_invoice(number):
    assert one_of([row(invoice=number)]).verdict == "matched"


def test_an_amount_with_vat_is_here_and_that_it_has_vat_is_told():
    item = one_of([row(300_000_00)])
    assert (item.verdict, item.vat, item.difference) == ("matched", "included", 0)


def test_rows_of_several_accounts_are_one_payment():
    rows = [row(200_000_00, 2), row(60_000_00, 5), row(-20_000_00, 9, on=DAY + timedelta(40))]
    item = one_of(rows)
    assert (item.verdict, item.paid, item.rows) == ("matched", 240_000_00, (2, 5, 9))
    assert (item.first_on, item.last_on) == (DAY + timedelta(3), DAY + timedelta(40))


def test_an_invoice_that_waits_for_approval_is_here():
    assert one_of([row()], [replace(DRAWN, status="recorded")]).verdict == "matched"


def test_a_credit_is_here_by_its_own_number_or_under_that_of_its_invoice():
    credit = replace(DRAWN, id="d2", invoice="K-1", amount=-15_000_00, vat=-3_750_00, credits="d1")
    apart = reconcile([row(), row(-15_000_00, 3, invoice="k-1")], [DRAWN, credit], SCOPE)
    assert verdicts(apart) == [("matched", ()), ("matched", ())]
    item = one_of([row(), row(-15_000_00, 3)], [DRAWN, credit])
    assert (item.verdict, len(item.drawdowns)) == ("matched", 2)
    twice = [row(225_000_00), row(-15_000_00, 3, invoice="K-1")]
    assert verdicts(reconcile(twice, [DRAWN, credit], SCOPE)) == [
        ("different", ("amount",)),
        ("matched", ()),
    ]


def test_a_supplier_without_a_true_number_is_found_by_its_name():
    named = row(supplier=None, supplier_name="MITTUNIVERSITETET")
    assert one_of([named]).verdict == "matched"
    stranger = reconcile([row(supplier=None, supplier_name="Mitt")], (), SCOPE)
    assert (stranger.items, stranger.outside) == ((), 1)


def test_of_two_invoices_with_one_number_the_one_of_its_amount_is_meant():
    later = replace(DRAWN, id="d2", issued_on=DAY + timedelta(365), amount=100_00, vat=None)
    item = one_of([row(100_00, on=DAY + timedelta(380))], [DRAWN, later])
    assert (item.verdict, item.drawdowns[0].id) == ("matched", "d2")
    both = one_of([row(), row(100_00, 3)], [DRAWN, later])
    assert (both.verdict, len(both.drawdowns)) == ("matched", 2)


@pytest.mark.parametrize(("here", "there"), [("000123", "123"), ("123", "0123"), ("0123", "0123")])
def test_zeros_before_a_number_are_dropped_by_spreadsheets_and_make_no_other(here, there):
    assert one_of([row(invoice=there)], [replace(DRAWN, invoice=here)]).verdict == "matched"
    assert one_of([row(invoice="F-0123")], [replace(DRAWN, invoice="F-123")]).verdict == "missing"


FINAL = replace(DRAWN, amount=380_000_00, vat=95_000_00, deducted=400_000_00, prepaid=500_000_00)


@pytest.mark.parametrize(
    ("paid", "vat", "is_rest"),
    [
        (380_000_00, "excluded", False),
        (-20_000_00, "excluded", True),
        (475_000_00, "included", False),
        (-25_000_00, "included", True),
    ],
)
def test_a_final_invoice_is_here_whole_or_less_what_was_paid_before(paid, vat, is_rest):
    item = one_of([row(paid)], [FINAL])
    assert (item.verdict, item.vat, item.is_rest, item.difference) == ("matched", vat, is_rest, 0)
    likely = one_of([row(paid, invoice="")], [FINAL])
    assert (likely.verdict, likely.is_rest) == ("likely", is_rest)


def test_a_final_invoice_of_which_nothing_is_left_to_pay_is_not_missed():
    first, last = row(1_00, 2, invoice="A", on=DAY), row(1_00, 3, invoice="B", on=DAY)
    paid = replace(FINAL, deducted=380_000_00)
    assert [
        len(reconcile([first, last], [one], SCOPE).of("not-paid")) for one in (FINAL, paid)
    ] == [
        1,
        0,
    ]


def test_what_was_rounded_may_be_booked_with_the_invoice():
    one = replace(DRAWN, amount=100_30, vat=25_08, rounding=-38)
    for paid, vat in ((100_30, "excluded"), (125_38, "included"), (125_00, "included"),
                      (99_92, "excluded")):  # fmt: skip
        assert (one_of([row(paid)], [one]).verdict, one_of([row(paid)], [one]).vat) == (
            "matched",
            vat,
        )
    assert one_of([row(124_99)], [one]).verdict == "different"


# ── Different ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "rows", "differs"),
    [
        ({}, [row(45_000_00)], ("amount",)),
        ({"vat": None}, [row(300_000_00)], ("amount",)),
        ({"status": "rejected"}, [row()], ("status",)),
        ({"status": "withdrawn"}, [row(1_00)], ("status",)),
        ({"currency": "EUR"}, [row()], ("currency",)),
        ({"buyer": OTHER_BUYER}, [row()], ("buyer",)),
        ({"issued_on": DAY - timedelta(BOOKED_LATE)}, [row()], ("date",)),
        ({"issued_on": DAY + timedelta(BOOKED_EARLY + 4)}, [row()], ("date",)),
        ({}, [row(agreement="sko-2024")], ("agreement",)),
        ({"buyer": OTHER_BUYER}, [row(1_00, agreement="SKO-2024")],
         ("amount", "buyer", "agreement")),
    ],
)  # fmt: skip
def test_what_differs_is_named(change, rows, differs):
    item = one_of(rows, [replace(DRAWN, **change)])
    assert (item.verdict, item.differs) == ("different", differs)
    assert [one.id for one in item.drawdowns] == ["d1"]


def test_days_and_agreements_that_may_be_the_same_do_not_differ():
    for change, payment in (
        ({"issued_on": DAY + timedelta(3 - BOOKED_LATE)}, row()),
        ({"issued_on": DAY + timedelta(3 + BOOKED_EARLY)}, row()),
        ({}, row(agreement="SKO-2023-1")),
        ({}, row(agreement=" sko-2023 ")),
        ({}, row(buyer=None)),
    ):
        assert one_of([payment], [replace(DRAWN, **change)]).verdict == "matched"


def test_the_difference_is_told_against_what_was_expected():
    item = one_of([row(45_000_00)])
    assert (item.paid, item.drawn, item.difference) == (45_000_00, 240_000_00, -195_000_00)
    assert one_of([row()], [replace(DRAWN, currency="EUR")]).difference is None


# ── Missing, likely, not paid, outside ────────────────────────────────────────────────────────


def test_a_payment_that_is_not_here_is_missing_also_where_another_has_its_amount():
    found = reconcile([row(invoice="F-1002")], [replace(DRAWN, status="recorded")], SCOPE)
    assert verdicts(found) == [("missing", ())]
    assert found.coverage == "0.0"


def test_a_payment_without_a_number_is_likely_the_nearest_of_its_amount_and_never_counts():
    early = replace(DRAWN, id="d0", invoice="F-1", issued_on=DAY - timedelta(90))
    found = reconcile([row(invoice="", voucher="41")], [early, DRAWN], SCOPE)
    assert found.items[0].verdict == "likely"
    assert [one.id for one in found.items[0].drawdowns] == ["d1"]
    assert (found.coverage, found.coverage_likely) == ("0.0", "100.0")


def test_rows_of_one_voucher_are_one_payment_and_those_without_any_are_each_their_own():
    rows = [
        row(200_000_00, 2, invoice="", voucher="41"),
        row(40_000_00, 3, invoice="", voucher="41"),
    ]
    assert one_of(rows).verdict == "likely"
    apart = reconcile([row(number=2, invoice=""), row(number=3, invoice="")], [DRAWN], SCOPE)
    assert [one.verdict for one in apart.items] == ["likely", "missing"]


def test_an_invoice_is_likely_only_once_and_not_where_a_number_claims_it():
    rows = [row(), row(number=3, invoice="", voucher="x")]
    assert [one.verdict for one in reconcile(rows, [DRAWN], SCOPE).items] == ["matched", "missing"]
    far = row(invoice="", on=DAY + timedelta(BOOKED_LATE + 1))
    assert [one.verdict for one in reconcile([far], [DRAWN], SCOPE).items] == ["missing"]


def test_an_approved_invoice_of_the_time_that_is_not_in_the_file_is_told_of():
    first, last = row(1_00, 2, invoice="A", on=DAY), row(1_00, 3, invoice="B", on=DAY)
    for change, told in (
        ({}, True),
        ({"status": "reversed"}, True),
        ({"status": "recorded"}, False),
        ({"status": "rejected"}, False),
        ({"issued_on": DAY + timedelta(1)}, False),
        ({"buyer": OTHER_BUYER}, False),
        ({"amount": 0}, False),
    ):
        found = reconcile([first, last], [replace(DRAWN, **change)], SCOPE)
        assert ([one.drawn for one in found.of("not-paid")] == [240_000_00]) is told, change
        assert found.paid == 2_00


def test_a_file_that_names_no_buyer_is_its_owners():
    one = row(1_00, invoice="A", on=DAY, buyer=None)
    theirs = replace(DRAWN, buyer=OTHER_BUYER)
    for payers, told in ((frozenset(), 1), (frozenset({BUYER}), 0), (frozenset({OTHER_BUYER}), 1)):
        found = reconcile([one], [theirs], replace(SCOPE, payers=payers))
        assert len(found.of("not-paid")) == told


def test_payments_to_others_and_of_other_buyers_are_counted_apart():
    rows = [
        row(),
        row(7_00, 3, supplier=OTHER_SUPPLIER),
        row(-8_00, 4, buyer=OTHER_BUYER, invoice="X"),
    ]
    found = reconcile(rows, [DRAWN], SCOPE)
    assert (found.rows, found.outside, found.outside_paid) == (3, 2, 15_00)
    assert verdicts(found) == [("matched", ())]
    assert found.coverage == "100.0"


# ── The coverage ──────────────────────────────────────────────────────────────────────────────


def test_the_coverage_is_of_amounts_by_their_size_and_never_rounded_up():
    rows = [row(), row(-60_000_00, 3, invoice="K"), row(20_000_00, 4, invoice="F-2")]
    found = reconcile(rows, [DRAWN], SCOPE)
    assert (found.paid, found.size("matched"), found.coverage) == (320_000_00, 240_000_00, "75.0")
    almost = reconcile([row(), row(1, 3, invoice="X")], [DRAWN], SCOPE)
    assert almost.coverage == "99.9"
    assert reconcile([row(0, invoice="X")], (), SCOPE).coverage is None


AMOUNTS = st.integers(-1_000, 1_000)
ROWS = st.lists(
    st.builds(
        row,
        AMOUNTS,
        st.just(0),
        invoice=st.sampled_from(["", "A", "a ", "B", "C"]),
        voucher=st.sampled_from(["", "1", "2"]),
        supplier=st.sampled_from([SUPPLIER, OTHER_SUPPLIER, None]),
        buyer=st.sampled_from([BUYER, OTHER_BUYER, None]),
        on=st.dates(DAY, DAY + timedelta(500)),
    ),
    min_size=1,
    max_size=12,
)
DRAWS = st.lists(
    st.builds(
        lambda id, invoice, amount, vat, status: replace(
            DRAWN, id=str(id), invoice=invoice, amount=amount, vat=vat, status=status
        ),
        st.integers(0, 99),
        st.sampled_from(["A", "B", "D"]),
        AMOUNTS,
        st.none() | AMOUNTS,
        st.sampled_from(["recorded", "approved", "rejected", "reversed"]),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(ROWS, DRAWS)
def test_every_row_is_told_of_once_and_no_drawdown_stands_for_two_payments(rows, drawn):
    rows = [replace(one, number=i) for i, one in enumerate(rows, 2)]
    found = reconcile(rows, drawn, SCOPE)
    told = [number for item in found.items for number in item.rows]
    assert len(told) == len(set(told)) == len(rows) - found.outside
    assert found.paid + found.size("not-paid") == sum(abs(item.paid or 0) for item in found.items)
    used = [one.id for item in found.items if item.verdict == "likely" for one in item.drawdowns]
    used += [one.id for one in {o.id: o for i in found.of("matched", "different")
                                for o in i.drawdowns}.values()]  # fmt: skip
    used += [one.id for item in found.of("not-paid") for one in item.drawdowns]
    assert len(used) == len(set(used))
    for share in (found.coverage, found.coverage_likely):
        assert share is None or 0 <= float(share) <= 100


@given(ROWS, DRAWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_sum(rows, drawn, random):
    rows = [replace(one, number=i, invoice=one.invoice or f"N{i}") for i, one in enumerate(rows, 2)]
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = (reconcile(some, drawn, SCOPE) for some in (rows, shuffled))
    for verdict in ("matched", "different", "missing", "not-paid"):
        assert first.size(verdict) == second.size(verdict)
        assert len(first.of(verdict)) == len(second.of(verdict))


@given(st.lists(AMOUNTS, min_size=1, max_size=6), DRAWS)
def test_an_invoice_in_any_number_of_rows_is_judged_as_in_one(parts, drawn):
    split = [row(amount, i, invoice="A") for i, amount in enumerate(parts, 2)]
    whole = [row(sum(parts), 2, invoice="A")]
    first, second = (reconcile(some, drawn, SCOPE).items[0] for some in (split, whole))
    assert replace(first, rows=second.rows) == second
