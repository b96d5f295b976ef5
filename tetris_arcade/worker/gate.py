"""Where a task asks, before each move, whether it may go on: commands, pause, single steps, pace, stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from tetris_arcade.worker.channel import Channel
from tetris_arcade.worker.messages import QueuedCommand, WorkerState

_NAP_SECONDS = 0.004
"""How often a task that waits looks up."""
_LATENESS_SECONDS = 0.1
"""A delay up to this is made up for by the next move; a longer one is not."""


class Gate:
    """Lets moves through at the pace and at the times that the viewer wants.

    Commands are obeyed before a pause is looked at and all through it, so that nothing sent then is lost.
    """

    def __init__(self, channel: Channel, obey: Callable[[QueuedCommand], None]) -> None:
        self._channel = channel
        self._obey = obey
        self._steps_taken = channel.levels.steps
        self._move_begun_at = time.monotonic()
        self._has_moved = False
        self._seconds_waited = 0.0
        self._is_standing = False
        self._may_step = False

    @property
    def move_seconds(self) -> float:
        """How long a move is to be shown, 0 = unthrottled; only watched work is held up."""
        speed = self._channel.levels.speed if self._channel.levels.visuals else None
        return 0.0 if speed is None else 1.0 / speed

    @property
    def seconds_waited(self) -> float:
        """Seconds for which it held the work up, over all."""
        return self._seconds_waited

    def passes(self) -> bool:
        """Wait until the work may go on; False = it is to save and end. May be asked often in one move."""
        arrived_at = None
        while True:
            self._channel.tick()
            for command in self._channel.commands():
                self._obey(command)
            if self._channel.is_stopping:
                return False
            wait = self._must_wait()
            if wait <= 0.0:
                break
            arrived_at = arrived_at or time.monotonic()
            time.sleep(min(wait, _NAP_SECONDS))
        self._go_on()
        if arrived_at is not None:
            self._seconds_waited += time.monotonic() - arrived_at
        return True

    def moved(self) -> None:
        """A move was made: the next one waits for its turn."""
        self._has_moved = True
        if self._may_step:
            self._may_step = False
            self._steps_taken += 1

    def _must_wait(self) -> float:
        """Seconds to wait before asking again."""
        levels = self._channel.levels
        if not levels.is_paused:
            self._steps_taken, self._may_step = levels.steps, False
            return self._until_next_move()
        if levels.steps > self._steps_taken:
            self._may_step = True
            return 0.0
        self._stand_still()
        return _NAP_SECONDS

    def _until_next_move(self) -> float:
        if not self._has_moved:
            return 0.0
        return self._move_begun_at + self.move_seconds - time.monotonic()

    def _stand_still(self) -> None:
        if self._is_standing:
            return
        self._is_standing = True
        self._channel.mark_standstill(time.monotonic_ns())
        self._channel.state = WorkerState.PAUSED
        self._channel.publish_frame()

    def _go_on(self) -> None:
        if self._is_standing and not self._may_step:
            self._is_standing = False
            self._channel.state = WorkerState.RUNNING
        if self._has_moved:
            self._has_moved = False
            due, now = self._move_begun_at + self.move_seconds, time.monotonic()
            self._move_begun_at = due if now - due < _LATENESS_SECONDS else now
