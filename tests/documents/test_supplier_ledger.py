"""A supplier ledger is read whatever wrote it, or refused with each fault at its row and column."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import bounds
from ledger.documents import tables, written
from ledger.documents.faults import DocumentFaults
from ledger.documents.ledger_columns import SPECIFIED
from ledger.documents.supplier_ledger import read
from tests.conftest import BUYER, SHARED, SUPPLIER

FOLDER = SHARED / "registers" / "supplier-ledger"
HEADS = ",".join(SPECIFIED)
ROW = (
    f"{BUYER},Härnösands kommun,41000871,Mittuniversitetet,{SUPPLIER},7050,Kurser,45000.00,"
    "2024-03-28,Kommunstyrelsen,90012345,,SKO-2023,2280,"
)
SOUND = f"{HEADS}\r\n{ROW}\r\n"


def told(content: bytes | str) -> dict[str, str]:
    """The faults of a file by their places."""
    with pytest.raises(DocumentFaults) as refused:
        read(content.encode() if isinstance(content, str) else content)
    return {fault.place: fault.sentence() for fault in refused.value.faults}


def only(content: bytes | str):
    (row,) = read(content.encode() if isinstance(content, str) else content).rows
    return row


def with_(**cells: str) -> str:
    """The sound file with other cells."""
    row = {**dict(zip(SPECIFIED, ROW.split(","), strict=True)), **cells}
    out = io.StringIO()
    writer = csv.DictWriter(out, SPECIFIED)
    writer.writeheader()
    writer.writerow(row)
    return out.getvalue()


def test_a_file_of_the_specification_is_read_with_all_that_is_compared():
    row = only(SOUND)
    assert (row.number, row.amount, row.on) == (2, 45_000_00, date(2024, 3, 28))
    assert (row.buyer, row.supplier, row.supplier_name) == (BUYER, SUPPLIER, "Mittuniversitetet")
    assert (row.voucher, row.invoice, row.agreement) == ("41000871", "90012345", "SKO-2023")
    assert read(SOUND.encode()).warnings == ()


# ── What real files deviate in ────────────────────────────────────────────────────────────────

WRITTEN = {
    "UTF-8 with a mark": SOUND.encode("utf-8-sig"),
    "UTF-16 little-endian": b"\xff\xfe" + SOUND.encode("utf-16-le"),
    "UTF-16 big-endian": b"\xfe\xff" + SOUND.encode("utf-16-be"),
    "UTF-16 without a mark": SOUND.encode("utf-16-le"),
    "UTF-16 big-endian without a mark": SOUND.encode("utf-16-be"),
    "UTF-32": b"\xff\xfe\x00\x00" + SOUND.encode("utf-32-le"),
    "Windows-1252": SOUND.encode("cp1252"),
    "bare CR": SOUND.replace("\r\n", "\r").encode(),
    "bare LF": SOUND.replace("\r\n", "\n").encode(),
    "no line end at the end": SOUND.rstrip().encode(),
    "empty lines": SOUND.replace("\r\n", "\r\n\r\n").encode(),
    "semicolons": SOUND.replace(",", ";").encode(),
    "tabs": SOUND.replace(",", "\t").encode(),
    "strokes": SOUND.replace(",", "|").encode(),
    "a line that names the separator": b"sep=;\r\n" + SOUND.replace(",", ";").encode(),
    "empty cells at the end": SOUND.replace("\r\n", ",,\r\n").encode(),
    "everything quoted": with_().encode(),
    "no heads": f"{ROW}\r\n".encode(),
    "heads in capitals": SOUND.replace(HEADS, HEADS.upper()).encode(),
    "heads in one word each": SOUND.replace("_", "").encode(),
    "heads with their unit": SOUND.replace("belopp", "Belopp (kr)").encode(),
    "heads again": f"{SOUND}\ufeff{HEADS}\r\n".encode(),
    "words before the heads": f"Reskontra;2024\r\n\r\nUttag,2025-01-02\r\n{SOUND}".encode(),
    "the end of a file in DOS": SOUND.encode() + b"\x1a\0\0",
    "bare CR of an old Mac": SOUND.replace("\r\n", "\r").encode("mac_roman"),
    "DOS": SOUND.encode("cp850"),
    "cells that are text": SOUND.replace(SUPPLIER, f'="{SUPPLIER}"')
    .replace("45000.00", '="45000.00"')
    .replace("90012345", '="90012345"')
    .encode(),
    "a number that was an amount": SOUND.replace("90012345", "90012345.0").encode(),
    "a number that is text": SOUND.replace("90012345", "'90012345").encode(),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_the_same_payment_is_read_of_every_way_to_write_it(name):
    row, sound = only(WRITTEN[name]), only(SOUND)
    for member in ("amount", "on", "buyer", "supplier", "supplier_name", "invoice", "agreement"):
        assert getattr(row, member) == getattr(sound, member), member


@pytest.mark.parametrize(
    ("text", "ore"),
    [
        ("45000.00", 45_000_00),
        ("45000", 45_000_00),
        ("45000,5", 45_000_50),
        ("45\N{NO-BREAK SPACE}000,00", 45_000_00),
        ("1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567,89", 1_234_567_89),
        ("1.234.567,89", 1_234_567_89),
        ("1,234,567.89", 1_234_567_89),
        ("1 234 567", 1_234_567_00),
        ("15000,00-", -15_000_00),
        ("15 000.00 -", -15_000_00),
        ("-15000,00", -15_000_00),
        ("\N{MINUS SIGN}15 000", -15_000_00),
        ("(15 000,00)", -15_000_00),
        ("12 500 kr", 12_500_00),
        ("SEK 12 500,00", 12_500_00),
        ("2022.3100", 2_022_31),
        ("45000.000", 45_000_00),
        ("0", 0),
        (",50", 50),
        ("-.5", -50),
        (",", None),
        (",500", None),
        ("0,125", None),
        ("12 34", None),
        ("1 2345", None),
        ("1,234.567,89", None),
        ("--5", None),
        ("-5-", None),
        ("1kr2", None),
        ("1e5", None),
        ("٤٥", None),
        ("9" * 16, None),
        ("100000000000000,01", None),
        ("=1+1", None),
    ],
)
def test_an_amount_is_read_exactly_or_not_at_all(text, ore):
    if ore is None:
        with pytest.raises(ValueError, match=r".*"):
            written.amount(text)
    else:
        assert written.amount(text) == ore


@pytest.mark.parametrize("text", ["1.250", "1,250", "-45.000", "999,999"])
def test_what_may_be_thousands_or_decimals_is_refused_with_what_to_write(text):
    assert told(with_(belopp=text))["/2/belopp"] == (
        f"Row 2, belopp: {text} may be thousands or decimals; write two decimals."
    )


@given(
    st.integers(-bounds.MAX_AMOUNT, bounds.MAX_AMOUNT),
    st.sampled_from([" ", "\N{NO-BREAK SPACE}", "."]),
)
def test_every_amount_is_read_back_as_it_was_written(ore, between):
    whole, part = divmod(abs(ore), 100)
    grouped = f"{whole:,}".replace(",", between)
    for sign in ("{}", "{}-") if ore < 0 else ("{}",):
        text = sign.format(f"{grouped},{part:02d}")
        text = f"-{text}" if ore < 0 and not text.endswith("-") else text
        assert written.amount(text) == ore
    assert written.amount(f"{'-' if ore < 0 else ''}{whole}.{part:02d}") == ore


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-28", date(2024, 3, 28)),
        ("20240328", date(2024, 3, 28)),
        ("2024/03/28", date(2024, 3, 28)),
        ("2024-03-28 00:00:00", date(2024, 3, 28)),
        ("2024-03-28T00:00:00.000", date(2024, 3, 28)),
        ("2024-03-28 23:59", date(2024, 3, 28)),
        ("2024-03-28T14:30:05.123", date(2024, 3, 28)),
        ("2024-03-28T22:00:00Z", None),
        ("2024-03-28 24:61", None),
        ("2024-3-8", date(2024, 3, 8)),
        ("28.03.2024", date(2024, 3, 28)),
        ("3.4.2024", date(2024, 4, 3)),
        ("28.03.2024 14:30", date(2024, 3, 28)),
        ("28/03/2024", date(2024, 3, 28)),
        ("03/28/2024", date(2024, 3, 28)),
        ("28-03-2024", date(2024, 3, 28)),
        ("05/05/2024", date(2024, 5, 5)),
        ("28-Mar-2024", date(2024, 3, 28)),
        ("28 mars 2024", date(2024, 3, 28)),
        ("1 okt 2024", date(2024, 10, 1)),
        ("March 28, 2024", date(2024, 3, 28)),
        ("03.28.2024", None),
        ("28.03.24", None),
        ("24-03-28", None),
        ("28 brumaire 2024", None),
        ("2024-02-30", None),
        ("30.02.2024", None),
        ("1899-12-31", None),
        ("45379", None),
    ],
)
def test_a_day_is_one_that_can_be_no_other(text, day):
    if day is None:
        assert told(with_(datum=text))["/2/datum"] == (
            f"Row 2, datum: {text} is no date such as 2026-01-31."
        )
    else:
        assert only(with_(datum=text)).on == day


DATES = "leverantor_id;belopp;datum\n" + "".join(f"{SUPPLIER};1,00;{{}}\n" for _ in range(3))


@pytest.mark.parametrize(
    ("written_as", "days"),
    [
        (("03/04/2024", "28/03/2024", "2024-03-28"), ((4, 3), (3, 28), (3, 28))),
        (("03/04/2024", "03/28/2024", "04/05/2024"), ((3, 4), (3, 28), (4, 5))),
        (("03-04-2024", "13-04-2024", "05-05-2024"), ((4, 3), (4, 13), (5, 5))),
    ],
)
def test_which_of_day_and_month_comes_first_is_told_by_the_other_rows(written_as, days):
    found = read(DATES.format(*written_as).encode()).rows
    assert [(row.on.month, row.on.day) for row in found] == list(days)


@pytest.mark.parametrize(
    "written_as",
    [
        ("03/04/2024", "05/05/2024", "28.03.2024"),
        ("03/04/2024", "28/03/2024", "03/28/2024"),
    ],
)
def test_a_day_that_may_be_two_is_refused_with_what_to_write(written_as):
    assert told(DATES.format(*written_as))["/2/datum"] == (
        "Row 2, datum: in 03/04/2024 day or month may come first, and no other row tells which; "
        "write it as 2026-01-31."
    )


# ── Debit and credit ──────────────────────────────────────────────────────────────────────────


def sides(*rows: tuple[str, str], heads: str = "konto;belopp") -> str:
    """A ledger of rows of some columns beside supplier and day."""
    lines = (f"{SUPPLIER};2024-03-28;{';'.join(row)}" for row in rows)
    return "\n".join((f"leverantor_id;datum;{heads}", *lines))


@pytest.mark.parametrize(
    ("content", "amounts"),
    [
        (sides(("7050", "1 250,00 D"), ("7050", "250,00 C")), (1_250_00, -250_00)),
        (sides(("7050", "1 250,00D"), ("4010", "250,00K")), (1_250_00, -250_00)),
        (sides(("7050", "1,250.00 Dr"), ("7050", "250.00 Cr.")), (1_250_00, -250_00)),
        (sides(("2510", "1250,00 K"), ("2440", "250,00 D")), (1_250_00, -250_00)),
        (sides(("", "1250.00"), ("", "250.00CR")), (1_250_00, -250_00)),
        (sides(("7050", "1250,00", "D"), ("7050", "250", "K"), heads="konto;belopp;D/K"),
         (1_250_00, -250_00)),
        (sides(("7050", "1250,00", ""), ("7050", "0,00", "250,00"), heads="konto;debet;kredit"),
         (1_250_00, -250_00)),
        (sides(("2440", "", "1250,00"), ("2440", "250,00", "0"), heads="Account;Debit;Credit"),
         (1_250_00, -250_00)),
    ],
)  # fmt: skip
def test_what_is_debit_or_credit_counts_by_its_account_or_by_what_is_not_marked(content, amounts):
    assert tuple(row.amount for row in read(content.encode()).rows) == amounts


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (sides(("", "1250,00 D"), ("", "250,00 C")), "/2"),
        (sides(("", "1250,00 C"), ("", "250,00 C")), "/2"),
        (sides(("", "1250,00"), ("", "250,00 D")), "/3"),
        (sides(("7050", "1250,00 D"), ("2640", "312,50 D"), ("2440", "1562,50 C")), "/2"),
        (sides(("7050", "1250 K")), "/2/belopp"),
        (sides(("7050", "-1250,00 C")), "/2/belopp"),
        (sides(("7050", "-1250,00", "K"), heads="konto;belopp;D/K"), "/2/belopp"),
        (sides(("7050", "1250,00", "?"), heads="konto;belopp;D/K"), "/2/belopp"),
        (sides(("7050", "1250,00", "250,00"), heads="konto;debet;kredit"), "/2/kredit"),
    ],
)  # fmt: skip
def test_a_side_that_tells_nothing_is_refused(content, place):
    assert place in told(content)


def test_heads_may_be_english():
    heads = "Buyer ID,Voucher No,Supplier name,Supplier Org. No,Account,Net amount (SEK)"
    content = (
        f"{heads},Posting date,Invoice number,Contract number\n"
        f"{BUYER},41000871,Mid Sweden,202100-4524,7050,45000.00,28/03/2024,90012345,S-1\n"
    )
    found = read(content.encode())
    assert found.vat == "excluded"
    (row,) = found.rows
    assert (row.buyer, row.supplier, row.supplier_name) == (
        BUYER, SUPPLIER, "Mid Sweden",
    )  # fmt: skip
    assert (row.amount, row.on, row.voucher) == (45_000_00, date(2024, 3, 28), "41000871")
    assert (row.invoice, row.agreement) == ("90012345", "S-1")
    row = only("Vendor;Org no;Amount incl. VAT;Date\nMitt;202100-4524;1 000,00;2024-03-28\n")
    assert (row.supplier, row.amount) == (SUPPLIER, 1_000_00)


@pytest.mark.parametrize(
    "text",
    [
        *("202100-4524", "SE202100452401", "0007:2021004524", "'2021004524", "202100 4524"),
        *("202100–4524", "SE2021004524", "SE202100-452401", "2021004524.0", '="2021004524"'),
    ],
)
def test_an_organisation_number_is_known_in_all_its_spellings(text):
    assert only(with_(leverantor_id=text)).supplier == SUPPLIER


def test_columns_may_stand_in_any_order_and_have_the_names_of_real_files():
    regional = (
        "kopare_id;kopare;verifikationsnummer;leverantor;leverantor_id;konto_nr;konto_text;"
        "bokforingsdatum;forvaltning;fakturanummer;nettobelopp;grund;avtal;kommun_id;s_kod_nr\r"
        f"{BUYER};K;1;Bolaget AB;5566310917;7551;Text;2026-01-07;F;-;-3285.00;;;;\r"
    )
    found = read(regional.encode())
    assert found.vat == "excluded"
    (row,) = found.rows
    assert (row.amount, row.on, row.invoice) == (-3_285_00, date(2026, 1, 7), "")


def test_heads_may_be_swedish_words_and_whose_number_it_is_is_told_from_the_others():
    heads = "Köpare;Organisationsnummer;Leverantör;Leverantörens organisationsnummer;Belopp;Datum"
    row = only(f"{heads}\nKommunen;212000-2403;Mitt;202100-4524;1 000,00;2024-03-28\n")
    assert (row.buyer, row.supplier) == (BUYER, SUPPLIER)
    row = only("Leverantör;Orgnr;Belopp inkl. moms;Datum\nMitt;202100-4524;1 000,00;2024-03-28\n")
    assert (row.buyer, row.supplier) == (None, SUPPLIER)


def test_letters_of_an_old_code_page_are_read_and_which_it_was_is_told():
    for page, called in (("cp1252", "Windows-1252"), ("mac_roman", "Mac Roman"), ("cp850", "DOS")):
        row = with_(leverantor="Högskolan på Åland", belopp="1\xa0000,00").encode(page)
        found = read(row)
        assert (found.rows[0].supplier_name, found.rows[0].amount) == (
            "Högskolan på Åland",
            100_000,
        )
        (told,) = found.warnings
        assert called in told.sentence()


def test_what_stands_before_the_heads_is_told_of_and_is_no_payment():
    found = read(f"Leverantörsreskontra 2024\r\n{SOUND}".encode())
    assert [warning.sentence() for warning in found.warnings] == [
        "Row 1 stands before the heads and is not read."
    ]
    assert [row.number for row in found.rows] == [2 + 1]


@pytest.mark.parametrize(
    ("name", "vat"),
    [
        *(("belopp", "unknown"), ("Amount", "unknown"), ("Invoice amount", "unknown")),
        *(("Belopp exkl. moms", "excluded"), ("Amount excl. VAT", "excluded")),
        *(("Belopp inkl moms", "included"), ("Gross amount", "included")),
    ],
)
def test_the_head_of_the_amounts_tells_of_vat(name, vat):
    assert read(SOUND.replace("belopp", name).encode()).vat == vat


@pytest.mark.parametrize("text", ["", "-", "–", "0", "saknas", "N/A", "*"])
def test_what_stands_where_there_is_no_invoice_number_is_none(text):
    assert only(with_(fakturanummer=text)).invoice == ""


def test_a_supplier_without_a_true_number_is_read_by_its_name_and_warned_of():
    found = read(with_(leverantor_id="10023").encode())
    assert (found.rows[0].supplier, found.rows[0].supplier_name) == (None, "Mittuniversitetet")
    assert [warning.code for warning in found.warnings] == ["supplier-number"]
    assert told(with_(leverantor_id="10023", leverantor="")) == {
        "/2/leverantor_id": "Row 2, leverantor_id: the supplier has neither an organisation number "
        "nor a name."
    }


def test_the_sum_at_the_end_is_not_counted_and_told_of():
    found = read((SOUND + "Summa,,,,,,,45000.00,,,,,,,\r\n").encode())
    assert len(found.rows) == 1
    assert [warning.sentence() for warning in found.warnings] == [
        "Row 3 is a sum and is not counted."
    ]


# ── What is refused ───────────────────────────────────────────────────────────────────────────


def test_all_faults_of_a_file_are_told_at_once_each_at_its_row_and_column():
    wrong = ROW.replace("45000.00", "abc").replace("2024-03-28", "i går")
    content = f"{HEADS}\n{ROW}\n{wrong}\n{ROW.replace('45000.00', '')}\n{ROW}\n"
    assert told(content) == {
        "/3/belopp": "Row 3, belopp: abc is no amount in whole öre.",
        "/3/datum": "Row 3, datum: i går is no date such as 2026-01-31.",
        "/4/belopp": "Row 4, belopp: the cell is empty.",
    }


def test_a_row_whose_cells_are_shifted_is_a_fault():
    shifted = ROW.replace("Kurser", "Kurser, och annat").replace(",2280,", ",2280,1")
    assert told(f"{HEADS}\n{shifted}\n")["/2"] == "Row 2 has 16 cells, and there are 15 columns."


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("PK\x03\x04", "workbook"),
        ("", "empty"),
        ("\ufeff \r\n", "empty"),
        (HEADS, "no-rows"),
        ("a,b,c\n1,2,3\n", "no-heads"),
        ("leverantor;belopp\nA;1,00\n", "columns"),
        ("leverantor_id;datum;belopp;belopp\n2021004524;2024-01-01;1,00;2,00\n", "column-twice"),
        (f'{HEADS}\n{ROW}\n"{ROW}\n', "row-unread"),
        (f"{HEADS}\n{ROW.replace('Kurser', chr(34) + 'A' + chr(34) + 'B')}\n", "row-unread"),
        ("x" * 200_000, "row-unread"),
        (",;" * 200_000, "row-unread"),
        (f"{HEADS}\n" + ";" * 200_000, "row-unread"),
        (f"{HEADS}\n" + "," * 1_000, "row-unread"),
        (f'{HEADS}\n"' + "a\n" * 200_000, "row-unread"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(content, code):
    with pytest.raises(DocumentFaults) as refused:
        read(content.encode())
    assert code in [fault.code for fault in refused.value.faults]


def test_a_column_that_is_needed_is_named():
    assert told("leverantor;verifikationsnummer\nA;1\n") == {
        "": "The file has no column belopp, datum."
    }


def test_bytes_that_are_letters_in_no_code_page_are_named_by_their_place():
    assert told(SOUND.encode()[:60] + b"\x81\x8d" + b"\n")[""].startswith(
        "The file cannot be read as CP1252: byte 61"
    )
    assert "UTF-16" in told(b"\xff\xfe" + SOUND.encode("utf-16-le")[:-1])[""]


def test_a_file_above_its_bounds_is_refused_with_the_figures(monkeypatch):
    monkeypatch.setattr(tables, "MAX_LEDGER_FILE", 1_000)
    assert told(b"x" * 1_001) == {"": "The file has 1001 bytes, and at most 1000 are read."}
    monkeypatch.setattr(tables, "MAX_LEDGER_FILE", bounds.MAX_LEDGER_FILE)
    monkeypatch.setattr(tables, "MAX_LEDGER_ROWS", 3)
    assert len(read("\n".join([HEADS, *[ROW] * 3]).encode()).rows) == 3
    said = told("\n".join([HEADS, *[ROW] * 4]))
    assert said == {"": "The file has more than the 3 rows that are read at a time."}


def test_what_is_not_seen_is_taken_out_of_names_and_never_stops_a_reading():
    hostile = "Mitt\x00uni\N{RIGHT-TO-LEFT OVERRIDE}versi\N{ZERO WIDTH SPACE}tetet\x1b[31m"
    row = only(with_(leverantor=hostile, fakturanummer="9001\x002345"))
    assert row.supplier_name == "Mittuniversitetet[31m"
    assert row.invoice == "90012345"


def test_the_reading_is_followed_line_by_line():
    seen: list[int] = []

    def follow(lines, total):
        seen.append(total)
        for line in lines:
            seen.append(len(line))
            yield line

    read(SOUND.encode(), follow)
    assert (seen[0], len(seen)) == (2, 3)


def outcome(content: bytes) -> tuple:
    """The rows of a file, or the faults that it is refused for."""
    try:
        return read(content).rows
    except DocumentFaults as refused:
        return refused.faults


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xfe", b"\xef\xbb\xbf"]))
def test_no_bytes_whatsoever_crash_the_reader(noise, mark):
    for content in (mark + noise, mark + SOUND.encode() + noise):
        assert outcome(content)


@given(st.text(max_size=60), st.sampled_from(SPECIFIED))
def test_no_text_in_a_cell_crashes_the_reader_or_is_lost_in_silence(text, column):
    found = outcome(with_(**{column: text}).encode(errors="replace"))
    assert len(found) >= 1


# ── Files that others wrote ───────────────────────────────────────────────────────────────────


def shared(name: str) -> bytes:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not there")
    return path.read_bytes()


def test_the_file_of_the_specification_is_read():
    found = read(shared("SYNTHETIC_harnosand_lankadedata_1.1.csv"))
    assert [(row.invoice, row.amount, row.agreement) for row in found.rows] == [
        ("90012345", 45_000_00, "SKO-2023-1"),
        ("90012571", -15_000_00, "SKO-2023-1"),
        ("90012810", 180_000_00, ""),
    ]


def test_the_file_of_an_old_system_is_read():
    found = read(shared("SYNTHETIC_legacy_cp1252.csv"))
    assert [(row.amount, row.supplier, row.buyer) for row in found.rows] == [
        (45_000_00, SUPPLIER, BUYER),
        (-15_000_00, SUPPLIER, BUYER),
    ]
    assert [warning.code for warning in found.warnings] == ["code-page"]


def test_of_two_published_rows_without_heads_the_one_that_is_shifted_is_named():
    content = shared("goteborg_spec_issue7.csv")
    assert set(told(content)) == {"/2/belopp", "/2/datum"}
    row = only(content.splitlines()[0])
    assert (row.amount, row.supplier, row.on) == (2_022_31, SUPPLIER_OF_ROW, date(2020, 1, 1))


SUPPLIER_OF_ROW = "2021004151"


@pytest.mark.parametrize("name", ["vgr_sample.csv", "SYNTHETIC_goteborg_style_utf16le.csv"])
def test_other_published_forms_are_read(name):
    assert read(shared(name)).rows
