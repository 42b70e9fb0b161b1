"""A release: what is committed, built and tagged. Nothing is pushed."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"


class Refused(Exception):
    """Why there is no release; nothing was built or tagged."""


def git(*arguments: str, said: str | None = None) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, input=said, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def version() -> str:
    text = (ROOT / "ledger" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([0-9]+\.[0-9]+\.[0-9]+)"$', text, re.MULTILINE)
    if found is None:
        raise Refused("ledger/__init__.py has no __version__ of three numbers.")
    return found[1]


def told(number: str) -> str:
    """What CHANGELOG.md says of a version, without its head. Raises Refused."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {re.escape(number)}\b(.*)\n((?:(?!## ).*\n?)*)", text, re.MULTILINE)
    if section is None:
        raise Refused(f"CHANGELOG.md has nothing of {number}.")
    if not re.fullmatch(r" \(\d{4}-\d{2}-\d{2}\)", section[1]):
        raise Refused(
            f'CHANGELOG.md does not date {number}: its head is "## {number}{section[1]}".'
        )
    if not section[2].strip():
        raise Refused(f"CHANGELOG.md says nothing under {number}.")
    return section[2].strip()


def check_tree(tag: str) -> None:
    if changed := git("status", "--porcelain"):
        raise Refused(f"The tree is not as it was committed:\n{changed}")
    if git("tag", "--list", tag):
        raise Refused(f"The tag {tag} is there already.")


def built(number: str, into: Path) -> list[Path]:
    """The sdist and the wheel. By the commit's own time, so that it gives the same bytes again."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": git("log", "-1", "--format=%ct")}
    # The backend is locked and installed: nothing is fetched, nothing isolated.
    build = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--target", "wheel"]
    done = subprocess.run(
        [*build, "--directory", str(into)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Refused(f"The build failed:\n{done.stderr}")
    files = [into / f"avrop-{number}.tar.gz", into / f"avrop-{number}-py3-none-any.whl"]
    if sorted(files) != sorted(into.iterdir()):
        raise Refused(f"The build made other files: {[file.name for file in into.iterdir()]}")
    with zipfile.ZipFile(files[1]) as wheel:
        if "ledger/py.typed" not in wheel.namelist():
            raise Refused("The wheel does not say that it is typed: ledger/py.typed is missing.")
    return files


def sums(files: list[Path]) -> str:
    """As `sha256sum --check` reads them."""
    return "".join(
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files
    )


def release(*, tested: bool) -> None:
    number = version()
    tag, text = f"v{number}", told(number)
    check_tree(tag)
    commit = git("rev-parse", "HEAD")
    if not tested and subprocess.run([ROOT / "scripts" / "test"], cwd=ROOT, check=False).returncode:
        raise Refused("The tests failed.")
    with tempfile.TemporaryDirectory(prefix="avrop-release-") as folder:
        files = built(number, Path(folder))
        # The tests take minutes: what was committed meanwhile is not what they passed for.
        check_tree(tag)
        if git("rev-parse", "HEAD") != commit:
            raise Refused("Another commit is checked out than when this began.")
        DIST.mkdir(exist_ok=True)
        # The one file that an auditor keeps, beside the digest that bundles can be held against.
        files.append(ROOT / "ledger" / "audit" / "verifier" / "verify.py")
        for file in files:
            shutil.copy(file, DIST / file.name)
        (DIST / f"avrop-{number}.sha256").write_text(sums(files), encoding="utf-8")
    # Lines of the change log that begin with "#" are no comments.
    git("tag", "--annotate", "--cleanup=whitespace", "--file=-", tag, commit,
        said=f"Avrop {number}\n\n{text}\n")  # fmt: skip
    print(f"{tag} is tagged at {commit[:12]}. In dist/:")
    print((DIST / f"avrop-{number}.sha256").read_text(encoding="utf-8"), end="")
    print(f"Nothing was pushed: git push origin {tag}")


def main() -> int:
    if set(sys.argv[1:]) - {"--tested"}:
        print("Usage: scripts/release [--tested]", file=sys.stderr)
        return 2
    try:
        release(tested="--tested" in sys.argv[1:])
    except Refused as refused:
        print(f"No release. {refused}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
