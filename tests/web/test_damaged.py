"""A damaged tree: nothing is recorded or proved any more, and that is said; reading goes on."""

import pytest

from tests.cli.desk import Desk
from tests.conftest import AGREEMENT, BUYER, ORDER
from tests.service.log_check import execute

GONE = "the stored head is gone"
MISSING = "there are leaf hashes or nodes missing"
UNLIKE = "the stored head is not that of the stored leaf hashes"
NO_HEAD = "the stored head cannot be the head of a tree"
OCCUPIED = "there are leaves or nodes that the stored head does not count"
OF_ANOTHER = (
    "UPDATE {{0}}leaves SET hash = (SELECT hash FROM {{0}}leaves WHERE number = 0) WHERE {}"
)


@pytest.fixture
def written(api):
    """An agreement with 130 orders: more records than one stored node is of."""
    # What people are given is a record, too.
    api.auditor, api.finance = api("auditor"), api("finance")
    api.orderer = api("orderer")
    api("manager").post("/agreements", AGREEMENT | {"cap": "90000000.00"})
    for _ in range(130):
        assert api.orderer.post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    return api


@pytest.fixture
def damage(ledger, settings):
    def do(statement):
        execute(settings, statement.format("" if ledger.store.on_sqlite else "avrop_log."))

    return do


def assert_said(answer, reason):
    assert answer.status_code == 503, answer.text
    said = answer.json
    assert said["type"].endswith("/ledger-damaged")
    assert (said["title"], said["reason"]) == ("The ledger is damaged", reason)
    assert f"The hash tree of the log is damaged: {reason}. Nothing was recorded" in said["detail"]
    assert "`avrop verify`" in said["detail"]
    assert answer.headers["Retry-After"] == "600"


def asked(api):
    auditor = api.auditor
    return [
        auditor.get("/audit/checkpoint"),
        auditor.get("/audit/inclusion/7"),
        auditor.get("/audit/consistency", **{"from": 7}),
    ]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DELETE FROM {0}head", GONE),
        ("UPDATE {0}head SET size = 0", NO_HEAD),
        ("DELETE FROM {0}nodes", MISSING),
        ("DELETE FROM {0}leaves WHERE number > 273", MISSING),
        ("DELETE FROM {0}leaves", MISSING),
        (OF_ANOTHER.format("number = 275"), UNLIKE),
    ],
)
def test_proofs_of_a_damaged_tree_are_refused_in_words(written, damage, statement, reason):
    damage(statement)
    for answer in asked(written):
        assert_said(answer, reason)


def test_a_proof_that_would_not_hold_is_not_given_out(written, damage):
    damage(OF_ANOTHER.format("number = 7"))
    checkpoint, inclusion, consistency = asked(written)
    assert checkpoint.status_code == 200
    for answer in (inclusion, consistency):
        assert_said(answer, "its leaf hashes and its nodes do not give the same root")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DELETE FROM {0}head", GONE),
        ("UPDATE {0}head SET size = 0", NO_HEAD),
        ("UPDATE {0}leaves SET number = 276 WHERE number = 275", OCCUPIED),
    ],
)
def test_writes_on_a_damaged_tree_are_refused_in_words_and_reads_go_on(
    written, ledger, damage, statement, reason
):
    assert ledger.store.leaves.end() == 276
    before = written.finance.get("/agreements/SKO-2023/balance").json
    damage(statement)
    position = ledger.store.position()
    assert_said(written.orderer.post("/agreements/SKO-2023/orders", ORDER), reason)
    assert ledger.store.position() == position
    after = written.finance.get("/agreements/SKO-2023/balance")
    assert (after.status_code, after.json["committed"]) == (200, before["committed"])
    assert len(written.orderer.get("/orders", limit=500).json["items"]) == 130


def test_the_refusal_is_in_swedish_for_who_reads_that(written, damage):
    damage("DELETE FROM {0}head")
    auditor = written.auditor
    auditor.headers = {**auditor.headers, "Accept-Language": "sv"}
    said = auditor.get("/audit/checkpoint").json
    assert said["title"] == "Liggaren är skadad"
    assert "det sparade trädhuvudet är borta" in said["detail"]


def test_the_command_line_reads_a_damaged_ledger_and_says_why_it_does_not_write(
    harnosand, tmp_path, monkeypatch
):
    monkeypatch.setenv("AVROP_DATABASE", harnosand.settings.database)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    desk = Desk(tmp_path)
    before = desk.done("balance", "SKO-2023"), desk.done("replay", "SKO-2023")
    schema = "" if harnosand.store.on_sqlite else "avrop_log."
    execute(harnosand.settings, f"DELETE FROM {schema}head")
    assert (desk.done("balance", "SKO-2023"), desk.done("replay", "SKO-2023")) == before
    given = ("--organisation", BUYER, "--amount", "1.00", "--what", "x")
    said = desk.refused("agreement", "in-kind", "SKO-2023", *given)
    assert said.startswith(f"The hash tree of the log is damaged: {GONE}. Nothing was recorded")
    assert f"! {GONE}\n" in desk.ask("verify").output
