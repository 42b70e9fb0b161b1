"""Single sign-on: who is believed about who somebody is, and how it is asked (OpenID Connect Core
1.0, code flow with PKCE, RFC 7636; mix-up: RFC 9207).

An identity is an issuer's subject. Of what else is told of somebody, as an address of e-mail,
nothing is read.
"""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

import msgspec
from flask import current_app

from ledger.bounds import DATABASE_SECONDS, MAX_ISSUERS

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session
    from requests import Response, Session
    from requests.adapters import HTTPAdapter

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""How an identity may be signed: by a key that the issuer alone has. A secret that both sides
share is none, and no signature at all."""
KNOWN_FOR, KEYS_AGAIN = 3600.0, 60.0
"""Seconds for which an issuer's addresses and keys are known, and before keys are asked for again
because one is not among them."""
LEEWAY = 60
"""Seconds that an issuer's clock may be off."""
MOST = 1_000_000
"""Bytes of an issuer's answer."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


PROVIDERS = "providers"
"""Under which name the application keeps whom it believes."""


def titles() -> dict[str, str]:
    """Where one may sign in: what each is called, by its name in addresses."""
    providers: dict[str, Provider] = current_app.extensions[PROVIDERS]
    return {name: one.issuer.title for name, one in providers.items()}


def title_of(issuer: str) -> str:
    """What an issuer is called here; one that is believed no more is told by its own name."""
    providers: dict[str, Provider] = current_app.extensions[PROVIDERS]
    return next((p.issuer.title for p in providers.values() if p.issuer.issuer == issuer), issuer)


class NotBelieved(Exception):
    """What came does not show who somebody is; its text is for the log."""


class NotReached(Exception):
    """The issuer does not answer as it should."""


class Issuer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`name` stands in addresses, `title` on the button. `client_id` and the secret are what the
    issuer gave us; the secret may lie in a file of its own."""

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: str = ""
    client_secret_file: str = ""


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    issuer: tuple[Issuer, ...]


def read_issuers(path: str) -> tuple[Issuer, ...]:
    """The issuers of a file (TOML). Raises ValueError in words."""
    if not path:
        return ()
    try:
        found = msgspec.convert(tomllib.loads(Path(path).read_text(encoding="utf-8")), File)
    except (OSError, ValueError) as error:  # of TOML and of msgspec too
        said = error.strerror if isinstance(error, OSError) else str(error).partition("\n")[0]
        raise ValueError(f"AVROP_OIDC: {path}: {said}") from error
    names = [one.name for one in found.issuer]
    if len(set(names)) < len(names) or len(names) > MAX_ISSUERS:
        raise ValueError(f"AVROP_OIDC: {path}: at most {MAX_ISSUERS} issuers, each name once")
    return tuple(_with_secret(one, path) for one in found.issuer)


def _with_secret(one: Issuer, path: str) -> Issuer:
    if not _NAME.fullmatch(one.name):
        raise ValueError(f"AVROP_OIDC: {path}: a name has lower-case letters, figures and hyphens")
    if not _is_safe(one.issuer):
        raise ValueError(f"AVROP_OIDC: {path}: {one.name}: an issuer's address begins with https")
    if not one.client_secret_file:
        return one
    try:
        secret = Path(one.client_secret_file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ValueError(f"AVROP_OIDC: {one.client_secret_file}: {error.strerror}") from error
    return msgspec.structs.replace(one, client_secret=secret)


def _is_safe(address: str) -> bool:
    """https; on this very machine http too."""
    parts = urlsplit(address)
    here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    return bool(parts.hostname) and (parts.scheme == "https" or here)


class Provider:
    """One issuer, as it is asked; its addresses and keys are fetched when they are needed."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer
        self._known: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, Mapping[str, Any]] | None = None

    def address(self, there: str, state: str, nonce: str, verifier: str) -> str:
        """Where somebody signs in, to come back to `there`. Raises NotReached."""
        endpoint = self._of_metadata("authorization_endpoint")
        with self._session(there) as session:
            address, _ = session.create_authorization_url(
                endpoint, state=state, nonce=nonce, code_verifier=verifier
            )
        return str(address)

    def require_issuer(self, said: str) -> None:
        """Whoever the answer says that it is from (`iss`), where the issuer says so of its answers.
        Raises NotBelieved, NotReached."""
        says = self._metadata().get("authorization_response_iss_parameter_supported") is True
        if (said or says) and said != self.issuer.issuer:
            raise NotBelieved("the answer is of another issuer")

    def subject(self, there: str, code: str, nonce: str, verifier: str) -> str:
        """Who signed in: the subject of what the issuer signed for this very sign-in. Raises
        NotBelieved, NotReached."""
        token = self._token(there, code, verifier)
        signed = token.get("id_token")
        if not isinstance(signed, str):
            raise NotBelieved("no identity came")
        return self._subject(signed, nonce, token.get("access_token"))

    def _token(self, there: str, code: str, verifier: str) -> Mapping[str, Any]:
        from authlib.integrations.base_client import OAuthError
        from requests import RequestException

        endpoint = self._of_metadata("token_endpoint")
        try:
            with self._session(there) as session:
                found: Mapping[str, Any] = session.fetch_token(
                    endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    timeout=DATABASE_SECONDS,
                    allow_redirects=False,
                )
        except OAuthError as error:
            raise NotBelieved("the issuer does not take the code") from error
        except (RequestException, ValueError) as error:
            raise NotReached("the issuer gives no token") from error
        return found

    def _subject(self, signed: str, nonce: str, access_token: object) -> str:
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        offered = self._metadata().get("id_token_signing_alg_values_supported") or ["RS256"]
        algorithms = [one for one in ALGORITHMS if one in offered]
        ours = {"essential": True, "value": self.issuer.client_id}
        for again in (False, True):
            try:
                keys = KeySet.import_key_set(cast(Any, _public(self._jwks(again))))
                found = jwt.decode(signed, keys, algorithms=algorithms)
                break
            except (JoseError, ValueError, TypeError, KeyError) as error:
                if again:
                    raise NotBelieved(f"the signature: {type(error).__name__}") from error
        claims = CodeIDToken(
            found.claims,
            found.header,
            {"iss": {"essential": True, "value": self.issuer.issuer}, "aud": ours},
            {"nonce": nonce, "client_id": self.issuer.client_id, "access_token": access_token},
        )
        try:
            claims.validate(int(time.time()), LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            what = getattr(error, "claim", "") or type(error).__name__
            raise NotBelieved(f"the identity: {what}") from error
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise NotBelieved("the identity: sub")
        return subject

    # ── What the issuer tells of itself ───────────────────────────────────────────────────────

    def _metadata(self) -> Mapping[str, Any]:
        if self._known is None or self._known[0] + KNOWN_FOR < time.monotonic():
            address = self.issuer.issuer.rstrip("/") + "/.well-known/openid-configuration"
            found = self._fetched(address)
            if found.get("issuer") != self.issuer.issuer:
                raise NotReached("the issuer calls itself something else")
            self._known = (time.monotonic(), found)
        return self._known[1]

    def _of_metadata(self, name: str) -> str:
        address = self._metadata().get(name)
        if not isinstance(address, str) or not _is_safe(address):
            raise NotReached(f"the issuer tells no {name}")
        return address

    def _jwks(self, again: bool) -> Mapping[str, Any]:
        now = time.monotonic()
        kept_for = KEYS_AGAIN if again else KNOWN_FOR
        if self._keys is None or self._keys[0] + kept_for < now:
            self._keys = (now, self._fetched(self._of_metadata("jwks_uri")))
        return self._keys[1]

    def _fetched(self, address: str) -> Mapping[str, Any]:
        import requests

        try:
            with _asking(requests.Session()) as session:
                answer = session.get(address, timeout=DATABASE_SECONDS, allow_redirects=False)
            if answer.status_code != 200:
                raise NotReached(f"the issuer answers {answer.status_code}")
            found = msgspec.json.decode(answer.content)
        except (requests.RequestException, OSError, ValueError) as error:
            raise NotReached("the issuer does not answer") from error
        if not isinstance(found, dict):
            raise NotReached("the issuer does not answer")
        return found

    def _session(self, there: str) -> OAuth2Session:
        from authlib.integrations.requests_client import OAuth2Session

        secret = self.issuer.client_secret
        return _asking(
            OAuth2Session(
                self.issuer.client_id,
                secret or None,
                scope="openid",
                redirect_uri=there,
                code_challenge_method="S256",
                token_endpoint_auth_method="client_secret_basic" if secret else "none",
            )
        )


S = TypeVar("S", bound="Session")


def _asking(session: S) -> S:
    """Of an answer no more is read than belongs there, nor for longer."""
    for scheme in ("https://", "http://"):
        session.mount(scheme, _bounded()())
    return session


@cache
def _bounded() -> type[HTTPAdapter]:
    from requests import ConnectionError
    from requests.adapters import HTTPAdapter
    from urllib3.exceptions import HTTPError

    class Bounded(HTTPAdapter):
        def send(self, *args: Any, **kwargs: Any) -> Response:
            answer = super().send(*args, **{**kwargs, "stream": True})
            content, until = bytearray(), time.monotonic() + DATABASE_SECONDS
            try:
                while part := answer.raw.read1(MOST, decode_content=True):
                    content += part
                    if len(content) > MOST or time.monotonic() > until:
                        raise ConnectionError("the answer is too large, or takes too long")
            except (OSError, HTTPError) as error:
                raise ConnectionError(str(error)) from error
            finally:
                answer.close()
            answer._content = bytes(content)
            return answer

    return Bounded


def _public(keys: Mapping[str, Any]) -> dict[str, Any]:
    """An issuer's keys, without any that both sides would share."""
    some = keys.get("keys")
    found = [one for one in some if isinstance(one, dict)] if isinstance(some, list) else []
    return {"keys": [one for one in found if one.get("kty") in ("RSA", "EC", "OKP")]}
