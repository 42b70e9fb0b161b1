"""The queue of e-invoices that nothing matched: seen by their buyer, and worked off."""

import hashlib

import pytest

from tests.conftest import AGREEMENT, BUYER, ORDER, SUPPLIER, recorded
from tests.documents.invoice_samples import changed, sample
from tests.people import person_of

OTHER_BUYER = "2120001470"
INVOICE = sample().encode()
SHA256 = hashlib.sha256(INVOICE).hexdigest()

ACTIONS = {"retry": {}, "assign": {"order": "RAM-1-0001"}, "discard": {"reason": "Fel"}}


def receive(client, content=INVOICE):
    return client.client.post(
        "/api/v1/documents/peppol-invoice",
        data=content,
        headers={**client.headers, "Content-Type": "application/xml"},
    )


def queue(client):
    answer = client.get("/documents")
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def place(api, agreement="RAM-1", **more):
    signed = api("manager").post("/agreements", {**AGREEMENT, "number": agreement})
    assert signed.status_code in (201, 409), signed.text
    placed = api("orderer").post(f"/agreements/{agreement}/orders", {**ORDER, **more})
    assert placed.status_code == 201, placed.text
    return placed.json["number"]


@pytest.fixture
def queued(api):
    """The sample invoice, from SUPPLIER to BUYER on order AVROP-1 under RAM-1, in the queue."""
    answer = receive(api("finance"))
    assert (answer.status_code, answer.json["refusal"]) == (202, "order-unknown")
    return api


def problem(answer):
    return answer.status_code, answer.json["type"].rpartition("/")[2]


# ── Who sees the queue ────────────────────────────────────────────────────────────────────────


def test_the_queue_says_why_in_words_and_as_a_refusal_with_its_figures(queued):
    (waiting,) = queue(queued("finance"))
    assert waiting.pop("received_at")
    assert waiting == {
        "sha256": SHA256,
        "name": "",
        "format": "peppol-invoice",
        "invoice": "F-1001",
        "supplier": "Mittuniversitetet",
        "amount": "240475.18",
        "currency": "SEK",
        "due_on": "2024-04-24",
        "buyer": BUYER,
        "reason": "There is no order AVROP-1.",
        "refusal": "order-unknown",
        "figures": {"order": "AVROP-1"},
    }


def test_only_the_buyer_that_an_invoice_is_made_out_to_sees_it_in_the_queue(queued):
    place(queued, reference="AVROP-1")
    stranger = queued("finance", OTHER_BUYER)
    assert queue(stranger) == []
    for action, body in ACTIONS.items():
        answer = stranger.post(f"/documents/{SHA256}/{action}", body)
        assert problem(answer) == (404, "not-found")
    assert len(queue(queued("finance"))) == len(queue(queued("admin", OTHER_BUYER))) == 1


def test_an_invoice_that_a_stranger_hands_in_waits_with_the_stranger_and_in_no_other_queue(api):
    assert receive(api("finance", OTHER_BUYER)).status_code == 202
    assert len(queue(api("finance", OTHER_BUYER))) == 1
    assert queue(api("finance")) == queue(api("finance", "2120001488")) == []


def test_an_invoice_without_a_readable_buyer_waits_with_who_took_it_in(api):
    content = changed(
        ('<cbc:EndpointID schemeID="0007">2120002403', '<cbc:EndpointID schemeID="0088">73'),
        ('<cbc:CompanyID schemeID="0007">2120002403', '<cbc:CompanyID schemeID="0183">X'),
    ).encode()
    assert receive(api("finance", OTHER_BUYER), content).status_code == 202
    assert [each["buyer"] for each in queue(api("finance", OTHER_BUYER))] == [OTHER_BUYER]


def test_working_the_queue_off_needs_finance_or_admin_and_an_auditor_reads_it(queued):
    for role in ("orderer", "approver", "manager", "supplier", "auditor"):
        seen = 200 if role == "auditor" else 403
        assert queued(role).get("/documents").status_code == seen
        for action, body in ACTIONS.items():
            assert queued(role).post(f"/documents/{SHA256}/{action}", body).status_code == 403


def test_a_file_that_was_never_received_is_not_found(api):
    assert problem(api("finance").post(f"/documents/{'0' * 64}/retry")) == (404, "not-found")


# ── Retry ─────────────────────────────────────────────────────────────────────────────────────


def test_a_retry_after_the_missing_order_was_placed_records_the_invoice_once(queued):
    assert queued("finance").post(f"/documents/{SHA256}/retry").status_code == 202
    number = place(queued, reference="AVROP-1")
    recorded = queued("finance").post(f"/documents/{SHA256}/retry")
    assert (recorded.status_code, recorded.json["status"]) == (201, "recorded")
    assert recorded.headers["Location"].endswith(recorded.json["drawdown"])
    drawdown = queued("finance").get(f"/drawdowns/{recorded.json['drawdown']}").json
    assert {line["order"] for line in drawdown["lines"]} == {number}
    assert drawdown["source"]["sha256"] == SHA256
    assert queue(queued("finance")) == []
    again = queued("finance").post(f"/documents/{SHA256}/retry")
    assert (again.status_code, again.json["status"]) == (200, "duplicate")
    assert again.json["drawdown"] == recorded.json["drawdown"]


def test_a_retry_tells_the_newest_reason(queued):
    place(queued, reference="AVROP-1")
    place(queued, reference="AVROP-1")
    answer = queued("finance").post(f"/documents/{SHA256}/retry")
    assert (answer.status_code, answer.json["refusal"]) == (202, "order-ambiguous")
    (waiting,) = queue(queued("finance"))
    said = "AVROP-1 names several orders: RAM-1-0001, RAM-1-0002."
    assert waiting["reason"] == said
    assert waiting["figures"] == {
        "reference": "AVROP-1",
        "orders": ["RAM-1-0001", "RAM-1-0002"],
    }


def test_an_invoice_that_was_typed_in_meanwhile_leaves_the_queue_as_a_duplicate(queued):
    number = place(queued, reference="AVROP-1")
    body = {"invoice": "F-1001", "issued_on": _issued_on(), "amount": "240475.18"}
    typed = queued("finance").post(f"/orders/{number}/drawdowns", body)
    assert typed.status_code == 201, typed.text
    answer = queued("finance").post(f"/documents/{SHA256}/retry")
    assert (answer.status_code, answer.json["status"]) == (200, "duplicate")
    assert answer.json["drawdown"] == typed.json["id"]
    assert queue(queued("finance")) == []


def _issued_on():
    return sample().partition("<cbc:IssueDate>")[2][:10]


# ── Assign ────────────────────────────────────────────────────────────────────────────────────


def test_an_invoice_that_names_no_known_order_is_assigned_to_one_by_a_person(queued):
    number = place(queued)
    assert queued("finance").post(f"/documents/{SHA256}/retry").status_code == 202
    body = {"order": number.swapcase(), "reason": "Rätt avrop"}
    assigned = queued("finance").post(f"/documents/{SHA256}/assign", body)
    assert (assigned.status_code, assigned.json["status"]) == (201, "recorded")
    assert queue(queued("finance")) == []
    redelivered = receive(queued("finance"))
    assert (redelivered.status_code, redelivered.json["status"]) == (200, "duplicate")
    assert redelivered.json["drawdown"] == assigned.json["drawdown"]
    assert queue(queued("finance")) == []


def test_assigned_to_two_orders_it_is_recorded_on_the_first(queued):
    first, second = place(queued), place(queued)
    for number in (first, second):
        body = {"order": number, "reason": "Rätt avrop"}
        answer = queued("finance").post(f"/documents/{SHA256}/assign", body)
        assert answer.status_code in (200, 201), answer.text
    drawdown = queued("finance").get(f"/drawdowns/{answer.json['drawdown']}").json
    assert {line["order"] for line in drawdown["lines"]} == {first}


def test_assigning_keeps_every_other_check_and_leaves_the_file_in_the_queue(queued, ledger):
    number = place(queued, "OTHER-1")
    before = recorded(ledger.store)
    answer = queued("finance").post(f"/documents/{SHA256}/assign", {"order": number})
    assert problem(answer) == (409, "not-under-agreement")
    other = sample().replace(SUPPLIER, "2021004052").encode()
    assert receive(queued("finance"), other).status_code == 202
    sha256 = hashlib.sha256(other).hexdigest()
    answer = queued("finance").post(f"/documents/{sha256}/assign", {"order": number})
    assert problem(answer) == (409, "supplier-differs")
    answer = queued("finance").post(f"/documents/{SHA256}/assign", {"order": "NONE-0001"})
    assert problem(answer) == (404, "not-found")
    assert problem(queued("finance").post(f"/documents/{SHA256}/assign", {})) == (422, "invalid")
    assert recorded(ledger.store) == before
    reasons = {waiting["reason"] for waiting in queue(queued("finance"))}
    assert reasons == {"There is no order AVROP-1."}


def test_the_university_takes_no_invoice_in_for_its_buyer(api, ledger):
    place(api, reference="AVROP-1")
    before = recorded(ledger.store)
    answer = receive(api("finance", SUPPLIER))
    assert (answer.status_code, answer.json["refusal"]) == (202, "not-a-party")
    assert recorded(ledger.store) == before
    assert len(queue(api("finance"))) == 1


# ── Discard ───────────────────────────────────────────────────────────────────────────────────


def test_a_discarded_invoice_stays_out_of_the_queue_until_somebody_retries_it(queued):
    answer = queued("finance").post(f"/documents/{SHA256}/discard", {"reason": "Gäller annat"})
    assert (answer.status_code, answer.json["status"]) == (200, "discarded")
    assert queue(queued("finance")) == []
    redelivered = receive(queued("finance"))
    assert redelivered.json["status"] == "discarded"
    assert redelivered.json["reason"] == "Gäller annat"
    assert queue(queued("finance")) == []
    again = queued("finance").post(f"/documents/{SHA256}/discard", {"reason": "Igen"})
    assert problem(again) == (409, "wrong-status")
    assert queued("finance").post(f"/documents/{SHA256}/retry").status_code == 202
    assert len(queue(queued("finance"))) == 1


def test_who_discarded_and_when_is_kept(queued, ledger):
    queued("finance").post(f"/documents/{SHA256}/discard", {"reason": "Gäller annat"})
    kept = ledger.registry.received(SHA256)
    assert (kept.status, kept.reason, kept.content) == ("discarded", "Gäller annat", INVOICE)
    assert kept.decided_by == person_of(ledger, f"finance {BUYER}")
    assert kept.decided_at > kept.received_at


def test_a_recorded_invoice_cannot_be_discarded_and_a_discard_says_why(queued):
    assert problem(queued("finance").post(f"/documents/{SHA256}/discard", {})) == (422, "invalid")
    number = place(queued)
    body = {"order": number, "reason": "Rätt avrop"}
    queued("finance").post(f"/documents/{SHA256}/assign", body)
    answer = queued("finance").post(f"/documents/{SHA256}/discard", {"reason": "Fel"})
    assert problem(answer) == (409, "wrong-status")


# ── Any bytes ─────────────────────────────────────────────────────────────────────────────────


def test_a_file_in_utf_16_is_kept_byte_for_byte(api, ledger):
    text = sample().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    content = text.encode("utf-16")
    answer = receive(api("finance"), content)
    assert answer.status_code == 202, answer.text
    assert ledger.registry.received(answer.json["sha256"]).content == content


def test_a_file_whose_invoice_was_turned_down_is_recorded_anew_by_a_person_alone(queued):
    place(queued, reference="AVROP-1")
    first = queued("finance").post(f"/documents/{SHA256}/retry").json["drawdown"]
    queued("approver").post(f"/drawdowns/{first}/reject", {"reason": "Fel knapp"})
    redelivered = receive(queued("finance")).json
    assert (redelivered["status"], redelivered["drawdown"]) == ("duplicate", first)
    number = place(queued)
    for action, body in (("retry", {}), ("assign", {"order": number, "reason": "Rätt"})):
        answer = queued("finance").post(f"/documents/{SHA256}/{action}", body)
        id = answer.json["drawdown"]
        assert (answer.json["status"], id) == (
            "recorded",
            f"{first}.{'2' if action == 'retry' else '3'}",
        )
        again = queued("finance").post(f"/documents/{SHA256}/retry")
        assert (again.json["status"], again.json["drawdown"]) == ("duplicate", id)
        queued("approver").post(f"/drawdowns/{id}/reject", {"reason": "Fel knapp"})
    assert queued("finance").get(f"/drawdowns/{first}").json["anew"] == [f"{first}.2", f"{first}.3"]


def test_the_same_invoice_with_other_figures_waits_for_a_person_to_ask(queued):
    number = place(queued, reference="AVROP-1")
    body = {"invoice": "F-1001", "issued_on": _issued_on(), "amount": "1.00"}
    typed = queued("finance").post(f"/orders/{number}/drawdowns", body)
    answer = queued("finance").post(f"/documents/{SHA256}/retry")
    assert (answer.status_code, answer.json["status"]) == (202, "queued")
    (waiting,) = queue(queued("finance"))
    assert waiting["refusal"] == "invoice-differs"
    assert waiting["figures"]["drawdown"] == typed.json["id"]
    assert (waiting["figures"]["amount"], waiting["figures"]["asked"]) == ("1.00", "240475.18")
