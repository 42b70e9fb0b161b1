"""The link by which an order is answered: once, by the person that it was sent to, and never by
looking."""

import re

import pytest

from ledger.outbox import following
from ledger.registry import outbox
from tests.conftest import AGREEMENT, SUPPLIER
from tests.outbox.postbox import postbox, with_mail
from tests.outbox.test_mail import TERM, THEIRS, place, secret_in, send


@pytest.fixture(scope="module")
def box():
    with postbox() as found:
        yield found


@pytest.fixture
def posted(ledger, api, box):
    box.mails.clear()
    box.to.clear()
    api("manager").post("/agreements", {**AGREEMENT, **TERM})
    api("supplier").post(f"/organisations/{SUPPLIER}/address", {"address": THEIRS})
    return with_mail(ledger, box)


@pytest.fixture
def order(posted, api):
    return place(api)["number"]


@pytest.fixture
def link(posted, order, box):
    send(posted)
    return f"/answer/{secret_in(box.mails[-1])}"


@pytest.fixture
def client(api):
    return api.app.test_client()


def sent(client, link, **form):
    """What a form of the page sends, with its token."""
    page = client.get(link).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    return client.post(link, data={"csrf_token": token[1] if token else "", **form})


def kinds(ledger, number):
    return [fact.event.stored for fact in ledger.store.history(f"order/{number}")]


def test_looking_shows_the_order_and_answers_nothing(posted, order, link, client):
    before = posted.store.position()
    for method in (client.get, client.head, client.options):
        assert method(link).status_code == 200
    page = client.get(link)
    assert "Strategiskt styrd kompetensutveckling" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert posted.store.position() == before
    assert kinds(posted, order) == ["order-placed"]


def test_what_is_sent_without_the_pages_token_answers_nothing(posted, order, link, client):
    assert client.post(link, data={"do": "confirm"}).status_code == 400
    assert kinds(posted, order) == ["order-placed"]


def test_it_confirms_once_as_the_person_that_it_was_sent_to(posted, order, link, client, box):
    done = sent(client, link, do="confirm", reference="MIUN 2027/1")
    assert (done.status_code, done.headers["Location"]) == (303, link)
    fact = posted.store.history(f"order/{order}")[-1]
    assert (fact.event.stored, fact.event.reference) == ("order-confirmed", "MIUN 2027/1")
    (made,) = posted.store.history(f"link/{fact.request.partition(':link-')[2]}")
    assert (fact.by.person, fact.by.role, fact.by.organisation) == (
        made.event.person, "supplier", SUPPLIER
    )  # fmt: skip
    assert posted.registry.names({fact.by.person}) == {fact.by.person: THEIRS}
    page = client.get(link)
    assert page.status_code == 200
    for said in (order, "BT-13", "BT-132", "MIUN 2027/1", "days.ics"):
        assert said in page.text
    assert client.get(f"{link}/days.ics").mimetype == "text/calendar"
    send(posted)
    told = box.mails[-1]
    assert told["Subject"] == f"Ni har bekräftat avrop {order}"
    days, sheet = told.iter_attachments()
    assert (days.get_filename(), sheet.get_filename()) == (f"{order}.ics", f"{order}.txt")
    assert "BT-13" in sheet.get_content()
    again = sent(client, link, do="decline", reason="Nej")
    assert again.status_code in (200, 400)
    assert kinds(posted, order) == ["order-placed", "order-confirmed"]


def test_it_declines_with_a_reason_and_asks_for_one(posted, order, link, client):
    refused = sent(client, link, do="decline", reason="")
    assert refused.status_code == 422
    assert kinds(posted, order) == ["order-placed"]
    assert sent(client, link, do="decline", reason="Ingen lärare").status_code == 303
    assert kinds(posted, order)[-1] == "order-declined"


def test_it_makes_a_counter_offer_that_the_form_is_filled_in_for(posted, order, link, client):
    page = client.get(link).text
    assert 'name="lines-0-amount" value="60000"' in page or "60000" in page
    form = {"lines-0-kind": "delivery", "lines-0-amount": "70 000", "reason": "Dyrare"}
    assert sent(client, link, do="counter", **form).status_code == 303
    fact = posted.store.history(f"order/{order}")[-1]
    assert fact.event.stored == "order-countered"
    assert sum(line.amount for line in fact.event.lines) == 7_000_000


def test_two_answers_at_once_are_one(posted, order, link, client, api):
    other = api.app.test_client()
    pages = {one: one.get(link).text for one in (client, other)}
    forms = [
        (one, {"csrf_token": re.search(r'csrf_token" value="([^"]+)"', page)[1]})
        for one, page in pages.items()
    ]
    first = forms[0][0].post(link, data={**forms[0][1], "do": "confirm"})
    second = forms[1][0].post(link, data={**forms[1][1], "do": "decline", "reason": "Nej"})
    assert (first.status_code, second.status_code) == (303, 200)
    assert kinds(posted, order) == ["order-placed", "order-confirmed"]


def test_it_ends_after_its_last_day_and_a_new_one_goes_to_the_address_of_record_alone(
    posted, order, link, client, clock, box, api
):
    clock.wait(days=15)
    over = client.get(link)
    assert over.status_code == 410
    assert "30 dagar" in over.text or "30 days" in over.text
    assert sent(client, link, do="confirm").status_code == 410
    assert kinds(posted, order) == ["order-placed"]


def test_who_has_an_old_link_has_a_new_one_sent_once_a_day(posted, api, client, clock, box):
    number = place(api, respond_by="2027-11-30")["number"]
    send(posted)
    link = f"/answer/{secret_in(box.mails[-1])}"
    clock.wait(days=31)
    box.to.clear()
    for _ in range(3):
        assert sent(client, link, do="again").status_code == 200
    send(posted)
    assert box.to == [THEIRS]
    new = f"/answer/{secret_in(box.mails[-1])}"
    assert sent(client, new, do="confirm").status_code == 303
    assert kinds(posted, number)[-1] == "order-confirmed"


def test_what_was_answered_otherwise_is_said(posted, order, link, client, api):
    api("supplier").post(f"/orders/{order}/confirm", {})
    over = client.get(link)
    assert over.status_code == 410
    assert order in over.text


def test_links_that_are_none_may_be_tried_ten_times_an_hour(posted, link, client, clock):
    for _ in range(10):
        assert client.get(f"/answer/{'x' * 43}").status_code == 404
    assert client.get(f"/answer/{'x' * 43}").status_code == 429
    assert client.get(link).status_code == 200, "who has one is not kept out by who guesses"
    clock.wait(hours=1)
    assert client.get(f"/answer/{'x' * 43}").status_code == 404


def test_a_buyer_sends_again_and_revokes(posted, order, link, client, api, box):
    from ledger.domain import links
    from ledger.domain.events import By

    by = By(person="p-0", organisation="", role="admin")
    made = following.again(posted, order, by)
    send(posted)
    new = f"/answer/{secret_in(box.mails[-1])}"
    posted.service.execute(links.RevokeLink(link=made.id), by)
    assert client.get(new).status_code == 410
    assert client.get(link).status_code == 200
    assert outbox.counts(posted.registry) == {"sent": 2}
