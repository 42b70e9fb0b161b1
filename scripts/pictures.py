"""Pictures of pages, each as somebody in the demonstration sees it."""

import logging
import shutil
import struct
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import NamedTuple
from urllib.parse import quote

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from ledger.config import read
from ledger.demo import living
from ledger.opening import open_ledger
from ledger.web import create_app

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"


class Step(NamedTuple):
    """What is done on a page before its picture is taken: a field is filled in, or without a `text`
    something is pressed."""

    at: str
    text: str | None = None


class Picture(NamedTuple):
    """`width` and `height` are the window's, in CSS pixels; no height: the whole page."""

    name: str
    path: str
    role: str
    width: int
    height: int | None = None
    steps: tuple[Step, ...] = ()


ORDERED = (
    Step("#course", "Att leda i förändring"),
    Step("#starts_on", "2027-03-01"),
    Step("#ends_on", "2027-05-28"),
    Step("#lines-0-quantity", "12"),
    Step("#lines-0-unit_price", "15 000"),
    Step("button[value=calculate]:not(.hidden)"),
)
PICTURES = (
    Picture("start", "/", "finance", 1160, 800),
    Picture("agreement", "/agreements/SKO-2023", "finance", 1160, 1330),
    Picture("order", "/agreements/SKO-2023/order", "orderer", 1160, 900, ORDERED),
    Picture("invoice", "/invoices?status=recorded", "approver", 1160, 860,
            (Step("text=90014903"),)),
    Picture("why", "/agreements/SKO-2023/why?figure=committed&limit=cap", "finance", 1280, 860),
    Picture("council", "/agreements/SKO-2023/council", "finance", 1160, 820),
)  # fmt: skip
"""The name is the file's; the role, one of the demonstration's people."""

ON = datetime(2026, 11, 30, 8, tzinfo=UTC)
"""The moment that the demonstration is of, so that pictures that are taken again stay what they
are."""

SCALE = 1.5
"""Pixels to a CSS pixel: text is sharp also on a good screen."""
COLOURS, APART = 64, 100
"""A page has few: those of the theme, and what lies between text and its ground. A colour that is
not this far from one that is more common (the square of the distance) is drawn as that one."""

SIGNATURE = b"\x89PNG\r\n\x1a\n"


@contextmanager
def demonstration() -> Iterator[str]:
    """Where the demonstration answers, as it is on a day, on a ledger of its own that is gone
    afterwards."""
    with tempfile.TemporaryDirectory(prefix="avrop-pictures-") as folder:
        opened = open_ledger(read({"AVROP_DATABASE": f"sqlite:///{folder}/avrop.db"}), lambda: ON)
        opened.create()
        living.play(opened)
        app = create_app(ledger=opened, demo=True)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(30)
            opened.close()


def taken(picture: Picture, browser: Browser, address: str) -> bytes:
    """The picture as PNG: in English, in light colours, without a script, as whoever `role` is."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": picture.width, "height": picture.height or 800},
        device_scale_factor=SCALE,
        java_script_enabled=False,
        color_scheme="light",
        locale="en-GB",
        timezone_id="Europe/Stockholm",
    )
    page = context.new_page()
    page.goto(f"/?next={quote(picture.path, safe='/')}")
    page.locator(f"button[value={picture.role}]").click()
    if not page.url.endswith(picture.path):
        sys.exit(f"{picture.name}: asked for {picture.path} and came to {page.url}")
    found = page.goto(picture.path)
    if found is None or found.status != 200:
        sys.exit(f"{picture.name}: {picture.path} cannot be seen as {picture.role}")
    for step in picture.steps:
        if step.text is None:
            page.locator(step.at).first.click()
        else:
            page.locator(step.at).fill(step.text)
    whole = page.screenshot(full_page=picture.height is None)
    context.close()
    return whole


def small(png: bytes) -> bytes:
    """The same picture with a palette of at most COLOURS: a third of the bytes that Chromium
    writes."""
    width, height, channels, rows = pixels(png)
    counted: Counter[bytes] = Counter()
    cut = []
    for row in rows:
        colours = [bytes(row[at : at + 3]) for at in range(0, width * channels, channels)]
        counted.update(colours)
        cut.append(colours)
    palette: list[bytes] = []
    for colour, _ in counted.most_common():
        if len(palette) < COLOURS and all(apart(colour, other) > APART for other in palette):
            palette.append(colour)
    place = {
        colour: min(range(len(palette)), key=lambda at: apart(colour, palette[at]))
        for colour in counted
    }
    lines = b"".join(b"\0" + bytes(place[colour] for colour in row) for row in cut)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(lines, 9)),
             (b"IEND", b""))  # fmt: skip
    return SIGNATURE + b"".join(chunk(name, data) for name, data in parts)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def apart(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def pixels(png: bytes) -> tuple[int, int, int, list[bytearray]]:
    """Width, height, bytes to a pixel, and the rows of a PNG as Chromium writes them: eight bits to
    a channel, red, green, blue and perhaps how opaque."""
    chunks: dict[bytes, bytes] = {}
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name = png[at + 4 : at + 8]
        chunks[name] = chunks.get(name, b"") + png[at + 8 : at + 8 + length]
        at += length + 12
    width, height, bits, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if bits != 8 or kind not in (2, 6) or interlaced:
        sys.exit("Chromium wrote a picture of another kind than scripts/pictures.py reads.")
    channels = 3 if kind == 2 else 4
    data, length = zlib.decompress(chunks[b"IDAT"]), width * channels
    rows: list[bytearray] = []
    above = bytearray(length)
    for start in range(0, len(data), length + 1):
        above = unfiltered(data[start], bytearray(data[start + 1 : start + 1 + length]),
                           above, channels)  # fmt: skip
        rows.append(above)
    return width, height, channels, rows


def unfiltered(kind: int, row: bytearray, above: bytearray, step: int) -> bytearray:
    """A row as it was before PNG's filter of that kind."""
    if kind == 2:
        return bytearray((one + other) & 255 for one, other in zip(row, above, strict=True))
    for at in range(len(row) if kind else 0):
        left = row[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + above[at]) // 2
        else:
            straight = left + above[at] - corner
            guess = min((left, above[at], corner), key=lambda near: abs(straight - near))
        row[at] = (row[at] + guess) & 255
    return row


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("There is no Chromium. On Debian and Ubuntu it is the package chromium.")
        return 1
    wanted = sys.argv[1:] or [picture.name for picture in PICTURES]
    if unknown := set(wanted) - {picture.name for picture in PICTURES}:
        print(f"No such picture: {', '.join(sorted(unknown))}")
        return 2
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    FOLDER.mkdir(parents=True, exist_ok=True)
    # Letters in greys: coloured edges, for a screen's own order of red, green and blue, cost bytes.
    options = ["--no-sandbox", "--disable-lcd-text", "--font-render-hinting=none"]
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        for picture in PICTURES:
            if picture.name in wanted:
                png = small(taken(picture, browser, address))
                (FOLDER / f"{picture.name}.png").write_bytes(png)
                print(f"docs/pictures/{picture.name}.png: {len(png) / 1000:.0f} kB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
