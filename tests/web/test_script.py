"""What pages ask for with a script: vendored as it came, small, and never needed."""

import hashlib
import re
from pathlib import Path

import ledger.web
from tests.web.test_pages import Browser, finance, played, words

__all__ = ["finance", "played"]

STATIC = Path(ledger.web.__file__).parent / "static"
HTMX = {"HX-Request": "true"}


def test_what_is_vendored_is_as_it_came():
    for folder in (STATIC / "vendor").iterdir():
        told = (folder / "VENDORED.md").read_text()
        for name, digest in re.findall(r"^\| `([\w.-]+)` \|.*`([0-9a-f]{64})` \|$", told, re.M):
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        assert (folder / "LICENSE").exists()


def test_our_own_script_is_small_and_evaluates_nothing():
    script = (STATIC / "avrop.js").read_text()
    assert len(script.splitlines()) < 120
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write", script)


def form_of(page) -> dict[str, str]:
    form = page.text.partition('id="act-form"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def calculated(browser, **typed):
    hidden = form_of(browser.get("/agreements/SKO-2023/order"))
    data = {**hidden, **typed, "do": "calculate"}
    return browser.client.post(
        "/agreements/SKO-2023/order", data=data, headers={**HTMX, "Accept-Language": "en"}
    )


def test_the_effect_is_answered_by_itself_while_the_form_is_filled_in(played):
    browser = Browser(played)
    browser.post("/session", role="orderer")
    lines = {"lines-0-kind": "delivery", "lines-0-amount": "10000"}
    fits = calculated(browser, course="Kurs", **lines)
    assert fits.status_code == 200
    assert "<html" not in fits.text
    assert "How it affects the agreement" in words(fits)
    assert "HX-Request" in fits.headers["Vary"]
    over = calculated(browser, course="Kurs", **{**lines, "lines-0-amount": "90000000"})
    assert over.status_code == 409
    assert "Would fit" in words(over)
    assert "<html" not in over.text
    bare = calculated(browser)
    assert bare.status_code == 422
    assert "when what is needed is filled in" in words(bare)


def test_a_part_that_is_asked_for_when_the_session_is_over_is_no_sign_in_page(played):
    answer = Browser(played).client.get("/search?q=x", headers=HTMX)
    assert answer.status_code == 401


def test_single_keys_are_told_and_can_be_turned_off(finance):
    page = finance.get("/agreements")
    assert '<body data-keys="on">' in page.text
    assert set(re.findall(r'data-key="(\w)"', page.text)) == {"a", "o", "f"}
    assert 'id="keys-told"' in page.text
    page = finance.post("/choices", page="/agreements", next="/agreements")
    assert '<body data-keys="off">' in page.text
    assert 'id="keys-told"' not in page.text
