"""What an organisation decides of its own costs, as any door asks for it: who may attest which, and
how they are coded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from ledger import people
from ledger.application import seeing
from ledger.application.answers.organisations import Attesters, attesters_answer
from ledger.application.asker import Asker
from ledger.domain import organisation
from ledger.projections import organisations
from ledger.projections.formerly import Former


def found(asker: Asker, number: str, known_at: datetime | None = None) -> Former:
    """An organisation as it is, or was known to be at a moment. Raises NotAParty where it is
    another's than the asker's."""
    seeing.require_own_organisation(asker, number)
    views = asker.ledger.views
    views.catch_up()
    with views.database.reading() as connection:
        return organisations.find(connection, number, known_at)


def who(asker: Asker, number: str, query: Mapping[str, Any]) -> Attesters:
    """Who may attest a drawdown of an amount (öre excluding VAT) on a responsibility code on a day,
    by what `query` has of AttestQuery. Raises NotAParty."""
    state = found(asker, number, query.get("known_at")).state
    on = query.get("on") or asker.today
    codes = [query["code"]] if "code" in query else []
    selves = cache(asker.ledger.service.selves)
    able = organisation.who(state, (on,), query["amount"], codes, selves)
    acting = people.acting_still(asker.ledger.service, able, on)
    return attesters_answer(number, on, acting)
