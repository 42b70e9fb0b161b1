"""Bearer tokens: their digests, whom they stand for, and until when."""

import secrets
from datetime import date, datetime

from sqlalchemy import ColumnElement, Update, insert, select, update
from sqlalchemy.exc import DBAPIError

from ledger import logs
from ledger.bounds import TOKEN_SECONDS
from ledger.domain.refusals import Unavailable
from ledger.registry.opened import Opened, digest_of
from ledger.registry.tables import Caller, Token, persons, tokens

TOKEN_PREFIX = "avrop-"  # noqa: S105
TOKEN_ID = 16
"""Hexadecimal digits of a token's digest that name it in lists and in the log: 64 bits, so that no
two meet."""


class Tokens(Opened):
    """Tokens of people. Which of their roles hold, and whether they have ended, the log says."""

    def new_token(self) -> str:
        """A secret that stands for nobody until it is kept."""
        return TOKEN_PREFIX + self._mark() + secrets.token_urlsafe(32)

    def keep_token(
        self, token: str, person: str, roles: tuple[str, ...], ends_on: date | None = None
    ) -> None:
        """Keep a person's new token by its digest. `ends_on` is its last day."""
        with self._engine.begin() as connection:
            query = select(persons.c.organisation).where(persons.c.id == person)
            row = {
                "digest": digest_of(token),
                "person": person,
                "organisation": connection.execute(query).scalar_one(),
                "roles": " ".join(roles),
                "created_at": self.now().isoformat(),
                "ends_on": None if ends_on is None else ends_on.isoformat(),
            }
            connection.execute(insert(tokens), row)
        logs.log().info(
            "token made",
            which=token_id(token),
            person=person,
            organisation=row["organisation"],
            roles=list(roles),
        )

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
                ends_on=row.ends_on,
            )
            for row in rows
        ]

    def token(self, id: str) -> Token | None:
        """One that still works, by its id as `tokens` lists it or by the token itself."""
        if id.startswith(TOKEN_PREFIX):
            id = token_id(id)
        return next((one for one in self.tokens() if one.id == id and not one.revoked_at), None)

    def revoke(self, id: str) -> bool:
        """Stop a token for good, by its id or by itself. False where none is there to revoke."""
        if id.startswith(TOKEN_PREFIX):
            id = token_id(id)
        if len(id) != TOKEN_ID or not id.isalnum():
            return False
        self.ended.note("token", id, self.now())
        with self._engine.begin() as connection:
            change = revoking(tokens.c.digest.startswith(id), self.now())
            done = connection.execute(change).rowcount
        self._callers.clear()
        if done:
            logs.log().info("token revoked", which=id)
        return done > 0

    def caller(self, token: str) -> Caller | None:
        """Whose a token is; None where it is unknown or revoked.

        It is kept for TOKEN_SECONDS, also of one that another process revokes meanwhile: whether it
        stands for them yet, the log says (`people.admitted`).
        """
        if self._is_of_another_run(token.removeprefix(TOKEN_PREFIX)):
            return None
        digest, now = digest_of(token), self._clock()
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
            person=row.person,
            organisation=row.organisation,
            roles=tuple(row.roles.split()),
            token=digest[:TOKEN_ID],
        )
        self._callers[digest] = (now + TOKEN_SECONDS, caller)
        return caller


def token_id(token: str) -> str:
    """What names a token in lists and in the log."""
    return digest_of(token)[:TOKEN_ID]


def revoking(which: ColumnElement[bool], now: datetime) -> Update:
    """What stops those that still work."""
    unrevoked = tokens.c.revoked_at.is_(None)
    return update(tokens).where(which, unrevoked).values(revoked_at=now.isoformat())
