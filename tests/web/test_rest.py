"""REST for models, demos and what operators watch, by a real client against a real server."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.web.staged_host import PIXELS, WATCHER, Site, wait_until
from tetris_arcade.config.paths import shipped_slots
from tetris_arcade.remote.messages import RefusedError, StartDemo
from tetris_arcade.storage.checkpoints import MODEL_NAME, load_checkpoint, save_checkpoint
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.slots import find_model, list_models, save_slot_bytes
from tetris_arcade.web.app import make_api
from tetris_arcade.worker.shared.messages import WorkerState
from tetris_arcade.worker.shared.telemetry import SharedCell


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    with site.http() as client:
        yield client


def champion() -> tuple[bytes, Metadata]:
    folder = shipped_slots()
    assert folder is not None
    checkpoint = load_checkpoint(folder / "champion")
    return checkpoint.read(MODEL_NAME), dataclasses.replace(checkpoint.metadata, origin="trained", files={})


def save(site: Site, name: str) -> Path:
    """Save a slot as its user would."""
    model, metadata = champion()
    return save_slot_bytes(site.paths, name, model, metadata)


def detail(answer: httpx.Response) -> str:
    return str(answer.json()["detail"])


# --- Models ---


def test_list_has_the_evaluation_with_its_conditions(client: httpx.Client) -> None:
    models = {model["name"]: model for model in client.get("/api/models").json()}
    shown = models["champion"]
    assert (shown["kind"], shown["read_only"], shown["error"]) == ("shipped", True, None)
    conditions = {name: shown["evaluation"][name] for name in ("pieces", "height", "max_pieces")}
    assert conditions == {"pieces": "uniform", "height": 10, "max_pieces": 50_000}
    assert models["random"]["kind"] == "reference"


def test_damaged_model_is_listed_with_its_error_and_without_paths(site: Site, client: httpx.Client) -> None:
    folder = save(site, "broken")
    (folder / "metadata.json").write_text("{")
    model = next(model for model in client.get("/api/models").json() if model["name"] == "broken")
    assert model["error"]
    assert str(site.paths.root) not in json.dumps(model)
    assert client.delete("/api/models/broken").status_code == 200


def test_checkpoint_is_saved_to_a_new_slot_once(site: Site, client: httpx.Client) -> None:
    model, metadata = champion()
    assert client.post("/api/models/save", json={"slot_name": "early"}).status_code == 404
    save_checkpoint(site.paths, "best", {MODEL_NAME: model}, metadata)
    saved = client.post("/api/models/save", json={"slot_name": "My Best"})
    assert (saved.status_code, saved.json()["success"]) == (200, True)
    assert find_model(site.paths, saved.json()["name"]) is not None
    again = client.post("/api/models/save", json={"slot_name": "My Best"})
    assert (again.status_code, detail(again)) == (409, "A model with that name exists already.")


@pytest.mark.parametrize(
    "body",
    [
        {"slot_name": ""},
        {"slot_name": "latest"},
        {"slot_name": "a\nb"},
        {"slot_name": "x" * 100},
        {"slot_name": 5},
        {"slot_name": "ok", "source": "slots/champion"},
        {"slot_name": "ok", "overwrite": True},
        {},
        [],
    ],
)
def test_bad_name_or_source_is_refused_in_a_sentence(client: httpx.Client, body: object) -> None:
    answer = client.post("/api/models/save", json=body)
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], str)


def test_deleting(site: Site, client: httpx.Client) -> None:
    save(site, "gone soon")
    assert client.delete("/api/models/gone soon").status_code == 200
    assert find_model(site.paths, "gone soon") is None
    assert client.delete("/api/models/gone soon").status_code == 404
    for name in ("champion", "bcts"):
        assert client.delete(f"/api/models/{name}").status_code == 403


def test_all_pages_learn_that_the_list_has_changed(site: Site, client: httpx.Client) -> None:
    with site.browser(WATCHER) as browser:
        browser.receive("sync")
        save(site, "newcomer")
        client.get("/api/models")
        models = browser.receive("models")["models"]
    assert "newcomer" in {model["name"] for model in models}


def test_export_keeps_the_last_part_of_the_file_name(site: Site, client: httpx.Client) -> None:
    body = {"slot_name": "champion", "filename": "../../tmp/../shared/best"}
    answer = client.post("/api/models/export", json=body)
    assert answer.json() == {"success": True, "name": "best.zip"}
    assert [file.name for file in (site.paths.root / "exports").iterdir()] == ["best.zip"]
    assert client.post("/api/models/export", json=body).status_code == 409
    for filename in ("..", "a/..", "/", ".hidden", "a\x00b", "C:\\x\\.."):
        refused = client.post("/api/models/export", json={"slot_name": "champion", "filename": filename})
        assert refused.status_code == 422, filename
    unknown = client.post("/api/models/export", json={"slot_name": "/etc/passwd", "filename": "x"})
    assert unknown.status_code == 404


def test_downloaded_model_can_be_imported(site: Site, client: httpx.Client) -> None:
    with site.http(WATCHER) as watcher:
        download = watcher.get("/api/models/champion/download")
    assert download.headers["content-disposition"] == 'attachment; filename="champion.zip"'
    imported = client.post("/api/models/import", files={"file": ("../my model.zip", download.content)})
    assert imported.status_code == 200, imported.text
    name = imported.json()["name"]
    entry = find_model(site.paths, name)
    assert entry is not None
    assert entry.metadata is not None
    assert entry.metadata.origin == "imported"


def test_what_is_no_model_is_refused_and_nothing_changes(site: Site, client: httpx.Client) -> None:
    before = {entry.name for entry in list_models(site.paths)}
    answer = client.post("/api/models/import", files={"file": ("evil.zip", b"\x80\x04cos\nsystem\n.")})
    assert answer.status_code == 422
    assert detail(answer).startswith("Evil.zip ")
    assert {entry.name for entry in list_models(site.paths)} == before


def test_folder_of_another_program_is_only_read(tmp_path: Path, own_site: Site) -> None:
    own_site.host.is_writable = False
    pid = own_site.sidecar.pid
    with own_site.lock:
        own_site.links.close()  # What a host may, it says when a link starts.
    wait_until(lambda: own_site.sidecar.pid not in (None, pid))
    own_site.wait_until_up()
    with own_site.http() as client:
        assert client.get("/api/models").status_code == 200
        answer = client.delete("/api/models/anything")
    assert (answer.status_code, "Another program" in detail(answer)) == (403, True)


# --- The host ---


def test_demo_is_started_by_the_host(site: Site, client: httpx.Client) -> None:
    assert client.post("/api/demo/start/champion").json() == {"success": True, "name": "champion"}
    assert site.host.obeyed == [StartDemo("champion")]


@pytest.mark.parametrize(
    ("code", "status"), [("unknown", 404), ("busy", 409), ("invalid", 422), ("refused", 409)]
)
def test_refused_demo_says_why(site: Site, client: httpx.Client, code: str, status: int) -> None:
    site.host.refusal = RefusedError("Not now.", code)
    answer = client.post("/api/demo/start/champion")
    assert (answer.status_code, detail(answer)) == (status, "Not now.")


def test_screenshot_is_what_the_window_shows(client: httpx.Client) -> None:
    answer = client.get("/api/screenshot.png")
    assert answer.headers["content-type"] == "image/png"
    picture = Image.open(io.BytesIO(answer.content))
    assert (picture.size, picture.tobytes()) == ((6, 4), PIXELS)


def test_health_needs_no_token_and_tells_a_frozen_window(site: Site) -> None:
    cells = site.host.telemetry["trainer"].cells
    with site.http(None) as client:
        assert client.get("/health").json()["presented_seconds"] is None
        cells[SharedCell.PRESENTED_AT] = 1
        frozen = client.get("/health")
        cells[SharedCell.PRESENTED_AT] = 0
        assert client.get("/health").json()["ok"] is True
    assert (frozen.status_code, frozen.json()["ok"]) == (503, False)
    assert frozen.json()["presented_seconds"] > 10
    assert frozen.json()["free_bytes"] > 0


def test_prometheus_gets_the_figures_of_the_training(site: Site) -> None:
    site.host.start()
    with site.http(WATCHER) as client, site.browser() as browser:
        browser.receive("sync")
        site.host.show(1, timesteps=4_321)
        browser.until("metrics", lambda message: message["timesteps"] == 4_321)
        text = client.get("/metrics").text
    assert "tetris_arcade_timesteps 4321.0" in text
    assert "tetris_arcade_up 1.0" in text
    assert "tetris_arcade_clients 1.0" in text


def test_fault_is_told_in_a_sentence_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    broken: Any = None
    app = httpx.ASGITransport(make_api(broken, broken, broken), raise_app_exceptions=False)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=app, base_url="http://here") as client:
            return await client.get("/health")

    answer = asyncio.run(ask())
    assert (answer.status_code, "Something went wrong" in detail(answer)) == (500, True)
    assert "Traceback" in caplog.text


def test_no_answer_holds_a_token_or_a_path(site: Site, client: httpx.Client) -> None:
    site.host.start()
    site.host.change(state=WorkerState.FAILED, message=f"{site.paths.root}/logs failed.")
    texts = [json.dumps(site.state())]
    paths = "/api/models", "/health", "/metrics", "/openapi.json", "/api/models/nobody/download"
    texts += [client.get(path).text for path in paths]
    for text in texts:
        assert str(site.paths.root) not in text
        assert site.sidecar.options.token not in text
        assert site.sidecar.options.watch_token not in text
