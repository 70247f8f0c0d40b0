"""Who may ask for what: only a browser of the person who started the previewer, and only its own pages may write."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

TOKEN_HEADER: Final = "X-Mailweave-Token"
_SAFE: Final = ("GET", "HEAD", "OPTIONS")

PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def message_policy(images: str) -> str:
    """The policy of a message's own document: no scripts, frames, forms or requests. `images`: "off", "all" (the internet's too) or ours only."""
    sources = {"off": "'none'", "all": "'self' data: https: http:"}.get(images, "'self' data:")
    return (
        f"default-src 'none'; img-src {sources}; style-src 'unsafe-inline'; font-src 'self' data:; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'; sandbox allow-same-origin"
    )


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Guard:
    """Checks every request. `host` is the name or address that the server was told to listen on."""

    host: str
    token: str

    def install(self, app: Flask) -> None:
        """Check the requests of an app, and put the headers on its responses."""
        app.before_request(self.check)
        app.after_request(protect)

    def check(self) -> None:
        """Refuse a request that another site may have caused."""
        if not self.known(request.host):
            abort(421, "This address isn't the previewer's. Open it by the URL that `mailweave preview` printed.")
        if request.method in _SAFE:
            return
        if request.headers.get("Origin", request.host_url.rstrip("/")) != request.host_url.rstrip("/"):
            abort(403, "Another site may not change anything here.")
        if not hmac.compare_digest(request.headers.get(TOKEN_HEADER, "").encode(), self.token.encode()):
            abort(403, "This page is older than the previewer. Load it again.")

    def known(self, host: str) -> bool:
        """Whether a Host header may be ours. A name that isn't could be anybody's that resolves to us (DNS rebinding); an address can't."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in ("localhost", self.host.lower()) or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def protect(response: Response) -> Response:
    """The headers of every response; a view may have set its own policy."""
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()"
    return response
