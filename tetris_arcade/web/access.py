"""Who is let in: Host and Origin against fixed lists, then a token; two roles; bounds of what is sent."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, MutableMapping
from http.cookies import CookieError, Morsel, SimpleCookie
from typing import Any, Literal
from urllib.parse import parse_qs

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tetris_arcade.languages import N_
from tetris_arcade.remote.web_options import WebOptions
from tetris_arcade.storage.model_archive import MAX_ARCHIVE_BYTES

Role = Literal["operator", "watcher"]

MAX_BODY_BYTES = 64 * 1024
IMPORT_PATH = "/api/models/import"
_OPEN_PATHS = ("/health",)
"""What monitoring may ask without a token."""
_COOKIE_SECONDS = 30 * 24 * 3600
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.5, 60.0
_MAX_ADDRESSES = 1_000
_MAX_QUERY_FIELDS = 8
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    b"content-security-policy": _CSP.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
}
_NO_TOKEN = N_("A token is needed: open the address that the program printed, with its token.")
_TOO_LARGE = N_("This is larger than allowed.")
_LOGGED_IN = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Tetris Arcade</title>'
    '<meta http-equiv="refresh" content="0; url=/"><p><a href="/">Continue</a></p></html>'
)
"""Not a redirect: a browser sends a strict cookie only on a request that a page of this server has made."""


class _Refusal(Exception):  # noqa: N818
    """A request is answered here, in one sentence."""

    def __init__(self, status: int, message: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
        super().__init__(message)
        self.status, self.headers = status, list(headers)


class WrongTokens:
    """Growing pauses for addresses that send wrong tokens."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait_seconds(self, address: str) -> float:
        """How long no token from there is looked at."""
        _, until = self._failures.get(address, (0, 0.0))
        return max(0.0, until - self._clock())

    def add(self, address: str) -> None:
        """Another wrong token came from there."""
        count = self._failures.pop(address, (0, 0.0))[0] + 1
        pause = min(_FIRST_PAUSE_SECONDS * 2.0 ** min(count - 1, 16), _LONGEST_PAUSE_SECONDS)
        self._failures[address] = count, self._clock() + pause
        if len(self._failures) > _MAX_ADDRESSES:
            self._failures.popitem(last=False)

    def forgive(self, address: str) -> None:
        """A right token came from there."""
        self._failures.pop(address, None)


class Gate:
    """The outermost application: refuses requests, or puts their role into the scope's state."""

    def __init__(self, app: ASGIApp, options: WebOptions) -> None:
        self._app, self._options = app, options
        self._hosts, self._origins = options.allowed_hosts(), options.allowed_origins()
        self._wrong_tokens = WrongTokens()
        self._cookie_name = f"tetris_arcade_{options.port}"
        self._cookies = {role: _sign(options, role) for role in ("operator", "watcher")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        secured = _secured(send)
        try:
            headers = _Headers(scope["headers"])
            self._check_names(headers)
            if scope["type"] == "http" and scope["path"] == "/" and scope["method"] == "GET":
                token = _query_token(scope)
                if token is not None:
                    await _answer(scope, secured, 200, _LOGGED_IN, [self._log_in(scope, headers, token)])
                    return
            role = self._role(scope, headers)
            if role is None and scope["path"] not in _OPEN_PATHS:
                raise _Refusal(401, _NO_TOKEN, [(b"www-authenticate", b"Bearer")])
            scope.setdefault("state", {})["role"] = role
            if scope["type"] == "http":
                receive = _bounded(scope, headers, receive)
        except _Refusal as refusal:
            await _answer(scope, secured, refusal.status, str(refusal), refusal.headers)
            return
        await self._app(scope, receive, secured)

    def _check_names(self, headers: _Headers) -> None:
        """A page of another site, or one under a name that was bound to this address, gets nothing."""
        hosts = headers.all("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            raise _Refusal(403, N_("This server does not answer to that host name."))
        for origin in headers.all("origin"):
            if origin.lower() not in self._origins:
                raise _Refusal(403, N_("Pages of other sites may not use this server."))

    def _role(self, scope: Scope, headers: _Headers) -> Role | None:
        bearer = headers.bearer_token()
        if bearer is not None:
            return self._check_token(scope, bearer)
        cookie = headers.cookie(self._cookie_name)
        return None if cookie is None else _match(cookie, self._cookies)

    def _check_token(self, scope: Scope, token: str) -> Role:
        """The token's role; while an address pauses, its tokens are not looked at, not even right ones."""
        address = (scope.get("client") or ("", 0))[0]
        seconds = self._wrong_tokens.wait_seconds(address)
        if seconds > 0.0:
            wait = str(int(seconds) + 1)
            raise _Refusal(429, f"There were wrong tokens: wait {wait} s.", [(b"retry-after", wait.encode())])
        role = _match(token, {"operator": self._options.token, "watcher": self._options.watch_token})
        if role is None:
            self._wrong_tokens.add(address)
            raise _Refusal(401, N_("The token is wrong."), [(b"www-authenticate", b"Bearer")])
        self._wrong_tokens.forgive(address)
        return role

    def _log_in(self, scope: Scope, headers: _Headers, token: str) -> tuple[bytes, bytes]:
        """The header that sets the cookie for a right token."""
        role = self._check_token(scope, token)
        value = f"{self._cookie_name}={self._cookies[role]}; Path=/; Max-Age={_COOKIE_SECONDS}; HttpOnly"
        is_secure = f"https://{headers.all('host')[0].lower()}" in self._origins
        return b"set-cookie", f"{value}; SameSite=Strict{'; Secure' if is_secure else ''}".encode()


def require_operator(scope_state: Any) -> None:
    """Raise HTTPException unless the request's role is the operator's."""
    if getattr(scope_state, "role", None) != "operator":
        raise HTTPException(403, N_("This address may only watch."))


class _Headers:
    """The headers of a request."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._raw = list(raw)

    def all(self, name: str) -> list[str]:
        return [value.decode("latin-1").strip() for key, value in self._raw if key == name.encode()]

    def bearer_token(self) -> str | None:
        for value in self.all("authorization"):
            scheme, _, token = value.partition(" ")
            if scheme.lower() == "bearer":
                return token.strip()
        return None

    def cookie(self, name: str) -> str | None:
        cookies = SimpleCookie()
        for value in self.all("cookie"):
            try:
                cookies.load(value)
            except CookieError:
                continue
        morsel: Morsel[str] | None = cookies.get(name)
        return None if morsel is None else morsel.value


def _sign(options: WebOptions, role: str) -> str:
    """What a browser keeps instead of the token; another token or another secret makes it void."""
    token = options.token if role == "operator" else options.watch_token
    return hmac.new(options.cookie_secret.encode(), f"{role} {token}".encode(), hashlib.sha256).hexdigest()


def _match(given: str, secrets_by_role: MutableMapping[str, str]) -> Role | None:
    """The role whose secret was given; each comparison takes the same time."""
    found: Role | None = None
    for role, secret in secrets_by_role.items():
        if hmac.compare_digest(_digest(given), _digest(secret)):
            found = "operator" if role == "operator" else "watcher"
    return found


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _query_token(scope: Scope) -> str | None:
    try:
        values = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=_MAX_QUERY_FIELDS)
    except ValueError:
        return None
    tokens = values.get("token", [])
    return tokens[0] if tokens else None


def _bounded(scope: Scope, headers: _Headers, receive: Receive) -> Receive:
    """Ends a request whose body is too large, as soon as that is known."""
    limit = MAX_BODY_BYTES + (MAX_ARCHIVE_BYTES if scope["path"] == IMPORT_PATH else 0)
    for length in headers.all("content-length"):
        if not length.isdecimal() or int(length) > limit:
            raise _Refusal(413, _TOO_LARGE)
    received = 0

    async def receive_bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return receive_bounded


def _secured(send: Send) -> Send:
    """Adds the headers that restrict what a browser does with any answer."""

    async def send_secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {key.lower() for key, _ in message["headers"]}
            added = {**_HEADERS, b"cache-control": b"no-store"}
            missing = [(key, value) for key, value in added.items() if key not in given]
            message["headers"] = [*message["headers"], *missing]
        await send(message)

    return send_secured


async def _answer(
    scope: Scope, send: Send, status: int, text: str, headers: Iterable[tuple[bytes, bytes]]
) -> None:
    """Answer a request or a WebSocket's handshake without the application."""
    prefix = "http" if scope["type"] == "http" else "websocket.http"
    is_page = scope["type"] == "http" and scope["path"] == "/"
    body = (text if is_page else json.dumps({"detail": text})).encode()
    kind = b"text/html; charset=utf-8" if is_page else b"application/json"
    start = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": f"{prefix}.response.start", "status": status, "headers": start})
    await send({"type": f"{prefix}.response.body", "body": body})
