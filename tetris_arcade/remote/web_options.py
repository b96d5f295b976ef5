"""How the browser view is opened: where it listens, and the tokens that let browsers in."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec

import psutil

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8000
TOKEN_VARIABLE, WATCH_TOKEN_VARIABLE = "TETRIS_ARCADE_WEB_TOKEN", "TETRIS_ARCADE_WATCH_TOKEN"
_COOKIE_SECRET_VARIABLE = "TETRIS_ARCADE_WEB_SECRET"
"""Set by the kiosk's supervisor, so that a browser is still let in after the window was restarted."""
_TOKEN = re.compile(r"[!-~]{1,200}")
_REQUIRED = ("fastapi", "uvicorn", "websockets", "prometheus_client", "python_multipart")


@dataclass(frozen=True)
class WebOptions:
    """host, port: where the server listens. addresses: public ones of a proxy, "https://arcade.example.org".

    token, watch_token: of operators and watchers. cookie_secret: signs what browsers get for a token.
    """

    host: str
    port: int
    token: str
    watch_token: str
    cookie_secret: str
    addresses: tuple[str, ...] = ()

    @property
    def operator_url(self) -> str:
        """The address with which an operator opens the page."""
        return f"{self._base}/?token={self.token}"

    @property
    def watcher_url(self) -> str:
        """The address with which a watcher opens the page; anybody may see it."""
        return f"{self._base}/?token={self.watch_token}"

    @property
    def _base(self) -> str:
        if self.addresses:
            return self.addresses[0]
        host = _reachable_host(self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def allowed_hosts(self) -> frozenset[str]:
        """The values of a request's Host header that name this server, in lower case."""
        return frozenset(self._own_hosts() | {_authority(address) for address in self.addresses})

    def allowed_origins(self) -> frozenset[str]:
        """The values of a request's Origin header that are pages of this server, in lower case."""
        own = {f"http://{host}" for host in self._own_hosts()}
        public = {
            f"{address.partition(':')[0].lower()}://{_authority(address)}" for address in self.addresses
        }
        return frozenset(own | public)

    def _own_hosts(self) -> set[str]:
        """This machine's names and addresses, with the port."""
        names = {"localhost", "127.0.0.1", "::1", self.host, *_machine_names(self.host)} - {""}
        hosts = {f"[{name}]" if ":" in name else name for name in names}
        return {_authority(f"http://{host}:{self.port}") for host in hosts}


def make_web_options(
    host: str,
    port: int,
    token: str | None,
    watch_token: str | None,
    addresses: tuple[str, ...] = (),
    environment: Mapping[str, str] = os.environ,
) -> WebOptions:
    """Options with tokens from the arguments, else the environment, else new random ones.

    Raises ValueError, a sentence, if other machines could connect without a token that was chosen for them.
    """
    token = token or environment.get(TOKEN_VARIABLE)
    watch_token = watch_token or environment.get(WATCH_TOKEN_VARIABLE)
    for given in (token, watch_token):
        if given is not None and not _TOKEN.fullmatch(given):
            raise ValueError("a token has 1 to 200 letters, digits or signs, and no space")
    if not _is_loopback(host) and token is None:
        raise ValueError(f"on {host}, where other machines can connect, a token is needed: give --token")
    token, watch_token = token or secrets.token_urlsafe(18), watch_token or secrets.token_urlsafe(12)
    if token == watch_token:
        raise ValueError("operators and watchers need different tokens")
    secret = environment.get(_COOKIE_SECRET_VARIABLE) or secrets.token_hex(32)
    return WebOptions(host, port, token, watch_token, secret, addresses)


def environment_with_tokens(options: WebOptions) -> dict[str, str]:
    """Variables with which another process of this program makes the same options."""
    return {
        TOKEN_VARIABLE: options.token,
        WATCH_TOKEN_VARIABLE: options.watch_token,
        _COOKIE_SECRET_VARIABLE: options.cookie_secret,
    }


def missing_web_packages() -> list[str]:
    """The packages of the extra `web` that are not installed."""
    return [name for name in _REQUIRED if find_spec(name) is None]


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_any(host: str) -> bool:
    """Whether it stands for all addresses of the machine."""
    try:
        return not host or ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _machine_names(host: str) -> set[str]:
    """The names and addresses under which this machine is reached, if the server listens beyond loopback."""
    if _is_loopback(host):
        return set()
    name = socket.gethostname()
    return {name, f"{name}.local", *_machine_addresses()}


def _machine_addresses() -> list[str]:
    """The IP addresses of this machine, those of IPv4 first, without loopback."""
    found = [
        address.address.partition("%")[0]
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family in (socket.AF_INET, socket.AF_INET6)
    ]
    return sorted((text for text in found if not _is_loopback(text)), key=lambda text: ":" in text)


def _reachable_host(host: str) -> str:
    """A host that can be typed into a browser."""
    if not _is_any(host):
        return host
    return next(iter(_machine_addresses()), "127.0.0.1")


def _authority(address: str) -> str:
    """The Host header of requests to an address, which leaves out the usual port."""
    scheme, _, authority = address.lower().partition("://")
    return authority.removesuffix(":443" if scheme == "https" else ":80")
