"""The API, from signing to credit, and what it refuses."""

import pytest

from tests.conftest import AGREEMENT, INVOICE, ORDER, SHARED, SUPPLIER, recorded
from tests.people import let_in


@pytest.fixture
def signed(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    return api


def balance(api, **query):
    answer = api("finance").get("/agreements/SKO-2023/balance", **query)
    assert answer.status_code == 200, answer.text
    got = answer.json
    return tuple(got[name] for name in ("reserved", "committed", "drawn", "remaining"))


def test_an_order_is_placed_confirmed_invoiced_approved_and_credited(signed):
    placed = signed("orderer").post("/agreements/SKO-2023/orders", ORDER)
    assert placed.status_code == 201, placed.text
    assert placed.json["number"] == "SKO-2023-0001"
    assert placed.json["amount"] == "240000.00"
    assert placed.headers["Location"] == "/api/v1/orders/SKO-2023-0001"
    assert balance(signed) == ("240000.00", "0.00", "0.00", "1760000.00")
    body = {"confirmed_on": "2023-11-28", "reference": "BEKR-2023-017"}
    confirmed = signed("supplier").post("/orders/SKO-2023-0001/confirm", body)
    assert confirmed.json["status"] == "confirmed"
    recorded = signed("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE)
    assert recorded.status_code == 201, recorded.text
    assert (recorded.json["status"], recorded.json["flags"]) == ("recorded", [])
    id = recorded.json["id"]
    assert balance(signed) == ("0.00", "240000.00", "0.00", "1760000.00")
    assert signed("approver").post(f"/drawdowns/{id}/approve").json["status"] == "approved"
    assert balance(signed) == ("0.00", "0.00", "240000.00", "1760000.00")
    credit = {
        "invoice": "90012571",
        "issued_on": "2024-05-10",
        "amount": "15000.00",
        "room": "cap",
    }
    reversed_by = signed("finance").post(f"/drawdowns/{id}/reverse", credit)
    assert reversed_by.status_code == 201, reversed_by.text
    approved = signed("approver").post(f"/drawdowns/{reversed_by.json['id']}/approve")
    assert approved.status_code == 200, approved.text
    assert balance(signed) == ("0.00", "0.00", "225000.00", "1775000.00")
    assert balance(signed, as_of="2024-04-30") == ("0.00", "0.00", "240000.00", "1760000.00")
    assert balance(signed, as_of="2023-11-21") == ("240000.00", "0.00", "0.00", "1760000.00")
    assert balance(signed, known_at="2020-01-01T00:00:00Z")[:3] == ("0.00", "0.00", "0.00")
    order = signed("supplier").get("/orders/SKO-2023-0001").json
    assert order["drawn"] == "225000.00"


def test_an_order_over_the_cap_is_refused_with_the_figures_and_nothing_is_written(signed, ledger):
    before = recorded(ledger.store)
    body = {**ORDER, "lines": [{"kind": "delivery", "amount": "2009000.00"}]}
    refused = signed("orderer").post("/agreements/SKO-2023/orders", body)
    assert refused.status_code == 409
    assert refused.content_type == "application/problem+json"
    assert refused.json["type"].endswith("/cap-exceeded")
    assert refused.json["limits"] == [
        {
            "limit": "cap",
            "cap": "2000000.00",
            "used": "0.00",
            "asked": "2009000.00",
            "over": "9000.00",
            "fits": "2000000.00",
            "on": "2023-11-20",
        }
    ]
    assert recorded(ledger.store) == before


def test_a_dry_run_tells_what_an_order_would_do_and_writes_nothing(signed, ledger):
    before = recorded(ledger.store)
    answer = signed("orderer").post("/agreements/SKO-2023/orders", ORDER, dry_run="true")
    assert answer.status_code == 200
    assert answer.json["balance"]["remaining"] == "1760000.00"
    assert recorded(ledger.store) == before


def test_the_same_key_and_body_gives_the_first_answer_again(signed):
    key = {"Idempotency-Key": "one"}
    first = signed("orderer").post("/agreements/SKO-2023/orders", ORDER, key)
    again = signed("orderer").post("/agreements/SKO-2023/orders", ORDER, key)
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    other = signed("orderer").post("/agreements/SKO-2023/orders", {**ORDER, "unit": "Annan"}, key)
    assert other.status_code == 409
    assert len(signed("orderer").get("/orders").json["items"]) == 1


def test_a_stale_version_is_refused_with_412(signed):
    placed = signed("orderer").post("/agreements/SKO-2023/orders", ORDER)
    stale = {"If-Match": '"7"'}
    refused = signed("supplier").post("/orders/SKO-2023-0001/confirm", {}, stale)
    assert refused.status_code == 412
    fresh = {"If-Match": placed.headers["ETag"]}
    assert signed("supplier").post("/orders/SKO-2023-0001/confirm", {}, fresh).status_code == 200


def test_who_recorded_an_invoice_may_not_approve_it(signed, ledger):
    signed("orderer").post("/agreements/SKO-2023/orders", ORDER)
    token = let_in(ledger, "Both", "2120002403", ("finance", "approver"))
    both = type(signed("finance"))(signed.app.test_client(), token)
    id = both.post("/orders/SKO-2023-0001/drawdowns", INVOICE).json["id"]
    refused = both.post(f"/drawdowns/{id}/approve")
    assert refused.status_code == 403
    assert refused.json["type"].endswith("/four-eyes")


def test_a_refusal_for_the_status_of_a_thing_tells_it_beside_the_status_of_the_answer(signed):
    signed("orderer").post("/agreements/SKO-2023/orders", ORDER)
    signed("supplier").post("/orders/SKO-2023-0001/confirm", {})
    refused = signed("supplier").post("/orders/SKO-2023-0001/confirm", {})
    assert (refused.status_code, refused.json["status"]) == (409, 409)
    assert refused.json["type"].endswith("/wrong-status")
    assert refused.json["resource_status"] == "confirmed"
    signed("manager").post("/agreements/SKO-2023/close", {"reason": "Slut"})
    closed = signed("orderer").post("/agreements/SKO-2023/orders", ORDER)
    assert (closed.status_code, closed.json["resource_status"]) == (409, "closed")


def test_the_same_invoice_twice_is_refused_with_what_it_is_recorded_as(signed):
    signed("orderer").post("/agreements/SKO-2023/orders", ORDER)
    id = signed("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE).json["id"]
    again = signed("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE)
    assert (again.status_code, again.json["drawdown"]) == (409, id)
    assert again.json["type"].endswith("/duplicate-invoice")
    assert again.json["resource_status"] == "recorded"
    assert again.json["detail"].endswith(
        f" is recorded already, as {id}, which is waiting for approval."
    )
    other = {**INVOICE, "amount": "1.00", "vat": "0.25"}
    asked = signed("finance").post("/orders/SKO-2023-0001/drawdowns", other)
    assert f"is recorded as {id}, which is waiting for approval" in asked.json["detail"]
    assert "The amount is 240\xa0000\xa0kr there, and 1\xa0kr here." in asked.json["detail"]
    swedish = {"Accept-Language": "sv"}
    again = signed("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE, swedish)
    assert again.json["detail"].endswith(f"är redan registrerad, som {id}, som väntar på attest.")


def test_an_invoice_over_its_order_is_recorded_and_flagged_never_refused(signed):
    signed("orderer").post("/agreements/SKO-2023/orders", ORDER)
    signed("supplier").post("/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-11-28"})
    body = {**INVOICE, "amount": "2300000.00"}
    recorded = signed("finance").post("/orders/SKO-2023-0001/drawdowns", body)
    assert recorded.status_code == 201
    exceeds = "exceeds-order", "exceeds-line:SKO-2023-0001/2:2060000.00"
    assert recorded.json["flags"] == [*exceeds, "over-limit:cap"]
    assert balance(signed)[3] == "-300000.00"


def test_an_organisation_that_is_not_party_sees_nothing(signed):
    signed("orderer").post("/agreements/SKO-2023/orders", ORDER)
    stranger = signed("manager", "2120000787")
    assert stranger.get("/agreements").json["items"] == []
    for path in ("/agreements/SKO-2023", "/agreements/SKO-2023/balance", "/orders/SKO-2023-0001"):
        assert stranger.get(path).status_code == 404
    assert stranger.post("/orders/SKO-2023-0001/close").status_code == 404


def test_a_request_without_a_token_or_with_a_wrong_one_is_refused(signed):
    client = signed.app.test_client()
    assert client.get("/api/v1/agreements").status_code == 401
    wrong = {"Authorization": "Bearer nothing"}
    assert client.get("/api/v1/agreements", headers=wrong).status_code == 401


def test_every_route_states_its_access(api):
    stated = {
        rule.endpoint: getattr(api.app.view_functions[rule.endpoint], "_access", None)
        for rule in api.app.url_map.iter_rules()
        if rule.endpoint != "static"
    }
    assert stated
    assert [endpoint for endpoint, roles in stated.items() if roles is None] == []


def test_real_e_invoices_become_drawdowns_and_the_same_file_counts_once(api):
    folder = SHARED / "scenario-synthetic"
    if not folder.exists():
        pytest.skip("shared/data/scenario-synthetic is absent")
    api("manager").post("/agreements", {**AGREEMENT, "number": "SKO-2023-1"})
    placed = {**ORDER, "reference": "AVROP-2024-001"}
    api("orderer").post("/agreements/SKO-2023-1/orders", placed)
    api("supplier").post("/orders/SKO-2023-1-0001/confirm", {"confirmed_on": "2023-11-28"})

    def receive(name):
        client = api("finance")
        return client.client.post(
            "/api/v1/documents/peppol-invoice",
            data=(folder / name).read_bytes(),
            headers={**client.headers, "Content-Type": "application/xml"},
        )

    invoice = receive("3_invoice_90012345.xml")
    assert invoice.status_code == 201, invoice.text
    id = invoice.json["drawdown"]
    assert api("approver").post(f"/drawdowns/{id}/approve").status_code == 200
    assert receive("3_invoice_90012345.xml").status_code == 200
    credit = receive("4_creditnote_90012571.xml")
    assert credit.status_code == 201, credit.text
    credit_id = credit.json["drawdown"]
    assert api("approver").post(f"/drawdowns/{credit_id}/approve").status_code == 409
    approved = api("approver").post(f"/drawdowns/{credit_id}/approve", {"room": "cap"})
    assert approved.status_code == 200, approved.text
    got = api("finance").get("/agreements/SKO-2023-1/balance").json
    assert (got["drawn"], got["remaining"]) == ("225000.00", "1775000.00")


def test_an_e_invoice_that_matches_nothing_is_kept_with_the_reason(signed):
    path = SHARED / "scenario-synthetic" / "3_invoice_90012345.xml"
    if not path.exists():
        pytest.skip("shared/data/scenario-synthetic is absent")
    client = signed("finance")
    answer = client.client.post(
        "/api/v1/documents/peppol-invoice", data=path.read_bytes(), headers=client.headers
    )
    assert answer.status_code == 202
    (queued,) = client.get("/documents").json["items"]
    assert queued["reason"] == "There is no order AVROP-2024-001."


def test_the_supplier_of_another_order_sees_none_of_it(signed):
    signed("orderer").post("/agreements/SKO-2023/orders", ORDER)
    assert len(signed("supplier", SUPPLIER).get("/orders").json["items"]) == 1
    assert signed("supplier", "2021004052").get("/orders").json["items"] == []


def test_a_university_writes_nothing_with_a_buyers_role(signed):
    signed("orderer").post("/agreements/SKO-2023/orders", ORDER)
    id = signed("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE).json["id"]
    refused = signed("approver", SUPPLIER).post(f"/drawdowns/{id}/approve")
    assert refused.status_code == 403
    assert refused.json["type"].endswith("/not-a-party")
    assert signed("approver").post(f"/drawdowns/{id}/approve").status_code == 200


@pytest.mark.parametrize(
    ("room", "after"),
    [
        ("cap", ("0.00", "0.00", "225000.00", "1775000.00")),
        ("order", ("0.00", "15000.00", "225000.00", "1760000.00")),
    ],
)
def test_a_negative_invoice_gives_its_room_back_to_the_cap_or_to_its_order(signed, room, after):
    signed("orderer").post("/agreements/SKO-2023/orders", ORDER)
    signed("supplier").post("/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-11-28"})
    id = signed("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE).json["id"]
    signed("approver").post(f"/drawdowns/{id}/approve")
    credit = {
        "invoice": "90012571",
        "issued_on": "2024-05-10",
        "type": "380",
        "amount": "-15000.00",
        "vat": "-3750.00",
        "credits": id,
    }
    recorded = signed("finance").post("/orders/SKO-2023-0001/drawdowns", credit)
    assert recorded.status_code == 201, recorded.text
    assert (recorded.json["type"], recorded.json["amount"]) == ("380", "-15000.00")
    assert balance(signed) == ("0.00", "0.00", "240000.00", "1760000.00")
    negative = recorded.json["id"]
    unsaid = signed("approver").post(f"/drawdowns/{negative}/approve")
    assert unsaid.status_code == 409
    assert unsaid.json["type"].endswith("/room-not-chosen")
    approved = signed("approver").post(f"/drawdowns/{negative}/approve", {"room": room})
    assert approved.status_code == 200, approved.text
    assert balance(signed) == after
    credited = signed("finance").get(f"/drawdowns/{id}").json
    assert (credited["status"], credited["credited"]) == ("approved", "15000.00")


def test_a_manager_signs_for_their_own_organisation_alone(api, ledger):
    refused = api("manager", "2120000787").post("/agreements", AGREEMENT)
    assert refused.status_code == 403
    assert refused.json["type"].endswith("/not-a-party")
    assert recorded(ledger.store) == 0
    assert api("admin", "2120000787").post("/agreements", AGREEMENT).status_code == 201


def test_who_has_the_answer_already_is_told_so_whether_they_get_or_head_it(api):
    manager = api("manager")
    assert manager.post("/agreements", AGREEMENT).status_code == 201
    path = "/api/v1/agreements/SKO-2023"
    tag = manager.get("/agreements/SKO-2023").headers["ETag"]
    for method in ("GET", "HEAD"):
        headers = {**manager.headers, "If-None-Match": f'"other", {tag}'}
        known = manager.client.open(path, method=method, headers=headers)
        assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", tag)
        headers["If-None-Match"] = '"1"'
        assert manager.client.open(path, method=method, headers=headers).status_code == 200
