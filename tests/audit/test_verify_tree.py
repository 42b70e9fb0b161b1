"""The verifier's own tree against others': the RFC's, and the vectors of transparency-dev."""

import base64
import json

import pytest

from ledger.audit.verifier import verify
from tests.audit import merkle_reference as reference
from tests.conftest import SHARED

INCLUSION = SHARED / "merkle" / "transparency-dev-merkle" / "inclusion"


def test_its_tree_is_that_of_the_rfc():
    tree, leaves = verify.Tree(), []
    for i in range(70):
        assert tree.root == reference.root(leaves)
        leaves.append(verify.leaf_hash(bytes([i])))
        tree.append(leaves[-1])
    for index in range(70):
        proof = reference.inclusion(index, leaves)
        assert verify.included(index, 70, leaves[index], proof) == tree.root
        assert verify.included(index, 70, leaves[index], [*proof, proof[0]]) is None
        assert verify.included(index, 70, leaves[index], proof[:-1]) is None


@pytest.mark.skipif(
    not INCLUSION.is_dir(), reason="the shared vectors of transparency-dev are absent"
)
def test_it_answers_the_98_vectors_of_inclusion_as_the_package_does():
    paths = sorted(INCLUSION.rglob("*.json"))
    assert len(paths) == 98
    for path in paths:
        case = json.loads(path.read_text())
        leaf, root = (base64.b64decode(case[name] or "") for name in ("leafHash", "root"))
        proof = [base64.b64decode(h) for h in case["proof"] or []]
        index, size = case["leafIdx"], case["treeSize"]
        right = (
            0 <= index < size
            and len(leaf) == len(root) == verify.HASH
            and verify.included(index, size, leaf, proof) == root
        )
        assert right is not case["wantErr"], path
