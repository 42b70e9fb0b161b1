"""The frame of every page: where it stands, who is signed in, what they chose, whom to ask."""

import re
from html import unescape

import pytest

from ledger import __version__, people
from ledger.demo import people as people_of_demonstration
from tests.people import let_in, person_of
from tests.web.test_pages import Browser, finance, played, words

__all__ = ["finance", "played"]

INVOICE = "/invoices/2021004524.90012345.2024-03-25.380"


def crumbs(page) -> list[str]:
    """The pages above a page and the page itself, by what they are called."""
    found = page.text.partition('<nav class="crumbs')[2].partition("</nav>")[0]
    texts = re.findall(r"<li[^>]*>(.*?)</li>", found, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", text)).strip() for text in texts]


@pytest.mark.parametrize(
    ("path", "stands"),
    [
        ("/", []),
        ("/agreements", ["Home", "Framework agreements"]),
        ("/agreements/SKO-2023", ["Home", "Agreements", "SKO-2023"]),
        ("/agreements/sko-2023/sheet",
         ["Home", "Agreements", "SKO-2023", "How to invoice SKO-2023"]),
        ("/orders", ["Home", "Orders"]),
        ("/orders/SKO-2023-0001/sheet",
         ["Home", "Agreements", "SKO-2023", "SKO-2023-0001", "How to invoice SKO-2023-0001"]),
        (INVOICE, ["Home", "Invoices", "Invoice 90012345"]),
        ("/invoices/queue", ["Home", "Invoices", "Queue"]),
        ("/problems/busy", ["Home", "Problems", "Too many at the same time"]),
        ("/nowhere", ["Home", "That did not work"]),
    ],
)  # fmt: skip
def test_each_page_says_where_it_stands(finance, path, stands):
    assert crumbs(finance.get(path)) == stands


def test_every_template_can_be_read(played):
    templates = played.jinja_env
    for name in templates.list_templates(extensions=("html",)):
        templates.get_template(name)


def test_an_acts_page_stands_below_what_it_is_done_to(played):
    browser = Browser(played)
    browser.post("/session", role="approver")
    assert crumbs(browser.get(f"{INVOICE}/reverse"))[:3] == ["Home", "Invoices", "90012345"]


def test_the_crumbs_keep_the_times(finance):
    page = finance.get("/agreements/SKO-2023/why", as_of="2024-06-30")
    found = page.text.partition('<nav class="crumbs')[2].partition("</nav>")[0]
    links = re.findall(r'href="([^"]+)"', found)
    assert len(links) == 3
    assert all(link.endswith("as_of=2024-06-30") for link in links)


def test_who_is_signed_in_is_told_by_name_organisation_and_roles(finance, played):
    page = finance.get("/agreements")
    mine = page.text.partition('class="fold account"')[2].partition("</details>")[0]
    assert "Härnösands kommun" in mine
    assert ">finance<" in mine
    assert "account" not in Browser(played).get("/").text
    swedish = finance.get("/agreements", "sv")
    assert ">ekonom<" in swedish.text


def test_who_acts_for_an_organisation_without_agreements_is_told_its_number(played, harnosand):
    browser = Browser(played)
    browser.post("/session", token=let_in(harnosand, "A", "2120000787", ("finance",)))
    mine = browser.get("/agreements").text.partition('class="fold account"')[2]
    assert "2120000787" in mine.partition("</details>")[0]


def test_the_version_and_the_checkpoint_are_told_to_those_who_are_signed_in(finance, played):
    read = words(finance.get("/agreements"))
    assert f"Version {__version__}" in read
    assert "No checkpoint is signed" in read
    assert "Version" not in words(Browser(played).get("/"))


def test_a_page_that_needs_another_role_names_it_and_whom_to_ask(played, harnosand):
    browser = Browser(played)
    of = people_of_demonstration(harnosand.service, harnosand.registry)["admin"].person
    people.erase(harnosand.service, harnosand.registry, of)
    browser.post("/session", role="orderer")
    page = browser.get("/invoices/queue")
    assert page.status_code == 403
    read = words(page)
    assert "This needs one of the roles finance, auditor, admin; you have orderer." in read
    assert "Ask whoever runs the ledger." in read
    let_in(harnosand, "Ylva Systemägare", "2120002403", ("admin",))
    let_in(harnosand, "Annan Kommun", "2120000787", ("admin",))
    let_in(harnosand, "Slutat Sedan", "2120002403", ("admin",))
    people.erase(harnosand.service, harnosand.registry, person_of(harnosand, "Slutat Sedan"))
    read = words(browser.get("/invoices/queue"))
    assert "Ask: Ylva Systemägare." in read
    swedish = words(browser.get("/invoices/queue", "sv"))
    assert "Fråga: Ylva Systemägare." in swedish
    assert "orderer" not in swedish


def test_what_a_reader_chose_is_kept_in_their_browser(finance):
    assert 'data-color-scheme="auto"' in finance.get("/agreements").text
    page = finance.post("/choices", page="/agreements", colours="dark", next="/orders")
    assert page.request.path == "/orders"
    assert 'data-color-scheme="dark"' in page.text
    assert not re.search(r'id="keys"[^>]*checked', page.text)
    kept = finance.client.get_cookie("avrop_colours")
    assert (kept.http_only, kept.same_site) == (True, "Lax")
    page = finance.post("/choices", page="/agreements", colours="pink", keys="on", next="//x.org")
    assert 'data-color-scheme="auto"' in page.text
    assert page.request.path == "/"
    assert re.search(r'id="keys"[^>]*checked', page.text)


def test_the_main_act_stands_by_the_heading_and_only_there(played):
    browser = Browser(played)
    browser.post("/session", role="manager")
    page = browser.get("/orders/SKO-2023-0001")
    heading = page.text.partition("<h1")[2].partition("<section")[0]
    (main,) = re.findall(r'<a class="ds-button push no-print" href="([^"]+)"', heading)
    assert page.text.count(f'href="{main}"') == 1
