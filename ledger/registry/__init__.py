"""What may be erased or expires, beside the log: names, digests of tokens, sessions, files."""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Update,
    cast,
    create_engine,
    delete,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.schema import CreateSchema

from ledger import logs
from ledger.bounds import CHOSEN, DATABASE_SECONDS, MAX_PAGE, PAGE, SESSION_HOURS, TOKEN_SECONDS
from ledger.clock import Clock, day_of, system
from ledger.domain.parties import is_natural_person
from ledger.domain.refusals import Unavailable
from ledger.registry import people
from ledger.registry.people import Erased, Person
from ledger.registry.tables import (
    OF_LEDGER,
    OF_PEOPLE,
    Caller,
    Document,
    Token,
    is_there,
    metadata,
    persons,
    received,
    secrets_kept,
    sessions,
    sole_traders,
    takers,
    tokens,
)

__all__ = ["Caller", "Document", "Erased", "Person", "Registry", "Token"]

UNMARKED = len(secrets.token_urlsafe(32))
"""Characters of a secret that no demonstration marked."""
TOKEN_PREFIX = "avrop-"  # noqa: S105
DEMONSTRATION = "demo"
"""What marks the tokens and sessions of a demonstration, with the name of its run."""
TOKEN_ID = 16
"""Hexadecimal digits of a token's digest that name it in lists: 64 bits, so that no two meet."""


class Registry:
    """The directory beside the log. What is erased here leaves every proof as it was.

    `clock` counts seconds; tests set it.
    """

    def __init__(
        self,
        address: str,
        clock: Callable[[], float] = time.monotonic,
        now: Clock = system,
    ) -> None:
        """`clock` is how long a caller is remembered by, `now` what moments are written from."""
        self.now = now
        self.run = ""
        """Which run of a demonstration is served, if any: its tokens and sessions end with it."""
        self._on_sqlite = address.startswith("sqlite")
        arguments: dict[str, Any] = (
            {"timeout": DATABASE_SECONDS}
            if self._on_sqlite
            else {"connect_timeout": DATABASE_SECONDS}
        )
        # What is looked up is a digest of a secret, or a name: no error repeats it.
        hidden = {"hide_parameters": True, "connect_args": arguments}
        schema = None if self._on_sqlite else "avrop_registry"
        self._engine = create_engine(address, **hidden).execution_options(
            schema_translate_map={"registry": schema}
        )
        if self._on_sqlite:
            event.listen(self._engine, "connect", _overwriting)
        self._clock = clock
        self._callers: dict[str, tuple[float, Caller]] = {}

    def create(self) -> None:
        with self._engine.begin() as connection:
            if not self._on_sqlite:
                connection.execute(CreateSchema("avrop_registry", if_not_exists=True))
            else:
                connection.execute(text("PRAGMA journal_mode=WAL"))
            metadata.create_all(connection)

    def transaction(self) -> AbstractContextManager[Connection]:
        """One, for what is kept here and has a module of its own."""
        return self._engine.begin()

    # ── People ────────────────────────────────────────────────────────────────────────────────

    def person(self, name: str) -> str:
        """The opaque id of a person, made where the name is new."""
        query = select(persons.c.id).where(persons.c.name == name)
        try:
            with self._engine.begin() as connection:
                found = connection.execute(query).scalar()
                if found is None:
                    found = "p-" + secrets.token_hex(8)
                    connection.execute(insert(persons), {"id": found, "name": name})
        except IntegrityError:  # another process made it meanwhile
            with self._engine.connect() as connection:
                found = connection.execute(query).scalar_one()
        return str(found)

    def known(self, name: str) -> str | None:
        """The id of a person by their name, or by the id itself; nobody new is made."""
        either = (persons.c.name == name) | (persons.c.id == name)
        with self._engine.connect() as connection:
            return connection.execute(select(persons.c.id).where(either)).scalar()

    def party(self, organisation: str, name: str = "") -> str:
        """What stands for an organisation in facts: its number; of a sole trader, an opaque id.

        A sole trader's name, where it is given, is kept here in place of an earlier one.
        """
        if not is_natural_person(organisation):
            return organisation
        columns = sole_traders.c
        query = select(columns.id).where(columns.number == organisation)
        try:
            with self._engine.begin() as connection:
                found = connection.execute(query).scalar()
                if found is None:
                    found = f"N{secrets.token_hex(5)[1:].upper()}"
                    row = {"id": found, "number": organisation, "name": name}
                    connection.execute(insert(sole_traders), row)
                elif name:
                    change = update(sole_traders).where(columns.id == found)
                    connection.execute(change.values(name=name))
        except IntegrityError:  # another process made it meanwhile
            with self._engine.connect() as connection:
                found = connection.execute(query).scalar_one()
        return str(found)

    def ids_of_sole_traders(self, numbers: set[str]) -> dict[str, str]:
        """Opaque ids by number, of those who are known; nobody new is made."""
        some, found = sorted(numbers), dict[str, str]()
        with self._engine.connect() as connection:
            for at in range(0, len(some), CHOSEN):
                query = select(sole_traders).where(
                    sole_traders.c.number.in_(some[at : at + CHOSEN])
                )
                found |= {row.number: row.id for row in connection.execute(query)}
        return found

    def names_of_sole_traders(self, ids: set[str]) -> dict[str, str]:
        """Names by opaque id; who was erased, or has no name here, is absent."""
        some = sorted(id for id in ids if id.startswith("N"))
        if not some:
            return {}
        query = select(sole_traders).where(sole_traders.c.id.in_(some), sole_traders.c.name != "")
        with self._engine.connect() as connection:
            return {row.id: row.name for row in connection.execute(query)}

    def names(self, ids: set[str]) -> dict[str, str]:
        """Names of people by id; who was erased is absent, and is shown by the id alone."""
        found: dict[str, str] = {}
        with self._engine.connect() as connection:
            some = sorted(ids)
            for start in range(0, len(some), 500):
                query = select(persons).where(persons.c.id.in_(some[start : start + 500]))
                found.update({row.id: row.name for row in connection.execute(query)})
        return found

    def called(self, sought: str) -> frozenset[str]:
        """Ids of people in whose name each of the words stands, whatever its case, and of whoever
        has that very id, also once erased. Of very many only the first MAX_PAGE by name."""
        words = sought.casefold().split()
        with self._engine.connect() as connection:
            rows = connection.execute(select(persons.c.id, persons.c.name).order_by(persons.c.name))
            named = [row.id for row in rows if all(word in row.name.casefold() for word in words)]
        return frozenset({sought, *named[:MAX_PAGE]})

    def people(self, after: str = "", limit: int = PAGE) -> list[Person]:
        """People and sole traders by id, after an id (the cursor)."""
        with self._engine.connect() as connection:
            return people.listed(connection, after, limit)

    def find(self, id: str) -> Person | None:
        """None where nobody has the id, or not any more."""
        with self._engine.connect() as connection:
            return people.find(connection, id)

    def erase(self, id: str, today: date | None = None) -> Erased | None:
        """Forget who a person or sole trader is, end their tokens; the log keeps the id.

        None where nobody has the id. The same name later is another person. Files that name them
        go with them once accounting rules let them, counted from `today`.
        """
        now = self.now()
        with self._engine.begin() as connection:
            one = people.find(connection, id)
            if one is None:
                return None
            erased = people.erase(connection, one, today or day_of(now), now.isoformat())
        self._callers.clear()
        if self._on_sqlite:
            # What was overwritten in the file may still stand in the journal beside it.
            with self._engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        return erased

    # ── Tokens ────────────────────────────────────────────────────────────────────────────────

    def add_token(self, name: str, organisation: str, roles: tuple[str, ...]) -> str:
        """A new bearer token, whole for the only time: its digest alone is kept."""
        token = TOKEN_PREFIX + self._mark() + secrets.token_urlsafe(32)
        row = {
            "digest": _digest(token),
            "person": self.person(name),
            "organisation": self.party(organisation),
            "roles": " ".join(roles),
            "created_at": self.now().isoformat(),
        }
        with self._engine.begin() as connection:
            connection.execute(insert(tokens), row)
        logs.log().info(
            "token made",
            which=row["digest"][:TOKEN_ID],
            person=row["person"],
            organisation=row["organisation"],
            roles=list(roles),
        )
        return token

    def tokens(self, person: str | None = None) -> list[Token]:
        """Tokens, the oldest first: a person's, or all; revoked ones too."""
        query = select(tokens).order_by(tokens.c.created_at, tokens.c.digest)
        if person is not None:
            query = query.where(tokens.c.person == person)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [
            Token(
                id=row.digest[:TOKEN_ID],
                person=row.person,
                organisation=row.organisation,
                roles=tuple(row.roles.split()),
                created_at=row.created_at,
                revoked_at=row.revoked_at,
            )
            for row in rows
        ]

    def in_role(self, role: str, organisation: str) -> list[str]:
        """The names of those of an organisation who have a token in a role, in order."""
        query = (
            select(persons.c.name, tokens.c.roles)
            .join(tokens, tokens.c.person == persons.c.id)
            .where(tokens.c.organisation == organisation, tokens.c.revoked_at.is_(None))
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return sorted({row.name for row in rows if role in row.roles.split()})

    def revoke(self, id: str) -> bool:
        """Stop a token for good: here at once, in other processes within TOKEN_SECONDS.

        `id` is as `tokens` lists it, or the token itself. False where none is there to revoke.
        """
        if id.startswith(TOKEN_PREFIX):
            id = _digest(id)[:TOKEN_ID]
        if len(id) != TOKEN_ID or not id.isalnum():
            return False
        with self._engine.begin() as connection:
            change = _revoking(tokens.c.digest.startswith(id), self.now())
            done = connection.execute(change).rowcount
        self._callers.clear()
        if done:
            logs.log().info("token revoked", which=id)
        return done > 0

    def caller(self, token: str) -> Caller | None:
        """Who a token stands for; None where it is unknown or revoked.

        Known callers are kept for TOKEN_SECONDS: tokens are looked up on every request.
        """
        if self._is_of_another_run(token.removeprefix(TOKEN_PREFIX)):
            return None
        digest, now = _digest(token), self._clock()
        until, known = self._callers.get(digest, (now, None))
        if now < until:
            return known
        query = select(tokens).where(tokens.c.digest == digest, tokens.c.revoked_at.is_(None))
        try:
            with self._engine.connect() as connection:
                row = connection.execute(query).first()
        except DBAPIError as error:
            raise Unavailable from error
        if row is None:
            self._callers.pop(digest, None)
            return None
        caller = Caller(
            person=row.person, organisation=row.organisation, roles=tuple(row.roles.split())
        )
        self._callers[digest] = (now + TOKEN_SECONDS, caller)
        return caller

    def _mark(self) -> str:
        return f"{DEMONSTRATION}-{self.run}-" if self.run else ""

    def _is_of_another_run(self, secret: str) -> bool:
        """Whether it was made in a demonstration, and not in the one that is served now."""
        marked = secret.startswith(f"{DEMONSTRATION}-") and len(secret) > UNMARKED
        return marked and not (self.run and secret.startswith(self._mark()))

    # ── Sessions of people in browsers ────────────────────────────────────────────────────────

    def open_session(self, caller: Caller, token: str | None, now: datetime) -> str:
        """A new session's secret, for a cookie: its digest alone is kept.

        `token` is the bearer token that the person signed in with: the session ends with it.
        """
        secret = self._mark() + secrets.token_urlsafe(32)
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
        if self._is_of_another_run(secret):
            return None
        valid = select(tokens.c.digest).where(tokens.c.revoked_at.is_(None))
        query = select(sessions).where(
            sessions.c.digest == _digest(secret),
            sessions.c.ends_at > now.astimezone(UTC).isoformat(),
            sessions.c.token.is_(None) | sessions.c.token.in_(valid),
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

    def has_secret(self, name: str) -> bool:
        """Whether a secret of that name was ever asked for; none is made, of tables neither."""
        with self._engine.connect() as connection:
            if not is_there(connection, secrets_kept):
                return False
            query = select(secrets_kept.c.name).where(secrets_kept.c.name == name)
            return connection.execute(query).first() is not None

    def kept_secret(self, name: str) -> str | None:
        """A secret that was made before; none is made. Raises Unavailable."""
        query = select(secrets_kept.c.value).where(secrets_kept.c.name == name)
        try:
            with self._engine.connect() as connection:
                return connection.execute(query).scalar()
        except DBAPIError as error:
            raise Unavailable from error

    def forget_secret(self, name: str) -> bool:
        """False where there is none, or another process was first."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(secrets_kept).where(secrets_kept.c.name == name))
            return gone.rowcount == 1

    def empty(self, *, people: bool) -> None:
        """Forget files and drafts, and `people` too, with their tokens and sessions; secrets stay.
        For a demonstration that is made anew."""
        with self._engine.begin() as connection:
            for table in (*OF_LEDGER, *(OF_PEOPLE if people else ())):
                connection.execute(delete(table))
        self._callers.clear()

    # ── Received files ────────────────────────────────────────────────────────────────────────

    def keep(self, document: Document) -> None:
        """Keep a received file by its SHA-256, with what became of it; never lost.

        A file that came before keeps the moment that it first came.
        """
        row = msgspec.structs.asdict(document)
        del row["received_at"]
        change = update(received).where(received.c.sha256 == document.sha256).values(row)
        try:
            with self._engine.begin() as connection:
                if not connection.execute(change).rowcount:
                    came = self.now().isoformat()
                    connection.execute(insert(received), {**row, "received_at": came})
        except IntegrityError:  # another process keeps it at this moment
            with self._engine.begin() as connection:
                connection.execute(change)

    def take_in(self, sha256: str, organisation: str) -> bool:
        """Note for whom a file was taken in: it sees it in the queue, whoever it is made out to.
        False where that was noted before."""
        row = {"sha256": sha256, "organisation": organisation}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(takers), row)
        except IntegrityError:
            return False
        return True

    def let_go(self, sha256: str, organisation: str) -> None:
        """A file that was taken in for an organisation is no longer its."""
        mine = (takers.c.sha256 == sha256) & (takers.c.organisation == organisation)
        with self._engine.begin() as connection:
            connection.execute(delete(takers).where(mine))

    def taken_in_for(self, sha256: str) -> frozenset[str]:
        """The organisations that a file was taken in for."""
        query = select(takers.c.organisation).where(takers.c.sha256 == sha256)
        with self._engine.connect() as connection:
            return frozenset(connection.execute(query).scalars())

    def is_for(self, document: Document, organisation: str) -> bool:
        """Whether a file is made out to an organisation, or was taken in for it."""
        return organisation in (document.buyer, *self.taken_in_for(document.sha256))

    def received(self, sha256: str) -> Document | None:
        """A received file."""
        query = select(received).where(received.c.sha256 == sha256)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else Document(**row)

    def digests(self) -> Iterator[tuple[str, str]]:
        """Of every received file what it is kept by, and the SHA-256 of what it holds. Raises
        Unavailable."""
        columns: list[ColumnElement[Any]] = [received.c.sha256, received.c.content]
        if self._on_sqlite:  # which keeps values of any type, and texts that are none
            columns = [cast(column, LargeBinary) for column in columns]
        try:
            with self._engine.connect() as connection:
                for key, content in connection.execute(select(*columns)).yield_per(20):
                    name = key.decode(errors="replace") if isinstance(key, bytes) else key
                    yield name, hashlib.sha256(content).hexdigest()
        except DBAPIError as error:
            raise Unavailable from error

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
                decided_at=self.now().isoformat(),
            )
        )
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount == 1

    def close(self) -> None:
        self._engine.dispose()


def _revoking(which: ColumnElement[bool], now: datetime) -> Update:
    unrevoked = tokens.c.revoked_at.is_(None)
    return update(tokens).where(which, unrevoked).values(revoked_at=now.isoformat())


def _overwriting(connection: Any, _: object) -> None:
    """What is deleted is overwritten in the file: erased means erased."""
    connection.execute("PRAGMA secure_delete=ON")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
