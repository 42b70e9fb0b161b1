"""The audit desk in a browser: the proof, the log, replay, receipts, what was tried and read."""

import csv
import io
import re
import time
import zipfile
from datetime import timedelta
from urllib.parse import quote

import pytest

from ledger import people
from ledger.audit import entry, notary
from ledger.audit.notary import Notary
from ledger.audit.published import keep, publish_key
from ledger.bounds import JOB_HOURS, JOB_SILENT
from ledger.clock import day_of
from ledger.config import read
from ledger.domain import access
from ledger.opening import open_ledger
from ledger.registry import jobs
from ledger.web import create_app
from tests.audit.attacker import Database
from tests.audit.audit_given import KEY
from tests.clock import STARTED
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, REASONS, SUPPLIER, appoint
from tests.people import let_in
from tests.web.test_pages import Browser, words
from tests.web.test_seen import signed_in

LARGE = {**ORDER, "lines": [{"kind": "delivery", "amount": "2009000.00"}]}
PARTS = ("", "/log", "/replay", "/passed", "/receipt", "/checkpoints", "/attempts", "/reads",
         "/bundle")  # fmt: skip


class Desk:
    """An application whose log a notary signs, and people who look at it."""

    def __init__(self, opened, folder, note) -> None:
        self.ledger, self.folder, self.note = opened, folder, note
        self.app = create_app(ledger=opened)

    def of(self, role: str, organisation: str = BUYER) -> Browser:
        name = f"{role} of {organisation}"
        token = let_in(self.ledger, name, organisation, (role,))
        if role == "auditor":
            appoint(self.ledger, name, organisation)
        browser = Browser(self.app)
        signed_in(browser.client, token)
        return browser


def rows_of(file: str) -> int:
    return len(list(csv.reader(io.StringIO(file)))) - 1


@pytest.fixture
def desk(ledger, api, database, tmp_path):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    api("orderer").post("/agreements/SKO-2023/orders", ORDER)
    api("supplier").post("/orders/SKO-2023-0001/confirm")
    api("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE)
    api("orderer").post("/agreements/SKO-2023/orders", LARGE)
    folder = tmp_path / "notary"
    signing = Notary(key=KEY, state=tmp_path / "state", folder=folder)
    note = notary.cycle(signing, ledger.store.leaves)
    publish_key(folder, KEY.verifier)
    keep(folder, note, day_of(ledger.now))
    opened = open_ledger(read({"AVROP_DATABASE": database, "AVROP_NOTARY": str(folder)}), STARTED)
    yield Desk(opened, folder, note.data.decode())
    opened.close()


def test_the_proof_stands_in_one_sentence_and_ones_own_checkpoint_is_held_against_the_log(desk):
    auditor = desk.of("auditor")
    said = words(auditor.get("/audit"))
    size = desk.note.split("\n")[1]
    assert f"{size} entries; nothing of them was changed" in said
    assert "You are appointed from" in said
    assert "writes nothing" in said
    held = auditor.post("/audit", page="/audit", checkpoint=desk.note)
    assert held.status_code == 200
    assert f"Nothing was changed of what is in your checkpoint ({size} entries)" in words(held)
    for typed, fault in (
        ("hej", "This is no checkpoint"),
        (desk.note.replace("ledger\n", "other\n", 1), "is of another log"),
        (desk.note.replace(f"\n{size}\n", f"\n{int(size) - 1}\n", 1), "not signed with this log"),
    ):
        refused = auditor.post("/audit", page="/audit", checkpoint=typed)
        assert refused.status_code == 422
        assert fault in words(refused)
    signed = words(auditor.get("/audit/checkpoints"))
    assert "the newest" in signed
    assert "is what it says" in signed


def test_a_changed_entry_is_named_to_whoever_holds_a_checkpoint(desk, ledger):
    """Behind the ledger's back the whole log is another; the notary's copy tells which entry."""
    auditor, admin = desk.of("auditor"), desk.of("admin")
    rows = list(ledger.store.leaves.every(99))
    (row,) = [one for one in rows if one.name == "order-placed"]
    other = row.stored.replace(b"Strategiskt", b"Oplanerat")
    place = (row.index, row.stream, row.version, row.name)
    put = [entry.row(*place, other) if one is row else one for one in rows]
    Database(ledger).put(put)
    assert "is not what was signed" in words(auditor.get("/audit"))
    for begins in (auditor.get("/"), admin.get("/")):
        assert "The log is not what was signed" in words(begins)
        assert "The audit desk" in words(begins)
    refused = auditor.post("/audit", page="/audit", checkpoint=desk.note)
    assert refused.status_code == 422
    said = words(refused)
    assert "The log is not what your checkpoint says" in said
    assert f"entry {row.index}, {row.stream} version 1" in said


def test_the_log_is_narrowed_and_each_fact_opens_to_its_bytes_and_proof(desk, ledger):
    auditor = desk.of("auditor")
    page = auditor.get("/audit/log")
    said = words(page)
    assert "SKO-2023-0001 ordered" in said
    assert "Order SKO-2023-0001" in said
    of_order = words(auditor.get("/audit/log", about="SKO-2023-0001"))
    assert "Order SKO-2023-0001" in of_order
    assert "Agreement SKO-2023 " not in of_order.partition("Marked")[2]
    orders = words(auditor.get("/audit/log", role="orderer", name="order-placed"))
    assert "ordered" in orders
    assert "confirmed" not in orders.partition("Marked")[2]
    assert "Nothing like that is recorded" in words(auditor.get("/audit/log", uncovered="true"))
    late = auditor.get("/audit/log", recorded_late="true")
    assert "Recorded late" in words(late)
    wrong = auditor.get("/audit/log", **{"from": "i fjol"})
    assert wrong.status_code == 422
    (row,) = [one for one in ledger.store.leaves.every(99) if one.name == "order-placed"]
    opened = auditor.get(f"/audit/log/{row.position}")
    assert row.stored.decode()[:40] in words(opened)
    assert row.leaf.hex() in words(opened)
    assert auditor.get("/audit/log/99999").status_code == 404
    lines = auditor.get("/audit/log", format="csv", name="order-placed").text
    assert rows_of(lines) == 1


def test_a_receipt_is_found_proved_or_told_what_is_wrong_with_it(desk, ledger):
    auditor = desk.of("auditor")
    (row,) = [one for one in ledger.store.leaves.every(99) if one.name == "order-placed"]
    receipt = f"{row.index}:{row.leaf.hex()}"
    found = auditor.post("/audit/receipt", page="/audit/receipt", receipt=receipt)
    assert "is what the receipt says, and proved" in words(found)
    assert "SKO-2023-0001 ordered" in words(found)
    assert "is proved to be in the tree" in words(auditor.get(f"/audit/receipt/{row.index}"))
    for typed, fault in (
        (f"{row.index}:{'0' * 64}", "is another than the receipt says"),
        ("99999", "has no entry 99999"),
        ("hej", "This is no receipt"),
    ):
        refused = auditor.post("/audit/receipt", page="/audit/receipt", receipt=typed)
        assert refused.status_code == 422
        assert fault in words(refused)


def test_an_agreement_is_stepped_through_and_jumped_in(desk):
    auditor = desk.of("auditor")
    last = words(auditor.get("/audit/replay/SKO-2023"))
    assert re.search(r"Step (\d+) of \1:", last)
    balance = "2 000 000 0 240 000 0 1 760 000"
    assert balance in last
    page = auditor.get("/audit/replay/SKO-2023")
    (first,) = re.findall(r'href="([^"]+)">First step</a>', page.text)
    begun = words(auditor.get(first))
    assert "Step 1 of" in begun
    assert "2 000 000 0 0 0 2 000 000" in begun
    early = words(auditor.get("/audit/replay/SKO-2023", on="2001-01-01"))
    assert "Step 1 of" in early
    assert auditor.get("/audit/replay/SKO-2023", on="fel").status_code == 422
    assert auditor.get("/audit/replay/NO-2023").status_code == 404


def test_what_was_tried_and_read_is_listed(desk):
    auditor = desk.of("auditor")
    said = words(auditor.get("/audit/attempts"))
    assert "SKO-2023" in said
    assert "9 000" in said
    assert "Nobody was refused" in words(auditor.get("/audit/attempts", to="2001-01-01"))
    assert auditor.get("/audit/attempts", to="fel").status_code == 422
    assert "No bundle was given out" in words(auditor.get("/audit/reads"))
    file = auditor.get("/audit/attempts", format="csv")
    assert rows_of(file.text) == 1


def test_a_bundle_is_made_in_the_background_recorded_and_fetched(desk, ledger):
    auditor = desk.of("auditor")
    asked = auditor.get("/audit/bundle", agreement="sko-2023")
    assert re.search(r"\d+ entries of all \d+, about 1 MB", words(asked))
    assert "The whole log" not in words(asked)
    begun = auditor.post("/audit/bundle", page="/audit/bundle?agreement=SKO-2023",
                         agreement="SKO-2023")  # fmt: skip
    address = begun.request.path
    page = waited(auditor, address)
    assert "The bundle is made" in words(page)
    (file,) = re.findall(r'href="([^"]+/file)"', page.text)
    fetched = auditor.get(file)
    assert zipfile.is_zipfile(io.BytesIO(fetched.data))
    assert fetched.headers["Content-Disposition"] == 'attachment; filename="SKO-2023.zip"'
    assert "SKO-2023" in words(auditor.get("/audit/reads"))
    assert "made" in words(auditor.get("/audit/bundle"))
    other = desk.of("admin")
    assert other.get(address).status_code == 404
    assert other.get(file).status_code == 404
    whole = other.post("/audit/bundle", page="/audit/bundle?whole=true", whole="true")
    assert "The bundle is made" in words(waited(other, whole.request.path))


def test_a_bundle_is_not_fetched_once_what_let_one_have_it_has_ended(desk):
    """An appointment that goes on for another organisation lets nobody have the agreement's."""
    auditor = desk.of("auditor")
    begun = auditor.post("/audit/bundle", page="/audit/bundle?agreement=SKO-2023",
                         agreement="SKO-2023")  # fmt: skip
    page = waited(auditor, begun.request.path)
    (file,) = re.findall(r'href="([^"]+/file)"', page.text)
    assert auditor.get(file).status_code == 200, "the control"
    opened = desk.ledger
    by = people.server(opened.service, opened.registry)
    person = opened.registry.find_in(f"auditor of {BUYER}", BUYER)
    end = access.EndAppointment(person=person, number=1, reason="Slut", on=opened.today)
    appoint(opened, f"auditor of {BUYER}", "2120000787")
    opened.service.execute(end, by)
    assert auditor.get("/audit").status_code == 200, "of another organisation, still"
    for path in (begun.request.path, file):
        assert auditor.get(path).status_code == 404
    assert begun.request.path not in auditor.get("/audit/bundle").text


def test_the_log_is_looked_through_by_the_names_that_one_is_told_alone(desk, api, ledger):
    """Whoever types the name of somebody of another organisation learns neither that they are
    there nor what they did, and no id."""
    by = ledger.service, ledger.registry
    for _ in range(2):
        people.another(*by, "Doris Dubbel", SUPPLIER)
    own = [people.another(*by, "Egil Egen", BUYER) for _ in range(2)]
    supplier = next(
        name for name in ledger.registry.of_organisation(SUPPLIER).values() if "supplier" in name
    )
    for role in ("admin", "auditor"):
        browser = desk.of(role)
        for path in ("/audit/log", "/audit/attempts"):
            nobody = words(browser.get(path, person="Nils Ingen")).replace("Nils Ingen", "…")
            for name in ("Doris Dubbel", supplier):
                page = browser.get(path, person=name)
                assert page.status_code == 200
                assert words(page).replace(name, "…") == nobody, (role, path, name)
            several = browser.get(path, person="Egil Egen")
            assert several.status_code == 422
            assert set(own) <= set(re.findall(r"p-[0-9a-f]{16}", several.text))
    orderer = f"orderer {BUYER}"
    assert "ordered" in words(desk.of("auditor").get("/audit/log", person=orderer)), "the control"


def test_a_bundle_that_may_not_be_had_or_cannot_be_made_is_refused_in_words(desk):
    auditor = desk.of("auditor")
    assert auditor.get("/audit/bundle", agreement="NO-2023").status_code == 422
    assert auditor.get("/audit/bundle", whole="true").status_code == 403
    stranger = desk.of("auditor", "2120000787")
    assert stranger.get("/audit/bundle", agreement="SKO-2023").status_code == 422
    by = desk.ledger.registry.find_in(f"auditor of {BUYER}", BUYER)
    running = jobs.begin(desk.ledger.registry, by, BUYER, "bundle", "SKO-2023")
    asked = {"page": "/audit/bundle?agreement=SKO-2023", "agreement": "SKO-2023"}
    refused = auditor.post("/audit/bundle", **asked)
    assert refused.status_code == 409
    assert "Something of yours is being made already" in words(refused)
    cancelled = auditor.post(f"/audit/bundle/{running.id}", page=f"/audit/bundle/{running.id}")
    assert "You cancelled it" in words(cancelled)
    (desk.folder / "checkpoint").write_text("hej")
    begun = auditor.post("/audit/bundle", page="/audit/bundle?agreement=SKO-2023",
                         agreement="SKO-2023")  # fmt: skip
    assert "No bundle can be made" in words(waited(auditor, begun.request.path))


def test_work_that_is_cancelled_or_silent_keeps_nothing_and_one_runs_at_a_time(desk):
    registry = desk.ledger.registry
    first = jobs.begin(registry, "p-1", BUYER, "bundle", "")
    assert jobs.begin(registry, "p-1", BUYER, "bundle", "") is None
    jobs.went_on(registry, first.id, 1, 2)
    assert jobs.find(registry, first.id, "p-1", BUYER).percent == 50
    assert jobs.find(registry, first.id, "p-2", BUYER) is None
    jobs.cancel(registry, first.id, "p-1")
    with pytest.raises(jobs.Cancelled):
        jobs.ended(registry, first.id, "a.zip", iter([b"a", b"b"]))
    assert list(jobs.content(registry, first.id)) == []
    second = jobs.begin(registry, "p-1", BUYER, "bundle", "")
    later = registry.now() + timedelta(seconds=JOB_SILENT + 1)
    registry.now = lambda: later
    assert jobs.find(registry, second.id, "p-1", BUYER).status == "failed"
    jobs.ended(registry, second.id, "a.zip", iter([b"a", b"b"]))
    assert list(jobs.content(registry, second.id)) == [b"a", b"b"]
    gone = later + timedelta(hours=JOB_HOURS)
    registry.now = lambda: gone
    assert jobs.of(registry, "p-1", BUYER, 9) == []
    assert list(jobs.content(registry, second.id)) == []


def waited(browser: Browser, address: str):
    """The page of a job that no longer runs."""
    for _ in range(600):
        page = browser.get(address)
        if "per cent is made" not in page.text:
            return page
        time.sleep(0.05)
    raise AssertionError("it never ended")


def test_the_page_after_it_was_passed_says_the_same_as_the_api(desk, api):
    year = {"name": "2024", "year": 2024, "amount": "300000.00", "effect": "soft"}
    body = {
        "change": {"limits": [year]},
        "ground": "17:14",
        "reasons": REASONS,
        "decision": "KS 1",
        "decided_on": "2023-11-21",
    }
    assert api("manager").post("/agreements/SKO-2023/amendments", body).status_code == 201
    for day in ("2023-12-01", "2023-12-20"):
        api("orderer").post("/agreements/SKO-2023/orders", {**ORDER, "ordered_on": day})
    found = api("auditor").get("/agreements/SKO-2023/passed", limit="2024").json
    auditor = desk.of("auditor")
    said = words(auditor.get("/agreements/SKO-2023/passed", limit="2024"))
    assert f"2024 was passed on {found['passed_on']}" in said
    for one in found["items"]:
        assert one["effective_on"] in said
    assert "has not been passed" in words(auditor.get("/agreements/SKO-2023/passed"))
    lines = auditor.get("/agreements/SKO-2023/passed", limit="2024", format="csv").text
    assert rows_of(lines) == len(found["items"])


@pytest.mark.parametrize("language", ["sv", "en"])
def test_each_part_is_there_for_auditors_and_administrators_and_for_nobody_else(desk, language):
    paths = [f"/audit{part}" for part in PARTS] + ["/audit/replay/SKO-2023", "/audit/log/5"]
    for role in ("auditor", "admin"):
        browser = desk.of(role)
        for path in paths:
            assert browser.get(path, language).status_code == 200, (role, path)
        assert 'href="/audit"' in browser.get("/").text
    for role, organisation in (
        *((role, BUYER) for role in ("orderer", "approver", "finance", "manager")),
        ("supplier", SUPPLIER),
    ):
        browser = desk.of(role, organisation)
        assert 'href="/audit"' not in browser.get("/").text
        for path in paths:
            assert browser.get(path, language).status_code == 403, (role, path)


def test_an_auditor_of_another_organisation_sees_nothing_of_this_one(desk):
    stranger = desk.of("auditor", "2120000787")
    for path in ("/audit/log", "/audit/attempts", "/audit/replay", "/audit/passed"):
        said = words(stranger.get(path))
        assert "Uppdragsutbildning" not in said
        assert "SKO-2023-0001 ordered" not in said
    assert stranger.get("/audit/replay/SKO-2023").status_code == 404
    assert stranger.get("/agreements/SKO-2023/passed").status_code == 404
    placed = [one for one in desk.ledger.store.leaves.every(99) if one.name == "order-placed"]
    assert stranger.get(f"/audit/log/{placed[0].position}").status_code == 404
    told = words(stranger.get(f"/audit/receipt/{placed[0].index}"))
    assert "is not for you to see" in told
    assert "SKO-2023" not in told


NUL, LONG = "\0", "9" * 60


def test_what_no_database_takes_is_said_and_breaks_nothing(desk):
    """Numbers that are longer than any, and the one sign that PostgreSQL has in no text."""
    admin = desk.of("admin")
    for path, query, status in (
        (f"/audit/log/{LONG}", {}, 404),
        (f"/audit/receipt/{LONG}", {}, 404),
        (f"/audit/bundle/{quote(NUL)}", {}, 404),
        (f"/audit/bundle/{LONG}/file", {}, 404),
        ("/audit/log", {"person": NUL}, 422),
        ("/audit/log", {"about": NUL}, 422),
        ("/audit/attempts", {"person": NUL}, 422),
        ("/audit/attempts", {"agreement": NUL}, 422),
        ("/audit/reads", {"agreement": NUL}, 422),
        ("/audit/bundle", {"agreement": NUL}, 422),
        ("/audit/bundle", {"agreement": "a" * 5000}, 422),
        ("/settings/people", {"q": NUL}, 422),
        ("/settings/attest", {"amount": LONG, "code": NUL}, 422),
        ("/settings/codes", {"string": NUL}, 422),
        ("/agreements/SKO-2023/order", {"again": NUL}, 422),
        ("/agreements/SKO-2023/order", {"draft": NUL}, 422),
        ("/search", {"q": NUL}, 422),
    ):
        assert admin.get(path, **query).status_code == status, (path, query)
    page = {"page": "/settings/mail"}
    assert admin.post("/settings/mail", **page, do="retry", message=NUL).status_code == 422
    kept = {"page": "/agreements/SKO-2023/order", "do": "keep", "draft": NUL}
    assert admin.post("/agreements/SKO-2023/order", **kept).status_code == 422
    assert admin.post("/settings/mail", **page, do="retry", message="0" * 32).status_code == 404
    assert admin.post("/settings/mail", **page, do="mine", address=NUL).status_code == 422
    stranger = Browser(desk.app)
    for form in ({"who": NUL}, {"who": NUL, "organisation_of": BUYER}, {"token": NUL}):
        assert stranger.post("/session", passphrase=NUL, **form).status_code == 422, form
