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
    Select,
    and_,
    func,
    or_,
    select,
)

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


def mine(visible: str | frozenset[str]) -> Select[Any]:
    """The agreements that one of the organisations is party to."""
    return select(parties.c.agreement).where(parties.c.organisation.in_(organisations(visible)))


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


def is_visible(agreement: Column[str], visible: Visible) -> list[ColumnElement[bool]]:
    """What holds of rows with the number of an agreement that may be shown."""
    return [] if visible is None else [agreement.in_(mine(visible))]


def whole(visible: str | frozenset[str]) -> Select[Any]:
    """The agreements that one of the organisations sees whole."""
    other = parties.alias()
    alone = (
        select(other.c.agreement)
        .where(other.c.role == "supplier")
        .group_by(other.c.agreement)
        .having(func.count() == 1)
    )
    is_party = parties.c.organisation.in_(organisations(visible))
    sees_all = or_(parties.c.role == "buyer", parties.c.agreement.in_(alone))
    return select(parties.c.agreement).where(is_party, sees_all)


def seen_by(visible: str | frozenset[str], table: FromClause) -> ColumnElement[bool]:
    """What holds of the rows of orders, drawdowns, postings or the timeline that are seen."""
    its_own = table.c.supplier.in_(organisations(visible))
    return or_(
        table.c.agreement.in_(whole(visible)), and_(table.c.agreement.in_(mine(visible)), its_own)
    )


def in_part(connection: Connection, visible: Visible) -> frozenset[str]:
    """The agreements of which only a part is seen."""
    if visible is None:
        return frozenset()
    query = mine(visible).where(parties.c.agreement.not_in(whole(visible)))
    return frozenset(connection.execute(query).scalars())
