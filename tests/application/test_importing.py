"""A workbook of agreements in mid-life: read, checked row by row, taken in whole or not at all."""

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from ledger.application.asker import asking
from ledger.application.importing.doing import check, take_in
from ledger.application.importing.drafting import Drafting
from ledger.application.importing.faults import At, Faults
from ledger.application.importing.reading import Given
from ledger.application.importing.sheets import SHEETS
from ledger.application.importing.template import template
from ledger.domain.refusals import AlreadyExists, Forbidden, Unavailable
from tests.conftest import AGREEMENT as SIGNED
from tests.conftest import BUYER, recorded
from tests.people import let_in, person_of

AGREEMENT = {
    "number": "SKO-2023",
    "title": "Ledarskap",
    "buyers": "212000-2403",
    "buyer_names": "Härnösands kommun",
    "suppliers": "202100-4524",
    "supplier_names": "Mittuniversitetet",
    "cap": 2_000_000,
    "signed_on": date(2023, 9, 5),
    "starts_on": "2023-09-05",
    "ends_on": "20270904",
    "regime": "lou_19a_direct",
}
ORDER = {
    "agreement": "SKO-2023",
    "course": "Att leda",
    "unit": "Socialförvaltningen",
    "ordered_on": date(2023, 11, 20),
    "confirmed_on": date(2023, 11, 21),
    "letter": "E-post 2023-11-21",
    "kind": "genomförande",
    "amount": "600 000",
    "year": 2024,
}
BALANCE = {
    "agreement": "SKO-2023",
    "as_of": date(2023, 12, 31),
    "amount": 979_000.5,
    "year": 2023,
    "evidence": "Reskontran 2023-12-31",
}


def book(language: str = "sv", **sheets: list[dict]) -> bytes:
    """A workbook with sheets by their names in code, with heads in a language."""
    content = io.BytesIO()
    written = xlsxwriter.Workbook(content, {"in_memory": True})
    dated = written.add_format({"num_format": "yyyy-mm-dd"})
    for sheet in SHEETS:
        if sheet.name not in sheets:
            continue
        page = written.add_worksheet(sheet.called(language))
        for place, column in enumerate(sheet.columns):
            page.write_string(0, place, column.swedish if language == "sv" else column.english)
        for row, said in enumerate(sheets[sheet.name], 1):
            for place, column in enumerate(sheet.columns):
                value = said.get(column.member)
                if isinstance(value, date | datetime):
                    page.write_datetime(row, place, value, dated)
                elif value is not None:
                    page.write(row, place, value)
    written.close()
    return content.getvalue()


@pytest.fixture
def manager(ledger):
    let_in(ledger, "manager", BUYER, ("manager",))
    person = person_of(ledger, "manager", BUYER)
    return asking(ledger, person, BUYER, ("manager",), ("manager",), "sv")


def told(report, language: str = "sv") -> list[str]:
    return [one.sentence(language) for one in report.faults]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_agreements_orders_and_balances_are_taken_in_as_they_stand(manager, ledger, language):
    content = book(language, agreements=[AGREEMENT], orders=[
        {**ORDER, "invoiced": 250_000, "as_of": date(2023, 12, 31), "evidence": "Reskontran"},
    ], balances=[BALANCE])  # fmt: skip
    before = recorded(ledger.store)
    seen = check(manager, content)
    assert told(seen) == []
    assert recorded(ledger.store) == before
    done = take_in(manager, content)
    assert (done.agreements, done.orders, done.balances) == (1, 1, 2)
    assert done.figures == seen.figures
    (one,) = done.figures
    assert (one.use.committed, one.use.drawn) == (35_000_000, 25_000_000 + 97_900_050)
    assert recorded(ledger.store) == before + done.facts
    state = ledger.service.load("agreement/SKO-2023")[1]
    assert state.orders == 2
    opened = ledger.service.load("order/SKO-2023-0001")[1].opening
    assert opened.source.sha256 == done.sha256
    assert ledger.registry.received(done.sha256).content == content


def test_a_file_is_imported_once(manager):
    content = book(agreements=[AGREEMENT])
    assert take_in(manager, content).recorded
    for door in (check, take_in):
        with pytest.raises(AlreadyExists):
            door(manager, content)


def test_every_fault_is_named_by_sheet_row_and_column_and_nothing_is_recorded(manager, ledger):
    content = book(
        agreements=[AGREEMENT, {**AGREEMENT, "number": "B", "ends_on": "1/3 2020", "cap": "x"}],
        orders=[
            {**ORDER, "amount": 1_900_000},
            {**ORDER, "amount": 200_000},
            {**ORDER, "ordered_on": "igår"},
            {**ORDER, "agreement": "NO"},
        ],
        balances=[{**BALANCE, "amount": 100_000}, {**BALANCE, "evidence": None}],
    )
    before = recorded(ledger.store)
    report = take_in(manager, content)
    assert not report.recorded
    assert recorded(ledger.store) == before
    for language, sheet, row, column in (("sv", "bladet", "rad", "kolumn"),
                                         ("en", "sheet", "row", "column")):  # fmt: skip
        places = [one.place(language) for one in report.faults]
        assert places == [
            f"{sheet} Avtal, {row} 3, {column} G, Takvolym",
            f"{sheet} Avrop, {row} 3, {column} O, Belopp",
            f"{sheet} Avrop, {row} 4, {column} E, Avropat",
            f"{sheet} Avrop, {row} 5, {column} A, Avtal",
            f"{sheet} Ingående balanser, {row} 3, {column} J, Underlag",
        ], told(report)  # fmt: skip


def test_an_orderer_imports_nothing(ledger, manager):
    orderer = asking(ledger, manager.by.person, BUYER, ("orderer",), ("orderer",))
    with pytest.raises(Forbidden):
        check(orderer, book(agreements=[AGREEMENT]))


def test_the_template_is_read_as_it_is_filled_in(manager):
    for language in ("sv", "en"):
        seen = check(manager, template(language))
        assert told(seen, language) == [
            "Det finns inget att importera i arbetsboken."
            if language == "sv"
            else "There is nothing in the workbook to import."
        ]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("amount", "12 000,505"),
        ("amount", 12.005),
        ("amount", True),
        ("amount", -5),
        ("ordered_on", 45_000),
        ("ordered_on", "2023-02-30"),
        ("ordered_on", date(2031, 1, 1)),
        ("year", 2023.5),
        ("seats", "tolv"),
        ("buyer", "212000-2404"),
        ("course", date(2023, 1, 1)),
        ("codes", "x" * 9_000),
    ],
)
def test_a_cell_of_a_wrong_kind_is_a_fault_at_its_place(manager, member, value):
    report = check(manager, book(agreements=[AGREEMENT], orders=[{**ORDER, member: value}]))
    assert report.count == 1, told(report)
    (fault,) = report.faults
    assert (fault.sheet, fault.row) == ("Avrop", 2)
    assert fault.column


def test_a_currency_that_is_none_is_a_fault_at_its_place(manager):
    report = check(manager, book(agreements=[{**AGREEMENT, "currency": "QQQ"}], orders=[ORDER]))
    (fault,) = report.faults
    assert (fault.sheet, fault.row) == ("Avtal", 2)
    assert fault.column.endswith("Valuta")
    assert "ISO 4217" in fault.sentence("sv")


def test_a_number_and_a_date_that_are_written_as_text_are_read(manager):
    order = {**ORDER, "ordered_on": "20/11 2023", "amount": "180 000,50 kr", "seats": "12"}
    report = check(manager, book(agreements=[{**AGREEMENT, "cap": "okänd"}], orders=[order]))
    assert told(report) == []
    (one,) = report.figures
    assert (one.cap, one.remaining, one.use.committed) == (None, None, 18_000_050)


def test_a_formula_is_a_fault_also_where_it_has_a_value(manager):
    content = book(agreements=[AGREEMENT], orders=[{**ORDER, "amount": "=100000+80000"}])
    report = check(manager, content)
    assert [(one.row, one.column) for one in report.faults] == [(2, "O, Belopp")]


def test_rows_of_one_order_are_its_lines_and_say_nothing_else(manager, ledger):
    lines = [
        {**ORDER, "order": "A", "amount": 100_000, "text": "Ett"},
        {"agreement": "SKO-2023", "order": "A", "course": "Att leda",
         "ordered_on": date(2023, 11, 20), "amount": 50_000, "year": 2025},
        {**ORDER, "order": "B"},
    ]  # fmt: skip
    assert take_in(manager, book(agreements=[AGREEMENT], orders=lines)).recorded
    state = ledger.service.load("order/SKO-2023-0001")[1]
    assert [(line.amount, line.year) for line in state.lines] == [
        (10_000_000, 2024),
        (5_000_000, 2025),
    ]
    apart = [lines[0], lines[2], lines[1]]
    report = check(manager, book(agreements=[{**AGREEMENT, "number": "X"}], orders=[
        {**one, "agreement": "X"} for one in apart]))  # fmt: skip
    assert [(one.row, one.column) for one in report.faults] == [(4, "B, Avrop")]


def test_limits_are_signed_with_their_agreement_and_bind_what_is_brought_in(manager):
    limit = {"agreement": "SKO-2023", "name": "2024", "amount": 500_000, "effect": "stoppar",
             "year": 2024}  # fmt: skip
    content = book(agreements=[AGREEMENT], limits=[limit], orders=[ORDER])
    (fault,) = check(manager, content).faults
    assert "500\N{NO-BREAK SPACE}000" in fault.sentence("sv")
    assert (fault.sheet, fault.row) == ("Avrop", 2)


def test_what_somebody_else_signed_meanwhile_is_not_written_over(manager, ledger, api):
    content = book(agreements=[AGREEMENT])
    assert told(check(manager, content)) == []
    signed = {**SIGNED, "signed_on": "2023-09-05"}
    assert api("manager").post("/agreements", signed).status_code == 201
    report = take_in(manager, content)
    assert not report.recorded
    assert [(one.row, one.column) for one in report.faults] == [(2, "A, Avtalsnummer")]


BEFORE = {"as_of": date(2023, 12, 31), "evidence": "Reskontran"}


@pytest.mark.parametrize(
    ("sheet", "member", "value", "column"),
    [
        ("orders", "confirmed_on", None, "F, Bekräftat"),
        ("orders", "confirmed_on", date(2023, 11, 1), "F, Bekräftat"),
        ("orders", "ordered_on", 20231120.7, "E, Avropat"),
        ("orders", "ordered_on", 20231399, "E, Avropat"),
        ("agreements", "buyer_names", "Härnösands kommun; Kramfors", "D, Köparnas namn"),
        ("agreements", "supplier_names", "A\nB", "F, Leverantörernas namn"),
        ("balances", "beyond", 1.5, "K, Över gräns"),
    ],
)
def test_nothing_that_a_row_says_is_left_unread(manager, sheet, member, value, column):
    rows = {"agreements": AGREEMENT, "orders": ORDER, "balances": BALANCE}
    rows[sheet] = {**rows[sheet], member: value}
    report = check(manager, book(**{name: [row] for name, row in rows.items()}))
    assert [(one.row, one.column) for one in report.faults][:1] == [(2, column)], told(report)


def test_names_stand_where_their_numbers_do(manager, ledger):
    two = {"buyers": "212000-2403; 212000-1470;", "buyer_names": "; Kramfors;"}
    assert take_in(manager, book(agreements=[{**AGREEMENT, **two}])).recorded
    state = ledger.service.load("agreement/SKO-2023")[1]
    assert [(one.organisation, one.name) for one in state.buyers] == [
        ("2120002403", ""),
        ("2120001470", "Kramfors"),
    ]


def test_a_line_of_which_nothing_was_invoiced_may_say_so(manager, ledger):
    lines = [{**ORDER, **BEFORE, "order": "A", "amount": 100_000, "invoiced": invoiced}
             for invoiced in (0, "0,00", 60_000)]  # fmt: skip
    content = book(agreements=[AGREEMENT], orders=[*lines, {**ORDER, **BEFORE, "invoiced": 0}])
    report = take_in(manager, content)
    assert (told(report), report.orders, report.balances) == ([], 2, 1)
    opened = ledger.service.load("order/SKO-2023-0001")[1].opening
    assert [(one.line, one.amount) for one in opened.lines] == [(3, 6_000_000)]


def test_what_was_invoiced_of_an_order_that_waits_is_a_fault_of_its_confirmation(manager):
    waits = {**ORDER, **BEFORE, "invoiced": 5, "confirmed_on": None, "letter": None}
    report = check(manager, book(agreements=[AGREEMENT], orders=[waits]))
    assert [(one.row, one.column) for one in report.faults] == [(2, "F, Bekräftat")]
    assert report.figures == ()


@pytest.mark.parametrize("written", ["_x0000_", "_x0001_", "../x", "X" * 9_000, "\N{WORD JOINER}"])
def test_what_is_no_number_of_an_agreement_is_asked_of_no_database(manager, written):
    for sheet, row in (("orders", ORDER), ("balances", BALANCE)):
        named = book(**{sheet: [{**row, "agreement": "SEALED"}]})
        report = check(manager, with_text(named, "SEALED", written))
        (said,) = told(report, "en")
        assert "There is no agreement" in said, said


def with_text(content: bytes, text: str, other: str) -> bytes:
    """A workbook in which a text is another, as it may be written by hand."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(text.encode(), other.encode()))
    return made.getvalue()


def test_a_ledger_that_cannot_be_asked_is_no_fault_of_a_row(manager):
    class Gone:
        def find(self, stream: str) -> None:
            raise Unavailable

    faults = Faults()
    drafting = Drafting(manager, Gone(), "ab" * 32, faults)
    for bring, row in ((drafting.order, ORDER), (drafting.balance, BALANCE)):
        with pytest.raises(Unavailable):
            bring([Given(At("S", 2, {}), row)])
    assert faults.count == 0
