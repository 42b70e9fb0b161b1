"""The pages: who sees what, for which date, in which language; on both databases."""

import re
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from flask import template_rendered

import ledger.web
from ledger.demo import PEOPLE, PROGRAMMES, appoint_auditor
from ledger.web import create_app
from ledger.web.headers import POLICY
from ledger.web.pages.session import FIRST_MINUTE
from tests.conftest import AGREEMENT, BUYER, ORDER, SUPPLIER
from tests.people import let_in

SAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "invoice.xml"
TEMPLATES = Path(ledger.web.__file__).parent / "templates"
SIGN = {
    "number": "AVT-2027",
    "title": "Ledarskap",
    "buyers-0-organisation": BUYER,
    "suppliers-0-organisation": SUPPLIER,
    "signed_on": "2024-01-01",
    "starts_on": "2024-01-01",
    "ends_on": "2025-12-31",
}
"""What is typed of an agreement whose parties are known."""


class Browser:
    """A browser without JavaScript: it keeps cookies and fills in the forms that it is given."""

    def __init__(self, app) -> None:
        self.client = app.test_client()

    def get(self, path: str, language: str = "en", **query):
        return self.client.get(
            path,
            query_string=query or None,
            headers={"Accept-Language": language},
            follow_redirects=True,
        )

    def post(self, path: str, language: str = "en", page: str = "/", **form):
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        return self.client.post(
            path,
            data={"csrf_token": token.group(1), **form},
            headers={"Accept-Language": language},
            follow_redirects=True,
        )


@pytest.fixture
def played(harnosand):
    """The application in its demonstration, with the Härnösand programme and its auditor."""
    appoint_auditor(harnosand.service, harnosand.registry, PROGRAMMES[0])
    return create_app(ledger=harnosand, demo=True)


@pytest.fixture
def finance(played):
    browser = Browser(played)
    assert browser.post("/session", role="finance").status_code == 200
    return browser


def words(response) -> str:
    """What is read on the page, without marks and with plain spaces."""
    text = re.sub(r"</?(span|strong)[^>]*>", "", response.text)
    text = unescape(re.sub(r"<[^>]+>", " ", text))
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def figures(response) -> list[str]:
    """The terms of the formula, in order."""
    formula = response.text.partition('class="formula"')[2].partition("</dl>")[0]
    found = re.findall(r'<dd class="amount">(.*?)</dd>', formula, re.DOTALL)
    return [
        " ".join(unescape(re.sub(r"<[^>]+>", "", text)).replace("\N{NO-BREAK SPACE}", " ").split())
        for text in found
    ]


def test_a_stranger_is_asked_who_they_are_and_then_led_to_where_they_wanted(played):
    browser = Browser(played)
    asked = browser.get("/agreements/SKO-2023", as_of="2024-06-30")
    assert "Choose who to be" in asked.text
    assert 'name="next" value="/agreements/SKO-2023?as_of=2024-06-30"' in asked.text
    there = browser.post("/session", role="auditor", next="/agreements/SKO-2023?as_of=2024-06-30")
    assert there.request.full_path == "/agreements/SKO-2023?as_of=2024-06-30"


@pytest.mark.parametrize("role", PEOPLE)
def test_each_of_the_demonstrations_people_is_one_click_away(played, role):
    page = Browser(played).post("/session", role=role)
    assert page.status_code == 200
    assert "SKO-2023" in page.text
    assert PEOPLE[role][0] in page.text


@pytest.mark.parametrize("programme", PROGRAMMES[1:], ids=lambda one: one.name)
def test_the_people_of_the_other_programmes_are_a_click_away_too(played, programme):
    for role, (name, _) in programme.people.items():
        page = Browser(played).post("/session", role=f"{programme.name}.{role}")
        assert page.status_code == 200
        assert name in page.text


@pytest.mark.parametrize("who", ["dalsland.auditor", "nowhere.finance", "dalsland.", "."])
def test_nobody_else_is_a_click_away(played, who):
    assert Browser(played).post("/session", role=who).status_code == 404


def test_each_role_is_told_its_first_minute(played):
    told = unescape(Browser(played).get("/").text)
    assert [role for role, first in FIRST_MINUTE.items() if first.template not in told] == []
    assert set(FIRST_MINUTE) == set(PEOPLE)


def test_without_the_demonstration_nobody_becomes_anyone_by_a_click(ledger):
    browser = Browser(create_app(ledger=ledger))
    assert "Choose who to be" not in browser.get("/").text
    assert browser.post("/session", role="finance").status_code == 404


def test_a_token_signs_in_and_its_end_is_the_sessions_end(ledger, api):
    api("manager").post("/agreements", AGREEMENT)
    token = let_in(ledger, "A person", "2120002403", ("finance",))
    browser = Browser(create_app(ledger=ledger))
    wrong = browser.post("/session", token="avrop-wrong")
    assert wrong.status_code == 422
    assert "No such token is known here." in wrong.text
    assert "SKO-2023" in browser.post("/session", token=token).text
    ledger.registry.revoke(token)
    assert "Who are you?" in browser.get("/agreements").text


def test_who_signs_out_is_a_stranger_again(finance):
    cookie = finance.client.get_cookie("avrop_session").value
    finance.post("/session/end", page="/agreements")
    assert "Choose who to be" in finance.get("/agreements").text
    finance.client.set_cookie("avrop_session", cookie)
    assert "Choose who to be" in finance.get("/agreements").text


@pytest.mark.parametrize("path", ["/session", "/session/end"])
def test_a_form_that_another_site_sends_is_refused(finance, path):
    answer = finance.client.post(path, data={"role": "manager"})
    assert answer.status_code == 400
    assert "<h1" in answer.text


def test_the_list_and_the_formula_show_what_is_left(finance):
    listed = finance.get("/agreements")
    assert "1\N{NO-BREAK SPACE}021\N{NO-BREAK SPACE}000" in listed.text
    page = finance.get("/agreements/SKO-2023")
    assert figures(page) == ["2 150 000 kr", "0 kr", "0 kr", "1 129 000 kr", "1 021 000 kr"]
    assert "52 per cent" in listed.text
    assert "52 per cent" in finance.get("/agreements/SKO-2023/limits").text


def test_the_page_goes_back_to_any_day(finance):
    page = finance.get("/agreements/SKO-2023", as_of="2024-06-30")
    assert figures(page) == ["2 000 000 kr", "0 kr", "325 000 kr", "225 000 kr", "1 450 000 kr"]
    assert "Shown as of 2024-06-30, with everything recorded since." in page.text
    orders = finance.get("/agreements/SKO-2023/orders", as_of="2024-06-30")
    assert "SKO-2023-0002" in orders.text
    assert "SKO-2023-0003" not in orders.text
    timeline = finance.get("/agreements/SKO-2023/timeline", as_of="2024-06-30")
    assert "SKO-2023-0002 ordered" in timeline.text
    assert "2024-08-08" not in page.text + orders.text + timeline.text


def test_an_agreement_is_shown_with_the_status_the_term_and_the_buyers_of_the_day(ledger, api):
    manager, address = api("manager"), "/agreements/SKO-2023"
    clause = {"extensions": [{"months": 12}], "amendments": "free"}
    lead = {**AGREEMENT["buyers"][0], "role": "lead"}
    signed = {**AGREEMENT, "buyers": [lead], "policy": clause}
    assert manager.post("/agreements", signed).status_code == 201
    joined = {"organisation": "2120001470", "name": "Bengtsfors kommun", "role": "member"}
    decision = {"decision": "KS 7", "decided_on": "2024-02-01"}
    amended = {**decision, "ground": "policy", "change": {"buyers": [joined]}}
    for done, body in (
        ("amendments", amended),
        ("extensions", decision),
        ("close", {"reason": "r", "on": "2024-03-01"}),
    ):
        answer = manager.post(f"{address}/{done}", body)
        assert answer.status_code in (200, 201), answer.text
    browser = Browser(create_app(ledger=ledger, demo=True))
    browser.post("/session", role="finance")
    for path in ("/agreements", address):
        before, between, now = (
            words(browser.get(path, **time))
            for time in ({"as_of": "2024-01-31"}, {"as_of": "2024-02-29"}, {})
        )
        assert ("active" in before, "2027-09-04" in before) == (True, True)
        assert ("active" in between, "2028-09-04" in between) == (True, True)
        assert ("closed" in now, "2028-09-04" in now) == (True, True)
    before, later = (
        words(browser.get(address, as_of="2024-01-31")),
        "From 2024-02-01: Bengtsfors kommun may order",
    )
    assert later in before
    assert "Bengtsfors kommun" not in before.replace(later, "")
    assert later not in words(browser.get(address, as_of="2024-02-29"))
    assert "Bengtsfors kommun" in words(browser.get(address, as_of="2024-02-29"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"known_at": "9999-12-31T23:59-12:00"}, "The year must be between 1990 and 2200."),
        ({"known_at": "0001-01-01T00:00+14:00"}, "The year must be between 1990 and 2200."),
        ({"before": "99999999999999999999"}, "Not a whole number."),
        ({"before": "999999999999999999"}, "It must be from 1 to 9007199254740992."),
        ({"before": "first"}, "Not a whole number."),
        ({"after": "A\0"}, "after"),
    ],
)
def test_an_address_that_asks_for_what_cannot_be_is_refused_in_words(ledger, api, asked, said):
    api("manager").post("/agreements", AGREEMENT)
    browser = Browser(create_app(ledger=ledger, demo=True))
    browser.post("/session", role="finance")
    for path in ("/agreements", "/agreements/SKO-2023"):
        page = browser.get(path, **asked)
        assert page.status_code == 422, page.text
        assert said in page.text


def test_the_timeline_tells_each_command_with_what_it_moved(finance):
    read = words(finance.get("/agreements/SKO-2023/timeline"))
    assert "2024-08-08 SKO-2023-0002: seats cancelled: 2; the fee is 7 000 kr" in read
    assert "committed −21 000 kr, remaining +21 000 kr" in read
    assert "Amendment recorded as not covered by 17 kap. 9 §: it changes nothing" in read
    assert "50 % of cap is in use" in read
    assert "Henrik Tallåsen, approver, Härnösands kommun" in read


def test_names_of_people_stay_within_their_organisation(played):
    browser = Browser(played)
    there = "/agreements/SKO-2023/timeline"
    read = words(browser.post("/session", role="supplier", next=there))
    assert "Ragnhild Fjällstedt, supplier, Mittuniversitetet" in read
    assert "Mattias Kvarnlöf" not in read
    assert "orderer, Härnösands kommun" in read


def test_the_pages_speak_swedish_unless_asked_otherwise(finance):
    page = finance.get("/agreements/SKO-2023", language="")
    assert '<html lang="sv"' in page.text
    read = words(page)
    assert "Kvarvarande utrymme" in read
    assert "Intecknat" in read
    there = words(finance.get("/agreements/SKO-2023/timeline", language=""))
    assert "SKO-2023-0002: avbokade platser: 2" in there
    assert page.headers["Content-Language"] == "sv"
    chosen = finance.get(
        "/language/en", language="sv", next="/agreements/SKO-2023?as_of=2024-06-30"
    )
    assert '<html lang="en"' in chosen.text
    assert chosen.request.full_path == "/agreements/SKO-2023?as_of=2024-06-30"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/\\example.org"])
def test_nobody_is_led_to_another_site(finance, elsewhere):
    answer = finance.client.get("/language/sv", query_string={"next": elsewhere})
    assert answer.headers["Location"] == "/"
    assert finance.client.get("/language/tlh").status_code == 404


def test_a_refusal_of_the_api_is_swedish_where_that_is_asked_for(api):
    api("manager").post("/agreements", {**AGREEMENT, "cap": "100.00"})
    answer = api("orderer").post(
        "/agreements/SKO-2023/orders", ORDER, headers={"Accept-Language": "sv"}
    )
    assert answer.status_code == 409
    assert answer.headers["Content-Language"] == "sv"
    assert answer.json["title"] == "Mer än vad som ryms inom en gräns"
    assert "ryms inte: takvolymen skulle överskridas" in answer.json["detail"]
    faults = api("orderer").post(
        "/agreements/SKO-2023/orders", {"course": ""}, headers={"Accept-Language": "sv"}
    )
    assert {"pointer": "/lines", "detail": "Fyll i uppgiften."} in faults.json["errors"]


def test_an_unknown_cap_is_shown_as_unknown_and_a_passed_one_as_passed(ledger, api):
    manager, finance = api("manager"), api("finance")
    manager.post("/agreements", {**AGREEMENT, "cap": None})
    manager.post("/agreements", {**AGREEMENT, "number": "OVER", "cap": "240000.00"})
    for number in ("SKO-2023", "OVER"):
        api("orderer").post(f"/agreements/{number}/orders", ORDER)
        api("supplier").post(f"/orders/{number}-0001/confirm")
        invoice = {"invoice": number, "issued_on": "2024-03-25", "amount": "250000.00"}
        assert finance.post(f"/orders/{number}-0001/drawdowns", invoice).status_code == 201
    browser = Browser(create_app(ledger=ledger, demo=True))
    browser.post("/session", role="finance")
    unknown = browser.get("/agreements/SKO-2023")
    assert figures(unknown) == ["unknown", "0 kr", "250 000 kr", "0 kr", "unknown"]
    assert "The cap is unknown" in unknown.text
    over = browser.get("/agreements/OVER")
    assert figures(over)[-1] == "−10 000 kr"
    assert "The cap is passed by 10 000 kr." in words(over)
    assert "104 per cent" in browser.get("/agreements/OVER/limits").text


def test_a_limit_in_seats_and_the_last_day_to_answer_are_on_the_page(ledger, api):
    limit = {"name": "platser", "unit": "seats", "amount": "10", "effect": "soft"}
    assert api("manager").post("/agreements", {**AGREEMENT, "limits": [limit]}).status_code == 201
    placed = api("orderer").post("/agreements/SKO-2023/orders", ORDER).json
    browser = Browser(create_app(ledger=ledger, demo=True))
    browser.post("/session", role="finance")
    page = browser.get("/agreements/SKO-2023/orders")
    limits = words(browser.get("/agreements/SKO-2023/limits"))
    assert "120 per cent soft 10 seats 12 seats 0 seats 0 seats −2 seats 0 seats" in limits
    assert f"Answer by {placed['respond_by']}" in words(page)
    swedish = words(browser.get("/agreements/SKO-2023/orders", "sv"))
    assert "10 platser" in words(browser.get("/agreements/SKO-2023/limits", "sv"))
    assert f"Svar senast {placed['respond_by']}" in swedish


def test_an_organisation_that_is_not_party_sees_an_empty_list_and_no_agreement(played, harnosand):
    token = let_in(harnosand, "A stranger", "2120000787", ("finance",))
    browser = Browser(played)
    assert "No agreements yet" in browser.post("/session", token=token).text
    missing = browser.get("/agreements/SKO-2023")
    assert missing.status_code == 404
    assert "There is no agreement SKO-2023." in missing.text


def test_another_university_sees_the_agreement_but_nothing_of_others_orders(ledger, api):
    both = [*AGREEMENT["suppliers"], {"organisation": "2021004052", "name": "Högskolan Väst"}]
    api("manager").post("/agreements", {**AGREEMENT, "suppliers": both})
    api("orderer").post("/agreements/SKO-2023/orders", {**ORDER, "supplier": "2021004524"})
    token = let_in(ledger, "Väst", "2021004052", ("supplier",))
    browser = Browser(create_app(ledger=ledger))
    browser.post("/session", token=token)
    timeline = browser.get("/agreements/SKO-2023/timeline")
    assert "Agreement signed" in timeline.text
    for part in ("", "/orders", "/timeline", "/statement", "/suppliers"):
        assert "SKO-2023-0001" not in browser.get(f"/agreements/SKO-2023{part}").text


def test_long_lists_go_on_where_they_stopped(ledger, api, monkeypatch):
    monkeypatch.setattr("ledger.web.pages.lists.PAGE", 2)
    monkeypatch.setattr("ledger.web.pages.sections.timeline.TIMELINE", 2)
    manager = api("manager")
    for number in ("A-1", "A-2", "A-3"):
        manager.post("/agreements", {**AGREEMENT, "number": number})
    for _ in range(3):
        api("orderer").post("/agreements/A-1/orders", ORDER)
    browser = Browser(create_app(ledger=ledger, demo=True))
    browser.post("/session", role="manager")
    listed = browser.get("/agreements")
    assert "A-3" not in listed.text
    assert "A-3" in browser.get(link(listed, "More agreements")).text
    page = browser.get("/agreements/A-1/orders")
    assert "A-1-0003</a>" not in page.text
    assert "A-1-0003</a>" in browser.get(link(page, "More orders")).text
    page = browser.get("/agreements/A-1/timeline")
    assert "A-1-0001 ordered" not in page.text
    earlier = browser.get(link(page, "Earlier"))
    assert "A-1-0001 ordered" in earlier.text
    assert "A-1-0003 ordered" not in earlier.text
    assert "A-1-0003 ordered" in browser.get(link(earlier, "The newest again")).text


def link(page, text: str) -> str:
    return unescape(re.search(rf'href="([^"]+)">{text}<', page.text).group(1))


def test_pages_allow_no_script_but_this_servers_files_and_are_not_kept(finance):
    page = finance.get("/agreements/SKO-2023")
    assert page.headers["Content-Security-Policy"] == POLICY
    assert "script-src 'self';" in POLICY
    assert "unsafe" not in POLICY
    assert page.headers["Cache-Control"] == "no-store"
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page.text, re.DOTALL)
    assert [said for _, said in scripts] == ["", ""]
    assert all(re.search(r'src="/static/[^"]+" defer', given) for given, _ in scripts)
    assert "hx-on" not in page.text
    assert not re.search(r'\son\w+="|\sstyle="', page.text)
    cookie = finance.client.get_cookie("avrop_session")
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_an_address_without_a_page_is_answered_with_one(finance):
    page = finance.get("/nowhere")
    assert page.status_code == 404
    assert "There is nothing at this address." in page.text


def test_a_link_to_what_takes_a_form_alone_leads_to_where_the_form_is(finance):
    """After signing in, or in another language, one comes back by a link."""
    app = finance.client.application
    led = {}
    for rule in app.url_map.iter_rules():
        if str(rule.endpoint).startswith("pages.") and "GET" not in rule.methods:
            values = {
                name: "0" * 64 if name == "sha256" else getattr(one, "example", "x")
                for name, one in rule._converters.items()
            }
            there = app.url_map.bind("")
            path = there.build(rule.endpoint, values)
            if there.test(path, "GET"):
                continue
            answer = finance.client.get(path)
            assert answer.status_code == 303, rule
            assert there.test(answer.location, "GET"), answer.location
            led[str(rule)] = answer.location
    assert led["/session"] == "/"
    assert led["/invoices/queue/<digest:sha256>/discard"] == f"/invoices/queue/{'0' * 64}"
    assert finance.client.put("/session").status_code == 405


def test_every_template_is_rendered_by_some_page(played):
    rendered = set()

    def note(_app, template, **_):
        rendered.add(template.name)

    with template_rendered.connected_to(note, played):
        browser = Browser(played)
        browser.get("/")
        browser.post("/session", role="finance")
        parts = ("orders", "invoices", "limits", "amendments", "members", "funding", "suppliers")
        for part in (*parts, "statement", "timeline", "documents"):
            browser.get(f"/agreements/SKO-2023/{part}")
        for path in (
            "",
            "/sheet",
            "/why",
            "/invoice",
            "/invoice?as_of=2024-06-30",
            "?as_of=2020-01-01",
            "/compare",
            "/passed",
            "/forecast",
            "/what-if",
            "/council",
        ):
            browser.get(f"/agreements/SKO-2023{path}")
        for path in ("/agreements", "/orders", "/orders/SKO-2023-0001", "/invoices"):
            browser.get(path)
        browser.get("/invoices/2021004524.90012345.2024-03-25.380")
        page = browser.get("/invoices/receive").text
        sent = {
            "csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page).group(1),
            "files": (BytesIO(SAMPLE.read_bytes().replace(b"SKO-2023", b"SKO-2099")), "a.xml"),
        }
        became = browser.client.post("/invoices/receive", data=sent)
        (waits,) = re.findall(r"/invoices/queue/[0-9a-f]{64}", became.text)
        for path in ("/invoices/queue", waits):
            browser.get(path)
        for report in ("use", "accruals", "stale", "rounds", "suppliers", "summary"):
            browser.get(f"/reports/{report}")
        browser.get("/reconcile")
        browser.get("/search?q=styrd")
        browser.client.get("/search?q=styrd", headers={"HX-Request": "true"})
        browser.get("/nowhere")
        supplier = Browser(played)
        supplier.post("/session", role="supplier")
        supplier.get("/orders/SKO-2023-0001/answer")
        approver = Browser(played)
        approver.post("/session", role="approver")
        page = approver.get("/invoices/attest").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        approver.client.post("/invoices/attest", data={"csrf_token": token})
        manager = Browser(played)
        manager.post("/session", role="manager")
        for path in ("/agreements/SKO-2023/amend", "/agreements/new"):
            manager.get(path)
        token = re.search(r'name="csrf_token" value="([^"]+)"', manager.get(path).text).group(1)
        asked = {"csrf_token": token, "reason": "Ny upphandling", "do": "send"}
        manager.client.post("/agreements/SKO-2023/suspend", data=asked)
        manager.client.post("/agreements/new", data={**SIGN, "csrf_token": token, "cap": "1 000"})
        for path in ("/problems", "/problems/busy", "/api", "/api/reference/orders"):
            browser.get(path)
        browser.get("/api/reference/shapes/Order")
    ours = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
    shared = {"base.html", "figures.html", "reference/parts.html"}
    shared |= {"agreements/section.html", "acts/effect.html", "agreements/chart.html"}
    shared |= {"acts/suggestions.html", "invoices/row.html", "start/row.html"}
    shared |= {"start/invitation.html", "start/leaving.html", "start/whom.html"}
    # Those of answering by a link, which tests/outbox plays; and parts with tests of their own.
    shared |= {"orders/by_link.html", "orders/link_over.html", "orders/answered.html"}
    shared |= {one for one in ours if one.startswith(("settings/", "help/", "audit/"))}
    shared |= {"demonstration/one.html"}  # of a ledger that was made as one
    assert rendered == {one for one in ours - shared if not one.startswith("parts/")}
