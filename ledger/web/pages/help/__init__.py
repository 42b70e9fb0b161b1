"""Help by role and by word, and what is said of accessibility."""

from ledger.web.pages.help.pages import blueprint

__all__ = ["blueprint"]
