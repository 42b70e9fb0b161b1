"""Received files are kept outside the log, by the digest that the log has."""

import hashlib
import sqlite3

import pytest
from msgspec.structs import replace
from sqlalchemy import delete

from ledger.registry.tables import received
from ledger.verifying import held, verify

SAID = "the received file {} differs from its SHA-256"


@pytest.fixture
def file(case):
    """A file that an invoice was recorded from."""
    kept = [case.ledger.registry.received(name) for name, _ in case.ledger.registry.digests()]
    return next(one for one in kept if one.drawdown)


def test_a_received_file_that_was_changed_is_found(case, file):
    case.ledger.registry.keep(replace(file, content=file.content + b" "))
    assert case.verify() == (1, [SAID.format(file.sha256)])
    assert case.verify(outside=False) == (1, [SAID.format(file.sha256)])


@pytest.mark.parametrize("value", ["5", "1000000000000", "'x'", "CAST(x'ff' AS TEXT)"])
def test_a_received_file_of_another_type_is_found(case, file, value):
    if not case.database.on_sqlite:
        pytest.skip("PostgreSQL holds values to the types of their columns")
    address = case.ledger.settings.registry.removeprefix("sqlite:///")
    with sqlite3.connect(address) as connection:
        connection.execute(f"UPDATE received SET content={value}")
    status, found = case.verify()
    assert status == 1
    assert SAID.format(file.sha256) in found


def test_a_file_that_waits_is_held_against_its_digest_too(case, file):
    registry = case.ledger.registry
    waits = replace(file, sha256="0" * 64, status="queued", drawdown="")
    registry.keep(replace(waits, sha256=hashlib.sha256(b"<x/>").hexdigest(), content=b"<x/>"))
    assert case.verify() == (0, []), "the control"
    registry.keep(waits)
    assert case.verify() == (1, [SAID.format("0" * 64)])


def test_a_received_file_that_was_erased_is_no_finding(case, file, tmp_path):
    with case.ledger.registry._engine.begin() as connection:
        connection.execute(delete(received).where(received.c.sha256 == file.sha256))
    result = verify(case.ledger, held(tmp_path / "notary", [], None))
    assert result.findings == ()
    said = [sentence.template.format(**sentence.figures) for sentence in result.seen]
    assert said[-1] == f"the received file {file.sha256} is not here"
