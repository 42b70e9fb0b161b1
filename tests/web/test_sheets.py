"""The sheet for suppliers: what to write where, for whom, as page, text and over the API."""

import pytest

from tests.conftest import AGREEMENT, BUYER, ORDER, SUPPLIER
from tests.web.test_pages import Browser, finance, played, words  # noqa: F401 - fixtures

OTHER = "2021004052"
SHARED = {
    **AGREEMENT,
    "suppliers": [
        {"organisation": SUPPLIER, "name": "Mittuniversitetet"},
        {"organisation": OTHER, "name": "Högskolan Väst"},
    ],
}


def written(sheet: dict) -> dict[str, str | None]:
    return {field["term"]: field["write"] for field in sheet["fields"]}


@pytest.fixture
def ordered(api):
    """An agreement with a confirmed order, and one that is not answered."""
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    for body in ({**ORDER, "reference": "INK-7"}, ORDER):
        assert api("orderer").post("/agreements/SKO-2023/orders", body).status_code == 201
    assert api("supplier").post("/orders/SKO-2023-0001/confirm").status_code == 200
    return api


def test_an_orders_sheet_says_what_to_write_in_each_field(ordered):
    sheet = ordered("supplier").get("/orders/SKO-2023-0001/sheet").json
    assert written(sheet) == {
        "BT-12": "SKO-2023",
        "BT-13": "SKO-2023-0001",
        "BT-14": None,
        "BT-132": None,
        "BT-10": "Kommunledningskontoret",
        "BT-25": None,
        "BT-113": None,
        "BT-5": "SEK",
        "BT-49": f"0007:{BUYER}",
        "BT-47": BUYER,
        "BT-30": SUPPLIER,
    }
    (order,) = sheet["orders"]
    assert (order["number"], order["reference"]) == ("SKO-2023-0001", "INK-7")
    assert [(line["write"], line["text"], line["amount"]) for line in order["lines"]] == [
        ("1", "Utveckling", "60000.00"),
        ("2", "Plats", "180000.00"),
    ]


def test_an_agreements_sheet_has_the_orders_that_can_be_invoiced(ordered):
    sheet = ordered("supplier").get("/agreements/SKO-2023/sheet").json
    assert (written(sheet)["BT-12"], written(sheet)["BT-13"]) == ("SKO-2023", None)
    assert [order["number"] for order in sheet["orders"]] == ["SKO-2023-0001"]
    assert sheet["more"] is False
    before = ordered("supplier").get("/agreements/SKO-2023/sheet", as_of="2023-09-10").json
    assert before["orders"] == []
    assert "No order can be invoiced yet." in before["text"]


def test_what_cannot_be_invoiced_of_an_order_is_said(ordered):
    client = ordered("supplier")
    (confirmed,) = client.get("/orders/SKO-2023-0001/sheet").json["orders"]
    assert confirmed["stands"] == ""
    waits = client.get("/orders/SKO-2023-0002/sheet").json
    assert waits["orders"][0]["stands"].startswith("The supplier has not confirmed it yet")
    assert "has not confirmed it yet" in waits["text"]
    declined = client.post("/orders/SKO-2023-0002/decline", {"reason": "Fullt"})
    assert declined.status_code == 200
    told = client.get("/orders/SKO-2023-0002/sheet").json["orders"][0]["stands"]
    assert told == "The supplier declined it: nothing is to be invoiced of it."


def test_a_supplier_from_abroad_writes_its_number_and_its_scheme_apart(api):
    abroad = [{"organisation": "9930:DE123456789", "name": "Uni Kiel"}]
    signed = api("manager").post("/agreements", {**AGREEMENT, "suppliers": abroad})
    assert signed.status_code == 201, signed.text
    sheet = api("finance").get("/agreements/SKO-2023/sheet").json
    assert written(sheet)["BT-30"] == "DE123456789"
    (field,) = [one for one in sheet["fields"] if one["term"] == "BT-30"]
    assert "9930" in field["says"]


def test_the_text_says_all_of_it_in_the_readers_language(ordered):
    client = ordered("supplier")
    text = client.get("/orders/SKO-2023-0001/sheet").json["text"]
    for part in (
        "How to invoice SKO-2023-0001",
        "BT-12 Contract reference: SKO-2023",
        "BT-13 Purchase order reference: SKO-2023-0001",
        "Or the buyer's own reference: INK-7.",
        "line 2 (BT-132): Plats, 2024, 180\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr excl. VAT",
    ):
        assert part in text
    assert all(len(line) <= 76 for line in text.splitlines())
    client.headers["Accept-Language"] = "sv"
    swedish = client.get("/orders/SKO-2023-0001/sheet").json["text"]
    assert "Så fakturerar du SKO-2023-0001" in swedish
    assert "rad 1 (BT-132): Utveckling, 2024" in swedish


def test_there_are_more_orders_than_a_sheet_has(ordered, monkeypatch):
    monkeypatch.setattr("ledger.application.sheets.SHEET_ORDERS", 1)
    assert ordered("supplier").post("/orders/SKO-2023-0002/confirm").status_code == 200
    sheet = ordered("finance").get("/agreements/SKO-2023/sheet").json
    assert (len(sheet["orders"]), sheet["more"]) == (1, True)
    assert "There are more orders than these." in sheet["text"]


def test_one_supplier_of_several_sees_its_own_orders_alone(api):
    assert api("manager").post("/agreements", SHARED).status_code == 201
    for supplier in (SUPPLIER, OTHER):
        body = {**ORDER, "supplier": supplier}
        assert api("orderer").post("/agreements/SKO-2023/orders", body).status_code == 201
    for number, supplier in (("SKO-2023-0001", SUPPLIER), ("SKO-2023-0002", OTHER)):
        assert api("supplier", supplier).post(f"/orders/{number}/confirm").status_code == 200
    mine = api("supplier", OTHER).get("/agreements/SKO-2023/sheet")
    assert [order["number"] for order in mine.json["orders"]] == ["SKO-2023-0002"]
    assert SUPPLIER not in mine.text
    assert len(api("finance").get("/agreements/SKO-2023/sheet").json["orders"]) == 2
    assert written(api("finance").get("/agreements/SKO-2023/sheet").json)["BT-30"] is None
    assert api("supplier", OTHER).get("/orders/SKO-2023-0001/sheet").status_code == 404


def test_a_stranger_sees_no_sheet(ordered):
    for path in ("/agreements/SKO-2023/sheet", "/orders/SKO-2023-0001/sheet"):
        assert ordered("finance", "2120000787").get(path).status_code == 404
    assert ordered("finance").get("/orders/SKO-2023-0009/sheet").status_code == 404


def test_a_sole_traders_number_is_on_no_sheet(api, ledger):
    number = "8001011231"
    signed = {**AGREEMENT, "suppliers": [{"organisation": number, "name": "Eva Ek"}]}
    assert api("manager").post("/agreements", signed).status_code == 201
    sheet = api("finance").get("/agreements/SKO-2023/sheet")
    assert number not in sheet.text
    assert written(sheet.json)["BT-30"] is None
    assert "Eva Ek" in sheet.json["text"]
    assert ledger.registry.ids_of_sole_traders({number})[number] not in sheet.json["text"]


# ── The page ──────────────────────────────────────────────────────────────────────────────────


def test_the_agreements_page_leads_to_its_sheet_and_to_those_of_its_orders(finance):  # noqa: F811
    parts = ("documents", "orders")
    page = "".join(finance.get(f"/agreements/SKO-2023/{part}").text for part in parts)
    page += finance.get("/orders/SKO-2023-0001").text
    for address in ("/agreements/SKO-2023/sheet", "/orders/SKO-2023-0001/sheet"):
        assert f'href="{address}"' in page
        assert finance.get(address).status_code == 200


def test_the_page_says_what_the_text_says(finance):  # noqa: F811
    read = words(finance.get("/orders/SKO-2023-0001/sheet"))
    assert "BT-13 Purchase order reference SKO-2023-0001" in read
    assert "BT-12 Contract reference SKO-2023" in read
    assert "2 Genomförande per deltagare 2024 165 000" in read
    assert "Så fakturerar du" in finance.get("/orders/SKO-2023-0001/sheet", language="sv").text


@pytest.mark.parametrize("address", ["/agreements/SKO-2023", "/orders/SKO-2023-0001"])
def test_the_text_is_a_file_to_be_sent(finance, address):  # noqa: F811
    answer = finance.get(f"{address}/sheet.txt")
    assert answer.mimetype == "text/plain"
    name = address.rpartition("/")[2]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.txt"'
    assert answer.text.startswith(f"How to invoice {name}\n")


def test_the_page_goes_back_to_any_day(finance):  # noqa: F811
    page = finance.get("/agreements/SKO-2023/sheet", as_of="2023-10-01")
    assert "No order can be invoiced yet." in page.text
    assert "sheet.txt?as_of=2023-10-01" in page.text
    assert finance.get("/orders/SKO-2023-0001/sheet", as_of="2023-10-01").status_code == 404


def test_a_supplier_has_the_pages_too(played):  # noqa: F811
    browser = Browser(played)
    browser.post("/session", role="supplier")
    assert browser.get("/orders/SKO-2023-0001/sheet").status_code == 200
