"""Order confirmations and statements carry the newest checkpoint: anchors that others then hold."""

import pytest

from ledger.application import anchor
from ledger.audit import notary
from ledger.audit.checkpoint import open_checkpoint
from ledger.audit.notary import Notary
from ledger.audit.published import publish_key
from ledger.config import read
from ledger.opening import open_ledger
from ledger.web import create_app
from tests.audit.audit_given import KEY
from tests.clock import STARTED
from tests.conftest import AGREEMENT, BUYER, ORDER, SUPPLIER, Api
from tests.people import let_in


@pytest.fixture
def signing(tmp_path):
    return Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")


@pytest.fixture
def asked(database, signing):
    """The application with a notary's folder; role → a client of it; the ledger."""
    opened = open_ledger(
        read({"AVROP_DATABASE": database, "AVROP_NOTARY": str(signing.folder)}), STARTED
    )
    opened.create()
    app = create_app(ledger=opened)

    def as_role(role: str) -> Api:
        of = SUPPLIER if role == "supplier" else BUYER
        return Api(app.test_client(), let_in(opened, f"{role} {of}", of, (role,)))

    assert as_role("manager").post("/agreements", AGREEMENT).status_code == 201
    assert as_role("orderer").post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    as_role.ledger = opened
    yield as_role
    opened.close()


def sign(signing, ledger) -> str:
    publish_key(signing.folder, KEY.verifier)
    return notary.cycle(signing, ledger.store.leaves).data.decode()


def test_before_anything_is_signed_they_say_so(asked):
    confirmed = asked("supplier").post("/orders/SKO-2023-0001/confirm").json["checkpoint"]
    assert confirmed == {
        "note": None,
        "said": "Not signed: there is no checkpoint of a notary here to be relied on.",
    }
    assert asked("finance").get("/agreements/SKO-2023/statement").json["checkpoint"] == confirmed


def test_a_confirmation_an_order_and_a_statement_carry_what_was_signed_last(asked, signing):
    first = sign(signing, asked.ledger)
    confirmed = asked("supplier").post("/orders/SKO-2023-0001/confirm").json
    assert confirmed["checkpoint"]["note"] == first
    orderer, finance = asked("orderer"), asked("finance")
    second = sign(signing, asked.ledger)
    assert second != first
    shown = orderer.get("/orders/SKO-2023-0001").json["checkpoint"]
    told = finance.get("/agreements/SKO-2023/statement").json["checkpoint"]
    assert shown["note"] == told["note"] == second
    checkpoint, _ = open_checkpoint(second.encode(), KEY.verifier)
    assert checkpoint.size == asked.ledger.store.leaves.head().size


def test_a_dry_run_and_an_answer_given_again_carry_it_too(asked, signing):
    note = sign(signing, asked.ledger)
    supplier = asked("supplier")
    tried = supplier.post("/orders/SKO-2023-0001/confirm", {}, dry_run="true").json
    assert tried["resource"]["checkpoint"]["note"] == note
    for _ in range(2):
        done = supplier.post("/orders/SKO-2023-0001/confirm", {}, {"Idempotency-Key": "k"}).json
        assert done["checkpoint"]["note"] == note


def test_a_checkpoint_that_the_key_has_not_signed_is_not_handed_out(asked, signing):
    sign(signing, asked.ledger)
    text = signing.checkpoint.read_text()
    signing.checkpoint.write_text(text.replace(text.split("\n")[1], "9999", 1))
    assert asked("orderer").get("/orders/SKO-2023-0001").json["checkpoint"]["note"] is None


def test_the_signature_is_verified_once_and_not_for_each_answer(asked, signing, monkeypatch):
    sign(signing, asked.ledger)
    read_folder, times = anchor.read, []
    monkeypatch.setattr(anchor, "read", lambda folder: times.append(folder) or read_folder(folder))
    for _ in range(3):
        asked("orderer").get("/orders/SKO-2023-0001")
    assert len(times) == 1


def test_the_page_of_an_agreement_has_it_folded(asked, signing):
    note = sign(signing, asked.ledger)
    client = asked("finance").client
    caller = asked.ledger.registry.caller(asked("finance").headers["Authorization"].split()[1])
    secret = asked.ledger.registry.open_session(caller, None, STARTED())
    client.set_cookie("avrop_session", secret)
    page = client.get("/agreements/SKO-2023").text
    folded = [part.partition("</details>")[0] for part in page.split("<details")[1:]]
    assert [note.split("\n")[2] in part for part in folded].count(True) == 1
    assert page.count(note.split("\n")[2]) == 1


def test_the_command_line_prints_it_at_the_end_unless_it_is_left_out(desk, monkeypatch):
    monkeypatch.setenv("AVROP_NOTARY", "notary")
    desk.write("agreement.json", AGREEMENT)
    desk.write("order.json", ORDER)
    desk.done("agreement", "sign", "agreement.json")
    desk.done("order", "place", "SKO-2023", "order.json")
    assert desk.done("statement", "SKO-2023").endswith("here to be relied on.\n")
    desk.done("notary", "init", "example.org/ledger")
    desk.done("notary", "run", "--once")
    note = (desk.folder / "notary" / "checkpoint").read_text()
    desk.done("order", "place", "SKO-2023", "order.json")
    confirm = ("order", "confirm", "--on", "2023-11-24")
    assert desk.done(*confirm, "SKO-2023-0001").endswith(note)
    assert desk.json(*confirm, "SKO-2023-0002")["checkpoint"]["note"] == note
    for verb in (("statement", "SKO-2023"), ("order", "show", "SKO-2023-0001")):
        assert desk.done(*verb).endswith(note)
        assert "example.org/ledger" not in desk.done(*verb, "--no-checkpoint")
        assert desk.json(*verb)["checkpoint"]["note"] == note


def test_the_command_line_says_nothing_where_there_is_no_notary(desk):
    desk.write("agreement.json", AGREEMENT)
    desk.done("agreement", "sign", "agreement.json")
    assert "checkpoint" not in desk.done("statement", "SKO-2023").lower()
