"""Room certificates: an order lies within the maximum, which anybody checks without the ledger; and
every certificate that is not what it says is told in words."""

import json
import shutil
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.application import certificates
from ledger.audit import notary, tree
from ledger.audit.notary import Notary
from ledger.audit.published import publish_key
from ledger.audit.verifier import verify
from ledger.domain import order
from ledger.domain.refusals import NoCertificate, NotSigned
from ledger.store import TreeDamaged
from ledger.wording import say
from tests.audit.audit_given import KEY
from tests.audit.test_verify import ran
from tests.conftest import AGREEMENT, SUPPLIER

NUMBER = AGREEMENT["number"]
LINE = {"kind": "delivery", "amount": "60000.00"}


@pytest.fixture
def signing(tmp_path):
    found = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
    publish_key(found.folder, KEY.verifier)
    return found


@pytest.fixture
def signed(ledger, api, signing):
    """A ledger whose notary signs when it is asked."""
    api("manager").post("/agreements", AGREEMENT)
    return replace(ledger, settings=replace(ledger.settings, notary=str(signing.folder)))


def placed(api, **members):
    body = {"course": "Att leda i förändring", "lines": [LINE], **members}
    answer = api("manager").post(f"/agreements/{NUMBER}/orders", body)
    assert answer.status_code == 201, answer.text
    return answer.json["number"]


@pytest.fixture
def certified(signed, api, signing):
    """A certificate of the second of three orders, of which the first is confirmed."""
    first = placed(api)
    api("supplier").post(f"/orders/{first}/confirm", {})
    second = placed(api)
    placed(api)
    notary.cycle(signing, signed.store.leaves)
    return certificates.certificate(signed, second, NUMBER)


def told(tmp_path, made, *options, key=KEY.verifier.text):
    """Exit status and lines of verify.py, run alone on a certificate."""
    file = tmp_path / "certificate.json"
    value = made if isinstance(made, dict) else json.loads(msgspec.json.encode(made))
    file.write_text(json.dumps(value, ensure_ascii=False))
    return ran(file, *(["--key", key] if key else []), *options)


def spoiled(made, **members):
    return {**json.loads(msgspec.json.encode(made)), **members}


needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")


@needs_openssl
def test_it_is_checked_without_the_ledger_and_says_what_was_left(tmp_path, certified):
    figures = certified.figures
    assert (figures.order, figures.used) == (6_000_000, 12_000_000)
    assert figures.left == figures.cap - figures.used
    status, said = told(tmp_path, certified, "--order", certified.order)
    assert status == 0, said
    assert f"cap {figures.cap}, in use with this order 12000000, left {figures.left}" in said
    assert f"order {certified.order} (6000000) lay within the maximum of agreement" in said
    assert said.endswith("The order lay within the maximum, as recorded at that moment.\n")
    assert "what was recorded later, as an amendment, this cannot show" in said


def test_its_receipt_is_that_of_the_fact_by_which_the_order_has_its_room(signed, certified):
    index = int(certified.receipt.partition(":")[0])
    (row,) = signed.store.leaves.rows(index, index + 1)
    assert (row.stream, row.name) == (f"agreement/{NUMBER}", "room-reserved")
    assert certified.receipt == f"{index}:{row.leaf.hex()}"


def edited(value):
    """A larger room, in the order's own entry, as a forger would write it."""
    entries = [dict(one) for one in value["entries"]]
    entries[-1]["entry"] = entries[-1]["entry"].replace("6000000", "1000000")
    return {**value, "entries": entries}


def without(value, place):
    return {**value, "entries": value["entries"][:place] + value["entries"][place + 1 :]}


FORGERIES = {
    "an entry edited": (edited, "is not what was signed"),
    "a fact of the agreement left out": (lambda v: without(v, 2), "too few hashes"),
    "a hash too few": (lambda v: {**v, "hashes": v["hashes"][1:]}, "too few hashes"),
    "a hash too many": (lambda v: {**v, "hashes": [*v["hashes"], v["hashes"][0]]}, "not what was"),
    "other figures": (
        lambda v: {**v, "figures": {**v["figures"], "left": v["figures"]["left"] + 1}},
        "it claims left",
    ),
    "a figure more": (lambda v: {**v, "figures": {**v["figures"], "room": 1}}, "it claims room"),
    "a truth for a figure": (
        lambda v: {**v, "figures": {**v["figures"], "cap": True}},
        "it claims cap True",
    ),
    "of another order": (lambda v: {**v, "order": f"{NUMBER}-0001"}, f"{NUMBER}-0002"),
    "of another agreement": (lambda v: {**v, "agreement": "ANNAT"}, "not what this is about"),
    "another receipt": (lambda v: {**v, "receipt": "1:" + "0" * 64}, "is not that of entry"),
    "another version of it": (lambda v: {**v, "certificate": "avrop@v9"}, "no room certificate"),
    "a member more": (lambda v: {**v, "note": "x"}, "no room certificate"),
    "its checkpoint edited": (
        lambda v: {**v, "checkpoint": v["checkpoint"].replace("\n", "0\n", 2)},
        "",
    ),
    "no entries": (lambda v: {**v, "entries": []}, "entries that its checkpoint does not"),
    "entries out of order": (lambda v: {**v, "entries": v["entries"][::-1]}, "not in order"),
    "entries of numbers": (lambda v: {**v, "entries": [1]}, "does not read as one"),
}


@pytest.mark.parametrize("how", FORGERIES)
@needs_openssl
def test_a_forged_one_is_told(tmp_path, certified, how):
    forge, why = FORGERIES[how]
    status, said = told(tmp_path, forge(spoiled(certified)))
    assert status == 1, said
    assert why in said
    assert "WRONG" in said


@needs_openssl
def test_a_fact_that_is_left_out_with_its_hash_is_told_by_the_versions(tmp_path, signed, certified):
    """Whoever has the log can prove the rest of the entries; what is not there still shows."""
    signed_now = certificates.anchor.newest(signed.settings.notary)
    confirmed = next(
        at for at, one in enumerate(certified.entries) if '"cause":"confirmed"' in one.entry
    )
    some = [one for at, one in enumerate(certified.entries) if at != confirmed]
    rows = [signed.store.leaves.rows(one.index, one.index + 1)[0] for one in some]
    value = spoiled(certified, hashes=certificates._proof(signed, rows, signed_now))
    status, said = told(tmp_path, without(value, confirmed))
    assert status == 1
    assert f"of agreement/{NUMBER}, but version" in said


@needs_openssl
def test_one_of_another_order_is_told_also_where_it_is_whole(tmp_path, certified):
    status, said = told(tmp_path, certified, "--order", f"{NUMBER}-0003")
    assert status == 1
    assert f"the certificate is of order {NUMBER}-0002, not of {NUMBER}-0003" in said


@needs_openssl
def test_one_that_another_key_signed_is_told(tmp_path, certified):
    from ledger.audit import note

    other = note.new_key("example.org/ledger").verifier.text
    status, said = told(tmp_path, certified, key=other)
    assert status == 1
    assert "the certificate's key is not the key that you hold" in said


@needs_openssl
def test_a_checkpoint_of_ones_own_is_the_same_or_newer_or_of_another_history(
    tmp_path, signed, api, signing, certified
):
    kept = tmp_path / "kept"
    kept.write_text(certified.checkpoint)
    status, said = told(tmp_path, certified, "--checkpoint", kept)
    assert (status, "your checkpoint kept is the certificate's own" in said) == (0, True), said
    placed(api)
    kept.write_bytes(notary.cycle(signing, signed.store.leaves).data)
    status, said = told(tmp_path, certified, "--checkpoint", kept)
    assert status == 2, said
    assert "2 were recorded since, and one may be a later amendment: ask the ledger" in said


# ── The ledger is asked ───────────────────────────────────────────────────────────────────────


def asked(signed, made, number=None):
    found = certificates.held(signed, certificates.in_bytes(made), number)
    return found.is_well, say(found.said, "en")


def test_the_ledger_says_that_nothing_overtook_it(signed, certified):
    well, said = asked(signed, certified, certified.order)
    assert well, said
    assert "was not amended since" in said


def test_the_ledger_says_that_an_amendment_overtook_it(signed, api, certified):
    body = {
        "change": {"cap": "2060000.00"},
        "ground": "17:9",
        "decision": "KS 2",
        "decided_on": "2024-02-01",
        "effective_on": "2024-02-01",
    }
    answer = api("manager").post(f"/agreements/{NUMBER}/amendments", body)
    assert answer.status_code in (200, 201), answer.text
    well, said = asked(signed, certified)
    assert not well
    assert "overtaken" in said
    assert "2024-02-01" in said


def test_the_ledger_says_that_its_order_took_more_room(signed, api, certified):
    body = {"lines": [{**LINE, "amount": "70000.00"}], "reason": "Fler"}
    assert api("manager").post(f"/orders/{certified.order}/change", body).status_code == 200
    well, said = asked(signed, certified)
    assert not well
    assert "took more room since" in said


def test_the_ledger_says_that_it_is_forged_or_of_another_order_or_log(signed, certified):
    forged = spoiled(certified, receipt="1:" + "0" * 64)
    found = certificates.held(signed, json.dumps(forged).encode())
    assert not found.is_well
    assert any("receipt" in say(one, "en") for one in found.findings)
    assert asked(signed, certified, f"{NUMBER}-0003")[1].endswith(f"not of {NUMBER}-0003.")
    assert not certificates.held(signed, b"\x00").is_well


# ── When there is none ────────────────────────────────────────────────────────────────────────


def test_none_is_given_before_it_is_signed(signed, api, signing):
    number = placed(api)
    with pytest.raises(NotSigned):
        certificates.certificate(signed, number, NUMBER)
    notary.cycle(signing, signed.store.leaves)
    later = placed(api)
    assert certificates.waits(signed, later)
    assert not certificates.waits(signed, number)
    with pytest.raises(NotSigned):
        certificates.certificate(signed, later, NUMBER)


def test_none_is_given_where_the_maximum_is_not_known(signed, api, signing):
    body = {**AGREEMENT, "number": "OKAND", "cap": None}
    assert api("manager").post("/agreements", body).status_code == 201
    answer = api("manager").post("/agreements/OKAND/orders", {"course": "K", "lines": [LINE]})
    notary.cycle(signing, signed.store.leaves)
    with pytest.raises(NoCertificate):
        certificates.certificate(signed, answer.json["number"], "OKAND")


def test_none_is_given_of_a_log_that_is_not_what_was_signed(signed, api, signing):
    number = placed(api)
    other = tree.EMPTY
    notary.cycle(signing, signed.store.leaves)
    found = certificates.anchor.newest(str(signing.folder))
    lying = replace(found, checkpoint=replace(found.checkpoint, root=other))
    rows = signed.store.leaves.of_stream(f"order/{number}")
    with pytest.raises(TreeDamaged):
        certificates._proof(signed, rows, lying)


# ── The proof of several leaves ───────────────────────────────────────────────────────────────


@given(st.integers(1, 70), st.data())
def test_several_leaves_are_proved_together_and_no_other(size, data):
    leaves = [tree.leaf_hash(bytes([n])) for n in range(size)]
    places = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1)))
    head = tree.append(tree.Head(), leaves)

    def hashes(level, index):
        return tree.complete_root(leaves[index << level : (index + 1) << level])

    proof = tree.several_proof(places, size, hashes)
    some = {place: leaves[place] for place in places}
    others = iter(proof)
    assert verify.joined(some, places, 0, size, others) == tree.root(head)
    assert next(others, None) is None
    at = data.draw(st.sampled_from(places))
    some[at] = tree.leaf_hash(b"another")
    assert verify.joined(some, places, 0, size, iter(proof)) != tree.root(head)


def test_leaves_that_are_not_there_are_not_proved():
    for places in ([], [3], [-1, 0]):
        with pytest.raises(tree.ProofFails):
            tree.several_proof(places, 3, lambda *_: b"")


# ── At every order of the programme ───────────────────────────────────────────────────────────


@needs_openssl
def test_the_verifier_agrees_with_every_order_of_a_programme(harnosand, tmp_path, signing):
    """The domain's figures, and those that the verifier works out by itself."""
    of = replace(harnosand, settings=replace(harnosand.settings, notary=str(signing.folder)))
    notary.cycle(signing, of.store.leaves)
    of.views.catch_up()
    seen = 0
    for fact in of.store.follow(0, 10_000):
        if fact.event.stored != "order-placed":
            continue
        state: order.State = of.service.load(fact.stream)[1]
        made = certificates.certificate(of, state.number, state.agreement)
        path = tmp_path / "one.json"
        path.write_bytes(certificates.in_bytes(made))
        report = verify.examine_certificate(path, KEY.verifier.text)
        assert (report.wrong, report.unchecked) == ([], [])
        assert date.fromisoformat(str(made.figures.day)) >= state.ordered_on
        seen += 1
    assert seen > 2


def test_who_may_see_an_order_may_have_its_certificate(signed, api, certified):
    from ledger.web import create_app
    from tests.conftest import Api
    from tests.people import let_in

    app = create_app(ledger=signed)
    for organisation, role, status in (
        (SUPPLIER, "supplier", 200),
        ("2120002403", "orderer", 200),
        ("2120002528", "manager", 404),
    ):
        token = let_in(signed, f"{role} of {organisation}", organisation, (role,))
        client = Api(app.test_client(), token)
        answer = client.get(f"/orders/{certified.order}/room-certificate")
        assert answer.status_code == status, answer.text


def asked_as(signed, number, *who):
    """Status for each (organisation, role), and what is told where it is given."""
    from ledger.web import create_app
    from tests.conftest import Api
    from tests.people import let_in

    app = create_app(ledger=signed)
    for organisation, role in who:
        token = let_in(signed, f"{role} of {organisation}", organisation, (role,))
        yield Api(app.test_client(), token).get(f"/orders/{number}/room-certificate").status_code


def test_under_an_agreement_of_several_buyers_it_is_for_whoever_sees_every_order(
    signed, api, signing
):
    """It has each buyer's orders in it, which an orderer of one does not see otherwise."""
    other = "2120002528"
    body = {**AGREEMENT, "number": "BADA", "buyers": [
        *AGREEMENT["buyers"], {"organisation": other, "name": "Vimmerby kommun"}]}  # fmt: skip
    assert api("manager").post("/agreements", body).status_code == 201
    theirs = api("manager", other).post("/agreements/BADA/orders", {"course": "V", "lines": [LINE]})
    assert theirs.status_code == 201, theirs.text
    own = api("manager").post("/agreements/BADA/orders", {"course": "H", "lines": [LINE]})
    notary.cycle(signing, signed.store.leaves)
    wide = [("2120002403", role) for role in ("manager", "finance")]
    narrow = [("2120002403", role) for role in ("orderer", "approver")]
    number = own.json["number"]
    assert list(asked_as(signed, number, *wide, (other, "manager"), (SUPPLIER, "supplier"))) == [
        *(200, 200, 200, 200)
    ]
    assert list(asked_as(signed, number, *narrow)) == [403, 403]
    assert list(asked_as(signed, number, (other, "orderer"))) == [404]


def test_the_ledger_says_that_its_order_came_to_nothing(signed, api, certified):
    body = {"reason": "Ställs in"}
    answer = api("manager").post(f"/orders/{certified.order}/cancel", body)
    assert answer.status_code == 200, answer.text
    well, said = asked(signed, certified)
    assert not well
    assert "has had none of it since" in said


def test_the_ledger_says_nothing_of_that_where_another_order_came_to_nothing(
    signed, api, certified
):
    answer = api("manager").post(f"/orders/{NUMBER}-0003/cancel", {"reason": "Ställs in"})
    assert answer.status_code == 200, answer.text
    assert asked(signed, certified)[0]
