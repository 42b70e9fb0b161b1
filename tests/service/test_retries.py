"""A request sent again while its first try is still being committed gets the first answer."""

from datetime import date

import pytest

from ledger.domain import order
from ledger.domain.events import By
from ledger.domain.refusals import CapExceeded, KeyReused, WrongStatus
from ledger.service import Service
from ledger.store import Request
from tests.service.race import BY, ordering, sign

SUPPLIER = By(person="p-2", organisation="2021004524", role="supplier")
CONFIRM = order.ConfirmOrder(order="A-0001", on=date(2026, 2, 2))


def commits_after_the_look_up(monkeypatch, service, command, by, digest="body"):
    """The first try's commit arrives just after its retry has looked the key up in vain."""
    look_up = service.store.find_request

    def find_request(key):
        found = look_up(key)
        monkeypatch.setattr(service.store, "find_request", look_up)
        Service(service.store).execute(command, by, Request(key=key, digest=digest))
        return found

    monkeypatch.setattr(service.store, "find_request", find_request)


@pytest.mark.parametrize("expected", [None, 1])
def test_a_retry_that_finds_its_own_confirmation_in_its_way_is_a_replay(
    ledger, monkeypatch, expected
):
    sign(ledger.service, 1_000_000)
    ledger.service.execute(ordering(1_000_000), BY)
    commits_after_the_look_up(monkeypatch, ledger.service, CONFIRM, SUPPLIER)
    request = Request(key="k", digest="body")
    outcome = ledger.service.execute(CONFIRM, SUPPLIER, request, expected=expected)
    assert (outcome.replayed, outcome.version, outcome.state.status) == (True, 2, "confirmed")
    with pytest.raises(WrongStatus):
        ledger.service.execute(CONFIRM, SUPPLIER, Request(key="another", digest="body"))


def test_a_retry_whose_own_order_took_the_room_is_a_replay(ledger, monkeypatch):
    sign(ledger.service, 1_000_000)
    command = ordering(1_000_000)
    commits_after_the_look_up(monkeypatch, ledger.service, command, BY)
    outcome = ledger.service.execute(command, BY, Request(key="k", digest="body"))
    assert (outcome.replayed, outcome.state.number) == (True, "A-0001")
    with pytest.raises(CapExceeded):
        ledger.service.execute(command, BY, Request(key="another", digest="body"))


def test_the_key_of_something_else_that_was_committed_meanwhile_is_refused(ledger, monkeypatch):
    sign(ledger.service, 1_000_000)
    ledger.service.execute(ordering(1_000_000), BY)
    commits_after_the_look_up(monkeypatch, ledger.service, CONFIRM, SUPPLIER, "another body")
    with pytest.raises(KeyReused):
        ledger.service.execute(CONFIRM, SUPPLIER, Request(key="k", digest="body"))
