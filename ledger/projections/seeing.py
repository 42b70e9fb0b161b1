"""What an organisation sees of the read models: agreements whole, or its own part of them.

A buyer sees its agreements whole, and so does a supplier that is the only one. One supplier of
several sees what is about itself: never another's orders, postings, invoices or facts.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, func, or_, select

from ledger.domain.events import NAMES
from ledger.projections.database import parties

ITSELF = tuple(name for name in NAMES if name.startswith(("agreement-", "share-move-", "in-kind-")))
"""Facts about an agreement itself: its terms are every party's to know."""


def mine(organisation: str) -> Select[Any]:
    """The agreements that an organisation is party to."""
    return select(parties.c.agreement).where(parties.c.organisation == organisation)


def _whole(organisation: str) -> ColumnElement[bool]:
    """What holds of a party that sees its agreement whole."""
    other = parties.alias()
    alone = (
        select(other.c.agreement)
        .where(other.c.role == "supplier")
        .group_by(other.c.agreement)
        .having(func.count() == 1)
    )
    is_party = parties.c.organisation == organisation
    return and_(is_party, or_(parties.c.role == "buyer", parties.c.agreement.in_(alone)))


def seen_by(organisation: str, table: FromClause) -> ColumnElement[bool]:
    """What holds of the rows of orders, drawdowns, postings or the timeline that it sees."""
    whole = select(parties.c.agreement).where(_whole(organisation))
    its_own = table.c.supplier == organisation
    return or_(
        table.c.agreement.in_(whole), and_(table.c.agreement.in_(mine(organisation)), its_own)
    )


def in_part(connection: Connection, organisation: str | None) -> frozenset[str]:
    """The agreements of which an organisation sees only its own part."""
    if organisation is None:
        return frozenset()
    whole = select(parties.c.agreement).where(_whole(organisation))
    query = mine(organisation).where(parties.c.agreement.not_in(whole))
    return frozenset(connection.execute(query).scalars())
