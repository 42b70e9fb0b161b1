"""What a verb does not need it does not import: each start of the command line would wait."""

import subprocess
import sys

import pytest

VERBS = """
balance SKO-2023
order list
history SKO-2023
replay SKO-2023
order start SKO-2023-0003 --dry-run
verify
rebuild --check
"""
ASKED = """
import sys
from ledger.cli import main
for verb in sys.argv[1].split("\\n"):
    main(verb.split(), standalone_mode=False)
print([name for name in ("flask", "psycopg", "lxml", "gunicorn") if name in sys.modules])
"""


@pytest.fixture
def imported(desk):
    """Verbs in a process of its own, after another statement; the last line that is printed."""
    desk.done("demo", "--programme", "harnosand")

    def run(verbs, first=""):
        asked = [sys.executable, "-c", first + ASKED, verbs.strip()]
        done = subprocess.run(asked, check=True, capture_output=True, text=True, cwd=desk.folder)
        return done.stdout.splitlines()[-1]

    return run


def test_verbs_on_sqlite_import_neither_the_server_nor_the_other_database(imported):
    assert imported(VERBS) == "[]"


def test_the_application_imports_the_server(imported):
    """The control: what the verbs are asked for is found where it is."""
    first = "from ledger.web import create_app; create_app()"
    assert imported("order list", first).startswith("['flask'")
