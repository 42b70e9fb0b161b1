"""Time stamps of checkpoints: asked of an authority, kept, carried in bundles and checked."""

import http.server
import shutil
import subprocess
import threading
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ledger.audit import timestamp
from ledger.audit.checkpoint import signed
from ledger.audit.timestamp import TimestampRefused, check
from tests.audit.audit_given import KEY, checkpoint_of, log
from tests.conftest import AGREEMENT, ORDER, SHARED

VECTORS = SHARED / "merkle" / "rfc3161"
OPENSSL = shutil.which("openssl") or "openssl"

CONFIGURATION = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
"""


# ── Others' stamps ────────────────────────────────────────────────────────────────────────────


def vector(folder, name):
    if not VECTORS.exists():
        pytest.skip(f"there are no vectors: {VECTORS}")
    return (VECTORS / folder / name).read_bytes()


@pytest.mark.parametrize(
    ("folder", "name", "year"),
    [
        ("test_tsa", "response.tsr", 2024),
        ("test_tsa", "response-injected-certs.tsr", 2024),
        ("sigstage", "response-sha256.tsr", 2025),
        ("sigstage", "response-sha384.tsr", 2025),
        ("sigstage", "response-sha512.tsr", 2025),
        ("sigstage", "response-no-embedded-cert.tsr", 2025),
        ("sigstore.mock", "response-expired.tsr", 2023),  # now; its certificate was valid then
    ],
)
def test_a_good_response_of_the_vectors_is_good_for_its_message_alone(folder, name, year):
    own = folder == "sigstore.mock"
    message = vector(folder, "payload") if own else b"hello"
    response, roots = vector(folder, name), vector(folder, "ts_chain.pem")
    assert check(response, message, roots).year == year
    with pytest.raises(TimestampRefused, match="Mismatch between messages"):
        check(response, message + b"!", roots)
    with pytest.raises(TimestampRefused):
        check(response[:-9] + b"\0" * 9, message, roots)


@pytest.mark.parametrize(
    ("folder", "name", "roots"),
    [
        ("sigstage", "response-invalid-signature.tsr", "sigstage"),
        ("test_tsa", "other_response.tsr", "test_tsa"),
        ("test_tsa", "response.tsr", "sigstage"),
        ("sigstage", "response-sha256.tsr", "test_tsa"),
    ],
)
def test_a_bad_response_of_the_vectors_or_another_authoritys_is_refused(folder, name, roots):
    response, chain = vector(folder, name), vector(roots, "ts_chain.pem")
    with pytest.raises(TimestampRefused, match="the time stamp is not good"):
        check(response, b"hello", chain)


@pytest.mark.parametrize("response", [b"", b"\x30\x00", b"no stamp", b"\x30\x80" * 2_000])
def test_what_is_no_response_is_refused_in_words(response, authority):
    with pytest.raises(TimestampRefused):
        check(response, b"hello", authority.roots)


# ── An authority of our own ───────────────────────────────────────────────────────────────────


def certificate(name, key, issuer, issuing, *, ca):
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not ca:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(issuing, hashes.SHA256())


def pem(what):
    if isinstance(what, x509.Certificate):
        return what.public_bytes(serialization.Encoding.PEM)
    return what.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


class Authority:
    """A time-stamping authority on this machine: what `openssl ts` answers, over HTTP."""

    def __init__(self, folder) -> None:
        keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
        root = certificate("Test root", keys[0], "Test root", keys[0], ca=True)
        leaf = certificate("Test authority", keys[1], "Test root", keys[0], ca=False)
        self.folder, self.roots = folder, pem(root)
        (folder / "roots.pem").write_bytes(self.roots)
        (folder / "leaf.pem").write_bytes(pem(leaf))
        (folder / "leaf.key").write_bytes(pem(keys[1]))
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))
        self.spoil = lambda response: response
        self.asked: list[bytes] = []

    def answer(self, query: bytes) -> bytes:
        self.asked.append(query)
        (self.folder / "query").write_bytes(query)
        command = [OPENSSL, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query",
                   "-signer", "leaf.pem", "-inkey", "leaf.key", "-out", "response"]  # fmt: skip
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return self.spoil((self.folder / "response").read_bytes())


@pytest.fixture(scope="module")
def made_authority(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to be an authority with")
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def authority(made_authority):
    """It, serving at its `url`; `spoil` changes what it answers."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            assert self.headers["Content-Type"] == "application/timestamp-query"
            body = made_authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Nothing is printed."""

    made_authority.spoil = lambda response: response
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made_authority.url = f"http://127.0.0.1:{server.server_port}/"
    yield made_authority
    server.shutdown()
    thread.join()
    server.server_close()


NOTE = signed(checkpoint_of(log()), KEY)


def test_a_checkpoint_is_stamped_and_openssl_alone_agrees(authority, tmp_path):
    stamped, moment = timestamp.ask(authority.url, NOTE, authority.roots)
    assert abs(datetime.now(UTC) - moment) < timedelta(hours=1)
    timestamp.keep(tmp_path, stamped)
    (found,) = timestamp.kept(tmp_path, KEY.verifier)
    assert found == stamped
    place = tmp_path / "timestamps"
    command = [
        OPENSSL,
        "ts",
        "-verify",
        "-data",
        str(place / str(stamped.size)),
        "-in",
        str(place / f"{stamped.size}.tsr"),
        "-CAfile",
        str(authority.folder / "roots.pem"),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "Verification: OK" in done.stdout + done.stderr


def test_the_authority_sees_a_digest_and_nothing_of_the_log(authority):
    timestamp.ask(authority.url, NOTE, authority.roots)
    assert KEY.name.encode() not in authority.asked[-1]
    assert len(authority.asked[-1]) < 100


def test_an_answer_to_another_question_is_refused(authority):
    timestamp.ask(authority.url, NOTE, authority.roots)
    earlier = (authority.folder / "response").read_bytes()
    authority.spoil = lambda _: earlier
    with pytest.raises(TimestampRefused, match="Nonce mismatch"):
        timestamp.ask(authority.url, NOTE, authority.roots)


def test_a_spoilt_an_absent_and_an_endless_answer_are_refused(authority):
    for spoil in (
        lambda r: r[:-1] + bytes([r[-1] ^ 1]),
        lambda r: b"",
        lambda r: r + b"x" * 200_000,
    ):
        authority.spoil = spoil
        with pytest.raises(TimestampRefused):
            timestamp.ask(authority.url, NOTE, authority.roots)
    for url in ("http://127.0.0.1:1/", "file:///etc/passwd", "none"):
        with pytest.raises(TimestampRefused):
            timestamp.ask(url, NOTE, authority.roots)


def test_an_answer_that_leads_elsewhere_is_not_followed(authority):
    asked = []

    class Leading(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", f"http://{self.headers['Host']}/elsewhere")
            self.end_headers()

        def do_GET(self):
            self.do_POST()

        def log_message(self, *_):
            """Nothing is printed."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Leading)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with pytest.raises(TimestampRefused, match="302"):
        timestamp.ask(f"http://127.0.0.1:{server.server_port}/", NOTE, authority.roots)
    server.shutdown()
    thread.join()
    server.server_close()
    assert asked == ["/"]


# ── With the notary, bundles and verifying ────────────────────────────────────────────────────


@pytest.fixture
def stamped(desk, authority, monkeypatch):
    """A ledger whose newest checkpoint was stamped; the notary's public key."""
    monkeypatch.setenv("AVROP_NOTARY", "notary")
    desk.write("agreement.json", AGREEMENT)
    desk.write("order.json", ORDER)
    desk.done("agreement", "sign", "agreement.json")
    desk.write("roots.pem", authority.roots)
    key = desk.done("notary", "init", "example.org/ledger").strip()
    desk.done("notary", "run", "--once")
    said = desk.done("notary", "timestamp", "--url", authority.url, "--authority", "roots.pem")
    assert said.startswith("Size 5 of example.org/ledger is stamped: 20")
    desk.done("order", "place", "SKO-2023", "order.json")
    desk.done("notary", "run", "--once")
    return key


def test_verify_tells_when_a_checkpoint_was_there(desk, stamped):
    said = desk.done("verify", "--key", stamped, "--authority", "roots.pem").splitlines()
    assert any(line.startswith("  the checkpoint of size 5 was there on 20") for line in said)
    assert said[-1] == "Nothing was changed."


def test_a_bundle_carries_the_stamp_and_it_is_checked_there(desk, stamped):
    desk.done("bundle", "SKO-2023", "sko.zip")
    with zipfile.ZipFile("sko.zip") as file:
        assert {"timestamps/5", "timestamps/5.tsr"} <= set(file.namelist())
        files = {name: file.read(name) for name in file.namelist()}
    held = ("--key", stamped, "--checkpoint", "notary/checkpoint", "--authority", "roots.pem")
    said = desk.done("verify", "sko.zip", *held)
    assert "  the checkpoint of size 5 was there on 20" in said
    assert "timestamps/5: signed by example.org/ledger" in said
    assert "belong to no bundle" not in said
    files["timestamps/5"] = files["timestamps/5"].replace(b"\n5\n", b"\n4\n")
    with zipfile.ZipFile("spoilt.zip", "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
    result = desk.ask("verify", "spoilt.zip", *held)
    assert result.exit_code == 1
    assert "! the time stamp of size 5: the time stamp is not good" in result.output


def test_a_stamp_of_an_authority_that_is_not_trusted_or_that_was_spoilt_is_a_finding(
    desk, stamped, tmp_path
):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    desk.write("other.pem", pem(certificate("Other", other, "Other", other, ca=True)))
    result = desk.ask("verify", "--authority", "other.pem")
    assert result.exit_code == 1
    assert "! the time stamp is not good" in result.output
    place = desk.folder / "notary" / "timestamps"
    (place / "5").write_bytes((desk.folder / "notary" / "checkpoint").read_bytes())
    result = desk.ask("verify", "--authority", "roots.pem")
    assert result.exit_code == 1
    assert "! the time stamp 5.tsr is not of the checkpoint beside it" in result.output
    assert "5.tsr is not of the checkpoint" in desk.refused("bundle", "SKO-2023", "sko.zip")


def test_nothing_is_kept_where_no_good_stamp_comes(desk, stamped, authority):
    authority.spoil = lambda response: response[:100]
    said = desk.refused("notary", "timestamp", "--url", authority.url, "--authority", "roots.pem")
    assert said.startswith("No time stamp was kept: ")
    assert sorted(p.name for p in (desk.folder / "notary" / "timestamps").iterdir()) == [
        "5",
        "5.tsr",
    ]


def test_without_the_library_it_says_what_is_lacking(monkeypatch, authority):
    monkeypatch.setitem(__import__("sys").modules, "rfc3161_client", None)
    with pytest.raises(TimestampRefused, match=r"avrop\[timestamp\]"):
        check(b"", b"", authority.roots)
