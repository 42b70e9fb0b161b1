"""Versions of an agreement to one supplier of several: it counts what it sees, and its requests are
held to that count."""

import pytest

from tests.conftest import SUPPLIER, Api
from tests.web.test_seen import done, place, several
from tests.web.test_suppliers import SECOND

assert several  # a fixture
AGREEMENTS = "/agreements/KON-2024"


def tag(client: Api, address: str = AGREEMENTS) -> str:
    return client.get(address).headers["ETag"]


@pytest.fixture
def asked(several):
    """A competition in which the first two suppliers are asked."""
    body = {"what": "Kurs", "answer_by": "2037-01-20"}
    return done(several("orderer").post(f"{AGREEMENTS}/competitions", body))["number"]


def test_what_others_do_changes_no_version_that_a_supplier_is_told(several, asked):
    mine, whole = tag(several("supplier")), tag(several("manager"))
    answer = {"amount": "1.00"}
    done(several("supplier", SECOND).post(f"{AGREEMENTS}/competitions/{asked}/answer", answer))
    assert tag(several("supplier")) == mine
    assert tag(several("manager")) != whole, "the control: the buyer sees that something came"


def test_by_the_version_that_it_was_told_a_supplier_answers_and_by_an_older_one_not(several, asked):
    supplier, address = several("supplier"), f"{AGREEMENTS}/competitions/{asked}/answer"
    first = tag(supplier)
    done(several("supplier", SECOND).post(address, {"amount": "1.00"}))
    key = {"If-Match": first, "Idempotency-Key": "answer-1"}
    told = supplier.post(address, {"amount": "2.00"}, headers=key)
    assert told.status_code == 200, told.text
    assert tag(supplier).partition(".")[0] == told.headers["ETag"].partition(".")[0]
    again = supplier.post(address, {"amount": "2.00"}, headers=key)
    assert (again.status_code, again.headers["ETag"]) == (200, told.headers["ETag"])
    stale = supplier.post(address, {"amount": "3.00"}, headers={"If-Match": first})
    assert (stale.status_code, stale.json["version"]) == (412, int(first[1:].split(".")[0]) + 1)


def test_a_supplier_s_facts_of_an_agreement_are_counted_without_those_of_others(several):
    for organisation in (SUPPLIER, SECOND):
        found = several("finance", organisation).get("/agreements/SKO-2023/history", limit=500)
        own = [one for one in found.json["items"] if one["stream"] == "agreement/SKO-2023"]
        assert [one["version"] for one in own] == [*range(1, len(own) + 1)]
        paged = several("finance", organisation).get(
            "/agreements/SKO-2023/history", limit=500, after=own[0]["position"]
        )
        later = [one for one in paged.json["items"] if one["stream"] == "agreement/SKO-2023"]
        assert later == own[1:]
    whole = several("finance").get("/agreements/SKO-2023/history", limit=500).json["items"]
    assert len([one for one in whole if one["stream"] == "agreement/SKO-2023"]) > len(own)


def test_the_form_of_an_order_that_was_passed_on_has_the_version_that_it_was_left_at(several):
    number = place(several, "Kurs", 10_000)
    done(several("supplier").post(f"/orders/{number}/decline", {"reason": "Fullt"}))
    left = several("supplier").get(f"/orders/{number}").headers["ETag"].partition(".")[0]
    done(several("supplier", SECOND).post(f"/orders/{number}/confirm", {}))
    refused = several("supplier").post(f"/orders/{number}/start", {}, headers={"If-Match": '"1"'})
    assert refused.json["type"].endswith("/passed-on"), "and no version is told"
    assert several("supplier").get(f"/orders/{number}").headers["ETag"].partition(".")[0] == left


def test_an_auditor_of_one_supplier_of_several_is_given_no_bundle_of_all(several):
    alone = several("auditor", SUPPLIER).get("/audit/bundle", agreement="SKO-2023")
    assert (alone.status_code, alone.json["type"].rsplit("/")[-1]) == (403, "not-a-party")
    whole = several("auditor").get("/audit/bundle", agreement="SKO-2023")
    assert whole.json["type"].endswith("/no-bundle"), "the control: this ledger has no notary"
