"""An import that is killed at any moment has recorded nothing, or all of it."""

import random
import subprocess
import sys
import time
from datetime import date

import pytest

from ledger.application.asker import asking
from ledger.application.importing.doing import take_in
from ledger.audit.check import explain
from ledger.opening import open_ledger
from ledger.verifying import Held, verify
from tests.application.test_importing import AGREEMENT, ORDER, book
from tests.conftest import BUYER
from tests.people import let_in, person_of

ROWS = 300
CHILD = """
import sys
from datetime import datetime
from ledger.application.asker import asking
from ledger.application.importing.doing import take_in
from ledger.config import read
from ledger.opening import open_ledger

def watch(done, total):
    print(done, total, flush=True)

moment = datetime.fromisoformat(sys.argv[5])
opened = open_ledger(read({"AVROP_DATABASE": sys.argv[1]}), lambda: moment)
asker = asking(opened, sys.argv[2], sys.argv[3], ("manager",), ("manager",))
print("begins", flush=True)
take_in(asker, open(sys.argv[4], "rb").read(), watch)
print("done", flush=True)
"""


@pytest.mark.slow
def test_an_import_that_is_killed_has_recorded_nothing_or_all_of_it(
    ledger, settings, clock, tmp_path
):
    let_in(ledger, "manager", BUYER, ("manager",))
    person = person_of(ledger, "manager", BUYER)
    chance = random.Random(17)
    nothing = everything = 0
    for round_ in range(8):
        number = f"K-{round_}"
        orders = [{**ORDER, "agreement": number, "amount": 1_000, "invoiced": 500,
                   "as_of": date(2023, 12, 31), "evidence": "R", "course": f"Kurs {n}"}
                  for n in range(ROWS)]  # fmt: skip
        content = book(agreements=[{**AGREEMENT, "number": number}], orders=orders)
        file = tmp_path / f"{number}.xlsx"
        file.write_bytes(content)
        before = ledger.store.position()
        killed([settings.database, person, BUYER, str(file), clock().isoformat()], chance)
        opened = open_ledger(settings, clock)
        state = opened.service.load(f"agreement/{number}")[1]
        if state is None:
            nothing += 1
            assert opened.store.position() == before
            asker = asking(opened, person, BUYER, ("manager",), ("manager",))
            assert take_in(asker, content).recorded
        else:
            everything += 1
            assert state.orders == ROWS
        opened.views.catch_up()
        opened.close()
    assert nothing
    ledger.views.catch_up()
    assert [explain(one) for one in verify(ledger, Held()).findings] == []
    assert nothing + everything == 8


def killed(given: list[str], chance: random.Random) -> None:
    """Kill it before it is done: after so many words of it, and a little later."""
    asked = [sys.executable, "-c", CHILD, *given]
    child = subprocess.Popen(asked, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for _ in range(chance.randint(1, 6)):
        if child.stdout.readline().strip() in ("done", ""):
            break
    time.sleep(chance.random() * 0.03)
    child.kill()
    child.wait()
