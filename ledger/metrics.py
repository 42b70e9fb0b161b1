"""What is counted of the processes that serve, for whoever watches over them; nothing, unless that
is asked for.

Labels are rules of routes, statuses and types of refusals: never what somebody sent, a name or a
number. prometheus_client is imported when counting begins: where several processes serve, a folder
that they share (`FOLDER`) is to be named before that.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ledger.domain.refusals import Refusal

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus_client's own name for it."""
SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Bounds of what is told apart: an answer is given within ten seconds, and most within one."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Counted:
    """The figures that a process counts."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "avrop_request_seconds",
            "Seconds until a request was answered, by the rule of its route.",
            ("method", "route", "status"),
            registry=self.registry,
            buckets=SECONDS,
        )
        self._of_request: dict[tuple[str, str, int], Histogram] = {}
        self.facts = Counter(
            "avrop_facts_appended", "Facts that were recorded.", registry=self.registry
        )
        self.refusals = Counter(
            "avrop_refusals",
            "What was refused, by the type of its problem document.",
            ("type",),
            registry=self.registry,
        )
        self.conflicts = Counter(
            "avrop_conflicts",
            "Times that another process was first, so that it was decided again.",
            registry=self.registry,
        )
        self.waiting = Gauge(
            "avrop_commands_waiting",
            "Commands that wait for their turn.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        key = (method, route, status)
        found = self._of_request.get(key)
        if found is None:
            known = method if method in METHODS else "other"
            found = self._of_request[key] = self.requests.labels(known, route, str(status))
            if known != method:  # anybody may write one of their own with each request
                del self._of_request[key]
        found.observe(seconds)

    def together(self) -> CollectorRegistry:
        """Where the figures of all processes that serve are read."""
        if not os.environ.get(FOLDER):
            return self.registry
        from prometheus_client import CollectorRegistry
        from prometheus_client.multiprocess import MultiProcessCollector

        found = CollectorRegistry()
        MultiProcessCollector(found)  # type: ignore[no-untyped-call]
        return found


class Counting:
    """What counts in this process just now; None: nothing does. Whoever has something to be counted
    looks here first, which costs no call."""

    now: Counted | None = None


def begin() -> Counted:
    """Count from here on."""
    Counting.now = counted = Counted()
    return counted


def refused(refusal: Refusal) -> None:
    """Count a refusal, once however many hear of it."""
    counted = Counting.now
    if counted is not None and not refusal.counted:
        refusal.counted = True
        counted.refusals.labels(refusal.type).inc()
