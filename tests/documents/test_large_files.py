"""Thirty megabytes are read, or refused in words, within bounds of memory and time."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.bounds import FILE_LIMIT, MAX_ATTRIBUTES, MAX_MARKUP, MAX_TAGS
from ledger.config import MEGABYTE
from tests.documents.invoice_samples import changed, with_lines

ROOT = Path(__file__).resolve().parents[2]
MOST = FILE_LIMIT * MEGABYTE
BEFORE_PARTIES = "<cac:AccountingSupplierParty>"
OPEN = "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment>"
CLOSE = "</cac:Attachment></cac:AdditionalDocumentReference>"
TAG = "cbc:EmbeddedDocumentBinaryObject"

pytestmark = pytest.mark.slow


def read_within_bounds(path: Path, text: str | bytes) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    assert len(data) <= MOST
    path.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-m", "tests.documents.large", str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:] or done.returncode
    return done.stdout.split()


def filled(before: str, unit: str, after: str, most: int = MOST - 50_000) -> str:
    return before + unit * ((most - len(before) - len(after)) // len(unit)) + after


def enclosing(content: str) -> str:
    return changed((BEFORE_PARTIES, f"{OPEN}<{TAG}>{content}</{TAG}>{CLOSE}{BEFORE_PARTIES}"))


def test_thirty_megabytes_of_attachments_are_read(tmp_path: Path) -> None:
    content = base64.b64encode(os.urandom(21_000_000)).decode()
    lines = "\n".join(content[i : i + 76] for i in range(0, len(content), 76))
    told = read_within_bounds(tmp_path / "x.xml", enclosing(lines))
    assert told == ["read", "3", "24047518", "21000000"]


def test_ten_thousand_lines_are_read(tmp_path: Path) -> None:
    text = with_lines([1_00] * 10_000)
    assert read_within_bounds(tmp_path / "x.xml", text) == ["read", "10000", "1000000", "0"]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: filled("<a>", "<b/>", "</a>"), "too-many-tags"),
        (lambda: filled("<a>", "<b>" * 100 + "</b>" * 100, "</a>"), "too-many-tags"),
        (lambda: filled("<a>", "<!---->", "</a>"), "too-many-tags"),
        (lambda: filled("<a>", "<?x?>", "</a>"), "too-many-tags"),
        (lambda: filled("<a ", "b='' ", "/>", 19 * MEGABYTE), "too-many-attributes"),
        (lambda: filled("<a>", "x", "</a>"), "too-large-unpacked"),
        (lambda: filled("<a>", "\U0001f600", "</a>", 7 * MEGABYTE), "too-large-unpacked"),
        (lambda: filled("<a>", "<!--", "", 19 * MEGABYTE), "not-xml"),
        (lambda: filled(f"<a><{TAG} b='", "x", ""), "too-large-unpacked"),
        (lambda: filled(f"<a><{TAG}>", "QQ==", ""), "too-large-unpacked"),
        (lambda: filled("<!DOCTYPE a [", "<!ENTITY b 'c'>", "]><a/>"), "doctype"),
        (lambda: filled("", " ", ""), "empty"),
    ],
    ids=[
        "elements",
        "nested",
        "comments",
        "instructions",
        "attributes",
        "text",
        "wide signs",
        "open comment",
        "open attribute",
        "open attachment",
        "entities",
        "spaces",
    ],
)
def test_what_would_unpack_to_more_is_refused_in_words(
    make: Callable[[], str], code: str, tmp_path: Path
) -> None:
    assert read_within_bounds(tmp_path / "x.xml", make()) == ["refused", code]


def test_as_much_as_the_bounds_allow_is_parsed(tmp_path: Path) -> None:
    tags, attributes = MAX_TAGS // 2 - 10, MAX_ATTRIBUTES - 10
    text = "<a>" + "<b c=''/>" * attributes + "<b/>" * (tags - attributes) + "</a>"
    assert len(text) < MAX_MARKUP
    assert read_within_bounds(tmp_path / "x.xml", text) == ["refused", "not-an-invoice"]


def test_thirty_megabytes_of_one_number_are_refused(tmp_path: Path) -> None:
    text = changed((">299561.00<", f">{'9' * 9 * MEGABYTE}<"))
    assert read_within_bounds(tmp_path / "x.xml", text) == ["refused", "not-an-amount"]
