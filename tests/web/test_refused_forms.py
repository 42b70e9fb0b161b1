"""Each refusal that a form can cause, on the form's page: what it is, in a sentence; the focus is
led to it, and what was typed stays. Pages say the same on every database: one is enough."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ledger.config import read
from ledger.domain.refusals import Refusal
from ledger.opening import open_ledger
from tests.browser.journeys import Served
from tests.conftest import AGREEMENT, BUYER, SUPPLIER, recorded
from tests.documents.bills import Bill, rows, written
from tests.web.test_acting import Reader, hidden, words
from tests.web.test_suppliers import RANKED, SECOND, THIRD

MEMBER = "2120001470"
NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
LINE = {"kind": "delivery", "quantity": 12, "unit_price": "15000.00"}
ORDERED = {"lines-0-kind": "Delivery", "lines-0-amount": "180 000", "course": "Att leda"}
WHY = {"reason": "En anledning"}
JOINT = {
    **AGREEMENT,
    "number": "JOINT",
    "buyers": [
        {"organisation": BUYER, "name": "Härnösand", "role": "lead"},
        {"organisation": MEMBER, "name": "Bengtsfors", "role": "member"},
    ],
    "limits": [
        {"name": "lead", "buyer": BUYER, "amount": "900000.00"},
        {"name": "member", "buyer": MEMBER, "amount": "100000.00"},
    ],
}


def titles(of=Refusal) -> Iterator[tuple[str, str]]:
    """Each type of refusal with its heading."""
    for one in of.__subclasses__():
        yield one.type, one.title
        yield from titles(one)


TITLES = dict(titles())


class House(Served):
    """Agreements in which every form is refused by something."""

    def __init__(self, ledger) -> None:
        super().__init__(ledger, "")
        self.readers: dict[tuple[str, str, str], Reader] = {}
        for more in (
            {"number": "OPEN", "cap": "90000000.00", "policy": {"delivery_after_term": False}},
            {"number": "HALF"},
            {**JOINT},
            {**RANKED, "number": "TURN"},
            {
                **RANKED,
                "number": "RACE",
                "selection": {"method": "competition"},
                "policy": {"sealed_offers": False},
            },
        ):
            self.done("manager", "/agreements", {**AGREEMENT, **more})
        self.done("manager", "/agreements/HALF/suspend", {"reason": "Paus"})
        opened = {"what": "Kurs", "answer_by": "2026-06-01"}
        self.done("orderer", "/agreements/RACE/competitions", opened)
        offer = {"amount": "90000.00"}
        self.done("supplier", "/agreements/RACE/competitions/1/answer", offer)

    def reader(self, role: str, name: str = "") -> Reader:
        of = SUPPLIER if role == "supplier" else BUYER
        key = role, of, name
        if key not in self.readers:
            made = Reader(self.app, self.ledger, name or f"{role} {of}", of, role)
            self.readers[key] = made
        return self.readers[key]

    def order(self, of="OPEN", confirmed=True, **more) -> str:
        body = {"course": "Kurs", "seats": 12, "lines": [LINE], **more}
        number = self.done("orderer", f"/agreements/{of}/orders", body)["number"]
        if confirmed:
            self.done("supplier", f"/orders/{number}/confirm")
        return f"/orders/{number}"

    def invoice(self, at: str, number: str, amount="10000.00", approved=False) -> str:
        body = {"invoice": number, "issued_on": "2026-03-01", "amount": amount}
        id = self.done("finance", f"{at}/drawdowns", body)["id"]
        if approved:
            self.done("approver", f"/drawdowns/{id}/approve")
        return f"/invoices/{id}"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("refused")
    ledger = open_ledger(read({"AVROP_DATABASE": f"sqlite:///{folder}/avrop.db"}), lambda: NOW)
    ledger.create()
    yield House(ledger)
    ledger.close()


def a_declined_order(house):
    at = house.order(confirmed=False)
    house.done("supplier", f"{at}/decline", {"reason": "Fullt"})
    return f"{at}/confirm"


def a_held_session(house):
    at = house.order(sessions=[{"on": "2026-02-27"}], ordered_on="2026-02-01")
    house.done("supplier", f"{at}/sessions/1/hold", {"participants": 9})
    return f"{at}/sessions/1/cancel"


def a_credit(house):
    path = house.invoice(house.order(), "C1", approved=True)
    body = {"invoice": "C2", "issued_on": "2026-03-02"}
    id = house.done("finance", f"/drawdowns/{path.rpartition('/')[2]}/reverse", body)["id"]
    return f"/invoices/{id}/approve"


def an_order_that_is_invoiced(house):
    at = house.order()
    house.invoice(at, "B1", "100000.00")
    return f"{at}/change"


def an_invoice_of_before(house):
    at = house.order()
    house.invoice(at, "D1")
    return f"{at}/invoice"


def split_seats(house):
    parts = [{"organisation": BUYER, "weight": 8}, {"organisation": MEMBER, "weight": 4}]
    return house.order("JOINT", split={"method": "seats", "parts": parts}) + "/move-seats"


INVOICE = {"invoice": "E1", "issued_on": "2026-03-01", "amount": "1 000"}
AMENDED = {"ground": "17:9", "decision": "KS 1", "change-cap": "2 900 000"}
SIGNED = {
    **{name: AGREEMENT[name] for name in ("title", "currency", "signed_on", "starts_on", "regime")},
    **{"number": "LONG", "cap": "2 000 000", "ends_on": "2033-09-04"},
    **{"buyers-0-organisation": BUYER, "buyers-0-name": "Härnösand"},
    **{"suppliers-0-organisation": SUPPLIER, "suppliers-0-name": "Mittuniversitetet"},
    "policy-longest_term_months": "48",
}
THE_SAME = {"number": "OPEN", "ends_on": "2027-09-04"}
CASES = {
    "cap-exceeded": ("orderer", "/agreements/OPEN/order", {"lines-0-amount": "99 000 000"}),
    "outside-term": ("orderer", "/agreements/OPEN/order", {"ordered_on": "2020-01-01"}),
    "delivery-after-term": ("orderer", "/agreements/OPEN/order", {"starts_on": "2027-12-01"}),
    "agreement-not-open": ("orderer", "/agreements/HALF/order", {}),
    "not-entitled": ("orderer", "/agreements/OPEN/order", {"buyer": MEMBER}),
    "out-of-turn": ("orderer", "/agreements/TURN/order", {"supplier": THIRD}),
    "competition-needed": ("orderer", "/agreements/RACE/order", {}),
    "answers-awaited": (
        "orderer",
        "/agreements/RACE/competitions/1/award",
        {"supplier": SUPPLIER, **WHY},
    ),
    "no-competition": (
        "orderer",
        "/agreements/OPEN/open-competition",
        {"what": "Kurs", "answer_by": "2026-06-01"},
    ),
    "no-such-extension": ("manager", "/agreements/OPEN/extend", {"decision": "KS 1"}),
    "term-too-long": ("manager", "/agreements/new", SIGNED),
    "already-exists": ("manager", "/agreements/new", {**SIGNED, **THE_SAME}),
    "not-covered": ("manager", "/agreements/OPEN/amend", AMENDED),
    "ground-not-usable": ("manager", "/agreements/OPEN/amend", {**AMENDED, "ground": "17:13"}),
    "share-in-use": (
        "manager",
        "/agreements/JOINT/propose-share-move",
        {"giver": BUYER, "receiver": MEMBER, "amount": "990 000"},
    ),
    "wrong-status": ("supplier", a_declined_order, {"reference": "MIUN 1"}),
    "too-many-seats": ("orderer", lambda house: house.order() + "/cancel", {"seats": "99"}),
    "fee-too-high": ("orderer", lambda house: house.order() + "/cancel", {"fee": "900 000"}),
    "too-few-seats": (
        "orderer",
        split_seats,
        {"giver": MEMBER, "receiver": BUYER, "seats": "5"},
    ),
    "below-invoiced": ("orderer", an_order_that_is_invoiced, {"lines-0-unit_price": "1", **WHY}),
    "session-settled": ("orderer", a_held_session, WHY),
    "release-differs": ("orderer", lambda house: house.order() + "/close", {"release": "1"}),
    "not-due": ("manager", lambda house: house.order(confirmed=False) + "/lapse", {}),
    "supplier-differs": (
        "finance",
        lambda house: house.order() + "/invoice",
        {**INVOICE, "supplier": SECOND},
    ),
    "currency-differs": (
        "finance",
        lambda house: house.order() + "/invoice",
        {**INVOICE, "currency": "EUR"},
    ),
    "invoice-differs": (
        "finance",
        an_invoice_of_before,
        {**INVOICE, "invoice": "D1", "amount": "1 000"},
    ),
    "credit-too-large": (
        "finance",
        lambda house: house.invoice(house.order(), "F1", approved=True) + "/reverse",
        {**INVOICE, "invoice": "F2", "amount": "-99 000"},
    ),
    "room-not-chosen": ("approver", a_credit, {"note": "Krediterad"}),
    "own-approval": (
        "approver",
        lambda house: house.invoice(house.order(), "G1", "11000.00", approved=True) + "/take-back",
        WHY,
    ),
    "recharge-too-large": (
        "finance",
        lambda house: house.invoice(house.order("JOINT"), "H1", approved=True) + "/recharge",
        {"member": MEMBER, "amount": "900 000", "reference": "VF 1"},
    ),
    "invalid": ("orderer", "/agreements/OPEN/order", {"course": "", "starts_on": "i morgon"}),
}
"""Type of refusal → whose form, where it is, and what is typed that causes it."""

ELSEWHERE = {
    "a page of its own": "not-found forbidden unauthenticated unavailable busy ledger-damaged "
    "pdf-not-installed took-too-long being-made perhaps-recorded asked-too-much caller-gone "
    "sent-from-elsewhere",
    "where one signs in: test_token_ends.py": "token-over",
    "told instead of the button: see below": "four-eyes may-not-attest own-signing not-a-party "
    "recorded-by-another later-stands signing-in-use order-ended judged-already nothing-there "
    "extension-lapsed own-right passed-on",
    "with a button that proposes it, and told before the day: test_proposals.py, "
    "test_sealed_offers.py": "all-must-agree offers-sealed",
    "what is sent again: test_sent_again.py, test_acting.py": "version-differs key-reused",
    "a file that waits says it: test_documents.py, test_queue_of_others.py": "unmatched "
    "supplier-unread buyer-unread buyer-differs credited-unknown replace-or-difference "
    "first-stands replaced no-order-named order-unknown line-unnamed order-ambiguous "
    "duplicate-invoice dated-ahead "
    "not-under-agreement",
    "the same form's, when more is so, in the API's tests": "conflict later-not-covered over-award "
    "no-room too-late-to-answer answered-too-late line-below-invoiced below-owed advances-unsaid "
    "advance-after-final advance-after-others advance-deducted credited-advances-unsaid "
    "recharge-reversal-too-large",
    "no page's form": "not-appointed appointment-ahead appointment-over own-appointment "
    "erasing-oneself not-counted own-role several-of-that-name",
    "where bundles are made: test_audit_desk.py": "no-bundle already-under-way",
    "where a certificate is fetched: test_certificates.py": "no-certificate not-signed",
    "of a workbook's rows: test_opening_balance.py": "own-opening-balance opening-balance-there",
}
"""Where the others are told of, by why not here."""


def test_each_kind_of_refusal_is_looked_at_on_a_form_or_told_of_elsewhere():
    elsewhere = {kind for kinds in ELSEWHERE.values() for kind in kinds.split()}
    assert elsewhere | set(CASES) == set(TITLES)
    assert not elsewhere & set(CASES)


@pytest.mark.parametrize("kind", CASES)
def test_a_refused_form_says_what_it_is_has_the_focus_and_keeps_what_was_typed(house, kind):
    role, path, typed = CASES[kind]
    path = path if isinstance(path, str) else path(house)
    if path.endswith("/order"):
        typed = {**ORDERED, **typed}
    facts = recorded(house.ledger.store)
    answer = house.reader(role).form(path, **typed)
    assert answer.status_code in (403, 404, 409, 412, 422), words(answer)
    found = re.search(r'<div class="ds-alert refusal"([^>]*)>(.*?)</div>', answer.text, re.DOTALL)
    assert found is not None, words(answer)
    assert 'id="refusal"' in found[1]
    assert 'tabindex="-1" autofocus' in found[1]
    assert html.unescape(re.search(r"<h2[^>]*>(.*?)</h2>", found[2])[1]) == TITLES[kind]
    assert re.search(r"<(p|li)[^>]*>\s*(<a[^>]*>)?[^<\s]", found[2]), found[2]
    assert "<title>Fault: " in answer.text
    for name, value in typed.items():
        kept = re.search(
            rf'name="{re.escape(name)}" value="{re.escape(html.escape(value))}"'
            rf'|<option value="{re.escape(value)}" selected>'
            rf"|<textarea[^>]*>{re.escape(html.escape(value))}</textarea>"
            rf'|type="radio"[^>]*value="{re.escape(value)}"[^>]* checked',
            answer.text,
        )
        assert kept or value == "", (name, value)
    assert recorded(house.ledger.store) == facts


def test_what_somebody_may_not_do_is_told_instead_of_a_button(house):
    both = Reader(house.app, house.ledger, "Both", BUYER, "finance", "approver")
    at = house.order()
    sent = {"invoice": "M1", "issued_on": "2026-03-01", "amount": "12 000"}
    answer = both.form(f"{at}/invoice", **sent)
    told = words(both.get(answer.location))
    assert "Approve 12 000 kr" not in told
    assert re.search(r"What cannot be done now, and why.* Approve: [A-Z]", told)
    assert "Approve 12 000 kr" in words(house.reader("approver").get(answer.location))


def test_a_field_that_is_alone_on_its_page_has_the_focus_itself(house):
    finance = house.reader("finance")
    token = hidden(finance.get("/invoices/receive").text)
    empty = finance.send("/invoices/receive", token)
    wrong = finance.send("/session", {**token, "token": "avrop-wrong"})
    for answer, name in ((empty, "files"), (wrong, "token")):
        assert answer.status_code == 422
        assert "<title>Fault: " in answer.text
        (field,) = re.findall(rf'<input [^>]*name="{name}"[^>]*>', answer.text)
        assert "autofocus" in field
        assert f"{name}-fault" in field


def test_a_file_that_cannot_be_placed_so_says_why_and_has_the_focus(house):
    finance = house.reader("finance")
    headers = {**house.api("finance").headers, "Content-Type": "application/xml"}
    sent = house.api("finance").client.post(
        "/api/v1/documents/peppol-invoice",
        data=written(Bill("Q1", rows(("1.00",)))),
        headers=headers,
    )
    there = f"/invoices/queue/{sent.json['sha256']}"
    typed = {**hidden(finance.get(there).text), "order": "OPEN-9999", "reason": "Kursen"}
    answer = finance.send(f"{there}/assign", typed)
    assert answer.status_code == 404
    assert re.search(r'id="refusal" role="alert" tabindex="-1" autofocus', answer.text)
    assert 'value="OPEN-9999"' in answer.text
    assert "Kursen" in answer.text


def test_what_may_be_done_to_a_session_is_offered_to_whoever_may(house):
    at = house.order(sessions=[{"on": "2026-04-01"}])
    pages = {role: house.reader(role).get(at).text for role in ("supplier", "orderer", "finance")}
    offered = {
        role: set(re.findall(rf'href="{at}/sessions/1/(\w+)"', text))
        for role, text in pages.items()
    }
    assert offered["supplier"] == {"hold", "move", "cancel"}
    assert offered["finance"] == set()
    for role, names in offered.items():
        for name in names:
            assert house.reader(role).get(f"{at}/sessions/1/{name}").status_code == 200
