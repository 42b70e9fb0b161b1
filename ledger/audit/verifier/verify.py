"""Checks a bundle of an Avrop ledger. Needs Python 3.11, and openssl for the signatures.

    python3 verify.py [BUNDLE] [--key KEY] [--checkpoint FILE]... [--held FILE DAY]...
                      [--witness KEY]... [--order NUMBER]

BUNDLE is the zip or the folder; without it, the folder that this file is in. KEY is the log's
public key as you know it from elsewhere, FILE a checkpoint that you have kept (from an order
confirmation, a statement, an earlier bundle). Give both: what a bundle says of itself is only as
good as its key, and a checkpoint of your own shows that nothing before it was touched. So it is
with witnesses: one that is not given with --witness is a witness by the bundle's own word.
--held is a checkpoint that you have had since a day (2026-11-30) on which it was the newest: an
entry beyond it cannot say that it was recorded before that day. That none says that it was before
the one before it is always looked at.

It hashes every entry, builds the tree (RFC 6962), and compares its root with every checkpoint; it
verifies the signatures, the proofs of chosen records, and it works the claimed figures out again
from the events. Of a whole log it says who acted in a role that the log had not given them; of a
part of one it cannot, nor that nothing is left out. It trusts nothing in
the bundle and writes nothing; README.md and verify.py are not looked at, and of any other file that
is not it says so.

BUNDLE may also be a room certificate (NUMBER.json): that an order lies within the maximum of its
agreement, as it was recorded when the order was. It has the facts of the agreement up to then, each
with its version, so that none is left out between; the figures are worked out again from them. What
was recorded since, as an amendment, it cannot know: ask the ledger, or hold a newer one against it.
With --order it is that order's, or it is wrong.

One file, and so longer than others: whoever gets a bundle can read it and run it alone.

Exit status: 0 everything was checked and is right; 1 something is wrong; 2 nothing wrong was
found, but something could not be checked (no openssl, say), or there was nothing to begin with.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

WIDTH, HASH = 256, 32
MAX_NAMES, MAX_TOTAL = 1_000_000, 8 << 30  # files in a bundle; bytes read from it in all
MAX_NOTE, MAX_TILE, MAX_ENTRIES, MAX_FIGURES = 100_000, 8_192, WIDTH * 65_537, 50_000_000
MAX_SIGNATURES = 20  # on one checkpoint: C2SP asks for at least sixteen
MAX_CERTIFICATE = 50_000_000
MAX_CHECKPOINTS = 8_000  # one a day, and one that was stamped, for more than ten years
MAX_SAID = 100  # findings that are printed
DAY_BEGINS = timedelta(hours=2)  # before midnight UTC, where it begins in Sweden
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
UNREADABLE = (  # what a file, or a zip whose headers lie, is refused with
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(OSError, EOFError, RuntimeError, ValueError, OverflowError),
)
# RFC 8032, test 2: does this openssl verify Ed25519 at all?
KNOWN_GOOD = (
    bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
    b"\x72",
    bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ),
)


class Wrong(Exception):
    """Something that cannot be right; the message says what."""


class Report:
    """What is wrong, what could not be checked, and what was seen."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.unchecked: list[str] = []
        self.seen: list[str] = []
        self.whole = True  # are all of the log's entries here?

    @property
    def status(self) -> int:
        return 1 if self.wrong else 2 if self.unchecked else 0


# ── Reading ───────────────────────────────────────────────────────────────────────────────────


class Bundle:
    """A folder or a zip, read file by file within bounds; nothing is unpacked."""

    def __init__(self, path: Path) -> None:
        self.path, self.total, self.zip = path.resolve(), 0, None
        try:
            if not path.is_dir():
                self.zip = zipfile.ZipFile(path)
        except UNREADABLE as error:
            raise Wrong(f"{path.name} is not a zip file that can be read: {error}") from error
        names = self.zip.namelist() if self.zip else self._in_folder()
        if len(names) > MAX_NAMES:
            raise Wrong(f"the bundle has {len(names)} files, at most {MAX_NAMES} are looked at")
        self.names, self.seen = set(names), set[str]()
        if len(self.names) != len(names):
            raise Wrong("the bundle has two files of one name")

    def _in_folder(self) -> list[str]:
        found = (path for path in self.path.rglob("*") if not path.is_dir())
        return [path.relative_to(self.path).as_posix() for path in found]

    def read(self, name: str, most: int) -> bytes:
        """A file of at most so many bytes. Raises Wrong where it is absent or larger."""
        if name not in self.names:
            raise Wrong(f"{name} is missing")
        self.seen.add(name)
        try:
            if self.zip:
                if self.zip.getinfo(name).compress_type not in PACKED:
                    raise Wrong(f"{name} is packed in a way that is not opened here")
                with self.zip.open(name) as file:
                    data = file.read(most + 1)
            else:
                path = (self.path / name).resolve()
                if not path.is_relative_to(self.path) or not path.is_file():
                    raise Wrong(f"{name} is not a plain file inside the bundle")
                with path.open("rb") as file:
                    data = file.read(most + 1)
        except UNREADABLE as error:
            raise Wrong(f"{name} cannot be read: {error}") from error
        self.total += len(data)
        if len(data) > most or self.total > MAX_TOTAL:
            raise Wrong(f"{name} is larger than anything that belongs here")
        return data

    def tile(self, level: int | str, index: int, width: int) -> tuple[bytes, int, str]:
        """A tile or entry bundle, its width (a full one may stand for a partial one), its path."""
        digits = f"{index:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        path = "/".join(["tile", str(level), *("x" + part for part in parts[:-1]), parts[-1]])
        partial = f"{path}.p/{width}"
        if width < WIDTH and (partial in self.names or path not in self.names):
            path = partial
        else:
            width = WIDTH
        return self.read(path, MAX_ENTRIES if level == "entries" else MAX_TILE), width, path

    def hashes(self, level: int, index: int, width: int) -> list[bytes]:
        data, stored, path = self.tile(level, index, width)
        if len(data) != stored * HASH:
            raise Wrong(f"{path} is {len(data)} bytes, not {stored} hashes")
        return [data[i : i + HASH] for i in range(0, width * HASH, HASH)]

    def entries(self, index: int, width: int) -> list[bytes]:
        data, stored, path = self.tile("entries", index, width)
        found, at = [], 0
        while at < len(data):
            end = at + 2 + int.from_bytes(data[at : at + 2], "big")
            found.append(data[at + 2 : end])
            at = end
        if at != len(data) or len(found) != stored:
            raise Wrong(f"{path} is not {stored} entries with their lengths")
        return found[:width]


def read_json(data: bytes, what: str) -> dict[str, Any]:
    """Strict: no member twice, no number but whole ones."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("a member stands twice")
        return dict(pairs)

    def refuse(text: str) -> None:
        raise ValueError(f"{text} is not a whole number")

    try:
        value = json.loads(
            data.decode(), object_pairs_hook=once, parse_float=refuse, parse_constant=refuse
        )
    except (ValueError, RecursionError) as error:
        raise Wrong(f"{what} is not the JSON that it should be: {error}") from error
    if not isinstance(value, dict):
        raise Wrong(f"{what} is not a JSON object")
    return value


def unbase64(text: str, what: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Wrong(f"{what} is not base64") from error
    if base64.b64encode(data).decode() != text:
        raise Wrong(f"{what} is not base64 in its standard form")
    return data


# ── Keys and notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ──────────────────────


class Key:
    """A verifier key: name+hash+base64 of the kind (1 log, 4 witness) and 32 bytes."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        parts = self.text.split("+", 2)
        if len(parts) != 3:
            raise Wrong(f"not a public key: {self.text[:100]!r}")
        self.name, material = parts[0], unbase64(parts[2], "the public key")
        self.kind, self.public = material[:1], material[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + material).digest()[:4]
        if self.kind not in (b"\1", b"\4") or len(material) != 33 or self.id.hex() != parts[1]:
            raise Wrong(f"the public key of {self.name[:100]!r} is not whole")


class Checkpoint:
    """A signed checkpoint: origin, size, root, its signature lines, and since when you have it."""

    def __init__(self, data: bytes, where: str, since: date | None = None) -> None:
        self.since = since
        try:
            text, blank, lines = data.decode().rpartition("\n\n")
        except UnicodeDecodeError as error:
            raise Wrong(f"{where} is not text") from error
        body = text.split("\n")
        if not blank or len(body) < 3 or "" in body or not lines.endswith("\n"):
            raise Wrong(f"{where} is not a signed checkpoint")
        if not re.fullmatch(r"0|[1-9][0-9]{0,18}", body[1]):
            raise Wrong(f"{where} does not say its size")
        self.where, self.text = where, text + "\n"
        self.origin, self.size, self.root = body[0], int(body[1]), unbase64(body[2], "its root")
        if len(self.root) != HASH:
            raise Wrong(f"{where} has no root of {HASH} bytes")
        if lines.count("\n") > MAX_SIGNATURES:
            raise Wrong(f"{where} has more than {MAX_SIGNATURES} signatures")
        self.lines: list[tuple[str, bytes]] = []
        for line in lines[:-1].split("\n"):
            dash, _, rest = line.partition(" ")
            name, _, encoded = rest.partition(" ")
            if dash != "\u2014":
                raise Wrong(f"{where} has a line that is no signature")
            self.lines.append((name, unbase64(encoded, f"a signature in {where}")))

    def by(self, key: Key) -> list[bytes]:
        return [value[4:] for name, value in self.lines if (name, value[:4]) == (key.name, key.id)]


def pem(public: bytes) -> bytes:
    der = bytes.fromhex("302a300506032b6570032100") + public
    return b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(der) + b"\n-----END PUBLIC KEY-----\n"


def openssl(public: bytes, message: bytes, signature: bytes) -> bool | None:
    """Whether openssl verifies an Ed25519 signature; None where it cannot be asked."""
    program = shutil.which("openssl")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("key", pem(public)), ("text", message), ("signature", signature)):
            Path(folder, name).write_bytes(data)
        command = [program, "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "key"]
        command += ["-in", "text", "-sigfile", "signature"]
        try:
            done = subprocess.run(  # noqa: S603
                command, cwd=folder, capture_output=True, timeout=60, check=False
            )
        except (OSError, subprocess.SubprocessError):
            return None
    return done.returncode == 0


def check_signatures(
    checkpoints: list[Checkpoint], keys: list[Key], given: set[str], report: Report
) -> None:
    """Every checkpoint by the log's key, which comes first, and by whichever witnesses signed;
    `given` are the texts of the witnesses' keys that the reader knows."""
    if not openssl(*KNOWN_GOOD):
        why = "no openssl that verifies Ed25519 was found here"
        report.unchecked.append(f"THE SIGNATURES WERE NOT CHECKED: {why}")
    for checkpoint in checkpoints:
        for key in keys:
            values = checkpoint.by(key)
            stranger = key.kind == b"\4" and key.text not in given
            whose = ", a witness by the bundle's own word" if stranger else ""
            if key.kind == b"\1" and (not values or checkpoint.origin != key.name):
                report.wrong.append(f"{checkpoint.where} is not signed by {key.name}")
            for value in values:
                signature, message = value, checkpoint.text.encode()
                if key.kind == b"\4":
                    time, signature = int.from_bytes(value[:8], "big"), value[8:]
                    message = f"cosignature/v1\ntime {time}\n".encode() + message
                if len(signature) != 64 or openssl(key.public, message, signature) is False:
                    report.wrong.append(f"{checkpoint.where}: the signature of {key.name} is false")
                elif not report.unchecked:
                    report.seen.append(f"{checkpoint.where}: signed by {key.name}{whose}")
    signed = {key.text for key in keys if any(each.by(key) for each in checkpoints)}
    for key in keys:
        if key.text in given - signed:
            report.unchecked.append(f"no checkpoint here is signed by your witness {key.name}")


# ── The tree (RFC 6962) ───────────────────────────────────────────────────────────────────────


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A growing tree: the roots of its complete subtrees, and the rows that tiles are cut from."""

    def __init__(self) -> None:
        self.size, self.roots = 0, list[bytes]()
        self.rows: dict[int, list[bytes]] = {level: [] for level in range(1, 8)}

    def append(self, leaf: bytes) -> None:
        node, level, place = leaf, 0, self.size
        while place & 1:
            node, level, place = node_hash(self.roots.pop(), node), level + 1, place >> 1
            if level % 8 == 0 and level // 8 in self.rows:
                self.rows[level // 8].append(node)
        self.roots.append(node)
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self.roots:
            return hashlib.sha256(b"").digest()
        node = self.roots[-1]
        for left in self.roots[-2::-1]:
            node = node_hash(left, node)
        return node


def included(index: int, size: int, leaf: bytes, proof: list[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to; None where it has the wrong length."""
    place, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return node if last == 0 else None


def between(start: int, end: int) -> str:
    return f"entry {start}" if end - start == 1 else f"entries {start} to {end - 1}"


def check_tree(
    bundle: Bundle, size: int, checkpoints: list[Checkpoint], wanted: set[int], report: Report
) -> tuple[dict[int, bytes], "Books"]:
    """Entries against leaves, leaves against every checkpoint; the leaves asked for, the books."""
    tree, books, leaves = Tree(), Books(), dict[int, bytes]()
    books.moments = Moments([(one.size, one.since) for one in checkpoints if one.since])
    whole = any(name.startswith("tile/entries/") for name in bundle.names)
    sealed = read_sealed(bundle, report)
    books.sealed = set(sealed)
    ahead = sorted(checkpoints, key=lambda checkpoint: checkpoint.size)
    good, bad, seen = 0, False, 0
    for first in range(0, max(size, 1), WIDTH):
        width = min(WIDTH, size - first)
        stored = bundle.hashes(0, first // WIDTH, width) if width else []
        entries: list[bytes | None] = [None] * width
        if whole and width:
            entries = list(bundle.entries(first // WIDTH, width))
        for index, (leaf, bundled) in enumerate(zip(stored, entries, strict=True), first):
            while ahead and ahead[0].size <= tree.size:
                good, bad = compare(tree, ahead.pop(0), good, bad, report)
            entry = bundled
            if f"entries/{index}" in bundle.names:
                entry = bundle.read(f"entries/{index}", 65_535)
                if bundled not in (None, entry):
                    report.wrong.append(f"entries/{index} is not entry {index} of the tiles")
            if entry is not None:
                seen += 1
                if leaf_hash(entry) != leaf:
                    said = f"entry {index} was edited: it is not the one that the tree was made of"
                    report.wrong.append(said)
                books.record(index, entry, report)
            if index in wanted:
                leaves[index] = leaf
            tree.append(leaf)
    while ahead and ahead[0].size <= tree.size:
        good, bad = compare(tree, ahead.pop(0), good, bad, report)
    for late in ahead:
        gone = between(size, late.size)
        report.wrong.append(f"{gone} not in the bundle, though {late.where} was signed for them")
    for level, row in tree.rows.items():
        for first in range(0, len(row), WIDTH):
            width = min(WIDTH, len(row) - first)
            if bundle.hashes(level, first // WIDTH, width) != row[first : first + width]:
                report.wrong.append(f"tile {first // WIDTH} of level {level} is not of this tree")
    report.seen.append(f"{seen} of the log's {size} entries are here and were hashed")
    books.whole = seen == size
    if seen + len(sealed) == size:
        report.wrong += books.roles.wrong
    return leaves, books


def read_sealed(bundle: Bundle, report: Report) -> set[int]:
    """The entries that the bundle says are offers in competitions that nobody has opened."""
    if "sealed" not in bundle.names:
        return set()
    lines = bundle.read("sealed", 1_000_000).decode("ascii", "replace").split()
    if not all(re.fullmatch(r"[0-9]{1,19}", line) for line in lines):
        raise Wrong("sealed is no list of entries")
    said = "offers that are sealed until they are opened are left out, as the bundle says; a later"
    more = "bundle has them, hold it against this one's checkpoint: entries"
    report.unchecked.append(f"{len(lines)} {said} {more} {', '.join(lines[:10])}")
    return {int(line) for line in lines}


def compare(
    tree: Tree, checkpoint: Checkpoint, good: int, bad: bool, report: Report
) -> tuple[int, bool]:
    """One checkpoint against the tree at its size; the newest good size, whether any was bad."""
    if tree.root == checkpoint.root:
        report.seen.append(f"{checkpoint.where}: the root of size {checkpoint.size} is right")
        return (good, bad) if bad else (checkpoint.size, bad)
    if not bad:
        where = between(good, checkpoint.size) if checkpoint.size else "the empty tree"
        done = "changed, removed, slipped in or moved, together with the hashes"
        report.wrong.append(f"{where}: something was {done}; the root is not {checkpoint.where}'s")
    return good, True


def check_proof(
    bundle: Bundle, name: str, leaves: dict[int, bytes], known: set[str], report: Report
) -> None:
    """One C2SP tlog-proof. The checkpoint that it carries must be one of the bundle's."""
    head, _, note = bundle.read(name, MAX_NOTE).partition(b"\n\n")
    lines = head.decode(errors="replace").split("\n")
    index = int(name[7:-11])
    if lines[:2] != ["c2sp.org/tlog-proof@v1", f"index {index}"] or len(lines) > 66:
        raise Wrong(f"{name} is not a proof of record {index}")
    proof = [unbase64(line, name) for line in lines[2:]]
    checkpoint = Checkpoint(note, f"the checkpoint in {name}")
    if checkpoint.text not in known:
        raise Wrong(f"{name} carries a checkpoint that the bundle does not have")
    if index not in leaves or not index < checkpoint.size:
        raise Wrong(f"{name} is of a record that is not here")
    if included(index, checkpoint.size, leaves[index], proof) != checkpoint.root:
        report.wrong.append(f"{name} does not prove that record {index} is in the tree")
    else:
        report.seen.append(f"record {index} is proved to be in the tree")


# ── The figures ───────────────────────────────────────────────────────────────────────────────

DIMENSIONS = ("year", "buyer", "supplier", "kind", "funding")
PLACES = ("reserved", "committed", "drawn")
COUNTED = (*PLACES, "seats_reserved", "seats_committed")
SILENT = {
    "agreement-extended",
    "agreement-suspended",
    "agreement-closed",
    "agreement-reopened",
    "agreement-expired",
    "agreement-voided",
    "term-alert-raised",
    "threshold-crossed",
    "under-use-alert-raised",
    "share-move-proposed",
    "share-move-declined",
    "change-proposed",
    "change-accepted",
    "change-declined",
    "change-withdrawn",
    "in-kind-recorded",
    "notice-published",
    "round-result-reported",
    "agreement-numbers-given",
    "agreement-numbers-skipped",
    "funding-used",
    "funding-claimed",
    "funding-paid",
    "competition-opened",
    "competition-answered",
    "competition-offers-opened",
    "competition-awarded",
    "competition-cancelled",
}


STEPPING = ("share-move-accepted", "funding-changed", "funding-withdrawn", "funding-measured")
"""Facts of an agreement that set amounts of its limits and do nothing else."""


MOVED_BY = {  # the cause that the agreement's move names: the order's fact
    "confirmed": "order-confirmed",
    "declined": "order-declined",
    "lapsed": "order-lapsed",
    "passed-on": "order-passed-on",
    "countered": "order-countered",
    "counter-accepted": "counter-accepted",
    "counter-rejected": "counter-rejected",
    "changed": "order-changed",
    "cancelled": "order-cancelled",
    "seats-cancelled": "seats-cancelled",
    "session-cancelled": "session-cancelled",
    "session-moved": "session-moved",
    "seats-allocated": "seats-allocated",
    "seats-moved": "seats-moved",
    "recoded": "line-recoded",
    "closed": "order-closed",
    "invoiced": "order-invoiced",
    "invoice-rejected": "order-invoice-withdrawn",
    "invoice-withdrawn": "order-invoice-withdrawn",
    "invoice-moved": "order-invoice-withdrawn",
    "drawing-taken-back": "order-drawing-taken-back",
    "credit-taken-back": "order-credit-taken-back",
    "reopened": "order-reopened",
    "drawn": "order-drawn",
    "credited": "order-credited",
    "judged-again": "order-judged",
    "opening-balance": "opening-balance-recorded",
    "opening-balance-taken-back": "opening-balance-taken-back",
}
TIED = (
    "room-reserved",
    "room-moved",
    "drawdown-recorded",
    "drawdown-moved",
    "drawdown-approved",
)
DRAWING = ("order-drawn", "order-credited")
MOVING = (
    *DRAWING,
    "order-drawing-taken-back",
    "order-credit-taken-back",
    "opening-balance-recorded",
    "opening-balance-taken-back",
)
Tie = tuple[str, str, str | None]  # an order, the name of its fact, the drawdown that it is about


class Moments:
    """When entries say that they were recorded: never before the entry before them, nor, beyond a
    checkpoint that was held since a day, before that day."""

    def __init__(self, held: list[tuple[int, date]]) -> None:
        days = [(size, datetime.combine(day, time(), UTC) - DAY_BEGINS) for size, day in held]
        self.held, self.before = days, (-1, datetime.min.replace(tzinfo=UTC))

    def record(self, index: int, text: str, report: Report) -> None:
        moment = datetime.fromisoformat(text)
        last, before = self.before
        self.before = index, moment
        if moment < before:
            said = f"entry {index} says that it was recorded {moment}, before entry {last}"
            report.wrong.append(f"{said}, which comes before it: {before}")
        since = max((day for size, day in self.held if size <= index), default=moment)
        if moment < since:
            said = f"entry {index} says that it was recorded {moment}, but {since}"
            report.wrong.append(f"{said}, when you held a checkpoint, it was not there")


TRIED = ("attempt-refused", "attempts-opened", "attempts-uncounted")  # no acts of who is refused


def day_in_sweden(moment: datetime) -> date:
    """By the rule of the Union (2000/84/EC): summer time from the last Sunday of March, 01:00 UTC,
    to that of October. What reads time zones is not on every machine."""

    def change(month: int) -> datetime:
        last = datetime(moment.year, month, 31, 1, tzinfo=UTC)
        return last - timedelta(days=last.isoweekday() % 7)

    summer = change(3) <= moment < change(10)
    return (moment.astimezone(UTC) + timedelta(hours=2 if summer else 1)).date()


class Roles:
    """Who acted against what the log gave them at that moment, from the first role that it gives
    on: before that, no version of the ledger said it in the log. Of a log that is here whole."""

    def __init__(self) -> None:
        self.begun, self.wrong = False, list[str]()
        self.organisation: dict[str, str] = {}
        self.given: dict[str, dict[tuple[str, int], dict[str, Any]]] = {}
        self.erased: set[str] = set()

    def record(self, index: int, value: dict[str, Any]) -> None:
        """An entry that reads as one: who recorded it, and what it gives to whom."""
        name, stored = value["name"], value["data"]
        by, data = stored["by"], stored["data"]
        day = day_in_sweden(datetime.fromisoformat(stored["recorded_at"]))
        self.begun = self.begun or name == "role-granted"
        if self.begun and name not in TRIED and not self._may(by, day):
            said = f"in the role {by['role']}, which the log did not give them then"
            who = f"{by['person']} for {by['organisation'] or '-'}"
            self.wrong.append(f"entry {index} was recorded by {who} {said}")
        noun, _, person = value["stream"].partition("/")
        if noun == "access":
            self._fold(person, name, data, date.fromisoformat(stored["effective_on"]))

    def _may(self, by: dict[str, str], day: date) -> bool:
        person, organisation, role = by["person"], by["organisation"], by["role"]
        if person not in self.organisation:
            return (organisation, role) == ("", "admin")
        if self.organisation[person] != organisation or person in self.erased:
            return False
        return not organisation or any(
            one["role"] == role
            and date.fromisoformat(one["starts_on"]) <= day
            and (one.get("ends_on") is None or day <= date.fromisoformat(one["ends_on"]))
            and not (one["ended"] and one["ended"] <= day)
            for one in self.given.get(person, {}).values()
        )

    def _fold(self, person: str, name: str, data: dict[str, Any], on: date) -> None:
        given = self.given.setdefault(person, {})
        if name == "person-recorded":
            self.organisation[person] = data["organisation"]
        elif name == "person-erased":
            self.erased.add(person)
        elif name == "role-granted":
            given["role", data["number"]] = {**data, "ended": None}
        elif name == "auditor-appointed":
            given["appointment", data["number"]] = {**data, "role": "auditor", "ended": None}
        elif name == "role-ended":
            given["role", data["number"]]["ended"] = on
        elif name == "auditor-appointment-ended":
            given["appointment", data["number"]]["ended"] = on


class Ties:
    """What is recorded twice, with the agreement and with its orders and drawdowns: where one was
    taken out of a part of the log, the other tells of it."""

    def __init__(self) -> None:
        self.moves, self.facts, self.sure = Counter[Tie](), Counter[Tie](), Counter[Tie]()
        self.drawn_on: dict[str, set[str]] = {}
        self.approved: set[str] = set()
        self.due = Counter[tuple[str, str | None]]()  # an order, the drawdown that was approved

    def record(self, stream: str, name: str, data: dict[str, Any]) -> None:
        noun, _, number = stream.partition("/")
        if name == "room-reserved":
            self.moves[data["order"], "order-placed", None] += 1
        elif name == "room-moved" and data["cause"] in MOVED_BY:
            self.moves[data["order"], MOVED_BY[data["cause"]], data.get("drawdown")] += 1
        elif name in ("drawdown-recorded", "drawdown-moved"):
            self.drawn_on[number] = {each["order"] for each in data["allocations"]}
        elif name == "drawdown-approved":
            self.approved.add(number)
            self.due.update((order, number) for order in self.drawn_on.get(number, ()))
        elif noun == "order":
            tie = (number, name, data.get("drawdown"))
            self.facts[tie] += 1
            drawing = name in MOVING and any(line["amount"] for line in data["lines"])
            if drawing or name == "order-placed":  # others may move nothing
                self.sure[tie] += 1

    def check(self, report: Report) -> None:
        for order, name, drawdown in self.moves - self.facts:
            of = f"{name} of order {order}" + (f" by {drawdown}" if drawdown else "")
            report.wrong.append(f"{of} is not here, though the agreement's money moved by it")
        for order, name, _ in self.sure - self.moves:
            report.wrong.append(f"the move of money by {name} of order {order} is not here")
        drawn = Counter[tuple[str, str | None]]()
        for (order, name, drawdown), times in self.facts.items():
            if name in DRAWING:
                drawn[order, drawdown] += times
        for order, drawdown in sorted(drawn, key=str):
            known = drawdown in self.drawn_on
            approved = self.due[order, drawdown] if known else drawdown in self.approved
            if drawn[order, drawdown] > approved if known else not approved:
                report.wrong.append(f"{drawdown}, drawn on order {order}: its approval is not here")
        for order, drawdown in sorted(self.due - drawn, key=str):
            said = f"{drawdown} was approved, but that it was drawn on order {order}"
            report.wrong.append(f"{said} is not here")


class Books:
    """The figures of every agreement, worked out from its events: öre, excluding VAT."""

    def __init__(self) -> None:
        self.versions: dict[str, int] = {}
        self.newest: dict[str, int] = {}
        self.sealed: set[int] = set()  # entries left out as offers that are not opened
        self.limits: dict[str, dict[str, dict[str, Any]]] = {}
        self.totals: dict[str, dict[tuple[Any, ...], list[int]]] = {}
        self.currency: dict[str, str] = {}
        self.unknown: set[str] = set()
        self.ties = Ties()
        self.moments, self.roles = Moments([]), Roles()
        self.whole = False

    def record(self, index: int, entry: bytes, report: Report) -> None:
        """Read an entry, and fold what moves money."""
        try:
            value = read_json(entry, f"entry {index}")
            if set(value) != {"data", "index", "name", "stream", "version"}:
                raise Wrong(f"entry {index} does not have an entry's five members")
            if value["index"] != index:
                raise Wrong(f"entry {index} says that it is entry {value['index']}")
            stream, before = value["stream"], self.versions.get(value["stream"], 0)
            if not self._follows(index, stream, before, value["version"]):
                after = f"but version {before} comes before it"
                report.wrong.append(
                    f"entry {index} is version {value['version']} of {stream}, {after}"
                )
            self.versions[stream] = value["version"]
            self.newest[stream] = index
            if value["name"] in TIED or stream.startswith("order/"):
                self.ties.record(stream, value["name"], value["data"]["data"])
            if stream.startswith("agreement/"):
                self._fold(stream.removeprefix("agreement/"), value["name"], value["data"]["data"])
            self.moments.record(index, value["data"]["recorded_at"], report)
            self.roles.record(index, value)
        except Wrong as wrong:
            report.wrong.append(str(wrong))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            report.wrong.append(f"entry {index} does not read as an event: {error!r}")

    def _follows(self, index: int, stream: str, before: int, version: int) -> bool:
        """The next version; or beyond as many as sealed offers are left out in between."""
        if version == before + 1 or not stream.startswith("agreement/"):
            return bool(version == before + 1)
        between = {at for at in self.sealed if self.newest.get(stream, -1) < at < index}
        missing = version - before - 1
        if not 0 < missing <= len(between):
            return False
        self.sealed -= set(sorted(between)[:missing])
        return True

    def _fold(self, number: str, name: str, data: dict[str, Any]) -> None:
        if name == "agreement-rectified":
            data = data["signing"]
        if name in ("agreement-signed", "agreement-rectified"):
            cap = {"amounts": [{"effective_on": data["starts_on"], "amount": data["cap"]}]}
            limits = {limit["name"]: limit for limit in data.get("limits", [])}
            self.limits[number] = {"cap": cap, **limits}
            self.totals.setdefault(number, {})
            self.currency[number] = data["currency"]
        elif name == "agreement-amended":
            if not data.get("covered", True):
                return
            steps = [] if data.get("cap") is None else [("cap", data["cap"])]
            self._step(number, [*steps, *data.get("limit_changes", [])])
            self.limits[number].update({new["name"]: new for new in data.get("limits", [])})
        elif name == "limit-removed":
            self.limits[number].pop(data["limit"], None)
        elif name == "funding-decided":
            self.limits[number].update({new["name"]: new for new in data["limits"]})
        elif name in STEPPING:
            self._step(number, data["limit_changes"])
        elif name in ("room-reserved", "room-moved"):
            for move in data["moves"]:
                key = tuple(move["dimensions"].get(each) for each in DIMENSIONS)
                total = self.totals[number].setdefault(key, [0] * len(COUNTED))
                for i, place in enumerate(COUNTED):
                    total[i] += whole_number(move.get(place, 0))
        elif name not in SILENT:
            self.unknown.add(name)

    def _step(self, number: str, steps: list[Any]) -> None:
        for limit, step in steps:
            old = self.limits[number][limit]
            self.limits[number][limit] = {**old, "amounts": [*old["amounts"], step]}

    def figures(self, number: str) -> dict[str, dict[str, Any]]:
        """Limit → cap, reserved, committed, drawn, remaining; None where the cap is unknown.

        In öre, or of a limit in seats in whole ones, which are never drawn.
        """
        found = {}
        for name, limit in self.limits.get(number, {}).items():
            used = [0, 0, 0]
            for key, total in self.totals[number].items():
                wanted = zip(DIMENSIONS, key, strict=True)
                if all(limit.get(each) in (None, value) for each, value in wanted):
                    seated = limit.get("unit") == "seats"
                    counted = [*total[3:], 0] if seated else total[:3]
                    used = [a + b for a, b in zip(used, counted, strict=True)]
            cap = None
            for step in sorted(limit["amounts"], key=lambda step: str(step["effective_on"])):
                if step.get("change") is None:
                    cap = step.get("amount")
                elif cap is not None:
                    cap += whole_number(step["change"])
            remaining = None if cap is None else whole_number(cap) - sum(used)
            places = dict(zip(PLACES, used, strict=True))
            found[name] = {"cap": cap, **places, "remaining": remaining}
        return found


def whole_number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{value!r} is not a whole number of öre")
    return value


def check_figures(bundle: Bundle, size: int, books: Books, report: Report) -> None:
    """Every claimed figure against the one that the events give; no agreement is left out."""
    claims = read_json(bundle.read("figures.json", MAX_FIGURES), "figures.json")
    if claims.get("size") != size:
        report.wrong.append(f"figures.json is of size {claims.get('size')}, the bundle of {size}")
    try:
        check_members("figures.json", claims, ("agreements", "size"), report)
        for number in sorted(books.limits.keys() - claims["agreements"].keys()):
            report.wrong.append(f"{number}: figures.json does not have it")
        for number, claimed in claims["agreements"].items():
            check_members(f"{number} in figures.json", claimed, ("currency", "limits"), report)
            limits = {limit["limit"]: limit for limit in claimed["limits"]}
            if len(limits) != len(claimed["limits"]):
                raise ValueError(f"a limit of {number} stands twice")
            true = books.figures(number)
            if not true or claimed["currency"] != books.currency[number]:
                report.wrong.append(f"{number}: its signing is not here, or in another currency")
            for name in sorted({*limits, *true}):
                check_limit(f"{number}, limit {name}", limits.get(name), true.get(name), report)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Wrong(f"the figures cannot be worked out: {error!r}") from error
    if books.unknown:
        kinds = ", ".join(sorted(books.unknown))
        report.unchecked.append(f"events of kinds that this verifier does not know: {kinds}")


def check_members(what: str, value: dict[str, Any], names: tuple[str, ...], report: Report) -> None:
    if strange := sorted(set(value) - set(names)):
        report.wrong.append(f"{what}: {strange[0]!r} does not belong there")


def check_limit(
    what: str, claimed: dict[str, Any] | None, true: dict[str, Any] | None, report: Report
) -> None:
    if claimed is None or true is None:
        side = "the claimed figures" if claimed is None else "the events"
        report.wrong.append(f"{what}: {side} do not have it")
        return
    check_members(f"{what} in figures.json", claimed, ("limit", *true), report)
    for name, value in true.items():
        if name not in claimed or claimed[name] != value or isinstance(claimed[name], bool):
            said = f"claimed {name} {claimed.get(name)}, but the events give {value}"
            report.wrong.append(f"{what}: {said} (öre)")
    report.seen.append(f"{what}: the figures were worked out again from the events")


# ── A room certificate ────────────────────────────────────────────────────────────────────────

CERTIFICATE = "avrop-room-certificate@v1"
MEMBERS = (
    *("agreement", "certificate", "checkpoint", "entries", "figures", "hashes", "key", "order"),
    *("receipt", "sealed"),
)
ROOM = ("cap", "currency", "day", "left", "order", "used")


def joined(leaves: dict[int, bytes], places: list[int], first: int, end: int,
           others: Iterator[bytes]) -> bytes:  # fmt: skip
    """The root over leaves `first` to `end` (RFC 6962, 2.1): of a subtree that has none of the
    leaves here its hash is the next of the `others`, from left to right."""
    if bisect_left(places, first) == bisect_left(places, end):
        node = next(others, b"")
        if len(node) != HASH:
            raise Wrong("the certificate has too few hashes, or one of another length")
        return node
    if end - first == 1:
        return leaves[first]
    split = first + (1 << ((end - first - 1).bit_length() - 1))
    left = joined(leaves, places, first, split, others)
    return node_hash(left, joined(leaves, places, split, end, others))


class Certificate:
    """What a certificate says, read strictly; nothing of it is believed yet."""

    def __init__(self, data: bytes) -> None:
        value = read_json(data, "the certificate")
        if value.get("certificate") != CERTIFICATE or set(value) != set(MEMBERS):
            raise Wrong("this is no room certificate that is read here")
        self.value = value
        try:
            self.key = Key(value["key"])
            self.checkpoint = Checkpoint(value["checkpoint"].encode(), "its checkpoint")
            self.hashes = [unbase64(text, "one of its hashes") for text in value["hashes"]]
            self.entries = {one["index"]: one["entry"].encode() for one in value["entries"]}
            if list(self.entries) != sorted(self.entries) or len(self.entries) != len(
                value["entries"]
            ):
                raise Wrong("the entries of the certificate are not in order")
            self.order, self.agreement = str(value["order"]), str(value["agreement"])
            self.figures, self.receipt = dict(value["figures"]), str(value["receipt"])
            self.sealed = {whole_number(index) for index in value["sealed"]}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Wrong(f"the certificate does not read as one: {error!r}") from error

    def prove(self, report: Report) -> None:
        """Its entries against its checkpoint, which says how many there are in all."""
        size, places = self.checkpoint.size, list(self.entries)
        if not places or not 0 <= places[0] <= places[-1] < size:
            raise Wrong("the certificate has entries that its checkpoint does not")
        leaves = {index: leaf_hash(entry) for index, entry in self.entries.items()}
        others = iter(self.hashes)
        root = joined(leaves, places, 0, size, others)
        if root != self.checkpoint.root or next(others, None) is not None:
            said = "an entry of the certificate, or one of its hashes, is not what was signed"
            report.wrong.append(f"{said}: they do not give the root of its checkpoint")
        else:
            report.seen.append(f"{len(places)} entries are proved to be in the tree of size {size}")


def check_room(of: Certificate, report: Report) -> None:
    """That nothing of the agreement is left out up to the order's own entry, and its figures."""
    books, placed = Books(), False
    books.sealed = set(of.sealed)
    newest: tuple[int, dict[str, Any]] | None = None
    moves: list[tuple[str, int, bool]] = []
    for index, entry in of.entries.items():
        books.record(index, entry, report)
        value = read_json(entry, f"entry {index}")
        name, data = value["name"], value["data"]["data"]
        if value["stream"] == f"agreement/{of.agreement}":
            newest = index, value
            if name in ("room-reserved", "room-moved"):
                parts = (whole_number(m.get(each, 0)) for m in data["moves"] for each in PLACES)
                moves.append((value["data"]["effective_on"], sum(parts), data["order"] == of.order))
        elif value["stream"] == f"order/{of.order}" and name == "order-placed":
            placed = placed or data["agreement"] == of.agreement
        else:
            raise Wrong(f"entry {index} is of {value['stream']}, which is not what this is about")
    if not placed:
        report.wrong.append(f"the placing of order {of.order} under {of.agreement} is not here")
    since = own_entry(of, newest, report)
    if of.sealed:
        said = "offers that nobody has opened are left out, as the certificate says; entries"
        listed = ", ".join(map(str, sorted(of.sealed)[:10]))
        report.unchecked.append(f"{len(of.sealed)} {said} {listed}")
    if books.unknown:
        kinds = ", ".join(sorted(books.unknown))
        report.unchecked.append(f"events of kinds that this verifier does not know: {kinds}")
    true = room_of(books.limits[of.agreement]["cap"]["amounts"], moves, since)
    true["currency"] = books.currency[of.agreement]
    tell_room(of, true, report)


def own_entry(of: Certificate, newest: tuple[int, dict[str, Any]] | None, report: Report) -> str:
    """From when the agreement's last entry here counts, which is the one that the order has its
    room by."""
    if newest is None:
        raise Wrong(f"nothing of agreement {of.agreement} is here")
    index, value = newest
    own = value["data"]["data"].get("order")
    if own != of.order or value["name"] not in ("room-reserved", "room-moved"):
        said = f"the certificate says that it is of order {of.order}"
        raise Wrong(f"{said}, but what it ends with is of {own or 'no order'}")
    if of.receipt != f"{index}:{leaf_hash(of.entries[index]).hex()}":
        report.wrong.append(f"the receipt {of.receipt[:80]} is not that of entry {index}")
    report.seen.append(f"the receipt of the order's room is {of.receipt}")
    return str(value["data"]["effective_on"])


def room_of(steps: list[Any], moves: list[tuple[str, int, bool]], since: str) -> dict[str, Any]:
    """The day from `since` on on which least is left of the cap, and the figures of it, in öre."""
    found: dict[str, Any] = {"left": None}
    days = {since, *(day for day, _, _ in moves), *(step["effective_on"] for step in steps)}
    for day in sorted(day for day in days if day >= since):
        cap = None
        for step in sorted(steps, key=lambda step: str(step["effective_on"])):
            if step["effective_on"] > day:
                break
            if step.get("change") is None:
                cap = step.get("amount")
            elif cap is not None:
                cap += whole_number(step["change"])
        used = sum(money for on, money, _ in moves if on <= day)
        if cap is not None and (found["left"] is None or cap - used < found["left"]):
            found = {"day": day, "cap": cap, "used": used, "left": whole_number(cap) - used}
    return {**found, "order": sum(money for _, money, own in moves if own)}


def tell_room(of: Certificate, true: dict[str, Any], report: Report) -> None:
    if true["left"] is None:
        report.wrong.append(f"{of.agreement} had no maximum that is known")
        return
    for name in sorted({*of.figures, *ROOM}):
        claimed, value = of.figures.get(name), true.get(name)
        if claimed != value or isinstance(claimed, bool):
            said = f"it claims {name} {claimed}, but the entries give {value}"
            report.wrong.append(f"{of.order}: {said}")
    unit = f"öre {true['currency']} excluding VAT"
    figures = f"cap {true['cap']}, in use with this order {true['used']}, left {true['left']}"
    if true["left"] < 0:
        report.wrong.append(f"order {of.order} is NOT within the maximum: {figures} ({unit})")
        return
    report.seen.append(f"on {true['day']}, the fullest day from then on: {figures} ({unit})")
    said = f"order {of.order} ({true['order']}) lay within the maximum of agreement {of.agreement}"
    report.seen.append(f"{said} when entry {of.receipt.partition(':')[0]} was recorded")


def hold_against(of: Certificate, kept: list[Checkpoint], report: Report) -> None:
    """A checkpoint of one's own: of the same size it has to be the same. Of another size the two
    can only be compared where the log is."""
    for one in kept:
        if one.origin != of.checkpoint.origin:
            report.wrong.append(f"{one.where} is of another log, {one.origin}")
        elif one.size == of.checkpoint.size:
            if one.root != of.checkpoint.root:
                report.wrong.append(f"{one.where} is of another history of as many entries")
            else:
                report.seen.append(f"{one.where} is the certificate's own")
        else:
            newer = one.size - of.checkpoint.size
            said = f"{one.where} has {one.size} entries, the certificate's {of.checkpoint.size}"
            more = ""
            if newer > 0:
                more = f"; {newer} were recorded since, and one may be a later amendment"
            report.unchecked.append(f"{said}{more}: ask the ledger, or for a newer certificate")


def examine_certificate(
    path: Path,
    key: str | None = None,
    kept: list[Path] | None = None,
    witnesses: list[str] | None = None,
    order: str | None = None,
) -> Report:
    """Check a room certificate; nothing is printed."""
    report = Report()
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CERTIFICATE + 1)
        if len(data) > MAX_CERTIFICATE:
            raise Wrong(f"{path.name} is larger than any certificate")
        of, given = Certificate(data), [Key(text) for text in witnesses or []]
        if key is not None and Key(key).text != of.key.text:
            report.wrong.append("the certificate's key is not the key that you hold")
        keys = [of.key if key is None else Key(key), *given]
        if [each.kind for each in keys] != [b"\1"] + [b"\4"] * len(given):
            raise Wrong("the log's key is not of type 1, or a witness's not of type 4")
        if order is not None and order != of.order:
            report.wrong.append(f"the certificate is of order {of.order}, not of {order}")
        yours = [Checkpoint(one.read_bytes(), f"your checkpoint {one.name}") for one in kept or []]
        check_signatures([of.checkpoint, *yours], keys, {each.text for each in given}, report)
        of.prove(report)
        check_room(of, report)
        hold_against(of, yours, report)
        if key is None:
            report.seen.append(f"the key is the certificate's own, compare it: {of.key.text}")
        report.seen.append("what was recorded later, as an amendment, this cannot show")
    except (Wrong, OSError) as wrong:
        report.wrong.append(str(wrong))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        report.wrong.append(f"the certificate cannot be worked out: {error!r}")
    return report


def is_certificate(path: Path) -> bool:
    """Whether a file is one, and no zip: by its first byte."""
    if path.is_dir():
        return False
    with path.open("rb") as file:
        return file.read(1) == b"{"


# ── All of it ─────────────────────────────────────────────────────────────────────────────────


def examine(
    path: Path,
    key: str | None = None,
    kept: list[Path] | None = None,
    witnesses: list[str] | None = None,
    held: list[tuple[Path, date]] | None = None,
) -> Report:
    """Check a bundle against a key, checkpoints and witnesses' keys of one's own, some `held` since
    a day; nothing is printed."""
    report = Report()
    try:
        bundle = Bundle(path)
        given = [Key(text) for text in witnesses or []]
        keys = read_keys(bundle, key, given, report)
        checkpoints = read_checkpoints(bundle, kept or [], held)
        proofs = sorted(n for n in bundle.names if re.fullmatch(r"proofs/\d{1,19}\.tlog-proof", n))
        size, wanted = checkpoints[0].size, {int(name[7:-11]) for name in proofs}
        leaves, books = check_tree(bundle, size, checkpoints, wanted, report)
        for name in proofs:
            check_proof(bundle, name, leaves, {each.text for each in checkpoints}, report)
        check_signatures(checkpoints, keys, {each.text for each in given}, report)
        check_figures(bundle, size, books, report)
        check_unread(bundle, report)
        report.whole = books.whole
        if not report.whole:
            books.ties.check(report)
            said = "this is a part of the log: whether a stream's newest entries were left out"
            report.seen.append(f"{said} cannot be seen from it")
        if key is None:
            report.seen.append(f"the key is the bundle's own, compare it: {keys[0].text}")
        if not kept and not held:
            report.seen.append("no checkpoint of yours was given; compare those in the bundle")
    except (Wrong, OSError) as wrong:
        report.wrong.append(str(wrong))
    return report


def check_unread(bundle: Bundle, report: Report) -> None:
    """Say what was not looked at; what poses as an entry of the log is wrong."""
    strange = bundle.names - bundle.seen - {"README.md", "verify.py"}
    entries = {name for name in strange if name.startswith("entries/")}
    report.wrong += [f"{name} is no entry of this tree" for name in sorted(entries)]
    stamps = {name for name in strange if re.fullmatch(r"timestamps/\d{1,19}\.tsr", name)}
    if stamps:
        report.seen.append(f"{len(stamps)} time stamps were not looked at: README.md says how")
    rest = sorted(strange - entries - stamps)
    if rest:
        said = f"{len(rest)} files belong to no bundle and were not looked at"
        report.seen.append(f"{said}, {rest[0]!r} the first")


def read_keys(bundle: Bundle, key: str | None, given: list[Key], report: Report) -> list[Key]:
    """The log's key first, the one held by the reader if there is one; then the witnesses', those
    held by the reader before the bundle's."""
    log = Key(bundle.read("public-key", MAX_NOTE).decode(errors="replace"))
    if "public-key.pem" in bundle.names:
        written = bundle.read("public-key.pem", MAX_NOTE)
        if written.split() != pem(log.public).split():
            report.wrong.append("public-key.pem is another key than public-key")
    if key is not None and Key(key).text != log.text:
        report.wrong.append("the bundle's key is not the key that you hold")
        log = Key(key)
    witnesses: list[str] = []
    if "witnesses" in bundle.names:
        witnesses = bundle.read("witnesses", MAX_NOTE).decode(errors="replace").split()
    own = [Key(line) for line in witnesses[:20]]
    keys = [log, *{each.text: each for each in (*given, *own)}.values()]
    if [each.kind for each in keys] != [b"\1"] + [b"\4"] * (len(keys) - 1):
        raise Wrong("the log's key is not of type 1, or a witness's not of type 4")
    return keys


def read_checkpoints(
    bundle: Bundle, kept: list[Path], held: list[tuple[Path, date]] | None = None
) -> list[Checkpoint]:
    """The newest first, then the bundle's earlier ones, then the reader's own."""
    places = r"(checkpoints|timestamps)/\d{1,19}"
    names = sorted(name for name in bundle.names if re.fullmatch(places, name))
    if len(names) > MAX_CHECKPOINTS:
        raise Wrong(f"the bundle has {len(names)} checkpoints, at most {MAX_CHECKPOINTS}")
    newest = Checkpoint(bundle.read("checkpoint", MAX_NOTE), "the newest checkpoint")
    earlier = [Checkpoint(bundle.read(name, MAX_NOTE), name) for name in names]
    yours = [Checkpoint(file.read_bytes(), f"your checkpoint {file.name}") for file in kept]
    for file, day in held or []:
        yours.append(Checkpoint(file.read_bytes(), f"your checkpoint {file.name}", day))
    return [newest, *earlier, *yours]


def plain(sentence: str) -> str:
    """A line for the screen: what a bundle says cannot steer a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in sentence)[:1_000]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Checks what an Avrop ledger has given out.")
    parser.add_argument("bundle", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--key", help="the log's public key, as you know it from elsewhere")
    parser.add_argument("--checkpoint", action="append", type=Path, default=[], metavar="FILE")
    parser.add_argument("--held", action="append", nargs=2, default=[], metavar=("FILE", "DAY"))
    parser.add_argument("--witness", action="append", metavar="KEY", help="a witness's public key")
    parser.add_argument("--order", metavar="NUMBER", help="the order of a certificate")
    asked = parser.parse_args(arguments)
    try:
        held = [(Path(file), date.fromisoformat(day)) for file, day in asked.held]
    except ValueError:
        print("--held wants a file and a day, as 2026-11-30.")
        return 2
    for path in (asked.bundle, *asked.checkpoint, *(file for file, _ in held)):
        if not path.exists():
            print(f"There is no {path}.")
            return 2
    certified = is_certificate(asked.bundle)
    if certified:
        kept = [*asked.checkpoint, *(file for file, _ in held)]
        report = examine_certificate(asked.bundle, asked.key, kept, asked.witness, asked.order)
    else:
        report = examine(asked.bundle, asked.key, asked.checkpoint, asked.witness, held)
    for mark, said in ((" ", report.seen), ("?", report.unchecked), ("!", report.wrong)):
        for sentence in said[:MAX_SAID]:
            print(mark, plain(sentence))
        if len(said) > MAX_SAID:
            print(mark, f"… and {len(said) - MAX_SAID} more")
    right = "Nothing was changed." if report.whole else "Nothing of what is here was changed."
    if certified:
        right = "The order lay within the maximum, as recorded at that moment."
        right += "" if asked.key else " Hold it against a key of your own."
    elif not (asked.key and (asked.checkpoint or held)):
        right = "Everything here agrees with itself; hold it against a key and checkpoint of yours."
    if not report.whole:
        right += " That nothing is left out only a bundle of the whole log shows."
    verdicts = (
        right,
        f"WRONG: {len(report.wrong)} marked ! above.",
        "Nothing wrong was found, but not everything could be checked: see the lines marked ?.",
    )
    print(verdicts[report.status])
    return report.status


if __name__ == "__main__":
    sys.exit(main())
