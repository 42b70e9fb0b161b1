"""The leaf entry: the bytes of a stored event, bound to their place in the log.

An entry is the canonical JSON object (RFC 8785) of five members:

    {"data":<the stored bytes>,"index":0,"name":"…","stream":"…","version":1}

The stored bytes stand in it as they are, not as a string and not parsed and written again. They
are canonical JSON (`ledger.codec` writes nothing else), so the whole is canonical too; and if
somebody puts other bytes of the same JSON into the database, the entry differs and so does its
hash. Two different rows never give the same entry: what follows the stored bytes holds no unescaped
`,"index":` but its own, so the end of the entry says where they end.
"""

from hashlib import sha256

import msgspec

from ledger.audit.tree import leaf_hash
from ledger.bounds import MAX_ENTRY, MAX_EVENT

_ENCODER = msgspec.json.Encoder()


class EntryRefused(Exception):
    """A row that cannot be an entry; the message says why."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it is stored, with its place in the log (0, 1, 2 …) and its stored leaf hash.

    `stored` is None where only the leaf is there, `leaf` where only the event is: the log's own
    recorder writes both or none, so each of these is a finding. `position` is where read models
    follow the event: it begins at 1 and may have gaps; None where it is not known.
    """

    index: int
    stream: str
    version: int
    name: str
    stored: bytes | None
    leaf: bytes | None
    position: int | None = None


class _Place(msgspec.Struct):
    """What follows the stored bytes; the members in the order of RFC 8785."""

    index: int
    name: str
    stream: str
    version: int


class Parts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry read again; `data` are the stored bytes, untouched."""

    data: msgspec.Raw
    index: int
    name: str
    stream: str
    version: int


_DECODER = msgspec.json.Decoder(Parts)


def make(index: int, stream: str, version: int, name: str, stored: bytes) -> bytes:
    """The entry of an event. Raises EntryRefused over 60 000 stored or 65 535 whole bytes."""
    if len(stored) > MAX_EVENT:
        raise EntryRefused(f"event {index} is {len(stored)} bytes, at most {MAX_EVENT}")
    place = _ENCODER.encode(_Place(index, name, stream, version))
    entry = b'{"data":' + stored + b"," + place[1:]
    if len(entry) > MAX_ENTRY:
        raise EntryRefused(f"entry {index} is {len(entry)} bytes, at most {MAX_ENTRY}")
    return entry


def is_of_leaf(row: Row, stored: bytes) -> bool:
    """Whether a row's stored bytes, at its place, are what its leaf hash is of; False also where
    they cannot be an entry."""
    place = _ENCODER.encode(_Place(row.index, row.name, row.stream, row.version))
    hashed = b'\x00{"data":' + stored + b"," + place[1:]
    if len(stored) > MAX_EVENT or len(hashed) > MAX_ENTRY + 1:
        return False
    return sha256(hashed).digest() == row.leaf


def row(index: int, stream: str, version: int, name: str, stored: bytes) -> Row:
    """A new row with its leaf hash: what is written beside the event, in its transaction."""
    leaf = leaf_hash(make(index, stream, version, name, stored))
    return Row(index=index, stream=stream, version=version, name=name, stored=stored, leaf=leaf)


def read(entry: bytes) -> Parts:
    """The members of an entry. Raises EntryRefused for what is no entry."""
    try:
        parts = _DECODER.decode(entry)
        again = make(parts.index, parts.stream, parts.version, parts.name, bytes(parts.data))
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise EntryRefused(f"not an entry of this log: {error}") from error
    if again != entry:
        raise EntryRefused("not an entry of this log: its members are not in canonical order")
    return parts
