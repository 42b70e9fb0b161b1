"""What is another's and what is not there are answered alike, word for word, on every route.

Three acquaintances: a member of a joint agreement asks of what the lead ordered, one supplier of
several of what another has and (before it and after it) of what it passed on, and an auditor of an
organisation of what is none of its business.
"""

import io
import re
import zipfile

import pytest

from ledger.application.acts import ACTS
from ledger.application.bodies.examples import EXAMPLES
from tests.conftest import AGREEMENT, BUYER, ORDER, SUPPLIER, appoint
from tests.documents.bills import Bill, rows, written
from tests.people import let_in
from tests.web.test_seen import SECRET, done, draw, place, routes, several, signed_in
from tests.web.test_suppliers import SECOND, THIRD

assert several  # a fixture
FAR = "2120000787"
"""A buyer that has nothing to do with anybody here."""
MEMBER = "2120001470"
JOINT = {
    **AGREEMENT,
    "number": "SAM-2023",
    "buyers": [
        {"organisation": BUYER, "name": "Härnösands kommun", "role": "lead"},
        {"organisation": MEMBER, "name": "Bengtsfors kommun", "role": "member"},
    ],
}
LINES = [{"kind": "delivery", "amount": "1.00", "year": 2024}]
REASON = {"reason": "r"}
PERSON = "p-" + "0" * 16
FUNDING = {**EXAMPLES["DecideFunding"], "name": "ESF"}
PAID = {"name": "ESF", "amount": "1.00", "reference": "r"}
RECHARGE = {"member": MEMBER, "reference": "r"}
INVOICE = {"invoice": "1", "issued_on": "2024-03-25", "amount": "1.00"}
BODIES = {
    "agreement amend": EXAMPLES["Amend"],
    "agreement extend": {"decision": "d"},
    "agreement propose-share-move": {"giver": BUYER, "receiver": MEMBER, "amount": "1.00"},
    "agreement in-kind": {"amount": "1.00", "what": "w"},
    "agreement report-result": {"programme": "p", "result": "r"},
    "agreement give-numbers": {"numbers": []},
    "agreement publish-notice": {"decision": "d", "number": "n", "published_on": "2024-01-01"},
    "agreement remove-limit": {"name": "2024", "reason": "r"},
    "agreement place": {"course": "c", "lines": LINES},
    "order counter": {"lines": LINES},
    "order change": {"seats": 1, "reason": "r"},
    "order allocate": {"seats": [{"organisation": BUYER, "seats": 1}]},
    "order move-seats": {"giver": BUYER, "receiver": MEMBER, "seats": 1},
    "order recode": {"line": 1, "cost_centre": "1"},
    "order deliver": {"seats_used": 1},
    "order move-session": {"to": "2024-02-02"},
    "order hold-session": {"participants": 1},
    "order record": INVOICE,
    "agreement record-over-orders": INVOICE,
    "drawdown match": {"credits": "2021004524.1001.2024-03-25.380"},
    "drawdown move": {"order": "SKO-2023-0001", "reason": "r"},
    "drawdown reverse": {"invoice": "2", "issued_on": "2024-03-26"},
    "drawdown recharge": {**RECHARGE, "amount": "1.00"},
    "drawdown reverse-recharge": {**RECHARGE, "reason": "r"},
    "document assign": {"order": "SKO-2023-0001", "reason": "r"},
    "agreement decide-funding": FUNDING,
    "agreement change-funding": FUNDING,
    "agreement withdraw-funding": {"name": "ESF", "decision": "d"},
    "agreement claim-funding": PAID,
    "agreement receive-funding": PAID,
    "agreement open-competition": {"what": "w", "answer_by": "2037-02-01"},
    "agreement answer-competition": {"amount": "1.00"},
    "agreement award-competition": {"supplier": SECOND, "reason": "r"},
    "organisation grant": {"person": PERSON, "responsibilities": ["1"], "decision": "d"},
    "organisation end": {"decision": "d"},
    "organisation name-deputy": {"person": PERSON, "deputy": "p-" + "1" * 16, "decision": "d"},
    "organisation end-deputy": {"decision": "d"},
    "organisation set-own-cost": {"own_cost": ["ordered"], "decision": "d"},
    "organisation set-code-map": {"parts": [{"name": "ansvar"}], "decision": "d"},
    "organisation set-address": {"address": "order@example.se"},
}
"""What each act is asked with, where a reason would not do: sound, so that it is looked up."""
NOTHING = (
    *("confirm", "accept", "start", "close", "lapse", "cancel-session", "approve", "judge-again"),
    *("retry", "accept-share-move", "decline-share-move", "accept-change", "open-offers"),
)
BODIES |= {
    f"{act.to} {act.name}": {}
    for act in ACTS
    if act.name in NOTHING and (act.to, act.name) != ("agreement", "close")
}
ASKED = {f"/api/v1{act.route}": BODIES.get(f"{act.to} {act.name}", REASON) for act in ACTS}
PLAY = {"steps": [{"command": "suspend", "reason": "r"}]}
ROLES = ("orderer", "approver", "finance", "manager", "supplier", "auditor")
"""All but the ledger's own, from whom nothing is hidden."""


@pytest.fixture
def world(several):
    """What `several` has, a joint agreement, and one of strangers with its order and invoice."""
    api = several
    done(api("manager").post("/agreements", JOINT))
    leads = done(api("orderer").post("/agreements/SAM-2023/orders", ORDER))["number"]
    parties = {"buyers": [{"organisation": FAR, "name": "Vimmerby kommun"}]}
    parties["suppliers"] = [{"organisation": THIRD, "name": "Linköpings universitet"}]
    done(api("manager", FAR).post("/agreements", {**AGREEMENT, "number": "FRM-2023", **parties}))
    number = done(api("orderer", FAR).post("/agreements/FRM-2023/orders", ORDER))["number"]
    done(api("supplier", THIRD).post(f"/orders/{number}/confirm", {}))
    body = {"invoice": "F1", "issued_on": "2024-03-25", "amount": "1000.00"}
    far = done(api("finance", FAR).post(f"/orders/{number}/drawdowns", body))["id"]
    finance = api("finance", FAR)
    headers = {**finance.headers, "Content-Type": "application/xml"}
    bill = Bill("F2", rows(("10.00", 1)), order="?", buyer=FAR, supplier=THIRD)
    sent = finance.client.post(
        "/api/v1/documents/peppol-invoice", data=written(bill), headers=headers
    )
    drawn = api("finance").get("/drawdowns").json["items"]
    seconds = next(one["id"] for one in drawn if one["supplier"] == SECOND)
    api.names = {
        "leads": leads, "far order": number, "far": far, "file": sent.json["sha256"],
        "seconds": seconds,
    }  # fmt: skip
    return api


def pairs(names, who):
    """What is another's → what is not there, of each kind of thing, to somebody of an organisation
    in a role."""
    organisation, role = who
    strange = {
        "agreement": [("FRM-2023", "FRM-2099")],
        "order": [(names["far order"], "FRM-2023-0077")],
        "drawdown": [(names["far"], "2021003096.F1.2024-03-26.380")],
        "digest": [(names["file"], "f" * 64)],
        "organisation": [(FAR, "2120001611")],
        "sequence": [("1", "1")],
    }
    if organisation == SUPPLIER:
        strange["order"] += [(SECRET, "SKO-2023-0077")]
        strange["drawdown"] += [(names["seconds"], "2021004052.Q90099.2024-03-26.380")]
    elif role in ("orderer", "approver"):
        strange["order"] += [(names["leads"], "SAM-2023-0077")]
    return strange


def client_of(api, organisation, role):
    ledger = api.app.extensions["ledger"]
    name = f"asks {organisation} {role}"
    token = let_in(ledger, name, organisation, (role,))
    if role == "auditor":
        appoint(ledger, name, organisation)
    client = api.app.test_client()
    signed_in(client, token)
    page = client.get("/").text
    return client, token, re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def asked(api, organisation, role):
    """Each route that somebody may ask, with how it is asked."""
    client, token, csrf = client_of(api, organisation, role)
    bearer = {"Authorization": f"Bearer {token}"}

    def ask(rule, method, name):
        address = re.sub(r"<(?!sequence|digest:attachment)[^<>]*>", name, rule, count=1)
        address = re.sub(r"<digest:attachment>", "e" * 64, address)
        address = re.sub(r"<sequence[^<>]*>", "1", address)
        if method == "GET":
            query = {"/why": {"figure": "drawn"}, "/explain": {"figure": "drawn"}}
            given = next((some for end, some in query.items() if rule.endswith(end)), {})
            given = {"year": "2024"} if rule.endswith("/accruals") else given
            return client.get(address, query_string=given, headers=bearer)
        if rule.startswith("/api/"):
            body = PLAY if rule.endswith("/what-if") else ASKED[rule]
            return client.open(address, method=method, json=body, headers=bearer)
        return client.post(address, data={"csrf_token": csrf, "reason": "r"}, headers=bearer)

    return ask


def said(answer, name):
    """All of an answer but its name, and what differs at each request."""
    own = ("Date", "Set-Cookie", "Content-Length", "X-Request-Id")
    headers = {key: value for key, value in answer.headers if key not in own}
    if answer.data.startswith(b"PK"):  # a workbook, but for when it was made
        parts = zipfile.ZipFile(io.BytesIO(answer.data)).infolist()
        told = [(one.filename, one.CRC) for one in parts if "docProps" not in one.filename]
        return answer.status_code, headers, str(told)
    text = re.sub(r'(csrf[^>]*value|nonce|name="key" value)="[^"]*"', "", answer.text)
    text = re.sub(r'"request_id":"[^"]*"|Inloggad till [^<]*', "", text)
    text = re.sub(r'\s*<option value="p-[^<]*>asks [^<]*</option>', "", text)  # of this very walk
    return answer.status_code, headers, text.replace(name, "…") if name else text


WHO = [(MEMBER, role) for role in ROLES] + [(SUPPLIER, role) for role in ROLES]
WHO += [("5560000001", "auditor")]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_another_s_is_answered_as_what_is_not_there_on_every_route(world):
    differ, walked = [], set()
    for organisation, role in WHO:
        ask = asked(world, organisation, role)
        for rule in routes(world.app, "GET", "POST"):
            if role not in world.app.view_functions[rule.endpoint]._access:
                continue
            kind = re.search(r"<(\w+):", rule.rule)
            of = "agreement" if rule.rule == "/agreements/<number>" else kind and kind[1]
            for another, absent in pairs(world.names, (organisation, role)).get(of, ()):
                for method in sorted(rule.methods & {"GET", "POST"}):
                    answers = [(name, ask(rule.rule, method, name)) for name in (another, absent)]
                    walked.add((method, rule.rule))
                    first, second = (said(answer, name) for name, answer in answers)
                    if first != second or first[0] not in (403, 404):
                        differ.append(
                            (organisation, role, method, rule.rule, another, first, second)
                        )
    assert differ == []
    assert len(walked) > 150


def seen_of(api, number):
    """What an organisation that had an order is answered on every route: what of it is read, and
    what comes of each act on it."""
    found = {}
    for role in ("supplier", "finance", "manager", "auditor"):
        ask, views = asked(api, SUPPLIER, role), api.app.view_functions
        for rule in routes(api.app, "GET", "POST"):
            mine = rule.rule.endswith("/attempts") or "/audit/" in f"{rule.rule}/"
            if role not in views[rule.endpoint]._access or mine:  # this walk is recorded there
                continue
            of_order = "<order:" in rule.rule
            names = [number] if of_order else ["SKO-2023"] if "agreement" in rule.rule else [""]
            for method in sorted(rule.methods & ({"GET", "POST"} if of_order else {"GET"})):
                for name in names:
                    status, headers, text = said(ask(rule.rule, method, name), name)
                    found[role, method, rule.rule] = status, headers, GROWS.sub("", text)
    return found


GROWS = re.compile(r'"position":\d+|known_at"?[=:]"?[^"&]*|<span class="on-paper">[^<]*')
"""How large the whole log is everybody is told, by checkpoints and receipts: not of what. On paper
a page says what time it is."""


def test_what_came_after_an_order_was_passed_on_changes_no_answer_to_who_passed_it_on(several):
    number = place(several, "Kurs", 12_345)
    done(several("supplier").post(f"/orders/{number}/decline", REASON))
    before = seen_of(several, number)
    done(several("supplier", SECOND).post(f"/orders/{number}/counter", {"lines": LINES}))
    done(several("orderer").post(f"/orders/{number}/accept", {}))
    draw(several, number, "F77", 1, SECOND)
    done(several("supplier", SECOND).post(f"/orders/{number}/deliver", {"seats_used": 1}))
    done(several("orderer").post(f"/orders/{number}/close", {}))
    after = seen_of(several, number)
    differ = [key for key, answer in before.items() if answer != after[key]]
    assert differ == []
    assert {status for status, _, _ in before.values()} >= {200, 403, 409}


def test_what_is_another_s_is_answered_as_what_is_not_there_where_a_body_names_it(world):
    """A member of the joint agreement names what is none of its business."""
    order = done(world("orderer", MEMBER).post("/agreements/SAM-2023/orders", ORDER))["number"]
    done(world("supplier").post(f"/orders/{order}/confirm", {}))
    finance, manager = world("finance", MEMBER), world("manager", MEMBER)
    mine = done(finance.post(f"/orders/{order}/drawdowns", INVOICE))["id"]
    credit = done(
        finance.post(f"/orders/{order}/drawdowns", {**INVOICE, "invoice": "2", "amount": "-1.00"})
    )["id"]
    bill = Bill("F3", rows(("10.00", 1)), order="?", buyer=MEMBER)
    headers = {**finance.headers, "Content-Type": "application/xml"}
    came = finance.client.post(
        "/api/v1/documents/peppol-invoice", data=written(bill), headers=headers
    )
    file = came.json["sha256"]
    names = world.names
    orders, papers = (pairs(names, (MEMBER, "finance"))[kind][0] for kind in ("order", "drawdown"))
    third = {**INVOICE, "invoice": "3"}
    asked = [
        (finance, "/agreements/SAM-2023/drawdowns", orders,
         lambda name: {**third, "lines": [{"order": name, "amount": "1.00"}]}),
        (finance, f"/orders/{order}/drawdowns", papers,
         lambda name: {**third, "amount": "-1.00", "credits": name}),
        (finance, f"/orders/{order}/drawdowns", papers, lambda name: {**third, "deducts": [name]}),
        (finance, f"/drawdowns/{mine}/move", orders, lambda name: {"order": name, **REASON}),
        (finance, f"/drawdowns/{credit}/match", papers, lambda name: {"credits": name}),
        (finance, f"/documents/{file}/assign", orders, lambda name: {"order": name, **REASON}),
        (finance, f"/documents/{file}/assign", orders,
         lambda name: {"lines": [{"order": name, "amount": "10.00"}], **REASON}),
        (manager, "/agreements/SAM-2023/what-if", orders,
         lambda name: {"steps": [{"command": "confirm", "order": name}]}),
        (manager, "/agreements/SAM-2023/what-if", papers,
         lambda name: {"steps": [{"command": "reject", "drawdown": name, **REASON}]}),
    ]  # fmt: skip
    for client, address, both, body in asked:
        answers = [said(client.post(address, body(name)), name) for name in both]
        assert answers[0] == answers[1], address
    for address, member, both in (
        ("/orders", "agreement", ("FRM-2023", "FRM-2099")),
        ("/drawdowns", "order", orders),
        ("/events", "agreement", ("FRM-2023", "FRM-2099")),
    ):
        answers = [said(manager.get(address, **{member: name}), name) for name in both]
        assert answers[0] == answers[1], address
