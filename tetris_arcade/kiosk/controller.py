"""Who looks after the window in a kiosk: brings it back from visitors who have left, keeps it locked, spares
the screen."""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Set
from dataclasses import dataclass

import pygame
from pygame import Rect, Surface

from tetris_arcade.config.settings import KioskSettings, Settings
from tetris_arcade.kiosk.heartbeat import HeartbeatWriter
from tetris_arcade.kiosk.operator_menu import HeldCombination, OperatorActions, OperatorMenu
from tetris_arcade.kiosk.training_keeper import TrainingKeeper
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Push, Reset, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.stack import SceneStack
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.worker.shared.messages import TrainTask

logger = logging.getLogger(__name__)

_COUNTDOWN_SECONDS = 10.0
_SHIFT_SECONDS = 45.0
_SHIFT_PATH = ((0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1))
"""In units, one after the other: no pixel shows the same edge for weeks."""
_DIM_ALPHA = 170
_SHADOW_ALPHA = 150
_LOCKED = {Action.FULL_SCREEN, Action.SCREENSHOT, Action.MUTE}
_FAULTS = 5
_FAULTS_SECONDS = 60.0


@dataclass(frozen=True)
class KioskRules:
    """How the kiosk is run: its settings, what is trained (None: nothing), whether a visitor may leave it."""

    settings: KioskSettings
    training: TrainTask | None = None
    allow_exit: bool = False


@dataclass(frozen=True)
class KioskEnvironment:
    """What the attendant has of the world outside the window.

    leave: ends the program for good. read_settings: the settings as they are in the file now, with what the
    command line says, the rules that follow, and a sentence where the file was damaged.
    """

    heart: HeartbeatWriter
    leave: Callable[[], None]
    read_settings: Callable[[], tuple[Settings, KioskRules, str | None]]
    local_hour: Callable[[], int] = lambda: time.localtime().tm_hour


class KioskController:
    """One for the life of a kiosk's window; the window asks it before it does what a visitor wants."""

    def __init__(self, context: Context, rules: KioskRules, house: KioskEnvironment) -> None:
        self._context, self._rules, self._house = context, rules, house
        powers = OperatorActions(self._reload_settings, self._restart_workers, house.leave)
        self._operator = OperatorMenu(context, powers)
        self._chord = HeldCombination()
        self._schooling = TrainingKeeper(context, rules.training)
        self._touched_at: float | None = None
        self._faults: deque[float] = deque(maxlen=_FAULTS)
        self._began_at: float | None = None
        self._now = 0.0
        pygame.display.set_allow_screensaver(False)

    # --- What visitors do ---

    @property
    def may_leave(self) -> bool:
        """Whether closing the window, or going back from the title, ends the program."""
        return self._rules.allow_exit

    def takes(self, event: InputEvent, scenes: SceneStack) -> bool:
        """Note that somebody is here; whether the input goes no further."""
        self._touched_at = self._now
        return event.action in _LOCKED and not scenes.holds(AttractScene)

    def allows(self, scenes: SceneStack, transition: Transition) -> bool:
        """Whether the window may follow a scene's wish: not out of the program."""
        return self.may_leave or not scenes.would_empty(transition)

    # --- From frame to frame ---

    def update(self, now: float, scenes: SceneStack, pad_buttons: Set[str] = frozenset()) -> list[Transition]:
        """Move on; returns where the window is to go. `pad_buttons` are those that are down."""
        self._now = now
        self._house.heart.beat(now)
        self._schooling.update(now)
        if self._began_at is None:
            self._began_at = now
            return self.return_to_attract()
        if self._chord.is_triggered(now, pad_buttons) and not scenes.holds(NameEntryScene):
            question = self._operator.ask(self._rules.settings.pin, self._facts(), now)
            return [] if question is None else [Push(question)]
        if scenes.holds(AttractScene) or self._seconds_left > 0:
            return []
        return self.return_to_attract()

    def return_to_attract(self) -> list[Transition]:
        """The way back to the loop, from wherever a visitor, or a fault, has left the window."""
        self._touched_at = self._now
        self._context.player.stop()
        self._schooling.undo_visitor_changes()
        settings = self._rules.settings
        loop = AttractScene(self._context, settings.playlist, settings.rotate_seconds)
        return [Reset(TitleScene(self._context)), Push(loop)]

    def tolerates_fault(self) -> bool:
        """Note that a frame failed; whether the window may go on with another screen.

        Where one fault follows the other the loop itself is broken: then a new process is better.
        """
        self._faults.append(self._now)
        return len(self._faults) < _FAULTS or self._now - self._faults[0] > _FAULTS_SECONDS

    @property
    def _seconds_left(self) -> float:
        touched = self._now if self._touched_at is None else self._touched_at
        return touched + self._rules.settings.idle_seconds - self._now

    # --- What the operator does ---

    def _facts(self) -> list[str]:
        hours = (self._now - (self._began_at or self._now)) / 3600
        trainer = self._context.trainer
        training = trainer.state.name.lower() if self._rules.training else "none"
        return [f"Up for {hours:.1f} h, training: {training}", f"Data: {self._context.paths.root}"]

    def _reload_settings(self) -> str:
        settings, self._rules, problem = self._house.read_settings()
        self._context.change_settings(settings)
        self._schooling.change(self._rules.training)
        return problem or "the settings are read again"

    def _restart_workers(self) -> str:
        self._context.player.stop()
        self._schooling.begin_again()
        return "the workers are started again, the training from its last checkpoint"

    # --- Drawing ---

    def draw(self, canvas: Canvas, scenes: SceneStack) -> None:
        """Over the whole picture: the countdown, the night's dimming, the slow shift."""
        left = self._seconds_left
        # Who is given little time is not asked all the time.
        if left <= min(_COUNTDOWN_SECONDS, self._rules.settings.idle_seconds * 0.6):
            self._draw_countdown(canvas, left, scenes)
        if self._is_dim():
            canvas.dim(canvas.surface.get_rect(), (0, 0, 0), _DIM_ALPHA)
        self._shift(canvas.surface, canvas.units(1))

    def _draw_countdown(self, canvas: Canvas, seconds: float, scenes: SceneStack) -> None:
        if scenes.holds(AttractScene):
            return
        units, theme = canvas.units, canvas.theme
        text, more = f"STILL THERE?  {max(1, math.ceil(seconds))}", "any key goes on"
        size = 2.0
        head, line = canvas.text_height(size), canvas.line_height()
        plate = Rect(0, 0, canvas.text_width(text, size) + units(24), head + line + units(22))
        plate.center = canvas.surface.get_rect().center
        canvas.dim(plate.inflate(units(20), units(20)), theme.background, _SHADOW_ALPHA)
        canvas.draw_rounded(plate, theme.accent)
        canvas.draw_rounded(plate.inflate(units(-2), units(-2)), theme.panel)
        canvas.text(text, (plate.centerx, plate.y + units(8)), theme.accent, size, "center")
        canvas.text(more, (plate.centerx, plate.y + units(12) + head), theme.text_dim, align="center")
        left = round((plate.width - units(2)) * max(0.0, min(1.0, seconds / _COUNTDOWN_SECONDS)))
        canvas.fill(Rect(plate.x + units(1), plate.bottom - units(3), left, units(2)), theme.accent)

    def _is_dim(self) -> bool:
        """Whether it is one of the hours in which the screen is spared; they may go over midnight."""
        hours = self._rules.settings.dim_hours
        if hours is None or hours[0] == hours[1]:
            return False
        start, end = hours
        hour = self._house.local_hour()
        return start <= hour < end if start < end else hour >= start or hour < end

    def _shift(self, surface: Surface, unit: int) -> None:
        col, row = _SHIFT_PATH[int(self._now / _SHIFT_SECONDS) % len(_SHIFT_PATH)]
        if col or row:
            surface.scroll(col * unit, row * unit)
