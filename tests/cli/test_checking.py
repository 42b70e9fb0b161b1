"""E-invoices held against the official rules on the command line."""

import json

import pytest

from ledger.config import read
from ledger.documents import engine
from ledger.documents.official import Checked, Found, Report
from ledger.opening import open_ledger
from ledger.registry import checks
from tests.documents.invoice_samples import changed, sample
from tests.documents.official_rules import RULES, needed


class Engine:
    """Finds what it is told to, in every file."""

    found = ()
    broken = ()

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        return None

    def run(self, sheets, document):
        return Report(list(self.found), self.broken)


@pytest.fixture
def made(desk, monkeypatch):
    """A ledger with a release of rules in ./rules, and an engine that finds nothing yet."""
    desk.done("init")
    release = desk.folder / "rules" / "2026.5"
    release.mkdir(parents=True)
    for name in ("CEN-EN16931-UBL", "PEPPOL-EN16931-UBL"):
        (release / f"{name}.xslt").write_text(name)
    monkeypatch.setattr(engine, "Saxon", Engine)
    monkeypatch.setattr(Engine, "found", ())
    monkeypatch.setattr(Engine, "broken", ())
    desk.write("sound.xml", changed((">2024-03-25<", ">2026-09-01<")).encode())
    return desk


CHECK = ("document", "check", "--rules", "rules")


def test_a_valid_file_has_one_line(made):
    said = made.done(*CHECK, "sound.xml")
    assert said == "sound.xml: valid by release 2026.5 of the official rules.\n"


def test_the_folder_may_be_in_a_setting(made, monkeypatch):
    monkeypatch.setenv("AVROP_RULES", "rules")
    assert made.done("document", "check", "sound.xml").endswith("official rules.\n")


def test_without_rules_or_their_engine_that_is_said(made, monkeypatch):
    assert "AVROP_RULES" in made.refused("document", "check", "sound.xml")
    assert "There is no release" in made.refused("document", "check", "--rules", "x", "sound.xml")


def test_each_finding_is_a_line_with_its_place(made, monkeypatch):
    found = (
        Found("R-1", "fatal", "It must be so.", "/*:Invoice[1]/*:ID[1]"),
        Found("R-2", "warning", "It should be so.", "/*:Invoice[1]"),
    )
    monkeypatch.setattr(Engine, "found", found)
    result = made.ask(*CHECK, "sound.xml")
    assert result.exit_code == 1
    first, second, last = result.stdout.splitlines()
    assert first.endswith("/Invoice/ID: It must be so. (R-1)")
    assert "warning: It should be so. (R-2)" in second
    assert last == "sound.xml: not valid by release 2026.5 of the official rules."
    monkeypatch.setenv("LC_ALL", "sv_SE.UTF-8")
    in_swedish = made.ask(*CHECK, "sound.xml").stdout
    assert in_swedish.splitlines()[0].startswith("sound.xml: rad ")


def test_warnings_alone_leave_a_file_valid(made, monkeypatch):
    monkeypatch.setattr(Engine, "found", (Found("R-2", "warning", "So.", "/*:Invoice[1]"),))
    assert "sound.xml: valid by" in made.done(*CHECK, "sound.xml")


def test_rules_of_another_day_and_rules_that_broke_are_told(made, monkeypatch):
    monkeypatch.setattr(Engine, "broken", (("CEN-EN16931-UBL", "no number"),))
    made.write("old.xml", sample().encode())
    result = made.ask(*CHECK, "old.xml")
    assert result.exit_code == 1
    assert "CEN-EN16931-UBL could not be carried out on it: no number" in result.stdout
    assert "the rules of 2024-03-25 are not here; those of release 2026.5" in result.stdout


def test_a_file_that_is_refused_does_not_stop_the_others(made):
    made.write("broken.xml", b"<Invoice")
    result = made.ask(*CHECK, "broken.xml", "none.xml", "sound.xml")
    assert result.exit_code == 1
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == [
        "broken.xml",
        "none.xml",
        "sound.xml",
    ]


def test_programs_get_all_of_it_and_the_release_is_kept_with_the_file(made, monkeypatch):
    monkeypatch.setattr(Engine, "found", (Found("R-1", "fatal", "So.", "/*:Invoice[1]"),))
    result = made.ask(*CHECK, "sound.xml", "--json")
    (told,) = json.loads(result.stdout)
    assert (told["status"], told["release"], told["on"]) == ("not-valid", "2026.5", "2026-09-01")
    assert set(told["sheets"]) == {"CEN-EN16931-UBL", "PEPPOL-EN16931-UBL"}
    assert told["findings"][0]["rule"] == "R-1"
    opened = open_ledger(read())
    kept = checks.kept(opened.registry, told["sha256"])
    assert kept is not None
    assert kept.release == "2026.5"
    outcome = checks_outcome(kept.outcome)
    assert outcome.findings[0].rule == "R-1"
    assert checks.kept(opened.registry, "0" * 64) is None
    opened.close()


def checks_outcome(text):
    import msgspec

    return msgspec.json.decode(text, type=Checked)


def test_a_file_is_checked_and_shown_where_there_is_no_ledger_and_none_is_begun(made):
    for file in made.folder.glob("*.db*"):
        file.unlink()
    assert (
        made.done(*CHECK, "sound.xml")
        == "sound.xml: valid by release 2026.5 of the official rules.\n"
    )
    assert "Invoice" in made.done("document", "show", "sound.xml")
    assert not list(made.folder.glob("*.db*"))


def test_the_official_rules_themselves_say_what_is_wrong(desk):
    needed()
    desk.done("init")
    (desk.folder / "rules").mkdir()
    (desk.folder / "rules" / "2026.5").symlink_to(RULES)
    desk.write("sound.xml", changed((">2024-03-25<", ">2026-09-01<")).encode())
    desk.write("wrong.xml", changed((">299561.00<", ">299561.01<")).encode())
    result = desk.ask(*CHECK, "sound.xml", "wrong.xml")
    assert result.exit_code == 1
    assert "sound.xml: valid by release 2026.5 of the official rules." in result.stdout
    assert "BR-CO-16" in result.stdout


# ── What is read ──────────────────────────────────────────────────────────────────────────────


def test_a_file_is_shown_with_who_is_to_be_paid_and_nothing_is_recorded(desk):
    desk.done("init")
    payee = (
        "<cac:PayeeParty><cac:PartyName><cbc:Name>Faktorbolaget AB</cbc:Name></cac:PartyName>"
        "<cac:PartyLegalEntity><cbc:CompanyID>5560360793</cbc:CompanyID></cac:PartyLegalEntity>"
        "</cac:PayeeParty>"
    )
    at = "<cac:AllowanceCharge>"
    desk.write("factored.xml", changed((at, payee + at), (">380<", ">393<")).encode())
    said = desk.done("document", "show", "factored.xml").replace("\N{NO-BREAK SPACE}", " ")
    assert "Faktorbolaget AB 5560360793" in said
    assert "1 000" in said
    assert "to be paid to Faktorbolaget AB (5560360793) and not to the supplier" in said
    assert desk.json("queue") == desk.json("drawdown", "list") == []


def test_programs_get_what_was_read_and_every_fault_of_what_was_not(desk):
    desk.done("init")
    desk.write("sound.xml", sample().encode())
    told = desk.json("document", "show", "sound.xml")
    assert (told["amount"], told["prepaid"], len(told["lines"])) == (24047518, 100000, 3)
    desk.write("wrong.xml", changed((">2024-03-25<", ">soon<")).encode())
    assert "wrong.xml: /Invoice/IssueDate: " in desk.refused("document", "show", "wrong.xml")
    result = desk.ask("document", "show", "wrong.xml", "--json")
    assert (result.exit_code, json.loads(result.stdout)["status"]) == (1, "refused")
