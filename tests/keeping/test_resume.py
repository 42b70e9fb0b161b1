"""A database that its own tools have put back, as a dump on PostgreSQL, is verified and goes on."""

import msgspec
import pytest

from ledger import verifying
from ledger.domain.restoring import stream
from ledger.keeping import CannotKeep, restoring
from ledger.keeping.going_on import GoingOn
from tests.clock import STARTED
from tests.conftest import BUYER
from tests.keeping.keeping_given import NOTHING, signed
from tests.people import let_in

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def test_it_is_verified_and_says_what_is_known_elsewhere(harnosand, tmp_path):
    outside = signed(harnosand, tmp_path)
    found = restoring.resume(harnosand.settings, outside, None, None, STARTED)
    assert (found.size, found.known) == (harnosand.store.leaves.head().size, 0)


def test_it_goes_on_after_a_loss_with_a_fact_and_with_what_was_ended(harnosand, tmp_path):
    token = let_in(harnosand, "Förlorade Sin Nyckel", BUYER, ("manager",))
    ended = tmp_path / "ended"
    harnosand.registry.ended.path = ended
    assert harnosand.registry.revoke(token)
    with harnosand.registry.transaction() as connection:
        connection.exec_driver_sql("UPDATE avrop_registry.tokens SET revoked_at = NULL")
    going_on = GoingOn(skip=10)
    found = restoring.resume(harnosand.settings, NOTHING, ended, going_on, STARTED)
    assert len(found.ended.tokens) == 1
    assert len(harnosand.store.history(stream("restored"))) == 1
    assert verifying.verify(harnosand, NOTHING).findings == ()


def test_an_address_at_which_nobody_answers_is_named_without_its_password(harnosand):
    address = "postgresql://avrop:secret@127.0.0.1:1/avrop"
    settings = msgspec.structs.replace(harnosand.settings, database=address)
    with pytest.raises(CannotKeep) as refused:
        restoring.resume(settings, NOTHING, None, None, STARTED)
    assert "The database postgresql://avrop@127.0.0.1:1/avrop does not answer" in str(refused.value)
    assert "secret" not in str(refused.value)
