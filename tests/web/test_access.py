"""Attempts, auditors' appointments and reads of bundles over the API; whom the auditor's role lets
read what, on every route."""

import io
import re
import zipfile
from datetime import timedelta

import pytest

from ledger import people
from ledger.application.asker import used_of
from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.audit.published import keep, publish_key
from ledger.config import read
from ledger.domain.events import AttemptRefused, BundleRead
from ledger.domain.refusals import Unavailable
from ledger.opening import open_ledger
from ledger.web import create_app
from ledger.web.addresses import CONVERTERS
from tests.audit.audit_given import KEY
from tests.clock import STARTED
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, SUPPLIER, Api, appoint
from tests.people import let_in

OTHER = "2120000787"
TODAY = STARTED.today
DAY = timedelta(days=1)
LARGE = {**ORDER, "lines": [{"kind": "delivery", "amount": "2009000.00"}]}


@pytest.fixture
def signed(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    return api


def facts(ledger, kind):
    return [fact for fact in ledger.store.follow(0, 1_000) if isinstance(fact.event, kind)]


def kinds(client, **query):
    return [item["kind"] for item in client.get("/attempts", **query).json["items"]]


# ── Attempts ──────────────────────────────────────────────────────────────────────────────────


def test_an_order_over_the_cap_is_listed_with_who_and_the_figures(signed):
    assert signed("orderer").post("/agreements/SKO-2023/orders", LARGE).status_code == 409
    (item,) = signed("auditor").get("/attempts").json["items"]
    assert (item["kind"], item["action"]) == ("cap-exceeded", "PlaceOrder")
    assert (item["agreement"], item["about"]) == ("SKO-2023", "agreement/SKO-2023")
    assert (item["by"]["organisation"], item["by"]["role"]) == (BUYER, "orderer")
    assert item["limits"] == [
        {
            "limit": "cap",
            "cap": "2000000.00",
            "used": "0.00",
            "asked": "2009000.00",
            "over": "9000.00",
            "fits": "2000000.00",
        }
    ]
    swedish = signed("auditor")
    swedish.headers["Accept-Language"] = "sv"
    assert "nekades PlaceOrder" in swedish.get("/attempts").json["items"][0]["sentence"]


def test_four_eyes_a_wrong_role_and_a_wrong_organisation_are_listed(signed, ledger):
    signed("orderer").post("/agreements/SKO-2023/orders", ORDER)
    number = "SKO-2023-0001"
    signed("supplier").post(f"/orders/{number}/confirm", {})
    token = let_in(ledger, "Both", BUYER, ("finance", "approver"))
    both = Api(signed.app.test_client(), token)
    id = both.post(f"/orders/{number}/drawdowns", INVOICE).json["id"]
    assert both.post(f"/drawdowns/{id}/approve", {}).status_code == 403
    assert signed("orderer").post(f"/drawdowns/{id}/approve", {}).status_code == 403
    assert signed("manager", SUPPLIER).post("/agreements/SKO-2023/orders", ORDER).status_code == 403
    admin = signed("admin")
    found = admin.get("/attempts").json["items"]
    assert [(one["kind"], one["action"], one["about"]) for one in found] == [
        ("four-eyes", "ApproveDrawdown", f"drawdown/{id}"),
        ("forbidden", "drawdowns.approve", f"drawdown/{id}"),
        ("not-a-party", "orders.place", "agreement/SKO-2023"),
    ]
    assert {one["agreement"] for one in found} == {"SKO-2023"}
    assert kinds(admin, kind="forbidden") == ["forbidden"]
    assert kinds(admin, organisation=SUPPLIER) == ["not-a-party"]
    assert kinds(admin, agreement="SKO-2023", person=found[0]["by"]["person"]) == ["four-eyes"]
    assert len(kinds(signed("admin", SUPPLIER))) == 3, "about an agreement that it sees whole"
    assert kinds(signed("admin", OTHER)) == [], "neither of its people nor of its agreements"


@pytest.mark.parametrize("roles", [("orderer", "admin"), ("admin",)])
def test_who_has_more_roles_may_no_less_than_with_one_of_them(signed, ledger, roles):
    """An order of another buyer: the administrator may change it, an orderer may not."""
    assert signed("orderer").post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    several = Api(signed.app.test_client(), let_in(ledger, "More", OTHER, roles))
    body = {"seats": 11, "reason": "Färre"}
    assert several.post("/orders/SKO-2023-0001/change", body).status_code == 200
    confirmed = several.post("/orders/SKO-2023-0001/confirm", {"letter": "brev"})
    assert confirmed.status_code == 200, confirmed.text
    facts = several.get("/agreements/SKO-2023/history").json["items"]
    assert {fact["by"]["role"] for fact in facts[-2:]} == {"admin"}


def test_the_widest_of_the_roles_is_used_and_a_supplier_s_is_not_one_of_a_buyer():
    assert used_of(("orderer", "manager")) == used_of(("manager", "orderer")) == "manager"
    assert used_of(("finance", "approver", "auditor")) == "finance"
    assert used_of(("supplier", "manager")) == "supplier"
    assert used_of(("orderer", "supplier")) == "orderer"
    assert used_of(("supplier", "admin")) == "admin"
    assert used_of(("auditor",)) == "auditor"


def test_questions_dry_runs_and_strangers_record_nothing(signed, ledger):
    orderer = signed("orderer")
    orderer.post("/agreements/SKO-2023/orders", LARGE, dry_run="true")
    assert orderer.get("/events").status_code == 403
    assert signed("supplier").post("/agreements/SKO-2023/what-if", {"steps": []}).status_code == 403
    stranger = Api(signed.app.test_client(), "avrop-nobody")
    assert stranger.post("/agreements/SKO-2023/orders", ORDER).status_code == 401
    assert facts(ledger, AttemptRefused) == []


def test_the_same_request_sent_again_is_one_attempt_wherever_it_is_refused(signed, ledger):
    key = {"Idempotency-Key": "k"}
    for _ in range(2):
        signed("orderer").post("/agreements/SKO-2023/orders", LARGE, headers=key)
        signed("finance").post("/agreements/SKO-2023/orders", ORDER, headers=key)
    assert sorted(fact.event.kind for fact in facts(ledger, AttemptRefused)) == [
        "cap-exceeded",
        "forbidden",
    ]


def test_what_an_address_names_and_the_ledger_does_not_have_stays_out_of_the_log(signed, ledger):
    assert signed("finance").post("/orders/ANNA-SVENSSON-0001/confirm", {}).status_code == 403
    (fact,) = facts(ledger, AttemptRefused)
    assert (fact.event.action, fact.event.about, fact.event.agreement) == ("orders.confirm", "", "")


def test_attempts_are_listed_by_date_and_as_known_at_a_moment_and_page_by_page(signed):
    before = STARTED().isoformat()
    for _ in range(3):
        signed("orderer").post("/agreements/SKO-2023/orders", LARGE)
    auditor = signed("auditor")
    assert kinds(auditor, known_at=before) == []
    assert kinds(auditor, as_of=str(TODAY - 2 * DAY)) == []
    assert len(kinds(auditor, **{"from": str(TODAY - DAY), "to": str(TODAY + DAY)})) == 3
    assert kinds(auditor, **{"to": str(TODAY - 2 * DAY)}) == []
    first = auditor.get("/attempts", limit=2)
    assert len(first.json["items"]) == 2
    following = re.search(r"after=(\d+)", first.headers["Link"])[1]
    assert len(auditor.get("/attempts", limit=2, after=following).json["items"]) == 1


def test_attempts_of_an_agreement_are_found_whatever_the_case_of_its_number(signed):
    signed("orderer").post("/agreements/SKO-2023/orders", LARGE)
    for number, count in (("SKO-2023", 1), ("sko-2023", 1), ("SKO-2024", 0)):
        assert len(kinds(signed("auditor"), agreement=number)) == count


def test_an_auditor_sees_attempts_on_their_organisations_agreements_and_by_its_people(signed):
    signed("orderer").post("/agreements/SKO-2023/orders", LARGE)
    signed("finance", OTHER).post("/agreements", AGREEMENT)
    assert kinds(signed("admin")) == ["cap-exceeded"]
    assert kinds(signed("admin", OTHER)) == ["forbidden"]
    assert kinds(signed("auditor")) == ["cap-exceeded"]
    assert kinds(signed("auditor", SUPPLIER)) == ["cap-exceeded"]
    assert kinds(signed("auditor", OTHER)) == ["forbidden"]
    for role in ("orderer", "manager", "finance", "supplier"):
        assert signed(role).get("/attempts").status_code == 403


# ── Appointments ──────────────────────────────────────────────────────────────────────────────

APPOINTMENT = {
    "name": "Revisor",
    "organisations": ["212000-2403"],
    "starts_on": str(TODAY - DAY),
    "ends_on": str(TODAY + DAY),
    "decision": "KF 12",
}


@pytest.fixture
def auditor(signed, ledger):
    """Somebody with an auditor's token, and no appointment."""
    return Api(signed.app.test_client(), let_in(ledger, "Revisor", "5560000001", ("auditor",)))


def said(answer):
    return answer.status_code, answer.json["type"].rpartition("/")[2]


def test_an_auditor_reads_what_admin_appoints_them_for_and_until_it_is_ended(signed, auditor):
    assert said(auditor.get("/agreements")) == (403, "not-appointed")
    admin = signed("admin")
    made = admin.post("/auditors", {**APPOINTMENT, "acts_for": "5560000001"})
    assert (made.status_code, made.json["status"]) == (201, "current")
    assert made.json["organisations"] == [BUYER]
    assert admin.get(made.headers["Location"].removeprefix("/api/v1")).json == made.json
    assert [one["number"] for one in auditor.get("/agreements").json["items"]] == ["SKO-2023"]
    assert auditor.get("/auditors").json["items"] == [made.json]
    ended = admin.post(f"/auditors/{made.json['id']}/end", {"reason": "Avgick"})
    assert (ended.json["status"], ended.json["ended_on"]) == ("ended", str(TODAY))
    refused = auditor.get("/agreements")
    assert said(refused) == (403, "appointment-over")
    assert str(TODAY) in refused.json["detail"]
    again = admin.post(f"/auditors/{made.json['id']}/end", {"reason": "Avgick"})
    assert said(again) == (409, "wrong-status")


def test_the_same_appointment_asked_for_again_is_one(signed):
    key = {"Idempotency-Key": "k"}
    first = signed("admin").post("/auditors", APPOINTMENT, headers=key)
    again = signed("admin").post("/auditors", APPOINTMENT, headers=key)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json
    assert len(signed("admin").get("/auditors").json["items"]) == 1


def test_appointments_are_told_as_they_were(signed):
    admin = signed("admin")
    before = STARTED().isoformat()
    made = admin.post("/auditors", APPOINTMENT).json
    between = STARTED().isoformat()
    admin.post(f"/auditors/{made['id']}/end", {"reason": "Avgick"})
    path = f"/auditors/{made['id']}"
    assert admin.get(path, known_at=before).status_code == 404
    assert admin.get(path, known_at=between).json["status"] == "current"
    assert admin.get(path).json["status"] == "ended"
    assert admin.get(path, as_of=str(TODAY - DAY)).status_code == 404


def test_only_admin_appoints_and_nobody_themselves(signed, ledger):
    for role in ("auditor", "manager", "finance"):
        assert said(signed(role).post("/auditors", APPOINTMENT)) == (403, "forbidden")
    token = let_in(ledger, "Revisor", BUYER, ("auditor", "admin"))
    own = Api(signed.app.test_client(), token)
    assert said(own.post("/auditors", APPOINTMENT)) == (403, "own-appointment")


def test_another_organisation_s_auditors_are_none_of_an_administrator_s(signed, ledger, auditor):
    """Nor is it learnt by appointing who is there, and what somebody is called."""
    admin, by = signed("admin"), (ledger.service, ledger.registry)
    theirs = people.another(*by, "Bertil Hemlig", OTHER)
    for organisations in ([OTHER], [BUYER, OTHER]):
        refused = admin.post("/auditors", {**APPOINTMENT, "organisations": organisations})
        assert said(refused) == (403, "not-a-party")
    for name in (theirs, "Bertil Hemlig", "Nobody There"):
        refused = admin.post("/auditors", {**APPOINTMENT, "name": name, "acts_for": OTHER})
        assert said(refused) == (404, "not-found")
        assert refused.json["detail"] == f"There is no person {name}."
    appoint(ledger, "Bertil Hemlig", OTHER)
    refused = admin.post(f"/auditors/{theirs}.1/end", {"reason": "Avgick"})
    assert said(refused) == (403, "not-a-party")
    assert "Bertil" not in refused.text
    assert signed("admin", OTHER).post(f"/auditors/{theirs}.1/end", {"reason": "A"}).json["name"]
    people.grant(*by, theirs, ("auditor",))
    made = admin.post("/auditors", {**APPOINTMENT, "name": theirs})
    assert made.json["name"] == "Bertil Hemlig", "an auditor of another is known to whom they audit"


def test_all_faults_of_an_appointment_are_told(signed):
    faulty = {**APPOINTMENT, "organisations": [], "ends_on": "2020-01-01", "name": ""}
    answer = signed("admin").post("/auditors", faulty)
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json["errors"]} == {"/organisations", "/name"}


def test_an_auditor_of_several_organisations_sees_the_agreements_of_all(signed, ledger, auditor):
    second = {**AGREEMENT, "number": "B", "buyers": [{"organisation": OTHER, "name": "V"}]}
    assert signed("manager", OTHER).post("/agreements", second).status_code == 201
    third = {**AGREEMENT, "number": "C", "buyers": [{"organisation": "2120001470", "name": "B"}]}
    assert signed("manager", "2120001470").post("/agreements", third).status_code == 201
    appoint(ledger, "Revisor", BUYER, OTHER)
    assert [one["number"] for one in auditor.get("/agreements").json["items"]] == ["B", "SKO-2023"]
    told = {one["agreement"] for one in auditor.get("/events").json["items"]}
    assert told == {"B", "SKO-2023", None}, "and what their people were given"
    assert auditor.get("/agreements/C/balance").status_code == 404


# ── Every route ───────────────────────────────────────────────────────────────────────────────

FILLED = {name: converter.example for name, converter in CONVERTERS.items()} | {
    "number": "SKO-2023",
}
"""What stands in addresses, by converter, or by name where there is none."""
QUESTIONS = {
    *("/api/v1/agreements/SKO-2023/what-if", "/agreements/SKO-2023/what-if"),
    *("/api/v1/reconcile", "/reconcile"),
    *("/audit", "/audit/receipt"),
    *("/audit/bundle", "/audit/bundle/<job:id>"),
    "/settings/import",
}
"""What is too long to ask in an address: it writes nothing, which its own tests say. Of a bundle it
is recorded that it was read, as where a program fetches one."""
QUERIES = {"/explain": "?figure=cap", "/accruals": "?year=2024"}
"""What an address cannot be asked without."""


def routes(app, drawdown, *methods):
    """Path, method and roles of every route that says who may use it."""
    filled = {**FILLED, "drawdown": drawdown}
    for rule in app.url_map.iter_rules():
        roles = getattr(app.view_functions[rule.endpoint], "_access", ())
        for method in sorted(rule.methods & set(methods) if roles else ()):
            path = re.sub(r"<(?:(\w+):)?(\w+)>", lambda m: filled[m[1] or m[2]], rule.rule)
            asked = (query for end, query in QUERIES.items() if path.endswith(end))
            yield path + next(asked, ""), method, roles


@pytest.fixture
def drawdown(signed):
    signed("orderer").post("/agreements/SKO-2023/orders", ORDER)
    signed("supplier").post("/orders/SKO-2023-0001/confirm", {})
    return signed("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE).json["id"]


@pytest.fixture
def browser(signed, ledger):
    """The auditor's browser and program: asks an address as it is asked."""
    token = let_in(ledger, "Revisor", "5560000001", ("auditor",))
    client = signed.app.test_client()
    signed.app.config["WTF_CSRF_ENABLED"] = False
    client.post("/session", data={"token": token})

    def ask(path, method):
        headers = {"Authorization": f"Bearer {token}"} if path.startswith("/api/") else {}
        return client.open(
            path, method=method, headers=headers, json={} if method != "GET" else None
        )

    return ask


def test_every_route_that_writes_refuses_the_auditor(signed, ledger, drawdown, browser):
    appoint(ledger, "Revisor", BUYER)
    asked = 0
    for path, method, roles in routes(signed.app, drawdown, "POST", "PUT", "PATCH", "DELETE"):
        if path in QUESTIONS or path.startswith("/audit/bundle/"):
            continue
        asked += 1
        assert "auditor" not in roles, path
        assert browser(path, method).status_code == 403, path
    assert asked > 30


def test_what_writes_nothing_though_it_is_sent_like_a_command_is_listed(signed):
    views = signed.app.view_functions
    asking = {
        rule.rule.replace("<agreement:number>", "SKO-2023")
        for rule in signed.app.url_map.iter_rules()
        if getattr(views[rule.endpoint], "_writes_nothing", False)
    }
    assert asking == QUESTIONS


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((), "not-appointed"),
        ((DAY, 2 * DAY), "appointment-ahead"),
        ((-2 * DAY, -DAY), "appointment-over"),
        ((0 * DAY, 0 * DAY), None),
    ],
)
def test_every_route_that_reads_is_governed_by_the_appointment(
    signed, ledger, drawdown, browser, days, expected
):
    if days:
        appoint(ledger, "Revisor", BUYER, starts_on=TODAY + days[0], ends_on=TODAY + days[1])
    asked = 0
    for path, method, roles in routes(signed.app, drawdown, "GET"):
        if "auditor" not in roles:
            assert browser(path, method).status_code == 403, path
            continue
        asked += 1
        answer = browser(path, method)
        if expected is None:
            # The rest are faults of what was filled in, and a bundle that nothing is signed for.
            assert answer.status_code in (200, 404, 409, 422) or path.endswith("/bundle"), path
            assert answer.status_code != 403 or path.endswith("/bundle"), path
        else:
            assert answer.status_code == 403, path
            if path.startswith("/api/"):
                assert answer.json["type"].endswith(f"/{expected}"), path
    assert asked > 20


def test_outside_their_organisations_an_auditor_finds_nothing_on_any_route(
    signed, ledger, drawdown, browser
):
    appoint(ledger, "Revisor", OTHER)
    found = []
    for path, method, roles in routes(signed.app, drawdown, "GET"):
        if "auditor" in roles and ("SKO-2023" in path or drawdown in path):
            found.append(path)
            assert browser(path, method).status_code == 404, path
    assert len(found) > 10


# ── Bundles ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def notarised(signed, ledger, database, tmp_path):
    """A client by role of the same ledger, with a notary that has signed what there is."""
    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
    note = notary.cycle(signing, ledger.store.leaves)
    publish_key(signing.folder, KEY.verifier)
    keep(signing.folder, note, TODAY)
    folder = str(signing.folder)
    opened = open_ledger(read({"AVROP_DATABASE": database, "AVROP_NOTARY": folder}), STARTED)
    app = create_app(ledger=opened)

    def as_role(role, organisation=BUYER):
        name = f"{role} {organisation}"
        if role == "auditor":
            appoint(opened, name, organisation)
        token = let_in(opened, name, organisation, (role,))
        return Api(app.test_client(), token)

    yield as_role
    opened.close()


def test_a_bundle_is_given_and_that_it_was_is_recorded(notarised, ledger):
    auditor = notarised("auditor")
    answer = auditor.get("/audit/bundle", agreement="sko-2023")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert "verify.py" in file.namelist()
        assert any(name.startswith("entries/") for name in file.namelist())
    (fact,) = facts(ledger, BundleRead)
    assert (fact.event.scope, fact.event.size, fact.by.role) == ("SKO-2023", 6, "auditor")
    (item,) = auditor.get("/audit/reads").json["items"]
    assert (item["agreement"], item["size"], item["root"]) == ("SKO-2023", 6, fact.event.root)
    assert auditor.get("/audit/reads", agreement="B").json["items"] == []
    assert len(auditor.get("/audit/reads", agreement="Sko-2023").json["items"]) == 1
    assert len(notarised("admin").get("/audit/reads").json["items"]) == 1
    assert notarised("admin", OTHER).get("/audit/reads").json["items"] == []
    assert notarised("auditor", OTHER).get("/audit/reads").json["items"] == []


def test_the_whole_log_is_for_admin_and_an_agreement_for_who_may_see_it(notarised, ledger):
    assert notarised("auditor").get("/audit/bundle").status_code == 403
    stranger = notarised("auditor", OTHER)
    refused = stranger.get("/audit/bundle", agreement="SKO-2023")
    assert refused.status_code == 422
    assert refused.json["errors"][0]["detail"] == "There is no agreement SKO-2023."
    assert notarised("finance").get("/audit/bundle", agreement="SKO-2023").status_code == 403
    assert facts(ledger, BundleRead) == []
    assert notarised("admin").get("/audit/bundle").status_code == 200
    assert [fact.event.scope for fact in facts(ledger, BundleRead)] == [""]


def test_nobody_gets_a_bundle_that_cannot_be_recorded_or_that_nothing_was_signed_for(
    signed, notarised, ledger, monkeypatch
):
    unsigned = signed("auditor").get("/audit/bundle", agreement="SKO-2023")
    assert said(unsigned) == (409, "no-bundle")
    monkeypatch.setattr("ledger.web.api.audit.MAX_BUNDLED", 0)
    large = notarised("auditor").get("/audit/bundle", agreement="SKO-2023")
    assert large.status_code == 422
    monkeypatch.undo()

    def away(*_, **__):
        raise Unavailable

    admin = notarised("admin")
    monkeypatch.setattr("ledger.service.Service.execute", away)
    refused = admin.get("/audit/bundle", agreement="SKO-2023")
    assert said(refused) == (503, "unavailable")
    assert facts(ledger, BundleRead) == []
