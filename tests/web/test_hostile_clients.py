"""Clients that mean harm are refused in one sentence, and change nothing."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterator

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.web.staged_host import OPERATOR, SECONDS, Site, open_site, wait_until
from tetris_arcade.web.hub import MAX_CLIENTS

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for all attacks: what one of them leaves behind, the next one meets."""
    with open_site(tmp_path_factory.mktemp("attacked")) as site:
        yield site


@pytest.fixture(autouse=True)
def _unharmed(attacked: Site) -> Iterator[None]:
    """After every attack the same process serves, and the host was told nothing."""
    pid = attacked.sidecar.pid
    yield
    with attacked.http() as client:
        wait_until(lambda: client.get("/api/models").status_code == 200)
    assert attacked.host.obeyed == []
    assert attacked.sidecar.pid == pid


def test_wrong_tokens_are_answered_ever_more_slowly(attacked: Site) -> None:
    with attacked.http("guess") as client:
        assert client.get("/api/models").status_code == 401
        blocked = client.get("/api/models")
    assert blocked.status_code == 429
    assert blocked.json()["detail"].startswith("There were wrong tokens: wait ")
    with attacked.http() as client:
        assert client.get("/api/models").status_code == 429  # Else a guesser would not be held up.
        client.headers.pop("Authorization")
        wait_until(lambda: client.get("/", params={"token": OPERATOR}).status_code == 200)
        client.get("/", params={"token": "another guess"})
        assert client.get("/api/models").status_code == 200  # Who is in stays in.
    time.sleep(0.6)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"])
def test_pages_of_other_sites_are_refused(attacked: Site, origin: str) -> None:
    with attacked.http(Origin=origin) as client:
        assert client.delete("/api/models/champion").status_code == 403
        assert client.get("/api/models").status_code == 403
    with pytest.raises(InvalidStatus) as refused, attacked.browser(Origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_own_pages_are_let_in(attacked: Site) -> None:
    for name in ("127.0.0.1", "localhost"):
        with attacked.browser(Origin=f"http://{name}:{attacked.port}") as browser:
            assert browser.receive("sync")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", ""])
def test_rebound_names_get_nothing(attacked: Site, host: str) -> None:
    with attacked.http() as client:
        for path in ("/", "/health", "/api/models", f"/?token={OPERATOR}"):
            answer = client.get(path, headers={"Host": host})
            assert answer.status_code in (400, 403), path
            assert "set-cookie" not in answer.headers


def test_too_large_message_closes_its_connection_only(attacked: Site) -> None:
    with attacked.browser() as other:
        other.receive("sync")
        with attacked.browser() as browser:
            browser.receive("sync")
            with contextlib.suppress(ConnectionClosed):
                browser.send(json.dumps({"command": "start", "config": "x" * 10_000_000}))
            with pytest.raises(ConnectionClosed) as closed:
                browser.receive("done", "error")
        assert closed.value.rcvd is None or closed.value.rcvd.code == 1009
        assert other.ask(command="dance")["message"] == "There is no command 'dance'."


@pytest.mark.parametrize("path", ["/api/models/save", "/api/models/import", "/api/demo/start/champion", "/x"])
def test_too_large_body_is_refused(attacked: Site, path: str) -> None:
    large = b"x" * (17_000_000 if path.endswith("import") else 100_000)
    with attacked.http() as client:
        answer = client.post(path, content=large)
        assert (answer.status_code, answer.json()["detail"]) == (413, "This is larger than allowed.")

        def drip() -> Iterator[bytes]:
            for start in range(0, len(large), 50_000):
                yield large[start : start + 50_000]

        if path.endswith("save"):
            assert client.post(path, content=drip()).status_code == 413


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "",
        "[]",
        "5",
        "{",
        '{"command": "pause", "command": "stop"}',
        '{"command": NaN}',
        "[" * 5_000,
        '"\\ud800"',
        b"\x00\x01",
        '{"command": "save_slot", "slot_name": "a\\u0000b"}',
    ],
)
def test_malformed_message_is_answered_in_a_sentence(attacked: Site, text: str | bytes) -> None:
    with attacked.browser() as browser:
        browser.receive("sync")
        browser._connection.send(text)
        message = browser.receive("error")["message"]
        assert message.endswith(".")
        assert "\n" not in message


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static//etc/passwd",
        "/static/..\\app.py",
        "/api/models/..%2f..%2f/download",
        "/api/models/%2e%2e/download",
        "/api/models/%2fetc%2fpasswd/download",
        "/api/models/settings.toml/download",
    ],
)
def test_traversal_finds_nothing(attacked: Site, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: {attacked.address}\r\nAuthorization: Bearer {OPERATOR}\r\n"
    with socket.create_connection(("127.0.0.1", attacked.port), SECONDS) as connection:
        connection.sendall(f"{request}Connection: close\r\n\r\n".encode())
        answer = b""
        while data := connection.recv(65_536):
            answer += data
    assert answer.split(b" ", 2)[1] in (b"404", b"400")
    assert b"root:" not in answer
    assert b"import" not in answer


def test_script_in_a_slots_name_stays_text(attacked: Site) -> None:
    name = "<script>alert(1)</script>"
    with attacked.http() as client:
        answers = [
            client.post("/api/models/save", json={"slot_name": name, "source": "best"}),
            client.post(f"/api/demo/start/{name.replace('/', '%2f')}"),
            client.get("/api/models"),
        ]
    assert all(answer.headers["content-type"] == "application/json" for answer in answers)


def test_many_pages_are_refused_and_the_others_stay(attacked: Site) -> None:
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(attacked.browser())
        first.receive("sync")
        for _ in range(MAX_CLIENTS - 1):
            stack.enter_context(attacked.browser()).receive("sync")
        extra = stack.enter_context(attacked.browser())
        assert extra.receive("sync", "error")["message"] == (
            "There are too many pages open: try again later."
        )
        assert first.ask(command="dance")["type"] == "error"


def test_a_thousand_connections_do_not_lock_anybody_out(attacked: Site) -> None:
    with attacked.browser() as browser:
        browser.receive("sync")
        sockets = []
        try:
            for _ in range(1_000):
                with contextlib.suppress(OSError):
                    sockets.append(socket.create_connection(("127.0.0.1", attacked.port), 0.05))
            wait_until(lambda: psutil.Process(attacked.sidecar.pid).num_fds() < 400, seconds=5.0)
            assert browser.ask(command="dance")["type"] == "error"
            with attacked.browser() as newcomer:
                assert newcomer.receive("sync")
        finally:
            for each in sockets:
                each.close()


def test_slow_reader_gets_the_newest_board_and_holds_up_nobody(attacked: Site) -> None:
    attacked.host.start()
    last = 140
    with attacked.browser() as slow, attacked.browser() as quick:
        slow.receive("sync")
        slow._connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        for move in range(1, last + 1):
            attacked.host.show(move)
            quick.until("board", lambda message, move=move: message["move"] == move)
        slow.until("board", lambda message: message["move"] == last)
        taken = sum(message["type"] == "board" for message in slow.messages)
    assert taken < last  # no backlog: what was not yet sent when a newer board came is left out
    attacked.host.rest()


def test_flood_of_commands_is_bounded(attacked: Site) -> None:
    with attacked.browser() as browser:
        browser.receive("sync")
        for number in range(300):
            browser.send(command="dance", id=number)
        browser.until("error", lambda message: message["id"] == 299)
        answers = {message.get("message") for message in browser.messages[1:]}
    assert answers <= {"There is no command 'dance'.", "There are too many commands at once."}
