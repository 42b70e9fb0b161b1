"""Every list is to be had as a file: whole, in words, harmless to a spreadsheet, with its times."""

import base64
import csv
import io
import json
import re
from pathlib import Path
from typing import Annotated, get_args, get_type_hints

import pytest
from babel.messages.pofile import read_po

from ledger import codec, telling
from ledger.application.answers import Answer, Drawdown, Order
from ledger.application.answers.log import Actor, Fact
from ledger.application.answers.members import amount, text
from ledger.application.answers.people import KnownPerson
from ledger.application.exports import Told, delimited
from ledger.application.exports.cells import cell, word
from ledger.application.exports.columns import columns, head, heads
from ledger.application.exports.listings import LISTINGS
from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.audit.published import publish_key
from ledger.config import read
from ledger.domain.events import NAMES
from ledger.domain.money import from_text
from ledger.opening import open_ledger
from ledger.web import create_app
from ledger.web.api import listing
from tests.audit.audit_given import KEY
from tests.clock import NOW, STARTED
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, Api
from tests.people import let_in
from tests.test_golden import GOLDEN
from tests.workbook import sheets_of

CATALOGUE = Path(codec.__file__).parent / "translations/sv/LC_MESSAGES/messages.po"
QUERIES = {
    "/accruals": {"year": "2023"},
    "balance/explain": {"figure": "cap"},
    "accruals": {"year": "2026"},
    "compare": {"from_as_of": "2023-01-31"},
}
"""What a list must be asked with."""


def lists(app) -> dict[str, type[Answer]]:
    """Every list route of the API, by its address in the agreement of the tests, and its items."""
    return {
        rule.rule.replace("<agreement:number>", "SKO-2023")
        .replace("<organisation:number>", BUYER)
        .removeprefix("/api/v1"): shape
        for rule in app.url_map.iter_rules()
        if (shape := getattr(app.view_functions[rule.endpoint], "_exported", None))
        and "GET" in rule.methods
    }


def query_of(path: str) -> dict[str, str]:
    return next((query for end, query in QUERIES.items() if path.endswith(end)), {})


def read_csv(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    reader = csv.DictReader(
        io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True
    )
    return list(reader)


@pytest.fixture
def everyone(ledger):
    """A client that may read all; an agreement with orders and an invoice is there."""
    roles = ("admin", "manager", "orderer", "finance", "auditor")
    token = let_in(ledger, "Alla", BUYER, roles)
    client = Api(create_app(ledger=ledger).test_client(), token)
    assert client.post("/agreements", AGREEMENT).status_code == 201
    for n in range(5):
        body = {**ORDER, "course": f"Kurs {n}", "lines": ORDER["lines"][:1]}
        assert client.post("/agreements/SKO-2023/orders", body).status_code == 201
    invoice = {**INVOICE, "amount": "100.50", "vat": None}
    assert client.post("/orders/SKO-2023-0001/drawdowns", invoice).status_code == 201
    return client


# ── Every list ────────────────────────────────────────────────────────────────────────────────


def test_every_list_of_the_api_is_described_and_answered_as_a_file(everyone):
    app = everyone.client.application
    described = everyone.get("/openapi.json").json
    shapes = described["components"]["schemas"]
    found = 0
    for path, methods in described["paths"].items():
        content = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        of = content.get("application/json", {}).get("schema", {}).get("$ref", "")
        is_list = "items" in shapes.get(of.rpartition("/")[2], {}).get("properties", {})
        assert is_list == ("text/csv" in content), f"{path} lists things, and not as a file"
        found += is_list
    assert found == len(lists(app)) > 8
    for path, shape in lists(app).items():
        asked = query_of(path)
        whole = everyone.get(path, **asked, format="csv")
        assert (whole.status_code, whole.mimetype) == (200, "text/csv"), path
        rows = read_csv(whole.text)
        items = everyone.get(path, **asked).json["items"]
        assert len(rows) == sum(len(item.get(shape.row_of, [0])) for item in items), path
        sheets = sheets_of(everyone.get(path, **asked, format="xlsx").data)
        assert len(next(iter(sheets.values())).rows) == len(rows) + 1, path
        printed = everyone.get(path, **asked, format="pdf")
        assert (printed.status_code, printed.mimetype) == (200, "application/pdf"), path
        named = heads(shape, "en")
        assert len(set(named)) == len(named), path
        assert all(list(row) == [*named, "As of", "Known at", "Checkpoint"] for row in rows)


def test_a_file_has_all_pages_and_a_page_only_its_own(everyone, monkeypatch):
    monkeypatch.setattr(listing, "MAX_PAGE", 2)
    for path in ("/orders", "/events", "/agreements/SKO-2023/history"):
        items = everyone.get(path, limit=500).json["items"]
        rows = read_csv(everyone.get(path, format="csv", limit=1).text)
        assert len(rows) == len(items) > 4, path
    explained = everyone.get("/agreements/SKO-2023/balance/explain", figure="reserved", rows=500)
    path = "/agreements/SKO-2023/balance/explain"
    rows = read_csv(everyone.get(path, figure="reserved", format="csv").text)
    assert [row["Amount"] for row in rows] == [i["amount"] for i in explained.json["items"]]
    assert len(rows) > 4


def test_a_file_may_be_asked_for_by_its_media_type(everyone):
    headers = {**everyone.headers, "Accept": "text/csv"}
    got = everyone.client.get("/api/v1/orders", headers=headers)
    assert got.mimetype == "text/csv"
    name = f"orders-as-of-{NOW.date()}.csv"
    assert got.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    headers["Accept"] = "application/json, text/csv;q=0.5"
    assert everyone.client.get("/api/v1/orders", headers=headers).mimetype == "application/json"
    assert everyone.get("/orders", format="json").mimetype == "application/json"


def test_a_format_that_there_is_not_is_a_fault_and_one_thing_is_no_list(everyone):
    refused = everyone.get("/orders", format="ods")
    assert refused.status_code == 422
    assert refused.json["errors"] == [
        {"pointer": "/format", "detail": "It must be one of json, csv, xlsx, pdf."}
    ]
    assert everyone.get("/orders/SKO-2023-0001", format="csv").status_code == 422


def test_who_may_not_see_a_list_gets_no_file_of_it(everyone, api):
    assert api("orderer").get("/events", format="csv").status_code == 403
    other = api("finance", "2120000787")
    assert read_csv(other.get("/orders", format="csv").text) == []
    assert other.get("/agreements/SKO-2023/statement", format="csv").status_code == 404


# ── What stands in it ─────────────────────────────────────────────────────────────────────────


def test_amounts_add_up_to_what_the_balance_says(everyone):
    rows = read_csv(everyone.get("/agreements/SKO-2023/statement", format="csv").text)
    balance = everyone.get("/agreements/SKO-2023/balance").json
    for term in ("cap", "reserved", "committed", "drawn"):
        assert sum(from_text(row[term.capitalize()]) for row in rows) == from_text(balance[term])
    assert rows[-1]["Remaining"] == balance["remaining"]


def test_in_swedish_the_heads_are_swedish_and_a_swedish_spreadsheet_opens_it(everyone):
    headers = {**everyone.headers, "Accept": "text/csv", "Accept-Language": "sv"}
    text = everyone.client.get("/api/v1/drawdowns", headers=headers).text
    (row,) = read_csv(text, ";")
    assert row["Belopp"] == "100,50"
    assert (row["Status"], row["Registrerat av"][:2]) == ("väntar på attest", "p-")
    assert {"Per datum", "Känt vid", "Kontrollpunkt"} <= set(row)
    agreement = everyone.client.get("/api/v1/agreements", headers=headers).text
    assert "Saldo: kvar" in agreement.splitlines()[0]


def test_every_column_has_a_swedish_head_that_means_what_is_in_it(everyone):
    with CATALOGUE.open("rb") as file:
        swedish = read_po(file, locale="sv")
    shapes = {*lists(everyone.client.application).values()}
    heads = {name for shape in shapes for column in columns(shape) for name in column.heads}
    assert {name for name in (*heads, *delimited.TELLING) if not swedish.get(name)} == set()
    said = {
        shape: {c.path: head(c.heads, "sv") for c in columns(shape)} for shape in (Drawdown, Order)
    }
    assert said[Drawdown][("credits",)] == "Kredit av"
    assert said[Drawdown][("invoice",)] == "Fakturanummer"
    assert said[Order][("credits",)] == "Högskolepoäng"
    assert said[Order][("counter", "ends_on")] == "Motförslag: slutar"


@pytest.mark.parametrize("start", ["=1+1", "+46", "-2+3", "@SUM(A1)", " =1", "＝1"])
def test_no_text_becomes_a_formula(everyone, start):
    body = {**ORDER, "course": f"x{start}", "unit": f"{start} enhet"}
    placed = everyone.post("/agreements/SKO-2023/orders", body)
    assert placed.status_code == 201
    unit = placed.json["unit"]
    rows = read_csv(everyone.get("/orders", format="csv").text)
    row, other = [row for row in rows if row["Number"] == placed.json["number"]]
    assert other["Unit"] == row["Unit"]
    assert row["Unit"] == (f"'{unit}" if unit[:1] in "=+-@＝" else unit)
    assert row["Unit"][:1] not in "=+-@＝"
    assert row["Course"] == f"x{start}"


def test_a_tab_does_not_hide_a_formula(everyone):
    """What is one line refuses it; where there may be more, the text begins after it."""
    hidden = "\t=1"
    refused = everyone.post("/agreements/SKO-2023/orders", {**ORDER, "unit": hidden})
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json["errors"]] == ["/unit"]
    placed = everyone.post("/agreements/SKO-2023/orders", {**ORDER, "challenge": hidden})
    assert placed.status_code == 201
    rows = read_csv(everyone.get("/orders", format="csv").text)
    found = {row["Challenge"] for row in rows if row["Number"] == placed.json["number"]}
    assert found == {"'=1"}


class Sum(Answer):
    amount: Annotated[str, amount("How much.")]
    credits: Annotated[str, text("A text.")]


def test_a_negative_amount_is_a_number_and_no_text():
    told = Told(None, NOW, None)
    items = [Sum(amount="-100.50", credits="-100.50")]
    rows = read_csv("".join(delimited.lines(Sum, items, told, "en")))
    assert (rows[0]["Amount"], rows[0]["Credits"]) == ("-100.50", "'-100.50")


def test_text_with_line_ends_quotes_and_separators_comes_out_as_it_was(everyone):
    said = 'Rad ett\nrad "två"; tre, fyra'
    placed = everyone.post("/agreements/SKO-2023/orders", {**ORDER, "challenge": said})
    rows = read_csv(everyone.get("/orders", format="csv").text)
    found = [row["Challenge"] for row in rows if row["Number"] == placed.json["number"]]
    assert found == [said, said]


def test_an_order_has_a_row_a_line_and_the_sum_of_each_column_is_that_of_the_orders(everyone):
    lines = [{**ORDER["lines"][0], "text": f"Del {n}", "amount": "1000.50"} for n in range(3)]
    placed = everyone.post("/agreements/SKO-2023/orders", {**ORDER, "lines": lines}).json
    rows = read_csv(everyone.get("/orders", format="csv").text)
    three = [row for row in rows if row["Number"] == placed["number"]]
    assert [row["Line: text"] for row in three] == ["Del 0", "Del 1", "Del 2"]
    assert [row["Line: amount"] for row in three] == ["1000.50"] * 3
    assert [row["Amount"] for row in three] == ["3001.50", "", ""]
    assert [row["Seats"] for row in three] == ["12", "", ""]
    assert {row["Course"] for row in three} == {ORDER["course"]}
    items = everyone.get("/orders").json["items"]
    for name in ("amount", "reserved", "committed", "drawn"):
        whole = sum(from_text(item[name]) for item in items)
        assert sum(from_text(row[name.capitalize()] or "0.00") for row in rows) == whole
    asked = sum(from_text(row["Line: amount"]) for row in rows)
    assert asked == sum(from_text(item["amount"]) for item in items)


def test_somebodys_own_text_is_never_taken_for_a_word_of_the_ledger(everyone):
    own = {"course": "cap", "unit": "placed", "challenge": "yes"}
    placed = everyone.post("/agreements/SKO-2023/orders", {**ORDER, **own}).json
    headers = {**everyone.headers, "Accept": "text/csv", "Accept-Language": "sv"}
    rows = read_csv(everyone.client.get("/api/v1/orders", headers=headers).text, ";")
    row, _ = [one for one in rows if one["Nummer"] == placed["number"]]
    assert (row["Kurs"], row["Enhet"], row["Behov"]) == ("cap", "placed", "yes")
    balances = everyone.client.get("/api/v1/agreements", headers=headers).text
    assert "Namn takvolym" in balances


def test_the_number_comes_first_and_no_cell_is_a_structure(everyone):
    headers = {**everyone.headers, "Accept": "text/csv", "Accept-Language": "sv"}
    for path, first in (("orders", "Nummer"), ("drawdowns", "Fakturanummer"),
                        ("agreements", "Nummer")):  # fmt: skip
        text = everyone.client.get(f"/api/v1/{path}", headers=headers).text
        assert text.removeprefix("\ufeff").split(";")[0] == first
    for path in lists(everyone.client.application):
        for row in read_csv(everyone.get(path, **query_of(path), format="csv").text):
            assert not [cell for cell in row.values() if re.match(r"[\[{]|.*\{\"", cell)], path


def test_every_code_of_a_list_is_a_swedish_word_in_a_swedish_file(everyone):
    """Grounds are paragraphs of the law, and are written alike."""
    missing = set()
    for shape in lists(everyone.client.application).values():
        for column in every_column(shape):
            for code in column.member.choices:
                said = word(str(code), column.member.name, "sv")
                if "17:" not in str(code) and said == word(str(code), column.member.name, "en"):
                    missing.add((shape.__name__, column.path[-1], code))
    assert missing == set()


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_every_fact_that_was_ever_stored_is_told_in_words(path):
    stored = json.loads(path.read_text())
    (data,) = [column for column in columns(Fact) if column.path == ("data",)]
    name = path.stem.partition("-with-")[0]
    (noun,) = [
        noun
        for noun, teller in telling._TELLERS.items()
        if NAMES[name] in get_args(get_type_hints(teller)["event"])
        or NAMES[name] is get_type_hints(teller)["event"]
    ]
    fact = Fact(
        position=1,
        stream=f"{noun}/2021004524.90012345.2024-03-25.380",
        version=1,
        name=name,
        effective_on=NOW.date(),
        agreement=None,
        by=Actor(person="p-1", organisation=BUYER, role="manager"),
        recorded_at=NOW,
        data=stored["data"],
    )
    told = cell(fact, data, "sv")
    assert told
    assert not re.search(r"[{}]|\[\'", told)


def test_a_fact_without_a_currency_tells_none(everyone):
    rows = read_csv(everyone.get("/events", format="csv").text)
    (signed,) = [row for row in rows if row["Name"] == "agreement signed"]
    assert "2 000 000 kr" in signed["Data"].replace("\xa0", " ")


def every_column(shape):
    """Also of what is told of several in one cell."""
    for column in columns(shape):
        yield column
        if column.member.shape is not None:
            yield from every_column(column.member.shape)


def test_every_list_has_a_title_and_says_what_is_printed_of_it(everyone):
    for shape in lists(everyone.client.application).values():
        listing = LISTINGS[shape]
        paths = {".".join(column.path) for column in columns(shape) if not column.of_row}
        assert set(listing.printed) <= paths, shape
        assert 0 < len(listing.printed) <= 8


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("/orders", {"agreement": "SKO-2023"}, "SKO-2023-avrop-per-2024-06-30"),
        ("/orders", {}, "avrop-per-2024-06-30"),
        ("/agreements/SKO-2023/statement", {}, "SKO-2023-kontoutdrag-per-2024-06-30"),
        ("/agreements/SKO-2023/accruals", {"year": "2024"},
         "SKO-2023-periodiseringar-per-2024-06-30"),
        (f"/organisations/{BUYER}/attest", {"on": "2024-06-30"},
         f"{BUYER}-attestratter-per-2024-06-30"),
    ],
)  # fmt: skip
def test_a_file_is_called_for_what_it_is_and_the_day_that_it_is_told_for(
    everyone, path, query, name
):
    headers = {**everyone.headers, "Accept-Language": "sv"}
    day = {} if "on" in query else {"as_of": "2024-06-30"}
    asked = {**day, "format": "xlsx", **query}
    got = everyone.client.get(f"/api/v1{path}", headers=headers, query_string=asked)
    assert got.headers["Content-Disposition"] == f'attachment; filename="{name}.xlsx"'


def test_what_is_recorded_is_named_for_the_day_by_which_it_was(everyone):
    got = everyone.get("/events", format="csv")
    assert f'filename="facts-recorded-by-{NOW.date()}.csv"' in got.headers["Content-Disposition"]


# ── The times and the checkpoint ──────────────────────────────────────────────────────────────


def test_both_times_are_honoured_and_stand_in_every_line(everyone):
    before = everyone.get("/agreements/SKO-2023/balance").json["known_at"]
    everyone.post("/agreements/SKO-2023/orders", ORDER)
    then = {"as_of": "2023-12-31", "known_at": before}
    now = read_csv(everyone.get("/orders", format="csv").text)
    assert len({row["Number"] for row in now}) == 6
    rows = read_csv(everyone.get("/orders", format="csv", **then).text)
    assert len(rows) == 5
    assert {(row["As of"], row["Known at"]) for row in rows} == {("2023-12-31", before)}
    assert read_csv(everyone.get("/orders", format="csv", as_of="2023-01-01").text) == []
    (line, *_) = read_csv(everyone.get("/events", format="csv").text)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["Known at"])
    assert line["As of"] == ""


def test_what_is_recorded_while_a_file_is_sent_is_not_in_it_nor_when_it_is_asked_for_again(
    everyone, monkeypatch
):
    monkeypatch.setattr(listing, "MAX_PAGE", 2)
    path, headers = "/api/v1/events?format=csv", everyone.headers
    response = everyone.client.get(path, headers=headers, buffered=False)
    parts = iter(response.response)
    sent = [next(parts), next(parts)]
    assert everyone.post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    text = b"".join([*sent, *parts]).decode()
    (known_at,) = {row["Known at"] for row in read_csv(text)}
    assert "SKO-2023-0006" not in text
    assert everyone.get("/events", format="csv", known_at=known_at).text == text
    assert "SKO-2023-0006" in everyone.get("/events", format="csv").text


def test_the_first_line_and_a_header_carry_the_newest_checkpoint(database, tmp_path):
    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
    opened = open_ledger(
        read({"AVROP_DATABASE": database, "AVROP_NOTARY": str(signing.folder)}), STARTED
    )
    opened.create()
    token = let_in(opened, "Alla", BUYER, ("manager", "orderer"))
    client = Api(create_app(ledger=opened).test_client(), token)
    client.post("/agreements", AGREEMENT)
    for _ in range(2):
        client.post("/agreements/SKO-2023/orders", ORDER)
    unsigned = client.get("/orders", format="csv")
    assert "Avrop-Checkpoint" not in unsigned.headers
    publish_key(signing.folder, KEY.verifier)
    note = notary.cycle(signing, opened.store.leaves).data
    got = client.get("/orders", format="csv")
    assert base64.b64decode(got.headers["Avrop-Checkpoint"]) == note
    assert [row["Checkpoint"] for row in read_csv(got.text)] == [note.decode(), "", "", ""]
    opened.close()


# ── Bounds ────────────────────────────────────────────────────────────────────────────────────


def test_a_list_that_is_too_long_breaks_off_and_never_ends_as_if_whole(monkeypatch):
    monkeypatch.setattr(delimited, "MAX_EXPORT", 3)
    told = Told(None, NOW, None)
    people = [
        KnownPerson(
            id=f"p-{n}", kind="person", name="", number=None, organisation="", roles=[], tokens=0
        )
        for n in range(4)
    ]
    assert len(list(delimited.lines(KnownPerson, people[:3], told, "en"))) == 4
    with pytest.raises(delimited.ExportTooLong):
        list(delimited.lines(KnownPerson, people, told, "en"))


def test_a_file_is_sent_page_by_page_and_not_gathered_first(everyone, monkeypatch):
    monkeypatch.setattr(listing, "MAX_PAGE", 1)
    response = everyone.client.get(
        "/api/v1/orders?format=csv", headers=everyone.headers, buffered=False
    )
    parts = iter(response.response)
    assert next(parts).startswith(b"\xef\xbb\xbf")
    assert b"SKO-2023-0001" in next(parts)
    response.close()


# ── The command line ──────────────────────────────────────────────────────────────────────────


def test_the_command_line_writes_the_same_files(desk):
    desk.done("demo", "--programme", "harnosand")
    for verb in (
        ("agreement", "list"),
        ("order", "list"),
        ("drawdown", "list"),
        ("statement", "SKO-2023"),
        ("history", "SKO-2023"),
        ("stale", "SKO-2023"),
        ("queue",),
        ("person", "list"),
    ):
        said = desk.done(*verb, "--csv", "list.csv")
        rows = read_csv((desk.folder / "list.csv").read_bytes().decode())
        assert said == f"list.csv: lines written: {len(rows)}.\n"
        listed = desk.json(*verb)
        items = listed["items"] if isinstance(listed, dict) else listed
        assert len(rows) == sum(len(item.get("lines", [0])) for item in items), verb
        assert read_csv(desk.done(*verb, "--csv", "-")) != [] or rows == []
    rows = read_csv(desk.done("order", "list", "--csv", "-", "--as-of", "2024-01-01"))
    assert {row["As of"] for row in rows} == {"2024-01-01"}
    file = desk.done("history", "SKO-2023", "--csv", "-")
    (known_at,) = {row["Known at"] for row in read_csv(file)}
    desk.done("demo", "--programme", "jonkoping")
    assert desk.done("history", "SKO-2023", "--csv", "-", "--known-at", known_at) == file
    said = desk.refused("order", "list", "--csv", "no/such/folder.csv")
    assert "cannot be written" in said
