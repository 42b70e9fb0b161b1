"""A long run of a served ledger under orders, reads, exports and faults."""
