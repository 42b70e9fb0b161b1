"""A supplier ledger over HTTP: who may ask, what they are told, the file, and that nothing is
written."""

import pytest

from ledger.bounds import MAX_LEDGER_FILE
from ledger.documents.ledger_columns import SPECIFIED
from ledger.web import receiving
from tests.clock import NOW
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, SHARED, SUPPLIER, Api, told
from tests.described import as_described
from tests.people import let_in
from tests.web.test_exports import read_csv

OTHER_BUYER = "2120000787"
SOLE_TRADER = "8001011231"


def booked(invoice="90012345", amount="240000.00", day="2024-03-28", **more) -> str:
    cells = {
        "kopare_id": BUYER,
        "verifikationsnummer": "41",
        "leverantor": "Mittuniversitetet",
        "leverantor_id": SUPPLIER,
        "belopp": amount,
        "datum": day,
        "fakturanummer": invoice,
        **more,
    }
    return ",".join(cells.get(name, "") for name in SPECIFIED)


def file_of(*rows: str) -> bytes:
    return "\r\n".join([",".join(SPECIFIED), *rows, ""]).encode()


def ask(client: Api, content: bytes = b"", content_type="text/csv", headers=None, **query):
    """The answer; nothing whatsoever is written, also where it is refused."""
    store = client.client.application.extensions["ledger"].store
    before = store.position()
    answer = client.client.post(
        "/api/v1/reconcile",
        data=content or file_of(booked()),
        query_string=query,
        headers={**client.headers, "Content-Type": content_type, **(headers or {})},
    )
    assert store.position() == before
    return as_described(told(answer), "/api/v1/reconcile")


@pytest.fixture
def invoiced(api):
    """The agreement, an order and its invoice 90012345 of 240 000, which waits for approval."""
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    assert api("orderer").post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    assert api("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE).status_code == 201
    return api


# ── What is told ──────────────────────────────────────────────────────────────────────────────


def test_each_payment_has_its_verdict_and_the_coverage_is_of_what_was_paid(invoiced):
    content = file_of(
        booked(amount="200000.00"),
        booked(amount="40000.00", invoice=" 90012345 "),
        booked("90012810", "80000.00", "2024-06-28"),
        booked("1", "5000.00", leverantor_id="5566310917", leverantor="Bolaget AB"),
    )
    found = ask(invoiced("finance"), content)
    assert found.status_code == 200, found.text
    told = found.json
    assert (told["coverage"], told["paid"], told["rows"]) == ("75.0", "320000.00", 4)
    assert (told["outside"], told["outside_paid"]) == (1, "5000.00")
    assert [(one["verdict"], one["paid"]) for one in told["items"]] == [
        ("matched", "240000.00"),
        ("missing", "80000.00"),
    ]
    (drawdown,) = invoiced("finance").get("/drawdowns").json["items"]
    assert told["items"][0]["drawdowns"] == [drawdown["id"]]
    assert (told["items"][0]["first_row"], told["items"][0]["row_count"]) == (2, 2)
    assert told["items"][1]["sentence"] == "Not in the ledger. The file names no agreement."
    totals = {one["verdict"]: (one["payments"], one["paid"]) for one in told["totals"]}
    assert totals["matched"] == (1, "240000.00")
    assert totals["different"] == (0, "0.00")


def test_it_is_told_in_the_readers_language(invoiced):
    answer = ask(
        invoiced("finance"),
        file_of(booked(amount="1,50", invoice="90012345").replace("1,50", '"1,50"')),
        headers={"Accept-Language": "sv"},
    )
    (item,) = answer.json["items"]
    assert "Betalt: 1,50 kr; registrerat: 240 000 kr." in item["sentence"].replace("\xa0", " ")


def test_the_same_file_twice_tells_the_same_and_draws_nothing(invoiced):
    balance = invoiced("finance").get("/agreements/SKO-2023/balance").json["drawn"]
    first, second = (ask(invoiced("finance")).json for _ in range(2))
    assert first == second
    assert invoiced("finance").get("/agreements/SKO-2023/balance").json["drawn"] == balance
    assert len(invoiced("finance").get("/drawdowns").json["items"]) == 1


def test_it_may_be_asked_as_of_a_day_and_as_known_at_a_moment(invoiced):
    finance = invoiced("finance")
    for times in ({"as_of": "2024-03-24"}, {"known_at": "2024-01-01T00:00:00Z"}):
        told = ask(finance, **times).json
        assert [one["verdict"] for one in told["items"]] in (["missing"], [])
    assert ask(finance, as_of="2024-03-25").json["coverage"] == "100.0"


def test_a_sole_trader_is_compared_by_number_told_of_by_id_and_not_made_known(invoiced, ledger):
    row = booked("E-1", leverantor_id=SOLE_TRADER, leverantor="Eva Ek")
    unknown = ask(invoiced("finance"), file_of(row)).json
    assert (unknown["outside"], unknown["items"]) == (1, [])
    assert ledger.registry.ids_of_sole_traders({SOLE_TRADER}) == {}
    supplier = {"organisation": SOLE_TRADER, "name": "Eva Ek"}
    signed = {**AGREEMENT, "number": "SOLO-1", "suppliers": [supplier]}
    assert invoiced("manager").post("/agreements", signed).status_code == 201
    (item,) = ask(invoiced("finance"), file_of(row)).json["items"]
    assert (item["verdict"], item["supplier_name"]) == ("missing", "Eva Ek")
    assert item["supplier"] == ledger.registry.ids_of_sole_traders({SOLE_TRADER})[SOLE_TRADER]


# ── The accountant's file ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("asked", [{"format": "csv"}, {"headers": {"Accept": "text/csv"}}])
def test_the_answer_is_a_file_where_a_file_is_asked_for(invoiced, asked):
    answer = ask(invoiced("finance"), file_of(booked(), booked("9")), **asked)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    name = f"supplier-ledger-compared-as-of-{NOW.date()}.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    rows = read_csv(answer.text)
    assert [(row["Verdict"], row["Paid"]) for row in rows] == [
        ("matched", "240000.00"),
        ("missing", "240000.00"),
    ]
    assert all(row["Known at"] for row in rows)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "\N{FULLWIDTH EQUALS SIGN}"])
def test_no_cell_of_the_file_is_a_formula_whatever_the_ledger_says(invoiced, start):
    evil = f"{start}HYPERLINK(0)"
    row = booked(evil, avtal=evil, verifikationsnummer=evil, leverantor=evil)
    answer = ask(invoiced("finance"), file_of(row), format="csv")
    (found,) = read_csv(answer.text)
    for name in ("Invoice number", "Named agreement", "Vouchers"):
        assert found[name].startswith("'"), name
    assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in found.values())


# ── Who may, and what is refused ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", ["finance", "manager", "auditor", "admin"])
def test_who_answers_for_the_buyers_agreements_may_ask(invoiced, role):
    assert ask(invoiced(role)).json["coverage"] == "100.0"


@pytest.mark.parametrize("role", ["supplier", "orderer", "approver"])
def test_nobody_else_may(invoiced, role):
    refused = ask(invoiced(role))
    assert refused.status_code == 403
    assert refused.json["type"].endswith("/forbidden")


def test_who_gives_the_courses_is_told_nothing_in_whatever_role(invoiced):
    for role in ("finance", "manager"):
        told = ask(invoiced(role, SUPPLIER)).json
        assert (told["items"], told["outside"], told["coverage"]) == ([], 1, None)


def test_another_buyer_sees_nothing_of_this_ones(invoiced):
    told = ask(invoiced("finance", OTHER_BUYER)).json
    assert (told["items"], told["outside"]) == ([], 1)


def test_all_faults_are_listed_with_their_rows_and_columns(invoiced):
    content = file_of(booked(amount="1.250"), booked(day="igår"), booked(amount=""))
    refused = ask(invoiced("finance"), content)
    assert refused.status_code == 422
    assert [(error["pointer"], error["detail"][:16]) for error in refused.json["errors"]] == [
        ("/2/belopp", "Row 2, belopp: 1"),
        ("/3/datum", "Row 3, datum: ig"),
        ("/4/belopp", "Row 4, belopp: t"),
    ]


def test_a_body_of_another_type_or_above_its_bound_is_refused(invoiced, monkeypatch):
    assert ask(invoiced("finance"), content_type="application/json").status_code == 415
    monkeypatch.setattr(receiving, "MAX_LEDGER_FILE", 100)
    assert ask(invoiced("finance")).status_code == 413


@pytest.mark.parametrize(("size", "status"), [(MAX_LEDGER_FILE, 422), (MAX_LEDGER_FILE + 1, 413)])
def test_a_file_may_have_as_many_bytes_as_the_description_says(invoiced, size, status):
    assert ask(invoiced("finance"), b"x" * size).status_code == status
    described = invoiced.app.test_client().get("/api/v1/openapi.json").json
    says = described["paths"]["/api/v1/reconcile"]["post"]["requestBody"]["description"]
    assert f"at most {MAX_LEDGER_FILE} bytes" in says


def test_a_published_file_is_held_against_the_programme(harnosand):
    path = SHARED / "registers/supplier-ledger/SYNTHETIC_harnosand_lankadedata_1.1.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is not there")
    from ledger.web import create_app

    token = let_in(harnosand, "Ekonom", BUYER, ("finance",))
    client = Api(create_app(ledger=harnosand).test_client(), token)
    told = ask(client, path.read_bytes()).json
    assert [(one["verdict"], one["differs"]) for one in told["items"]] == [
        ("different", ["amount"]),
        ("matched", []),
        ("missing", []),
    ]
    assert (told["items"][0]["difference"], told["coverage"]) == ("-195000.00", "6.2")
