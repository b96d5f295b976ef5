"""Who looks after the window in a kiosk: brings it back from visitors who have left, keeps it locked, spares
the screen."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import pygame
from pygame import Rect, Surface

from tetris_arcade.kiosk.heartbeat import Heart
from tetris_arcade.kiosk.operator import open_operator
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Context, Push, Reset, Transition
from tetris_arcade.scenes.stack import SceneStack
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.settings import KioskSettings
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.worker.messages import Resume, TrainTask, WorkerState

logger = logging.getLogger(__name__)

_COUNTDOWN_SECONDS = 10.0
_CHORD = (pygame.K_LCTRL, pygame.K_LSHIFT, pygame.K_o)
_CHORD_SECONDS = 2.0
_SHIFT_SECONDS = 45.0
_SHIFT_PATH = ((0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1))
"""In units, one after the other: no pixel shows the same edge for weeks."""
_DIM_ALPHA = 170
_LOCKED = {Action.FULL_SCREEN, Action.SCREENSHOT, Action.MUTE}
_TRAINER_AGAIN_SECONDS = 30.0


@dataclass(frozen=True)
class Rules:
    """How the kiosk is run: its settings, what is trained (None: nothing), whether a visitor may leave it."""

    settings: KioskSettings
    training: TrainTask | None = None
    allow_exit: bool = False


class Attendant:
    """One for the life of a kiosk's window; the window asks it before it does what a visitor wants."""

    def __init__(
        self,
        context: Context,
        rules: Rules,
        heart: Heart,
        leave: Callable[[], None],
        local_hour: Callable[[], int] = lambda: time.localtime().tm_hour,
    ) -> None:
        self._context, self._rules, self._heart, self._leave = context, rules, heart, leave
        self._local_hour = local_hour
        self._touched_at: float | None = None
        self._chord_since: float | None = None
        self._train_at = 0.0
        self._now = 0.0
        pygame.display.set_allow_screensaver(False)

    # -- what visitors do ----------------------------------------------------------------------------------

    @property
    def may_leave(self) -> bool:
        """Whether closing the window, or going back from the title, ends the program."""
        return self._rules.allow_exit

    def takes(self, event: InputEvent) -> bool:
        """Note that somebody is here; whether the input goes no further."""
        self._touched_at = self._now
        return event.action in _LOCKED

    def allows(self, scenes: SceneStack, transition: Transition) -> bool:
        """Whether the window may follow a scene's wish: not out of the program."""
        return self.may_leave or not scenes.would_empty(transition)

    # -- from frame to frame -------------------------------------------------------------------------------

    def update(self, now: float, scenes: SceneStack) -> list[Transition]:
        """Move on; returns where the window is to go."""
        self._now = now
        self._heart.beat(now)
        if self._touched_at is None:
            self._touched_at = now
        self._keep_training(now)
        if self._is_chord_held(now):
            return [Push(open_operator(self._context, self._rules.settings.pin, self._leave))]
        if scenes.holds(AttractScene) or self._seconds_left > 0:
            return []
        return self.to_attract()

    def to_attract(self) -> list[Transition]:
        """The way back to the loop, from wherever a visitor, or a fault, has left the window."""
        self._touched_at = self._now
        self._context.player.stop()
        if self._context.trainer.is_paused:
            self._context.trainer.send(Resume())
        settings = self._rules.settings
        loop = AttractScene(self._context, settings.playlist, settings.rotate_seconds)
        return [Reset(TitleScene(self._context)), Push(loop)]

    @property
    def _seconds_left(self) -> float:
        touched = self._now if self._touched_at is None else self._touched_at
        return touched + self._rules.settings.idle_seconds - self._now

    def _is_chord_held(self, now: float) -> bool:
        """Whether the operator's keys have been held long enough, once for each time."""
        pressed = pygame.key.get_pressed()
        if not all(pressed[key] for key in _CHORD):
            self._chord_since = None
            return False
        if self._chord_since is None:
            self._chord_since = now
        if now - self._chord_since < _CHORD_SECONDS:
            return False
        self._chord_since = float("inf")
        return True

    def _keep_training(self, now: float) -> None:
        """A training that was asked for goes on, whatever became of it."""
        trainer, task = self._context.trainer, self._rules.training
        if task is None or trainer.is_busy or now < self._train_at:
            return
        self._train_at = now + _TRAINER_AGAIN_SECONDS
        if trainer.state is WorkerState.FAILED:
            logger.warning("the training is started again: %s", trainer.message)
        trainer.start(task)

    # -- drawing -------------------------------------------------------------------------------------------

    def draw(self, canvas: Canvas, scenes: SceneStack) -> None:
        """Over the whole picture: the countdown, the night's dimming, the slow shift."""
        left = self._seconds_left
        if left <= _COUNTDOWN_SECONDS and not scenes.holds(AttractScene):
            self._draw_countdown(canvas, left)
        if self._is_dim():
            canvas.shade(canvas.surface.get_rect(), (0, 0, 0), _DIM_ALPHA)
        self._shift(canvas.surface, canvas.k)

    def _draw_countdown(self, canvas: Canvas, seconds: float) -> None:
        k, theme = canvas.k, canvas.theme
        text = f"STILL THERE?  {max(1, round(seconds + 0.5))}"
        size = 2.0
        plate = Rect(0, 0, canvas.text_width(text, size) + 24 * k, canvas.text_height(size) + 16 * k)
        plate.center = canvas.surface.get_rect().center
        canvas.plate(plate, theme.accent)
        canvas.plate(plate.inflate(-2 * k, -2 * k), theme.panel)
        canvas.text_in(text, plate, theme.accent, size)
        left = round((plate.width - 2 * k) * max(0.0, min(1.0, seconds / _COUNTDOWN_SECONDS)))
        canvas.fill(Rect(plate.x + k, plate.bottom - 3 * k, left, 2 * k), theme.accent)

    def _is_dim(self) -> bool:
        """Whether it is one of the hours in which the screen is spared; they may go over midnight."""
        hours = self._rules.settings.dim_hours
        if hours is None or hours[0] == hours[1]:
            return False
        start, end = hours
        hour = self._local_hour()
        return start <= hour < end if start < end else hour >= start or hour < end

    def _shift(self, surface: Surface, unit: int) -> None:
        col, row = _SHIFT_PATH[int(self._now / _SHIFT_SECONDS) % len(_SHIFT_PATH)]
        if col or row:
            surface.scroll(col * unit, row * unit)
