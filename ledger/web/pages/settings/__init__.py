"""The settings: organisations and what they decide of their own, people, auditors; one file a kind
of page."""

from ledger.web.pages.settings import attest, auditors, codes, mail, organisations, people, state
from ledger.web.pages.settings.parts import blueprint

PAGES = (organisations, people, attest, codes, auditors, mail, state)
"""Each states its routes on the one blueprint of the settings."""

__all__ = ["PAGES", "blueprint"]
