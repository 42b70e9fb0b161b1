"""Tables and transactions of the read models, on SQLite or PostgreSQL."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    delete,
    false,
    insert,
    literal_column,
    select,
)

from ledger.domain.events import NAME_OF, RoomMoved, RoomReserved, ThresholdCrossed
from ledger.domain.events.room import OPENING

SCHEMA = "views"
"""Mapped to a schema of its own on PostgreSQL; SQLite has a file of its own instead."""

Reading = Connection
"""What a question is asked through: `Database.reading` gives one."""

metadata = MetaData(schema=SCHEMA)

PLACE = String().with_variant(String(collation="C"), "postgresql")
"""What stands in the same order on both databases, and in Python: by its characters' numbers."""

positions = Table(
    "positions",
    metadata,
    Column("name", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("leaf", String, nullable=False),
)
"""One row: to which position of which log they are made. `number` and `leaf` are those of the leaf
of the fact there, which no other log has."""

agreements = Table(
    "agreements",
    metadata,
    Column("number", String, primary_key=True),
    Column("place", PLACE, nullable=False),
    Column("title", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("ends_on", PLACE, nullable=False),
    Column("sought", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("latest_on", Date, nullable=False),
    Column("state", Text, nullable=False),
    Index("agreements_place", "place"),
    Index("agreements_ends_on", "ends_on", "place"),
)

parties = Table(
    "parties",
    metadata,
    Column("agreement", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("organisation", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sees_whole", Boolean, nullable=False),
    Index("parties_organisation", "organisation", "agreement"),
)
_IN_PART = parties.c.sees_whole.is_(false())
Index(
    "parties_in_part",
    parties.c.organisation,
    sqlite_where=_IN_PART,
    postgresql_where=_IN_PART,
)
"""One supplier of several; what is not so is asked of no index."""

orders = Table(
    "orders",
    metadata,
    Column("number", String, primary_key=True),
    Column("place", PLACE, nullable=False),
    Column("agreement", String, nullable=False),
    Column("buyer", String, nullable=False),
    Column("supplier", String, nullable=False),
    Column("status", String, nullable=False),
    Column("unit", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("carriers", Text, nullable=False),
    Column("earlier", Text, nullable=False),
    Column("currency", String, nullable=False),
    Column("starts_on", PLACE, nullable=False),
    Column("answer_by", PLACE, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("drawn", BigInteger, nullable=False),
    Column("to_invoice", BigInteger, nullable=False),
    Column("sought", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("latest_on", Date, nullable=False),
    Column("state", Text, nullable=False),
    Index("orders_place", "place"),
    Index("orders_status", "status", "place"),
    Index("orders_agreement", "agreement", "place"),
    Index("orders_reference", "reference"),
    Index("orders_starts_on", "starts_on", "place"),
    Index("orders_amount", "amount", "place"),
    Index("orders_latest_on", "latest_on"),
    Index("orders_to_invoice", "to_invoice", "place"),
    Index(
        "orders_summed",
        *("agreement", "status", "latest_on", "supplier", "earlier"),
        *("currency", "amount", "drawn", "to_invoice"),
    ),  # what a long list is summed from, without its rows
)
IS_SILENT = orders.c.answer_by != literal_column("''")
"""Orders that are overdue once a day has passed: said as their index says it."""
Index(
    "orders_silent",
    orders.c.place,
    orders.c.answer_by,
    sqlite_where=IS_SILENT,
    postgresql_where=IS_SILENT,
)

order_references = Table(
    "order_references",
    metadata,
    Column("folded", String, primary_key=True),
    Column("order", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("written", Text, nullable=False),
    Column("bare", String, nullable=False),
    Index("order_references_order", "order"),
    Index("order_references_bare", "bare"),
)

agreement_references = Table(
    "agreement_references",
    metadata,
    Column("folded", String, primary_key=True),
    Column("agreement", String, primary_key=True),
    Column("written", Text, nullable=False),
    Index("agreement_references_agreement", "agreement"),
)

drawdowns = Table(
    "drawdowns",
    metadata,
    Column("id", PLACE, primary_key=True),
    Column("agreement", String, nullable=False),
    Column("buyer", String, nullable=False),
    Column("supplier", String, nullable=False),
    Column("invoice", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String, nullable=False),
    Column("issued_on", PLACE, nullable=False),
    Column("due_on", PLACE, nullable=False),
    Column("sought", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("orders", Text, nullable=False),
    Column("ever_of", Text, nullable=False),
    Column("carriers", Text, nullable=False),
    Column("replaces", Text, nullable=False),
    Column("paid_before", BigInteger, nullable=False),
    Column("paid_by", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("latest_on", Date, nullable=False),
    Column("state", Text, nullable=False),
    Index("drawdowns_agreement", "agreement", "id"),
    Index("drawdowns_invoice", "supplier", "invoice"),
    Index("drawdowns_folded", "supplier", "folded"),
    Index("drawdowns_amount", "supplier", "amount"),
    Index("drawdowns_paid_before", "supplier", "paid_before"),
    Index("drawdowns_of_amount", "amount", "id"),
    Index("drawdowns_issued_on", "issued_on", "id"),
    Index("drawdowns_latest_on", "latest_on"),
    Index("drawdowns_status", "status", "id"),
    Index("drawdowns_due_on", "due_on", "id"),
)

_IN_PLACE = drawdowns.c.replaces > ""
Index(
    "drawdowns_replaces", drawdowns.c.supplier, sqlite_where=_IN_PLACE, postgresql_where=_IN_PLACE
)
"""Not by the numbers themselves: many long ones are more than an entry of an index may hold."""

postings = Table(
    "postings",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("agreement", String, nullable=False),
    Column("order", String),
    Column("drawdown", String),
    Column("cause", String, nullable=False),
    Column("line", Integer),
    Column("year", Integer),
    Column("buyer", String),
    Column("supplier", String),
    Column("kind", String),
    Column("funding", String),
    Column("cost_centre", String),
    Column("code_string", String),
    Column("reserved", BigInteger, nullable=False),
    Column("committed", BigInteger, nullable=False),
    Column("drawn", BigInteger, nullable=False),
    Column("seats_reserved", BigInteger, nullable=False),
    Column("seats_committed", BigInteger, nullable=False),
    Column("cap", BigInteger),
    Column("sets_cap", Boolean, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Index("postings_agreement", "agreement", "effective_on", "position", "number"),
)
_OF_NO_ORDER = postings.c.order.is_(None)
Index(
    "postings_of_no_order",
    postings.c.agreement,
    sqlite_where=_OF_NO_ORDER,
    postgresql_where=_OF_NO_ORDER,
)
"""What moves a cap: an agreement has few of them, among those of all its orders."""
OPENINGS = (OPENING, "opening-balance-taken-back")
"""Causes of what opening balances moved."""
IS_OPENING = postings.c.cause.in_([literal_column(f"'{cause}'") for cause in OPENINGS])
"""Said as its index says it: of an agreement they are few among all that moved."""
Index(
    "postings_of_openings",
    postings.c.agreement,
    sqlite_where=IS_OPENING,
    postgresql_where=IS_OPENING,
)
sums = Table(
    "sums",
    metadata,
    Column("agreement", String, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("moved", LargeBinary, nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Index("sums_recorded_at", "agreement", "recorded_at", "version"),
)

timeline = Table(
    "timeline",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("agreement", String),
    Column("stream", String, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("name", String, nullable=False),
    Column("supplier", String),
    Column("person", String, nullable=False),
    Column("organisation", String, nullable=False),
    Column("role", String, nullable=False),
    Column("request", String, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
    Index("timeline_agreement", "agreement", "position"),
    Index("timeline_stream", "stream", "position"),
    Index("timeline_seen", "stream", "version", "supplier", "name"),
)

OF_ORDERS = [NAME_OF[kind] for kind in (RoomReserved, RoomMoved, ThresholdCrossed)]
"""Facts of an agreement that its orders bring: nearly all that it has."""
IS_TERM = timeline.c.name.not_in([literal_column(f"'{name}'") for name in OF_ORDERS])
"""Facts that are none of those: said as their index says it."""
Index(
    "timeline_terms",
    timeline.c.stream,
    timeline.c.position,
    sqlite_where=IS_TERM,
    postgresql_where=IS_TERM,
)

attempts = Table(
    "attempts",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("person", String, nullable=False),
    Column("organisation", String, nullable=False),
    Column("role", String, nullable=False),
    Column("kind", String),
    Column("agreement", String),
    Column("effective_on", Date, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("stream", String, nullable=False),
    Column("data", Text, nullable=False),
    Index("attempts_agreement", "agreement", "position"),
    Index("attempts_person", "person", "position"),
)

appointments = Table(
    "appointments",
    metadata,
    Column("id", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("person", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("organisations", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("decision", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("ended_on", Date),
    Column("ended_recorded_at", BigInteger),
    Column("reason", Text, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("person", String, primary_key=True),
    Column("organisation", String, nullable=False, index=True),
)

bundle_reads = Table(
    "bundle_reads",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("person", String, nullable=False),
    Column("organisation", String, nullable=False),
    Column("role", String, nullable=False),
    Column("scope", String),
    Column("size", BigInteger, nullable=False),
    Column("root", String, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)

SHAPE = "32"
"""Raised whenever a table or a projection changes: the read models are then made anew, beside those
of another shape, which an older or a newer version of the program may be reading."""
LIVE = f"avrop_views_{SHAPE}"
BESIDE = f"{LIVE}_anew"
"""The schemas on PostgreSQL: of what is read, and of what is being made to take its place."""


class Mark(NamedTuple):
    """The position that read models have come to, and the leaf there (see `Leaves.at`)."""

    position: int = 0
    number: int = -1
    leaf: str = ""


def mark_of(connection: Connection) -> Mark:
    c = positions.c
    row = connection.execute(select(c.position, c.number, c.leaf)).first()
    return Mark() if row is None else Mark(*row)


def set_mark(connection: Connection, mark: Mark) -> None:
    connection.execute(delete(positions))
    connection.execute(insert(positions), {"name": "all", **mark._asdict()})


def insert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert whole rows, with every column given, as fast as the database takes them.

    SQLAlchemy's own insert prepares each value by itself: in a rebuild that took longer than the
    database did. On PostgreSQL, COPY moreover spares the server a statement for each row.
    """
    if not rows:
        return
    names = [column.name for column in table.columns]
    columns = ", ".join(f'"{name}"' for name in names)
    values = map(itemgetter(*names), rows)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        connection.exec_driver_sql(
            f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})',  # noqa: S608
            list(values),
        )
        return
    schema = connection.get_execution_options()["schema_translate_map"][SCHEMA]
    copying = f'COPY "{schema}"."{table.name}" ({columns}) FROM STDIN'
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(copying) as copy:
        for row in values:
            copy.write_row(row)
