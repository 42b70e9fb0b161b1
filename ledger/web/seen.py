"""The request's ledger, who asks, and what its headers and address ask for."""

from typing import Any

from flask import current_app, g, request

from ledger.application import doing
from ledger.application.asker import Asker
from ledger.opening import Ledger
from ledger.projections.then import Then, then_on
from ledger.store import Request


def ledger() -> Ledger:
    found: Ledger = current_app.extensions["ledger"]
    return found


def asker() -> Asker:
    """Who asks, in a route that states its access."""
    found: Asker = g.asker
    return found


def then_of(query: dict[str, Any]) -> Then:
    """The two times out of a query, which are taken out of it; as of today without a date."""
    return then_on(query.pop("as_of", None), query.pop("known_at", None), asker().today)


def recorded_of(query: dict[str, Any]) -> Then:
    """The same of what lists facts: without a date also those that take effect later."""
    return Then(as_of=query.pop("as_of", None), known_at=query.pop("known_at", None))


def once(person: str) -> Request | None:
    """A person's request by its Idempotency-Key; None without one. Raises Invalid."""
    asked = request._get_current_object()  # type: ignore[attr-defined]
    key = asked.environ.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return None
    return doing.once(person, key, asked.method, asked.full_path, asked.get_data())
