"""Stored bytes are canonical JSON, come back as they were, and old shapes are lifted."""

import datetime as dt
import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger import codec
from ledger.domain import events
from ledger.domain.events import By, New
from ledger.domain.refusals import Invalid

BY = By(person="p-1", organisation="2120002403", role="finance")
NOW = dt.datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=dt.UTC)


def stored(event):
    return codec.encode(New("order/A-0001", event, dt.date(2026, 11, 23)), BY, NOW, "r-1")


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.integers(-(2**53) + 1, 2**53 - 1))
def test_stored_bytes_are_what_rfc_8785_gives_for_the_same_value(text, amount):
    name, data = stored(events.OrderClosed(released=amount, reason=text))
    assert rfc8785.dumps(json.loads(data)) == data
    fact = codec.decode("order/A-0001", 1, name, data)
    assert fact.event == events.OrderClosed(released=amount, reason=text)
    assert (fact.by, fact.recorded_at, fact.request) == (BY, NOW, "r-1")


def test_a_fact_that_seals_a_kept_state_says_so_in_canonical_bytes_and_no_other_does():
    new = New("agreement/A", events.OrderStarted(), dt.date(2026, 11, 23))
    name, data = codec.encode(new, BY, NOW, "r-1")
    _, sealed = codec.encode(replace(new, seal="ab" * 32), BY, NOW, "r-1")
    assert b"seal" not in data
    assert rfc8785.dumps(json.loads(sealed)) == sealed
    assert codec.decode("agreement/A", 1, name, sealed).seal == "ab" * 32
    assert codec.decode("agreement/A", 1, name, data).seal == ""


def test_every_event_has_one_stored_name():
    assert len(events.NAME_OF) == len(events.NAMES)


def test_an_old_shape_is_lifted_and_its_bytes_stay(monkeypatch):
    _, data = stored(events.OrderClosed(released=500, reason="done"))
    old = data.replace(b'"released":500', b'"left":500')
    monkeypatch.setitem(
        codec.LIFTS,
        "order-closed-0",
        lambda d: ("order-closed", {"released": d["left"], "reason": d["reason"]}),
    )
    fact = codec.decode("order/A-0001", 1, "order-closed-0", old)
    assert fact.event == events.OrderClosed(released=500, reason="done")


def test_a_name_that_nobody_knows_is_an_error():
    _, data = stored(events.OrderStarted())
    with pytest.raises(ValueError, match="no fact is stored under"):
        codec.decode("order/A-0001", 1, "order-vanished", data)


def test_an_event_that_is_too_large_to_keep_is_refused():
    with pytest.raises(Invalid):
        stored(events.OrderClosed(released=1, reason="x" * 70_000))
