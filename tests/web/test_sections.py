"""The parts of an agreement, each at an address of its own, in the demonstration that lives."""

import re
from html import unescape

import pytest

from ledger.bounds import ACCOUNTING_YEARS
from ledger.demo import PROGRAMMES
from ledger.domain.money import from_text
from ledger.web import create_app
from ledger.wording import figure
from tests.conftest import Api
from tests.people import let_in
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
    token = let_in(lived, name, organisation, ("manager",))
    api = Api(app.test_client(), token)
    page = as_role(app, f"{programme.name}.manager").get(f"/agreements/{programme.number}")
    found = rows_of(page)
    assert len(found) > 2
    for on, *cells in found[:: max(1, len(found) // 12)]:
        balance = api.get(f"/agreements/{programme.number}/balance", as_of=on).json
        names = ("cap", "reserved", "committed", "drawn", "remaining")
        told = [balance[one] for one in names]
        assert cells == ["unknown" if one is None else figure(from_text(one)) for one in told], (
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


def test_what_an_agreement_has_none_of_has_no_link(app):
    page = linked(as_role(app, "manager").get("/agreements/SKO-2023"))
    assert {"Overview", "Limits", "Account statement", "Timeline", "Documents"} <= set(page)
    assert not {"Members", "Funding", "Suppliers"} & set(page)
    joint = linked(as_role(app, "jonkoping.manager").get("/agreements/LED-2008"))
    assert {"Members", "Funding"} <= set(joint)
    supplier = linked(as_role(app, "supplier").get("/agreements/SKO-2023"))
    assert not {"Account statement", "Funding"} & set(supplier)


def test_a_statement_of_a_period_begins_with_what_was_carried_to_it(app, lived):
    browser = as_role(app, "finance")
    there = "/agreements/SKO-2023/statement"
    whole = browser.get(there)
    name, organisation = PROGRAMMES[0].people["finance"]
    token = let_in(lived, name, organisation, ("finance",))
    items = Api(app.test_client(), token).get(there).json["items"]
    assert whole.text.count('<th scope="row"><span class="date">') == len(items)
    middle = items[len(items) // 2]["effective_on"]
    before = [one for one in items if one["effective_on"] < middle]
    part = browser.get(there, **{"from": middle})
    assert f"Carried to {middle}" in words(part)
    carried = part.text.partition("Carried to")[2].partition("</tr>")[0]
    assert figure(from_text(before[-1]["remaining"])) in unescape(carried)
    assert part.text.count('<th scope="row"><span class="date">') == len(items) - len(before)
    closing = [page.text.partition("<tfoot>")[2].partition("</tfoot>")[0] for page in (whole, part)]
    assert closing[0] == closing[1]
    assert figure(from_text(items[-1]["remaining"])) in unescape(closing[0])
    wrong = browser.get(there, **{"from": "i fjol"})
    assert wrong.status_code == 422


def test_a_statements_file_is_the_apis(app, lived):
    browser = as_role(app, "finance")
    name, organisation = PROGRAMMES[0].people["finance"]
    token = let_in(lived, name, organisation, ("finance",))
    there, headers = "/agreements/SKO-2023/statement", {"Accept-Language": "sv"}
    moment = {"page": "2199-12-31T00:00", "api": "2199-12-31T00:00:00+01:00"}
    mine = browser.client.get(
        there, query_string={"format": "csv", "known_at": moment["page"]}, headers=headers
    )
    content = mine.text  # read to its end before the next is asked for
    theirs = app.test_client().get(
        f"/api/v1{there}",
        query_string={"format": "csv", "known_at": moment["api"]},
        headers={**headers, "Authorization": f"Bearer {token}"},
    )
    strip = re.compile(r"^.*(Avtal|agreement).*\n", re.MULTILINE)
    assert strip.sub("", content) == strip.sub("", theirs.text)
    assert browser.client.get(f"{there}?format=odt").status_code == 422


def test_the_timeline_is_narrowed_to_an_order_or_to_a_kind_and_links_to_each_fact(app):
    browser = as_role(app, "finance")
    there = "/agreements/SKO-2023/timeline"
    of_order = browser.get(there, order="SKO-2023-0002")
    assert "SKO-2023-0002 ordered" in words(of_order)
    assert "SKO-2023-0003 ordered" not in words(of_order)
    invoices = words(browser.get(there, kind="drawdown"))
    assert "Agreement signed" not in invoices
    assert "committed −" in invoices
    position = re.search(r'id="fact-(\d+)"', of_order.text)[1]
    assert f"before={int(position) + 1}#fact-{position}" in of_order.text
    assert f'id="fact-{position}"' in browser.get(there, before=int(position) + 1).text
    assert "Nothing like that has happened." in words(browser.get(there, order="SKO-2023-9999"))
    assert browser.get(there, kind="nonsense").status_code == 422


def test_a_proposed_move_is_answered_by_the_other_of_the_two_and_declined_by_either(app, lived):
    there = "/agreements/TRA-2017/members"
    reads = {}
    for organisation in ("2120001470", "2120001488", "2120001900"):
        browser = Browser(app)
        token = let_in(lived, f"Manager {organisation}", organisation, ("manager",))
        browser.post("/session", token=token)
        reads[organisation] = browser.get(there).text
    moves = {name: text.partition("</table>")[0] for name, text in reads.items()}
    assert [("/accept" in text, "/decline" in text) for text in moves.values()] == [
        (False, False),
        (False, True),
        (True, True),
    ]


def test_the_timeline_is_narrowed_to_what_somebody_did_whom_the_reader_may_see(app):
    browser = as_role(app, "finance")
    there = "/agreements/SKO-2023/timeline"
    mine = words(browser.get(there, person="kvarnlöf"))
    assert "Mattias Kvarnlöf, orderer" in mine
    assert "Henrik Tallåsen" not in mine
    assert "Henrik Tallåsen" in words(browser.get(there))
    assert "A name in your own organisation" in mine
    # What the university's people are called is nothing for the municipality.
    assert "Nothing like that has happened." in words(browser.get(there, person="Fjällstedt"))


def test_the_link_to_what_happened_shows_all_that_it_came_to(app):
    """Also where one command recorded several facts, and money moved by the last of them."""
    browser = as_role(app, "finance")
    page = browser.get("/agreements/SKO-2023/timeline").text
    told = {
        re.search(r'id="fact-(\d+)"', part)[1]: re.sub(r'href="[^"]*"', "", part)
        for part in re.findall(r"<li data-color.*?</li>", page, re.DOTALL)
    }
    links = re.findall(r'href="([^"]+before=[^"]+#fact-(\d+))"', page)
    assert len(links) == len(told) > 5
    for address, position in links[:12]:
        there = browser.get(unescape(address)).text
        found = re.search(rf'<li data-color="\w+" id="fact-{position}".*?</li>', there, re.DOTALL)
        assert re.sub(r'href="[^"]*"', "", found[0]) == told[position]


def test_the_papers_of_an_agreement_say_how_large_they_are_and_how_long_they_are_kept(app, lived):
    there = "/agreements/SKO-2023/documents"
    browser = as_role(app, "finance")
    page = browser.get(there)
    digest = re.search(r"/invoices/queue/([0-9a-f]{64})", page.text)[1]
    kept = lived.registry.received(digest)
    assert re.search(rf'data-label="Size, bytes">{len(kept.content)}<', page.text)
    year = int(kept.received_at[:4]) + ACCOUNTING_YEARS
    assert re.search(rf'data-label="Kept to the end of">{year}<', page.text)
    assert "Public summary" in words(page)
    assert "avrop bundle" not in words(page)
    assert "/orders/SKO-2023-0001?format=pdf" in page.text
    auditor = as_role(app, "auditor").get(there)
    address = re.search(r'href="(/api/reference/audit)#([^"]+)"', auditor.text)
    assert f'id="{address[2]}"' in browser.get(address[1]).text
    orderer = words(as_role(app, "orderer").get(there))
    assert "Public summary" not in orderer


@pytest.mark.parametrize(
    "there", ["/orders/SKO-2023-0001", "/orders/SKO-2023-0001/sheet", "/agreements/SKO-2023/sheet"]
)
def test_what_is_printed_is_fetched_from_its_page(app, there):
    got = as_role(app, "supplier").get(there, format="pdf")
    assert (got.status_code, got.mimetype) == (200, "application/pdf")
    assert "SKO-2023" in got.headers["Content-Disposition"]
