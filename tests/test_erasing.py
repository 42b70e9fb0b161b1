"""Erasing a person: the name is gone everywhere, and every proof holds as it did."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from ledger import bundling, verifying
from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.audit.published import publish_key
from ledger.audit.verifier import verify
from ledger.registry import Document
from ledger.registry.tables import received
from ledger.web import create_app
from tests.audit.audit_given import KEY
from tests.clock import STARTED
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, Api
from tests.people import let_in, person_of

NAME, TRADER = "Någon Som Ska Glömmas", "8112289874"


@pytest.fixture
def written(ledger):
    """An agreement, an order and an invoice, all by one person; a client as them, and their id."""
    roles = ("manager", "orderer", "finance")
    client = Api(create_app(ledger=ledger).test_client(), let_in(ledger, NAME, BUYER, roles))
    assert client.post("/agreements", AGREEMENT).status_code == 201
    assert client.post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    assert client.post("/orders/SKO-2023-0001/drawdowns", INVOICE).status_code == 201
    return client, person_of(ledger, NAME)


def received_file(ledger, content, year, status="recorded", digest="0"):
    """A file in the registry that came in a year."""
    ledger.registry.keep(
        Document(
            sha256=digest * 64, format="peppol-invoice", status=status, buyer=BUYER, content=content
        )
    )
    came = update(received).where(received.c.sha256 == digest * 64)
    with ledger.registry._engine.begin() as connection:
        connection.execute(came.values(received_at=f"{year}-05-01T00:00:00+00:00"))


# ── Proofs ────────────────────────────────────────────────────────────────────────────────────


def test_every_proof_from_before_and_after_verifies(written, ledger, tmp_path):
    _, person = written
    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "out")
    publish_key(signing.folder, KEY.verifier)
    kept = tmp_path / "kept"
    kept.write_bytes(notary.cycle(signing, ledger.store.leaves).data)
    with (tmp_path / "before.zip").open("wb") as out:
        bundling.write(ledger.store, signing.folder, out, "SKO-2023")
    receipt = ledger.store.leaves.receipt("order/SKO-2023-0001", 1)

    assert ledger.registry.erase(person)

    notary.cycle(signing, ledger.store.leaves, recheck=True)
    with (tmp_path / "after.zip").open("wb") as out:
        bundling.write(ledger.store, signing.folder, out, "SKO-2023")
    assert (tmp_path / "before.zip").read_bytes() == (tmp_path / "after.zip").read_bytes()
    own = [str(tmp_path / "after.zip"), "--key", KEY.verifier.text, "--checkpoint", str(kept)]
    assert verify.main(own) == 0
    assert ledger.store.leaves.receipt("order/SKO-2023-0001", 1) == receipt
    outside = verifying.held(signing.folder, [kept], KEY.verifier)
    assert verifying.verify(ledger, outside).findings == ()


# ── The name is gone ──────────────────────────────────────────────────────────────────────────


def test_who_was_erased_shows_as_the_id_in_answers_and_pages(written, ledger):
    client, person = written
    secret = ledger.registry.open_session(
        ledger.registry.caller(let_in(ledger, "Någon annan", BUYER, ("manager",))),
        None,
        STARTED(),
    )
    browser = client.client
    browser.set_cookie("avrop_session", secret)
    assert NAME in browser.get("/agreements/SKO-2023/timeline").text
    ledger.registry.erase(person)
    page = browser.get("/agreements/SKO-2023/timeline").text
    assert NAME not in page
    assert person in page
    admin = Api(browser, let_in(ledger, "Admin", BUYER, ("admin",)))
    paths = [f"/drawdowns/{admin.get('/drawdowns').json['items'][0]['id']}", "/events"]
    for path in (*paths, "/agreements/SKO-2023/history"):
        said = admin.get(path).text
        assert NAME not in said
        assert person in said, path


def test_the_command_line_asks_first_then_shows_the_id(desk):
    desk.write("agreement.json", AGREEMENT)
    desk.done("agreement", "sign", "agreement.json", "--person", NAME)
    (person,) = [one["id"] for one in desk.json("person", "list") if one["name"] == NAME]
    desk.done("token", "add", "--person", NAME, "--organisation", BUYER, "--role", "finance")
    assert NAME in desk.done("history", "SKO-2023")
    assert NAME in desk.done("person", "show", person)

    assert "Aborted" in desk.refused("person", "erase", person, stdin=b"n\n")
    assert NAME in desk.done("history", "SKO-2023"), "nothing is done that was not confirmed"
    said = desk.done("person", "erase", person, stdin=b"y\n")
    assert f"{person} is erased and the name is gone. Tokens ended: 1; sessions ended: 0." in said
    for verb in (("history", "SKO-2023"), ("token", "list"), ("person", "list")):
        assert NAME not in desk.done(*verb)
    assert person in desk.done("history", "SKO-2023")
    assert desk.refused("person", "show", person) == f"There is no person {person}.\n"
    assert desk.refused("person", "erase", person, "--yes") == f"There is no person {person}.\n"


def test_the_name_is_not_left_in_the_bytes_of_the_registrys_files(desk):
    desk.write("agreement.json", AGREEMENT)
    desk.done("agreement", "sign", "agreement.json", "--person", NAME)
    (person,) = [one["id"] for one in desk.json("person", "list") if one["name"] == NAME]

    def left() -> list[str]:
        files = Path().glob("avrop*.db*")
        return [file.name for file in files if NAME.encode() in file.read_bytes()]

    assert left() != []
    desk.done("person", "erase", person, "--yes")
    assert left() == []


# ── Over the API ──────────────────────────────────────────────────────────────────────────────


def test_an_administrator_erases_a_person_and_nobody_else_may(written, api, ledger):
    client, person = written
    admin = api("admin")
    assert admin.get(f"/persons/{person}").json["name"] == NAME
    headers = admin.headers
    for role in ("manager", "auditor", "finance"):
        refused = api(role).client.delete(f"/api/v1/persons/{person}", headers=api(role).headers)
        assert refused.status_code == 403
    done = admin.client.delete(f"/api/v1/persons/{person}", headers=headers)
    assert done.json == {
        "id": person,
        "kind": "person",
        "tokens_ended": 1,
        "sessions_ended": 0,
        "files_removed": 0,
        "files_kept": 0,
        "files_kept_until": None,
    }
    assert client.get("/agreements").status_code == 401
    again = admin.client.delete(f"/api/v1/persons/{person}", headers=headers)
    assert again.status_code == 404
    assert person not in {one["id"] for one in admin.get("/persons").json["items"]}


def test_nobody_erases_themselves(api, ledger):
    admin = api("admin")
    own = ledger.registry.caller(admin.headers["Authorization"].split()[1]).person
    refused = admin.client.delete(f"/api/v1/persons/{own}", headers=admin.headers)
    assert (refused.status_code, refused.json["type"].rpartition("/")[2]) == (
        409,
        "erasing-oneself",
    )
    assert admin.get(f"/persons/{own}").status_code == 200


def test_people_are_listed_page_by_page(api, ledger):
    admin = api("admin")
    ids = {person_of(ledger, f"Person {n}") for n in range(5)}
    found, after = [], ""
    while page := admin.get("/persons", after=after, limit=2).json["items"]:
        found += [one["id"] for one in page]
        after = found[-1]
    assert ids <= set(found)
    assert found == sorted(found)


# ── Sole traders and files ────────────────────────────────────────────────────────────────────


def test_with_a_sole_trader_go_the_number_the_name_and_whoever_acts_for_them(ledger):
    id = ledger.registry.party(TRADER, NAME)
    token = let_in(ledger, "En anställd", TRADER, ("supplier",))
    erased = ledger.registry.erase(id)
    assert (erased.kind, erased.tokens_ended) == ("sole trader", 1)
    assert ledger.registry.caller(token) is None
    assert ledger.registry.names_of_sole_traders({id}) == {}
    assert ledger.registry.party(TRADER) != id, "the same number later is another party"


@pytest.mark.parametrize(
    "content",
    [
        f"<cbc:Name>{NAME}</cbc:Name>".encode(),
        f"<cbc:Name>{NAME}</cbc:Name>".encode("utf-16"),
        f"<cbc:Name>{NAME}</cbc:Name>".encode("iso-8859-1"),
        f"<cbc:Name>{NAME.replace('å', '&#229;')}</cbc:Name>".encode(),
    ],
    ids=["utf-8", "utf-16", "latin-1", "escaped"],
)
def test_a_file_with_the_name_is_kept_for_seven_years_and_then_goes_with_it(ledger, content):
    today = date(2031, 6, 1)
    received_file(ledger, content, 2024)
    erased = ledger.registry.erase(person_of(ledger, NAME), today)
    assert (erased.files_removed, erased.files_kept, erased.files_kept_until) == (0, 1, 2031)
    assert ledger.registry.received("0" * 64) is not None
    erased = ledger.registry.erase(person_of(ledger, NAME), date(2032, 1, 1))
    assert (erased.files_removed, erased.files_kept, erased.files_kept_until) == (1, 0, None)
    assert ledger.registry.received("0" * 64) is None


def test_files_that_wait_or_name_somebody_else_stay_however_old(ledger):
    received_file(ledger, NAME.encode(), 2001, status="queued", digest="1")
    received_file(ledger, f"{NAME}sson".encode(), 2001, digest="2")
    erased = ledger.registry.erase(person_of(ledger, NAME), date(2026, 1, 1))
    assert (erased.files_removed, erased.files_kept) == (0, 1)
    assert all(ledger.registry.received(digest * 64) for digest in "12")


def test_a_sole_traders_number_is_found_in_a_file_in_any_of_its_spellings(ledger):
    for digest, written in zip(
        "12345", ("8112289874", "811228-9874", "198112289874", "SE811228987401", "5811228987"),
        strict=True,
    ):  # fmt: skip
        received_file(ledger, f"<ID>{written}</ID>".encode(), 2001, digest=digest)
    erased = ledger.registry.erase(ledger.registry.party(TRADER), date(2026, 1, 1))
    assert erased.files_removed == 4
    assert ledger.registry.received("5" * 64) is not None
