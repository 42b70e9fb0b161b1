"""Replay folds the log itself: its last line is the live balance, whatever the read models say."""

import itertools
from types import SimpleNamespace

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings

from ledger import codec
from ledger.bounds import BATCH
from ledger.demo import NUMBER
from ledger.domain.events import DrawdownRecorded, OrderPlaced
from ledger.domain.refusals import NotFound
from ledger.projections import agreements, postings, timeline
from ledger.projections.database import LIVE
from ledger.replaying import facts_of, replay
from ledger.store import SCHEMA
from ledger.store.chosen import Chosen
from tests.cli.desk import Desk
from tests.conftest import AGREEMENT, INVOICE, ORDER
from tests.projections.history_given import HISTORIES, played
from tests.service.log_check import execute
from tests.service.log_check import facts_of as facts_of_log


@pytest.fixture
def asking(harnosand, tmp_path, monkeypatch):
    """Somebody at the command line of the ledger in which the programme was played."""
    monkeypatch.setenv("AVROP_DATABASE", harnosand.settings.database)
    return Desk(tmp_path)


def test_the_last_line_is_the_live_balance(asking):
    steps = asking.json("replay", NUMBER)
    live = asking.json("balance", NUMBER)
    assert steps[-1]["balance"] == {name: live[name] for name in steps[-1]["balance"]}
    history = asking.json("history", NUMBER)
    told = [(step["position"], step["name"], step["by"], step["recorded_at"]) for step in steps]
    assert told == [(f["position"], f["name"], f["by"], f["recorded_at"]) for f in history]
    assert steps[0]["sentence"].startswith("Agreement signed for 2023-09-05")


def test_replay_ends_at_a_position_or_folds_what_counts_by_a_date(asking):
    steps = asking.json("replay", NUMBER)
    assert asking.json("replay", NUMBER, "--to", str(steps[11]["position"])) == steps[:12]
    assert "There is no agreement" in asking.refused("replay", NUMBER, "--to", "0")
    for day in ("2023-11-20", "2024-06-30", "2026-01-19", "2026-01-20"):
        live = asking.json("balance", NUMBER, "--as-of", day)
        last = asking.json("replay", NUMBER, "--to", day)[-1]["balance"]
        # What takes effect later, and so what can be ordered, is not folded here.
        last.pop("later")
        for told in (live, last, *live["limits"], *last["limits"]):
            del told["room"]
        assert last == {name: live[name] for name in last}, day
    assert asking.json("replay", NUMBER, "--to", "2023-09-04") == []
    assert asking.refused("replay", "X") == "There is no agreement X.\n"
    assert "Not a date" in asking.refused("replay", NUMBER, "--to", "soon", status=2)


def test_a_read_model_that_was_tampered_with_does_not_change_the_replay(asking, harnosand):
    before = asking.json("replay", NUMBER)
    live = asking.json("balance", NUMBER, "--as-of", "2026-12-31")
    prefix = "" if harnosand.store.on_sqlite else f"{LIVE}."
    with harnosand.views.database.writing() as connection:
        for statement in (
            "UPDATE {}postings SET drawn = drawn + 100",
            "DELETE FROM {}sums",
            "UPDATE {}timeline SET position = position + 100000",
            "DELETE FROM {}orders",
        ):
            connection.exec_driver_sql(statement.format(prefix))
    assert asking.json("balance", NUMBER, "--as-of", "2026-12-31") != live
    assert asking.json("replay", NUMBER) == before


def test_an_agreement_is_replayed_without_those_beside_it(api, ledger, monkeypatch):
    for number in ("A", "A-0001", "A-2"):
        api("manager").post("/agreements", {**AGREEMENT, "number": number})
    for number in ("A", "A-0001", "A-2", "A"):
        api("orderer").post(f"/agreements/{number}/orders", ORDER)
    monkeypatch.setattr("ledger.replaying.BATCH", 2)
    streams = [fact.stream for fact in facts_of(ledger.store, "A")]
    assert set(streams) == {"agreement/A", "order/A-0001", "order/A-0002"}
    assert len(streams) == 5
    with pytest.raises(NotFound):
        list(replay(ledger.store, "A-00"))


def whose(log):
    """Position → the agreement that a fact belongs to, found by reading the whole log."""
    of, found = {}, {}
    for fact in log:
        if isinstance(fact.event, OrderPlaced | DrawdownRecorded):
            of[fact.stream] = fact.event.agreement
        found[fact.position] = of.get(fact.stream, fact.stream.removeprefix("agreement/"))
    return found


def test_no_fact_of_an_agreement_is_missing_also_of_credits_that_move_nothing(
    api, ledger, monkeypatch
):
    monkeypatch.setattr("ledger.store.chosen.CHOSEN", 2)
    for number in ("A", "B"):
        api("manager").post("/agreements", {**AGREEMENT, "number": number})
        for _ in range(2):
            api("orderer").post(f"/agreements/{number}/orders", ORDER)
        for nth, kind in enumerate(("380", "381", "381")):
            body = {**INVOICE, "type": kind, "invoice": f"{number}{nth}", "amount": "100.00"}
            recorded = api("finance").post(f"/orders/{number}-0002/drawdowns", body)
            assert recorded.status_code == 201, recorded.text
        credit = recorded.json["id"]
        rejected = api("approver").post(f"/drawdowns/{credit}/reject", {"reason": "Wrong"})
        assert rejected.status_code == 200, rejected.text
    belongs = whose(facts_of_log(ledger.store))
    for number in ("A", "B"):
        own = [position for position, of in belongs.items() if of == number]
        assert f"number/{number.lower()}" in belongs.values()
        assert [fact.position for fact in facts_of(ledger.store, number)] == own
    assert sum(not of.startswith("access/") for of in belongs.values()) == 22


def test_facts_of_others_are_not_read(api, ledger, monkeypatch):
    for number in ("A", "B"):
        api("manager").post("/agreements", {**AGREEMENT, "number": number})
        for _ in range(3):
            api("orderer").post(f"/agreements/{number}/orders", ORDER)
        api("finance").post(f"/orders/{number}-0001/drawdowns", {**INVOICE, "invoice": number})
    own = {fact.stream for fact in facts_of(ledger.store, "A")}
    assert len(own) == 5
    read = []

    def decode(stream, *rest):
        read.append(stream)
        return codec.decode(stream, *rest)

    for module in ("ledger.store.codec", "ledger.store.chosen.codec"):
        monkeypatch.setattr(module, SimpleNamespace(decode=decode))
    list(replay(ledger.store, "A"))
    assert set(read) == own


def test_the_database_finds_an_agreements_drawdowns_by_its_index(ledger):
    asked = []
    schema = "" if ledger.store.on_sqlite else f"{SCHEMA}."
    Chosen(lambda query, *_: asked.append(query) or [], schema).drawdowns("A")
    query = asked[0].replace("?", "'A'")
    if ledger.store.on_sqlite:
        plan = execute(ledger.settings, f"EXPLAIN QUERY PLAN {query}")
    else:
        with psycopg.connect(ledger.settings.database) as connection:
            # Of an empty table it would rather read all.
            connection.execute("SET enable_seqscan = off")
            plan = connection.execute(f"EXPLAIN {query}").fetchall()
    assert "drawdowns_of" in str(plan)


def test_replay_agrees_with_the_read_models_whatever_was_done(ledger):
    numbers = itertools.count(1)

    @settings(
        max_examples=15,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(HISTORIES)
    def play(history):
        run = played(ledger, f"R{next(numbers)}", *history[:2])
        steps = list(replay(ledger.store, run.number))
        with ledger.views.database.reading() as connection:
            row = agreements.find(connection, run.number, None)
            facts = timeline.of(connection, agreement=run.number, limit=BATCH)
        assert steps[-1].state == row.state
        now = postings.balance_now(row.state)
        assert postings.balance_now(steps[-1].state) == now
        assert [step.fact.position for step in steps] == [fact["position"] for fact in facts]
        log = facts_of_log(ledger.store)
        own = [position for position, of in whose(log).items() if of == run.number]
        assert [step.fact.position for step in steps] == own

    play()
