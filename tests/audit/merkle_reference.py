"""RFC 6962 as its text says it, recursively and slowly: what the tree is compared with.

`python tests/audit/merkle_reference.py` prints the committed sample anew.
"""

import json
from hashlib import sha256


def leaf(entry):
    return sha256(b"\x00" + entry).digest()


def root(leaves):
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def inclusion(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*inclusion(m, leaves[:k]), root(leaves[k:])]
    return [*inclusion(m - k, leaves[k:]), root(leaves[:k])]


def consistency(m, leaves):
    return subproof(m, leaves, True)


def subproof(m, leaves, known):
    if m == len(leaves):
        return [] if known else [root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], known), root(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), root(leaves[:k])]


def sample(size=17):
    """Entries, roots by size, and every proof of a tree of some leaves, in hexadecimal."""
    entries = [f"entry {i}: {'å' * i}".encode() for i in range(size)]
    leaves = [leaf(entry) for entry in entries]
    return {
        "entries": [entry.decode() for entry in entries],
        "roots": [root(leaves[:n]).hex() for n in range(size + 1)],
        "inclusion": [[h.hex() for h in inclusion(m, leaves)] for m in range(size)],
        "consistency": [[h.hex() for h in consistency(m, leaves)] for m in range(1, size + 1)],
    }


if __name__ == "__main__":
    print(json.dumps(sample(), ensure_ascii=False, indent=1))
