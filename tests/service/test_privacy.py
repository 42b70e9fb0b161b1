"""No fact holds a name of the registry, an e-mail address or a personal number: it stays for ever.

The scan reads every string of every stored event, its stream and the read models made from it.
"""

import json
import secrets
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import String, select

from ledger.demo import PROGRAMMES, Player, living, people
from ledger.domain.events import AgreementSuspended, New
from ledger.domain.personal import is_personal, is_personal_key
from ledger.projections.database import metadata
from ledger.store import Entry, Request
from tests.conftest import AGREEMENT, INVOICE, ORDER, recorded
from tests.people import person_of

KEYS = {"invoice", "reference", "decision", "credits", "credit", "order", "drawdown", "request",
        "funding", "cost_centre", "orders", "id", "number", "agreement", "stream", "confirmation",
        "recharges", "organisation", "supplier", "buyer", "sha256", "name"}  # fmt: skip
"""Members that hold what somebody numbered: digits alone are no personal number there."""

PLANTED = ["811228-9874", "198112289874", "anna@example.org"]


def strings(value: object, member: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield member, value
    elif isinstance(value, dict):
        for name, below in value.items():
            yield "", str(name)
            yield from strings(below, str(name))
    elif isinstance(value, list):
        for below in value:
            yield from strings(below, member)


def personal(member: str, text: str, names: list[str]) -> bool:
    judge = is_personal_key if member in KEYS else is_personal
    return judge(text) or any(name in text for name in names)


def names_of(ledger) -> list[str]:
    found = [one.name for one in ledger.registry.people(limit=1_000)]
    return [name for name in found if len(name) > 3]


def scan(ledger) -> list[str]:
    """Every personal string of the log and of the read models, with where it is."""
    names = names_of(ledger)
    assert names, "there is nobody whose name could have been found"
    found, seen = [], 0
    for row in ledger.store.leaves.every(ledger.store.leaves.end()):
        event = json.loads(row.stored)
        for member, text in [("stream", row.stream), *strings(event)]:
            seen += 1
            if personal(member, text, names):
                found.append(f"{row.stream} {row.version} {row.name} {member}: {text}")
    assert seen > 10
    return [*found, *_of_read_models(ledger, names)]


def _of_read_models(ledger, names: list[str]) -> Iterator[str]:
    ledger.views.catch_up()
    with ledger.views.database.reading() as connection:
        for table in metadata.sorted_tables:
            columns = [column for column in table.columns if isinstance(column.type, String)]
            for row in connection.execute(select(*columns)) if columns else ():
                for column, text in zip(columns, row, strict=True):
                    value = json.loads(text) if (text or "")[:1] in ("{", "[") else text
                    yield from (
                        f"{table.name}.{column.name}: {said}"
                        for member, said in strings(value, column.name)
                        if personal(member, said, names)
                    )


# ── The scan ──────────────────────────────────────────────────────────────────────────────────


def test_the_demonstration_that_lives_writes_nothing_personal_into_the_log(ledger):
    living.play(ledger)
    assert scan(ledger) == []


def test_no_demonstration_writes_anything_personal_into_the_log(ledger):
    parts = ledger.service, ledger.views, ledger.registry
    for programme in PROGRAMMES:
        actors = people(ledger.service, ledger.registry, programme)
        list(Player(*parts, actors, programme.number).play(programme.steps))
    assert scan(ledger) == []


@pytest.mark.parametrize("planted", [*PLANTED, "Förnamn Efternamn"])
def test_the_scan_finds_what_is_planted_behind_the_door(api, ledger, planted):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    person_of(ledger, "Förnamn Efternamn")
    assert scan(ledger) == []
    stream = "agreement/SKO-2023"
    version, state = ledger.service.load(stream)
    first = ledger.store.history(stream)[0]
    event = AgreementSuspended(reason=f"Enligt {planted} ovan")
    new = New(stream=stream, event=event, effective_on=state.signed_on)
    ledger.store.append(
        [
            Entry(
                facts=[new],
                versions={stream: version},
                by=first.by,
                recorded_at=first.recorded_at,
                request=Request(key="planted", digest=""),
            )
        ]
    )
    found = scan(ledger)
    assert any(line.startswith(f"{stream} 2 agreement-suspended reason:") for line in found)
    assert any(line.startswith(("timeline.", "agreements.")) for line in found)


# ── The door ──────────────────────────────────────────────────────────────────────────────────

SAID = "Write no personal numbers or e-mail addresses here: what is recorded stays for ever."


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize(
    ("role", "path", "body", "pointer"),
    [
        ("orderer", "/agreements/SKO-2023/orders", {**ORDER, "course": "{}"}, "/course"),
        ("orderer", "/agreements/SKO-2023/orders", {**ORDER, "challenge": "För {}."}, "/challenge"),
        (
            "orderer",
            "/agreements/SKO-2023/orders",
            {**ORDER, "lines": [{"kind": "delivery", "text": "{}", "amount": "1.00"}]},
            "/lines/0/text",
        ),
        ("supplier", "/orders/SKO-2023-0001/decline", {"reason": "Se {}"}, "/reason"),
        ("finance", "/orders/SKO-2023-0001/drawdowns", {**INVOICE, "text": "{}"}, "/text"),
        ("manager", "/agreements/SKO-2023/suspend", {"reason": "{} bad om det"}, "/reason"),
        ("manager", "/agreements", {**AGREEMENT, "title": "Avtal {}"}, "/title"),
    ],
)
def test_free_text_with_something_personal_is_refused_at_its_place(
    api, ledger, role, path, body, pointer, planted
):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    assert api("orderer").post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    before = recorded(ledger.store)
    filled = json.loads(json.dumps(body).replace("{}", planted))
    refused = api(role).post(path, filled)
    assert refused.status_code == 422
    assert refused.json["errors"] == [{"pointer": pointer, "detail": SAID}]
    assert recorded(ledger.store) == before


def test_the_same_is_said_in_swedish(api):
    body = {**AGREEMENT, "title": "anna@example.org"}
    refused = api("manager").post("/agreements", body, {"Accept-Language": "sv"})
    assert refused.json["errors"][0]["detail"] == (
        "Skriv inga personnummer eller e-postadresser här: "
        "det som registreras finns kvar för alltid."
    )


def test_the_command_line_refuses_it_too(desk):
    desk.write("agreement.json", {**AGREEMENT, "title": "Hos anna@example.org"})
    assert desk.refused("agreement", "sign", "agreement.json") == f"/title: {SAID}\n"


def test_an_invoice_whose_number_only_looks_like_a_persons_is_taken(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    assert api("orderer").post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    body = {**INVOICE, "invoice": "8112289874"}
    assert api("finance").post("/orders/SKO-2023-0001/drawdowns", body).status_code == 201


def test_an_idempotency_key_with_something_personal_is_refused(api):
    headers = {"Idempotency-Key": "order-anna@example.org"}
    assert api("manager").post("/agreements", AGREEMENT, headers).status_code == 422
    headers = {"Idempotency-Key": "8112289874"}
    assert api("manager").post("/agreements", AGREEMENT, headers).status_code == 201


# ── Whatever comes ────────────────────────────────────────────────────────────────────────────

hostile = st.one_of(
    st.sampled_from([*PLANTED, "8112289874", "811228-9874 anna@example.org", "Ann@exämple.se"]),
    st.text(max_size=40),
    st.builds(lambda a, b: f"{a} {b}", st.sampled_from(PLANTED), st.text(max_size=10)),
)


@given(
    placed=st.fixed_dictionaries(
        {"course": hostile},
        optional=dict.fromkeys(("unit", "challenge", "reference"), hostile),
    ),
    line=st.fixed_dictionaries(
        {"kind": st.just("delivery"), "amount": st.just("1.00")},
        optional=dict.fromkeys(("text", "funding", "cost_centre"), hostile),
    ),
    reason=hostile,
    key=st.one_of(st.just(""), hostile),
)
@example(
    placed={"course": "Bra", "reference": "811228-9874"},
    line={"kind": "delivery", "amount": "1.00"},
    reason="",
    key="",
)
@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_hostile_text_gets_anything_personal_into_the_log(
    api, ledger, placed, line, reason, key
):
    manager = api("manager")
    manager.post("/agreements", AGREEMENT)
    sendable = key.isascii() and key.isprintable()
    headers = {"Idempotency-Key": f"{secrets.token_hex(4)} {key}"} if sendable else {}
    body = {**ORDER, **placed, "lines": [line]}
    done = api("orderer").post("/agreements/SKO-2023/orders", body, headers)
    assert done.status_code in (201, 422), done.text
    if done.status_code == 201:
        number = done.json["number"]
        api("supplier").post(f"/orders/{number}/confirm", {"reference": reason})
        api("orderer").post(f"/orders/{number}/cancel", {"reason": reason})
    assert scan(ledger) == []
