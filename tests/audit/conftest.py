"""A ledger that the notary has signed, as an attacker finds it."""

import pytest
from click.testing import CliRunner

from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.audit.published import publish_key
from ledger.cli import main
from tests.audit.attacker import Case, Database
from tests.audit.audit_given import KEY
from tests.clock import STARTED


@pytest.fixture
def case(harnosand, tmp_path, monkeypatch):
    folder = tmp_path / "notary"
    signing = Notary(key=KEY, state=tmp_path / "state", folder=folder)
    note = notary.cycle(signing, harnosand.store.leaves)
    publish_key(folder, KEY.verifier)
    held = tmp_path / "held.checkpoint"
    held.write_bytes(note.data)
    monkeypatch.setenv("AVROP_DATABASE", harnosand.settings.database)

    def verify(*, outside=True):
        """Exit status and findings; `outside`: with what is held outside the database."""
        options = ("--key", KEY.verifier.text, "--checkpoint", str(held), "--folder", str(folder))
        asked = ["verify", *(options if outside else ())]
        result = CliRunner().invoke(main, obj=STARTED, args=asked, catch_exceptions=False)
        lines = result.output.splitlines()
        return result.exit_code, [line[2:] for line in lines if line.startswith("! ")]

    assert verify() == (0, []), "the control: before the attack all is well"
    return Case(harnosand, Database(harnosand), verify)
