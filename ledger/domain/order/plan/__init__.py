"""The plan of an order: its sessions and instalments, and what of it belongs to which year."""
