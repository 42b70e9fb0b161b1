"""Who put a waiting file aside, when and why, stays known whatever becomes of the file later."""

import io
import re
import zipfile
from dataclasses import replace

import pytest

from ledger import bundling
from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.audit.published import keep, publish_key
from ledger.domain.events import FileDiscarded, FileReturned
from tests.audit.audit_given import KEY
from tests.clock import STARTED
from tests.conftest import BUYER
from tests.documents.bills import Bill, rows
from tests.people import person_of
from tests.web.test_acting import Reader
from tests.web.test_booking import OTHER, Desk
from tests.web.test_queue_of_others import sent_by

NOWHERE = Bill("F9", rows(("10.00", 1)), order="RAM-1-0999")


@pytest.fixture
def desk(api, ledger):
    return Desk(api, ledger)


@pytest.fixture
def order(desk):
    desk.sign()
    return desk.order()


@pytest.fixture
def page(api, ledger):
    """The pages of a finance officer."""
    return Reader(api.app, ledger, "clerk", BUYER, "finance", "approver")


def discarded(desk, bill=NOWHERE, reason="Annans"):
    path = f"/documents/{desk.queued(bill)['sha256']}"
    assert desk.finance.post(f"{path}/discard", {"reason": reason}).status_code == 200
    return path


def facts_of(ledger, path):
    return ledger.store.history("file/" + path.rpartition("/")[2])


def test_who_discarded_a_file_stays_known_after_it_was_assigned(desk, order, ledger, page):
    path = discarded(desk)
    found = desk.finance.post(f"{path}/assign", {"order": order, "reason": "Vår ändå"})
    assert found.status_code == 201, found.text
    told = desk.finance.get(path).json
    assert (told["status"], told["reason"], told["decided_by"]) == ("recorded", "", "")
    (decided,) = told["decisions"]
    assert (decided["what"], decided["reason"]) == ("discarded", "Annans")
    assert decided["person"] == person_of(ledger, f"finance {BUYER}")
    assert (decided["organisation"], decided["own"]) == (BUYER, "")
    shown = page.get(path.replace("/documents", "/invoices/queue")).text
    assert f"discarded by finance {BUYER}: Annans" in shown


def test_who_put_it_back_and_who_discarded_it_again_are_told_in_order(desk, order, ledger):
    path = discarded(desk)
    assert desk.finance.post(f"{path}/retry").status_code == 202
    assert desk.finance.post(f"{path}/retry").status_code == 202, "it waits already"
    assert desk.finance.post(f"{path}/discard", {"reason": "Ändå inte"}).status_code == 200
    assert desk.finance.post(f"{path}/discard", {"reason": "Igen"}).status_code == 409
    told = desk.finance.get(path).json["decisions"]
    assert [(one["what"], one["reason"]) for one in told] == [
        ("discarded", "Annans"), ("returned", ""), ("discarded", "Ändå inte"),
    ]  # fmt: skip
    kinds = [type(fact.event) for fact in facts_of(ledger, path)]
    assert kinds == [FileDiscarded, FileReturned, FileDiscarded]


def test_what_one_puts_aside_of_anothers_is_known_to_both_and_why_it_was_to_whom_it_concerns(
    desk, order, api
):
    others, third = api("finance", OTHER), api("finance", "2120001488")
    path = f"/documents/{sent_by(others, NOWHERE).json['sha256']}"
    sent_by(third, NOWHERE)
    desk.queued(NOWHERE)
    assert others.post(f"{path}/discard", {"reason": "Inte vår"}).status_code == 200
    desk.finance.post(f"{path}/discard", {"reason": "Bara vår"})
    mine = desk.finance.get(path).json
    assert [one["reason"] for one in mine["decisions"]] == ["Inte vår", "Bara vår"]
    assert [one["own"] for one in mine["decisions"]] == [OTHER, ""]
    told = third.get(path).json
    assert (told["status"], told["decisions"], told["decided_by"]) == ("discarded", [], "")
    assert told["reason"] == "It was discarded by another organisation that it came to."
    (listed,) = third.get("/documents", status="discarded").json["items"]
    assert listed["reason"] == told["reason"]
    again = sent_by(third, NOWHERE).json
    assert (again["status"], again["reason"]) == ("discarded", told["reason"])
    (own,) = desk.finance.get("/documents", status="discarded").json["items"]
    assert own["reason"] == "Bara vår"


def test_an_auditor_reads_in_the_log_who_discarded_what_of_their_organisation(
    desk, order, api, ledger
):
    discarded(desk)
    names = [fact["name"] for fact in api("auditor").get("/events").json["items"]]
    assert "file-discarded" in names
    strangers = [fact["name"] for fact in api("auditor", OTHER).get("/events").json["items"]]
    assert "file-discarded" not in strangers


def test_the_bundle_of_an_agreement_has_who_discarded_a_file_that_became_its_invoice(
    desk, order, ledger, tmp_path
):
    path, other = discarded(desk), discarded(desk, replace(NOWHERE, number="F8"))
    desk.finance.post(f"{path}/assign", {"order": order, "reason": "Vår ändå"})
    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
    note = notary.cycle(signing, ledger.store.leaves)
    publish_key(signing.folder, KEY.verifier)
    keep(signing.folder, note, STARTED.today)
    out = io.BytesIO()
    bundling.write(ledger.store, signing.folder, out, "RAM-1")
    with zipfile.ZipFile(out) as file:
        told = b"".join(file.read(name) for name in file.namelist() if "entries/" in name)
    assert b"file/" + path.rpartition("/")[2].encode() in told
    assert b"Annans" in told
    assert other.rpartition("/")[2].encode() not in told


def test_discarded_files_are_listed_page_by_page(desk, order, page):
    paths = [discarded(desk, Bill(f"F{n}", rows(("10.00", 1)), order="?")) for n in range(3)]
    first = desk.finance.get("/documents", status="discarded", limit=2)
    assert len(first.json["items"]) == 2
    after = re.search(r"after=([^&>]+)", first.headers["Link"])[1]
    second = desk.finance.client.get(
        f"/api/v1/documents?status=discarded&limit=2&after={after}", headers=desk.finance.headers
    )
    seen = [one["sha256"] for one in (*first.json["items"], *second.json["items"])]
    assert seen == [path.rpartition("/")[2] for path in paths]
    assert "Link" not in second.headers
    assert desk.finance.get("/documents", limit=501).status_code == 422
    shown = page.get("/invoices/queue?status=discarded").text
    assert all(sha256 in shown for sha256 in seen)
    assert "Nothing waits" in page.get("/invoices/queue").text


def test_the_file_of_an_invoice_that_was_turned_down_is_taken_up_again_on_its_page(
    desk, order, page
):
    found = desk.recorded(Bill("F1", rows(("10.00", 1)), order=order))
    there = f"/invoices/queue/{found['source']['sha256']}"
    assert "#again" not in page.get(f"/invoices/{found['id']}").text
    assert f"{there}/retry" not in page.get(there).text
    desk.reject(found["id"])
    assert f'href="{there}#again"' in page.get(f"/invoices/{found['id']}").text
    shown = page.get(there).text
    assert (f"{there}/retry" in shown, f"{there}/assign" in shown) == (True, True)
    assert order in shown, "where it may belong"
    token = re.search(r'name="csrf_token" value="([^"]*)"', shown)[1]
    sent = page.send(f"{there}/retry", {"csrf_token": token})
    assert sent.status_code == 303
    (anew,) = desk.drawdown(found["id"])["anew"]
    assert sent.headers["Location"].endswith(anew)
    assert "#again" not in page.get(f"/invoices/{found['id']}").text
    assert f"{there}/retry" not in page.get(there).text
