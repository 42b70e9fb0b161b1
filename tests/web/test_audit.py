"""Receipts in the answers of writes, and the proofs that they are in the tree."""

import hashlib

import pytest

from ledger.audit import notary, tree
from ledger.audit.notary import Notary
from ledger.audit.note import read_verifier_key
from ledger.audit.published import publish_key
from ledger.config import read
from ledger.opening import open_ledger
from ledger.web import create_app
from tests.audit.audit_given import KEY
from tests.clock import STARTED
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, Api, appoint
from tests.people import let_in


@pytest.fixture
def written(api):
    """An agreement, an order and an invoice; the receipts of their answers."""
    answers = [
        api("manager").post("/agreements", AGREEMENT),
        api("orderer").post("/agreements/SKO-2023/orders", ORDER),
        api("supplier").post("/orders/SKO-2023-0001/confirm"),
        api("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE),
    ]
    return [answer.headers["Avrop-Receipt"] for answer in answers]


def hexed(text):
    return bytes.fromhex(text)


def test_every_write_is_answered_with_a_receipt_that_is_proved_to_be_in_the_tree(api, written):
    auditor = api("auditor")
    head = auditor.get("/audit/checkpoint").json
    assert (head["signed"], head["note"], head["key"]) == (False, None, None)
    for receipt in written:
        index, leaf = receipt.split(":")
        said = auditor.get(f"/audit/inclusion/{index}").json
        assert (said["leaf"], said["root"], said["size"]) == (leaf, head["root"], head["size"])
        proof = [hexed(part) for part in said["proof"]]
        tree.verify_inclusion(int(index), said["size"], hexed(leaf), proof, hexed(said["root"]))


def test_the_leaf_of_a_receipt_is_the_hash_of_the_record_as_it_is_stored(ledger, written):
    index = int(written[0].partition(":")[0])
    (row,) = ledger.store.leaves.rows(index, index + 1)
    head = b'{"data":%b,"index":%d,"name":"agreement-signed",' % (row.stored, index)
    entry = head + b'"stream":"agreement/SKO-2023","version":1}'
    made = hashlib.sha256(b"\x00" + entry).hexdigest()
    assert written[0] == f"{index}:{made}"


def test_an_answer_given_again_has_the_receipt_of_the_first(api):
    manager = api("manager")
    first, again = (
        manager.post("/agreements", AGREEMENT, {"Idempotency-Key": "k"}) for _ in range(2)
    )
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.headers["Avrop-Receipt"] == again.headers["Avrop-Receipt"]


def test_a_dry_run_and_a_refusal_have_no_receipt(api, written):
    tried = api("orderer").post("/agreements/SKO-2023/orders", ORDER, dry_run="true")
    refused = api("manager").post("/agreements", AGREEMENT)
    assert (tried.status_code, refused.status_code) == (200, 409)
    assert "Avrop-Receipt" not in tried.headers
    assert "Avrop-Receipt" not in refused.headers


def test_that_the_log_only_grew_is_proved_between_any_two_sizes(api, written):
    auditor = api("auditor")
    size = auditor.get("/audit/checkpoint").json["size"]
    for first in range(1, size + 1):
        said = auditor.get("/audit/consistency", **{"from": first, "to": size}).json
        proof = [hexed(part) for part in said["proof"]]
        roots = hexed(said["from_root"]), hexed(said["to_root"])
        tree.verify_consistency(first, size, *roots, proof)
    assert auditor.get("/audit/consistency", **{"from": 1}).json["to_size"] == size


@pytest.mark.parametrize("asked", [{"from": 2, "to": 1}, {"from": 1, "to": 999}, {"from": 0}, {}])
def test_sizes_that_prove_nothing_are_refused_in_words(api, written, asked):
    refused = api("auditor").get("/audit/consistency", **asked)
    assert refused.status_code == 422
    assert refused.json["errors"]


@pytest.mark.parametrize(("index", "size"), [("999", ""), (0, 999), (3, 3), ("9" * 40, "")])
def test_a_record_that_the_tree_does_not_have_is_not_found(api, written, index, size):
    query = {"size": size} if size else {}
    assert api("auditor").get(f"/audit/inclusion/{index}", **query).status_code == 404


def test_orderers_and_suppliers_read_no_proofs(api, written):
    for role in ("orderer", "supplier", "approver"):
        assert api(role).get("/audit/checkpoint").status_code == 403


def test_the_notarys_checkpoint_is_given_as_it_was_signed(ledger, api, written, database, tmp_path):
    folder = tmp_path / "notary"
    signing = Notary(key=KEY, state=tmp_path / "state", folder=folder)
    note = notary.cycle(signing, ledger.store.leaves)
    publish_key(folder, KEY.verifier)
    api("orderer").post("/agreements/SKO-2023/orders", ORDER)
    opened = open_ledger(read({"AVROP_DATABASE": database, "AVROP_NOTARY": str(folder)}), STARTED)
    token = let_in(opened, "Revisor", BUYER, ("auditor",))
    appoint(opened, "Revisor", BUYER)
    auditor = Api(create_app(ledger=opened).test_client(), token)
    said = auditor.get("/audit/checkpoint").json
    assert said["signed"]
    assert said["note"] == note.data.decode()
    assert read_verifier_key(said["key"]) == KEY.verifier
    old, new = auditor.get("/audit/inclusion/0").json, ledger.store.leaves.head().size
    assert (old["size"], old["root"]) == (said["size"], said["root"])
    assert auditor.get(f"/audit/inclusion/{new - 1}").json["size"] == new
    (folder / "checkpoint").write_bytes(note.data.replace(b"\n", b"\n1", 1))
    assert auditor.get("/audit/checkpoint").json["signed"] is False
    opened.close()
