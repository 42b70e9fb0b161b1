"""An agreement amended and its shares moved, in a real Chromium without JavaScript."""

import threading

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from ledger.config import read
from ledger.demo import living
from ledger.opening import open_ledger
from ledger.web import create_app
from tests.browser.test_first_face import (
    chromium,
    pytestmark,  # noqa: F401
    spaced,
)
from tests.people import let_in

__all__ = ["chromium"]

SAFFLE = "2120001900"


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lived")
    opened = open_ledger(read({"AVROP_DATABASE": f"sqlite:///{folder}/avrop.db"}))
    opened.create()
    living.play(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def address(lived):
    """Where the demonstration is served from here, so that a test can let somebody else in."""
    server = make_server("127.0.0.1", 0, create_app(ledger=lived, demo=True), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def page(chromium, address):
    context = chromium.new_context(base_url=address, java_script_enabled=False, locale="sv-SE")
    yield context.new_page()
    context.close()


def test_an_amendment_is_previewed_refused_recorded_as_uncovered_and_made(page):
    page.goto("/")
    page.locator("button[name=role][value=manager]").click()
    page.goto("/agreements/SKO-2023")
    page.get_by_role("navigation", name="Avtalets delar").get_by_role(
        "link", name="Ändringar"
    ).click()
    page.get_by_role("link", name="Ändra", exact=True).click()
    expect(page.locator("main")).to_contain_text("Hittills 150 000 kr av 200 000 kr.")
    page.get_by_role("textbox", name="Takvolym").fill("2 210 000")
    page.get_by_label("17 kap. 9 §: värdet ändras lite").check()
    page.get_by_label("Beslut", exact=True).fill("KS 2031/7")
    page.get_by_role("button", name="Förhandsgranska").click()
    page.locator("#test").wait_for()
    told = spaced(page.locator("main").inner_text())
    assert "denna ändring 60 000 kr → 210 000 kr" in told
    assert "ryms inte" in told
    assert page.get_by_role("textbox", name="Takvolym").input_value() == "2 210 000"
    page.get_by_label("Registrera som ej täckt; ändrar inget").check()
    page.get_by_role("button", name="Ändra", exact=True).click()
    assert page.get_by_role("status").inner_text().startswith("Ändra: SKO-2023")
    page.goto("/agreements/SKO-2023/amend")
    page.get_by_role("textbox", name="Takvolym").fill("2 160 000")
    page.get_by_label("17 kap. 9 §: värdet ändras lite").check()
    page.get_by_label("Beslut", exact=True).fill("KS 2031/8")
    page.get_by_role("button", name="Förhandsgranska").click()
    page.locator("#test").wait_for()
    assert "2 160 000" in page.get_by_role("textbox", name="Takvolym").input_value()
    assert "160 000 kr (under 10 % av värdet): ryms" in spaced(
        page.locator("#test + p").inner_text()
    )
    page.get_by_role("button", name="Ändra", exact=True).click()
    page.get_by_role("status").wait_for()
    page.goto("/agreements/SKO-2023/amendments")
    rows = spaced(page.get_by_role("table").first.inner_text())
    assert "ej täckt, ändrar inget" in rows
    assert "2 160 000" in rows


def test_the_other_of_two_members_accepts_a_move_of_a_share(page, lived):
    token = let_in(lived, "Säffles avtalsansvariga", SAFFLE, ("manager",))
    page.goto("/")
    page.get_by_text("Logga in med åtkomstnyckel", exact=True).click()
    page.locator("input[name=token]").fill(token)
    page.get_by_role("button", name="Logga in med åtkomstnyckeln").click()
    page.goto("/agreements/TRA-2017")
    page.get_by_role("navigation", name="Avtalets delar").get_by_role(
        "link", name="Medlemmar"
    ).click()
    moves = page.get_by_role("table", name="Flyttar av andelar som väntar på svar")
    moves.get_by_role("link", name="Godta flytten").click()
    page.get_by_role("button", name="Räkna").click()
    expect(page.get_by_role("heading", name="Så påverkas avtalet")).to_be_visible()
    page.get_by_role("button", name="Godta flytten").click()
    page.get_by_role("status").wait_for()
    page.goto("/agreements/TRA-2017/members")
    row = spaced(page.get_by_role("row", name="Säffle kommun").inner_text())
    assert "288 000" in row
    expect(moves).to_have_count(0)
