"""A session that is over while a form is filled in: what was typed is kept through signing in."""

import re
from html import unescape

from ledger.web.access import SESSION_COOKIE
from tests.web.test_pages import Browser, played, words

__all__ = ["played"]

ADDRESS = "/agreements/SKO-2023/order"
TYPED = {
    "course": 'Kurs med "citat" & tecken',
    "challenge": "Lång text " * 200,
    "lines-0-kind": "delivery",
    "lines-0-amount": "10 000",
}


def hidden(page) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    return {name: unescape(value) for name, value in found}


def signed_out_while_typing(played):
    browser = Browser(played)
    browser.post("/session", role="orderer")
    form = hidden(browser.get(ADDRESS))
    browser.client.delete_cookie(SESSION_COOKIE)
    sent = {"csrf_token": form["csrf_token"], "key": form["key"], **TYPED, "do": "send"}
    return browser, browser.client.post(ADDRESS, data=sent, headers={"Accept-Language": "en"})


def test_what_was_typed_is_kept_and_the_form_is_shown_with_it_and_nothing_done(played, harnosand):
    before = harnosand.store.position()
    browser, asked = signed_out_while_typing(played)
    assert asked.status_code == 401
    assert "What you typed is kept" in words(asked)
    kept = hidden(asked)
    assert {name: kept[name] for name in TYPED} == TYPED
    assert kept["next"] == ADDRESS
    data = {**kept, "role": "orderer"}
    there = browser.client.post("/session", data=data)
    assert (there.status_code, there.headers["Location"]) == (307, ADDRESS)
    answer = browser.client.post(ADDRESS, data=data, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert unescape(re.search(r'name="course" value="([^"]*)"', answer.text)[1]) == TYPED["course"]
    assert TYPED["challenge"].strip() in answer.text
    assert "How it affects the agreement" in words(answer)
    assert harnosand.store.position() == before
    form = hidden(answer)
    sent = {"csrf_token": form["csrf_token"], "key": form["key"], **TYPED, "do": "sure"}
    assert browser.client.post(ADDRESS, data=sent).status_code == 303


def test_a_wrong_token_keeps_what_was_typed_too(played):
    browser, asked = signed_out_while_typing(played)
    wrong = browser.client.post("/session", data={**hidden(asked), "token": "avrop-wrong"})
    assert wrong.status_code == 422
    assert hidden(wrong)["course"] == TYPED["course"]
    assert "avrop-wrong" not in wrong.text


def test_any_other_form_leads_back_to_the_page_that_it_stood_on(played):
    browser = Browser(played)
    token = hidden(browser.get("/"))["csrf_token"]
    sent = browser.client.post(
        "/invoices/attest",
        data={"csrf_token": token},
        headers={"Referer": "http://localhost/invoices"},
    )
    assert sent.status_code == 303
    assert sent.headers["Location"] == "/?next=/invoices"


def test_what_was_typed_is_kept_also_where_the_protection_of_the_form_is_gone(played, harnosand):
    before = harnosand.store.position()
    browser = Browser(played)
    browser.post("/session", role="orderer")
    sent = {"csrf_token": hidden(browser.get(ADDRESS))["csrf_token"], **TYPED, "do": "send"}
    anew = Browser(played)  # a browser that was closed and opened again
    asked = anew.client.post(ADDRESS, data=sent, headers={"Accept-Language": "en"})
    assert asked.status_code == 400
    assert {name: hidden(asked)[name] for name in TYPED} == TYPED
    other = anew.client.post("/invoices/attest", headers={"Accept-Language": "en"})
    assert other.status_code == 400
    assert "The form came without its protection" in words(other)
    assert harnosand.store.position() == before


def test_a_decision_of_a_file_that_was_typed_while_signed_out_is_shown_and_not_done(played):
    browser, there = Browser(played), f"/invoices/queue/{'0' * 64}/discard"
    token = hidden(browser.get("/"))["csrf_token"]
    asked = browser.client.post(there, data={"csrf_token": token, "reason": "Of no order"})
    assert asked.status_code == 401
    assert hidden(asked)["reason"] == "Of no order"
    assert hidden(asked)["next"] == there
