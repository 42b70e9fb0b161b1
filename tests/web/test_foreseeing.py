"""What may come, as pages: the forecast of each limit, and steps played in thought."""

import re
from html import unescape

import pytest

from ledger.web import create_app
from tests.conftest import AGREEMENT, recorded
from tests.web.test_pages import Browser, words

FORECAST = "/agreements/SKO-2023/forecast"
WHAT_IF = "/agreements/SKO-2023/what-if"
ORDER = {
    "steps-0-command": "place",
    "steps-0-course": "I tanken",
    "steps-0-lines-0-kind": "delivery",
    "steps-0-lines-0-amount": "10 000",
}


def signed_in(ledger, role):
    browser = Browser(create_app(ledger=ledger, demo=True))
    assert browser.post("/session", role=role).status_code == 200
    return browser


@pytest.fixture
def manager(harnosand):
    return signed_in(harnosand, "manager")


def sent(browser, do="calculate", language="en", **typed):
    return browser.post(WHAT_IF, language, WHAT_IF, do=do, **typed)


# ── The forecast ──────────────────────────────────────────────────────────────────────────────


def test_a_forecast_says_its_range_what_it_assumes_and_what_would_change_it(manager):
    told = words(manager.get(FORECAST, as_of="2026-06-30"))
    assert "Cap: " in told
    assert "What would change it" in told


def test_with_too_little_history_it_says_what_is_needed(manager):
    told = words(manager.get(FORECAST, as_of="2023-12-31"))
    assert "too little history to tell: 5 orders in 90 days are needed" in told


def test_a_limit_in_seats_is_foreseen_in_seats(api):
    limits = [{"name": "platser", "unit": "seats", "amount": "30"}]
    signed = api("manager").post("/agreements", {**AGREEMENT, "limits": limits})
    assert signed.status_code == 201, signed.text
    found = api("manager").get("/agreements/SKO-2023/forecast").json["limits"]
    assert [(one["name"], one["unit"]) for one in found] == [("cap", "money"), ("platser", "seats")]
    seats = found[1]
    assert (seats["amount"], seats["used"], seats["drawn"]) == ("30", "0", None)
    assert "platser: " in seats["sentence"]


def test_the_supplier_is_not_told_the_forecast(harnosand):
    assert signed_in(harnosand, "supplier").get(FORECAST).status_code == 403


# ── Steps in thought ──────────────────────────────────────────────────────────────────────────


def test_steps_are_played_one_after_another_and_nothing_is_kept(manager, harnosand):
    before = recorded(harnosand.store)
    second = {name.replace("-0-", "-1-", 1): value for name, value in ORDER.items()}
    second["steps-1-lines-0-amount"] = "5 000,50"
    told = words(sent(manager, **ORDER, **second))
    assert "1. New order SKO-2023-0004 placed, not answered 10 000" in told
    assert "2. New order SKO-2023-0005 placed, not answered 5 000,50" in told
    assert "A calculation in thought, nothing is kept." in told
    assert recorded(harnosand.store) == before


def test_it_is_done_for_real_on_the_real_form_filled_in(manager):
    page = sent(manager, **ORDER)
    (there,) = re.findall(r'href="([^"]*)"[^>]*>Do it for real', page.text)
    form = manager.get(unescape(there))
    assert form.status_code == 200
    assert 'value="I tanken"' in form.text
    assert 'value="10 000"' in form.text


def test_what_is_only_thought_cannot_be_cancelled_for_real(manager):
    cancel = {"steps-1-command": "cancel", "steps-1-order": "SKO-2023-0004"}
    page = sent(manager, **ORDER, **cancel, **{"steps-1-reason": "Nej"})
    assert "SKO-2023-0004 cancelled" in words(page)
    assert len(re.findall("Do it for real", page.text)) == 1


def test_a_step_that_would_be_refused_says_the_figures_and_leaves_the_balance(manager):
    page = sent(manager, **{**ORDER, "steps-0-lines-0-amount": "9 000 000"})
    told = words(page)
    assert "1. New order refused" in told
    assert "9 000 000 kr does not fit" in told
    assert "Do it for real" not in told


def test_what_is_lacking_is_said_at_its_step_and_field_and_the_rest_stays(manager):
    page = sent(manager, language="sv", **{**ORDER, "steps-0-course": ""})
    assert page.status_code == 422
    assert 'id="steps-0-course-fault"' in page.text
    assert 'value="10 000"' in page.text
    assert "Steg 1, Kurs eller utbildning" in words(page)


def test_steps_are_added_and_left_out(manager):
    added = sent(manager, "add:amend", **ORDER)
    assert 'name="steps-1-command" value="amend"' in added.text
    more = sent(manager, "more:steps-0-lines", **ORDER)
    assert 'name="steps-0-lines-1-amount"' in more.text
    cancel = {"steps-1-command": "cancel", "steps-1-reason": "Nej"}
    left = sent(manager, "remove:0", **ORDER, **cancel)
    assert 'name="steps-0-command" value="cancel"' in left.text
    assert "I tanken" not in left.text
    none = sent(manager, "remove:0", **ORDER)
    assert "There is no step: add one." in words(none)


def test_it_is_tried_today_and_not_on_another_day(manager):
    told = words(manager.get(WHAT_IF, as_of="2024-06-30"))
    assert "Go to today" in told
    assert "Calculate" not in told


def test_a_supplier_and_an_approver_try_nothing(harnosand):
    for role in ("supplier", "approver"):
        assert signed_in(harnosand, role).get(WHAT_IF).status_code == 403
