"""The first face in a real Chromium, without JavaScript, as somebody from the street sees it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from ledger.clock import day_of, system
from ledger.demo import PROGRAMMES
from ledger.wording import kronor

AXE = Path(__file__).parent / "axe" / "axe.min.js"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where `avrop serve --demo` answers, on a ledger of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("served")
    environment = {**os.environ, "AVROP_DATABASE": f"sqlite:///{folder}/avrop.db"}
    command = [sys.executable, "-m", "ledger", "serve", "--demo", "--port", str(port)]
    with (folder / "output").open("wb") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    there = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{there}/healthz", server, folder / "output")
        yield there
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def wait_for(url: str, server: subprocess.Popen, output: Path) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        try:
            direct.open(url, timeout=5)
        except OSError:
            assert server.poll() is None, output.read_text()
            time.sleep(0.1)
        else:
            return
    raise AssertionError(output.read_text())


@pytest.fixture(scope="module")
def figures():
    """What the demonstration comes to on any day."""
    kronor_of = {"reserved": 121_000, "committed": 190_000, "drawn": 979_000, "remaining": 860_000}
    return {term: spaced(kronor(amount * 100, "SEK")) for term, amount in kronor_of.items()}


@pytest.fixture(scope="module")
def before():
    """A day two years ago, when two orders had been invoiced."""
    today = day_of(system())
    return date(today.year - 2, today.month, 1).isoformat()


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, address):
    context = chromium.new_context(base_url=address, java_script_enabled=False, locale="sv-SE")
    yield context.new_page()
    context.close()


def test_one_click_leads_to_what_is_left_and_to_why(page, figures):
    page.goto("/")
    page.get_by_role("button", name="Ekonom").click()
    left = page.get_by_role("table", name="Vad som är kvar av varje avtal")
    row = left.get_by_role("row", name="SKO-2023")
    assert figures["remaining"].removesuffix(" kr") in spaced(row.inner_text())
    row.get_by_role("link", name="SKO-2023").click()
    page.wait_for_url("**/agreements/SKO-2023")
    formula = spaced(page.locator(".formula").inner_text())
    assert formula.replace("\n", "") == (
        "Takvolym2 150 000 kr−Reserverat{reserved}−Intecknat{committed}−Fakturerat{drawn}"
        "=Kvarvarande utrymme{remaining}".format_map(figures)
    )
    parts = page.get_by_role("navigation", name="Avtalets delar")
    assert parts.locator("[aria-current=page]").inner_text() == "Översikt"
    parts.get_by_role("link", name="Gränser").click()
    expect(page.get_by_role("table", name="Takvolymen")).to_be_visible()
    parts.get_by_role("link", name="Avrop").click()
    expect(page.get_by_role("table").locator("tbody tr")).to_have_count(6)
    parts.get_by_role("link", name="Tidslinje").click()
    expect(page.locator("main")).to_contain_text("avbokade platser: 2")


def test_a_day_in_the_past_is_asked_for_in_the_form(page, figures, before):
    page.goto("/")
    page.get_by_role("button", name="Revisor").click()
    page.goto("/agreements/SKO-2023")
    page.locator("summary", has_text="Visa läget per").click()
    page.get_by_label("Visa läget per", exact=True).fill(before)
    page.get_by_role("button", name="Visa", exact=True).click()
    expect(page).to_have_url(re.compile(f"as_of={before}"))
    expect(page.locator(".formula")).to_contain_text("1 471 000 kr")
    page.get_by_role("link", name="Till i dag", exact=True).click()
    expect(page.locator(".formula")).to_contain_text(figures["remaining"])


def test_the_language_changes_and_the_page_stays(page, before):
    page.goto("/")
    page.get_by_role("button", name="Beställare").click()
    page.goto(f"/agreements/SKO-2023?as_of={before}")
    page.locator(".account summary").click()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="What is left")).to_be_visible()
    assert page.url.endswith(f"/agreements/SKO-2023?as_of={before}")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Choose who to be")).to_be_visible()


def test_the_keyboard_reaches_the_content_first(page):
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_reference_needs_nothing_that_its_policy_forbids(chromium, address, javascript):
    context = chromium.new_context(base_url=address, java_script_enabled=javascript, locale="sv")
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/")
    page.get_by_role("link", name="API", exact=True).click()
    page.get_by_role("link", name="POST /api/v1/agreements/{number}/orders", exact=True).click()
    page.wait_for_url("**/api/reference/orders#orders_place")
    page.get_by_role("link", name="PlaceOrder").first.click()
    expect(page.get_by_role("heading", name="PlaceOrder")).to_be_visible()
    page.goto("/problems")
    page.get_by_role("link", name="Mer än vad som ryms inom en gräns").click()
    page.wait_for_url("**/problems/cap-exceeded")
    context.close()
    assert said == []


def test_the_check_of_accessibility_finds_a_fault(chromium):
    page = chromium.new_page()
    page.set_content('<html><body><img src="data:,"><p style="color:#eee">pale</p></body></html>')
    assert {"image-alt", "html-has-lang", "color-contrast"} <= {fault[1] for fault in faults(page)}
    page.close()


def faults(page) -> list[tuple[str, str, str]]:
    """What axe-core finds amiss. What it finds in order is told of in no detail: to write down each
    sound element, and how it is found, takes three times as long as to look at all of them."""
    page.add_script_tag(path=AXE)
    result = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', "
        "'best-practice'], resultTypes: ['violations']})"
    )
    return [
        (page.url, rule["id"], node["html"][:200])
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def spaced(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_each_of_the_demonstrations_people_has_a_button(page):
    page.goto("/")
    everybody = sum(len(programme.people) for programme in PROGRAMMES)
    expect(page.locator("button[name=role]")).to_have_count(everybody)
