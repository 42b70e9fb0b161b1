"""The tree and its entries as a plain folder (C2SP tlog-tiles): written, read back, verified.

`tile/0/…` holds leaf hashes, 256 to a tile; each hash in `tile/1/…` is the root of a full tile
below, and so on; `tile/entries/…` holds the entries, each after its length in two bytes. The tile
at the right edge is partial (`….p/<width>`). Any web server can serve the folder.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from ledger.audit import tree
from ledger.audit.checkpoint import Checkpoint
from ledger.audit.files import write_whole
from ledger.audit.findings import Finding
from ledger.audit.tree import HASH, ROW_LEVELS, Hashes, Head
from ledger.bounds import MAX_ENTRY

WIDTH = 1 << ROW_LEVELS
"""Hashes in a full tile, entries in a full bundle."""

Level = int | Literal["entries"]
Read = Callable[[str], bytes | None]
"""Path below the log's folder → the file, or None where there is none. So a folder and a bundle
are read alike."""


class TileRefused(Exception):
    """A tile or an entry bundle that is missing or malformed; the message says which."""


def tile_path(level: Level, index: int, width: int = WIDTH) -> str:
    """Where a tile stands: 1234067 of level 0 is `tile/0/x001/x234/067`."""
    if index < 0 or not 0 < width <= WIDTH or (level != "entries" and not 0 <= level <= 63):
        raise ValueError(f"there is no tile {index} of width {width} at level {level}")
    digits = f"{index:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *above, last = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    partial = "" if width == WIDTH else f".p/{width}"
    return "/".join(["tile", str(level), *(f"x{part}" for part in above), last + partial])


def tiles_of(size: int) -> list[tuple[Level, int, int]]:
    """Level, index and width of every tile and bundle of a tree, from the leaves up."""
    found: list[tuple[Level, int, int]] = []
    levels: list[tuple[Level, int]] = [("entries", size)]
    for row in range(8):
        levels.append((row, size >> (ROW_LEVELS * row)))
    for level, count in levels:
        found += [(level, i, WIDTH) for i in range(count // WIDTH)]
        if count % WIDTH:
            found.append((level, count // WIDTH, count % WIDTH))
    return found


def bundle_bytes(entries: Sequence[bytes]) -> bytes:
    """Entries side by side, each after its length."""
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise ValueError(f"an entry is at most {MAX_ENTRY} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def bundle_entries(data: bytes, where: str) -> list[bytes]:
    """Raises TileRefused where the lengths do not add up."""
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            raise TileRefused(f"{where} ends in the middle of an entry")
        entries.append(data[at + 2 : end])
        at = end
    return entries


# ── Reading ───────────────────────────────────────────────────────────────────────────────────


def folder(path: Path) -> Read:
    """The files of a plain folder. Reading raises TileRefused where a file is something else."""

    def read(name: str) -> bytes | None:
        try:
            return (path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise TileRefused(f"{name} cannot be read: {error.strerror}") from error

    return read


def read_tile(read: Read, level: int, index: int, width: int) -> list[bytes]:
    """The first `width` hashes of a tile; a partial one may be cut from the full one that replaced
    it. Raises TileRefused."""
    data, where, stored = _either(read, level, index, width)
    if len(data) != stored * HASH:
        raise TileRefused(f"{where} is {len(data)} bytes, not {stored} hashes of {HASH}")
    return [data[i : i + HASH] for i in range(0, width * HASH, HASH)]


def read_entries(read: Read, index: int, width: int) -> list[bytes]:
    """The first `width` entries of a bundle. Raises TileRefused."""
    data, where, stored = _either(read, "entries", index, width)
    entries = bundle_entries(data, where)
    if len(entries) != stored:
        raise TileRefused(f"{where} holds {len(entries)} entries, not {stored}")
    return entries[:width]


def _either(read: Read, level: Level, index: int, width: int) -> tuple[bytes, str, int]:
    for stored in dict.fromkeys((width, WIDTH)):
        path = tile_path(level, index, stored)
        data = read(path)
        if data is not None:
            return data, path, stored
    raise TileRefused(f"{tile_path(level, index, width)} is missing")


def hashes(read: Read, size: int) -> Hashes:
    """The tree of `size` leaves out of its tiles. Questions raise TileRefused."""

    @lru_cache(maxsize=64)
    def tile(level: int, index: int, width: int) -> list[bytes]:
        return read_tile(read, level, index, width)

    def rows(row: int, start: int, count: int) -> Sequence[bytes]:
        index, offset = divmod(start, WIDTH)
        width = min(WIDTH, (size >> (ROW_LEVELS * row)) - index * WIDTH)
        if width < offset + count:
            raise TileRefused(f"a tree of size {size} has no hash {start} in row {row}")
        return tile(row, index, width)[offset : offset + count]

    return tree.from_rows(rows)


def entries(read: Read, start: int, end: int, size: int) -> Iterator[bytes]:
    """Entries `start` to `end` of a tree of `size`, in order. Raises TileRefused."""
    for index in range(start // WIDTH, -(-end // WIDTH)):
        first = index * WIDTH
        found = read_entries(read, index, min(WIDTH, size - first))
        yield from found[max(0, start - first) : end - first]


# ── Writing ───────────────────────────────────────────────────────────────────────────────────


def extend(path: Path, head: Head, added: Sequence[bytes]) -> Head:
    """Add entries to the folder of the tree that `head` stands for; the head after them.

    What is there already of `head` is read and kept. A full tile replaces its partial ones.
    Raises TileRefused where something of `head` is missing, or stands where a tile is written.
    """
    read = folder(path)
    leaves = [tree.leaf_hash(entry) for entry in added]
    rows: dict[int, list[bytes]] = {0: leaves}

    def completed(level: int, _index: int, node: bytes) -> None:
        rows.setdefault(level // ROW_LEVELS, []).append(node)

    after = tree.append(head, leaves, completed)
    index, width = divmod(head.size, WIDTH)
    kept = read_entries(read, index, width) if width else []
    for place, bundle in enumerate(_side_by_side(kept, added), index):
        _put(path, "entries", place, len(bundle), bundle_bytes(bundle))
    for row, new in rows.items():
        index, width = divmod(head.size >> (ROW_LEVELS * row), WIDTH)
        kept = read_tile(read, row, index, width) if width else []
        for place, tile in enumerate(_side_by_side(kept, new), index):
            _put(path, row, place, len(tile), b"".join(tile))
    return after


def _side_by_side(kept: Sequence[bytes], new: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    whole = [*kept, *new]
    for start in range(0, len(whole), WIDTH):
        yield whole[start : start + WIDTH]


def _put(path: Path, level: Level, index: int, width: int, data: bytes) -> None:
    name = tile_path(level, index, width)
    try:
        write_whole(path / name, data, path)
    except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
        raise TileRefused(f"{name} cannot be written: {error.strerror}") from error
    if width == WIDTH:
        shutil.rmtree(path / (tile_path(level, index) + ".p"), ignore_errors=True)


# ── Verifying ─────────────────────────────────────────────────────────────────────────────────


def check_tiles(read: Read, checkpoint: Checkpoint) -> list[Finding]:
    """Everything that a folder holds otherwise than its checkpoint says; the first 100."""
    head = Head()
    found: list[Finding] = []
    rows: list[list[bytes]] = [[] for _ in range(8)]

    def completed(level: int, _index: int, node: bytes) -> None:
        rows[level // ROW_LEVELS].append(node)

    try:
        for level, index, width in tiles_of(checkpoint.size):
            if level == "entries":
                continue
            stored = read_tile(read, level, index, width)
            first = index * WIDTH
            if level == 0:
                bundle = read_entries(read, index, width)
                found += _unlike(bundle, stored, first)
                head = tree.append(head, stored, completed)
            elif stored != rows[level][first : first + width]:
                template = "{tile} is not made from the tiles below it"
                figures: dict[str, str | int] = {"tile": tile_path(level, index, width)}
                found.append(Finding(kind="tiles", template=template, figures=figures))
    except TileRefused as refused:
        lost = Finding(kind="tiles", template="{why}", figures={"why": str(refused)})
        return [*found[:100], lost]
    if tree.root(head) != checkpoint.root:
        template = "the tiles do not give the root of the checkpoint of size {size}"
        size = {"size": checkpoint.size}
        found.append(Finding(kind="tiles", template=template, figures=size))
    return found[:100]


def _unlike(bundle: Sequence[bytes], leaves: Sequence[bytes], first: int) -> Iterator[Finding]:
    for index, (entry, leaf) in enumerate(zip(bundle, leaves, strict=True), first):
        if tree.leaf_hash(entry) != leaf:
            template = "entry {index} in the folder is not the one that its leaf hash is of"
            yield Finding(kind="tiles", index=index, template=template, figures={"index": index})
