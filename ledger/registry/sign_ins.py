"""Ways in: a passphrase or an identity elsewhere, and as whom each lets somebody act."""

import secrets
from datetime import datetime, timedelta
from unicodedata import normalize

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from ledger import logs
from ledger.registry import passphrases
from ledger.registry.opened import Opened, digest_of
from ledger.registry.sessions import written
from ledger.registry.tables import (
    identities,
    invitations,
    last_signed_in,
    persons,
    sessions,
    sign_ins,
    tied,
)


class Tied(msgspec.Struct, frozen=True, kw_only=True):
    """A person as whom a sign-in lets somebody act."""

    person: str
    organisation: str
    name: str


class WayIn(msgspec.Struct, frozen=True, kw_only=True):
    """With what a sign-in is used, and since when: by the account with an `issuer`, or by its
    passphrase (empty)."""

    issuer: str
    since: datetime


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """One that may be taken yet: when it was made, and when it ends."""

    made_at: datetime
    ends_at: datetime


class SignIns(Opened):
    """Sign-ins by opaque ids: no fact names one."""

    # ── Invitations ───────────────────────────────────────────────────────────────────────────

    def invite(self, person: str, days: int) -> str:
        """The secret of a new invitation, whole for the only time; an earlier one of the person
        ends. The person is taken to be there."""
        secret, now = secrets.token_urlsafe(32), self.now()
        row = {
            "digest": digest_of(secret),
            "person": person,
            "made_at": written(now),
            "ends_at": written(now + timedelta(days=days)),
        }
        with self._engine.begin() as connection:
            connection.execute(delete(invitations).where(invitations.c.person == person))
            connection.execute(insert(invitations), row)
        logs.log().info("invitation made", person=person)
        return secret

    def invitation_of(self, person: str) -> Invitation | None:
        """A person's, while it may be taken; its secret is kept nowhere."""
        query = select(invitations.c.made_at, invitations.c.ends_at).where(
            invitations.c.person == person, invitations.c.ends_at > written(self.now())
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return row and Invitation(made_at=_moment(row.made_at), ends_at=_moment(row.ends_at))

    def invited(self, secret: str) -> Tied | None:
        """Whom an invitation is for, while it may be taken."""
        with self._engine.connect() as connection:
            return _invited(connection, digest_of(secret), self.now())

    def accept(
        self,
        secret: str,
        *,
        passphrase: str = "",
        identity: tuple[str, str] | None = None,
        sign_in: str = "",
    ) -> str | None:
        """Take an invitation, once: with a new passphrase, an identity elsewhere (issuer, subject),
        or a sign-in that somebody has already, whose id it then is. None where it is over.

        Otherwise a new sign-in is made, of this person alone: an invitation to act for one
        organisation opens nothing that a sign-in opened for others.
        """
        now = self.now()
        with self._engine.begin() as connection:
            self._alone(connection, invitations.name)
            found = _invited(connection, digest_of(secret), now)
            if found is None:
                return None
            person = found.person
            self.ended.note("tie", person, now)
            connection.execute(delete(invitations).where(invitations.c.person == person))
            if identity is not None and not sign_in:
                sign_in = _of_identity(connection, *identity) or ""
            if not sign_in:
                sign_in = "s-" + secrets.token_hex(8)
                row = {"id": sign_in, "passphrase": passphrase, "set_at": written(now)}
                connection.execute(insert(sign_ins), row)
            _tie(connection, person, sign_in)
            if identity is not None and _of_identity(connection, *identity) is None:
                issuer, subject = identity
                whose = {"issuer": issuer, "subject": subject, "sign_in": sign_in}
                connection.execute(insert(identities), {**whose, "tied_at": written(now)})
        logs.log().info(
            "sign-in tied",
            person=person,
            how="single sign-on" if identity else "passphrase" if passphrase else "sign-in",
        )
        return sign_in

    # ── Who signs in ──────────────────────────────────────────────────────────────────────────

    def sign_in_of(self, person: str) -> str | None:
        """The sign-in of a person, by the person's id."""
        query = select(tied.c.sign_in).where(tied.c.person == person)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar()

    def selves(self, person: str) -> frozenset[str]:
        """The persons that are one human being with a person, as far as is known: those of the
        same sign-in."""
        mine = select(tied.c.sign_in).where(tied.c.person == person).scalar_subquery()
        query = select(tied.c.person).where(tied.c.sign_in == mine)
        with self._engine.connect() as connection:
            return frozenset((person, *connection.execute(query).scalars()))

    def sign_in_named(self, name: str) -> str | None:
        """The sign-in of whoever has a name, where one alone with that name has one."""
        query = (
            select(tied.c.sign_in)
            .join(persons, persons.c.id == tied.c.person)
            .where(persons.c.name == normalize("NFC", name))
            .distinct()
        )
        with self._engine.connect() as connection:
            found = connection.execute(query.limit(2)).scalars().all()
        return found[0] if len(found) == 1 else None

    def sign_in_by(self, issuer: str, subject: str) -> str | None:
        """The sign-in that an identity elsewhere is tied to."""
        with self._engine.connect() as connection:
            return _of_identity(connection, issuer, subject)

    def persons_of(self, sign_in: str) -> list[Tied]:
        """As whom a sign-in lets somebody act, those of one organisation beside each other."""
        with self._engine.connect() as connection:
            return _persons(connection, tied.c.sign_in == sign_in)

    def ways_of(self, sign_in: str) -> list[WayIn]:
        """A passphrase first, if it has one; none of what is no sign-in."""
        kept = select(sign_ins.c.set_at).where(
            sign_ins.c.id == sign_in, sign_ins.c.passphrase != ""
        )
        elsewhere = select(identities).where(identities.c.sign_in == sign_in)
        with self._engine.connect() as connection:
            found = [
                WayIn(issuer="", since=_moment(at)) for at in connection.execute(kept).scalars()
            ]
            found += [
                WayIn(issuer=row.issuer, since=_moment(row.tied_at))
                for row in connection.execute(elsewhere.order_by(identities.c.tied_at))
            ]
        return found

    def passphrase_of(self, sign_in: str) -> str:
        """What is kept of its passphrase; empty where it has none."""
        query = select(sign_ins.c.passphrase).where(sign_ins.c.id == sign_in)
        with self._engine.connect() as connection:
            return str(connection.execute(query).scalar() or "")

    def lets_in(self, sign_in: str | None, passphrase: str) -> bool:
        """Whether it is the sign-in's passphrase; it takes as long where there is no sign-in. One
        that was kept with less work than is asked for now is kept anew."""
        kept = self.passphrase_of(sign_in) if sign_in else ""
        if not passphrases.fits(kept, passphrase):
            return False
        if passphrases.is_weak(kept):
            change = update(sign_ins).where(sign_ins.c.id == sign_in, sign_ins.c.passphrase == kept)
            anew = passphrases.hashed(passphrase)
            with self._engine.begin() as connection:
                connection.execute(change.values(passphrase=anew))
        return True

    def set_passphrase(self, sign_in: str, passphrase: str, but: str = "") -> None:
        """A new one, as it is kept; all its sessions end `but` one, by its digest's id."""
        change = update(sign_ins).where(sign_ins.c.id == sign_in)
        others = delete(sessions).where(sessions.c.owner == sign_in)
        if but:
            others = others.where(~sessions.c.digest.startswith(but))
        self.ended.note("passphrase", sign_in, self.now())
        with self._engine.begin() as connection:
            connection.execute(change.values(passphrase=passphrase, set_at=written(self.now())))
            connection.execute(others)
        logs.log().info("passphrase set", sign_in=sign_in)


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at)


def _invited(connection: Connection, digest: str, now: datetime) -> Tied | None:
    query = select(invitations.c.person).where(
        invitations.c.digest == digest, invitations.c.ends_at > written(now)
    )
    person = connection.execute(query).scalar()
    if person is None:
        return None
    row = connection.execute(select(persons).where(persons.c.id == person)).first()
    return (
        None if row is None else Tied(person=row.id, organisation=row.organisation, name=row.name)
    )


def _persons(connection: Connection, which: ColumnElement[bool]) -> list[Tied]:
    query = (
        select(persons.c.id, persons.c.organisation, persons.c.name)
        .join(tied, tied.c.person == persons.c.id)
        .where(which)
        .order_by(persons.c.organisation, persons.c.id)
    )
    return [
        Tied(person=row.id, organisation=row.organisation, name=row.name)
        for row in connection.execute(query)
    ]


def _of_identity(connection: Connection, issuer: str, subject: str) -> str | None:
    query = select(identities.c.sign_in).where(
        identities.c.issuer == issuer, identities.c.subject == subject
    )
    return connection.execute(query).scalar()


def _tie(connection: Connection, person: str, sign_in: str) -> None:
    """To this sign-in alone: one that it was tied to lets nobody act as the person any more."""
    forget_person(connection, person, but=sign_in)
    connection.execute(insert(tied), {"person": person, "sign_in": sign_in})


def forget_person(connection: Connection, person: str, but: str = "") -> None:
    """Let no sign-in act as a person any more; one that nobody else is tied to goes whole, unless
    it is the one to keep."""
    query = select(tied.c.sign_in).where(tied.c.person == person)
    former = connection.execute(query).scalar()
    connection.execute(delete(tied).where(tied.c.person == person))
    connection.execute(
        delete(sessions).where(sessions.c.person == person, sessions.c.token.is_(None))
    )
    if former is None or former == but:
        return
    if connection.execute(select(tied.c.person).where(tied.c.sign_in == former)).first() is None:
        for table, column in (
            (identities, identities.c.sign_in),
            (sessions, sessions.c.owner),
            (last_signed_in, last_signed_in.c.owner),
            (sign_ins, sign_ins.c.id),
        ):
            connection.execute(delete(table).where(column == former))
