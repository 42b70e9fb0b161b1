"""Invoices attested in a list: one in its row, or several together, and nothing that asks for a
closer look."""

import re

import pytest

from ledger.web import create_app
from tests.conftest import AGREEMENT, recorded
from tests.web.test_pages import Browser, words

AT = "/invoices/attest"


@pytest.fixture
def waiting(api):
    """Three invoices that wait: two as ordered, one of more than is left of its order."""
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    lines = [{"kind": "delivery", "amount": "5000.00", "year": 2027}]
    days = {"ordered_on": "2027-08-10", "starts_on": "2027-08-12", "ends_on": "2027-08-15"}
    ordered = api("orderer").post(
        "/agreements/SKO-2023/orders", {"course": "Kurs", "lines": lines, **days}
    )
    assert ordered.status_code == 201, ordered.text
    confirmed = {"confirmed_on": "2027-08-11"}
    assert api("supplier").post("/orders/SKO-2023-0001/confirm", confirmed).status_code == 200
    ids = []
    for number, amount in (("1", "1000.00"), ("2", "2000.00"), ("3", "900000.00")):
        body = {"invoice": number, "amount": amount, "issued_on": "2027-08-20"}
        found = api("finance").post("/orders/SKO-2023-0001/drawdowns", body)
        assert found.status_code == 201, found.text
        ids.append(found.json["id"])
    return ids


@pytest.fixture
def approver(ledger):
    browser = Browser(create_app(ledger=ledger, demo=True))
    browser.post("/session", role="approver")
    return browser


def looked_at(page) -> dict[str, str]:
    """What the form would send, all of it chosen."""
    names = re.findall(r'type="hidden" name="((?:key|version)-[^"]+)" value="([^"]*)"', page.text)
    return dict(names)


def send(browser, form, *ids):
    """Without a token that is left of a page, a form is not taken: the token is a new page's."""
    (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get("/invoices").text)[:1]
    return browser.client.post(AT, data={**form, "id": list(ids), "csrf_token": token})


def test_only_what_is_not_flagged_is_offered_and_each_is_approved(approver, api, waiting):
    assert AT in approver.get("/invoices").text
    page = approver.get(AT)
    offered = re.findall(r'name="id" value="([^"]+)"', page.text)
    assert offered == waiting[:2]
    answer = send(approver, looked_at(page), *offered)
    assert answer.status_code == 200
    assert len(re.findall(r"Kvitto \d+\.", words(answer))) == 2
    told = [api("finance").get(f"/drawdowns/{id}").json["status"] for id in waiting]
    assert told == ["approved", "approved", "recorded"]


def test_what_stops_one_stops_none_of_the_others(approver, api, waiting, ledger):
    form = looked_at(approver.get(AT))
    api("finance").post(f"/drawdowns/{waiting[0]}/withdraw", {"reason": "mistyped"})
    answer = send(approver, form, *waiting[:2])
    told = [api("finance").get(f"/drawdowns/{id}").json["status"] for id in waiting]
    assert told == ["withdrawn", "approved", "recorded"]
    assert len(re.findall(r"Kvitto \d+\.", words(answer))) == 1


def test_the_same_form_sent_twice_approves_once(approver, waiting, ledger):
    form = looked_at(approver.get(AT))
    first = send(approver, form, waiting[0])
    facts = recorded(ledger.store)
    again = send(approver, form, waiting[0])
    assert recorded(ledger.store) == facts
    assert re.findall(r"Kvitto (\d+)\.", words(first)) == re.findall(
        r"Kvitto (\d+)\.", words(again)
    )


def test_nothing_that_waits_and_nothing_chosen_are_said(approver, ledger, api):
    api("manager").post("/agreements", AGREEMENT)
    assert "No invoice without a flag waits for you." in words(approver.get(AT))
    assert approver.client.post(AT, data={"id": "x"}).status_code == 400
    other = Browser(create_app(ledger=ledger, demo=True))
    other.post("/session", role="finance")
    assert other.get(AT).status_code == 403


# ── One, in its row ───────────────────────────────────────────────────────────────────────────

HTMX = {"HX-Request": "true", "Accept-Language": "en"}


def in_row(page, id) -> dict[str, str]:
    """What the form in an invoice's row would send; nothing where there is none."""
    found = page.text.partition(f'action="/invoices/{id}/approve"')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found))


def approve(browser, id, form, headers=HTMX):
    return browser.client.post(f"/invoices/{id}/approve", data=form, headers=headers)


@pytest.mark.parametrize(
    ("at", "cells"),
    [("/invoices", 7), ("/", 2), ("/agreements/SKO-2023/invoices", 7)],
)
def test_an_invoice_is_approved_in_its_row_and_the_row_comes_back_as_it_is(
    approver, api, waiting, at, cells
):
    page = approver.get(at)
    assert in_row(page, waiting[2]) == {}  # it is flagged
    answer = approve(approver, waiting[0], in_row(page, waiting[0]))
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert (answer.text.count("<tr"), answer.text.count("<td")) == (1, cells)
    assert "Approved. Receipt" in words(answer)
    assert "autofocus" in answer.text
    assert in_row(answer, waiting[0]) == {}
    assert api("finance").get(f"/drawdowns/{waiting[0]}").json["status"] == "approved"
    assert "Receipt" not in words(approver.get(at))  # it was told in the row


def test_without_script_an_invoice_that_is_approved_in_its_row_leads_to_its_page(approver, waiting):
    form = in_row(approver.get("/invoices"), waiting[0])
    answer = approve(approver, waiting[0], form, {"Accept-Language": "en"})
    assert (answer.status_code, answer.location) == (303, f"/invoices/{waiting[0]}")
    assert "Approve: 1. Receipt" in words(approver.client.get(answer.location, headers=HTMX))


def test_a_refusal_stands_in_the_row_with_the_invoice_as_it_is(approver, api, waiting, ledger):
    form = in_row(approver.get("/invoices"), waiting[0])
    api("finance").post(f"/drawdowns/{waiting[0]}/withdraw", {"reason": "mistyped"})
    before = recorded(ledger.store)
    answer = approve(approver, waiting[0], form)
    assert answer.status_code == 409
    assert "withdrawn" in words(answer)
    assert "ds-validation-message" in answer.text
    assert in_row(answer, waiting[0]) == {}
    assert recorded(ledger.store) == before


def test_who_may_not_attest_has_no_button_in_the_rows(waiting, ledger):
    other = Browser(create_app(ledger=ledger, demo=True))
    other.post("/session", role="finance")
    assert in_row(other.get("/invoices"), waiting[0]) == {}
    approver = Browser(create_app(ledger=ledger, demo=True))
    approver.post("/session", role="approver")
    assert in_row(approver.get("/invoices?as_of=2027-08-21"), waiting[0]) == {}
