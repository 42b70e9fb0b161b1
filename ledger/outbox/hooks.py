"""Facts become messages to an organisation's other programs, signed as Standard Webhooks says.

Each webhook has its own place in the log. What a message says is what the organisation may see of
the fact when it is sent, as `GET /api/v1/events` tells it; what it may not see, it is not told of.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from datetime import timedelta

import msgspec

from ledger import __version__, logs
from ledger.application import seeing
from ledger.application.answers.log import Fact
from ledger.application.asker import Asker
from ledger.bounds import HOOK_TURN, MAIL_ATTEMPTS, MAIL_PAUSE, MAIL_PAUSE_MOST, MAX_PAGE
from ledger.domain.events import By
from ledger.opening import Ledger
from ledger.outbox.calling import NotCalled, call
from ledger.projections import timeline
from ledger.registry import webhooks
from ledger.registry.webhooks import PREFIX, Delivery, Webhook


def follow(ledger: Ledger) -> int:
    """Look through what is new for each webhook, and keep what it is to be told. How many facts
    were looked at."""
    looked = 0
    end = ledger.store.position()
    for one in webhooks.of(ledger.registry, None):
        after = webhooks.position(ledger.registry, one.id)
        if after is None or after == end or one.gone_at:
            continue
        found = [] if after > end else seen(ledger, one.organisation, after, MAX_PAGE)
        told = [(fact.position, fact.name) for fact in found if is_for(one, fact)]
        # What it may not see is passed over: where all was told, the end of the log is reached.
        reached = found[-1].position if len(found) == MAX_PAGE else end
        webhooks.keep(ledger.registry, one.id, told, reached)
        looked += len(found)
    return looked


def seen(ledger: Ledger, organisation: str, after: int, limit: int) -> list[Fact]:
    """Facts after a position as an organisation may see them."""
    by = By(person="", organisation=organisation, role="manager")
    asker = Asker(ledger=ledger, by=by, roles=("manager",))
    ledger.views.catch_up()
    with ledger.views.database.reading() as connection:
        rows = timeline.of(
            connection,
            visible_to=asker.visible,
            access_of=asker.access_of,
            after=after,
            limit=limit,
        )
        return seeing.facts(asker, connection, rows)


def is_for(one: Webhook, fact: Fact) -> bool:
    """Whether a webhook is told of a fact, by its name or by what it is about."""
    return not one.facts or bool({fact.name, fact.stream.partition("/")[0]} & set(one.facts))


def send_due(
    ledger: Ledger, limit: int, goes_on: Callable[[], bool] = lambda: True
) -> tuple[int, int]:
    """Send what may be sent now, at most so many to each webhook. How many were, and were not.

    An organisation's servers, however many and slow, are waited for HOOK_TURN seconds, and then the
    others have their turn: the order is another each time, so that none of its own is always last.
    """
    taken = missed = 0
    ends: dict[str, float] = {}
    known = [one for one in webhooks.of(ledger.registry, None) if not one.gone_at]
    for one in sorted(known, key=lambda each: (each.organisation, secrets.token_bytes(4))):
        for delivery in webhooks.due(ledger.registry, one.id, limit):
            if not goes_on():
                return taken, missed
            if time.monotonic() >= ends.setdefault(one.organisation, time.monotonic() + HOOK_TURN):
                break
            try:
                _send(ledger, one, delivery)
            except NotCalled as why:
                missed += 1
                _missed(ledger, one, delivery, why)
                break  # what waits behind it is not kept waiting for the same server now
            webhooks.sent(ledger.registry, delivery.id)
            taken += 1
    return taken, missed


def _send(ledger: Ledger, one: Webhook, delivery: Delivery) -> None:
    """Raises NotCalled."""
    found = seen(ledger, one.organisation, delivery.position - 1, 1)
    if not found or found[0].position != delivery.position:
        return  # it may not be seen any more
    body = payload(found[0])
    at = int(ledger.now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Avrop/{__version__}",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(one.secret, delivery.id, at, body),
    }
    call(one.address, body, headers, ledger.settings.webhook_allow)


def payload(fact: Fact) -> bytes:
    """What is sent of a fact: its name, when it was recorded, and the fact as the API tells it."""
    told = {"type": fact.name, "timestamp": fact.recorded_at, "data": fact}
    return msgspec.json.encode(told)


def signature(secret: str, id: str, at: int, body: bytes) -> str:
    """Version 1 of Standard Webhooks: HMAC-SHA256 of id, moment and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def _missed(ledger: Ledger, one: Webhook, delivery: Delivery, why: NotCalled) -> None:
    dead = why.gone or delivery.attempts + 1 >= MAIL_ATTEMPTS
    pause = min(MAIL_PAUSE << min(delivery.attempts, 20), MAIL_PAUSE_MOST)
    next_at = None if dead else ledger.now + timedelta(seconds=pause)
    webhooks.failed(ledger.registry, delivery, str(why), next_at)
    if why.gone:
        webhooks.gone(ledger.registry, one.id)
    say = logs.log().error if dead else logs.log().warning
    say("webhook not taken", which=delivery.id, webhook=one.id, why=str(why), dead=dead)
