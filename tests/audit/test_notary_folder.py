"""A notary whose folder somebody was at: an alarm in words, whatever stands there."""

import pytest

from ledger.audit.notary import Alarm, Notary, cycle
from tests.audit.audit_given import KEY, Log, edited_with_leaf, facts, grown, head_of, log

SIZE = len(facts())


@pytest.fixture
def at_work(tmp_path):
    """A notary that has signed the small log, and the log."""
    source = Log(log())
    at_work = Notary(key=KEY, state=tmp_path / "own" / "state", folder=tmp_path / "published")
    cycle(at_work, source)
    cycle(at_work, source, recheck=True)  # the control
    return at_work, source


def alarmed(at_work, source, **how):
    before = at_work.state.read_bytes() if at_work.state.is_file() else b""
    with pytest.raises(Alarm) as alarm:
        cycle(at_work, source, **how)
    if before:
        assert at_work.state.read_bytes() == before
    return [(finding.kind, finding.sentence) for finding in alarm.value.findings]


def made_a_folder(path):
    path.unlink(missing_ok=True)
    path.mkdir(parents=True)


@pytest.mark.parametrize("name", [f"tile/0/000.p/{SIZE}", f"tile/entries/000.p/{SIZE}"])
def test_a_folder_in_the_place_of_a_tile_ends_in_an_alarm(at_work, name):
    made, source = at_work
    made_a_folder(made.folder / name)
    said = [("tiles", f"{name} cannot be read: Is a directory")]
    assert alarmed(made, source, recheck=True) == said
    source.put(grown(log(), 3))
    assert alarmed(made, source) == said


@pytest.mark.parametrize("name", [f"tile/0/000.p/{SIZE + 3}", "tile/0/000.p"])
def test_what_stands_where_a_tile_is_written_ends_in_an_alarm(at_work, name):
    made, source = at_work
    if name.endswith(".p"):
        full = made.folder / name
        for each in full.iterdir():
            each.unlink()
        full.rmdir()
        full.write_bytes(b"")
    else:
        made_a_folder(made.folder / name)
    source.put(grown(log(), 3))
    ((kind, sentence),) = alarmed(made, source)
    assert kind == "tiles"
    assert sentence.endswith(("is missing", "cannot be written: Is a directory"))


def test_a_folder_in_the_place_of_the_checkpoint_or_the_state_ends_in_an_alarm(at_work):
    made, source = at_work
    made_a_folder(made.checkpoint)
    said = "the checkpoint that is out cannot be read: Is a directory"
    assert alarmed(made, source) == [("state", said)]
    made.checkpoint.rmdir()
    cycle(made, source)
    made_a_folder(made.state)
    ((kind, sentence),) = alarmed(made, source)
    assert kind == "state"
    assert sentence.startswith("the state file is not what was signed: ")


@pytest.mark.parametrize("data", [None, b"rubbish", b"\x00\x02{}" * SIZE])
def test_a_past_made_anew_is_an_alarm_also_where_the_entries_are_gone(at_work, data):
    made, source = at_work
    entries = made.folder / f"tile/entries/000.p/{SIZE}"
    entries.unlink()
    if data is not None:
        entries.write_bytes(data)
    source.put(log(), head_of(edited_with_leaf(log())))
    ((kind, _),) = alarmed(made, source)
    assert kind == "tiles"
