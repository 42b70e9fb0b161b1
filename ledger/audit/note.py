"""Signed notes (C2SP signed-note) and the Ed25519 keys that sign them.

A note is text, a blank line, and signature lines. Two kinds of key sign here: the log's own
(type 1, over the text) and a witness's (type 4, C2SP cosignature/v1, over a time and the text).
A verifier key is written `name+hash+base64`, a signing key `PRIVATE+KEY+name+hash+base64`.
"""

import base64
import binascii
import unicodedata
from collections.abc import Iterable, Sequence
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.bounds import MAX_NOTE, MAX_SIGNATURES

LOG = 1
"""The signature type of a log's key: plain Ed25519 over the text."""

WITNESS = 4
"""The signature type of a witness's key: a timestamped Ed25519 cosignature."""

_KINDS = (LOG, WITNESS)
_DASH = "\u2014 "
_PRIVATE = "PRIVATE+KEY+"
_MAX_TIME = 2**63 - 1


class NoteRefused(Exception):
    """A note, a key or a signature that cannot be relied on; the message says why."""


class VerifierKey(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs, how, and the 32 bytes to check it with."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that, with the name, say which key a signature line is by."""
        whole = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return sha256(whole).digest()[:4]

    @property
    def text(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.kind]) + self.public)}"

    @property
    def pem(self) -> bytes:
        """The key as openssl reads it."""
        return Ed25519PublicKey.from_public_bytes(self.public).public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )


class SigningKey(msgspec.Struct, frozen=True, kw_only=True):
    """A secret key; it never shows its seed."""

    name: str
    kind: int
    seed: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.name})"

    @property
    def verifier(self) -> VerifierKey:
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return VerifierKey(name=self.name, kind=self.kind, public=public.public_bytes_raw())

    @property
    def text(self) -> str:
        """What the key file holds: whoever reads it can sign."""
        secret = _base64(bytes([self.kind]) + self.seed)
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{secret}"


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature line: the name, the four bytes of the key's id, and what the key made."""

    name: str
    id: bytes
    value: bytes

    @property
    def line(self) -> str:
        return f"{_DASH}{self.name} {_base64(self.id + self.value)}\n"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A note as it was read; nothing in it has been verified."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def data(self) -> bytes:
        return (self.text + "\n" + "".join(s.line for s in self.signatures)).encode()


# ── Keys ──────────────────────────────────────────────────────────────────────────────────────


def new_key(name: str, kind: int = LOG) -> SigningKey:
    """A new secret key from the system's randomness. Raises NoteRefused for a bad name."""
    _check_name(name)
    return SigningKey(name=name, kind=kind, seed=Ed25519PrivateKey.generate().private_bytes_raw())


def read_verifier_key(text: str) -> VerifierKey:
    """Raises NoteRefused unless name, hash and key belong together."""
    name, id_, material = _key_parts(text.strip("\n"), "verifier key")
    key = VerifierKey(name=name, kind=material[0], public=material[1:])
    if key.id != id_:
        raise NoteRefused(f"the hash in the verifier key of {name} is not that of the key")
    return key


def read_signing_key(text: str) -> SigningKey:
    """Raises NoteRefused unless name, hash and key belong together; never repeats the secret."""
    text = text.strip("\n")
    if not text.startswith(_PRIVATE):
        raise NoteRefused(f"a signing key begins with {_PRIVATE}")
    name, id_, material = _key_parts(text.removeprefix(_PRIVATE), "signing key")
    key = SigningKey(name=name, kind=material[0], seed=material[1:])
    if key.verifier.id != id_:
        raise NoteRefused(f"the hash in the signing key of {name} is not that of the key")
    return key


def _key_parts(text: str, what: str) -> tuple[str, bytes, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise NoteRefused(f"a {what} has three parts with + between: name, hash and key")
    name, id_, material = parts
    _check_name(name)
    if len(id_) != 8 or any(c not in "0123456789abcdef" for c in id_):
        raise NoteRefused(f"the hash in a {what} is eight hexadecimal digits")
    decoded = _unbase64(material, f"the key in a {what}")
    if len(decoded) != 33 or decoded[0] not in _KINDS:
        raise NoteRefused(f"the {what} of {name} is not Ed25519 of type 1 (log) or 4 (witness)")
    return name, bytes.fromhex(id_), decoded


def _check_name(name: str) -> None:
    if not name or "+" in name or any(_is_space(c) or _is_control(c) for c in name):
        raise NoteRefused(f"a key's name has no spaces, no + and is not empty: {name!r}")


def _is_space(character: str) -> bool:
    return character.isspace() or unicodedata.category(character).startswith("Z")


def _is_control(character: str) -> bool:
    return ord(character) < 0x20 or 0xD800 <= ord(character) < 0xE000


# ── Notes ─────────────────────────────────────────────────────────────────────────────────────


def sign(text: str, key: SigningKey, time: int | None = None) -> Signature:
    """A signature line over a note's text. A witness's key needs the time (seconds since 1970)."""
    _check_text(text)
    if (key.kind == WITNESS) != (time is not None):
        raise NoteRefused("a witness signs with a time, a log without")
    private = Ed25519PrivateKey.from_private_bytes(key.seed)
    if time is None:
        value = private.sign(text.encode())
    else:
        if not 0 <= time <= _MAX_TIME:
            raise NoteRefused(f"not a time to sign with: {time}")
        value = time.to_bytes(8, "big") + private.sign(_cosigned(text, time))
    return Signature(name=key.name, id=key.verifier.id, value=value)


def read_note(data: bytes) -> Note:
    """A note's parts, nothing verified. Raises NoteRefused for what is no note."""
    if len(data) > MAX_NOTE:
        raise NoteRefused(f"a note is at most {MAX_NOTE} bytes, this is {len(data)}")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise NoteRefused("a note is UTF-8") from error
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines:
        raise NoteRefused("a note has a blank line, and signature lines after it")
    _check_text(text + "\n")
    if not lines.endswith("\n"):
        raise NoteRefused("a note's last line ends with a newline")
    split = lines[:-1].split("\n")
    if len(split) > MAX_SIGNATURES:
        raise NoteRefused(f"a note has at most {MAX_SIGNATURES} signatures, this {len(split)}")
    return Note(text=text + "\n", signatures=tuple(_signature(line) for line in split))


def _signature(line: str) -> Signature:
    if not line.startswith(_DASH):
        raise NoteRefused("a signature line begins with an em dash and a space")
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    _check_name(name)
    value = _unbase64(encoded, f"the signature of {name}")
    if len(value) < 5:
        raise NoteRefused(f"the signature of {name} is too short")
    return Signature(name=name, id=value[:4], value=value[4:])


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteRefused("a note's text ends with a newline")
    if any(_is_control(c) and c != "\n" for c in text):
        raise NoteRefused("a note's text holds no control characters but newline")


def verified(note: Note, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """The keys that have signed. Raises NoteRefused for a false signature, or where none has.

    Signatures of keys that are not known are ignored, as the note format asks.
    """
    known = {(key.name, key.id): key for key in keys}
    found: dict[tuple[str, bytes], VerifierKey] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.id))
        if key is not None:
            verify_signature(note.text, signature, key)
            found[key.name, key.id] = key
    if not found:
        names = ", ".join(sorted({name for name, _ in known})) or "nobody"
        raise NoteRefused(f"the note has no signature by {names}")
    return tuple(found.values())


def open_note(data: bytes, keys: Sequence[VerifierKey]) -> Note:
    """A note that at least one of the keys has signed. Raises NoteRefused."""
    note = read_note(data)
    verified(note, keys)
    return note


def verify_signature(text: str, signature: Signature, key: VerifierKey) -> int | None:
    """The time of a witness's signature, None for a log's. Raises NoteRefused where it is false."""
    value, message, time = signature.value, text.encode(), None
    if key.kind == WITNESS:
        time = int.from_bytes(value[:8], "big")
        if len(value) != 72 or time > _MAX_TIME:
            raise NoteRefused(f"the cosignature of {key.name} has no time and signature")
        value, message = value[8:], _cosigned(text, time)
    if not is_signed(key.public, message, value):
        raise NoteRefused(f"the signature of {key.name} is false")
    return time


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Ed25519 (RFC 8032); False also for a key or a signature of a wrong form."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unbase64(text: str, what: str) -> bytes:
    """Strict: the one standard form, nothing around it."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteRefused(f"{what} is not base64") from error
    if _base64(data) != text:
        raise NoteRefused(f"{what} is not base64 in its one standard form")
    return data
