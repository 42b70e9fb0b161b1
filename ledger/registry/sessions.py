"""Sessions of people in browsers: how they began, until when they last, and ending them."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from ledger import faults
from ledger.bounds import MAX_SESSIONS_OF_ONE, SEEN_SECONDS, SESSION_HOURS
from ledger.domain.refusals import Unavailable
from ledger.registry.opened import Opened, digest_of
from ledger.registry.tables import Caller, last_signed_in, sessions, tokens
from ledger.registry.tokens import TOKEN_ID

SESSION_ID = 16
"""Hexadecimal digits of a session's digest that name it in lists."""


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody signed in: with what, from which address, with which browser."""

    how: str
    address: str = ""
    browser: str = ""


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """When and how somebody signed in the last time."""

    at: datetime
    address: str
    browser: str
    how: str


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session that lasts. `owner` is the sign-in that it came of, or the person whose token it
    was; `person` is empty while nothing is said of for whom its owner acts. `ends_at` is when it
    ends if nothing is done until then, `at_most` when it does in any case."""

    id: str
    owner: str
    person: str
    organisation: str
    roles: tuple[str, ...]
    token: str
    how: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
    at_most: datetime
    address: str
    browser: str

    @property
    def caller(self) -> Caller:
        return Caller(
            person=self.person,
            organisation=self.organisation,
            roles=self.roles,
            token=self.token,
        )


class Sessions(Opened):
    """Sessions, by the digests of their secrets."""

    def open_session(
        self,
        caller: Caller,
        token: str | None,
        now: datetime,
        came: Came | None = None,
        owner: str = "",
    ) -> str:
        """A new session's secret, for a cookie: its digest alone is kept.

        `token` is the bearer token that the person signed in with: the session ends with it.
        """
        came = came or Came(how="token" if token else "")
        secret = self._mark() + secrets.token_urlsafe(32)
        at = written(now)
        row = {
            "digest": digest_of(secret),
            "person": caller.person,
            "organisation": caller.organisation,
            "roles": " ".join(caller.roles),
            "token": None if token is None else digest_of(token),
            "ends_at": written(now + timedelta(hours=SESSION_HOURS)),
            "owner": owner or caller.person,
            "how": came.how,
            "began_at": at,
            "seen_at": at,
            "address": came.address,
            "browser": came.browser,
        }
        with self._engine.begin() as connection:
            _forget_old(connection, at, self._idle_since(now))
            _make_room(connection, owner or caller.person)
            connection.execute(insert(sessions), row)
            last = {name: row[name] for name in ("owner", "address", "browser", "how")}
            connection.execute(delete(last_signed_in).where(last_signed_in.c.owner == row["owner"]))
            connection.execute(insert(last_signed_in), {**last, "at": at})
        return secret

    def signed_in_before(self, owner: str) -> Before | None:
        """The last time, before a session is opened; None where it is the first."""
        query = select(last_signed_in).where(last_signed_in.c.owner == owner)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        at = datetime.fromisoformat(row.at)
        return Before(at=at, address=row.address, browser=row.browser, how=row.how)

    def session(self, secret: str, now: datetime) -> Session | None:
        """The session of a secret, if it has not ended; it is used by this."""
        if self._is_of_another_run(secret):
            return None
        valid = select(tokens.c.digest).where(tokens.c.revoked_at.is_(None))
        query = select(sessions).where(
            sessions.c.digest == digest_of(secret),
            sessions.c.ends_at > written(now),
            sessions.c.seen_at > self._idle_since(now),
            sessions.c.token.is_(None) | sessions.c.token.in_(valid),
        )
        try:
            with self._engine.connect() as connection:
                row = connection.execute(query).first()
            if row is None:
                return None
            pause = min(timedelta(seconds=SEEN_SECONDS), self.idle / 4)
            if datetime.fromisoformat(row.seen_at) + pause < now:
                self._seen(row.digest, now)
        except DBAPIError as error:
            raise Unavailable from error
        return self._session(row, now)

    def _seen(self, digest: str, now: datetime) -> None:
        """Note that a session is used; where nothing can be written it is used all the same."""
        seen = update(sessions).where(sessions.c.digest == digest)
        try:
            with self._engine.begin() as connection:
                connection.execute(seen.values(seen_at=written(now)))
        except DBAPIError as error:
            if faults.kind_of(error) not in faults.CANNOT_WRITE:
                raise

    def sessions_of(self, one: Session, now: datetime) -> list[Session]:
        """All sessions of who has one, the newest first."""
        query = (
            select(sessions)
            .where(
                (sessions.c.owner == one.owner) | (sessions.c.person == (one.person or None)),
                sessions.c.ends_at > written(now),
                sessions.c.seen_at > self._idle_since(now),
            )
            .order_by(sessions.c.began_at.desc(), sessions.c.digest)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [self._session(row, datetime.fromisoformat(row.seen_at)) for row in rows]

    def act_for(self, one: Session, person: str, organisation: str) -> None:
        """From now on a session acts as another of its owner's persons."""
        change = update(sessions).where(sessions.c.digest.startswith(one.id))
        with self._engine.begin() as connection:
            connection.execute(change.values(person=person, organisation=organisation, roles=""))

    def end_session(self, secret: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest_of(secret)))

    def end_sessions(self, ids: set[str]) -> None:
        """Sessions by their ids, as `sessions_of` lists them."""
        with self._engine.begin() as connection:
            for id in ids:
                if len(id) == SESSION_ID and id.isalnum():
                    connection.execute(delete(sessions).where(sessions.c.digest.startswith(id)))

    def _idle_since(self, now: datetime) -> str:
        return written(now - self.idle)

    def _session(self, row: Any, used: datetime) -> Session:
        at_most = datetime.fromisoformat(row.ends_at)
        return Session(
            id=row.digest[:SESSION_ID],
            owner=row.owner,
            person=row.person,
            organisation=row.organisation,
            roles=tuple(row.roles.split()),
            token=(row.token or "")[:TOKEN_ID],
            how=row.how,
            began_at=datetime.fromisoformat(row.began_at),
            seen_at=used,
            ends_at=min(at_most, used + self.idle),
            at_most=at_most,
            address=row.address,
            browser=row.browser,
        )


def written(moment: datetime) -> str:
    """In UTC and to the microsecond, so that texts stand in the order of their moments."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _forget_old(connection: Connection, now: str, idle_since: str) -> None:
    connection.execute(
        delete(sessions).where((sessions.c.ends_at < now) | (sessions.c.seen_at < idle_since))
    )


def _make_room(connection: Connection, owner: str) -> None:
    """The oldest sessions of somebody end where they have more than anybody needs."""
    mine = select(sessions.c.digest).where(sessions.c.owner == owner)
    newest = mine.order_by(sessions.c.began_at.desc()).offset(MAX_SESSIONS_OF_ONE - 1)
    old = connection.execute(newest).scalars().all()
    if old:
        connection.execute(delete(sessions).where(sessions.c.digest.in_(old)))
