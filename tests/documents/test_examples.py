"""The examples of Peppol BIS Billing give the figures that XPath alone finds in them."""

from pathlib import Path

import pytest
from lxml import etree

from ledger.documents.peppol_invoice import read
from tests.documents.figures import extracted, figures

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
BILLING = SHARED / "peppol" / "billing"
ROOTS = {"Invoice", "CreditNote"}


def whole(path: Path) -> bool:
    """Whether a file is an invoice or a credit note with totals, and no fragment of one."""
    root = etree.parse(path).getroot()
    return etree.QName(root).localname in ROOTS and bool(len(root.findall("{*}LegalMonetaryTotal")))


def examples() -> list[Path]:
    folder = BILLING / "rules" / "examples"
    return sorted(folder.glob("*.xml")) if folder.is_dir() else []


def snippets() -> list[Path]:
    folder = BILLING / "rules" / "snippets"
    return sorted(folder.glob("*.xml")) if folder.is_dir() else []


def test_every_example_gives_the_figures_of_an_extractor() -> None:
    if not examples():
        pytest.skip("the official examples of Peppol BIS Billing 3 are not at hand")
    for path in examples():
        data = path.read_bytes()
        assert figures(read(data)) == extracted(data), path.name


def test_every_whole_document_among_the_snippets_gives_them_too() -> None:
    found = [path for path in snippets() if whole(path)]
    if not found:
        pytest.skip("the snippets of Peppol BIS Billing 3 are not at hand")
    for path in found:
        data = path.read_bytes()
        assert figures(read(data)) == extracted(data), path.name


def test_the_invoices_of_the_scenario_give_them_too() -> None:
    paths = sorted((SHARED / "scenario-synthetic").glob("[345]_*.xml"))
    if not paths:
        pytest.skip("the documents of the scenario are not at hand")
    for path in paths:
        data = path.read_bytes()
        assert figures(read(data)) == extracted(data), path.name
