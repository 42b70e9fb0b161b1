"""The audit desk: is the log what it was, and what stands in it; one file a kind of page. Nothing
here writes but that a bundle is read, which is recorded."""

from ledger.web.pages.audit import bundle, desk, log, receipts, records, replay
from ledger.web.pages.audit.parts import blueprint

PAGES = (bundle, desk, log, replay, receipts, records)
"""Each states its routes on the one blueprint of the desk."""

__all__ = ["PAGES", "blueprint"]
