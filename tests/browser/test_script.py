"""What the script adds, in a real Chromium under the pages' own policy."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_first_face import CHROMIUM, address, chromium

__all__ = ["address", "chromium"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture
def page(chromium, address):
    """Signed in as somebody who orders; nothing may be said in the console."""
    context = chromium.new_context(base_url=address, locale="sv-SE")
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/")
    page.locator("button[value=orderer]").click()
    page.locator(".account").wait_for()
    page.wait_for_load_state()
    yield page
    context.close()
    assert [one for one in said if "status of 4" not in one] == []


def test_keys_search_and_go_and_do_nothing_in_fields(page):
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/agreements")
    page.keyboard.press("?")
    assert page.locator("#keys-told").get_attribute("open") is not None
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("/go")
    assert page.locator("#search").input_value() == "/go"
    assert page.url.endswith("/agreements")


def test_suggestions_come_while_one_types_and_go_with_escape(page):
    page.locator("#search").press_sequentially("SKO-2023")
    link = page.locator("#suggested a", has_text="SKO-2023").first
    link.wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("#suggested a")).to_have_count(0)


def test_the_effect_follows_what_is_typed_and_what_is_unsent_is_warned_of(page):
    page.goto("/agreements/SKO-2023/order")
    page.locator("[name=course]").fill("Kurs")
    page.locator("[name=lines-0-kind]").fill("delivery")
    page.locator("[name=lines-0-amount]").fill("10 000")
    page.locator("[name=lines-0-amount]").press("Tab")
    page.locator("#effect-box table").wait_for()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Hem").click()
    page.wait_for_url(lambda url: "order" not in url)
    assert asked == ["beforeunload"]


def test_what_was_typed_survives_the_end_of_the_session(page):
    page.goto("/agreements/SKO-2023/order")
    page.locator("[name=course]").fill("Kursen som blev kvar")
    kept = [one for one in page.context.cookies() if one["name"] != "avrop_session"]
    page.context.clear_cookies()
    page.context.add_cookies(kept)
    page.locator("button[name=do][value=send]").last.click()
    page.get_by_text("Det du skrev finns kvar").wait_for()
    page.locator("button[value=orderer]").click()
    page.wait_for_url("**/agreements/SKO-2023/order")
    assert page.locator("[name=course]").input_value() == "Kursen som blev kvar"
