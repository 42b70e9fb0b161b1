"""What may be erased or expires, beside the log: names, digests of tokens, sessions, files."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.schema import CreateSchema

from ledger.bounds import DATABASE_SECONDS, SESSION_HOURS
from ledger.domain.refusals import Unavailable

metadata = MetaData(schema="registry")
persons = Table(
    "persons",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)
tokens = Table(
    "tokens",
    metadata,
    Column("digest", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("organisation", String, nullable=False),
    Column("roles", Text, nullable=False),
    Column("created_at", String, nullable=False),
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
)
secrets_kept = Table(
    "secrets",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
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


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: an opaque person id, the organisation that they act for, their roles."""

    person: str
    organisation: str
    roles: tuple[str, ...]


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


class Registry:
    """The directory beside the log. What is erased here leaves every proof as it was."""

    def __init__(self, address: str) -> None:
        self._on_sqlite = address.startswith("sqlite")
        arguments: dict[str, Any] = (
            {"timeout": DATABASE_SECONDS}
            if self._on_sqlite
            else {"connect_timeout": DATABASE_SECONDS}
        )
        schema = None if self._on_sqlite else "avrop_registry"
        self._engine = create_engine(address, connect_args=arguments).execution_options(
            schema_translate_map={"registry": schema}
        )
        self._callers: dict[str, Caller] = {}

    def create(self) -> None:
        with self._engine.begin() as connection:
            if not self._on_sqlite:
                connection.execute(CreateSchema("avrop_registry", if_not_exists=True))
            else:
                connection.execute(text("PRAGMA journal_mode=WAL"))
            metadata.create_all(connection)

    def person(self, name: str) -> str:
        """The opaque id of a person, made where the name is new."""
        with self._engine.begin() as connection:
            found = connection.execute(select(persons.c.id).where(persons.c.name == name)).scalar()
            if found is None:
                found = "p-" + secrets.token_hex(8)
                connection.execute(insert(persons), {"id": found, "name": name})
        return str(found)

    def names(self, ids: set[str]) -> dict[str, str]:
        """Names of people by id; who was erased is absent."""
        with self._engine.connect() as connection:
            query = select(persons).where(persons.c.id.in_(sorted(ids)))
            return {row.id: row.name for row in connection.execute(query)}

    def add_token(self, name: str, organisation: str, roles: tuple[str, ...]) -> str:
        """A new bearer token, whole for the only time: its digest alone is kept."""
        token = "avrop-" + secrets.token_urlsafe(32)
        row = {
            "digest": _digest(token),
            "person": self.person(name),
            "organisation": organisation,
            "roles": " ".join(roles),
            "created_at": datetime.now(UTC).isoformat(),
        }
        with self._engine.begin() as connection:
            connection.execute(insert(tokens), row)
        return token

    def caller(self, token: str) -> Caller | None:
        """Who a token stands for. Known callers are kept: tokens are looked up on every request."""
        digest = _digest(token)
        known = self._callers.get(digest)
        if known is not None:
            return known
        try:
            with self._engine.connect() as connection:
                row = connection.execute(select(tokens).where(tokens.c.digest == digest)).first()
        except DBAPIError as error:
            raise Unavailable from error
        if row is None:
            return None
        caller = Caller(
            person=row.person, organisation=row.organisation, roles=tuple(row.roles.split())
        )
        self._callers[digest] = caller
        return caller

    # ── Sessions of people in browsers ────────────────────────────────────────────────────────

    def open_session(self, caller: Caller, token: str | None, now: datetime) -> str:
        """A new session's secret, for a cookie: its digest alone is kept.

        `token` is the bearer token that the person signed in with: the session ends with it.
        """
        secret = secrets.token_urlsafe(32)
        row = {
            "digest": _digest(secret),
            "person": caller.person,
            "organisation": caller.organisation,
            "roles": " ".join(caller.roles),
            "token": None if token is None else _digest(token),
            "ends_at": (now + timedelta(hours=SESSION_HOURS)).astimezone(UTC).isoformat(),
        }
        with self._engine.begin() as connection:
            connection.execute(
                delete(sessions).where(sessions.c.ends_at < now.astimezone(UTC).isoformat())
            )
            connection.execute(insert(sessions), row)
        return secret

    def session(self, secret: str, now: datetime) -> Caller | None:
        """Whose session it is, if it has not ended."""
        query = select(sessions).where(
            sessions.c.digest == _digest(secret),
            sessions.c.ends_at > now.astimezone(UTC).isoformat(),
            sessions.c.token.is_(None) | sessions.c.token.in_(select(tokens.c.digest)),
        )
        try:
            with self._engine.connect() as connection:
                row = connection.execute(query).first()
        except DBAPIError as error:
            raise Unavailable from error
        if row is None:
            return None
        return Caller(
            person=row.person, organisation=row.organisation, roles=tuple(row.roles.split())
        )

    def end_session(self, secret: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == _digest(secret)))

    def secret(self, name: str) -> str:
        """A random secret that every process of the ledger shares, made when first asked for."""
        query = select(secrets_kept.c.value).where(secrets_kept.c.name == name)
        with self._engine.connect() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            try:
                with self._engine.begin() as connection:
                    row = {"name": name, "value": secrets.token_urlsafe(48)}
                    connection.execute(insert(secrets_kept), row)
            except IntegrityError:
                pass  # another process was first
            with self._engine.connect() as connection:
                found = connection.execute(query).scalar()
        return str(found)

    # ── Received files ────────────────────────────────────────────────────────────────────────

    def keep(self, document: Document) -> None:
        """Keep a received file by its SHA-256, with what became of it; never lost.

        A file that came before keeps the moment that it first came.
        """
        row = msgspec.structs.asdict(document)
        same = received.c.sha256 == document.sha256
        with self._engine.begin() as connection:
            first = connection.execute(select(received.c.received_at).where(same)).scalar()
            row["received_at"] = first or datetime.now(UTC).isoformat()
            connection.execute(received.delete().where(same))
            connection.execute(insert(received), row)

    def received(self, sha256: str) -> Document | None:
        """A received file."""
        query = select(received).where(received.c.sha256 == sha256)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else Document(**row)

    def discard(self, sha256: str, reason: str, person: str) -> bool:
        """Take a file out of the queue for good; False where it is not in it any more."""
        change = (
            update(received)
            .where(received.c.sha256 == sha256, received.c.status == "queued")
            .values(
                status="discarded",
                reason=reason,
                refusal="",
                figures="{}",
                decided_by=person,
                decided_at=datetime.now(UTC).isoformat(),
            )
        )
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount == 1

    def queue(self, buyer: str | None) -> list[dict[str, Any]]:
        """Files that wait, the oldest first, with the reason; a buyer's, or all of them (None)."""
        columns = ("sha256", "format", "buyer", "reason", "refusal", "figures", "received_at")
        query = (
            select(*(received.c[name] for name in columns))
            .where(received.c.status == "queued")
            .order_by(received.c.received_at)
        )
        if buyer is not None:
            query = query.where(received.c.buyer == buyer)
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [{**row, "figures": msgspec.json.decode(row["figures"])} for row in rows]

    def close(self) -> None:
        self._engine.dispose()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
