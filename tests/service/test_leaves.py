"""Each append writes its leaves and the head with its events, or nothing at all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from ledger.audit import checkpoint, notary, tree
from ledger.audit.check import examine
from ledger.audit.notary import Notary
from ledger.audit.tree import Head
from ledger.domain.events import By, New, OrderStarted
from ledger.store import Entry, NotInitialised, Request, TreeDamaged, VersionTaken, open_store
from ledger.verifying import Held, verify_log
from tests.audit.audit_given import DAY, KEY
from tests.service.log_check import execute

BY = By(person="p-1", organisation="2120002403", role="manager")
NOW = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


def entry(key, *streams, versions=None):
    """A command that records one fact on each of the streams."""
    facts = [New(stream, OrderStarted(), DAY) for stream in streams]
    return Entry(
        facts=facts,
        versions=versions or {},
        by=BY,
        recorded_at=NOW,
        request=Request(key=key, digest=""),
    )


def examined(store):
    return examine(store.leaves.every(store.leaves.end()), store.leaves.head())


def test_an_append_of_several_commands_writes_a_leaf_for_each_fact_and_gives_its_receipt(ledger):
    store = ledger.store
    first, second = store.append(
        [entry("a", "order/A-1", "order/A-2"), entry("b", "order/A-1", versions={"order/A-1": 1})]
    )
    receipts = [fact.receipt for fact in (*first, *second)]
    rows = store.leaves.rows(0, 9)
    assert receipts == [f"{row.index}:{row.leaf.hex()}" for row in rows]
    assert [(row.index, row.stream, row.version) for row in rows] == [
        (0, "order/A-1", 1),
        (1, "order/A-2", 1),
        (2, "order/A-1", 2),
    ]
    assert store.leaves.receipt("order/A-1", 2) == second[0].receipt
    assert store.leaves.receipt("order/A-1", 3) == ""
    assert (store.leaves.end(), store.leaves.strays()) == (3, [])
    assert examined(store).findings == ()
    assert examined(store).head == store.leaves.head()


def test_an_append_that_comes_second_leaves_no_leaf_and_no_number_is_lost(ledger):
    store = ledger.store
    store.append([entry("a", "order/A-1")])
    before = store.leaves.head()
    for late in (entry("b", "order/B-1", "order/A-1"), entry("a", "order/C-1")):
        with pytest.raises(VersionTaken):
            store.append([late])
    assert (store.leaves.head(), store.leaves.end()) == (before, 1)
    (after,) = store.append([entry("c", "order/B-1")])
    assert after[0].receipt.startswith("1:")
    assert examined(store).findings == ()


def test_proofs_made_from_the_stored_tree_hold_across_its_stored_nodes(ledger):
    store = ledger.store
    for batch in range(3):
        streams = [f"order/{batch}-{n}" for n in range(200)]
        store.append([entry(f"batch {batch}", *streams)])
    hashes, size = store.leaves.hashes(), 600
    leaves = [row.leaf for row in store.leaves.every(size)]
    whole = tree.root(store.leaves.head())
    assert whole == tree.root(tree.append(Head(), leaves))
    for index in (0, 255, 256, 511, 599):
        proof = tree.inclusion_proof(index, size, hashes)
        tree.verify_inclusion(index, size, leaves[index], proof, whole)
    for first in (1, 200, 256, 400, 599):
        older = tree.root(tree.head_at(first, hashes))
        proof = tree.consistency_proof(first, size, hashes)
        tree.verify_consistency(first, size, older, whole, proof)
        assert older == tree.root(tree.append(Head(), leaves[:first]))


def test_a_stored_node_that_its_leaves_do_not_give_is_found(ledger, settings):
    store = ledger.store
    store.append([entry("a", *(f"order/{n}" for n in range(300)))])
    assert verify_log(store, Held()) == []
    schema = "" if store.on_sqlite else "avrop_log."
    execute(settings, f"DELETE FROM {schema}nodes WHERE level = 1 AND number = 0")
    (finding,) = verify_log(store, Held())
    assert finding.sentence == "node 0 of level 1 is not that of the leaf hashes below it"


def test_making_the_ledger_gives_a_log_without_a_tree_its_tree(ledger, settings):
    store = ledger.store
    store.append([entry("a", "order/A-1", "order/A-2")])
    store.append([entry("b", "order/A-3")])
    head, rows = store.leaves.head(), store.leaves.rows(0, 9)
    schema = "" if store.on_sqlite else "avrop_log."
    for table in ("leaves", "nodes", "head"):
        execute(settings, f"DELETE FROM {schema}{table}")
    with pytest.raises(NotInitialised):
        store.check()
    store.create()
    assert (store.leaves.head(), store.leaves.rows(0, 9)) == (head, rows)
    store.create()
    assert store.leaves.head() == head


def test_a_tree_without_its_head_is_damaged_and_not_made_anew(ledger, settings):
    store = ledger.store
    for n in range(3):
        store.append([entry(f"a {n}", f"order/A-{n}")])
    execute(settings, f"DELETE FROM {'' if store.on_sqlite else 'avrop_log.'}head")
    with pytest.raises(TreeDamaged, match="the stored head is gone"):
        store.create()
    store.check()  # what is there can be read
    with pytest.raises(TreeDamaged):
        store.append([entry("b", "order/B-1")])
    assert store.position() == store.leaves.end() == 3


def test_a_leaf_that_stands_in_the_way_is_damage_and_not_somebody_elses_turn(ledger, settings):
    store = ledger.store
    store.append([entry("a", "order/A-1")])
    schema = "" if store.on_sqlite else "avrop_log."
    execute(settings, f"UPDATE {schema}leaves SET number = 1")
    with pytest.raises(TreeDamaged, match="that the stored head does not count"):
        store.append([entry("b", "order/A-2")])
    assert (store.position(), store.find_request("b")) == (1, None)


def test_processes_that_append_in_turns_never_go_on_from_a_head_of_before(ledger, settings):
    here, there = ledger.store, open_store(settings.database)
    for n, store in enumerate([here, here, here, there, here, there, there, there, here, here]):
        (facts,) = store.append([entry(f"key {n}", f"order/{n}")])
        assert facts[0].receipt.startswith(f"{n}:")
    for key, stream in (("key 0", "order/x"), ("new", "order/0")):
        with pytest.raises(VersionTaken):
            here.append([entry(key, stream)])
    (facts,) = here.append([entry("key 10", "order/10")])
    assert facts[0].receipt.startswith("10:")
    assert verify_log(there, Held()) == []
    there.close()


def test_a_log_that_grows_meanwhile_is_found_in_order_and_is_signed(ledger, tmp_path):
    store = ledger.store
    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")

    def write(writer):
        for n in range(100):
            store.append([entry(f"{writer} {n}", f"order/{writer}-{n}", f"order/{writer}-x{n}")])

    with ThreadPoolExecutor(2) as pool:
        writers = [pool.submit(write, writer) for writer in "AB"]
        while not all(writer.done() for writer in writers):
            notary.cycle(signing, store.leaves)
            assert verify_log(store, Held()) == []
        assert [writer.result() for writer in writers] == [None, None]
    note = notary.cycle(signing, store.leaves, recheck=True)
    assert checkpoint.read(note.text).size == 400


def slip_in(store, settings, stream, position):
    """An event without a leaf, past the recorder, at a position of the attacker's choice."""
    table, column = ("stored_events", "rowid")
    if not store.on_sqlite:
        table, column = "avrop_log.stored_events", "notification_id"
    columns = f"originator_id, originator_version, topic, state, {column}"
    execute(
        settings,
        f"INSERT INTO {table} ({columns}) SELECT '{stream}', 1, topic, state, {position} "
        f"FROM {table} WHERE originator_id = 'order/A-0'",
    )


def test_a_cycle_that_looks_at_what_is_new_finds_what_was_slipped_in_after_the_last_one(
    ledger, settings, tmp_path
):
    store = ledger.store
    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
    for n in range(3):
        store.append([entry(f"a {n}", f"order/A-{n}")])
    new = store.position() + 1
    notary.cycle(signing, store.leaves)
    notary.cycle(signing, store.leaves, since=new)
    slip_in(store, settings, "order/X", new)
    with pytest.raises(notary.Alarm, match="order/X version 1 has no leaf hash"):
        notary.cycle(signing, store.leaves, since=new)


def test_what_was_slipped_in_below_is_found_by_a_cycle_that_looks_at_all(
    ledger, settings, tmp_path
):
    store = ledger.store
    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
    store.append([entry("a", "order/A-0")])
    notary.cycle(signing, store.leaves)
    slip_in(store, settings, "order/Y", -(2**63))
    assert store.leaves.strays(store.position() + 1) == []
    with pytest.raises(notary.Alarm, match="order/Y version 1 has no leaf hash"):
        notary.cycle(signing, store.leaves)


def test_a_fact_read_again_is_the_fact_that_was_recorded_without_its_receipt(ledger):
    (facts,) = ledger.store.append([entry("a", "order/A-1")])
    (read,) = ledger.store.follow(0, 10)
    assert read.receipt == ""
    assert (read.stream, read.version, read.event) == ("order/A-1", 1, facts[0].event)


def test_an_examination_of_the_stored_log_can_fail(ledger, settings):
    store = ledger.store
    store.append([entry("a", "order/A-1", "order/A-2")])
    schema = "" if store.on_sqlite else "avrop_log."
    execute(settings, f"UPDATE {schema}stored_events SET topic='x' WHERE originator_id='order/A-1'")
    assert [finding.kind for finding in examined(store).findings] == ["edited"]
