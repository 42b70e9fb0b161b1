"""The parts of an agreement, each at an address of its own, in the demonstration that lives."""

import re
from html import unescape

import pytest

from ledger.demo import PROGRAMMES
from ledger.domain.money import from_text
from ledger.web import create_app
from ledger.wording import kronor
from tests.conftest import Api
from tests.web.test_pages import Browser, words

PARTS = (
    *("", "/orders", "/invoices", "/limits", "/amendments", "/members", "/funding", "/suppliers"),
    *("/statement", "/timeline", "/documents"),
)


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
def test_every_part_of_every_agreement_is_shown_to_whoever_may_read_it(app, programme):
    for role in programme.people:
        browser = as_role(app, f"{programme.name}.{role}")
        there = f"/agreements/{programme.number}"
        page = browser.get(there)
        assert page.status_code == 200, words(page)
        for label, address in linked(page).items():
            part = browser.get(address)
            assert part.status_code == 200, (role, label, words(part))
            assert 'aria-current="page"' in part.text.partition('<nav class="sections')[2]
            assert part.text.count('id="as_of"') == 1, label
        for path in PARTS:
            assert browser.get(there + path).status_code in (200, 403)


@pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda one: one.name)
@pytest.mark.parametrize("time", [{"as_of": "2027-01-01"}, {"known_at": "2027-02-01T12:00"}])
def test_every_part_is_shown_for_another_day_in_either_language(app, programme, time):
    browser = as_role(app, f"{programme.name}.manager")
    for path in PARTS:
        for language in ("sv", "en"):
            there = f"/agreements/{programme.number}{path}"
            assert browser.get(there, language, **time).status_code in (200, 403)


def rows_of(page) -> list[list[str]]:
    """The table beside the chart, cell by cell."""
    table = page.text.partition("Show as a table")[2].partition("</table>")[0]
    rows = re.findall(r'<th scope="row" class="date">([^<]+)</th>(.*?)</tr>', table, re.DOTALL)
    strip = re.compile(r"<[^>]+>")
    cells = [(on, re.findall(r"<td[^>]*>(.*?)</td>", rest, re.DOTALL)) for on, rest in rows]
    return [[on, *(unescape(strip.sub("", one)).strip() for one in some)] for on, some in cells]


@pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda one: one.name)
def test_every_point_of_the_chart_is_the_balance_of_its_day(app, lived, programme):
    name, organisation = programme.people["manager"]
    token = lived.registry.add_token(name, organisation, ("manager",))
    api = Api(app.test_client(), token)
    page = as_role(app, f"{programme.name}.manager").get(f"/agreements/{programme.number}")
    found = rows_of(page)
    assert len(found) > 2
    for on, *cells in found[:: max(1, len(found) // 12)]:
        balance = api.get(f"/agreements/{programme.number}/balance", as_of=on).json
        names = ("cap", "reserved", "committed", "drawn", "remaining")
        told = [balance[one] for one in names]
        assert cells == ["unknown" if one is None else kronor(from_text(one)) for one in told], (
            programme.name,
            on,
        )


def test_a_chart_says_what_it_shows_and_too_little_history_draws_no_band(app):
    page = as_role(app, "manager").get("/agreements/SKO-2023")
    chart = page.text.partition("<svg role")[2].partition("</svg>")[0]
    assert "is in use, which is" in chart
    assert 'class="band"' in chart
    assert "url(#hatch)" in chart
    young = as_role(app, "jonkoping.manager").get("/agreements/LED-2008")
    assert "too little history" in words(young)
    assert 'class="band"' not in young.text


def test_one_supplier_of_several_has_no_chart_and_a_supplier_no_forecast(app):
    page = as_role(app, "supplier").get("/agreements/SKO-2023")
    assert 'class="chart"' in page.text
    assert "Forecast" not in words(page)
