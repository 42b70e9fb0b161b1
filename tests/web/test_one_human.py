"""One human being who signs in as several persons is one where two are needed."""

import pytest

from ledger import people
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, Api

MEMBER = "2120001470"
JOINT = {
    **AGREEMENT,
    "buyers": [
        {"organisation": BUYER, "name": "Härnösands kommun", "role": "lead"},
        {"organisation": MEMBER, "name": "Bengtsfors kommun", "role": "member"},
    ],
}


@pytest.fixture
def anna(api, ledger):
    """Anna at the member, who records, and Anna at the lead, who may approve: their ids."""
    by = ledger.service, ledger.registry
    of = {MEMBER: ("finance",), BUYER: ("approver", "manager")}
    ids = {one: people.another(*by, "Anna", one) for one in of}
    for organisation, roles in of.items():
        people.grant(*by, ids[organisation], roles)
    return ids


def client(api, ledger, person, *roles):
    token = people.give_token(ledger.service, ledger.registry, person, roles)
    return Api(api.app.test_client(), token)


def tied(ledger, first, *others):
    sign_in = ledger.registry.accept(ledger.registry.invite(first, 7), passphrase="x")
    for one in others:
        ledger.registry.accept(ledger.registry.invite(one, 7), sign_in=sign_in)


@pytest.fixture
def recorded(api, ledger, anna):
    assert api("manager").post("/agreements", JOINT).status_code == 201
    number = api("orderer", MEMBER).post("/agreements/SKO-2023/orders", ORDER).json["number"]
    api("supplier").post(f"/orders/{number}/confirm", {})
    recorder = client(api, ledger, anna[MEMBER], "finance")
    return recorder.post(f"/orders/{number}/drawdowns", INVOICE).json["id"]


def test_who_recorded_as_one_person_approves_it_as_no_other(api, ledger, anna, recorded):
    tied(ledger, anna[MEMBER], anna[BUYER])
    lead = client(api, ledger, anna[BUYER], "approver", "manager")
    refused = lead.post(f"/drawdowns/{recorded}/approve")
    assert (refused.status_code, refused.json["type"]) == (403, "/problems/four-eyes")
    tried = lead.post(f"/drawdowns/{recorded}/approve", dry_run="true")
    assert tried.status_code == 403
    assert lead.post(f"/drawdowns/{recorded}/reject", {"reason": "x"}).status_code == 403
    assert api("approver", MEMBER).post(f"/drawdowns/{recorded}/approve").status_code == 200


def test_two_of_one_name_are_two_where_nothing_ties_them(api, ledger, anna, recorded):
    tied(ledger, anna[MEMBER])
    lead = client(api, ledger, anna[BUYER], "approver", "manager")
    assert lead.post(f"/drawdowns/{recorded}/approve").status_code == 200


def test_who_signed_as_one_person_puts_the_signing_right_as_no_other(api, ledger, anna):
    second = people.another(ledger.service, ledger.registry, "Anna", BUYER)
    people.grant(ledger.service, ledger.registry, second, ("manager",))
    signer = client(api, ledger, anna[BUYER], "manager")
    assert signer.post("/agreements", JOINT).status_code == 201
    tied(ledger, anna[BUYER], second)
    right = {"title": "Rätt namn", "reason": "Fel namn"}
    refused = client(api, ledger, second, "manager").post("/agreements/SKO-2023/rectify", right)
    assert (refused.status_code, refused.json["type"]) == (403, "/problems/own-signing")
