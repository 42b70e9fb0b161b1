"""Every setting: its name, its default, what it means. Read once, when a process starts."""

import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from ledger.bounds import FILE_LIMIT, MAX_DOCUMENT, MAX_HSTS, SESSION_HOURS, SESSION_IDLE
from ledger.domain.personal import is_e_mail
from ledger.logs import FORMATS, LEVELS

MEGABYTE = 1_000_000

SETTINGS: dict[str, tuple[str, str]] = {
    "AVROP_DATABASE": (
        "sqlite:///avrop.db",
        "Where the ledger is: sqlite:///path or postgresql://user@host/db.",
    ),
    "AVROP_READS": (
        "",
        "A standby of the PostgreSQL that AVROP_DATABASE names: lists and figures are read there.",
    ),
    "AVROP_NOTARY": ("", "The notary's folder: its public key, newest checkpoint and tiles."),
    "AVROP_ENDED": (
        "",
        "The file of tokens and persons that were ended, which a restored backup ends again; "
        "by default beside SQLite's.",
    ),
    "AVROP_WORKERS": (
        "1",
        "Worker processes; on PostgreSQL there may be several, which gains readers, not writers.",
    ),
    "AVROP_THREADS": (
        "",
        "Threads in each worker; by default 16 on SQLite, on PostgreSQL 32 that workers share.",
    ),
    "AVROP_FILE_LIMIT": (
        str(FILE_LIMIT),
        "Megabytes that a received file may have: 1 to 100. A proxy in front has its own bound.",
    ),
    "AVROP_RULES": (
        "",
        "The folder of the official rules of e-invoices, with a folder for each release (2026.5).",
    ),
    "AVROP_ADDRESS": (
        "",
        "The public address of the ledger, for links: https://avrop.example.se, without a path.",
    ),
    "AVROP_SMTP": (
        "",
        "The server that mail goes by: smtp://user@host:587 or smtps://user@host:465.",
    ),
    "AVROP_SMTP_PASSWORD_FILE": ("", "A file with the password for that server, and nothing else."),
    "AVROP_SENDER": ("", "Whom mail is from, which bounces come back to: avrop@example.se."),
    "AVROP_OPERATOR": ("", "Who runs the ledger, as people know them: told on /accessibility."),
    "AVROP_CONTACT": ("", "Where faults are told: an e-mail address or a telephone number."),
    "AVROP_OIDC": ("", "A file of those who are believed about who somebody is: single sign-on."),
    "AVROP_SESSION_IDLE": (
        str(SESSION_IDLE),
        "Minutes after which somebody who does nothing is signed out: 1 to 720.",
    ),
    "AVROP_HSTS": (
        "0",
        "Seconds for which browsers ask for nothing here but by https (a year: 31536000).",
    ),
    "AVROP_ACCESS_LOG": ("", "yes: write a line for each request to standard output."),
    "AVROP_LOG_LEVEL": ("info", "How much `avrop serve` logs: debug, info, warning or error."),
    "AVROP_LOG_FORMAT": ("", "json or text; by default text on a terminal and JSON elsewhere."),
}


PROXIES = ("127.0.0.1", "::1")
"""Proxies in front that are believed about https, the host and the client's address, where
FORWARDED_ALLOW_IPS, which is gunicorn's own setting, names no others."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings as values. `views` and `registry` are databases beside the log; `file_limit`
    counts bytes, `session_idle` minutes, `hsts` seconds."""

    database: str
    reads: str = ""
    notary: str = ""
    ended: str = ""
    file_limit: int = FILE_LIMIT * MEGABYTE
    rules: str = ""
    access_log: bool = False
    log_level: str = ""
    log_format: str = ""
    address: str = ""
    smtp: str = ""
    smtp_password_file: str = ""
    sender: str = ""
    operator: str = ""
    contact: str = ""
    oidc: str = ""
    session_idle: int = SESSION_IDLE
    hsts: int = 0
    proxies: tuple[str, ...] = PROXIES

    @property
    def views(self) -> str:
        return beside(self.database, "views")

    @property
    def registry(self) -> str:
        return beside(self.database, "registry")

    @property
    def ended_file(self) -> Path | None:
        """Where it is noted what was ended; None: nowhere. Best on another disk than the log."""
        if self.ended:
            return Path(self.ended)
        path = self.database.removeprefix("sqlite:///")
        if path in (self.database, ":memory:"):
            return None
        return Path(path.removesuffix(".db") + ".ended")


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises ValueError in words where one cannot be."""
    default = SETTINGS["AVROP_DATABASE"][0]
    given = os.environ if environ is None else environ
    database = given.get("AVROP_DATABASE", default)
    notary = given.get("AVROP_NOTARY", "")
    if not (database.startswith("sqlite:///") or _is_postgresql(database)):
        raise ValueError("AVROP_DATABASE must be sqlite:///path or postgresql://user@host/db")
    reads = given.get("AVROP_READS", "").strip()
    if reads and not (_is_postgresql(reads) and _is_postgresql(database)):
        raise ValueError("AVROP_READS must be a standby of the PostgreSQL of AVROP_DATABASE")
    limit = _whole(given, "AVROP_FILE_LIMIT", "megabytes", 1, MAX_DOCUMENT // MEGABYTE)
    address = _address(given.get("AVROP_ADDRESS", "").strip())
    smtp, sender = _mail(given, address)
    return Settings(
        database=database,
        reads=reads,
        notary=notary,
        ended=given.get("AVROP_ENDED", "").strip(),
        file_limit=limit * MEGABYTE,
        rules=given.get("AVROP_RULES", ""),
        # "-" is what gunicorn calls standard output; it meant the same before.
        access_log=_one_of(given, "AVROP_ACCESS_LOG", ("yes", "no", "-")) in ("yes", "-"),
        log_level=_one_of(given, "AVROP_LOG_LEVEL", LEVELS),
        log_format=_one_of(given, "AVROP_LOG_FORMAT", FORMATS),
        address=address,
        smtp=smtp,
        smtp_password_file=given.get("AVROP_SMTP_PASSWORD_FILE", "").strip(),
        sender=sender,
        operator=given.get("AVROP_OPERATOR", "").strip(),
        contact=given.get("AVROP_CONTACT", "").strip(),
        oidc=given.get("AVROP_OIDC", "").strip(),
        session_idle=_whole(given, "AVROP_SESSION_IDLE", "minutes", 1, SESSION_HOURS * 60),
        hsts=_whole(given, "AVROP_HSTS", "seconds", 0, MAX_HSTS),
        proxies=_proxies(given.get("FORWARDED_ALLOW_IPS", "")),
    )


def _is_postgresql(address: str) -> bool:
    return address.startswith(("postgresql://", "postgres://"))


def _whole(given: Mapping[str, str], name: str, unit: str, least: int, most: int) -> int:
    """A setting that is a whole number; its default where nothing is said."""
    text = given.get(name, "").strip() or SETTINGS[name][0]
    if not (text.isascii() and text.isdecimal() and least <= int(text[:9]) <= most):
        raise ValueError(f"{name} must be whole {unit}, {least} to {most}")
    return int(text)


def _address(text: str) -> str:
    """Scheme and host, without a slash at the end."""
    found = urlsplit(text)
    is_bare = found.path in ("", "/") and not (found.query or found.fragment or found.username)
    if text and not (found.scheme in ("http", "https") and found.hostname and is_bare):
        raise ValueError("AVROP_ADDRESS must be like https://avrop.example.se, without a path")
    return text.rstrip("/")


def _mail(given: Mapping[str, str], address: str) -> tuple[str, str]:
    """The server that mail goes by and whom it is from; neither where no server is said."""
    smtp, sender = (given.get(name, "").strip() for name in ("AVROP_SMTP", "AVROP_SENDER"))
    if not smtp:
        return "", sender
    found = urlsplit(smtp)
    try:
        is_server = found.scheme in ("smtp", "smtps") and found.hostname and found.port != 0
    except ValueError:  # a port that is no number
        is_server = False
    if not is_server or found.path not in ("", "/") or found.query or found.fragment:
        raise ValueError("AVROP_SMTP must be smtp://user@host:port or smtps://user@host:port")
    if found.password is not None:
        raise ValueError(
            "AVROP_SMTP must have no password: it stands in the file AVROP_SMTP_PASSWORD_FILE"
        )
    if found.username and not given.get("AVROP_SMTP_PASSWORD_FILE", "").strip():
        raise ValueError("AVROP_SMTP names a user: AVROP_SMTP_PASSWORD_FILE must name a file")
    if not is_e_mail(sender):
        raise ValueError("AVROP_SENDER must be an address like avrop@example.se to send mail")
    if not address:
        raise ValueError("AVROP_ADDRESS must be set to send mail: it is where links lead to")
    return smtp, sender


def _proxies(text: str) -> tuple[str, ...]:
    found = tuple(one.strip() for one in text.split(",") if one.strip()) or PROXIES
    try:
        for one in found:
            if one != "*":
                ip_network(one, strict=False)
    except ValueError as error:
        raise ValueError(
            "FORWARDED_ALLOW_IPS must be addresses with commas between, or *"
        ) from error
    return found


def _one_of(given: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    """A setting that is one of a few words; empty where nothing is said."""
    found = given.get(name, "").strip().lower()
    if found and found not in values:
        raise ValueError(f"{name} must be one of {', '.join(values)}")
    return found


def beside(database: str, part: str) -> str:
    """The SQLAlchemy address of what lies beside the log: a file of its own, or the same server."""
    if database.startswith("sqlite:///"):
        path = database.removeprefix("sqlite:///")
        stem = path.removesuffix(".db")
        return f"sqlite:///{stem}.{part}.db"
    return "postgresql+psycopg://" + database.partition("://")[2]
