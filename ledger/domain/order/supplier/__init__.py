"""Which supplier an order goes to, by turn or by award, and to whom it is passed on."""
