"""Avrop, the ledger of a framework agreement: what is left under the cap, for any date, and why."""

__version__ = "0.1.0"
