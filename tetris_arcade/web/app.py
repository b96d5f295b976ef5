"""The routes: the page and its files, the WebSocket, REST for models and demos, and what operators watch."""

from __future__ import annotations

import asyncio
import io
import logging
from pathlib import Path
from typing import Any, Literal

from fastapi import Depends, FastAPI, HTTPException, Request, Response, UploadFile, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.types import ASGIApp
from starlette.websockets import WebSocketDisconnect

from tetris_arcade import __version__
from tetris_arcade.languages import N_
from tetris_arcade.remote.messages import RefusedError, StartDemo, TakeScreenshot, command_message
from tetris_arcade.remote.web_options import WebOptions
from tetris_arcade.storage.errors import DamagedError
from tetris_arcade.storage.strict_json import parse_json
from tetris_arcade.web.access import Gate, require_operator
from tetris_arcade.web.client import Client
from tetris_arcade.web.health import Health
from tetris_arcade.web.hub import HostGoneError, Hub, encode, to_json
from tetris_arcade.web.models import HTTP_STATUS, Models
from tetris_arcade.web.push import push_protocol

logger = logging.getLogger(__name__)

_STATIC = Path(__file__).parent / "static"
_VERSION_MARK = "__VERSION__"
_COMPRESSION = 6
_OTHER_VERSION, _TOO_MANY, _TOO_BIG = 4000, 1013, 1009
_NOT_WRITABLE = N_("Another program uses this data folder: nothing can be changed here.")


# --- Bodies ---


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SaveBody(_Body):
    """Which checkpoint's model is saved, and under which name."""

    source: Literal["best", "latest", "final"] = "best"
    slot_name: str = Field(min_length=1, max_length=200)


class ExportBody(_Body):
    """Which model is written to which file; of its name, the last part counts."""

    slot_name: str = Field(min_length=1, max_length=200)
    filename: str = Field(min_length=1, max_length=300)


class Done(BaseModel):
    """It was done. name: of the model or file, if it has one."""

    success: bool = True
    name: str | None = None


class ModelData(BaseModel):
    """A model of the list. kind: slot, shipped, checkpoint or reference."""

    name: str
    display_name: str
    kind: str
    read_only: bool
    best_lines: int | None
    episodes: int | None
    timesteps: int | None
    saved_at: str | None
    evaluation: dict[str, Any] | None
    is_ranked: bool
    error: str | None


# --- The application ---


def make_app(options: WebOptions, hub: Hub, models: Models, health: Health) -> ASGIApp:
    """The whole application, behind its gate."""
    app = make_api(hub, models, health)
    return Gate(app, options)


def make_api(hub: Hub, models: Models, health: Health) -> FastAPI:
    """The routes without the gate, which has to tell each request's role."""
    app = FastAPI(title="Tetris Arcade", version=__version__, openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(GZipMiddleware, compresslevel=_COMPRESSION)
    _handle_errors(app)
    _add_page(app)
    _add_socket(app, hub)
    _add_models(app, hub, models)
    _add_host(app, hub)
    _add_monitoring(app, health)
    return app


def _operator(request: Request) -> None:
    require_operator(request.state)


_OPERATOR = [Depends(_operator)]


def _handle_errors(app: FastAPI) -> None:
    """Answer every error with one sentence in `detail`."""

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "body"
        return JSONResponse({"detail": f"{where}: {first['msg']}."}, 422)

    @app.exception_handler(StarletteHTTPException)
    async def on_http_error(_request: Request, error: StarletteHTTPException) -> JSONResponse:
        return JSONResponse({"detail": error.detail}, error.status_code, headers=error.headers)

    @app.exception_handler(RefusedError)
    async def on_refused(_request: Request, error: RefusedError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, HTTP_STATUS.get(error.code, 409))

    @app.exception_handler(HostGoneError)
    async def on_host_gone(_request: Request, error: HostGoneError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 503)

    @app.exception_handler(Exception)
    async def on_fault(_request: Request, error: Exception) -> JSONResponse:
        logger.error("a request failed", exc_info=error)
        return JSONResponse({"detail": N_("Something went wrong; the log of the program tells what.")}, 500)


def _add_page(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    async def page() -> Response:
        """The page, with the server's version in it."""
        try:
            text = (_STATIC / "index.html").read_text(encoding="utf-8")
        except OSError as error:
            raise HTTPException(404, "The page is missing from this installation.") from error
        return HTMLResponse(text.replace(_VERSION_MARK, __version__))

    @app.get("/favicon.ico", include_in_schema=False)
    async def icon() -> Response:
        """The page's icon, for browsers that ask for it by this old name."""
        return RedirectResponse("/static/icon.svg")

    app.mount("/static", _Static(directory=_STATIC, check_dir=False), name="static")


class _Static(StaticFiles):
    """The page's files: a browser asks every time whether its copy is still the same."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        return response


# --- The WebSocket ---


def _add_socket(app: FastAPI, hub: Hub) -> None:
    @app.websocket("/ws")
    async def socket(websocket: WebSocket) -> None:
        """Telemetry and messages to the browser, commands from it."""
        await websocket.accept()
        version = websocket.query_params.get("version")
        if version not in (None, __version__):
            text = f"This page is of version {version[:20]}, the server of {__version__}: reload the page."
            await _refuse(websocket, text, _OTHER_VERSION)
            return
        language = websocket.query_params.get("language", "")
        client = hub.connect(websocket.state.role, language, push_protocol(websocket.scope))
        if client is None:
            await _refuse(websocket, N_("There are too many pages open: try again later."), _TOO_MANY)
            return
        try:
            await _receive_all(websocket, hub, client)
        except WebSocketDisconnect:
            pass
        finally:
            hub.disconnect(client)


async def _receive_all(websocket: WebSocket, hub: Hub, client: Client) -> None:
    commands: set[asyncio.Task[None]] = set()
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        try:
            if text is None:
                raise DamagedError("only text messages are understood")
            command = parse_json(text.encode("utf-8", "surrogatepass"), "the message")
            if not isinstance(command, dict):
                raise DamagedError("the message is not a table")
        except DamagedError as error:
            client.put(encode({"type": "error", "message": f"{str(error).capitalize()}."}))
            continue
        # Not awaited: a command that takes long must not hold up the next one.
        task = asyncio.create_task(hub.on_message(client, command))
        commands.add(task)
        task.add_done_callback(commands.discard)


async def _refuse(websocket: WebSocket, text: str, code: int) -> None:
    await websocket.send_text(to_json({"type": "error", "message": text}))
    await websocket.close(code)


# --- Models ---


def _add_models(app: FastAPI, hub: Hub, models: Models) -> None:
    def check_writable() -> None:
        if not hub.is_writable:
            raise HTTPException(403, _NOT_WRITABLE)

    changing = [*_OPERATOR, Depends(check_writable)]

    async def refresh() -> None:
        hub.set_models(await run_in_threadpool(models.list))

    @app.get("/api/models")
    async def list_models() -> list[ModelData]:
        """All models, ranked by the standard test."""
        await refresh()
        return [ModelData(**model) for model in hub.models]

    @app.get("/api/training")
    async def training_choices() -> dict[str, Any]:
        """What a training can be started with: the configuration of a new run, and the saved run."""
        return await run_in_threadpool(models.training_choices)

    @app.post("/api/models/save", dependencies=changing)
    async def save_model(body: SaveBody) -> Done:
        """Copy a checkpoint's model to a slot."""
        name = await run_in_threadpool(models.save, body.source, body.slot_name)
        await refresh()
        return Done(name=name)

    @app.delete("/api/models/{slot_name}", dependencies=changing)
    async def delete_model(slot_name: str) -> Done:
        """Delete a slot."""
        await run_in_threadpool(models.delete, slot_name)
        await refresh()
        return Done(name=slot_name)

    @app.post("/api/models/export", dependencies=changing)
    async def export_model(body: ExportBody) -> Done:
        """Write a model to a file in the folder `exports` on the server's machine."""
        return Done(name=await run_in_threadpool(models.export, body.slot_name, body.filename))

    @app.get("/api/models/{slot_name}/download")
    async def download_model(slot_name: str) -> Response:
        """A model as a file."""
        content = await run_in_threadpool(models.archive, slot_name)
        name = "".join(
            char if char.isascii() and (char.isalnum() or char in "-_.") else "-" for char in slot_name
        )
        return Response(
            content,
            media_type="application/zip",
            headers={"content-disposition": f'attachment; filename="{name}.zip"'},
        )

    @app.post("/api/models/import", dependencies=changing)
    async def import_model(file: UploadFile) -> Done:
        """Import a model file, without running any code in it."""
        content = await file.read()
        name = await run_in_threadpool(models.import_file, file.filename or "", content)
        await refresh()
        return Done(name=name)


# --- The host ---


def _add_host(app: FastAPI, hub: Hub) -> None:
    @app.post("/api/demo/start/{slot_name}", dependencies=_OPERATOR)
    async def start_demo(slot_name: str) -> Done:
        """Let a model play."""
        await hub.command(command_message(StartDemo(slot_name)))
        return Done(name=slot_name)

    @app.get("/api/screenshot.png", dependencies=_OPERATOR, response_class=Response)
    async def screenshot() -> Response:
        """What the window shows."""
        answer = await hub.command(command_message(TakeScreenshot()))
        return Response(await run_in_threadpool(_encode_png, answer), media_type="image/png")

    @app.get("/openapi.json", include_in_schema=False, dependencies=_OPERATOR)
    async def openapi() -> dict[str, Any]:
        """All routes, for programs."""
        return app.openapi()


def _encode_png(answer: dict[str, Any]) -> bytes:
    width, height = answer["size"]
    segment = answer["segment"]
    pixels = segment.map(read_only=True)
    segment.close()
    output = io.BytesIO()
    Image.frombuffer("RGB", (int(width), int(height)), pixels, "raw", "RGB", 0, 1).save(
        output, "png", compress_level=1
    )
    return output.getvalue()


# --- Monitoring ---


def _add_monitoring(app: FastAPI, health: Health) -> None:
    @app.get("/health")
    async def is_healthy() -> JSONResponse:
        """Whether the window presents frames and the training advances; 503 if one has stalled."""
        report = await run_in_threadpool(health.report)
        return JSONResponse(report, 200 if report["ok"] else 503)

    @app.get("/metrics", include_in_schema=True, response_class=Response)
    async def metrics() -> Response:
        """The same and the training's figures, for Prometheus."""
        content, media_type = await run_in_threadpool(health.prometheus)
        return Response(content, media_type=media_type)
