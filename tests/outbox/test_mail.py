"""Mail: who is told what of which fact, once, by a real server that may refuse, be slow or lost."""

import re
from html import unescape

import pytest
from msgspec.structs import replace

from ledger import people
from ledger.bounds import MAIL_ATTEMPTS
from ledger.outbox import following, sending
from ledger.outbox.worker import Worker
from ledger.registry import mail, outbox
from tests.conftest import AGREEMENT, INVOICE, ORDER, SUPPLIER
from tests.outbox.postbox import ADDRESS, html_of, postbox, text_of, with_mail
from tests.people import BUYER, person_of

THEIRS = "uppdrag@miun.example"
TERM = {"signed_on": "2027-08-01", "starts_on": "2027-08-01", "ends_on": "2029-08-01"}


@pytest.fixture
def box():
    with postbox() as found:
        yield found


@pytest.fixture
def posted(ledger, api, box):
    """A ledger that sends mail, with an agreement, whose supplier has an address of record."""
    api("manager").post("/agreements", {**AGREEMENT, **TERM})
    told = api("supplier").post(f"/organisations/{SUPPLIER}/address", {"address": THEIRS})
    assert (told.json["address"], told.json["proved"]) == (THEIRS, True)
    return with_mail(ledger, box)


def place(api, **more):
    today = api("orderer").get("/agreements/SKO-2023/balance").json["as_of"]
    body = {**ORDER, "ordered_on": today, "starts_on": "2028-01-15", "ends_on": "2028-03-22",
            "lines": [{"kind": "delivery", "amount": "60000.00"}], **more}  # fmt: skip
    return api("orderer").post("/agreements/SKO-2023/orders", body).json


def written_to(ledger, role, often="at-once", language="sv", of=BUYER):
    """A person of a role who reads mail."""
    person = person_of(ledger, f"{role} {of}", of)
    address = f"{role}@{of}.example"
    mail.keep(
        ledger.registry, mail.Way(whose=person, address=address, often=often, language=language)
    )
    return person


def send(ledger):
    """All that is new becomes mail, and is sent."""
    while following.follow(ledger):
        pass
    return sending.send_due(ledger, sending.server_of(ledger.settings))


def secret_in(sent) -> str:
    (found,) = re.findall(rf"{ADDRESS}/answer/([\w-]{{43}})\s", text_of(sent))
    return found


# ── Who is told what ──────────────────────────────────────────────────────────────────────────


def test_a_new_order_goes_to_the_suppliers_address_of_record_with_a_link(posted, api, box):
    order = place(api)
    assert send(posted) == (1, 0)
    (sent,) = box.mails
    assert box.to == [THEIRS]
    assert sent["Subject"] == f"Avrop {order['number']} från Härnösands kommun: {order['course']}"
    assert sent["Auto-Submitted"] == "auto-generated"
    said = text_of(sent)
    assert "60\N{NO-BREAK SPACE}000" in said
    secret = secret_in(sent)
    (link,) = posted.store.history("link/" + outbox.listed(posted.registry, ("sent",))[0].id[:16])
    assert (link.event.order, link.event.organisation) == (order["number"], SUPPLIER)
    assert outbox.listed(posted.registry, ("sent",))[0].secret == ""
    with posted.registry.transaction() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM " + table(posted, "outbox")).all())
        kept += str(connection.exec_driver_sql("SELECT * FROM " + table(posted, "links")).all())
    assert secret not in kept


def table(ledger, name):
    return name if ledger.settings.database.startswith("sqlite") else f"avrop_registry.{name}"


def test_text_and_html_say_the_same(posted, api, box):
    place(api)
    send(posted)
    (sent,) = box.mails
    plain = re.sub(r"<title>.*?</title>|<[^>]+>", " ", html_of(sent))
    assert words(unescape(plain)) == words(text_of(sent))


def words(text: str) -> list[str]:
    return re.sub(r"[:\s]+", " ", text).split()


def test_course_days_come_as_a_calendar_file(posted, api, box):
    from icalendar import Calendar

    order = place(api)
    send(posted)
    (file,) = list(box.mails[0].iter_attachments())
    assert file.get_filename() == f"{order['number']}.ics"
    (event,) = Calendar.from_ical(file.get_content()).events
    assert (str(event.start), str(event.end)) == ("2028-01-15", "2028-03-23")
    assert ORDER["course"] in event["summary"]


def test_what_a_supplier_answers_goes_to_whoever_ordered_in_their_language(posted, api, box):
    order = place(api)
    written_to(posted, "orderer", language="en")
    send(posted)
    body = {"lines": [{"kind": "delivery", "amount": "70000.00"}], "reason": "Dyrare"}
    told = api("supplier").post(f"/orders/{order['number']}/counter", body)
    assert told.status_code == 200, told.json
    send(posted)
    assert box.to == [THEIRS, f"orderer@{BUYER}.example"]
    assert box.mails[1]["Subject"] == f"Counter-offer on {order['number']} from Mittuniversitetet"
    said = text_of(box.mails[1])
    assert "70\N{NO-BREAK SPACE}000" in said
    assert "Dyrare" in said
    assert f"{ADDRESS}/orders/{order['number']}" in said
    assert f"{ADDRESS}/settings/mail" in said
    api("orderer").post(f"/orders/{order['number']}/accept", {})
    send(posted)
    assert box.to[2:] == [THEIRS]


def test_an_invoice_goes_to_those_who_may_attest_it_and_nobody_is_told_of_their_own_doing(
    posted, api, box
):
    order = place(api)
    api("approver")
    for role in ("approver", "finance", "orderer"):
        api(role)
        written_to(posted, role)
    api("supplier").post(f"/orders/{order['number']}/confirm", {})
    today = str(posted.today)
    body = {**INVOICE, "issued_on": today, "amount": "60000.00", "vat": "15000.00"}
    told = api("finance").post(f"/orders/{order['number']}/drawdowns", body)
    assert told.status_code == 201, told.json
    box.to.clear()
    send(posted)
    assert sorted(box.to) == [f"approver@{BUYER}.example", f"orderer@{BUYER}.example"]
    sent = dict(zip(box.to, box.mails[-2:], strict=True))[f"approver@{BUYER}.example"]
    assert sent["Subject"] == "Faktura 90012345 väntar på attest"
    assert f"{ADDRESS}/invoices/{told.json['id']}" in text_of(sent)


def test_a_day_is_told_in_one_mail_to_who_wants_that(posted, api, box, clock):
    written_to(posted, "orderer", often="daily")
    send(posted)
    for _ in range(2):
        order = place(api)
        api("supplier").post(f"/orders/{order['number']}/confirm", {})
    send(posted)
    assert f"orderer@{BUYER}.example" not in box.to
    clock.wait(days=1)
    send(posted)
    assert box.to.count(f"orderer@{BUYER}.example") == 1
    assert box.mails[-1]["Subject"].startswith("Avrop: 2 händelser")
    clock.wait(days=1)
    assert send(posted) == (0, 0)


def test_who_wants_none_and_who_has_no_address_is_told_nothing(posted, api, box):
    written_to(posted, "orderer", often="never")
    api("supplier").post(f"/organisations/{SUPPLIER}/address", {"address": ""})
    order = place(api)
    api("supplier").post(f"/orders/{order['number']}/confirm", {})
    assert send(posted) == (0, 0)
    assert outbox.counts(posted.registry) == {}


def test_three_days_before_the_last_a_supplier_is_reminded_once(posted, api, box, clock):
    order = place(api)
    send(posted)
    clock.wait(days=10)
    assert following.remind(posted) == 0
    clock.wait(days=1)
    assert following.remind(posted) == 1
    assert following.remind(posted) == 0
    send(posted)
    assert order["number"] in box.mails[1]["Subject"]
    assert secret_in(box.mails[0]) != secret_in(box.mails[1])


def test_what_happened_long_ago_is_told_nobody(posted, api, box, clock):
    place(api)
    clock.wait(days=20)
    assert send(posted) == (0, 0)


# ── Once ──────────────────────────────────────────────────────────────────────────────────────


def test_following_twice_makes_a_message_once(posted, api, box):
    after = outbox.position(posted.registry)
    place(api)
    send(posted)
    outbox.keep(posted.registry, (), followed_to=after)
    send(posted)
    assert len(box.mails) == 1


def test_what_the_server_took_and_whose_answer_was_lost_comes_again_with_its_message_id(
    posted, api, box, clock
):
    place(api)
    box.at_data = lambda _: "hang up" if len(box.mails) == 0 else None
    assert send(posted) == (0, 1)
    assert send(posted) == (0, 0)  # not at once
    clock.wait(minutes=2)
    assert send(posted) == (1, 0)
    assert len(set(box.ids())) == 1
    assert len(box.mails) == 2
    assert secret_in(box.mails[0]) == secret_in(box.mails[1])


# ── Servers that do not take it ───────────────────────────────────────────────────────────────


def test_an_address_that_is_refused_for_good_is_dead_until_somebody_has_it_tried_again(
    posted, api, box
):
    place(api)
    box.at_address = lambda _: "550 5.1.1 no such user"
    assert send(posted) == (0, 1)
    (dead,) = outbox.listed(posted.registry)
    assert dead.failure == "the server refuses the address: 550 5.1.1 no such user"
    assert send(posted) == (0, 0)
    box.at_address = lambda _: None
    assert outbox.retry(posted.registry, dead.id)
    assert not outbox.retry(posted.registry, dead.id)
    assert send(posted) == (1, 0)
    assert outbox.listed(posted.registry) == []


def test_a_server_that_is_busy_is_tried_again_later_and_later_and_then_a_person_is_asked(
    posted, api, box, clock
):
    place(api)
    box.at_data = lambda _: "451 4.3.0 busy"
    tries, waited = 0, []
    while not outbox.listed(posted.registry):
        tries += send(posted)[1]
        (waiting,) = outbox.listed(posted.registry, ("waiting", "dead"))
        waited.append(waiting.next_at)
        clock.wait(hours=9)
    assert tries == MAIL_ATTEMPTS
    assert len(set(waited)) == len(waited)
    assert "451 4.3.0 busy" in outbox.listed(posted.registry)[0].failure


def test_one_address_that_is_refused_holds_up_nobody_else(posted, api, box):
    order = place(api)
    written_to(posted, "orderer")
    api("supplier").post(f"/orders/{order['number']}/confirm", {})
    place(api)
    box.at_address = lambda to: "550 no" if to == THEIRS else None
    taken, missed = send(posted)
    assert (taken, missed) == (1, 1)


def test_a_server_that_is_away_or_silent_is_said_and_waited_for(posted, api, box, monkeypatch):
    import socket

    place(api)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        monkeypatch.setattr(sending, "SMTP_SECONDS", 0.2)
        assert send(away(posted, port)) == (0, 1)
    (one,) = outbox.listed(posted.registry, ("waiting",))
    assert one.failure == f"127.0.0.1:{port} cannot be reached: no answer in time"


def away(ledger, port):
    return replace(ledger, settings=replace(ledger.settings, smtp=f"smtp://127.0.0.1:{port}"))


def test_a_password_is_not_sent_where_anybody_could_listen(posted, tmp_path):
    (tmp_path / "password").write_text("hemligt\n")
    told = replace(
        posted.settings,
        smtp="smtp://avrop@mail.example:25",
        smtp_password_file=str(tmp_path / "password"),
    )
    server = sending.server_of(told)
    assert (server.user, server.password) == ("avrop", "hemligt")
    with pytest.raises(ValueError, match="cannot be read"):
        sending.server_of(replace(told, smtp_password_file=str(tmp_path / "nothing")))


# ── The worker ────────────────────────────────────────────────────────────────────────────────


def test_a_look_of_the_worker_follows_sends_and_ticks(posted, api, box, clock):
    place(api)
    worker = Worker(posted)
    found = worker.round()
    assert (found.sent, found.missed) == (1, 0)
    assert worker.done_on == posted.today
    for _ in range(3):  # nothing is recorded meanwhile, and the last day to answer passes
        clock.wait(days=5)
        worker.round()
    assert [one.event.stored for one in posted.store.history("order/SKO-2023-0001")][-1] == (
        "order-lapsed"
    )
    worker.round()
    assert box.mails[-1]["Subject"] == "Avrop SKO-2023-0001 förföll utan svar"


def test_who_is_erased_is_written_to_no_more(posted, api, box):
    person = written_to(posted, "orderer")
    order = place(api)
    api("supplier").post(f"/orders/{order['number']}/confirm", {})
    while following.follow(posted):
        pass
    people.erase(posted.service, posted.registry, person)
    assert mail.of(posted.registry, person) is None
    send(posted)
    assert f"orderer@{BUYER}.example" not in box.to


def test_what_cannot_be_told_or_written_keeps_nothing_else(posted, api, box, monkeypatch):
    from ledger.domain.events import OrderConfirmed
    from ledger.outbox import letters, telling

    first, second = place(api)["number"], place(api)["number"]
    written_to(posted, "orderer")
    api("supplier").post(f"/orders/{first}/confirm", {})
    broken = {OrderConfirmed: lambda *_: 1 / 0}
    monkeypatch.setattr(telling, "_TELL", {**telling._TELL, **broken})
    while following.follow(posted):
        pass
    made = letters.made
    monkeypatch.setattr(letters, "made", lambda *_: 1 / 0)
    assert sending.send_due(posted, sending.server_of(posted.settings)) == (0, 1)
    (dead,) = outbox.listed(posted.registry)
    assert dead.failure == "it could not be written: see the log"
    monkeypatch.setattr(letters, "made", made)
    outbox.retry(posted.registry, dead.id)
    assert send(posted) == (1, 0)
    assert second in box.mails[0]["Subject"]
