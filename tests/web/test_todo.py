"""What the first page tells each role to do, by kind, with where it is done."""

import re
from html import unescape

import pytest

from ledger.demo import PEOPLE
from ledger.web import create_app
from ledger.web.pages.start import SOME
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, SUPPLIER
from tests.people import let_in
from tests.web.test_pages import Browser, words


@pytest.fixture(scope="module")
def app(lived):
    return create_app(ledger=lived, demo=True)


def captions(page) -> dict[str, int]:
    """Kind of thing → how many of it there are, as its table is called."""
    found = re.findall(r"<caption[^>]*>([^<]+) \((\d+)\)</caption>", page.text)
    return {called.replace("&#39;", "'"): int(count) for called, count in found}


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_count_of_the_heading_is_of_what_the_role_itself_is_to_do(app, role, language):
    browser = Browser(app)
    browser.post("/session", role=role)
    page = browser.get("/", language)
    (heading,) = re.findall(r"<h1[^>]*>[^<]*\((\d+)\)", page.text)
    assert int(heading) > 0
    others = {"For others to approve", "Attesteras av andra"}
    others |= {"The counter-offer waits for the buyer", "Motförslaget väntar på köparen"}
    others |= {"The invoice waits for the buyer's approval", "Fakturan väntar på köparens attest"}
    others |= {"Delivered, and not invoiced yet", "Klart, ej fakturerat"}
    mine = [count for called, count in captions(page).items() if called not in others]
    assert int(heading) == sum(mine)
    for address in re.findall(r'<th scope="row"><a class="ds-link" href="([^"]+)"', page.text):
        assert browser.get(address, language).status_code == 200, address


def test_a_supplier_is_told_what_waits_for_the_buyer(app):
    browser = Browser(app)
    browser.post("/session", role="supplier")
    found = captions(browser.get("/"))
    assert found["The counter-offer waits for the buyer"] == 1
    assert found["The invoice waits for the buyer's approval"] >= 1


@pytest.mark.parametrize(
    ("role", "called"),
    [
        ("finance", "Delivered, and not invoiced yet"),
        ("supplier", "Invoice what is delivered"),
    ],
)
def test_what_is_delivered_and_not_invoiced_is_told_as_the_list_of_orders_tells_it(
    app, role, called
):
    browser = Browser(app)
    browser.post("/session", role=role)
    start = browser.get("/")
    listed = browser.get("/orders?status=to-invoice").text.partition("<tbody>")[2]
    listed = set(re.findall(r'href="/orders/([A-Z]+-\d+-\d+)', listed))
    assert captions(start)[called] == len(listed) > 0
    told = start.text.partition(called)[2].partition("</table>")[0]
    assert set(re.findall(r'href="/orders/([A-Z]+-\d+-\d+)"', told)) == listed
    # One that is invoiced in part, with an invoice that waits: only the rest is left to invoice.
    assert "18 000 kr left to invoice" in words(start)
    assert "12 000 kr waits for approval" in words(browser.get("/orders?status=to-invoice"))


def test_the_latest_that_happened_leads_to_its_place_in_the_timeline(app):
    for role in ("finance", "supplier"):
        browser = Browser(app)
        browser.post("/session", role=role)
        told = browser.get("/").text.partition('id="latest"')[2]
        assert told.count("<li ") == 3
        (address, *_) = re.findall(r'href="([^"]+timeline[^"]+)"', told)
        there, _, fact = unescape(address).partition("#")
        assert f'id="{fact}"' in browser.get(there).text
        assert "Birgitta Norrsken" not in told or role == "finance"
    assert 'id="latest"' not in browser.get("/?as_of=2026-01-01").text


def test_of_many_the_first_are_shown_and_one_click_shows_all(ledger, api):
    api("manager").post("/agreements", AGREEMENT)
    for _ in range(SOME + 2):
        assert api("orderer").post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    browser = Browser(create_app(ledger=ledger, demo=True))
    browser.post("/session", role="supplier")
    page = browser.get("/")
    called = "Answer the order"
    assert captions(page)[called] == SOME + 2
    assert page.text.count("/orders/SKO-2023-") == SOME
    everything = browser.get("/?all=answer-order")
    assert everything.text.count("/orders/SKO-2023-") == SOME + 2
    assert f"Show all {SOME + 2}" in words(page)
    assert "Show all" not in words(everything)


def test_who_ordered_hears_why_the_invoice_is_for_another_to_approve(ledger, api):
    api("manager").post("/agreements", AGREEMENT)
    api("orderer").post("/agreements/SKO-2023/orders", ORDER)
    api("supplier").post("/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-11-28"})
    assert api("approver").post("/orders/SKO-2023-0001/drawdowns", INVOICE).status_code == 403
    assert api("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE).status_code == 201
    token = let_in(ledger, f"finance {BUYER}", BUYER, ("approver",))
    browser = Browser(create_app(ledger=ledger))
    page = browser.post("/session", token=token)
    assert captions(page) == {"For others to approve": 1}
    assert "To do (0)" in words(page)
    assert "Nothing waits for you." in words(page)


SOON = {
    **ORDER,
    "starts_on": "2027-09-02",
    "ends_on": "2027-09-03",
    "lines": [{"kind": "delivery", "amount": "60000.00", "year": 2027}],
}


@pytest.mark.parametrize("role", ["orderer", "supplier"])
def test_whoever_has_nothing_to_do_is_told_of_the_next_course(ledger, api, role):
    api("manager").post("/agreements", AGREEMENT)
    for course, day in (("Later", "2027-09-03"), ("Sooner", "2027-09-02"), ("Not taken", "")):
        order = {**SOON, "course": course, "starts_on": day or "2027-09-01"}
        number = api("orderer").post("/agreements/SKO-2023/orders", order).json["number"]
        act, body = ("confirm", {}) if day else ("decline", {"reason": "Full"})
        answer = api("supplier").post(f"/orders/{number}/{act}", body)
        assert answer.status_code == 200
    browser = Browser(create_app(ledger=ledger))
    of = BUYER if role == "orderer" else SUPPLIER
    page = browser.post("/session", token=let_in(ledger, f"{role} {of}", of, (role,)))
    assert "Next: the course starts 2027-09-02, SKO-2023-0002 Sooner ." in words(page)
    assert "Next:" not in words(browser.get("/?as_of=2027-08-30"))


def test_a_list_of_what_has_no_day_has_no_column_of_days(app):
    browser = Browser(app)
    browser.post("/session", role="auditor")
    page = browser.get("/").text
    tables = dict(re.findall(r'<table[^>]*todo.*?id="([a-z-]+)">(.*?)</table>', page, re.DOTALL))
    assert "At the latest" in tables["appointed"]
    assert "At the latest" not in tables["attempt"]
    assert tables["attempt"].count("<td") == 0


def test_an_order_is_placed_again_with_all_but_its_days(ledger, api):
    api("manager").post("/agreements", AGREEMENT)
    first = api("orderer").post("/agreements/SKO-2023/orders", ORDER).json
    browser = Browser(create_app(ledger=ledger, demo=True))
    browser.post("/session", role="orderer")
    page = browser.get(f"/orders/{first['number']}")
    (again,) = re.findall(r'href="([^"]+again=[^"]+)"', page.text)
    form = browser.get(again).text
    assert f'name="course" value="{ORDER["course"]}"' in form
    assert 'name="starts_on" value=""' in form
    amounts = re.findall(r'name="lines-\d-amount" value="([^"]*)"', form)
    asked = [line.get("amount", "") for line in ORDER["lines"]]
    assert len([one for one in amounts if one]) == len([one for one in asked if one])
    assert browser.get("/agreements/SKO-2023/order?again=SKO-2023-9999").status_code == 404
