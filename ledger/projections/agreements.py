"""Agreements and their parties, as they are now or as they were, and who may see them."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    select,
)

from ledger.bounds import PAGE
from ledger.domain import agreement
from ledger.domain.agreement.term import GONE
from ledger.domain.calendar import add_months
from ledger.domain.events import (
    AgreementAmended,
    AgreementRectified,
    AgreementSigned,
    Fact,
)
from ledger.projections import formerly, sorting, sums
from ledger.projections.database import IS_TERM, agreements, parties
from ledger.projections.seeing import Visible, among_few, is_visible, organisations
from ledger.projections.states import fold_rows, replace_rows, to_json
from ledger.projections.then import NOW, Then

NAMING = (AgreementSigned, AgreementRectified, AgreementAmended)
"""Facts that may name other parties than before."""

KIND = formerly.Kind(
    prefix="agreement/",
    first=AgreementSigned,
    evolve=agreement.evolve,
    within=IS_TERM,
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement's state, its version (ETag), and the latest day that any of its facts counts:
    by then every amount that is recorded has taken effect, also those that the term begins with.

    `state` may be as it was, and then has no totals: a balance is told of `now` at any time.
    """

    state: agreement.State
    now: agreement.State
    version: int
    position: int
    latest_on: date

    def told(self, then: Then) -> Then:
        """The same two times; of one that is signed and not begun, as of the day that it begins,
        with the amounts of that day."""
        on, now = then.as_of, self.now
        if on is None or not now.signed_on <= on < now.starts_on:
            return then
        return replace(then, as_of=now.starts_on)


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
    latest = formerly.latest_of(connection, agreements, "number", after)
    rows = [
        {
            "number": number,
            "title": state.title,
            "status": state.status,
            "place": number,
            "ends_on": sorting.written(state.ends_on),
            "sought": _text(state),
            "version": some[-1].version,
            "position": some[-1].position,
            "latest_on": latest[number],
            "state": to_json(state),
        }
        for number, (state, some) in after.items()
    ]
    replace_rows(connection, agreements, "number", rows, after)
    for number, (state, some) in after.items():
        if any(isinstance(fact.event, NAMING) for fact in some):
            connection.execute(delete(parties).where(parties.c.agreement == number))
            connection.execute(
                insert(parties),
                [
                    {
                        "agreement": number,
                        "role": role,
                        "organisation": party.organisation,
                        "name": party.name,
                        "sees_whole": role == "buyer" or len(state.suppliers) == 1,
                    }
                    for role, some_parties in (
                        ("buyer", state.buyers),
                        ("supplier", state.suppliers),
                    )
                    for party in some_parties
                ],
            )


_OF_NUMBER = select(agreements).where(agreements.c.number == bindparam("number"))
_ONE = {
    True: _OF_NUMBER,
    False: _OF_NUMBER.where(
        exists().where(
            parties.c.agreement == agreements.c.number,
            parties.c.organisation.in_(bindparam("organisations", expanding=True)),
        )
    ),
}
"""One agreement by its number: where nothing is hidden, or if one of some is party to it. They are
made once, since making one takes longer than asking it."""


def name_of(connection: Connection, organisation: str, visible: Visible = None) -> str:
    """What an organisation is called in the agreements that it is party to and that may be shown;
    empty where it is in none, and of a sole trader, whose name is kept outside the log."""
    query = select(parties.c.name).where(parties.c.organisation == organisation)
    query = query.where(*is_visible(parties.c.agreement, visible))
    query = query.where(parties.c.name != "").order_by(parties.c.agreement.desc(), parties.c.role)
    return connection.execute(query.limit(1)).scalar() or ""


def named(
    connection: Connection, visible: Visible, role: str | None = None
) -> list[tuple[str, str]]:
    """The organisations that are party to an agreement that may be shown, as buyer, as supplier or
    either, each with its name, by that."""
    query = select(parties.c.organisation, func.max(parties.c.name)).where(
        *is_visible(parties.c.agreement, visible)
    )
    if role is not None:
        query = query.where(parties.c.role == role)
    rows = connection.execute(query.group_by(parties.c.organisation)).all()
    return sorted(((row[0], row[1]) for row in rows), key=lambda one: (one[1], one[0]))


def find(connection: Connection, number: str, visible: Visible, then: Then = NOW) -> Row | None:
    """One agreement, if it may be shown."""
    if then.is_now:
        given: dict[str, Any] = {"number": number}
        if visible is not None:
            given["organisations"] = organisations(visible)
        row = connection.execute(_ONE[visible is None], given).mappings().first()
        return None if row is None else _row(row)
    rows = listed(connection, visible, number=number, then=then, limit=1)
    return rows[0] if rows else None


def folded(connection: Connection, number: str) -> list[str]:
    """Numbers that are this one but for case; `number` is folded."""
    same = func.lower(agreements.c.number) == number
    return list(connection.execute(select(agreements.c.number).where(same)).scalars())


def _text(state: agreement.State) -> str:
    """What an agreement is looked for by."""
    named = [f"{one.name} {one.organisation}" for one in (*state.buyers, *state.suppliers)]
    return sorting.folded(" ".join((state.number, state.title, *named)))


SORTS = {
    "ends_on": sorting.By(
        column=agreements.c.ends_on, of=lambda state: sorting.written(state.ends_on)
    ),
}
"""What a list of agreements may be in order of, besides their numbers: each has an index."""


def lot(
    connection: Connection,
    visible: Visible,
    *,
    number: str | None = None,
    numbers: Collection[str] | None = None,
    buyer: str | None = None,
    supplier: str | None = None,
    status: str | None = None,
    ends_within: int | None = None,
    sought: str = "",
    then: Then = NOW,
) -> sorting.Lot:
    """Agreements narrowed by what is given. Whoever is party to one now may see it.

    `ends_within` so many months of the day are those that have not ended, and will by then.

    `status` is how they stand on the day: ended, where the term is over. `sought` are words of the
    number, the title, or a party.
    """
    query = select(agreements)
    if number is not None:
        query = query.where(agreements.c.number == number)
    else:
        query = query.where(*among_few(connection, agreements.c.number, visible))
    query = query.where(*is_visible(agreements.c.number, visible))
    if numbers is not None:
        query = query.where(agreements.c.number.in_(numbers))
    for organisation, role in ((buyer, "buyer"), (supplier, "supplier")):
        if organisation is not None:
            theirs = select(parties.c.agreement).where(
                parties.c.organisation == organisation, parties.c.role == role
            )
            query = query.where(agreements.c.number.in_(theirs))
    return sorting.Lot(
        table=agreements,
        key=agreements.c.number,
        place=agreements.c.place,
        query=query,
        held=[
            *_standing(status, then.as_of),
            *_ending(ends_within, then.as_of),
            *sorting.holds(agreements.c.sought, sought),
        ],
        keep=lambda state: (
            (status is None or _stands(state, status, then.as_of))
            and (ends_within is None or _ends(state, ends_within, then.as_of))
            and (buyer is None or buyer in {party.organisation for party in state.buyers})
            and (supplier is None or supplier in {one.organisation for one in state.suppliers})
            and sorting.is_in(_text(state), sought)
        ),
        read=_read,
        former=lambda rows: _formers(connection, rows, then),
        then=then,
    )


def listed(
    connection: Connection,
    visible: Visible,
    *,
    after: str = "",
    limit: int = PAGE,
    **narrowing: Any,
) -> list[Row]:
    """Agreements by number, after a number (the cursor), narrowed as a `lot` is."""
    return page(connection, lot(connection, visible, **narrowing), after=after, limit=limit)


def page(
    connection: Connection, some: sorting.Lot, *, sort: str = "", after: str = "", limit: int = PAGE
) -> list[Row]:
    """So many of a lot after a number, by number, or in an order of SORTS ("-" before it: the
    greatest first). Raises sorting.TooMuchChanged."""
    found = sorting.page(connection, some, SORTS, sort, after, limit)
    return [_row(row, former, current=some.then.current) for row, former in found]


def _stands(state: agreement.State, status: str, on: date | None) -> bool:
    """Whether one stands so on a day; where none is asked about, as it was recorded."""
    return status == (state.status if on is None else agreement.standing(state, on))


def _standing(status: str | None, on: date | None) -> list[ColumnElement[bool]]:
    """What holds of the rows of agreements that stand so on a day."""
    if status is None:
        return []
    column = agreements.c.status
    if on is None:
        return [column == status]
    over = (agreements.c.ends_on < on.isoformat()) & column.not_in(GONE)
    return [over] if status == agreement.ENDED else [column == status, ~over]


def _ends(state: agreement.State, months: int, on: date | None) -> bool:
    """Whether one that has not ended by a day ends so many months after it, or before."""
    if on is None or state.status in GONE:
        return False
    return on <= state.ends_on <= add_months(on, months)


def _ending(months: int | None, on: date | None) -> list[ColumnElement[bool]]:
    """The same of the rows of agreements."""
    if months is None:
        return []
    if on is None:
        return [false()]
    last, column = add_months(on, months), agreements.c.ends_on
    within = (column >= on.isoformat()) & (column <= last.isoformat())
    return [within, agreements.c.status.not_in(GONE)]


def _read(state: str) -> agreement.State:
    return msgspec.json.decode(state, type=agreement.State)


def _row(row: RowMapping, former: formerly.Former | None = None, *, current: bool = False) -> Row:
    """What is told as of today has the version that it would be acted on at."""
    now = _read(row["state"])
    return Row(
        state=now if former is None else former.state,
        now=now,
        version=row["version"] if former is None or current else former.version,
        position=row["position"],
        latest_on=row["latest_on"],
    )


def _formers(
    connection: Connection, rows: Sequence[RowMapping], then: Then
) -> dict[str, formerly.Former]:
    """The states as they are where nothing of them counts later, else as they were."""
    found = {
        str(row["number"]): formerly.Former(_read(row["state"]), row["version"])
        for row in rows
        if then.counts_all(row["latest_on"])
    }
    others = [str(row["number"]) for row in rows if row["number"] not in found]
    return found | (_former(connection, others, then) if others else {})


def _former(connection: Connection, numbers: list[str], then: Then) -> dict[str, formerly.Former]:
    """The states with the orders that had been placed: a long agreement's are not folded."""
    found = {}
    for number, former in formerly.states(connection, KIND, numbers, then).items():
        version, orders = sums.counted(connection, number, then)
        found[number] = formerly.Former(replace(former.state, orders=orders), version)
    return found
