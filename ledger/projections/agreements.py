"""Agreements and their parties, as they are now, and who may see them."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, delete, insert, select

from ledger.domain import agreement
from ledger.domain.events import Fact
from ledger.projections.database import agreements, parties
from ledger.projections.states import fold_rows, replace_rows, to_json


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement's state, its version (ETag), and the latest day that any of its facts counts."""

    state: agreement.State
    version: int
    position: int
    latest_on: date


def project(connection: Connection, facts: Sequence[Fact]) -> None:
    after = fold_rows(
        connection,
        agreements,
        "number",
        facts,
        "agreement/",
        agreement.State,
        agreement.evolve,
    )
    latest: dict[str, date] = {
        row[0]: row[1]
        for row in connection.execute(
            select(agreements.c.number, agreements.c.latest_on).where(
                agreements.c.number.in_(list(after))
            )
        )
    }
    rows = [
        {
            "number": number,
            "title": state.title,
            "status": state.status,
            "version": some[-1].version,
            "position": some[-1].position,
            "latest_on": max(
                [fact.effective_on for fact in some]
                + ([latest[number]] if number in latest else [])
            ),
            "state": to_json(state),
        }
        for number, (state, some) in after.items()
    ]
    replace_rows(connection, agreements, "number", rows, after)
    for number, (state, some) in after.items():
        if any(type(f.event).__name__ in ("AgreementSigned", "AgreementAmended") for f in some):
            connection.execute(delete(parties).where(parties.c.agreement == number))
            connection.execute(
                insert(parties),
                [
                    {"agreement": number, "role": role, "organisation": party.organisation}
                    for role, some_parties in (
                        ("buyer", state.buyers),
                        ("supplier", state.suppliers),
                    )
                    for party in some_parties
                ],
            )


def find(connection: Connection, number: str, organisation: str | None) -> Row | None:
    """One agreement, if the organisation is party to it (None: sees all)."""
    rows = listed(connection, organisation, number=number, limit=1)
    return rows[0] if rows else None


def listed(
    connection: Connection,
    organisation: str | None,
    *,
    number: str | None = None,
    buyer: str | None = None,
    status: str | None = None,
    after: str = "",
    limit: int = 50,
) -> list[Row]:
    """Agreements by number, after a number (the cursor)."""
    query = select(agreements).order_by(agreements.c.number).limit(limit)
    if after:
        query = query.where(agreements.c.number > after)
    if number is not None:
        query = query.where(agreements.c.number == number)
    if status is not None:
        query = query.where(agreements.c.status == status)
    if organisation is not None:
        mine = select(parties.c.agreement).where(parties.c.organisation == organisation)
        query = query.where(agreements.c.number.in_(mine))
    if buyer is not None:
        theirs = select(parties.c.agreement).where(
            parties.c.organisation == buyer, parties.c.role == "buyer"
        )
        query = query.where(agreements.c.number.in_(theirs))
    return [
        Row(
            state=msgspec.json.decode(row.state, type=agreement.State),
            version=row.version,
            position=row.position,
            latest_on=row.latest_on,
        )
        for row in connection.execute(query)
    ]
