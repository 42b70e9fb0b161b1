"""Attempts, auditors' appointments and reads of bundles as JSON resources."""

from datetime import date
from typing import Any

from ledger.application.resources import moment_text
from ledger.domain.access import Appointment
from ledger.domain.events import AttemptRefused, PassedLimit
from ledger.domain.money import to_text
from ledger.projections.access import Attempt
from ledger.projections.then import moment
from ledger.telling import tell
from ledger.wording import say


def attempt_resource(attempt: Attempt, language: str) -> dict[str, Any]:
    event, row = attempt.event, attempt.row
    refused = event if isinstance(event, AttemptRefused) else None
    return {
        **_recorded(row),
        "effective_on": row["effective_on"].isoformat(),
        "kind": refused and refused.kind,
        "action": refused and refused.action,
        "agreement": row["agreement"],
        "about": (refused and refused.about) or None,
        "currency": (refused and refused.currency) or None,
        "limits": [_limit(limit) for limit in refused.limits] if refused else [],
        "lost": refused.lost if refused else 0,
        "sentence": say(tell(event, row["stream"], ""), language),
    }


def _recorded(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "position": row["position"],
        "recorded_at": moment_text(moment(row["recorded_at"])),
        "by": {name: row[name] for name in ("person", "organisation", "role")},
    }


def _limit(limit: PassedLimit) -> dict[str, str]:
    amounts = ("cap", "used", "asked", "over", "fits")
    return {"limit": limit.limit, **{name: to_text(getattr(limit, name)) for name in amounts}}


def auditor_resource(
    person: str, name: str | None, appointment: Appointment, day: date
) -> dict[str, Any]:
    """`day` is the one that its status is told for."""
    ended = appointment.ended_on
    return {
        "id": f"{person}.{appointment.number}",
        "person": person,
        "name": name,
        "organisations": list(appointment.organisations),
        "starts_on": appointment.starts_on.isoformat(),
        "ends_on": appointment.ends_on.isoformat(),
        "decision": appointment.decision,
        "appointed_on": appointment.appointed_on.isoformat(),
        "status": appointment.status(day),
        "ended_on": None if ended is None else ended.isoformat(),
        "reason": appointment.reason,
    }


def read_resource(row: dict[str, Any]) -> dict[str, Any]:
    scope = {"agreement": row["scope"], "size": row["size"], "root": row["root"]}
    return {**_recorded(row), **scope}
