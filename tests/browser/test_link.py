"""An order that is answered by a link out of a mail, in a real browser: it bars nobody, and one
press of a button is the answer."""

import threading

import pytest
from werkzeug.serving import make_server

from ledger.application import by_link
from ledger.outbox import following, linking
from ledger.registry import outbox
from tests.browser.test_accessibility import OPENED, WIDTHS
from tests.browser.test_first_face import (
    chromium,
    faults,
    pytestmark,  # noqa: F401
)
from tests.conftest import AGREEMENT, SUPPLIER
from tests.outbox.test_mail import TERM, THEIRS, place

__all__ = ["chromium"]


@pytest.fixture
def served(api):
    server = make_server("127.0.0.1", 0, api.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def looked_at(page):
    """What bars somebody on a page, and how it fits."""
    page.evaluate(OPENED)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    return faults(page)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_link_is_read_and_answered_with_one_press(chromium, served, ledger, api):
    api("manager").post("/agreements", {**AGREEMENT, **TERM})
    api("supplier").post(f"/organisations/{SUPPLIER}/address", {"address": THEIRS})
    number = place(api)["number"]
    state = ledger.service.load(f"order/{number}")[1]
    secret, link = linking.made(ledger, state, "0123456789abcdef", following._calendar(ledger))
    message = outbox.Message(id="0" * 32, kind="again", whose=SUPPLIER, figures={"link": link.id})
    outbox.keep(ledger.registry, [message], [(secret, link)])
    context = chromium.new_context(base_url=served, locale="sv", bypass_csp=True)
    page = context.new_page()
    page.goto(f"/answer/{secret}")
    assert looked_at(page) == []
    assert by_link.standing(ledger, secret).works
    page.get_by_role("button", name="Bekräfta").click()
    page.wait_for_load_state()
    assert "är besvarat" in page.title()
    assert looked_at(page) == []
    assert by_link.standing(ledger, secret).why == "used"
    page.goto(f"/answer/{'x' * 43}")
    assert looked_at(page) == []
    context.close()
