"""Where a task asks, before each move, whether it may go on: commands, pause, single steps, pace, stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.shared.messages import QueuedCommand, WorkerState

_MIN_SHOWN_MOVE = 1 / 61
_NAP_SECONDS = 0.004
"""How often a task that waits looks up."""
_LATENESS_SECONDS = 0.1
"""A delay up to this is made up for by the next move; a longer one is not."""


class Pacer:
    """Lets moves through at the pace and at the times that the viewer wants.

    Commands are obeyed before a pause is looked at and all through it, so that nothing sent then is lost.
    """

    def __init__(
        self,
        channel: Channel,
        obey: Callable[[QueuedCommand], None],
        show: Callable[[], None],
        idle: Callable[[], None] = lambda: None,
    ) -> None:
        """`obey` does what a command asks; `show` publishes a frame; `idle` is called all through a pause."""
        self._channel = channel
        self._obey = obey
        self._show = show
        self._idle = idle
        self._steps_taken = channel.levels.steps
        self._may_step = False
        self._begun_at = self._wait_from = time.monotonic()
        self._rest_seconds: float | None = None
        self._has_moved = False
        self._stands_since: float | None = None
        self._seconds_paused = 0.0

    @property
    def move_seconds(self) -> float:
        """How long a move is to be shown, 0 = unthrottled; only watched work is held up."""
        speed = self._channel.levels.speed if self._channel.levels.visuals else None
        return 0.0 if speed is None else 1.0 / speed

    @property
    def should_show_next_move(self) -> bool:
        """Whether a viewer could see the next move: a slow one, a single step, or one in a sixtieth."""
        is_slow = self.move_seconds >= _MIN_SHOWN_MOVE
        return is_slow or self._channel.levels.is_paused or self._channel.frame_is_due

    @property
    def seconds_at_work(self) -> float:
        """Seconds since the gate was made, pauses left out."""
        now = time.monotonic()
        standing = 0.0 if self._stands_since is None else now - self._stands_since
        return now - self._begun_at - self._seconds_paused - standing

    def passes(self) -> bool:
        """Wait until the work may go on; False = it is to save and end. May be asked often in one move."""
        while True:
            self._channel.tick()
            for command in self._channel.commands():
                self._obey(command)
            if self._channel.is_stopping:
                return False
            wait = self._must_wait()
            if wait <= 0.0:
                break
            time.sleep(min(wait, _NAP_SECONDS))
        self._go_on()
        return True

    def moved(self) -> None:
        """A move was made: the next one waits for its turn."""
        self._has_moved = True
        if self._may_step:
            self._may_step = False
            self._steps_taken += 1

    def rest(self, seconds: float) -> None:
        """Let so much time pass before the work goes on; a pause or a single step comes first."""
        self._has_moved = True
        self._rest_seconds = seconds

    def _must_wait(self) -> float:
        """Seconds to wait before asking again."""
        levels = self._channel.levels
        if not levels.is_paused:
            self._steps_taken, self._may_step = levels.steps, False
            return self._wait_from + self._wait_seconds - time.monotonic() if self._has_moved else 0.0
        if levels.steps > self._steps_taken:
            self._may_step = True
            return 0.0
        if self._stands_since is None:
            self._stand_still()
        self._idle()
        return _NAP_SECONDS

    @property
    def _wait_seconds(self) -> float:
        return self.move_seconds if self._rest_seconds is None else self._rest_seconds

    def _stand_still(self) -> None:
        self._stands_since = time.monotonic()
        self._channel.mark_paused(time.monotonic_ns())
        self._channel.state = WorkerState.PAUSED
        self._show()

    def _go_on(self) -> None:
        if self._stands_since is not None and not self._may_step:
            self._seconds_paused += time.monotonic() - self._stands_since
            self._stands_since = None
            self._channel.state = WorkerState.RUNNING
        if self._has_moved:
            due, now = self._wait_from + self._wait_seconds, time.monotonic()
            self._wait_from = due if now - due < _LATENESS_SECONDS else now
            self._has_moved, self._rest_seconds = False, None
