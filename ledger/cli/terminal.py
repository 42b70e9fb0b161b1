"""What the terminal tells of its reader: the language in which everything is answered."""

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager


def language() -> str:
    """The reader's, as the terminal's locale says: Swedish, else English."""
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "sv" if locale.startswith("sv") else "en"


@contextmanager
def click_in(language: str) -> Iterator[None]:
    """Have click's own words in a language, for a time.

    It asks gettext for them, which goes by LANGUAGE before all else; they are in our catalogue.
    """
    if language != "en":
        from ledger.wording import TRANSLATIONS

        gettext.bindtextdomain(gettext.textdomain(), str(TRANSLATIONS))
    before = os.environ.get("LANGUAGE")
    os.environ["LANGUAGE"] = language
    try:
        yield
    finally:
        del os.environ["LANGUAGE"]
        if before is not None:
            os.environ["LANGUAGE"] = before
