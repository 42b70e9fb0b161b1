"""What Avrop is made of: a bill of materials (CycloneDX 1.6) and a NOTICE of the licences.

Both are made of requirements.lock, and of what is installed by it: `scripts/notices FOLDER`.
"""

import json
import re
import sys
from importlib import metadata
from pathlib import Path

import ledger

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)(.*(?:\n    --hash=.*)*)", re.M)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
VENDORED = (("htmx.org", "0BSD"), ("@digdir/designsystemet-css", "MIT"))
"""What ledger/web/static/vendor/ has."""


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "dist")
    folder.mkdir(parents=True, exist_ok=True)
    parts = components((ROOT / "requirements.lock").read_text())
    (folder / "avrop.cdx.json").write_text(json.dumps(bill(parts), indent=1) + "\n")
    (folder / "NOTICE").write_text(notice(parts))


def components(lock: str) -> list[dict[str, object]]:
    """Every package of the lock, in order, with its digests and its licence where it is here."""
    found: list[dict[str, object]] = []
    for name, version, rest in PINNED.findall(lock):
        found.append(
            {
                "type": "library",
                "name": name,
                "version": version,
                "purl": f"pkg:pypi/{name.lower()}@{version}",
                "hashes": [{"alg": "SHA-256", "content": one} for one in HASH.findall(rest)],
                "licenses": [{"license": {"name": licence(name)}}],
            }
        )
    for name, known in VENDORED:
        purl = f"pkg:npm/{name.replace('@', '%40')}"
        told = {"type": "library", "name": name, "purl": purl}
        found.append({**told, "licenses": [{"license": {"name": known}}]})
    return found


def licence(name: str) -> str:
    """As the package says itself; one for another system is not installed here."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "not installed on this system"
    classed = [
        one.rpartition(" :: ")[2]
        for one in about.get_all("Classifier") or ()
        if one.startswith("License ::")
    ]
    said = about.get("License-Expression") or "; ".join(classed) or about.get("License") or ""
    return said.splitlines()[0][:100] if said else "see its own files"


def bill(parts: list[dict[str, object]]) -> dict[str, object]:
    application = {"type": "application", "name": "avrop", "version": ledger.__version__}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": application},
        "components": parts,
    }


def notice(parts: list[dict[str, object]]) -> str:
    lines = ["Avrop, Apache-2.0. It uses these, each under its own licence:", ""]
    for one in parts:
        (under,) = one["licenses"]  # type: ignore[misc]
        lines.append(f"{one['name']} {one.get('version', '')}: {under['license']['name']}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
