"""Sessions of people in browsers."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import DBAPIError

from ledger.bounds import SESSION_HOURS
from ledger.domain.refusals import Unavailable
from ledger.registry.opened import Opened, digest_of
from ledger.registry.tables import Caller, sessions, tokens
from ledger.registry.tokens import TOKEN_ID


class Sessions(Opened):
    """Sessions, by the digests of their secrets."""

    def open_session(self, caller: Caller, token: str | None, now: datetime) -> str:
        """A new session's secret, for a cookie: its digest alone is kept.

        `token` is the bearer token that the person signed in with: the session ends with it.
        """
        secret = self._mark() + secrets.token_urlsafe(32)
        row = {
            "digest": digest_of(secret),
            "person": caller.person,
            "organisation": caller.organisation,
            "roles": " ".join(caller.roles),
            "token": None if token is None else digest_of(token),
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
            sessions.c.digest == digest_of(secret),
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
            person=row.person,
            organisation=row.organisation,
            roles=tuple(row.roles.split()),
            token=(row.token or "")[:TOKEN_ID],
        )

    def end_session(self, secret: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest_of(secret)))
