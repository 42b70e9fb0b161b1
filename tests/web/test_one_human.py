"""One human being who signs in as several persons is one where two are needed."""

import pytest

from ledger import people
from ledger.web import create_app
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, Api
from tests.web.test_pages import words
from tests.web.test_signing_in import accepted

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


RIGHT = {"responsibilities": ["*"], "decision": "KF 1"}
PERIOD = {"starts_on": "2027-01-01", "ends_on": "2099-01-01", "decision": "KF 2"}


@pytest.fixture
def app(ledger):
    return create_app(ledger=ledger)


@pytest.fixture
def two(ledger):
    """Two persons of one organisation, who may be one human being: an administrator, and another
    who orders and attests."""
    by = ledger.service, ledger.registry
    ids = people.another(*by, "Anna", BUYER), people.another(*by, "Anna", BUYER)
    people.grant(*by, ids[0], ("admin", "manager", "orderer"))
    people.grant(*by, ids[1], ("approver",))
    return ids


def test_nobody_gives_themselves_as_another_person_what_is_over_money(api, ledger, two):
    first, second = two
    admin = client(api, ledger, first, "admin")
    asked = (
        ("own-role", f"/persons/{second}/roles", {"role": "finance"}),
        ("own-right", f"/organisations/{BUYER}/attest-rights", {"person": second, **RIGHT}),
        ("own-right", f"/organisations/{BUYER}/deputies",
         {"person": first, "deputy": second, "decision": "KF 3"}),
        ("own-appointment", "/auditors", {"name": second, "organisations": [BUYER], **PERIOD}),
    )  # fmt: skip
    for _, path, body in asked:
        assert admin.post(path, body).status_code in (200, 201), "the control"
    tied(ledger, first, second)
    for name, path, body in asked:
        refused = admin.post(path, body)
        assert (refused.status_code, refused.json["type"]) == (403, f"/problems/{name}"), path
    assert admin.post(f"/auditors/{second}.1/end", {"reason": "x"}).status_code == 403
    erased = admin.client.delete(f"/api/v1/persons/{second}", headers=admin.headers)
    assert (erased.status_code, erased.json["type"]) == (409, "/problems/erasing-oneself")


def test_what_one_ordered_or_gave_as_one_person_one_attests_as_no_other(api, ledger, two):
    """Own cost, and a right that one has given oneself, are asked of the human being."""
    first, second = two
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    giver = client(api, ledger, first, "manager")
    right = {"person": second, "starts_on": "2023-01-01", **RIGHT}
    assert giver.post(f"/organisations/{BUYER}/attest-rights", right).status_code == 200
    orderer = client(api, ledger, first, "orderer")
    number = orderer.post("/agreements/SKO-2023/orders", ORDER).json["number"]
    api("supplier").post(f"/orders/{number}/confirm", {})
    id = api("finance").post(f"/orders/{number}/drawdowns", INVOICE).json["id"]
    approver = client(api, ledger, second, "approver")
    question = {"amount": "240000.00"}
    able = approver.get(f"/organisations/{BUYER}/attest", **question).json["items"]
    assert [one["person"] for one in able] == [second]
    assert approver.post(f"/drawdowns/{id}/approve", dry_run="true").status_code == 200
    tied(ledger, first, second)
    refused = approver.post(f"/drawdowns/{id}/approve")
    assert (refused.status_code, refused.json["type"]) == (403, "/problems/may-not-attest")
    assert f"You ordered {number} yourself" in refused.json["detail"]
    assert "Nobody has a right that covers it" in refused.json["detail"]
    assert approver.get(f"/organisations/{BUYER}/attest", **question).json["items"] == []


def test_nobody_joins_to_their_own_sign_in_a_person_whom_they_gave_a_role(app, api, ledger, two):
    """Whoever gave it and was joined afterwards would have given it to themselves all the same."""
    first, second = two
    browser = accepted(ledger, app, first)
    given = client(api, ledger, first, "admin").post(
        f"/persons/{second}/roles", {"role": "finance"}
    )
    assert given.status_code == 200
    link = f"/invitation/{ledger.registry.invite(second, 7)}"
    refused = browser.post(link, page=link, do="tie")
    assert (refused.status_code, "Somebody else must have given the role" in words(refused)) == (
        403, True
    )  # fmt: skip
    assert ledger.registry.selves(second) == {second}
    other = client(api, ledger, first, "admin").post(
        f"/persons/{second}/roles/{given.json['number']}/end", {"reason": "Fel"}
    )
    assert other.status_code == 200
    assert browser.post(link, page=link, do="tie").status_code == 200, "the control"
    assert ledger.registry.selves(second) == {first, second}
