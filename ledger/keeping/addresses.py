"""Addresses of databases as they may be shown: without a password."""

from urllib.parse import urlsplit, urlunsplit

REGISTRY = "avrop_registry"
"""PostgreSQL's schema of the registry."""


def shown(database: str) -> str:
    """An address without its password."""
    parts = urlsplit(database)
    if parts.password is None:
        return database
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{host}"))
