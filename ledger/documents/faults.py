"""What is wrong in a received document: each fault with its place, a stable code, a sentence."""

from __future__ import annotations

import msgspec

from ledger.bounds import MAX_FAULTS


def refusal(code: str, message: str, **figures: str) -> DocumentFaults:
    """The exception for a file that cannot be read at all."""
    return DocumentFaults((Fault(place="", code=code, message=message, figures=figures),))


def _add(findings: list[Fault], fault: Fault) -> None:
    if len(findings) < MAX_FAULTS and fault not in findings:
        findings.append(fault)


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong (or, as a warning, odd) in a document.

    `place` reads like an XPath without prefixes, "/Invoice/InvoiceLine[2]/LineExtensionAmount", and
    is "" for the file as a whole. `code` never changes between releases; `message` is an English
    sentence with `{placeholders}` that `figures` fills, so that it can be translated whole.
    """

    place: str
    code: str
    message: str
    figures: dict[str, str]

    def sentence(self) -> str:
        """The message with its figures in it, in English."""
        return self.message.format(**self.figures)


class DocumentFaults(Exception):
    """A document is refused; `faults` has all reasons, at most MAX_FAULTS and at least one."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return " ".join(f"{fault.place}: {fault.sentence()}" for fault in self.faults[:5])


class Findings:
    """What one reading has found so far: faults refuse the document, warnings go with it."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self.count = 0
        """Faults met, also those past MAX_FAULTS: a reader sees whether a part was sound."""

    def fault(self, place: str, code: str, message: str, **figures: str) -> None:
        """Note what refuses the document; the same finding is listed once."""
        self.count += 1
        _add(self.faults, Fault(place=place, code=code, message=message, figures=figures))

    def warn(self, place: str, code: str, message: str, **figures: str) -> None:
        """Note what a person should see although the document is read."""
        _add(self.warnings, Fault(place=place, code=code, message=message, figures=figures))

    def refuse(self) -> None:
        """Raise DocumentFaults with all faults, if there is one."""
        if self.faults:
            raise DocumentFaults(tuple(self.faults))
