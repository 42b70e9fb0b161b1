"""Figures of the ledger and of what is served, given out on a port of their own (AVROP_METRICS).

Of several workers one has the port, and answers for all; where it ends, another takes it. The
figures of the ledger itself are those of the doctor, looked for when they are asked for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from os import environ
from typing import TYPE_CHECKING, NamedTuple

from flask import Request, Response, g, request

from ledger import deadline, doctor, logs, metrics
from ledger.bounds import METRICS_PAUSE, READ_SECONDS
from ledger.deadline import Deadline

if TYPE_CHECKING:
    from prometheus_client.core import Metric

    from ledger.opening import Ledger
    from ledger.web.application import App


class Figure(NamedTuple):
    """What a figure of the doctor's is called, and what it says."""

    name: str
    says: str


FIGURES: Mapping[tuple[str, str], Figure] = {
    ("log", "entries"): Figure("avrop_log_entries", "Entries of the log."),
    ("read-models", "lag"): Figure(
        "avrop_read_models_lag_positions", "Positions that the read models are behind the log."
    ),
    ("read-models", "lag_seconds"): Figure(
        "avrop_read_models_lag_seconds", "Age of the first fact that the read models do not have."
    ),
    ("checkpoint", "size"): Figure(
        "avrop_checkpoint_entries", "Entries that the newest checkpoint is of."
    ),
    ("checkpoint", "age_seconds"): Figure(
        "avrop_checkpoint_age_seconds", "Age of the newest checkpoint."
    ),
    ("checkpoint", "unsigned"): Figure(
        "avrop_unsigned_entries", "Entries that no checkpoint is of yet."
    ),
    ("tick", "age_seconds"): Figure(
        "avrop_tick_age_seconds", "Seconds since the calendar was looked at."
    ),
    ("backup", "age_seconds"): Figure("avrop_backup_age_seconds", "Age of the newest backup."),
    ("disk", "free_bytes"): Figure("avrop_free_bytes", "Bytes free on the disk of the log."),
    ("disk", "wal_bytes"): Figure("avrop_wal_bytes", "Bytes of SQLite's write-ahead log."),
}
ALARM = Figure("avrop_notary_alarm", "1 where the notary has raised an alarm, 0 where it has not.")
STATE = Figure("avrop_state", "What the doctor says of each thing: 0 well, 1 a warning, 2 a fault.")


class Looked:
    """What the doctor finds, as figures; a collector of prometheus_client."""

    def __init__(self, opened: Ledger) -> None:
        self._ledger = opened
        self._alone = threading.Lock()

    def collect(self) -> Iterable[Metric]:
        from prometheus_client.core import GaugeMetricFamily

        with self._alone:
            deadline.begin(Deadline(READ_SECONDS))
            try:
                found = doctor.examine(self._ledger)
            finally:
                deadline.begin(None)
        states = GaugeMetricFamily(*STATE, labels=["what"])
        alarm = 0
        for one in found:
            states.add_metric([one.name], doctor.STATES.index(one.state))
            alarm |= bool(one.figures.get("alarm"))
            for name, value in one.figures.items():
                figure = FIGURES.get((one.name, name))
                if figure is not None and value is not None:
                    yield GaugeMetricFamily(*figure, value=value)
        yield states
        if self._ledger.settings.notary:
            yield GaugeMetricFamily(*ALARM, value=alarm)


def install(app: App) -> None:
    """Count what is answered, and in how many seconds."""
    counted = metrics.begin()

    def ended(response: Response) -> None:
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]
        rule = asked.url_rule
        began: float = g.get("began", time.perf_counter())
        seconds = time.perf_counter() - began
        route = "none" if rule is None else rule.rule
        counted.answered(asked.method, route, response.status_code, seconds)

    @app.after_request
    def end(response: Response) -> Response:
        ended(response)
        return response

    app.ends.append(ended)


def give_out(opened: Ledger) -> None:
    """Give the figures out, as soon and as long as no other process does; in a thread."""
    place = opened.settings.metrics
    assert place is not None, "it was asked for"
    # Before there is a thread: it imports what it needs.
    from prometheus_client import start_http_server

    assert metrics.Counting.now is not None, "it has begun"
    registry = metrics.Counting.now.together()
    registry.register(Looked(opened))
    host, port = place

    def take() -> None:
        while True:
            try:
                start_http_server(port, host, registry)
            except OSError as error:
                # Of several workers another has it, as a rule.
                level = "debug" if environ.get(metrics.FOLDER) else "error"
                getattr(logs.log(), level)("no figures are given out", port=port, exc_info=error)
                time.sleep(METRICS_PAUSE)
            else:
                logs.log().info("figures are given out", host=host, port=port)
                return

    threading.Thread(target=take, name="figures", daemon=True).start()
