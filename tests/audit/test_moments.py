"""When entries say that they were recorded: the log's clock only goes forward, and nobody dates an
entry back behind a checkpoint that somebody has held."""

from datetime import date, datetime, timedelta

import pytest

from ledger.audit import notary
from ledger.audit.check import examine
from ledger.audit.checkpoint import signed
from ledger.audit.moments import since_day
from ledger.audit.notary import Alarm, Notary
from ledger.audit.verifier import digest, verify
from ledger.domain import events
from tests.audit.audit_given import (
    KEY,
    MOMENT,
    Log,
    checkpoint_of,
    contents,
    log,
    numbered,
    stored,
)
from tests.audit.bundle_given import laid_out, made

HOUR = timedelta(hours=1)
DAY = MOMENT.date()


def more(*moments):
    """The small log and an entry of each moment."""
    new = [
        ("order/B", *stored(events.OrderStarted(), 50 + number, moment))
        for number, moment in enumerate(moments)
    ]
    return numbered([*contents(log()), *new])


def wrong(rows, since=()):
    found = examine(rows, since=since).findings
    assert {finding.kind for finding in found} <= {"time"}
    return [finding.sentence for finding in found]


def held(size, day):
    return [since_day(size, day)]


def test_an_entry_that_says_it_was_recorded_before_the_one_before_it_is_named():
    rows = more(MOMENT + HOUR, MOMENT)
    assert wrong(rows[:-1]) == [], "the control: forward"
    assert wrong(rows) == [
        "entry 13, order/B version 2, says that it was recorded 2024-01-02 03:04:00 UTC, and the "
        "entry before it 2024-01-02 04:04:00 UTC: the log's clock goes only forward"
    ]


def test_the_same_moment_is_no_step_back():
    assert wrong(more(MOMENT + HOUR, MOMENT + HOUR)) == []


def test_an_entry_beyond_a_held_checkpoint_is_not_of_before_the_day_that_it_was_held():
    rows = more(MOMENT + HOUR)
    tomorrow = DAY + timedelta(days=1)
    assert wrong(rows, held(13, tomorrow)) == [], "the control: it is below the checkpoint"
    assert wrong(rows, held(12, DAY)) == [], "the control: recorded on the day"
    (said,) = wrong(rows, held(12, tomorrow))
    assert said == (
        "entry 12, order/B version 1, says that it was recorded 2024-01-02 04:04:00 UTC, but it "
        "was not there 2024-01-02 22:00:00 UTC, when the checkpoint of size 12 was held"
    )


def test_the_latest_day_of_the_checkpoints_below_counts():
    rows = more(MOMENT + 72 * HOUR)
    several = [*held(0, date(2024, 1, 9)), *held(12, DAY)]
    assert len(wrong(rows, several)) == len(rows)
    assert wrong(rows, held(0, DAY)) == []


def test_the_notary_signs_nothing_that_says_it_was_recorded_before_what_it_signed(tmp_path):
    source = Log(more(MOMENT + HOUR))
    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "out")
    before = notary.cycle(signing, source)
    source.put(more(MOMENT + HOUR, MOMENT))
    with pytest.raises(Alarm, match=r"entry 13, .*says that it was recorded"):
        notary.cycle(signing, source)
    assert signing.checkpoint.read_bytes() == before.data
    source.put(more(MOMENT + HOUR, MOMENT + HOUR))
    assert notary.cycle(signing, source).data != before.data, "the control"


def found(tmp_path, rows, since=None):
    """What the verifier says is wrong with a bundle of these rows."""
    folder = laid_out(tmp_path / "bundle", made(rows, earlier=()))
    kept = tmp_path / "held"
    kept.write_bytes(signed(checkpoint_of(rows, 12), KEY).data)
    days = [] if since is None else [(kept, since)]
    return verify.examine(folder, KEY.verifier.text, held=days).wrong


def test_the_verifier_of_a_bundle_names_an_entry_that_goes_back(tmp_path):
    assert found(tmp_path / "a", more(MOMENT, MOMENT + HOUR)) == [], "the control"
    (said,) = found(tmp_path / "b", more(MOMENT + HOUR, MOMENT))
    assert said.startswith("entry 13 says that it was recorded 2024-01-02 03:04:00+00:00, before ")


def test_the_verifier_of_a_bundle_holds_entries_to_the_day_of_a_checkpoint(tmp_path, capsys):
    rows = more(MOMENT + HOUR)
    assert found(tmp_path / "a", rows, DAY) == [], "the control"
    (said,) = found(tmp_path / "b", rows, DAY + timedelta(days=1))
    assert said.startswith("entry 12 says that it was recorded 2024-01-02 04:04:00+00:00, but ")
    folder, kept = str(tmp_path / "b" / "bundle"), str(tmp_path / "b" / "held")
    options = ("--key", KEY.verifier.text, "--held", kept)
    assert verify.main([folder, *options, "2024-01-02"]) == 0
    assert verify.main([folder, *options, "2024-01-03"]) == 1
    assert verify.main([folder, *options, "yesterday"]) == 2
    assert verify.main([folder, "--held", "nowhere", "2024-01-03"]) == 2
    capsys.readouterr()


def test_a_live_log_with_an_entry_dated_back_is_found_by_verify(case):
    """With the leaf made anew, which nobody finds who holds no checkpoint: but for its moment."""
    row = case.rows()[-1]
    assert b'"recorded_at":"20' in row.stored
    at = row.stored.index(b'"recorded_at":"') + len(b'"recorded_at":"')
    case.edit(row.index, row.stored[:at] + b"1999" + row.stored[at + 4 :])
    status, said = case.verify(outside=False)
    assert status == 1
    assert any("says that it was recorded 1999-" in sentence for sentence in said)


def test_the_digest_of_the_verifier_is_published_with_the_key(case, tmp_path):
    text = (tmp_path / "notary" / "verify.py.sha256").read_text()
    assert text == f"{digest()}  verify.py\n"


def test_moments_without_a_zone_or_none_are_left_to_those_who_read_events():
    name, data = stored(events.OrderStarted(), 1)
    bare = data.replace(b"03:04:00Z", b"03:04:00")
    assert bare != data
    rows = numbered([*contents(log()), ("order/B", name, bare), ("order/B", name, b"{}")])
    assert wrong(rows) == []
    assert isinstance(MOMENT, datetime)
