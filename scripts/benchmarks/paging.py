"""What does not grow with a ledger: a page that somebody opens, drawn whole."""

import contextlib
from collections.abc import Callable, Iterator

from benchmarks.ledgers import BUYER, NUMBER
from benchmarks.measure import Row, Target, paired, row, spaced
from benchmarks.surroundings import Surroundings
from ledger import people
from ledger.opening import Ledger
from ledger.registry import Caller
from ledger.web import create_app
from ledger.web.access import SESSION_COOKIE

ROLES = ("orderer", "approver", "finance", "manager")
PAGES = {
    "the first page": "/",
    "the list of agreements": "/agreements",
    "the list of orders": "/orders",
    "the largest orders first": "/orders?sort=-amount",
    "the list of invoices": "/invoices",
    "an agreement's page": f"/agreements/{NUMBER}",
    "an agreement's orders": f"/agreements/{NUMBER}/orders",
}
"""What is opened, and where it is."""


def measure(around: Surroundings, database: str) -> Iterator[Row]:
    few, many = around.sizes.few, around.sizes.many
    with contextlib.ExitStack() as stack:
        opened = [
            stack.enter_context(around.ledger(around.filled(database, orders).address))
            for orders in (many, few)
        ]
        clients = [_signed_in(ledger) for ledger in opened]
        for what, path in PAGES.items():
            tell = stack.enter_context(around.progress(f"{database}: {what}"))
            blocks = paired(
                _opening(clients[0], path),
                _opening(clients[1], path),
                blocks=max(2, around.sizes.blocks // 2),
                calls=max(3, around.sizes.calls // 6),
                tell=tell,
            )
            yield row(
                "pages",
                database,
                f"{what} with {spaced(many)} orders",
                f"with {few} orders",
                "ms",
                Target(at_most=2),
                blocks,
            )


def _signed_in(ledger: Ledger):
    """A browser of somebody who has every role of the buyer's daily work."""
    person = people.person(ledger.service, ledger.registry, "Bench", BUYER)
    people.grant(ledger.service, ledger.registry, person, ROLES)
    caller = Caller(person=person, organisation=BUYER, roles=ROLES)
    client = create_app(ledger=ledger).test_client()
    client.set_cookie(SESSION_COOKIE, ledger.registry.open_session(caller, None, ledger.now))
    return client


def _opening(client, path: str) -> Callable[[], None]:
    def opened() -> None:
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} was answered with {answer.status}")

    return opened
