"""Requests with conditions and keys: versions, tags (RFC 9110, 13), the same thing sent twice."""

import json
from datetime import date

import pytest

from ledger.application import doing
from ledger.domain import order
from ledger.domain.events import By
from ledger.domain.refusals import KeyReused
from ledger.store import Request
from tests.conftest import AGREEMENT, ORDER, SUPPLIER

PATH = "/orders/SKO-2023-0001"
FIRST = {"on": "2023-11-28", "reference": "B"}


@pytest.fixture
def placed(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    assert api("orderer").post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    return api


# ── Versions ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "match",
    [
        '"1"',
        '"9", "1"',
        'W/"1"',
        "*",
        '"7.00ff","1.abc"',
        '"1" , "2"',
        " * ",
        '"abc", "1"',
        '"", "1"',
    ],
)
def test_if_match_lets_in_whoever_names_the_version_among_others(placed, match):
    answer = placed("supplier").post(f"{PATH}/confirm", FIRST, {"If-Match": match})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("match", ['"2"', '"2", "3.ff"', '"x"', "1", '"1"x', ""])
def test_if_match_keeps_out_whoever_does_not(placed, match):
    answer = placed("supplier").post(f"{PATH}/confirm", FIRST, {"If-Match": match})
    assert answer.status_code == 412
    assert answer.json["type"].endswith("/version-differs")
    assert placed("orderer").get(PATH).json["status"] == "placed"


def test_a_tag_of_something_else_is_told_as_one_and_not_as_a_change(placed):
    answer = placed("supplier").post(f"{PATH}/confirm", FIRST, {"If-Match": '"x"'})
    told = 'If-Match ("x") names no version of SKO-2023-0001: give the ETag that it was last'
    assert answer.json["detail"] == f"{told} answered with, or the version alone."
    swedish = {"If-Match": '"x"', "Accept-Language": "sv"}
    answer = placed("supplier").post(f"{PATH}/confirm", FIRST, swedish)
    assert answer.json["detail"].startswith('If-Match ("x") är ingen version av SKO-2023-0001: ')
    changed = placed("supplier").post(f"{PATH}/confirm", FIRST, {"If-Match": '"7"'})
    assert "somebody changed it meanwhile" in changed.json["detail"]


def test_of_many_versions_the_refusal_repeats_a_few(placed):
    many = ", ".join(f'"{version}"' for version in range(2, 700))
    answer = placed("supplier").post(f"{PATH}/confirm", FIRST, {"If-Match": many})
    assert answer.status_code == 412
    assert len(answer.json["detail"]) < 300


def test_an_answers_own_tag_is_its_version(placed):
    tag = placed("orderer").get(PATH).headers["ETag"]
    answer = placed("supplier").post(f"{PATH}/confirm", FIRST, {"If-Match": tag})
    assert answer.status_code == 200
    again = placed("orderer").post(f"{PATH}/start", {"on": "2023-12-01"}, {"If-Match": tag})
    assert again.status_code == 412


def test_a_dry_run_honours_the_version(placed):
    supplier = placed("supplier")
    for match, status in (('"1"', 200), ('"2"', 412)):
        tried = supplier.post(f"{PATH}/confirm", FIRST, {"If-Match": match}, dry_run="true")
        assert tried.status_code == status


# ── What is known already ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/agreements/SKO-2023", PATH, "/organisations/2120002403"])
def test_what_has_not_changed_is_not_sent_again(placed, path):
    orderer = placed("orderer")
    tag = orderer.get(path).headers["ETag"]
    for known in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        orderer.headers["If-None-Match"] = known
        for ask in (orderer.client.get, orderer.client.head):
            same = ask(f"/api/v1{path}", headers=orderer.headers)
            assert (same.status_code, same.data) == (304, b"")
            assert same.headers["ETag"] == tag
            assert {"Authorization", "Accept-Language"} <= set(same.vary)
    orderer.headers["If-None-Match"] = '"1.00000000"'
    assert orderer.get(path).status_code == 200


def test_another_reader_day_or_language_is_another_answer(placed):
    tags = {placed(role).get(PATH).headers["ETag"] for role in ("orderer", "supplier", "finance")}
    swedish = placed("orderer")
    swedish.headers["Accept-Language"] = "sv"
    tags.add(swedish.get(PATH).headers["ETag"])
    tags.add(placed("orderer").get(PATH, as_of="2023-11-25").headers["ETag"])
    assert len(tags) == 5
    assert {tag.partition(".")[0] for tag in tags} == {'"1'}


# ── Keys ──────────────────────────────────────────────────────────────────────────────────────


def test_the_same_json_with_its_members_in_another_order_is_the_same_request(placed):
    body = {"on": "2023-11-28", "reference": "B"}
    other = json.dumps(dict(reversed(body.items())), indent=2)
    supplier = placed("supplier")
    first = supplier.post(f"{PATH}/confirm", body, {"Idempotency-Key": "k"})
    headers = {**supplier.headers, "Idempotency-Key": "k", "Content-Type": "application/json"}
    again = supplier.client.post(f"/api/v1{PATH}/confirm", data=other, headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json
    other = {"on": "2023-11-28", "reference": "C"}
    assert supplier.post(f"{PATH}/confirm", other, {"Idempotency-Key": "k"}).status_code == 409


def test_a_key_of_an_earlier_version_is_still_known(placed, ledger):
    """They took the digest of the bytes as they were sent."""
    sent = json.dumps(FIRST).encode()
    address = f"/api/v1{PATH}/confirm?"
    supplier = placed("supplier")
    supplier.post(f"{PATH}/confirm", FIRST, {"Idempotency-Key": "first"})
    asked = doing.once(first_person(ledger), "k", "POST", address, sent)
    as_before = Request(key=asked.key, digest=asked.former)
    by = By(person=first_person(ledger), organisation=SUPPLIER, role="supplier")
    start = order.StartOrder(order="SKO-2023-0001", on=date(2024, 1, 15))
    assert not ledger.service.execute(start, by, as_before).replayed
    assert ledger.service.execute(start, by, asked).replayed
    with pytest.raises(KeyReused):
        ledger.service.execute(start, by, Request(key=asked.key, digest="of another body"))


def first_person(ledger) -> str:
    (person,) = {
        fact.by.person
        for fact in ledger.store.history("order/SKO-2023-0001")
        if fact.by.role == "supplier"
    }
    return person


@pytest.mark.parametrize("act", ["place", "confirm"])
def test_a_replayed_answer_has_the_headers_of_the_first(placed, act):
    who, path, body = {
        "place": ("orderer", "/agreements/SKO-2023/orders", ORDER),
        "confirm": ("supplier", f"{PATH}/confirm", FIRST),
    }[act]
    caller = placed(who)
    first = caller.post(path, body, {"Idempotency-Key": "again"})
    placed("manager").post("/agreements/SKO-2023/suspend", {"reason": "Meanwhile"})
    again = caller.post(path, body, {"Idempotency-Key": "again"})
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.status_code == first.status_code
    for name in ("Avrop-Position", "Avrop-Receipt", "Location", "ETag", "Content-Type"):
        assert again.headers.get(name) == first.headers.get(name), name
    assert again.json == first.json
