"""People by the API: made, given roles and tokens by their administrator, and let go at once."""

import re

import pytest
from msgspec.structs import replace

from ledger import people, verifying
from ledger.domain import access
from ledger.domain.agreement import SuspendAgreement
from ledger.domain.events import By
from ledger.domain.refusals import Forbidden
from ledger.opening import open_ledger
from ledger.store import Request
from ledger.verifying import Held
from ledger.web import create_app
from tests.clock import STARTED
from tests.conftest import AGREEMENT, BUYER, ORDER, SUPPLIER, Api
from tests.people import let_in, person_of

OTHER = "2120001470"


def said(answer):
    kind = answer.json["type"].rpartition("/")[2] if answer.status_code >= 400 else ""
    return answer.status_code, kind


@pytest.fixture
def admin(api):
    return api("admin")


@pytest.fixture
def anna(admin):
    """The id of a person whom the administrator made."""
    made = admin.post("/persons", {"name": "Anna"})
    assert made.status_code == 201
    return made.json["id"]


def with_token(api, admin, id, *roles):
    for role in roles:
        assert admin.post(f"/persons/{id}/roles", {"role": role}).status_code == 200
    made = admin.post(f"/persons/{id}/tokens", {"roles": list(roles)})
    assert made.status_code == 200
    return Api(api.app.test_client(), made.json["token"]), made.json["id"]


# ── Given ─────────────────────────────────────────────────────────────────────────────────────


def test_a_person_is_made_given_a_role_and_a_token_and_acts(api, admin, anna, ledger):
    manager, token = with_token(api, admin, anna, "manager")
    assert manager.post("/agreements", AGREEMENT).status_code == 201
    (fact, *_) = ledger.store.history("agreement/SKO-2023")
    assert (fact.by.person, fact.by.organisation, fact.by.role) == (anna, BUYER, "manager")
    told = admin.get(f"/persons/{anna}").json
    assert (told["organisation"], told["roles"], told["proved"]) == (BUYER, ["manager"], True)
    assert [(one["role"], one["status"]) for one in told["granted"]] == [("manager", "current")]
    assert [(one["id"], one["works"]) for one in told["made"]] == [(token, True)]
    assert told["made"][0]["made_by"] == person_of(ledger, f"admin {BUYER}")


def test_nothing_of_a_tokens_secret_is_in_the_log(api, admin, anna, ledger):
    with_token(api, admin, anna, "finance")
    made = admin.post(f"/persons/{anna}/tokens", {"roles": ["finance"]}, {"Idempotency-Key": "k"})
    stored = b"".join(row.state for row in ledger.store.follow_stored(0, 1000))
    assert made.json["token"].removeprefix("avrop-").encode() not in stored
    assert b"Anna" not in stored
    again = admin.post(f"/persons/{anna}/tokens", {"roles": ["finance"]}, {"Idempotency-Key": "k"})
    assert (again.json["id"], again.json["token"]) == (made.json["id"], None)
    assert len(ledger.registry.tokens(anna)) == 2


def test_a_token_is_made_in_roles_that_the_person_has_alone(admin, anna):
    assert said(admin.post(f"/persons/{anna}/tokens", {"roles": ["finance"]})) == (422, "invalid")


@pytest.mark.parametrize("role", ["orderer", "approver", "finance", "manager", "supplier", "admin"])
def test_an_administrator_grants_themselves_no_role_over_money(admin, ledger, role):
    own = person_of(ledger, f"admin {BUYER}")
    refused = admin.post(f"/persons/{own}/roles", {"role": role})
    assert said(refused) == (403, "own-role")


def test_two_of_one_name_are_two_and_a_name_alone_is_refused_with_their_ids(api, admin, anna):
    other = admin.post("/persons", {"name": "Anna", "another": True}).json["id"]
    assert other != anna
    refused = admin.post("/persons", {"name": "Anna"})
    assert said(refused) == (409, "several-of-that-name")
    assert anna in refused.json["detail"]
    assert other in refused.json["detail"]
    first, _ = with_token(api, admin, anna, "orderer")
    second, _ = with_token(api, admin, other, "finance")
    assert said(second.post("/agreements/SKO-2023/orders", ORDER)) == (403, "forbidden")
    assert said(first.post("/agreements/SKO-2023/orders", ORDER)) == (404, "not-found")


def test_the_same_request_makes_one_person(api, admin, anna, ledger):
    key, body = {"Idempotency-Key": "anna-2"}, {"name": "Anna", "another": True}
    first = admin.post("/persons", body, key)
    again = admin.post("/persons", body, key)
    assert (first.status_code, first.json["id"] != anna) == (201, True)
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert said(admin.post("/persons", {"name": "Anna"}, key)) == (409, "key-reused")
    assert len(ledger.registry.of_organisation(BUYER)) == 3
    once = admin.post("/persons", {"name": "Bo"}, {"Idempotency-Key": "bo"}).json["id"]
    for headers in ({"Idempotency-Key": "bo"}, {"Idempotency-Key": "bo-2"}, None):
        assert admin.post("/persons", {"name": "Bo"}, headers).json["id"] == once
    assert said(admin.post("/persons", {"name": "Anna"}, {"Idempotency-Key": "x"})) == (
        *(409, "several-of-that-name"),
    )


def test_the_same_request_twice_at_once_makes_one_person(admin, ledger):
    """Another process was first, after this one had looked whether it was done."""
    by = By(person=person_of(ledger, f"admin {BUYER}"), organisation=BUYER, role="admin")
    request, to = Request(key="p:k", digest="d"), ("Anna", BUYER, by)
    first, _ = people.made_once(ledger.service, ledger.registry, *to, request, anew=True)
    looked = iter([None])
    found = ledger.service.answered
    ledger.service.answered = lambda one: next(looked, found(one))
    again = people.made_once(ledger.service, ledger.registry, *to, request, anew=True)
    assert again == (first, True)
    assert list(ledger.registry.of_organisation(BUYER).values()).count("Anna") == 1


# ── Whose ─────────────────────────────────────────────────────────────────────────────────────


def test_another_organisations_people_are_not_there(api, anna, ledger):
    let_in(ledger, "Bertil", OTHER, ("orderer",))
    stranger = api("admin", OTHER)
    names = [one["name"] for one in stranger.get("/persons").json["items"]]
    assert sorted(names) == ["Bertil", f"admin {OTHER}"]
    for path, body in (
        (f"/persons/{anna}/roles", {"role": "finance"}),
        (f"/persons/{anna}/roles/1/end", {"reason": "R"}),
        (f"/persons/{anna}/tokens", {"roles": ["finance"]}),
        (f"/persons/{anna}/tokens/{'0' * 16}/end", {"reason": "R"}),
    ):
        assert said(stranger.post(path, body)) == (404, "not-found")
    assert said(stranger.get(f"/persons/{anna}")) == (404, "not-found")
    erased = stranger.client.delete(f"/api/v1/persons/{anna}", headers=stranger.headers)
    assert said(erased) == (404, "not-found")


def test_what_people_were_given_is_told_to_their_administrator_and_their_auditor_alone(
    api, admin, anna, ledger
):
    """Of an agreement the administrator sees all of the ledger's; of people the own."""
    with_token(api, admin, anna, "finance", "manager")
    bertil = let_in(ledger, "Bertil", OTHER, ("finance", "supplier"))
    of_bertil = f"access/{person_of(ledger, 'Bertil', OTHER)}"
    seen = {
        (role, of): {
            fact["stream"]
            for fact in every(api(role, of), "/events")
            if fact["stream"].startswith("access/")
        }
        for role in ("admin", "auditor", "manager", "finance")
        for of in (BUYER, OTHER)
    }
    for (role, of), streams in seen.items():
        assert (f"access/{anna}" in streams) == (of == BUYER and role in ("admin", "auditor"))
        assert (of_bertil in streams) == (of == OTHER and role in ("admin", "auditor"))
        assert bool(streams) == (role in ("admin", "auditor"))
    told = every(api("auditor", OTHER), "/events")
    given = [fact["name"] for fact in told if fact["stream"] == of_bertil]
    assert given == ["person-recorded", "role-granted", "role-granted", "token-made"]
    assert bertil not in str(told)
    everything = Api(api.app.test_client(), let_in(ledger, "A", OTHER, ("manager", "admin")))
    assert f"access/{anna}" not in str(every(everything, "/events"))


def every(client, path):
    """The items of all pages."""
    found, after = [], {}
    while True:
        answer = client.get(path, limit=100, **after)
        assert answer.status_code == 200
        found += answer.json["items"]
        if not (link := re.search(r"after=(\d+)", answer.headers.get("Link", ""))):
            return found
        after = {"after": link[1]}


# ── Ended ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def elsewhere(settings, ledger, clock):
    """A client of another process, which has looked the token up already."""
    other = open_ledger(settings, clock)
    app = create_app(ledger=other)
    yield lambda client: Api(app.test_client(), client.headers["Authorization"].split()[1])
    other.close()


def test_a_role_that_ended_is_refused_from_the_next_request_on_everywhere(
    api, admin, anna, elsewhere
):
    here, _ = with_token(api, admin, anna, "finance", "orderer")
    there = elsewhere(here)
    assert there.get("/use").status_code == here.get("/use").status_code == 200
    ended = admin.post(f"/persons/{anna}/roles/1/end", {"reason": "Byter tjänst"})
    assert (ended.status_code, ended.json["status"]) == (200, "ended")
    for client in (here, there):
        assert client.get("/agreements").status_code == 200, "as an orderer still"
        assert said(client.get("/use")) == (403, "forbidden")
    admin.post(f"/persons/{anna}/roles/2/end", {"reason": "Slutar"})
    for client in (here, there):
        assert said(client.get("/agreements")) == (403, "forbidden")


def test_a_token_that_ended_is_refused_from_the_next_request_on_everywhere(
    api, admin, anna, elsewhere
):
    here, token = with_token(api, admin, anna, "finance")
    there = elsewhere(here)
    assert there.get("/agreements").status_code == here.get("/agreements").status_code == 200
    ended = admin.post(f"/persons/{anna}/tokens/{token}/end", {"reason": "Byts"})
    assert (ended.status_code, ended.json["works"]) == (200, False)
    assert said(there.get("/agreements")) == (401, "unauthenticated")
    assert said(here.get("/agreements")) == (401, "unauthenticated")
    again = admin.post(f"/persons/{anna}/tokens/{token}/end", {"reason": "Byts"})
    assert said(again) == (409, "wrong-status")


def test_an_erased_person_is_refused_from_the_next_request_on_everywhere(
    api, admin, anna, elsewhere, ledger
):
    here, _ = with_token(api, admin, anna, "approver")
    there = elsewhere(here)
    right = {"person": anna, "responsibilities": ["*"], "decision": "KS 1"}
    deputy = {"person": anna, "deputy": "p-" + "1" * 16, "decision": "KS 1"}
    assert admin.post(f"/organisations/{BUYER}/attest-rights", right).status_code == 200
    assert admin.post(f"/organisations/{BUYER}/deputies", deputy).status_code == 200
    assert there.get("/agreements").status_code == 200
    able = admin.get(f"/organisations/{BUYER}/attest").json["items"]
    assert [one["person"] for one in able] == [anna, "p-" + "1" * 16]
    gone = admin.client.delete(f"/api/v1/persons/{anna}", headers=admin.headers)
    assert gone.status_code == 200
    for client in (here, there):
        assert said(client.get("/agreements")) == (401, "unauthenticated")
    assert admin.get(f"/organisations/{BUYER}/attest").json["items"] == []
    rules = ledger.service.load(f"organisation/{BUYER}")[1]
    assert [one.ends_on for one in (*rules.rights, *rules.deputies)] == [STARTED.today] * 2
    assert people.is_proved(ledger.service, ledger.registry, anna) is None


def test_a_deputy_attests_no_longer_than_who_they_stand_in_for_has_the_role(api, admin, anna):
    with_token(api, admin, anna, "approver")
    right = {"person": anna, "responsibilities": ["*"], "decision": "KS 1"}
    deputy = {"person": anna, "deputy": "p-" + "1" * 16, "decision": "KS 1"}
    admin.post(f"/organisations/{BUYER}/attest-rights", right)
    admin.post(f"/organisations/{BUYER}/deputies", deputy)
    able = f"/organisations/{BUYER}/attest"
    assert len(admin.get(able).json["items"]) == 2
    admin.post(f"/persons/{anna}/roles/1/end", {"reason": "Slutar"})
    assert admin.get(able).json["items"] == []


# ── Told again ────────────────────────────────────────────────────────────────────────────────


def test_an_answer_is_not_given_again_to_who_may_no_longer_read_it(api, admin, anna, ledger):
    joint = {
        **AGREEMENT,
        "buyers": [
            {"organisation": BUYER, "name": "Härnösands kommun", "role": "lead"},
            {"organisation": OTHER, "name": "Ett bolag", "role": "member"},
        ],
    }
    manager, _ = with_token(api, admin, anna, "manager", "orderer")
    assert manager.post("/agreements", joint).status_code == 201
    key, body = {"Idempotency-Key": "one"}, {**ORDER, "buyer": OTHER}
    first = manager.post("/agreements/SKO-2023/orders", body, key)
    assert first.status_code == 201
    assert manager.post("/agreements/SKO-2023/orders", body, key).json == first.json
    admin.post(f"/persons/{anna}/roles/1/end", {"reason": "Byter tjänst"})
    again = manager.post("/agreements/SKO-2023/orders", body, key)
    assert said(again) == (404, "not-found")


# ── Verified ──────────────────────────────────────────────────────────────────────────────────


def test_an_act_in_a_role_that_the_log_did_not_give_is_named(api, admin, anna, ledger, monkeypatch):
    manager, _ = with_token(api, admin, anna, "manager")
    manager.post("/agreements", AGREEMENT)
    api("supplier", SUPPLIER)
    assert verifying.verify(ledger, Held()).findings == ()
    by = ledger.store.history("agreement/SKO-2023")[0].by
    command = SuspendAgreement(agreement="SKO-2023", reason="R", on=STARTED.today)
    with pytest.raises(Forbidden):
        ledger.service.execute(command, replace(by, role="finance"))
    # Another program than this one writes to the log.
    monkeypatch.setattr(access, "require_role", lambda *_: None)
    ledger.service.execute(command, replace(by, role="finance"))
    (found,) = verifying.verify(ledger, Held()).findings
    assert (found.figures["person"], found.figures["role"]) == (anna, "finance")
