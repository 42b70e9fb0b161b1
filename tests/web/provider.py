"""A provider of single sign-on that the tests run themselves: honest, or hostile in one way."""

import base64
import hashlib
import json
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

CLIENT, SECRET = "avrop", "hemligheten"


class Provider:
    """`lies` is what it does otherwise than an honest one; `subject` who signs in."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
        self.lies = ""
        self.subject = "anna-1"
        self.email = "anna@example.se"
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.taken = 0
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    # ── What is asked of it ───────────────────────────────────────────────────────────────────

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = urlsplit(request.path).path
        size = int(request.headers.get("Content-Length") or 0)
        form = {k: v[0] for k, v in parse_qs(request.rfile.read(size).decode()).items()}
        self.asked.append(path)
        status, said = {
            "/.well-known/openid-configuration": lambda: (200, self.metadata()),
            "/keys": lambda: (200, self.keys()),
            "/token": lambda: self.token(form, request.headers.get("Authorization", "")),
        }[path]()
        content = json.dumps(said).encode()
        request.send_response(status)
        if self.lies == "redirects" and path == "/token":
            request.send_header("Location", f"{self.issuer}/token")
        request.send_header("Content-Type", "application/json")
        if not self.lies.endswith(path):
            request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)
        if self.lies in (f"endless {path}", f"drips {path}"):
            self.go_on(request)

    def go_on(self, request: BaseHTTPRequestHandler) -> None:
        """More, as long as anybody takes it: all at once, or a little at a time."""
        part, pause = (b" " * 65_536, 0) if self.lies.startswith("endless") else (b" ", 0.05)
        self.taken = 0
        with suppress(OSError):
            while self.taken < 100_000_000:
                request.wfile.write(part)
                request.wfile.flush()
                self.taken += len(part)
                time.sleep(pause)

    def metadata(self) -> dict[str, object]:
        return {
            "issuer": "https://other.example" if self.lies == "calls itself other" else self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            # One that would take anything for signed.
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
            "authorization_response_iss_parameter_supported": True,
        }

    def keys(self) -> dict[str, object]:
        found = [self.key.as_dict(private=False)]
        if self.lies == "shared key":
            found.append(OctKey.import_key("x" * 32, {"kid": "shared"}).as_dict(private=True))
        return {"keys": found}

    def signs_in(self, address: str) -> str:
        """What the browser does at its page: where it sends it back to, as a query."""
        asked = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["scope"] == "openid"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        issuer = "https://other.example" if self.lies == "answers as other" else self.issuer
        back = {"code": code, "state": asked["state"], "iss": issuer}
        if self.lies == "does not say who answers":
            del back["iss"]
        return asked["redirect_uri"] + "?" + urlencode(back)

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, object]]:
        if self.lies == "redirects":
            return 307, {}
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        ).rstrip(b"=")
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        right = (
            asked is not None
            and challenge.decode() == asked["code_challenge"]
            and form["redirect_uri"] == asked["redirect_uri"]
            and authorization == f"Basic {basic}"
        )
        if not right:
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": "access",
            "token_type": "Bearer",
            "id_token": self.identity(asked["nonce"]),
        }

    def identity(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "email": self.email,
            "email_verified": True,
        }
        claims |= {
            "wrong nonce": {"nonce": "another"},
            "wrong audience": {"aud": "another"},
            "two audiences": {"aud": [CLIENT, "another"], "azp": "another"},
            "other issuer": {"iss": "https://other.example"},
            "expired": {"iat": now - 9000, "exp": now - 8000},
            "from the future": {"iat": now + 9000, "exp": now + 9999},
            "wrong hash": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
            "empty subject": {"sub": ""},
            "subject is a list": {"sub": ["anna-1"]},
        }.get(self.lies, {})
        for gone in ("nonce", "sub", "exp", "aud"):
            if self.lies == f"no {gone}":
                del claims[gone]
        return self.signed(claims)

    def signed(self, claims: dict[str, object]) -> str:
        if self.lies == "alg none":
            head, body = (
                base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
                for part in ({"alg": "none"}, claims)
            )
            return f"{head}.{body}."
        if self.lies == "key confusion":  # its public key taken for a secret that both sides share
            public = self.key.as_pem(private=False)
            return _hmac({"alg": "HS256", "kid": "one"}, claims, public)
        if self.lies == "shared key":
            return _hmac({"alg": "HS256", "kid": "shared"}, claims, b"x" * 32)
        if self.lies == "client's secret":
            return _hmac({"alg": "HS256"}, claims, SECRET.encode())
        key = self.key
        if self.lies == "another's key":
            key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
        if self.lies == "key in the head":
            key = ECKey.generate_key("P-256", private=True)
            head = {"alg": "ES256", "jwk": key.as_dict(private=False)}
            return jwt.encode(head, claims, key, algorithms=["ES256"])
        text = jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
        if self.lies == "cut signature":
            return text.rpartition(".")[0] + "."
        return text


def _hmac(head: dict[str, object], claims: dict[str, object], secret: bytes) -> str:
    import hmac

    def coded(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    signed = ".".join(coded(json.dumps(part).encode()) for part in (head, claims))
    return f"{signed}.{coded(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"
