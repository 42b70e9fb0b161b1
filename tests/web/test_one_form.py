"""One form of what is the same: text in NFC, numbers whatever their case, whole units."""

import threading
from unicodedata import normalize

import pytest

from ledger.domain.refusals import AlreadyExists
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, SUPPLIER
from tests.documents.invoice_samples import sample
from tests.domain.domain_given import MANAGER, signing
from tests.people import let_in

PATH = "/agreements/SKO-2023"
APART = normalize("NFD", "Förnyad överenskommelse")


@pytest.fixture
def signed(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    return api


def problem(answer):
    return answer.status_code, answer.json["type"].rpartition("/")[2]


def pointers(answer):
    assert answer.status_code == 422, answer.text
    return [each["pointer"] for each in answer.json["errors"]]


# ── Text ──────────────────────────────────────────────────────────────────────────────────────


def test_text_is_kept_in_one_form_however_it_was_written(signed):
    assert normalize("NFC", APART) != APART
    body = {**AGREEMENT, "number": "B-1", "title": APART}
    assert signed("manager").post("/agreements", body).json["title"] == normalize("NFC", APART)
    unit = {**ORDER, "unit": APART, "reference": APART}
    kept = signed("orderer").post(f"{PATH}/orders", unit).json
    assert (kept["unit"], kept["reference"]) == (normalize("NFC", APART),) * 2
    for asked in (APART, normalize("NFC", APART)):
        assert len(signed("finance").get("/orders", unit=asked).json["items"]) == 1


def test_a_code_string_is_kept_in_one_form(signed):
    codes = {normalize("NFD", "förvaltning"): normalize("NFD", "Å1")}
    lines = [{"kind": "delivery", "amount": "1.00", "codes": codes}]
    kept = signed("orderer").post(
        f"{PATH}/orders", {"course": "C", "ordered_on": "2024-01-10", "lines": lines}
    )
    assert kept.status_code == 201, kept.text
    assert kept.json["lines"][0]["codes"] == {"förvaltning": "Å1"}


# ── Numbers ───────────────────────────────────────────────────────────────────────────────────


def test_numbers_are_found_whatever_their_case_and_told_as_signed(signed):
    order = signed("orderer").post("/agreements/sko-2023/orders", ORDER)
    assert (order.status_code, order.json["number"]) == (201, "SKO-2023-0001"), order.text
    for path in ("/agreements/sko-2023", "/agreements/Sko-2023/balance"):
        found = signed("finance").get(path).json
        assert found.get("number", found.get("agreement")) == "SKO-2023"
    confirmed = signed("supplier").post("/orders/sko-2023-0001/confirm", {})
    assert confirmed.json["number"] == "SKO-2023-0001"
    assert signed("finance").get("/orders/Sko-2023-0001").json["agreement"] == "SKO-2023"
    for query in ({"agreement": "sko-2023"}, {"agreement": "SKO-2023"}):
        assert len(signed("finance").get("/orders", **query).json["items"]) == 1
    drawn = signed("finance").post("/orders/sko-2023-0001/drawdowns", INVOICE)
    assert drawn.json["agreement"] == "SKO-2023"
    assert [one["order"] for one in drawn.json["lines"]] == ["SKO-2023-0001"] * 2
    lines = [{"order": "sko-2023-0001", "amount": "1.00"}]
    body = {"invoice": "2", "issued_on": "2024-03-26", "amount": "1.00", "lines": lines}
    over = signed("finance").post("/agreements/sko-2023/drawdowns", body)
    assert over.status_code == 201, over.text
    queries = ({"agreement": "sko-2023"}, {"order": "sko-2023-0001"})
    for query in queries:
        assert len(signed("finance").get("/drawdowns", **query).json["items"]) == 2


def test_what_nobody_may_see_is_not_told_of_by_its_case(signed, ledger):
    stranger = signed("manager").client
    token = let_in(ledger, "Annan", "2120001470", ("manager",))
    headers = {"Authorization": f"Bearer {token}"}
    for number in ("sko-2023", "SKO-2023", "xyz-1"):
        found = stranger.get(f"/api/v1/agreements/{number}", headers=headers)
        assert found.status_code == 404
        assert number in found.json["detail"]


def test_two_numbers_that_differ_by_case_alone_are_not_both_signed(signed):
    answer = signed("manager").post("/agreements", {**AGREEMENT, "number": "sko-2023"})
    assert problem(answer) == (409, "already-exists")
    assert "SKO-2023" in answer.json["detail"]
    other = signed("manager").post("/agreements", {**AGREEMENT, "number": "sko-2024"})
    assert other.json["number"] == "sko-2024"
    assert signed("manager").get("/agreements/SKO-2024").json["number"] == "sko-2024"


def test_of_two_that_are_signed_at_once_one_is(ledger):
    found = []

    def sign(number: str) -> None:
        try:
            ledger.service.execute(signing(number=number), MANAGER)
            found.append(number)
        except AlreadyExists:
            found.append(None)

    threads = [threading.Thread(target=sign, args=(name,)) for name in ("Abc", "aBc", "abC")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([name for name in found if name]) == 1
    assert len(found) == 3


def test_numbers_that_were_signed_before_they_took_their_stream_are_found_and_taken(
    signed, ledger, monkeypatch
):
    """As a ledger of an earlier version has them: two that differ by case, and neither folded."""
    monkeypatch.setattr("ledger.domain.numbering.stream", lambda number: f"number/{number}/{1}")
    for number in ("Old-1", "OLD-1", "Only-1"):
        ledger.service.execute(signing(number=number), MANAGER)
    monkeypatch.undo()
    manager = signed("manager")
    assert manager.get("/agreements/OLD-1").json["number"] == "OLD-1"
    assert manager.get("/agreements/Old-1").json["number"] == "Old-1"
    assert manager.get("/agreements/old-1").status_code == 404
    assert manager.get("/agreements/only-1").json["number"] == "Only-1"
    taken = manager.post("/agreements", {**AGREEMENT, "number": "only-1"})
    assert problem(taken) == (409, "already-exists")


def test_every_body_that_names_an_order_finds_it_whatever_its_case(signed):
    lines = [{"kind": "delivery", "amount": "100.00"}]
    for _ in range(2):
        body = {"course": "C", "ordered_on": "2024-01-10", "lines": lines}
        assert signed("orderer").post(f"{PATH}/orders", body).status_code == 201
    finance = signed("finance")
    invoice = {"invoice": "1", "issued_on": "2024-03-01", "amount": "50.00"}
    over = [{"order": "sko-2023-0001", "line": 1, "amount": "50.00"}]
    taken = finance.post(f"{PATH}/drawdowns", {**invoice, "lines": over})
    assert taken.status_code == 201, taken.text
    id = taken.json["id"]
    whole = {"reason": "wrong order", "order": "Sko-2023-0002"}
    split = {"reason": "wrong order", "lines": over}
    for body, name in ((whole, "SKO-2023-0002"), (split, "SKO-2023-0001")):
        moved = finance.post(f"/drawdowns/{id}/move", body)
        assert moved.status_code == 200, moved.text
        assert [part["order"] for part in moved.json["lines"]] == [name]
    steps = [{"command": "move-invoice", "drawdown": id, **whole}]
    played = finance.post(f"{PATH}/what-if", {"steps": steps})
    assert played.status_code == 200, played.text
    assert played.json["steps"][0].get("refusal") is None, played.text
    other = finance.post(f"/drawdowns/{id}/move", {**whole, "order": "sko-2023-0003"})
    assert problem(other) == (404, "not-found")


def test_an_e_invoice_finds_its_order_whatever_the_case(api):
    manager = api("manager")
    assert manager.post("/agreements", {**AGREEMENT, "number": "Ram-1"}).status_code == 201
    order = {**ORDER, "reference": "AVROP-1"}
    assert api("orderer").post("/agreements/Ram-1/orders", order).status_code == 201
    client = api("finance")
    answer = client.client.post(
        "/api/v1/documents/peppol-invoice",
        data=sample().encode(),
        headers={**client.headers, "Content-Type": "application/xml"},
    )
    assert answer.status_code == 201, answer.text


# ── Whole units, and who is party to what ─────────────────────────────────────────────────────


@pytest.mark.parametrize("currency", ["JPY", "ISK"])
def test_a_currency_without_decimals_takes_none(api, currency):
    manager = api("manager")
    limit = {"name": "2024", "year": 2024, "amount": "5.10"}
    body = {**AGREEMENT, "currency": currency}
    faulty = {**body, "cap": "100.50", "limits": [limit], "policy": {"threshold": "1.01"}}
    assert sorted(pointers(manager.post("/agreements", faulty))) == [
        "/cap", "/limits/0/amount", "/policy/threshold",
    ]  # fmt: skip
    assert manager.post("/agreements", body).status_code == 201
    lines = [{"kind": "delivery", "quantity": 3, "unit_price": "10.50"}]
    order = {"course": "C", "ordered_on": "2024-01-10"}
    wrong = api("orderer").post(f"{PATH}/orders", {**order, "lines": lines})
    assert pointers(wrong) == ["/lines/0/unit_price"]
    lines = [{"kind": "delivery", "amount": "100.00"}]
    assert api("orderer").post(f"{PATH}/orders", {**order, "lines": lines}).status_code == 201
    amended = {"change": {"cap": "3.50"}, "ground": "17:9", "decision": "D"}
    assert pointers(manager.post(f"{PATH}/amendments", amended)) == ["/change/cap"]
    invoice = {"invoice": "1", "issued_on": "2024-03-01", "amount": "99.99", "vat": "0.50"}
    drawn = api("finance").post("/orders/SKO-2023-0001/drawdowns", invoice)
    assert pointers(drawn) == ["/amount", "/vat"]
    grant = {
        "name": "G",
        "funder": "ESF",
        "starts_on": "2024-01-01",
        "ends_on": "2026-01-01",
        "decision": "D",
    }
    decided = manager.post(f"{PATH}/funding", {**grant, "ceiling": "100.50"})
    assert pointers(decided) == ["/ceiling"]
    assert manager.post(f"{PATH}/funding", {**grant, "ceiling": "100.00"}).status_code == 200
    changed = manager.post(f"{PATH}/funding/change", {**grant, "ceiling": "90.25"})
    assert pointers(changed) == ["/ceiling"]


def test_one_with_decimals_takes_them(api):
    assert api("manager").post("/agreements", {**AGREEMENT, "cap": "1.01"}).status_code == 201
    euro = {**AGREEMENT, "number": "E-1", "currency": "EUR", "cap": "1.01"}
    assert api("manager").post("/agreements", euro).status_code == 201


@pytest.mark.parametrize("code", ["QQQ", "DEM", "XXX", "XAU", "CHW", "sek", "SEKK", ""])
def test_a_currency_is_one_that_is_in_force(api, code):
    manager = api("manager")
    refused = manager.post("/agreements", {**AGREEMENT, "currency": code})
    assert refused.status_code == 422
    (fault,) = refused.json["errors"]
    assert (fault["pointer"], "ISO 4217" in fault["detail"]) == ("/currency", True)
    assert manager.post("/agreements", AGREEMENT).status_code == 201
    assert api("orderer").post(f"{PATH}/orders", ORDER).status_code == 201
    invoice = {"invoice": "1", "issued_on": "2024-03-01", "amount": "1.00", "currency": code}
    drawn = api("finance").post("/orders/SKO-2023-0001/drawdowns", invoice)
    assert pointers(drawn) == ["/currency"]


@pytest.mark.parametrize("code", ["NOK", "BIF", "XAF", "KWD"])
def test_each_that_is_in_force_is_taken(api, code):
    signed = api("manager").post("/agreements", {**AGREEMENT, "currency": code})
    assert (signed.status_code, signed.json["currency"]) == (201, code)


def test_nobody_buys_of_itself_but_within_an_organisation(api):
    manager = api("manager")
    both = {**AGREEMENT, "suppliers": [{"organisation": BUYER}]}
    assert pointers(manager.post("/agreements", both)) == ["/suppliers/0/organisation"]
    assert manager.post("/agreements", {**both, "regime": "internal"}).status_code == 201
    assert manager.post("/agreements", {**AGREEMENT, "number": "B-1"}).status_code == 201
    added = {
        "change": {"buyers": [{"organisation": SUPPLIER}]},
        "ground": "17:10",
        "clause": "§ 2",
        "decision": "D",
    }
    assert pointers(manager.post("/agreements/B-1/amendments", added)) == [
        "/change/buyers/0/organisation"
    ]
