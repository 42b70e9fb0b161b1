"""Every setting: its name, its default, what it means. Read once, when a process starts."""

import os
from collections.abc import Mapping

import msgspec

from ledger.bounds import FILE_LIMIT, MAX_DOCUMENT
from ledger.logs import FORMATS, LEVELS

MEGABYTE = 1_000_000

SETTINGS: dict[str, tuple[str, str]] = {
    "AVROP_DATABASE": (
        "sqlite:///avrop.db",
        "Where the ledger is: sqlite:///path or postgresql://user@host/db.",
    ),
    "AVROP_NOTARY": ("", "The notary's folder: its public key, newest checkpoint and tiles."),
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
    "AVROP_ACCESS_LOG": ("", "yes: write a line for each request to standard output."),
    "AVROP_LOG_LEVEL": ("info", "How much `avrop serve` logs: debug, info, warning or error."),
    "AVROP_LOG_FORMAT": ("", "json or text; by default text on a terminal and JSON elsewhere."),
}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings as values. `views` and `registry` are databases beside the log; `file_limit`
    counts bytes."""

    database: str
    notary: str = ""
    file_limit: int = FILE_LIMIT * MEGABYTE
    rules: str = ""
    access_log: bool = False
    log_level: str = ""
    log_format: str = ""

    @property
    def views(self) -> str:
        return beside(self.database, "views")

    @property
    def registry(self) -> str:
        return beside(self.database, "registry")


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises ValueError in words where one cannot be."""
    default = SETTINGS["AVROP_DATABASE"][0]
    given = os.environ if environ is None else environ
    database = given.get("AVROP_DATABASE", default)
    notary = given.get("AVROP_NOTARY", "")
    if not database.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise ValueError("AVROP_DATABASE must be sqlite:///path or postgresql://user@host/db")
    limit = given.get("AVROP_FILE_LIMIT", "") or SETTINGS["AVROP_FILE_LIMIT"][0]
    most = MAX_DOCUMENT // MEGABYTE
    if not (limit.isascii() and limit.isdecimal() and 1 <= int(limit[:9]) <= most):
        raise ValueError(f"AVROP_FILE_LIMIT must be whole megabytes, 1 to {most}")
    return Settings(
        database=database,
        notary=notary,
        file_limit=int(limit) * MEGABYTE,
        rules=given.get("AVROP_RULES", ""),
        # "-" is what gunicorn calls standard output; it meant the same before.
        access_log=_one_of(given, "AVROP_ACCESS_LOG", ("yes", "no", "-")) in ("yes", "-"),
        log_level=_one_of(given, "AVROP_LOG_LEVEL", LEVELS),
        log_format=_one_of(given, "AVROP_LOG_FORMAT", FORMATS),
    )


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
