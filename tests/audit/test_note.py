"""Signed notes, keys and checkpoints: other people's examples, and every way to be refused."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit import checkpoint as tree_head
from ledger.audit import note, tree
from ledger.audit.checkpoint import Checkpoint, open_checkpoint, signed
from ledger.audit.note import LOG, WITNESS, NoteRefused, SigningKey
from ledger.bounds import MAX_NOTE, MAX_SIGNATURES
from tests.conftest import SHARED

EXAMPLE = SHARED / "merkle" / "c2sp-examples" / "signed-note-example.json"
WYCHEPROOF = SHARED / "merkle" / "ed25519-wycheproof" / "ed25519_test.json"
TESSERA = SHARED / "merkle" / "tessera-testdata-log"
TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"

LOG_KEY = SigningKey(name="example.org/ledger", kind=LOG, seed=bytes(range(32)))
WITNESS_KEY = SigningKey(name="example.org/witness", kind=WITNESS, seed=bytes(range(1, 33)))
CHECKPOINT = Checkpoint(origin="example.org/ledger", size=7, root=bytes(32))


def text_of(*signatures, text=CHECKPOINT.text):
    return (text + "\n" + "".join(s.line for s in signatures)).encode()


# ── Keys ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", [LOG, WITNESS])
def test_a_key_is_written_and_read_again(kind):
    key = note.new_key("example.org/ledger", kind)
    assert note.read_signing_key(key.text + "\n") == key
    assert note.read_verifier_key(key.verifier.text + "\n") == key.verifier
    assert key.verifier.text.startswith("example.org/ledger+")


def test_a_key_is_written_as_go_writes_it():
    """The key pair of the tests of golang.org/x/mod/sumdb/note."""
    secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    key = note.read_signing_key(secret)
    assert (key.text, key.verifier.text) == (secret, public)


def test_signed_bytes_are_as_on_the_first_day():
    own = note.sign(CHECKPOINT.text, LOG_KEY)
    witness = note.sign(CHECKPOINT.text, WITNESS_KEY, 1_679_315_147)
    assert text_of(own, witness).decode() == (
        "example.org/ledger\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"
        "— example.org/ledger X1txbUtO0pRJc2+ZZ8x6G5w1+p45gGuPp20GDHyrXGT7jqnnq85CtxpiwKoZqjtjtvy9"
        "i+ugssL3tBCtbOrqTsCmBws=\n"
        "— example.org/witness RG0LLwAAAABkGFDLvbmFfsvV45MzsvtldO7vJRDDjOte+/hesOHsqnwXBsLX6P1eT9I1"
        "AKjJGMb6oqDVCPtvKUKeYpSJ+XRImLCMAw==\n"
    )


def test_a_secret_key_does_not_show_its_seed_by_accident():
    secret = base64.b64encode(bytes([LOG]) + LOG_KEY.seed).decode()
    assert secret in LOG_KEY.text
    for shown in (repr(LOG_KEY), str(LOG_KEY), f"{LOG_KEY}", repr([LOG_KEY])):
        assert secret not in shown
        assert repr(LOG_KEY.seed) not in shown


def test_the_kind_of_a_key_is_part_of_its_hash():
    witness = SigningKey(name=LOG_KEY.name, kind=WITNESS, seed=LOG_KEY.seed)
    assert witness.verifier.public == LOG_KEY.verifier.public
    assert witness.verifier.id != LOG_KEY.verifier.id


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\nb", "a\x07", "a\t"])
def test_a_key_name_has_no_spaces_and_no_plus(name):
    with pytest.raises(NoteRefused, match="a key's name"):
        note.new_key(name)


GOOD = LOG_KEY.verifier.text
NAME, HASH, MATERIAL = GOOD.split("+", 2)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "three parts"),
        (f"{NAME}+{HASH}", "three parts"),
        (f"+{HASH}+{MATERIAL}", "a key's name"),
        (f"{NAME}+{HASH.upper()}0+{MATERIAL}", "eight hexadecimal digits"),
        (f"{NAME}+0{HASH[:-1]}+{MATERIAL}", "is not that of the key"),
        (f"other+{HASH}+{MATERIAL}", "is not that of the key"),
        (f"{NAME}+{HASH}+{MATERIAL}=", "is not base64"),
        (f"{NAME}+{HASH}+{MATERIAL[:-4]}", "is not Ed25519"),
        (f"{NAME}+{HASH}+{base64.b64encode(bytes([2]) + bytes(32)).decode()}", "is not Ed25519"),
    ],
)
def test_a_verifier_key_that_is_not_whole_is_refused(text, why):
    with pytest.raises(NoteRefused, match=why):
        note.read_verifier_key(text)


def test_a_signing_key_that_is_not_whole_is_refused_without_repeating_it():
    with pytest.raises(NoteRefused, match="begins with PRIVATE"):
        note.read_signing_key(GOOD)
    other = note.new_key("example.org/ledger").text.split("+", 4)[4]
    mixed = f"PRIVATE+KEY+{NAME}+{HASH}+{other}"
    with pytest.raises(NoteRefused, match="is not that of the key") as refused:
        note.read_signing_key(mixed)
    assert other not in str(refused.value)


# ── Notes ─────────────────────────────────────────────────────────────────────────────────────


def test_a_note_opens_with_its_signers_key_and_no_other():
    data = text_of(note.sign(CHECKPOINT.text, LOG_KEY))
    assert note.open_note(data, [LOG_KEY.verifier]).text == CHECKPOINT.text
    with pytest.raises(NoteRefused, match=r"no signature by example.org/other"):
        note.open_note(data, [note.new_key("example.org/other").verifier])
    with pytest.raises(NoteRefused, match="no signature by nobody"):
        note.open_note(data, [])


def test_a_note_is_read_and_written_byte_for_byte():
    data = text_of(note.sign(CHECKPOINT.text, LOG_KEY), note.sign(CHECKPOINT.text, WITNESS_KEY, 9))
    assert note.read_note(data).data == data


def test_a_text_with_blank_lines_is_split_at_the_last():
    text = "one\n\ntwo\n\n"
    data = text_of(note.sign(text, LOG_KEY), text=text)
    assert note.open_note(data, [LOG_KEY.verifier]).text == text


def test_signatures_of_strangers_are_ignored_and_a_false_one_of_a_known_key_is_not():
    own = note.sign(CHECKPOINT.text, LOG_KEY)
    stranger = note.sign("something else\n", note.new_key("example.org/stranger"))
    namesake = note.sign("something else\n", note.new_key(LOG_KEY.name))
    assert note.open_note(text_of(stranger, own, namesake), [LOG_KEY.verifier])
    false = note.sign("something else\n", LOG_KEY)
    with pytest.raises(NoteRefused, match=r"the signature of example.org/ledger is false"):
        note.open_note(text_of(own, false), [LOG_KEY.verifier])


@given(st.integers(0, 3), st.integers(0, 255))
def test_any_other_byte_of_the_text_is_found(place, byte):
    data = bytearray(text_of(note.sign(CHECKPOINT.text, LOG_KEY)))
    if data[place] == byte:
        assert note.open_note(bytes(data), [LOG_KEY.verifier])
        return
    data[place] = byte
    with pytest.raises(NoteRefused):
        note.open_note(bytes(data), [LOG_KEY.verifier])


LINE = note.sign(CHECKPOINT.text, LOG_KEY).line


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "blank line"),
        (b"text\n", "blank line"),
        (b"text\n\n", "signature lines after it"),
        ("text\n\n" + LINE.rstrip("\n"), "ends with a newline"),
        ("text\n\n" + LINE + "more\n", "em dash"),
        ("text\n\n" + LINE.replace("— ", "- "), "em dash"),
        ("text\n\n— name\n", "too short"),
        ("text\n\n— name AAAA\n", "too short"),
        ("text\n\n— name AAA\n", "is not base64"),
        ("text\n\n— name AAAAAAB=\n", "standard form"),
        ("text\n\n— na+me AAAAAAA=\n", "a key's name"),
        ("te\x00xt\n\n" + LINE, "no control characters"),
        ("te\rxt\n\n" + LINE, "no control characters"),
        (b"\xff\n\n", "UTF-8"),
        ("text\n\n" + LINE * (MAX_SIGNATURES + 1), "at most 20 signatures"),
        (b"a" * (MAX_NOTE + 1), "at most 100000 bytes"),
    ],
)
def test_what_is_not_a_note_is_refused(data, why):
    with pytest.raises(NoteRefused, match=why):
        note.read_note(data if isinstance(data, bytes) else data.encode())


def test_a_text_without_its_newline_is_not_signed():
    with pytest.raises(NoteRefused, match="ends with a newline"):
        note.sign("text", LOG_KEY)


# ── Cosignatures ──────────────────────────────────────────────────────────────────────────────


def test_a_cosignature_carries_its_time_and_holds_for_no_other():
    signature = note.sign(CHECKPOINT.text, WITNESS_KEY, 1_679_315_147)
    known = WITNESS_KEY.verifier
    assert note.verify_signature(CHECKPOINT.text, signature, known) == 1_679_315_147
    later = (1_679_315_148).to_bytes(8, "big") + signature.value[8:]
    with pytest.raises(NoteRefused, match="is false"):
        note.verify_signature(
            CHECKPOINT.text, note.Signature(name=known.name, id=known.id, value=later), known
        )


def test_a_cosignature_is_over_the_words_that_c2sp_gives():
    signature = note.sign(CHECKPOINT.text, WITNESS_KEY, 5)
    message = b"cosignature/v1\ntime 5\n" + CHECKPOINT.text.encode()
    assert note.is_signed(WITNESS_KEY.verifier.public, message, signature.value[8:])
    assert not note.is_signed(
        WITNESS_KEY.verifier.public, CHECKPOINT.text.encode(), signature.value[8:]
    )


@pytest.mark.parametrize("value", [b"", bytes(71), bytes(73), b"\xff" * 72])
def test_a_cosignature_of_another_shape_is_refused(value):
    known = WITNESS_KEY.verifier
    with pytest.raises(NoteRefused, match="has no time and signature"):
        note.verify_signature(
            "text\n", note.Signature(name=known.name, id=known.id, value=value), known
        )


def test_a_witness_signs_with_a_time_and_a_log_without():
    for key, time in ((LOG_KEY, 5), (WITNESS_KEY, None)):
        with pytest.raises(NoteRefused, match="a witness signs with a time"):
            note.sign(CHECKPOINT.text, key, time)
    for time in (-1, 2**63):
        with pytest.raises(NoteRefused, match="not a time"):
            note.sign(CHECKPOINT.text, WITNESS_KEY, time)


# ── Checkpoints ───────────────────────────────────────────────────────────────────────────────


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_written_and_read_again(size, root):
    checkpoint = Checkpoint(origin="example.org/ledger", size=size, root=root)
    assert tree_head.read(checkpoint.text) == checkpoint
    opened, _ = open_checkpoint(signed(checkpoint, LOG_KEY).data, LOG_KEY.verifier)
    assert opened == checkpoint


def test_extension_lines_are_kept():
    checkpoint = Checkpoint(origin="o", size=1, root=bytes(32), extensions=("a", "b c"))
    assert tree_head.read(checkpoint.text) == checkpoint


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        f"o\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"o\n01\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n+1\n{ROOT}\n",
        f"o\n1 \n{ROOT}\n",
        f"o\n\u0661\n{ROOT}\n",
        f"o\n{2**63}\n{ROOT}\n",
        f"o\n{'9' * 5000}\n{ROOT}\n",
        f"o\n1\n{ROOT[:-4]}\n",
        f"o\n1\n{ROOT[:-1]}\n",
        f"o\n1\n{ROOT[:-2]}B=\n",
        f"o\n1\n{ROOT}\n\nx\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text):
    with pytest.raises(NoteRefused, match="checkpoint"):
        tree_head.read(text)


def test_a_checkpoint_is_signed_and_opened_only_under_its_own_origin():
    other = Checkpoint(origin="example.org/other", size=1, root=bytes(32))
    with pytest.raises(NoteRefused, match=r"does not sign for example.org/other"):
        signed(other, LOG_KEY)
    data = text_of(note.sign(other.text, LOG_KEY), text=other.text)
    with pytest.raises(NoteRefused, match=r"the checkpoint is of example.org/other"):
        open_checkpoint(data, LOG_KEY.verifier)


def test_an_origin_that_would_frame_another_checkpoint_is_not_signed():
    key = SigningKey(name="a\n9", kind=LOG, seed=bytes(32))
    with pytest.raises(NoteRefused):
        signed(Checkpoint(origin="a\n9", size=1, root=bytes(32)), key)


# ── Other people's vectors ────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(not EXAMPLE.is_file(), reason="the shared example of C2SP is absent")
def test_the_example_of_c2sp_opens_and_does_not_when_touched():
    example = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    key = note.read_verifier_key(example["vkey"])
    assert key.text == example["vkey"]
    assert note.open_note(example["note"].encode(), [key]).data == example["note"].encode()
    with pytest.raises(NoteRefused, match="is false"):
        note.open_note(example["note"].replace("example", "exbmple", 1).encode(), [key])


@pytest.mark.skipif(not WYCHEPROOF.is_file(), reason="the shared Ed25519 vectors are absent")
def test_all_151_vectors_of_wycheproof():
    groups = json.loads(WYCHEPROOF.read_text())["testGroups"]
    seen = 0
    for group in groups:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
            valid = case["result"] == "valid"
            assert note.is_signed(public, message, signature) is valid, case
            seen += 1
    assert seen == 151


@pytest.mark.skipif(not TESSERA.is_dir(), reason="the shared log of tessera is absent")
def test_all_16_checkpoints_of_a_real_log_open():
    key = note.read_verifier_key(TESSERA_KEY)
    sizes = []
    for path in sorted(TESSERA.glob("checkpoint*")):
        checkpoint, read = open_checkpoint(path.read_bytes(), key)
        assert read.data == path.read_bytes()
        sizes.append(checkpoint.size)
        if checkpoint.size == 0:
            assert checkpoint.root == tree.EMPTY
    assert sorted(set(sizes)) == list(range(16))
