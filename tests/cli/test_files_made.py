"""What is made is its owner's alone, whatever the shell's mask is; a published folder, as it is."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.audit.files import write_whole


def modes(folder: Path) -> dict[str, str]:
    found = (one for one in folder.rglob("*") if not one.is_symlink())
    return {str(one.relative_to(folder)): oct(stat.S_IMODE(one.stat().st_mode)) for one in found}


@pytest.fixture
def made(tmp_path):
    """A ledger, its notary's folder and a bundle, made from a shell that hides nothing."""

    def run(*arguments: str) -> None:
        command = [sys.executable, "-m", "ledger", *arguments]
        environ = {**os.environ, "AVROP_DATABASE": "sqlite:///avrop.db"}
        subprocess.run(command, cwd=tmp_path, env=environ, umask=0, check=True, capture_output=True)

    run("init")
    run("notary", "init", "example.org/ledger", "--folder", "notary")
    run("notary", "run", "--once", "--folder", "notary")
    return tmp_path


def test_every_file_and_folder_that_is_made_is_its_owners_alone(made):
    found = modes(made)
    assert {"avrop.db", "avrop.registry.db", "notary", "notary/public-key"} <= set(found)
    assert set(found.values()) == {"0o600", "0o700"}, found
    (made / "control").touch()
    (made / "control").chmod(0o644)  # whatever the mask of this process is by now
    assert set(modes(made).values()) > {"0o600", "0o700"}, "the control: another one is seen"


def test_in_a_folder_that_was_opened_files_are_as_open_as_it_is(tmp_path):
    folder = tmp_path / "published"
    write_whole(folder / "public-key", b"", folder)
    assert modes(tmp_path) == {"published": "0o700", "published/public-key": "0o600"}
    folder.chmod(0o755)
    write_whole(folder / "tile" / "0" / "000", b"", folder)
    assert modes(folder) == {
        "public-key": "0o600",
        "tile": "0o755",
        "tile/0": "0o755",
        "tile/0/000": "0o644",
    }
