"""Passphrases: what one has to be like, and how it is kept.

Long, and none of those that everybody tries first; nothing has to be mixed, and none has to be
changed because time has passed (NIST SP 800-63B-4 3.1.1, OWASP ASVS 5.0 6.2).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING
from unicodedata import normalize

from ledger.bounds import DATABASE_SECONDS, MAX_PASSPHRASE, MIN_PASSPHRASE, PASSPHRASES_AT_ONCE
from ledger.domain.refusals import Unavailable
from ledger.wording import Sentence, words

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_turns = BoundedSemaphore(PASSPHRASES_AT_ONCE)

TOO_SHORT = words("It has fewer than {least} characters.", least=MIN_PASSPHRASE)
TOO_LONG = words("It has more than {most} characters.", most=MAX_PASSPHRASE)
COMMON = words("It is one of the first that anybody would try: take another.")
ONE_S_OWN = words("It is little more than a name or number of your own: take another.")
PRODUCT = "avrop"
REPEATED = words("It repeats the same few characters: take another.")


@cache
def hasher() -> PasswordHasher:
    """argon2id as RFC 9106 has it where memory is little: 64 MiB, three passes."""
    from argon2 import PasswordHasher

    return PasswordHasher()


def fault(passphrase: str, own: tuple[str, ...] = ()) -> Sentence | None:
    """What is wrong with a new one; `own` are the names and numbers of whose it is to be."""
    text = normalize("NFKC", passphrase)
    if len(text) < MIN_PASSPHRASE:
        return TOO_SHORT
    if len(text) > MAX_PASSPHRASE:
        return TOO_LONG
    plain = _plain(text)
    if plain in _common():
        return COMMON
    if len(set(plain)) < 5:
        return REPEATED
    rest = plain
    parts = {PRODUCT, *map(_plain, own), *(_plain(word) for one in own for word in one.split())}
    for part in sorted(parts, key=lambda part: (-len(part), part)):
        rest = rest.replace(part, "") if len(part) > 2 else rest
    return ONE_S_OWN if len(rest) < MIN_PASSPHRASE // 2 else None


def hashed(passphrase: str) -> str:
    """What is kept of it. Raises Unavailable where too many are asked for at once."""
    with _Turn():
        return hasher().hash(normalize("NFKC", passphrase))


def fits(kept: str, passphrase: str) -> bool:
    """Whether it is the one that is kept; where none is (""), it takes as long to say so. Raises
    Unavailable where too many are asked for at once."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    text = normalize("NFKC", passphrase[: 4 * MAX_PASSPHRASE])
    with _Turn():
        try:
            return hasher().verify(kept or _nobody_s(), text) and bool(kept)
        except (Argon2Error, InvalidHashError):
            return False


def is_weak(kept: str) -> bool:
    """Whether what is kept was made with less work than is asked for now."""
    return hasher().check_needs_rehash(kept)


class _Turn:
    """Each takes memory and a processor for a moment: a few at a time."""

    def __enter__(self) -> None:
        if not _turns.acquire(timeout=DATABASE_SECONDS):
            raise Unavailable

    def __exit__(self, *_: object) -> None:
        _turns.release()


@cache
def _nobody_s() -> str:
    return hasher().hash("nobody's")


@cache
def _common() -> frozenset[str]:
    text = (Path(__file__).parent / "commonest.txt").read_text(encoding="utf-8")
    return frozenset(_plain(line) for line in text.splitlines() if line and line[0] != "#")


def _plain(text: str) -> str:
    """Without what is done to a common one to make it look otherwise."""
    return "".join(text.casefold().split()).rstrip("!.?1234567890-_ ") or text.casefold()
