"""The pages of an import: the template, a check with its faults, then all of it or nothing."""

import io
import re
import time

import pytest

from ledger.documents import workbook
from ledger.web import create_app
from tests.application.test_importing import AGREEMENT, BALANCE, ORDER, book
from tests.conftest import BUYER, recorded
from tests.people import let_in
from tests.web.test_pages import Browser, words

PAGE = "/settings/import"


@pytest.fixture
def manager(ledger, clock):
    return browser_of(ledger, "manager")


def browser_of(ledger, role, organisation=BUYER):
    browser = Browser(create_app(ledger=ledger))
    token = let_in(ledger, f"{role} {organisation}", organisation, (role,))
    assert browser.post("/session", token=token).status_code == 200
    return browser


def sent(browser, content: bytes, name: str = "avtal.xlsx"):
    return browser.post(PAGE, page=PAGE, workbook=(io.BytesIO(content), name))


def ended(browser, response):
    """The page of a job once it no longer runs."""
    path = response.request.path
    for _ in range(200):
        page = browser.get(path)
        if 'id="progress" hx-get' not in page.text:
            return page, path
        time.sleep(0.05)
    raise AssertionError("it runs for ever")


def test_the_template_is_a_workbook_with_its_sheets_in_the_visitors_language(manager):
    for language, called in (("sv", "Ingående balanser"), ("en", "Opening balances")):
        fetched = manager.get(f"{PAGE}/template", language)
        assert fetched.status_code == 200
        assert called in workbook.opened(fetched.data).names


def test_a_file_is_checked_and_then_all_of_it_is_recorded(manager, ledger):
    before = recorded(ledger.store)
    page, path = ended(manager, sent(manager, book(agreements=[AGREEMENT], orders=[ORDER])))
    assert "Nothing stands in the way" in words(page)
    assert recorded(ledger.store) == before
    page, _ = ended(manager, manager.post(path, page=path, do="import"))
    assert "Everything is recorded" in words(page)
    assert manager.get("/agreements/SKO-2023").status_code == 200
    assert "import" in words(manager.get(PAGE))


def test_faults_are_told_at_their_places_and_there_is_no_button(manager, ledger):
    wrong = {**BALANCE, "amount": 3_000_000}
    page, path = ended(manager, sent(manager, book(agreements=[AGREEMENT], balances=[wrong])))
    told = words(page)
    assert "Sheet Ingående balanser, row 2, column C, Belopp" in told
    assert 'value="import"' not in page.text
    assert "Fault" in re.search(r"<title>(.*?)</title>", page.text)[1]
    assert manager.post(path, page=path, do="import").status_code == 404


def test_what_is_no_workbook_is_refused_in_words(manager):
    page, _ = ended(manager, sent(manager, b"Avtal;Belopp", "avtal.csv"))
    assert "The file is no workbook" in words(page)
    nothing = manager.post(PAGE, page=PAGE)
    assert nothing.status_code == 422
    assert "Choose a file" in words(nothing)


def test_the_same_file_is_imported_once(manager):
    content = book(agreements=[AGREEMENT])
    _, path = ended(manager, sent(manager, content))
    ended(manager, manager.post(path, page=path, do="import"))
    page, _ = ended(manager, sent(manager, content))
    assert "import" in words(page)
    assert 'role="alert"' in page.text


@pytest.mark.parametrize("role", ["orderer", "approver", "finance", "supplier"])
def test_whoever_signs_no_agreements_imports_none(ledger, role):
    browser = browser_of(ledger, role)
    assert browser.get(PAGE).status_code == 403
    assert browser.get(f"{PAGE}/template").status_code == 403


def test_another_person_sees_nothing_of_a_check(manager, ledger):
    _, path = ended(manager, sent(manager, book(agreements=[AGREEMENT])))
    assert browser_of(ledger, "admin").get(path).status_code == 404
    other = browser_of(ledger, "manager", "2120001470")
    assert other.get(path).status_code == 404


def test_the_agreements_page_its_why_and_the_api_say_what_is_an_opening_balance(
    manager, ledger, api
):
    _, path = ended(manager, sent(manager, book(agreements=[AGREEMENT], balances=[BALANCE])))
    ended(manager, manager.post(path, page=path, do="import"))
    page = words(manager.get("/agreements/SKO-2023"))
    assert "Of the drawn, 979 000,50 kr is an opening balance" in page
    why = words(manager.get("/agreements/SKO-2023/why?figure=drawn&limit=cap"))
    assert "opening balance, 979 000,50 kr invoiced before by Reskontran 2023-12-31" in why
    assert "ingående balans" in words(manager.get("/agreements/SKO-2023/statement", "sv")).lower()
    balance = api("manager").get("/agreements/SKO-2023/balance").json
    assert balance["opening_balance"] == "979000.50"
    before = api("manager").get("/agreements/SKO-2023/balance", as_of="2023-12-30").json
    assert before["opening_balance"] == "0.00"
    timeline = words(manager.get("/agreements/SKO-2023/timeline"))
    assert "opening balance" in timeline
    listed = api("manager").get("/orders", format="csv").text
    assert "opening balance" in listed
