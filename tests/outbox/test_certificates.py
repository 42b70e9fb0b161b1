"""A room certificate goes with the mail that asks for an answer, and stands on the link's page."""

import json

import pytest
from msgspec.structs import replace

from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.audit.published import publish_key
from ledger.audit.verifier import verify
from ledger.web import create_app
from tests.audit.audit_given import KEY
from tests.conftest import AGREEMENT, SUPPLIER
from tests.outbox.postbox import postbox, with_mail
from tests.outbox.test_links import sent
from tests.outbox.test_mail import TERM, THEIRS, place, secret_in, send


@pytest.fixture
def box():
    with postbox() as found:
        yield found


@pytest.fixture
def signing(tmp_path):
    found = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
    publish_key(found.folder, KEY.verifier)
    return found


@pytest.fixture
def posted(ledger, api, box, signing):
    api("manager").post("/agreements", {**AGREEMENT, **TERM})
    api("supplier").post(f"/organisations/{SUPPLIER}/address", {"address": THEIRS})
    notary.cycle(signing, ledger.store.leaves)
    told = with_mail(ledger, box)
    return replace(told, settings=replace(told.settings, notary=str(signing.folder)))


def certificates_in(mail):
    found = [one for one in mail.iter_attachments() if one.get_content_type() == "application/json"]
    return [(one.get_filename(), one.get_payload(decode=True)) for one in found]


def checked(path, data):
    path.write_bytes(data)
    report = verify.examine_certificate(path, KEY.verifier.text)
    return report.wrong


def test_it_waits_for_the_notary_and_goes_with_the_mail(posted, api, box, signing, tmp_path):
    number = place(api)["number"]
    send(posted)
    assert box.mails == []
    notary.cycle(signing, posted.store.leaves)
    send(posted)
    ((name, data),) = certificates_in(box.mails[-1])
    assert name == f"{number}-room-certificate.json"
    assert json.loads(data)["order"] == number
    assert checked(tmp_path / "one.json", data) == []


def test_without_a_notary_that_signs_the_mail_goes_all_the_same(posted, api, box, clock):
    place(api)
    send(posted)
    clock.wait(minutes=3)
    send(posted)
    assert len(box.mails) == 1
    assert certificates_in(box.mails[-1]) == []


def test_the_links_page_has_it_before_and_after_the_answer(posted, api, box, signing, tmp_path):
    number = place(api)["number"]
    notary.cycle(signing, posted.store.leaves)
    send(posted)
    link = f"/answer/{secret_in(box.mails[-1])}"
    client = create_app(ledger=posted).test_client()
    for _ in ("before", "after"):
        page = client.get(link)
        assert f"{link}/room-certificate" in page.text
        answer = client.get(f"{link}/room-certificate")
        assert answer.headers["Content-Disposition"].endswith(f'{number}-room-certificate.json"')
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert checked(tmp_path / "one.json", answer.data) == []
        sent(client, link, do="confirm", reference="MIUN 2027/1")
    said = client.get(link).text
    for one in ("BT-10", "BT-12", "BT-13", "BT-132", "BT-49", "0007:2120002403", "MIUN 2027/1"):
        assert one in said
    notary.cycle(signing, posted.store.leaves)
    send(posted)
    assert len(certificates_in(box.mails[-1])) == 1


def test_no_certificate_is_given_to_one_supplier_of_several(posted, api, box, signing):
    several = {
        **AGREEMENT,
        **TERM,
        "number": "FLERA",
        "suppliers": [
            {"organisation": SUPPLIER, "name": "Mittuniversitetet"},
            {"organisation": "2021003096", "name": "Mälardalens universitet"},
        ],
        "selection": {"method": "ranking", "ranking": [SUPPLIER, "2021003096"]},
    }
    answer = api("manager").post("/agreements", several)
    assert answer.status_code == 201, answer.text
    body = {"course": "K", "lines": [{"kind": "delivery", "amount": "100.00"}]}
    made = api("manager").post("/agreements/FLERA/orders", {**body, "supplier": SUPPLIER})
    assert made.status_code == 201, made.text
    notary.cycle(signing, posted.store.leaves)
    send(posted)
    assert certificates_in(box.mails[-1]) == []
    link = f"/answer/{secret_in(box.mails[-1])}"
    client = create_app(ledger=posted).test_client()
    assert "room-certificate" not in client.get(link).text
    assert client.get(f"{link}/room-certificate").status_code == 403
