"""A way in, from the invitation on, by the keyboard alone; and none of its pages bars anybody."""

import pytest

from ledger import people
from tests.browser.journeys import Keyboard, served
from tests.browser.test_accessibility import OPENED, WIDE, WIDTHS
from tests.browser.test_first_face import (
    chromium,
    faults,
    pytestmark,  # noqa: F401
)
from tests.conftest import BUYER
from tests.web.provider import CLIENT, Provider

__all__ = ["chromium"]

MEMBER = "2120001470"
PASSPHRASE = "sju gröna elgar i dimman"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    provider, folder = Provider(), tmp_path_factory.mktemp("served")
    file = folder / "issuers.toml"
    file.write_text(
        f'[[issuer]]\nname = "kommunen"\ntitle = "Kommunen"\nissuer = "{provider.issuer}"\n'
        f'client_id = "{CLIENT}"\n'
    )
    with served(folder, AVROP_OIDC=str(file)) as house:
        yield house
    provider.stop()


def invited(house, organisation):
    """A link of a person's, who has a role."""
    parts = house.ledger.service, house.ledger.registry
    by = people.acting(*parts, "Karin Ekonom", organisation, "finance")
    return f"/invitation/{house.ledger.registry.invite(by.person, 7)}"


def test_somebody_who_is_invited_twice_signs_in_and_chooses_for_whom(house, chromium):
    context = chromium.new_context(base_url=house.address, locale="en", bypass_csp=True)
    page = context.new_page()
    desk, found = Keyboard(page), []

    def looked_at():
        page.evaluate(OPENED)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
            assert max(page.evaluate(WIDE), default=0) <= 1, page.url
        found.extend(faults(page))

    def sent(button):
        desk.to(page.get_by_role("button", name=button, exact=True))
        desk.go()

    desk.open(invited(house, BUYER))
    looked_at()
    desk.open(page.url)
    desk.fill("New passphrase", "kort")
    desk.fill("The new one once more", "kort")
    sent("Keep it and sign in")
    assert page.evaluate("document.activeElement.id") == "passphrase", "where the fault is"
    looked_at()
    page.keyboard.type(PASSPHRASE)
    desk.fill("The new one once more", PASSPHRASE)
    sent("Keep it and sign in")
    assert page.get_by_text("Karin Ekonom").count()
    desk.open(invited(house, MEMBER))
    looked_at()
    desk.press("Use the sign-in that I have")
    desk.open("/settings/me")
    looked_at()
    assert page.get_by_text("this one").count() == 1
    context.clear_cookies()
    desk.open("/")
    looked_at()
    desk.fill("Name or person id", "Karin Ekonom")
    desk.fill("Passphrase", PASSPHRASE)
    sent("Sign in")
    assert page.url.partition("?")[0].endswith("/session/whom")
    looked_at()
    sent(MEMBER)
    assert page.goto("/agreements").status == 200
    desk.open("/settings/me")
    desk.fill("The one that you have", "fel")
    desk.fill("New passphrase", PASSPHRASE)
    desk.fill("The new one once more", PASSPHRASE)
    sent("Change it, and end all other sessions")
    looked_at()
    assert page.get_by_text("That is not your passphrase.").count()
    context.close()
    assert found == []
    advice = ("[DOM]", "Failed to load resource: the server responded with a status of 4")
    assert [text for text in desk.said if not text.startswith(advice)] == []
