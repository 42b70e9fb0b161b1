"""Help for whoever comes, and what is said of accessibility."""

import re

import pytest
from msgspec.structs import replace

from ledger.web import create_app
from ledger.web.pages.help.topics import TOPICS, WORDS
from tests.web.test_pages import Browser, played, words

__all__ = ["played"]


def steps_of(page) -> str:
    return page.text.partition('<ol class="stack-small">')[2].partition("</ol>")[0]


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_topic_is_told_also_to_a_stranger_and_leads_nowhere_then(played, language):
    stranger = Browser(played)
    contents = stranger.get("/help", language=language).text
    for name in TOPICS:
        assert f'href="/help/{name}"' in contents
        page = stranger.get(f"/help/{name}", language=language)
        assert page.status_code == 200
        steps = steps_of(page)
        assert steps.count("<li>") == len(TOPICS[name].steps)
        assert "href" not in steps
    told = stranger.get("/help/words", language=language).text
    assert told.partition('<dl class="facts">')[2].count("<dt>") >= len(WORDS)
    assert stranger.get("/help/elsewhere").status_code == 404


@pytest.mark.parametrize(
    ("role", "first"),
    [("orderer", "order"), ("supplier", "answer"), ("finance", "invoices"),
     ("approver", "attest"), ("manager", "order"), ("auditor", "audit"), ("admin", "administer")],
)  # fmt: skip
def test_one_s_own_work_comes_first_and_its_links_open(played, role, first):
    browser = Browser(played)
    browser.post("/session", role=role)
    contents = browser.get("/help").text
    assert re.search(r'href="/help/(\w+)"', contents.partition("<main")[2])[1] == first
    for address in re.findall(r'href="([^"]+)"', steps_of(browser.get(f"/help/{first}"))):
        assert browser.get(address).status_code == 200, address


def test_the_statement_names_who_runs_the_ledger_and_where_faults_are_told(harnosand):
    said = words(Browser(create_app(ledger=harnosand)).get("/accessibility"))
    assert "AVROP_OPERATOR" in said
    assert "AVROP_CONTACT" in said
    settings = replace(harnosand.settings, operator="Härnösands kommun", contact="it@example.se")
    named = Browser(create_app(ledger=replace(harnosand, settings=settings)))
    said = words(named.get("/accessibility"))
    assert "Härnösands kommun is responsible" in said
    assert "Write to it@example.se" in said
    assert 'href="https://www.digg.se/tdosanmalan"' in named.get("/accessibility").text
