"""A list as a workbook: numbers are numbers, days are days, no text is anything but text, and a
sheet says what it is told for."""

import io
import re
import tracemalloc
from datetime import date, datetime
from typing import Annotated
from zipfile import ZipFile

import pytest

from ledger.application.answers import Answer, Order
from ledger.application.answers.members import amount, day, moment, text, whole
from ledger.application.exports import Told, workbook
from ledger.application.exports.columns import heads
from ledger.domain.calendar import SWEDEN
from ledger.domain.money import from_text
from ledger.domain.refusals import Invalid
from ledger.web import create_app
from tests.clock import NOW
from tests.conftest import AGREEMENT, BUYER, ORDER, Api
from tests.people import let_in
from tests.workbook import MAIN, moment_of, sheets_of

TOLD = Told(date(2024, 6, 30), NOW, None, (("status", "väntar på svar"),))
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Line(Answer):
    number: Annotated[int, whole("Which.")]
    name: Annotated[str, text("What.")]
    amount: Annotated[str | None, amount("How much.")]
    ordered_on: Annotated[date | None, day("When.")]
    recorded_at: Annotated[datetime | None, moment("When it was recorded.")]


def line(name: str = "Kurs", number: int = 1, money: str | None = "1.00", **more) -> Line:
    told = {"ordered_on": date(2024, 1, 31), "recorded_at": NOW, **more}
    return Line(number=number, name=name, amount=money, **told)


def made(items, told=TOLD, language="sv", shape=Line) -> bytes:
    file = io.BytesIO()
    workbook.write(file, shape, items, told, language)
    return file.getvalue()


@pytest.fixture
def buyer(ledger):
    token = let_in(ledger, "Alla", BUYER, ("manager", "orderer", "finance"))
    client = Api(create_app(ledger=ledger).test_client(), token)
    client.post("/agreements", AGREEMENT)
    client.post("/agreements/SKO-2023/orders", ORDER)
    return client


def test_numbers_are_numbers_and_days_are_days():
    items = [line(money="-1234567.89"), line(number=2, money=None, ordered_on=None)]
    list_, _about = sheets_of(made(items)).values()
    head, first, second = list_.rows
    assert [cell.value for cell in head.values()] == heads(Line, "sv")
    assert (first[2].value, first[2].kind, first[2].shown) == (-1234567.89, "number", "#,##0.00")
    assert (first[0].value, first[0].kind, first[0].shown) == (1, "number", "0")
    assert (first[3].kind, first[3].shown) == ("number", "yyyy-mm-dd")
    assert moment_of(first[3].value).date() == date(2024, 1, 31)
    in_sweden = NOW.astimezone(SWEDEN).replace(tzinfo=None)
    assert moment_of(first[4].value) == in_sweden
    assert first[4].shown == "yyyy-mm-dd hh:mm:ss"
    assert set(second) == {0, 1, 4}, "what is not there is an empty cell, and no zero"


@pytest.mark.parametrize(
    "hostile",
    [
        *("=1+1", "+46", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1", "=cmd|' /C calc'!A0"),
        *('=HYPERLINK("http://x.example","kr")', "http://x.example/", "mailto:a@x.example"),
        *("internal:Sheet1!A1", "external:c:\\x", "{=1}", "12345", "1E5", "2024-01-31", "TRUE"),
        *("<f>1</f>", "]]>", "&amp;", "_x0041_", "å\x01ä\x0b", "Räksmörgås på ÅÄÖ – ”citat”"),
        "rad ett\nrad två",
    ],
)
def test_no_text_is_anything_but_text(hostile):
    content = made([line(hostile)], told=TOLD._replace(filters=(("unit", hostile),)))
    list_, about = sheets_of(content).values()
    cell = list_.rows[1][1]
    assert cell.kind == "text"
    assert unescaped(cell.value) == hostile
    assert cell.quoted == bool(re.match(r"\s*[=+\-@＝]|[\t\n]", hostile))
    assert hostile in [unescaped(row[1].value) for row in about.rows]
    with ZipFile(io.BytesIO(content)) as book:
        assert not [name for name in book.namelist() if "external" in name or "_rels/sheet" in name]
        for sheet in (list_, about):
            assert not list(sheet.xml.iter(f"{MAIN}f", f"{MAIN}hyperlink"))


def unescaped(value: str) -> str:
    """A character that XML has none of is written as its number (ECMA-376, 22.4.2.4)."""
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), value)


def test_the_head_stays_in_sight_and_can_be_filtered_by():
    list_, _ = sheets_of(made([line()])).values()
    (pane,) = list_.xml.iter(f"{MAIN}pane")
    assert (pane.get("state"), pane.get("ySplit"), pane.get("xSplit")) == ("frozen", "1", "1")
    (filtered,) = list_.xml.iter(f"{MAIN}autoFilter")
    assert filtered.get("ref") == "A1:E2"


def test_a_sheet_says_the_filter_both_times_and_the_checkpoint():
    sheets = sheets_of(made([line(), line()], told=TOLD._replace(note="example.org/l\n62\nkxyz=")))
    about = {row[0].value: row[1].value for row in sheets["Om"].rows}
    assert about["Per datum"] == "2024-06-30"
    assert NOW.isoformat().replace("+00:00", "Z") in about["Känt vid"]
    assert about["Urval: status"] == "väntar på svar"
    assert about["Rader"] == "2"
    assert about["Kontrollpunkt"] == "example.org/l\n62\nkxyz="
    english = sheets_of(made([line()], told=TOLD._replace(filters=()), language="en"))["About"]
    said = {row[0].value: row[1].value for row in english.rows}
    assert said["Narrowed by"] == "nothing: it is the whole list"
    assert said["Checkpoint"].startswith("Not signed: ")


def test_a_cell_that_is_too_long_says_that_it_is_cut():
    list_, _ = sheets_of(made([line("å" * 40_000)])).values()
    cut = list_.rows[1][1].value
    assert len(cut) == 32_767
    assert cut.endswith("… (avkortat: en cell rymmer 32767 tecken; CSV-filen har alla 40000)")


def test_a_list_that_is_too_long_is_refused_and_not_cut(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_EXPORT", 2)
    assert len(made([line()] * 2)) > 0
    with pytest.raises(Invalid) as refused:
        made([line()] * 3)
    assert refused.value.faults[0].figures == {"most": 2}


@pytest.mark.slow
def test_many_rows_need_no_more_memory_than_a_few():
    """A row that is kept would take some 650 bytes."""

    def peak(count: int) -> int:
        tracemalloc.start()
        with io.BytesIO() as file:
            workbook.write(file, Line, (line(f"Kurs {n}", n) for n in range(count)), TOLD, "sv")
            size = file.tell()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found - size

    few, many = peak(1000), peak(20_000)
    assert many < few + 2_000_000, (few, many)


# ── Asked of the API ──────────────────────────────────────────────────────────────────────────


def test_the_workbook_has_the_figures_of_the_api_and_a_row_a_line(buyer):
    got = buyer.get("/orders", format="xlsx", agreement="SKO-2023")
    assert (got.status_code, got.mimetype) == (200, MEDIA)
    sheets = sheets_of(got.data)
    head, *rows = sheets["Orders"].texts
    items = buyer.get("/orders").json["items"]
    assert head[: len(heads(Order, "en"))] == heads(Order, "en")
    at = {name: place for place, name in enumerate(head)}
    assert len(rows) == sum(len(item["lines"]) for item in items) == 2
    whole = sum(row[at["Amount"]] or 0 for row in rows)
    assert round(whole * 100) == sum(from_text(item["amount"]) for item in items)
    parts = sum(row[at["Line: amount"]] for row in rows)
    assert parts == whole
    about = {row[0].value: row[1].value for row in sheets["About"].rows}
    assert about["Narrowed by: agreement"] == "SKO-2023"


def test_a_workbook_is_asked_for_by_its_media_type_and_is_the_same_when_asked_again(buyer):
    headers = {**buyer.headers, "Accept": MEDIA, "Accept-Language": "sv"}
    known = {"known_at": NOW.isoformat(), "as_of": "2024-06-30"}
    one, two = (
        buyer.client.get("/api/v1/orders", headers=headers, query_string=known).data for _ in "ab"
    )
    assert one == two
    assert list(sheets_of(one)) == ["Avrop", "Om"]


def test_a_file_says_whose_it_is_also_where_the_address_or_the_command_says_it(buyer, desk):
    content = buyer.get("/agreements/SKO-2023/statement", format="xlsx").data
    about = {row[0].value: row[1].value for row in sheets_of(content)["About"].rows}
    assert about["Narrowed by: agreement"] == "SKO-2023"
    desk.done("demo", "--programme", "harnosand")
    for given, said in (
        (("--agreement", "SKO-2023", "--status", "confirmed"),
         {"agreement": "SKO-2023", "status": "confirmed"}),
        ((), {}),
    ):  # fmt: skip
        desk.done("order", "list", *given, "--xlsx", "a.xlsx")
        sheet = sheets_of((desk.folder / "a.xlsx").read_bytes())["About"]
        about = {row[0].value: row[1].value for row in sheet.rows}
        told = {
            name.removeprefix("Narrowed by: "): value
            for name, value in about.items()
            if name.startswith("Narrowed by: ")
        }
        assert told == said
