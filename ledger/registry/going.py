"""Single sign-ons under way: what an issuer was asked, for which browser, to be answered once."""

import secrets
from datetime import timedelta

import msgspec
from sqlalchemy import delete, func, insert, select

from ledger.bounds import GOING_SECONDS, MAX_GOING
from ledger.registry.opened import Opened, digest_of
from ledger.registry.sessions import written
from ledger.registry.tables import going


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What an issuer is asked. `invitation` is the secret of one that it is for, `kept` what a form
    was sent with (JSON) when its session was over, `then` where it goes on."""

    issuer: str
    nonce: str
    verifier: str
    invitation: str = ""
    then: str = "/"
    kept: str = ""


class Going(Opened):
    """By the digests of their states, each for the one browser that has its secret."""

    def go(self, asked: Asked, browser: str) -> str:
        """The state of a new one; those that took too long are forgotten, and of too many the
        oldest."""
        state, now = secrets.token_urlsafe(32), self.now()
        row = {
            **msgspec.structs.asdict(asked),
            "state": digest_of(state),
            "browser": digest_of(browser),
            "began_at": written(now),
        }
        over = going.c.began_at < written(now - timedelta(seconds=GOING_SECONDS))
        with self._engine.begin() as connection:
            connection.execute(delete(going).where(over))
            count = connection.execute(select(func.count()).select_from(going)).scalar_one()
            if count >= MAX_GOING:
                oldest = select(going.c.state).order_by(going.c.began_at).limit(MAX_GOING // 10)
                connection.execute(delete(going).where(going.c.state.in_(oldest)))
            connection.execute(insert(going), row)
        return state

    def come_back(self, state: str, browser: str, issuer: str) -> Asked | None:
        """What was asked, once; None where it was another browser or issuer, or took too long."""
        since = written(self.now() - timedelta(seconds=GOING_SECONDS))
        query = select(going).where(
            going.c.state == digest_of(state),
            going.c.browser == digest_of(browser),
            going.c.issuer == issuer,
            going.c.began_at >= since,
        )
        with self._engine.begin() as connection:
            row = connection.execute(query).mappings().first()
            gone = connection.execute(delete(going).where(going.c.state == digest_of(state)))
            if row is None or gone.rowcount != 1:
                return None
        return Asked(**{name: row[name] for name in Asked.__struct_fields__})
