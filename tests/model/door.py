"""The service as the model plays it: the API, asked by everybody whom an agreement concerns."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from flask import Flask

from ledger.opening import Ledger
from ledger.web import create_app
from tests.people import let_in

BUYERS = ("2120002403", "2120001470")
SUPPLIERS = ("2021004524", "2021004052")
ROLES = ("manager", "orderer", "finance", "approver")
OTHER = "other approver"
"""Another person with the role: who approved does not take it back."""


def written(ore: int) -> str:
    """Öre as the API writes them."""
    sign, whole = ("-" if ore < 0 else ""), abs(ore)
    return f"{sign}{whole // 100}.{whole % 100:02d}"


def read(text: str | None) -> int | None:
    """Öre of an amount of the API; None: unknown."""
    return None if text is None else int(text.replace(".", ""))


class Door:
    """One ledger behind the API, and a token for each person."""

    def __init__(self, ledger: Ledger) -> None:
        self.app: Flask = create_app(ledger=ledger)
        self.client = self.app.test_client()
        everybody = [
            *itertools.product(ROLES, BUYERS),
            *(("supplier", name) for name in SUPPLIERS),
        ]
        self.tokens = {
            (role, name): let_in(ledger, f"{role} {name}", name, (role,))
            for role, name in everybody
        }
        for name in BUYERS:
            token = let_in(ledger, f"{OTHER} {name}", name, ("approver",))
            self.tokens[OTHER, name] = token

    def ask(self, role: str, of: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        """Status and answer; with a body it is a POST."""
        answer = self.client.open(
            f"/api/v1{path}",
            method="GET" if body is None else "POST",
            json=body,
            query_string={name: str(value) for name, value in query.items()},
            headers={"Authorization": f"Bearer {self.tokens[role, of]}"},
        )
        return answer.status_code, answer.json

    def balance(self, number: str, day: date | None = None) -> dict[str, Any]:
        at = {} if day is None else {"as_of": day}
        status, answer = self.ask("finance", BUYERS[0], f"/agreements/{number}/balance", **at)
        assert status == 200, answer
        return answer
