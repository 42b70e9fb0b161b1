"""What a reader sees of the read models: agreements whole, or their own part of them.

A buyer sees its agreements whole, and so does a supplier that is the only one. One supplier of
several sees what is about itself: never another's orders, postings, invoices or facts. An auditor
sees what each of the organisations that they are appointed for does.
"""

from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    exists,
    false,
    or_,
    select,
)

from ledger.bounds import FEW_AGREEMENTS
from ledger.domain.events import NAMES
from ledger.projections.database import parties

Visible = str | frozenset[str] | None
"""An organisation, or several (an auditor's); None: all of the ledger."""

Part = frozenset[str] | None
"""The suppliers of an agreement whose part alone is seen; None: it is seen whole."""

ITSELF = tuple(
    name for name in NAMES if name.startswith(("agreement-", "share-move-", "in-kind-", "limit-"))
)
"""Facts about an agreement itself: its terms are every party's to know."""


def is_hidden(only: Part, supplier: str | None) -> bool:
    """Whether what is one supplier's, or (None) all of theirs together, is not to be seen."""
    return only is not None and supplier not in only


def organisations(visible: str | frozenset[str]) -> list[str]:
    return [visible] if isinstance(visible, str) else sorted(visible)


def is_buyer(connection: Connection, organisation: str) -> bool:
    """Whether an organisation is a buyer under some agreement."""
    query = select(parties.c.agreement).where(
        parties.c.organisation == organisation, parties.c.role == "buyer"
    )
    return connection.execute(query.limit(1)).first() is not None


def share_an_agreement(connection: Connection, organisation: str, other: str) -> bool:
    """Whether two organisations are party to the same agreement."""
    one, two = parties.alias(), parties.alias()
    query = (
        select(one.c.agreement)
        .join(two, two.c.agreement == one.c.agreement)
        .where(one.c.organisation == organisation, two.c.organisation == other)
    )
    return connection.execute(query.limit(1)).first() is not None


def _party_to(
    agreement: ColumnElement[Any], visible: str | frozenset[str], *more: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Whether one of the organisations is party to an agreement: asked of each row, so that it
    costs by the rows that are looked at, and not by all the agreements that they are party to."""
    is_own = _OWN.c.organisation.in_(organisations(visible))
    return exists().where(_OWN.c.agreement == agreement, is_own, *more)


_OWN = parties.alias("own")


def is_visible(agreement: Column[str], visible: Visible) -> list[ColumnElement[bool]]:
    """What holds of rows with the number of an agreement that may be shown."""
    return [] if visible is None else [_party_to(agreement, visible)]


def among_few(
    connection: Connection, agreement: Column[str], visible: Visible
) -> list[ColumnElement[bool]]:
    """The agreements of who is party to few, by their numbers: of them alone it is then asked
    whether they are seen. Who is party to many finds a page of them soon."""
    if visible is None:
        return []
    query = select(parties.c.agreement).where(parties.c.organisation.in_(organisations(visible)))
    found = connection.execute(query.distinct().limit(FEW_AGREEMENTS + 1)).scalars().all()
    return [] if len(found) > FEW_AGREEMENTS else [agreement.in_(found)]


def is_seen_whole(agreement: Column[str], visible: str | frozenset[str]) -> ColumnElement[bool]:
    """Whether an agreement is seen whole."""
    return _party_to(agreement, visible, _OWN.c.sees_whole)


def seen_by(visible: str | frozenset[str], table: FromClause) -> ColumnElement[bool]:
    """What holds of the rows of orders, drawdowns, postings or the timeline that are seen."""
    is_its_own = table.c.supplier.in_(organisations(visible))
    return _party_to(table.c.agreement, visible, or_(_OWN.c.sees_whole, is_its_own))


def in_part(connection: Connection, visible: Visible) -> frozenset[str]:
    """The agreements of which only a part is seen."""
    if visible is None:
        return frozenset()
    query = select(parties.c.agreement).where(
        parties.c.organisation.in_(organisations(visible)),
        parties.c.sees_whole.is_(false()),
        ~is_seen_whole(parties.c.agreement, visible),
    )
    return frozenset(connection.execute(query).scalars())
