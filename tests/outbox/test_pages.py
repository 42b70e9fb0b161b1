"""The pages of mail: how one is written to, where orders go, what was not delivered; and on an
order's page, its links."""

import re

import pytest

from ledger.domain.events import By
from ledger.outbox import following
from ledger.registry import mail, outbox
from ledger.registry.outbox import Message
from tests.conftest import AGREEMENT, BUYER, SUPPLIER
from tests.outbox.test_mail import TERM, THEIRS, place
from tests.people import let_in, person_of
from tests.web.test_pages import Browser, words


@pytest.fixture
def signed(ledger, api):
    """Role → a browser that is signed in as that person."""
    api("manager").post("/agreements", {**AGREEMENT, **TERM})

    def as_role(role, of=""):
        of = of or (SUPPLIER if role == "supplier" else BUYER)
        browser = Browser(api.app)
        token = let_in(ledger, f"{role} {of}", of, (role,))
        assert browser.post("/session", token=token).status_code == 200
        return browser

    return as_role


def change(browser, **form):
    page = browser.get("/settings/mail").text
    key = re.search(r'name="key" value="([^"]+)"', page)
    return browser.post("/settings/mail", page="/settings/mail", key=key[1] if key else "", **form)


def test_everybody_says_how_they_are_written_to_and_what_is_no_address_is_said(signed, ledger):
    orderer = signed("orderer")
    person = person_of(ledger, f"orderer {BUYER}")
    refused = change(orderer, do="mine", address="inte en adress", often="daily")
    assert refused.status_code == 422
    assert "Write one address of e-mail" in words(refused)
    assert "inte en adress" in refused.text
    done = change(orderer, do="mine", address="o@example.se", often="daily")
    assert "is kept" in words(done)
    way = mail.of(ledger.registry, person)
    assert (way.address, way.often, way.language) == ("o@example.se", "daily", "sv")
    change(orderer, do="mine", address="", often="daily")
    assert mail.of(ledger.registry, person) is None


def test_the_address_for_orders_is_its_own_people_s_to_set(signed, ledger):
    assert "address for orders" not in words(signed("orderer").get("/settings/mail"))
    assert change(signed("orderer"), do="record", address=THEIRS).status_code == 404
    assert mail.of(ledger.registry, BUYER) is None
    supplier = signed("supplier")
    assert "is kept" in words(change(supplier, do="record", address=THEIRS))
    assert mail.of(ledger.registry, SUPPLIER).address == THEIRS
    (fact,) = ledger.store.history(f"organisation/{SUPPLIER}")
    assert fact.by.role == "supplier"
    assert THEIRS not in str(fact.event)


def test_another_organisation_s_address_is_not_set_nor_told(signed, api):
    for role in ("manager", "supplier"):
        other = api(role, "2021001835")
        told = other.post(f"/organisations/{SUPPLIER}/address", {"address": THEIRS})
        assert told.status_code in (403, 404)
        assert other.get(f"/organisations/{SUPPLIER}/address").status_code in (403, 404)


def test_an_administrator_has_what_was_not_delivered_sent_again(signed, ledger):
    figures = {"drawdown": "x", "invoice": "55-118", "agreement": "SKO-2023", "amount": 100,
               "currency": "SEK"}  # fmt: skip
    whose = person_of(ledger, f"approver {BUYER}")
    dead = Message(id="d" * 32, kind="to-attest", whose=whose, figures=figures)
    outbox.keep(ledger.registry, [dead])
    outbox.failed(ledger.registry, dead, "550 no such user", None)
    admin = signed("admin")
    page = words(admin.get("/settings/mail"))
    assert "Invoice 55-118 waits to be attested" in page
    assert "550 no such user" in page
    assert change(signed("manager"), do="retry", message=dead.id).status_code == 404
    assert "sent again" in words(change(admin, do="retry", message=dead.id))
    assert outbox.counts(ledger.registry) == {"waiting": 1}
    assert change(admin, do="retry", message=dead.id).status_code == 404


def test_a_buyer_sends_an_order_again_and_revokes_its_link_on_its_page(signed, ledger, api):
    number = place(api)["number"]
    path, orderer = f"/orders/{number}", signed("orderer")
    assert "no address for orders" in words(orderer.get(path))
    api("supplier").post(f"/organisations/{SUPPLIER}/address", {"address": THEIRS})
    told = orderer.post(f"{path}/link", page=path, do="again")
    assert "sent again" in words(told)
    (id,) = re.findall(r'name="link" value="([^"]+)"', told.text)
    assert ledger.store.history(f"link/{id}")[0].by.role == "orderer"
    assert orderer.post(f"{path}/link", page=path, do="revoke", link="0" * 16).status_code == 404
    over = orderer.post(f"{path}/link", page=path, do="revoke", link=id)
    assert "can be used no more" in words(over)
    assert ledger.store.history(f"link/{id}")[-1].event.stored == "answer-link-revoked"


def test_who_is_no_buyer_of_it_neither_sees_nor_sends_an_order_s_links(signed, ledger, api):
    number = place(api)["number"]
    api("supplier").post(f"/organisations/{SUPPLIER}/address", {"address": THEIRS})
    server = By(person="p-0", organisation="", role="admin")
    made = following.again(ledger, number, server)
    for role, of in (("supplier", ""), ("finance", ""), ("orderer", "2120001835")):
        browser = signed(role, of)
        page = browser.get(f"/orders/{number}")
        assert made.id not in page.text
        answer = browser.post(f"/orders/{number}/link", do="revoke", link=made.id)
        assert answer.status_code in (403, 404), role
    assert len(ledger.store.history(f"link/{made.id}")) == 1


def test_what_was_not_delivered_is_seen_by_whose_it_is_and_of_an_order_by_its_buyer(
    signed, ledger, api
):
    """Of an order the buyer sees that it did not come, and not by which address."""
    number, other = place(api)["number"], "2120000787"
    figures = {"order": number, "agreement": "SKO-2023", "course": "Kursen", "buyer": "B",
               "supplier": "S", "amount": 100, "currency": "SEK"}  # fmt: skip
    dead = Message(id="e" * 32, kind="new-order", whose=SUPPLIER, figures=figures)
    outbox.keep(ledger.registry, [dead])
    outbox.failed(ledger.registry, dead, f"550 <{THEIRS}> no such user", None)
    foreign = signed("admin", other)
    page = foreign.get("/settings/mail")
    assert number not in page.text
    assert "Waiting: 0. Sent lately: 0." in words(page)
    assert change(foreign, do="retry", message=dead.id).status_code == 404
    seen = signed("admin").get("/settings/mail")
    assert number in seen.text
    assert "no such user" in seen.text
    assert THEIRS not in seen.text
    own = signed("admin", SUPPLIER)
    assert THEIRS in own.get("/settings/mail").text
    assert "sent again" in words(change(signed("admin"), do="retry", message=dead.id))


def test_an_address_of_record_is_told_to_its_own_people_and_auditors_alone(api, ledger):
    assert api("supplier").post(f"/organisations/{SUPPLIER}/address", {"address": THEIRS})
    path = f"/organisations/{SUPPLIER}/address"
    for role in ("supplier", "admin", "auditor"):
        assert api(role, SUPPLIER).get(path).json["address"] == THEIRS, role
    for role in ("manager", "admin", "auditor"):
        refused = api(role).get(path)
        assert refused.status_code == 404, role
        assert THEIRS not in refused.text
