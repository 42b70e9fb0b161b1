"""A restored ledger goes on, openly: what is lost is said, and nothing is given out twice."""

import re

import pytest
from click.testing import CliRunner

from ledger import people, verifying
from ledger.audit import tree
from ledger.audit.note import SigningKey
from ledger.cli import main
from ledger.domain import access, agreement, order
from ledger.domain.events import AgreementNumbersSkipped, LogRestored
from ledger.domain.restoring import GoOn, stream
from ledger.keeping import restoring
from ledger.keeping.going_on import GoingOn
from ledger.telling import tell
from ledger.wording import say
from tests.audit.audit_given import KEY, ORIGIN
from tests.clock import STARTED
from tests.conftest import BUYER
from tests.keeping.keeping_given import NOTHING, Drill, signed
from tests.people import let_in, person_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NEW = SigningKey(name="example.org/ledger-2", kind=KEY.kind, seed=bytes(range(2, 34)))
ANEW = GoingOn(origin=NEW.name)


@pytest.fixture
def drill(harnosand, tmp_path):
    """A backup, and after it what is lost: people, and an auditor's or a supplier's checkpoint."""
    drill = Drill(harnosand, tmp_path)
    for number in range(3):
        let_in(harnosand, f"Efter {number}", BUYER, ("manager",))
    return drill


def restored(drill, outside, **more):
    drill.restore(outside, going_on=ANEW, **more)
    return drill.opened()


def test_that_it_was_restored_is_a_fact_with_what_is_lost(drill, tmp_path):
    outside = signed(drill.ledger, tmp_path)
    again = restored(drill, outside)
    (fact,) = again.store.history(stream("restored"))
    size = drill.made.manifest.log.size
    assert fact.event == LogRestored(
        size=size,
        root=drill.made.manifest.log.root,
        known=drill.ledger.store.leaves.head().size,
        origin=ORIGIN,
        goes_on_as=NEW.name,
    )
    told = [say(tell(fact.event, fact.stream, ""), language) for language in ("en", "sv")]
    last = fact.event.known - 1
    assert told == [
        f"The log was restored up to entry {size - 1}; entries {size} to {last} are lost",
        f"Loggen återställdes till och med post {size - 1}; posterna {size} till {last} är "
        "förlorade",
    ]
    again.close()


def test_numbers_jump_over_what_may_have_been_given_out(drill, tmp_path):
    outside = signed(drill.ledger, tmp_path)
    before = drill.ledger.service.load(agreement.stream("SKO-2023"))[1]
    again = restored(drill, outside)
    lost = drill.ledger.store.leaves.head().size - drill.made.manifest.log.size
    after = again.service.load(agreement.stream("SKO-2023"))[1]
    assert after.orders == before.orders + lost
    assert after.competitions_opened == before.competitions_opened + lost
    facts = again.store.history(agreement.stream("SKO-2023"))
    (skipped,) = (one for one in facts if isinstance(one.event, AgreementNumbersSkipped))
    assert f"SKO-2023-{after.orders:04d}" in say(tell(skipped.event, skipped.stream, "SEK"), "en")
    assert verifying.verify(again, NOTHING).findings == ()
    again.close()


def test_a_held_checkpoint_of_what_is_lost_is_said_and_is_no_alarm(drill, tmp_path):
    outside = signed(drill.ledger, tmp_path)
    again = restored(drill, outside)
    result = verifying.verify(again, outside)
    assert result.findings == ()
    assert result.lost == drill.ledger.store.leaves.head().size - drill.made.manifest.log.size
    assert any("is of before the log was restored" in one.template for one in result.seen)
    again.close()


def test_without_the_fact_it_is_an_alarm(drill, tmp_path):
    """The control: restored without a word, and held against the same checkpoint."""
    outside = signed(drill.ledger, tmp_path)
    drill.restore(outside)
    again = drill.opened()
    kinds = [one.kind for one in verifying.verify_log(again.store, outside)]
    assert kinds == ["cut"]
    again.close()


def test_a_fact_that_says_another_tree_than_it_had_is_found(drill, tmp_path):
    outside = signed(drill.ledger, tmp_path)
    drill.restore(outside)
    again = drill.opened()
    lie = GoOn(size=again.store.leaves.head().size, root="ab" * 32, origin=ORIGIN)
    again.service.execute(lie, people.server(again.service, again.registry))
    templates = [one.template for one in verifying.verify(again, outside).findings]
    assert any("restored with other entries than it has" in one for one in templates)
    again.close()


def test_the_old_notary_says_so_and_the_new_one_signs(drill, tmp_path, monkeypatch):
    outside = signed(drill.ledger, tmp_path)
    restored(drill, outside).close()
    monkeypatch.setenv("AVROP_DATABASE", drill.settings.database)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(key: SigningKey, name: str):
        file = tmp_path / f"{name}.key"
        file.write_text(f"{key.text}\n")
        asked = ["notary", "run", "--once", "--key", str(file), "--folder", str(tmp_path / name)]
        asked += ["--state", str(tmp_path / "state" if name == "notary" else tmp_path / "state-2")]
        return CliRunner().invoke(main, asked, obj=STARTED)

    old = run(KEY, "notary")
    assert old.exit_code == 1
    assert "the log was restored on " in old.stderr
    assert f"`avrop notary init {NEW.name}`" in old.stderr
    assert "ALARM" not in old.output
    assert run(NEW, "second").exit_code == 0


def test_what_was_ended_since_ends_again_as_a_fact(harnosand, tmp_path):
    token = let_in(harnosand, "Förlorade Sin Nyckel", BUYER, ("manager",))
    let_in(harnosand, "Ville Glömmas", BUYER, ("manager",))
    person = person_of(harnosand, "Ville Glömmas")
    drill = Drill(harnosand, tmp_path)
    people.end_token(harnosand.service, harnosand.registry, token, "Lost")
    people.erase(harnosand.service, harnosand.registry, person)
    again = restored(drill, signed(harnosand, tmp_path), ended=harnosand.settings.ended_file)
    assert again.service.load(access.stream(person))[1].erased_on is not None
    whose = person_of(again, "Förlorade Sin Nyckel")
    (ended,) = again.service.load(access.stream(whose))[1].tokens
    assert ended.ended_on is not None
    again.close()


@pytest.mark.parametrize(
    ("going_on", "said"),
    [
        (GoingOn(), r"Say with --origin as what the log is signed from here"),
        (GoingOn(origin=ORIGIN), r"another name than example\.org/ledger"),
    ],
)
def test_the_same_name_signs_no_other_history(drill, tmp_path, going_on, said):
    assert re.search(said, drill.refused(signed(drill.ledger, tmp_path), going_on))


def test_where_nobody_knows_what_is_lost_it_has_to_be_said(drill):
    assert "It is not known how much is lost" in drill.refused(going_on=GoingOn())
    drill.restore(going_on=GoingOn(skip=40))
    again = drill.opened()
    before = drill.ledger.service.load(agreement.stream("SKO-2023"))[1]
    assert again.service.load(agreement.stream("SKO-2023"))[1].orders == before.orders + 40
    again.close()


def test_a_database_that_its_own_tools_put_back_goes_on_too(drill, tmp_path):
    """As on PostgreSQL, where a dump or an archive was restored: without a folder."""
    outside = signed(drill.ledger, tmp_path)
    drill.restore(outside)
    found = restoring.resume(drill.settings, outside, None, ANEW, STARTED)
    assert (found.size, found.known) == (
        drill.made.manifest.log.size,
        drill.ledger.store.leaves.head().size,
    )
    again = drill.opened()
    assert len(again.store.history(stream("restored"))) == 1
    assert tree.root(again.store.leaves.head()) != bytes.fromhex(drill.made.manifest.log.root)
    again.close()


def test_a_new_order_has_a_number_that_nobody_had(drill, tmp_path):
    outside = signed(drill.ledger, tmp_path)
    again = restored(drill, outside)
    state = again.service.load(agreement.stream("SKO-2023"))[1]
    assert order.decisions.order_number(state.number, state.orders + 1) not in {
        fact.stream.partition("/")[2] for fact in drill.ledger.store.follow(0, 100_000)
    }
    again.close()
