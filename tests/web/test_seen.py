"""One supplier of several sees its own part of an agreement, and nothing of the others'."""

import re

import pytest

from ledger.domain.events import ROLES
from ledger.domain.limits import FIGURES
from ledger.web.access import SESSION_COOKIE
from tests.conftest import BUYER, INVOICE, REASONS, SUPPLIER, Api, appoint
from tests.people import let_in
from tests.web.test_suppliers import RANKED, SECOND, SUPPLIERS, THIRD, ordered

OWN, SECRET, PASSED = ORDERS = "SKO-2023-0001", "SKO-2023-0002", "SKO-2023-0003"
SECRETS = (
    *(SECRET, "KON-2024-0001", "Q90099"),
    *("Kurs som ingen annan ser", "Skäl som ingen annan ser", "Anbudet som ingen annan ser"),
)
"""What another supplier's facts say in words."""
AMOUNTS = (313_131, 77_717, 59_591, 472_722, 355_005, 117_717, 1_527_278)
"""What another supplier's facts say in kronor, and what comes of them for all: what is ordered,
committed, drawn and remaining."""
OTHERS = [{"supplier": SUPPLIER, "reason": "Skäl som ingen annan ser"}]


def place(api, course, amount, **more):
    body = ordered(f"{amount}.00", course=course, **more)
    placed = api("orderer").post("/agreements/SKO-2023/orders", body)
    assert placed.status_code == 201, placed.text
    return placed.json["number"]


def done(answer):
    assert answer.status_code in (200, 201), answer.text
    return answer.json


def draw(api, number, invoice, amount, supplier):
    body = {**INVOICE, "invoice": invoice, "amount": f"{amount}.00", "supplier": supplier}
    body.pop("vat")
    id = done(api("finance").post(f"/orders/{number}/drawdowns", body))["id"]
    done(api("approver").post(f"/drawdowns/{id}/approve"))
    return id


@pytest.fixture
def several(api):
    """An order of each of two suppliers, both invoiced, and one that the second passed on.

    The first supplier is asked of everything that is the second's.
    """
    limits = [
        {"name": "first", "supplier": SUPPLIER, "amount": "600000.00"},
        {"name": "second", "supplier": SECOND, "amount": "700000.00"},
        {"name": "2024", "year": 2024, "amount": "1500000.00"},
    ]
    done(api("manager").post("/agreements", {**RANKED, "limits": limits}))
    assert place(api, "Egen kurs", 100_000) == OWN
    done(api("supplier").post(f"/orders/{OWN}/confirm", {}))
    draw(api, OWN, "1001", 40_000, SUPPLIER)
    assert place(api, "Kurs som ingen annan ser", 313_131, passed_over=OTHERS) == SECRET
    done(api("supplier", SECOND).post(f"/orders/{SECRET}/confirm", {}))
    draw(api, SECRET, "Q90099", 77_717, SECOND)
    assert place(api, "Delad kurs", 50_000, respond_by="2024-02-01") == PASSED
    reason = {"reason": "Fullt", "declined_on": "2024-01-20"}
    done(api("supplier").post(f"/orders/{PASSED}/decline", reason))
    lines = [{"kind": "delivery", "amount": "59591.00", "year": 2024}]
    offer = {"lines": lines, "reason": "Anbudet som ingen annan ser"}
    offer["countered_on"] = "2024-01-25"
    done(api("supplier", SECOND).post(f"/orders/{PASSED}/counter", offer))
    done(api("orderer").post(f"/orders/{PASSED}/accept", {}))
    body = ordered("1900000.00", course="Kurs som ingen annan ser", passed_over=OTHERS)
    assert api("orderer").post("/agreements/SKO-2023/orders", body).status_code == 409
    assert api("orderer").post(f"/orders/{SECRET}/confirm", {}).status_code == 403
    compete(api)
    return api


def compete(api):
    """Another agreement: a competition that the second won, and one that the first is not in."""
    terms = {**RANKED, "number": "KON-2024", "selection": {"method": "competition"}}
    terms["policy"] = {"sealed_offers": False}
    done(api("manager").post("/agreements", terms))
    address = "/agreements/KON-2024/competitions"
    asking = {"what": "Kurs", "answer_by": "2037-01-20", "opened_on": "2024-01-10"}
    done(api("orderer").post(address, asking))
    on = {"answered_on": "2024-01-11"}
    hidden = {"amount": "59591.00", "note": "Anbudet som ingen annan ser"}
    done(api("supplier").post(f"{address}/1/answer", {"amount": "60000.00", **on}))
    done(api("supplier", SECOND).post(f"{address}/1/answer", {**hidden, **on}))
    done(api("supplier", THIRD).post(f"{address}/1/answer", {"amount": None, **on}))
    won = {"supplier": SECOND, "reason": "Lägst pris", "awarded_on": "2024-01-21"}
    done(api("orderer").post(f"{address}/1/award", won))
    body = ordered("59591.00", course="Kurs som ingen annan ser", competition=1)
    done(api("orderer").post("/agreements/KON-2024/orders", body))
    asking = {**asking, "what": "Kurs som ingen annan ser", "left_out": OTHERS}
    done(api("orderer").post(address, asking))


def forms(kronor):
    """How an amount may stand in an answer: as the API, a fact, a page and a sentence say it."""
    thousands = f"{kronor:,}"
    return (
        f"{kronor}.00",
        f"{kronor}00",
        *(thousands.replace(",", space) for space in (" ", "\N{NO-BREAK SPACE}")),
    )


def told(text, secrets=SECRETS, amounts=AMOUNTS):
    found = [word for word in secrets if word in text]
    return found + [
        form
        for amount in amounts
        for form in forms(amount)
        if form in text and re.search(rf"(?<!\d){re.escape(form)}(?!\d)", text)
    ]


NUMBERS = {
    "/orders/": ORDERS,
    "/agreements/": ("SKO-2023", "KON-2024"),
    "/replay/": ("SKO-2023", "KON-2024"),
    "/organisations/": (SUPPLIER, SECOND, BUYER),
}


def addresses(rule, ids):
    """A route's addresses, with everything there is in place of its arguments."""
    known = {
        "number": next((some for part, some in NUMBERS.items() if part in rule.rule), ()),
        "id": next((some for part, some in ids.items() if f"/{part}/" in rule.rule), ()),
        "index": range(20),
        "position": range(1, 21),
        "right": (1,),
        "deputy": (1,),
        "role": (1,),
        "token": ("0" * 16,),
        "competition": (1, 2),
        "move": (1,),
        "proposal": (1,),
        "session": (1,),
        "sha256": ("0" * 64,),  # no file has come
        "attachment": ("0" * 64,),
    }
    found = [rule.rule]
    for name in rule.arguments:
        argument = re.compile(rf"<[^<>]*\b{name}>")
        found = [argument.sub(str(value), one) for one in found for value in known[name]]
    return found


QUERIES = {
    "/balance/explain": [
        {"figure": figure, "limit": limit}
        for figure in FIGURES
        for limit in ("cap", "first", "second", "2024")
    ],
    "/why": [{"figure": figure} for figure in FIGURES],
    "/compare": [
        {"from_as_of": "2023-01-01"},
        {"to_known_at": "2020-01-01T00:00:00Z"},
        {"from": "2023-01-01", "to": "2199-12-31"},
    ],
    "/audit/consistency": [{"from": "3"}],
    "/accruals": [{"year": "2023"}, {"year": "2024"}],
}
TIMES = ({}, {"as_of": "2024-12-31"}, {"known_at": "2199-01-01T00:00:00Z"})


def queries(address):
    asked = next((some for end, some in QUERIES.items() if address.endswith(end)), [{}])
    timed = any(part in address for part in ("/orders", "/agreements", "/drawdowns"))
    without = ("explain", "history", "stale", "forecast", "summary", "compare")
    times = TIMES if timed and not any(word in address for word in without) else TIMES[:1]
    return [{**query, **time} for query in asked for time in (*times, {"format": "csv"})]


def routes(app, *methods):
    """Those of some methods that state who may ask them."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.methods & set(methods) and getattr(app.view_functions[rule.endpoint], "_access", ())
    ]


def signed_in(client, token):
    client.post("/session", data={"token": token})
    if client.get_cookie(SESSION_COOKIE) is None:
        page = client.get("/").text
        csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        client.post("/session", data={"token": token, "csrf_token": csrf})
    assert client.get_cookie(SESSION_COOKIE) is not None


ASKED_IN_EACH_WAY = ("supplier", "finance")
"""The roles that a commit's checks ask with every query, time and as a file; the others once, since
whose something is hangs on the organisation and not on how it is asked. On PostgreSQL all ask once:
how something is asked is read before any database is."""


def walked(api, organisation, role):
    """Every answer to a person of an organisation with a role: (address, query), status, text."""
    ledger = api.app.extensions["ledger"]
    name = f"walks {organisation}"
    token = let_in(ledger, name, organisation, (role,))
    if role == "auditor":
        appoint(ledger, name, organisation)
    client = api.app.test_client()
    signed_in(client, token)
    ids = {
        part: [item["id"] for item in api(*asked).get(f"/{part}").json["items"]]
        for part, *asked in (
            ("drawdowns", "finance"),
            ("persons", "admin", organisation),  # each has people of its own
            ("auditors", "admin"),
        )
    }
    ids["invoices"], ids["people"] = ids["drawdowns"], ids["persons"]
    on_sqlite = ledger.settings.database.startswith("sqlite")
    most = None if role in ASKED_IN_EACH_WAY and on_sqlite else 1
    headers = {"Authorization": f"Bearer {token}"}
    for rule in routes(api.app, "GET"):
        for address in addresses(rule, ids):
            for query in queries(address)[:most]:
                got = client.get(address, query_string=query, headers=headers)
                yield (
                    rule.rule,
                    f"{address} {query}",
                    got.status_code,
                    got.get_data().decode(errors="replace"),
                )


def leaks_of(several, role):
    """What another supplier's would be told, and the routes that answer."""
    leaks, answered = [], set()
    for rule, address, status, text in walked(several, SUPPLIER, role):
        assert status < 500, f"{address}: {text}"
        if status == 200:
            answered.add(rule)
        asked = next((word for word in SECRETS if word in address.partition(" ")[0]), None)
        if asked and role != "admin":  # what was asked for stands in the refusal
            assert status in (403, 404, 422), address
        leaks += [f"{address}: {word}" for word in told(text) if word != asked]
    return leaks, answered


def test_no_address_of_all_tells_a_supplier_what_is_another_s(several):
    everywhere = set()
    for role in ROLES:
        leaks, answered = leaks_of(several, role)
        everywhere |= answered
        if role == "admin":  # of the ledger, not of the supplier
            continue
        assert leaks == [], role
        wide = role in ("finance", "manager", "auditor")
        assert "/api/v1/agreements/<agreement:number>/balance" in answered
        assert ("/api/v1/agreements/<agreement:number>/history" in answered) == wide
        assert {"/agreements", "/agreements/<number>", "/api/v1/orders"} <= answered
    # A bundle needs a notary: tests/web/test_access.py asks for it.
    without_notary = {"/api/v1/audit/bundle"}
    # So does a room certificate: tests/application/test_certificates.py asks who has one.
    certificate = "/orders/<order:number>/room-certificate"
    without_notary |= {certificate, f"/api/v1{certificate}"}
    # No file has come here: tests/intake and tests/web/test_documents.py ask who sees one.
    file = "/api/v1/documents/<digest:sha256>"
    of_files = {file, f"{file}/check", f"{file}/attachments/<digest:attachment>"}
    page = "/invoices/queue/<digest:sha256>"
    of_files |= {page, f"{page}/attachments/<digest:attachment>"}
    # Whoever approves does so for the buyer: nobody of a supplier, and not the ledger's own role.
    approving = {f"/invoices/<drawdown:id>/{act}" for act in ("approve", "reject", "take-back")}
    # No right was granted, and no bundle made in the background: their own tests do.
    none_there = {f"/settings/attest/{one}/end" for one in (
        "rights/<sequence:right>", "deputies/<sequence:deputy>")}  # fmt: skip
    none_there |= {
        "/audit/bundle/<job:id>",
        "/audit/bundle/<job:id>/file",
        "/settings/import/<job:id>",
    }
    every = {rule.rule for rule in routes(several.app, "GET")}
    assert everywhere == every - without_notary - of_files - approving - none_there


def test_the_same_walk_as_the_buyer_finds_what_is_hidden_from_the_supplier(several):
    texts = "".join(text for _, _, status, text in walked(several, BUYER, "finance"))
    assert {*SECRETS, *(f"{amount}.00" for amount in AMOUNTS)} <= set(told(texts))


def test_what_a_supplier_did_not_take_it_sees_as_it_left_it(several):
    first, second = several("supplier"), several("supplier", SECOND)
    left = first.get(f"/orders/{PASSED}")
    assert (left.json["status"], left.json["supplier"]) == ("declined", SUPPLIER)
    assert (left.json["amount"], left.json["reason"]) == ("50000.00", "Fullt")
    assert left.headers["ETag"].startswith('"2.')
    listed = first.get("/orders", status="declined").json["items"]
    assert [item["number"] for item in listed] == [PASSED]
    assert first.get("/orders", status="confirmed").json["items"][0]["number"] == OWN
    refused = first.post(f"/orders/{PASSED}/confirm", {})
    assert (refused.status_code, refused.json["type"].rsplit("/")[-1]) == (409, "passed-on")
    taken = second.get(f"/orders/{PASSED}").json
    assert (taken["status"], taken["amount"], taken["earlier"]) == ("confirmed", "59591.00", [])
    before = second.get(f"/orders/{PASSED}", as_of="2024-01-19")
    assert before.status_code == 404, "it was another's then"


def test_the_answer_to_a_decline_tells_nothing_of_who_comes_next(several):
    number = place(several, "Kurs", 10_000)
    body = {"reason": "Fullt"}
    tried = several("supplier").post(f"/orders/{number}/decline", body, dry_run="true").json
    assert (tried["resource"]["status"], tried["resource"]["supplier"]) == ("declined", SUPPLIER)
    assert tried["balance"]["remaining"] is None
    key = {"Idempotency-Key": "decline-1"}
    answers = [
        several("supplier").post(f"/orders/{number}/decline", body, headers=key) for _ in range(2)
    ]
    for answer in answers:
        assert (answer.json["status"], answer.json["supplier"]) == ("declined", SUPPLIER)
        assert answer.headers["ETag"].startswith('"2.')
        assert SECOND not in answer.text


def test_a_supplier_s_balance_is_its_own_use_and_what_remains_only_of_its_own_limit(several):
    found = several("finance", SUPPLIER).get("/agreements/SKO-2023/balance").json
    assert (found["committed"], found["drawn"], found["remaining"]) == (
        "60000.00", "40000.00", None
    )  # fmt: skip
    limits = {limit["name"]: limit["remaining"] for limit in found["limits"]}
    assert limits == {"cap": None, "first": "500000.00", "second": None, "2024": None}
    assert several("finance").get("/agreements/SKO-2023/balance").json["remaining"] is not None


def test_a_refusal_for_the_cap_s_sake_tells_a_supplier_no_figures(several):
    change = {"change": {"cap": "1.00"}, "ground": "17:14", "decision": "KS 1"}
    change["reasons"] = REASONS
    number = place(several, "Kurs", 10_000)
    done(several("manager").post("/agreements/SKO-2023/amendments", change))
    refused = several("supplier").post(f"/orders/{number}/confirm", {})
    assert (refused.status_code, refused.json["type"].rsplit("/")[-1]) == (409, "no-room")
    assert "used" not in refused.json
    letter = {"letter": "brev 2024-01-15"}
    told_to_buyer = several("manager").post(f"/orders/{number}/confirm", letter)
    assert told_to_buyer.json["used"] is not None


def test_what_if_is_played_on_the_whole_agreement_and_so_not_by_one_supplier_of_several(several):
    body = {"steps": [{"command": "decline", "order": OWN, "reason": "x"}]}
    for role in ("auditor", "finance", "manager"):
        refused = several(role, SUPPLIER).post("/agreements/SKO-2023/what-if", body)
        assert refused.status_code == 403
    assert several("auditor").post("/agreements/SKO-2023/what-if", body).status_code == 200


def test_the_only_supplier_of_an_agreement_sees_it_whole(api):
    done(api("manager").post("/agreements", {**RANKED, "suppliers": SUPPLIERS[:1],
                                             "selection": None}))  # fmt: skip
    place(api, "Kurs", 313_131)
    found = api("finance", SUPPLIER).get("/agreements/SKO-2023/balance").json
    assert found["remaining"] == "1686869.00"
    assert api("finance", THIRD).get("/agreements/SKO-2023/balance").status_code == 404


def test_each_of_the_passed_on_order_s_suppliers_has_its_own_facts(several):
    streams = {}
    for organisation in (SUPPLIER, SECOND):
        client: Api = several("auditor", organisation)
        items = client.get("/agreements/SKO-2023/history").json["items"]
        streams[organisation] = [
            item["name"] for item in items if item["stream"] == f"order/{PASSED}"
        ]
    assert streams == {
        SUPPLIER: ["order-placed", "order-declined"],
        SECOND: ["order-passed-on", "order-countered", "counter-accepted"],
    }


@pytest.fixture
def of_two(several):
    """An auditor of two of an agreement's three suppliers."""
    ledger = several.app.extensions["ledger"]
    token = let_in(ledger, "Revisor", "5560000001", ("auditor",))
    appoint(ledger, "Revisor", SUPPLIER, SECOND)
    return Api(several.app.test_client(), token)


def test_an_auditor_of_two_suppliers_of_three_sees_what_both_have(several, of_two):
    balance = of_two.get("/agreements/SKO-2023/balance").json
    assert (balance["committed"], balance["drawn"]) == ("355005.00", "117717.00")
    limits = {limit["name"]: limit["remaining"] for limit in balance["limits"]}
    assert limits == {"cap": None, "first": "500000.00", "second": "327278.00", "2024": None}
    figure = {"figure": "committed", "limit": "cap"}
    opened = of_two.get("/agreements/SKO-2023/balance/explain", **figure).json
    assert opened["amount"] == "355005.00"
    assert of_two.get("/agreements/SKO-2023").json["orders"] == 3
    moved = of_two.get("/agreements/SKO-2023/statement").json["items"]
    assert {row["order"] for row in moved} >= set(ORDERS)
    standing = of_two.get("/agreements/SKO-2023/suppliers").json
    assert [row["supplier"] for row in standing["items"]] == [SUPPLIER, SECOND]
    assert [row["ordered"] for row in standing["items"]] == ["100000.00", "372722.00"]
    assert standing["ordered"] is None, "the third's would be told"
    between = {"from_as_of": "2023-11-01"}
    compared = of_two.get("/agreements/SKO-2023/compare", **between).json
    assert compared["to"]["committed"] == "355005.00"


def test_an_auditor_of_two_suppliers_sees_both_answers_to_a_competition(of_two):
    won, open_ = of_two.get("/agreements/KON-2024/competitions").json["items"]
    assert won["asked"] == [SUPPLIER, SECOND]
    assert [one["amount"] for one in won["answers"]] == ["60000.00", "59591.00"]
    assert won["order"] == "KON-2024-0001"
    assert open_["asked"] == [SECOND]


def test_an_auditor_of_two_suppliers_finds_in_the_page_s_timeline_what_both_did(several, of_two):
    signed_in(of_two.client, of_two.headers["Authorization"].removeprefix("Bearer "))
    orders = of_two.client.get("/agreements/SKO-2023/orders").text
    assert {"Egen kurs", "Kurs som ingen annan ser"} <= set(re.findall("[A-Z][a-zåäö ]+", orders))
    timeline = of_two.client.get("/agreements/SKO-2023/timeline").text
    assert all(number in timeline for number in ORDERS)
