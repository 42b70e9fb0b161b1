"""The proof: every stored event is a leaf of a hash tree whose signed heads others hold.

`tree` and `entry` are the leaf and the tree (RFC 6962); `note` and `checkpoint` the signed heads
(C2SP); `tiles` the tree as a plain folder; `check` compares a log with what is held outside it and
names what differs; `notary` signs and witnesses; `bundle` is what an outsider takes home, and
`verifier` the one file that checks it. Nothing here knows the store: rows come in through ports.
"""
