"""Who goes through the pages in a browser: by the keyboard alone, or counting clicks; and a ledger
that is served to them from the test itself, so that a journey begins where the test says."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from werkzeug.serving import make_server

from ledger import people
from ledger.config import read
from ledger.opening import Ledger, open_ledger
from ledger.registry import Caller
from ledger.web import create_app
from ledger.web.access import SESSION_COOKIE
from tests.conftest import BUYER, SUPPLIER, Api
from tests.people import let_in

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
"""When the journeys are made: in the term of the agreements that the tests sign."""

MOST_STOPS = 250
"""More stops of the Tab key than any page has: who comes so far is in a trap."""

FOCUSED = """(sought) => {
  const one = document.activeElement;
  const shows = (some) => {
    const style = some === null ? null : getComputedStyle(some);
    const outline = style?.outlineStyle !== "none" && parseFloat(style?.outlineWidth) > 0;
    return outline || (style !== null && style.boxShadow !== "none");
  };
  const seen = one === document.body || shows(one) || shows(one.closest(".ds-field"));
  return [one === sought, seen ? "" : one.outerHTML.slice(0, 200)];
}"""
"""Whether what is sought has the focus, and what has it and does not show it, nor its field."""


class Served:
    """A ledger, where its pages are, and its people."""

    def __init__(self, ledger: Ledger, address: str) -> None:
        self.ledger, self.address = ledger, address
        self.app = create_app(ledger=ledger)
        self.app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # asked for once, not for each page

    def api(self, role: str, organisation: str = "", name: str = "") -> Api:
        of = organisation or (SUPPLIER if role == "supplier" else BUYER)
        token = let_in(self.ledger, name or f"{role} {of}", of, (role,))
        return Api(self.app.test_client(), token)

    def done(self, role: str, path: str, body: object = None, organisation: str = "") -> dict:
        """What a role did by the API before the journey begins."""
        answer = self.api(role, organisation).post(path, body)
        assert answer.status_code in (200, 201, 202), answer.text
        return answer.json

    def enter(self, chromium, role: str, organisation: str = "", name: str = "", **context):
        """A page of somebody who is signed in."""
        of = organisation or (SUPPLIER if role == "supplier" else BUYER)
        parts = self.ledger.service, self.ledger.registry
        by = people.acting(*parts, name or f"{role} {of}", of, role)
        caller = Caller(person=by.person, organisation=of, roles=(role,))
        secret = self.ledger.registry.open_session(caller, None, self.ledger.now)
        context = {"locale": "en", **context}
        opened = chromium.new_context(base_url=self.address, **context)
        opened.add_cookies([{"name": SESSION_COOKIE, "value": secret, "url": self.address}])
        return opened.new_page()


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Served]:
    """An empty ledger on SQLite and its pages, as of NOON."""
    address = f"sqlite:///{folder}/avrop.db"
    ledger = open_ledger(read({"AVROP_DATABASE": address, **settings}), lambda: NOON)
    ledger.create()
    house = Served(ledger, "")
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    house.address = f"http://127.0.0.1:{server.port}"
    yield house
    server.shutdown()
    thread.join()
    ledger.close()


class Keyboard:
    """Somebody without a mouse: what they press must be reached by Tab, and show that it is."""

    def __init__(self, page) -> None:
        self.page = page
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, path: str) -> None:
        """A page, and past its head by the skip link."""
        self.page.goto(path)
        self._skip()

    def _skip(self) -> None:
        if "#" in self.page.url:  # a link led past the head already
            return
        self.page.keyboard.press("Tab")
        assert self._at(self.page.locator(".ds-skip-link").element_handle()), self.page.url
        self.page.keyboard.press("Enter")
        assert self.page.evaluate("document.activeElement.id") == "main", self.page.url

    def _at(self, sought) -> bool:
        """Whether it has the focus; what has it is seen."""
        there, unseen = self.page.evaluate(FOCUSED, sought)
        assert not unseen, (self.page.url, unseen)
        return bool(there)

    def to(self, found, key: str = "Tab") -> None:
        """Tab to something; every stop on the way must be seen."""
        sought = found.first.element_handle(timeout=5_000)
        for _ in range(MOST_STOPS):
            self.page.keyboard.press(key)
            if self._at(sought):
                return
        raise AssertionError(f"{sought} is not reached on {self.page.url}")

    def fill(self, label: str, text: str) -> None:
        self.to(self.page.locator("main").get_by_label(label, exact=True))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, label: str, option: str) -> None:
        """One of a list, by what it begins with."""
        found = self.page.locator("main").get_by_label(label, exact=True)
        self.to(found)
        self.page.keyboard.type(option)
        assert found.evaluate("one => one.selectedOptions[0].label").startswith(option)

    def press(self, name: str, key: str = "Enter") -> None:
        """A link or a button of the page's main part, by its name; and past the head of the page
        that it leads to."""
        main = self.page.locator("main")
        found = main.get_by_role("link", name=name, exact=True)
        self.to(found.or_(main.get_by_role("button", name=name, exact=True)))
        self.go(key)
        if not self.page.locator("#refusal").count():  # which has the focus
            self._skip()

    def go(self, key: str = "Enter") -> None:
        """What has the focus is pressed, and leads somewhere."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press(key)

    def do(self, name: str, key: str = "Enter") -> str:
        """The button that does it, and that of a page in between, where one is asked once more.
        What is said of it."""
        self.press(name, key)
        refused, said = self.page.locator("#refusal"), self.page.locator("main [role=status]")
        for _ in range(2):
            if refused.or_(said).count():
                break
            self.to(self.page.locator("main form button.ds-button:not([data-variant])").last)
            self.go("Enter")
        assert not refused.count(), refused.inner_text()
        return said.inner_text()


class Mouse:
    """Somebody who clicks, from the first page on: how often is counted, what is typed is not."""

    def __init__(self, page) -> None:
        self.page, self.clicks = page, 0
        page.goto("/")

    def click(self, name: str, role: str = "link") -> None:
        """What leads somewhere."""
        with self.page.expect_navigation(wait_until="load"):
            self.press(name, role)

    def press(self, name: str, role: str = "link") -> None:
        """What leads nowhere: a file that is handed out."""
        self.clicks += 1
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def open(self, name: str) -> None:
        """What is folded."""
        self.clicks += 1
        self.page.locator("summary", has_text=name).first.click()

    def fill(self, label: str, text: str) -> None:
        self.page.locator("main, header").get_by_label(label, exact=True).first.fill(text)

    def done(self) -> str:
        """What is said of what was done; after the button of a page in between, where something is
        looked at once more."""
        said = self.page.locator("main [role=status]")
        if not said.count():
            self.clicks += 1
            with self.page.expect_navigation(wait_until="load"):
                self.page.locator("main form button.ds-button:not([data-variant])").last.click()
        assert said.count(), self.page.locator("main").inner_text()
        return said.inner_text()
