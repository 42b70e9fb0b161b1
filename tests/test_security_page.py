"""The page on security tells of every requirement, and names only what there is."""

import ast
import re
import ssl
from pathlib import Path

import ledger
from ledger import bounds
from ledger.documents import FORMATS
from ledger.registry.tables import metadata
from ledger.web.pages.audit import receipts

ROOT = Path(ledger.__file__).parents[1]
PAGE = ROOT / "docs" / "security.md"
NUMBER = r"\d+\.\d+\.\d+"
STATUS = ("yes", "in part", "no", "operator")
LAST = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5,
    "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2,
    "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4,
    "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2,
    "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1,
    "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
"""The last requirement of levels 1 and 2 in each section of ASVS 5.0.0; they are the first ones."""


def numbers_of(text):
    """Every number in a text, also those between two that have "to" between them."""
    for first, last in re.findall(rf"({NUMBER})(?: to ({NUMBER}))?", text):
        section, _, begin = first.rpartition(".")
        end = int((last or first).rpartition(".")[2])
        yield from (f"{section}.{at}" for at in range(int(begin), end + 1))


def test_every_requirement_of_levels_1_and_2_is_told_of_once():
    text = PAGE.read_text(encoding="utf-8")
    told, others = text.split("## What does not apply")
    rows = re.findall(rf"^\| ({NUMBER}) \|", told, re.MULTILINE)
    found = [*rows, *numbers_of(others)]
    every = [f"{section}.{at + 1}" for section, last in LAST.items() for at in range(last)]
    assert sorted(found) == sorted(every)


def test_each_row_says_whether_it_is_met_and_by_what():
    for row in re.findall(rf"^\| {NUMBER} \|.*$", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        about, status, where, test = (cell.strip() for cell in row.strip("|").split("|")[1:])
        assert about, row
        assert status in STATUS, row
        assert where or status == "yes", row
        assert test == "–" or "`tests/" in test, row


def test_every_file_and_every_test_that_it_names_is_there():
    named = re.findall(r"`((?:tests|ledger|docs|scripts)/[\w./-]+)(?:::(\w+))?`", PAGE.read_text())
    assert len(named) > 150
    for path, test in named:
        assert (ROOT / path).exists(), path
        assert not test or test in names_of(ROOT / path), f"{path}::{test}"


def names_of(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}


def calls(path):
    for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name):
            yield one.func.id


def test_no_code_is_made_of_text():
    for path in (ROOT / "ledger").rglob("*.py"):
        assert not {"eval", "exec", "compile"} & {*calls(path)}, path
        assert not re.search(r"^(?:import|from) (?:pickle|marshal|shelve)\b", path.read_text())
        assert not re.search(r"render_template_string|\.from_string\(", path.read_text()), path


def test_three_programs_are_started_and_by_no_shell():
    """The engine of the official rules, openssl by the verifier, and what whoever runs the notary
    says is to be run at an alarm."""
    starting = set()
    for path in (ROOT / "ledger").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\bshell=|\bos\.(?:system|popen|exec|spawn|posix_spawn)", text), path
        if re.search(r"^\s*(?:import|from) subprocess\b", text, re.MULTILINE):
            starting.add(path.relative_to(ROOT).as_posix())
    engine, verifier = "ledger/documents/engine.py", "ledger/audit/verifier/verify.py"
    assert starting == {engine, verifier, "ledger/cli/notary.py"}


def test_what_must_not_be_guessed_comes_from_the_system():
    """`random` has a seed: it plays futures and demonstrations, and makes no secret."""
    users = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "ledger").rglob("*.py")
        if re.search(r"^\s*(?:import|from) random\b", path.read_text(), re.MULTILINE)
    }
    assert users <= {"ledger/domain/forecast.py"}


def test_no_older_tls_than_1_2_is_spoken():
    """By the proxies of the examples, and by whatever asks another server."""
    nginx = (ROOT / "docs/examples/proxy/nginx.conf").read_text()
    assert re.findall(r"ssl_protocols ([^;]+);", nginx) == ["TLSv1.2 TLSv1.3"]
    assert "protocols" not in (ROOT / "docs/examples/proxy/Caddyfile").read_text()
    assert ssl.create_default_context().minimum_version >= ssl.TLSVersion.TLSv1_2
    for path in (ROOT / "ledger").rglob("*.py"):
        told = path.read_text(encoding="utf-8")
        assert not re.search(r"SSLContext\(|_create_unverified|CERT_NONE|minimum_version", told), (
            path
        )


def section(title):
    return PAGE.read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_every_way_in_of_a_file_is_told_of_with_its_bounds():
    takes = r"request\.files|receiving\.read_(?:xml|table)\("
    found = {
        path.relative_to(ROOT / "ledger/web").as_posix()
        for path in (ROOT / "ledger/web").rglob("*.py")
        if re.search(takes, path.read_text(encoding="utf-8"))
    }
    addresses = {
        "pages/queue.py": "/invoices/receive",
        "api/documents.py": "/documents/peppol-invoice",
        "pages/reconciliation.py": "/reconcile",
        "api/reconciliation.py": "/reconcile",
        "pages/audit/receipts.py": "/audit/receipt",
        "pages/settings/importing.py": "/settings/import",
    }
    assert found == set(addresses)
    said = section("What files come in")
    assert set(addresses.values()) <= set(re.findall(r"`(/[\w/-]+)`", said))
    assert set(FORMATS) == {"peppol-invoice"}
    for bound in (bounds.FILE_LIMIT, bounds.MAX_MARKUP // 10**6, bounds.MAX_LEDGER_FILE // 10**6):
        assert f"{bound} MB" in said
    for bound in (bounds.MAX_LEDGER_ROWS, receipts.MAX_RECEIPT):
        assert f"{bound:,}".replace(",", " ") in said


SECRETS, PEOPLE, SUPPLIERS, BUSINESS = 1, 2, 3, 4
KEPT = {
    SECRETS: {"tokens", "sessions", "sign_ins", "invitations", "going", "secrets", "links",
              "webhooks"},
    PEOPLE: {
        "persons", "sole_traders", "tied", "identities", "last_signed_in", "tries", "drafts",
        "received", "takers", "checks", "attachments", "envelopes", "called", "headings",
        "readings", "mail_ways", "outbox",
    },
    SUPPLIERS: {"jobs", "job_parts", "deliveries"},
    BUSINESS: {"version", "happened", "followed"},
}  # fmt: skip
"""Level of protection → tables of the registry, each by the most that a row of it can hold."""


def test_all_that_is_kept_has_a_level_of_protection():
    """The log is of levels 3 and 4: what it must not hold is looked for by a test of its own."""
    tables = [table.name for table in metadata.sorted_tables]
    assert sorted(tables) == sorted(name for names in KEPT.values() for name in names)
    said = section("Levels of protection")
    levels = re.findall(r"^\| (\d)\. ", said, re.MULTILINE)
    assert [int(level) for level in levels] == [*KEPT, 5]
