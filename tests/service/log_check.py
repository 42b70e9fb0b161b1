"""Is every command in the log whole, once, and in step with its request? Faults in words."""

from collections import Counter, defaultdict

import psycopg

from ledger.config import Settings
from ledger.domain import agreement, order
from ledger.domain.limits import Use
from ledger.domain.position import position
from ledger.snapshots import fold
from ledger.store import SCHEMA, Store

WHOLE = {
    "AgreementSigned": {"AgreementSigned": 1, "NumberTaken": 1},
    "OrderPlaced": {"OrderPlaced": 1, "RoomReserved": 1},
    "OrderConfirmed": {"OrderConfirmed": 1, "RoomMoved": 1},
    "AuditorAppointed": {"AuditorAppointed": 1},
    "PersonRecorded": {"PersonRecorded": 1},
    "RoleGranted": {"RoleGranted": 1},
    "TokenMade": {"TokenMade": 1},
}
"""First fact of a command → all the facts that it comes to, thresholds aside."""


def facts_of(store: Store):
    """The whole log, in order."""
    facts = []
    while some := store.follow(facts[-1].position if facts else 0, 1_000):
        facts += some
    return facts


def requests_of(settings: Settings) -> list[tuple[str, str, int]]:
    """Key, stream and version of every recorded request."""
    query = "SELECT key, stream, version FROM {}requests"
    if settings.database.startswith("sqlite"):
        return execute(settings, query.format(""))
    return execute(settings, query.format(f"{SCHEMA}."))


def execute(settings: Settings, statement: str):
    """A statement straight on the database, past the ledger."""
    if settings.database.startswith("sqlite"):
        import sqlite3

        connection = sqlite3.connect(settings.database.removeprefix("sqlite:///"))
        try:
            with connection:
                return connection.execute(statement).fetchall()
        finally:
            connection.close()
    with psycopg.connect(settings.database) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def faults(facts, requests, acknowledged: dict[str, str]) -> list[str]:
    """What is wrong, in words. `acknowledged`: request key → the order that the answer named."""
    found = []
    by_request = defaultdict(list)
    versions: Counter[str] = Counter()
    states: dict[str, object] = {}
    for fact in facts:
        by_request[fact.request].append(fact)
        versions[fact.stream] += 1
        if fact.version != versions[fact.stream]:
            found.append(f"{fact.stream}: version {fact.version} after {versions[fact.stream] - 1}")
            return found
        states[fact.stream] = fold(fact.stream, states.get(fact.stream), fact)
    for key, some in by_request.items():
        names = Counter(type(fact.event).__name__ for fact in some)
        del names["ThresholdCrossed"]
        if names != WHOLE.get(type(some[0].event).__name__):
            found.append(f"{key}: not whole or not once: {dict(names)}")
    recorded = {(key, stream, version) for key, stream, version in requests}
    told = {
        (key, some[0].stream, max(f.version for f in some if f.stream == some[0].stream))
        for key, some in by_request.items()
    }
    found += [f"{key}: facts without their request" for key, _, _ in sorted(told - recorded)]
    found += [f"{key}: a request without its facts" for key, _, _ in sorted(recorded - told)]
    for key, number in acknowledged.items():
        if [fact.stream for fact in by_request.get(key, [])][:1] != [f"order/{number}"]:
            found.append(f"{key}: was answered with {number}, which the log does not have under it")
    return found + _sums(states)


def _sums(states) -> list[str]:
    """An agreement's totals and count are those of its orders."""
    found = []
    for stream, state in states.items():
        if not isinstance(state, agreement.State):
            continue
        orders = [
            other
            for other in states.values()
            if isinstance(other, order.State) and other.agreement == state.number
        ]
        held = sum(
            (use for other in orders for use in position(order.holding(other)).values()), Use()
        )
        if agreement.use_of(state, state.cap) != held:
            found.append(f"{stream}: holds {agreement.use_of(state, state.cap)}, its orders {held}")
        if sorted(o.number for o in orders) != [
            f"{state.number}-{n:04d}" for n in range(1, state.orders + 1)
        ]:
            found.append(f"{stream}: its orders' numbers have gaps")
    return found
