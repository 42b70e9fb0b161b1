"""Those who order, confirm, read and export, each request again until it is answered."""

import random
import threading
import time
from collections import Counter

from tests.service.conftest import BROKEN, Served

CAP = 50_000
"""Kronor of an agreement: it is full after some hundred orders, and the next one is signed."""
READS = (
    "/agreements/{}/balance",
    "/agreements/{}/statement",
    "/agreements/{}/forecast",
    "/agreements/{}/balance?as_of=2024-02-01",
    "/agreements",
    "/orders?limit=100",
    "/orders?format=csv",
    "/orders?format=xlsx&agreement={}",
)


class Load:
    """What was asked and answered, by all clients together."""

    def __init__(self, served: Served, tokens: dict[str, str]) -> None:
        self.served, self.tokens = served, tokens
        self.acknowledged: dict[str, str] = {}
        self.signed: list[str] = []
        self.counts: Counter[str] = Counter()
        self.slowest = 0.0
        self.wrong: list[str] = []
        self.done = threading.Event()
        self._guard = threading.Lock()

    def sign(self) -> None:
        """One more agreement to order from."""
        number = f"SOAK-{len(self.signed) + 1}"
        body = {
            "number": number,
            "title": "Uthållighet",
            "currency": "SEK",
            "cap": f"{CAP}.00",
            "buyers": [{"organisation": "2120002403", "name": "Härnösands kommun"}],
            "suppliers": [{"organisation": "2021004524", "name": "Mittuniversitetet"}],
            "signed_on": "2024-01-01",
            "starts_on": "2024-01-01",
            "ends_on": "2027-12-31",
            "regime": "lou_19a_direct",
        }
        if self.write("manager", "/agreements", body, f"sign-{number}", (201,)) is not None:
            self.signed.append(number)

    def work(self, client: int, chance: random.Random) -> None:
        """As one client, until it is over."""
        nth, mine = 0, list[str]()
        while not self.done.is_set():
            nth += 1
            what = chance.random()
            if what < 0.55:
                self._order(f"place-{client}-{nth}", mine, chance)
            elif what < 0.7 and mine:
                path = f"/orders/{mine.pop()}/confirm"
                self.write("supplier", path, {}, f"confirm-{client}-{nth}", (200,))
            else:
                self._read(chance.choice(READS).format(chance.choice(self.signed)))

    def _order(self, key: str, mine: list[str], chance: random.Random) -> None:
        number = self.signed[-1]
        amount = f"{chance.randint(1, 400)}.{chance.randint(0, 99):02}"
        lines = [{"kind": "delivery", "amount": amount}]
        body = {"course": "Kurs", "ordered_on": "2024-01-15", "lines": lines}
        path = f"/agreements/{number}/orders"
        placed = self.write("orderer", path, body, key, (201, 409))
        if placed is not None:
            mine.append(placed)
            return
        with self._guard:
            if not self.done.is_set() and number == self.signed[-1]:
                self.sign()

    def write(
        self, role: str, path: str, body: object, key: str, expected: tuple[int, ...]
    ) -> str | None:
        """The number that it was answered with; None where it was refused."""
        status, answer = self._answered(role, "POST", path, body, key)
        self.counts[f"{path.rpartition('/')[2]} {status}"] += 1
        if status not in expected:
            self.wrong.append(f"{key}: {status} {answer}")
        if status >= 300 or answer is None:
            return None
        self.acknowledged[key] = answer["number"]
        return str(answer["number"])

    def _read(self, path: str) -> None:
        status, _ = self._answered("finance", "GET", path, None, None)
        self.counts[f"read {status}"] += 1
        if status not in (200, 429):  # an export more than one person may ask for is put off
            self.wrong.append(f"{path}: {status}")

    def _answered(
        self, role: str, method: str, path: str, body: object, key: str | None
    ) -> tuple[int, dict[str, str] | None]:
        """Again until there is an answer that is not "try again"; how long each took is kept."""
        while True:
            began = time.monotonic()
            try:
                status, answer = self.served.ask(self.tokens[role], method, path, body, key)
            except BROKEN:
                status, answer = 503, None
            except ValueError:  # a file, which is no JSON
                status, answer = 200, None
            took = time.monotonic() - began
            self.slowest = max(self.slowest, took)
            if status != 503:
                return status, answer
            self.counts["again"] += 1
            time.sleep(0.05)
