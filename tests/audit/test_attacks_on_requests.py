"""Kept requests that somebody was at: the same would count twice, or be answered otherwise."""

import pytest


@pytest.fixture
def kept(case):
    """The key of a request of several facts, and the stream and version that are kept for it."""
    several = [
        key
        for key in case.ledger.store.requests()
        if sum(fact.request == key for fact in case.ledger.store.follow(0, 1000)) > 1
    ]
    return several[0], *case.ledger.store.requests()[several[0]]


def test_a_request_that_was_deleted_is_found(case, kept):
    key, stream, version = kept
    case.database.do(("DELETE FROM {0}requests WHERE key=?", key))
    status, (found,) = case.verify()
    assert status == 1
    assert found.startswith("the request of entry ")
    assert found.endswith(
        f", {stream} version {version}, is not kept: the same could be recorded again"
    )


@pytest.mark.parametrize("change", ["version = version + 1", "stream = 'order/X'"])
def test_a_request_that_was_pointed_elsewhere_is_found(case, kept, change):
    key, stream, version = kept
    case.database.do((f"UPDATE {{0}}requests SET {change} WHERE key=?", key))
    other = "{} version {}".format(*case.ledger.store.requests(key)[key])
    status, (found,) = case.verify()
    assert status == 1
    assert found.endswith(f", {stream} version {version}, is kept for {other}")


def test_a_request_that_was_slipped_in_is_found(case, kept):
    _, stream, version = kept
    case.database.do(("INSERT INTO {0}requests VALUES ('x', '', ?, ?)", stream, version))
    sentence = (
        f"a request is kept for {stream} version {version}, and no entry came by it: it would be "
        "answered though nothing was recorded"
    )
    assert case.verify() == (1, [sentence])


def test_the_digest_of_a_request_is_not_covered_as_no_event_has_it(case, kept):
    case.database.do(("UPDATE {0}requests SET digest='x' WHERE key=?", kept[0]))
    assert case.verify() == (0, [])
