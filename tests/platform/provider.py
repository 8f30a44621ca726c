"""A small OpenID Connect provider on the loopback: discovery, codes that hold once, PKCE, signed tokens.

It logs whoever is named in `who` in without asking. Whatever a client does wrong it refuses, as the standard demands.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT, SECRET = "house", "a secret of the house"


@dataclass
class Provider:
    """The provider as a test holds it: its address, and whom it says to log in."""

    issuer: str = ""
    who: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    """What user information says instead, where that differs."""
    down: bool = False
    key: RSAPrivateKey = field(default_factory=lambda: generate_private_key(65537, 2048))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where the browser is sent with a code."""
        if asked["client_id"] != CLIENT or "openid" not in asked["scope"] or asked["code_challenge_method"] != "S256":
            raise PermissionError("authorize")
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, given: dict[str, str]) -> dict[str, Any]:
        """Return the tokens for a code, once."""
        asked = self.codes.pop(given["code"])
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        right = (CLIENT, SECRET, asked["redirect_uri"], asked["code_challenge"])
        if (given["client_id"], given["client_secret"], given["redirect_uri"], challenge) != right:
            raise PermissionError("token")
        access = secrets.token_urlsafe(12)
        self.tokens[access] = self.who if self.userinfo is None else self.userinfo
        claims = {**self.who, "iss": self.issuer, "aud": CLIENT, "iat": int(time()), "exp": int(time()) + 60}
        signed = jwt.encode(claims, self.key, "RS256", {"kid": "one"})
        return {"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": signed}

    def answer(self, path: str, given: dict[str, str], bearer: str) -> dict[str, Any]:
        """Return what stands at an address."""
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
            places = {name: f"{self.issuer}/{place}" for name, place in names.items()}
            methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
            return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **places, **methods}
        if path == "/keys":
            return {"keys": [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key())), "kid": "one"}]}
        return self.token(given) if path == "/token" else self.tokens[bearer.removeprefix("Bearer ")]


@contextmanager
def running() -> Iterator[Provider]:
    """Run a provider on a free port of the loopback."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply({name: values[0] for name, values in parse_qs(body).items()})

        def reply(self, given: dict[str, str]) -> None:
            place = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(place.query).items()}
            try:
                if provider.down:
                    raise PermissionError("down")
                if place.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(asked))
                    self.end_headers()
                    return
                body = json.dumps(provider.answer(place.path, given, self.headers.get("Authorization", ""))).encode()
            except (KeyError, PermissionError):
                self.send_error(400)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
