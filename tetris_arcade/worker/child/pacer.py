"""What a task calls before each move: obeys commands, pauses, single steps, pace and stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.shared.messages import QueuedCommand, WorkerState

_MIN_SHOWN_SECONDS = 1 / 61
_POLL_SECONDS = 0.004
_MAX_CATCH_UP_SECONDS = 0.1
"""A move that is late by up to this shortens the wait for the next one; a longer delay is not made up for."""


class Pacer:
    """Blocks a task until its next move may be made.

    Commands are obeyed before a pause takes effect and during it, so that none is lost. A pause begins after
    a move that is shown, so that the board that stands still is the one from which the next step is made.
    """

    def __init__(
        self,
        channel: Channel,
        on_command: Callable[[QueuedCommand], None],
        publish: Callable[[], None],
        on_idle: Callable[[], None] = lambda: None,
        *,
        is_paced: Callable[[], bool] = lambda: True,
    ) -> None:
        """`publish` shows the current frame when a pause starts; `on_idle` is called repeatedly during it.

        is_paced: whether the speed holds for the moves of the task now.
        """
        self._channel = channel
        self._on_command = on_command
        self._publish = publish
        self._on_idle = on_idle
        self._is_paced = is_paced
        self._steps_taken = channel.controls.steps
        self._is_stepping = False
        self._started_at = self._move_due_from = time.monotonic()
        self._delay_seconds: float | None = None
        self._has_moved = False
        self._is_board_behind = False
        self._paused_since: float | None = None
        self._past_pauses_seconds = 0.0

    @property
    def move_seconds(self) -> float:
        """How long a move is shown, 0 = unthrottled. With visuals off there is no pace."""
        controls = self._channel.controls
        speed = controls.speed if controls.visuals and self._is_paced() else None
        return 0.0 if speed is None else 1.0 / speed

    @property
    def should_show_next_move(self) -> bool:
        """Whether the viewer could display the next move: it is slow, a single step, or a frame is due."""
        is_slow = self.move_seconds >= _MIN_SHOWN_SECONDS
        return is_slow or self._channel.controls.is_paused or self._channel.is_frame_due

    @property
    def running_seconds(self) -> float:
        """Seconds since the pacer was created, without pauses."""
        now = time.monotonic()
        current_pause = 0.0 if self._paused_since is None else now - self._paused_since
        return now - self._started_at - self._past_pauses_seconds - current_pause

    def wait_for_turn(self) -> bool:
        """Block until the work may continue; False = save and end. May be called several times per move."""
        while True:
            self._channel.mark_progress()
            for command in self._channel.commands():
                self._on_command(command)
            if self._channel.is_stopping:
                return False
            seconds = self._seconds_to_wait()
            if seconds <= 0.0:
                break
            time.sleep(min(seconds, _POLL_SECONDS))
        self._resume()
        return True

    def mark_moved(self, *, is_shown: bool = True) -> None:
        """A move was made: the next call of `wait_for_turn` applies the pace."""
        self._has_moved, self._is_board_behind = True, not is_shown
        if self._is_stepping:
            self._is_stepping = False
            self._steps_taken += 1

    def delay(self, seconds: float) -> None:
        """Replace the pace by this delay, once. A pause or a single step ends it early."""
        self._has_moved = True
        self._delay_seconds = seconds

    def _seconds_to_wait(self) -> float:
        """Seconds to wait before asking again."""
        controls = self._channel.controls
        if not controls.is_paused:
            self._steps_taken, self._is_stepping = controls.steps, False
            return self._move_due_at - time.monotonic() if self._has_moved else 0.0
        if controls.steps > self._steps_taken:
            self._is_stepping = True
            return 0.0
        if self._paused_since is None:
            if self._is_board_behind and controls.visuals:
                return 0.0
            self._pause()
        self._on_idle()
        return _POLL_SECONDS

    @property
    def _move_due_at(self) -> float:
        seconds = self.move_seconds if self._delay_seconds is None else self._delay_seconds
        return self._move_due_from + seconds

    def _pause(self) -> None:
        self._paused_since = time.monotonic()
        self._channel.mark_paused(time.monotonic_ns())
        self._publish()
        self._channel.state = WorkerState.PAUSED

    def _resume(self) -> None:
        if self._paused_since is not None and not self._is_stepping:
            self._past_pauses_seconds += time.monotonic() - self._paused_since
            self._paused_since = None
            self._channel.state = WorkerState.RUNNING
        if self._has_moved:
            due, now = self._move_due_at, time.monotonic()
            self._move_due_from = due if now - due < _MAX_CATCH_UP_SECONDS else now
            self._has_moved, self._delay_seconds = False, None
