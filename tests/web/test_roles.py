"""Every route against both roles and nobody; the README lists the same routes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount, WebSocketRoute
from websockets.exceptions import InvalidStatus

import tetris_arcade.web
from tests.web.staged_host import OPERATOR, WATCHER, Site
from tetris_arcade.remote.messages import COMMANDS
from tetris_arcade.web.app import make_api

README = Path(tetris_arcade.web.__file__).with_name("README.md")
FOR_ALL = {("GET", "/health")}
FOR_WATCHERS = {
    ("GET", "/"),
    ("GET", "/api/models"),
    ("GET", "/api/models/{slot_name}/download"),
    ("GET", "/api/training"),
    ("GET", "/favicon.ico"),
    ("GET", "/metrics"),
}
FOR_OPERATORS = {
    ("POST", "/api/models/save"),
    ("DELETE", "/api/models/{slot_name}"),
    ("POST", "/api/models/export"),
    ("POST", "/api/models/import"),
    ("POST", "/api/demo/start/{slot_name}"),
    ("GET", "/api/screenshot.png"),
    ("GET", "/openapi.json"),
}
ROUTES = sorted(FOR_ALL | FOR_WATCHERS | FOR_OPERATORS)


def api() -> FastAPI:
    unused: Any = None
    return make_api(unused, unused, unused)


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in app.routes:
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in route.methods - {"HEAD"})


def test_the_tables_of_this_test_are_complete() -> None:
    app = api()
    assert set(routes(app)) == set(ROUTES)
    others = [route.path for route in app.routes if isinstance(route, WebSocketRoute | Mount)]
    assert others == ["/static", "/ws"]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_route_knows_who_may_use_it(site: Site, method: str, path: str) -> None:
    url = path.replace("{slot_name}", "nobody")
    status = {}
    for token in (OPERATOR, WATCHER, None):
        with site.http(token) as client:
            status[token] = client.request(method, url).status_code
    assert status[OPERATOR] not in (401, 403)
    assert (status[None] == 401) is ((method, path) not in FOR_ALL)
    assert (status[WATCHER] == 403) is ((method, path) in FOR_OPERATORS)
    assert len(site.host.obeyed) <= 1  # the operator's


def test_static_files_and_socket_need_a_token(site: Site) -> None:
    with site.http(None) as client:
        assert client.get("/static/app.js").status_code == 401
    with pytest.raises(InvalidStatus) as refused, site.browser(None):
        pass
    assert refused.value.response.status_code == 401


def test_token_of_the_address_becomes_a_cookie(site: Site) -> None:
    with site.http(None) as client:
        answer = client.get("/", params={"token": WATCHER})
        cookie = answer.headers["set-cookie"]
        assert client.get("/api/models").status_code == 200
        assert client.get("/api/screenshot.png").status_code == 403
        value = client.cookies[f"tetris_arcade_{site.port}"]
    assert {"HttpOnly", "SameSite=Strict"} <= {part.strip() for part in cookie.split(";")}
    assert WATCHER not in cookie
    with site.browser(None, Cookie=f"tetris_arcade_{site.port}={value}") as browser:
        assert browser.receive("sync")["role"] == "watcher"


def test_answers_restrict_what_browsers_do(site: Site) -> None:
    with site.http() as client:
        for path in ("/", "/api/models", "/nowhere", "/health"):
            headers = client.get(path).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")


def test_readme_lists_the_routes_and_commands() -> None:
    text = README.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(GET|POST|DELETE) (/[^` ]*)` \| (\w+) \|", text, re.MULTILINE)
    listed = {(method, path): role for method, path, role in rows}
    expected = (
        dict.fromkeys(FOR_ALL, "everybody")
        | dict.fromkeys(FOR_WATCHERS, "watcher")
        | dict.fromkeys(FOR_OPERATORS, "operator")
    )
    assert listed == {**expected, ("GET", "/static/..."): "watcher", ("GET", "/ws"): "watcher"}
    table = text.split("## Commands")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == COMMANDS - {"screenshot"}


def test_readme_lists_the_messages() -> None:
    text = README.read_text(encoding="utf-8").split("## Messages")[1].split("\n## ")[0]
    source = "".join(path.read_text(encoding="utf-8") for path in README.parent.glob("*.py"))
    sent = set(re.findall(r'"type": "(\w+)"', source)) | {"info"}
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == sent
