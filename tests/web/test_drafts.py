"""An order that is begun and kept: one's own, for a month, and no fact until it is sent."""

import re
from datetime import timedelta
from html import unescape

import pytest

from ledger.bounds import DRAFT_DAYS, DRAFTS
from ledger.registry import drafts
from ledger.web import create_app
from tests.conftest import AGREEMENT, BUYER, recorded
from tests.people import let_in
from tests.web.test_pages import Browser, words

AT = "/agreements/SKO-2023/order"


@pytest.fixture
def orderer(ledger, api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    browser = Browser(create_app(ledger=ledger, demo=True))
    browser.post("/session", role="orderer")
    return browser


def hidden(page) -> dict[str, str]:
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: unescape(value) for name, value in found}


def send(browser, address, do, **typed):
    form = hidden(browser.get(address))
    return browser.client.post(address, data={**form, **typed, "do": do})


def test_a_draft_is_kept_gone_on_with_and_gone_when_it_is_sent(orderer, ledger):
    before = recorded(ledger.store)
    kept = send(orderer, AT, "keep", course="Att leda", **{"lines-0-amount": "inget"})
    assert kept.status_code == 303
    there = kept.location
    form = orderer.get(there)
    assert 'name="course" value="Att leda"' in form.text
    assert 'name="lines-0-amount" value="inget"' in form.text
    assert recorded(ledger.store) == before
    todo = orderer.get("/")
    assert "Go on with a draft (1)" in words(todo)
    assert unescape(there) in unescape(todo.text)
    again = send(orderer, there, "keep", course="Att leda mer")
    assert again.location == there
    assert "Att leda mer" in orderer.get("/").text
    line = {"lines-0-kind": "delivery", "lines-0-amount": "1 000"}
    asked = send(orderer, there, "send", course="Att leda mer", **line)
    assert "Skicka avropet, 1 000 kr" in words(asked)
    assert orderer.get(there).status_code == 200
    sent = orderer.client.post(there, data={**hidden(asked), "do": "sure"})
    assert sent.status_code == 303, words(sent)
    assert "draft" not in words(orderer.get("/")).lower()
    assert orderer.get(there).status_code == 404


def test_a_draft_is_removed_by_its_button(orderer):
    there = send(orderer, AT, "keep", course="Att leda").location
    assert "Remove the draft" in words(orderer.get(there))
    assert send(orderer, there, "drop").status_code == 303
    assert orderer.get(there).status_code == 404


def test_nobody_sees_or_removes_the_draft_of_another(orderer, ledger):
    there = send(orderer, AT, "keep", course="Hemlig").location
    token = let_in(ledger, "somebody else", BUYER, ("orderer",))
    other = Browser(create_app(ledger=ledger))
    assert "Hemlig" not in other.post("/session", token=token).text
    assert other.get(there).status_code == 404
    form = {**hidden(other.get(AT)), "draft": there.rpartition("=")[2], "do": "drop"}
    other.client.post(AT, data=form)
    assert orderer.get(there).status_code == 200


def test_a_draft_is_gone_after_its_time_and_with_its_person(orderer, ledger, clock):
    registry, person = ledger.registry, "p-1"
    drafts.keep(registry, person, BUYER, "SKO-2023", {"course": "a"})
    clock.move(clock.today + timedelta(days=DRAFT_DAYS + 1))
    assert drafts.of(registry, person, BUYER) == []
    someone = registry.who("Somebody", BUYER)
    drafts.keep(registry, someone, BUYER, "SKO-2023", {"course": "b"})
    registry.erase(someone)
    assert drafts.of(registry, someone, BUYER) == []


def test_of_very_many_drafts_the_oldest_go(ledger):
    for number in range(DRAFTS + 3):
        drafts.keep(ledger.registry, "p-1", BUYER, "SKO-2023", {"course": str(number)})
    kept = drafts.of(ledger.registry, "p-1", BUYER)
    assert len(kept) == DRAFTS


def test_an_agreement_that_is_begun_is_kept_gone_on_with_and_gone_when_it_is_registered(ledger):
    manager = Browser(create_app(ledger=ledger, demo=True))
    manager.post("/session", role="manager")
    before, new = recorded(ledger.store), "/agreements/new"
    kept = send(manager, new, "keep", title="Ledarskap", cap="en halv miljon")
    there = kept.location
    assert re.fullmatch(rf"{new}\?draft=[0-9a-f]{{32}}", there)
    assert 'name="cap" value="en halv miljon"' in manager.get(there).text
    todo = manager.get("/")
    assert "Ledarskap a new agreement" in words(todo)
    assert f'href="{there}"' in todo.text
    assert recorded(ledger.store) == before
    typed = {
        **{"number": "AVT-2027", "title": "Ledarskap", "cap": "500 000", "regime": "outside_lou"},
        **{"signed_on": "2024-01-01", "starts_on": "2024-01-01", "ends_on": "2025-12-31"},
        **{"buyers-0-organisation": BUYER, "buyers-0-name": "Kommunen"},
        **{"suppliers-0-organisation": "2021004524", "suppliers-0-name": "Lärosätet"},
    }
    asked = send(manager, there, "send", **typed)
    assert "Registrera avtalet" in words(asked)
    assert "State(" not in asked.text
    assert recorded(ledger.store) == before
    done = manager.client.post(there, data={**hidden(asked), "do": "sure"})
    assert done.status_code == 303, words(done)
    assert "draft" not in words(manager.get("/")).lower()
    assert manager.get(there).status_code == 404


def test_a_draft_of_an_agreement_is_erased_by_its_button_and_is_not_an_orders(orderer, ledger):
    manager = Browser(create_app(ledger=ledger, demo=True))
    manager.post("/session", role="manager")
    there = send(manager, "/agreements/new", "keep", title="Ledarskap").location
    assert manager.get(f"{AT}?{there.partition('?')[2]}").status_code == 404
    assert send(manager, there, "drop").status_code == 303
    assert manager.get(there).status_code == 404
