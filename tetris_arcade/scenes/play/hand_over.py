"""Asks a worker for the position of its game, so that a person can play on."""

from __future__ import annotations

from tetris_arcade.config.game_position import GamePosition
from tetris_arcade.languages import _
from tetris_arcade.scenes.context import Context, TrainingClient
from tetris_arcade.worker.shared.messages import HandedOver, HandOver, Report, WorkerState


class HandOverRequest:
    """One request at a time; the answer comes in a frame or two."""

    def __init__(self, context: Context, client: TrainingClient) -> None:
        self._context, self._client = context, client
        self._is_waiting = False
        self._position: GamePosition | None = None

    def send(self) -> bool:
        """Ask for the position; returns whether that was possible."""
        can_answer = self._client.state in (WorkerState.RUNNING, WorkerState.PAUSED)
        self._is_waiting = can_answer and self._client.send(HandOver())
        if not self._is_waiting:
            self._context.notify(_("There is no game to take over now"), "info")
        return self._is_waiting

    def on_report(self, report: Report) -> None:
        """Follow the worker."""
        if isinstance(report, HandedOver) and self._is_waiting:
            self._is_waiting, self._position = False, report.position

    @property
    def has_answer(self) -> bool:
        return self._position is not None

    def take(self) -> GamePosition | None:
        """The answer, once; None if there is none."""
        position, self._position = self._position, None
        return position
