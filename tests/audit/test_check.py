"""Every attack of the promise, made on the rows: found, and named in words. Each with its control.

The attacker holds the database: events, leaf hashes and head. Outside are checkpoints that
somebody kept, and for the words also a copy of the entries (the notary's tiles, a bundle).
"""

import pytest

from ledger.audit.check import compare, examine, explain
from ledger.domain import events
from tests.audit.audit_given import (
    changed,
    checkpoint_of,
    contents,
    edited,
    edited_with_leaf,
    entry_of,
    facts,
    head_of,
    log,
    numbered,
    spaced,
    stored,
)

SIZE = len(facts())


@pytest.fixture
def rows():
    return log()


def examined(rows, *, kept, head=None, copy=None):
    """What is found against checkpoints of the log as it was, and against a copy of it."""
    result = examine(rows, head or head_of(rows), kept)
    if copy is None:
        return list(result.findings)
    return list(explain(result, rows, [entry_of(row) for row in copy]))


def kinds(found):
    return [(finding.kind, finding.index) for finding in found]


def sentences(found):
    return [finding.sentence for finding in found]


def checkpoints(rows):
    """One at every second size, as order confirmations would have carried them."""
    return [checkpoint_of(rows, size) for size in range(2, SIZE + 1, 2)]


# ── The control of them all ───────────────────────────────────────────────────────────────────


def test_a_log_that_nobody_touched_has_no_findings(rows):
    assert examined(rows, kept=checkpoints(rows), copy=rows) == []
    assert compare(rows, [entry_of(row) for row in rows]) == []


def test_growth_after_the_checkpoints_is_no_finding(rows):
    grown = log([*facts(), ("order/A-0002", events.OrderStarted())])
    assert examined(grown, kept=checkpoints(rows), copy=rows) == []


def test_an_empty_log_fits_the_checkpoint_of_size_nought():
    assert examined([], kept=[checkpoint_of([])]) == []


# ── What the log shows by itself ──────────────────────────────────────────────────────────────


def test_an_edited_event_is_named(rows):
    attacked = list(rows)
    attacked[3] = changed(rows[3], stored=edited(rows[3].stored))
    found = examined(attacked, kept=[])
    assert kinds(found) == [("edited", 3)]
    assert sentences(found) == [
        "entry 3, agreement/A version 3, was edited: its leaf hash is of other bytes"
    ]


@pytest.mark.parametrize("member", ["stream", "name"])
def test_an_event_moved_to_another_stream_or_name_is_named(rows, member):
    attacked = list(rows)
    attacked[4] = changed(rows[4], **{member: "other"})
    assert ("edited", 4) in kinds(examined(attacked, kept=[]))


def test_the_same_json_in_other_bytes_is_named(rows):
    attacked = list(rows)
    attacked[5] = changed(rows[5], stored=spaced(rows[5].stored))
    found = examined(attacked, kept=[])
    assert kinds(found) == [("other-bytes", 5)]
    assert "says the same in other bytes" in found[0].sentence


@pytest.mark.parametrize("data", [b"", b"not json", b'"\\ud800"', b"[" * 100_000, b"x" * 60_001])
def test_an_event_overwritten_with_anything_is_named(rows, data):
    attacked = list(rows)
    attacked[5] = changed(rows[5], stored=data)
    assert kinds(examined(attacked, kept=[])) == [("edited", 5)]


def test_an_event_deleted_from_under_its_leaf_is_named(rows):
    attacked = list(rows)
    attacked[5] = changed(rows[5], stored=None)
    found = examined(attacked, kept=checkpoints(rows))
    assert kinds(found) == [("removed", 5)]
    assert sentences(found) == [
        "entry 5, order/A-0001 version 3, is gone; only its leaf hash is left"
    ]


def test_an_event_deleted_with_its_leaf_leaves_a_hole(rows):
    attacked = rows[:5] + rows[6:]
    found = examined(attacked, kept=[], head=head_of(rows))
    assert kinds(found)[0] == ("removed", 5)
    assert sentences(found)[0] == "entry 5 is missing from the log"
    assert ("head", None) in kinds(found)


def test_a_row_put_in_behind_the_recorder_is_named(rows):
    slipped = changed(rows[-1], version=3, leaf=None)
    found = examined([*rows, slipped], kept=checkpoints(rows), head=head_of(rows))
    assert kinds(found) == [("inserted", None)]
    assert "behind the ledger's back" in found[0].sentence


def test_an_entry_that_stands_twice_is_named(rows):
    found = examined([*rows, rows[-1]], kept=[], head=head_of(rows))
    assert kinds(found)[0] == ("inserted", SIZE - 1)


def test_a_leaf_edited_alone_is_named(rows):
    attacked = list(rows)
    attacked[5] = changed(rows[5], leaf=bytes(32))
    assert kinds(examined(attacked, kept=[], head=head_of(rows))) == [("edited", 5), ("head", None)]


# ── What only something held outside shows ────────────────────────────────────────────────────


def attack_other_bytes_with_leaf(rows):
    told = contents(rows)
    told[5] = (told[5][0], told[5][1], spaced(told[5][2]))
    return numbered(told)


def attack_delete_and_renumber(rows):
    return numbered(contents(rows[:5] + rows[6:]))


def attack_delete_the_first(rows):
    return numbered(contents(rows[1:]))


def attack_swap(rows):
    told = contents(rows)
    told[4], told[8] = told[8], told[4]
    return numbered(told)


def attack_rotate(rows):
    told = contents(rows)
    told[4:7] = [told[5], told[6], told[4]]
    return numbered(told)


def attack_insert(rows):
    name, data = stored(events.OrderClosed(released=0, reason="x"), 59)
    told = contents(rows)
    told.insert(6, ("order/A-0001", name, data))
    return numbered(told)


def attack_insert_a_copy(rows):
    told = contents(rows)
    return numbered([*told[:5], told[9], *told[5:]])


def attack_insert_two_copies(rows):
    told = contents(rows)
    return numbered([*told[:5], *told[8:10], *told[5:]])


def attack_cut(rows):
    return rows[:9]


def attack_rewrite(rows):
    return numbered([(s, n, data.replace(b"p-1", b"p-2")) for s, n, data in contents(rows)])


def attack_rewrite_the_end(rows):
    told = [
        (s, n, d.replace(b"p-1", b"p-2") if i >= 7 else d)
        for i, (s, n, d) in enumerate(contents(rows))
    ]
    return numbered(told)


ATTACKS = {
    edited_with_leaf: (
        "edited-with-leaf",
        3,
        "entry 3, agreement/A version 3, was edited together with its leaf hash",
    ),
    attack_other_bytes_with_leaf: (
        "other-bytes",
        5,
        "entry 5, order/A-0001 version 3, says the same in other bytes than were recorded",
    ),
    attack_delete_and_renumber: (
        "removed",
        5,
        "entry 5, order/A-0001 version 3, was removed; what followed has taken its place",
    ),
    attack_delete_the_first: (
        "removed",
        0,
        "entry 0, agreement/A version 1, was removed; what followed has taken its place",
    ),
    attack_swap: ("swapped", 4, "entries 4 and 8 have changed places"),
    attack_rotate: ("reordered", 4, "3 entries from 4 to 6 stand in another order"),
    attack_insert: (
        "inserted",
        6,
        "entry 6, order/A-0001 version 4, was slipped in: the copy has it nowhere",
    ),
    attack_insert_a_copy: (
        "inserted",
        5,
        "entry 5, agreement/A version 4, was slipped in: the copy has it fewer times",
    ),
    attack_cut: ("cut", 9, "entries 9 to 11 were cut off: a checkpoint of size 12 was signed"),
    attack_rewrite: (
        "rewritten",
        0,
        "entries 0 to 11 were rewritten: none of them is as it was recorded",
    ),
    attack_rewrite_the_end: (
        "rewritten",
        7,
        "entries 7 to 11 were rewritten: none of them is as it was recorded",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_perfect_attack_is_invisible_without_something_held_outside(rows, attack):
    """The control: the attacker has left no trace in the database itself."""
    assert examined(attack(rows), kept=[]) == []


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_it_is_found_against_one_checkpoint_held_outside(rows, attack):
    found = examined(attack(rows), kept=[checkpoint_of(rows)])
    assert kinds(found) in ([("root", 0)], [("cut", len(attack(rows)))])


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_several_checkpoints_say_between_which_entries(rows, attack):
    found = examined(attack(rows), kept=checkpoints(rows))
    kind, index, _ = ATTACKS[attack]
    first = found[0]
    assert first.index is not None
    assert first.kind == ("cut" if kind == "cut" else "root")
    assert first.index <= index <= first.index + 1


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_with_a_copy_it_is_named(rows, attack):
    found = examined(attack(rows), kept=[checkpoint_of(rows)], copy=rows)
    assert [(each.kind, each.index, each.sentence) for each in found] == [ATTACKS[attack]]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_it_is_named_also_when_the_log_has_grown_since(rows, attack):
    if attack in (attack_cut, attack_rewrite, attack_rewrite_the_end):
        more = contents(log([("order/B", events.OrderStarted())] * 4))
        grown = numbered([*contents(attack(rows)), *more])
        expected = "rewritten"
    else:
        more = ("order/B", *stored(events.OrderStarted(), 58))
        grown = numbered([*contents(attack(rows)), more])
        expected = ATTACKS[attack][0]
    found = examined(grown, kept=[checkpoint_of(rows)], copy=rows)
    assert expected in {finding.kind for finding in found}


def test_two_copies_that_were_slipped_in_are_two_findings(rows):
    found = examined(attack_insert_two_copies(rows), kept=[checkpoint_of(rows)], copy=rows)
    assert kinds(found) == [("inserted", 5), ("inserted", 6)]


def test_two_edits_are_two_findings(rows):
    told = contents(rows)
    for index in (1, 6):
        told[index] = (told[index][0], told[index][1], edited(told[index][2]))
    found = examined(numbered(told), kept=[checkpoint_of(rows)], copy=rows)
    assert kinds(found) == [("edited-with-leaf", 1), ("edited-with-leaf", 6)]


def test_a_checkpoint_of_another_log_does_not_fit(rows):
    other = checkpoint_of(log(facts()[::-1]))
    assert kinds(examined(rows, kept=[other])) == [("root", 0)]


def test_at_most_a_hundred_findings_are_listed():
    many = log([("order/A-0001", events.OrderStarted())] * 150)
    attacked = [changed(row, stored=b"{}") for row in many]
    assert len(examined(attacked, kept=[])) == 100
