"""A small log as rows, and what somebody with the database in their hands could do to it."""

import datetime as dt
import json

from ledger import codec
from ledger.audit import entry, tree
from ledger.audit.checkpoint import Checkpoint
from ledger.audit.entry import Row
from ledger.audit.note import LOG, WITNESS, SigningKey
from ledger.audit.tree import Head
from ledger.domain import events
from ledger.domain.amounts import AmountFrom
from ledger.domain.events import By, New
from ledger.domain.limits import Dimensions, Limit, Move
from ledger.domain.regime import Policy

ORIGIN = "example.org/ledger"
KEY = SigningKey(name=ORIGIN, kind=LOG, seed=bytes(range(32)))
WITNESS_KEY = SigningKey(name="example.org/witness", kind=WITNESS, seed=bytes(range(1, 33)))

DAY = dt.date(2024, 1, 1)
BY = By(person="p-1", organisation="2120002403", role="finance")
AGREEMENT = "agreement/A"


def move(**places):
    dimensions = Dimensions(year=2024, buyer="2120002403", supplier="2021004524", kind="delivery")
    return (Move(line=1, dimensions=dimensions, **places),)


def signed(number="A", cap=1_000_000):
    party = (events.Party(organisation="2120002403"),)
    year = Limit(name="2024", amounts=(AmountFrom(effective_on=DAY, amount=900_000),), year=2024)
    return events.AgreementSigned(
        number=number,
        title="Ramavtal",
        currency="SEK",
        cap=cap,
        buyers=party,
        suppliers=(events.Party(organisation="2021004524"),),
        signed_on=DAY,
        starts_on=DAY,
        ends_on=dt.date(2027, 12, 31),
        regime="lou_19a_direct",
        policy=Policy(),
        limits=(year,),
    )


def facts():
    """Stream and event: one agreement, two orders, an invoice and an amendment."""
    raised = AmountFrom(effective_on=DAY, change=50_000)
    line = (events.LineAmount(line=1, amount=240_000),)
    return [
        (AGREEMENT, signed()),
        (AGREEMENT, events.RoomReserved(order="A-0001", sequence=1, moves=move(reserved=240_000))),
        ("order/A-0001", events.OrderStarted()),
        (
            AGREEMENT,
            events.RoomMoved(
                order="A-0001", cause="confirmed", moves=move(reserved=-240_000, committed=240_000)
            ),
        ),
        ("order/A-0001", events.OrderConfirmed(reference="MIUN 1")),
        ("order/A-0001", events.OrderInvoiced(drawdown="d-1", lines=line)),
        (
            AGREEMENT,
            events.RoomMoved(
                order="A-0001", cause="approved", moves=move(committed=-240_000, drawn=240_000)
            ),
        ),
        ("order/A-0001", events.OrderDrawn(drawdown="d-1", lines=line)),
        (
            AGREEMENT,
            events.AgreementAmended(ground="17:9", decision="KS 1", decided_on=DAY, cap=raised),
        ),
        (AGREEMENT, events.RoomReserved(order="A-0002", sequence=2, moves=move(reserved=310_000))),
        ("order/A-0002", events.OrderStarted()),
        ("order/A-0002", events.OrderConfirmed(reference="MIUN 2")),
    ]


MOMENT = dt.datetime(2024, 1, 2, 3, 4, tzinfo=dt.UTC)


def stored(event, number=0, moment=MOMENT):
    """Of the same moment unless another is given: whoever makes history anew sees to the time."""
    return codec.encode(New("", event, DAY), BY, moment, f"request-{number}")


def log(given=None):
    """The rows that the ledger would have written for these facts."""
    return numbered(
        [(stream, *stored(event, i)) for i, (stream, event) in enumerate(given or facts())]
    )


def numbered(contents):
    """Rows for (stream, name, bytes): places, versions and leaf hashes made anew."""
    rows, versions = [], {}
    for index, (stream, name, data) in enumerate(contents):
        versions[stream] = versions.get(stream, 0) + 1
        rows.append(entry.row(index, stream, versions[stream], name, data))
    return rows


def contents(rows):
    return [(row.stream, row.name, row.stored) for row in rows]


def head_of(rows):
    return tree.append(Head(), [row.leaf for row in rows])


def checkpoint_of(rows, size=None):
    head = head_of(rows[:size])
    return Checkpoint(origin=ORIGIN, size=head.size, root=tree.root(head))


def entry_of(row):
    return entry.make(row.index, row.stream, row.version, row.name, row.stored)


def changed(row, **members):
    """A row with other members and the leaf hash that it had."""
    whole = {name: getattr(row, name) for name in Row.__struct_fields__}
    return Row(**{**whole, **members})


def spaced(data):
    """The same JSON in other bytes."""
    return json.dumps(json.loads(data), ensure_ascii=False).encode()


def edited(data):
    return data.replace(b"240000", b"940000")


def edited_with_leaf(rows):
    """Entry 3 says another amount, and everything is hashed anew."""
    told = contents(rows)
    told[3] = (told[3][0], told[3][1], edited(told[3][2]))
    return numbered(told)


def grown(rows, count=1):
    more = [("order/B", *stored(events.OrderStarted(), i)) for i in range(count)]
    return numbered([*contents(rows), *more])


class Log:
    """Rows as the notary reads them from the store; a test puts others there."""

    def __init__(self, rows):
        self.put(rows)

    def put(self, rows, head=None):
        self.stored_rows = list(rows)
        self.stored_head = head or head_of([row for row in rows if row.leaf is not None])

    def head(self):
        return self.stored_head

    def rows(self, start, end):
        return [
            row for row in self.stored_rows if start <= row.index < end and row.leaf is not None
        ]

    def strays(self):
        return [row for row in self.stored_rows if row.leaf is None]
