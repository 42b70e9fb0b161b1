"""The bill of materials and the NOTICE name all that is locked, with digests and licences."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_everything_that_is_locked_is_named_with_its_digests_and_its_licence(tmp_path):
    command = [sys.executable, str(ROOT / "scripts" / "notices.py"), str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    bill = json.loads((tmp_path / "avrop.cdx.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    lock = (ROOT / "requirements.lock").read_text().splitlines()
    locked = {line.partition("==")[0].partition("[")[0] for line in lock if "==" in line[:60]}
    parts = {one["name"]: one for one in bill["components"]}
    assert locked <= set(parts)
    assert "structlog" in locked, "the control"
    assert all(parts[name]["hashes"] for name in locked)
    assert all(one["licenses"][0]["license"]["name"] for one in parts.values())
    notice = (tmp_path / "NOTICE").read_text()
    assert all(f"\n{name} " in notice for name in parts)
