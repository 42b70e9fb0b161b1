"""Every setting: its name, its default, what it means. Read once, when a process starts."""

import os
from collections.abc import Mapping

import msgspec

SETTINGS: dict[str, tuple[str, str]] = {
    "AVROP_DATABASE": (
        "sqlite:///avrop.db",
        "Where the ledger is: sqlite:///path or postgresql://user@host/db.",
    ),
    "AVROP_NOTARY": ("", "The notary's folder: its public key, newest checkpoint and tiles."),
    "AVROP_WORKERS": ("", "Worker processes; by default 1 on SQLite, up to 4 on PostgreSQL."),
    "AVROP_THREADS": ("", "Threads in each worker; by default 16 on SQLite, 8 on PostgreSQL."),
    "AVROP_ACCESS_LOG": ("", "yes: write a line for each request to standard output."),
}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings as values. `views` and `registry` are databases beside the log."""

    database: str
    notary: str = ""

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
    return Settings(database=database, notary=notary)


def beside(database: str, part: str) -> str:
    """The SQLAlchemy address of what lies beside the log: a file of its own, or the same server."""
    if database.startswith("sqlite:///"):
        path = database.removeprefix("sqlite:///")
        stem = path.removesuffix(".db")
        return f"sqlite:///{stem}.{part}.db"
    return "postgresql+psycopg://" + database.partition("://")[2]
