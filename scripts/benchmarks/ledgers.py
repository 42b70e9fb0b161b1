"""Ledgers to measure on: one agreement, and as many orders on it as asked for."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import msgspec
import psycopg
from msgspec.structs import replace

from ledger import people
from ledger.domain import agreement, order
from ledger.domain.events import By, Fact, New, Party
from ledger.domain.order.faults import LineTerms
from ledger.opening import Ledger
from ledger.service import Service
from ledger.store import Entry, Request, Store

BUYER, SUPPLIER = "2120002403", "2021004524"
NUMBER = "SKO-2023"
STREAM = agreement.stream(NUMBER)
BY = By(person="p-bench", organisation=BUYER, role="orderer")

SIGN = agreement.SignAgreement(
    number=NUMBER,
    title="Uppdragsutbildning",
    currency="SEK",
    cap=100_000_000_000_00,
    buyers=(Party(organisation=BUYER, name="Härnösands kommun"),),
    suppliers=(Party(organisation=SUPPLIER, name="Mittuniversitetet"),),
    signed_on=date(2023, 9, 5),
    starts_on=date(2023, 9, 5),
    ends_on=date(2027, 9, 4),
    limits=(agreement.LimitTerms(name="2024", amount=90_000_000_000_00, year=2024),),
)
PLACE = order.PlaceOrder(
    agreement=NUMBER,
    buyer=BUYER,
    course="Strategiskt styrd kompetensutveckling",
    unit="Kommunledningskontoret",
    credits="7.5",
    seats=12,
    starts_on=date(2024, 1, 15),
    ends_on=date(2024, 3, 22),
    ordered_on=date(2023, 11, 20),
    lines=(
        LineTerms(kind="development", text="Utveckling", amount=60_000_00, year=2024),
        LineTerms(kind="delivery", text="Plats", quantity=12, unit_price=15_000_00, year=2024),
    ),
)
BODY = {
    "course": PLACE.course,
    "unit": PLACE.unit,
    "credits": "7.5",
    "seats": 12,
    "starts_on": "2024-01-15",
    "ends_on": "2024-03-22",
    "ordered_on": "2023-11-20",
    "lines": [
        {"kind": "development", "text": "Utveckling", "amount": "60000.00", "year": 2024},
        {
            "kind": "delivery",
            "text": "Plats",
            "quantity": 12,
            "unit_price": "15000.00",
            "year": 2024,
        },
    ],
}
"""PLACE as the API takes it."""


SMALL = "TRA-2024"
"""A second agreement, whose few orders lie scattered among those of the first."""
SCATTERED = 20


class Filled(msgspec.Struct, frozen=True):
    """A ledger with orders in it: where it is, a token of its buyer, and its newest position."""

    address: str
    token: str
    position: int


def sign(ledger: Ledger) -> str:
    """Sign the agreement; a token of an orderer and auditor of its buyer."""
    ledger.service.execute(SIGN, BY)
    return people.let_in(ledger.service, ledger.registry, "Bench", BUYER, ("orderer", "auditor"))


def sign_small(ledger: Ledger) -> None:
    ledger.service.execute(replace(SIGN, number=SMALL), BY)


def place_small(ledger: Ledger) -> None:
    ledger.service.execute(replace(PLACE, agreement=SMALL), BY)


def filled(ledger: Ledger, address: str, orders: int, tell: Callable[[int, int], None]) -> Filled:
    """Fill a ledger through the service and its store, many orders in a transaction.

    The last ones are placed one by one. Raises where the log does not say what the service does.
    """
    token = sign(ledger)
    gathering = Gathering(ledger.store, address)
    service = Service(gathering)  # type: ignore[arg-type]
    sign_small(ledger)
    one_by_one = min(orders, 5)
    for number in range(orders - one_by_one):
        service.execute(PLACE, BY)
        if number % (orders // SCATTERED) == 0:
            gathering.flush()
            place_small(ledger)
        if number % 500 == 0:
            tell(number, orders)
    gathering.flush()
    for _ in range(one_by_one):
        ledger.service.execute(PLACE, BY)
    _check(ledger, orders)
    return Filled(address, token, ledger.views.catch_up())


def numbered(number: int) -> str:
    """What one of many agreements is called."""
    return f"RAM-{number:05d}"


def with_agreements(
    ledger: Ledger, address: str, count: int, tell: Callable[[int, int], None]
) -> Filled:
    """Sign so many agreements, and place an order on every tenth of them."""
    token = sign(ledger)
    for number in range(count):
        ledger.service.execute(replace(SIGN, number=numbered(number), limits=()), BY)
        if number % 10 == 0:
            ledger.service.execute(replace(PLACE, agreement=numbered(number)), BY)
        if number % 100 == 0:
            tell(number, count)
    return Filled(address, token, ledger.views.catch_up())


def _check(ledger: Ledger, orders: int) -> None:
    version, state = ledger.service.load(STREAM)
    replayed = Service(ledger.store).state_at(STREAM, version)
    amount = sum(
        line.amount or (line.quantity or 0) * (line.unit_price or 0) for line in PLACE.lines
    )
    if state != replayed or (state.orders, agreement.use_of(state, state.cap).total) != (
        orders,
        orders * amount,
    ):
        raise RuntimeError(f"{orders} orders were placed, but the log makes another state of them")
    if Service(ledger.store).load(STREAM) != (version, state):
        raise RuntimeError("a snapshot and the log it was taken from make two states")


class Gathering:
    """Stands where a Store does, and writes the facts of many commands at once.

    What is stored differs from one transaction an order in one thing: the facts of a batch carry
    the key of its last request. Each request's key is recorded as usual.
    """

    def __init__(self, store: Store, address: str) -> None:
        self._store = store
        self._address = address
        self._facts: list[New] = []
        self._requests: list[Request] = []
        self._before: dict[str, int] = {}
        self._at: dict[str, int] = {}
        self._without_facts: set[str] = set()
        """Streams that nothing was recorded in: nobody else writes meanwhile."""
        self._recorded_at = datetime.now(UTC)

    def append(self, entries: Sequence[Entry]) -> list[tuple[Fact, ...]]:
        return [self._append(entry) for entry in entries]

    def _append(self, entry: Entry) -> tuple[Fact, ...]:
        assert entry.by == BY, "one person orders here"
        at = {**self._at, **entry.versions}
        self._before.setdefault(STREAM, at[STREAM])
        result = []
        for new in entry.facts:
            at[new.stream] = at.get(new.stream, 0) + 1
            # With some position: the service keeps the states that stored facts leave.
            result.append(entry.fact(new, at[new.stream], position=1))
            self._without_facts.discard(new.stream)
        self._at = {STREAM: at[STREAM]}
        self._facts += entry.facts
        self._requests.append(
            Request(key=entry.request.key, digest="", stream=entry.facts[0].stream, version=1)
        )
        self._recorded_at = entry.recorded_at
        return tuple(result)

    def history(self, stream: str, after: int = 0, to: int | None = None) -> list[Fact]:
        if (after and after == self._at.get(stream)) or stream in self._without_facts:
            return []
        if any(new.stream == stream for new in self._facts):
            self.flush()
        found = self._store.history(stream, after, to)
        if not found and not after and to is None:
            self._without_facts.add(stream)
        return found

    def earlier(self, stream: str, other: str) -> tuple[int, int] | None:
        self.flush()
        return self._store.earlier(stream, other)

    def snapshot(self, stream: str) -> tuple[int, bytes] | None:
        return self._store.snapshot(stream)

    def save_snapshot(self, stream: str, version: int, data: bytes) -> None:
        """The service keeps a state every so often: that is when a batch is full."""
        self.flush()
        self._store.save_snapshot(stream, version, data)

    def flush(self) -> None:
        if not self._facts:
            return
        *others, last = self._requests
        entry = Entry(
            facts=self._facts,
            versions=self._before,
            by=BY,
            recorded_at=self._recorded_at,
            request=last,
        )
        self._store.append([entry])
        rows = [(done.key, done.digest, done.stream, done.version) for done in others]
        _record(self._address, rows)
        self._facts, self._requests, self._before = [], [], {}


def _record(address: str, rows: list[tuple[str, str, str, int]]) -> None:
    """Requests, many at once: the store records one with each transaction."""
    if address.startswith("sqlite:///"):
        connection = sqlite3.connect(address.removeprefix("sqlite:///"))
        with connection:
            connection.executemany("INSERT INTO requests VALUES (?,?,?,?)", rows)
        connection.close()
        return
    with psycopg.connect(address) as server, server.cursor() as cursor:
        cursor.executemany("INSERT INTO avrop_log.requests VALUES (%s,%s,%s,%s)", rows)
