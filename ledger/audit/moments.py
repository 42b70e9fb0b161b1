"""When entries say that they were recorded: no one before the entry before it, nor, beyond a
checkpoint that somebody has held since a day on which it was the newest, before that day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from ledger.audit.entry import Row
from ledger.audit.findings import Finding

DAY_BEGINS = timedelta(hours=2)
"""How long before midnight UTC a day in Sweden begins at the most."""


class Since(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint's size, and since when somebody has held it: it was the newest then, so what is
    beyond it came later."""

    size: int
    moment: datetime


class _Said(msgspec.Struct):
    recorded_at: datetime


_DECODER = msgspec.json.Decoder(_Said)


def since_day(size: int, day: date) -> Since:
    """Held since some moment of a day in Sweden."""
    return Since(size=size, moment=datetime.combine(day, time(), UTC) - DAY_BEGINS)


def said(stored: bytes | None) -> datetime | None:
    """When stored bytes say that they were recorded; None where they do not, or no zone."""
    if stored is None:
        return None
    try:
        moment = _DECODER.decode(stored).recorded_at
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return moment if moment.tzinfo is not None else None


class Moments:
    """The moments of rows as they come, in order. `before` is that of the row before the first."""

    def __init__(self, held: Sequence[Since] = (), before: datetime | None = None) -> None:
        self._held = sorted(held, key=lambda one: one.size)
        self._before = before
        self._since: Since | None = None

    def is_later(self, index: int, stored: bytes) -> bool:
        """Whether nothing can be wrong with the moment of the next row; it is then the newest."""
        if self._since is not None or (self._held and self._held[0].size <= index):
            return False
        try:
            moment = _DECODER.decode(stored).recorded_at
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return False
        if moment.tzinfo is None or (self._before is not None and moment < self._before):
            return False
        self._before = moment
        return True

    def check(self, row: Row) -> list[Finding]:
        """What is wrong with the moment of the next row."""
        while self._held and self._held[0].size <= row.index:
            one = self._held.pop(0)
            if self._since is None or one.moment > self._since.moment:
                self._since = one
        moment = said(row.stored)
        if moment is None:
            return []
        before, self._before = self._before, moment
        what = f"{row.stream} version {row.version}"
        figures: dict[str, str | int] = {"index": row.index, "what": what, "moment": _utc(moment)}
        found = []
        if before is not None and moment < before:
            template = (
                "entry {index}, {what}, says that it was recorded {moment}, and the entry before "
                "it {before}: the log's clock goes only forward"
            )
            given = {**figures, "before": _utc(before)}
            found.append(Finding(kind="time", index=row.index, template=template, figures=given))
        since = self._since
        if since is not None and moment < since.moment:
            template = (
                "entry {index}, {what}, says that it was recorded {moment}, but it was not there "
                "{since}, when the checkpoint of size {size} was held"
            )
            given = {**figures, "since": _utc(since.moment), "size": since.size}
            found.append(Finding(kind="time", index=row.index, template=template, figures=given))
        return found


def _utc(moment: datetime) -> str:
    told = moment.astimezone(UTC).isoformat(sep=" ").replace("+00:00", "")
    return f"{told} UTC"
