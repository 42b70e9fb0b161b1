"""Documents as tagged PDF (PDF/UA-1): their structure is looked at, and their figures are the
API's; nothing that anybody wrote is read as markup."""

import base64
from importlib import util

import pytest

from ledger.application.answers import Order
from ledger.application.exports import Told
from ledger.application.exports.listings import LISTINGS
from ledger.application.printed import engine, lists, statements
from ledger.application.printed.document import Bar, Bars, Column, Document, Paragraph, Table, Terms
from ledger.application.printed.documents import DOCUMENTS
from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.audit.published import publish_key
from ledger.config import read
from ledger.domain.money import from_text
from ledger.opening import open_ledger
from ledger.web import create_app
from ledger.wording import figure
from tests.audit.audit_given import KEY
from tests.clock import NOW, STARTED
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, Api
from tests.people import let_in
from tests.structure import structure_of, text_of

ROLES = ("admin", "manager", "orderer", "finance", "approver", "auditor")
PATHS = {
    "/agreements/SKO-2023/statement": ("Kontoutdrag SKO-2023", "SKO-2023-kontoutdrag"),
    "/agreements/SKO-2023/council": (
        "Underlag till nämnd: SKO-2023",
        "SKO-2023-underlag-till-namnd",
    ),
    "/agreements/SKO-2023/sheet": ("Så fakturerar du SKO-2023", "SKO-2023-fakturering"),
    "/orders/SKO-2023-0001": ("Avropsbekräftelse SKO-2023-0001", "SKO-2023-0001-avrop"),
    "/orders/SKO-2023-0002": ("Avrop SKO-2023-0002", "SKO-2023-0002-avrop"),
    "/orders/SKO-2023-0001/sheet": (
        "Så fakturerar du SKO-2023-0001",
        "SKO-2023-0001-fakturering",
    ),
}
HOSTILE = '= #panic("x") *fet* _kursiv_ $x$ `kod` @ref <etikett> \\ // /* "citat" ~ --- [x] {y}'


@pytest.fixture
def reader(ledger, api):
    """Somebody who may read all; an agreement with two orders, one of them confirmed, and an
    invoice that waits."""
    client = Api(create_app(ledger=ledger).test_client(), let_in(ledger, "A", BUYER, ROLES))
    assert client.post("/agreements", AGREEMENT).status_code == 201
    for course in ("Ledarskap på Åland", HOSTILE):
        body = {**ORDER, "course": course}
        assert client.post("/agreements/SKO-2023/orders", body).status_code == 201
    assert api("supplier").post("/orders/SKO-2023-0001/confirm").status_code == 200
    assert client.post("/orders/SKO-2023-0001/drawdowns", INVOICE).status_code == 201
    return client


def pdf_of(client: Api, path: str, language="sv", **query) -> bytes:
    headers = {**client.headers, "Accept-Language": language}
    asked = {"format": "pdf", **query}
    got = client.client.get(f"/api/v1{path}", headers=headers, query_string=asked)
    assert (got.status_code, got.mimetype) == (200, "application/pdf"), got.text
    return got.data


# ── Structure ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", PATHS)
def test_a_document_is_tagged_and_says_its_title_and_language(reader, path):
    found = structure_of(pdf_of(reader, path))
    assert (found.part, found.marked, found.shows_title) == ("1", True, True)
    assert (found.title, found.language) == (PATHS[path][0], "sv")
    counts = found.counts
    assert (counts["Document"], counts["Title"]) == (1, 1)
    assert counts["Table"] == counts["THead"] == counts["TBody"] >= 1
    heads = [tag for tag in found.tags if tag.name == "TH"]
    assert heads
    assert {tag.scope for tag in heads} == {"Column"}
    assert {tag.name for tag in found.tags if tag.name.startswith("H")} <= {"H1"}
    assert all(tag.alt for tag in found.tags if tag.name == "Figure")
    assert structure_of(pdf_of(reader, path, "en")).language == "en"


def test_every_document_of_the_list_is_tried_here_and_offered_by_the_api(reader):
    described = reader.get("/openapi.json").json["paths"]
    offered = {
        path
        for path, methods in described.items()
        if "application/pdf"
        in methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
    }
    assert len(DOCUMENTS) == 4
    for path in PATHS:
        number = path.split("/")[2]
        assert f"/api/v1{path.replace(number, '{number}')}" in offered


def test_every_list_is_printed_with_heads_and_at_most_eight_columns(reader):
    for path in ("/orders", "/drawdowns", "/agreements", "/events", "/auditors"):
        found = structure_of(pdf_of(reader, path))
        assert found.part == "1"
        assert found.counts["TH"] <= 8
    for shape in LISTINGS:
        told = Told(None, NOW, None)
        content = engine.pdf(lists.printed(shape, [], told, "sv"), NOW)
        assert structure_of(content).counts["Table"] == 0, "a table without rows is no table"


# ── What it says ──────────────────────────────────────────────────────────────────────────────


def test_a_statement_has_the_figures_of_the_api(reader):
    said = text_of(pdf_of(reader, "/agreements/SKO-2023/statement"))
    answer = reader.get("/agreements/SKO-2023/statement").json
    for item in answer["items"]:
        for name in ("cap", "reserved", "committed", "drawn", "remaining"):
            assert figure(from_text(item[name]), decimals=True) in said
    balance = reader.get("/agreements/SKO-2023/balance").json
    places = ("cap", "reserved", "committed", "drawn", "remaining")
    total = "".join(figure(from_text(balance[name]), decimals=True) for name in places)
    assert f"Summa{total}" in said


def test_a_councils_page_leads_with_what_can_be_ordered_and_lists_what_is_open(reader):
    answer = reader.get("/agreements/SKO-2023/council").json
    balance = reader.get("/agreements/SKO-2023/balance").json
    same = ("cap", "reserved", "committed", "drawn", "remaining", "room", "limits")
    assert {name: answer["balance"][name] for name in same} == {
        name: balance[name] for name in same
    }
    assert [(one["kind"], one["name"]) for one in answer["matters"]][:2] == [
        ("order", "SKO-2023-0002"),
        ("invoice", "90012345"),
    ]
    content = pdf_of(reader, "/agreements/SKO-2023/council")
    said = text_of(content)
    assert f"{figure(from_text(balance['room']))}\N{NO-BREAK SPACE}kr kan avropas i dag." in said
    for name in ("cap", "reserved", "committed", "drawn", "remaining"):
        assert figure(from_text(balance[name]), decimals=True) in said
    assert structure_of(content).pages == 1
    (chart,) = [tag for tag in structure_of(content).tags if tag.name == "Figure"]
    assert "kr är kvar" in chart.alt


def test_a_council_reads_of_a_day_and_nobody_else_reads_it(reader, api):
    before = reader.get("/agreements/SKO-2023/council", as_of="2023-10-01").json
    assert (before["balance"]["reserved"], before["matters"]) == ("0.00", [])
    assert before["headline"].startswith("On 2023-10-01")
    assert api("orderer").get("/agreements/SKO-2023/council").status_code == 403
    assert api("supplier").get("/agreements/SKO-2023/council", format="pdf").status_code == 403
    other = api("finance", "2120000787").get("/agreements/SKO-2023/council", format="pdf")
    assert other.status_code == 404


def test_an_order_names_its_parties_and_its_lines(reader):
    said = text_of(pdf_of(reader, "/orders/SKO-2023-0001"))
    for part in ("Härnösands kommun 2120002403", "Mittuniversitetet 2021004524", "180\xa0000,00",
                 "Ledarskap på Åland", "Summa (SEK)"):  # fmt: skip
        assert part in said


@pytest.mark.parametrize(
    "path", ["/orders/SKO-2023-0002", "/orders", "/agreements/SKO-2023/council"]
)
def test_what_somebody_wrote_is_never_markup(reader, path):
    said = text_of(pdf_of(reader, path)).replace(engine.BREAK, "")
    assert "".join(HOSTILE.split()) in "".join(said.split())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Räksmörgås – ÅÄÖ é ü ß ł Ж Ω", "Räksmörgås – ÅÄÖ é ü ß ł Ж Ω"),
        ("日本 😀", "□□ □"),
        ("a\u202eb\u200bc\x07d\ufeffe", "abcde"),
        ("a\u0308", "ä"),
        ("rad\tett\r\nrad två\u2028", "rad ett \nrad två "),
        ("\ue000\U0010ffff", "□□"),
    ],
)
def test_what_the_fonts_cannot_show_is_a_square_and_what_is_unseen_is_left_out(text, shown):
    assert engine.printable(text) == shown
    assert structure_of(engine.pdf(document(Paragraph(text)), NOW)).part == "1"


def test_every_character_that_is_let_through_has_a_shape():
    signs = [chr(n) for first, last in engine.RANGES for n in range(first, last + 1)]
    shown = " ".join(sign for sign in map(engine.printable, signs) if sign.strip())
    assert structure_of(engine.pdf(document(Paragraph(shown)), NOW)).part == "1"


def document(*parts) -> Document:
    return Document(title="T", about="A", footer="F", page="Sida", language="sv", parts=parts)


def test_a_long_word_is_broken_and_a_long_table_has_its_head_on_each_page():
    columns = [Column("Nr"), Column("Text", wide=True), Column("Kr", number=True)]
    rows = [[str(n), "x" * 300, "1,00"] for n in range(120)]
    bars = Bars(
        ["a", "b"], [Bar("Takvolym", [1000, 0], "Allt"), Bar("Noll", [0, 1000], "Inget")], "S"
    )
    content = engine.pdf(document(Terms([("a", "b")]), bars, Table(columns, rows)), NOW)
    found = structure_of(content)
    assert found.pages > 5
    assert found.counts["THead"] == 1, "repeated heads are for the eye alone"
    assert text_of(content).count("NrText") == found.pages


# ── Times, names, checkpoint ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", PATHS)
def test_it_is_named_and_told_for_both_times_and_is_the_same_when_asked_again(reader, path):
    known = NOW.replace(hour=23).isoformat()
    query = {"as_of": "2024-06-30", "known_at": known, "format": "pdf"}
    headers = {**reader.headers, "Accept-Language": "sv"}
    one, two = (
        reader.client.get(f"/api/v1{path}", headers=headers, query_string=query) for _ in "ab"
    )
    assert one.data == two.data
    name = f"{PATHS[path][1]}-per-2024-06-30.pdf"
    assert one.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "ETag" not in one.headers
    said = text_of(one.data)
    assert said.count("Per 2024-06-30, så som det var registrerat 2027-09-01 01:00:00") >= 2
    assert "known_at=2027-08-31T23:00:00Z" in said


def test_it_is_asked_for_by_its_media_type_and_json_is_as_before(reader):
    headers = {**reader.headers, "Accept": "application/pdf"}
    got = reader.client.get("/api/v1/orders/SKO-2023-0001", headers=headers)
    assert got.mimetype == "application/pdf"
    assert "Accept" in got.headers["Vary"]
    plain = reader.get("/orders/SKO-2023-0001", format="json")
    assert plain.json == reader.get("/orders/SKO-2023-0001").json
    assert "ETag" in plain.headers
    refused = reader.get("/orders/SKO-2023-0001", format="docx")
    assert refused.json["errors"] == [
        {"pointer": "/format", "detail": "It must be one of json, pdf."}
    ]
    assert reader.get("/orders/SKO-2023-0099", format="pdf").status_code == 404


def test_it_carries_the_newest_checkpoint_in_its_text_and_in_a_header(database, tmp_path):
    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
    opened = open_ledger(
        read({"AVROP_DATABASE": database, "AVROP_NOTARY": str(signing.folder)}), STARTED
    )
    opened.create()
    client = Api(create_app(ledger=opened).test_client(), let_in(opened, "A", BUYER, ROLES))
    client.post("/agreements", AGREEMENT)
    publish_key(signing.folder, KEY.verifier)
    note = notary.cycle(signing, opened.store.leaves).data
    got = client.get("/agreements/SKO-2023/statement", format="pdf")
    assert base64.b64decode(got.headers["Avrop-Checkpoint"]) == note
    said = text_of(got.data).replace(engine.BREAK, "")
    for line in note.decode().splitlines():
        assert "".join(line.split()) in "".join(said.split())
    _origin, size, root = note.decode().splitlines()[:3]
    assert f"checkpoint {size}, {root[:12]}…" in said
    opened.close()


# ── Refusals ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [*PATHS, "/orders"])
def test_without_the_extra_it_says_what_to_install_and_that_the_page_prints(
    reader, path, monkeypatch
):
    monkeypatch.setattr(engine, "find_spec", lambda name: None)
    got = reader.get(path, format="pdf")
    assert (got.status_code, got.mimetype) == (501, "application/problem+json")
    assert got.json["type"] == "/problems/pdf-not-installed"
    assert "avrop[pdf]" in got.json["detail"]
    assert "prints" in got.json["detail"]
    assert reader.get(path).status_code == 200
    assert util.find_spec("typst") is not None


def test_what_is_too_long_to_print_is_refused_and_not_cut(reader, monkeypatch):
    monkeypatch.setattr(lists, "MAX_PRINTED", 1)
    monkeypatch.setattr(statements, "MAX_PRINTED", 1)
    for path in ("/orders", "/agreements/SKO-2023/statement"):
        got = reader.get(path, format="pdf")
        assert got.status_code == 422
        assert "more than 1 rows" in got.json["errors"][0]["detail"]
    assert reader.get("/agreements", format="pdf").status_code == 200


def test_the_command_line_writes_the_same_documents(desk, monkeypatch):
    desk.done("demo", "--programme", "harnosand")
    for verb in (
        ("statement", "SKO-2023"),
        ("council", "SKO-2023"),
        ("sheet", "SKO-2023"),
        ("sheet", "SKO-2023-0001"),
        ("order", "show", "SKO-2023-0001"),
    ):
        assert desk.done(*verb, "--pdf", "a.pdf") == "a.pdf: written.\n"
        assert structure_of((desk.folder / "a.pdf").read_bytes()).part == "1"
    assert desk.done("order", "list", "--pdf", "a.pdf") == "a.pdf: lines written: 3.\n"
    before = (desk.folder / "a.pdf").read_bytes()
    monkeypatch.setattr(lists, "MAX_PRINTED", 1)
    desk.refused("order", "list", "--pdf", "a.pdf")
    assert (desk.folder / "a.pdf").read_bytes() == before, "a refusal leaves what was there"
    monkeypatch.setattr(engine, "find_spec", lambda name: None)
    assert "avrop[pdf]" in desk.refused("council", "SKO-2023", "--pdf", "a.pdf")


def test_every_shape_that_is_printed_has_what_the_page_shows(reader):
    assert {one.__name__ for one in DOCUMENTS} == {
        "Statement", "OrderConfirmation", "SupplierSheet", "CouncilPage",
    }  # fmt: skip
    assert Order in LISTINGS
