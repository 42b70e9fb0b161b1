"""A log with facts that are no agreement's is proved, replayed, bundled and compared as before."""

import pytest

from ledger import bundling, verifying
from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.audit.published import publish_key
from ledger.audit.verifier import verify
from ledger.replaying import replay
from tests.audit.audit_given import KEY
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER
from tests.people import person_of

ORGANISATION = f"/organisations/{BUYER}"


@pytest.fixture
def kept(api, ledger):
    """Between the facts of an agreement there are some of its buyer; its order is re-coded."""
    person = person_of(ledger, f"approver {BUYER}")
    right = {"person": person, "responsibilities": ["*"], "decision": "KS 1"}
    part = {"name": "ansvar", "lengths": [4]}
    code_map = {"parts": [part], "starts_on": "2023-01-01", "decision": "KS 2"}
    lines = [{**line, "codes": "4100"} for line in ORDER["lines"]]
    recode = {"line": 1, "codes": "4200", "recoded_on": "2023-12-01"}
    for role, path, body in (
        ("manager", f"{ORGANISATION}/code-map", code_map),
        ("manager", "/agreements", AGREEMENT),
        ("manager", f"{ORGANISATION}/attest-rights", {**right, "starts_on": "2023-01-01"}),
        ("orderer", "/agreements/SKO-2023/orders", {**ORDER, "lines": lines}),
        ("supplier", "/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-11-28"}),
        ("finance", "/orders/SKO-2023-0001/recode", recode),
        ("finance", "/orders/SKO-2023-0001/drawdowns", INVOICE),
    ):
        answer = api(role).post(path, body)
        assert answer.status_code < 300, answer.text
        api.latest = answer
    approved = api("approver").post(f"/drawdowns/{api.latest.json['id']}/approve", {})
    assert approved.json["right"] == 1
    return api


def test_the_log_verifies_and_the_read_models_are_what_it_says(kept, ledger):
    verified = verifying.verify(ledger, verifying.Held())
    assert verified.findings == ()


def test_a_replay_of_the_agreement_passes_the_organisation_s_facts_over(kept, ledger):
    steps = list(replay(ledger.store, "SKO-2023"))
    nouns = {step.fact.stream.partition("/")[0] for step in steps}
    assert nouns == {"agreement", "order", "drawdown"}
    assert steps[-1].state.cap.amount == 2_000_000_00


def test_a_bundle_of_the_agreement_withholds_them_and_verifies(kept, ledger, tmp_path):
    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "out")
    publish_key(signing.folder, KEY.verifier)
    notary.cycle(signing, ledger.store.leaves)
    for number, shown in (("SKO-2023", False), (None, True)):
        file = tmp_path / f"{number}.zip"
        with file.open("wb") as out:
            bundling.write(ledger.store, signing.folder, out, number)
        assert (f"organisation/{BUYER}".encode() in file.read_bytes()) is shown
        assert verify.main([str(file), "--key", KEY.verifier.text]) == 0


def test_two_views_of_the_agreement_differ_by_its_own_facts_alone(kept):
    compared = kept("finance").get("/agreements/SKO-2023/compare", from_as_of="2023-01-31")
    streams = [one["event"]["stream"] for one in compared.json["items"]]
    assert streams
    assert not [stream for stream in streams if stream.startswith("organisation/")]
