"""Where the server listens, which names it answers to, and which tokens let in."""

from __future__ import annotations

import pytest

from tetris_arcade.config.settings import WebSettings
from tetris_arcade.remote.web_options import WebOptions, environment_with_tokens, make_web_options


def make(
    host: str = "127.0.0.1", token: str | None = None, addresses: tuple[str, ...] = (), **environment: str
) -> WebOptions:
    return make_web_options(host, 8000, token, None, addresses, environment)


def test_tokens_are_new_every_time() -> None:
    first, second = make(), make()
    assert len({first.token, first.watch_token, second.token, second.watch_token}) == 4
    assert first.operator_url == f"http://127.0.0.1:8000/?token={first.token}"
    assert first.watcher_url == f"http://127.0.0.1:8000/?token={first.watch_token}"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "arcade.local", ""])
def test_other_machines_need_a_token_that_was_chosen(host: str) -> None:
    with pytest.raises(ValueError, match="a token is needed: give --token"):
        make(host)
    assert make(host, "chosen").token == "chosen"
    assert make(host, TETRIS_ARCADE_WEB_TOKEN="chosen").token == "chosen"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_this_machine_does_not(host: str) -> None:
    assert make(host).token


@pytest.mark.parametrize("token", ["a b", "ä", "x" * 201, "a\n"])
def test_token_that_no_header_can_hold_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="a token has 1 to 200"):
        make(token=token)


def test_both_roles_with_one_token_are_refused() -> None:
    with pytest.raises(ValueError, match="different tokens"):
        make_web_options("127.0.0.1", 8000, "same", "same", environment={})


def test_only_the_own_names_are_answered() -> None:
    hosts = make().allowed_hosts()
    assert hosts == {"localhost:8000", "127.0.0.1:8000", "[::1]:8000"}
    assert make().allowed_origins() == {f"http://{host}" for host in hosts}


def test_proxy_is_answered_under_its_public_address() -> None:
    options = make(addresses=("https://Arcade.example.org", "http://lan:80"))
    assert {"arcade.example.org", "lan"} <= options.allowed_hosts()
    assert "https://arcade.example.org" in options.allowed_origins()
    assert "http://arcade.example.org" not in options.allowed_origins()
    assert options.watcher_url.startswith("https://Arcade.example.org/?token=")


def test_another_window_lets_the_same_browsers_in() -> None:
    options = make()
    assert make(**environment_with_tokens(options)) == options


@pytest.mark.parametrize(
    "address",
    ["arcade.example.org", "https://a/b", "ftp://a", "https://", "javascript:alert(1)", "https://a b"],
)
def test_address_has_to_be_an_origin(address: str) -> None:
    with pytest.raises(ValueError, match="an address must be like"):
        WebSettings((address,))
