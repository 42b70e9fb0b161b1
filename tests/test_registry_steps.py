"""A registry of each version that landed is brought forward by `init`, and no other is served."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import inspect, text, update

from ledger.opening import OtherVersion, open_ledger
from ledger.registry import Registry, enclosed, queue, steps
from ledger.registry.tables import Caller, version

ORGANISATION = "2120002403"
ROWS = {
    "persons": {"id": "p-1", "name": "Anna", "organisation": ORGANISATION, "salt": "0" * 32},
    "tokens": {
        "digest": "1" * 64,
        "person": "p-1",
        "organisation": ORGANISATION,
        "roles": "finance",
        "created_at": "2026-11-23",
    },
    "sessions": {
        **dict.fromkeys(("digest", "owner", "how", "began_at", "seen_at", "address"), "2"),
        **{"browser": "", "ends_at": "2999-01-01", "person": "p-1", "organisation": ORGANISATION},
        "roles": "finance",
    },
    "received": {
        "sha256": "3" * 64,
        "format": "peppol",
        "status": "queued",
        "buyer": ORGANISATION,
        "reason": "No order is named.",
        "figures": "{}",
        "received_at": "2026-11-23",
        "content": "Räksmörgås".encode(),
        **dict.fromkeys(("refusal", "drawdown", "decided_by", "decided_at"), ""),
    },
}
"""One of each, by the members that it has in some version."""


class Landed(NamedTuple):
    """What a version made: the number that it wrote, and the statements of each table."""

    called: str
    number: int | None
    tables: dict[str, list[str]]


def landed() -> list[Landed]:
    written = (Path(__file__).parent / "registries.sql").read_text()
    found: list[Landed] = []
    tables: dict[str, list[str]] = {}
    for section in written.split("\n== ")[1:]:
        heading, _, body = section.partition("\n")
        called, _, number = heading.partition(", ")
        made: dict[str, list[str]] = {}
        for statement in filter(str.strip, body.split(";\n")):
            (name,) = re.findall(r"\{0\}(\w+)", statement)
            made.setdefault(name, []).append(" ".join(statement.split()))
        tables = tables | made
        found.append(Landed(called, None if number == "none" else int(number), tables))
    return found


LANDED = landed()


def made_by(registry: Registry, one: Landed) -> None:
    """Make a registry as a version made it, with a row of each of ROWS."""
    schema, binary = ("", "BLOB") if registry._on_sqlite else ("avrop_registry.", "BYTEA")
    with registry.transaction() as connection:
        if schema:
            connection.execute(text("CREATE SCHEMA avrop_registry"))
        for name, statements in one.tables.items():
            for statement in statements:
                connection.execute(text(statement.format(schema, bytes=binary)))
            whole = statements[0]
            row = {key: value for key, value in ROWS.get(name, {}).items() if f"{key} " in whole}
            if "content TEXT" in whole:
                row["content"] = row["content"].decode("latin-1")
            if row:
                places = ", ".join(f":{key}" for key in row)
                columns = ", ".join(row)
                statement = f"INSERT INTO {schema}{name} ({columns}) VALUES ({places})"
                connection.execute(text(statement), row)
        if one.number is not None:
            number = {"number": one.number}
            connection.execute(text(f"INSERT INTO {schema}version VALUES (:number)"), number)


def shape_of(registry: Registry) -> dict[str, tuple[object, ...]]:
    """Every table's columns and indexes."""
    with registry.transaction() as connection:
        look, schema = inspect(connection), None if registry._on_sqlite else "avrop_registry"
        return {
            name: (
                sorted(
                    (column["name"], str(column["type"]), column["nullable"])
                    for column in look.get_columns(name, schema=schema)
                ),
                look.get_pk_constraint(name, schema=schema)["constrained_columns"],
                sorted(
                    (index["name"], index["column_names"])
                    for index in look.get_indexes(name, schema=schema)
                ),
            )
            for name in look.get_table_names(schema=schema)
        }


@pytest.fixture(scope="module")
def new_shape(tmp_path_factory):
    """What a registry that is made anew looks like on SQLite; on PostgreSQL the same is asked of
    the newest landed one."""
    registry = Registry(f"sqlite:///{tmp_path_factory.mktemp('new')}/registry.db")
    registry.create()
    found = shape_of(registry)
    registry.close()
    return found


@pytest.fixture
def registry(settings):
    opened = Registry(settings.registry)
    yield opened
    opened.close()


@pytest.mark.parametrize("one", LANDED, ids=[one.called for one in LANDED])
def test_a_registry_of_each_version_works_after_init(settings, registry, one, new_shape):
    opened = open_ledger(settings)
    opened.store.create()
    made_by(registry, one)
    if one.number != steps.NEWEST:
        with pytest.raises(OtherVersion, match="run `avrop init`"):
            opened.check()
    opened.create()
    opened.check()
    assert registry.version() == steps.NEWEST
    if registry._on_sqlite:
        assert shape_of(registry) == new_shape
    (token,) = registry.tokens()
    assert (token.id, token.person, token.organisation) == ("1" * 16, "p-1", ORGANISATION)
    assert registry.organisation_of("p-1") == ORGANISATION
    (file,) = queue.files(registry, None)
    assert file["sha256"] == "3" * 64
    assert registry.received("3" * 64).content == "Räksmörgås".encode()
    enclosed.call(registry, "3" * 64, "räksmörgås.xml")
    assert enclosed.names(registry, ["3" * 64]) == {"3" * 64: "räksmörgås.xml"}
    now = datetime(2026, 12, 1, tzinfo=UTC)
    caller = Caller(person="p-1", organisation=ORGANISATION, roles=("finance",))
    assert registry.session(registry.open_session(caller, None, now), now) is not None
    opened.create()
    assert len(registry.tokens()) == 1
    opened.close()


def test_the_last_that_landed_is_what_is_made_today(registry, new_shape):
    """A changed table wants a step, and what it is then in registries.sql."""
    newest = LANDED[-1]
    assert newest.number == steps.NEWEST
    made_by(registry, newest)
    if registry._on_sqlite:
        assert shape_of(registry) == new_shape
    else:
        assert sorted(shape_of(registry)) == sorted(new_shape)


def test_steps_are_taken_by_one_of_several_at_once(settings, registry):
    made_by(registry, LANDED[9])
    several = [Registry(settings.registry) for _ in range(4)]
    with ThreadPoolExecutor(len(several)) as pool:
        list(pool.map(lambda one: one.create(), several))
    assert len(registry.people()) == 1
    with registry.transaction() as connection:
        assert connection.execute(version.select()).scalars().all() == [steps.NEWEST]
    for one in several:
        one.close()


def test_a_registry_of_a_newer_version_is_left_as_it_is_and_not_served(settings, registry):
    opened = open_ledger(settings)
    opened.create()
    with registry.transaction() as connection:
        connection.execute(update(version).values(number=steps.NEWEST + 1))
    for asked in (opened.check, opened.create):
        with pytest.raises(OtherVersion, match="of a newer version of the program"):
            asked()
    assert registry.version() == steps.NEWEST + 1
    opened.close()


def test_a_registry_that_is_gone_is_said_and_not_made_by_looking(settings, registry):
    opened = open_ledger(settings)
    opened.store.create()
    with pytest.raises(OtherVersion, match="There is no registry"):
        opened.check()
    assert not registry._on_sqlite or not Path(registry._engine.url.database).exists()
    opened.close()


def test_verbs_say_which_registry_they_cannot_work_with(desk):
    Path("avrop.registry.db").unlink()
    assert "avrop.registry.db" in desk.refused("token", "list")
    desk.done("init")
    registry = Registry("sqlite:///avrop.registry.db")
    for number, said in ((0, "run `avrop init`"), (steps.NEWEST + 1, "newer version")):
        with registry.transaction() as connection:
            connection.execute(update(version).values(number=number))
        assert said in desk.refused("token", "list")
        assert said in desk.refused("serve")
    assert "newer version" in desk.refused("init")
    registry.close()
