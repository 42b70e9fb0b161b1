"""What is shown once more before it is done: an order, and what cannot be taken back."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from ledger.web.pages import confirming
from ledger.web.pages.labels import FOLLOWS
from ledger.web.pages.offered import OFFERED
from tests.conftest import AGREEMENT, BUYER, SUPPLIER, recorded
from tests.web.test_acting import (
    COURSE,
    OURS,
    Reader,
    app,
    asks,
    filled,
    finance,
    manager,
    ordered,
    orderer,
    received,
    signed,
    supplier,
    words,
)
from tests.web.test_competitions import ADDRESS as COMPETITIONS
from tests.web.test_competitions import COMPETED, OPEN, answer
from tests.web.test_pages import SIGN
from tests.web.test_suppliers import SECOND, THIRD

__all__ = ["app", "finance", "manager", "orderer", "signed", "supplier"]


def asked(reader, path, language="en", **typed):
    """The page that a form is answered with before anything is done."""
    sent = {**filled(reader.get(path, language).text), **typed, "do": "send"}
    answer = reader.send(path, sent, language)
    assert answer.status_code == 200, words(answer)
    assert asks(answer), words(answer)
    return answer


def confirmed(orderer, supplier, signed, **more) -> str:
    at = ordered(orderer, signed, **more)
    assert supplier.form(f"{at}/confirm").status_code == 303
    return at


# ── What cannot be taken back ─────────────────────────────────────────────────────────────────


def test_a_cancelled_order_says_what_it_costs_before_it_is_done(ledger, signed, orderer, supplier):
    at = confirmed(orderer, supplier, signed)
    before = recorded(ledger.store)
    page = asked(orderer, f"{at}/cancel", fee="45 000", reason="För få anmälda")
    told = words(page)
    assert "Cancel the order, fee 45 000 kr" in told
    assert "It cannot be taken back." in told
    assert "cap 1 820 000 1 955 000" in told
    assert "För få anmälda" in page.text
    assert "Avboka avropet, avgift 45 000 kr" in words(
        asked(orderer, f"{at}/cancel", "sv", fee="45 000", reason="För få anmälda")
    )
    assert recorded(ledger.store) == before
    sure = {**filled(page.text), "do": "sure"}
    first, second = orderer.send(f"{at}/cancel", sure), orderer.send(f"{at}/cancel", sure)
    assert (first.status_code, second.status_code) == (303, 303)
    assert recorded(ledger.store) > before
    assert first.location == second.location == at
    assert "cancelled" in words(orderer.get(at))


def test_the_reason_can_be_put_right_where_it_is_asked_once_more(ledger, signed, orderer, supplier):
    at = confirmed(orderer, supplier, signed)
    page = asked(orderer, f"{at}/cancel", fee="0", reason="Fell")
    assert "Cancel the order, no fee" in words(page)
    done = orderer.send(f"{at}/cancel", {**filled(page.text), "reason": "Fel kurs", "do": "sure"})
    assert done.status_code == 303
    assert ledger.service.load(at.replace("/orders", "order"))[1].reason == "Fel kurs"


def test_what_is_refused_is_refused_before_it_is_asked_once_more(signed, orderer, supplier):
    at = confirmed(orderer, supplier, signed)
    sent = {**filled(orderer.get(f"{at}/cancel").text), "fee": "900 000", "do": "send"}
    answer = orderer.send(f"{at}/cancel", sent)
    assert answer.status_code >= 400
    assert not asks(answer)
    assert 'value="900 000"' in answer.text


def test_what_changed_meanwhile_is_not_cancelled_unseen(signed, orderer, supplier):
    at = confirmed(orderer, supplier, signed)
    page = asked(orderer, f"{at}/cancel", fee="0", reason="Fel")
    assert supplier.form(f"{at}/start").status_code == 303
    answer = orderer.send(f"{at}/cancel", {**filled(page.text), "do": "sure"})
    assert answer.status_code == 412


def test_a_fee_that_the_day_changes_is_shown_before_it_is_paid(app, ledger, clock, api):
    clock.__init__(datetime(2027, 9, 1, 21, 50, tzinfo=UTC))  # ten minutes before midnight
    orderer = Reader(app, ledger, "Beställare", BUYER, "orderer")
    tariff = [{"days": 28, "percent": 25}, {"days": 14, "percent": 100}]
    terms = {**AGREEMENT, "policy": {"tariff": tariff}}
    assert api("manager").post("/agreements", terms).status_code == 201
    at = ordered(orderer, "SKO-2023", starts_on=(clock.today + timedelta(days=15)).isoformat())
    assert api("supplier").post(f"{at}/confirm", {}).status_code == 200
    page = asked(orderer, f"{at}/cancel", reason="För få anmälda")
    assert "Cancel the order, fee 45 000 kr" in words(page)
    clock.__init__(datetime(2027, 9, 1, 22, 5, tzinfo=UTC))
    before = recorded(ledger.store)
    late = orderer.send(f"{at}/cancel", {**filled(page.text), "do": "sure"})
    assert late.status_code == 409
    assert "It comes to something else than when you looked at it" in words(late)
    assert "Cancel the order, fee 180 000 kr" in words(late)
    assert "autofocus" in late.text
    assert recorded(ledger.store) == before
    sure = {**filled(late.text), "do": "sure"}
    assert [orderer.send(f"{at}/cancel", sure).status_code for _ in range(2)] == [303, 303]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("suspend", "Suspend SKO-2023"),
        ("close", "Close SKO-2023"),
        ("void", "Void SKO-2023"),
    ],
)
def test_an_agreement_is_asked_of_before_it_takes_no_more_orders(
    ledger, app, signed, manager, name, says
):
    before = recorded(ledger.store)
    other = Reader(app, ledger, "Annan avtalsansvarig", BUYER, "manager")
    typed = {"reason": "Fel avtal", "decision": "KS 9"}
    page = asked(other, f"/agreements/{signed}/{name}", **typed)
    assert says in words(page)
    assert recorded(ledger.store) == before
    sure = {**filled(page.text), "do": "sure"}
    assert other.send(f"/agreements/{signed}/{name}", sure).status_code == 303


def test_an_invoice_is_asked_of_before_it_is_rejected_or_withdrawn(
    app, ledger, signed, orderer, supplier, finance
):
    at = confirmed(orderer, supplier, signed)
    day = ledger.today.isoformat()
    made = finance.form(f"{at}/invoice", invoice="1", issued_on=day, amount="160 000").location
    approver = Reader(app, ledger, "Attestant", BUYER, "approver")
    told = words(asked(approver, f"{made}/reject", reason="Fel belopp"))
    assert "Reject the invoice, 160 000 kr" in told
    page = asked(finance, f"{made}/withdraw", reason="Fel belopp")
    assert "Withdraw the invoice, 160 000 kr" in words(page)
    sure = {**filled(page.text), "do": "sure"}
    assert finance.send(f"{made}/withdraw", sure).status_code == 303


@pytest.mark.parametrize("name", ["reject", "withdraw"])
def test_a_credit_that_falls_with_its_invoice_is_named_before(
    app, ledger, signed, orderer, supplier, finance, name
):
    at = confirmed(orderer, supplier, signed)
    day = ledger.today.isoformat()
    of = {"invoice": "1", "issued_on": day, "amount": "160 000"}
    made = finance.form(f"{at}/invoice", **of).location
    of = {"invoice": "K1", "issued_on": day, "amount": "-60 000", "type": "381"}
    credit = finance.form(f"{at}/invoice", **of, credits=made.rpartition("/")[2]).location
    other = Reader(app, ledger, "Attestant", BUYER, "approver") if name == "reject" else finance
    page = asked(other, f"{made}/{name}", reason="Fel belopp")
    assert "The credit K1 of 60 000 kr waits to be deducted from it, and ends with it." in (
        words(page)
    )
    assert other.send(f"{made}/{name}", {**filled(page.text), "do": "sure"}).status_code == 303
    assert {"reject": "rejected", "withdraw": "withdrawn"}[name] in words(finance.get(credit))


def test_a_file_is_asked_of_before_it_is_discarded(signed, finance):
    (waits,) = re.findall(r"/invoices/queue/[0-9a-f]{64}", received(finance, ("a.xml", OURS)).text)
    form = filled(finance.get(waits).text)
    page = finance.send(f"{waits}/discard", {**form, "reason": "Inte vår"})
    assert "Discard the file, 200 000 kr" in words(page)
    assert waits in finance.get("/invoices/queue").text
    back = finance.send(f"{waits}/discard", {**filled(page.text), "do": "edit"})
    assert 'value="Inte vår"' in back.text
    done = finance.send(f"{waits}/discard", {**filled(page.text), "do": "sure"})
    assert done.status_code == 303
    assert waits not in finance.get("/invoices/queue").text


@pytest.mark.parametrize("key", confirming.BUTTONS, ids="-".join)
def test_every_act_that_is_asked_of_says_what_follows(key):
    assert key in FOLLOWS
    assert key in {(act.to, act.name) for act in OFFERED}


def test_an_award_is_asked_of_with_who_won_and_what_was_offered(ledger, api, orderer):
    assert api("manager").post("/agreements", COMPETED).status_code == 201
    assert api("orderer").post(COMPETITIONS, OPEN).status_code == 200
    for who, amount in ((SUPPLIER, "90000.00"), (SECOND, "80000.00"), (THIRD, None)):
        assert answer(api, who, amount).status_code in (200, 201)
    typed = {"supplier": SECOND, "reason": "Lägst pris"}
    page = asked(orderer, "/agreements/SKO-2023/competitions/1/award", **typed)
    assert re.search(r"Award it to [^,]+, 80 000 kr", words(page))
    before = recorded(ledger.store)
    sure = {**filled(page.text), "do": "sure"}
    path = "/agreements/SKO-2023/competitions/1/award"
    assert orderer.send(path, sure).status_code == 303
    assert recorded(ledger.store) == before + 1


def test_a_limit_in_seats_is_read_as_seats(manager):
    typed = {
        **SIGN,
        "cap": "2 000 000",
        "limits-0-name": "Platser",
        "limits-0-unit": "seats",
        "limits-0-amount": "12",
    }
    page = asked(manager, "/agreements/new", **typed)
    answers = words(page).partition("What you have filled in")[2]
    assert "12 seats" in answers
    assert "12 kr" not in answers


# ── An order, before it is sent ───────────────────────────────────────────────────────────────


def test_an_order_is_reviewed_with_its_answers_its_effect_and_who_answers(ledger, signed, orderer):
    before = recorded(ledger.store)
    path = f"/agreements/{signed}/order"
    typed = {**COURSE, "unit": "Socialförvaltningen", "starts_on": "1/9 2027"}
    page = asked(orderer, path, **typed)
    told = words(page)
    for read in ("Att leda", "Socialförvaltningen", "2027-09-01", "180 000 kr"):
        assert read in told
    assert "cap 2 000 000 1 820 000" in told
    assert "Mittuniversitetet answers, on" in told
    assert "Send the order, 180 000 kr" in told
    assert recorded(ledger.store) == before
    assert {"edit:course", "edit:starts_on"} <= set(
        re.findall(r'name="do" value="([^"]+)"', page.text)
    )
    again = orderer.send(path, {**filled(page.text), "do": "edit:starts_on"})
    for name, value in (("course", "Att leda"), ("starts_on", "1/9 2027")):
        assert f'id="{name}" name="{name}" value="{value}"' in again.text
    assert re.findall(r'<input [^>]*name="([^"]+)"[^>]* autofocus>', again.text) == ["starts_on"]
    assert filled(again.text)["key"] == filled(page.text)["key"]
    sent = orderer.send(path, {**filled(page.text), "do": "sure"})
    assert sent.status_code == 303
    assert "Receipt" in words(orderer.get(sent.location))


def test_a_limit_that_warns_is_to_be_seen_before_an_order_is_sent(app, ledger, api, orderer):
    limit = {"name": "2027", "amount": "100000.00", "effect": "soft", "year": 2027}
    signing = api("manager").post("/agreements", {**AGREEMENT, "limits": [limit]})
    assert signing.status_code == 201, signing.text
    path = "/agreements/SKO-2023/order"
    typed = {**COURSE, "lines-0-year": "2027"}
    page = asked(orderer, path, **typed)
    assert "Passes the limit 2027" in words(page)
    before = recorded(ledger.store)
    form = filled(page.text)
    unseen = orderer.send(path, {**form, "do": "sure"})
    assert unseen.status_code == 422
    assert "Tick that you have seen" in words(unseen)
    assert "autofocus" in unseen.text
    assert recorded(ledger.store) == before
    # Nor where it did not warn yet when it was shown, or was never shown.
    first = orderer.send(path, {**filled(orderer.get(path).text), **typed, "do": "sure"})
    assert first.status_code == 422
    assert recorded(ledger.store) == before
    sent = {**form, "seen": "true", "do": "sure"}
    assert [orderer.send(path, sent).status_code for _ in range(2)] == [303, 303]


def test_an_order_over_a_limit_that_stops_is_refused_with_what_fits_before_review(signed, orderer):
    path = f"/agreements/{signed}/order"
    sent = {**filled(orderer.get(path).text), **COURSE, "lines-0-amount": "2 000 001"}
    answer = orderer.send(path, {**sent, "do": "send"})
    assert answer.status_code == 409
    assert not asks(answer)
    assert "Use 2 000 000 kr" in words(answer)


def test_an_order_takes_three_clicks_from_signing_in(signed, orderer):
    """New order, review, send; course, amount and start are enough."""
    start = orderer.get("/")
    (path,) = set(re.findall(r'href="([^"]+/order)"', unescape(start.text)))
    typed = {"course": "Att leda", "lines-0-amount": "180 000", "starts_on": "2027-09-01"}
    form = filled(orderer.get(path).text)
    page = orderer.send(path, {**form, **typed, "do": "send"})
    assert asks(page), words(page)
    assert orderer.send(path, {**filled(page.text), "do": "sure"}).status_code == 303
