"""Who acted in a role that the log did not give them: named alike live and in a bundle."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from ledger import bundling, people, verifying
from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.audit.published import keep, publish_key
from ledger.audit.verifier import verify
from ledger.clock import day_of
from ledger.domain import access, agreement
from ledger.domain.events import By, Party
from tests.audit.audit_given import KEY
from tests.clock import STARTED
from tests.conftest import BUYER, SUPPLIER
from tests.people import person_of

TODAY = STARTED.today


@pytest.fixture
def parts(ledger):
    return ledger.service, ledger.registry


def sign(ledger, by, number="A"):
    ledger.service.execute(
        agreement.SignAgreement(
            number=number,
            title="A",
            currency="SEK",
            cap=10_000_000_00,
            buyers=(Party(organisation=BUYER),),
            suppliers=(Party(organisation=SUPPLIER),),
            signed_on=date(2026, 1, 1),
            starts_on=date(2026, 1, 1),
            ends_on=date(2029, 12, 31),
        ),
        by,
    )


def suspend(ledger, by):
    command = agreement.SuspendAgreement(agreement="A", reason="R", on=TODAY)
    return ledger.service.execute(command, by).position - 1


def both(ledger, folder, number=None):
    """The entries whose role `avrop verify` names, and those that `verify.py` names in a bundle."""
    live = [one.figures["index"] for one in verifying.verify(ledger, verifying.Held()).findings]
    signing = Notary(key=KEY, state=folder / "state", folder=folder / "notary")
    note = notary.cycle(signing, ledger.store.leaves)
    publish_key(signing.folder, KEY.verifier)
    keep(signing.folder, note, TODAY)
    with (folder / "bundle.zip").open("wb") as out:
        bundling.write(ledger.store, signing.folder, out, number)
    said = verify.examine(folder / "bundle.zip", KEY.verifier.text)
    named = [re.match(r"entry (\d+) was recorded by .* in the role", line) for line in said.wrong]
    assert all(named), said.wrong
    return live, [int(one[1]) for one in named]


def test_what_the_log_gives_is_right_in_both(ledger, parts, tmp_path):
    manager = people.acting(*parts, "Avtal", BUYER, "manager")
    sign(ledger, manager)
    auditor = people.auditor(*parts, "Revisor", BUYER)
    appointing = access.AppointAuditor(
        person=auditor,
        organisations=(BUYER,),
        starts_on=TODAY,
        ends_on=TODAY,
        decision="KF 1",
        on=TODAY,
    )
    ledger.service.execute(appointing, people.server(*parts))
    reading = access.RecordBundleRead(person=auditor, size=1, root="00", scope="")
    ledger.service.execute(reading, By(person=auditor, organisation=BUYER, role="auditor"))
    ending = access.EndRole(person=manager.person, number=1, reason="R", on=TODAY)
    ledger.service.execute(ending, people.server(*parts))
    people.erase(*parts, auditor)
    assert both(ledger, tmp_path) == ([], [])


@pytest.mark.parametrize(
    ("role", "organisation", "end"),
    [
        ("finance", BUYER, None),
        ("manager", SUPPLIER, None),
        ("manager", BUYER, "role"),
        ("manager", BUYER, "person"),
        ("auditor", BUYER, None),
        ("admin", "", None),
    ],
)
def test_what_it_did_not_give_is_named_in_both(
    ledger, parts, tmp_path, monkeypatch, role, organisation, end
):
    manager = people.acting(*parts, "Avtal", BUYER, "manager")
    sign(ledger, manager)
    if end == "role":
        ending = access.EndRole(person=manager.person, number=1, reason="R", on=TODAY)
        ledger.service.execute(ending, people.server(*parts))
    if end == "person":
        people.erase(*parts, manager.person)
    # Another program than this one writes to the log.
    monkeypatch.setattr(access, "require_role", lambda *_: None)
    monkeypatch.setattr("ledger.deciding.DECISIONS", unguarded())
    at = suspend(ledger, By(person=manager.person, organisation=organisation, role=role))
    assert both(ledger, tmp_path) == ([at], [at])


def unguarded():
    from ledger.deciding import DECISIONS

    row = DECISIONS[agreement.SuspendAgreement]
    return {**DECISIONS, agreement.SuspendAgreement: row._replace(guards=())}


def test_of_whom_the_log_says_nothing_is_named_once_it_says_who_may(
    ledger, parts, tmp_path, monkeypatch
):
    stranger = By(person=person_of(ledger, "Ingen"), organisation=BUYER, role="manager")
    sign(ledger, stranger)  # as an earlier version recorded it
    people.acting(*parts, "Avtal", BUYER, "manager")
    at = suspend(ledger, stranger)
    assert both(ledger, tmp_path) == ([at], [at])


def test_a_bundle_of_one_agreement_says_nothing_of_roles(ledger, parts, tmp_path):
    sign(ledger, people.acting(*parts, "Avtal", BUYER, "manager"))
    assert both(ledger, tmp_path, "A") == ([], [])


def test_the_verifier_knows_a_days_end_in_sweden_without_a_table_of_time_zones():
    at = datetime(2020, 1, 1, 0, 30, tzinfo=UTC)
    for hours in range(0, 24 * 366 * 15, 7):
        moment = at + timedelta(hours=hours)
        assert verify.day_in_sweden(moment) == day_of(moment)
    for day in range(22, 32):  # the hour itself
        for month in (3, 10):
            for minute in (0, 30, 59, 60, 61):
                moment = datetime(2027, month, day, tzinfo=UTC) + timedelta(minutes=minute)
                assert verify.day_in_sweden(moment) == day_of(moment)
