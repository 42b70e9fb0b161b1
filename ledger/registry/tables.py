"""The registry's tables, and their rows as values."""

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    inspect,
)

metadata = MetaData(schema="registry")
version = Table("version", metadata, Column("number", Integer, primary_key=True))
"""One row: the last of the `steps` that were taken."""
persons = Table(
    "persons",
    metadata,
    Column("id", String, primary_key=True),
    Column("organisation", String, nullable=False, index=True),
    Column("name", Text, nullable=False, index=True),
    Column("salt", String, nullable=False),
)
"""An id is a person's within one organisation; "" is the ledger's own. Two may have one name."""
sole_traders = Table(
    "sole_traders",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("name", Text, nullable=False),
)
tokens = Table(
    "tokens",
    metadata,
    Column("digest", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("organisation", String, nullable=False),
    Column("roles", Text, nullable=False),
    Column("created_at", String, nullable=False),
    Column("revoked_at", String),
    Column("ends_on", String),
)
sessions = Table(
    "sessions",
    metadata,
    Column("digest", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("organisation", String, nullable=False),
    Column("roles", Text, nullable=False),
    Column("token", String),
    Column("ends_at", String, nullable=False),
    Column("owner", String, nullable=False, index=True),
    Column("how", String, nullable=False),
    Column("began_at", String, nullable=False),
    Column("seen_at", String, nullable=False),
    Column("address", String, nullable=False),
    Column("browser", String, nullable=False),
)
"""`owner` is the sign-in that a session came of, or the person whose token it was. `person` is
empty until somebody who acts for several has said for whom."""
last_signed_in = Table(
    "last_signed_in",
    metadata,
    Column("owner", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("address", String, nullable=False),
    Column("browser", String, nullable=False),
    Column("how", String, nullable=False),
)
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", String, primary_key=True),
    Column("passphrase", Text, nullable=False),
    Column("set_at", String, nullable=False),
)
"""A way in of one human being, with or without a passphrase (its argon2 digest)."""
tied = Table(
    "tied",
    metadata,
    Column("person", String, primary_key=True),
    Column("sign_in", String, nullable=False, index=True),
)
"""As whom a sign-in lets somebody act: persons of one or more organisations."""
identities = Table(
    "identities",
    metadata,
    Column("issuer", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("sign_in", String, nullable=False, index=True),
    Column("tied_at", String, nullable=False),
)
"""Who somebody is elsewhere: an issuer's subject, and never an address of e-mail."""
invitations = Table(
    "invitations",
    metadata,
    Column("digest", String, primary_key=True),
    Column("person", String, nullable=False, index=True),
    Column("made_at", String, nullable=False),
    Column("ends_at", String, nullable=False),
)
going = Table(
    "going",
    metadata,
    Column("state", String, primary_key=True),
    Column("browser", String, nullable=False),
    Column("issuer", String, nullable=False),
    Column("nonce", String, nullable=False),
    Column("verifier", String, nullable=False),
    Column("invitation", String, nullable=False),
    Column("then", Text, nullable=False),
    Column("kept", Text, nullable=False),
    Column("began_at", String, nullable=False),
)
"""Single sign-ons under way, by the digests of their states."""
tries = Table(
    "tries",
    metadata,
    Column("who", String, primary_key=True),
    Column("tried", Integer, nullable=False),
    Column("last_at", Float, nullable=False, index=True),
)
"""Who or what sign-ins are tried for, and from where, by digests: how often in a row."""
secrets_kept = Table(
    "secrets",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)
happened = Table(
    "happened",
    metadata,
    Column("what", String, primary_key=True),
    Column("at", String, nullable=False),
)
received = Table(
    "received",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("format", String, nullable=False),
    Column("status", String, nullable=False),
    Column("buyer", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("refusal", String, nullable=False),
    Column("figures", Text, nullable=False),
    Column("drawdown", Text, nullable=False),
    Column("received_at", String, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("decided_at", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
takers = Table(
    "takers",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("organisation", String, primary_key=True),
)
"""For whom a file was taken in, where that is not whom it is made out to."""
checks = Table(
    "checks",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("release", String, nullable=False),
    Column("checked_at", String, nullable=False),
    Column("outcome", Text, nullable=False),
)
attachments = Table(
    "attachments",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("digest", String, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("description", Text, nullable=False),
)
envelopes = Table(
    "envelopes",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("sender", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)
called = Table(
    "called",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("name", Text, nullable=False),
)
"""What a received file was called when it first came by a name."""
headings = Table(
    "headings",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("invoice", Text, nullable=False),
    Column("supplier", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String, nullable=False),
    Column("due_on", String, nullable=False),
    Column("sought", Text, nullable=False),
)
"""What a received file says at its head, for lists; `sought` is what it is looked for by."""
readings = Table(
    "readings",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("reader", String, nullable=False),
    Column("reading", LargeBinary, nullable=False),
)
"""What a reader, by its digest, found in a received file: compressed JSON."""
drafts = Table(
    "drafts",
    metadata,
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False, index=True),
    Column("organisation", String, nullable=False),
    Column("agreement", String, nullable=False),
    Column("typed", Text, nullable=False),
    Column("kept_at", String, nullable=False),
)
jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False, index=True),
    Column("organisation", String, nullable=False),
    Column("what", String, nullable=False),
    Column("about", String, nullable=False),
    Column("status", String, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("because", Text, nullable=False),
    Column("name", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("began_at", String, nullable=False),
    Column("seen_at", String, nullable=False),
)
job_parts = Table(
    "job_parts",
    metadata,
    Column("job", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
mail_ways = Table(
    "mail_ways",
    metadata,
    Column("whose", String, primary_key=True),
    Column("address", Text, nullable=False),
    Column("often", String, nullable=False),
    Column("language", String, nullable=False),
    Column("salt", String, nullable=False),
)
"""By which address of e-mail a person (an id) or an organisation (its number) is written to, and
how: an organisation's is its address of record, whose salted digest the log has."""
outbox = Table(
    "outbox",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("figures", Text, nullable=False),
    Column("whose", String, nullable=False, index=True),
    Column("secret", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("made_at", String, nullable=False),
    Column("next_at", String, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("failure", Text, nullable=False),
    Column("done_at", String, nullable=False),
)
"""What is to be told by mail, to a person or an organisation; `secret` is an order link's, until
the message is sent."""
followed = Table(
    "followed",
    metadata,
    Column("what", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
"""Up to which of the log's facts messages were made."""
links = Table(
    "links",
    metadata,
    Column("digest", String, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("order", String, nullable=False, index=True),
    Column("person", String, nullable=False, index=True),
)
"""Links by which one order is answered, by the digests of their secrets. Until when one may be
used, and whether it was, the log says."""
webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String, primary_key=True),
    Column("organisation", String, nullable=False, index=True),
    Column("address", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", String, nullable=False),
    Column("gone_at", String, nullable=False),
)
"""Where an organisation's other programs are told of facts; `gone_at` is when its server said that
there is nobody any more (410). The secret is what each message is signed with."""
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String, primary_key=True),
    Column("webhook", String, nullable=False, index=True),
    Column("position", BigInteger, nullable=False),
    Column("fact", String, nullable=False),
    Column("state", String, nullable=False),
    Column("made_at", String, nullable=False),
    Column("next_at", String, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("failure", Text, nullable=False),
    Column("done_at", String, nullable=False),
)
"""Facts that a webhook is told of, by their positions in the log: what they say is looked up when
they are sent."""
OF_MAIL = (outbox, followed, links, webhooks, deliveries)
"""What is told by mail and to other programs, and how far."""
OF_FILES = (checks, attachments, envelopes, called, headings, readings)
"""Beside a received file, by its SHA-256: they go with it."""

OF_LEDGER = (received, takers, *OF_FILES, drafts, jobs, job_parts, *OF_MAIL)
"""What goes with the ledger that it is about."""
OF_SIGNING = (last_signed_in, tries, sign_ins, tied, identities, invitations, going)
"""How people sign in."""
OF_PEOPLE = (persons, sole_traders, tokens, sessions, mail_ways, *OF_SIGNING)


def is_there(connection: Connection, table: Table) -> bool:
    """Whether a registry, perhaps of an earlier version, has a table."""
    schema = connection.get_execution_options()["schema_translate_map"]["registry"]
    return inspect(connection).has_table(table.name, schema=schema)


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: an opaque person id, the organisation that they act for, the roles that their token
    or session was made with. `token` is the id of the token, if it came with one."""

    person: str
    organisation: str
    roles: tuple[str, ...]
    token: str = ""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A bearer token as it can be listed: by its id, since it is itself kept nowhere. `ends_on` is
    its last day, as 2027-08-31."""

    id: str
    person: str
    organisation: str
    roles: tuple[str, ...]
    created_at: str
    revoked_at: str | None
    ends_on: str | None = None


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A received file and what became of it.

    `buyer` is whose queue it waits in; `reason`, `refusal` and `figures` say why it waits, in words
    and as the refusal's type and members. Who discarded it, and when, are in `decided_…`.
    """

    sha256: str
    format: str
    status: str
    buyer: str
    content: bytes
    reason: str = ""
    refusal: str = ""
    figures: str = "{}"
    drawdown: str = ""
    received_at: str = ""
    decided_by: str = ""
    decided_at: str = ""
