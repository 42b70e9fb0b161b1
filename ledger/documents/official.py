"""The official rules of e-invoices, whole: which release holds on a day, and what it finds.

The rules are compiled Schematron (XSLT 2.0), which comes with an extra (`avrop[rules]`) and a
folder of releases. The engine is native code: it runs in a process of its own, which is kept warm,
so that what breaks it breaks nothing here.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import msgspec
from lxml import etree

from ledger.documents import xml
from ledger.documents.envelope import unwrap
from ledger.documents.faults import Findings
from ledger.documents.locating import located
from ledger.documents.specifications import (
    RELEASES,
    SPECIFICATIONS,
    Release,
    Specification,
    specification,
)
from ledger.documents.xml import Place
from ledger.wording import Sentence, words

_SHEETS = ("", "xslt")
"""Where in a release's folder its sheets may be: its publisher has them below."""
_DAY = "valid-from"
"""A file in a release's folder with its first day, for one that is newer than this program."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule says of a document, in the rule's own words (English as published).

    `flag` is "fatal" (the document is not valid) or "warning"; `place` reads like an XPath without
    prefixes; `line` is the line of the file as it came, 0 where it is not known.
    """

    rule: str
    flag: Literal["fatal", "warning"]
    place: str
    line: int
    text: str


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a release of the rules found in a document.

    `on` is the day whose rules were asked for: the invoice's own, or None where it has none that
    can be read. `in_force` is false where the rules of that day are not at hand, and those of
    another release were asked. `sheets` has the SHA-256 of each sheet that was used, `absent` the
    names of those that the document's specification asks for and the release does not have;
    `broken` has each sheet that could not be carried out on this document, and why.
    """

    release: str
    on: date | None
    in_force: bool
    sheets: dict[str, str]
    absent: tuple[str, ...]
    findings: tuple[Finding, ...]
    broken: tuple[tuple[str, str], ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether every rule was asked, and none says that the document is not valid."""
        return not self.broken and not any(finding.flag == "fatal" for finding in self.findings)


class CannotCheck(Exception):
    """The rules, or what carries them out, are not there, or gave up; `why` is the sentence."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why.template)
        self.why = why


class Found(msgspec.Struct, frozen=True):
    """What the engine gives back: a rule, its flag, its text, and the place as an XPath."""

    rule: str
    flag: str
    text: str
    location: str


class Report(NamedTuple):
    """What sheets found, and (sheet, why) of those that could not be carried out on a document, as
    where a rule counts with what is no number."""

    found: list[Found]
    broken: tuple[tuple[str, str], ...]


class Engine(Protocol):
    def run(self, sheets: tuple[Path, ...], document: bytes) -> Report:
        """What sheets find in a document. Raises CannotCheck."""


class Folder(NamedTuple):
    """A release that is at hand; `valid_from` is None where nobody says from when it holds."""

    name: str
    valid_from: date | None
    path: Path


def check(data: bytes, folder: str, engine: Engine) -> Checked:
    """Every finding of the rules that hold on the day of the invoice in a file.

    Raises DocumentFaults for a file that is no XML that may be read, and CannotCheck where there
    are no rules, or the engine gives up.
    """
    file = xml.parse(data)
    root, above, _ = unwrap(file.root, Findings())
    kind = etree.QName(root).localname
    on, row = _says(Place(root, f"{above}/{kind}", Findings()))
    release, in_force = chosen(releases(folder), on)
    sheets = {name: _sheet(release.path, name) for name in row.sheets}
    used = {name: path for name, path in sheets.items() if path is not None}
    if not used:
        raise CannotCheck(
            words(
                "{folder} has none of the rules {names}.",
                folder=str(release.path),
                names=", ".join(row.sheets),
            )
        )
    report = engine.run(
        tuple(used.values()), etree.tostring(root, encoding="utf-8", with_tail=False)
    )
    return Checked(
        release=release.name,
        on=on,
        in_force=in_force,
        sheets={name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in used.items()},
        absent=tuple(name for name in row.sheets if name not in used),
        findings=tuple(_finding(one, root, above) for one in report.found),
        broken=report.broken,
    )


def _says(root: Place) -> tuple[date | None, Specification]:
    """The day of a document, and what it follows: what it does not say right is for the rules."""
    on = root.day("cbc:IssueDate")
    row = specification(root.text("cbc:CustomizationID") or "", on)
    return on, row or SPECIFICATIONS[0]


def _finding(found: Found, root: etree._Element, above: str) -> Finding:
    place, line = located(found.location, root)
    return Finding(
        rule=found.rule,
        flag="fatal" if found.flag == "fatal" else "warning",
        place=above + place,
        line=line,
        text=found.text,
    )


# ── Releases ──────────────────────────────────────────────────────────────────────────────────


def releases(folder: str) -> list[Folder]:
    """The releases in a folder: a folder for each; one that is named itself is the only one. Raises
    CannotCheck where there is none."""
    if not folder:
        raise CannotCheck(
            words("The official rules are not here: name their folder in AVROP_RULES.")
        )
    known = {release.name: release.valid_from for release in RELEASES}
    found = []
    try:
        itself = Path(folder)
        for path in [itself] if _has_sheets(itself) else sorted(itself.iterdir()):
            if _has_sheets(path):
                day = _first_day(path) or known.get(path.name)
                found.append(Folder(path.name, day, path))
    except OSError:
        found = []
    if not found:
        raise CannotCheck(
            words(
                "There is no release of the official rules in {folder}; each has a folder with its "
                "name, as {example}.",
                folder=folder,
                example=RELEASES[-1].name,
            )
        )
    return found


def _has_sheets(path: Path) -> bool:
    return any(any((path / below).glob("*.xslt")) for below in _SHEETS)


def chosen(at_hand: list[Folder], on: date | None) -> tuple[Folder, bool]:
    """The release of a day, and whether it is in force then. Without it, the next one that is at
    hand, else the newest; for no day, the newest."""
    dated = sorted(
        (each for each in at_hand if each.valid_from), key=lambda each: each.valid_from or date.min
    )
    if not dated:
        return at_hand[-1], False
    if on is None:
        return dated[-1], False
    begun = [each for each in dated if each.valid_from and each.valid_from <= on]
    held = [each for each in _all(dated) if each.valid_from <= on]
    if begun and begun[-1].name == held[-1].name:
        return begun[-1], True
    later = [each for each in dated if each.valid_from and each.valid_from > on]
    return (later[0] if later else dated[-1]), False


def _all(dated: list[Folder]) -> list[Release]:
    """The releases that are known of and those at hand, the oldest first."""
    days = {release.name: release.valid_from for release in RELEASES}
    days |= {each.name: each.valid_from for each in dated if each.valid_from}
    every = [Release(name=name, valid_from=day) for name, day in days.items()]
    return sorted(every, key=lambda release: release.valid_from)


def _first_day(path: Path) -> date | None:
    try:
        return date.fromisoformat((path / _DAY).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None


def _sheet(path: Path, name: str) -> Path | None:
    candidates = (path / below / f"{name}.xslt" for below in _SHEETS)
    return next((one.resolve() for one in candidates if one.is_file()), None)
