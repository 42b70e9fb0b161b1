"""Addresses of databases as they may be shown, and where what is beside them is."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from ledger.config import Settings
from ledger.projections.opened import Database


def shown(database: str) -> str:
    """An address without its password."""
    parts = urlsplit(database)
    if parts.password is None:
        return database
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{host}"))


def views_of(settings: Settings) -> Path:
    """The file of the read models of this version, beside a log on SQLite."""
    return Path(Database(settings.views).place)
