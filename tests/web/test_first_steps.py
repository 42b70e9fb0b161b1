"""The first page of an administrator whose organisation begins: five steps, until they are done."""

from ledger.web import create_app
from tests.conftest import AGREEMENT, BUYER
from tests.people import let_in
from tests.web.test_pages import Browser, words


def begun(ledger, role="admin"):
    browser = Browser(create_app(ledger=ledger))
    token = let_in(ledger, f"Första {role}", BUYER, (role,))
    assert browser.post("/session", token=token).status_code == 200
    return browser


def test_an_empty_ledger_says_what_to_do_first_and_each_step_opens(ledger):
    browser = begun(ledger)
    first = browser.get("/")
    told = words(first)
    assert "First steps (1/5)" in told
    for address in ("/settings/organisations", "/agreements/new", "/settings/people"):
        assert f'href="{address}"' in first.text.partition('id="first-steps"')[2]
        assert browser.get(address).status_code == 200


def test_what_is_left_out_is_said_no_more_and_all_of_it_ends_the_list(ledger):
    browser = begun(ledger)
    for left, name in enumerate(("organisation", "notary", "agreement", "people"), 1):
        page = browser.post("/first-steps", step=name)
        assert words(page).count("skipped") == (left if left < 4 else 0)
    assert "First steps" not in words(browser.get("/"))
    browser.post("/first-steps", step="elsewhere")
    assert "elsewhere" not in str(browser.client.get_cookie("avrop_skipped"))


def test_with_an_agreement_and_somebody_who_acts_the_organisation_has_begun(api, ledger):
    browser = begun(ledger)
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    assert "First steps" not in words(browser.get("/"))


def test_the_others_are_not_asked(ledger):
    begun(ledger)
    assert "First steps" not in words(begun(ledger, "finance").get("/"))
    assert begun(ledger, "manager").post("/first-steps", step="notary").status_code == 403
