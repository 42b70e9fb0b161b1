"""The parts of an agreement, each at an address of its own, in the demonstration that lives."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from ledger.config import read
from ledger.demo import PROGRAMMES, living
from ledger.opening import open_ledger
from ledger.web import create_app
from tests.web.test_pages import Browser, words

NOW = datetime(2027, 3, 15, 9, tzinfo=UTC)
PARTS = (
    *("", "/orders", "/invoices", "/limits", "/amendments", "/members", "/funding", "/suppliers"),
    *("/statement", "/timeline", "/documents"),
)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The whole demonstration, as it is on a day."""
    folder = tmp_path_factory.mktemp("lived")
    opened = open_ledger(read({"AVROP_DATABASE": f"sqlite:///{folder}/avrop.db"}), lambda: NOW)
    opened.create()
    living.play(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(lived):
    return create_app(ledger=lived, demo=True)


def as_role(app, role: str) -> Browser:
    browser = Browser(app)
    assert browser.post("/session", role=role).status_code == 200
    return browser


def linked(page) -> dict[str, str]:
    """The links under the title: label and address."""
    found = page.text.partition('<nav class="sections')[2].partition("</nav>")[0]
    pairs = re.findall(r'href="([^"]+)"[^>]*>\s*([^<]+)<', found)
    return {label.strip(): unescape(address) for address, label in pairs}


@pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda one: one.name)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_part_of_every_agreement_is_shown_to_whoever_may_read_it(app, programme, language):
    for role in programme.people:
        browser = as_role(app, f"{programme.name}.{role}")
        for time in ({}, {"as_of": "2027-01-01"}, {"known_at": "2027-02-01T12:00"}):
            there = f"/agreements/{programme.number}"
            page = browser.get(there, language, **time)
            assert page.status_code == 200, words(page)
            for label, address in linked(page).items():
                part = browser.get(address, language)
                assert part.status_code == 200, (role, label, words(part))
                assert 'aria-current="page"' in part.text.partition('<nav class="sections')[2]
                assert part.text.count('name="known_at"') <= 3
            for path in PARTS:
                assert browser.get(there + path, language, **time).status_code in (200, 403)
