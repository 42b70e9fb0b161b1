"""What the official rules found is kept by the file's digest, the newest in place of the others."""

from ledger.registry import checks


def test_the_newest_check_of_a_file_is_kept(ledger):
    assert checks.kept(ledger.registry, "a" * 64) is None
    checks.keep(ledger.registry, "a" * 64, "2025.11", "{}")
    checks.keep(ledger.registry, "a" * 64, "2026.5", '{"findings":[]}')
    kept = checks.kept(ledger.registry, "a" * 64)
    assert (kept.release, kept.outcome) == ("2026.5", '{"findings":[]}')
    assert kept.checked_at
    assert checks.kept(ledger.registry, "b" * 64) is None
