"""What a process says to whoever runs it: a line a happening, with its cause, and never a secret, a
name, a body or the value of a variable.

`log()` is structlog, set up once: JSON, or aligned text where it is written to a terminal. What
other libraries log goes the same way. structlog is imported with the first line only: with what it
draws in, it is a fifth of the time that a start takes.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import time
import traceback
from collections import OrderedDict
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from datetime import UTC, datetime
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ledger.bounds import LOG_CAUSES, LOG_FRAMES, LOG_PAUSE, LOG_TEXT

if TYPE_CHECKING:
    import structlog

Line = MutableMapping[str, Any]

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("json", "text")
REDACTED = "[redacted]"

_SECRET_NAMES = re.compile(
    r"(?i)(?:^|[_-])(?:tokens?|secrets?|cookies?|authori[sz]ation|pass(?:word|wd|phrase)?|sessions?|"
    r"body|form|api_?key)(?:$|[_-])"
)
_SECRETS = (
    (re.compile(r"avrop-[\w-]{8,}"), REDACTED),
    # What `secrets.token_urlsafe` makes of 32 and of 48 bytes.
    (re.compile(r"(?<![\w-])(?:[\w-]{43}|[\w-]{64})(?![\w-])"), REDACTED),
    (re.compile(r"(?i)\b(bearer|basic)\s+\S+"), rf"\1 {REDACTED}"),
    (re.compile(r"(?i)\b((?:set-)?cookie|authorization)\s*[:=].*"), rf"\1: {REDACTED}"),
    (re.compile(r"(?i)\b(pass(?:word|wd|phrase)?|token|secret)\s*=\s*[^\s&;]+"), rf"\1={REDACTED}"),
    (re.compile(r"://[^/\s@]*@"), f"://{REDACTED}@"),
)
_HEX = re.compile(r"[0-9a-f]{64}")
_PLAIN = re.compile(r"[\w.:/@+,#\[\]()-]+")

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_about: ContextVar[Mapping[str, Any]] = ContextVar("about", default=_NOTHING)


class _Way:
    """How lines are written, which a process says once."""

    level = "warning"
    format = ""
    is_set_up = False


def begin(level: str = "info", format: str = "") -> None:
    """Say how much is logged, and how; where nothing is said, warnings and worse.

    Without a format it is text on a terminal and JSON elsewhere.
    """
    _Way.level = level
    _Way.format = format
    _Way.is_set_up = False


def gather() -> None:
    """Let what other libraries log go the same way as our own lines."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, Foreign):
            root.removeHandler(handler)
    root.addHandler(Foreign())


def about(**members: Any) -> None:
    """What all following lines of this request are about; without members, nothing any more."""
    _about.set({**_about.get(), **members} if members else _NOTHING)


def begin_about(**members: str) -> None:
    """What all following lines are about, and nothing of before."""
    _about.set(members)


def log() -> structlog.typing.FilteringBoundLogger:
    """The one logger. An event is a constant text; what differs stands in members."""
    import structlog

    if not _Way.is_set_up:
        structlog.configure(
            processors=[_with_head, _with_cause, _redacted, _once, _rendered],
            wrapper_class=structlog.make_filtering_bound_logger(_Way.level),
            logger_factory=lambda *_: _Stream(),
            cache_logger_on_first_use=False,
        )
        _Way.is_set_up = True
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger


class _Stream:
    """Writes lines whole to standard error, or to what a line itself says."""

    def __getattr__(self, _level: str) -> Any:
        return self.msg

    def msg(self, line: str, to: str = "stderr") -> None:
        stream = sys.stdout if to == "stdout" else sys.stderr
        stream.write(line + "\n")
        stream.flush()


class Foreign(logging.Handler):
    """What other libraries log through the standard library, as lines of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        level = record.levelname.lower()
        failed = record.exc_info if record.exc_info and record.exc_info[1] else None
        # What is put into a failure's text may be an address with a secret in it, or a body.
        event = str(record.msg).replace(" %s", "") if failed else record.getMessage()
        speak = getattr(log(), level if level in LEVELS else "error")
        speak(event, logger=record.name, **({"exc_info": failed} if failed else {}))


def _with_head(_: Any, level: str, line: Line) -> Line:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    level = {"exception": "error", "critical": "error", "fatal": "error", "warn": "warning"}.get(
        level, level
    )
    return {"at": now, "level": level, "event": line.pop("event"), **_about.get(), **line}


def _with_cause(_: Any, __: str, line: Line) -> Line:
    """An exception as its kinds and where it came from; its own words where a system wrote them."""
    given = line.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        line["error"] = cause(error)
        line["where"] = _where(error)
    return line


def cause(error: BaseException) -> str:
    """The kinds of an exception and of what it came of, and what the system said: never a value
    that somebody sent, which a driver or a parser may repeat."""
    kinds, seen = [], 0
    one: BaseException | None = error
    while one is not None and seen < LOG_FRAMES:
        seen += 1
        kind = type(one)
        told = _told(one)
        name = kind.__qualname__ if kind.__module__ == "builtins" else _named(kind)
        kinds.append(f"{name}: {told}" if told else name)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return " < ".join(kinds)


def _named(kind: type) -> str:
    return f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}"


def _told(error: BaseException) -> str:
    """What a system says of itself: that a lock is held, a disk is full, a server does not answer.

    A driver's other errors (of a row, of a value) repeat what was sent.
    """
    if isinstance(error, OSError):
        return error.strerror or ""
    module = type(error).__module__.partition(".")[0]
    if type(error).__name__ == "OperationalError" and module in ("sqlite3", "psycopg"):
        return str(error).partition("\n")[0]
    return ""


def _where(error: BaseException) -> list[str]:
    """The frames that lead there, the innermost last: files, lines and functions, no variables."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{_short(one.filename)}:{one.lineno} {one.name}" for one in frames[-LOG_FRAMES:]]


def _short(file: str) -> str:
    parts = file.replace(os.sep, "/").split("/")
    for root in ("site-packages", "ledger"):
        if root in parts:
            at = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[at + (root == "site-packages") :])
    return parts[-1]


def _redacted(_: Any, __: str, line: Line) -> Line:
    return {
        name: REDACTED if _SECRET_NAMES.search(name) else _cleaned(value)
        for name, value in line.items()
    }


def is_harmless(text: str) -> bool:
    """Whether a text has nothing in it that is hidden from lines."""
    return bool(_cleaned(text) == text)


def _cleaned(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_cleaned(one) for one in value]
    text = str(value)
    for pattern, instead in _SECRETS:
        text = pattern.sub(_instead(instead), text)
    return text if len(text) <= LOG_TEXT else text[:LOG_TEXT] + "…"


def _instead(text: str) -> Any:
    """A digest may be told: it is what stands in checkpoints and manifests."""
    return lambda found: found[0] if _HEX.fullmatch(found[0]) else found.expand(text)


_lock = Lock()
_said: OrderedDict[tuple[str, ...], list[float]] = OrderedDict()
"""Of each cause: when it was said last, and how often it came since."""


def _once(_: Any, __: str, line: Line) -> Line:
    """Of one cause a line a minute; the next one says how many more there were. Of what is merely
    told, as that somebody signed in, each."""
    if line["level"] not in ("warning", "error"):
        return line
    import structlog

    where = line.get("where") or [""]
    names = ("event", "error", "logger", "address")
    key = (*(str(line.get(name, "")) for name in names), str(where[-1]))
    now = time.monotonic()
    with _lock:
        found = _said.pop(key, None)
        if found is not None and now < found[0] + LOG_PAUSE:
            found[1] += 1
            _said[key] = found
            raise structlog.DropEvent
        _said[key] = [now, 0]
        if len(_said) > LOG_CAUSES:
            _said.popitem(last=False)
    if found is not None and found[1]:
        line["more"] = int(found[1])
    return line


def again() -> None:
    """Forget what was said: the next line of each cause is said at once."""
    with _lock:
        _said.clear()


def _rendered(_: Any, __: str, line: Line) -> tuple[tuple[str], dict[str, str]]:
    to = str(line.pop("to", "stderr"))
    return (_as_text(line) if _is_text(to) else json.dumps(line),), {"to": to}


def _is_text(to: str) -> bool:
    if _Way.format:
        return _Way.format == "text"
    stream = sys.stdout if to == "stdout" else sys.stderr
    return bool(getattr(stream, "isatty", lambda: False)())


def _as_text(line: Line) -> str:
    rest = dict(line)
    head = f"{rest.pop('at')}  {rest.pop('level'):<7}  {_printed(rest.pop('event')):<28}"
    where = rest.pop("where", [])
    members = " ".join(f"{name}={_quoted(value)}" for name, value in rest.items())
    frames = "".join(f"\n    {_printed(one)}" for one in where)
    return f"{head} {members}".rstrip() + frames


def _quoted(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if _PLAIN.fullmatch(text) and text.isascii() else json.dumps(text)


def _printed(text: object) -> str:
    """On one line, whatever stands in it."""
    return json.dumps(str(text))[1:-1]
