"""Reads the host's telemetry and passes it to all browsers, and their commands to the host."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tetris_arcade import __version__
from tetris_arcade.config.settings import DisplaySettings
from tetris_arcade.languages import ENGLISH, LANGUAGES, N_, _, speaking
from tetris_arcade.narrator.facts import read_facts
from tetris_arcade.narrator.narrator import Narrator, Sentence
from tetris_arcade.remote.channel import Message
from tetris_arcade.remote.link import HostLink
from tetris_arcade.remote.messages import RefusedError, decode_report, parse_command
from tetris_arcade.web.activity import find_activity, status_data
from tetris_arcade.web.client import Client, Connection
from tetris_arcade.web.public_text import PublicText
from tetris_arcade.web.push import text_frame
from tetris_arcade.web.records import Graphs, board_data, metrics_data, plain_number
from tetris_arcade.web.report_text import ReportTexts
from tetris_arcade.worker.shared import status_text
from tetris_arcade.worker.shared.messages import EpisodeEnded, GameEnded, Report, WorkerState
from tetris_arcade.worker.shared.telemetry import Mailbox, empty_frame

logger = logging.getLogger(__name__)

MAX_CLIENTS = 64
_TICK_SECONDS = 1 / 31
"""A little more often than the 30 times a second that a page needs: each message costs a system call."""
_IDLE_TICK_SECONDS = 0.25
"""Without a browser, telemetry is read only to know whether the training advances."""
_METRICS_SECONDS, _SERIES_SECONDS, _EPISODE_SECONDS = 0.2, 1.0, 0.1
_ANSWER_SECONDS = 5.0
_MAX_WAITING_COMMANDS = 32


class HostGoneError(Exception):
    """The host has ended, or did not answer in time."""


class Hub:
    """One link to the host, and the browsers that are connected.

    boards, metrics, graphs: the newest of the activity that is seen. models, display: what the data folder
    holds.
    """

    def __init__(self, link: HostLink, public_text: PublicText) -> None:
        self._link = link
        self._public_text = public_text
        self._clients: set[Client] = set()
        self._answers: dict[int, asyncio.Future[Message]] = {}
        self._texts = ReportTexts()
        self._narrator = Narrator()
        self._sentence: Sentence | None = None
        self._activity = find_activity({})
        self._pending_frame: Any = None
        self._board_keys: dict[int, tuple[Any, ...]] = {}
        self._frame_generations: dict[str, int] = {}
        self._series_generation: int | None = None
        self._series: Any = None
        self._points_frames: dict[tuple[str, int], bytes] = {}
        self._lookahead: bool | None = None
        """As a browser has set it for the running demo; telemetry does not hold it."""
        self._next_metrics_at = self._next_series_at = self._next_episode_at = 0.0
        self.status: dict[str, Any] = {}
        self.boards: list[dict[str, Any]] = []
        self.metrics: dict[str, Any] = metrics_data(empty_frame()[0])
        self.graphs = Graphs()
        self.models: list[dict[str, Any]] = []
        self.display = DisplaySettings()

    # --- The host ---

    @property
    def kind(self) -> str:
        """What the host is: "arcade", "kiosk", "web" or "train"."""
        return "" if self._link.hello is None else self._link.hello.kind

    @property
    def is_writable(self) -> bool:
        """Whether models may be saved and deleted."""
        return self._link.hello is not None and self._link.hello.is_writable

    @property
    def is_ready(self) -> bool:
        """Whether the host has said what it is."""
        return bool(self.status)

    @property
    def link(self) -> HostLink:
        return self._link

    def on_readable(self) -> None:
        """Take what the host has sent, and pass it on at once; raises HostGoneError at its end."""
        messages = self._link.poll()
        for message in messages:
            self._take(message)
        if self._link.is_closed:
            raise HostGoneError("the program that it belongs to has ended")
        if any(message.get("type") != "report" for message in messages):
            self.tick(time.monotonic())  # Its state may have changed; games that end change nothing.

    async def command(self, message: Mapping[str, Any]) -> Message:
        """Send a command, and return the host's answer once it obeys; raises RefusedError, HostGoneError."""
        parse_command(message)
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        number = self._link.send(message)
        self._answers[number] = future
        try:
            answer = await asyncio.wait_for(future, _ANSWER_SECONDS)
        except TimeoutError as error:
            raise HostGoneError(N_("The program did not answer in time.")) from error
        finally:
            self._answers.pop(number, None)
        if not answer.get("ok"):
            raise RefusedError(self._public_text(str(answer.get("error"))), str(answer.get("code")))
        self._texts.on_command(str(message.get("command")))
        if message.get("command") == "lookahead":
            self._lookahead = bool(message.get("on"))
        return answer

    def _take(self, message: Message) -> None:
        kind = message.get("type")
        if kind == "report":
            report = decode_report(message)
            if report is not None:
                self._on_report(report)
        elif kind is None:
            future = self._answers.get(int(message.get("id") or 0))
            if future is not None and not future.done():
                future.set_result(message)
            elif "segment" in message:
                message["segment"].close()

    def _on_report(self, report: Report) -> None:
        if isinstance(report, EpisodeEnded | GameEnded):
            self._send_episode(report)
            return
        told = self._texts.message(report)
        if told is None:
            return
        more = {} if told.best_lines is None else {"best_lines": plain_number(told.best_lines)}
        self._broadcast_spoken(lambda: {"type": told.kind, "message": self._public_text(told.text()), **more})

    def _send_episode(self, report: EpisodeEnded | GameEnded) -> None:
        now = time.monotonic()
        if now < self._next_episode_at:
            return
        self._next_episode_at = now + _EPISODE_SECONDS
        is_training = isinstance(report, EpisodeEnded)
        self.broadcast(
            {
                "type": "episode",
                "episode": report.episode if isinstance(report, EpisodeEnded) else None,
                "reward": report.reward if isinstance(report, EpisodeEnded) else None,
                "lines": report.lines,
                "pieces": report.pieces,
                "score": report.score,
                "timesteps": report.timesteps if isinstance(report, EpisodeEnded) else None,
                "source": "training" if is_training else "demo",
            }
        )

    # --- Telemetry ---

    async def run(self) -> None:
        """Pass on what is new, for as long as the server runs."""
        due = time.monotonic()
        while True:
            # From tick to tick, not from the end of one to the next, so that the rate is kept; ticks that
            # came too late are not made up for.
            due = max(due + (_TICK_SECONDS if self._clients else _IDLE_TICK_SECONDS), time.monotonic())
            await asyncio.sleep(due - time.monotonic())
            self.tick(time.monotonic())

    def tick(self, now: float) -> None:
        """Read the telemetry once, if the host has said where it is."""
        if not self._link.statuses.keys() >= self._link.telemetry.keys() > set():
            return
        self._follow_activity()
        self._read_frame(self._link.telemetry[self._activity.worker].frame, now)
        if now >= self._next_series_at:
            self._next_series_at = now + _SERIES_SECONDS
            self._read_series()

    def _follow_activity(self) -> None:
        statuses = self._link.statuses
        before, self._activity = self._activity, find_activity(statuses)
        status = status_data(self._activity, statuses, self._link.telemetry)
        status["message"] = self._public_text(status["message"])
        if self._lookahead is not None:
            status["lookahead"] = self._lookahead
        if status != self.status:
            is_news = _are_visuals_changed(self.status, status)
            self.status = status
            self._broadcast_spoken(lambda: {"type": "status", **self._spoken_status()})
            if is_news:
                self._broadcast_spoken(lambda: {"type": "info", "message": _visuals_text(status)})
        worker, generation = self._activity.worker, self._activity.status.generation
        if worker != before.worker or generation != self._frame_generations.get(worker):
            self._follow_frames(worker, generation)

    def _follow_frames(self, worker: str, generation: int) -> None:
        """Another task is seen: forget the boards and figures of the last one."""
        self._link.telemetry[worker].frame.rewind()
        self._frame_generations[worker] = generation
        self._board_keys.clear()
        self._lookahead = None
        self._pending_frame = None
        self.boards = []
        self.metrics = metrics_data(empty_frame()[0])

    def _read_frame(self, mailbox: Mailbox, now: float) -> None:
        if self._activity.is_starting:
            return  # It is that of the task before, until this one has published its own.
        record = mailbox.read()
        if record is not None:
            self._pending_frame = record[0]
        if self._pending_frame is None:
            return
        frame = self._pending_frame
        if self.status["visual"] or not self.boards:
            self._send_boards(frame)
        if now >= self._next_metrics_at:
            self._next_metrics_at = now + _METRICS_SECONDS
            self._pending_frame = None
            self.metrics = metrics_data(frame)
            self._narrate(frame, now)
            self._broadcast_spoken(lambda: {"type": "metrics", **self._spoken_metrics()}, kind="metrics")

    def _narrate(self, frame: Any, now: float) -> None:
        """Choose the sentence that says what the training does; None while something else is seen."""
        if self._activity.worker != "trainer" or self._series is None:
            self._sentence = None
            return
        self._narrator.update(read_facts(frame, self._series, self._activity.status.state), now)
        self._sentence = self._narrator.sentence

    def _spoken_status(self) -> dict[str, Any]:
        """What the host is doing, with its sentence in the language that is spoken."""
        return {**self.status, "message": status_text.translate(self.status.get("message", ""))}

    def _spoken_metrics(self) -> dict[str, Any]:
        """The figures, with the sentence in the language that is spoken."""
        text = None if self._sentence is None else self._sentence.text(self.display.wording)
        return {**self.metrics, "narration": text}

    def _send_boards(self, frame: Any) -> None:
        source = self._activity.source or "training"
        del self.boards[int(frame["num_boards"]) :]
        for side in range(int(frame["num_boards"])):
            record = frame["boards"][side]
            key = tuple(record[name].item() for name in ("game", "move", "over", "action", "pieces"))
            if self._board_keys.get(side) == key:
                continue
            self._board_keys[side] = key
            data = board_data(record, source, side)
            self.boards[side : side + 1] = [data]
            self.broadcast({"type": "board", **data}, kind=f"board{side}")

    def _read_series(self) -> None:
        """Read the graphs of the training, also while a demo is seen."""
        trainer, mailbox = self._link.statuses["trainer"], self._link.telemetry["trainer"].series
        if trainer.generation != self._series_generation:
            mailbox.rewind()
            self._series_generation, self._series = trainer.generation, None
            self._send_points(self.graphs.clear())
        record = None if trainer.state is WorkerState.STARTING else mailbox.read()
        if record is not None:
            self._series = record[0]
            self._send_points(self.graphs.update(self._series))

    def _send_points(self, changed: Mapping[str, int]) -> None:
        self._points_frames.clear()
        for name, start in changed.items():
            for client in self._clients:
                client.put_points(name, start)

    # --- Browsers ---

    @property
    def num_clients(self) -> int:
        return len(self._clients)

    def connect(self, role: str, language: str, connection: Connection) -> Client | None:
        """A browser has connected: it is first sent the whole state. None if there are too many."""
        if len(self._clients) >= MAX_CLIENTS:
            return None
        language = language if language in LANGUAGES else ENGLISH.code
        client = Client(role, language, connection, self._encode_points)
        with speaking(client.language):
            client.put(encode(self._state(role)))
        self._clients.add(client)
        self._link.watch(on=True)
        return client

    def disconnect(self, client: Client) -> None:
        self._clients.discard(client)
        if not self._clients:
            self._link.watch(on=False)

    async def on_message(self, client: Client, message: Mapping[str, Any]) -> None:
        """Pass a browser's command on, and tell it the outcome."""
        name, number = message.get("command"), message.get("id")
        if name == "ping":  # A browser cannot see the protocol's own pings.
            client.put(encode({"type": "pong"}))
            return
        reply: dict[str, Any] = {"command": name if isinstance(name, str) else None, "id": number}
        try:
            if client.role != "operator":
                raise RefusedError(N_("This address may only watch."))
            if client.num_waiting >= _MAX_WAITING_COMMANDS:
                raise RefusedError(N_("There are too many commands at once."))
            client.num_waiting += 1
            try:
                await self.command(message)
            finally:
                client.num_waiting -= 1
        except (RefusedError, HostGoneError) as error:
            client.put(encode({"type": "error", "message": str(error), **reply}))
        else:
            client.put(encode({"type": "done", **reply}))

    def broadcast(self, message: Message, kind: str | None = None) -> None:
        """Send a message to every browser; of a `kind`, only the newest is kept for one that is slow."""
        if self._clients:
            frame = encode(message)
            for client in self._clients:
                client.put(frame, kind)

    def _broadcast_spoken(self, make: Callable[[], Message], kind: str | None = None) -> None:
        """Send every browser a message that is made in its language."""
        frames = {}
        for code in {client.language for client in self._clients}:
            with speaking(code):
                frames[code] = encode(make())
        for client in self._clients:
            client.put(frames[client.language], kind)

    def set_models(self, models: Iterable[dict[str, Any]]) -> None:
        """The list of models has been read again."""
        models = list(models)
        if models != self.models:
            self.models = models
            self.broadcast({"type": "models", "models": models})

    def _encode_points(self, name: str, start: int) -> bytes:
        """The message with a graph's points; most browsers need the same."""
        frame = self._points_frames.get((name, start))
        if frame is None:
            points = self.graphs.points(name, start)
            frame = encode({"type": "series", "name": name, "start": start, **points})
            self._points_frames[name, start] = frame
        return frame

    def _state(self, role: str) -> Message:
        hello = self._link.hello
        return {
            "type": "sync",
            "version": __version__,
            "role": role,
            "host": self.kind,
            "writable": self.is_writable,
            "commands": [] if hello is None else sorted(hello.commands),
            "status": self._spoken_status(),
            "board": self.boards[0] if self.boards else None,
            "boards": self.boards,
            "metrics": self._spoken_metrics(),
            "series": self.graphs.data(),
            "models": self.models,
            "demo": self.status.get("demo"),
            "palette": self.display.palette,
            "title": self.display.title,
            "saved_at": self.metrics["saved_at"],
            "unsaved_since": self.metrics["unsaved_since"],
        }


def encode(message: Mapping[str, Any]) -> bytes:
    """A message as a frame with compact JSON."""
    return text_frame(to_json(message))


def to_json(message: Mapping[str, Any]) -> str:
    """A message as compact JSON."""
    return json.dumps(message, allow_nan=False, separators=(",", ":"), ensure_ascii=False)


def _are_visuals_changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether the boards were hidden or shown while something runs."""
    if not before or now["status"] not in ("running", "paused", "demo_running"):
        return False
    return bool(before["visual"] != now["visual"] and before["source"] == now["source"])


def _visuals_text(status: Mapping[str, Any]) -> str:
    if status["visual"]:
        return _("Boards are shown.")
    return _("Boards are hidden: everything runs at full speed.")
