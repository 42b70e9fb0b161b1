"""References however they are spelt: what a number has in common with what people make of it.

Systems and people write an order's number in another case, with spaces, with the dash of a word
processor, or with characters that nobody sees.
"""

import re
import unicodedata

from ledger.bounds import MAX_FOLDED

# Control characters but tab and line ends; what Unicode has no sign for, as soft hyphens and
# joiners (Default_Ignorable_Code_Point); and what turns the direction of writing: with those a
# name shows as another than it is.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_DASHES = re.compile("[\u02d7\u2043\u2212\u2796]")
"""What looks like a hyphen and is not of Unicode's category of them (Pd)."""


def fold(written: str) -> str:
    """What spellings of one reference have in common, at most MAX_FOLDED characters of it; "" where
    nothing is left. Case, spaces, the form of a dash, and what nobody can see, make no other."""
    if written.isascii() and written.isprintable():  # nothing of it is odd but its spaces
        return written.lower().replace(" ", "")[:MAX_FOLDED]
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", written))
    text = unicodedata.normalize("NFKC", text.casefold())
    text = "".join(_plain(sign) for sign in INVISIBLE.sub("", text))
    return unicodedata.normalize("NFKC", text)[:MAX_FOLDED]


def without_hyphens(folded: str) -> str:
    """A folded reference as whoever leaves its hyphens out writes it, or puts them elsewhere."""
    return folded.replace("-", "")


def fold_number(written: str) -> str:
    """The same of an invoice's number: programs drop the zeros before one of digits alone."""
    folded = fold(written)
    return folded.lstrip("0") or "0" if folded.isdigit() else folded


def _plain(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Pd" or _DASHES.match(sign):
        return "-"
    return "" if sign.isspace() or category in ("Cc", "Cf") else sign
