"""What is to be known of PostgreSQL also where its driver is not loaded: on SQLite it never is."""

import sys

SCHEMA = "avrop_log"
"""The schema of the log's tables there; SQLite has a file of its own instead."""


def or_of_driver(name: str, *others: type[Exception]) -> tuple[type[Exception], ...]:
    """These exceptions, and the driver's of a name: what is not loaded raises none."""
    driver = sys.modules.get("psycopg")
    return others if driver is None else (*others, getattr(driver, name))
