"""Who asks, or acts: a person for an organisation in a role, and what that lets them see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from ledger.domain import access
from ledger.domain.events import By
from ledger.domain.refusals import Forbidden
from ledger.opening import Ledger

EVERYONE = ("orderer", "approver", "finance", "manager", "supplier", "auditor", "admin")
WIDEST = ("admin", "manager", "finance", "approver", "orderer")
"""The ledger's role and a buyer's, the widest first: what one of them may do, those before it may
do too. A supplier's rights are others, and only the ledger's own role has them as well."""


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at a door of a ledger. `by` has the role that they use, of the `roles` they have.

    `audited` are the organisations that an auditor is appointed for; `at_the_server` is whoever has
    the server's own command line: nothing is hidden from them.
    """

    ledger: Ledger
    by: By
    roles: tuple[str, ...]
    audited: frozenset[str] | None = None
    language: str = "en"
    at_the_server: bool = False

    @property
    def today(self) -> date:
        """The business date where nobody gives one: today in Sweden."""
        return self.ledger.today

    @property
    def organisation(self) -> str | None:
        """For whom they act; None: for all of the ledger."""
        return None if self._sees_all else self.by.organisation

    @property
    def visible(self) -> str | frozenset[str] | None:
        """Whose agreements they see: an auditor those of their appointments; None: all."""
        return self.organisation if self.audited is None else self.audited

    @property
    def access_of(self) -> frozenset[str] | None:
        """Of whose people they see what these were given, tried and read: an auditor of those of
        their appointments, an administrator of the own; None: of all."""
        if self.at_the_server:
            return None
        if self.audited is not None:
            return self.audited
        return frozenset({self.by.organisation} if "admin" in self.roles else ())

    @property
    def party(self) -> str | None:
        """Whose orders they see within an agreement; None: all of the agreement's.

        Orderers, approvers and suppliers see their own organisation's; who answers for the whole
        agreement (finance, contract manager, auditor) sees every buyer's.
        """
        if self.audited is not None or self.at_the_server:
            return None
        wide = {"admin", "finance", "manager"} & set(self.roles)
        return None if wide and "supplier" not in self.roles else self.by.organisation

    @property
    def _sees_all(self) -> bool:
        return self.at_the_server or "admin" in self.roles


def asking(
    ledger: Ledger,
    person: str,
    organisation: str,
    held: Sequence[str],
    roles: Sequence[str],
    language: str = "en",
) -> Asker:
    """Who asks with the roles `held`, where one of `roles` may. Raises Forbidden, NotAppointed."""
    fitting = [role for role in roles if role in held]
    if not fitting:
        raise Forbidden(roles=", ".join(roles), held=", ".join(held) or "none")
    used = used_of(fitting)
    audited = None
    if used == "auditor":
        state = ledger.service.load(access.stream(person))[1]
        audited = access.appointed_for(state, ledger.today)
    return Asker(
        ledger=ledger,
        by=By(person=person, organisation=organisation, role=used),
        roles=tuple(held),
        audited=audited,
        language=language,
    )


def used_of(held: Sequence[str]) -> str:
    """Which of the roles that may, and that the asker has, is used: the widest.

    A supplier's is used where it comes before a buyer's; the auditor's where no other will do, and
    only while an appointment holds.
    """
    others = [role for role in held if role != "auditor"]
    if others[:1] == ["supplier"] and "admin" not in others:
        return "supplier"
    return next((role for role in WIDEST if role in others), "auditor")
