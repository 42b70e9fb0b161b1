"""What a university answers by letter, and the buyer enters: told so for ever after."""

from html import unescape

import pytest

from ledger.web import create_app
from tests.conftest import AGREEMENT, ORDER
from tests.web.test_pages import Browser, words

LETTER = "e-post 2023-12-01"
OFFER = {"lines": [{"kind": "delivery", "amount": "1000.00", "year": 2024}]}
ANSWERS = {
    "confirm": ({}, "confirmed, entered by the buyer as of e-post 2023-12-01"),
    "decline": ({"reason": "no"}, "declined, entered by the buyer as of e-post 2023-12-01: no"),
    "counter": (OFFER, "counter-offer of 1\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr, entered by"),
}


@pytest.fixture
def order(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    return api("orderer").post("/agreements/SKO-2023/orders", ORDER).json["number"]


@pytest.mark.parametrize("act", ANSWERS)
def test_the_buyer_enters_an_answer_with_the_letter_that_it_came_by(ledger, api, order, act):
    body, told = ANSWERS[act]
    path = f"/orders/{order}/{act}"
    refused = api("manager").post(path, body)
    assert refused.status_code == 422, refused.text
    assert [one["pointer"] for one in refused.json["errors"]] == ["/letter"]
    assert api("orderer").post(path, {**body, "letter": LETTER}).status_code == 403
    entered = api("manager").post(path, {**body, "letter": LETTER})
    assert (entered.status_code, entered.json["letter"]) == (200, LETTER), entered.text
    browser = Browser(create_app(ledger=ledger, demo=True))
    browser.post("/session", role="finance")
    assert told in unescape(browser.get("/agreements/SKO-2023/timeline").text)


@pytest.mark.parametrize("act", ANSWERS)
def test_what_the_university_answers_itself_came_by_no_letter(api, order, act):
    body = ANSWERS[act][0]
    refused = api("supplier").post(f"/orders/{order}/{act}", {**body, "letter": LETTER})
    assert [one["pointer"] for one in refused.json["errors"]] == ["/letter"]
    done = api("supplier").post(f"/orders/{order}/{act}", body)
    assert (done.status_code, done.json["letter"]) == (200, "")


def test_an_answer_that_is_thought_of_needs_no_letter(api, order):
    steps = [{"command": "confirm", "order": order}]
    played = api("manager").post("/agreements/SKO-2023/what-if", {"steps": steps})
    assert played.status_code == 200, played.text


def test_the_form_asks_the_buyer_for_the_letter_and_the_university_for_none(ledger, api, order):
    app = create_app(ledger=ledger, demo=True)
    manager, supplier = Browser(app), Browser(app)
    manager.post("/session", role="manager")
    supplier.post("/session", role="supplier")
    page = manager.get(f"/orders/{order}")
    assert "Enter the supplier&#39;s confirmation" in page.text
    form = manager.get(f"/orders/{order}/confirm")
    assert 'name="letter"' in form.text
    assert "as entered by you" in words(form)
    assert 'name="letter"' not in supplier.get(f"/orders/{order}/confirm").text
    done = api("manager").post(f"/orders/{order}/confirm", {"letter": LETTER})
    assert done.status_code == 200
    assert f"{LETTER}, entered by the buyer" in words(supplier.get(f"/orders/{order}"))
