"""The official rules: which release is asked, what it finds, what becomes of a broken engine."""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from ledger.documents import engine as engines
from ledger.documents.engine import Saxon
from ledger.documents.faults import DocumentFaults
from ledger.documents.locating import located
from ledger.documents.official import (
    CannotCheck,
    Checked,
    Folder,
    Found,
    Report,
    check,
    chosen,
    releases,
)
from ledger.documents.specifications import RELEASES
from tests.documents.invoice_samples import changed, element, sample
from tests.documents.official_rules import RULES, needed
from tests.documents.test_envelope import wrapped

CEN, PEPPOL = "CEN-EN16931-UBL", "PEPPOL-EN16931-UBL"


def folder(path: Path, *names: str, sheets: tuple[str, ...] = (CEN, PEPPOL)) -> Path:
    for name in names:
        (path / name).mkdir(parents=True)
        for sheet in sheets:
            (path / name / f"{sheet}.xslt").write_text(name)
    return path


class Asked:
    """An engine that notes what it is asked."""

    def __init__(self, *found: Found, broken: tuple[tuple[str, str], ...] = ()) -> None:
        self.report = Report(list(found), broken)
        self.sheets: tuple[Path, ...] = ()
        self.document = b""

    def run(self, sheets: tuple[Path, ...], document: bytes) -> Report:
        self.sheets, self.document = sheets, document
        return self.report


# ── Which release ─────────────────────────────────────────────────────────────────────────────


def test_releases_are_in_order_and_each_begins_after_the_one_before() -> None:
    days = [release.valid_from for release in RELEASES]
    assert days == sorted(set(days))


@pytest.mark.parametrize(
    ("on", "release", "in_force"),
    [
        (date(2026, 8, 17), "2026.5", True),
        (date(2026, 8, 16), "2025.11", True),
        (date(2026, 2, 23), "2025.11", True),
        (date(2026, 2, 22), "2025.5", True),
        (date(2025, 8, 25), "2025.5", True),
        (date(2025, 8, 24), "2025.5", False),
        (None, "2026.5", False),
    ],
)
def test_the_release_of_the_invoices_day_is_asked(
    on: date | None, release: str, in_force: bool, tmp_path: Path
) -> None:
    at_hand = releases(str(folder(tmp_path, "2025.5", "2025.11", "2026.5")))
    found = chosen(at_hand, on)
    assert (found[0].name, found[1]) == (release, in_force)


def test_without_the_release_of_the_day_another_is_asked_and_that_is_said(tmp_path: Path) -> None:
    only = releases(str(folder(tmp_path / "a", "2025.11")))
    assert chosen(only, date(2026, 9, 1)) == (only[0], False)
    assert chosen(only, date(2025, 9, 1)) == (only[0], False)
    around = releases(str(folder(tmp_path / "b", "2025.5", "2026.5")))
    assert chosen(around, date(2026, 3, 1))[0].name == "2026.5"


def test_a_release_that_the_program_does_not_know_says_its_first_day(tmp_path: Path) -> None:
    folder(tmp_path, "2026.5", "2026.11")
    (tmp_path / "2026.11" / "valid-from").write_text("2027-02-22\n")
    at_hand = releases(str(tmp_path))
    assert chosen(at_hand, date(2027, 2, 22))[0].name == "2026.11"
    assert chosen(at_hand, date(2027, 2, 21)) == (at_hand[-1], True)
    assert at_hand[-1].name == "2026.5"


def test_sheets_may_be_below_as_their_publisher_has_them(tmp_path: Path) -> None:
    (tmp_path / "2026.5" / "xslt").mkdir(parents=True)
    (tmp_path / "2026.5" / "xslt" / f"{CEN}.xslt").write_text("x")
    (tmp_path / "notes").mkdir()
    assert [each.name for each in releases(str(tmp_path))] == ["2026.5"]


def test_a_release_that_is_named_itself_is_the_only_one(tmp_path: Path) -> None:
    below = tmp_path / "2026.5" / "xslt"
    below.mkdir(parents=True)
    (below / "CEN-EN16931-UBL.xslt").write_text("")
    (only,) = releases(str(tmp_path / "2026.5"))
    assert (only.name, only.path) == ("2026.5", tmp_path / "2026.5")


def test_a_release_whose_day_nobody_says_is_asked_where_there_is_no_other(tmp_path: Path) -> None:
    at_hand = releases(str(folder(tmp_path, "mine")))
    assert chosen(at_hand, date(2026, 9, 1)) == (Folder("mine", None, tmp_path / "mine"), False)


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_where_there_are_no_rules_that_is_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(CannotCheck):
        releases(str(tmp_path / name) if name else "")
    with pytest.raises(CannotCheck):
        releases(str(tmp_path))


# ── What is asked ─────────────────────────────────────────────────────────────────────────────


def asked_of(text: str, path: Path, engine: Asked) -> Checked:
    return check(text.encode(), str(path), engine)


def test_the_sheets_are_those_of_the_specification_with_their_digests(tmp_path: Path) -> None:
    folder(tmp_path, "2026.5")
    engine = Asked()
    checked = asked_of(sample(), tmp_path, engine)
    assert [sheet.stem for sheet in engine.sheets] == [CEN, PEPPOL]
    assert set(checked.sheets) == {CEN, PEPPOL}
    assert all(len(digest) == 64 for digest in checked.sheets.values())
    assert (checked.release, checked.on, checked.in_force) == ("2026.5", date(2024, 3, 25), False)
    assert checked.is_valid


def test_a_sheet_that_the_release_does_not_have_is_named(tmp_path: Path) -> None:
    folder(tmp_path, "2026.5")
    text = changed(("poacc:billing:3.0", "poacc:selfbilling:3.0"))
    checked = asked_of(text, tmp_path, Asked())
    assert (set(checked.sheets), checked.absent) == ({CEN}, ("PEPPOL-EN16931-UBL-SB",))
    folder(tmp_path / "other", "2026.5", sheets=("OTHER",))
    with pytest.raises(CannotCheck):
        asked_of(text, tmp_path / "other", Asked())


def test_what_is_in_an_envelope_is_asked_about_and_placed_in_the_file(tmp_path: Path) -> None:
    folder(tmp_path, "2026.5")
    found = Found("R-1", "warning", "Text", "/*:Invoice[namespace-uri()='x'][1]/*:ID[1]")
    engine = Asked(found)
    checked = asked_of(wrapped(sample()), tmp_path, engine)
    assert engine.document.lstrip().startswith(b"<Invoice")
    (finding,) = checked.findings
    assert finding.place == "/StandardBusinessDocument/Invoice/ID"
    assert (finding.flag, finding.line > 1, checked.is_valid) == ("warning", True, True)


def test_what_is_fatal_or_broken_is_not_valid(tmp_path: Path) -> None:
    folder(tmp_path, "2026.5")
    assert not asked_of(sample(), tmp_path, Asked(Found("R-1", "fatal", "T", "/"))).is_valid
    broken = asked_of(sample(), tmp_path, Asked(broken=((CEN, "why"),)))
    assert (broken.is_valid, broken.broken) == (False, ((CEN, "why"),))


def test_a_file_that_is_no_xml_is_refused_before_any_rule(tmp_path: Path) -> None:
    with pytest.raises(DocumentFaults):
        check(b"<Invoice", str(tmp_path), Asked())


@pytest.mark.parametrize(
    ("location", "place", "line"),
    [
        ("/*:a[namespace-uri()='u'][1]/*:b[namespace-uri()='u'][2]", "/a/b[2]", 3),
        ("/a/b[1]", "/a/b[1]", 2),
        ("/*[local-name()='a'][1]/*[local-name()='c' and namespace-uri()='u'][1]", "/a/c", 4),
        ("/x:a[1]/x:c[1]/@id", "/a/c/@id", 4),
        ("/a/b[9]", "/a/b[9]", 0),
        ("/", "/", 0),
    ],
)
def test_a_location_is_a_place_and_a_line(location: str, place: str, line: int) -> None:
    root = etree.fromstring("<a>\n<b/>\n<b/>\n<c id='1'/></a>")
    assert located(location, root) == (place, line)


# ── The engine ────────────────────────────────────────────────────────────────────────────────

WAITS = "import time; time.sleep(60)"
ENDS = "raise SystemExit(3)"


@pytest.mark.parametrize("code", [WAITS, ENDS])
def test_an_engine_that_hangs_or_breaks_is_ended_and_said(
    code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module = tmp_path / "engine.py"
    module.write_text(code)
    monkeypatch.setattr(engines, "PROCESS", [sys.executable, str(module)])
    monkeypatch.setattr(engines, "find_spec", lambda _: True)
    with Saxon(seconds=0.5) as engine, pytest.raises(CannotCheck) as cannot:
        engine.run((), b"<a/>")
    assert "no answer" in cannot.value.why.template


def test_without_the_extra_its_name_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _: None)
    with Saxon() as engine, pytest.raises(CannotCheck) as cannot:
        engine.run((), b"<a/>")
    assert "avrop[rules]" in cannot.value.why.template


@pytest.fixture(scope="module")
def saxon() -> Iterator[Saxon]:
    needed()
    with Saxon() as engine:
        yield engine


@pytest.fixture
def rules(tmp_path: Path) -> str:
    (tmp_path / "2026.5").symlink_to(RULES)
    return str(tmp_path)


def test_a_sound_file_is_valid(saxon: Saxon, rules: str) -> None:
    checked = check(changed((">2024-03-25<", ">2026-09-01<")).encode(), rules, saxon)
    assert (checked.is_valid, checked.in_force, checked.findings) == (True, True, ())


def test_every_finding_is_said_with_its_line(saxon: Saxon, rules: str) -> None:
    wrong = element("TaxInclusiveAmount", "300560.70")
    text = changed((element("TaxInclusiveAmount", "300560.69"), wrong), (">2024-03-25<", ">soon<"))
    checked = check(text.encode(), rules, saxon)
    by_rule = {finding.rule: finding for finding in checked.findings}
    assert set(by_rule) == {"BR-CO-15", "BR-CO-16", "PEPPOL-EN16931-F001"}
    at = text[: text.index(">soon<")].count("\n") + 1
    assert by_rule["PEPPOL-EN16931-F001"].line == at
    assert by_rule["PEPPOL-EN16931-F001"].place == "/Invoice/IssueDate"
    assert by_rule["BR-CO-15"].text.startswith("Invoice total amount with VAT (BT-112) =")
    at = text[: text.index("<cac:LegalMonetaryTotal>")].count("\n") + 1
    assert by_rule["BR-CO-16"].line == at


def test_lines_below_an_attachment_keep_their_numbers(saxon: Saxon, rules: str) -> None:
    enclosed = (
        "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment>"
        '<cbc:EmbeddedDocumentBinaryObject mimeCode="image/png" filename="a.png">QUJD\n\nREVG\n'
        "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
    )
    party = "<cac:AccountingSupplierParty>"
    text = changed((party, enclosed + party), (">1500<", ">15OO<"))
    checked = check(text.encode(), rules, saxon)
    assert not checked.is_valid
    text = changed((party, enclosed + party), (">299561.00<", ">299561.01<"))
    (finding,) = check(text.encode(), rules, saxon).findings
    assert finding.rule == "BR-CO-16"
    assert finding.line == text[: text.index("<cac:LegalMonetaryTotal>")].count("\n") + 1


def test_a_rule_that_cannot_be_carried_out_is_said_and_the_next_file_is_checked(
    saxon: Saxon, rules: str
) -> None:
    text = changed((">299561.00<", ">many<"))
    checked = check(text.encode(), rules, saxon)
    assert (checked.is_valid, len(checked.broken) > 0) == (False, True)
    assert check(sample().encode(), rules, saxon).is_valid


def test_the_process_is_kept_warm(saxon: Saxon, rules: str) -> None:
    check(sample().encode(), rules, saxon)
    process = saxon._process
    assert process is not None
    assert check(sample().encode(), rules, saxon).is_valid
    assert saxon._process is process
    process.kill()
    process.wait()
    assert check(sample().encode(), rules, saxon).is_valid
    assert saxon._process is not process
