"""Every act as a page: filled in, tried, done, refused; for whom, and when not."""

import html
import re
from io import BytesIO
from pathlib import Path

import pytest
from marshmallow import fields

from ledger.application.bodies.documents import AssignDocument, DiscardDocument
from ledger.application.bodies.typed import amount, day
from ledger.domain.money import from_text
from ledger.web import create_app
from ledger.web.pages import labels
from ledger.web.pages.entries import body_of, controls, typed_of
from ledger.web.pages.offered import OFFERED, endpoint_of, rule_of
from ledger.wording import kronor
from tests.conftest import AGREEMENT, BUYER, SUPPLIER, appoint, recorded
from tests.people import let_in

DAY = "2027-03-01"
SAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "invoice.xml"
OURS = (
    SAMPLE.read_text().replace("2021004052", SUPPLIER).replace("2120001470", BUYER).encode()
)  # from the supplier of the agreement, to its buyer


class Reader:
    """A browser without script: it keeps cookies, and sends a form as it was given it."""

    def __init__(self, app, ledger, name, organisation, *roles):
        self.client = app.test_client()
        self.token = let_in(ledger, name, organisation, roles)
        page = self.client.get("/")
        sent = {"csrf_token": hidden(page.text)["csrf_token"], "token": self.token, "next": "/"}
        assert self.client.post("/session", data=sent).status_code == 303

    def get(self, path, language="en"):
        return self.client.get(path, headers={"Accept-Language": language})

    def form(self, path, do="send", language="en", **typed):
        """What comes of a form that is opened, filled in and sent by one of its buttons; where it
        asks once more, of the button that does it."""
        sent = {**filled(self.get(path, language).text), **typed, "do": do}
        answer = self.send(path, sent, language)
        if do == "send" and asks(answer):
            return self.send(path, {**filled(answer.text), "do": "sure"}, language)
        return answer

    def send(self, path, sent, language="en"):
        return self.client.post(path, data=sent, headers={"Accept-Language": language})


def asks(answer):
    """Whether a page asks of an act once more."""
    return 'name="do" value="sure"' in answer.text


def hidden(text):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
    return {name: html.unescape(value) for name, value in found}


def filled(text):
    """What a form is sent with when nothing is typed in it."""
    found = re.findall(
        r'<input [^>]*type="text"[^>]* name="([^"]+)" value="([^"]*)"', text, re.DOTALL
    )
    found += re.findall(
        r'<select [^>]* name="([^"]+)".*?<option value="([^"]*)" selected>', text, re.DOTALL
    )
    found += re.findall(r'<textarea [^>]* name="([^"]+)"[^>]*>([^<]*)<', text)
    return hidden(text) | {name: html.unescape(value) for name, value in found}


def words(answer):
    """What is read on a page."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))).replace(
        "\N{NO-BREAK SPACE}", " "
    )


@pytest.fixture
def app(ledger):
    return create_app(ledger=ledger)


@pytest.fixture
def manager(app, ledger):
    return Reader(app, ledger, "Avtalsansvarig", BUYER, "manager")


@pytest.fixture
def signed(app, ledger, manager, api):
    """An agreement with a cap of 2 000 000 kr, signed by the API."""
    token = let_in(ledger, "Signing", BUYER, ("manager",))
    answer = app.test_client().post(
        "/api/v1/agreements", json=AGREEMENT, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 201
    return AGREEMENT["number"]


@pytest.fixture
def orderer(app, ledger):
    return Reader(app, ledger, "Beställare", BUYER, "orderer")


@pytest.fixture
def supplier(app, ledger):
    return Reader(app, ledger, "Lärosäte", SUPPLIER, "supplier")


COURSE = {"course": "Att leda", "lines-0-kind": "delivery", "lines-0-amount": "180 000"}


def ordered(orderer, signed, **more):
    answer = orderer.form(f"/agreements/{signed}/order", **{**COURSE, **more})
    assert answer.status_code == 303, words(answer)
    return answer.location


# ── From a form to a fact ─────────────────────────────────────────────────────────────────────


def test_an_order_goes_from_the_form_to_the_universitys_answer_and_the_invoice(
    app, ledger, signed, orderer, supplier
):
    at = ordered(orderer, signed)
    number = at.rpartition("/")[2]
    told = words(orderer.get(at))
    assert f"New order: {number}. Receipt" in told
    assert "180 000 kr" in told
    assert supplier.form(f"{at}/confirm", reference="MIUN 1").status_code == 303
    finance = Reader(app, ledger, "Ekonom", BUYER, "finance")
    issued = ledger.today
    answer = finance.form(
        f"{at}/invoice", invoice="1", issued_on=issued.isoformat(), amount="180 000"
    )
    assert answer.status_code == 303, words(answer)
    approver = Reader(app, ledger, "Attestant", BUYER, "approver")
    assert approver.form(f"{answer.location}/approve").status_code == 303
    assert "approved" in words(approver.get(answer.location))
    drawn = ledger.service.load(f"agreement/{signed}")[1].totals[0].use.drawn
    assert drawn == 180_000_00


def test_what_is_calculated_is_shown_and_not_recorded(ledger, signed, orderer):
    before = recorded(ledger.store)
    answer = orderer.form(f"/agreements/{signed}/order", "calculate", **COURSE)
    assert answer.status_code == 200
    assert "cap 2 000 000 1 820 000" in words(answer)
    assert 'value="180 000"' in answer.text  # what was typed stays
    assert recorded(ledger.store) == before


def test_a_form_that_is_sent_twice_orders_once(ledger, signed, orderer):
    path = f"/agreements/{signed}/order"
    sent = {**hidden(orderer.get(path).text), **COURSE, "do": "sure"}
    first, second = orderer.send(path, sent), orderer.send(path, sent)
    assert first.location == second.location
    assert ledger.service.load(f"agreement/{signed}")[1].orders == 1
    third = orderer.send(path, {**sent, "lines-0-amount": "190 000"})
    assert third.status_code == 409
    assert ledger.service.load(f"agreement/{signed}")[1].orders == 1


def test_what_does_not_fit_says_what_would_and_fills_it_in(ledger, signed, orderer):
    path = f"/agreements/{signed}/order"
    too_much = {**COURSE, "lines-0-amount": "2 000 000,01"}
    before = ledger.service.load(f"agreement/{signed}")[0]
    answer = orderer.form(path, **too_much)
    assert answer.status_code == 409
    assert re.search(r'<div class="ds-alert refusal"[^>]* tabindex="-1" autofocus>', answer.text)
    assert "Use 2 000 000 kr" in words(answer)
    assert "<title>Fault" in answer.text
    (fits,) = re.findall(r'value="(fit:\d+)"', answer.text)
    again = orderer.form(path, fits, **too_much)
    assert 'name="lines-0-amount" value="2000000"' in again.text
    assert ledger.service.load(f"agreement/{signed}")[0] == before
    assert ordered(orderer, signed, **{"lines-0-amount": "2 000 000"})


def test_more_rows_than_an_order_may_have_are_refused_and_none_is_left_out(ledger, signed, orderer):
    before = recorded(ledger.store)
    rows = {
        f"lines-{at}-{name}": value
        for at in range(1100)
        for name, value in (("kind", "delivery"), ("amount", "1,01"))
    }
    answer = orderer.form(f"/agreements/{signed}/order", **{**COURSE, **rows})
    assert answer.status_code == 422
    assert "The length must be from 1 to" in words(answer)
    assert recorded(ledger.store) == before


def test_a_button_that_there_is_not_does_nothing(ledger, signed, orderer):
    before = recorded(ledger.store)
    assert orderer.form(f"/agreements/{signed}/order", "zzz", **COURSE).status_code == 200
    assert recorded(ledger.store) == before


def test_credits_are_typed_with_a_comma(signed, orderer):
    answer = orderer.form(f"/agreements/{signed}/order", "calculate", credits="7,5", **COURSE)
    assert answer.status_code == 200


def test_every_fault_stands_at_its_field_and_above(signed, orderer):
    answer = orderer.form(
        f"/agreements/{signed}/order",
        **{**COURSE, "course": "", "lines-0-amount": "180.000", "starts_on": "2027-02-30"},
    )
    assert answer.status_code == 422
    for name in ("course", "lines-0-amount", "starts_on"):
        assert f'href="#{name}"' in answer.text
        assert f'id="{name}-fault"' in answer.text
    assert 'value="180.000"' in answer.text


def test_what_was_changed_meanwhile_is_not_acted_on_unseen(signed, orderer, supplier):
    at = ordered(orderer, signed)
    sent = {**hidden(supplier.get(f"{at}/confirm").text), "do": "send"}
    changed = orderer.form(f"{at}/change", reason="Färre", **{"lines-0-amount": "170 000"})
    assert changed.status_code == 303, words(changed)
    answer = supplier.send(f"{at}/confirm", sent)
    assert answer.status_code == 412
    assert "somebody changed it meanwhile" in words(answer)
    again = {**hidden(answer.text), "do": "send"}
    assert supplier.send(f"{at}/confirm", again).status_code == 303


def test_a_row_is_added_without_losing_what_was_typed(signed, orderer):
    answer = orderer.form(f"/agreements/{signed}/order", "more:lines", **COURSE)
    assert answer.status_code == 200
    assert 'name="lines-1-amount"' in answer.text
    assert 'value="180 000"' in answer.text


def test_nothing_is_done_from_another_day(signed, orderer):
    answer = orderer.get(f"/agreements/{signed}/order?as_of=2024-06-30")
    assert "<form" not in re.search(r"<main.*</main>", answer.text, re.DOTALL)[0]
    assert "Go to today" in words(answer)


def test_what_a_role_lacks_is_not_offered_and_is_refused(signed, orderer, supplier):
    at = ordered(orderer, signed)
    assert f'href="{at}/confirm"' not in orderer.get(at).text
    assert f'href="{at}/confirm"' in supplier.get(at).text
    refused = orderer.get(f"{at}/confirm")
    assert refused.status_code == 403
    assert supplier.get(f"/agreements/{signed}/order").status_code == 403


def test_what_cannot_be_done_now_says_why(signed, orderer, supplier):
    at = ordered(orderer, signed)
    assert supplier.form(f"{at}/decline", reason="Full").status_code == 303
    told = words(supplier.get(at))
    assert "What cannot be done now, and why Confirm" in told
    page = supplier.get(f"{at}/confirm")
    assert page.status_code == 200
    assert "declined" in words(page)


def test_a_counter_offer_stands_beside_the_order(signed, orderer, supplier):
    at = ordered(orderer, signed)
    answer = supplier.form(f"{at}/counter", reason="Fler", **{"lines-0-amount": "217 000"})
    assert answer.status_code == 303, words(answer)
    told = words(orderer.get(at))
    assert "180 000 217 000" in told
    assert orderer.form(f"{at}/accept").status_code == 303


def test_no_form_without_its_token_does_anything(ledger, signed, orderer):
    before = recorded(ledger.store)
    answer = orderer.send(f"/agreements/{signed}/order", {**COURSE, "do": "send"})
    assert answer.status_code == 400
    assert recorded(ledger.store) == before


# ── What waits ────────────────────────────────────────────────────────────────────────────────


def test_each_sees_what_waits_for_them_and_nobody_else(signed, orderer, supplier, manager):
    at = ordered(orderer, signed)
    assert at in supplier.get("/").text
    assert "Answer the order" in words(supplier.get("/"))
    assert at not in orderer.get("/").text
    supplier.form(f"{at}/counter", **{"lines-0-amount": "217 000"})
    assert "Answer the counter-offer" in words(orderer.get("/"))
    told = words(supplier.get("/"))
    assert ("To do (0)" in told, "The counter-offer waits for the buyer (1)" in told) == (
        True,
        True,
    )


# ── Every form ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("act", OFFERED, ids=endpoint_of)
def test_every_act_has_its_words_and_every_member_of_it(act):
    assert (act.to, act.name) in labels.ACTS
    assert rule_of(act).startswith(("/agreements/", "/orders/", "/invoices/"))
    shown = {one.member for one in flat(controls(act.body(), {"x": "1"}))}
    asked = {name for name in act.body().fields if name != "on" or act.body.day == "on"}
    assert asked <= shown
    for first in labels.FIRST.get((act.to, act.name), ()):
        assert first in act.body().fields, first


def flat(some):
    for one in some:
        yield one
        for row in (*one.rows, one.group):
            yield from flat(row)


FORMS = (*(act.body for act in OFFERED), AssignDocument, DiscardDocument)


@pytest.mark.parametrize("body", FORMS, ids=lambda body: body.__name__)
def test_every_field_and_choice_of_a_form_has_its_words(body):
    def choices(schema):
        for field in schema.fields.values():
            inner = field.inner if isinstance(field, fields.List) else field
            if isinstance(inner, fields.Nested):
                yield from choices(inner.schema)
            for one in field.validators:
                yield from getattr(one, "choices", ())

    assert controls(body(), {})
    assert set(map(str, choices(body()))) <= set(labels.CHOICES)


def test_what_is_typed_is_what_a_program_would_send():
    (place,) = (act for act in OFFERED if act.name == "place")
    body = {
        "course": "A",
        "lines": [
            {"kind": "delivery", "quantity": 12, "unit_price": "15000.50", "year": 2027},
            {"kind": "travel", "amount": "100.00", "codes": "4100-56"},
        ],
        "starts_on": DAY,
        "seats": 12,
    }
    assert body_of(place.body(), typed_of(body)) == body


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("180 000", "180000"),
        ("180\N{NO-BREAK SPACE}000,5", "180000.5"),
        ("180000,50", "180000.50"),
        ("180000.50", "180000.50"),
        ("\N{MINUS SIGN}25", "-25"),
        ("12 kr", "12"),
        ("180.000", "180.000"),
        ("1.180.000", "1.180.000"),
        ("mycket", "mycket"),
        ("1e5", "1e5"),
    ],
)
def test_amounts_are_read_as_people_write_them_and_never_guessed(typed, read):
    assert amount(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2027-03-01", DAY),
        ("20270301", DAY),
        ("1/3 2027", DAY),
        ("01/03 2027", DAY),
        ("i morgon", "i morgon"),
        ("2027-3-1", "2027-3-1"),
    ],
)
def test_days_are_read_as_people_write_them(typed, read):
    assert day(typed) == read


# ── Files ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("page", "api_path"), [("orders", "orders"), ("invoices", "drawdowns")])
def test_a_pages_file_is_the_apis_of_the_same_times(signed, orderer, app, page, api_path):
    ordered(orderer, signed)
    known = {"page": "2199-12-31T00:00", "api": "2199-12-31T00:00:00+01:00"}
    headers = {"Accept-Language": "sv"}
    mine = orderer.client.get(
        f"/{page}", query_string={"format": "csv", "known_at": known["page"]}, headers=headers
    )
    content = mine.data  # read to its end before the next is asked for
    theirs = app.test_client().get(
        f"/api/v1/{api_path}",
        query_string={"format": "csv", "known_at": known["api"]},
        headers={**headers, "Authorization": f"Bearer {orderer.token}"},
    )
    assert mine.status_code == theirs.status_code == 200
    assert content == theirs.data
    assert mine.headers["Content-Disposition"] == theirs.headers["Content-Disposition"]
    assert orderer.client.get(f"/{page}?format=xlsx").data[:2] == b"PK"
    assert orderer.client.get(f"/{page}?format=odt").status_code == 422


def test_every_figure_of_an_agreement_leads_to_what_it_is_made_of(
    signed, orderer, supplier, manager, app
):
    at = ordered(orderer, signed)
    assert supplier.form(f"{at}/confirm").status_code == 303
    page = manager.get(f"/agreements/{signed}")
    formula = page.text.partition('class="formula"')[2].partition("</dl>")[0]
    links = [html.unescape(one) for one in re.findall(r'href="([^"]+)"', formula)]
    assert len(links) == 5
    api = {"Authorization": f"Bearer {manager.token}"}
    for link in links:
        query = link.partition("?")[2]
        told = app.test_client().get(
            f"/api/v1/agreements/{signed}/balance/explain?{query}", headers=api
        )
        shown = manager.get(link)
        figure = from_text(told.json["amount"])
        assert kronor(figure).replace("\N{NO-BREAK SPACE}", " ") in words(shown)
        assert shown.text.count('data-label="Recorded"') == len(told.json["items"])
    assert f'href="/agreements/{signed}/why' not in orderer.get(f"/agreements/{signed}").text
    assert orderer.get(links[0]).status_code == 403


# ── Received files ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def finance(app, ledger):
    return Reader(app, ledger, "Ekonom", BUYER, "finance")


def received(finance, *files):
    page = hidden(finance.get("/invoices/receive").text)
    some = [(BytesIO(content), name) for name, content in files]
    return finance.send("/invoices/receive", {**page, "files": some})


def test_each_file_that_is_sent_in_is_answered_for_and_a_fault_in_one_stops_no_other(finance):
    answer = received(
        finance, ("a.xml", SAMPLE.read_bytes()), ("b.xml", b"<no/>"), ("c.xml", b"\x00\xff")
    )
    told = words(answer)
    assert answer.status_code == 200
    assert "a.xml : queued" in told
    assert "b.xml : Not taken." in told
    assert "c.xml : Not taken." in told
    assert finance.send("/invoices/receive", hidden(answer.text)).status_code == 422


def test_a_file_that_waits_is_put_on_its_order_or_discarded(signed, orderer, supplier, finance):
    (waits,) = re.findall(r"/invoices/queue/[0-9a-f]{64}", received(finance, ("a.xml", OURS)).text)
    assert waits in finance.get("/").text
    assert waits in finance.get("/invoices/queue").text
    page = finance.get(waits)
    assert "200 000 kr" in words(page)
    refused = finance.send(f"{waits}/discard", hidden(page.text))
    assert refused.status_code == 422
    gone = finance.send(f"{waits}/assign", {**hidden(page.text), "order": "SKO-2023-0099"})
    assert gone.status_code == 404
    at = ordered(orderer, signed, **{"lines-0-amount": "200 000"})
    assert supplier.form(f"{at}/confirm").status_code == 303
    number = at.rpartition("/")[2]
    candidates = words(finance.get(waits))
    assert f"{number} Att leda" in candidates
    put = finance.send(
        f"{waits}/assign", {**hidden(page.text), "order": number, "reason": "Kursen är densamma"}
    )
    assert put.status_code == 303, words(put)
    assert put.location.startswith("/invoices/2021004524.")
    assert waits not in finance.get("/invoices/queue").text


def test_who_only_reads_the_queue_is_offered_nothing_there(ledger, app, finance):
    received(finance, ("a.xml", OURS))
    appoint(ledger, "Revisor", BUYER)
    auditor = Reader(app, ledger, "Revisor", BUYER, "auditor")
    (waits,) = re.findall(r"/invoices/queue/[0-9a-f]{64}", auditor.get("/invoices/queue").text)
    page = auditor.get(waits)
    assert page.status_code == 200
    assert "Discard the file" not in page.text
    assert auditor.send(f"{waits}/discard", hidden(page.text)).status_code == 403
