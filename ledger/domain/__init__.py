"""What may happen to an agreement, its orders and its invoices, and why: no I/O and no clock."""
