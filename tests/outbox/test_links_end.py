"""What a link is good for ends: with its address, its person's role, its time and what went on to
another supplier; and nobody fills a mailbox with links."""

import re

import pytest

from ledger import people
from ledger.bounds import LINK_DAYS, LINK_PAUSE
from ledger.domain.events import AnswerLinkMade
from ledger.outbox import following, sending
from ledger.registry import mail, outbox
from tests.conftest import AGREEMENT, BUYER, SUPPLIER
from tests.outbox.postbox import postbox, text_of, with_mail
from tests.outbox.test_links import kinds, sent
from tests.outbox.test_mail import TERM, THEIRS, place, secret_in, send
from tests.people import let_in, person_of
from tests.web.test_pages import Browser, words
from tests.web.test_suppliers import RANKED, SECOND

NEW = "nytt@miun.example"


@pytest.fixture(scope="module")
def box():
    with postbox() as found:
        yield found


@pytest.fixture
def posted(ledger, api, box):
    box.mails.clear()
    box.to.clear()
    box.at_address = lambda _: None
    return with_mail(ledger, box)


def addressed(api, address=THEIRS):
    told = api("supplier").post(f"/organisations/{SUPPLIER}/address", {"address": address})
    assert told.status_code == 200, told.text


@pytest.fixture
def order(posted, api):
    assert api("manager").post("/agreements", {**AGREEMENT, **TERM}).status_code == 201
    addressed(api)
    return place(api, respond_by="2027-09-20")["number"]


@pytest.fixture
def link(posted, order, box):
    send(posted)
    return f"/answer/{secret_in(box.mails[-1])}"


@pytest.fixture
def client(api):
    return api.app.test_client()


def of_link(ledger):
    return person_of(ledger, THEIRS, SUPPLIER)


def test_another_address_of_record_ends_the_links_that_went_to_the_one_before(
    posted, api, order, link, client, box
):
    page = client.get(link)
    assert page.status_code == 200, "the control"
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    addressed(api, NEW)
    over = client.get(link)
    assert over.status_code == 410
    assert order not in over.text
    assert client.post(link, data={"csrf_token": token, "do": "confirm"}).status_code == 410
    assert kinds(posted, order) == ["order-placed"]
    addressed(api, "")
    assert client.get(link).status_code == 410
    addressed(api)
    assert client.get(link).status_code == 200


def test_who_ended_that_a_mailbox_answers_is_not_gone_around_by_the_next_order(
    posted, api, order, link, client, box
):
    """The next mail comes without a link, and the old one is not alive again."""
    person, admin = of_link(posted), api("admin", SUPPLIER)
    assert admin.post(f"/persons/{person}/roles/1/end", {"reason": "Läckt"}).status_code == 200
    assert client.get(link).status_code == 410
    second = place(api)["number"]
    assert send(posted) == (1, 0)
    said = text_of(box.mails[-1])
    assert "/answer/" not in said
    assert f"/orders/{second}" in said
    assert people.roles_of(posted.service, person, posted.today) == ()
    assert client.get(link).status_code == 410
    assert admin.post(f"/persons/{person}/roles", {"role": "supplier"}).status_code == 200
    assert following.again(posted, second, people.server(posted.service, posted.registry))
    send(posted)
    assert client.get(f"/answer/{secret_in(box.mails[-1])}").status_code == 200


def test_what_came_of_an_answer_is_shown_while_its_person_answers_and_no_longer_than_a_while(
    posted, api, order, link, client, clock
):
    assert sent(client, link, do="confirm", reference="MIUN 7").status_code == 303
    assert "MIUN 7" in client.get(link).text
    addressed(api, NEW)
    assert client.get(link).status_code == 410
    addressed(api)
    (made,) = [
        fact.event for fact in posted.store.follow(0, 999) if isinstance(fact.event, AnswerLinkMade)
    ]
    clock.wait(days=(made.ends_on - posted.today).days + LINK_DAYS)
    assert "MIUN 7" in client.get(link).text
    clock.wait(days=1)
    over = client.get(link)
    assert over.status_code == 410
    assert "MIUN 7" not in over.text
    assert "BT-13" not in over.text
    assert client.get(f"{link}/days.ics").status_code == 404


def test_who_declined_by_a_link_learns_nothing_of_what_came_after(posted, api, client, box):
    assert api("manager").post("/agreements", {**RANKED, "signed_on": "2023-09-05"}).status_code
    addressed(api)
    number = place(api, respond_by="2027-09-20")["number"]
    send(posted)
    link = f"/answer/{secret_in(box.mails[-1])}"
    assert sent(client, link, do="decline", reason="Ingen lärare").status_code == 303
    if posted.service.load(f"order/{number}")[1].supplier == SUPPLIER:
        passed = api("orderer").post(f"/orders/{number}/pass-on", {})
        assert passed.status_code == 200, passed.text
    before = client.get(link)
    assert before.status_code == 200
    more = {"seats": 77, "starts_on": "2028-02-02", "reason": "Fler"}
    assert api("orderer").post(f"/orders/{number}/change", more).status_code == 200
    told = api("supplier", SECOND).post(f"/orders/{number}/confirm", {"reference": "VÄST 9"})
    assert told.status_code == 200, told.text
    state = posted.service.load(f"order/{number}")[1]
    assert (state.supplier, state.seats, state.status) == (SECOND, 77, "confirmed"), "the control"
    after = client.get(link)
    assert words(after) == words(before)
    assert client.get(f"{link}/days.ics").status_code == 404


def test_a_corrected_address_has_a_link_of_its_own_in_the_mail_that_waits(
    posted, api, order, box, client
):
    """The one that the mail was made with would answer as whoever reads the wrong address."""
    box.at_address = lambda address: "550 no such user" if address == THEIRS else None
    assert send(posted) == (0, 1)
    (dead,) = outbox.listed(posted.registry)
    box.at_address = lambda _: None
    addressed(api, NEW)
    assert outbox.retry(posted.registry, dead.id)
    assert sending.send_due(posted, sending.server_of(posted.settings)) == (1, 0)
    assert box.to == [NEW]
    link = f"/answer/{secret_in(box.mails[-1])}"
    assert sent(client, link, do="confirm").status_code == 303
    fact = posted.store.history(f"order/{order}")[-1]
    assert posted.registry.names({fact.by.person}) == {fact.by.person: NEW}


def test_of_an_order_that_is_answered_meanwhile_no_waiting_mail_has_a_link(posted, api, order, box):
    box.at_address = lambda _: "450 later"
    assert send(posted) == (0, 1)
    assert api("supplier").post(f"/orders/{order}/confirm").status_code == 200
    box.at_address = lambda _: None
    addressed(api, NEW)
    with posted.registry.transaction() as connection:
        connection.execute(outbox.outbox.update().values(next_at=""))
    assert sending.send_due(posted, sending.server_of(posted.settings)) == (0, 1)
    (dead,) = outbox.listed(posted.registry)
    assert dead.failure == "no link answers the order: wrong-status"


def test_a_buyer_sends_an_order_again_once_in_a_while(posted, api, order, link, box, clock):
    browser = Browser(api.app)
    browser.post("/session", token=let_in(posted, "Beställare", BUYER, ("orderer",)))
    path = f"/orders/{order}"

    def again():
        return words(browser.post(f"{path}/link", page=path, do="again"))

    assert "sent again, with a new link" in again()
    for _ in range(3):
        assert "Nothing is sent: it was sent just now" in again()
    send(posted)
    assert len(box.mails) == 2, "the first, and one more"
    clock.wait(seconds=LINK_PAUSE)
    assert "sent again, with a new link" in again()
    assert kinds(posted, order) == ["order-placed"]


@pytest.mark.parametrize(
    "course",
    [
        "=?utf-8?q?Kurs=0D=0ABcc:_annan=2Eperson?=",
        "=?utf-8?b?DQoNCjxiPmhlajwvYj4=?= kurs",
        "Å =?iso-8859-1?q?=0D=0AX-Evil:_1?= Å",
        '<img src=x onerror="alert(1)"> & "Kurs"',
    ],
)
def test_what_somebody_wrote_begins_no_header_and_no_markup(posted, api, order, box, course):
    """The library decodes an encoded word in a header that it is given, line breaks and all."""
    place(api, course=course)
    send(posted)
    (mail_,) = [one for one in box.mails if "0002" in one["Subject"]]
    assert {name.lower() for name, _ in mail_.items()} == {
        "from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version",
        "content-type",
    }  # fmt: skip
    assert str(mail_["Subject"]).endswith(course.replace("=?", "= ?"))
    assert course in text_of(mail_)
    html = mail_.get_body(("html",)).get_content()
    assert "<img" not in html
    assert "<b>" not in html


def test_mail_goes_to_no_address_that_is_more_than_one(posted, api, order):
    for address in (
        "a@b.se\r\nBcc: c@d.se", "a@b.se\nX: y", "a@b.se,c@d.se", "<a@b.se>", '"a b"@c.se',
        "a@b.se\0", "a@[127.0.0.1]", "@b.se", "a@b.se c@d.se",
    ):  # fmt: skip
        refused = api("supplier").post(f"/organisations/{SUPPLIER}/address", {"address": address})
        assert refused.status_code == 422, address
    assert mail.of(posted.registry, SUPPLIER).address == THEIRS


def test_nobody_says_of_another_request_that_it_came_by_a_link(posted, api, order):
    key = {"Idempotency-Key": "link-0123456789abcdef"}
    refused = api("supplier").post(f"/orders/{order}/confirm", {}, headers=key)
    assert refused.status_code == 422
    assert "link-" in refused.json["detail"]
    assert kinds(posted, order) == ["order-placed"]
    key = {"Idempotency-Key": "a link-0123456789abcdef"}
    assert api("supplier").post(f"/orders/{order}/confirm", {}, headers=key).status_code == 200
