"""Received files whose years of keeping are over: listed, and let go with a fact of each."""

import hashlib
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from ledger import verifying
from ledger.domain import files
from ledger.domain.events import FileRemoved
from ledger.keeping import CannotKeep, retention
from ledger.registry.tables import Document, received
from ledger.telling import tell
from ledger.verifying import Held
from ledger.wording import say

NOTHING = Held()


def keep(ledger, content: bytes, came: datetime, status: str = "recorded") -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    document = Document(
        sha256=sha256, format="peppol", status=status, buyer="2120002403", content=content
    )
    ledger.registry.keep(document)
    with ledger.registry.transaction() as connection:
        row = update(received).where(received.c.sha256 == sha256)
        connection.execute(row.values(received_at=came.isoformat()))
    return sha256


@pytest.fixture
def kept(ledger):
    """Files of 2019, of the last moment of it, of 2020, and one that waits. It is 2027."""
    ledger.create()
    return {
        "old": keep(ledger, b"old", datetime(2019, 5, 4, 9, tzinfo=UTC)),
        "last": keep(ledger, b"last", datetime(2019, 12, 31, 22, 59, tzinfo=UTC)),
        "next": keep(ledger, b"next", datetime(2019, 12, 31, 23, 1, tzinfo=UTC)),
        "waits": keep(ledger, b"waits", datetime(2018, 5, 4, tzinfo=UTC), "queued"),
    }


def test_those_of_the_years_before_are_listed_by_the_day_in_sweden(ledger, kept):
    found = retention.past(ledger, 2020)
    assert [one.sha256 for one in found] == [kept["old"], kept["last"]]
    assert [one.received_on for one in found] == [date(2019, 5, 4), date(2019, 12, 31)]
    assert ledger.store.position() == 0, "nothing is recorded by asking"


def test_what_has_to_be_kept_is_refused_with_until_when(ledger, kept):
    with pytest.raises(CannotKeep, match=r"Files of 2020 have to be kept to the end of 2027"):
        retention.past(ledger, 2021)


def test_they_go_with_a_fact_of_each_and_nothing_else_does(ledger, kept):
    retention.remove(ledger, retention.past(ledger, 2020))
    assert [ledger.registry.received(kept[name]) is None for name in kept] == [
        True,
        True,
        False,
        False,
    ]
    (fact,) = ledger.store.history(files.stream(kept["old"]))
    assert fact.event == FileRemoved(received_on=date(2019, 5, 4), bytes=3)
    assert "2019-05-04" in say(tell(fact.event, fact.stream, ""), "sv")
    assert retention.past(ledger, 2020) == []
    assert verifying.verify(ledger, NOTHING).findings == ()


def test_interrupted_between_fact_and_file_it_is_asked_again(ledger, kept, monkeypatch):
    some = retention.past(ledger, 2020)
    with monkeypatch.context() as patched:
        patched.setattr(retention, "forget", _killed)
        with pytest.raises(KeyboardInterrupt):
            retention.remove(ledger, some)
    assert ledger.registry.received(kept["old"]) is not None
    retention.remove(ledger, retention.past(ledger, 2020))
    assert len(ledger.store.history(files.stream(kept["old"]))) == 1
    assert retention.past(ledger, 2020) == []


def _killed(*_):
    raise KeyboardInterrupt
