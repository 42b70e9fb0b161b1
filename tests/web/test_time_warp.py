"""One control of the day that is shown, in the frame: every page, link, form and file keeps it."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.people import let_in
from tests.web.test_pages import Browser, finance, played, words

__all__ = ["finance", "played"]

DAY = "2024-06-30"
DAY_LONG = timedelta(days=1)
INVOICE = "/invoices/2021004524.90012345.2024-03-25.380"
OF_A_DAY = (
    *("/", "/agreements", "/agreements/SKO-2023", "/agreements/SKO-2023/why"),
    *("/agreements/SKO-2023/sheet", "/orders", "/orders/SKO-2023-0001"),
    *("/orders/SKO-2023-0001/sheet", "/invoices", INVOICE),
)
TIMELESS = ("/api", "/problems", "/invoices/queue", "/reconcile", "/agreements/SKO-2023/invoice")


@pytest.mark.parametrize("path", OF_A_DAY)
def test_a_page_of_a_day_has_one_control_and_says_when_it_is_not_today(finance, path):
    today = finance.get(path)
    assert today.text.count('id="as_of"') == 1
    assert 'role="status"' not in today.text
    assert "<title>2024" not in today.text
    then = finance.get(path, as_of=DAY)
    assert then.status_code == 200
    assert then.text.count('id="as_of"') == 1
    assert f"Shown as of {DAY}, with everything recorded since." in then.text
    assert f"<title>{DAY}: " in then.text


@pytest.mark.parametrize("path", TIMELESS)
def test_a_page_that_shows_no_day_has_no_control(finance, path):
    assert 'id="as_of"' not in finance.get(path).text


def test_whoever_is_asked_who_they_are_is_not_asked_for_a_day(played):
    assert 'id="as_of"' not in Browser(played).get("/").text


@pytest.mark.parametrize("path", [*OF_A_DAY, "/agreements/SKO-2023/documents"])
def test_both_times_stay_in_every_link_until_one_leaves_them(finance, path):
    text = finance.get(path, as_of=DAY, known_at="2025-01-31T12:00").text
    control = re.compile(
        r'<details class="fold warp">.*?</form>|class="ds-alert warped".*?</header>', re.DOTALL
    )
    links = [unescape(one) for one in re.findall(r'href="(/[^"#]*)"', control.sub("", text))]
    leaves = ("/static/", "/api", "/language/", "/settings/", "/help", "/accessibility")
    there = [one for one in links if one != path and not one.startswith(leaves)]
    assert len(there) > 5
    assert [one for one in there if f"as_of={DAY}" not in one] == []
    assert [one for one in there if "known_at=2025-01-31T12:00" not in one] == []


def test_the_control_keeps_what_else_the_address_asks_but_no_place_in_a_list(finance):
    asked = {"figure": "committed", "limit": "cap", "as_of": DAY}
    page = finance.get("/agreements/SKO-2023/why", **asked)
    control = page.text.partition('<form class="stack-small" method="get">')[2]
    control = control.partition("</form>")[0]  # and not what is searched with, or the page's own
    kept = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', control)
    assert ("figure", "committed") in kept
    assert "as_of" not in dict(kept)
    (today,) = set(re.findall(r'href="([^"]+)">To today<', page.text))
    assert unescape(today) == "/agreements/SKO-2023/why?figure=committed&limit=cap"
    listed = finance.get("/orders", status="closed", after="SKO-2023-0001")
    assert 'name="after"' not in listed.text
    assert 'name="status" value="closed"' in listed.text


def test_the_ends_of_the_month_and_the_year_and_the_agreements_start_are_a_click_away(
    finance, harnosand
):
    page = finance.get("/agreements/SKO-2023")
    today = harnosand.today
    assert f"as_of={today.year - 1}-12-31" in page.text
    assert f"as_of={today.replace(day=1) - DAY_LONG}" in page.text
    assert "start of the agreement" in words(page)
    assert "start of the agreement" not in words(finance.get("/orders"))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ({"as_of": "20240630"}, "Shown as of 2024-06-30, with everything"),
        ({"as_of": "30/6 2024"}, "Shown as of 2024-06-30, with everything"),
        ({"known_at": "2024-06-30"}, "Shown as known at 2024-06-30 23:59."),
        ({"known_at": "2024-06-30 08:15"}, "Shown as known at 2024-06-30 08:15."),
        ({"known_at": "2024-06-30T08:15"}, "Shown as known at 2024-06-30 08:15."),
    ],
)
def test_times_are_read_as_people_write_them(finance, typed, read):
    assert read in finance.get("/agreements", **typed).text


def test_times_that_cannot_be_read_leave_the_page_as_today_with_the_faults_at_the_fields(finance):
    page = finance.get("/agreements/SKO-2023", as_of="yesterday", known_at="noon")
    assert page.status_code == 422
    assert "1 021 000 kr" in words(page)
    assert 'role="status"' not in page.text
    assert '<details class="fold warp" open>' in page.text
    for name, typed in (("as_of", "yesterday"), ("known_at", "noon")):
        (field,) = re.findall(rf'<input [^>]*id="{name}"[^>]*>', page.text)
        assert f'value="{typed}"' in field
        assert 'aria-invalid="true"' in field
        assert f"{name}-fault" in field
    assert "Not a date: write it as 2026-01-31." in words(page)
    assert "as_of" not in words(page)


def test_no_file_is_made_for_times_that_cannot_be_read(finance):
    for path in ("/orders?format=csv&as_of=x", "/orders/SKO-2023-0001/sheet.txt?as_of=x"):
        answer = finance.client.get(path)
        assert answer.status_code == 422
        assert answer.mimetype == "text/html"


def test_what_is_done_is_done_today(ledger, played):
    browser = Browser(played)
    browser.post("/session", role="manager")
    today = words(browser.get("/agreements/SKO-2023"))
    then = words(browser.get("/agreements/SKO-2023", as_of=DAY))
    assert "What can be done" in today
    assert "What can be done" not in then
    assert "You are looking at another day. What is done is done today." in then


@pytest.mark.parametrize(
    ("path", "asked", "said"),
    [
        (
            "/agreements/SKO-2023",
            {"as_of": "2023-09-04"},
            "SKO-2023 was signed 2023-09-05; as of 2023-09-04 it was not there.",
        ),
        (
            "/orders/SKO-2023-0001",
            {"as_of": "2023-09-10"},
            "SKO-2023-0001 was ordered 2023-11-20; as of 2023-09-10 it was not there.",
        ),
        (INVOICE, {"as_of": "2023-09-10"}, "came 2024-03-25; as of 2023-09-10 it was not there."),
    ],
)
def test_before_a_thing_was_there_its_page_says_so_and_leads_to_when_it_was(
    finance, path, asked, said
):
    page = finance.get(path, **asked)
    assert page.status_code == 404
    assert said in words(page)
    there, today = re.findall(r'href="([^"]+)">Show ', page.text.partition("<h1")[2])
    assert finance.get(unescape(there)).status_code == 200
    assert unescape(today) == path


def test_before_a_thing_was_recorded_its_page_says_when_it_was(finance):
    page = finance.get("/agreements/SKO-2023", known_at="2023-01-01T12:00")
    assert page.status_code == 404
    assert re.search(
        r"SKO-2023 was recorded \d{4}-\d\d-\d\d \d\d:\d\d; at 2023-01-01 12:00 it was not known.",
        words(page),
    )
    (there,) = re.findall(r'href="([^"]+)">Show as of', page.text.partition("<h1")[2])
    assert finance.get(unescape(there)).status_code == 200
    listed = finance.get("/agreements", known_at="2023-01-01T12:00")
    assert "Nothing had happened by then." in listed.text


def test_nobody_is_told_when_what_they_may_not_see_was_there(played, harnosand):
    browser = Browser(played)
    browser.post("/session", token=let_in(harnosand, "A", "2120000787", ("finance",)))
    for path in ("/agreements/SKO-2023", "/orders/SKO-2023-0001", INVOICE):
        now, then = browser.get(path), browser.get(path, as_of="2023-01-01")
        assert (now.status_code, then.status_code) == (404, 404)
        assert "was" not in words(then).rpartition("Not found")[2].split()
