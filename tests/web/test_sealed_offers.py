"""Offers in a competition are sealed from buyers until they are opened, at every door."""

from datetime import date

import pytest

from ledger import bundling
from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.audit.published import publish_key
from ledger.audit.verifier import verify
from ledger.domain.events import CompetitionAnswered
from ledger.web import create_app
from tests.audit.audit_given import KEY
from tests.conftest import SUPPLIER
from tests.web.test_competitions import ADDRESS, COMPETED, SECOND, THIRD, answer, done, problem
from tests.web.test_pages import Browser, words
from tests.web.test_seen import told, walked

LAST = date(2027, 9, 10)
OPEN = {"what": "Kurs", "answer_by": str(LAST)}
SECRETS, AMOUNTS = ("Hemlig not",), (91_919, 82_828, 73_737)


@pytest.fixture
def sealed(api):
    """Two suppliers have answered, and for one of them the buyer has entered a letter too."""
    done(api("manager").post("/agreements", {**COMPETED, "policy": {}}))
    done(api("orderer").post(ADDRESS, OPEN))
    on = {"answered_on": "2027-08-31"}
    done(answer(api, SUPPLIER, "99999.00", **on))
    done(answer(api, SUPPLIER, "91919.00", note="Hemlig not", **on))
    done(answer(api, SECOND, "82828.00", **on))
    letter = {"supplier": SECOND, "amount": "73737.00", **on}
    done(api("manager").post(f"{ADDRESS}/1/answer", letter))
    return api


def offers(client):
    one = client.get(f"{ADDRESS}/1").json
    return [(each["supplier"], each["amount"], each["sealed"]) for each in one["answers"]]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", ["manager", "auditor"])
def test_no_address_of_all_tells_a_buyer_what_was_offered_before_it_is_opened(sealed, role):
    leaks = [
        f"{address}: {word}"
        for _, address, status, text in walked(sealed, "2120002403", role)
        for word in told(text, SECRETS, AMOUNTS)
        if status < 500
    ]
    assert leaks == []
    assert {one[2] for one in offers(sealed(role))} == {True}


def test_what_is_sealed_is_not_found_by_trying_amounts_against_its_leaf(sealed, ledger):
    """A leaf's hash is told; all but the amount of an entry may be known or guessed."""
    salts = [fact.event.salt for fact in offered(ledger)]
    assert {len(bytes.fromhex(salt)) for salt in salts} == {16}
    assert len(set(salts)) == 4
    for address in ("/events", "/agreements/SKO-2023/history"):
        text = sealed("manager").get(address).text
        assert not [salt for salt in salts if salt in text]
    assert salts[0] not in sealed("supplier", THIRD).get("/events").text


def offered(ledger):
    facts = ledger.store.follow(0, 1000)
    return [fact for fact in facts if isinstance(fact.event, CompetitionAnswered)]


def test_a_supplier_sees_its_own_offer_and_nothing_of_the_others(sealed):
    assert offers(sealed("supplier")) == [(SUPPLIER, "91919.00", False)]
    assert offers(sealed("supplier", SECOND)) == [(SECOND, "82828.00", False), (SECOND, None, True)]
    assert offers(sealed("supplier", THIRD)) == []


def test_offers_are_opened_the_day_after_and_only_then_awarded(sealed, clock):
    manager = sealed("manager")
    for who in (manager, sealed("orderer")):
        body = {"supplier": SECOND, "reason": "Lägst pris"}
        assert problem(who.post(f"{ADDRESS}/1/award", body)) == (409, "offers-sealed")
    assert problem(manager.post(f"{ADDRESS}/1/open-offers")) == (409, "offers-sealed")
    assert sealed("orderer").post(f"{ADDRESS}/1/open-offers").status_code == 403
    clock.move(date(2027, 9, 11))
    assert problem(manager.post(f"{ADDRESS}/1/award", body)) == (409, "offers-sealed")
    opened = done(manager.post(f"{ADDRESS}/1/open-offers"))
    assert (opened["sealed"], opened["offers_opened_on"]) == (False, "2027-09-11")
    assert [(one["amount"], one["entered_by"]) for one in opened["answers"]] == [
        ("91919.00", ""),
        ("82828.00", ""),
        ("73737.00", "2120002403"),
    ]
    late = manager.post(
        f"{ADDRESS}/1/answer", {"supplier": THIRD, "amount": "1.00", "answered_on": "2027-09-01"}
    )
    assert problem(late) == (409, "wrong-status")
    assert done(sealed("orderer").post(f"{ADDRESS}/1/award", body))["winner"] == SECOND
    names = [one["name"] for one in manager.get("/agreements/SKO-2023/history").json["items"]]
    assert "competition-offers-opened" in names


def test_what_the_supplier_wrote_itself_counts_before_what_was_entered_for_it(sealed, clock):
    clock.move(date(2027, 9, 11))
    done(sealed("manager").post(f"{ADDRESS}/1/open-offers"))
    done(sealed("orderer").post(f"{ADDRESS}/1/award", {"supplier": SECOND, "reason": "Pris"}))
    lines = [{"kind": "delivery", "amount": "82828.01"}]
    order = {"course": "Kurs", "competition": 1, "lines": lines}
    refused = sealed("orderer").post("/agreements/SKO-2023/orders", order)
    assert problem(refused) == (409, "over-award")
    order["lines"] = [{"kind": "delivery", "amount": "82828.00"}]
    done(sealed("orderer").post("/agreements/SKO-2023/orders", order))


def test_where_the_policy_says_so_offers_are_open_as_before(api):
    done(api("manager").post("/agreements", COMPETED))
    done(api("orderer").post(ADDRESS, OPEN))
    done(answer(api, SUPPLIER, "91919.00", answered_on="2027-08-31"))
    assert offers(api("orderer")) == [(SUPPLIER, "91919.00", False)]
    assert problem(api("manager").post(f"{ADDRESS}/1/open-offers")) == (409, "wrong-status")


def test_the_page_says_that_somebody_answered_and_offers_to_open_the_day_after(
    sealed, ledger, clock
):
    manager = Browser(create_app(ledger=ledger, demo=True))
    manager.post("/session", role="manager")
    page = manager.get("/agreements/SKO-2023/suppliers")
    assert "has answered; the offer is sealed" in words(page)
    assert "has answered in SKO-2023-K01" in words(manager.get("/agreements/SKO-2023/timeline"))
    assert "open-offers" not in page.text
    clock.move(date(2027, 9, 11))
    manager.post("/session", role="manager")
    assert "competitions/1/open-offers" in manager.get("/agreements/SKO-2023/suppliers").text


@pytest.mark.parametrize("number", ["SKO-2023", None])
def test_a_bundle_leaves_sealed_offers_out_and_says_so(sealed, ledger, clock, tmp_path, number):
    def examined(name):
        notary.cycle(signing, ledger.store.leaves)
        with (tmp_path / name).open("wb") as file:
            bundling.write(ledger.store, signing.folder, file, number)
        return (tmp_path / name).read_bytes(), verify.examine(tmp_path / name)

    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
    publish_key(signing.folder, KEY.verifier)
    data, report = examined("sealed.zip")
    assert b"9191900" not in data
    assert b"7373700" not in data
    assert report.wrong == []
    assert any("4 offers that are sealed" in said for said in report.unchecked)
    clock.move(date(2027, 9, 11))
    done(sealed("manager").post(f"{ADDRESS}/1/open-offers"))
    data, report = examined("opened.zip")
    assert b"9191900" in data
    assert (report.wrong, report.unchecked) == ([], [])


def test_what_was_sealed_is_checked_by_the_next_bundle_against_the_checkpoint_of_this_one(
    sealed, ledger, clock, tmp_path, capsys
):
    """Until then it could be any entry that was left out: nothing is wrong, not all is checked."""

    def made(name):
        note = notary.cycle(signing, ledger.store.leaves)
        with (tmp_path / name).open("wb") as file:
            bundling.write(ledger.store, signing.folder, file)
        return note

    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
    publish_key(signing.folder, KEY.verifier)
    kept = tmp_path / "kept"
    kept.write_bytes(made("sealed.zip").data)
    clock.move(date(2027, 9, 11))
    done(sealed("manager").post(f"{ADDRESS}/1/open-offers"))
    made("opened.zip")
    held = ["--key", KEY.verifier.text, "--checkpoint", str(kept)]
    assert verify.main([str(tmp_path / "sealed.zip"), *held]) == 2
    assert "not everything could be checked" in capsys.readouterr().out
    assert verify.main([str(tmp_path / "opened.zip"), *held]) == 0
    assert "Nothing was changed." in capsys.readouterr().out
