"""Forms that are sent twice, at once, from two tabs, late, or when the session is over: one fact or
a sentence. Buttons that do an act where it is offered are forms too."""

import re
from concurrent.futures import ThreadPoolExecutor

from ledger.web.access import SESSION_COOKIE
from tests.conftest import BUYER, recorded
from tests.web.test_acting import (
    COURSE,
    Reader,
    app,
    filled,
    hidden,
    manager,
    ordered,
    orderer,
    signed,
    supplier,
    words,
)

__all__ = ["app", "manager", "orderer", "signed", "supplier"]


def button(page, action) -> dict[str, str]:
    """What the button that does something at once is sent with."""
    (form,) = re.findall(rf'<form [^>]*action="{action}">(.*?)</form>', page.text, re.DOTALL)
    return {**hidden(form), "do": "send"}


def test_a_form_that_is_sent_twice_at_the_same_time_orders_once(app, ledger, signed, orderer):
    path = f"/agreements/{signed}/order"
    sent = {**hidden(orderer.get(path).text), **COURSE, "do": "sure"}
    (cookie,) = (orderer.client.get_cookie(name) for name in (SESSION_COOKIE,))
    form_cookie = orderer.client.get_cookie("avrop_form")

    def send(_):
        client = app.test_client()
        for one in (cookie, form_cookie):
            client.set_cookie(one.key, one.value)
        return client.post(path, data=sent)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))
    assert {one.status_code for one in answers} == {303}
    assert len({one.location for one in answers}) == 1
    assert ledger.service.load(f"agreement/{signed}")[1].orders == 1


def test_a_button_that_is_pressed_twice_confirms_once(ledger, signed, orderer, supplier):
    at = ordered(orderer, signed)
    sent = button(supplier.get(at), f"{at}/confirm")
    first = supplier.send(f"{at}/confirm", sent)
    facts = recorded(ledger.store)
    again = supplier.send(f"{at}/confirm", sent)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location == at
    assert recorded(ledger.store) == facts


def test_a_button_of_a_page_that_is_old_says_so_and_goes_on(signed, orderer, supplier):
    at = ordered(orderer, signed)
    sent = button(supplier.get(at), f"{at}/confirm")
    assert orderer.form(f"{at}/change", reason="Färre", **{"lines-0-amount": "170 000"})
    late = supplier.send(f"{at}/confirm", sent)
    assert late.status_code == 412
    assert "somebody changed it meanwhile" in words(late)
    assert 'id="refusal"' in late.text
    again = {**hidden(late.text), "do": "send"}
    assert supplier.send(f"{at}/confirm", again).status_code == 303


def test_of_two_tabs_the_second_is_told_what_the_first_did_and_keeps_its_words(
    ledger, signed, orderer, supplier
):
    at = ordered(orderer, signed)
    confirming = button(supplier.get(at), f"{at}/confirm")
    declining = {**filled(supplier.get(f"{at}/decline").text), "reason": "Fullt", "do": "send"}
    assert supplier.send(f"{at}/confirm", confirming).status_code == 303
    facts = recorded(ledger.store)
    second = supplier.send(f"{at}/decline", declining)
    assert second.status_code in (409, 412)
    assert "Fullt" in second.text
    again = supplier.send(f"{at}/decline", {**declining, **hidden(second.text), "do": "send"})
    assert again.status_code == 409
    assert "confirmed" in words(again)
    assert recorded(ledger.store) == facts


def test_a_button_pressed_when_the_session_is_over_shows_its_form_after_signing_in(
    app, ledger, signed, orderer, supplier
):
    at = ordered(orderer, signed)
    sent = button(supplier.get(at), f"{at}/confirm")
    facts = recorded(ledger.store)
    supplier.client.delete_cookie(SESSION_COOKIE)
    asked = supplier.send(f"{at}/confirm", sent)
    assert asked.status_code == 401
    assert "Nothing was recorded" in words(asked)
    kept = {**hidden(asked.text), "token": supplier.token}
    there = supplier.client.post("/session", data=kept)
    assert (there.status_code, there.location) == (307, f"{at}/confirm")
    shown = supplier.send(f"{at}/confirm", kept)
    assert shown.status_code == 200
    assert recorded(ledger.store) == facts
    assert supplier.send(f"{at}/confirm", {**hidden(shown.text), "do": "send"}).status_code == 303


def test_an_invoice_approved_by_one_is_not_approved_again_by_another_who_looked(
    app, ledger, signed, orderer, supplier
):
    at = ordered(orderer, signed)
    supplier.form(f"{at}/confirm")
    finance = Reader(app, ledger, "Ekonom", BUYER, "finance")
    issued = ledger.today.isoformat()
    there = finance.form(f"{at}/invoice", invoice="1", issued_on=issued, amount="180 000").location
    first, second = (Reader(app, ledger, name, BUYER, "approver") for name in ("A", "B"))
    mine, theirs = (button(one.get(there), f"{there}/approve") for one in (first, second))
    assert first.send(f"{there}/approve", mine).status_code == 303
    late = second.send(f"{there}/approve", theirs)
    assert late.status_code in (409, 412)
    assert 'id="refusal"' in late.text
    assert "approved" in words(second.get(there))
